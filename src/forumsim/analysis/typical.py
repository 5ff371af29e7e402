"""Typical runs: for each state at the end the run nearest to the median of the runs that end in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from shlex import quote

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from forumsim.analysis import html, labels
from forumsim.analysis.axes import course_measures, most_dates, step_ticks
from forumsim.analysis.panels import Grid, Panel, draw_grid
from forumsim.analysis.pictures import Sketch
from forumsim.analysis.spans import each_part, end_span, in_part, stopped
from forumsim.analysis.story import detailed_runs
from forumsim.analysis.tables import by_part
from forumsim.core.measures.verdict import STATES
from forumsim.results.folder import PART, ResultTables
from forumsim.results.kept import kept

#: Anchor of the section.
NAME = "typical"
#: The lines of the figure, and the shares of the runs of a state between which the band lies.
_RUN, _MEDIAN, _BAND = "typical run", "median of the runs in this state", (0.1, 0.9)


def distances(results: ResultTables) -> pd.DataFrame:
    """How far each run of one part is from the median of the runs that end in the same state.

    The distance is the root of the mean over measures of the squared difference between the end value of the run and
    the median of its state, divided by the standard deviation of the measure over all runs of the part. Measures are
    those recorded, of all issues together; one without spread, and a value that is missing, do not count.

    Returns
    -------
    DataFrame
        ``run_id, state, distance`` in the order of state, distance and run id: the first of each state is typical.
        Empty where the runs have no verdict.
    """
    scope = results.scopes[-1]
    column = f"state_{scope}"
    if column not in results.runs:
        return pd.DataFrame(columns=["run_id", "state", "distance"])
    state = results.runs.set_index("run_id")[column].dropna()
    ends = results.ends[results.ends["issue"] == scope].set_index("run_id")[list(results.measures)]
    ends = ends.reindex(state.index).astype(float)
    spread = ends.std()
    scaled = ends[spread.index[spread > 0]] / spread[spread > 0]
    apart = scaled - scaled.groupby(state).transform("median")
    distance = np.sqrt((apart**2).mean(axis=1)) if apart.shape[1] else pd.Series(0.0, index=state.index)
    # runs that lie alike on both sides of a median differ in their last digits alone
    rows = pd.DataFrame({"run_id": state.index, "state": state, "distance": distance.round(9)}).reset_index(drop=True)
    rank = rows["state"].map({word: place for place, word in enumerate(STATES)}).fillna(len(STATES))
    return rows.assign(rank=rank).sort_values(["rank", "state", "distance", "run_id"]).drop(columns="rank")


@kept
def typical_runs(results: ResultTables) -> pd.DataFrame:
    """The typical run of each state, part by part.

    Returns
    -------
    DataFrame
        ``part`` where there are several, ``state``, ``n`` (runs that end in it), ``run_id``, ``distance`` (see
        `distances`) and ``recorded``: of the runs that were recorded in detail the nearest one, empty where none was.
    """
    return by_part(results, _typical)


def _typical(results: ResultTables) -> pd.DataFrame:
    rows, detailed = distances(results), set(detailed_runs(results))
    found = []
    for state, own in rows.groupby("state", sort=False):
        recorded = own.loc[own["run_id"].isin(detailed), "run_id"]
        first = own.iloc[0]
        found.append((state, len(own), first["run_id"], first["distance"], next(iter(recorded), "")))
    return pd.DataFrame(found, columns=["state", "n", "run_id", "distance", "recorded"])


def sketches(results: ResultTables) -> Iterator[Sketch]:
    """The courses of the typical runs, a figure for each part with more than one run."""
    for own, ending, words in each_part(results.split()):
        if len(own.runs) > 1 and own.series["step"].nunique() > 1 and len(_typical(own)):
            yield Sketch(
                f"typical_runs{ending}",
                f"Course of the typical run of each state at the end, against all runs that end in it.{words}",
                partial(typical_figure, own),
                NAME,
            )


def typical_figure(results: ResultTables) -> Figure:
    """Measures down, states across: the typical run over the median and the middle runs of its state."""
    names = course_measures(results)
    series = results.series[results.series["issue"] == results.scopes[-1]]
    rows = distances(results)
    tables, panels, told = [], [], []
    for state, own in rows.groupby("state", sort=False):
        tall = series[series["run_id"].isin(own["run_id"])].melt(
            id_vars=["run_id", "step"], value_vars=names, var_name="measure"
        )
        grouped = tall.groupby(["step", "measure"])["value"]
        low, high = (grouped.quantile(share) for share in _BAND)
        middle = pd.DataFrame({"mean": grouped.median(), "low": low, "high": high}).reset_index()
        one = tall[tall["run_id"] == own["run_id"].iloc[0]].rename(columns={"value": "mean"})
        tables += [middle.assign(which=_MEDIAN, issue=state), one.assign(which=_RUN, issue=state)]
        panels.append(str(state))
        told.append(f"{own['run_id'].iloc[0]} ({state}, n = {len(own)})")
    table = pd.concat(tables, ignore_index=True)[["which", "issue", "measure", "step", "mean", "low", "high"]]
    steps = sorted(table["step"].unique())
    grid = Grid(
        panels=[[Panel(name, title) for title in panels] for name in names],
        x="step",
        line="which",
        places={step: float(step) for step in steps},
        lines=[_RUN, _MEDIAN],
        title=f"Typical runs: the one nearest to the median of each state at the end{in_part(results)}",
        note=f"Runs: {', '.join(told)}. Shaded: the middle 80 % of the n runs that end in the state, at each recorded "
        f"step. {_scope(results)}.{stopped(results)}",
        x_label="Step",
        ticks=step_ticks(results, steps, most_dates(len(panels))),
    )
    return draw_grid(table, grid, results)


def _scope(results: ResultTables) -> str:
    return labels.issue_label(results.scopes[-1], results)


def text(results: ResultTables) -> str:
    """Which runs are typical, what they were set to, and how to look at them."""
    table = typical_runs(results)
    if table.empty:
        return ""
    settings = [*([PART] if results.several else []), *results.varied]
    runs = results.runs.set_index("run_id")
    rows = []
    for row in table.to_dict("records"):
        levels = [
            "" if pd.isna(runs.loc[row["run_id"], c]) else labels.level_text(runs.loc[row["run_id"], c])
            for c in settings
        ]
        rows.append([row["state"], row["run_id"], *levels, row["n"], labels.number(row["distance"], 2)])
    headers = ["state", "run", *(labels.parameter_label(name) for name in settings), "n", "distance"]
    caption = (
        "The run that is nearest to the median of the n runs which end in the same state. Distance: root mean square "
        f"over the {len(results.measures)} recorded measures ({_scope(results).lower()}; {end_span(results)}) of the "
        "difference to the median, in standard deviations over runs; of equal ones the first run id is taken."
    )
    folder = quote(str(results.folder))
    commands = "\n".join(
        f"forumsim view {folder} {run}\nforumsim replay {folder} {run} -o {run}.html" for run in table["run_id"]
    )
    return "\n".join(
        [
            html.table(headers, rows, caption, numeric=2),
            "<p>To watch one in the browser, or to make one file of it that plays anywhere:</p>",
            f"<pre>{html.text(commands)}</pre>",
        ]
    )
