"""What moves what: each parameter alone from one end of its plausible range to the other, on the same seeds.

    python benchmarks/effects.py [--only voice. drift.] [--scenarios two_blocs ai_governance] [--replicates 60]
    python benchmarks/effects.py --only taste.lineage --scenarios ai_governance --start 2018-Q1
    python benchmarks/effects.py --only membership.outside --set membership.exclusive=1 --scenarios two_blocs
    python benchmarks/effects.py --only drift.salience shock. taste.lineage --scenarios nuclear --most
    python benchmarks/effects.py --only "" --replicates 40 --brief docs/effects.csv

For each parameter the difference (high less low) of the pooled measures at the end of a run, paired by seed, with two
standard errors; ``*`` marks what is larger than that. A switch goes from off to on. All else is as the scenario has it,
but for the settings of `SETTINGS`. By chance alone one figure in twenty bears a mark, so a parameter counts as inert
when none of its differences is larger than three standard errors. With ``--most`` the three figures that differ most
for their error are printed, of all measures and of the memberships of series that were not renewed. ``--brief FILE``
renews the rows that were asked for in the table behind docs/effects.md: how many main measures bear a mark, and
the one that differs most for its error. All parameters take about an hour.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.measures import MEASURES
from forumsim.core.parameters import PARAMETERS, Parameter
from forumsim.core.terms import Event
from forumsim.core.world import Floats
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario

#: The norm side of the model: reform, law, the life of forums, drift.
NORMS = (
    "voice.", "drift.", "lifecycle.", "compliance.law", "compliance.misfit", "compliance.visibility_law",
    "utility.fit_law", "utility.sovereignty", "membership.nonstate_law", "founding.legalization",
)  # fmt: skip
#: Measures that stand in the columns of the table.
MAIN = (
    "fragmentation_across", "fragmentation_within", "enf", "coverage", "trust_across", "legalization",
    "normative_distance", "general_obligation", "forums_alive", "forums_dormant",
)  # fmt: skip
#: What is looked at: all measures, and a count of events that is none.
NAMES = (*(measure.name for measure in MEASURES), "not renewed (events)")
COLUMNS = [NAMES.index(name) for name in MAIN]
#: Fields and length of a run by scenario: the middle, where dialogue decides.
SETTINGS: dict[str, tuple[dict[str, Any], int]] = {
    "two_blocs": ({"polarisation": 0.6}, 120),
    "ai_governance": ({}, 60),
    "nuclear": ({}, 116),
}


def ends(scenario: str, fields: dict[str, Any], parameters: dict[str, float], seeds: range) -> Floats:
    """What is looked at (`NAMES`) at the end of a run for each seed, shape (seeds, names)."""
    steps = SETTINGS[scenario][1]
    case = load_scenario(scenario, **fields)
    params = params_for(case, parameters)
    rows = []
    for seed in seeds:
        run = run_arrays(case, params, steps, seed, every=steps)
        rows.append([*run.series[-1, -1], (run.world.log()["kind"] == Event.NOT_RENEWED).sum()])
    return np.array(rows)


def bounds(parameter: Parameter) -> tuple[float, float] | None:
    """The two ends of a parameter's range; none if it has no plausible range."""
    return (0.0, 1.0) if parameter.is_switch else parameter.range


def effect(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Mean paired difference of each column, and its standard error; NaN where no pair has both values."""
    gap = high - low
    pairs = np.maximum((~np.isnan(gap)).sum(axis=0), 1)
    return np.nanmean(gap, axis=0), np.nanstd(gap, axis=0, ddof=1) / np.sqrt(pairs)


def effects(
    scenario: str, fields: dict[str, Any], common: dict[str, float], names: tuple[str, ...], seeds: range
) -> Iterator[tuple[str, Floats, Floats]]:
    """Name and range of each parameter, and its effects on `NAMES` with their errors; ``common`` is set in all runs."""
    for parameter in PARAMETERS:
        ends_of = bounds(parameter)
        if ends_of is None or not parameter.name.startswith(names):
            continue
        values = [round(value) if parameter.is_whole else value for value in ends_of]
        low, high = (ends(scenario, fields, common | {parameter.name: value}, seeds) for value in values)
        yield f"`{parameter.name}` | {values[0]:g} .. {values[1]:g}", *effect(low, high)


def main_rows(found: Iterator[tuple[str, Floats, Floats]]) -> Iterator[str]:
    """Lines of a table of the main measures, and the parameters that are inert by them."""
    yield f"| parameter | range | {' | '.join(MAIN)} |"
    yield "| --- | --- |" + " --- |" * len(MAIN)
    inert = []
    for name, every_mean, every_error in found:
        mean, error = every_mean[COLUMNS], every_error[COLUMNS]
        cells = [f"{m:+.3f} +-{2 * e:.3f}{' *' if abs(m) > 2 * e else ''}" for m, e in zip(mean, error, strict=True)]
        yield f"| {name} | {' | '.join(cells)} |"
        if not (np.abs(mean) > 3 * error).any():
            inert.append(name.partition(" ")[0])
    yield f"\nInert: {', '.join(inert) or 'none'}\n"


def most_rows(found: Iterator[tuple[str, Floats, Floats]]) -> Iterator[str]:
    """Lines with the three figures that differ most for their error."""
    for name, mean, error in found:
        ratio = np.abs(mean) / np.where(error > 0, error, np.inf)
        best = np.argsort(-np.nan_to_num(ratio))[:3]
        yield f"| {name} | " + ", ".join(f"{NAMES[k]} {mean[k]:+.4f} +-{2 * error[k]:.4f}" for k in best) + " |"


def brief(scenario: str, found: Iterator[tuple[str, Floats, Floats]], file: Path) -> None:
    """Renew the rows of some parameters in the table of docs/effects.md."""
    table = pd.read_csv(file).set_index(["scenario", "parameter"])
    for name, every_mean, every_error in found:
        mean, error = every_mean[COLUMNS], every_error[COLUMNS]
        ratio = np.nan_to_num(np.abs(mean) / np.where(error > 0, error, np.inf))
        best = int(np.argmax(ratio))
        parameter, _, span = name.partition(" | ")
        if (scenario, parameter.strip("`")) not in table.index:  # switches of rules and what is off by default
            continue
        row = [span, int((ratio > 2).sum()), MAIN[best], round(mean[best], 6), round(2 * error[best], 6)]
        if ratio[best] <= 2:
            row[2:] = [None, None, None]
        table.loc[(scenario, parameter.strip("`")), :] = row
        print(parameter, *row, flush=True)
    table["beyond"] = table["beyond"].astype(int)
    table.reset_index().to_csv(file, index=False, lineterminator="\n")


def main() -> None:
    """Print the table of each scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=NORMS, help="names of parameters, or how they begin")
    parser.add_argument("--scenarios", nargs="+", default=["two_blocs", "ai_governance"], choices=list(SETTINGS))
    parser.add_argument("--replicates", type=int, default=60)
    parser.add_argument("--start", help="quarter at which the runs start, for scenarios with dates: 2018-Q1")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="what all runs have in common")
    parser.add_argument("--most", action="store_true", help="the three figures that differ most, of all measures")
    parser.add_argument("--brief", type=Path, metavar="FILE", help="renew the table of docs/effects.md")
    arguments = parser.parse_args()
    common = {name: float(value) for name, value in (text.split("=") for text in arguments.set)}
    for scenario in arguments.scenarios:
        print(f"\n{scenario}\n")
        fields = SETTINGS[scenario][0] | ({"start": arguments.start} if arguments.start else {})
        seeds = range(1, arguments.replicates + 1)
        found = effects(scenario, fields, common, tuple(arguments.only), seeds)
        if arguments.brief:
            brief(scenario, found, arguments.brief)
            continue
        for line in most_rows(found) if arguments.most else main_rows(found):
            print(line, flush=True)


if __name__ == "__main__":
    main()
