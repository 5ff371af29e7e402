"""What the tables of a results folder say, by plain pandas, numpy and scipy: nothing of forumsim is imported here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

#: Only an empty cell is missing: "none" is a word that a plan may use.
READ = {"keep_default_na": False, "na_values": [""], "low_memory": False}
#: Thresholds as the ODD has them; no shipped plan or scenario sets another.
WINDOW, SHARED_F, ONE_ENF, TWIN_LINE = 20, 0.5, 2.0, 0.05
STATES = ("convergence", "polycentric", "mixed", "fragmentation")
#: Measures that the reading tells, and those of the table of end values, where they were recorded.
USUAL = ("trust_across", "fragmentation_across", "fragmentation_within", "enf", "legalization", "words_without_deeds")
HEADLINE = (*USUAL, "trust_within", "trust_majors", "genuine_share")
#: The events behind the words of the tables of who did what, and the column that names who.
ACTORS = {
    "founded": (["founding"], "actor"),
    "left": (["exit", "not_renewed"], "actor"),
    "shifted": (["regime_shift"], "actor"),
}
FORUMS = {
    "left it": (["exit", "not_renewed"], "forum"),
    "shifted to": (["regime_shift"], "forum"),
    "shifted from": (["regime_shift"], "other"),
}


def words_of(value: Any) -> str:
    """A level as the report writes it; empty where a part does not vary the parameter."""
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else str(value)


def label_of(column: str) -> str:
    """What a column of settings is called."""
    return column.removeprefix("scenario_").replace("_", " ")


def t_interval(values: pd.Series) -> tuple[float, float]:
    """95 % interval of a mean; NaN without two values."""
    if len(values) < 2:
        return np.nan, np.nan
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - half, values.mean() + half


def score_interval(count: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a share, from the quadratic equation that defines it: (p - share)^2 = z^2 p (1 - p) / n."""
    z2, share = stats.norm.ppf(0.975) ** 2, count / n
    low, high = sorted(np.roots([1 + z2 / n, -(2 * share + z2 / n), share**2]).real)
    return max(low, 0.0), min(high, 1.0)


class Tables:
    """A results folder by its CSV files and the plan that it was made of.

    Parameters
    ----------
    folder : path
    plan : mapping
        As it was run.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self.folder, self.plan = folder, plan
        self.labels = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("labels", {})
        self.all_runs, self.series = (pd.read_csv(folder / f"{name}.csv", **READ) for name in ("runs", "series"))
        runs = self.all_runs if "twin" not in self.all_runs else self.all_runs[self.all_runs["twin"] != 1]
        self.columns = [name.replace(".", "_") for name in plan.get("vary", {})]
        runs = runs.assign(part=runs.get("part", ""))
        self.runs = runs.drop_duplicates(["part", *self.columns, "replicate"]).reset_index(drop=True)
        planned = [part["name"] for part in plan.get("part", [])]
        self.parts = [name for name in planned if name in set(self.runs["part"])] or [""]
        self.several = len(self.parts) > 1
        self.varied = [column for column in self.columns if self.runs[column].nunique(dropna=False) > 1]
        self.issues = [issue for issue in self.series["issue"].unique() if issue != "pooled"]
        self.scopes = [*self.issues, *(["pooled"] if "pooled" in set(self.series["issue"]) else [])]
        self.measures = [c for c in self.series if c not in {"run_id", "step", "date", "issue"}]
        self.settings = [*(["part"] if self.several else []), *self.varied]
        steps = self.series.merge(self.all_runs[["run_id", "steps"]], on="run_id")
        late = steps[steps["step"] > steps["steps"] - WINDOW]
        self.all_ends = late.groupby(["run_id", "issue"])[self.measures].mean().reset_index()
        self.ends = self.runs[["run_id", "point", "part", "replicate", *self.varied]].merge(self.all_ends, on="run_id")

    def levels(self, column: str, runs: pd.DataFrame | None = None) -> list[Any]:
        """Levels in the order of the plan; of a range from low to high."""
        runs = self.runs if runs is None else runs
        if column == "part":
            return [part for part in self.parts if part in set(runs["part"])]
        given = self.plan["vary"][next(name for name in self.plan["vary"] if name.replace(".", "_") == column)]
        found = list(runs[column].dropna().unique())
        return [level for level in given if level in found] if isinstance(given, list) else sorted(found)

    def is_number(self, column: str) -> bool:
        """Whether the levels lie on a scale; switches and what has no limit are words."""
        if column == "part" or not pd.api.types.is_numeric_dtype(self.runs[column]):
            return False
        return column != "realist" and np.isfinite(self.runs[column]).all()

    def first_factor(self) -> str:
        """The factor that comparisons go along: dialogue where it is varied, else the number with most levels."""
        if not self.varied:
            return "part" if self.several else ""
        counts = {column: self.runs[column].nunique() for column in self.varied}
        order = [
            column == "dialogue_level" or (column.startswith("dialogue_") and "dialogue_level" not in counts)
            for column in self.varied
        ]
        ranked = sorted(
            range(len(order)), key=lambda k: (not order[k], not self.is_number(self.varied[k]), -counts[self.varied[k]])
        )
        return self.varied[ranked[0]]

    def names(self, key: str) -> dict[str, str]:
        """Labels of issues as the scenario gives them, up to a colon."""
        found = {entry["id"]: entry.get("label", "").split(":")[0].strip() for entry in self.labels.get(key, [])}
        words = {issue: found.get(issue) or issue.replace("_", " ") for issue in self.issues}
        return {issue: word[:1].upper() + word[1:] for issue, word in words.items()} | {"pooled": "All issues pooled"}

    def detail(self, name: str) -> pd.DataFrame:
        """A table of the recorded runs; empty where there is none."""
        path = self.folder / f"{name}.csv"
        frame = pd.read_csv(path, **READ) if path.is_file() else pd.DataFrame(columns=["run_id"])
        return frame[frame["run_id"].isin(self.runs["run_id"])]

    # --- comparisons ------------------------------------------------------------------------------------------------

    def pairs(self, column: str, start: Any, measure: str) -> pd.DataFrame:
        """Runs against those of the same draws and other settings at one level: ``before``, ``after``, ``change``."""
        on = ["part", *(c for c in self.varied if c != column), "replicate", "issue"]
        base = self.ends.loc[self.ends[column] == start, [*on, measure]]
        both = self.ends[self.ends[column] != start].merge(base, on=on, suffixes=("_after", "_before"))
        both = both.rename(columns={f"{measure}_after": "after", f"{measure}_before": "before"})
        return both.dropna(subset=["after", "before"]).assign(change=lambda rows: rows["after"] - rows["before"])

    def twin_pairs(self) -> pd.DataFrame:
        """Runs against their twins: run_id, issue, difference of F across blocs, pooled as the mean over issues."""
        twins = pd.read_csv(self.folder / "twins.csv", **READ)[["run_id", "issue", "twin_run_id"]]
        wide = self.all_ends.pivot(index="run_id", columns="issue", values="fragmentation_across")
        wide = wide.assign(pooled=wide[self.issues].mean(axis=1))
        tall = wide.reset_index().melt(id_vars="run_id", var_name="issue", value_name="value")
        both = twins.merge(tall, on=["run_id", "issue"]).merge(
            tall.rename(columns={"run_id": "twin_run_id", "value": "twin"}), on=["twin_run_id", "issue"]
        )
        both = both.assign(difference=both["value"] - both["twin"])
        words = np.select(
            [both["difference"] < -TWIN_LINE, both["difference"] > TWIN_LINE],
            ["converges", "fragments"],
            "does nothing",
        )
        return both.assign(word=words).merge(self.runs[["run_id", "part", *self.varied]], on="run_id")

    # --- time to convergence ------------------------------------------------------------------------------------------

    def convergence(self, runs: pd.DataFrame, hold: int) -> pd.DataFrame:
        """When the runs came to a convergence that held: run_id, time, seen."""
        rows = self.series[self.series["run_id"].isin(runs["run_id"]) & (self.series["step"] > 0)]
        rows = rows[rows["issue"].isin(self.issues)]
        f = rows["fragmentation_across"]
        if "fragmentation" in rows:  # where a run has no pair across blocs
            lacks = f.isna().groupby(rows["run_id"]).transform("max")
            f = f.where(~lacks, rows["fragmentation"])
        means = rows.assign(f=f).groupby(["run_id", "step"])[["f", "enf"]].mean()
        held = (means["f"] < SHARED_F) & (means["enf"] < ONE_ENF)
        rows = held.rename("on").reset_index()
        rows["spell"] = rows.groupby("run_id")["on"].transform(lambda on: (on != on.shift()).cumsum())
        spells = rows[rows["on"]].groupby(["run_id", "spell"])["step"].agg(["min", "max"])
        began = spells[spells["max"] - spells["min"] >= hold].groupby("run_id")["min"].min()
        last = rows.groupby("run_id")["step"].transform("max")
        could = rows[rows["step"] <= last - hold].groupby("run_id")["step"].max()  # a later beginning is not known
        times = pd.DataFrame({"run_id": rows["run_id"].unique()})
        return times.assign(
            seen=times["run_id"].isin(began.index),
            time=times["run_id"].map(began).fillna(times["run_id"].map(could)).fillna(0),
        )

    # --- typical runs, and who did what -----------------------------------------------------------------------------

    def typical(self, part: str) -> pd.DataFrame:
        """The run nearest to the median of each state at the end: state, n, run_id, distance."""
        runs = self.runs[self.runs["part"] == part].set_index("run_id")
        state = runs[f"state_{self.scopes[-1]}"].dropna()
        values = self.ends[self.ends["issue"] == self.scopes[-1]].set_index("run_id")[self.measures].loc[state.index]
        values = values.loc[:, values.std() > 0].astype(float)
        found = []
        for word in STATES:
            own = values[state == word]
            if len(own):
                apart = np.sqrt((((own - own.median()) / values.std()) ** 2).mean(axis=1)).round(9)
                best = min(zip(apart, apart.index, strict=True))
                found.append((word, len(own), best[1], best[0]))
        return pd.DataFrame(found, columns=["state", "n", "run_id", "distance"])

    def recorded(self, runs: pd.DataFrame) -> list[str]:
        """Those of the runs that have events or actors."""
        there = set(self.detail("events")["run_id"]) | set(self.detail("actors")["run_id"])
        return [run_id for run_id in runs["run_id"] if run_id in there]

    def counts(self, runs: pd.DataFrame, kinds: Sequence[str], column: str) -> pd.DataFrame:
        """Events of these kinds a run (rows), by who they are of (columns); what was founded in a run is one forum."""
        events, recorded = self.detail("events"), self.recorded(runs)
        events = events[events["run_id"].isin(recorded)]
        born = events[events["event"] == "founding"][["run_id", "forum"]].assign(born=True)
        events = events[events["event"].isin(kinds)].dropna(subset=[column])
        if column in ("forum", "other"):
            marked = events.merge(
                born.drop_duplicates().rename(columns={"forum": column}), on=["run_id", column], how="left"
            )
            events = marked.assign(**{column: marked[column].where(marked["born"].isna(), "forums founded in the run")})
        return pd.crosstab(events["run_id"], events[column]).reindex(recorded, fill_value=0)


# --- statistics -----------------------------------------------------------------------------------------------------


def kaplan_meier(times: pd.Series, seen: pd.Series) -> pd.DataFrame:
    """Time, share that is left, and its interval (Greenwood on the scale log(-log S)), after each time."""
    rows, share, variance = [], 1.0, 0.0
    for time in sorted(times.unique()):
        at_risk, events = int((times >= time).sum()), int((seen & (times == time)).sum())
        share *= 1 - events / at_risk
        variance = variance + events / (at_risk * (at_risk - events)) if at_risk > events else np.nan
        low = high = np.nan
        if 0 < share < 1:
            spread = stats.norm.ppf(0.975) * np.sqrt(variance) / np.log(share)
            low, high = share ** np.exp(-spread), share ** np.exp(spread)
        rows.append((time, share, low, high))
    return pd.DataFrame(rows, columns=["time", "share", "low", "high"])
