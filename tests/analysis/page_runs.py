"""Holds tables of a report against plain pandas: time to convergence, typical runs, who founded, left and shifted."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from page_parts import Page, Rows, near, near_span
from plain_results import ACTORS, FORUMS, kaplan_meier, label_of, t_interval, words_of


def groups_of(page: Page, runs: pd.DataFrame, texts: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The runs by the first factor: its levels, or thirds of them where it has many."""
    column = page.own.first_factor()
    if not column:
        return {"all runs": runs}
    if any(" to " in text for text in texts) and column != "part":
        third = pd.qcut(runs[column], 3, labels=False, duplicates="drop")
        found = {}
        for _, own in runs.groupby(third):
            found[f"{own[column].min():.3g} to {own[column].max():.3g}"] = own
        return found
    return {text: runs[runs[column].map(words_of) == text] for text in texts}


def check_times(page: Page, caption: str, rows: Rows) -> None:
    own = page.own
    runs = page.chosen(own.runs, {}, caption)
    head = next(iter(rows[0]))
    groups = groups_of(page, runs, [row[head] for row in rows])
    assert list(groups) == [row[head] for row in rows], caption
    hold = min(20, int(runs["steps"].max()) // 2)
    assert f"holds for {hold} steps at least" in caption
    for row in rows:
        group = groups[row[head]]
        times = own.convergence(group, hold)
        curve = kaplan_meier(times["time"], times["seen"])
        half, last = curve[curve["share"] <= 0.5 + 1e-12], curve.iloc[-1]
        reached = times.loc[times["seen"], "run_id"]
        assert row["median step"] == (f"{half['time'].iloc[0]:g}" if len(half) else "not reached"), row
        end = group.set_index("run_id").loc[reached, "state_pooled"] == "convergence"
        counts = [len(reached), len(times) - len(reached), int(end.sum()), len(times)]
        assert [int(row[name]) for name in ("converged", "censored", "at the end", "n")] == counts, row
        near(row["share converged"], 1 - last["share"], 2, row)
        if np.isnan(last["low"]):
            assert row["95 % interval"] == "", row
        else:
            near_span(row["95 % interval"], (1 - last["high"], 1 - last["low"]), 2, 2, row)


def check_typical(page: Page, caption: str, rows: Rows) -> None:
    own = page.own
    right = pd.concat([own.typical(part).assign(part=part) for part in own.parts], ignore_index=True)
    assert len(right) == len(rows), caption
    assert f"over the {len(own.measures)} recorded measures" in caption
    settings = own.runs.set_index("run_id")
    for row, (_, hand) in zip(rows, right.iterrows(), strict=True):
        assert (row["state"], row["run"], int(row["n"])) == (hand["state"], hand["run_id"], hand["n"]), (row, hand)
        near(row["distance"], hand["distance"], 2, row)
        for column in own.settings:
            assert row[label_of(column)] == words_of(settings.loc[hand["run_id"], column]), row


def check_events(page: Page, caption: str, rows: Rows) -> None:
    """Of all actors together, by the first factor."""
    own, head = page.own, next(iter(rows[0]))
    runs = page.chosen(own.runs, {}, caption)
    groups = groups_of(page, runs, [row[head] for row in rows])
    for row in rows:
        recorded = own.recorded(groups[row[head]])
        assert len(recorded) == int(row["runs n"]), row
        events = own.detail("events")
        for kind, (kinds, _) in ACTORS.items():
            happened = events[events["event"].isin(kinds)].groupby("run_id").size()
            check_mean(row[kind], happened.reindex(recorded, fill_value=0), row)


def check_mean(text: str, values: pd.Series, where: object) -> None:
    """``1.50 (0.80 to 2.20)``: a mean with its interval, which is cut at 0."""
    low, high = t_interval(values)
    found = re.fullmatch(r"([^ ]*)(?: \((.*) to (.*)\))?", text)
    assert found, (text, where)
    near(found[1], values.mean(), 2, where)
    if found[2]:
        near(found[2], max(low, 0.0), 2, where)
        near(found[3], high, 2, where)
    else:
        assert len(values) == 1 or not values.any(), where


def check_who(page: Page, caption: str, rows: Rows) -> None:
    """Of single actors, or of single forums: the rows are those with the largest shares of the events."""
    own, side = page.own, "actors" if caption.startswith("Events a run of the actors") else "forums"
    runs = page.chosen(own.runs, {}, caption)
    recorded, wide = own.recorded(runs), {}
    for kind, (kinds, column) in (ACTORS if side == "actors" else FORUMS).items():
        wide[kind] = own.counts(runs, kinds, column)
    shares = [table.mean() / table.mean().sum() for table in wide.values() if table.size]
    share = pd.concat(shares, axis=1).sum(axis=1).round(12)
    order = sorted(share.index, key=lambda who: (-share[who], who))
    for row, who in zip(rows, order[:20], strict=len(order) <= 20):
        assert int(row["runs n"]) == len(recorded), row
        for kind, table in wide.items():
            if who in table:
                check_mean(row[kind], table[who], (who, row))
            else:
                assert row[kind] == "0", (who, row)
        names = own.detail(side).dropna(subset=["name"]).set_index(side[:-1])["name"]
        right = names.get(who, who)
        right = str(right.iloc[0] if isinstance(right, pd.Series) else right)
        assert row[side[:-1]] == right[:1].upper() + right[1:], (who, row)
    if len(order) > 20:
        assert f" {len(order) - 20} others with fewer are left out." in caption
