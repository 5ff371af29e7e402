"""``forumsim view``: the browser page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import note, say
from forumsim.commands.options import Changed, Overlay, Preset, Seed, Settings, Steps, With, argument, option
from forumsim.commands.settings import load_case
from forumsim.core.errors import InputError, Problem


def view(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario or a folder of your own; with RUN_ID a results folder.")
    ] = "ai_governance",
    run_id: Annotated[str | None, argument(help="A run of the results folder, or the beginning of its id.")] = None,
    seed: Seed = 1,
    steps: Steps = None,
    settings: Settings = None,
    preset: Preset = None,
    overlay: Overlay = None,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen at. Others on the network can open the page unless it is a loopback address.",
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
    allow_host: Annotated[
        list[str] | None,
        option(
            metavar="NAME",
            help="A further name under which browsers open the page, such as that of a proxy; may be repeated.",
        ),
    ] = None,
    root_path: Annotated[str, option(metavar="PATH", help="Path under which a proxy shows the page.")] = "",
    anyway: Changed = False,
    with_: With = None,
) -> None:
    """Watch and steer a run in the browser, compare two, or look back on a run of a results folder.

    Raises
    ------
    InputError
        The scenario or a setting cannot be used, a library is missing, the port is taken.
    """
    from forumsim.app.guard import EVERYWHERE, LOOPBACK, check_names
    from forumsim.app.serve import check_installed, check_port, serve

    allowed = allow_host or []
    root_path = check_names(allowed, root_path)
    check_port(host, port)  # before all that takes long
    check_installed()
    if run_id is None and (Path(scenario) / "manifest.json").is_file():
        hint = f"one of runs.csv there: forumsim view {scenario} RUN_ID"
        raise InputError([Problem(scenario, "is a results folder: say which run is to be shown", "", hint)])
    if run_id is not None:
        own = {"--seed": seed != 1, "--steps": steps, "--set": settings, "--preset": preset, "--overlay": overlay}
        found, hint = "does not go with a run of a results folder", "the run has its own; change them in the page"
        problems = [Problem(name, found, "", hint) for name, given in own.items() if given not in (None, False)]
        if problems:
            raise InputError(problems)
    else:
        case, parameters, fields = load_case(scenario, settings or (), preset, with_, overlay)
    announce(bool(with_))
    from forumsim.app.session import Session
    from forumsim.app.setup import Setup
    from forumsim.app.start import begin_with

    if run_id is None:
        setup = Setup(scenario, seed, steps, "", parameters, fields, extensions=case.extensions)
    else:
        from forumsim.app.setup import setup_of_run

        setup, differences = setup_of_run(scenario, run_id, anyway, with_)
        for line in differences:
            note(f"forumsim: not as in the results: {line}")
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
