"""The registry: names fit for every reader of the results, texts for the codebook."""

from __future__ import annotations

import re

import pytest

from forumsim.core import measures
from forumsim.core.errors import InputError
from forumsim.core.measures import conduct, events, forums, fragmentation, norms, overlap, participation, trust


def test_names_are_unique_and_short():
    names = [measure.name for measure in measures.MEASURES]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name)


@pytest.mark.parametrize("measure", measures.MEASURES, ids=lambda m: m.name)
def test_every_measure_is_documented(measure):
    assert measure.low < measure.high
    for text in (measure.label, measure.unit, measure.formula, measure.reference, measure.description):
        assert text.strip() == text
        assert text
    assert measure.family in {f.__name__.rsplit(".", 1)[1] for f in measures.registry.FAMILIES}


@pytest.mark.parametrize("family", measures.registry.FAMILIES, ids=lambda f: f.__name__.rsplit(".", 1)[1])
def test_families_hold_their_own(family):
    assert {measure.family for measure in family.MEASURES} == {family.__name__.rsplit(".", 1)[1]}


@pytest.mark.parametrize(
    ("family", "column", "name"),
    [
        (fragmentation, fragmentation.GAP, "fragmentation_gap"),
        (fragmentation, fragmentation.CONTACT, "contact"),
        (fragmentation, fragmentation.CONTACT_WITHIN, "contact_within"),
        (forums, forums.ENF, "enf"),
        (forums, forums.DORMANT, "forums_dormant"),
        (overlap, overlap.NESTEDNESS, "nestedness"),
        (norms, norms.HARD_LAW, "hard_law_power"),
        (trust, trust.MAJORS, "trust_majors"),
        (participation, participation.NONSTATE, "nonstate_share"),
        (conduct, conduct.OBLIGATION, "general_obligation"),
        (events, len(events.COUNTED) - 1, "declarations"),
    ],
)
def test_columns_within_a_family(family, column, name):
    assert family.MEASURES[column].name == name


def test_column_index():
    for column, measure in enumerate(measures.MEASURES):
        assert measures.column_index(measure.name) == column
        assert measures.MEASURES_BY_NAME[measure.name] is measure


def test_unknown_measure_names_the_nearest():
    with pytest.raises(InputError, match=r"fragmentaton: no such measure.*'fragmentation'"):
        measures.column_index("fragmentaton")
    assert len(measures.unknown_measures(["enf", "x1", "y2"], "record.series: ")) == 2
