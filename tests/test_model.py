"""ForumModel as an ordinary Mesa model: settings, steps, schedules, interventions, data collection, batch runs."""

from __future__ import annotations

import copy
import gc
import importlib.metadata
import inspect
import pickle
import subprocess
import sys
import warnings
import weakref

import mesa
import numpy as np
import pytest

import forumsim
from forumsim import ForumModel, InputError, load_scenario
from forumsim.core.measures import MEASURES, MEASURES_BY_NAME
from forumsim.core.schedule import SCHEDULE
from forumsim.core.terms import Event, Status
from forumsim.running.arguments import MAX_SEED
from forumsim.running.model.choices import RULES
from forumsim.running.run import run_arrays

MESA = tuple(int(part) for part in importlib.metadata.version("mesa").split(".")[:2])


def bits(model):
    """All of a model's state that a further step reads, as bytes by name."""
    arrays = {name: array for name, array in model.world.arrays() if name != "events"}
    return {name: array.tobytes() for name, array in arrays.items()} | {"events": model.world.log().tobytes()}


@pytest.fixture
def model():
    return ForumModel("two_blocs", steps=12, rng=7, dialogue_level=0.5)


# --- making one -----------------------------------------------------------------------------------------------------


def test_defaults_are_the_scenario_of_two_blocs():
    model = ForumModel()
    assert model.scenario.name == "two_blocs"
    assert model.length == model.scenario.steps
    assert 0 <= model.seed_used <= MAX_SEED
    assert model.step_count == model.steps == 0
    assert model.running


@pytest.mark.parametrize("settings", [{"dialogue_level": 0.6}, {"dialogue.level": 0.6}])
def test_parameters_by_either_name(settings):
    assert ForumModel("two_blocs", rng=1, **settings).params["dialogue_level"] == 0.6


@pytest.mark.parametrize("name", ["polarisation", "scenario_polarisation", "scenario.polarisation"])
def test_fields_of_the_scenario_by_any_name(name):
    model = ForumModel("two_blocs", rng=1, **{name: 0.9})
    assert model.scenario.fields["polarisation"] == 0.9


def test_own_settings_win_over_preset_and_scenario():
    scenario = load_scenario("two_blocs")
    own, value = next(iter(scenario.parameters.items()))
    model = ForumModel(scenario, rng=1, preset="intense", dialogue_level=0.25)
    assert model.parameters["dialogue.level"] == 0.25
    assert model.parameters[own] == value
    assert ForumModel(scenario, rng=1, preset="intense").parameters["dialogue.level"] == 1.0
    assert ForumModel(scenario, rng=1, preset="track2").parameters["dialogue.track2"] == 0.5


def test_all_mistakes_are_told_at_once():
    with pytest.raises(InputError) as caught:
        ForumModel(
            "two_blocs",
            steps=0,
            rng=-1,
            preset="intens",
            schedule=["shocks", "mempership", 3],
            dialoge_level=1,
            polarization=0.3,
            realist=2,
            actors=1,
        )
    text = str(caught.value)
    for part in (
        "steps: found 0",
        "rng: found -1",
        "did you mean 'intense'?",
        "schedule, place 2: no rule 'mempership'",
        "did you mean 'membership'?",
        "schedule, place 3",
        "dialoge_level: no such setting",
        "did you mean 'dialogue_level'?",
        "did you mean 'polarisation'?",
        "realist: found 2",
        "scenario.actors",
    ):
        assert part in text, part
    assert len(caught.value.problems) == 9


@pytest.mark.parametrize("scenario", ["two_blogs", None, 5])
def test_unknown_scenario(scenario):
    with pytest.raises(InputError, match=r"two_blocs|shipped name"):
        ForumModel(scenario, rng=1)


def test_same_setting_twice():
    with pytest.raises(InputError, match=r"dialogue\.level is given twice"):
        ForumModel("two_blocs", dialogue_level=1, **{"dialogue.level": 0})


# --- seeds ----------------------------------------------------------------------------------------------------------


def test_seeds_of_all_kinds_are_used_and_recorded():
    assert ForumModel(rng=5).seed_used == 5
    assert ForumModel(rng=np.int64(5)).seed_used == 5
    first, second = (ForumModel(rng=np.random.default_rng(3)).seed_used for _ in range(2))
    assert first == second
    shared = np.random.default_rng(3)
    assert ForumModel(rng=shared).seed_used == first
    assert ForumModel(rng=shared).seed_used != first
    assert ForumModel(rng=np.random.PCG64(3)).seed_used == first
    assert ForumModel(rng=np.random.SeedSequence(3)).seed_used == ForumModel(rng=np.random.SeedSequence(3)).seed_used
    assert ForumModel().seed_used != ForumModel().seed_used


@pytest.mark.parametrize("rng", ["1", 1.0, True, -1, MAX_SEED + 1, object()])
def test_bad_seeds(rng):
    with pytest.raises(InputError, match="rng"):
        ForumModel(rng=rng)


def test_the_old_seed_argument_is_understood_without_a_warning():
    assert ForumModel(seed=5).seed_used == 5
    with pytest.raises(InputError, match="one of the two"):
        ForumModel(seed=5, rng=5)


# --- a run ----------------------------------------------------------------------------------------------------------


def test_runs_to_its_end_and_may_go_on(model):
    model.run_model()
    assert model.step_count == model.steps == 12
    assert not model.running
    model.step()
    assert model.step_count == 13


def test_data_collector_has_all_measures_of_every_step(model):
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    issues = model.scenario.issues
    expected = {m.name for m in MEASURES} | {f"{m.name}_{k}" for m in MEASURES if m.per_issue for k in issues}
    assert set(frame.columns) == expected
    assert len(frame) == 13
    for name in ("enf", "trust_across"):
        assert frame[name].iloc[-1] == model.value(name)
    assert frame["enf_military"].iloc[-1] == model.value("enf", "military")


def test_value_of_unknown_measure_or_issue(model):
    with pytest.raises(InputError, match="fragmentation"):
        model.value("fragmentatoin")
    with pytest.raises(InputError, match="military"):
        model.value("enf", "milatary")


def test_verdict_and_tables_are_those_of_simulate(model):
    model.run_model()
    run = forumsim.simulate("two_blocs", steps=12, seed=7, parameters={"dialogue.level": 0.5})
    rows = run.verdict.set_index("issue")
    assert {issue: tuple(rows.loc[issue]) for issue in rows.index} == model.verdict()
    from forumsim.running.tables import events_frame, series_frame

    assert series_frame(model.scenario, model.outcome()).equals(run.series)
    assert events_frame(model.scenario, model.outcome()).equals(run.events)


def test_a_subclass_may_extend_the_step():
    class Counted(ForumModel):
        def __init__(self, **settings):
            self.calls = 0
            super().__init__(**settings)

        def step(self):
            super().step()
            self.calls += 1

    model = Counted(steps=3, rng=1)
    model.run_model()
    assert model.calls == 3


# --- schedules ------------------------------------------------------------------------------------------------------


def test_names_of_rules_are_those_of_the_schedule():
    assert tuple(RULES.values()) == SCHEDULE
    assert tuple(RULES) == (
        "shocks", "dialogue", "compliance", "voice", "membership", "founding", "lifecycle", "drift",
    )  # fmt: skip


@pytest.mark.parametrize("left_out", list(RULES))
def test_a_rule_left_out_is_a_rule_switched_off(left_out):
    rules = [name for name in RULES if name != left_out]
    settings = {"polarisation": 0.7, "founding_patience": 0, "founding_rate": 0.5, "steps": 15, "rng": 4}
    without = ForumModel("two_blocs", schedule=rules, **settings)
    off = ForumModel("two_blocs", **settings, **{f"rule_{left_out}": 0})
    without.run_model()
    off.run_model()
    assert bits(without) == bits(off)
    assert np.array_equal(without.outcome().series, off.outcome().series, equal_nan=True)


class Peacemaker:
    """A rule of a user's own, in plain Python: everybody's trust rises."""

    def __init__(self):
        self.seen = []

    def __call__(self, world, record):
        self.seen.append(world.step)
        world.trust[:] += 0.1 * (1.0 - world.trust)
        np.fill_diagonal(world.trust, 0.0)


def test_a_plain_function_may_stand_in_the_schedule():
    rule = Peacemaker()
    names = list(RULES)
    model = ForumModel("two_blocs", steps=6, rng=1, schedule=[*names[:2], rule, *names[2:]])
    plain = ForumModel("two_blocs", steps=6, rng=1)
    model.run_model()
    plain.run_model()
    assert rule.seen == [1, 2, 3, 4, 5, 6]
    assert model.value("trust_across") > plain.value("trust_across") + 0.1


def test_what_a_users_rule_changes_is_seen_by_the_rules_after_it():
    def all_trust(world, record):
        world.trust[:] = 1.0
        np.fill_diagonal(world.trust, 0.0)

    found = {}

    def look(world, record):
        from forumsim.core.state.sums import rebuild_stale

        rebuild_stale(world, record)
        f = int(np.flatnonzero(world.live())[0])
        others = world.weight_in[f] - np.where(world.member[f], world.power, 0.0)
        found["gap"] = np.abs(world.trust_in[f] - others).max()

    ForumModel("two_blocs", steps=1, rng=1, schedule=[all_trust, look]).step()
    assert found["gap"] < 1e-12


def test_the_schedule_may_be_changed_while_running(model):
    model.step()
    rule = Peacemaker()
    model.schedule = [*RULES, rule]
    model.step()
    model.schedule = None
    model.step()
    assert rule.seen == [2]
    assert [entry["step"] for entry in model.interventions] == [1, 2]
    assert bits(model.rerun()) == bits(model)
    with pytest.raises(InputError, match="voice"):
        model.schedule = ["voise"]


# --- interventions --------------------------------------------------------------------------------------------------


def test_parameters_change_while_running(model):
    model.step()
    model.set(dialogue_level=1, **{"voice.rate": 0.0})
    assert model.parameters["dialogue.level"] == 1.0
    assert model.parameters["voice.rate"] == 0.0
    assert model.interventions == [{"step": 1, "act": "set", "parameters": {"dialogue_level": 1, "voice.rate": 0.0}}]


def test_a_parameter_set_at_the_start_is_one_given_at_the_start():
    late = ForumModel("two_blocs", steps=10, rng=2)
    late.set(dialogue_level=0.9)
    early = ForumModel("two_blocs", steps=10, rng=2, dialogue_level=0.9)
    late.run_model()
    early.run_model()
    logged = ("clock", "events", "tally")  # the intervention is in the log
    assert {k: v for k, v in bits(late).items() if k not in logged} == {
        k: v for k, v in bits(early).items() if k not in logged
    }
    assert np.array_equal(late.world.log()[1:], early.world.log())


def test_red_lines_are_scaled_in_a_running_model_too():
    late = ForumModel("two_blocs", rng=2, red_line_military=0.3)
    late.set(redline_scale=0.5)
    early = ForumModel("two_blocs", rng=2, red_line_military=0.3, redline_scale=0.5)
    assert np.array_equal(late.world.red_line, early.world.red_line)
    assert np.isfinite(early.world.red_line).any()


def test_mistakes_in_set_change_nothing(model):
    before = model.parameters
    with pytest.raises(InputError) as caught:
        model.set(dialogue_level=2, voise_rate=0, aspiration_start=1, voice_rate=0)
    assert len(caught.value.problems) == 3
    assert model.parameters == before
    assert model.interventions == []


def test_shocks_are_applied_logged_and_noted(model):
    west, east = model.scenario.actor_ids[:2]
    before = model.actor(west).trust_in(east)
    assert model.shock("sanction", actor=west, other=model.actor(east), size=0.5)
    assert model.actor(west).trust_in(east) == pytest.approx(before / 2)
    event = model.world.log()[-1]
    assert (event["kind"], event["step"]) == (Event.SANCTION, 0)
    assert model.interventions[-1] == {
        "step": 0, "act": "shock", "kind": "sanction", "actor": west, "other": east, "size": 0.5,
    }  # fmt: skip
    assert model.shock("crisis", issue="civil", size=0.2)


def test_a_forum_that_a_shock_closes_is_no_agent_any_more(model):
    forum = model.forums[0]
    assert forum in model.agents
    assert model.shock("closing", forum=forum)
    assert forum not in model.agents
    assert forum not in model.forums
    assert forum.status == "dissolved"
    assert forum.members == []
    assert not model.shock("closing", forum=forum)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"kind": "crysis"}, "crisis"),
        ({"kind": "sanction", "actor": "west_major"}, "other: a sanction shock needs it"),
        ({"kind": "technology", "actor": "west_mayor"}, "west_major"),
        ({"kind": "crisis", "issue": "civic"}, "civil"),
        ({"kind": "crisis", "size": float("nan")}, "size"),
        ({"kind": "crisis", "size": float("inf")}, "a number from 0 to 1"),
        ({"kind": "red_line", "actor": "west_major", "size": 0}, "above 0"),
        ({"kind": "opening", "forum": "founded_01"}, "free slot"),
        ({"kind": "sanction", "actor": "west_major", "other": "west_major"}, "itself"),
    ],
)
def test_bad_shocks(model, arguments, message):
    with pytest.raises(InputError, match=message):
        model.shock(**arguments)
    assert model.interventions == []


@pytest.mark.filterwarnings("ignore:ai_governance dates some things after the end")
def test_a_dated_forum_may_be_opened_earlier():
    model = ForumModel("ai_governance", steps=8, rng=1, start="2018-Q1")
    waiting = np.flatnonzero(model.world.status == Status.EMPTY)
    declarations = [f for f in waiting if model.world.mode[f] == 1 and model.scenario.forum_ids[f][:8] != "founded_"]
    forum = model.scenario.forum_ids[declarations[-1]]
    with pytest.raises(InputError, match="has not opened yet"):
        model.forum(forum)
    assert model.shock("opening", forum=forum)
    assert model.forum(forum).status == "alive"
    founders = len(model.forum(forum).members)
    model.step()
    assert len(model.forum(forum).members) > founders, "a declaration is signed in the step after it opens"


def test_an_intervened_run_can_be_done_again_bit_for_bit():
    model = ForumModel("two_blocs", steps=20, rng=9, polarisation=0.6, schedule=list(RULES))
    model.step()
    state, other = model.actors[2], model.actors[5]
    state.meet(other, track=1.5)
    state.meet(other, track=2)
    state.position = [0.1, 0.9]
    model.shock("leadership", actor=other, size=0.2)
    model.step()
    state.found("civil")
    state.leave(state.memberships[0])
    model.set(dialogue_level=1)
    model.forums[0].charter = {"civil": 0.3}
    model.forums[0].host_meeting(*model.actors[:4], track=2)
    for _ in range(5):
        model.step()
    again = model.rerun()
    assert again.interventions == model.interventions
    assert again.step_count == model.step_count == 7
    assert bits(again) == bits(model)


def test_interventions_are_plain_words_and_numbers(model):
    import json

    state = model.actors[0]
    state.position = np.array([0.2, 0.3])
    state.set_trust(model.actors[1], np.float64(0.4))
    state.meet(model.actors[1], track=2)
    assert json.loads(json.dumps(model.interventions)) == model.interventions


def test_nobody_intervening_leaves_all_bits_alone(model):
    """Looking at agents rebuilds what is stale earlier than the rules would: the numbers are the same."""
    other = ForumModel("two_blocs", steps=12, rng=7, dialogue_level=0.5)
    for _ in range(12):
        model.step()
        other.step()
        for actor in other.actors[:5]:
            for forum in other.forums:
                actor.explain(forum)
                actor.admitted_to(forum)
    assert {k: v for k, v in bits(model).items() if k not in DERIVED} == {
        k: v for k, v in bits(other).items() if k not in DERIVED
    }


#: Rebuilt when needed, and the note of what is stale.
DERIVED = ("weight_in", "trust_in", "gain_in", "distance", "conflict", "clock")


def test_unknown_act(model):
    with pytest.raises(InputError, match="meet"):
        model.intervene("met")


# --- Mesa -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_batch_run(processes):
    parameters = {"scenario": ["two_blocs"], "dialogue_level": [0, 1], "polarisation": [0.2], "steps": [5]}
    twice = {"iterations": 2}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        twice = {"rng": [1, 2]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = mesa.batch_run(
            ForumModel, parameters, number_processes=processes, max_steps=5, display_progress=False, **twice
        )
    assert len(rows) == 4
    assert {row["dialogue_level"] for row in rows} == {0, 1}
    assert all({"enf", "enf_civil", "fragmentation", "trust_across"} <= set(row) for row in rows)
    assert all(row["Step"] == 5 for row in rows)


@pytest.mark.parametrize(("steps", "most"), [(40, 40), (40, 1000), (60, 40)])
def test_batch_run_has_the_last_of_forty_steps(steps, most):
    """Whether the model ends after 40 steps or the batch does; the values are those of the same run step by step."""
    arguments = {"scenario": ["two_blocs"], "steps": [steps], "rng": [7], "actors": [8], "nonstate": [1]}
    options = {"data_collection_period": 1, "display_progress": False}
    if MESA >= (3, 5):
        options["rng"] = [arguments.pop("rng")[0]]
    rows = mesa.batch_run(ForumModel, arguments, max_steps=most, **options)
    assert [row["Step"] for row in rows] == list(range(41))
    model = ForumModel("two_blocs", steps=40, rng=7, actors=8, nonstate=1)
    model.run_model()
    assert [row["trust_within"] for row in rows] == model.datacollector.model_vars["trust_within"]
    assert model.steps == 40, "outside of batch_run Mesa's counter is the number of steps"
    last = mesa.batch_run(ForumModel, arguments, max_steps=most, display_progress=False,
                          **({"rng": [7]} if MESA >= (3, 5) else {}))  # fmt: skip
    assert [row["Step"] for row in last] == [40] and last[0]["trust_within"] == rows[-1]["trust_within"]


@pytest.mark.parametrize(
    ("array", "place", "value", "message"),
    [
        ("trust", (0, 1), 7.0, "trust of west_major, east_major is 7; allowed: 0 to 1"),
        ("trust", (0, 1), float("nan"), "trust of west_major, east_major is nan; allowed: 0 to 1"),
        ("position", (1, 0), -0.5, "position of east_major, civil is -0.5; allowed: 0 to 1"),
        ("power", (0,), float("inf"), "power of west_major is inf; allowed: 0 to 1"),
        ("capacity", (0,), -1.0, "capacity of west_major is -1; allowed: a number from 0"),
        ("charter", (0, 1), 3.0, "charter of universal_civil, military is 3; allowed: 0 to 1"),
    ],
)
def test_a_rule_that_leaves_nonsense_is_named(array, place, value, message):
    def spoils(world, record):
        if world.step == 3:
            getattr(world, array)[place] = value

    model = ForumModel("two_blocs", steps=5, rng=1, schedule=["shocks", spoils, "membership"])
    model.step()
    model.step()
    with pytest.raises(InputError) as caught:
        model.step()
    assert f"rule 'spoils', step 3: {message}" in str(caught.value)


def test_the_models_own_rules_leave_nothing_that_would_be_refused():
    """A rule that does nothing, after all others, in a lively world: no step is refused."""
    model = ForumModel("two_blocs", steps=40, rng=3, dialogue_level=1, schedule=[*RULES, lambda world, record: None])
    model.run_model()
    assert model.step_count == 40


@pytest.mark.skipif(MESA < (3, 5), reason="batch_run of this Mesa has no rng")
def test_batch_run_uses_the_seeds_given():
    rows = mesa.batch_run(ForumModel, {"steps": [2]}, rng=[3, 3, 4], max_steps=2, display_progress=False)
    enf = [row["trust_within"] for row in rows]
    assert enf[0] == enf[1] != enf[2]


def test_the_scenario_counts_as_false_for_mesas_page(model):
    """Mesa 3.5's SolaraViz refuses a model whose ``scenario`` is true and no scenario of Mesa's own."""
    assert not model.scenario
    assert model.scenario == load_scenario("two_blocs")


def test_agents_of_mesa_are_numbered_together(model):
    class Watcher(mesa.Agent):
        pass

    watcher = Watcher(model)
    ids = [agent.unique_id for agent in model.agents]
    assert sorted(ids) == list(range(1, len(ids) + 1))
    assert watcher.unique_id == len(ids)


def test_a_model_is_freed():
    model = ForumModel(steps=2, rng=1)
    model.run_model()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_by_itself(model, twin_of):
    for _ in range(3):
        model.step()
    twin = twin_of(model)
    assert bits(twin) == bits(model)
    assert [agent.id for agent in twin.forums] == [agent.id for agent in model.forums]
    assert twin.forums[0] is not model.forums[0]
    assert twin.actors[0].model is twin
    for _ in range(4):
        twin.step()
    assert model.step_count == 3
    for _ in range(4):
        model.step()
    assert bits(twin) == bits(model)
    assert twin.datacollector.get_model_vars_dataframe().equals(model.datacollector.get_model_vars_dataframe())


def test_simulate_makes_no_mesa_objects():
    code = (
        "import sys, forumsim; run = forumsim.simulate('two_blocs', steps=2); assert 'mesa' not in sys.modules;"
        "from forumsim.sweeps import sweep; assert 'mesa' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_batch_path_and_the_model_agree_on_every_array():
    scenario = load_scenario("two_blocs", polarisation=0.8)
    model = ForumModel(scenario, steps=30, rng=3)
    model.run_model()
    outcome = run_arrays(scenario, model.params, 30, 3)
    for name, array in outcome.world.arrays():
        if name != "events":
            assert array.tobytes() == getattr(model.world, name).tobytes(), name


# --- the package ----------------------------------------------------------------------------------------------------


def test_import_is_fast_and_names_are_loaded_when_asked_for():
    code = (
        "import sys, forumsim;"
        "heavy = {'mesa', 'numba', 'pandas', 'numpy'} & set(sys.modules); assert not heavy, heavy;"
        "assert forumsim.__version__; assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_public_names_are_there():
    assert set(forumsim.__all__) <= set(dir(forumsim))
    for name in forumsim.__all__:
        assert getattr(forumsim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Modell'"):
        _ = forumsim.Modell
    assert forumsim.MEASURES[0].name in MEASURES_BY_NAME


def test_the_reader_needs_no_import_of_its_own_and_completion_shows_public_names_alone():
    code = "import forumsim; assert callable(forumsim.analysis.load); assert 'annotations' not in dir(forumsim)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert {"analysis", "extensions", "simulate"} <= set(dir(forumsim))
