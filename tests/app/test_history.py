"""Looking back: any past step of a run is shown as it was, whatever was done to the run."""

from __future__ import annotations

import json

import numpy as np
import pytest
from test_session import wait_until

from forumsim import ForumModel, simulate
from forumsim.app.frame import frame_of
from forumsim.app.head import look, where
from forumsim.app.history import EVERY
from forumsim.app.keeping import kept, restore
from forumsim.app.page import press
from forumsim.app.session import Session, Setup
from forumsim.app.setup import setup_of_run
from forumsim.app.views.why import who
from forumsim.app.views.words import sentences
from forumsim.core.errors import InputError
from forumsim.sweeps import sweep

STEPS = 30
SMALL = {"actors": 12, "nonstate": 2}
ACTS = {4: ("shock", {"kind": "crisis", "size": 0.5}), 10: ("set", {"parameters": {"dialogue.level": 1}}),
        16: ("leave", {"actor": "east_major", "forum": "universal_civil"})}  # fmt: skip
OWN = """from forumsim.extensions import parameter, rule


@rule(after="drift", strength=parameter(0.5, 0.0, 1.0))
def pull(world, p, strength):
    world.position += 0.01 * strength * (0.5 - world.position)
"""


def same(one, other):
    for (name, array), (_, theirs) in zip(one.world.arrays(), other.world.arrays(), strict=True):
        if name != "events":  # which has room for what has not happened yet
            assert np.array_equal(array, theirs, equal_nan=array.dtype.kind == "f"), name
    assert np.array_equal(one.world.log(), other.world.log())
    assert np.array_equal(one.outcome.series, other.outcome.series, equal_nan=True)
    assert one.verdict == other.verdict
    assert one.outcome.params.tobytes() == other.outcome.params.tobytes()


@pytest.mark.parametrize("extended", [False, True])
def test_every_past_step_is_shown_as_it_was(extended, tmp_path):
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    model = ForumModel("two_blocs", steps=STEPS, rng=5, with_=[tmp_path / "own.py"] if extended else None, **SMALL)
    session = Session(Setup("two_blocs", 5, STEPS, fields=SMALL, extensions=model.scenario.extensions))
    acts = {**ACTS, **({20: ("set", {"parameters": {"pull.strength": 1.0}})} if extended else {})}
    then = []
    for step in range(STEPS):
        if step in acts:
            act, details = acts[step]
            assert session.act(act, **details) is not False
            model.intervene(act, **details)
        then.append(frame_of(model))
        model.step()
        session.step()
    for step in (0, 1, EVERY - 1, EVERY, 15, 16, 17, 4, 10, 9, STEPS - 1):
        session.look_at(step)
        same(session.frames[0], then[step])
        told = list(sentences(then[step], model.interventions))
        assert list(sentences(session.frames[0], session.interventions)) == told
        assert who(session.frames[0], "actor:east_major", 400) == who(then[step], "actor:east_major", 400)
    session.look_at(STEPS)
    same(session.frames[0], frame_of(model))
    assert session.back is None


@pytest.fixture
def session():
    made = Session(Setup("two_blocs", 5, 20, fields=SMALL))
    made.step(12)
    return made


def test_stepping_and_keys_go_through_the_past_to_the_present(session):
    press(session, "back")
    assert (session.back, session.frames[0].step) == (11, 11)
    assert "The run is at step 12" in where(session)
    press(session, "first")
    press(session, "back")
    assert session.frames[0].step == 0
    press(session, "step")
    assert session.frames[0].step == 1
    session.look_at(11)
    press(session, "step")
    assert (session.back, session.frames[0].step, session.step_count) == (None, 12, 12)
    press(session, "step")
    assert session.step_count == 13
    press(session, "first")
    press(session, "last")
    assert (session.back, session.frames[0].step) == (None, 13)


def test_play_goes_on_from_the_past_and_then_runs_on(session):
    session.look_at(2)
    session.speed = 64
    seen = []
    session.tell = lambda: seen.append(session.frames[0].step)
    session.watch(session.tell)
    session.play()
    wait_until(lambda: not session.playing)
    assert session.frames[0].step == session.step_count == 20
    assert any(2 < step < 12 for step in seen)
    again = ForumModel("two_blocs", steps=20, rng=5, **SMALL)
    again.run_model()
    same(session.frames[0], frame_of(again))


def test_what_a_user_does_is_done_to_the_run_as_it_is_now(session):
    session.look_at(3)
    session.act("shock", kind="crisis")
    assert session.back is None
    assert session.interventions[-1]["step"] == 12
    session.look_at(3)
    session.set("dialogue.level", 1.0)
    assert session.frames[0].step == 12


@pytest.mark.parametrize("sent", ["3", None, True, {}, [3], 1.5])
def test_what_a_browser_sends_is_no_step(session, sent):
    look(session, sent)
    assert session.frames[0].step == 12


def test_steps_beyond_the_run_are_its_ends(session):
    look(session, -5)
    assert session.frames[0].step == 0
    look(session, 10**9)
    assert session.frames[0].step == 12


def test_two_runs_are_looked_back_on_together():
    session = Session(Setup("two_blocs", 5, 12, fields=SMALL, other={"dialogue.level": 1.0}))
    session.step(10)
    session.look_at(6)
    assert [frame.step for frame in session.frames] == [6, 6]
    assert [frame.label for frame in session.frames] == ["this run", "the run with dialogue.level 1"]


def test_a_reload_keeps_the_past():
    session = Session(Setup("two_blocs", 5, 20, fields=SMALL))
    session.step(10)
    session.act("shock", kind="crisis")
    session.step(4)
    record = kept(session, "begun")
    again = Session(Setup("two_blocs", 5, 20, fields=SMALL))
    assert restore(again, record, "begun")
    for step in (3, 10, 12):
        session.look_at(step)
        again.look_at(step)
        same(again.frames[0], session.frames[0])


# --- a run of a results folder --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    acts = [{"step": 5, "act": "set", "parameters": {"dialogue.level": 1}},
            {"step": 2, "act": "shock", "kind": "closing", "forum": "founded_07"},
            {"step": 14, "act": "shock", "kind": "crisis", "size": 0.5}]  # fmt: skip
    plan = {"scenario": "two_blocs", "steps": 14, "replicates": 2, "seed": 3, "fields": SMALL, "preset": "track2",
            "vary": {"scenario.polarisation": [0.3, 0.8], "sincerity.level": ["unset", 0.5]},
            "record": {"detail": "all"}, "interventions": acts}  # fmt: skip
    return sweep(plan, tmp_path_factory.mktemp("results") / "out")


def test_a_run_of_a_folder_is_shown_to_its_end(results):
    for row in results.runs.iloc[[0, 5]].to_dict("records"):
        setup, differences = setup_of_run(results.folder, row["run_id"][:9])
        assert differences == ()
        session = Session(setup)
        frame = session.frames[0]
        assert frame.step == 14
        fields = {**SMALL, "polarisation": row["scenario_polarisation"]}
        sincerity = {} if np.isnan(row["sincerity_level"]) else {"sincerity.level": row["sincerity_level"]}
        again = simulate("two_blocs", steps=14, seed=row["seed"], fields=fields, parameters={
            "dialogue.level": float(frame.outcome.params["dialogue_level"]), **sincerity}, detail=False)  # fmt: skip
        assert again.scenario.fields["polarisation"] == frame.scenario.fields["polarisation"]
        assert dict(zip(frame.scopes, frame.verdict.values(), strict=True))["pooled"] == (
            row["state_pooled"], row["tendency_pooled"])  # fmt: skip
        series = results.series.query("run_id == @row['run_id'] and issue == 'pooled'")
        assert np.allclose(frame.course("enf"), series["enf"], rtol=1e-7, equal_nan=True)
        events = results.table("events").query("run_id == @row['run_id']")
        assert frame.events["event"].tolist() == events["event"].tolist()
        session.look_at(7)
        assert session.frames[0].step == 7
        assert len(session.frames[0].events) == (events["step"] <= 7).sum()


def test_a_run_of_a_folder_survives_a_reload(results):
    setup, _ = setup_of_run(results.folder, results.runs["run_id"][3])
    session, again = Session(setup), Session(setup)
    record = kept(session, "begun")
    json.loads(record)
    assert restore(again, record, "begun")
    assert again.error == ""
    same(again.frames[0], session.frames[0])
    assert [entry["step"] for entry in again.interventions] == [2, 5, 14]


def test_mistakes_of_the_command_are_told(results):
    from forumsim.commands.view import view

    with pytest.raises(InputError) as error:
        view(str(results.folder), "r", 4, 9, ["x=1"], "none", port=18765, browser=False)
    assert all(name in str(error.value) for name in ("--seed", "--steps", "--set", "--preset"))
    with pytest.raises(InputError, match="say which run is to be shown"):
        view(str(results.folder), port=18765, browser=False)
    with pytest.raises(InputError, match="8 runs begin with"):
        view(str(results.folder), "r", port=18765, browser=False)
