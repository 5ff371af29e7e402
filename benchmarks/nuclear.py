"""The figures of docs/cases/nuclear.md: who joins, what becomes of forums, trust, fragmentation and what-ifs.

    forumsim sweep experiments/nuclear.toml
    python benchmarks/nuclear.py results/nuclear docs/cases

writes ``nuclear.csv`` into the folder, one figure a row; the tables of the page are made of it by ``python
docs/make_tables.py docs/cases/nuclear.md``. Who joins comes from 100 runs from 1946 to 1975 with the seeds of the
experiment, made here, since the experiment keeps the memberships of one run alone. Scored are the states that could
join, less the founders that the scenario puts in. Nothing here sets a parameter of the model.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from nuclear_sweep import Row, figures_of, row_of

from forumsim.core.terms import Event, Status
from forumsim.plans.seeds import run_seed
from forumsim.running.run import run_arrays, settle
from forumsim.scenarios import Scenario, load_scenario

#: Forums that are scored.
FORUMS = ("BARUCH", "CERN", "EURATOM", "IAEA", "LTBT", "TLATELOLCO", "NPT")
RUNS, SEED, RESAMPLES = 100, 1946, 2000
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


def scores(fields: dict[str, float] | None = None) -> list[Score]:
    """The scores of all forums."""
    scenario, params = settle(load_scenario("nuclear", **(fields or {})), {})
    numbers = [scenario.forum_ids.index(name) for name in FORUMS]
    ever = []
    for replicate in range(RUNS):
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


def _joins(found: list[Score], part: str, forums: tuple[str, ...] = FORUMS) -> list[Row]:
    """Who joins some of the forums, held against who did."""
    rows: list[Row] = []
    for score in (each for each in found if each.forum in forums):
        name, share = score.forum + part, score.member.mean()
        low, high = interval(score)
        for column, value in (
            ("could join", len(score.states)),
            ("did", score.member.sum()),
            ("expected", score.expected.mean()),
            ("sd", score.expected.std(ddof=1)),
            ("Brier", np.mean((score.chance - score.member) ** 2)),
            ("Brier of the base rate", share * (1.0 - share)),
            ("AUC of nearness", auc(-score.distance, score.member)),
        ):
            rows.append(("joins", name, column, value, value, value, RUNS))
        rows.append(("joins", name, "AUC", auc(score.chance, score.member), low, high, RUNS))
    return rows


def _vote_of_1946(score: Score, names: tuple[str, ...]) -> list[Row]:
    """The chances of the states that could sign the Baruch plan."""
    chances = [(names[state], value) for state, value in zip(score.states, score.chance, strict=True)]
    rest = float(np.mean([value for name, value in chances if name not in ("POL", "RUS")]))
    return [("joins", "BARUCH", name, value, value, value, RUNS) for name, value in [*chances, ("all others", rest)]]


def courses() -> list[Row]:
    """What becomes of forums, how far the majors are apart, how often they mean it, and how much is founded."""
    scenario, params = settle(load_scenario("nuclear"), {})
    us, ussr = (scenario.actor_ids.index(name) for name in ("USA", "RUS"))
    start = scenario.build(1, params)
    status, gaps, founded = [], [], []
    meant: dict[str, list[float]] = {name: [] for name in TALKS}
    for replicate in range(RUNS):
        outcome = run_arrays(scenario, params, scenario.steps, run_seed(SEED, replicate), every=scenario.steps)
        world, events = outcome.world, outcome.events
        status.append(world.status[: len(scenario.tables.forums)].copy())
        gaps.append(np.abs(world.position[us] - world.position[ussr]))
        founded.append((events["kind"] == Event.FOUNDING).sum())
        met = events[(events["kind"] == Event.MEETING) & (events["actor"] == us) & (events["other"] == ussr)]
        met = met[met["value"] // 100 == 1]
        for name, (first, last) in TALKS.items():
            value = met["value"][(met["step"] >= first) & (met["step"] <= last)].astype(int)
            meant[name].append(float(np.mean([value // 10 % 10 == 2, value % 10 == 2])))
    rows: list[Row] = []
    for f, forum in enumerate(scenario.tables.forums):
        for word, kind in (("awake", Status.ALIVE), ("merged", Status.MERGED)):
            number = int((np.array(status)[:, f] == kind).sum())
            rows.append(("forums", forum.id, word, number, number, number, RUNS))
    for k, issue in enumerate(scenario.issues):
        apart = float(abs(start.position[us, k] - start.position[ussr, k]))
        rows.append(("majors", "distance at the start", issue, apart, apart, apart, 1))
        rows.append(row_of("majors", "distance at the end", issue, np.array(gaps)[:, k]))
    rows += [row_of("majors", "sides that mean it on Track 1", years, meant[years]) for years in TALKS]
    return [*rows, row_of("forums", "all", "founded by actors", founded)]


def observed() -> list[Row]:
    """F across blocs and ENF of the real rosters of 1975, attention shared equally; no texts of a day."""
    scenario = load_scenario("nuclear")
    world = scenario.build(1, settle(scenario, {})[1])
    power, apart = world.power, world.bloc[:, None] != world.bloc[None, :]
    pairs, found = np.outer(power, power) * apart, []
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
        for name, value in (
            ("fragmentation_across", 1.0 - (pairs * overlap).sum() / pairs.sum()),
            ("enf", 1.0 / (share**2).sum()),
        ):
            found.append(("real rosters", name, issue, value, value, value, 1))
    return found


def main() -> None:
    """Write the table."""
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    history, free = scores(), scores({"forums.LTBT.fee": 0, "forums.NPT.fee": 0})
    rows = _joins(history, "") + _joins(free, ", free treaties", ("LTBT", "NPT"))
    rows += _vote_of_1946(history[0], load_scenario("nuclear").actor_ids)
    rows += [*courses(), *observed(), *figures_of(results)]
    table = pd.DataFrame(rows, columns=["table", "row", "column", "value", "low", "high", "n"])
    table.to_csv(folder / "nuclear.csv", index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main()
