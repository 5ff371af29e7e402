"""The hindcast: the scenario run from 2018 to autumn 2024, and whether the powerful did in it what they did in fact.

Three questions to the ten most powerful states. *Signed*: were they in the forums that have rosters, or did they stay
out? The forums open at their dates with the members that are given (`rosters.given`); nobody leaves by date. *Founded*:
did they lead the founding of a forum on each issue? There no forum opens by date, so that the model founds its own.
*Met*: did the talks between them that are dated take place as often as they did, and with or without a declaration?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from forumsim.core.schedule import make_room, prepare, step
from forumsim.core.terms import Event, Form, Kind, Role, Shock
from forumsim.core.world import Ints, World
from forumsim.plans.seeds import run_seed
from forumsim.plans.statistics import wilson
from forumsim.running.run import params_for
from forumsim.scenarios import Scenario
from forumsim.scenarios.dated import expand
from forumsim.scenarios.quarters import quarter_name, quarter_number
from forumsim.studies.backtest.rosters import AUTUMN, Roster, given, rosters, world_at
from forumsim.studies.backtest.scores import BOOTSTRAP_SEED, mean_draws, percentiles, resampled

#: First quarter of the runs, and how many of the most powerful states are asked.
FIRST, ASKED = "2018-Q1", 10
#: Forecasts: the model, the share of all other states in the same forum (or of the other powers on the same issue), the
#: share of the other forums (issues) in which the same actor is.
FORECASTS = ("model", "by_text", "by_actor")
COLUMNS = ["kind", "actor", "item", "quarter", "fact", *FORECASTS, "low", "high"]


class Talks(NamedTuple):
    """Talks that took place: between whom, from when to when, how often, and whether a joint declaration came of them.

    ``declared`` is None where no source says.
    """

    name: str
    pair: tuple[str, str]
    track: int
    first: str
    last: str
    times: int
    declared: bool | None
    source: str


#: Talks of the powers that sources count.
TALKS = (
    Talks("CISS-Brookings rounds", ("USA", "CHN"), 2, "2019-Q4", "2024-Q1", 9, None, "CISS interim report, April 2024"),
    Talks("Woodside", ("USA", "CHN"), 1, "2023-Q4", "2023-Q4", 1, True, "readouts: agreed to talk about AI"),
    Talks("Geneva", ("USA", "CHN"), 1, "2024-Q2", "2024-Q3", 1, False, "two readouts, no joint declaration"),
    Talks("Paris", ("FRA", "CHN"), 1, "2024-Q2", "2024-Q2", 1, True, "joint statement of 6 May 2024"),
)


@dataclass(frozen=True, eq=False)
class Hindcast:
    """What a hindcast found."""

    #: Columns `COLUMNS`: one row a fact. Fact and forecasts are 0..1 for ``signed`` and ``founded``; ``low, high`` is
    #: the interval of the share of runs (Wilson). For ``met`` the fact is a number of meetings, or 1 or 0 for a
    #: declaration; the model's is the mean over runs, from ``low`` to ``high`` are 95 % of them (for a declaration: the
    #: share of the runs in which they met, with its interval).
    facts: pd.DataFrame
    #: ``kind, actors, forecast, quantity, value, low, high, n``: Brier scores of the forecasts, and by how much the
    #: model is better (``brier_lead``, above 0 it is), with intervals over forums and actors
    scores: pd.DataFrame
    runs: int


def hindcast(case: Scenario, runs: int, seed: int = 1, parameters: Mapping[str, Any] | None = None) -> Hindcast:
    """Run a scenario from `FIRST` to `AUTUMN`, and compare with what the most powerful did.

    Parameters
    ----------
    case : Scenario
        ``ai_governance``.
    runs : int
        Runs with the forums of history, and as many without.
    seed : int
        Seed that those of the runs follow from.
    parameters : mapping, optional
        Parameters of the model other than the scenario's.

    Raises
    ------
    InputError
        Every mistake in the parameters at once.
    """
    params = params_for(case, parameters)
    early = case.with_fields(start=FIRST)
    powers = _powers(early)
    signed, met = _signed(case, early, params, runs, seed, powers)
    founded = _founded(early, params, runs, seed, powers)
    facts = pd.concat([signed, founded, met], ignore_index=True)[COLUMNS]
    return Hindcast(facts, score_facts(facts), runs)


def _powers(case: Scenario) -> Ints:
    """Rows of the `ASKED` most powerful states at the start of the runs."""
    world = case.build(0)
    power = np.where((world.kind == Kind.STATE) & (world.role != Role.UNION), world.power, -1.0)
    strongest: Ints = np.argsort(-power, kind="stable")[:ASKED]
    return strongest


def _signed(
    case: Scenario, early: Scenario, params: np.void, runs: int, seed: int, powers: Ints
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who of the powers was in which forum when, and the talks: from runs in which history opens the forums."""
    scored = rosters(case)[0]
    dates = {roster.forum: _dates(case, roster) for roster in scored}
    quarters = sorted({q for some in dates.values() for q in some})
    start = quarter_number(FIRST)
    inside = {quarter: np.zeros((len(early.forum_ids), len(powers))) for quarter in quarters}
    meetings: list[list[tuple[int, bool]]] = [[] for _ in TALKS]
    for run in range(runs):
        world = early.build(run_seed(seed, run), params)
        _let_decide(world, case)
        for now in _steps(world, params, quarter_number(AUTUMN) - start):
            if start + now in inside:
                inside[start + now] += world.member[:, powers] & world.live()[:, None]
        for place, talks in enumerate(TALKS):
            meetings[place].append(_held(world, early, talks, start))
    facts = {quarter: world_at(case, quarter) for quarter in quarters}
    rows: list[tuple[Any, ...]] = []
    for roster in scored:
        for quarter in dates[roster.forum]:
            member = facts[quarter].member[roster.row]
            for place, i in enumerate(powers):
                if i in roster.states:
                    others = roster.states[roster.states != i]
                    times = int(inside[quarter][roster.row, place])
                    what = ("signed", case.actor_ids[i], roster.forum, quarter_name(quarter))
                    said = (times / runs, float(member[others].mean()), *wilson(times, runs))
                    rows.append((*what, float(member[i]), *said))
    return _with_share_of_other_items(rows), pd.DataFrame(_met(meetings, runs), columns=COLUMNS)


def _dates(case: Scenario, roster: Roster) -> list[int]:
    """Quarters at whose end a forum is compared: the last, and that before a dated departure."""
    start = quarter_number(str(case.start))
    left = [
        start + row.date.step(start) - 1
        for row in case.tables.shocks
        if row.kind == Shock.LEAVE and row.forum == roster.forum
    ]
    return sorted({*left, roster.until})


def _let_decide(world: World, case: Scenario) -> None:
    """Texts open with their hosts alone, and nobody leaves by date: what the powers did is not given."""
    for f, forum in enumerate(case.tables.forums):
        world.habit[f] = False
        world.habit[f, given(forum, case.tables)] = True
    world.shocks = world.shocks[world.shocks["kind"] != Shock.LEAVE].copy()


def _steps(world: World, params: np.void, steps: int) -> Iterable[int]:
    """Run a world, and hand over the number of each step when it is done."""
    make_room(world)
    prepare(world, params)
    for now in range(1, steps + 1):
        make_room(world)
        step(world, params)
        yield now


def _held(world: World, case: Scenario, talks: Talks, start: int) -> tuple[int, bool]:
    """How often two met on a track within a time, and whether a joint declaration came of it."""
    rows = world.log()
    rows = rows[np.isin(rows["kind"], (Event.MEETING, Event.DECLARATION))]
    pair = [case.actor_ids.index(name) for name in talks.pair]
    first, last = (quarter_number(quarter) - start for quarter in (talks.first, talks.last))
    when = (rows["step"] >= first) & (rows["step"] <= last)
    both = np.isin(rows["actor"], pair) & np.isin(rows["other"], pair) & when
    met = both & (rows["kind"] == Event.MEETING) & (rows["value"] // 100 == talks.track)
    return int(met.sum()), bool((both & (rows["kind"] == Event.DECLARATION)).any())


def _met(meetings: list[list[tuple[int, bool]]], runs: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for talks, seen in zip(TALKS, meetings, strict=True):
        times = np.array([number for number, _ in seen], float)
        span = talks.first if talks.first == talks.last else f"{talks.first} to {talks.last}"
        low, high = np.quantile(times, [0.025, 0.975])
        pair = "-".join(talks.pair)
        rows.append(("met", pair, f"{talks.name}: times", span, talks.times, times.mean(), np.nan, np.nan, low, high))
        held = [declared for number, declared in seen if number]
        if talks.declared is not None:
            share = float(np.mean(held)) if held else np.nan
            bounds = wilson(sum(held), len(held)) if held else (np.nan, np.nan)
            item = f"{talks.name}: a joint declaration"
            rows.append(("met", pair, item, span, float(talks.declared), share, np.nan, np.nan, *bounds))
    return rows


def _founded(early: Scenario, params: np.void, runs: int, seed: int, powers: Ints) -> pd.DataFrame:
    """Who of the powers led the founding of a forum on which issue, from runs in which no forum opens by date."""
    tables, start = early.tables, quarter_number(FIRST)
    steps = quarter_number(AUTUMN) - start
    fact = np.zeros((len(powers), len(early.issues)))
    for forum in tables.forums:
        host = expand(forum.founder[:1], tables)
        if host and forum.form != Form.BILATERAL and 0 < forum.founded.step(start) <= steps:
            for issue in forum.mandate:
                fact[np.isin(powers, host), early.issues.index(issue)] = 1.0
    led = np.zeros_like(fact)
    for run in range(runs):
        world = early.build(run_seed(seed, run), params)
        world.shocks = world.shocks[~np.isin(world.shocks["kind"], (Shock.OPENING, Shock.CLOSING, Shock.LEAVE))].copy()
        for _ in _steps(world, params, steps):
            pass
        rows = world.log()
        seen = np.zeros_like(fact)
        for row in rows[rows["kind"] == Event.FOUNDING]:
            seen[powers == row["actor"]] += world.mandate[row["forum"]]
        led += seen > 0
    table = []
    for place, i in enumerate(powers):
        for k, issue in enumerate(early.issues):
            others = np.delete(fact[:, k], place).mean()
            what = ("founded", early.actor_ids[i], issue, f"{FIRST} to {AUTUMN}")
            said = (led[place, k] / runs, others, *wilson(int(led[place, k]), runs))
            table.append((*what, fact[place, k], *said))
    return _with_share_of_other_items(table)


def _with_share_of_other_items(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """The facts as a table, each with the share of the actor's facts on other items that are true."""
    names = ["kind", "actor", "item", "quarter", "fact", "model", "by_text", "low", "high"]
    table = pd.DataFrame(rows, columns=names)
    shares = []
    for _, row in table.iterrows():
        others = table[(table["actor"] == row["actor"]) & (table["item"] != row["item"])]
        shares.append(float(others["fact"].mean()) if len(others) else np.nan)
    return table.assign(by_actor=shares)


def score_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Brier scores over the facts of a kind, of the two majors, and of all powers; leads of the model over base rates.

    Intervals: bootstrap that draws items (forums or issues) and actors, each fact counted by the product.
    """
    rows = []
    for kind in ("signed", "founded"):
        for who, actors in (("USA, CHN", ("USA", "CHN")), ("all", tuple(facts["actor"].unique()))):
            some = facts[(facts["kind"] == kind) & facts["actor"].isin(actors)].dropna(subset=list(FORECASTS))
            if len(some):
                rows += _brier(kind, who, some)
    return pd.DataFrame(rows, columns=["kind", "actors", "forecast", "quantity", "value", "low", "high", "n"])


def _brier(kind: str, who: str, facts: pd.DataFrame) -> list[tuple[Any, ...]]:
    counts = np.ones((1, len(facts)))
    for number, column in enumerate(("item", "actor")):
        names, place = np.unique(facts[column], return_inverse=True)
        drawn = resampled(len(names), seed=BOOTSTRAP_SEED + number)[:, place]
        counts = counts * drawn
    loss = {name: ((facts[name] - facts["fact"]) ** 2).to_numpy(float) for name in FORECASTS}
    rows: list[tuple[Any, ...]] = []
    for name in FORECASTS:
        rows.append(
            (kind, who, name, "brier", loss[name].mean(), *percentiles(mean_draws(loss[name], counts)), len(facts))
        )
        if name != "model":
            lead = loss[name] - loss["model"]
            rows.append(
                (kind, who, name, "brier_lead", lead.mean(), *percentiles(mean_draws(lead, counts)), len(facts))
            )
    return rows
