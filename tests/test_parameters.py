"""Parameters: the registry is consistent, bad values are named one by one, the record holds what was asked."""

import itertools
import math
import re

import numpy as np
import pytest

from forumsim.core.parameters import (
    BY_NAME,
    PARAMETERS,
    PRESETS,
    RECORD_DTYPE,
    check_parameters,
    find_parameter,
    make_record,
)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_each_parameter_is_documented_and_consistent(parameter):
    assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)?", parameter.name)
    assert len(parameter.meaning) > 10 and parameter.unit and parameter.source
    assert parameter.low <= parameter.high
    if parameter.default is not None:
        assert parameter.low <= parameter.default <= parameter.high
    if parameter.range is not None:
        low, high = parameter.range
        assert parameter.low <= low < high <= parameter.high
    if parameter.is_switch:
        assert parameter.default in (0.0, 1.0)


def test_defaults_lie_in_their_plausible_range():
    outside = [
        p.name for p in PARAMETERS
        if p.range and p.default is not None and not p.range[0] <= p.default <= p.range[1]
    ]  # fmt: skip
    assert set(outside) <= {"track2.opens"}  # -1: always open


def test_names_and_fields_are_unique():
    assert len({p.name for p in PARAMETERS}) == len({p.field for p in PARAMETERS}) == len(PARAMETERS)
    assert len(RECORD_DTYPE.names) == len(PARAMETERS)


def test_a_record_holds_defaults_and_what_was_set():
    values, problems = check_parameters({"dialogue.level": 0.7, "membership_rate": 1, "realist": True})
    assert not problems and values == {"dialogue.level": 0.7, "membership.rate": 1.0, "realist": 1.0}
    record = make_record(values)
    assert (record["dialogue_level"], record["membership_rate"], record["realist"]) == (0.7, 1.0, 1.0)
    for p in PARAMETERS:
        if p.name not in values:
            expected = math.nan if p.default is None else p.default
            assert record[p.field] == expected or (math.isnan(expected) and math.isnan(record[p.field]))


@pytest.mark.parametrize("value", [None, "unset"])
def test_optional_parameters_may_be_unset(value):
    values, problems = check_parameters({"dialogue.track1": value})
    assert not problems and math.isnan(make_record(values)["dialogue_track1"])
    _, problems = check_parameters({"dialogue.level": value})
    assert len(problems) == 1


@pytest.mark.parametrize(("key", "value", "found", "allowed"), [
    ("dialogue.level", 1.2, "1.2", "0 to 1"),
    ("dialogue.level", -0.1, "-0.1", "0 to 1"),
    ("dialogue.level", math.nan, "NaN", "0 to 1"),
    ("utility.fit", math.inf, "inf", "0 to 20"),
    ("dialogue.level", "high", "'high'", "0 to 1"),
    ("dialogue.level", True, "true", "0 to 1"),
    ("dialogue.track2", 7, "7", 'or "unset"'),
    ("realist", 0.5, "0.5", "true or false"),
    ("membership.rate", [0.1], "[0.1]", "0 to 1"),
])  # fmt: skip
def test_bad_values_are_named_with_what_is_allowed(key, value, found, allowed):
    _, problems = check_parameters({key: value}, "plan.toml: ")
    assert len(problems) == 1
    assert problems[0].where == f"plan.toml: {key}"
    assert found in problems[0].found and allowed in problems[0].allowed


def test_all_mistakes_at_once_with_the_nearest_name():
    _, problems = check_parameters({"dialog.level": 1, "dialogue.level": 9, "membership.rate": "x", "realist": True})
    assert [p.where for p in problems] == ["dialog.level", "dialogue.level", "membership.rate"]
    assert "dialogue.level" in problems[0].hint


def test_numpy_numbers_are_numbers():
    values, problems = check_parameters({"dialogue.level": np.float64(0.5), "membership.tenure": np.int64(4)})
    assert not problems and values == {"dialogue.level": 0.5, "membership.tenure": 4.0}
    assert check_parameters({"realist": np.bool_(True)})[0] == {"realist": 1.0}


def test_presets_are_valid_and_add_up():
    level = {}
    for name, preset in PRESETS.items():
        values, problems = check_parameters(preset)
        assert not problems, name
        record = make_record(values)
        common = record["dialogue_level"]
        own = (record[f"dialogue_track{t}"] for t in ("2", "15", "1"))
        level[name] = [common if math.isnan(x) else x for x in own]
    names = list(PRESETS)
    assert level["none"] == [0, 0, 0] and level["intense"] == [1, 1, 1]
    for before, after in itertools.pairwise(names):
        assert all(a <= b for a, b in zip(level[before], level[after], strict=True))
        assert level[before] != level[after]


def test_find_by_either_name():
    assert find_parameter("dialogue.level") is find_parameter("dialogue_level") is BY_NAME["dialogue.level"]
    assert find_parameter("nothing") is None


def test_counts_are_whole_numbers():
    good, problems = check_parameters({"membership.waves": 2.0, "attention.half_life": 2.5})
    assert not problems and good == {"membership.waves": 2.0, "attention.half_life": 2.5}
    _, problems = check_parameters({"membership.waves": 2.5, "shock.window": 0.5})
    assert [p.where for p in problems] == ["membership.waves", "shock.window"]
    assert all("whole number" in p.found for p in problems)
