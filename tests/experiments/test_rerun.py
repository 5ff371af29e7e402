"""One run again, or all of them: the same to the bit, or what differs."""

import json
import pdb
import shutil
from pathlib import Path

import numpy as np
import pytest
import typer
from fake_runs import fails_at_full_level, fake_run, files_of

from any_runs import open_past, rerun_plan, sweep, write_run
from forumsim.commands.rerun import rerun as command
from forumsim.core.errors import InputError
from forumsim.plans import run_seed
from forumsim.plans.plan import as_toml
from forumsim.results.opening import file_digest
from forumsim.results.results import Results
from forumsim.running.run import simulate
from forumsim.scenarios import copy_scenario
from forumsim.sweeps.rerun import find, repeat, rerun


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder of results, swept once."""
    return tmp_path_factory.mktemp("made") / "out"


@pytest.fixture
def results(given, made, tmp_path):
    """A copy of them."""
    if not made.exists():
        sweep(given, made, run=fake_run)
    return Results(Path(shutil.copytree(made, tmp_path / "out")))


def again(folder, run_id, run=fake_run, anyway=False):
    past = open_past(folder, anyway, run=run)
    return repeat(past, find(past, run_id))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def sign(path):
    manifest = path.with_name("manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"][path.name] = file_digest(path)
    manifest.write_text(json.dumps(content), encoding="utf-8")


def other_model(monkeypatch):
    for module in ("results.manifest", "plans.plan"):
        monkeypatch.setattr(f"forumsim.{module}.MODEL_DIGEST", "0" * 64)


# --- finding --------------------------------------------------------------------------------------------------------


def test_the_beginning_of_an_id_will_do(results):
    ids = results.runs["run_id"]
    past = open_past(results.folder)
    for k, run_id in enumerate(ids):
        recorded = find(past, run_id[:9])
        assert recorded.run_id == recorded.spec.run_id == run_id
        assert (recorded.spec.replicate, recorded.spec.point.number) == divmod(k, 6)
        assert recorded.failure is None


@pytest.mark.parametrize("run_id", ["r", "", "x123", "p0001"])
def test_an_id_must_name_one_run(results, run_id):
    with pytest.raises(InputError, match="18 runs begin with" if run_id == "r" else "no run"):
        find(open_past(results.folder), run_id)


def test_a_mistyped_id_is_told_the_nearest(results):
    run_id = results.runs["run_id"][7]
    with pytest.raises(InputError, match=f"did you mean '{run_id}'"):
        find(open_past(results.folder), run_id[:-1] + "x")


# --- identical ------------------------------------------------------------------------------------------------------


def test_every_run_is_identical_with_and_without_detail(results):
    for k, run_id in enumerate(results.runs["run_id"]):
        found = again(results.folder, run_id)
        assert found.differences == ()
        assert set(found.rows) == {"runs", "series"} | (
            {"events", "forums", "memberships", "actors"} if k < 6 else set()
        )
        for name, rows in found.rows.items():
            assert rows == (results.table(name)["run_id"] == run_id).sum() > 0
        assert found.run.seed == results.runs["seed"][k]
        assert found.run.forums["step"].unique().tolist() == [0, 6]


def stops_early(scenario, record, steps, seed, every, snapshots=(), stop=None):
    """Ends at step 4 of 6, as `run_arrays` does it: the end stands for the snapshots that did not come to be."""
    whole = fake_run(scenario, record, steps, seed, every, snapshots)
    if stop is None:
        return whole
    kept = {step: world for step, world in whole.snapshots.items() if step <= 4}
    whole.world.clock[0] = 4
    if any(step > 4 for step in snapshots):
        kept[4] = whole.world
    whole.steps, whole.series, whole.verdict_series, whole.snapshots = (
        whole.steps[:3],
        whole.series[:3],
        whole.verdict_series[:5],
        kept,
    )
    return whole


@pytest.mark.parametrize("snapshots", [[0, 2], [0, 2, 6], []])
def test_runs_that_end_early(given, tmp_path, snapshots):
    given["stop"] = {"when": "fragmentation < 100"}
    given["record"] |= {"detail": "all", "snapshots": snapshots}
    results = sweep(given, tmp_path / "out", run=stops_early)
    assert set(results.runs["steps"]) == {4}
    found = again(results.folder, results.runs["run_id"][3], stops_early)
    assert found.differences == ()
    assert found.run.forums["step"].max() == 4  # the end is there to be looked at, recorded or not


def test_the_model_itself(given, tmp_path):
    given |= {"replicates": 2, "fields": {"actors": 12, "nonstate": 2}}
    given["vary"] = {"dialogue.level": [0, 0.5]}
    results = sweep(given, tmp_path / "out")
    for run_id in results.runs["run_id"]:
        past = open_past(results.folder)
        found = repeat(past, find(past, run_id))
        assert found.differences == ()
    run = rerun(results.folder, run_id)
    alone = simulate("two_blocs", steps=6, seed=run_seed(5, 1), fields=given["fields"], every=2, snapshots=[0, 6],
                     parameters={"dialogue.level": 0.5})  # fmt: skip
    for table in ("series", "verdict", "events", "forums", "memberships", "actors"):
        assert getattr(run, table).equals(getattr(alone, table)), table


# --- different ------------------------------------------------------------------------------------------------------


def test_cells_that_differ_are_named(results):
    run_id = results.runs["run_id"][0]
    lines = (results.folder / "series.csv").read_text(encoding="utf-8").splitlines()
    was = lines[5].split(",")[4]
    lines[5] = lines[5].replace(f",{was},", ",0.25,")
    (results.folder / "series.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert again(results.folder, run_id).differences == (
        f"series.csv, row 5 (step 2, issue military), fragmentation: '0.25' there, '{was}' now",
        "series.csv, 1 of 12 rows differ",
    )
    elsewhere = "series.csv has changed since it was written, but not in the rows of this run"
    assert again(results.folder, results.runs["run_id"][1]).differences == (elsewhere,)
    assert again(results.folder, results.runs["run_id"][1], anyway=True).differences == ()


def test_rows_that_are_missing_or_too_many(results):
    run_id = results.runs["run_id"][0]
    lines = (results.folder / "events.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (results.folder / "events.csv").write_text("".join(lines[:3] + lines[4:]), encoding="utf-8")
    assert again(results.folder, run_id).differences == ("events.csv, 1 row is missing there",)
    (results.folder / "events.csv").write_text("".join(lines[:4] + lines[3:]), encoding="utf-8")
    assert again(results.folder, run_id).differences == ("events.csv, 1 row is missing now",)


def test_other_bytes_of_the_same_values(results):
    run_id = results.runs["run_id"][0]
    path = results.folder / "runs.csv"
    path.write_bytes(path.read_bytes().replace(b"p0001", b'"p0001"', 1))
    assert again(results.folder, run_id).differences == ("runs.csv, the same values, written with other bytes",)


def test_a_table_that_is_missing_is_a_difference_unless_it_was_left_out_on_purpose(results):
    (results.folder / "series.csv").unlink()
    run_id = results.runs["run_id"][7]
    found = again(results.folder, run_id)
    assert (found.differences, found.rows) == (("series.csv is missing",), {"runs": 1})
    found = again(results.folder, run_id, anyway=True)
    assert (found.differences, found.missing, found.rows) == ((), ("series.csv",), {"runs": 1})
    edit(results.folder / "manifest.json", '"inputs":', '"left_out": ["series.csv"], "inputs":')
    found = again(results.folder, run_id)
    assert (found.differences, found.missing, found.rows) == ((), ("series.csv",), {"runs": 1})
    assert rerun_plan(results.folder, run=fake_run).missing == ("series.csv",)


def damages():
    """Every table: taken away, emptied, cut off, one digit changed in a row of the first and the last run."""
    tables = ("runs", "series", "summary", "points", "events", "forums", "memberships", "actors", "failures")
    for name in tables:
        yield name, "away", lambda path: path.unlink()
        yield name, "emptied", lambda path: path.write_bytes(b"")
        yield name, "longer", lambda path: path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(True)[-1])
        if name != "failures":
            yield name, "header alone", lambda path: path.write_bytes(path.read_bytes().splitlines(True)[0])
            yield name, "cut", lambda path: path.write_bytes(path.read_bytes()[:-1])
            yield name, "first row", lambda path: change_digit(path, 1)
            yield name, "last row", lambda path: change_digit(path, -1)
            yield name, "short row", lambda path: shorten(path, -1)


def shorten(path, row):
    """Leave the first two cells of a row: a quotation mark that is lost has such rows as well."""
    lines = path.read_bytes().splitlines()
    lines[row] = b",".join(lines[row].split(b",")[:2])
    path.write_bytes(b"\n".join(lines) + b"\n")


def change_digit(path, row):
    lines = path.read_bytes().splitlines(keepends=True)
    place = max(k for k, byte in enumerate(lines[row]) if chr(byte).isdigit())
    lines[row] = lines[row][:place] + bytes([(lines[row][place] - 47) % 10 + 48]) + lines[row][place + 1 :]
    path.write_bytes(b"".join(lines))


@pytest.mark.parametrize(("table", "what", "damage"), [pytest.param(*d, id="-".join(d[:2])) for d in damages()])
def test_every_damage_to_a_table_is_found(results, table, what, damage):
    run_id = results.runs["run_id"][8]
    before = (results.folder / f"{table}.csv").read_bytes()
    damage(results.folder / f"{table}.csv")
    path = results.folder / f"{table}.csv"
    assert not path.exists() or path.read_bytes() != before
    found = rerun_plan(results.folder, run=fake_run)
    assert any(line.startswith(f"{table}.csv") for line in found.differences)
    if table == "runs" and what in ("away", "emptied", "header alone"):
        with pytest.raises(InputError, match=r"runs\.csv"):
            again(results.folder, run_id)
    elif table == "failures" and what in ("away", "emptied"):
        pass  # see the next test
    else:
        assert any(line.startswith(f"{table}.csv") for line in again(results.folder, run_id).differences)


def test_a_damage_that_the_manifest_agrees_with_is_found_all_the_same(results):
    """Whoever changes a table may change its digest, too."""
    change_digit(results.folder / "series.csv", -1)
    sign(results.folder / "series.csv")
    assert any(line.startswith("series.csv, ") for line in rerun_plan(results.folder, run=fake_run).differences)
    assert any(
        line.startswith("series.csv, ") for line in again(results.folder, results.runs["run_id"][17]).differences
    )


def test_a_run_that_gives_something_else_now(results):
    def other(scenario, record, steps, seed, every, snapshots=()):
        return fake_run(scenario, record, steps, seed + 1, every, snapshots)

    found = again(results.folder, results.runs["run_id"][8], other)
    assert len(found.differences) > 3
    assert found.differences[-1] == "series.csv, 12 of 12 rows differ"


# --- failures -------------------------------------------------------------------------------------------------------


def test_a_failed_run_fails_again(given, tmp_path):
    results = sweep(given, tmp_path / "out", run=fails_at_full_level)
    for run_id in results.failures["run_id"]:
        found = again(results.folder, run_id, fails_at_full_level)
        assert isinstance(found.error, ArithmeticError)
        assert (found.run, found.stage, found.differences) == (None, "run", ())


def test_failures_that_are_not_the_same(given, tmp_path):
    results = sweep(given, tmp_path / "out", run=fails_at_full_level)
    failed, ended = results.failures["run_id"][0], results.runs["run_id"][0]
    (line,) = again(results.folder, failed).differences
    assert line.startswith("failed there (ArithmeticError: dialogue")

    def breaks(*_, **__):
        raise KeyError("something else")

    (line,) = again(results.folder, ended, breaks).differences
    assert line == "ended there, fails now (KeyError: 'something else')"
    lines = again(results.folder, failed, breaks).differences
    assert lines[0] == "failures.csv, error: 'ArithmeticError' there, 'KeyError' now"


def test_stages_of_a_failure(given, tmp_path, monkeypatch):
    def no_tables(*args, **more):
        outcome = fake_run(*args, **more)
        outcome.series = None
        return outcome

    results = sweep(given, tmp_path / "out", run=no_tables)
    assert set(results.failures["stage"]) == {"tables"}
    found = again(results.folder, results.failures["run_id"][0], no_tables)
    assert (found.stage, found.differences) == ("tables", ())
    monkeypatch.setattr("forumsim.sweeps.work.with_values", lambda *_: 1 / 0)
    found = again(results.folder, results.failures["run_id"][0], no_tables)
    assert found.stage == "build"
    assert "failures.csv, stage: 'tables' there, 'build' now" in found.differences


def test_from_python_the_error_is_raised(given, tmp_path, monkeypatch):
    results = sweep(given, tmp_path / "out", run=fails_at_full_level)
    opened = open_past(results.folder, run=fails_at_full_level)
    monkeypatch.setitem(rerun.__globals__, "open_past", lambda *_, **__: opened)
    with pytest.raises(ArithmeticError):
        rerun(results.folder, results.failures["run_id"][0])


# --- what has changed -----------------------------------------------------------------------------------------------


def test_another_model_is_refused_with_the_versions(results, monkeypatch):
    manifest = results.folder / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["software"]["numpy"] = "1.0"
    manifest.write_text(json.dumps(content), encoding="utf-8")
    assert open_past(results.folder).software[0].startswith("numpy: 1.0 then, ")  # by itself no reason to refuse
    other_model(monkeypatch)
    with pytest.raises(InputError) as caught:
        open_past(results.folder)
    assert "model has changed since" in str(caught.value)
    assert "numpy: 1.0 then, " in str(caught.value)
    assert "--anyway" in str(caught.value)


def test_anyway_the_runs_are_found_and_compared(results, monkeypatch):
    """Ids hold the model: the same run has another one now."""
    other_model(monkeypatch)
    for run_id in results.runs["run_id"][::5]:
        found = again(results.folder, run_id, anyway=True)
        assert found.recorded.spec.run_id != run_id
        assert found.differences == ()
        assert found.past.changes == ("model has changed since",)


def test_a_plan_that_was_edited_is_refused(results):
    edit(results.folder / "plan.toml", "replicates = 3", "replicates = 4")
    with pytest.raises(InputError, match="replicates: 3 there, 4 now"):
        open_past(results.folder)


def test_a_plan_that_cannot_be_read(results):
    (results.folder / "plan.toml").write_text("scenario =", encoding="utf-8")
    with pytest.raises(InputError, match="not TOML"):
        open_past(results.folder)
    (results.folder / "plan.toml").unlink()
    with pytest.raises(InputError, match="no such file"):
        open_past(results.folder)


def test_another_layout_is_refused(results):
    edit(results.folder / "manifest.json", '"schema_version": 2', '"schema_version": 1')
    with pytest.raises(InputError, match="schema_version is 1: the layout of another version of forumsim; allowed: 2"):
        open_past(results.folder)
    assert open_past(results.folder, anyway=True).plan == open_past(results.folder, anyway=True).plan


def test_folders_without_results(tmp_path, results):
    with pytest.raises(InputError, match="no such folder"):
        open_past(tmp_path / "nothing")
    with pytest.raises(InputError, match="is a file"):
        open_past(results.folder / "runs.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no manifest\.json"):
        open_past(tmp_path / "empty")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "sweep.sqlite").write_bytes(b"")
    with pytest.raises(InputError, match="not complete"):
        open_past(tmp_path / "half")
    (results.folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        open_past(results.folder)


# --- a scenario of one's own ----------------------------------------------------------------------------------------


@pytest.fixture
def own(given, tmp_path):
    """Results of a plan with a scenario beside it, and the folder of both."""
    copy_scenario("two_blocs", tmp_path / "study" / "case")
    (tmp_path / "study" / "mine.toml").write_text(as_toml({**given, "scenario": "case"}), encoding="utf-8")
    return sweep(tmp_path / "study" / "mine.toml", tmp_path / "study" / "out", run=fake_run)


def test_relative_names_are_those_of_the_plan(own, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert again(own.folder, own.runs["run_id"][0]).differences == ()
    (tmp_path / "study").rename(tmp_path / "moved")  # all of it: the way from the one to the other is the same
    assert again(tmp_path / "moved" / "out", own.runs["run_id"][0]).differences == ()


def test_a_scenario_that_was_edited_is_refused(own, tmp_path):
    with open(tmp_path / "study" / "case" / "scenario.toml", "a", encoding="utf-8") as file:
        file.write("# a comment\n")
    assert again(own.folder, own.runs["run_id"][0]).differences == ()  # the results have their own
    with open(own.folder / "inputs" / "scenarios" / "case" / "scenario.toml", "a", encoding="utf-8") as file:
        file.write("# a comment\n")
    with pytest.raises(InputError, match="scenario case has changed since"):
        open_past(own.folder)


# --- one run as a plan of its own -----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [8, 9])  # the last replicate, sincerity unset and not
def test_tables_of_one_run(given, tmp_path, row):
    given["vary"] = {"scenario.polarisation": [0.2, 0.8], "realist": [True], "sincerity.level": ["unset", 0.3]}
    given["parameters"] = {"founding.rate": 0.3}
    given["stop"] = {"when": "fragmentation < -99.1234567 and enf < 5", "for": 2}
    given["preset"] = "track15"

    def run(scenario, record, steps, seed, every, snapshots=(), stop=None):
        assert stop is not None
        return fake_run(scenario, record, steps, seed, every, snapshots)

    results = sweep(given, tmp_path / "out", run=run)
    past = open_past(results.folder, run=run)
    recorded = find(past, results.runs["run_id"][row])
    alone = write_run(past, recorded, tmp_path / "alone", run=run)
    was, now = results.runs.iloc[row], alone.runs.iloc[0]
    for name in (
        "run_id",
        "replicate",
        "seed",
        "scenario",
        "steps",
        *(c for c in results.runs if c.startswith(("state_", "tendency_"))),
    ):
        assert was[name] == now[name], name
    series = results.series[results.series["run_id"] == recorded.run_id].reset_index(drop=True)
    assert alone.series[list(series.columns)].equals(series)
    assert len(alone.series.columns) > 40
    assert alone.table("actors")["step"].unique().tolist() == [0, 6]
    own = open_past(alone.folder, run=run).plan
    there, here = past.plan.parts[0], own.parts[0]
    assert {k: str(v) for k, v in here.settings(own.points[0].values, {}).items()} == {
        k: str(v) for k, v in there.settings(recorded.spec.point.values, {}).items()
    }
    assert own.stop == past.plan.stop
    assert f"# Run {recorded.run_id} of the plan plan: point p000{row - 7}, replicate 2." in own.text
    assert repeat(open_past(alone.folder, run=run), find(open_past(alone.folder, run=run), "r")).differences == ()


# --- the whole plan -------------------------------------------------------------------------------------------------


def test_the_whole_plan_again_leaves_no_trace(results, tmp_path):
    before = files_of(tmp_path)
    found = rerun_plan(results.folder, run=fake_run)
    assert (found.differences, found.folder) == ((), None)
    assert set(found.files) == {path.name for path in results.folder.glob("*.csv")}
    assert files_of(tmp_path) == before


def test_the_whole_plan_into_a_folder(results, tmp_path):
    found = rerun_plan(results.folder, tmp_path / "again", run=fake_run)
    assert (found.differences, found.folder) == ((), tmp_path / "again")
    assert Results(tmp_path / "again").manifest["files"] == results.manifest["files"]
    with pytest.raises(InputError, match="the results themselves"):
        rerun_plan(results.folder, results.folder / ".." / "out", run=fake_run)


def test_what_differs_in_the_whole_plan(results, tmp_path):
    def other(scenario, record, steps, seed, every, snapshots=()):
        outcome = fake_run(scenario, record, steps, seed, every, snapshots)
        if seed == run_seed(5, 2) and record["dialogue_level"] == 0.5:
            outcome.series[1, 0, 0] = 7.0
        return outcome

    found = rerun_plan(results.folder, run=other)
    run_id = results.runs["run_id"][14]
    assert found.differences[0].startswith("series.csv, row 172 ")
    assert f"(run_id {run_id}, step 2, issue civil), fragmentation: " in found.differences[0]
    assert found.differences[0].endswith(" there, '7' now")
    assert "series.csv, 2 of 216 rows differ" in found.differences
    assert any(line.startswith("summary.csv, ") for line in found.differences)
    assert not any(line.startswith("runs.csv") for line in found.differences)
    assert found.folder.parent == tmp_path
    assert (found.folder / "manifest.json").is_file()


def test_a_table_that_is_missing_is_compared_by_its_digest_if_the_user_says_so(results):
    (results.folder / "series.csv").unlink()
    assert rerun_plan(results.folder, run=fake_run).differences == ("series.csv: is missing",)
    found = rerun_plan(results.folder, anyway=True, run=fake_run)
    assert (found.differences, found.missing) == ((), ("series.csv",))
    found = rerun_plan(results.folder, anyway=True, run=fails_at_full_level)
    (line,) = [line for line in found.differences if "series" in line]
    assert line == "series.csv: other bytes than were written; the file there is missing"


def test_tracebacks_may_name_other_places(given, tmp_path):
    results = sweep(given, tmp_path / "out", run=fails_at_full_level)

    def elsewhere(*args, **more):
        return fails_at_full_level(*args, **more)

    found = rerun_plan(results.folder, run=elsewhere)
    assert found.differences == ()


def test_anyway_ids_are_not_compared(results, monkeypatch):
    other_model(monkeypatch)
    with pytest.raises(InputError, match="model has changed"):
        rerun_plan(results.folder, run=fake_run)
    assert rerun_plan(results.folder, anyway=True, run=fake_run).differences == ()


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def real(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given |= {"replicates": 1, "vary": {"dialogue.level": [0, 0.5]}}
    return sweep(given, Path("out"))


def test_command_for_one_run(real, capsys):
    run_id = real.runs["run_id"][1]
    command(Path("out"), run_id[:6], Path("one"))
    said = capsys.readouterr().out
    assert said.startswith(f"{run_id}: two_blocs, point p0002, replicate 0 (seed 5)\n  dialogue.level = 0.5\n")
    assert "issue     state" in said  # the reading
    assert "identical: runs.csv 1 row, series.csv 12 rows, events.csv" in said
    assert "tables in one; figures" in said
    assert Results(Path("one")).runs["run_id"].tolist() == [run_id]
    assert said.endswith(f"to watch it: forumsim view out {run_id}\n")
    (real.folder / "series.csv").unlink()
    command(Path("out"), run_id, anyway=True)
    assert "(not there to compare: series.csv)\n" in capsys.readouterr().out


def test_command_says_what_differs(real, capsys):
    edit(real.folder / "runs.csv", ",6,0.5,", ",6,0.75,")
    content = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    content["software"]["numba"] = "0.1"
    Path("out/manifest.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(typer.Exit) as ended:
        command(Path("out"), real.runs["run_id"][1])
    assert ended.value.exit_code == 1
    said = capsys.readouterr().out
    assert "different:\n  runs.csv, row 1, dialogue_level: '0.75' there, '0.5' now" in said
    assert "numba: 0.1 then" in said


def test_command_for_a_failure(given, tmp_path, capsys, monkeypatch):
    results = sweep(given, tmp_path / "out", run=fails_at_full_level)
    past = open_past(results.folder, run=fails_at_full_level)
    monkeypatch.setattr("forumsim.sweeps.past.open_past", lambda *_, **__: past)
    seen = []
    monkeypatch.setattr(pdb, "post_mortem", seen.append)
    command(results.folder, results.failures["run_id"][0], tmp_path / "one", debug=True)
    said = capsys.readouterr().out
    assert "in fails_at_full_level" in said
    assert "identical: it fails as before" in said
    assert "no tables: the run failed" in said
    assert not (tmp_path / "one").exists()
    frame = seen[0]
    while frame.tb_next:
        frame = frame.tb_next
    assert frame.tb_frame.f_code.co_name == "fails_at_full_level"


def test_command_for_all(real, capsys, monkeypatch):
    command(Path("out"), workers=1, quiet=True)
    assert capsys.readouterr().out.startswith("identical: 2 runs, 9 tables: runs.csv, series.csv, ")
    other_model(monkeypatch)
    command(Path("out"), out=Path("again"), workers=1, quiet=True, anyway=True)
    said = capsys.readouterr()
    assert "model has changed since" in said.err
    assert "identical" in said.out
    assert "the new results are in again" in said.out


# --- passed on ------------------------------------------------------------------------------------------------------


OWN = {
    "scenario": "../case",
    "steps": 4,
    "replicates": 2,
    "seed": 5,
    "record": {"series": ["fragmentation", "enf"], "every": 2, "detail": "first", "snapshots": [0, 4]},
}
PLANS = {
    "vary": {"fields": {"actors": 8}, "preset": "track15",
             "vary": {"dialogue.level": [0, 0.5], "realist": [False, True], "sincerity.level": ["unset", 0.3]}},
    "presets": {"fields": {"actors": 8}, "vary": {"preset": ["none", "intense"], "scenario.polarisation": [0.2, 0.8]}},
    "lhs": {"fields": {"actors": 8}, "design": {"kind": "lhs", "n": 3},
            "vary": {"dialogue.level": "plausible", "scenario.nonstate": {"from": 1, "to": 4}}},
    "table": {"design": {"kind": "table", "file": "../tables/points.csv"}, "interventions": "acts.toml"},
    "parts": {"replicates": 1, "part": [{"name": "small", "fields": {"actors": 6}},
              {"name": "hard law", "scenario": ["../case", "two_blocs"],
               "parameters": {"founding.legalization": 0.8}}]},
    "stop": {"fields": {"actors": 8}, "stop": {"when": "fragmentation < 1.5", "for": 2, "after": 1}},
}  # fmt: skip


@pytest.fixture(params=list(PLANS))
def passed_on(request, tmp_path, monkeypatch):
    """Results of a plan with a scenario and files of its own, in another place, where these are not."""
    study = tmp_path / "study" / "plans"
    study.mkdir(parents=True)
    copy_scenario("two_blocs", tmp_path / "study" / "case")
    (tmp_path / "study" / "tables").mkdir()
    points = "dialogue.level,scenario.actors\n0,6\n0.25,8\n"
    (tmp_path / "study" / "tables" / "points.csv").write_text(points, encoding="utf-8")
    acts = '[[interventions]]\nstep = 2\nact = "set"\nparameters = {"dialogue.level" = 1}\n'
    (study / "acts.toml").write_text(acts, encoding="utf-8")
    (study / "mine.toml").write_text(as_toml({**OWN, **PLANS[request.param]}), encoding="utf-8")
    sweep(study / "mine.toml", study / "out")
    elsewhere = tmp_path / "elsewhere" / "far" / "away"
    shutil.copytree(study / "out", elsewhere, ignore=shutil.ignore_patterns("journal"))
    shutil.rmtree(tmp_path / "study")
    monkeypatch.chdir(elsewhere)
    return Results(elsewhere)


def test_results_that_were_passed_on_run_again(passed_on, tmp_path):
    for run_id in [*passed_on.runs["run_id"][:2], passed_on.runs["run_id"].iloc[-1]]:
        past = open_past(passed_on.folder)
        assert repeat(past, find(past, run_id)).differences == ()
    assert rerun_plan(passed_on.folder).differences == ()
    text = (passed_on.folder / "plan.toml").read_text(encoding="utf-8")
    assert "../case" in text  # what the user wrote


def test_a_run_written_alone_is_the_same_run_and_can_be_passed_on_again(passed_on, tmp_path):
    run_id = passed_on.runs["run_id"].iloc[-1]
    past = open_past(passed_on.folder)
    write_run(past, find(past, run_id), tmp_path / "one")
    shutil.rmtree(passed_on.folder.parent)
    alone = Results((tmp_path / "one").rename(tmp_path / "two"))
    assert alone.runs["run_id"].tolist() == [run_id]
    (row,), (was,) = alone.runs.to_dict("records"), passed_on.runs.query("run_id == @run_id").to_dict("records")
    assert {k: str(v) for k, v in row.items() if k not in ("point", "part")} == {
        k: str(v) for k, v in was.items() if k not in ("point", "part")
    }
    assert rerun_plan(alone.folder).differences == ()
    past = open_past(alone.folder)
    assert repeat(past, find(past, run_id)).differences == ()


def test_the_folder_holds_what_it_was_made_of(passed_on):
    manifest = passed_on.manifest
    inputs = {name for name in manifest["files"] if name.startswith("inputs/")}
    assert inputs == {str(path.relative_to(passed_on.folder)) for path in passed_on.folder.glob("inputs/**/*.*")}
    assert all(file_digest(passed_on.folder / name) == manifest["files"][name] for name in inputs)
    lines = (passed_on.folder / "inputs" / "environment.txt").read_text(encoding="utf-8").splitlines()
    assert f"numpy=={np.__version__}" in lines
    assert not any("forumsim" in line for line in lines[1:])
    assert not any(word in json.dumps(manifest) for word in ("study", "elsewhere"))  # nothing tells where it was made


def test_inputs_are_not_written_through_links(given, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "mine").mkdir()
    sweep(given, tmp_path / "out", run=fake_run)
    shutil.rmtree(tmp_path / "out" / "inputs")
    (tmp_path / "out" / "inputs").symlink_to(tmp_path / "mine")
    with pytest.raises(InputError, match="inputs: is a link"):
        sweep({**given, "replicates": 4}, tmp_path / "out", run=fake_run, extend=True)
    assert list((tmp_path / "mine").iterdir()) == []
