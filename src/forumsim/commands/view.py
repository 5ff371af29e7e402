"""``forumsim view``: the browser page."""

from __future__ import annotations

from collections.abc import Sequence

from forumsim.commands.compilation import announce
from forumsim.commands.console import note, say
from forumsim.commands.settings import load_case

#: Names of this machine for itself: pages on other addresses can be seen by others.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def view(
    scenario: str,
    seed: int,
    steps: int | None,
    settings: Sequence[str],
    preset: str | None,
    host: str,
    port: int,
    browser: bool,
) -> None:
    """Check everything, compile the model, and serve the page until Ctrl-C.

    Raises
    ------
    InputError
        The scenario or a setting cannot be used, a library is missing, the port is taken.
    """
    from forumsim.app.serve import check_installed, check_port, serve

    check_installed()
    _, parameters, fields = load_case(scenario, settings, preset)
    check_port(host, port)
    announce()
    from forumsim.app.session import Session, Setup
    from forumsim.app.start import begin_with

    setup = Setup(scenario, seed, steps, "", parameters, fields)
    Session(setup).step()  # compiled and tried before anybody waits for it
    begin_with(setup)
    shown = f"[{host}]" if ":" in host else host
    say(f"forumsim: {scenario} at http://{shown}:{port}  (Ctrl-C ends it)")
    if host not in LOOPBACK:
        note(f"forumsim: others can open this page too, as it listens on {host}")
    if browser:
        import threading
        import webbrowser

        threading.Timer(1.0, webbrowser.open, [f"http://{shown}:{port}"]).start()
    serve(host, port)
