"""The life of organisations in runs of the scenario, against the figures of international organisations.

An organisation is a standing forum that is not bilateral (those of the sources have three member states or more);
declarations and summits are texts. Members are the 193 states. Counts come from the world before each step and from
its event log.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from forumsim.core.schedule import make_room, prepare, step
from forumsim.core.terms import Event, Form, Kind, Mode, Role, Status, Term
from forumsim.core.world import Bools, World
from forumsim.plans.seeds import run_seed
from forumsim.running.run import params_for
from forumsim.scenarios import Scenario
from forumsim.studies.backtest.scores import BOOTSTRAP_SEED, percentiles, resampled

#: Steps of a year, and the age in years at which the hazard of organisations changes.
YEAR, YOUNG = 4, 5
#: Founding members of a small and of a large organisation: at most, more than.
SMALL, LARGE = 7, 30
Counts = defaultdict[str, float]
_DEAD = (Status.DISSOLVED, Status.MERGED)
_REFORMS = (Event.CHANGE_OF_REGIME, Event.CHANGE_WITHIN_REGIME, Event.LEGALIZATION)


class Figure(NamedTuple):
    """A figure of the life of organisations: a quotient of two counts over a run, and what it is in the world."""

    name: str
    above: str  #: count above the line
    below: str  #: count below it
    times: float  #: 100 for per cent
    low: float  #: what it is in the world, from
    high: float  #: to; NaN where no figure is known or none can be seen
    source: str
    block: str  #: what it is a figure of: figures of one block follow from each other in part, and stay together


_DEATHS = "Eilstrup-Sangiovanni 2020"
_STATE = "Gray 2018, economic ones"
_COW = "COW IGO v3"
_NONE = math.nan
_CREATION = "creation is preferred to reform"

#: What is compared: Eilstrup-Sangiovanni 2020 (561 organisations, 1815-2016), Gray 2018, Pevehouse et al. 2020 (COW IGO
#: v3). Of membership-years of COW (1946-2014) .29 % end, for whatever reason, while state and organisation go on. Where
#: a figure needs a longer life than a run has, there is none to compare with.
FIGURES = (
    Figure("deaths a year up to age 5, %", "deaths, young", "years, young", 100, 0.5, 0.5, _DEATHS, "deaths"),
    Figure("deaths a year from age 5 on, %", "deaths, old", "years, old", 100, 1.3, 1.5, _DEATHS, "deaths"),
    Figure(
        "dead of those founded by 3 to 7, %", "small, dead", "small", 100, _NONE, _NONE, "48 in the long run", "deaths"
    ),
    Figure(
        "dead of those founded by > 30, %", "large, dead", "large", 100, _NONE, _NONE, "16 in the long run", "deaths"
    ),
    Figure("awake at the end, %", "awake", "organisations", 100, 52, 52, _STATE, "state"),
    Figure("dormant at the end, %", "dormant", "organisations", 100, 38, 38, _STATE, "state"),
    Figure("dead at the end, %", "dead", "organisations", 100, 10, 10, _STATE, "state"),
    Figure("exits, % of membership-years", "exits", "membership-years", 100, 0.04, 0.04, "voluntary ones", "flows"),
    Figure("joins, % of eligible pair-years", "joins", "pair-years", 100, 0.40, 0.40, _COW, "flows"),
    Figure("member states, lower quartile", "quartile 1", "runs", 1, 9, 9, _COW, "members"),
    Figure("member states, median", "quartile 2", "runs", 1, 20, 20, _COW, "members"),
    Figure("member states, upper quartile", "quartile 3", "runs", 1, 45, 45, _COW, "members"),
    Figure("foundings for each reform", "foundings", "reforms", 1, 1, math.inf, _CREATION, "creation"),
    Figure("foundings in a run", "foundings", "runs", 1, _NONE, _NONE, "no figure", "creation"),
)


#: Which figures may be tuned on and which are held out, by a rule that was fixed before anything was tuned: blocks in
#: their order by turns, the first for tuning. Nothing that ships is tuned on either (`docs/backtest.md`).
HALVES = ("tuning", "held out")
HALF = {block: HALVES[k % 2] for k, block in enumerate(dict.fromkeys(figure.block for figure in FIGURES))}


def lives(
    case: Scenario, runs: int, seed: int = 1, steps: int | None = None, parameters: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Rates of death, dormancy, exit, joining and founding in runs, each beside its figure.

    Parameters
    ----------
    case : Scenario
    runs : int
        Number of runs.
    seed : int
        Seed that those of the runs follow from.
    steps : int, optional
        Length of a run; the scenario's own by default.
    parameters : mapping, optional
        Parameters of the model other than the scenario's.

    Returns
    -------
    DataFrame
        ``quantity, value, low, high, above, below, figure_low, figure_high, source, half``; value is the quotient of
        the counts over all runs, its interval a bootstrap over runs. A count of 0 has 3 / below as its upper bound
        (the rule of three: Hanley & Lippman-Hand 1983).

    Raises
    ------
    InputError
        Every mistake in the parameters at once.
    """
    params = params_for(case, parameters)
    length = case.steps if steps is None else steps
    tables = [count_run(case.build(run_seed(seed, r), params), params, length) for r in range(runs)]
    draws = resampled(runs, seed=BOOTSTRAP_SEED)
    rows = []
    for figure in FIGURES:
        above = np.array([table[figure.above] for table in tables], float)
        below = np.array([table[figure.below] for table in tables], float)
        total = below.sum()
        value = figure.times * above.sum() / total if total else np.nan
        low, high = np.nan, np.nan
        if total and not above.any():
            low, high = 0.0, figure.times * 3.0 / total
        elif total:
            parts = draws @ below
            quotients = np.divide(draws @ above, parts, out=np.full(len(draws), np.nan), where=parts > 0)
            low, high = (figure.times * bound for bound in percentiles(quotients))
        row = (figure.name, value, low, high, above.sum(), total, figure.low, figure.high, figure.source)
        rows.append((*row, "" if math.isnan(figure.low) else HALF[figure.block]))
    names = ["quantity", "value", "low", "high", "above", "below", "figure_low", "figure_high", "source", "half"]
    return pd.DataFrame(rows, columns=names)


def count_run(world: World, params: np.void, steps: int) -> Counts:
    """Run a world and count what `FIGURES` speaks of.

    Parameters
    ----------
    world : World
        At its start, not yet prepared; it is run.
    params : record of parameters
    steps : int
        Length of the run.
    """
    counts: Counts = defaultdict(float, runs=1)
    states = (world.kind == Kind.STATE) & (world.role != Role.UNION)
    make_room(world)
    prepare(world, params)
    for _ in range(steps):
        _exposure(world, states, counts)
        make_room(world)
        step(world, params)
    _events(world, states, counts)
    _end(world, states, counts)
    return counts


def organisations(world: World) -> Bools:
    """Slots that hold an organisation, live or ended."""
    return (world.status != Status.EMPTY) & (world.mode == Mode.STANDING) & (world.form != Form.BILATERAL)


def _exposure(world: World, states: Bools, counts: Counts) -> None:
    """What is at risk in the step to come, in years."""
    ours = organisations(world) & world.live()
    age = (world.step - world.founded[ours]) / YEAR
    inside = int(world.member[ours][:, states].sum())
    counts["years, young"] += np.sum(age < YOUNG) / YEAR
    counts["years, old"] += np.sum(age >= YOUNG) / YEAR
    counts["membership-years"] += inside / YEAR
    counts["pair-years"] += (ours.sum() * states.sum() - inside) / YEAR


def _events(world: World, states: Bools, counts: Counts) -> None:
    """Deaths (mergers too, as in the source), states' own decisions to join or leave, foundings, reforms."""
    rows = world.log()
    rows = rows[(rows["forum"] >= 0) & organisations(world)[rows["forum"]]]
    kind, forum = rows["kind"], rows["forum"]
    state = (rows["actor"] >= 0) & states[rows["actor"]]
    dies = np.isin(kind, (Event.DISSOLUTION, Event.MERGER))
    young = (rows["step"] - 1 - world.founded[forum]) / YEAR < YOUNG
    counts["deaths, young"] += int(np.sum(dies & young))
    counts["deaths, old"] += int(np.sum(dies & ~young))
    counts["exits"] += int(np.sum((kind == Event.EXIT) & state))
    new = np.isin(forum, forum[kind == Event.FOUNDING])
    came_with = new & (rows["step"] == world.founded[forum])  # founding members have not joined
    chosen = (kind == Event.JOIN) & (rows["term"] < Term.DATED)
    counts["joins"] += int(np.sum(chosen & state & ~came_with))
    counts["reforms"] += int(np.isin(kind, _REFORMS).sum())
    founded = rows[kind == Event.FOUNDING]
    counts["foundings"] += len(founded)
    for name, chosen in (("small", founded["value"] <= SMALL), ("large", founded["value"] > LARGE)):
        counts[name] += int(chosen.sum())
        counts[f"{name}, dead"] += int(np.isin(world.status[founded["forum"][chosen]], _DEAD).sum())


def _end(world: World, states: Bools, counts: Counts) -> None:
    """Who is awake, dormant and dead at the end, and the quartiles of the members of those that live."""
    ours = organisations(world)
    status = world.status[ours]
    counts["organisations"] += len(status)
    counts["awake"] += int((status == Status.ALIVE).sum())
    counts["dormant"] += int((status == Status.DORMANT).sum())
    counts["dead"] += int(np.isin(status, _DEAD).sum())
    members = world.member[ours & world.live()][:, states].sum(axis=1)
    for number, quartile in enumerate(np.quantile(members, [0.25, 0.5, 0.75]) if len(members) else [0, 0, 0], 1):
        counts[f"quartile {number}"] += float(quartile)
