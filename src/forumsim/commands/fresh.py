"""``forumsim sweep --fresh``: results that are older than plan, scenario or model are replaced, as a whole, at the end.

The new results grow in a hidden folder beside the old ones (``.dialogue.fresh-...``, where an interrupted sweep goes on
as well) and take their place when they are complete. Results that are exactly those of the plan stay: runs are
reproducible to the bit, so there is nothing to gain from doing them again.
"""

from __future__ import annotations

import contextlib
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
    """Run a plan and let its results replace what the folder holds, but for files that forumsim did not write.

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

    content = json.loads(json.dumps(identity(plan)))
    target = out.resolve()
    key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    beside = target.with_name(f".{target.name}.fresh-{key}")
    if beside.is_symlink():
        raise InputError([Problem(str(beside), "is a link", "a folder", "remove it")], "the results cannot be written")
    if not beside.exists() and not _to_be_replaced(out, content):
        written = sweep(plan, out, progress=progress, **settings).folder
        shutil.rmtree(_old(target), ignore_errors=True)  # where an earlier call was killed at its end
        return written
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


def _to_be_replaced(folder: Path, content: dict[str, Any]) -> bool:
    """Whether a folder holds results of another plan, scenario or model, whole or begun, or lacks files of this one.

    Raises
    ------
    InputError
        When it holds anything else than results.
    """
    from forumsim.results.manifest import SCHEMA_VERSION, recorded_identity
    from forumsim.results.opening import FolderState, folder_state
    from forumsim.results.store import Store
    from forumsim.sweeps.work import PIECES

    state = folder_state(folder)
    if state in (FolderState.FILE, FolderState.OTHER) or (
        state is FolderState.COMPLETE and "plan_digest" not in manifest_of(folder)
    ):
        hint = "give a new or empty folder with --out"
        found = state.value if state is FolderState.FILE else "holds files, but no results of forumsim"
        raise InputError([Problem(str(folder), found, "", hint)], "the results cannot be replaced")
    if state is FolderState.COMPLETE:
        manifest = manifest_of(folder)
        same = manifest.get("schema_version") == SCHEMA_VERSION and recorded_identity(manifest) == content
        return not (same and all((folder / name).is_file() for name in manifest.get("files", {})))
    if state in (FolderState.UNFINISHED, FolderState.BETWEEN) and folder.exists():
        with contextlib.closing(Store(folder, PIECES)) as store:
            return bool(store.head) and recorded_identity(store.head) != content
    return False


def _old(target: Path) -> Path:
    """Where earlier results lie while new ones take their place."""
    return target.with_name(f".{target.name}.old")


def replace(target: Path, new: Path) -> None:
    """Put a complete folder in the place of an older one; files of other origin move over.

    A kill at any moment leaves the new folder whole, here or there, and the same command goes on from it.

    Raises
    ------
    InputError
        When a sweep is writing to the older one.
    """
    from forumsim.results.files import STORE
    from forumsim.results.store import refuse_busy

    old = _old(target)
    if target.exists():
        refuse_busy(target)
        shutil.rmtree(old, ignore_errors=True)
        written = {Path(name).parts[0] for name in manifest_of(target).get("files", {})}
        ours = {"manifest.json", STORE, f"{STORE}-journal", "inputs", *DRAWN, *written}
        for entry in list(target.iterdir()):
            partial = entry.name.startswith(".") and entry.name.endswith(".partial")
            if entry.name not in ours and not partial and not (new / entry.name).exists():
                entry.rename(new / entry.name)
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
