"""Results in the shape of ``mesa.batch_run``, for programs that were written for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from forumsim.core.errors import InputError, Problem
from forumsim.core.measures import MEASURES_BY_NAME
from forumsim.results.description import extensions_of
from forumsim.results.opening import open_tables
from forumsim.results.results import Results
from forumsim.running.tables import POOLED

#: Columns of runs.csv that are no parameters of a model.
_NOT_GIVEN = ("run_id", "point", "replicate", "part")


def mesa_frame(folder: Results | str | Path, by_issue: bool = True) -> pd.DataFrame:
    """The series of a results folder as ``pandas.DataFrame(mesa.batch_run(ForumModel, ...))`` has them.

    Parameters
    ----------
    folder : Results or path
    by_issue : bool
        With the measures of each issue (``enf_civil``) after the pooled ones, as `ForumModel` reports them; a measure
        that was not recorded has no column.

    Returns
    -------
    DataFrame
        One row per run and recorded step: ``RunId`` (from 0, the row of the run in runs.csv), ``iteration`` (the
        replicate), ``Step``, the arguments of the model (``scenario``, ``steps``, what was varied by the names of
        the columns in runs.csv, ``rng``: the seed), the model reporters. Runs that failed are left out; ``steps`` is
        the length of the run.

    Raises
    ------
    InputError
        There are no results in the folder, or scenario and issues give two columns the same name.

    Examples
    --------
    >>> frame = mesa_frame("results/dialogue")  # doctest: +SKIP
    >>> frame[frame["Step"] == 60].groupby("dialogue_level")["enf"].mean()  # doctest: +SKIP
    """
    results = open_tables(folder)
    runs = results.runs
    runs = runs.rename(columns={"seed": "rng"})
    given = [name for name in runs.columns if name not in _NOT_GIVEN and not name.startswith(("state_", "tendency_"))]
    given = [*(name for name in given if name != "rng"), "rng"]
    numbers = pd.DataFrame({"RunId": range(len(runs)), "iteration": runs["replicate"], "run_id": runs["run_id"]})
    arguments = pd.concat([numbers, runs[given]], axis=1)
    series = results.series
    known = extensions_of(results.manifest).all_measures
    measures = [name for name in series.columns if name not in ("run_id", "step", "date", "issue")]
    wide = series[series["issue"] == POOLED].drop(columns=["issue", "date"]).rename(columns={"step": "Step"})
    issues = [issue for issue in dict.fromkeys(series["issue"]) if issue != POOLED] if by_issue else []
    for issue in issues:
        own = [name for name in measures if known[name].per_issue]
        part = series.loc[series["issue"] == issue, ["run_id", "step", *own]]
        named = {name: reporter_name(name, issue) for name in own}
        wide = wide.merge(part.rename(columns={"step": "Step", **named}), on=["run_id", "Step"], how="left")
    order = [column for name in measures for column in (name, *(reporter_name(name, issue) for issue in issues))]
    columns = ["RunId", "iteration", "Step", *given, *(name for name in order if name in wide.columns)]
    if len(set(columns)) < len(columns):
        double = sorted({name for name in columns if columns.count(name) > 1})
        raise InputError([Problem("mesa_frame", f"two columns {', '.join(double)}", "", "by_issue=False leaves one")])
    frame = arguments.merge(wide, on="run_id", how="inner").sort_values(["RunId", "Step"], kind="stable")
    return frame[columns].reset_index(drop=True)


def reporter_name(measure: str, issue: str) -> str:
    """The model reporter of a measure on an issue, as in `forumsim.running.model.readings.Readings.reporters`."""
    name = f"{measure}_{issue}"
    return f"{measure}_issue_{issue}" if name in MEASURES_BY_NAME else name
