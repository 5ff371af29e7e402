"""``--set`` and ``--preset``: every mistake at once, values in their type."""

from __future__ import annotations

import pytest

from forumsim.commands.settings import parse_settings, parse_value
from forumsim.core.errors import InputError
from forumsim.core.parameters import PRESETS, check_parameters


@pytest.mark.parametrize(
    "text, value",
    [("1", 1), ("0.5", 0.5), ("1e-3", 0.001), ("-2", -2), ("true", True), ("Off", False), ("2024-Q4", "2024-Q4"),
     (" unset ", "unset")],
)  # fmt: skip
def test_values_have_their_type(text, value):
    parsed = parse_value(text)
    assert parsed == value
    assert type(parsed) is type(value)


def test_parameters_and_fields_are_told_apart():
    parameters, fields = parse_settings(["dialogue.level=0.6", "scenario.start=2023-Q1", "rule_voice=false"])
    assert parameters == {"dialogue.level": 0.6, "rule.voice": 0.0}
    assert fields == {"start": "2023-Q1"}


def test_text_after_the_first_equals_sign_is_the_value():
    assert parse_settings(["scenario.note=a=b"])[1] == {"note": "a=b"}


def test_setting_wins_over_preset():
    parameters, _ = parse_settings(["dialogue.track2=0.9"], "track2")
    assert parameters == PRESETS["track2"] | {"dialogue.track2": 0.9}


def test_unset_is_understood_again():
    parameters, _ = parse_settings(["dialogue.track1=unset"])
    assert parameters == {"dialogue.track1": "unset"}
    assert check_parameters(parameters)[1] == []


def test_all_mistakes_at_once():
    settings = ["dialog.level=1", "dialogue.level=2", "dialogue.bridging", "=3", "dialogue.penalty=nan", "realist=7"]
    with pytest.raises(InputError) as raised:
        parse_settings(settings, "loud")
    message = str(raised.value)
    assert len(raised.value.problems) == 7
    for part in ("did you mean 'dialogue.level'?", "0 to 1", "'dialogue.bridging'", "'=3'", "NaN", "true or false",
                 "'loud'", "track15"):  # fmt: skip
        assert part in message
