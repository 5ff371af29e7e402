"""The reference and the compiled kernel side by side, step by step: the first difference is raised."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from forumsim.core import schedule
from forumsim.core.state.sums import rebuild_stale
from forumsim.core.terms import EVENT_DTYPE, EVENTS, PENDING, SLOTS, STEP, Event
from forumsim.core.world import World

from .model import SCHEDULE, ReferenceModel, is_on
from .photograph import photograph, write_derived

TOLERANCE = 1e-9
#: Place of the value in an event's row.
VALUE = EVENT_DTYPE.names.index("value")
DERIVED = ("weight_in", "trust_in", "gain_in", "distance", "beyond", "conflict")
#: Compared by their filled parts (`differing_tables`), and who kept what, which is the compliance rule's own.
NOT_AS_IT_STANDS = ("events", "pending", "clock", "kept")
BY_SLOT = (
    "status", "mode", "admission", "decision", "form", "period", "approval", "quota", "gate_forum", "gate_power",
    "gate_issue", "gate_low", "gate_high", "legalization", "vitality", "movable_until", "founded", "edition",
    "founder", "parent", "predecessor", "adopted", "fee", "mandate", "charter", "status_quo", "member", "listed",
    "veto", "habit", "tenure", "attention",
)  # fmt: skip


class Pair:
    """One world run twice: by the reference and by the kernel."""

    def __init__(self, world: World, record: Any) -> None:
        self.start, self.record = world, record
        self.model = ReferenceModel(world, record)
        self.kernel = world.copy()
        schedule.make_room(self.kernel)
        schedule.prepare(self.kernel, record)
        self.seen = 0

    def step(self) -> None:
        """One step of both."""
        self.seen = len(self.model.log)
        schedule.make_room(self.kernel)
        schedule.step(self.kernel, self.record)
        self.model.step()

    def differences(self) -> list[str]:
        """Where they differ now: the first event since the last step, and the first place of each array."""
        mine, theirs = photograph(self.model, self.start), self.kernel.copy()
        found = differing_events(self.model.log[self.seen :], theirs.log()[self.seen :].tolist())
        found += differing_tables(mine, theirs) + differing_state(mine, theirs)
        rebuild_stale(theirs, self.record)
        write_derived(mine, self.model)
        return found + differing_derived(mine, theirs, bool(self.record["realist"]))


class Differ(AssertionError):
    """Reference and kernel differ."""


def compare(world: World, record: Any, steps: int) -> Counter[Event]:
    """Run both for some steps and compare after each; how often each event occurred.

    Raises
    ------
    Differ
        At the first step after which events or state differ; says after which rule and in which fields.
    """
    pair = Pair(world, record)
    if found := pair.differences():
        raise Differ("\n  ".join(["after prepare:", *found]))
    for _ in range(steps):
        pair.step()
        if pair.differences():
            raise Differ(first_differing_rule(world, record, pair.model.t))
    return Counter(row.kind for row in pair.model.log)


def first_differing_rule(world: World, record: Any, step: int) -> str:
    """Run again up to a step that differs, then rule by rule: which rule differs in what."""
    pair = Pair(world, record)
    for _ in range(step - 1):
        pair.step()
    pair.seen = len(pair.model.log)
    schedule.make_room(pair.kernel)
    pair.kernel.clock[STEP] += 1
    pair.model.t += 1
    for (switch, mine), theirs in zip(SCHEDULE, schedule.SCHEDULE, strict=True):
        if is_on(pair.model.p, switch):
            mine(pair.model)
        theirs(pair.kernel, record)
        if found := pair.differences():
            return "\n  ".join([f"step {step}, {switch.removeprefix('rule_')}:", *found])
    return f"step {step}: only the compiled step differs, not its rules one by one"


# --- what differs ---------------------------------------------------------------------------------------------------


def differing_events(mine: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]) -> list[str]:
    """The first event in which two stretches of the log differ."""
    for n in range(max(len(mine), len(theirs))):
        one, two = mine[n : n + 1], theirs[n : n + 1]
        if not one or not two or are_different_events(one[0], two[0]):
            names = [f"{Event(rows[0][1]).name} {tuple(rows[0])}" if rows else "nothing" for rows in (one, two)]
            return [f"event {n} of the step: reference {names[0]}, kernel {names[1]}"]
    return []


def are_different_events(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    """Rows whose values differ by more than the tolerance, or that differ in anything else."""
    exact, others = ((*row[:VALUE], *row[VALUE + 1 :]) for row in (mine, theirs))
    return exact != others or bool(differs(mine[VALUE], theirs[VALUE]))


def differing_tables(mine: World, theirs: World) -> list[str]:
    """Clock and pending declarations."""
    found = []
    for name, place in (("step", STEP), ("events", EVENTS), ("slots", SLOTS), ("pending", PENDING)):
        if mine.clock[place] != theirs.clock[place]:
            found.append(f"number of {name}: reference {mine.clock[place]}, kernel {theirs.clock[place]}")
    one, two = (world.pending[: world.clock[PENDING]].tolist() for world in (mine, theirs))
    return found if one == two else [*found, f"pending: reference {one}, kernel {two}"]


def differing_state(mine: World, theirs: World) -> list[str]:
    """Arrays that differ, with the first place; forums are those of the slots in use."""
    found = []
    slots = int(theirs.clock[SLOTS])  # beyond it lies what is left of coalitions that failed
    for name, one in mine.arrays():
        two = getattr(theirs, name)
        if name in (*DERIVED, *NOT_AS_IT_STANDS):
            continue
        if name == "summit_until":  # nobody meets itself
            one, two = (table * (1 - np.eye(len(table), dtype=table.dtype)) for table in (one, two))
        if name in BY_SLOT:
            one, two = one[:slots], two[:slots]
        if name in ("charter", "status_quo"):  # a forum has principles on the issues of its mandate
            one, two = (table * mine.mandate[:slots] for table in (one, two))
        found += first_difference(name, one, two)
    return found


def differing_derived(mine: World, theirs: World, realist: bool) -> list[str]:
    """What follows from the state, for live forums."""
    live = mine.live()
    names = [name for name in DERIVED if realist or name != "gain_in"]
    return [
        text
        for name in names
        for text in first_difference(name, getattr(mine, name)[live], getattr(theirs, name)[live])
    ]


def first_difference(name: str, mine: np.ndarray, theirs: np.ndarray) -> list[str]:
    """Where an array differs first."""
    unlike = differs(mine, theirs)
    if not unlike.any():
        return []
    place = tuple(np.argwhere(unlike)[0].tolist())
    return [f"{name}{list(place)}: reference {mine[place]}, kernel {theirs[place]} ({unlike.sum()} places)"]


def differs(mine: Any, theirs: Any) -> Any:
    """Floats by more than the tolerance, all else at all; infinities are equal to themselves."""
    if np.asarray(theirs).dtype == np.float64:
        return ~np.isclose(mine, theirs, rtol=0, atol=TOLERANCE)
    return mine != theirs
