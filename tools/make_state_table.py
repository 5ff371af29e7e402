"""Rebuilds the state table of ``ai_governance`` from the original data sets.

``python tools/make_state_table.py --data FOLDER --out DIR`` writes ``actors.csv`` (states computed, non-state
actors as shipped) and ``trust.csv``. The formulas are those of the scenario's README; whatever no data set identifies
stands in ``state_priors.csv`` with its range and source. The output is deterministic.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.errors import InputError
from forumsim.scenarios.loader import SHIPPED
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

_NORMAL = NormalDist()
_phi = np.vectorize(_NORMAL.cdf, otypes=[float])
_quantile = np.vectorize(_NORMAL.inv_cdf, otypes=[float])


def standardise(values: pd.Series) -> pd.Series:
    """Values less their mean, over their standard deviation (population form)."""
    return (values - values.mean()) / values.std(ddof=0)


def from_line(known: pd.Series, proxy: pd.Series) -> pd.Series:
    """``known`` with its gaps filled from the least-squares line on ``proxy``, kept within the known range."""
    both = known.notna() & proxy.notna()
    slope, level = np.polyfit(proxy[both], known[both], 1)
    return known.fillna((level + slope * proxy).clip(known.min(), known.max()))


def double_centred(matrix: np.ndarray) -> np.ndarray:
    """Off-diagonal entries less both row means plus the grand mean, in units of their standard deviation.

    Takes out how agreeable (or how organised) each of the two is in general; what is left is particular to the pair.
    """
    pairs = matrix.copy()
    np.fill_diagonal(pairs, np.nan)
    rows = np.nanmean(pairs, axis=1)
    centred = pairs - rows[:, None] - rows[None, :] + np.nanmean(pairs)
    return centred / np.nanstd(centred)


def trust_matrix(data: Originals) -> np.ndarray:
    """Structural trust T* of each pair of states (N, N), symmetric, the diagonal 1.

    q = agreement + .7 pact + .5 igos - rivalry, agreement and log(1 + shared IGOs) double-centred; then
    T* = Phi(.7 invPhi(clip(Phi(q / 1.118), .05, .95))), 1.118 being the spread of agreement + .5 igos.
    """
    agreement, igos = double_centred(data.agreement()), double_centred(np.log1p(data.shared_igos()))
    q = agreement + 0.7 * data.defence_pacts() + 0.5 * igos - data.rivalries()
    np.fill_diagonal(q, 0.0)
    trust = _phi(0.7 * _quantile(np.clip(_phi(q / 1.118), 0.05, 0.95)))
    np.fill_diagonal(trust, 1.0)
    return trust


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
    frame["position_order"] = 1.0 - _phi(standardise(ideal))
    frame["position_military"] = MILITARY_FLOOR + MILITARY_SLOPE * (1.0 - _phi(standardise(nuclear)))
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


def rounded_power(power: pd.Series) -> pd.Series:
    """Power to six decimals; the rounding error goes to the largest, so that the written values sum to 1."""
    written = power.to_numpy().round(6)
    written[written.argmax()] += 1.0 - written.sum()
    return pd.Series(written.round(6), index=power.index)


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


def cell(value: Any, digits: int) -> str:
    """A table cell: numbers rounded and without trailing zeros, missing ones empty."""
    if isinstance(value, str):
        return value
    number = round(float(value), digits) + 0.0
    return "" if np.isnan(number) else f"{number:.{digits}f}".rstrip("0").rstrip(".")


def main(arguments: list[str] | None = None) -> int:
    """Command line; exit status 2 when an original is missing."""
    parser = argparse.ArgumentParser(prog="python tools/make_state_table.py", description=__doc__)
    parser.add_argument("--data", required=True, help="folder with the original data sets")
    parser.add_argument("--out", required=True, help="folder to write actors.csv and trust.csv to")
    options = parser.parse_args(arguments)
    try:
        actors, trust = build(options.data)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    for name, table in (("actors", actors), ("trust", trust)):
        table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
        print(f"{out / name}.csv: {len(table)} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
