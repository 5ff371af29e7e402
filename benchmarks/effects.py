"""What moves what: each parameter alone from one end of its plausible range to the other, on the same seeds.

    python benchmarks/effects.py [--only voice. drift.] [--scenarios two_blocs ai_governance] [--replicates 60]
    python benchmarks/effects.py --only taste.lineage --scenarios ai_governance --start 2018-Q1
    python benchmarks/effects.py --only membership.outside --set membership.exclusive=1 --scenarios two_blocs

For each parameter the difference (high less low) of the pooled measures at the end of a run, paired by seed, with two
standard errors; ``*`` marks what is larger than that. A switch goes from off to on. All else is as the scenario has it,
but for the settings of `SETTINGS`. By chance alone one figure in twenty bears a mark, so a parameter counts as inert
when none of its differences is larger than three standard errors.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np

from forumsim.core.measures import MEASURES
from forumsim.core.parameters import PARAMETERS, Parameter
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
COLUMNS = [[measure.name for measure in MEASURES].index(name) for name in MAIN]
#: Fields and length of a run by scenario: the middle, where dialogue decides.
SETTINGS: dict[str, tuple[dict[str, Any], int]] = {
    "two_blocs": ({"polarisation": 0.6}, 120),
    "ai_governance": ({}, 60),
}


def ends(scenario: str, fields: dict[str, Any], parameters: dict[str, float], seeds: range) -> Floats:
    """The main measures at the end of a run for each seed, shape (seeds, measures)."""
    steps = SETTINGS[scenario][1]
    case = load_scenario(scenario, **fields)
    record = params_for(case, parameters)
    return np.array([run_arrays(case, record, steps, seed, every=steps).series[-1, -1, COLUMNS] for seed in seeds])


def bounds(parameter: Parameter) -> tuple[float, float] | None:
    """The two ends of a parameter's range; none if it has no plausible range."""
    return (0.0, 1.0) if parameter.is_switch else parameter.range


def effect(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Mean paired difference of each column, and its standard error; NaN where no pair has both values."""
    gap = high - low
    pairs = np.maximum((~np.isnan(gap)).sum(axis=0), 1)
    return np.nanmean(gap, axis=0), np.nanstd(gap, axis=0, ddof=1) / np.sqrt(pairs)


def rows(
    scenario: str, fields: dict[str, Any], common: dict[str, float], names: tuple[str, ...], seeds: range
) -> Iterator[str]:
    """Lines of a table: a parameter's range and its effects, with these fields and what is common to all runs."""
    yield f"| parameter | range | {' | '.join(MAIN)} |"
    yield "| --- | --- |" + " --- |" * len(MAIN)
    inert = []
    for parameter in PARAMETERS:
        ends_of = bounds(parameter)
        if ends_of is None or not parameter.name.startswith(names):
            continue
        values = [round(value) if parameter.is_whole else value for value in ends_of]
        low, high = (ends(scenario, fields, common | {parameter.name: value}, seeds) for value in values)
        mean, error = effect(low, high)
        cells = [f"{m:+.3f} +-{2 * e:.3f}{' *' if abs(m) > 2 * e else ''}" for m, e in zip(mean, error, strict=True)]
        yield f"| `{parameter.name}` | {values[0]:g} .. {values[1]:g} | {' | '.join(cells)} |"
        if not (np.abs(mean) > 3 * error).any():
            inert.append(parameter.name)
    yield f"\nInert in {scenario}, n = {len(seeds)}: {', '.join(inert) or 'none'}\n"


def main() -> None:
    """Print the table of each scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=NORMS, help="names of parameters, or how they begin")
    parser.add_argument("--scenarios", nargs="+", default=list(SETTINGS), choices=list(SETTINGS))
    parser.add_argument("--replicates", type=int, default=60)
    parser.add_argument("--start", help="quarter at which the runs start, for scenarios with dates: 2018-Q1")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="what all runs have in common")
    arguments = parser.parse_args()
    common = {name: float(value) for name, value in (text.split("=") for text in arguments.set)}
    for scenario in arguments.scenarios:
        print(f"\n{scenario}\n")
        fields = SETTINGS[scenario][0] | ({"start": arguments.start} if arguments.start else {})
        for line in rows(scenario, fields, common, tuple(arguments.only), range(1, arguments.replicates + 1)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
