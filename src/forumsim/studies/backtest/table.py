"""The tables of a backtest: rows for the terminal, and all figures in one long CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from forumsim.studies.backtest.compare import MEAN, POOLED, Comparison
from forumsim.studies.backtest.losses import forums_of, number, verdict

#: Headings of `score_rows`; B is the Brier score.
SCORE_HEAD = ("forum", "n", "in", "model", "AUC model", "logit", "relat.", "B model", "logit", "relat.", "share")
SCORE_RIGHT = "lrrrlrrrrrr"
#: Columns of `long_table`.
COLUMNS = ["part", "item", "forecast", "quantity", "value", "low", "high", "n", "members"]
#: Headings of `life_rows`.
LIFE_HEAD = ("quantity", "model", "interval", "figure", "", "source of the figure")


def score_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """One row a forum, then all pairs together and the mean over forums.

    States scored, members among them and members that the model expects; AUC of the model with its interval, of the
    logits; Brier scores of the model, of the logits, and of giving everybody the forum's share.
    """
    pairs = comparison.pairs
    rows = []
    for forum in (*forums_of(comparison), POOLED, MEAN):
        table = pairs if forum == POOLED else pairs[pairs["forum"] == forum]
        counts = ("", "", "")
        if forum != MEAN:
            counts = (str(len(table)), str(int(table["member"].sum())), f"{table['model'].sum():.0f}")
        low, high = (comparison.value(forum, "model", "auc", bound) for bound in ("low", "high"))
        area = f"{number(comparison.value(forum, 'model', 'auc'))} [{number(low, 2)}, {number(high, 2)}]"
        areas = [number(comparison.value(forum, name, "auc")) for name in ("logit", "relational")]
        briers = [number(comparison.value(forum, n, "brier")) for n in ("model", "logit", "relational", "share")]
        rows.append((forum, *counts, area, *areas, *briers))
    return rows


def life_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """One row a quantity of `lives`."""
    rows: list[tuple[str, ...]] = []
    for _, row in table.iterrows():
        figure = "-"
        if row["figure_low"] == row["figure_low"]:
            low, high = row["figure_low"], row["figure_high"]
            figure = f"{low:g}" if low == high else f"> {low:g}" if high == float("inf") else f"{low:g} - {high:g}"
        value, interval = "-", ""
        if row["value"] == row["value"]:  # nothing was counted below the line: no quotient
            value, interval = f"{row['value']:.2f}", f"{row['low']:.2f} - {row['high']:.2f}"
        rows.append((str(row["quantity"]), value, interval, figure, verdict(row), str(row["source"])))
    return rows


def long_table(comparison: Comparison, life: pd.DataFrame) -> pd.DataFrame:
    """All figures, with the columns `COLUMNS`.

    Parts are ``rosters`` (the score table; n pairs of a forum and a state), ``chance`` (item a forum, quantity a
    state: the chances, and under the forecast ``fact`` 1 for a member) and ``life`` (forecast ``model``, n the count
    below the line of the quotient, or ``figure``, from ``low`` to ``high``).
    """
    pairs = comparison.pairs
    sizes = pairs.groupby("forum")["member"].agg(n="size", members="sum")
    sizes.loc[POOLED] = [len(pairs), int(pairs["member"].sum())]
    scores = comparison.scores.rename(columns={"forum": "item"}).assign(part="rosters")
    scores = scores.merge(sizes, how="left", left_on="item", right_index=True)
    chances = pairs.assign(fact=pairs["member"].astype(float)).melt(
        ["forum", "actor"], ["fact", "model", "logit", "relational"], "forecast", "value"
    )
    chances = chances.rename(columns={"forum": "item", "actor": "quantity"}).assign(part="chance")
    runs = pd.DataFrame(
        {"item": life["quantity"], "value": life["value"], "low": life["low"], "high": life["high"], "n": life["below"]}
    ).assign(part="life", forecast="model", quantity="value")
    figures = pd.DataFrame({"item": life["quantity"], "low": life["figure_low"], "high": life["figure_high"]})
    figures = figures.dropna().assign(part="life", forecast="figure", quantity="value")
    table = pd.concat([scores, chances, runs, figures], ignore_index=True)
    return table.reindex(columns=COLUMNS)


def write_table(comparison: Comparison, life: pd.DataFrame, path: Path) -> None:
    """Write `long_table` as CSV, in one piece or not at all."""
    from forumsim.results.files import atomic

    with atomic([path]) as (file,):
        text = long_table(comparison, life).to_csv(index=False, lineterminator="\n")
        file.write(text.encode("utf-8"))
        file.commit()
