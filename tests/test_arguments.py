"""What people hand to `simulate`, `ForumModel` and `load_scenario` by mistake, and what they are told."""

from __future__ import annotations

import pytest

from forumsim import ForumModel, InputError, load_scenario, simulate


@pytest.fixture(scope="module")
def model():
    return ForumModel("ai_governance", rng=1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"parameters": {"polarisation": 0.9}}, "polarisation: no such parameter .*fields={'polarisation': ...}"),
        ({"parameters": {"scenario.polarisation": 0.9}}, "no such parameter .*fields={'polarisation': ...}"),
        ({"parameters": {"polarization": 0.9}}, "no such parameter .*fields={'polarisation': ...}"),
        ({"parameters": {"forums.universal_civil.fee": 2}}, "fields={'forums.universal_civil.fee': ...}"),
        ({"parameters": {"preset": "none"}}, "a preset is given by itself"),
        ({"fields": {"dialogue.level": 0.5}}, "dialogue.level is a parameter of the model"),
        ({"fields": {"dialogue_level": 0.5}}, "dialogue.level is a parameter of the model"),
        ({"parameters": ["dialogue.level"]}, r"parameters: found \['dialogue.level'\]; allowed: a dict such as"),
        ({"fields": "polarisation=0.8"}, "fields: found 'polarisation=0.8'; allowed: a dict such as"),
        ({"snapshots": 3}, "snapshots: found 3; allowed: a list of whole numbers from 0 to 2"),
        ({"snapshots": [1, "2"]}, "snapshots: found '2'; allowed: a whole number from 0 to 2"),
        ({"preset": "silence"}, "preset: no preset 'silence'; allowed: none, track2"),
    ],
)
def test_settings_in_the_wrong_place_are_told_where_they_belong(given, told):
    with pytest.raises(InputError, match=told):
        simulate("two_blocs", steps=2, **given)


def test_mistakes_of_all_arguments_are_told_at_once():
    with pytest.raises(InputError) as error:
        simulate("two_blocs", steps=2, seed=-1, parameters="x", fields=3, snapshots=[9], preset="x")
    wrong = {problem.where for problem in error.value.problems}
    assert wrong == {"seed", "parameters", "fields", "snapshots", "preset"}


def test_a_preset_of_simulate_is_that_of_the_model_and_gives_way_to_parameters():
    silent = simulate("two_blocs", steps=6, fields={"actors": 8}, preset="none")
    given = simulate("two_blocs", steps=6, fields={"actors": 8}, parameters={"dialogue.level": 0})
    assert silent.series.equals(given.series)
    louder = simulate("two_blocs", steps=6, fields={"actors": 8}, preset="none", parameters={"dialogue.level": 1})
    plain = simulate("two_blocs", steps=6, fields={"actors": 8}, parameters={"dialogue.level": 1})
    assert louder.series.equals(plain.series)


def test_a_field_is_not_set_in_a_running_model():
    model = ForumModel("two_blocs", steps=2, rng=1, actors=8)
    with pytest.raises(InputError, match="'polarisation' is set when a model is made"):
        model.set(polarisation=0.2)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda model: model.actor("china"), "no actor 'china'.*the id of china is 'CHN'"),
        (lambda model: model.actor("usa"), "no actor 'usa'.*did you mean 'USA'"),
        (lambda model: model.forum("EU AI Act"), "no forum 'EU AI Act'.*the id of EU AI Act is 'EU_AI_ACT'"),
        (lambda model: model.intervene("leave", actor="USA"), "forum: is missing; leave needs it"),
        (lambda model: model.intervene("leave", actors="USA", forum="GPAI"), "actors: leave has no such .*'actor'"),
    ],
)
def test_who_and_what_is_meant_is_told(model, ask, told):
    with pytest.raises(InputError, match=told):
        ask(model)
    assert model.interventions == []


def test_models_and_scenarios_show_what_they_are_in_a_line(model):
    assert repr(model) == "<ForumModel of ai_governance, seed 1, step 0 of 60>"
    assert repr(load_scenario("two_blocs")) == "<Scenario two_blocs: 2 issues, 66 actors, 2 forums, 120 steps>"
    assert "from 2024-Q4" in repr(load_scenario("ai_governance"))


def test_the_step_of_a_date_is_the_quarters_since_the_start():
    case = load_scenario("ai_governance")
    assert case.start == "2024-Q4"
    for date, step in (("2024-Q4", 0), ("2026-Q1", 5), ("2026-03-31", 5), ("2026-04-01", 6), ("2024-Q3", -1)):
        assert case.step_of(date) == step
    assert all(case.step_of(case.date_of(step)) == step for step in range(case.steps + 1))
    with pytest.raises(ValueError, match="March"):
        case.step_of("March 2026")
