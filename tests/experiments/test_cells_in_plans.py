"""Plans that vary cells of a scenario's tables and its spread: checks, identity, columns, repetition, studies."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_runs import fake_run

from any_runs import calibrate, open_past, rerun_plan, sweep, write_run
from forumsim.core.errors import InputError
from forumsim.core.measures import MEASURES
from forumsim.plans import load_plan, make_plan
from forumsim.results.codebook_tables import results_tables
from forumsim.results.manifest import identity
from forumsim.running.outcome import Outcome
from forumsim.scenarios import copy_scenario
from forumsim.scenarios.settings import column_name
from forumsim.sweeps.rerun import find, repeat

LAW, ADMISSION = "forums.universal_civil.legalization", "forums.universal_civil.admission"
TALK = "actors.west_major.sincerity"


def mistakes(given):
    with pytest.raises(InputError) as caught:
        make_plan(given)
    return [str(problem) for problem in caught.value.problems]


def governance(vary, **more):
    return {"scenario": "ai_governance", "steps": 4, "replicates": 1, "vary": vary, **more}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vary": {"actors.west_majr.sincerity": [0.1]}}, "[vary] actors.west_majr.sincerity: no row 'west_majr'"),
        ({"vary": {"actors.west_majr.sincerity": [0.1]}}, "did you mean 'west_major'?"),
        ({"vary": {"forums.universal_civil.legalisation": [0.1]}}, "did you mean 'legalization'?"),
        ({"vary": {"forum.universal_civil.quota": [0.1]}}, "did you mean 'forums.universal_civil.quota'?"),
        ({"vary": {LAW: [0.1, 1.5]}}, f"[vary] {LAW}: found 1.5; allowed: a number from 0 to 1"),
        ({"vary": {LAW: [0.5, "0.50"]}}, "0.5 stands twice"),
        (
            {"vary": {ADMISSION: ["open", "opn"]}},
            f"[vary] {ADMISSION}: found 'opn'; allowed: open, approval, invitation",
        ),
        ({"vary": {ADMISSION: {"from": 0, "to": 1, "n": 3}}}, "takes no range of numbers"),
        ({"vary": {"forums.universal_civil.id": ["x"]}}, "an id names the row, so that it cannot be varied"),
        ({"vary": {"actors.west_major.power": [0.2]}}, "the generator two_blocs makes it"),
        ({"vary": {"actors": {"west_major": {"sincerity": [0.1]}}}}, f"[vary] {TALK}: the name stands without quotes"),
        ({"vary": {"scenario.spread.civl": [2]}}, "did you mean 'spread.civil'?"),
        ({"fields": {TALK: 2}}, f"[fields] {TALK}: found 2; allowed: a number from 0 to 1"),
        (
            {"fields": {"actors": {"west_major": {"sincerity": 0.1}}}},
            f"[fields] {TALK}: the name stands without quotes",
        ),
        ({"parameters": {TALK: 0.1}}, f"[parameters] {TALK}: a cell of the scenario's tables (write it as"),
        ({"vary": {TALK: [0.1]}, "fields": {TALK: 0.2}}, f"[vary] {TALK}: is also fixed in [fields]"),
        ({"contrasts": {"law": {"from": {LAW: 0.1}, "to": {LAW: 0.2}}}}, f"from, {LAW}: is not varied by the plan"),
    ],
)
def test_each_mistake_has_its_message(given, change, message):
    given = {**given, "fields": {}, **change}
    found = mistakes(given)
    assert any(message in problem for problem in found), found


def test_all_mistakes_at_once(given):
    given["vary"] = {LAW: [2], "actors.east_majr.sincerity": [0.1], "scenario.polarisation": [3], "dialogue.level": [4]}
    found = mistakes(given)
    assert len(found) == 4 and all(any(name in problem for problem in found) for name in given["vary"])


def test_a_wrong_value_among_many(given):
    """Of many values only some are tried in the scenario, but the range of the column holds for each."""
    given["vary"] = {LAW: [*(k / 100 for k in range(60)), 1.25]}
    assert any("found 1.25" in problem for problem in mistakes(given))


def test_values_that_do_not_fit_together():
    vary = {"forums.GPAI.gate_low": [0.2, 0.6], "forums.GPAI.gate_high": [0.5, 0.9]}
    (found,) = mistakes(governance(vary))
    assert "forums.GPAI.gate_low: found 0.6; allowed: at most gate_high, 0.5" in found
    assert len(make_plan(governance({**vary, "forums.GPAI.gate_low": [0.2, 0.4]})).points) == 4


def test_powers_that_are_too_much_together():
    found = mistakes(governance({"actors.USA.power": [0.3, 0.7], "actors.CHN.power": [0.2, 0.4]}))
    assert found == ["actors.USA.power, actors.CHN.power: the given shares sum to 1.1; allowed: at most 1 in all"]


def test_ranges(given):
    given |= {"design": {"kind": "lhs", "n": 12}}
    given["vary"] = {
        LAW: {"from": 0, "to": 1},
        "forums.universal_civil.period": {"from": 1, "to": 4},
        ADMISSION: ["open", "approval"],
    }
    values = [point.values for point in make_plan(given).points]
    assert all(0 <= point[LAW] <= 1 for point in values) and len({point[LAW] for point in values}) == 12
    assert {point["forums.universal_civil.period"] for point in values} == {1, 2, 3, 4}
    assert {point[ADMISSION] for point in values} == {"open", "approval"}
    given["vary"][LAW]["to"] = 1.5
    assert any(f"[vary] {LAW}: found 1.5" in problem for problem in mistakes(given))


def test_a_date_takes_whole_steps():
    founded = "forums.universal_civil.founded"
    plan = make_plan({"scenario": "two_blocs", "replicates": 1, "vary": {founded: {"from": 1, "to": 3, "n": 3}}})
    assert [point.values[founded] for point in plan.points] == ["1", "2", "3"]


def test_what_a_change_brings_elsewhere_is_explained():
    first, *_ = mistakes(governance({"forums.GPAI.founded": [3]}))
    assert "memberships.csv, row 70, column 'date': a member before 'GPAI' was founded" in first
    assert first.endswith("(brought by forums.GPAI.founded)")


def test_identity(given):
    plain = make_plan(given)
    fixed = make_plan({**given, "fields": {**given["fields"], TALK: 0.1}})
    same = make_plan({**given, "fields": {**given["fields"], TALK: "0.10"}})
    assert fixed.digest == same.digest != plain.digest
    assert identity(fixed)["scenario_digests"] != identity(plain)["scenario_digests"]
    assert not {point.key for point in fixed.points} & {point.key for point in plain.points}
    varied = make_plan({**given, "vary": {LAW: [0.1, 0.2]}})
    assert varied.points[0].run_id(0) != varied.points[1].run_id(0)
    assert varied.content()["vary"] == {LAW: [0.1, 0.2]}
    assert [point.fields for point in varied.points] == [((LAW, x),) for x in (0.1, 0.2)]


def test_a_plan_that_spells_out_the_neutral_spread_has_the_world_of_before(given):
    assert (
        make_plan({**given, "fields": {**given["fields"], "spread": 1}}).parts[0].digest
        == make_plan(given).parts[0].digest
    )


def test_points_from_a_table(tmp_path, given):
    (tmp_path / "points.csv").write_text(f"{LAW},{ADMISSION}\n0.10,Open\n0.2,\n", encoding="utf-8")
    del given["vary"]
    plan = make_plan({**given, "design": {"kind": "table", "file": "points.csv"}}, folder=tmp_path)
    assert [point.values for point in plan.points] == [{LAW: 0.1, ADMISSION: "open"}, {LAW: 0.2, ADMISSION: "unset"}]


def test_the_size_of_a_summit_is_not_read():
    plan = make_plan(governance({"shocks.woodside.size": [0.5, 1], "shocks.chip_controls.size": [0.1, 0.2]}))
    assert plan.notes == ("shocks.woodside.size changes nothing: the size of a summit shock is not read",)


def test_columns_of_results():
    varied = (
        "actors.USA.position_military",
        "forums.UNGA_78_311.charter_values_and_more",
        "channels.track1.5_2022-Q1.rate",
    )
    columns = {column.name: column for column in results_tables(("military",), (), varied)["runs"].columns}
    names = [column_name(name) for name in varied]
    assert names[0] == "actors_USA_position_military" and names[2] == "channels_track1_5_2022_Q1_rate"
    assert all(len(name) <= 32 and name.isascii() and name.replace("_", "").isalnum() for name in names)
    assert columns[names[0]].type == "number" and (columns[names[0]].low, columns[names[0]].high) == (0, 1)
    assert "row USA, column position_military: ideal point" in columns[names[0]].meaning
    assert "forums.csv of the scenario, row UNGA_78_311, column charter_values_and_more" in columns[names[1]].meaning


def test_two_names_with_one_column(tmp_path):
    folder = copy_scenario("two_blocs", tmp_path / "case")
    text = (folder / "forums.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    twin = [*rows[1]]
    rows[1][0], twin[0] = "a-b", "a_b"
    out = io.StringIO()
    csv.writer(out).writerows([*rows, twin])
    (folder / "forums.csv").write_text(out.getvalue(), encoding="utf-8")
    plan = {"scenario": str(folder), "replicates": 1, "vary": {"forums.a-b.quota": [0.5], "forums.a_b.quota": [0.5]}}
    assert any("has the same column in the results as forums.a-b.quota" in problem for problem in mistakes(plan))


VARIED = {
    "scenario": "two_blocs",
    "steps": 6,
    "replicates": 2,
    "seed": 4,
    "fields": {"actors": 8, "nonstate": 1, TALK: 0.2},
    "vary": {LAW: [0.1, 0.9], ADMISSION: ["open", "unset"], "scenario.spread": [1, 1.5]},
    "record": {"series": ["fragmentation", "trust_across", "legalization"], "every": 3},
    "contrasts": {"law": {"from": {LAW: "0.1"}, "to": {LAW: 0.9}}},
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A sweep by the model itself."""
    return sweep(VARIED, tmp_path_factory.mktemp("cells") / "out")


def test_a_sweep_gives_the_runs_of_the_edited_files(results, tmp_path):
    row = results.runs[(results.runs[column_name(LAW)] == 0.9) & (results.runs["scenario_spread"] == 1.5)].iloc[0]
    folder = copy_scenario("two_blocs", tmp_path / "two_blocs")
    table = pd.read_csv(folder / "forums.csv", dtype=str, keep_default_na=False)
    table.loc[table["id"] == "universal_civil", ["legalization", "admission"]] = [
        "0.9",
        str(row[column_name(ADMISSION)]),
    ]
    table.to_csv(folder / "forums.csv", index=False)
    given = {**VARIED, "scenario": str(folder), "vary": {"scenario.spread": [float(row["scenario_spread"])]}}
    del given["contrasts"]
    again = sweep(given, tmp_path / "out")
    ours = results.series[results.series["run_id"] == row["run_id"]]
    theirs = again.series[again.series["run_id"] == again.runs["run_id"][int(row["replicate"])]]
    columns = ["step", "issue", *VARIED["record"]["series"]]
    pd.testing.assert_frame_equal(ours[columns].reset_index(drop=True), theirs[columns].reset_index(drop=True))
    assert results.runs[column_name(LAW)].nunique() == 2 and len(results.contrasts["point_from"].unique()) == 4


def test_columns_have_what_was_varied(results):
    rows = list(csv.DictReader(io.StringIO((results.folder / "runs.csv").read_text(encoding="utf-8"))))
    assert {row[column_name(ADMISSION)] for row in rows} == {"open", ""}
    assert {row["scenario_spread"] for row in rows} == {"1", "1.5"}
    package = json.loads((results.folder / "datapackage.json").read_text(encoding="utf-8"))
    fields = {field["name"]: field for field in package["resources"][0]["schema"]["fields"]}
    assert fields[column_name(ADMISSION)]["constraints"]["enum"] == ["open", "approval", "invitation"]


def test_all_runs_again(results):
    again = rerun_plan(results.folder)
    assert again.differences == () and "contrasts.csv" in again.files


def test_one_run_again(results, tmp_path):
    past = open_past(results.folder)
    recorded = find(past, results.runs["run_id"].iloc[-1])
    assert repeat(past, recorded).differences == ()
    alone = write_run(past, recorded, tmp_path / "one")
    assert alone.runs["run_id"].tolist() == [recorded.run_id]


def test_files_are_read_once_however_many_runs_vary_data(given, tmp_path, monkeypatch):
    import forumsim.scenarios.loader as loader

    read, count = loader.read_folder, []
    monkeypatch.setattr(loader, "read_folder", lambda *args: count.append(1) or read(*args))
    numbers = []
    for n in (2, 40):
        count.clear()
        given["vary"] = {LAW: {"from": 0, "to": 1, "n": n}}
        sweep(given, tmp_path / str(n), run=fake_run)
        numbers.append(len(count))
    assert numbers[0] == numbers[1]


def law_decides(scenario, record, steps, seed, every, snapshots=()):
    """All measures are the legalization of the first forum as the world begins with it, plus luck."""
    level = scenario.build(seed, record).legalization[0] + np.random.default_rng(seed).normal(scale=0.001)
    marks = np.arange(0, steps + 1, every)
    series = np.full((len(marks), len(scenario.issues) + 1, len(MEASURES)), level)
    return Outcome(marks, series, np.full((steps + 1, len(scenario.issues) + 1, 3), 0.5), None, {}, record)


def test_sensitivity_to_a_cell(given, tmp_path):
    pytest.importorskip("SALib", reason="pip install 'forumsim[sensitivity]'")
    from forumsim.studies.sensitivity import analyse

    given |= {"design": {"kind": "morris", "trajectories": 4}, "record": {"series": ["enf"], "every": 3}}
    given["vary"] = {LAW: {"from": 0, "to": 0.5}, "scenario.spread": {"from": 0.5, "to": 1.5}}
    table = analyse(sweep(given, tmp_path / "out", run=law_decides).folder).table
    found = table[table["index"] == "mu_star"].set_index("factor")["estimate"].astype(float)
    assert found[LAW] == pytest.approx(0.5, abs=0.01)  # elementary effects are per unit of the range
    assert found["scenario.spread"] == pytest.approx(0, abs=0.01)


def test_calibration_of_a_cell(given, tmp_path):
    pytest.importorskip("optuna", reason="pip install 'forumsim[sensitivity]'")
    from forumsim.studies.calibration import make_calibration

    (tmp_path / "targets.csv").write_text(
        "measure,issue,step,target,tolerance\nenf,pooled,end,0.7,0.05\n", encoding="utf-8"
    )
    given |= {
        "vary": {LAW: {"from": 0, "to": 1}, ADMISSION: ["open", "unset"]},
        "record": {"every": 3},
        "target": {"file": "targets.csv", "trials": 25, "best": 2},
    }
    best = calibrate(make_calibration(given, folder=tmp_path), tmp_path / "out", run=law_decides).best
    assert best.values[LAW] == pytest.approx(0.7, abs=0.1)
    plan = tomllib.loads((tmp_path / "out" / "best.toml").read_text(encoding="utf-8"))
    assert plan["fields"][LAW] == best.values[LAW] and "parameters" not in plan
    del given["vary"], given["target"]
    again = make_plan({**given, **plan})
    assert again.parts[0].fields[ADMISSION] == best.values[ADMISSION]


def test_the_example_plan_is_right():
    plan = load_plan(Path(__file__).parents[2] / "experiments" / "open_doors.toml")
    assert {name.partition(".")[0] for name in plan.varied} <= {"actors", "forums", "shocks", "channels", "scenario"}
    assert len(plan.points) == 18 and len(plan.contrasts) == 2
