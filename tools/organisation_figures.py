"""Aggregates on the life of real organisations, for docs/cases/lifecycle.md: ages, sizes, births and deaths by decade.

    python tools/organisation_figures.py --data FOLDER --out docs/cases/organisations.csv

``FOLDER`` holds the originals: ``igo_lifecycle/igo_birth_death_1815_2016_DID1.csv`` (Eilstrup-Sangiovanni 2020: births
and deaths of 561 organisations, of which 558 have both dates) and ``cow/cow_nmc_1930_2022.csv`` (Correlates of War:
how many states there were). None of their rows is carried, only what is computed here over all organisations.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.analysis.survival import kaplan_meier
from forumsim.plans.statistics import COVERAGE

LIVES = "igo_lifecycle/igo_birth_death_1815_2016_DID1.csv"
STATES = "cow/cow_nmc_1930_2022.csv"
#: Ages in years at which survival is told, bands of age for yearly rates, and bands of founding members.
AGES = (5, 10, 20, 30, 40, 50, 60, 80, 100)
BANDS = ((0, 5), (5, 30), (30, 50), (50, 100))
SIZES = ((3, 7), (8, 30), (31, 10_000))
DRAWS = 2000


def organisations(folder: Path) -> pd.DataFrame:
    """One row for each organisation with both dates: ``born, years, died, founders`` (missing where unknown)."""
    raw = pd.read_csv(folder / LIVES)
    raw = raw[raw["sdate"].notna() & raw["ddate"].notna() & raw["event"].notna()]
    known = raw["full_membership_start"].where(raw["full_membership_start"] > 0)
    return pd.DataFrame(
        {"born": raw["sdate"], "years": raw["ddate"] - raw["sdate"], "died": raw["event"] == 1, "founders": known}
    )


def figures(lives: pd.DataFrame, states: pd.Series) -> pd.DataFrame:
    """The aggregates: ``quantity, value, low, high, n``; intervals of 95 %, by a bootstrap over organisations.

    Parameters
    ----------
    lives : DataFrame
        As `organisations` gives it.
    states : Series
        Number of states by year.
    """
    found = [("organisations", float(len(lives)), np.nan, np.nan, len(lives))]
    curve = kaplan_meier(lives["years"], lives["died"])
    for age in AGES:
        row = curve[curve["time"] <= age].iloc[-1]
        at_risk = int((lives["years"] >= age).sum())
        found.append((f"survival to {age} years", row["survival"], row["ci_low"], row["ci_high"], at_risk))
    draws = np.random.default_rng(1).integers(0, len(lives), (DRAWS, len(lives)))
    for first, last in BANDS:
        exposure = (lives["years"].clip(upper=last) - first).clip(lower=0).to_numpy()
        dead = (lives["died"] & (lives["years"] >= first) & (lives["years"] < last)).to_numpy()
        years = exposure[draws].sum(axis=1)
        rates = dead[draws].sum(axis=1)[years > 0] / years[years > 0]
        value = 100 * dead.sum() / exposure.sum()
        found.append((f"deaths a year at age {first} to {last}, %", value, *_ends(100 * rates), int(dead.sum())))
    ended = lives[lives["died"]]
    found.append(("age at death, median", *_median(ended["years"]), len(ended)))
    sized = lives[lives["founders"].notna()]
    found += [
        (f"founding members, {name}", *_median(sized["founders"], share), len(sized))
        for name, share in (("lower quartile", 0.25), ("median", 0.5), ("upper quartile", 0.75))
    ]
    later = sized[sized["born"].isin(states.index)]
    share = 100 * later["founders"] / states.loc[later["born"]].to_numpy()
    found.append(("founding members, median % of all states", *_median(share), len(later)))
    for low, high in SIZES:
        some = sized[sized["founders"].between(low, high)]
        curve = kaplan_meier(some["years"], some["died"])
        row = curve[curve["time"] <= 40].iloc[-1]
        name = (
            f"survival to 40 years, {low} to {high} founders"
            if high < 10_000
            else "survival to 40 years, more founders"
        )
        found.append((name, row["survival"], row["ci_low"], row["ci_high"], len(some)))
    for decade in range(1916, 2016, 10):
        born = int(lives["born"].between(decade, decade + 9).sum())
        end = lives["born"] + lives["years"]
        died = int((lives["died"] & end.between(decade, decade + 9)).sum())
        found.append((f"births from {decade} on", float(born), np.nan, np.nan, born))
        found.append((f"deaths from {decade} on", float(died), np.nan, np.nan, died))
    return pd.DataFrame(found, columns=["quantity", "value", "low", "high", "n"])


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)


def _median(values: pd.Series, share: float = 0.5) -> tuple[float, float, float]:
    """A quantile (the median unless said otherwise) and its interval."""
    some = values.to_numpy(float)
    draws = np.random.default_rng(1).integers(0, len(some), (DRAWS, len(some)))
    return float(np.quantile(some, share)), *_ends(np.quantile(some[draws], share, axis=1))


def main(arguments: list[str] | None = None) -> None:
    """Read the originals and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the originals")
    parser.add_argument("--out", type=Path, required=True, help="CSV file to write")
    options = parser.parse_args(arguments)
    missing = [name for name in (LIVES, STATES) if not (options.data / name).is_file()]
    if missing:
        parser.error("; ".join(f"{options.data / name}: no such file" for name in missing))
    states = pd.read_csv(options.data / STATES).groupby("year")["ccode"].nunique()
    table = figures(organisations(options.data), states)
    table.to_csv(options.out, index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
