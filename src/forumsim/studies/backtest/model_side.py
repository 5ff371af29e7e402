"""What the model says of a roster that it is not shown: the shipped rule of membership on the world as it stood.

One forum at a time is taken out of the facts. Its world is that of the quarter before it opened; every other forum
has, in every quarter, the members that it had in fact, and is closed to decisions. The forum opens with the members
that are given (`rosters.given`) alone, and from then on the compiled rules of shocks and membership act, quarter by
quarter: a declaration is decided in its waves when it opens, a series at each edition, a standing forum is looked at
with the rate of reconsideration. All other rules rest: trust, positions and charters stay as the scenario has them.
Each replicate has tastes and bounds of the gate of its own; readiness and lineage are learned from the other forums
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from forumsim.core.rules.membership import membership
from forumsim.core.rules.shocks import shocks
from forumsim.core.schedule import make_room, prepare
from forumsim.core.state.sums import ALL, mark_stale
from forumsim.core.terms import SHOCK_DTYPE, Mode, Shock, Status
from forumsim.core.world import Bools, Floats, World
from forumsim.plans.seeds import run_seed
from forumsim.scenarios import Scenario
from forumsim.scenarios.dated import FOREVER
from forumsim.studies.backtest.evidence import keep_to_acts_of_one_kind, readiness_spread
from forumsim.studies.backtest.gates import draw_gate
from forumsim.studies.backtest.rosters import Roster, world_at
from forumsim.studies.verification.worlds import tick

#: An edition so long ago that a text is not decided again.
LONG_AGO = -1_000_000
#: Shocks that would decide who is in: those of the other forums are part of the facts, that of a roster is its answer.
_ROSTER_SHOCKS = (Shock.OPENING, Shock.CLOSING, Shock.LEAVE)
#: Groups of replicates: from how they differ follows how much chance is left in a figure.
GROUPS = 20


#: Who was in which forum at the end of each quarter, by its number. Where facts end with the start of a scenario, later
#: quarters have its world.
Facts = Mapping[int, World]


def facts_before(case: Scenario, scored: Iterable[Roster]) -> Facts:
    """The facts that these rosters need: from before the first opening to the last quarter."""
    scored = list(scored)
    quarters = range(min(r.opened for r in scored) - 1, max(r.until for r in scored) + 1)
    return {quarter: world_at(case, quarter) for quarter in quarters}


def opening_world(facts: Facts, params: np.void, roster: Roster, own_charter: bool = True) -> World:
    """The world at the end of the quarter before the forum opens, ready for the step in which it does.

    Who was in the forum (``roster.member``) is not read.
    """
    world = world_before(facts, params, roster, own_charter)
    prepare(world, params)
    return world


def world_before(facts: Facts, params: np.void, roster: Roster, own_charter: bool = True) -> World:
    """The same, not yet prepared: tastes are those of the seed, so that each replicate has its own.

    Without ``own_charter`` the charter is the power-weighted mean of the positions of the given members instead of the
    scenario's, which for most forums is a mean over the roster. A forum without such members keeps its own.
    """
    world = facts[roster.opened - 1].copy()
    row = roster.row
    other = np.arange(world.slots) != row
    world.mode[other] = Mode.DECLARATION  # history: nobody joins or leaves, and their law and charters count as before
    world.edition[other] = LONG_AGO
    _take_out(world, row)
    world.habit[row, roster.founders] = True  # the opening makes them members
    opening = (1, Shock.OPENING, world.founder[row], -1, row, -1, 1.0, FOREVER, 0.0)
    others = world.shocks[~np.isin(world.shocks["kind"], _ROSTER_SHOCKS)]
    world.shocks = np.concatenate([np.array([opening], dtype=SHOCK_DTYPE), others])
    if not own_charter and roster.founders.size:
        mean = np.average(world.position[roster.founders], axis=0, weights=world.power[roster.founders])
        world.charter[row] = world.status_quo[row] = mean
    if float(params["redline_scale"]) != 1.0:
        world.red_line[:] *= float(params["redline_scale"])
    keep_to_acts_of_one_kind(world, row)
    make_room(world)
    return world


def _take_out(world: World, row: int) -> None:
    """Make a forum one that has not opened yet: nobody has been in it."""
    world.status[row] = Status.EMPTY
    world.member[row] = world.habit[row] = False
    world.tenure[row] = 0


def with_spread_of_others(facts: Facts, params: np.void, roster: Roster) -> np.void:
    """The parameters with the spread of readiness that the other rosters show; 0 stays 0: there is no readiness.

    As the coefficients of the logits, it is learned from all other rosters of the end, the scored one taken out.
    """
    if float(params["taste_readiness"]) == 0.0:
        return params
    world = facts[roster.until].copy()
    _take_out(world, roster.row)
    keep_to_acts_of_one_kind(world, roster.row)
    params = params.copy()
    params["taste_readiness"] = readiness_spread(world, params)
    return params


def chances(
    facts: Facts, params: np.void, roster: Roster, replicates: int, seed: int = 1, own_charter: bool = True
) -> Floats:
    """Chance of each actor to be a member at the end: the share of replicates in which it is, by group of replicates.

    Parameters
    ----------
    facts : Facts
        Quarters from the one before the opening to the roster's last.
    params : record of parameters
    roster : Roster
        Its ``member`` is not read.
    replicates : int
        Runs with different keyed draws.
    seed : int
        From which the seeds of the replicates follow (`run_seed`).
    own_charter : bool
        As in `world_before`.

    Returns
    -------
    float array (G, N)
        For all actors; G is `GROUPS`, or the number of replicates if that is less. Replicate r is in group r mod G.
        The mean over groups, weighted by their sizes (`pooled`), is the chance.
    """
    start = world_before(facts, params, roster, own_charter)
    other = np.arange(start.slots) != roster.row
    changes = _changes(facts, roster, other)
    world = start.copy()
    groups = min(GROUPS, replicates)
    inside = np.zeros((groups, world.actors))
    for replicate in range(replicates):
        _restore(world, start)
        world.seed[0] = run_seed(seed, replicate)
        draw_gate(world, start, roster.row, run_seed(seed, replicate))
        prepare(world, params)
        for change in changes:
            if change is not None:
                world.status[other], world.member[other] = change
                mark_stale(world, ALL)
            tick(world, params, shocks, membership)
        inside[replicate % groups] += world.member[roster.row]
    return inside / sizes(replicates)[:, None]


def sizes(replicates: int) -> Floats:
    """How many replicates are in each group."""
    groups = min(GROUPS, replicates)
    return np.bincount(np.arange(replicates) % groups, minlength=groups).astype(float)


def pooled(by_group: Floats, replicates: int) -> Floats:
    """The chances over all replicates (N,), from those of the groups (G, N)."""
    return np.average(by_group, axis=0, weights=sizes(replicates))


def _changes(facts: Facts, roster: Roster, other: Bools) -> list[tuple[np.ndarray, Bools] | None]:
    """For each step the other forums at the end of the quarter before, None where nothing has changed since."""
    changes: list[tuple[np.ndarray, Bools] | None] = []
    last = facts[roster.opened - 1]
    for quarter in range(roster.opened - 1, roster.until):
        now = facts[quarter]
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
