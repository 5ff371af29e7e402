"""The session behind a page: no browser and no Solara."""

import io
import shlex
import shutil
import subprocess
import sys
import threading
import time
import zipfile

import numpy as np
import pytest

from forumsim import ForumModel
from forumsim.app.download import command, zipped
from forumsim.app.session import Session, Setup
from forumsim.core.errors import InputError, Problem
from forumsim.extensions import NONE
from forumsim.scenarios import copy_scenario

SMALL = {"actors": 12, "nonstate": 2}


def small(**given):
    return Setup("two_blocs", seed=5, steps=12, fields=SMALL, **given)


def wait_until(true, seconds=20.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to be")


def test_a_session_steps_as_a_model_does():
    session = Session(small())
    session.step(4)
    model = ForumModel("two_blocs", steps=12, rng=5, **SMALL)
    for _ in range(4):
        model.step()
    assert session.frames[0].step == 4
    assert np.array_equal(session.frames[0].outcome.series, model.outcome().series, equal_nan=True)


def test_a_frame_stays_as_it_is_while_the_run_goes_on():
    session = Session(small())
    session.step(2)
    frame, before = session.frames[0], session.frames[0].world.trust.copy()
    session.step(5)
    assert frame.step == 2 and np.array_equal(frame.world.trust, before)
    assert len(frame.course("enf")) == 3


def test_play_tells_and_ends_by_itself():
    told = []
    session = Session(small(), lambda: told.append(threading.current_thread().name))
    session.speed = 64
    session.play()
    wait_until(lambda: not session.playing)
    assert session.frames[0].step == 12 and not session.running
    assert "forumsim play" in told
    session.play()
    assert not session.playing, "a run that has ended does not play"


def test_who_watches_is_called_for_frames_that_nobody_is_told_of():
    told, seen, no_more = [], [], []
    session = Session(small(parameters={"founding.rate": 0.0}), lambda: told.append(session.frames[0].step))
    session.speed = 8
    session.watch(lambda: seen.append(session.frames[0].step))
    session.watch(lambda: no_more.append(1))()
    session.play()
    wait_until(lambda: not session.playing)
    assert not no_more
    assert set(told) | set(seen) >= set(range(13)), "every frame is seen"
    assert len(seen) >= 8 and not set(seen) & set(told[1:-1])
    session.step(1)
    before = len(seen)
    session.reset()
    assert len(seen) == before, "whatever is no play is told"


def test_other_forums_are_told(monkeypatch):
    session = Session(small())
    told = []
    monkeypatch.setattr(session, "tell", lambda: told.append(session.frames[0].step))
    forums = session._show([])
    assert told == [0]
    assert session._show(forums) == forums and told == [0]
    session.models[0].shock("closing", forum=session.models[0].forums[0])
    session._look()
    assert session._show(forums) != forums and told == [0, 0]


def test_pause_stops_at_once_and_play_goes_on():
    session = Session(Setup("two_blocs", steps=2000, fields=SMALL))
    session.speed = 32
    session.play()
    wait_until(lambda: session.frames[0].step > 3)
    session.pause()
    held = session.models[0].step_count
    time.sleep(0.4)
    assert session.models[0].step_count <= held + 4
    held = session.models[0].step_count
    time.sleep(0.3)
    assert session.models[0].step_count == held
    session.play()
    wait_until(lambda: session.frames[0].step > held + 3)
    session.close()


def test_a_fault_while_playing_is_told_and_the_session_lives():
    session = Session(small())

    def broken():
        raise RuntimeError("no more")

    session.models[0].step = broken
    session.play()
    wait_until(lambda: not session.playing)
    assert "RuntimeError: no more" in session.error
    session.reset()
    session.step()
    assert session.frames[0].step == 1


def test_mistakes_are_kept_as_words_and_change_nothing():
    session = Session(small())
    session.step()
    models = session.models
    assert not session.guarded(lambda: session.reset(small(parameters={"dialogue.level": 7, "nothing": 1})))
    assert "dialogue.level" in session.error and "nothing" in session.error
    assert session.models is models and session.frames[0].step == 1
    assert not session.guarded(lambda: session.set("dialogue.level", "much"))
    told = []
    session.tell = lambda: told.append(session.error)
    assert session.guarded(session.step) and session.error == ""
    assert told and not any(told), "a page that is drawn by what is done shows no mistake of before"


def test_two_runs_share_their_draws_and_differ_by_what_is_said():
    session = Session(small(other={"dialogue.level": 0.3}))
    session.step(6)
    one, other = session.frames
    assert one.label == "this run" and "dialogue.level 0.3" in other.label
    assert one.world.trust.tobytes() == other.world.trust.tobytes(), "nothing differs yet: .3 is the default"
    session.with_other({"dialogue.level": 0.0})
    assert [frame.step for frame in session.frames] == [0, 0]
    session.step(6)
    one, other = session.frames
    assert one.world.trust.tobytes() != other.world.trust.tobytes()
    assert other.outcome.params["dialogue_level"] == 0.0
    session.set("dialogue.level", 1.0)
    assert [model.parameters["dialogue.level"] for model in session.models] == [1.0, 0.0]
    session.set("voice.rate", 0.0)
    assert [model.parameters["voice.rate"] for model in session.models] == [0.0, 0.0]


def test_acts_are_done_to_both_runs():
    session = Session(small(other={"dialogue.level": 0.0}))
    session.step(2)
    west, east = session.models[0].scenario.actor_ids[:2]
    assert session.act("shock", kind="sanction", actor=west, other=east, size=0.5)
    assert [len(model.interventions) for model in session.models] == [1, 1]
    with pytest.raises(InputError):
        session.act("shock", kind="sanction", actor=west, other=west)


def test_what_is_not_possible_in_the_second_run_is_told():
    session = Session(small(other={"dialogue.level": 0.0}))
    west, east = session.models[0].scenario.actor_ids[:2]

    def refuse(*_, **__):
        raise InputError([Problem("forum", "it is not there", "")])

    session.models[1].intervene = refuse
    assert session.guarded(lambda: session.act("meet", actor=west, other=east, track=2))
    assert "only in the first run" in session.error


def test_many_threads_at_once_leave_one_run():
    session = Session(Setup("two_blocs", steps=500, fields=SMALL))
    session.speed = 64
    session.play()
    west, east = session.models[0].scenario.actor_ids[:2]
    failed = []

    def disturb():
        for _ in range(20):
            if not session.guarded(lambda: session.act("meet", actor=west, other=east, track=2)):
                failed.append(session.error)
            session.guarded(session.step)

    threads = [threading.Thread(target=disturb) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.pause()
    time.sleep(0.3)
    assert failed == []
    model = session.models[0]
    again = model.rerun()
    assert len(model.interventions) == 60
    assert again.world.trust.tobytes() == model.world.trust.tobytes()


def test_the_download_holds_the_run(tmp_path):
    session = Session(small(preset="none", parameters={"voice.rate": 0.25}, other={"dialogue.level": 1.0}))
    with pytest.raises(InputError, match="step"):
        session.snapshot()
    session.step(3)
    west, east = session.models[0].scenario.actor_ids[:2]
    session.act("channel", actor=west, other=east, track=2, rate=3.0)
    session.set("dialogue.bridging", 0.9)
    session.step(4)
    runs = session.snapshot()
    assert [run["steps"] for run in runs] == [7, 7]
    with zipfile.ZipFile(io.BytesIO(zipped(runs))) as archive:
        archive.extractall(tmp_path)
    from forumsim.results.results import Results

    for side, model in zip("ab", session.models, strict=True):
        results = Results(tmp_path / f"run_{side}")
        written = results.series[results.series["issue"] == "pooled"]["trust_across"].to_numpy()
        own = np.array([step[-1] for step in model.outcome().series])
        from forumsim.core.measures import column_index

        assert written == pytest.approx(own[:, column_index("trust_across")], rel=1e-7)
        assert results.table("interventions")["act"].tolist() == ["channel", "set"]
        assert len(results.table("events")) == len(model.world.log())


def commands_of(readme):
    return [shlex.split(line) for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("own", [False, True])
def test_the_commands_of_a_download_work_within_it(tmp_path, own):
    scenario = "two_blocs"
    if own:
        scenario = str(copy_scenario("two_blocs", tmp_path / "a case of mine"))
    session = Session(Setup(scenario, 3, 8, "track1", {"realist": True}, {"actors": 8, "nonstate": 1}))
    session.step(3)
    west, east = session.models[0].scenario.actor_ids[:2]
    session.act("channel", actor=west, other=east, track=2, rate=3.0)
    session.step(2)
    (tmp_path / "elsewhere").mkdir()
    with zipfile.ZipFile(io.BytesIO(zipped(session.snapshot()))) as archive:
        archive.extractall(tmp_path / "elsewhere")
    if own:
        shutil.rmtree(scenario)
    folder = tmp_path / "elsewhere" / "run"
    again, by_settings = commands_of(folder / "README.txt")
    assert again[:2] == ["forumsim", "rerun"]
    for words in (again, by_settings):
        done = subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    for table in ("series", "events", "memberships", "forums", "actors"):
        here, there = ((place / f"{table}.csv").read_bytes() for place in (folder, folder / "again"))
        assert [row.partition(b",")[2] for row in here.splitlines()] == [
            row.partition(b",")[2] for row in there.splitlines()
        ], table
        assert own or here == there


def test_the_command_of_a_download_is_quoted():
    run = {"scenario": "my case", "seed": 3, "steps": 4, "preset": "track1", "fields": {"start": "2024-Q1"},
           "parameters": {"realist": True}, "interventions": [{}], "extensions": NONE}  # fmt: skip
    assert command(run, "my case") == (
        "forumsim run 'my case' --seed 3 --steps 4 --preset track1 --set scenario.start=2024-Q1 --set realist=true "
        "--interventions interventions.csv --out again"
    )
