"""Who is answered: by the rule of one origin, with names and ports that other sites can and cannot have."""

import asyncio

import pytest

from forumsim.app import serve
from forumsim.app.guard import Guard, check_names
from forumsim.core.errors import InputError


def ask(guard, path="/", method="GET", kind="http", **headers):
    """Status of an answer; None where a websocket is refused, 101 where it is taken."""
    said = []

    async def send(message):
        said.append(message)

    async def receive():
        return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}

    fields = [(name.encode(), value.encode()) for name, value in headers.items() if value is not None]
    scope = {"type": kind, "path": path, "raw_path": path.encode(), "headers": fields, "method": method,
             "query_string": b"", "scheme": "http", "http_version": "1.1", "root_path": "", "client": ("127.0.0.1", 9),
             "server": ("127.0.0.1", 8765), "subprotocols": [], "extensions": {}}  # fmt: skip
    asyncio.run(guard(scope, receive, send))
    if kind == "websocket":
        return 101 if said[0]["type"] == "websocket.accept" else None
    return said[0]["status"]


async def inner(scope, receive, send):
    """An application that takes everything, and says which path it saw."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    assert scope["path"].startswith("/") and scope["root_path"] == ""
    await send({"type": "http.response.start", "status": 200 if scope["path"] == "/" else 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    "host, status",
    [("127.0.0.1:8765", 200), ("localhost:9000", 200), ("LOCALHOST", 200), ("[::1]:8765", 200), ("evil.example", 421),
     ("evil.example:8765", 421), ("127.0.0.1.evil.example", 421), ("localhost.evil.example:8765", 421), ("", 421),
     (None, 421), ("192.168.0.7:8765", 421), ("localhost:port", 421), ("user@localhost@evil.example", 421)],
)  # fmt: skip
def test_only_names_of_this_machine_are_answered(host, status):
    assert ask(Guard(inner, "127.0.0.1"), host=host) == status
    assert ask(Guard(inner, "127.0.0.1"), kind="websocket", host=host) == (101 if status == 200 else None)


def test_other_names_where_they_are_asked_for():
    guard = Guard(inner, "0.0.0.0", ["hub.example.org"])
    assert ask(guard, host="192.168.0.7:8765") == 200  # a number can be no other site's name
    assert ask(guard, host="hub.example.org") == 200
    assert ask(guard, host="evil.example") == 421
    assert ask(Guard(inner, "192.168.0.7"), host="192.168.0.7:8765") == 200


@pytest.mark.parametrize(
    "origin, host, taken",
    [("http://localhost:8765", "localhost:8765", True), (None, "localhost:8765", True),
     ("http://localhost:3000", "localhost:8765", False), ("https://evil.example", "localhost:8765", False),
     ("null", "localhost:8765", False), ("", "localhost:8765", False), ("ftp://x", "localhost:8765", False),
     ("http://127.0.0.1:8765", "localhost:8765", False),
     ("https://hub.example.org", "hub.example.org", True), ("https://hub.example.org", "localhost:8765", True),
     ("https://hub.example.org.evil.example", "localhost:8765", False),
     ("http://localhost", "localhost:80", True), ("http://[::1]:8765", "[::1]:8765", True)],
)  # fmt: skip
def test_pages_of_other_sites_get_no_websocket_and_change_nothing(origin, host, taken):
    guard = Guard(inner, "127.0.0.1", ["hub.example.org"])
    assert ask(guard, kind="websocket", host=host, origin=origin) == (101 if taken else None)
    assert ask(guard, method="POST", host=host, origin=origin) == (200 if taken else 403)
    assert ask(guard, host=host, origin=origin) == 200  # reading: the browser shows it to its own site alone


@pytest.mark.parametrize("path", ["/", "/user/ada/proxy/8765", "/user/ada/proxy/8765/"])
def test_a_proxy_may_take_its_path_off_or_leave_it(path):
    guard = Guard(inner, "127.0.0.1", root_path="/user/ada/proxy/8765")
    assert ask(guard, path, host="localhost") == 200
    assert ask(guard, "/user/ada/proxy/87650", host="localhost") == 404


def test_what_it_is_served_under_is_checked_all_at_once():
    assert check_names(["hub.example.org", "::1"], "/user/a%40b/proxy/8765/") == "/user/a%40b/proxy/8765"
    with pytest.raises(InputError) as caught:
        check_names(["https://hub.example.org", "hub.example.org:80", "a/b"], "user/<script>")
    assert len(caught.value.problems) == 4
    for path in ("//evil.example", "/a b", '/"', "/a//b"):
        with pytest.raises(InputError, match="slash"):
            check_names([], path)


@pytest.mark.filterwarnings("ignore:.*websockets:DeprecationWarning")
@pytest.mark.parametrize("path", ["/_solara/cdn/nowhere@1.0.0/x.js", "/_solara/cdn/nowhere", "/_solara/cdn/@widgetti"])
def test_nothing_is_fetched_from_the_internet_for_a_request(path, monkeypatch):
    serve.settings()
    from solara.server import cdn_helper

    asked = []
    monkeypatch.setattr(cdn_helper, "fetch_from_cdn", lambda url: asked.append(url) or b"x")
    monkeypatch.setattr(cdn_helper.shutil, "rmtree", asked.append)
    app = serve.application("127.0.0.1")
    assert ask(app, path, host="localhost") == 404 and asked == []
    assert ask(app, "/_solara/cdn/requirejs@2.3.6/require.js", host="localhost") == 200


@pytest.mark.filterwarnings("ignore:.*websockets:DeprecationWarning")
def test_the_first_request_does_not_decide_the_path_of_all():
    serve.settings()
    app = serve.application("127.0.0.1")
    from solara.server import settings

    ask(app, "/readyz", host="localhost", **{"x-script-name": "//evil.example", "script-name": "/a"})
    assert settings.main.root_path == ""
