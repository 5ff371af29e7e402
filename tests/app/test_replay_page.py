"""The page of a replay: what is recorded is what the run was, nothing leaves the file, and what cannot be is told."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from forumsim.app.recording import Spans
from forumsim.app.replay import page, write_replay
from forumsim.commands.cli import app
from forumsim.core.errors import InputError
from forumsim.core.replay import replay
from forumsim.core.terms import Status
from forumsim.running.run import run_arrays, settle
from forumsim.scenarios import copy_scenario, load_scenario
from forumsim.sweeps import sweep

STEPS, SEED = 24, 7
HOSTILE = '</script><script>document.title="broken"</script><img src=x onerror=alert(1)> "&\u2028'
ACTS = [
    {"step": 3, "act": "leave", "actor": "east_major", "forum": "universal_military"},
    {"step": 5, "act": "set", "parameters": {"dialogue.level": 1}},
    {"step": 5, "act": "shock", "kind": "closing", "forum": "founded_07"},  # which has not opened: nothing comes of it
    {"step": STEPS, "act": "shock", "kind": "leadership", "actor": "west_major", "size": 0.2},
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Results of two_blocs, one run of which is done something to."""
    folder = tmp_path_factory.mktemp("made") / "out"
    plan = {
        "scenario": "two_blocs", "steps": STEPS, "replicates": 2, "seed": SEED, "fields": {"polarisation": 0.8},
        "vary": {"dialogue.level": [0, 1]}, "record": {"every": 3, "detail": "all", "snapshots": [0, 10, STEPS]},
        "interventions": ACTS,
    }  # fmt: skip
    return sweep(plan, folder)


@pytest.fixture(scope="module")
def run_id(made):
    return made.runs["run_id"][1]


@pytest.fixture(scope="module")
def html(made, run_id, tmp_path_factory):
    path, differences = write_replay(made.folder, run_id, tmp_path_factory.mktemp("page") / "run.html")
    assert differences == ()
    return path.read_text(encoding="utf-8")


def data_of(text):
    (found,) = re.findall(r'<script type="application/json" id="run">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


@pytest.fixture(scope="module")
def data(html):
    return data_of(html)


@pytest.fixture(scope="module")
def outcome(made, run_id):
    """The same run by the path of batches, with every state."""
    row = made.runs.set_index("run_id").loc[run_id]
    case, params = settle(
        load_scenario("two_blocs", polarisation=0.8), {"dialogue.level": float(row["dialogue_level"])}
    )
    return case, run_arrays(
        case, params, STEPS, int(row["seed"]), snapshots=range(STEPS + 1), interventions=ACTS
    )  # fmt: skip


def held(spans, step):
    return sorted(what for first, end, what in spans if first <= step <= end)


def test_every_step_has_the_members_positions_and_forums_of_the_run(data, outcome):
    case, found = outcome
    names = {case.name_of_forum(f, int(found.world.founder[f]), int(found.world.founded[f])): f
             for f in np.flatnonzero(found.world.status != Status.EMPTY)}  # fmt: skip
    assert len(data["forums"]) == len(names) > 3
    for step, world in found.snapshots.items():
        live = world.live()
        assert step == STEPS or data["positions"]["rows"][step] == [
            round(1000 * x) for x in world.position.ravel().tolist()
        ]
        for forum in data["forums"]:
            f = names[forum["name"]]
            inside = np.flatnonzero(world.member[f]).tolist() if live[f] else []
            if step not in (3, 5):  # a snapshot is taken before what a user does after the step
                assert held(forum["stays"], step) == inside
            assert held(forum["life"], step) == ([int(world.status[f] == Status.DORMANT)] if live[f] else [])


def test_members_follow_from_the_event_log_too(data, outcome):
    """What `forumsim.core.replay` makes of start and events, which knows nothing of how a page is recorded."""
    case, found = outcome
    start, log = found.snapshots[0], found.world.log()
    slots = {case.name_of_forum(f, int(found.world.founder[f]), int(found.world.founded[f])): f
             for f in range(found.world.slots)}  # fmt: skip
    for step in range(STEPS + 1):
        told = replay(start, log, until=step)
        live = np.isin(told.status, (Status.ALIVE, Status.DORMANT))
        for forum in data["forums"]:
            f = slots[forum["name"]]
            assert held(forum["stays"], step) == (np.flatnonzero(told.member[f]).tolist() if live[f] else [])


def test_an_intervention_shows_from_its_step_on(data):
    universal = next(forum for forum in data["forums"] if forum["name"] == "Universal forum on military use")
    east = data["actors"]["names"].index("East major power")
    assert east in held(universal["stays"], 2)
    assert east not in held(universal["stays"], 3)
    left = "Intervention: East major power leaves Universal forum on military use"
    assert any((step, text) == (3, left) for step, _, text in data["events"])
    assert not any("You:" in text for _, _, text in data["events"])
    assert any(step == STEPS and "West major power has a new leadership" in text for step, _, text in data["events"])


def test_curves_are_those_of_the_results(made, run_id, data):
    series = pd.read_csv(made.folder / "series.csv").query("run_id == @run_id")
    for k, issue in enumerate(("civil", "military", "pooled")):
        for name, course in (("fragmentation", "fragmentation"), ("fragmentation_across", "across")):
            stored = series[series["issue"] == issue].set_index("step")[name]
            shown = pd.Series(data["courses"][course][k], dtype=float)[stored.index] / 1000
            assert np.allclose(shown, stored, atol=0.00051, equal_nan=True)


def test_positions_and_charters_are_those_of_the_snapshots(made, run_id, data):
    actors = pd.read_csv(made.folder / "actors.csv").query("run_id == @run_id and step == 10")
    forums = pd.read_csv(made.folder / "forums.csv").query("run_id == @run_id and step == 10")
    at = np.array(data["positions"]["rows"][10]).reshape(-1, 2) / 1000
    assert np.allclose(at, actors[["position_civil", "position_military"]], atol=0.00051)
    for row in forums.itertuples():
        if row.status in ("alive", "dormant"):
            entry = next(forum for forum in data["forums"] if forum["name"] == row.name)
            charter = [value for step, value in entry["charter"] if step <= 10][-1]
            stored = [row.charter_civil, row.charter_military, row.legalization]
            assert [x is None for x in charter] == [x != x for x in stored]
            assert np.allclose(np.array(charter, dtype=float) / 1000, stored, atol=0.00051, equal_nan=True)


def test_a_run_that_a_condition_stopped_ends_there(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 30, "replicates": 1, "seed": 1, "record": {"every": 2},
            "stop": {"when": "enf > 0", "after": 4}, "interventions": [
                {"step": 4, "act": "leave", "actor": "east_major", "forum": "universal_civil"}]}  # fmt: skip
    results = sweep(plan, tmp_path / "out")
    assert results.runs["steps"].tolist() == [4]
    path, _ = write_replay(results.folder, results.runs["run_id"][0], tmp_path / "run.html")
    data = data_of(path.read_text(encoding="utf-8"))
    assert data["last"] == 4
    assert len(data["positions"]["rows"]) == len(data["dates"]) == 5
    assert not any("leaves" in text and "Universal forum on civil" in text and "East major" in text
                   for _, _, text in data["events"])  # fmt: skip


def test_spans():
    spans = Spans()
    for step, present in enumerate(({1}, {1, 2}, {2}, {1, 2})):
        spans.note(step, present)
    assert spans.all(3) == [[0, 1, 1], [1, 3, 2], [3, 3, 1]]


# --- one file, closed in itself -------------------------------------------------------------------------------------


def test_the_file_is_small_and_names_no_address(html):
    assert len(html.encode("utf-8")) < 3_000_000
    assert "://" not in html
    assert set(re.findall(r'(?:src|href)="([^"]*)"', html)) == {"data:,"}
    assert "@import" not in html
    assert "url(" not in html


def test_the_policy_allows_this_script_and_this_sheet_alone(html):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (sheet,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    policy = policy.replace("&#x27;", "'")
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, sheet)]
    assert f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def hostile_scenario(folder):
    """A copy of ai_governance whose title, actors, forums and blocs have names that would break out of markup."""
    copy_scenario("ai_governance", folder)
    for table in ("actors", "forums"):
        path = folder / f"{table}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), reader.fieldnames
        for row in rows:
            row["name"] = f"{row['name']} {HOSTILE}"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def test_hostile_names_stay_words(tmp_path):
    source = hostile_scenario(tmp_path / "case")
    results = sweep({"scenario": str(source), "steps": 3, "replicates": 1, "seed": 1}, tmp_path / "out")
    path, _ = write_replay(results.folder, results.runs["run_id"][0], tmp_path / "run.html")
    text = path.read_text(encoding="utf-8")
    assert text.count("<script") == text.count("</script") == 2
    assert "<img" not in text
    names = data_of(text)["actors"]["names"]
    assert any('</script><script>document.title="broken"' in name for name in names)


def test_a_hostile_title_stays_a_word(data):
    text = page({**data, "title": HOSTILE})
    assert text.count("<script") == text.count("</script") == 2
    assert data_of(text)["title"] == HOSTILE


# --- what cannot be ---------------------------------------------------------------------------------------------------


def refused(*arguments, **named):
    with pytest.raises(InputError) as error:
        write_replay(*arguments, **named)
    return str(error.value)


def test_a_beginning_of_an_id_will_do(made, run_id, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path, _ = write_replay(made.folder, run_id[:8])
    assert path.name == f"{run_id}.html"
    assert "is there already" in refused(made.folder, run_id[:8])
    before = path.read_bytes()
    assert write_replay(made.folder, run_id[:8], replace=True)[0].read_bytes() == before


def test_mistakes_are_told_and_nothing_is_written(made, run_id, tmp_path):
    out = tmp_path / "run.html"
    wrong = f"{run_id[:-1]}{'0' if run_id[-1] != '0' else '1'}"
    assert f"did you mean '{run_id}'?" in refused(made.folder, wrong, out)
    assert "4 runs begin with 'r'" in refused(made.folder, "r", out)
    assert "holds no manifest.json" in refused(made.folder.parent, run_id, out)
    assert "no such folder" in refused(tmp_path / "nowhere", run_id, out)
    assert "is a folder" in refused(made.folder, run_id, tmp_path)
    assert "there is no folder" in refused(made.folder, run_id, tmp_path / "a" / "run.html")
    assert list(tmp_path.iterdir()) == []


def test_a_row_that_is_not_what_the_run_gives_is_refused(made, run_id, tmp_path):
    folder = shutil.copytree(made.folder, tmp_path / "out")
    path = folder / "runs.csv"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith(run_id))
    path.write_text(text.replace(line, line.rpartition(",")[0] + ",nonsense"), encoding="utf-8")
    said = refused(folder, run_id, tmp_path / "run.html")
    assert "the run is not the same as in the results" in said
    assert "nonsense" in said
    assert not (tmp_path / "run.html").exists()
    path, differences = write_replay(folder, run_id, tmp_path / "run.html", anyway=True)
    assert any("nonsense" in line for line in differences)
    assert data_of(path.read_text(encoding="utf-8"))["differences"] == list(differences)


def test_a_run_that_failed_has_nothing_to_show(tmp_path):
    rules = tmp_path / "rules.py"
    rules.write_text(
        'from forumsim.extensions import rule\n\n\n@rule(after="drift")\ndef broken(world, p):\n    1 / 0\n',
        encoding="utf-8",
    )
    results = sweep({"scenario": "two_blocs", "steps": 3, "replicates": 1, "seed": 1}, tmp_path / "out", with_=rules)
    said = refused(results.folder, results.failures["run_id"][0], tmp_path / "run.html", with_=rules)
    assert "the run failed" in said
    assert "ZeroDivisionError" in said


def test_the_command(made, run_id, tmp_path):
    out = tmp_path / "run.html"
    done = CliRunner().invoke(app, ["replay", str(made.folder), run_id[:9], "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "needs no server and no network" in done.output
    again = CliRunner().invoke(app, ["replay", str(made.folder), run_id, "-o", str(out)])
    assert again.exit_code == 2
    assert CliRunner().invoke(app, ["replay", str(made.folder), run_id, "-o", str(out), "--fresh"]).exit_code == 0
