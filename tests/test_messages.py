"""What people see after the mistakes that people make: the place, what to write instead, all at once."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from forumsim.commands.cli import app
from forumsim.commands.console import columns, printable
from forumsim.core.errors import InputError
from forumsim.core.values import parse_value
from forumsim.plans import load_plan
from forumsim.running.interventions import ACTS, read_interventions
from forumsim.running.interventions.checks import arguments
from forumsim.running.interventions.rows import ACTOR_ROWS, FORUM_ROWS
from forumsim.running.run import simulate
from forumsim.studies.calibration.targets import ALSO, NEEDED

HEAD = 'scenario = "two_blocs"\nsteps = 4\nreplicates = 1\n'


def refused(*words):
    ended = CliRunner().invoke(app, [str(word) for word in words])
    assert ended.exit_code == 2, ended.output
    assert "Traceback" not in ended.output
    return ended.stderr


def plan_message(tmp_path, text, **files):
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        load_plan(path)
    return str(caught.value)


@pytest.mark.parametrize("table", ["vary", "parameters"])
def test_dotted_names_without_quotes(tmp_path, table):
    message = plan_message(tmp_path, HEAD + f"[{table}]\ndialogue.level = [0, 1]\n")
    assert f"[{table}] dialogue.level: the name stands without quotes" in message
    assert '"dialogue.level" = ... (put dotted names in quotes)' in message


def test_fields_are_told_from_parameters(tmp_path):
    message = refused("run", "two_blocs", "--set", "polarisation=.9", "--set", "scenario.polarisation=9")
    assert "--set polarisation: no such parameter (did you mean 'scenario.polarisation', a field" in message
    assert "--set scenario.polarisation: found 9; allowed: a number from 0 to 1" in message
    assert "the scenario in" not in message
    message = plan_message(tmp_path, HEAD + "[fields]\npolarisation = 9\n[vary]\npolarisation = [0, 1]\n")
    assert "mine.toml: [fields] polarisation: found 9" in message
    assert "did you mean 'scenario.polarisation'" in message


@pytest.mark.parametrize(
    ("text", "place"),
    [("steps = 5\n", "line 4: the key steps stands there twice, first in line 2"),
     ('[vary]\n"dialogue.level" = [0]\n[vary]\n', "line 6: the table vary stands there twice, first in line 4"),
     ("seed = 0,5\n", "write the decimals after a point")],
)  # fmt: skip
def test_toml_that_is_none(tmp_path, text, place):
    assert place in plan_message(tmp_path, HEAD + text)


@pytest.mark.parametrize(
    ("content", "words"),
    [("dialogue.level;sincerity.level\n0;1\n", "separated by semicolons"),
     ("dialogue.level\tsincerity.level\n0\t1\n", "separated by tabs"),
     (",dialogue.level\n0,0.5\n1,0.6\n", "df.to_csv(..., index=False)"),
     ('dialogue.level\n"0,5"\n"0,6"\n', "write the decimals after a point: 0.5")],
)  # fmt: skip
def test_tables_of_points_as_people_have_them(tmp_path, content, words):
    message = plan_message(tmp_path, HEAD + 'design = {kind = "table", file = "points.csv"}\n', points=content)
    assert words in message
    assert "stands twice" not in message


def test_empty_columns_and_rows_of_a_spreadsheet_are_nothing(tmp_path):
    (tmp_path / "points.csv").write_text("\ufeffdialogue.level,,\r\n0,,\r\n1,,\r\n,,\r\n", encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text("\ufeff" + HEAD + 'design = {kind = "table", file = "points.csv"}\n', encoding="utf-8")
    assert [point.values for point in load_plan(path).points] == [{"dialogue.level": 0.0}, {"dialogue.level": 1.0}]


def test_simulate_and_interventions_tell_all_at_once():
    acts = [{"step": 1, "act": "shock", "kind": "sanktion", "actor": "nobody", "other": "no one", "size": "much"},
            {"step": 9, "act": "leaf"}]  # fmt: skip
    with pytest.raises(InputError) as caught:
        simulate("two_blocs", steps=4, seed=-1, every=0, parameters={"dialogue.levl": 1}, interventions=acts)
    message = str(caught.value)
    for part in ("seed: found -1", "every: found 0", "dialogue.levl", "'sanktion'", "'nobody'", "'no one'", "'much'",
                 "found 9", "'leaf'"):  # fmt: skip
        assert part in message


@pytest.mark.parametrize("digits", [400, 4400])
def test_numbers_of_many_digits(tmp_path, digits):
    number = "9" * digits
    assert "digits" in plan_message(tmp_path, HEAD + f"seed = {number}\n")
    for words in (("--set", f"dialogue.level={number}"), ("--set", f"scenario.actors={number}"), ("--seed", number),
                  ("--steps", number)):  # fmt: skip
        assert "inf;" not in refused("run", "two_blocs", *words)
    assert f"a number of {digits} digits" in refused("run", "two_blocs", "--set", f"scenario.actors={number}")
    path = tmp_path / "acts.csv"
    path.write_text(f'step,act,details\n1,leave,"{{""actor"": {number}}}"\n', encoding="utf-8")
    with pytest.raises(InputError):
        read_interventions(path)


def test_deep_nesting_devices_and_names(tmp_path):
    assert "too deep" in plan_message(tmp_path, HEAD + f"title = {'[' * 900}{']' * 900}\n")
    (tmp_path / "endless.toml").symlink_to("/dev/zero")
    assert "a pipe or a device" in refused("plan", tmp_path / "endless.toml")
    assert "is a folder" in refused("plan", tmp_path)
    assert "'~nobody'" in refused("run", "~nobody")
    refused("run", "a\x00b")


@pytest.mark.parametrize("text", ["²", "１２", "٣", "1２"])
def test_digits_are_those_of_ascii(text):
    assert parse_value(text) == text


def test_control_characters_are_refused_and_never_obeyed(tmp_path):
    message = plan_message(tmp_path, HEAD + 'title = "\\u001b[31mred"\n')
    assert "holds a control character" in message and "\x1b" not in message
    assert printable("a\x1b[31mb\x9b\n") == "a\\x1b[31mb\\x9b\n"
    assert columns([("two\nlines", "x")]) == "  two lines  x"


def test_a_rate_of_any_size_is_refused(tmp_path):
    folder = tmp_path / "case"
    assert CliRunner().invoke(app, ["scenarios", "two_blocs", "--copy", str(folder)]).exit_code == 0
    line = "first,last,track,actor,other,rate\n0,,2,west_major,east_major,1e9\n"
    (folder / "channels.csv").write_text(line, encoding="utf-8")
    message = refused("run", folder)
    assert "column 'rate': found '1e9'; allowed: meetings per quarter, from 0 to 1000" in message


def test_names_that_are_formulas_are_told_and_kept(tmp_path):
    folder = tmp_path / "case"
    assert CliRunner().invoke(app, ["scenarios", "two_blocs", "--copy", str(folder)]).exit_code == 0
    text = (folder / "forums.csv").read_text(encoding="utf-8").splitlines()
    head, first = text[0].split(","), text[1].split(",")
    first[head.index("name")] = '"=1+1 $_%<>& [red]"'
    (folder / "forums.csv").write_text("\n".join([text[0], ",".join(first), *text[2:]]) + "\n", encoding="utf-8")
    ended = CliRunner().invoke(app, ["run", str(folder), "--steps", "2", "--out", str(tmp_path / "out")])
    assert ended.exit_code == 0
    assert "a spreadsheet takes names that begin with = + - @ for formulas" in ended.stderr
    assert "=1+1 $_%<>& [red]" in ended.stdout
    assert "=1+1 $_%<>& [red]" in (tmp_path / "out" / "forums.csv").read_text(encoding="utf-8")


def test_a_design_over_ranges_says_what_it_is_for(tmp_path):
    path = tmp_path / "mine.toml"
    vary = '[vary]\n"dialogue.level" = {from = 0, to = 1}\n"sincerity.level" = {from = 0, to = 1}\n'
    path.write_text(HEAD + vary + '[design]\nkind = "lhs"\nn = 4\n', encoding="utf-8")
    said = CliRunner().invoke(app, ["plan", str(path), "--no-try"]).stderr
    for part in ("no pairs to compare", "[contrasts]", "forumsim sensitivity"):
        assert part in said


def test_every_argument_of_an_act_is_in_the_guide(root):
    text = (root / "experiments" / "README.md").read_text(encoding="utf-8")
    rows = {
        act: line for line in text.splitlines() if line.startswith("| `") for act in ACTS if f"`{act}`" in line[:20]
    }
    for act in ACTS:
        assert act in rows
        for name in arguments(act):
            assert name in rows[act], f"{act}: {name}"
    for name in (*ACTOR_ROWS, *FORUM_ROWS, "trust"):
        assert f"`{name}`" in text, name


def test_targets_are_in_the_guide_and_the_help(root):
    text = (root / "experiments" / "README.md").read_text(encoding="utf-8")
    said = CliRunner().invoke(app, ["calibrate", "--help"]).output
    for name in (*NEEDED, *ALSO):
        assert f"`{name}`" in text and name in said
