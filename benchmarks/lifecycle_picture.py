"""The picture of docs/cases/lifecycle.md: four panels from the tables of ``lifecycle.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from forumsim.analysis.palette import FAINT, INK, LOOKS

YEAR = 4
AGES = (5, 10, 20, 30, 40, 50, 60, 80)
SHOWN = ("as it is", "no assemblies", "nobody talks", "tuned elsewhere")


def draw(experiment, table: pd.DataFrame, decades: pd.DataFrame, lives: pd.DataFrame, states: int, file: Path) -> None:
    """Four panels: how many live, what happens by decade, survival by age, members at founding."""
    plt.rcParams.update({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False})
    figure, panels = plt.subplots(2, 2, figsize=(8.27, 6.2), layout="constrained")
    _living(experiment, panels[0, 0])
    _decades(decades, panels[0, 1])
    _survival(table, panels[1, 0])
    _sizes(100 * lives.query("part == 'as it is'")["founders"] / states, table, panels[1, 1])
    runs = experiment.runs.query("part == 'as it is'")["run_id"].nunique()
    real = int(table.query("part == 'real' and quantity == 'organisations'")["n"].iat[0])
    figure.supxlabel(
        f"n = {runs} runs a curve; bands and bars are 95 % intervals. Real: n = {real} organisations (Kaplan-Meier).",
        fontsize=7, color=INK, x=0.01, ha="left",
    )  # fmt: skip
    figure.savefig(file, dpi=150, metadata={"Software": None})
    plt.close(figure)


def _living(experiment, panel) -> None:
    series = experiment.with_settings(experiment.series.query("issue == 'pooled'")).query("part == 'as it is'")
    for (name, label), look in zip((("forums_alive", "awake"), ("forums_dormant", "dormant")), LOOKS, strict=False):
        some = series.groupby("step")[name]
        years, mean, half = some.mean().index / YEAR, some.mean(), 1.96 * some.std() / np.sqrt(some.count())
        panel.plot(years, mean, color=look.colour, linestyle=look.line, label=label)
        panel.fill_between(years, mean - half, mean + half, color=look.colour, alpha=0.25, linewidth=0)
    panel.set(title="Live organisations", xlabel="year of the run", ylabel="number", ylim=(0, None), xlim=(0, 100))
    panel.legend(frameon=False)


def _decades(rows: pd.DataFrame, panel) -> None:
    for offset, name in enumerate(("births", "dormancies", "deaths")):
        look = LOOKS[(0, 1, 6)[offset]]
        some = rows[rows["what"] == name]
        middle = some["from_year"] + 2.6 * offset + 2.4
        panel.bar(middle, some["mean"], 2.4, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0, label=name)
        panel.errorbar(middle, some["mean"], some["half"], fmt="none", ecolor=FAINT, lw=0.9)
    panel.set(title="Events by decade", xlabel="year of the run", ylabel="events in a run", xlim=(0, 100))
    panel.legend(frameon=False, ncols=2)


def _survival(table: pd.DataFrame, panel) -> None:
    ages = [0, *AGES]
    for part, look in zip(SHOWN, LOOKS, strict=False):
        some = table[(table["part"] == part) & table["quantity"].str.fullmatch(r"survival to \d+ years")]
        if len(some):
            panel.plot(ages, [1.0, *some["value"]], color=look.colour, linestyle=look.line, label=part)
            low, high = [1.0, *some["low"]], [1.0, *some["high"]]
            panel.fill_between(ages, low, high, color=look.colour, alpha=0.2, linewidth=0)
    real = table[(table["part"] == "real") & table["quantity"].isin([f"survival to {age} years" for age in AGES])]
    bars = [real["value"] - real["low"], real["high"] - real["value"]]
    panel.errorbar(AGES, real["value"], yerr=bars, fmt="ko", markersize=3, linewidth=0.8, label="real, 1815 to 2016")
    panel.set(
        title="Share that lives on, by age", xlabel="age in years", ylabel="survival", ylim=(0, 1.02), xlim=(0, 81)
    )
    panel.legend(frameon=False, loc="lower left", fontsize=7)


def _sizes(percent: pd.Series, table: pd.DataFrame, panel) -> None:
    panel.hist(percent.astype(float), bins=np.arange(3.125, 40, 1.25), density=True, color=LOOKS[0].colour, alpha=0.6)
    quantities = table.set_index(["part", "quantity"])["value"]
    for part, colour, label in (
        ("as it is", LOOKS[0].colour, "median of the runs"),
        ("real", INK, "median of real ones"),
    ):
        median = quantities[part, "founding members, median % of all states"]
        panel.axvline(median, color=colour, linestyle="--", label=label)
    panel.set(title="Members at founding", xlabel="% of all states", ylabel="density", xlim=(0, 40))
    panel.legend(frameon=False)
