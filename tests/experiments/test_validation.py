"""Checks of a results folder: every kind of damage is told, and nothing else."""

import csv
import json
import shutil
import socket
from pathlib import Path

import frictionless
import numpy as np
import pytest
import typer
from fake_runs import fails_at_full_level, fake_run, files_of

from any_runs import sweep
from forumsim.analysis import load_results
from forumsim.commands.folders import check
from forumsim.core.errors import InputError
from forumsim.core.measures import MEASURES
from forumsim.plans.plan import as_toml
from forumsim.results import table_checks
from forumsim.results.export import export
from forumsim.results.opening import file_digest
from forumsim.results.results import Results
from forumsim.results.validation import check_results
from forumsim.sweeps.past import open_past


def within_bounds(scenario, record, steps, seed, every, snapshots=()):
    """Like `fake_run`, with measures that keep the bounds of the codebook."""
    outcome = fails_at_full_level(scenario, record, steps, seed, every, snapshots)
    for k, measure in enumerate(MEASURES):
        low = max(measure.low, -10.0)
        share = 0.5 + 0.4 * np.tanh(outcome.series[:, :, k])
        outcome.series[:, :, k] = low + share * (min(measure.high, low + 1.0) - low)
    return outcome


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder of the good results, swept once."""
    return tmp_path_factory.mktemp("made") / "out"


@pytest.fixture
def results(given, made, tmp_path):
    """A copy to damage."""
    if not made.exists():
        sweep({**given, "parameters": {"realist": True}}, made, run=within_bounds)
    return Results(Path(shutil.copytree(made, tmp_path / "out")))


def found(results):
    """What is wrong, without the folder."""
    place = f"{results.folder}/"
    return [str(problem).replace(place, "") for problem in check_results(results.folder).problems]


def rewrite(path, change):
    """Change the rows of a table, and its digest in the manifest, so that only the content is wrong."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(change(rows) or rows)
    sign(path)


def sign(path):
    manifest = path.with_name("manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"][path.name] = file_digest(path)
    manifest.write_text(json.dumps(content), encoding="utf-8")


def put(row, column, value):
    """Set one cell; row 0 is the header."""

    def change(rows):
        rows[row][rows[0].index(column)] = value

    return change


# --- good folders ---------------------------------------------------------------------------------------------------


def test_good_results_pass_every_check(results):
    before = files_of(results.folder)
    checked = check_results(results.folder)
    assert checked.problems == []
    assert checked.left_out == []
    rows = sum(len(results.table(item["name"])) for item in results.codebook["resources"])
    assert checked.checked[0] == "14 files against the SHA-256 of the manifest"
    assert checked.checked[1] == "datapackage.json against the codebook"
    assert f"9 tables, all {rows} rows, against the codebook" in checked.checked[2]
    assert files_of(results.folder) == before


def by_frictionless(results):
    """What another reader of data packages, which knows nothing of forumsim, finds wrong."""
    package = frictionless.Package(str(results.folder / "datapackage.json"))
    return [error.message for task in package.validate().tasks for error in task.errors]


def test_another_reader_agrees(results):
    assert by_frictionless(results) == []
    rewrite(results.folder / "series.csv", put(2, "fragmentation", "1.5"))
    assert len(by_frictionless(results)) == len(found(results)) == 1


@pytest.mark.parametrize("name", ["my plan", "Ünï", "7"])
def test_any_name_of_a_plan_passes(given, tmp_path, name):
    (tmp_path / f"{name}.toml").write_text(as_toml({**given, "replicates": 1}), encoding="utf-8")
    results = sweep(tmp_path / f"{name}.toml", tmp_path / "out")
    assert found(results) == []
    assert by_frictionless(results) == []


def test_real_results_pass(given, tmp_path):
    given |= {"vary": {"dialogue.level": [0, 1], "realist": [False, True]}}
    given["contrasts"] = {"talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}}
    given["record"]["series"] = "all"
    assert check_results(sweep(given, tmp_path / "out").folder).problems == []


def test_parts_with_other_issues_pass(given, tmp_path):
    """Tables of details have the columns of all issues; those that a scenario does not have are empty."""
    del given["fields"], given["vary"]["scenario.polarisation"]
    given |= {"scenario": ["two_blocs", "ai_governance"], "replicates": 1}
    results = sweep(given, tmp_path / "out", run=within_bounds)
    assert check_results(results.folder).problems == []
    forums = results.table("forums").merge(results.runs[["run_id", "part"]])
    blocs = forums["part"] == "two_blocs"
    assert forums.loc[blocs, "mandate_civil"].notna().all()
    assert forums.loc[blocs, "mandate_values"].isna().all()
    assert forums.loc[~blocs, "mandate_civil"].isna().all()
    assert forums.loc[~blocs, "mandate_military"].notna().all()


def test_other_files_of_the_user_do_not_matter(results):
    (results.folder / "notes.csv").write_text("what I think\n", encoding="utf-8")
    (results.folder / "figures").mkdir()
    assert found(results) == []


def test_small_chunks_find_the_same(results, monkeypatch):
    monkeypatch.setattr(table_checks, "CHUNK", 7)
    assert found(results) == []
    rewrite(results.folder / "series.csv", put(100, "enf", "many"))
    rewrite(results.folder / "series.csv", put(30, "enf", "-5"))
    assert [line.partition("; ")[0] for line in found(results)] == [
        "series.csv, enf: row 30: found -5", "series.csv, enf: row 100: found 'many'",
    ]  # fmt: skip


# --- damage ---------------------------------------------------------------------------------------------------------


def test_changed_and_missing_files(results):
    (results.folder / "forums.csv").unlink()
    with open(results.folder / "plan.toml", "a", encoding="utf-8") as file:
        file.write("# mine\n")
    (results.folder / "contrasts.csv").write_text("contrast\n", encoding="utf-8")
    lines = found(results)
    assert lines[:3] == [
        "forums.csv: is missing",
        "plan.toml: has changed since it was written: its SHA-256 is not that of the manifest",
        "contrasts.csv: is no table of these results (take it away)",
    ]
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "words"),
    [
        ("series", 2, "fragmentation", "1.5", "series.csv, fragmentation: row 2: found 1.5; allowed: 0 to 1"),
        ("series", 2, "fragmentation", "-0.1", "row 2: found -0.1; allowed: 0 to 1"),
        ("series", 5, "enf", "inf", "series.csv, enf: row 5: found inf"),
        ("series", 3, "enf", "n/a", "series.csv, enf: row 3: found 'n/a'; allowed: a number"),
        ("series", 1, "step", "0.5", "series.csv, step: row 1: found 0.5; allowed: a whole number"),
        ("series", 1, "step", "", "series.csv, step: row 1: found nothing; allowed: a value"),
        ("series", 1, "issue", "trade", "issue: row 1: found 'trade'; allowed: civil, military, pooled"),
        (
            "runs",
            4,
            "state_civil",
            "peace",
            "row 4: found 'peace'; allowed: convergence, polycentric, mixed, fragmentation",
        ),
        ("runs", 4, "dialogue_level", "2", "runs.csv, dialogue_level: row 4: found 2; allowed: 0 to 1"),
        ("runs", 2, "seed", "7", "runs.csv: replicate 0 has the seed 7; allowed: 5"),
        ("forums", 1, "mandate_civil", "2", "forums.csv, mandate_civil: row 1: found 2; allowed: 0 or 1"),
        ("summary", 1, "n", "-1", "summary.csv, n: row 1: found -1; allowed: 0 or more"),
        ("points", 1, "replicates", "4", "points.csv: p0001: its replicates and its runs differ by 1"),
        ("failures", 1, "stage", "sleep", "failures.csv, stage: row 1: found 'sleep'"),
    ],
)
def test_a_wrong_cell(results, table, row, column, value, words):
    rewrite(results.folder / f"{table}.csv", put(row, column, value))
    assert any(words in line for line in found(results)), found(results)
    assert all(line.startswith(f"{table}.csv") for line in found(results))


def test_many_wrong_cells_are_one_line(results):
    def change(rows):
        for row in rows[1:]:
            row[rows[0].index("coverage")] = "9"

    rewrite(results.folder / "series.csv", change)
    (line,) = found(results)
    assert line == f"series.csv, coverage: row 1: found 9, and {12 * 12 - 1} more; allowed: 0 to 1"


def test_a_row_that_stands_twice(results):
    run_id = results.runs["run_id"][0]
    rewrite(results.folder / "series.csv", lambda rows: [*rows, rows[1]])
    (line,) = found(results)
    assert line.startswith(f"series.csv: 1 row too many, the first: run_id {run_id}, step 0, issue civil; allowed")


def test_numbers_written_otherwise_are_the_same_key(results):
    rewrite(results.folder / "series.csv", lambda rows: [*rows, [rows[1][0], "00", *rows[1][2:]]])
    (line,) = found(results)
    assert line.startswith("series.csv: 1 row too many, the first: ")


def test_runs_that_do_not_belong_together(results):
    ids, failed = results.runs["run_id"], results.failures["run_id"]
    rewrite(results.folder / "series.csv", lambda rows: [row for row in rows if row[0] != ids[2]])
    assert found(results) == [f"series.csv: no rows of 1 run of runs.csv, such as {ids[2]}"]
    rewrite(results.folder / "events.csv", put(1, "run_id", "rabc"))
    assert "events.csv: 1 run not in runs.csv, such as rabc" in found(results)
    rewrite(results.folder / "runs.csv", put(1, "run_id", failed[0]))
    assert f"failures.csv: {failed[0]} is in runs.csv as well; allowed: one of the two" in found(results)


def test_counts_of_the_manifest(results):
    rewrite(results.folder / "failures.csv", lambda rows: rows[:-1])
    lines = found(results)
    assert "failures.csv: has 5 rows; allowed: 6 failed by the manifest" in lines
    assert "points.csv: p0006: its replicates and its runs differ by 1" in lines
    manifest = results.folder / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["runs"]["failed"] = 5
    manifest.write_text(json.dumps(content), encoding="utf-8")
    assert "manifest.json: 12 ended and 5 failed are not 18 planned" in found(results)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"run_id,point\nr1,p0001\n", "other columns than the codebook says"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "other columns than"),
    ],
)
def test_tables_that_cannot_be_read(results, content, words):
    path = results.folder / "runs.csv"
    path.write_bytes(content)
    sign(path)
    assert any(words in line for line in found(results))


def test_rows_that_are_too_long_or_not_text(results):
    path = results.folder / "events.csv"
    good = path.read_bytes()
    path.write_bytes(good + good.splitlines()[1] + b",1,2,3\n")
    sign(path)
    (line,) = found(results)
    assert line.startswith("events.csv: cannot be read: ")
    path.write_bytes(good.replace(b"join", b"j\xffin"))
    sign(path)
    (line,) = found(results)
    assert "utf-8" in line


def test_all_problems_at_once(results):
    rewrite(results.folder / "series.csv", put(2, "enf", "x"))
    rewrite(results.folder / "runs.csv", put(1, "steps", "0"))
    rewrite(results.folder / "actors.csv", put(1, "power", "3"))
    (results.folder / "points.csv").unlink()
    assert {line.partition(".csv")[0] for line in found(results)} == {"series", "runs", "actors", "points"}


# --- descriptions ---------------------------------------------------------------------------------------------------


def test_a_manifest_that_cannot_be_read(results):
    (results.folder / "manifest.json").write_text("{", encoding="utf-8")
    (line,) = found(results)
    assert line.startswith("manifest.json: cannot be read: ")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"resources": [{}]}', '{"resources": 3}', "[" * 100_000])
def test_a_description_that_cannot_be_read(results, text):
    path = results.folder / "datapackage.json"
    path.write_text(text, encoding="utf-8")
    sign(path)
    assert any(line.startswith("datapackage.json: ") for line in found(results))
    path.unlink()
    assert found(results) == ["datapackage.json: is missing"]


def describe(results, change):
    """Change datapackage.json, and its digest in the manifest."""
    path = results.folder / "datapackage.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    sign(path)


ADDRESS = "http://127.0.0.1:{port}/table.csv"


@pytest.mark.parametrize("name", [ADDRESS, "/etc/hostname", "../outside.csv"])
@pytest.mark.parametrize(
    "put_in",
    [
        lambda content, name: content["resources"][0].update(path=name),
        lambda content, name: content["resources"][0].update(schema=name),
        lambda content, name: content["resources"][0].update(dialect=name),
        lambda content, name: content["resources"][0].update(path=["runs.csv", name]),
        lambda content, name: content["resources"].append({"name": "more", "path": name, "schema": {"fields": []}}),
        lambda content, name: content["resources"][1]["schema"]["foreignKeys"][0]["reference"].update(resource=name),
        lambda content, name: content.update(profile=name),
    ],
    ids=["path", "schema", "dialect", "paths", "resource", "reference", "profile"],
)
def test_nothing_that_a_description_names_is_fetched_or_read(results, name, put_in, monkeypatch):
    opened = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: (opened.append(str(self)), real(self, *a, **k))[1])
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        describe(results, lambda content: put_in(content, name.format(port=server.getsockname()[1])))
        lines = found(results)
        with pytest.raises(BlockingIOError):  # nobody has called
            server.accept()
    assert lines
    assert all(line.startswith("datapackage.json: ") and "codebook" in line for line in lines)
    assert not any("hostname" in path or "outside" in path for path in opened)


def test_a_pattern_that_takes_forever_is_never_tried(results):
    """``(r|r)*x`` against a hundred letters takes longer than the age of the world."""
    rewrite(results.folder / "failures.csv", put(1, "message", "r" * 100))

    def change(content):
        failures = next(item for item in content["resources"] if item["name"] == "failures")
        field = next(field for field in failures["schema"]["fields"] if field["name"] == "message")
        field["constraints"] = {"pattern": "(r|r)*x"}

    describe(results, change)
    (line,) = found(results)
    assert line.startswith("datapackage.json: resources failures schema fields message constraints is not what")


def test_other_words_of_another_version_are_no_fault(results):
    describe(results, lambda content: content["resources"][0]["schema"]["fields"][0].update(description="my words"))
    checked = check_results(results.folder)
    assert checked.problems == []
    assert checked.left_out == ["datapackage.json: 1 description worded otherwise than now"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("files", ["runs.csv"], "manifest.json, files: found ['runs.csv']; allowed: an object"),
        ("files", {"../../x.csv": "0"}, "found '../../x.csv'; allowed: a name within the folder"),
        ("files", {"/etc/hostname": "0"}, "allowed: a name within the folder"),
        ("files", {"runs.csv": 7}, "manifest.json, files runs.csv: found 7; allowed: text"),
        ("runs", {"planned": "18"}, "manifest.json, runs planned: found '18'; allowed: a whole number"),
        ("runs", None, "manifest.json, runs: found None; allowed: an object"),
        ("runs", {"ended": -1}, "manifest.json, runs ended: found -1; allowed: 0 or more"),
        ("seeds", 5, "manifest.json, seeds: found 5; allowed: an object"),
        ("seeds", {"plan": "5"}, "manifest.json, seeds plan: found '5'; allowed: a whole number"),
        ("labels", {"issues": {}}, "manifest.json, labels issues: found {}; allowed: a list"),
        ("labels", {"issues": [{"id": "a"}]}, "manifest.json, labels issues 0 label: is missing"),
        ("software", {"numpy": 2}, "manifest.json, software numpy: found 2; allowed: text"),
        ("plan", "text", "manifest.json, plan: found 'text'; allowed: an object"),
        ("name", 3, "manifest.json, name: found 3; allowed: text"),
        ("inputs", {"case": "../case"}, "found '../case'; allowed: a name within the folder"),
        ("schema_version", "2", "manifest.json, schema_version: found '2'; allowed: a whole number"),
        ("schema_version", 1, "schema_version is 1: the layout of another version of forumsim; allowed: 2"),
        ("schema_version", 99, "schema_version is 99: the layout of another version of forumsim; allowed: 2"),
    ],
)
def test_fields_of_the_manifest(results, field, value, words):
    path = results.folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content[field] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    lines = found(results)
    assert any(words in line for line in lines), lines
    for read in (load_results, open_past, export):
        with pytest.raises(InputError) as caught:
            read(results.folder)
        assert words in str(caught.value)
    del content[field]
    path.write_text(json.dumps(content), encoding="utf-8")
    wanted = ("schema_version", "plan", "runs", "files")
    assert any(f"{field}: is missing" in line for line in found(results)) == (field in wanted)


# --- the command ----------------------------------------------------------------------------------------------------


def test_command(results, capsys):
    check(results.folder)
    said = capsys.readouterr()
    assert said.out.endswith("all is well\n")
    assert said.err == ""
    (results.folder / "points.csv").unlink()
    with pytest.raises(typer.Exit) as ended:
        check(results.folder)
    assert ended.value.exit_code == 1
    said = capsys.readouterr()
    assert "all is well" not in said.out
    assert f"1 problem\n  {results.folder}/points.csv: is missing" in said.err


def test_command_on_something_else(tmp_path):
    with pytest.raises(InputError, match=r"holds no manifest\.json"):  # status 2, see `guarded`
        check(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        check(tmp_path / "nothing")


def test_fake_runs_alone_would_not_pass(given, tmp_path):
    """The measures of `fake_run` are normal numbers: the check sees that they are not what the codebook says."""
    lines = found(sweep(given, tmp_path / "out", run=fake_run))
    assert {line.partition(":")[0] for line in lines} == {
        "series.csv, fragmentation", "series.csv, enf", "series.csv, coverage",
    }  # fmt: skip
