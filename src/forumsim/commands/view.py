"""``forumsim view``: the browser page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forumsim.commands.compilation import announce
from forumsim.commands.console import note, say
from forumsim.commands.settings import load_case


def view(
    scenario: str,
    seed: int,
    steps: int | None,
    settings: Sequence[str],
    preset: str | None,
    host: str,
    port: int,
    browser: bool,
    allowed: Sequence[str] = (),
    root_path: str = "",
    with_: Sequence[Path] = (),
    overlay: str | None = None,
) -> None:
    """Check everything, compile the model, and serve the page until Ctrl-C.

    Raises
    ------
    InputError
        The scenario or a setting cannot be used, a library is missing, the port is taken.
    """
    from forumsim.app.guard import EVERYWHERE, LOOPBACK, check_names
    from forumsim.app.serve import check_installed, check_port, serve

    root_path = check_names(allowed, root_path)
    check_port(host, port)  # before all that takes long
    check_installed()
    case, parameters, fields = load_case(scenario, settings, preset, with_, overlay)
    announce(bool(with_))
    from forumsim.app.session import Session, Setup
    from forumsim.app.start import begin_with

    setup = Setup(scenario, seed, steps, "", parameters, fields, extensions=case.extensions)
    Session(setup).step()  # compiled and tried before anybody waits for it
    begin_with(setup)
    name = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    address = f"http://{name}:{port}{f'{root_path}/' if root_path else ''}"
    say(f"forumsim: {scenario} at {address}  (Ctrl-C ends it)")
    if host not in LOOPBACK:
        note(f"forumsim: others can open this page too, as it listens on {host}")
    if browser:
        import threading
        import webbrowser

        threading.Timer(1.0, webbrowser.open, [address]).start()
    serve(host, port, allowed, root_path)
