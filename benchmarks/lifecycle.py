"""The figures and the picture of docs/cases/lifecycle.md, from the CSV files of a sweep.

    forumsim sweep experiments/lifecycle.toml
    python benchmarks/lifecycle.py results/lifecycle docs/cases

writes ``lifecycle.csv`` (one row for each quantity and part, with 95 % intervals by a bootstrap over runs) and
``lifecycle.png`` (`lifecycle_picture`) into the folder. ``organisations.csv`` there has the same quantities of real
organisations (`tools/organisation_figures.py`). The table of the page is made of both by ``python docs/make_tables.py
docs/cases/lifecycle.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from lifecycle_picture import draw

from forumsim.analysis import load
from forumsim.studies.backtest.lives import FIGURES
from forumsim.studies.backtest.scores import percentiles, resampled

YEAR, DECADE = 4, 40
AGES = (5, 10, 20, 30, 40, 50, 60, 80)
BANDS = ((0, 5), (5, 30), (30, 50), (50, 100))
SIZES = ((3, 7), (8, 30), (31, 10_000))
#: Events that are a reform, and the number of states that the figures on members refer to.
REFORMS = ("change_of_regime", "change_within_regime", "legalization")
REAL_STATES = 193
FLOWS = (("joins", "pair_years"), ("exits", "member_years"))
#: Organisations below which nothing is said.
FEWEST = 10


def lives(experiment) -> pd.DataFrame:
    """One row for each organisation that was founded in a run: its life up to its end or that of the run, in quarters.

    ``joins, exits`` are those after the founding, ``member_years`` and ``pair_years`` the years that states were in it
    and outside of it while it was live.
    """
    found = experiment.foundings()
    last = int(experiment.parts["steps"].iloc[0])
    end = found["end_step"].fillna(last).astype(int)
    key = ["run_id", "forum"]
    state = experiment.detail("forums").set_index(key)["status"]
    rows = found[["run_id", "part", "step", "forum", "founders"]].assign(
        age=end - found["step"],
        died=found["end_step"].notna(),
        status=state.reindex(pd.MultiIndex.from_frame(found[key])).to_numpy(),
        end=end,
    )
    moves = experiment.detail("events")[[*key, "step", "event"]].query("event in ('join', 'exit')")
    moves = moves.merge(rows[[*key, "step", "end"]], on=key, suffixes=("", "_founded")).query("step > step_founded")
    moves = moves.assign(left=(moves["end"] - moves["step"]) / YEAR)
    years = rows["founders"].astype(float) * rows["age"] / YEAR
    for event, sign in (("join", 1), ("exit", -1)):
        some = moves[moves["event"] == event].groupby(key)["left"].agg(["size", "sum"])
        some = some.reindex(pd.MultiIndex.from_frame(rows[key]), fill_value=0)
        rows[f"{event}s"] = some["size"].to_numpy()
        years = years + sign * some["sum"].to_numpy()
    states = experiment.detail("actors").groupby("run_id")["actor"].nunique()
    pairs = rows["run_id"].map(states).astype(float) * rows["age"] / YEAR
    return rows.assign(member_years=years, pair_years=pairs - years)


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

    def note(self, name: str, values: np.ndarray, n: int, of: int | None = None) -> None:
        """A quantity: the first value is what was found, the others are of the bootstrap.

        It is missing where it speaks ``of`` too few organisations; these are n unless n counts something among them.
        """
        if (n if of is None else of) < FEWEST:
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
        """A quantile over organisations; missing where there is none."""
        if rows.empty:
            return np.full(len(self.draws), np.nan)
        some = rows.sort_values(column)
        values, run = some[column].to_numpy(float), some["run_id"].map(self.of).to_numpy(int)
        weight = self.draws[:, run].cumsum(axis=1)
        return np.array([values[np.searchsorted(w, share * w[-1])] if w[-1] else np.nan for w in weight])

    def members(self, forums: pd.DataFrame) -> None:
        """Members of those that are live at the end, the assemblies too, as a share of all states."""
        some = forums[forums["run_id"].isin(self.of) & forums["status"].isin(["alive", "dormant"])]
        for words, share in (("lower quartile", 0.25), ("median", 0.5), ("upper quartile", 0.75)):
            percent = 100 * self.quantile(some, "members", share) / self.states
            self.note(f"members at the end, {words}, % of all states", percent, len(some))

    def reforms(self, events: pd.DataFrame) -> None:
        """How many are founded for each change of a charter or of its law, those of the assemblies too."""
        some = events[events["run_id"].isin(self.of)]
        sums = [
            self.draws @ some[some["event"].isin(kinds)].groupby("run_id").size().reindex(list(self.of), fill_value=0)
            for kinds in (["founding"], REFORMS)
        ]
        self.note("foundings for each reform", sums[0] / sums[1], sums[0][0])

    def lives(self) -> None:
        """Survival, deaths by age, founding members, states at the end, joins and exits."""
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
            self.note(
                f"deaths a year at age {first} to {last}, %", 100 * self.quotient(dies, exposure), dies.sum(), len(rows)
            )
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
            self.note(f"{words} at the end, %", share, rows["status"].isin(states).sum(), len(rows))
        joins, exits = (100 * self.quotient(rows[a], rows[b]) for a, b in FLOWS)
        self.note("joins after the founding, % of eligible pair-years", joins, len(rows))
        self.note("exits, % of membership-years", exits, len(rows))


def _known() -> list[tuple[str, float, float]]:
    """Figures of the backtest that have another name here: of members as shares of all states."""
    of = {figure.name: (figure.low, figure.high) for figure in FIGURES}
    share = 100 / REAL_STATES
    quartiles = [
        (f"members at the end, {words}, % of all states", *(share * end for end in of[f"member states, {words}"]))
        for words in ("lower quartile", "median", "upper quartile")
    ]
    return [
        *quartiles,
        ("foundings for each reform", *of["foundings for each reform"]),
        ("joins after the founding, % of eligible pair-years", *of["joins, % of eligible pair-years"]),
        ("exits, % of membership-years", *of["exits, % of membership-years"]),
    ]


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
    found += [("real", name, low, low, high, 0) for name, low, high in _known()]
    for part in experiment.parts["part"]:
        some = rows[rows["part"] == part]
        if len(some):
            runs = Runs(some, runs_of(experiment, part), states)
            runs.lives()
            runs.members(experiment.detail("forums"))
            runs.reforms(experiment.detail("events"))
            found += [(part, *row) for row in runs.found]
    decades = by_decade(experiment, "as it is").query("from_year in (0, 40, 90)")
    found += [
        (
            "as it is",
            f"{row.what} in the decade from year {row.from_year}",
            row.average,
            row.average - row.half,
            row.average + row.half,
            row.n,
        )
        for row in decades.rename(columns={"mean": "average"}).itertuples()
    ]
    series = experiment.with_settings(experiment.series.query("issue == 'pooled' and step == step.max()"))
    for part, ends in series.groupby("part", observed=True, sort=False):
        for name in ("forums_alive", "forums_dormant", "foundings", "deaths", "mergers"):
            half = 1.96 * ends[name].std() / np.sqrt(len(ends))
            mean = ends[name].mean()
            found.append((part, f"{name}, a run", mean, mean - half, mean + half, len(ends)))
    return pd.DataFrame(found, columns=["part", "quantity", "value", "low", "high", "n"])


def main() -> None:
    """Write table and picture."""
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    experiment = load(results)
    states = int(experiment.detail("actors")["actor"].nunique())
    table = table_of(experiment, pd.read_csv(folder / "organisations.csv"), states)
    table.to_csv(folder / "lifecycle.csv", index=False, float_format="%.4g")
    draw(experiment, table, by_decade(experiment, "as it is"), lives(experiment), states, folder / "lifecycle.png")


if __name__ == "__main__":
    main()
