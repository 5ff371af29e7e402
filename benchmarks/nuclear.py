"""Who joins in the scenario `nuclear`, held against who did, and what becomes of forums: for docs/cases/nuclear.md.

    python benchmarks/nuclear.py [RUNS]

Runs (100 unless said otherwise) from 1946 to 1975, as the experiment has them. Scored are the states that could join,
less the founders that the scenario puts in. Nothing here sets a parameter of the model: what falls short is printed as
such.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from forumsim.core.terms import Event, Status
from forumsim.plans.seeds import run_seed
from forumsim.running.run import run_arrays, settle
from forumsim.scenarios import Scenario, load_scenario

#: Forums that are scored, and the last day of the rosters.
FORUMS = ("BARUCH", "CERN", "EURATOM", "IAEA", "LTBT", "TLATELOLCO", "NPT")
SEED, RESAMPLES = 1946, 2000
#: Forums that had ended, or were texts of a day, by 1975.
PAST = ("UNAEC", "BARUCH", "GROMYKO", "ATOMS_FOR_PEACE")
#: Steps of some talks of the majors.
TALKS = {"1946-49": (1, 14), "1958-61": (51, 63), "1970-75": (95, 119)}


class Score(NamedTuple):
    """One forum: what the runs say of the states that could join, and what they did."""

    forum: str
    states: np.ndarray  #: numbers of the actors that are scored
    chance: np.ndarray  #: share of the runs in which each was ever a member
    member: np.ndarray  #: whether it was one by the end of 1975
    expected: np.ndarray  #: members among them, run by run
    distance: np.ndarray  #: of each state from the charter, the distance that fit is made of


def auc(score: np.ndarray, member: np.ndarray) -> float:
    """Chance that a member scores above a non-member, ties counted half; NaN without both."""
    inside, outside = score[member], score[~member]
    if not len(inside) or not len(outside):
        return float("nan")
    above = inside[:, None] - outside[None, :]
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def eligible(scenario: Scenario, forum: int) -> np.ndarray:
    """Numbers of the states that could join: on the list if there is one, no founder."""
    world = scenario.build(1, settle(scenario, {})[1])
    founders = {scenario.actor_ids.index(name) for name in scenario.tables.forums[forum].founder}
    gate = {row.actor for row in scenario.tables.gates if row.forum == scenario.forum_ids[forum]}
    above = world.gate_forum[forum]
    if above >= 0:
        gate = {row.actor for row in scenario.tables.gates if row.forum == scenario.forum_ids[above]}
    states = [i for i, name in enumerate(scenario.actor_ids) if world.power[i] > 0 and (not gate or name in gate)]
    return np.array([i for i in states if i not in founders])


def scores(runs: int, fields: dict[str, float] | None = None) -> list[Score]:
    """The scores of all forums over so many runs."""
    scenario, params = settle(load_scenario("nuclear", **(fields or {})), {})
    numbers = [scenario.forum_ids.index(name) for name in FORUMS]
    ever = []
    for replicate in range(runs):
        outcome = run_arrays(scenario, params, scenario.steps, run_seed(SEED, replicate), every=scenario.steps)
        joined = outcome.world.member.copy()
        for event in outcome.events[outcome.events["kind"] == Event.JOIN]:
            joined[event["forum"], event["actor"]] = True
        ever.append(joined[numbers])
    member = np.array(ever)
    start = scenario.build(1, params)
    found = []
    for k, (name, f) in enumerate(zip(FORUMS, numbers, strict=True)):
        states = eligible(scenario, f)
        roster = {row.actor for row in scenario.tables.memberships if row.forum == name}
        truth = np.array([scenario.actor_ids[i] in roster for i in states])
        gap = (start.position[states] - start.charter[f]) ** 2 * start.mandate[f]
        distance = np.sqrt(gap.sum(axis=1) / start.mandate[f].sum())
        chosen = member[:, k][:, states]
        found.append(Score(name, states, chosen.mean(axis=0), truth, chosen.sum(axis=1), distance))
    return found


def interval(score: Score) -> tuple[float, float]:
    """95 % interval of the AUC, by drawing the states anew."""
    rng = np.random.default_rng(SEED)
    draws = rng.integers(0, len(score.states), (RESAMPLES, len(score.states)))
    values = [auc(score.chance[draw], score.member[draw]) for draw in draws]
    low, high = np.nanpercentile(values, [2.5, 97.5]) if np.isfinite(values).any() else (np.nan, np.nan)
    return float(low), float(high)


def show(title: str, found: list[Score]) -> None:
    """Print the table of some scores."""
    print(title)
    print("forum        states  joined  expected (sd)     Brier  base   AUC [95 % interval]    AUC of distance")
    for score in found:
        low, high = interval(score)
        share = score.member.mean()
        brier, base = np.mean((score.chance - score.member) ** 2), share * (1.0 - share)
        expected = f"{score.expected.mean():5.1f} ({score.expected.std(ddof=1):4.1f})"
        here = f"{auc(score.chance, score.member):4.2f} [{low:4.2f}, {high:4.2f}]"
        print(
            f"{score.forum:12} {len(score.states):6} {score.member.sum():7}   {expected}      {brier:5.3f}  {base:5.3f}"
            f"  {here:22} {auc(-score.distance, score.member):4.2f}"
        )
        if score.forum == "BARUCH":
            print("             chance of those who stayed out:", *score.chance[~score.member].round(2))


def courses(runs: int) -> None:
    """Print what becomes of forums, how far the majors are apart, how often they mean it, and how much is founded."""
    scenario, params = settle(load_scenario("nuclear"), {})
    us, ussr = (scenario.actor_ids.index(name) for name in ("USA", "RUS"))
    awake, gaps, founded = np.zeros(len(scenario.forum_ids)), [], []
    meant: dict[str, list[float]] = {name: [] for name in TALKS}
    for replicate in range(runs):
        outcome = run_arrays(scenario, params, scenario.steps, run_seed(SEED, replicate), every=scenario.steps)
        world, events = outcome.world, outcome.events
        awake += world.status == Status.ALIVE
        gaps.append(np.abs(world.position[us] - world.position[ussr]))
        founded.append((events["kind"] == Event.FOUNDING).sum())
        met = events[(events["kind"] == Event.MEETING) & (events["actor"] == us) & (events["other"] == ussr)]
        met = met[met["value"] // 100 == 1]
        for name, (first, last) in TALKS.items():
            value = met["value"][(met["step"] >= first) & (met["step"] <= last)].astype(int)
            meant[name].append(float(np.mean([value // 10 % 10 == 2, value % 10 == 2])))
    print(f"\nruns in which a forum is awake at the end, of {runs}:")
    print(", ".join(f"{row.id} {awake[f]:.0f}" for f, row in enumerate(scenario.tables.forums)))
    print("distance of the majors at the end, by issue:", *(_mean(column) for column in np.array(gaps).T))
    print("share of sides that mean it, Track 1 of the majors:", *(f"{k} {_mean(v)}" for k, v in meant.items()))
    print("forums founded by actors:", _mean(founded))


def _mean(values: Sequence[float] | np.ndarray) -> str:
    """The mean with half of its 95 % interval (normal)."""
    return f"{np.mean(values):.3f} +- {1.96 * np.std(values, ddof=1) / np.sqrt(len(values)):.3f}"


def observed() -> None:
    """Print F across blocs and ENF of the real rosters of 1975, attention shared equally; no texts of a day."""
    scenario = load_scenario("nuclear")
    world = scenario.build(1, settle(scenario, {})[1])
    power, apart = world.power, world.bloc[:, None] != world.bloc[None, :]
    pairs = np.outer(power, power) * apart
    for k, issue in enumerate(scenario.issues):
        rows = []
        for f, forum in enumerate(scenario.tables.forums):
            if world.mandate[f, k] and forum.id not in PAST:
                roster = {row.actor for row in scenario.tables.memberships if row.forum == forum.id}
                everybody = forum.id == "UNDC"  # all members of the UN since 1959
                rows.append([everybody or name in roster for name in scenario.actor_ids])
        attention = np.array(rows, dtype=float)
        attention /= np.maximum(attention.sum(axis=0), 1.0)
        overlap = np.minimum(attention[:, :, None], attention[:, None, :]).sum(axis=0)
        share = attention @ power / (attention @ power).sum()
        across = 1.0 - (pairs * overlap).sum() / pairs.sum()
        print(f"real rosters, {issue}: F across {across:.2f}, ENF {1.0 / (share**2).sum():.1f}")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    show(f"history, n = {number} runs", scores(number))
    show(f"free treaties, n = {number} runs", scores(number, {"forums.LTBT.fee": 0, "forums.NPT.fee": 0}))
    courses(number)
    observed()
