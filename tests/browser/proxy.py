"""A small proxy in front of a page, as a hub of notebooks or a cluster's portal has one; it can be put to sleep."""

import asyncio
import gc
import threading
import warnings


class Proxy:
    """Serves another port under a path, and takes the path off or leaves it on.

    Parameters
    ----------
    port : int
        Of the page.
    path : str
        Where the page is to appear.
    strips : bool
        Whether the page gets requests without that path.
    host : str
        Name that the page gets as ``Host`` in place of the one asked for; empty: the one asked for.
    """

    def __init__(self, port, path, strips, host=""):
        self.target, self.path, self.strips, self.host = port, path, strips, host
        self.asleep = False
        self.open = set()
        self.met = []  #: every connection there was: one that is closed may still have something to say
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.connect, "127.0.0.1", 0), self.loop)
        self.server = started.result()
        self.port = self.server.sockets[0].getsockname()[1]

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}{self.path}/"

    def sleep(self, asleep=True):
        """Drop all connections and take no new ones, or wake up."""
        self.asleep = asleep
        if asleep:
            self.loop.call_soon_threadsafe(lambda: [writer.close() for writer in tuple(self.open)])

    def close(self):
        self.sleep()
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.met.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()  # a browser may have opened a connection that the loop did not get to see

    async def _end(self):
        self.server.close()
        # nothing is cancelled: a task that has not begun would lose its connection without closing it
        while True:
            for writer in self.met:  # one that is closed already may still wait to be rid of what it has to say
                writer.transport.abort()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            if not tasks:
                break
            await asyncio.wait(tasks, timeout=0.2)
        await asyncio.sleep(0.2)  # closed connections are let go by the loop in its next rounds

    async def connect(self, reader, writer):
        """One connection, with one request or websocket in it."""
        there = None
        self.met.append(writer)
        try:
            if self.asleep:
                return
            self.open.add(writer)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, version = head[0].split()
            if not target.startswith(self.path + "/"):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            upgrade = any(line.lower().startswith("upgrade:") for line in head)
            fields = [line for line in head[1:] if line]
            if not upgrade:
                fields = [line for line in fields if not line.lower().startswith("connection:")] + ["Connection: close"]
            if self.host:
                fields = [f"Host: {self.host}" if line.lower().startswith("host:") else line for line in fields]
            target = target[len(self.path) :] if self.strips else target
            back, there = await asyncio.open_connection("127.0.0.1", self.target)
            self.open.add(there)
            self.met.append(there)
            there.write("\r\n".join([f"{method} {target} {version}", *fields, "", ""]).encode("latin-1"))
            await asyncio.gather(pump(reader, there), pump(back, writer, last=True))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            for one in (writer, there):
                if one is not None:
                    self.open.discard(one)
                    one.close()


async def pump(reader, writer, last=False):
    """Pass on what comes; where the answer ends, the request does too."""
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except OSError:
        pass
    if last:
        writer.close()
        raise OSError
