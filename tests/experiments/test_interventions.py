"""Interventions in plans: they are part of what a plan is, stand in the results, and are done again."""

from __future__ import annotations

import copy
import json
import math
import tomllib

import pandas as pd
import pytest
from fake_runs import tables_of
from typer.testing import CliRunner

from any_runs import open_past, sweep, write_run
from forumsim.commands.cli import app
from forumsim.core.errors import InputError
from forumsim.plans import run_seed
from forumsim.plans.plan import as_toml, load_plan, make_plan
from forumsim.running.interventions import details_text, read_interventions
from forumsim.running.notes import RunNote
from forumsim.running.run import run_arrays, simulate
from forumsim.sweeps.rerun import find, repeat

A, B, FORUM = "west_major", "east_major", "universal_civil"
ACTS = [
    {"step": 0, "act": "shock", "kind": "red_line", "actor": A, "issue": "civil", "size": math.inf},
    {"step": 2, "act": "leave", "actor": A, "forum": FORUM},
    {"step": 2, "act": "set", "parameters": {"dialogue.level": 0.1 + 0.2}},
    {"step": 3, "act": "write", "what": "red_line", "value": [math.inf, 0.5], "actor": B},
    {"step": 4, "act": "channel", "actor": A, "other": B, "track": 1.5, "rate": 2},
    {"step": 6, "act": "host", "actors": [A, B], "track": 2},
]
OTHER = [{"step": 1, "act": "leave", "actor": B, "forum": FORUM}]


@pytest.fixture
def given(given):
    return given | {"vary": {"dialogue.level": [0, 0.5]}, "replicates": 2}


def ids(plan):
    return [point.run_id(replicate) for replicate, point in plan.runs()]


def strict(text):
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def table(results):
    return pd.read_csv(results.folder / "interventions.csv", keep_default_na=False)


# --- what a plan is -------------------------------------------------------------------------------------------------


def test_content_digest_and_run_ids_change_with_the_interventions_and_only_then(given):
    plain, empty = make_plan(given), make_plan(given | {"interventions": []})
    assert "interventions" not in plain.parts[0].content()
    assert (plain.digest, ids(plain)) == (empty.digest, ids(empty))
    done, same = (make_plan(given | {"interventions": copy.deepcopy(ACTS)}) for _ in range(2))
    assert (done.digest, ids(done)) == (same.digest, ids(same))
    seen = [plain, done]
    for change in (ACTS[:-1], ACTS[::-1], [{**ACTS[0], "size": 0.5}, *ACTS[1:]], [{**ACTS[0], "step": 1}, *ACTS[1:]]):
        seen.append(make_plan(given | {"interventions": change}))
    assert len({plan.digest for plan in seen}) == len(seen)
    assert len({run_id for plan in seen for run_id in ids(plan)}) == len(seen) * len(ids(plain))


def test_content_is_strict_json_that_tells_bits_apart(given):
    content = make_plan(given | {"interventions": ACTS}).parts[0].content()
    text = json.dumps(content, allow_nan=False)
    assert strict(text)["interventions"][0]["size"] == "Infinity"
    assert strict(text)["interventions"][3]["value"] == ["Infinity", 0.5]
    assert strict(text)["interventions"][2]["parameters"] == {"dialogue.level": 0.1 + 0.2}


def test_toml_reads_back(given):
    text = as_toml(given | {"interventions": ACTS})
    assert tomllib.loads(text)["interventions"] == ACTS
    assert make_plan(tomllib.loads(text)).digest == make_plan(given | {"interventions": ACTS}).digest
    parts = [{"name": "one", "interventions": ACTS}, {"name": "two", "interventions": OTHER}]
    back = make_plan(tomllib.loads(as_toml(given | {"part": parts})))
    assert [list(part.interventions) for part in back.parts] == [ACTS, OTHER]


def test_a_file_beside_the_plan_is_the_same_plan(given, tmp_path):
    rows = [{"step": e["step"], "act": e["act"], "details": details_text(e)} for e in ACTS]
    pd.DataFrame(rows).to_csv(tmp_path / "acts.csv", index=False)
    (tmp_path / "plan.toml").write_text(as_toml(given | {"interventions": "acts.csv"}), encoding="utf-8")
    plan = load_plan(tmp_path / "plan.toml")
    assert list(plan.parts[0].interventions) == ACTS
    assert plan.digest == make_plan(given | {"interventions": ACTS}).digest


def test_mistakes_are_told_with_those_of_the_plan(given, tmp_path):
    bad = [{"step": 7, "act": "leave", "actor": A, "forum": FORUM}, {"step": 1, "act": "leaf"}]
    with pytest.raises(InputError) as caught:
        make_plan(given | {"interventions": bad, "replicates": 0})
    for part in ("replicates", "interventions 1, step", "did you mean 'leave'", "0 to 6"):
        assert part in str(caught.value)
    with pytest.raises(InputError, match="did you mean 'west_major'"):
        make_plan(given | {"interventions": [{**OTHER[0], "actor": "west_mayor"}]})
    with pytest.raises(InputError, match="no such file"):
        make_plan(given | {"interventions": "none.csv"}, folder=tmp_path)
    with pytest.raises(InputError, match="a list of tables"):
        make_plan(given | {"interventions": 5})


def test_of_parts_each_is_checked_against_its_own(given):
    parts = [{"name": "one", "interventions": OTHER}, {"name": "two", "steps": 3, "interventions": ACTS}]
    with pytest.raises(InputError) as caught:
        make_plan(given | {"record": {"every": 1}, "part": parts})
    text = str(caught.value)
    assert "[[part]] two: interventions 5, step" in text
    assert "[[part]] one" not in text


# --- results --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of a plan with interventions; treat as read-only."""
    plan = {
        "scenario": "two_blocs", "steps": 6, "replicates": 2, "seed": 5, "fields": {"actors": 8, "nonstate": 1},
        "vary": {"dialogue.level": [0, 0.5]}, "interventions": ACTS,
        "record": {"series": ["fragmentation", "enf", "coverage"], "every": 2, "detail": "first", "snapshots": [0, 6]},
    }  # fmt: skip
    return sweep(plan, tmp_path_factory.mktemp("acts") / "out")


def test_results_are_those_of_simulate(results):
    assert results.failures.empty
    for row in results.runs.itertuples():
        alone = simulate("two_blocs", 6, row.seed, {"dialogue.level": row.dialogue_level},
                         {"actors": 8, "nonstate": 1}, every=2, interventions=ACTS)  # fmt: skip
        series = results.series[results.series["run_id"] == row.run_id]
        for name in ("fragmentation", "enf", "coverage"):
            assert series[name].to_numpy() == pytest.approx(alone.series[name].to_numpy(), rel=1e-7, nan_ok=True)
    events = results.table("events")
    told = events[events["event"] == "intervention"]
    assert told["value"].tolist() == [1, 2, 3, 4, 5, 6] * 2  # of the detailed runs


def test_the_table_gives_the_list_back(results):
    rows = table(results)
    assert rows["number"].tolist() == [1, 2, 3, 4, 5, 6]
    assert rows["step"].tolist() == [entry["step"] for entry in ACTS]
    assert rows["act"].tolist() == [entry["act"] for entry in ACTS]
    assert rows["date"].notna().all()
    assert read_interventions(results.folder / "interventions.csv") == ACTS
    assert read_interventions(results.folder / "plan.toml") == ACTS
    again = make_plan(tomllib.loads((results.folder / "plan.toml").read_text(encoding="utf-8")))
    assert again.parts[0].interventions == tuple(ACTS)


def test_every_json_of_the_results_is_strict(results):
    files = list(results.folder.glob("**/*.json"))
    assert {"manifest.json", "datapackage.json"} <= {path.name for path in files}
    for path in files:
        strict(path.read_text(encoding="utf-8"))
    for cell in table(results)["details"]:
        strict(cell)
    assert "interventions.csv" in results.manifest["files"]


def test_without_interventions_there_is_no_table(given, tmp_path):
    results = sweep(given, tmp_path / "out")
    assert not (results.folder / "interventions.csv").exists()
    assert "interventions" not in (results.folder / "datapackage.json").read_text(encoding="utf-8").replace(
        "interventions.csv",
        "",  # the words of the event
    )


def test_parts_with_different_interventions(given, tmp_path):
    parts = [{"name": "none"}, {"name": "one", "interventions": ACTS}, {"name": "two", "interventions": OTHER}]
    results = sweep(given | {"part": parts}, tmp_path / "out")
    rows = table(results)
    assert list(zip(rows["part"], rows["number"], strict=True)) == [("one", n) for n in range(1, 7)] + [("two", 1)]
    alone = sweep(given | {"interventions": OTHER}, tmp_path / "alone")
    name = "fragmentation"
    last = results.series[results.series["run_id"].isin(results.runs.query("part == 'two'")["run_id"])]
    assert last[name].tolist() == alone.series[name].tolist()


def test_the_same_acts_for_all_parts_unless_one_says_otherwise(given):
    parts = [{"name": "as all"}, {"name": "own", "interventions": OTHER}, {"name": "none", "interventions": []}]
    plan = make_plan(given | {"interventions": ACTS, "part": parts})
    assert [list(part.interventions) for part in plan.parts] == [ACTS, OTHER, []]


# --- again ----------------------------------------------------------------------------------------------------------


def test_check_finds_results_with_interventions_in_order(given, tmp_path):
    finite = [{**ACTS[0], "size": 0.5}, *ACTS[1:]]
    results = sweep(given | {"interventions": finite}, tmp_path / "out")
    call = CliRunner().invoke(app, ["check", str(results.folder)])
    assert call.exit_code == 0, call.output
    path = results.folder / "interventions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("leave", "leaf"), encoding="utf-8")
    call = CliRunner().invoke(app, ["check", str(results.folder)])
    assert call.exit_code == 1
    assert "interventions.csv" in call.output


def test_check_takes_a_red_line_that_is_taken_back(results):
    assert CliRunner().invoke(app, ["check", str(results.folder)]).exit_code == 0


def test_a_contrast_of_parts_pairs_runs_with_and_without(given, tmp_path):
    parts = [{"name": "without"}, {"name": "with", "interventions": OTHER}]
    contrasts = {"leaving": {"from": {"part": "without"}, "to": {"part": "with"}}}
    results = sweep(given | {"part": parts, "contrasts": contrasts}, tmp_path / "out")
    effects = pd.read_csv(results.folder / "contrasts.csv").query("measure == 'coverage' and issue == 'civil'")
    assert list(zip(effects["point_from"], effects["point_to"], strict=True)) == [
        ("p0001", "p0003"),
        ("p0002", "p0004"),
    ]


def test_check_and_rerun(results, tmp_path):
    run_id = results.runs["run_id"][3]
    past = open_past(results.folder)
    assert repeat(past, find(past, run_id)).differences == ()
    call = CliRunner().invoke(app, ["rerun", str(results.folder), run_id, "--out", str(tmp_path / "one")])
    assert call.exit_code == 0, call.output
    assert "identical" in call.output
    call = CliRunner().invoke(app, ["rerun", str(results.folder)])
    assert call.exit_code == 0, call.output
    assert "interventions.csv" in call.output


def test_one_run_as_a_plan_of_its_own(results, tmp_path):
    past = open_past(results.folder)
    recorded = find(past, results.runs["run_id"][2])
    alone = write_run(past, recorded, tmp_path / "one")
    assert read_interventions(alone.folder / "interventions.csv") == ACTS
    was = results.series[results.series["run_id"] == recorded.run_id]
    assert alone.series["fragmentation"].tolist() == was["fragmentation"].tolist()
    own = open_past(alone.folder)
    assert repeat(own, find(own, "r")).differences == ()


def test_resumed_results_are_the_same_to_the_byte(results, given, tmp_path, monkeypatch):
    plan, left = given | {"interventions": ACTS}, [2]

    def ends(*args, **more):
        assert more["interventions"] == tuple(ACTS)
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return run_arrays(*args, **more)

    with pytest.raises(KeyboardInterrupt):
        sweep(plan, tmp_path / "out", run=ends)
    assert not (tmp_path / "out" / "manifest.json").exists()
    with pytest.raises(InputError, match="interventions"):
        sweep(given | {"interventions": ACTS[:-1]}, tmp_path / "out")
    resumed = sweep(plan, tmp_path / "out")
    assert tables_of(resumed.folder) == tables_of(results.folder)


def test_runs_without_interventions_are_called_as_before(given, tmp_path):
    def plain(scenario, record, steps, seed, every, snapshots=()):
        return run_arrays(scenario, record, steps, seed, every, snapshots)

    results = sweep(given, tmp_path / "out", run=plain)
    assert results.failures.empty
    assert set(results.runs["seed"]) == {run_seed(5, replicate) for replicate in range(2)}


LEAVE = {"step": 2, "act": "leave", "actor": "west_major", "forum": "universal_civil"}


def test_an_act_of_which_nothing_comes_in_any_run_is_told(tmp_path):
    """Who has left cannot leave again; in the part without it, and for acts that do something, nothing is said."""
    parts = [{"name": "once", "interventions": [LEAVE]}, {"name": "twice", "interventions": [LEAVE, LEAVE]}]
    plan = {"scenario": "two_blocs", "steps": 4, "replicates": 2, "fields": {"actors": 8}, "part": parts}
    with pytest.warns(RunNote) as told:
        sweep(plan, tmp_path / "out")
    sentence = "intervention 2 (leave, step 2) had no effect in any run of part twice: nothing was there to change"
    assert [str(one.message) for one in told] == [sentence]
    (tmp_path / "plan.toml").write_text(as_toml(plan), encoding="utf-8")
    words = ["sweep", str(tmp_path / "plan.toml"), "--out", str(tmp_path / "again"), "--workers", "1", "--quiet"]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0 and said.output.count(f"forumsim: {sentence}") == 1


def test_an_act_after_the_early_end_of_a_run_is_none_without_effect(tmp_path):
    """All runs are stopped at step 2: the second act is never tried. Warnings are errors here."""
    plan = {"scenario": "two_blocs", "steps": 9, "replicates": 2, "interventions": [LEAVE, {**LEAVE, "step": 8}]}
    results = sweep(plan | {"stop": {"when": "enf > 0", "after": 2}}, tmp_path / "out")
    assert results.runs["steps"].max() < 8
