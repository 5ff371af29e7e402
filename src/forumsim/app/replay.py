"""A replay: one run as one HTML file that plays in any browser, without a server and without a network.

The file holds the recorded run as JSON, and a script and a style sheet of its own. Its Content-Security-Policy allows
this script and this sheet alone, by their SHA-256, and no address at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from forumsim.analysis.land import HEIGHT, WIDTH
from forumsim.analysis.palette import LOOKS
from forumsim.app.frame import frame_of
from forumsim.app.recording import Recorder
from forumsim.app.views.looks import PLAIN
from forumsim.app.views.world_map import sources
from forumsim.core.errors import InputError, Problem
from forumsim.core.world import World
from forumsim.plans.seeds import run_seed
from forumsim.results.files import atomic
from forumsim.sweeps.again import interventions_of, model_of_run, repeated, steps_of
from forumsim.sweeps.past import open_past

#: Largest file, in bytes.
MOST_BYTES = 3_000_000
#: Arrays of the world by which two ends of a run are told apart, besides their event logs.
STATE = ("position", "power", "trust", "member", "attention", "status", "charter", "legalization", "tally")
_TITLE = "the replay cannot be made"
#: Dashes of the lines, by their look: in matplotlib they count widths of the line, which is 2 pixels; in SVG, pixels.
_DASHES = tuple("" if look.line == "-" else " ".join(f"{2 * part:g}" for part in look.line[1]) for look in LOOKS)


def write_replay(
    folder: str | Path,
    run_id: str,
    out: str | Path | None = None,
    replace: bool = False,
    anyway: bool = False,
    with_: Any = None,
) -> tuple[Path, tuple[str, ...]]:
    """Repeat a run of a results folder and write it as a page that plays.

    Parameters
    ----------
    folder : path
        Results folder.
    run_id : str
        Id of a run, or its beginning.
    out : path, optional
        The file; by default the id with ``.html``, in the working folder.
    replace : bool
        Whether a file that is there is replaced.
    anyway : bool
        Go on when plan, scenario or model have changed since, or the run comes out otherwise; the page then says so.
    with_ : str, path, several of them, or Extensions, optional
        The extensions that the results were made with; their code is run.

    Returns
    -------
    path : Path
        Of the page.
    differences : tuple of str
        What is not as it stands in the folder; empty unless ``anyway``.

    Raises
    ------
    InputError
        There are no results or no such run, the run failed, has changed, or is too long for one file, or the file is
        there or cannot be written: nothing is written then.
    """
    target = None if out is None else _check_target(Path(out), replace)
    past = open_past(folder, anyway, with_=with_)
    recorded, run, differences = repeated(past, run_id, anyway)
    if target is None:
        target = _check_target(Path(f"{recorded.run_id}.html"), replace)
    model, acts = model_of_run(past, recorded), interventions_of(past, recorded)
    recorder = Recorder(model, run.world.step)
    for step in steps_of(model, acts, run.world.step):
        recorder.note(step)
    _same(model.world, run.world, recorded.run_id)
    spec, plan = recorded.spec, past.plan
    part = plan.parts[spec.point.part]
    settings = {**part.fields, **part.parameters, **spec.point.values}
    preset = settings.pop("preset", part.preset)
    facts = {
        "run": recorded.run_id, "plan": plan.name, "part": part.name, "point": spec.point.name,
        "replicate": str(spec.replicate), "seed": str(run_seed(plan.seed, spec.replicate)),
        "scenario": model.scenario.name, **({"preset": preset} if preset else {}),
        "forumsim": str(past.results.manifest.get("software", {}).get("forumsim", "")),
    }  # fmt: skip
    data = recorder.recording(acts) | {
        "title": model.scenario.title,
        "facts": [[name, value] for name, value in facts.items() if value],
        "settings": [[name, _text(value)] for name, value in settings.items()],
        "synthetic": not model.scenario.start,
        "differences": list(differences),
        "sources": sources(frame_of(model)),
        "size": [WIDTH, HEIGHT],
    }
    content = page(data).encode("utf-8")
    if len(content) > MOST_BYTES:
        found = f"the run has {run.world.step} steps: its page would have {len(content) / 1e6:.1f} MB"
        raise InputError([Problem(recorded.run_id, found, f"{MOST_BYTES / 1e6:g} MB at most")], _TITLE)
    try:
        with atomic([target]) as (file,):
            file.write(content)
            file.commit()
    except OSError as error:
        raise InputError([Problem(str(target), f"cannot be written: {error.strerror or error}")], _TITLE) from None
    return target, differences


def page(data: dict[str, Any]) -> str:
    """The page of a recorded run: of `Recorder.recording`, with title, facts and the other words of `write_replay`."""
    looks = [[look.colour, look.marker, dash] for look, dash in zip(LOOKS, _DASHES, strict=True)]
    text = json.dumps({**data, "looks": looks, "plain": PLAIN}, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":  # within the element that holds it none of them may end or begin anything
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    script, sheet, body = (
        files("forumsim.app").joinpath(f"data/replay.{kind}").read_text(encoding="utf-8")
        for kind in ("js", "css", "html")
    )
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(sheet)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=True)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(data['title'])}: replay of a run</title><style>{sheet}</style></head>\n"
        f'<body>{body}<script type="application/json" id="run">{text}</script><script>{script}</script></body></html>\n'
    )


def _hash(text: str) -> str:
    """SHA-256 of what stands within an element, as a policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _text(value: Any) -> str:
    return "unset" if value is None or value != value else f"{value:g}" if isinstance(value, float) else str(value)


def _check_target(path: Path, replace: bool) -> Path:
    """The path, if a file may be written there."""
    if path.is_dir():
        raise InputError([Problem(str(path), "is a folder", "the name of a file")], _TITLE)
    if not path.parent.is_dir():
        raise InputError(
            [Problem(str(path), f"there is no folder {path.parent}", "a file in a folder that is there")], _TITLE
        )
    if path.exists() and not replace:
        raise InputError([Problem(str(path), "is there already", "another name, or --fresh to replace it")], _TITLE)
    return path


def _same(model: World, run: World, run_id: str) -> None:
    """See that the run which was watched step by step is the run that was compared with the folder."""
    differing = [name for name in STATE if not np.array_equal(getattr(model, name), getattr(run, name))]
    if differing or not np.array_equal(model.log(), run.log()):
        found = f"differs when it is stepped one by one ({', '.join(differing) or 'events'})"
        raise InputError([Problem(run_id, found, "", "please report this, with the results folder")], _TITLE)
