/* Loaded before the C library's own: ends the process at the n-th call that changes a folder, as a kill would.

   A write that is struck is half done. Calls that do not touch the folder are passed on and do not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long left = 0;
static char folder[4096];

void arm(long number, const char *where) {
    left = number;
    snprintf(folder, sizeof folder, "%s", where);
}

long remaining(void) { return left; }

static int struck(const char *path) {
    return left > 0 && path && strstr(path, folder) && --left == 0;
}

static int struck_file(int fd) {
    char link[64], path[4096];
    if (left <= 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return struck(path);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define END _exit(9)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    if (struck_file(fd)) { if (size > 1) real(fd, data, size / 2); END; }
    return real(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    if (struck_file(fd)) { if (size > 1) real(fd, data, size / 2, at); END; }
    return real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    if (struck_file(fd)) { if (size > 1) real(fd, data, size / 2, at); END; }
    return real(fd, data, size, at);
}
int fsync(int fd) { REAL(fsync); if (struck_file(fd)) END; return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); if (struck_file(fd)) END; return real(fd); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); if (struck_file(fd)) END; return real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); if (struck_file(fd)) END; return real(fd, size); }
int rename(const char *from, const char *to) { REAL(rename); if (struck(to)) END; return real(from, to); }
int unlink(const char *path) { REAL(unlink); if (struck(path)) END; return real(path); }
int mkdir(const char *path, mode_t mode) { static int (*real)(const char *, mode_t);
    if (!real) real = dlsym(RTLD_NEXT, "mkdir"); if (struck(path)) END; return real(path, mode); }
int rmdir(const char *path) { REAL(rmdir); if (struck(path)) END; return real(path); }
int unlinkat(int fd, const char *path, int flags) { REAL(unlinkat); if (struck_file(fd)) END; return real(fd, path, flags); }
