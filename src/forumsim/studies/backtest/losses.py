"""Where the model loses, in words made from the tables of a comparison and of lives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from forumsim.studies.backtest.compare import MOST_POWERFUL, Comparison
from forumsim.studies.backtest.hindcast import Hindcast
from forumsim.studies.backtest.lives import HALVES
from forumsim.studies.backtest.scoring import MEAN, POWERFUL

#: A forecast of how many join is named as wrong when it is off by this factor.
FAR_OFF = 2.0
#: States named for each forum on either side.
NAMED = 3


def number(value: float, digits: int = 3) -> str:
    """A figure as in papers: without the leading zero."""
    if np.isnan(value):
        return "-"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _listed(parts: Iterable[str], between: str = ", ") -> str:
    return between.join(parts) or "none"


def forums_of(comparison: Comparison) -> list[str]:
    """The scored forums in their order."""
    return list(dict.fromkeys(comparison.pairs["forum"]))


#: Forecasts beside the model, in words.
WORDS = {
    "logit": "the logit",
    "relational": "the relational logit",
    "last": "the last edition's roster",
    "share": "giving everybody the forum's own share of members (which knows how many are in, and not who)",
}


def roster_losses(comparison: Comparison) -> list[str]:
    """Sentences on where the rule of membership does worse than the other forecasts, and on whom."""
    said = []
    for forecast in comparison.forecasts[1:]:
        words = WORDS[forecast]
        if np.isnan(comparison.value(MEAN, forecast, "auc")):
            continue  # no forum has an edition before it
        said.append(_lead(comparison, forecast, words))
        if forecast != "share":
            said.append(f"AUC below that of {words}: {_behind(comparison, forecast, 'auc')}.")
        said.append(f"Brier score above that of {words}: {_behind(comparison, forecast, 'brier')}.")
    return [*said, _how_many(comparison), _powerful(comparison), _noise(comparison)]


def _lead(comparison: Comparison, forecast: str, words: str) -> str:
    def figure(quantity: str) -> str:
        value, low, high = (comparison.value(MEAN, forecast, quantity, c) for c in ("value", "low", "high"))
        return f"{number(value)} [{number(low)}, {number(high)}]"

    leads = f"{figure('brier_lead')} in Brier score"
    if forecast != "share":
        leads = f"{figure('auc_lead')} in AUC, {leads}"
    where = "forums that have one" if forecast == "last" else "forums"
    return f"Lead of the model over {words}, mean over {where} (below 0 it is behind): {leads}."


def _behind(comparison: Comparison, forecast: str, quantity: str) -> str:
    """Forums where the model is behind, each with its lead; a star where the interval excludes 0."""
    parts = []
    for forum in forums_of(comparison):
        lead = comparison.value(forum, forecast, f"{quantity}_lead")
        if lead < 0:
            sure = "*" if comparison.value(forum, forecast, f"{quantity}_lead", "high") < 0 else ""
            parts.append(f"{forum} by {number(-lead)}{sure}")
    return _listed(parts)


def _how_many(comparison: Comparison) -> str:
    parts = []
    forums = forums_of(comparison)
    for forum, table in comparison.pairs.groupby("forum", sort=False):
        expected, members = table["model"].sum(), table["member"].sum()
        if not 1 / FAR_OFF < expected / members < FAR_OFF:
            parts.append(f"{expected:.0f} of {members} at {forum}" if expected < members else
                         f"{expected:.0f} instead of {members} at {forum}")  # fmt: skip
    right = len(forums) - len(parts)
    return (
        f"How many join is within a factor of {FAR_OFF:g} for {right} of {len(forums)} forums; it is not at: "
        f"{_listed(parts)}."
    )


def _powerful(comparison: Comparison) -> str:
    parts = []
    for name in comparison.forecasts:
        value, low, high = (comparison.value(POWERFUL, name, "auc", c) for c in ("value", "low", "high"))
        if name != "share" and not np.isnan(value):
            parts.append(f"{name} {number(value)} [{number(low, 2)}, {number(high, 2)}]")
    return f"Mean AUC over forums among the {MOST_POWERFUL} most powerful states: {', '.join(parts)}."


def _noise(comparison: Comparison) -> str:
    area, loss = (comparison.value(MEAN, "model", quantity, "noise") for quantity in ("auc", "brier"))
    most = comparison.scores[(comparison.scores["quantity"] == "auc") & (comparison.scores["forecast"] == "model")]
    of_forums = most[most["forum"].isin(forums_of(comparison))]["noise"].max()
    return (
        f"Chance between replicates (standard error): {number(area, 4)} in the mean AUC, up to {number(of_forums)} in "
        f"that of a forum, {number(loss, 4)} in the mean Brier score."
    )


def misses(comparison: Comparison) -> list[tuple[str, str, str]]:
    """For each forum the members that the model gave least, and the outsiders that it gave most."""
    rows = []
    for forum, table in comparison.pairs.groupby("forum", sort=False):
        ordered = table.sort_values("model", kind="stable")
        inside, outside = ordered[ordered["member"]], ordered[~ordered["member"]]
        rows.append((str(forum), _named(inside.head(NAMED)), _named(outside.tail(NAMED).iloc[::-1])))
    return rows


def _named(rows: pd.DataFrame) -> str:
    return ", ".join(f"{actor} {number(chance, 2)}" for actor, chance in rows[["actor", "model"]].to_numpy())


def verdict(row: pd.Series) -> str:
    """How the interval of a quantity of `lives` lies to its figure; empty where there is none."""
    if np.isnan(row["figure_low"]):
        return ""
    if row["high"] < row["figure_low"]:
        return "below"
    return "above" if row["low"] > row["figure_high"] else "agrees"


def life_losses(table: pd.DataFrame, years: float) -> list[str]:
    """Sentences on where runs differ from the life of organisations, and on what runs of this length cannot show."""
    verdicts = table.apply(verdict, axis=1)
    names = table["quantity"].str.removesuffix(", %")
    said = [f"{word.capitalize()} the figure: {_listed(names[verdicts == word], '; ')}." for word in ("above", "below")]
    for half in HALVES:
        some = verdicts[table["half"] == half]
        said.append(f"Figures ({half}) that agree: {(some == 'agrees').sum()} of {len(some)}.")
    small, large = (row for _, row in table[table["quantity"].str.contains("founded by")].iterrows())
    if small["high"] < large["low"]:
        said.append("Large foundings die more often than small ones; in the world it is the small that die.")
    said.append(
        f"A run has {years:g} years: that 39 % of organisations died in two centuries, and that the dead had a median "
        "life of 19 years, cannot be seen in it."
    )
    return said


#: Base rates of a hindcast by kind of fact, in words.
BASES = {
    "signed": {"by_text": "each forum's share of the other states", "by_actor": "the actor's share of forums"},
    "founded": {"by_text": "the share of the other powers", "by_actor": "the actor's share of issues"},
}


def hindcast_losses(found: Hindcast) -> list[str]:
    """Sentences on how the model does against base rates, and which facts it gave least chance."""
    said = []
    for (kind, who), rows in found.scores.groupby(["kind", "actors"], sort=False):
        figures = rows.set_index(["forecast", "quantity"])[["value", "low", "high"]]
        table: dict[Any, list[float]] = dict(zip(figures.index, figures.to_numpy(float).tolist(), strict=True))
        parts = [f"model {number(table['model', 'brier'][0])}"]
        for base, words in BASES[str(kind)].items():
            lead, low, high = table[base, "brier_lead"]
            sure = "*" if low > 0 or high < 0 else ""
            interval = f"[{number(low)}, {number(high)}]"
            parts.append(f"{words} {number(table[base, 'brier'][0])} (lead {number(lead)}{sure} {interval})")
        of = "the ten" if who == "all" else str(who)
        said.append(f"{str(kind).capitalize()}, {of}, {rows['n'].iloc[0]} facts, Brier score: {', '.join(parts)}.")
    signed = found.facts[found.facts["kind"] == "signed"]
    given = signed["model"].where(signed["fact"] == 1, 1 - signed["model"])
    worst = signed.assign(given=given).sort_values("given", kind="stable").head(2 * NAMED)
    listed = "; ".join(
        f"{r['actor']} {'in' if r['fact'] else 'not in'} {r['item']}, {r['quarter']} ({number(r['given'], 2)})"
        for _, r in worst.iterrows()
    )
    return [*said, f"What happened and was given least chance: {listed}."]
