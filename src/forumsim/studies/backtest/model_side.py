"""What the model says of a roster that it is not shown: the shipped rule of membership on the world as it stood.

One forum at a time is taken out of the facts. Its world is that of the quarter before it opened; every other forum
has, in every quarter, the members that it had in fact, and is closed to decisions. The forum opens with its founders
alone, and from then to autumn 2024 the compiled rules of shocks and membership act, quarter by quarter: a declaration
is decided in its waves when it opens, a series at each edition, a standing forum is looked at with the rate of
reconsideration. All other rules rest: trust, positions and charters stay as the scenario has them. Each replicate has
tastes of its own; readiness and lineage are learned from the other forums alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from forumsim.core.rules.membership import membership
from forumsim.core.rules.shocks import shocks
from forumsim.core.schedule import make_room, prepare
from forumsim.core.state.sums import ALL, outdate
from forumsim.core.terms import Mode, Shock
from forumsim.core.world import Bools, Floats, World
from forumsim.plans.seeds import run_seed
from forumsim.scenarios import Scenario
from forumsim.scenarios.quarters import quarter_number
from forumsim.studies.backtest.rosters import AUTUMN, Roster, world_at
from forumsim.studies.verification.worlds import tick

#: An edition so long ago that a text is not decided again.
LONG_AGO = -1_000_000
#: Shocks that would decide who is in: those of the other forums are part of the facts, that of a roster is its answer.
_ROSTER_SHOCKS = (Shock.OPENING, Shock.CLOSING, Shock.LEAVE)


class Facts:
    """Who was in which forum at the end of each quarter, as the tables of a scenario say; built once a quarter."""

    def __init__(self, case: Scenario, quarters: Iterable[int]) -> None:
        self.worlds: dict[int, World] = {quarter: world_at(case, quarter) for quarter in quarters}

    @classmethod
    def before(cls, case: Scenario, scored: Iterable[Roster]) -> Facts:
        """The facts that these rosters need: from before the first opening to before the last quarter."""
        first = min(roster.opened for roster in scored) - 1
        return cls(case, range(first, quarter_number(AUTUMN)))


def opening_world(facts: Facts, params: np.void, roster: Roster, own_charter: bool = True) -> World:
    """The world at the end of the quarter before the forum opens, ready for the step in which it does.

    Parameters
    ----------
    facts : Facts
    params : record of parameters
    roster : Roster
        Its ``member`` is not read.
    own_charter : bool
        False: the charter is the power-weighted mean of the founders' positions instead of the scenario's, which for
        most forums is a mean over the roster. A forum without founders keeps its own.
    """
    world = _world_before(facts, params, roster, own_charter)
    prepare(world, params)
    return world


def _world_before(facts: Facts, params: np.void, roster: Roster, own_charter: bool) -> World:
    """The same, not yet prepared: tastes are those of the seed, so that each replicate has its own."""
    world = facts.worlds[roster.opened - 1].copy()
    other = np.arange(world.slots) != roster.row
    world.mode[other] = Mode.DECLARATION  # history: nobody joins or leaves, and their law and charters count as before
    world.edition[other] = LONG_AGO
    kinds = world.shocks["kind"]
    opens = (kinds == Shock.OPENING) & (world.shocks["forum"] == roster.row)
    world.shocks = world.shocks[opens | ~np.isin(kinds, _ROSTER_SHOCKS)].copy()
    if not own_charter and roster.founders.size:
        mean = np.average(world.position[roster.founders], axis=0, weights=world.power[roster.founders])
        world.charter[roster.row] = world.text[roster.row] = mean
    if float(params["redline_scale"]) != 1.0:
        world.red_line[:] *= float(params["redline_scale"])
    make_room(world)
    return world


def chances(
    facts: Facts, params: np.void, roster: Roster, replicates: int, seed: int = 1, own_charter: bool = True
) -> Floats:
    """Chance of each actor to be a member in autumn 2024: the share of replicates in which it is.

    Parameters
    ----------
    facts : Facts
        Quarters from the one before the opening to the one before `AUTUMN`.
    params : record of parameters
    roster : Roster
        Its ``member`` is not read.
    replicates : int
        Runs with different keyed draws.
    seed : int
        From which the seeds of the replicates follow (`run_seed`).
    own_charter : bool
        See `opening_world`.

    Returns
    -------
    float array (N,)
        For all actors, multiples of 1 / replicates.
    """
    start = _world_before(facts, params, roster, own_charter)
    other = np.arange(start.slots) != roster.row
    changes = _changes(facts, roster, other)
    world = start.copy()
    inside = np.zeros(world.actors)
    for replicate in range(replicates):
        _restore(world, start)
        world.seed[0] = run_seed(seed, replicate)
        prepare(world, params)
        for change in changes:
            if change is not None:
                world.status[other], world.member[other] = change
                outdate(world, ALL)
            tick(world, params, shocks, membership)
        inside += world.member[roster.row]
    return inside / replicates


def _changes(facts: Facts, roster: Roster, other: Bools) -> list[tuple[np.ndarray, Bools] | None]:
    """For each step the other forums at the end of the quarter before, None where nothing has changed since."""
    changes: list[tuple[np.ndarray, Bools] | None] = []
    last = facts.worlds[roster.opened - 1]
    for quarter in range(roster.opened - 1, quarter_number(AUTUMN)):
        now = facts.worlds[quarter]
        same = np.array_equal(now.status[other], last.status[other])
        same = same and np.array_equal(now.member[other], last.member[other])
        changes.append(None if same else (now.status[other], now.member[other]))
        last = now
    return changes


def _restore(world: World, start: World) -> None:
    """Put a world back to its start in place; the event log is emptied by its counter."""
    for name, array in start.arrays():
        if name not in ("events", "pending"):
            np.copyto(getattr(world, name), array)
