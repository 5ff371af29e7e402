"""What the second edition of the model promises, measured: the table of figures that it is held against.

    python benchmarks/second_edition.py [--runs 60] [--part twins] [--set dialogue.bubble=0]

Runs of `ai_governance` and `two_blocs` in silence, as realists and in dialogue, at the same seeds; it takes some
minutes on two cores. As it comes, nothing here sets a parameter of the model: what falls short is printed as such. With
``--set`` the same table shows what a different prior would change.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.measures import MEASURES
from forumsim.core.terms import Event, Form, Mode, Status, Term
from forumsim.running.run import run_arrays, settle
from forumsim.scenarios import load_scenario

MEASURE = {measure.name: k for k, measure in enumerate(MEASURES)}
SILENCE: dict[str, Any] = {"dialogue.level": 0}
REALISTS: dict[str, Any] = {"realist": True}


class Setting(NamedTuple):
    """What a group of runs is of."""

    scenario: str
    steps: int
    parameters: dict[str, Any]
    fields: dict[str, Any]


class Seen(NamedTuple):
    """What is kept of one run."""

    across: tuple[float, ...]  #: fragmentation across blocs over the last 20 steps, by issue
    number: tuple[float, ...]  #: effective number of forums over the last 20 steps, by issue
    changed: float  #: changes of membership of the forums of the start, as a share of their members
    shifts: int
    against: int  #: chosen joins whose value, taste included, is negative
    unnamed: int  #: joins and exits without a term
    founded: tuple[int, int]  #: foundings in the first and in the second half
    sizes: tuple[int, ...]  #: members of the founded at their founding
    odd_rivals: int  #: clubs founded against a universal forum, and the reverse
    dialogue_ended: int  #: step in which the dialogue of the two majors was dissolved, -1 if it was not
    joined: tuple[bool, bool]  #: China in 78/265, the United States in 78/311


def _one(task: tuple[Setting, int]) -> Seen:
    setting, seed = task
    scenario, params = settle(load_scenario(setting.scenario, **setting.fields), setting.parameters)
    steps = setting.steps
    outcome = run_arrays(scenario, params, steps, seed, snapshots=(0,))
    start, world, events = outcome.snapshots[0], outcome.world, outcome.events
    kind, forum = events["kind"], events["forum"]
    last = outcome.series[-20:]
    standing = np.flatnonzero(start.live())
    moved = np.isin(kind, (Event.JOIN, Event.EXIT, Event.NOT_RENEWED))
    chosen = (kind == Event.JOIN) & (events["term"] < Term.DATED)
    founded = kind == Event.FOUNDING
    rivals = events[kind == Event.COMPETITIVE_CREATION]
    universal = world.form == Form.UNIVERSAL
    opened = set(forum[kind == Event.OPENING].tolist())
    clubs = [row for row in rivals if row["forum"] not in opened]
    return Seen(
        tuple(last[:, :-1, MEASURE["fragmentation_across"]].mean(axis=0)),
        tuple(last[:, :-1, MEASURE["enf"]].mean(axis=0)),
        float((moved & np.isin(forum, standing)).sum()) / max(1, int(start.member[standing].sum())),
        int((kind == Event.REGIME_SHIFT).sum()),
        int((chosen & (events["value"] < 0.0)).sum()),
        int((moved & (events["term"] == Term.NONE)).sum()),
        (int((founded & (events["step"] <= steps // 2)).sum()), int((founded & (events["step"] > steps // 2)).sum())),
        tuple(int(value) for value in events["value"][founded]),
        sum(bool(universal[row["forum"]] != universal[row["other"]]) for row in clubs),
        _ended(scenario, world, events, "US_CHN_GOV"),
        (_is_in(scenario, world, "CHN", "UNGA_78_265"), _is_in(scenario, world, "USA", "UNGA_78_311")),
    )


def _ended(scenario: Any, world: Any, events: Any, forum: str) -> int:
    if forum not in scenario.forum_ids:
        return -1
    f = scenario.forum_ids.index(forum)
    gone = events[(events["forum"] == f) & np.isin(events["kind"], (Event.DISSOLUTION, Event.MERGER))]
    return int(gone["step"][0]) if len(gone) else -1


def _is_in(scenario: Any, world: Any, actor: str, forum: str) -> bool:
    if actor not in scenario.actor_ids or forum not in scenario.forum_ids:
        return False
    f, i = scenario.forum_ids.index(forum), scenario.actor_ids.index(actor)
    return bool(world.member[f, i]) and world.mode[f] in (Mode.DECLARATION, Mode.STANDING) and (
        world.status[f] != Status.EMPTY
    )  # fmt: skip


def _means(values: Sequence[Sequence[float]]) -> str:
    table = np.array(values, dtype=float)
    errors = table.std(axis=0, ddof=1) / np.sqrt(len(table)) if len(table) > 1 else np.zeros(table.shape[1])
    return " ".join(f"{mean:.2f}+-{2 * error:.2f}" for mean, error in zip(table.mean(axis=0), errors, strict=True))


#: A line of the table: what is promised, what was seen, and whether it holds.
Line = tuple[str, str, str]


class Runs:
    """Groups of runs at the same seeds; a group that several parts of the table need is run once."""

    def __init__(self, runs: int, priors: dict[str, Any], pool: ProcessPoolExecutor):
        self._runs, self._priors, self._pool = runs, priors, pool
        self._known: dict[str, list[Seen]] = {}

    def group(self, scenario: str, steps: int, parameters: dict[str, Any], **fields: Any) -> list[Seen]:
        """The runs of one setting; what the setting says comes before the priors of the command line."""
        setting = Setting(scenario, steps, self._priors | parameters, fields)
        if (key := repr(setting)) not in self._known:
            tasks = [(setting, seed) for seed in range(1, self._runs + 1)]
            self._known[key] = list(self._pool.map(_one, tasks, chunksize=4))
        return self._known[key]


def _verdict(holds: object) -> str:
    return "holds" if holds else "FALLS SHORT"


def _silence(runs: Runs) -> Iterator[Line]:
    silence = runs.group("ai_governance", 60, SILENCE)
    changed = float(np.mean([seen.changed for seen in silence]))
    yield "silence: memberships of the start that change < 5 %", f"{100 * changed:.1f} %", _verdict(changed < 0.05)
    shifts = float(np.mean([seen.shifts for seen in silence]))
    yield "silence: regime shifts a run < 40", f"{shifts:.1f}", _verdict(shifts < 40)
    against = sum(seen.against for seen in silence)
    yield "silence: chosen joins of negative value, none", str(against), _verdict(against == 0)
    unnamed = sum(seen.unnamed for seen in silence)
    yield "silence: joins and exits without a term, none", str(unnamed), _verdict(unnamed == 0)


def _realists(runs: Runs) -> Iterator[Line]:
    for name, steps in (("ai_governance", 60), ("two_blocs", 120)):
        quiet, null = runs.group(name, steps, SILENCE), runs.group(name, steps, REALISTS)
        gap = np.mean([seen.across for seen in null], axis=0) - np.mean([seen.across for seen in quiet], axis=0)
        yield (f"{name}: F across of realists less that of silence >= -.02 on each issue",
               " ".join(f"{value:+.3f}" for value in gap), _verdict((gap >= -0.02).all()))  # fmt: skip


def _twins(runs: Runs) -> Iterator[Line]:
    for sincerity in (0.8, 0.2):
        for steps in (60, 120):
            told = runs.group("ai_governance", steps, {"dialogue.level": 1, "sincerity.level": sincerity})
            twins = runs.group("ai_governance", steps, SILENCE)
            pairs = np.array([a.across for a in told]) - np.array([b.across for b in twins])
            shares, apart = (pairs < -0.05).mean(axis=0), (pairs > 0.05).mean(axis=0)
            wanted = (shares >= 0.8).all() if sincerity == 0.8 else (shares == 0).all()
            promise = "at least 80 %" if sincerity == 0.8 else "none"
            yield (f"sincerity {sincerity}, full level, {steps} steps: runs that converge on their twin, {promise}",
                   " ".join(f"{100 * share:.0f} %" for share in shares), _verdict(wanted))  # fmt: skip
            yield "  runs that fragment more than their twin", " ".join(f"{100 * share:.0f} %" for share in apart), ""
            yield (f"  F across, {steps} steps (effective number)",
                   f"{_means([a.across for a in told])} ({_means([a.number for a in told])})", "")  # fmt: skip


def _forums(runs: Runs) -> Iterator[Line]:
    default = runs.group("ai_governance", 120, {})
    first, second = (float(np.mean([seen.founded[half] for seen in default])) for half in (0, 1))
    yield (
        "foundings of steps 61-120 >= half of those of 1-60",
        f"{first:.1f}, {second:.1f}",
        _verdict(second >= first / 2),
    )
    sizes = [size for seen in default for size in seen.sizes]
    middle = float(np.median(sizes)) if sizes else float("nan")
    yield f"median founding size <= 25 (n {len(sizes)})", f"{middle:.0f}", _verdict(middle <= 25)
    odd = sum(seen.odd_rivals for seen in default)
    yield "rivals of clubs are clubs: others", str(odd), _verdict(odd == 0)
    lived = float(np.mean([not 0 <= seen.dialogue_ended <= 20 for seen in default]))
    yield (
        "the talks of the United States and China live for five years in most runs",
        f"{100 * lived:.0f} %",
        _verdict(lived > 0.5),
    )


def _hindcast(runs: Runs) -> Iterator[Line]:
    for label, parameters in (
        ("with reciprocity, most", {}),
        ("without reciprocity, not most", {"membership.reciprocity": 0}),
    ):
        back = runs.group("ai_governance", 8, parameters, start="2023-Q1")
        joined = np.mean([seen.joined for seen in back], axis=0)
        holds = (joined > 0.5).all() if not parameters else (joined <= 0.5).all()
        yield f"hindcast from 2023, {label}: China joins 78/265, the United States 78/311", " ".join(
            f"{100 * share:.0f} %" for share in joined), _verdict(holds)  # fmt: skip


def _regimes(runs: Runs) -> Iterator[Line]:
    for polarisation, sincerity in ((0.6, 0.8), (0.6, 0.2)):
        for level in (0, 1):
            parameters = {"dialogue.level": level, "sincerity.level": sincerity}
            told = runs.group("two_blocs", 120, parameters, polarisation=polarisation)
            yield (f"two_blocs, polarisation {polarisation}, sincerity {sincerity}, level {level}: F across (number)",
                   f"{_means([a.across for a in told])} ({_means([a.number for a in told])})", "")  # fmt: skip


#: Parts of the table in their order.
PARTS: dict[str, Callable[[Runs], Iterator[Line]]] = {
    "silence": _silence,
    "realists": _realists,
    "twins": _twins,
    "forums": _forums,
    "hindcast": _hindcast,
    "regimes": _regimes,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The figures that the second edition of the model is held against.")
    parser.add_argument("--runs", type=int, default=60, help="runs of each setting")
    parser.add_argument("--part", choices=PARTS, action="append", help="print this part alone (may be repeated)")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="another prior, in all runs")
    chosen = parser.parse_args()
    priors = {name: float(value) for name, _, value in (text.partition("=") for text in chosen.set)}
    print(f"means of {chosen.runs} runs, with two standard errors" + "".join(f"; {text}" for text in chosen.set))
    with ProcessPoolExecutor(2) as pool:
        runs = Runs(chosen.runs, priors, pool)
        for part in chosen.part or PARTS:
            for promise, seen, holds in PARTS[part](runs):
                print(f"{holds:12} {promise}: {seen}", flush=True)


if __name__ == "__main__":
    main()
