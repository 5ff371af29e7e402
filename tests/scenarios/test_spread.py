"""The field ``spread``: positions and trust apart or together by a factor around their means."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forumsim.core.errors import InputError
from forumsim.scenarios import copy_scenario, load_scenario

ISSUES = ("rights", "arms")


def spread_column(folder, table, column, factor):
    """Edit a file by hand: every cell of a column m + s (x - m), within 0..1."""
    path = folder / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    mean = math.fsum(float(row[column]) for row in rows) / len(rows)
    for row in rows:
        row[column] = repr(min(1.0, max(0.0, mean + factor * (float(row[column]) - mean))))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(every=st.floats(0, 4), arms=st.floats(0, 4))
def test_spread_is_the_formula_in_the_files(little, tmp_path_factory, every, arms):
    folder = copy_scenario(little.folder, tmp_path_factory.mktemp("spread") / "little")
    for issue, factor in zip(ISSUES, (every, every * arms), strict=True):
        spread_column(folder, "actors", f"position_{issue}", factor)
    spread_column(folder, "trust", "trust", every)
    world = load_scenario(little.folder, **{"spread": every, "spread.arms": arms}).build(2)
    expected = load_scenario(folder).build(2)
    for name in ("position", "anchor", "baseline", "trust"):
        np.testing.assert_allclose(getattr(world, name), getattr(expected, name), rtol=0, atol=1e-12, err_msg=name)


def test_one_changes_nothing(little):
    case = load_scenario(little.folder)
    same = load_scenario(little.folder, **{"spread": 1, "scenario.spread.arms": 1.0})
    assert same == case
    assert np.array_equal(same.build(1).position, case.build(1).position)


def test_of_one_issue_moves_no_other_and_no_trust_of_the_table(little):
    before, after = (load_scenario(little.folder, **{"spread.arms": s}).build(1) for s in (1, 0))
    assert np.array_equal(before.position[:, 0], after.position[:, 0])
    assert np.ptp(after.position[:, 1]) == pytest.approx(0, abs=1e-15)
    assert after.baseline[0, 1] == 0.9 and after.baseline[0, 2] == 0.3


def test_cells_are_changed_before_they_are_spread(little):
    world = load_scenario(little.folder, **{"actors.AAA.position_rights": 0.5, "spread": 0}).build(1)
    mean = (0.5 + 0.8 + 0.1 + 0.2 + 0.9 + 0.5) / 6
    np.testing.assert_allclose(world.position[:, 0], mean, rtol=1e-12)


def test_of_generated_actors():
    """Each seed's own positions are spread, and trust follows from their distances: .85 - 1.2 d, within .02 .. .98."""
    plain, wide = (load_scenario("two_blocs", actors=12, nonstate=2, spread=s).build(5) for s in (1, 1.5))
    for issue in range(2):
        mean = plain.position[:, issue].mean()
        expected = np.clip(mean + 1.5 * (plain.position[:, issue] - mean), 0, 1)
        np.testing.assert_allclose(wide.position[:, issue], expected, rtol=0, atol=1e-12)
    distance = np.sqrt(((wide.position[:, None] - wide.position[None]) ** 2).mean(axis=2))
    trust = np.clip(0.85 - 1.2 * distance, 0.02, 0.98)
    np.fill_diagonal(trust, 0)
    np.testing.assert_allclose(wide.baseline, trust, rtol=0, atol=1e-12)
    assert np.array_equal(wide.trust, wide.baseline) and np.array_equal(wide.anchor, wide.position)
    assert np.array_equal(wide.power, plain.power)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"spread": -1}, "scenario.spread: found -1; allowed: a number from 0 to 10"),
        ({"spread.arm": 2}, "scenario.spread.arm: no such field of the scenario"),
        ({"spread": True}, "scenario.spread: found true"),
    ],
)
def test_mistakes(little, given, message):
    with pytest.raises(InputError) as caught:
        load_scenario(little.folder, **given)
    assert message in str(caught.value)
