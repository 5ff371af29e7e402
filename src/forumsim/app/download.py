"""A run of the page as a results folder in a zip file, which `forumsim run` and `forumsim rerun` repeat to the bit."""

from __future__ import annotations

import io
import shlex
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def command(run: Mapping[str, Any]) -> str:
    """The command that repeats a run from the files of its folder."""
    words = ["forumsim", "run", str(run["scenario"]), "--seed", str(run["seed"]), "--steps", str(run["steps"])]
    if run["preset"]:
        words += ["--preset", run["preset"]]
    for prefix, values in (("scenario.", run["fields"]), ("", run["parameters"])):
        for name, value in values.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            words += ["--set", f"{prefix}{name}={text}"]
    if run["interventions"]:
        words += ["--interventions", "interventions.csv"]
    return shlex.join([*words, "--out", "again"])


def write_folder(run: Mapping[str, Any], folder: Path) -> None:
    """Run it again as a batch run, and write all its tables.

    Parameters
    ----------
    run : mapping
        One of `forumsim.app.session.Session.snapshot`.
    folder : Path
        New folder.
    """
    from forumsim.commands.run import write
    from forumsim.core.parameters import PRESETS

    preset = {name: "unset" if value is None else value for name, value in PRESETS.get(run["preset"], {}).items()}
    parameters = {**preset, **run["parameters"]}
    write(folder, run["scenario"], run["seed"], run["steps"], parameters, run["fields"], 1, run["interventions"])
    lines = [
        "A run of forumsim, as it was watched and steered in the browser page.",
        "",
        "The same run again, to the bit, from within this folder:",
        f"  {command(run)}",
        "",
        "Whether it is the same on your machine: forumsim rerun . ; figures and a page: forumsim report .",
        "What every column means: datapackage.json. What was done to the run: interventions.csv, where there was any.",
    ]
    (folder / "README.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def zipped(runs: Sequence[Mapping[str, Any]]) -> bytes:
    """A zip file with a folder for each run.

    Parameters
    ----------
    runs : sequence of mapping
        From `forumsim.app.session.Session.snapshot`.
    """
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
