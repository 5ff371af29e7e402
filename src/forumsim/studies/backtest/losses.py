"""Where the model loses, in words made from the tables of a comparison and of lives."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from forumsim.studies.backtest.compare import MEAN, POWERFUL, Comparison
from forumsim.studies.backtest.scores import auc

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


def roster_losses(comparison: Comparison) -> list[str]:
    """Sentences on where the rule of membership does worse than the logits, than knowing how many, and on whom."""
    said = []
    for forecast, words in (("logit", "the logit"), ("relational", "the relational logit")):
        said.append(_lead(comparison, forecast, words))
        said.append(f"AUC below that of {words}: {_behind(comparison, forecast, 'auc')}.")
        said.append(f"Brier score above that of {words}: {_behind(comparison, forecast, 'brier')}.")
    said.insert(1, _worst_without(comparison))
    said.append(
        "Brier score above that of giving everybody the forum's own share of members (which knows how many are in, "
        f"and not who): {_behind(comparison, 'share', 'brier')}."
    )
    return [*said, _how_many(comparison), _powerful(comparison)]


def _lead(comparison: Comparison, forecast: str, words: str) -> str:
    def figure(quantity: str) -> str:
        value, low, high = (comparison.value(MEAN, forecast, quantity, c) for c in ("value", "low", "high"))
        return f"{number(value)} [{number(low)}, {number(high)}]"

    leads = f"{figure('auc_lead')} in AUC, {figure('brier_lead')} in Brier score"
    return f"Lead of the model over {words}, mean over forums (below 0 it is behind): {leads}."


def _worst_without(comparison: Comparison) -> str:
    leads = {forum: comparison.value(forum, "logit", "auc_lead") for forum in forums_of(comparison)}
    best = max(leads, key=lambda forum: leads[forum])
    rest = np.mean([lead for forum, lead in leads.items() if forum != best])
    return f"Without {best}, its best case against the logit, the lead in AUC is {number(float(rest))}."


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
    for forum, table in comparison.pairs.groupby("forum", sort=False):
        expected, members = table["model"].sum(), table["member"].sum()
        if not 1 / FAR_OFF < expected / members < FAR_OFF:
            parts.append(f"{expected:.0f} of {members} at {forum}" if expected < members else
                         f"{expected:.0f} instead of {members} at {forum}")  # fmt: skip
    return f"How many join is off by a factor of {FAR_OFF:g} or more: {_listed(parts)}."


def among(comparison: Comparison, forecast: str, powerful: bool) -> float:
    """Mean AUC over forums among the most powerful states alone, or among the others."""
    pairs = comparison.pairs[comparison.pairs["powerful"] == powerful]
    areas = [auc(t[forecast].to_numpy(float), t["member"].to_numpy(bool)) for _, t in pairs.groupby("forum")]
    return float(np.nanmean(areas))


def _powerful(comparison: Comparison) -> str:
    figures = [number(among(comparison, name, some)) for some in (True, False) for name in ("model", "logit")]
    return (
        f"Mean AUC over forums among the {POWERFUL} most powerful states {figures[0]} (logit {figures[1]}), "
        f"among all others {figures[2]} (logit {figures[3]})."
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
    small, large = (row for _, row in table[table["quantity"].str.contains("founded by")].iterrows())
    if small["high"] < large["low"]:
        said.append("Large foundings die more often than small ones; in the world it is the small that die.")
    said.append(
        f"A run has {years:g} years: that 39 % of organisations died in two centuries, and that the dead had a median "
        "life of 19 years, cannot be seen in it."
    )
    return said
