"""A run that outlives its page: the browser tab holds what it takes to build it again, and the server holds nothing.

Runs are the same to the bit for the same settings, seed and acts; so these, and the step, are all that is kept.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from forumsim.app.session import Session, Setup
from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError, Problem
from forumsim.extensions import NONE
from forumsim.running.interventions import check_interventions

#: Pages that are gone and may come back, whose models the server keeps at most: each takes some megabytes.
ASLEEP = 8
#: Held while pages are forgotten, so that none is forgotten twice.
_EVICTING = threading.Lock()
_WHERE = "the run that this tab showed before"


def evict(most: int = ASLEEP) -> None:
    """Let the server forget pages that are gone, the longest open first, until at most so many are left.

    Forgetting a page waits for that page's lock. A page that is being made holds its own, so that this must not be
    called from there: two pages could wait for each other without end. `evict_soon` is for them.
    """
    from solara.server.kernel_context import PageStatus, contexts

    with _EVICTING:
        gone = [context for context in tuple(contexts.values())
                if context.page_status and PageStatus.CONNECTED not in tuple(context.page_status.values())]  # fmt: skip
        for context in gone[: max(0, len(gone) - most)]:
            context.close(reason="evicted")


def evict_soon() -> threading.Thread:
    """`evict` in a thread that holds no lock and belongs to no page."""
    thread = threading.Thread(target=evict, daemon=True, name="forumsim evict")
    thread.current_context = None  # type: ignore[attr-defined]  # Solara lets a thread belong to the page that made it
    thread.start()
    return thread


def kept(session: Session, begun: str) -> str:
    """What a tab has to hold of a session, as JSON.

    ``begun`` is what the page was opened with: a page that was opened with something else begins with that.
    """
    with session.lock:
        return json.dumps({
            "begun": begun, "model": _version(session), "setup": _settings(session.setup),
            "step": session.models[0].step_count, "acts": [model.interventions for model in session.models],
        }, default=str)  # fmt: skip


def _settings(setup: Setup) -> dict[str, Any]:
    """What a user has set; extensions are the server's own."""
    given = asdict(replace(setup, extensions=NONE))
    del given["extensions"]
    return given


def _version(session: Session) -> list[str]:
    """What decides, beside settings and acts, which numbers come out."""
    return [MODEL_DIGEST, session.models[0].scenario.digest]


def restore(session: Session, text: str, begun: str) -> bool:
    """Build the run again that a tab holds; whether there was one.

    What cannot be restored is said in ``session.error``, and the session begins anew.
    """
    first = session.setup
    try:
        data = json.loads(text)
        if data["begun"] != begun:
            return False
        given = data["setup"] | {"acts": tuple(data["setup"].get("acts", ()))}
        _rebuild(session, Setup(**given, extensions=first.extensions), data["step"], data["acts"])
        if data["model"] != _version(session):
            raise InputError([Problem(_WHERE, "is of another version of forumsim or of the scenario")])
    except Exception as error:  # the text comes from the browser: it may hold anything
        why = (
            "; ".join(map(str, error.problems)) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        )
        session.guarded(lambda: session.reset(first))
        session.error = f"The run that this tab showed before could not be restored, and begins anew. {why}"
    return True


def _rebuild(session: Session, setup: Setup, step: Any, acts: Any) -> None:
    models = setup.models()
    problems: list[Problem] = []
    if type(step) is not int or not 0 <= step <= models[0].length:
        problems.append(Problem(_WHERE, f"found step {step!r}", f"0 to {models[0].length}"))
    elif len(acts) != len(models):
        problems.append(Problem(_WHERE, f"found the acts of {len(acts)} runs", f"those of {len(models)}"))
    else:
        for model, listed in zip(models, acts, strict=True):
            problems += check_interventions(listed, model.scenario, model.params, step, _WHERE)
    if problems:
        raise InputError(problems)
    session.reset(setup)
    with session.lock:
        for side, (model, listed) in enumerate(zip(session.models, acts, strict=True)):
            rest = listed[len(model.interventions) :]  # those of a results folder are done already
            model.redo(rest, step, partial(session.advance, side))
    session.step(0)
