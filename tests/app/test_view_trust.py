"""Trust: cells that fit, a picked major, courses with gaps."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import parsed, picks

from forumsim.app.views.trust import LEAST, bloc_trust, trust
from forumsim.core.measures import column_index


def shapes(markup, name):
    return [e for e in parsed(markup).iter() if e.tag.endswith(name)]


def words(markup):
    return ["".join(e.itertext()) for e in shapes(markup, "text")]


def with_trust(frame, values):
    """The frame with trust_within at every step."""
    series = frame.outcome.series.copy()
    series[:, -1, column_index("trust_within")] = values
    return replace(frame, outcome=replace(frame.outcome, series=series))


def test_the_numbers_in_the_cells_are_those_of_the_table(small):
    table = bloc_trust(small)
    shown = [word for word in words(trust(small, 480)) if word.startswith(".") or word in ("–", "1.00")]
    number = len(small.scenario.blocs)
    expected = [f"{v:.2f}".replace("0.", ".", 1) if np.isfinite(v) else "–" for v in table.ravel()]
    assert shown[: number**2] == expected


def test_trust_of_the_majors_is_directed(small):
    world = small.world.copy()
    one, other = small.majors[:2]
    world.trust[one, other], world.trust[other, one] = 0.12, 0.89
    markup = trust(replace(small, outcome=replace(small.outcome, world=world)), 480)
    assert [word for word in words(markup) if word in (".12", ".89")] == [".12", ".89"]
    names = small.scenario.actor_names
    assert f"{names[one]} in {names[other]}: 0.12" in markup


def test_missing_trust_is_a_gap_and_a_value_alone_a_dot(small):
    values = np.full(small.step + 1, 0.5)
    values[[3, 5]] = np.nan
    before = len(shapes(trust(small, 480), "polyline"))
    markup = trust(with_trust(small, values), 480)
    assert len(shapes(markup, "polyline")) == before + 1
    assert len(shapes(markup, "circle")) == 1
    assert not [word for word in words(trust(with_trust(small, np.nan), 480)) if "nan" in word]


def test_a_picked_major_is_outlined(real):
    key = f"actor:{real.scenario.actor_ids[real.majors[0]]}"
    assert key in picks(trust(real, 480))
    assert "#D55E00" in trust(real, 480, key) and "#D55E00" not in trust(real, 480, "actor:nobody")


@pytest.mark.parametrize("width", [340, 900])
def test_many_blocs_fit_without_numbers(small, width):
    """Thirty blocs of at most one state each: cells get narrow, and narrow cells have no numbers."""
    world = small.world.copy()
    world.bloc[small.states] = np.arange(len(small.states))
    blocs = tuple(f"b{k}" for k in range(30))
    scenario = replace(small.scenario, blocs=blocs, bloc_labels=blocs)
    markup = trust(replace(small, scenario=scenario, outcome=replace(small.outcome, world=world)), width)
    cells = [float(e.get("x")) + float(e.get("width")) for e in shapes(markup, "rect")]
    assert max(cells) <= width
    numbers = [word for word in words(markup) if word == "–" or word.startswith(".")]
    assert bool(numbers) == ((width - 134) / len(small.states) >= LEAST)


def test_the_longest_name_has_room_where_there_is_room(real):
    shown = [e[-1].tail for e in shapes(trust(real, 640), "text") if len(e)]
    assert "1 Aligned with the United States" in shown
    assert len(trust(real, 640).encode()) < 100_000
