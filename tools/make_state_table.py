"""Makes tables of states from the original data sets: those of shipped scenarios, or of any year that they serve.

``python tools/make_state_table.py --data FOLDER --out DIR`` rebuilds ``actors.csv`` (states computed, non-state
actors as shipped) and ``trust.csv`` of ``ai_governance``, ``--scenario nuclear`` those of that scenario, and
``--year 1965`` (``--to 1969``) makes the state table of a year or a period. The formulas are those of the scenarios'
READMEs and of docs/data.md. What no data set identifies stands in the priors of the scenarios. The output is
deterministic.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import nuclear_table
from forumsim.core.errors import InputError, Problem
from forumsim.results.files import write_files
from forumsim.scenarios.loader import SHIPPED
from period_sources import Period
from period_table import period_tables
from state_formulas import cell, from_line, phi, rounded_power, standardise, structural_trust
from state_sources import Originals

FOLDER = SHIPPED / "ai_governance"
UNION = "EUU"
UNION_LAW = "EU_AI_ACT"
MAJORS = ("CHN", "USA")
ISSUES = ("values", "order", "military")

#: Floor and slope that carry the nuclear-vote scale over to military AI (priors, see the README).
MILITARY_FLOOR, MILITARY_SLOPE = 0.30, 0.55
#: Mean ideal point above which a state votes with the West: a natural gap of the distribution lies there.
WESTERN = 0.5
#: Polyarchy below which a state without a defence pact with the USA is an autocracy nearer to China.
AUTOCRATIC = 0.30
#: Priors of all states that have no own row in ``state_priors.csv``.
SINCERITY, REPUTATION = 0.7, 0.6


def trust_matrix(data: Originals) -> np.ndarray:
    """Structural trust T* of each pair of states (N, N)."""
    return structural_trust(data.agreement(), data.defence_pacts(), data.shared_igos(), data.rivalries())


def power_shares(data: Originals, union: float) -> pd.Series:
    """Half the share of CINC 2022, half the share of sqrt(notable AI models 2018-23), the union's share set aside."""
    cinc = data.latest("cinc", "cinc", 2022)
    models = np.sqrt(data.notable_models())
    return (1.0 - union) * (0.5 * cinc / cinc.sum() + 0.5 * models / models.sum())


def state_frame(data: Originals, priors: pd.DataFrame) -> pd.DataFrame:
    """Data columns of the 193 states, unrounded, before the priors of single states."""
    ideal = data.mean("ideal", "iso3c", "ideal_point", 2019, 2023)
    nuclear = from_line(data.mean("nuclear", "iso3c", "ideal_point_nuclear", 2015, 2019), ideal)
    scores = data.mean("democracy", "iso3", "euds", 2019, 2023)
    polyarchy = from_line(data.mean("democracy", "iso3", "v2x_polyarchy", 2019, 2023), scores)
    wealth = np.log(data.latest("gdp", "mrgdppc", 2019))
    size = np.log(data.latest("gdp", "pwtrgdp", 2019))
    union = prior_value(priors, UNION, "power")
    power = power_shares(data, union)

    frame = pd.DataFrame({"id": data.states, "name": [data.names[s] for s in data.states]}, index=data.states)
    frame["power"] = power
    frame["capacity"] = np.exp(0.6 * standardise(standardise(size) + 0.5 * standardise(wealth)))
    frame["position_values"] = polyarchy
    frame["position_order"] = 1.0 - phi(standardise(ideal))
    frame["position_military"] = MILITARY_FLOOR + MILITARY_SLOPE * (1.0 - phi(standardise(nuclear)))
    frame["sovereignty"] = 0.5 + frame["position_order"]
    pact = pd.Series(data.defence_pacts()[data.states.index("USA")], index=data.states)
    frame["bloc"] = "nonaligned"
    frame.loc[(polyarchy < AUTOCRATIC) & (pact == 0), "bloc"] = "china_aligned"
    frame.loc[ideal > WESTERN, "bloc"] = "us_aligned"
    return frame


def prior_value(priors: pd.DataFrame, actor: str, variable: str) -> float:
    """The value of one prior."""
    row = priors[(priors["actor"] == actor) & (priors["variable"] == variable)]
    return float(row["value"].to_numpy(dtype=float)[0])


def with_union(frame: pd.DataFrame, priors: pd.DataFrame, members: list[str]) -> pd.DataFrame:
    """The frame with a row for the European Union: power-weighted mean positions of its members."""
    inside = frame.loc[members]
    weights = inside["power"].to_numpy() / inside["power"].sum()
    union: dict[str, Any] = {"id": UNION, "name": "European Union", "kind": "state", "role": "union"}
    union |= {
        "bloc": "us_aligned",
        "influence": 0.0,
        "loyalty": 1.0,
        "reputation": REPUTATION,
        "red_line_military": np.nan,
    }
    union |= {f"position_{issue}": float(weights @ inside[f"position_{issue}"].to_numpy()) for issue in ISSUES}
    for column in ("power", "capacity", "sovereignty", "sincerity"):
        union[column] = prior_value(priors, UNION, column)
    return pd.concat([frame, pd.DataFrame([union], index=[UNION])])


def union_trust(trust: np.ndarray, states: list[str], power: pd.Series, members: list[str]) -> np.ndarray:
    """The trust matrix with a last row for the union: the power-weighted mean of its members' trust.

    Its trust in a member leaves out that member's trust in itself.
    """
    row = np.empty(len(states))
    for j, state in enumerate(states):
        others = [states.index(member) for member in members if member != state]
        weights = power.to_numpy()[others]
        row[j] = weights @ trust[others, j] / weights.sum()
    return np.block([[trust, row[:, None]], [row[None, :], np.ones((1, 1))]])


def apply_priors(frame: pd.DataFrame, priors: pd.DataFrame) -> pd.DataFrame:
    """The frame with the columns that are priors throughout, then the priors of single actors."""
    frame = frame.assign(
        kind="state", role="state", influence=0.0, sincerity=SINCERITY, loyalty=1.0, reputation=REPUTATION
    )
    frame.loc[list(MAJORS), "role"] = "major"
    frame["red_line_military"] = np.nan
    own = priors[priors["actor"] != UNION]
    for actor, variable, value in zip(own["actor"], own["variable"], own["value"], strict=True):
        column, before = str(variable), 0.0
        if column == "military_shift":
            column, before = "position_military", float(frame["position_military"][actor])
        frame.loc[actor, column] = before + float(value)
    frame["position_military"] = frame["position_military"].clip(0.0, 1.0)
    return frame


def with_salience(frame: pd.DataFrame) -> pd.DataFrame:
    """Salience: military .2, .35 with 1 % of the power or more, .4 for the majors; order rises with its position."""
    military = np.where(frame["power"] >= 0.01, 0.35, 0.20)
    military[frame["role"] == "major"] = 0.40
    order = (1.0 - military) * (0.35 + 0.30 * frame["position_order"])
    order, military = order.round(4), military.round(4)
    values = (1.0 - military - order).round(4)
    return frame.assign(salience_values=values, salience_order=order, salience_military=military)


def build(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``actors`` and ``trust`` from the originals in ``folder``.

    Raises
    ------
    InputError
        Naming every original that is missing.
    """
    data = Originals(folder)
    priors = pd.read_csv(FOLDER / "state_priors.csv")
    gates = pd.read_csv(FOLDER / "gates.csv")
    members = sorted(set(gates.loc[gates["forum"] == UNION_LAW, "actor"]) - {UNION})
    shipped = pd.read_csv(FOLDER / "actors.csv", dtype=str, keep_default_na=False)

    states = state_frame(data, priors)
    frame = with_salience(with_union(apply_priors(states, priors), priors, members))
    frame["power"] = rounded_power(frame["power"])
    text = pd.DataFrame("", index=frame.index, columns=shipped.columns)
    for column in frame.columns:
        digits = 6 if column == "power" else 4
        text[column] = [cell(value, digits) for value in frame[column]]
    actors = pd.concat([text, shipped[shipped["kind"] == "nonstate"]], ignore_index=True)

    trust = union_trust(trust_matrix(data), data.states, frame.loc[data.states, "power"], members)
    ids = [*data.states, UNION]
    first, second = np.triu_indices(len(ids), 1)
    pairs = pd.DataFrame({"a": [ids[i] for i in first], "b": [ids[j] for j in second]})
    pairs["trust"] = [cell(value, 4) for value in trust[first, second]]
    return actors, pairs


def main(arguments: list[str] | None = None) -> int:
    """Command line; exit status 2 when an original is missing or serves other years."""
    parser = argparse.ArgumentParser(
        prog="python tools/make_state_table.py",
        description="Make the tables of states of a shipped scenario, or of any year or period that the sources serve.",
        epilog="docs/data.md says where the original data sets are found, and which years they serve.",
    )
    parser.add_argument("--data", required=True, help="folder with the original data sets")
    parser.add_argument("--out", required=True, help="folder to write the tables to")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--scenario", choices=("ai_governance", "nuclear"), default="ai_governance",
        help="actors.csv and trust.csv of this scenario (ai_governance unless you say otherwise)",
    )  # fmt: skip
    what.add_argument("--year", type=int, help="states.csv and pairs.csv of this year instead")
    parser.add_argument("--to", type=int, help="last year of a period from --year on: values are means over it")
    options = parser.parse_args(arguments)
    try:
        tables = _tables(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    texts = {f"{name}.csv": table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}
    write_files(out, texts)
    for name, table in tables.items():
        print(f"{out / name}.csv: {len(table)} rows")
    return 0


def _tables(options: argparse.Namespace) -> dict[str, pd.DataFrame]:
    """The tables that the command line asks for, by name."""
    if options.year is not None:
        last = options.year if options.to is None else options.to
        return period_tables(Period(options.data, options.year, last))
    if options.to is not None:
        raise InputError([Problem("--to", f"found {options.to} without --year", "", "--year begins the period")])
    if options.scenario == "nuclear":
        return nuclear_table.build(options.data)
    actors, trust = build(options.data)
    return {"actors": actors, "trust": trust}


if __name__ == "__main__":
    raise SystemExit(main())
