"""A copy of the project in a temporary folder, in which one mistake at a time is made and tested.

Compilation is most of the time. The compiled code of the copy without mistakes is kept; for a mutant all of it is
taken over but that of the mutated module and of all modules that import it, directly or not.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutant import Mutant

#: What ends a test without a verdict: the mutant is no program that a person could have run.
_NO_PROGRAM = re.compile(r"numba\.core\.errors|SyntaxError|NameError|ImportError|UnboundLocalError")
#: Signals by which a program ends of itself; by any other somebody has stopped it.
_CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What the tests said: how it ended (passed, killed, unfit), by which test or how, after how many seconds."""

    end: str
    by: str
    seconds: float
    output: str


def imports_of(package: Path) -> dict[str, set[str]]:
    """Source files (relative to the package) and the source files that each imports from the package."""
    return {path.relative_to(package).as_posix(): _imported(package, path) for path in package.rglob("*.py")}


def _imported(package: Path, path: Path) -> set[str]:
    """Of ``from a import b`` the module a.b where there is one, else a."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        module = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
        if module[:1] == [package.name]:
            inside = "/".join(module[1:])
            for name in node.names:
                candidates = (f"{inside}/{name.name}.py", f"{inside}.py", f"{inside}/__init__.py")
                paths = [
                    candidate.lstrip("/") for candidate in candidates if (package / candidate.lstrip("/")).is_file()
                ]
                found.update(paths[:1])
    return found


def importers(imports: dict[str, set[str]], file: str) -> set[str]:
    """Source files that import this one, directly or not, and the file itself."""
    found = {file}
    while more := {name for name, used in imports.items() if used & found} - found:
        found |= more
    return found


class Copy:
    """The project's sources and tests in a folder of their own, with their own cache of compiled code."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder, self.package = folder, folder / "src" / "forumsim"
        self.cache, self.kept = folder / "cache", folder / "kept"
        for name in ("src", "tests"):
            shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(root / "pyproject.toml", folder)
        self.imports = imports_of(self.package)
        self.process: subprocess.Popen[str] | None = None

    def existing(self, tests: Iterable[str]) -> list[str]:
        """Those of the test files that are there."""
        return [test for test in tests if (self.folder / test).exists()]

    def warm_up(self, tests: Sequence[str], timeout: float) -> Outcome:
        """Run the tests without a mistake, and keep what they have compiled."""
        outcome = self._run(tests, timeout, {})
        if outcome.end == "passed":
            (compiled,) = self.cache.glob("kernel-*")
            compiled.rename(self.kept)
        return outcome

    def try_out(self, mutant: Mutant, timeout: float) -> Outcome:
        """Make the mistake, run its tests, and undo it."""
        path = self.package / mutant.file
        source, times = path.read_bytes(), path.stat()
        changed = importers(self.imports, mutant.file)
        stale = (f"{Path(name).parent.name or self.package.name}/{Path(name).stem}" for name in changed)
        settings = {"MUTATION_KEPT": str(self.kept), "MUTATION_STALE": " ".join(stale)}
        path.write_text(mutant.applied_to(source.decode()), encoding="utf-8", newline="")
        try:
            return self._run(self.existing(mutant.tests), timeout, settings)
        finally:
            path.write_bytes(source)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # numba knows a source by its time
            shutil.rmtree(self.cache, ignore_errors=True)

    def stop(self) -> None:
        """End the tests that run."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def _run(self, tests: Sequence[str], timeout: float, settings: dict[str, str]) -> Outcome:
        """The tests up to the first that fails."""
        environment = {
            **os.environ,
            **settings,
            "MUTATION_COPY": str(self.package),
            "PYTHONPATH": os.pathsep.join(str(self.folder / part) for part in ("src", "tests/mutation")),
            "NUMBA_CACHE_DIR": str(self.cache),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "in_a_copy", *tests]
        started = time.monotonic()
        self.process = process = subprocess.Popen(
            command, cwd=self.folder, env=environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.stop()
            return Outcome("killed", "it does not end", time.monotonic() - started, process.communicate()[0])
        return Outcome(*_verdict(process.returncode, output), time.monotonic() - started, output)


def _verdict(status: int, output: str) -> tuple[str, str]:
    """How a run of the tests ended, and by what."""
    if status == 0:
        return "passed", ""
    if -status in _CRASHES:
        return "killed", f"it crashes ({signal.Signals(-status).name})"
    if status < 0:  # ended from outside, which says nothing about the mutant
        return "unfit", f"stopped ({signal.Signals(-status).name})"
    failed = _FAILED.search(output)
    if status > 1 or failed is None or _NO_PROGRAM.search(output):
        return "unfit", ""
    return "killed", failed[1]
