"""Whatever reads a results folder looks first whether it is complete, and as it was written."""

import shutil
from pathlib import Path

import pytest
from fake_runs import fake_run
from typer.testing import CliRunner

from any_runs import sweep
from forumsim.analysis import load_results
from forumsim.commands.cli import app
from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.results.export import export
from forumsim.results.opening import open_results, open_tables
from forumsim.results.results import Results


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tmp_path_factory.mktemp("made") / "out"


@pytest.fixture
def results(given, made, tmp_path):
    if not made.exists():
        sweep(given, made, run=fake_run)
    return Results(Path(shutil.copytree(made, tmp_path / "out")))


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("read", [load_results, export, open_tables])
@pytest.mark.parametrize("table", ["runs", "series", "summary", "events"])
def test_a_table_that_was_edited_is_named(results, read, table):
    change(results.folder / f"{table}.csv", "0", "1")
    change(results.folder / "points.csv", "p0001", "p0009")
    with pytest.raises(InputError) as caught:
        read(results.folder)
    lines = [str(problem) for problem in caught.value.problems]
    named = {line.partition(":")[0] for line in lines if "has changed since it was written" in line}
    assert named == {str(results.folder / f"{name}.csv") for name in (table, "points")}
    assert "--anyway" in lines[-1]
    assert not (results.folder / "export").exists()


def test_an_edit_on_purpose_is_read_with_anyway(results):
    was = load_results(results.folder).series["enf"][0]
    cells = (results.folder / "series.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    change(results.folder / "series.csv", f",{cells[5]},", ",0.125,")
    assert load_results(results.folder, anyway=True).series["enf"][0] == 0.125 != was


def told(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


@pytest.mark.parametrize("command", [["report"], ["export", "--stata"], ["sensitivity"], ["check"], ["rerun"]])
def test_commands_refuse_what_holds_no_complete_results(results, command):
    """Status 2 and what to do, for a sweep that was interrupted as for a folder without a manifest."""
    (results.folder / "manifest.json").unlink()
    status, said = told(*command, results.folder)
    assert status == 2
    assert f"go on with: forumsim sweep PLAN --out {results.folder}" in said.replace("\n", "")  # no file, a mapping
    (results.folder / "sweep.sqlite").unlink()
    status, said = told(*command, results.folder)
    assert status == 2
    assert "holds no manifest.json" in " ".join(said.split())
    assert not (results.folder / "report.html").exists()


def test_a_name_without_the_folder_of_results_gets_it_as_a_hint(results, tmp_path, monkeypatch):
    shutil.copytree(results.folder, tmp_path / "results" / "talk")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"talk: no such folder; .*\(did you mean results/talk\?\)"):
        load_results("talk")
    with pytest.raises(InputError, match=r"walk: no such folder; [^?]*$"):
        load_results("walk")


def test_a_report_of_a_table_that_was_cut_off_is_refused(results):
    path = results.folder / "series.csv"
    path.write_bytes(path.read_bytes()[:-200])
    status, said = told("report", results.folder)
    assert status == 2
    assert "has changed since it was written" in said
    assert not (results.folder / "report.html").exists()


def test_a_layout_of_another_version_is_named(results):
    change(results.folder / "manifest.json", '"schema_version": 2', '"schema_version": 99')
    for command in (["report"], ["check"], ["rerun"], ["export", "--stata"]):
        status, said = told(*command, results.folder)
        assert status == (1 if command == ["check"] else 2)
        assert "schema_version is 99" in said


def test_how_to_go_on_names_the_plan(given, tmp_path):
    """Also where the sweep was begun with another name before, and where a shell would take the name apart."""
    for name in ("first", "my plan"):
        results = sweep(make_plan(given, name=name), tmp_path / "out", run=fake_run)
        (results.folder / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"go on with: forumsim sweep 'my plan\.toml' --out"):
        open_results(results.folder)
