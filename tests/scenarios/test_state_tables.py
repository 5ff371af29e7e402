"""State tables of any year: which sources serve which years, and what comes of the originals where they are at hand."""

from __future__ import annotations

from math import erf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import make_state_table as state_table
import nuclear_table
from forumsim.core.errors import InputError
from period_sources import ORIGINALS, Period, files_for
from period_table import agreement_with_line
from state_formulas import double_centred, structural_trust

RAW = Path(__file__).parents[3] / "shared" / "data"
needs_raw = pytest.mark.skipif(not RAW.is_dir(), reason="the original data sets are not in ../shared/data")


def build(tmp_path: Path, *options: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    assert state_table.main(["--data", str(RAW), "--out", str(tmp_path), *options]) == 0
    states = pd.read_csv(tmp_path / "states.csv", keep_default_na=False, na_values=[""]).set_index("id")
    return states, pd.read_csv(tmp_path / "pairs.csv").set_index(["a", "b"])


# --- formulas -------------------------------------------------------------------------------------------------------


def test_trust_by_hand() -> None:
    """Three states alike in all: q is 0, or .7 with a pact, or -1 with a rivalry; Phi and its inverse from a table."""
    pacts, rivalries, flat = np.zeros((3, 3)), np.zeros((3, 3)), np.array([[0, 1, 2], [1, 0, 3], [2, 3, 0]]) / 10
    pacts[0, 1] = pacts[1, 0] = 1.0
    rivalries[0, 2] = rivalries[2, 0] = 1.0
    trust = structural_trust(flat, pacts, np.expm1(-2.0 * flat), rivalries)  # .5 igos cancels half of the agreement
    half = structural_trust(flat, np.zeros((3, 3)), np.expm1(-2.0 * flat), np.zeros((3, 3)))
    centred = 0.5 * double_centred(flat)
    for i, j, more in ((0, 1, 0.7), (0, 2, -1.0), (1, 2, 0.0)):
        z = np.clip((centred[i, j] + more) / 1.118, -1.6449, 1.6449)  # Phi(+-1.6449) = .95, .05
        assert trust[i, j] == pytest.approx(0.5 * (1.0 + erf(0.7 * z / 2**0.5)), abs=1e-4)
        assert (trust[i, j] > half[i, j]) == (more > 0)
    assert np.array_equal(trust, trust.T)
    assert (np.diag(trust) == 1).all()


def test_gaps_of_the_agreement_lie_on_the_line() -> None:
    """Known: .9 at distance 0.5, .7 at 1.5, so .2 less a unit; at distance 2 it would be .6, below what is known."""
    ideal = np.array([0.0, 0.5, 2.0])
    agreement = np.array([[np.nan, 0.9, np.nan], [0.9, np.nan, 0.7], [np.nan, 0.7, np.nan]])
    filled = agreement_with_line(agreement, ideal)
    assert filled[0, 2] == filled[2, 0] == pytest.approx(0.7)
    assert (filled[0, 1], filled[1, 2]) == (0.9, 0.7)
    assert np.isnan(np.diag(filled)).all()


# --- years and files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "last"), [(1946, 1946), (1965, 1969), (1946, 1975), (2015, 2015), (2018, 2022)])
def test_years_that_all_sources_serve(first: int, last: int) -> None:
    assert set(files_for(first, last)) == set(ORIGINALS)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--year", "1985"], ["no file on agreement serves 1985", "no file on pacts serves 1985", "2015 to 2023"]),
        (["--year", "1970", "--to", "2016"], ["no file on organisations serves 1970 to 2016"]),
        (["--year", "1914"], ["no file on ideal points serves 1914; allowed: within 1946 to 2023"]),
        (["--year", "1965", "--to", "1960"], ["--to: found 1960; allowed: a year from 1965 on"]),
        (["--to", "1960"], ["--to: found 1960 without --year"]),
    ],
)
def test_years_out_of_range_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: list[str]
) -> None:
    assert state_table.main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), *options]) == 2
    message = capsys.readouterr().err
    assert all(words in message for words in told), message
    assert not (tmp_path / "out").exists()


def test_missing_files_of_the_period_are_all_named_and_no_others(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="8 of the 8") as caught:
        Period(tmp_path, 1965, 1965)
    named = "\n".join(map(str, caught.value.problems))
    assert "unga_dyadic_agreement_nuclearcase_1946_1974.csv" in named
    assert "download ATOP 5.1" in named
    assert "2015_2019" not in named


# --- the originals --------------------------------------------------------------------------------------------------


@needs_raw
def test_the_table_of_2015_has_the_trust_of_ai_governance(tmp_path: Path) -> None:
    """Two readers of the same sources: agreement 2015-19, pacts of 2018, organisations of 2014, rivalries to 2020.

    They differ by intent where a rivalry ended between 2015 and 2019: here it counts for a share of the years.
    """
    states, pairs = build(tmp_path, "--year", "2015", "--to", "2019")
    shipped = pd.read_csv(state_table.FOLDER / "trust.csv").set_index(["a", "b"])["trust"]
    shipped = shipped[[pair for pair in shipped.index if "EUU" not in pair]]
    assert len(states) == 193
    pairs = pairs.loc[shipped.index]
    same = pairs["rivalry"].isin([0.0, 1.0])
    assert same.sum() > 18_500
    assert np.allclose(pairs["trust"][same], shipped[same], atol=1.01e-4, rtol=0)


@needs_raw
def test_figures_of_single_years(tmp_path: Path) -> None:
    """Distance of the ideal points of the United States and the Soviet Union, as published; its agreement of 1962."""
    distances = {1956: 3.83, 1968: 4.26, 1975: 4.82}
    for year, distance in distances.items():
        states, pairs = build(tmp_path, "--year", str(year))
        assert states["ideal_point"]["USA"] - states["ideal_point"]["RUS"] == pytest.approx(distance, abs=0.006)
        assert states["power"].sum() == pytest.approx(1.0, abs=1e-4)
    assert pairs.loc[("RUS", "USA"), ["pact", "rivalry"]].tolist() == [0.0, 1.0]
    states, pairs = build(tmp_path, "--year", "1962")
    assert pairs.loc[("RUS", "USA"), "agreement"] == pytest.approx(0.2609)
    assert pairs.loc[("GBR", "USA"), ["agreement", "pact"]].tolist() == [0.9545, 1.0]
    assert states["polyarchy"]["USA"] > 2 * states["polyarchy"]["RUS"]
    assert states["gdp_per_head"]["USA"] > states["gdp_per_head"]["IND"]


@needs_raw
def test_shares_of_years(tmp_path: Path) -> None:
    """Six of ten years: a pact of Thailand from 1954, of France until 1955; a rivalry until 1955."""
    _, pairs = build(tmp_path, "--year", "1950", "--to", "1959")
    assert pairs.loc[("THA", "USA"), "pact"] == pytest.approx(0.6)
    assert pairs.loc[("FRA", "RUS"), "pact"] == pytest.approx(0.6)
    assert pairs.loc[("RUS", "YUG"), "rivalry"] == pytest.approx(0.6)


@needs_raw
def test_the_script_rebuilds_the_tables_of_nuclear(tmp_path: Path) -> None:
    assert state_table.main(["--data", str(RAW), "--out", str(tmp_path), "--scenario", "nuclear"]) == 0
    for name in ("actors", "trust"):
        built, shipped = pd.read_csv(tmp_path / f"{name}.csv"), pd.read_csv(nuclear_table.FOLDER / f"{name}.csv")
        pd.testing.assert_frame_equal(built, shipped, check_exact=False, atol=1.01e-4, rtol=0)


@needs_raw
def test_rosters_of_organisations_are_those_of_the_source() -> None:
    """COW IGO v3: first years up to 1975, for the states of the scenario; founders that it lacks carry the letter C."""
    spells = pd.read_csv(RAW / "nuclear" / "nuclear_igo_membership_spells_cow.csv")
    members = pd.read_csv(nuclear_table.FOLDER / "memberships.csv")
    states = set(pd.read_csv(nuclear_table.FOLDER / "actors.csv")["id"])
    for igo, forum in {"iaea": "IAEA", "cern": "CERN", "jinr": "JINR", "opanal": "TLATELOLCO"}.items():
        source = spells[(spells["igo"] == igo) & (spells["start"] <= 1975) & spells["iso3"].isin(states)]
        rows = members[(members["forum"] == forum) & (members["confidence"] == "A")]
        assert set(rows["actor"]) == set(source["iso3"]), forum
