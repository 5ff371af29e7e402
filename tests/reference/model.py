"""The model as a Mesa model: `ReferenceModel` and the order of its rules (section 3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import mesa

from forumsim.core.terms import Event, Term
from forumsim.core.world import World

from .actor import Actor, NonState, State
from .compliance import comply
from .dialogue import talk
from .draws import Purpose, Stream
from .drift import drift
from .forum import Forum
from .founding import found_forums
from .lifecycle import live_and_die
from .membership import reconsider_memberships
from .shocks import suffer_shocks
from .start import prepare, read_tables, read_world
from .voice import raise_voices


class Row(NamedTuple):
    """A row of the event log (section 7.13); actors, forums and issues by number, -1 none."""

    step: int
    kind: Event
    actor: int
    other: int
    forum: int
    issue: int
    value: float
    term: Term


#: Rules in the order of a step, with the parameter that switches each on.
SCHEDULE: tuple[tuple[str, Callable[[ReferenceModel], None]], ...] = (
    ("rule_shocks", suffer_shocks),
    ("rule_dialogue", talk),
    ("rule_compliance", comply),
    ("rule_voice", raise_voices),
    ("rule_membership", reconsider_memberships),
    ("rule_founding", found_forums),
    ("rule_lifecycle", live_and_die),
    ("rule_drift", drift),
)


class ReferenceModel(mesa.Model):
    """The whole model, from a world at its start.

    Parameters
    ----------
    world : World
        As a scenario builds it, before ``prepare``; read, never written.
    record : numpy.void
        Parameters (`forumsim.core.parameters.make_record`).
    """

    def __init__(self, world: World, record: Any) -> None:
        seed = int(world.seed[0])
        super().__init__(rng=seed)
        self.seed_of_run = seed
        self.p = SimpleNamespace(**{name: unset_is_none(float(record[name])) for name in record.dtype.names})
        self.t = world.step
        self.issues = range(world.issues)
        self.slots = world.slots
        self.log: list[Row] = []
        self.tally = {(issue, kind): 0 for issue in (*self.issues, None) for kind in Event}
        self.actors: list[Actor] = []
        self.forums: list[Forum] = []
        read_world(self, world)
        self.states = [i for i in self.actors if isinstance(i, State)]
        self.nonstates = [i for i in self.actors if isinstance(i, NonState)]
        read_tables(self, world)
        prepare(self)

    def step(self) -> None:
        """One step: the rules in their order."""
        self.t += 1
        for switch, rule in SCHEDULE:
            if is_on(self.p, switch):
                rule(self)

    # --- what rules ask for -----------------------------------------------------------------------------------------

    def live_forums(self) -> list[Forum]:
        """Forums alive or dormant, in the order of slots."""
        return [f for f in self.forums if f.is_live]

    def stream(self, purpose: Purpose) -> Stream:
        """The draws of a purpose in this step."""
        return Stream.of(self.seed_of_run, purpose, self.t)

    def in_order_of(self, purpose: Purpose) -> list[Actor]:
        """All actors in an order drawn for this step."""
        return [self.actors[i] for i in self.stream(purpose).permutation(len(self.actors))]

    # --- the event log (section 7.13) ---------------------------------------------------------------------------------

    def write(
        self,
        kind: Event,
        actor: Actor | None = None,
        other: Actor | Forum | None = None,
        forum: Forum | None = None,
        issue: int | None = None,
        value: float = 0.0,
        term: Term = Term.NONE,
    ) -> None:
        """Log an event, and count it in the pooled row and for its issue or those of its forum's mandate."""
        rows = (-1 if agent is None else agent.row for agent in (actor, other, forum))
        self.log.append(Row(self.t, kind, *rows, -1 if issue is None else issue, value, term))
        counted = [issue] if issue is not None else forum.mandate if forum is not None else []
        for k in (*counted, None):
            self.tally[k, kind] += 1


def is_on(p: SimpleNamespace, switch: str) -> bool:
    """Whether a rule does anything: that of shocks opens and closes dated forums even when it is off."""
    return switch == "rule_shocks" or bool(getattr(p, switch))


def unset_is_none(value: float) -> float | None:
    """The record marks parameters that are unset by NaN."""
    return None if math.isnan(value) else value
