"""An act is done: checked, logged as an event of its own before what comes of it, and carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from forumsim.core.schedule import make_room
from forumsim.core.state.log import log
from forumsim.core.state.sums import rebuild_stale
from forumsim.core.terms import EVENTS, Event
from forumsim.running.interventions.acts import ACTS
from forumsim.running.interventions.stage import NotLive, Stage


def apply(stage: Stage, act: str, details: Mapping[str, Any], number: int) -> Any:
    """Do an act of `ACTS` now.

    Parameters
    ----------
    stage : Stage
    act : str
    details : mapping
        Its arguments; actors, forums and issues by id.
    number : int
        Which intervention of the run this is, from 1: the value of its event.

    Returns
    -------
    object
        What the act returns; False, 0 or -1 where nothing came of it.

    Raises
    ------
    InputError
        The act cannot be done; the world and its log are as before.
    """
    world = stage.world
    make_room(world)
    rebuild_stale(world, stage.params)
    before, tally = int(world.clock[EVENTS]), world.tally.copy()
    _note(stage, details, number)
    try:
        outcome = ACTS[act](stage, **details)
    except BaseException:  # acts check before they change anything
        world.clock[EVENTS] = before
        world.tally[:] = tally
        raise
    nothing = -1 if act == "found" else 0  # a slot may be number 0
    if outcome == nothing and world.log()["kind"][-1] != Event.NO_EFFECT:  # a shock has said so itself
        _note(stage, details, number, Event.NO_EFFECT)
    return outcome


def _note(stage: Stage, details: Mapping[str, Any], number: int, kind: Event = Event.INTERVENTION) -> None:
    """The event of an intervention: who and what it names, as far as they exist; the act itself says what does not."""
    scenario = stage.scenario

    def row(name: str, ids: tuple[str, ...]) -> int:
        given = details.get(name)
        if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < len(ids):
            return given
        return ids.index(given) if isinstance(given, str) and given in ids else -1

    log(
        stage.world, kind, row("actor", scenario.actor_ids), row("other", scenario.actor_ids),
        row("forum", scenario.forum_ids), row("issue", scenario.issues), float(number),
    )  # fmt: skip


def apply_listed(stage: Stage, entries: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """The interventions of one step of a batch run; an act on a forum that is not there in this run has no effect.

    Parameters
    ----------
    stage : Stage
    entries : iterable of (number, entry)
        Number in the run's list, from 1; the entry has ``step``, ``act`` and the arguments of the act.
    """
    stage.begin_turns()
    for number, entry in entries:
        details = {name: value for name, value in entry.items() if name not in ("step", "act")}
        try:
            apply(stage, entry["act"], details, number)
        except NotLive:
            _note(stage, details, number)
            _note(stage, details, number, Event.NO_EFFECT)
    make_room(stage.world)
