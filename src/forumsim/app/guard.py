"""Who may talk to the page: requests for the names it is served under, and pages of its own; and under which path.

A page of another site that is open in the same browser can send requests to this machine too. Its own name stands in
their ``Origin``, and, where it has let its name point to this machine (DNS rebinding), in their ``Host``.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from forumsim.core.errors import InputError, Problem

#: Names of this machine for itself: pages on other addresses can be seen by others.
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Addresses that stand for all of a machine's.
EVERYWHERE = ("0.0.0.0", "::", "")
#: Requests that change nothing.
_READING = ("GET", "HEAD", "OPTIONS")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_NAME = re.compile(r"[0-9A-Za-z_.:\[\]-]+")
_PATH = re.compile(r"(/[\w.~%@!$'()*+,;=:-]+)*", re.ASCII)


class Guard:
    """ASGI middleware that refuses what does not come from a page of one's own, and takes off a path before it.

    A request is answered if its ``Host`` is a name of this machine for itself, the address that is listened on, or one
    of the names allowed; where all addresses are listened on, any numeric address and this machine's own name too, as
    no other site can have those. The port does not matter: a tunnel may have another one. A websocket, or a request
    that changes something, is answered only if its ``Origin`` is the ``Host`` to the port, or an allowed name. One
    without an ``Origin`` is no browser's, as browsers always send it there.

    Parameters
    ----------
    app : ASGI application
    host : str
        The address that is listened on.
    allowed : iterable of str
        Further names, without scheme and port.
    root_path : str
        Path that a proxy serves the page under, whether it takes it off or leaves it on; empty without one.
    """

    def __init__(self, app: Any, host: str, allowed: Iterable[str] = (), root_path: str = "") -> None:
        self.app = app
        self.allowed = {_bare(name) for name in allowed}
        self.everywhere = host in EVERYWHERE
        self.names = {*LOOPBACK, *self.allowed, _bare(host)}
        if self.everywhere:
            self.names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        self.root_path = unquote(root_path)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, or refuse with 421 (the name) or 403 (the site)."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self.refusal(scope, headers)
        if refusal is None:
            await self.app(self._inside(scope), receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            status, words = refusal
            fields = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": status, "headers": fields})
            await send({"type": "http.response.body", "body": f"{words}\n".encode()})

    def refusal(self, scope: Any, headers: dict[str, str]) -> tuple[int, str] | None:
        """Status and words for a request that is not answered; None for one that is."""
        host = headers.get("host", "")
        name = _split("//" + host)[0]
        if not self._is_served(name):
            shown = name if _NAME.fullmatch(name) else "this name"
            return 421, f"This page is not served under {shown}. If it should be: forumsim view --allow-host NAME"
        origin = headers.get("origin")
        if origin is None or (scope["type"] == "http" and scope["method"] in _READING):
            return None
        scheme = urlsplit(origin).scheme if "//" in origin else ""
        there, here = _split(origin, scheme), _split("//" + host, scheme)
        if there[0] and (there == here or there[0] in self.allowed):
            return None
        return 403, "This page answers no other site. If a proxy has another name: forumsim view --allow-host NAME"

    def _is_served(self, name: str) -> bool:
        if name in self.names:
            return True
        if not self.everywhere:
            return False
        try:
            return bool(ipaddress.ip_address(name))
        except ValueError:
            return False

    def _inside(self, scope: Any) -> Any:
        """The request as without a proxy."""
        path = scope["path"]
        if self.root_path and (path == self.root_path or path.startswith(self.root_path + "/")):
            path = path[len(self.root_path) :] or "/"
        return {**scope, "path": path, "raw_path": None, "root_path": ""}


def _bare(name: str) -> str:
    """A name as it is compared."""
    return name.strip("[]").lower().rstrip(".")


def _split(address: str, scheme: str = "") -> tuple[str, int | None]:
    """Name and port of an address; an empty name where there is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", None
    return (parts.hostname or "").rstrip("."), port or _PORTS.get(scheme)


def check_names(names: Iterable[str], root_path: str) -> str:
    """Check what a page is to be served under; the path as it is used, without a slash at its end.

    Raises
    ------
    InputError
        All that cannot be used.
    """
    problems = []
    for name in names:
        if not _NAME.fullmatch(name) or _split(f"//{name}")[1] or not _split(f"//{_bracketed(name)}")[0]:
            allowed = "the name of a host alone, such as hub.example.org, without scheme, port and path"
            problems.append(Problem("--allow-host", f"found {name!r}", allowed))
    path = root_path.rstrip("/")
    if not _PATH.fullmatch(path):
        allowed = "a path that begins with a slash, such as /user/ada/proxy/8765"
        problems.append(Problem("--root-path", f"found {root_path!r}", allowed))
    if problems:
        raise InputError(problems, "the page cannot be served")
    return path


def _bracketed(name: str) -> str:
    return f"[{name.strip('[]')}]" if name.count(":") > 1 else name
