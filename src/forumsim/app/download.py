"""A run of the page as a results folder in a zip file, which `forumsim run` and `forumsim rerun` repeat to the bit."""

from __future__ import annotations

import io
import shlex
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.results.inputs import EXTENSIONS
from forumsim.scenarios import list_scenarios
from forumsim.scenarios.settings import field_name


def command(run: Mapping[str, Any], scenario: str) -> str:
    """The command that makes the run from its settings, within its folder, quoted for a shell."""
    words = ["forumsim", "run", scenario, "--seed", str(run["seed"]), "--steps", str(run["steps"])]
    if run["preset"]:
        words += ["--preset", run["preset"]]
    settings = {field_name(key): value for key, value in run["fields"].items()} | run["parameters"]
    for name, value in settings.items():
        text = str(value).lower() if isinstance(value, bool) else "unset" if value != value else str(value)
        words += ["--set", f"{name}={text}"]
    if run["interventions"]:
        words += ["--interventions", "interventions.csv"]
    return shlex.join([*words, *_given(run), "--out", "again"])


def _given(run: Mapping[str, Any]) -> list[str]:
    """The words that give a run its extensions, within its folder."""
    places = [
        source.name if source.installed else f"{EXTENSIONS}/{source.name}" for source in run["extensions"].sources
    ]
    return [word for place in places for word in ("--with", place)]


def write_folder(run: Mapping[str, Any], folder: Path) -> None:
    """Run one of `forumsim.app.session.Session.snapshot` again as a batch run, and write all its tables."""
    from forumsim.core.parameters import PRESETS
    from forumsim.results.results import Results
    from forumsim.sweeps.single import write_new_run

    preset = {name: "unset" if value is None else value for name, value in PRESETS.get(run["preset"], {}).items()}
    parameters = {**preset, **run["parameters"]}
    write_new_run(
        folder, run["scenario"], run["seed"], run["steps"], parameters, run["fields"], 1, run["interventions"],
        extensions=run["extensions"],
    )  # fmt: skip
    own = run["scenario"] not in list_scenarios()
    scenario = Results(folder).manifest["inputs"][run["scenario"]] if own else run["scenario"]
    lines = [
        "A run of forumsim, as it was watched and steered in the browser page.",
        "",
        "The same run again, to the bit, from within this folder, and whether it is the same on your machine:",
        f"  {shlex.join(['forumsim', 'rerun', '.', *_given(run)])}",
        "",
        "The same run by its settings, which you may change:",
        f"  {command(run, scenario)}",
        "",
        "Figures and a page: forumsim report .",
        "What every column means: datapackage.json. What was done to the run: interventions.csv, where there was any.",
        "The scenario, and the versions of the packages it was run with: inputs.",
    ]
    (folder / "README.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def zipped(runs: Sequence[Mapping[str, Any]]) -> bytes:
    """A zip file with a folder for each run of `forumsim.app.session.Session.snapshot`."""
    buffer = io.BytesIO()
    with (
        tempfile.TemporaryDirectory(prefix="forumsim-") as scratch,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for side, run in enumerate(runs):
            name = "run" if len(runs) == 1 else f"run_{'ab'[side]}"
            write_folder(run, Path(scratch) / name)
            for path in sorted((Path(scratch) / name).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(scratch))
    return buffer.getvalue()
