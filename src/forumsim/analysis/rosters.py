"""Who is in which forum at a step of a recorded run, and who founded what: from snapshots and the event log."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.errors import InputError, Problem
from forumsim.scenarios.quarters import parse_when, quarter_name

#: Events that end a membership, and those that end a forum with all its memberships.
LEAVES = ("exit", "not_renewed")
ENDS = ("dissolution", "merger")
STARTS = ("founding", "opening")


def members_at(memberships: pd.DataFrame, events: pd.DataFrame, shots: list[int], step: int) -> pd.DataFrame:
    """The memberships of one run at a step.

    Parameters
    ----------
    memberships, events : DataFrame
        Rows of this run alone.
    shots : list of int
        Steps of its snapshots; a snapshot may hold no membership.
    step : int
        Not before the first of them.

    Returns
    -------
    DataFrame
        ``forum, actor, attention``, in the order of their names; attention is known at snapshots alone.
    """
    shot = max(one for one in shots if one <= step)
    there = memberships[memberships["step"] == shot]
    if shot == step:
        return there[["forum", "actor", "attention"]].reset_index(drop=True)
    held = set(zip(there["forum"], there["actor"], strict=True))
    acted = (events["event"] == "intervention").groupby(events["step"]).cummax()  # a snapshot is taken before them
    later = events[((events["step"] > shot) | ((events["step"] == shot) & acted)) & (events["step"] <= step)]
    for event, actor, forum in later[["event", "actor", "forum"]].itertuples(index=False):
        if event == "join":
            held.add((forum, actor))
        elif event in LEAVES:
            held.discard((forum, actor))
        elif event in ENDS:
            held = {pair for pair in held if pair[0] != forum}
    rows = sorted(held)
    return pd.DataFrame(rows, columns=["forum", "actor"]).assign(attention=np.nan)


def step_of(at: Any, shots: list[int], last: int, start: int | None, run_id: str) -> int:
    """The step that somebody means: a number, a date, ``start`` or ``end``.

    Parameters
    ----------
    at : int or str
    shots : list of int
        Steps of the snapshots of the run.
    last : int
        Its last step.
    start : int or None
        The number of the quarter of step 0; None in synthetic time.
    run_id : str
        For messages.

    Raises
    ------
    InputError
        The run has no such step, or no snapshot up to it.
    """
    if at in ("start", "end"):
        return shots[0] if at == "start" else last
    step: Any = at
    with contextlib.suppress(ValueError):
        when = parse_when(at) if isinstance(at, str) else None
        step = when.step(start) if when is not None and (when.is_step or start is not None) else at
    if isinstance(step, (bool, np.bool_)) or not isinstance(step, (int, np.integer)) or not shots[0] <= step <= last:
        quarters = [quarter_name((start or 0) + number) for number in (shots[0], last)]
        dates = "" if start is None else f"a date from {quarters[0]} to {quarters[1]}, "
        allowed = f"a step from {shots[0]} to {last}, {dates}start or end"
        raise InputError([Problem(f"at, run {run_id}", f"found {at!r}", allowed)])
    return int(step)


def foundings(events: pd.DataFrame, forums: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """The forums that came into being, by whom, against whom, and what became of them.

    Parameters
    ----------
    events, forums, actors : DataFrame
        Tables of the recorded runs.

    Returns
    -------
    DataFrame
        One row per founding: ``run_id, step, date, forum, name, dated`` (whether the scenario or a user opened it
        rather than an actor that founded it), ``founder, bloc`` (of the founder), ``founders`` (founding members),
        ``rival`` (forum that it was created against), ``end`` and ``end_step`` (dissolution or merger).
    """
    columns = ["run_id", "step", "date", "forum", "name", "dated", "founder", "bloc", "founders", "rival", "end",
               "end_step"]  # fmt: skip
    if events.empty:
        return pd.DataFrame(columns=columns)
    born = events[events["event"].isin(STARTS)].reset_index(drop=True)
    names = forums.dropna(subset=["name"]).drop_duplicates(["run_id", "forum"], keep="last")
    blocs = actors.drop_duplicates(["run_id", "actor"])[["run_id", "actor", "bloc"]]
    rivals = events[events["event"] == "competitive_creation"].drop_duplicates(["run_id", "forum"])
    ends = events[events["event"].isin(ENDS)].drop_duplicates(["run_id", "forum"], keep="last")
    found = born.assign(
        dated=born["event"] == "opening",
        founder=born["actor"],
        founders=born["value"].where(born["event"] == "founding"),
    )
    key = ["run_id", "forum"]
    for other, given in (
        (names, {"name": "name"}),
        (rivals, {"other": "rival"}),
        (ends, {"event": "end", "step": "end_step"}),
    ):
        own = other[[*key, *given]].rename(columns=given)
        found = found.drop(columns=[name for name in given.values() if name in found]).merge(own, on=key, how="left")
    found = found.merge(blocs.rename(columns={"actor": "founder"}), on=["run_id", "founder"], how="left")
    return found.astype({"founders": "Int64", "end_step": "Int64"})[columns]
