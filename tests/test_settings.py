"""``--set`` and ``--preset``: every mistake at once, values in their type."""

from __future__ import annotations

import shlex
from itertools import pairwise

import pytest

from forumsim.app.download import command
from forumsim.commands.settings import load_case, parse_settings, parse_value
from forumsim.core.errors import InputError
from forumsim.core.parameters import PRESETS, check_parameters
from forumsim.extensions import NONE
from forumsim.scenarios.settings import find_setting


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


def test_cells_of_the_scenario_keep_their_text():
    """Ids may look like numbers or like yes and no: only columns of numbers are read as numbers."""
    dates = ["forums.X.founded=2024-03-21", "channels.c.track=1.5"]
    settings = ["actors.USA.sincerity=0.90", "actors.ACME.patron=NO", *dates]
    assert parse_settings(settings)[1] == {
        "actors.USA.sincerity": 0.9,
        "actors.ACME.patron": "NO",
        "forums.X.founded": "2024-03-21",
        "channels.c.track": "1.5",
    }


def test_cells_come_with_the_nearest_names():
    with pytest.raises(InputError) as raised:
        load_case("ai_governance", ["actors.UAS.sincerity=0.9", "actor.USA.power=0.4", "forums.GPAI.admission=opn"])
    first, second, third = map(str, raised.value.problems)
    assert first == "--set actor.USA.power: no such name (did you mean 'actors.USA.power'?)"
    assert second.startswith("--set actors.UAS.sincerity: no row 'UAS' in actors") and "'USA'" in second
    assert third.startswith("--set forums.GPAI.admission: found 'opn'; allowed: open, approval, invitation")


@pytest.mark.parametrize(
    ("name", "kind", "whole"),
    [
        ("dialogue_level", "parameter", "dialogue.level"),
        ("scenario.start", "field", "scenario.start"),
        ("start", "field", "scenario.start"),
        ("actors.A.B.power", "cell", "actors.A.B.power"),
        ("preset", "preset", "preset"),
    ],
)
def test_what_names_stand_for(name, kind, whole):
    assert find_setting(name, fields=["start"])[:2] == (kind, whole)


def test_the_line_of_a_run_with_cells_makes_the_run_again():
    fields = {"polarisation": 0.4, "actors.west_major.sincerity": 0.3, "forums.universal_civil.admission": "unset"}
    run = {"seed": 1, "steps": 4, "preset": "", "fields": fields, "parameters": {"dialogue.level": 1}}
    words = shlex.split(command(run | {"interventions": [], "extensions": NONE}, "two_blocs"))
    settings = [word for before, word in pairwise(words) if before == "--set"]
    assert parse_settings(settings) == ({"dialogue.level": 1}, fields)
