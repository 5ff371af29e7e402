"""Serving the page: on loopback, without internet, without telemetry, and a plain word when something is missing."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from forumsim.app.guard import Guard
from forumsim.core.errors import InputError, Problem

#: Libraries that the page needs, as they are imported and as they are installed.
NEEDED = {"solara": "solara", "solara.server": "solara", "uvicorn": "solara", "ipyvuetify": "ipyvuetify<2"}
#: The package with the scripts that a page would else fetch from the internet.
ASSETS = "solara_assets"
MAX_PORT = 65535
_TITLE = "the page cannot be served"


def check_installed() -> None:
    """Say all that is missing for the page.

    Raises
    ------
    InputError
    """
    settings()  # before anything of Solara is imported, which reads them once
    hint = "pip install 'forumsim[view]'"
    missing = [package for module, package in NEEDED.items() if not _is_there(module)]
    problems = [Problem(package, "is not installed", "", hint) for package in dict.fromkeys(missing)]
    if not _assets_there():
        found = "is not installed: without it the page would need the internet, and stay blank where there is none"
        problems.append(Problem("solara-assets", found, "", hint))
    if not missing:
        import ipyvuetify

        if int(ipyvuetify.__version__.split(".")[0]) >= 2:
            problems.append(Problem("ipyvuetify", f"found version {ipyvuetify.__version__}", "below 2", hint))
    if problems:
        raise InputError(problems, _TITLE)


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _assets_there() -> bool:
    import sys

    return any((Path(prefix) / "share" / "solara" / "cdn").is_dir() for prefix in (sys.prefix, sys.base_prefix))


def check_port(host: str, port: int) -> None:
    """Say that a port is taken or that there is no such port, before anything is started.

    Raises
    ------
    InputError
    """
    if not 1 <= port <= MAX_PORT:
        raise InputError([Problem("--port", f"found {port}", f"1 to {MAX_PORT}")], _TITLE)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family[0], socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(family[4][:2])
    except OSError as error:
        hint = "another one: forumsim view --port 8766"
        raise InputError([Problem(f"{host}:{port}", str(error.strerror or error), "", hint)], _TITLE) from None


def settings() -> None:
    """What Solara reads from the environment when it is imported; what the user has set stays, but for telemetry."""
    _settle_home()
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"
    # Solara would keep a number that tells this user from others in ~/.solara, without HOME in the working directory.
    os.environ["SOLARA_TELEMETRY_SERVER_USER_ID"] = "nobody"
    os.environ.setdefault("SOLARA_HOME", os.devnull)
    os.environ["SOLARA_APP"] = "forumsim.app.page"
    os.environ.setdefault("SOLARA_MODE", "production")
    os.environ.setdefault("SOLARA_KERNEL_CULL_TIMEOUT", "5m")  # a page that is gone for so long frees its models
    os.environ.setdefault("SOLARA_STATE_AUTO_REMOUNT", "True")  # and begins anew by itself when it is back
    os.environ.setdefault("SOLARA_SESSION_HTTPS_ONLY", "False")
    os.environ.setdefault("SOLARA_SESSION_SAME_SITE", "lax")
    os.environ.setdefault("SOLARA_ASSETS_PROXY", "True")
    os.environ.setdefault("SOLARA_THEME_VARIANT", "light")
    os.environ.setdefault("SOLARA_THEME_TITLE", "forumsim")
    os.environ.setdefault("SOLARA_THEME_LOADER", "plain")
    os.environ.setdefault("SOLARA_THEME_SHOW_BANNER", "False")


def _settle_home() -> None:
    """Name a home for a user who has none, as in many containers: what Solara imports of Jupyter fails without one."""
    try:
        home = Path.home()
    except RuntimeError:
        home = None
    if home is None or not (home.is_dir() and os.access(home, os.W_OK)):
        os.environ["HOME"] = tempfile.mkdtemp(prefix="forumsim-home-")  # which nobody else can put anything into
        atexit.register(shutil.rmtree, os.environ["HOME"], ignore_errors=True)


def application(host: str, allowed: Iterable[str] = (), root_path: str = "") -> Any:
    """Solara's application for one address, answering its own pages only (see `Guard`); `settings` have been made."""
    from solara.server import settings as solara_settings
    from solara.server import starlette as solara_server
    from solara.server.cdn_helper import cdn_url_path
    from starlette.applications import Starlette
    from starlette.routing import Mount

    # Left open, Solara takes both from the first request that comes, whoever sends it.
    solara_settings.main.root_path = root_path
    solara_settings.main.base_url = f"http://{host}{root_path}/"
    # Solara's own route would fetch what is not there from the internet, and delete what is a folder.
    scripts = Mount(
        f"/{cdn_url_path}",
        app=solara_server.StaticFilesOptionalAuth(directory=solara_settings.assets.proxy_cache_dir),
    )
    others = [route for route in solara_server.routes if getattr(route, "path", "") != scripts.path]
    app = Starlette(routes=[scripts, *others], lifespan=solara_server.lifespan, middleware=solara_server.middleware)
    return Guard(app, host, allowed, root_path)


def serve(host: str, port: int, allowed: Iterable[str] = (), root_path: str = "") -> None:
    """Serve until interrupted; `check_installed` has been called."""
    import warnings

    import uvicorn

    from forumsim.running.notes import RunNote

    app = application(host, allowed, root_path)
    # advice on cookies of pages within pages, and on proxies for logging in: there is neither
    warnings.filterwarnings("ignore", module="solara.server.starlette")
    warnings.filterwarnings("ignore", category=RunNote)  # the page shows it

    # on this machine packing takes longer than sending
    uvicorn.run(app, host=host, port=port, log_level="warning", ws_per_message_deflate=False)
