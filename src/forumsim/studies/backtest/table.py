"""The tables of a backtest: rows for the terminal, and all figures in one long CSV."""

from __future__ import annotations

import pandas as pd

from forumsim.studies.backtest.compare import Comparison
from forumsim.studies.backtest.hindcast import Hindcast
from forumsim.studies.backtest.losses import forums_of, number, verdict
from forumsim.studies.backtest.scoring import MEAN, POOLED, POWERFUL

#: Columns of `long_table`.
COLUMNS = ["part", "item", "forecast", "quantity", "value", "low", "high", "noise", "n", "members"]
#: Headings of `life_rows`.
LIFE_HEAD = ("quantity", "half", "model", "interval", "figure", "", "source of the figure")
#: Headings of `fact_rows`.
FACT_HEAD = ("what", "who", "item", "when", "fact", "model", "interval", "by text", "by actor")
#: Forecasts as headings.
_SHORT = {"model": "model", "logit": "logit", "relational": "relat.", "last": "last", "share": "share"}


def score_head(comparison: Comparison) -> tuple[tuple[str, ...], str]:
    """Headings of `score_rows` and how they are aligned; B is the Brier score."""
    areas = [_SHORT[name] for name in comparison.forecasts if name not in ("model", "share")]
    briers = [_SHORT[name] for name in comparison.forecasts[1:]]
    head = ("forum", "n", "in", "model", "AUC model", *areas, "B model", *briers)
    return head, "lrrrl" + "r" * (len(head) - 5)


def score_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """One row a forum, then all pairs together, the mean over forums, and that among the most powerful.

    States scored, members among them and members that the model expects; AUC of the model with its interval, of the
    other forecasts; Brier scores of the model and of the others.
    """
    pairs = comparison.pairs
    rows = []
    for forum in (*forums_of(comparison), POOLED, MEAN, POWERFUL):
        table = pairs if forum == POOLED else pairs[pairs["forum"] == forum]
        counts = ("", "", "")
        if forum not in (MEAN, POWERFUL):
            counts = (str(len(table)), str(int(table["member"].sum())), f"{table['model'].sum():.0f}")
        low, high = (comparison.value(forum, "model", "auc", bound) for bound in ("low", "high"))
        area = f"{number(comparison.value(forum, 'model', 'auc'))} [{number(low, 2)}, {number(high, 2)}]"
        others = [name for name in comparison.forecasts if name not in ("model", "share")]
        areas = [number(comparison.value(forum, name, "auc")) for name in others]
        briers = [number(comparison.value(forum, name, "brier")) for name in comparison.forecasts]
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
        rows.append((str(row["quantity"]), str(row["half"]), value, interval, figure, verdict(row), str(row["source"])))
    return rows


def long_table(comparison: Comparison, life: pd.DataFrame | None = None) -> pd.DataFrame:
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
    told = ["fact", *(name for name in comparison.forecasts if name != "share")]
    chances = pairs.assign(fact=pairs["member"].astype(float)).melt(["forum", "actor"], told, "forecast", "value")
    chances = chances.rename(columns={"forum": "item", "actor": "quantity"}).assign(part="chance")
    parts = [scores, chances.dropna(subset=["value"])]
    if life is not None:
        runs = life.rename(columns={"quantity": "item", "below": "n"})[["item", "value", "low", "high", "n"]]
        figures = pd.DataFrame({"item": life["quantity"], "low": life["figure_low"], "high": life["figure_high"]})
        parts.append(runs.assign(part="life", forecast="model", quantity="value"))
        parts.append(figures.dropna().assign(part="life", forecast="figure", quantity="value"))
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def fact_rows(found: Hindcast) -> list[tuple[str, ...]]:
    """One row a fact of a hindcast: who, what, when, whether it was so, and what the forecasts say."""
    rows = []
    for _, row in found.facts.iterrows():
        fact = f"{row['fact']:.0f}" if row["kind"] == "met" else "yes" if row["fact"] else "no"
        interval = f"{number(row['low'], 2)} - {number(row['high'], 2)}"
        what = tuple(str(row[name]) for name in ("kind", "actor", "item", "quarter"))
        model, *bases = (number(row[name], 2) for name in ("model", "by_text", "by_actor"))
        rows.append((*what, fact, model, interval, *bases))
    return rows


def hindcast_table(found: Hindcast) -> pd.DataFrame:
    """All figures of a hindcast in one table: the parts ``facts`` and ``scores`` with their columns."""
    return pd.concat([found.facts.assign(part="facts"), found.scores.assign(part="scores")], ignore_index=True)
