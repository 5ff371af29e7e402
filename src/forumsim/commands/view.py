"""``forumsim view``: the browser page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forumsim.commands.compilation import announce
from forumsim.commands.console import note, say
from forumsim.commands.settings import load_case
from forumsim.core.errors import InputError, Problem

if TYPE_CHECKING:
    from forumsim.app.setup import Setup


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
    run_id: str | None = None,
    anyway: bool = False,
) -> None:
    """Check everything, compile the model, and serve the page until Ctrl-C.

    With a ``run_id``, ``scenario`` is a results folder: the page shows this run, repeated and compared with what stands
    there.

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
    if run_id is None and (Path(scenario) / "manifest.json").is_file():
        hint = f"one of runs.csv there: forumsim view {scenario} RUN_ID"
        raise InputError([Problem(scenario, "is a results folder: say which run is to be shown", "", hint)])
    if run_id is not None:
        setup = _setup_of_run(Path(scenario), run_id, seed, steps, settings, preset, overlay, anyway, with_)
    else:
        case, parameters, fields = load_case(scenario, settings, preset, with_, overlay)
    announce(bool(with_))
    from forumsim.app.session import Session
    from forumsim.app.setup import Setup
    from forumsim.app.start import begin_with

    if run_id is None:
        setup = Setup(scenario, seed, steps, "", parameters, fields, extensions=case.extensions)
    Session(setup).step()  # compiled and tried before anybody waits for it
    begin_with(setup)
    name = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    address = f"http://{name}:{port}{f'{root_path}/' if root_path else ''}"
    shown = scenario if run_id is None else f"{run_id} of {scenario}"
    say(f"forumsim: {shown} at {address}  (Ctrl-C ends it)")
    if host not in LOOPBACK:
        note(f"forumsim: others can open this page too, as it listens on {host}")
    if browser:
        import threading
        import webbrowser

        threading.Timer(1.0, webbrowser.open, [address]).start()
    serve(host, port, allowed, root_path)


def _setup_of_run(
    folder: Path,
    run_id: str,
    seed: int,
    steps: int | None,
    settings: Sequence[str],
    preset: str | None,
    overlay: str | None,
    anyway: bool,
    with_: Sequence[Path],
) -> Setup:
    """What a page starts with that shows a run of a results folder.

    Raises
    ------
    InputError
        There is no such run, it cannot be repeated, or settings are given that the run has already.
    """
    own = {
        "--seed": seed != 1, "--steps": steps is not None, "--set": bool(settings), "--preset": preset is not None,
        "--overlay": overlay is not None,
    }  # fmt: skip
    problems = [
        Problem(name, "does not go with a run of a results folder", "", "the run has its own; change them in the page")
        for name, given in own.items()
        if given
    ]
    if problems:
        raise InputError(problems)
    announce(bool(with_))
    from forumsim.app.again import setup_of_run

    setup, differences = setup_of_run(folder, run_id, anyway, with_)
    for line in differences:
        note(f"forumsim: not as in the results: {line}")
    return setup
