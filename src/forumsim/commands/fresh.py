"""``forumsim sweep --fresh``: results that are older than plan, scenario or model are replaced, as a whole, at the end.

The new results grow in a hidden folder beside the old ones (``.dialogue.fresh-...``, where an interrupted sweep goes on
as well) and take their place when they are complete. Results that are exactly those of the plan stay: runs are
reproducible to the bit, so there is nothing to gain from doing them again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forumsim.core.errors import InputError, Problem

if TYPE_CHECKING:
    from forumsim.plans import Plan
    from forumsim.sweeps.progress import Progress

#: What the analysis adds to a results folder; it is drawn anew from the new results.
DRAWN = ("figures", "report.html", "sensitivity.csv", "export")


def sweep_fresh(plan: Plan, out: Path, progress: bool | Progress, **settings: Any) -> Path:
    """Run a plan and let its results replace what the folder holds.

    Parameters
    ----------
    plan : Plan
    out : Path
        Results folder. Files in it that forumsim did not write are kept.
    progress : bool or Progress
    settings
        What else `forumsim.sweeps.sweep` takes.

    Returns
    -------
    Path
        Where the results are: ``out``, or the folder beside it when some runs failed (the old results then stay).

    Raises
    ------
    InputError
        When the folder holds files but no results: nothing is touched then.
    """
    from forumsim.results.manifest import identity
    from forumsim.sweeps import sweep

    content = identity(plan)
    target = out.resolve()
    key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    beside = target.with_name(f".{target.name}.fresh-{key}")
    if not beside.exists() and (not holds_results(out) or is_of(target, content)):
        return sweep(plan, out, progress=progress, **settings).folder
    new = sweep(plan, beside, progress=progress, **settings)
    if new.manifest["runs"]["failed"]:
        return beside
    replace(target, beside)
    for other in target.parent.glob(f".{target.name}.fresh-*"):
        shutil.rmtree(other, ignore_errors=True)  # begun for an older plan or model
    return out


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder, of whatever version; empty where there is none that can be read."""
    from forumsim.results.opening import manifest_problems, read_json

    path = folder / "manifest.json"
    try:
        content = read_json(path)
    except (OSError, InputError):
        return {}
    return {} if manifest_problems(path, content, anyway=True) else content


def holds_results(folder: Path) -> bool:
    """Whether a folder holds results of forumsim, of whatever plan; False when it is new, empty or a sweep's journal.

    Raises
    ------
    InputError
        When it holds anything else.
    """
    if folder.is_dir() and "plan_digest" in manifest_of(folder):
        return True
    if not folder.exists() or (folder.is_dir() and (not any(folder.iterdir()) or (folder / "journal").is_dir())):
        return False
    hint = "give a new or empty folder with --out"
    raise InputError([Problem(str(folder), "holds files, but no results of forumsim", "", hint)],
                     "the results cannot be replaced")  # fmt: skip


def is_of(folder: Path, content: dict[str, Any]) -> bool:
    """Whether the results are those of this plan, scenario and model, and all files are there."""
    manifest = manifest_of(folder)
    same = all(manifest.get(key) == value for key, value in json.loads(json.dumps(content)).items())
    return same and all((folder / name).is_file() for name in manifest.get("files", {}))


def replace(target: Path, new: Path) -> None:
    """Put a complete folder in the place of an older one; files of other origin move over."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        ours = {"manifest.json", "journal", *DRAWN, *manifest_of(target).get("files", {})}
        for entry in list(target.iterdir()):
            if entry.name not in ours and not (new / entry.name).exists():
                entry.rename(new / entry.name)
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
