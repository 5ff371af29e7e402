"""The figures and the picture of docs/cases/lifecycle.md, from the CSV files of a sweep.

    forumsim sweep experiments/lifecycle.toml
    python benchmarks/lifecycle.py results/lifecycle docs/cases

writes ``lifecycle.csv`` (one row for each quantity and part, with 95 % intervals by a bootstrap over runs) and
``lifecycle.png`` into the folder. ``organisations.csv`` there has the same quantities of real organisations
(`tools/organisation_figures.py`). The tables of the page are made of both by ``python docs/make_tables.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from forumsim.analysis import load
from forumsim.scenarios import load_scenario
from forumsim.studies.backtest.lives import FIGURES
from forumsim.studies.backtest.lives import lives as backtest_lives
from forumsim.studies.backtest.scores import percentiles, resampled

YEAR, DECADE = 4, 40
AGES = (5, 10, 20, 30, 40, 50, 60, 80)
BANDS = ((0, 5), (5, 30), (30, 50), (50, 100))
SIZES = ((3, 7), (8, 30), (31, 10_000))
SHOWN = ("as it is", "no assemblies", "nobody talks", "tuned elsewhere")
#: Parts for which the figures of the backtest are computed as well, by so many runs of their own, and their parameters.
COUNTED = {
    "as it is": {},
    "tuned elsewhere": {"lifecycle.dormant": 1, "lifecycle.death": 0.014, "taste.renewal": 0.015},
}
COUNTED_RUNS, REAL_STATES = 20, 193
#: Organisations, or deaths, below which nothing is said.
FEWEST = 10


def lives(experiment) -> pd.DataFrame:
    """One row for each organisation that was founded in a run: age at its end or at the end of the run, in quarters."""
    found = experiment.foundings()
    died = found["end_step"].notna()
    last = int(experiment.parts["steps"].iloc[0])
    age = found["end_step"].fillna(last).astype(int) - found["step"]
    state = experiment.detail("forums").set_index(["run_id", "forum"])["status"]
    status = state.reindex(pd.MultiIndex.from_frame(found[["run_id", "forum"]])).to_numpy()
    return found[["run_id", "part", "step", "forum", "founders"]].assign(age=age, died=died, status=status)


class Runs:
    """Quantities of the runs of a part, each a function of counts by run, so that runs can be drawn anew.

    Parameters
    ----------
    rows : DataFrame
        As `lives` gives it, of one part.
    ids : list of str
        Its runs: one may have founded nothing.
    states : int
        Number of states.
    """

    def __init__(self, rows: pd.DataFrame, ids: list[str], states: int) -> None:
        self.rows, self.states = rows, states
        self.of = {name: number for number, name in enumerate(ids)}
        self.draws = np.vstack([np.ones(len(ids)), resampled(len(ids))])  # the first row is what was found
        self.found: list[tuple[str, float, float, float, int]] = []

    def note(self, name: str, values: np.ndarray, n: int) -> None:
        """A quantity: the first value is what was found, the others are of the bootstrap; missing with too few."""
        if n < FEWEST:
            values = np.full_like(values, np.nan)
        self.found.append((name, float(values[0]), *percentiles(values[1:]), int(n)))

    def survival(self, rows: pd.DataFrame) -> np.ndarray:
        """Kaplan-Meier by age in quarters, one row for each draw."""
        longest = int(self.rows["age"].max()) + 1 if len(self.rows) else 1
        dead, at_risk = (np.zeros((len(self.of), longest + 1)) for _ in range(2))
        for run, age, died in rows[["run_id", "age", "died"]].itertuples(index=False):
            at_risk[self.of[run], : age + 1] += 1
            dead[self.of[run], age] += died
        n = self.draws @ at_risk
        hazard = np.divide(self.draws @ dead, n, out=np.zeros_like(n), where=n > 0)
        return np.where(n > 0, np.cumprod(1.0 - hazard, axis=1), np.nan)

    def quotient(self, above: pd.Series, below: pd.Series) -> np.ndarray:
        """A quotient of two sums over organisations."""
        sums = [
            self.draws @ part.groupby(self.rows["run_id"]).sum().reindex(list(self.of), fill_value=0).to_numpy(float)
            for part in (above, below)
        ]
        return np.divide(sums[0], sums[1], out=np.full(len(sums[0]), np.nan), where=sums[1] > 0)

    def quantile(self, rows: pd.DataFrame, column: str, share: float) -> np.ndarray:
        """A quantile over organisations."""
        some = rows.sort_values(column)
        values, run = some[column].to_numpy(float), some["run_id"].map(self.of).to_numpy(int)
        weight = self.draws[:, run].cumsum(axis=1)
        return np.array([values[np.searchsorted(w, share * w[-1])] if w[-1] else np.nan for w in weight])

    def all(self) -> list[tuple[str, float, float, float, int]]:
        """The quantities that the page compares."""
        rows = self.rows
        dead = rows[rows["died"]]
        ones = pd.Series(1.0, index=rows.index)
        curve = self.survival(rows)
        for age in AGES:
            at_risk = int((rows["age"] >= age * YEAR).sum())
            self.note(f"survival to {age} years", curve[:, min(age * YEAR, curve.shape[1] - 1)], at_risk)
        for first, last in BANDS:
            exposure = (rows["age"].clip(upper=last * YEAR) - first * YEAR).clip(lower=0) / YEAR
            dies = rows["died"] & rows["age"].between(first * YEAR, last * YEAR - 1)
            self.note(f"deaths a year at age {first} to {last}, %", 100 * self.quotient(dies, exposure), dies.sum())
        self.note("age at death, median", self.quantile(dead, "age", 0.5) / YEAR, len(dead))
        for name, share in (("lower quartile", 0.25), ("median", 0.5), ("upper quartile", 0.75)):
            self.note(f"founding members, {name}", self.quantile(rows, "founders", share), len(rows))
        percent = 100 * self.quantile(rows, "founders", 0.5) / self.states
        self.note("founding members, median % of all states", percent, len(rows))
        for low, high in SIZES:
            some = rows[rows["founders"].between(low, high)]
            words = f"{low} to {high} founders" if high < 10_000 else "more founders"
            self.note(f"survival to 40 years, {words}", self.survival(some)[:, 40 * YEAR], len(some))
        for words, states in (("awake", ["alive"]), ("dormant", ["dormant"]), ("dead", ["dissolved", "merged"])):
            share = 100 * self.quotient(rows["status"].isin(states), ones)
            self.note(f"{words} at the end, %", share, rows["status"].isin(states).sum())
        return self.found


def counted(states: int) -> list[tuple[str, str, float, float, float, int]]:
    """The figures of the backtest that need more than the tables: flows of members, sizes at the end, reforms."""
    found = []
    for part, given in COUNTED.items():
        table = backtest_lives(load_scenario("lifecycle"), COUNTED_RUNS, parameters=given)
        for row in table.itertuples():
            if row.quantity.startswith("member states"):
                name, times, real = f"{row.quantity} at the end, % of all states", 100 / states, 100 / REAL_STATES
            elif row.quantity in ("exits, % of membership-years", "joins, % of eligible pair-years",
                                  "foundings for each reform"):  # fmt: skip
                name, times, real = row.quantity, 1.0, 1.0
            else:
                continue
            found.append((part, name, times * row.value, times * row.low, times * row.high, COUNTED_RUNS))
            if part == "as it is":
                low, high = real * row.figure_low, real * row.figure_high
                found.append(("real", name, low, low, high, 0))
    return found


def by_decade(experiment, part: str) -> pd.DataFrame:
    """Births, dormancies, revivals and ends by decade of a part: mean over runs and half of its 95 % interval."""
    ids = runs_of(experiment, part)
    events = experiment.detail("events")
    events = events[events["run_id"].isin(ids)]
    groups = {
        "births": ("founding",),
        "dormancies": ("dormancy",),
        "revivals": ("revival",),
        "deaths": ("dissolution",),
        "mergers": ("merger",),
    }
    rows = []
    for name, kinds in groups.items():
        some = events[events["event"].isin(kinds)]
        decade = (some["step"] - 1) // DECADE
        counts = pd.crosstab(some["run_id"], decade).reindex(index=ids, columns=range(10), fill_value=0)
        half = 1.96 * counts.std() / np.sqrt(len(ids))
        rows += [(name, 10 * d, counts[d].mean(), half[d], len(ids)) for d in range(10)]
    return pd.DataFrame(rows, columns=["what", "from_year", "mean", "half", "n"])


def runs_of(experiment, part: str) -> list[str]:
    """The runs of a part."""
    return list(experiment.runs.query("part == @part")["run_id"])


def table_of(experiment, real: pd.DataFrame, states: int) -> pd.DataFrame:
    """All quantities of all parts, and those of real organisations: ``quantity, part, value, low, high, n``."""
    rows = lives(experiment)
    found = [("real", *row) for row in real.itertuples(index=False)]
    found += [("real", f.name, f.low, f.low, f.high, 0) for f in FIGURES if f.block == "state"]
    found += counted(states)
    for part in experiment.parts["part"]:
        some = rows[rows["part"] == part]
        if len(some):
            found += [(part, *row) for row in Runs(some, runs_of(experiment, part), states).all()]
    series = experiment.with_settings(experiment.series.query("issue == 'pooled' and step == step.max()"))
    for part, ends in series.groupby("part", observed=True, sort=False):
        for name in ("forums_alive", "forums_dormant", "foundings", "deaths", "mergers"):
            half = 1.96 * ends[name].std() / np.sqrt(len(ends))
            mean = ends[name].mean()
            found.append((part, f"{name}, a run", mean, mean - half, mean + half, len(ends)))
    return pd.DataFrame(found, columns=["part", "quantity", "value", "low", "high", "n"])


def picture(experiment, table: pd.DataFrame, file: Path) -> None:
    """Four panels: how many live, what happens by decade, survival by age, members at founding."""
    plt.rcParams.update({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False})
    figure, panels = plt.subplots(2, 2, figsize=(8.27, 6.2), layout="constrained")
    _living(experiment, panels[0, 0])
    _decades(by_decade(experiment, "as it is"), panels[0, 1])
    _survival(experiment, table, panels[1, 0])
    _sizes(experiment, table, panels[1, 1])
    figure.savefig(file, dpi=150, metadata={"Software": None})
    plt.close(figure)


def _living(experiment, panel) -> None:
    series = experiment.with_settings(experiment.series.query("issue == 'pooled'")).query("part == 'as it is'")
    for name, label, colour in (("forums_alive", "awake", "C0"), ("forums_dormant", "dormant", "C1")):
        some = series.groupby("step")[name]
        years, mean, half = some.mean().index / YEAR, some.mean(), 1.96 * some.std() / np.sqrt(some.count())
        panel.plot(years, mean, color=colour, label=label)
        panel.fill_between(years, mean - half, mean + half, color=colour, alpha=0.25, linewidth=0)
    panel.set(title="Live organisations", xlabel="year of the run", ylabel="number", ylim=(0, None), xlim=(0, 100))
    panel.legend(frameon=False)


def _decades(rows: pd.DataFrame, panel) -> None:
    for offset, (name, colour) in enumerate((("births", "C2"), ("dormancies", "C1"), ("deaths", "C3"))):
        some = rows[rows["what"] == name]
        panel.bar(some["from_year"] + 2.6 * offset + 2.4, some["mean"], 2.4, yerr=some["half"], color=colour, label=name,
                  error_kw={"elinewidth": 0.7})  # fmt: skip
    panel.set(title="Events by decade", xlabel="year of the run", ylabel="events in a run", xlim=(0, 100))
    panel.legend(frameon=False, ncols=2)


def _survival(experiment, table: pd.DataFrame, panel) -> None:
    ages = [0, *AGES]
    for part, colour in zip(SHOWN, ("C0", "C3", "C2", "C4"), strict=True):
        some = table[(table["part"] == part) & table["quantity"].str.fullmatch(r"survival to \d+ years")]
        if len(some):
            panel.plot(ages, [1.0, *some["value"]], color=colour, label=part)
            panel.fill_between(ages, [1.0, *some["low"]], [1.0, *some["high"]], color=colour, alpha=0.2, linewidth=0)
    real = table[(table["part"] == "real") & table["quantity"].isin([f"survival to {age} years" for age in AGES])]
    bars = [real["value"] - real["low"], real["high"] - real["value"]]
    panel.errorbar(AGES, real["value"], yerr=bars, fmt="ko", markersize=3, linewidth=0.8, label="real, 1815 to 2016")
    panel.set(
        title="Share that lives on, by age", xlabel="age in years", ylabel="survival", ylim=(0, 1.02), xlim=(0, 81)
    )
    panel.legend(frameon=False, loc="lower left", fontsize=7)


def _sizes(experiment, table: pd.DataFrame, panel) -> None:
    rows = lives(experiment).query("part == 'as it is'")
    panel.hist(rows["founders"].astype(int), bins=np.arange(2.5, 81), density=True, color="C0", alpha=0.6)
    quantities = table.set_index(["part", "quantity"])["value"]
    for part, colour, label in (("as it is", "C0", "median of the runs"), ("real", "k", "median of real ones")):
        panel.axvline(quantities[part, "founding members, median"], color=colour, linestyle="--", label=label)
    panel.set(title="Members at founding", xlabel="states, of 80 in the runs", ylabel="share of organisations")
    panel.legend(frameon=False)


def main() -> None:
    """Write table and picture."""
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    experiment = load(results)
    states = int(experiment.detail("actors")["actor"].nunique())
    table = table_of(experiment, pd.read_csv(folder / "organisations.csv"), states)
    table.to_csv(folder / "lifecycle.csv", index=False, float_format="%.4g")
    by_decade(experiment, "as it is").to_csv(folder / "lifecycle_decades.csv", index=False, float_format="%.4g")
    picture(experiment, table, folder / "lifecycle.png")


if __name__ == "__main__":
    main()
