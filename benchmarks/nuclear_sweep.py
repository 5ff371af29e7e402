"""What the tables of `experiments/nuclear.toml` say of trust, what-ifs and fragmentation, for `benchmarks/nuclear.py`.

A figure is a mean over runs, or over pairs of runs of one replicate, with its 95 % t interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.plans.statistics import t_half_width
from forumsim.scenarios.quarters import quarter_number

#: The first and the last of the steps that an end value is the mean of: 1971 to 1975.
END = (100, 119)
START, ISSUES = "1946-Q1", ("control", "peaceful")
#: Ends of the quarters at which trust between the majors is told.
QUARTERS = (
    "1946-Q1", "1946-Q4", "1949-Q4", "1956-Q4", "1962-Q3", "1963-Q4", "1968-Q4", "1972-Q4", "1975-Q4",
)  # fmt: skip
#: What is taken out, and the two parts that are compared.
WITHOUT = {
    "Pugwash": ("history", "no Pugwash"),
    "the Cuban crisis": ("history", "no crisis"),
    "all summits": ("history", "no summits"),
    "all three": ("history", "none of the three"),
    "Pugwash, where experts and officials talk in the dated channels alone": (
        "dated talks",
        "dated talks, no Pugwash",
    ),
}
#: Measures of the what-ifs: the column of the table, the measure and the issue.
TOLD = (
    ("trust between the majors", "trust_majors", "pooled"),
    ("trust across blocs", "trust_across", "pooled"),
    ("F across blocs, control", "fragmentation_across", "control"),
    ("F across blocs, peaceful use", "fragmentation_across", "peaceful"),
)
#: Quarters at which a what-if is told for trust between the majors: with talks, and where nobody talks.
MOMENTS = {
    ("the Cuban crisis", 0): ("1962-Q4", "1963-Q3", "1963-Q4"),
    ("the Cuban crisis", 1): ("1962-Q4", "1967-Q4"),
    ("all summits", 0): ("1955-Q4", "1967-Q2", "1975-Q4"),
}
Row = tuple[str, str, str, float, float, float, int]


def row_of(table: str, row: str, column: str, values: Sequence[float] | np.ndarray | pd.Series) -> Row:
    """A figure of the table: the mean of some runs with its interval."""
    numbers = np.asarray(values, dtype=float)
    half = float(t_half_width(len(numbers), numbers.std(ddof=1)))
    mean = float(numbers.mean())
    return table, row, column, mean, mean - half, mean + half, len(numbers)


def step_of(quarter: str) -> int:
    """The step at whose end a quarter is over."""
    return quarter_number(quarter) - quarter_number(START)


class Sweep:
    """Runs of the experiment by part and replicate; a twin is the run in which nobody talks."""

    def __init__(self, folder: Path) -> None:
        self.runs = pd.read_csv(folder / "runs.csv")
        self.twins = pd.read_csv(folder / "twins.csv").merge(self.runs[["run_id", "part"]], on="run_id")
        series = pd.read_csv(folder / "series.csv")
        self.series = series.merge(self.runs[["run_id", "part", "twin", "replicate"]], on="run_id")

    def course(self, part: str, twin: int, measure: str, issue: str = "pooled") -> pd.DataFrame:
        """A measure by replicate (rows) and step (columns)."""
        some = self.series[(self.series["part"] == part) & (self.series["twin"] == twin)]
        return some[some["issue"] == issue].pivot(index="replicate", columns="step", values=measure)

    def end(self, part: str, twin: int, measure: str, issue: str) -> pd.Series:
        """The end value by replicate."""
        return self.course(part, twin, measure, issue).loc[:, END[0] : END[1]].mean(axis=1)

    def lost(self, name: str, measure: str, issue: str) -> pd.Series:
        """The end value of history less that of the same without something, by replicate."""
        with_it, without = WITHOUT[name]
        return self.end(with_it, 0, measure, issue) - self.end(without, 0, measure, issue)


def _trust(sweep: Sweep) -> list[Row]:
    rows = []
    for column, twin in (("history", 0), ("nobody talks", 1)):
        course = sweep.course("history", twin, "trust_majors")
        rows += [row_of("trust", quarter, column, course[step_of(quarter)]) for quarter in QUARTERS]
        for name, first, last in (("rise 1946 to 1975", "1946-Q1", "1975-Q4"), ("rise 1946 to 1949", "1946-Q1",
                                   "1949-Q4"), ("rise 1971 to 1974", "1971-Q1", "1974-Q4")):  # fmt: skip
            rows.append(row_of("trust", name, column, course[step_of(last)] - course[step_of(first)]))
    return rows


def _without(sweep: Sweep) -> list[Row]:
    rows = []
    for name in WITHOUT:
        rows += [row_of("what if", name, column, sweep.lost(name, *measure)) for column, *measure in TOLD]
    for (name, twin), quarters in MOMENTS.items():
        course, other = (sweep.course(part, twin, "trust_majors") for part in WITHOUT[name])
        talk = "where nobody talks" if twin else "with talks"
        rows += [
            row_of("what if", f"{name}, {quarter}, {talk}", TOLD[0][0], (course - other)[step_of(quarter)])
            for quarter in quarters
        ]
    usual, *_, dated = WITHOUT
    rows += [
        row_of(
            "what if", "Pugwash in dated talks less Pugwash", column, sweep.lost(dated, *of) - sweep.lost(usual, *of)
        )
        for column, *of in TOLD[:2]
    ]
    return rows


def _fragmentation(sweep: Sweep) -> list[Row]:
    rows = []
    for issue in ISSUES:
        for measure in ("fragmentation_across", "fragmentation_within", "enf", "coverage"):
            rows.append(row_of("fragmentation", measure, issue, sweep.end("history", 0, measure, issue)))
        silent = sweep.end("history", 1, "fragmentation_across", issue)
        lower = sweep.end("history", 0, "fragmentation_across", issue) - silent
        rows.append(row_of("fragmentation", "fragmentation_across less that of the twin", issue, lower))
        said = sweep.twins[(sweep.twins["part"] == "history") & (sweep.twins["issue"] == issue)]["twin_verdict"]
        for word in ("converges", "does nothing", "fragments"):
            number = int((said == word).sum())
            rows.append(("fragmentation", f"runs in which dialogue {word}", issue, number, number, number, len(said)))
    runs = sweep.runs[sweep.runs["twin"] == 0]
    apart = int(((runs["state_control"] == "fragmentation") & (runs["state_peaceful"] == "fragmentation")).sum())
    return [*rows, ("fragmentation", "runs that end in fragmentation", "both", apart, apart, apart, len(runs))]


def figures_of(folder: Path) -> list[Row]:
    """All figures that the results of the experiment have."""
    sweep = Sweep(folder)
    return [*_trust(sweep), *_without(sweep), *_fragmentation(sweep)]
