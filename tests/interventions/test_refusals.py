"""A refused act leaves world, log and tally as they were; a list is checked with all its mistakes at once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listed import FIELDS, acts, bits, by_batch, differing

from forumsim import ForumModel, simulate
from forumsim.core.errors import InputError, Problem
from forumsim.running.interventions import ACTS, check_interventions
from forumsim.running.interventions.checks import arguments
from forumsim.running.run import params_for
from forumsim.scenarios import load_scenario

A, B, FORUM = "west_major", "east_major", "universal_civil"
NAN, INF, HUGE = float("nan"), float("inf"), 10**400

#: For every act the ways to break it, and a word of the message.
BROKEN = [
    ("set", {"parameters": {"voise.rate": 0}}, "voice.rate"),
    ("set", {"parameters": {"dialogue.level": 2}}, "0 to 1"),
    ("set", {"parameters": {"dialogue.level": 0.5, "aspiration.start": 0.5}}, "when a model starts"),
    ("set", {"parameters": "dialogue.level"}, "parameters"),
    ("set", {"parameters": {7: 1}}, "parameters"),
    ("shock", {"kind": "crysis"}, "did you mean 'crisis'"),
    ("shock", {"kind": ["crisis"]}, "no kind"),
    ("shock", {"kind": "sanction", "actor": A}, "other: a sanction shock needs it"),
    ("shock", {"kind": "sanction", "actor": A, "other": A}, "itself"),
    ("shock", {"kind": "crisis", "actor": A}, "two parties or names none"),
    ("shock", {"kind": "summit", "actor": A, "other": B, "steps": 4}, "has no end"),
    ("shock", {"kind": "sanction", "actor": A, "other": B, "steps": 0}, "1 or more"),
    ("shock", {"kind": "technology", "actor": "west_mayor"}, "did you mean 'west_major'"),
    ("shock", {"kind": "crisis", "issue": "civic"}, "did you mean 'civil'"),
    ("shock", {"kind": "crisis", "size": "big"}, "a number"),
    ("shock", {"kind": "crisis", "size": True}, "a number"),
    ("shock", {"kind": "crisis", "size": HUGE}, "a number"),
    ("shock", {"kind": "crisis", "size": NAN}, "a number"),
    ("shock", {"kind": "crisis", "size": INF}, "a number from 0 to 1"),
    ("shock", {"kind": "red_line", "actor": A, "size": 0}, "above 0"),
    ("shock", {"kind": "sanction", "actor": A, "other": B, "size": 40}, "0 to 1: the share of trust that is lost"),
    ("shock", {"kind": "sanction", "actor": A, "other": B, "size": -0.5}, "a number from 0 to 1"),
    ("shock", {"kind": "violation", "actor": A, "size": 1.01}, "a number from 0 to 1"),
    ("shock", {"kind": "leadership", "actor": A, "size": -20}, "a number from -1 to 1"),
    ("shock", {"kind": "technology", "actor": A, "size": 40}, "a number from -1 to 10"),
    ("shock", {"kind": "summit", "actor": A, "other": B, "size": 2}, "it is not read"),
    ("shock", {"kind": "closing", "forum": "universal_civic"}, "did you mean"),
    ("shock", {"kind": "opening", "forum": "founded_19"}, "free slot"),
    ("join", {"actor": A, "forum": "founded_19"}, "has not opened yet"),
    ("join", {"actor": "Nobody", "forum": FORUM}, "no actor"),
    ("leave", {"actor": A, "forum": "nowhere"}, "no forum"),
    ("leave", {"actor": True, "forum": FORUM}, "no actor"),
    ("leave", {"actor": 999, "forum": FORUM}, "no actor"),
    ("found", {"actor": A, "issue": "civic"}, "civil"),
    ("found", {"actor": A, "inclusive": "no"}, "true or false"),
    ("meet", {"actor": A, "other": A}, "each once"),
    ("meet", {"actor": A, "other": B, "track": 3}, "2, 1.5 or 1"),
    ("meet", {"actor": A, "other": B, "track": True}, "2, 1.5 or 1"),
    ("meet", {"actor": A, "other": B, "track": [2]}, "2, 1.5 or 1"),
    ("host", {"actors": A}, "a list"),
    ("host", {"actors": [A]}, "two actors or more"),
    ("host", {"actors": [0, 0]}, "each once"),
    ("host", {"actors": [A, B], "forum": "founded_20"}, "has not opened yet"),
    ("channel", {"actor": A, "other": A}, "itself"),
    ("channel", {"actor": A, "other": B, "rate": 20.5, "steps": 0, "scaled": 1, "track": 4}, "rate"),
    ("channel", {"actor": A, "other": B, "rate": NAN}, "rate"),
    ("channel", {"actor": A, "other": B, "rate": "1"}, "rate"),
    ("channel", {"actor": A, "other": B, "steps": 1.5}, "steps"),
    ("write", {"what": "powr", "value": 0.1, "actor": A}, "did you mean 'power'"),
    ("write", {"what": ["power"], "value": 0.1, "actor": A}, "can be written"),
    ("write", {"what": "power", "value": 1.1, "actor": A}, "0 to 1"),
    ("write", {"what": "power", "value": HUGE, "actor": A}, "0 to 1"),
    ("write", {"what": "capacity", "value": 0, "actor": A}, "above 0"),
    ("write", {"what": "position", "value": [0.1, 0.2, 0.3], "actor": A}, "each issue"),
    ("write", {"what": "position", "value": "0.1", "actor": A}, "each issue"),
    ("write", {"what": "position", "value": [True, 0.5], "actor": A}, "each issue"),
    ("write", {"what": "position", "value": [HUGE, 0.5], "actor": A}, "each issue"),
    ("write", {"what": "position", "value": {"civil": 0.1, "militry": 0.5}, "actor": A}, "military"),
    ("write", {"what": "position", "value": {None: 0.1}, "actor": A}, "no issue"),
    ("write", {"what": "salience", "value": [0.5, 0.6], "actor": A}, "summing to 1"),
    ("write", {"what": "trust", "value": 0.5, "actor": A}, "{actor: trust}"),
    ("write", {"what": "trust", "value": {B: 0.5, A: 0.5}, "actor": A}, "itself"),
    ("write", {"what": "trust", "value": {B: 0.5, "west_01": 1.5}, "actor": A}, "0 to 1"),
    ("write", {"what": "legalization", "value": 2, "forum": FORUM}, "0 to 1"),
    ("write", {"what": "charter", "value": 0.5, "forum": "founded_21"}, "has not opened yet"),
    ("write", {"what": "power", "value": 0.5, "actor": A, "forum": FORUM}, "one of the two"),
    ("write", {"what": "charter", "value": 0.5}, "no forum"),
]


@pytest.fixture(scope="module")
def model():
    model = ForumModel("two_blocs", steps=6, rng=4, dialogue_level=0.5, **FIELDS["two_blocs"])
    model.step()
    model.intervene("meet", actor=A, other="west_01")
    return model


def test_every_act_is_broken():
    assert {act for act, _, _ in BROKEN} == set(ACTS)


@pytest.mark.parametrize("act, details, message", BROKEN)
def test_a_refused_act_changes_nothing(model, act, details, message):
    before, record, noted = bits(model.renewed()), model.params.tobytes(), list(model.interventions)
    turns, agents = dict(model._turns), len(model.agents)
    with pytest.raises(InputError) as caught:
        model.intervene(act, **details)
    assert message in str(caught.value)
    assert bits(model.world) == before
    assert (model.params.tobytes(), model.interventions, model._turns) == (record, noted, turns)
    assert len(model.agents) == agents


def test_arguments_that_no_act_has_change_nothing(model):
    before = bits(model.renewed())
    for details in ({}, {"actor": A}, {"actor": A, "forum": FORUM, "reason": "none"}):
        with pytest.raises(InputError, match=r"leave needs it|leave has no such argument"):
            model.intervene("leave", **details)
    assert bits(model.world) == before


def test_refused_acts_leave_no_trace_in_what_follows():
    plain, tried = (ForumModel("two_blocs", steps=6, rng=4, dialogue_level=0.5) for _ in range(2))
    for _ in range(6):
        for act, details, _ in BROKEN:
            with pytest.raises(InputError):
                tried.intervene(act, **details)
        plain.step()
        tried.step()
    assert differing(plain.renewed(), tried.renewed()) == []


# --- lists ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def check():
    case = load_scenario("two_blocs", **FIELDS["two_blocs"])
    record = params_for(case)
    before = record.tobytes()

    def problems(entries, steps=10, scenario=case):
        found = check_interventions(entries, scenario, record, steps)
        assert all(isinstance(problem, Problem) for problem in found)
        assert record.tobytes() == before
        return found

    return problems


@pytest.mark.parametrize("scenario", FIELDS)
def test_sound_lists_have_no_problems(scenario):
    case = load_scenario(scenario, **FIELDS[scenario])
    assert check_interventions(acts(scenario), case, params_for(case), 10) == []


@pytest.mark.parametrize("act, details, message", BROKEN)
def test_a_list_is_told_what_the_model_would_say(check, act, details, message):
    found = check([{"step": 1, "act": act, **details}])
    if "has not opened yet" in message:  # it may be there by then
        assert found == []
    else:
        assert found
        assert all(problem.where.startswith(f"interventions 1 ({act})") for problem in found)
        assert message in "\n".join(map(str, found)) or "nan" in str(details)


def test_all_mistakes_at_once(check):
    found = check(
        [
            {"step": 11, "act": "leave", "actor": A, "forum": FORUM},
            {"act": "leave", "actor": A, "forum": FORUM},
            {"step": True, "act": "leaf"},
            {"step": 1, "act": "join", "actor": A, "form": FORUM},
            {"step": 1, "act": "channel", "actor": A, "other": A, "rate": -1, "steps": 0},
            "leave",
            {"step": 1, "act": "leave", "actor": "west_mayor", "forum": FORUM},
        ]
    )
    told = [problem.where for problem in found]
    assert told == [
        "interventions 1, step", "interventions 2, step", "interventions 3, step", "interventions 3, act",
        "interventions 4, form", "interventions 4, forum", "interventions 6",
        "interventions 5 (channel), other", "interventions 5 (channel), rate", "interventions 5 (channel), steps",
        "interventions 7 (leave), actor",
    ]  # fmt: skip
    hints = {problem.hint for problem in found}
    assert {"did you mean 'leave'?", "did you mean 'forum'?", "did you mean 'west_major'?"} <= hints
    with pytest.raises(InputError) as caught:
        simulate("two_blocs", 10, seed=-1, interventions=[{"step": 1, "act": "leaf"}])
    assert caught.value.problems


def test_an_act_with_mistakes_in_its_form_is_tried_all_the_same(check):
    """Of one act, too, all mistakes are told: a name that is wrong beside an argument that is missing or unknown."""
    found = check(
        [
            {"act": "leave", "actor": "west_mayor"},
            {"step": 1, "act": "shock", "kind": "sanctions", "actor": "west_mayor", "colour": 3},
            {"step": 2, "act": "write", "actor": "west_mayor"},
            {"step": -1, "act": "channel", "other": "west_mayor", "rate": 99},
            {"step": 11, "act": "set", "parameters": {"voise.rate": 0}},
        ]
    )
    assert {problem.where for problem in found} == {
        "interventions 1, step", "interventions 1, forum", "interventions 1 (leave), actor",
        "interventions 2, colour", "interventions 2 (shock), kind", "interventions 2 (shock), actor",
        "interventions 3, what", "interventions 3, value",
        "interventions 4, step", "interventions 4, actor", "interventions 4 (channel), other",
        "interventions 4 (channel), rate", "interventions 5, step", "interventions 5 (set), voise.rate",
    }  # fmt: skip
    assert not any("None" in problem.found for problem in found)


def test_a_sanction_of_oneself_is_told_beside_its_wrong_size(check):
    sanction = {"step": 1, "act": "shock", "kind": "sanction", "actor": A, "other": A, "size": -5}
    assert {problem.where for problem in check([sanction])} == {
        "interventions 1 (shock), size",
        "interventions 1 (shock), other",
    }


def test_mistakes_beside_a_forum_that_is_not_there_yet(check):
    """What is wrong anyway is told, though the forum may open."""
    later = {"step": 5, "forum": "founded_19"}
    assert check([{**later, "act": "host", "actors": [A, "west_mayor"]}])
    assert check([{**later, "act": "host", "actors": [A, B], "track": 7}])
    assert check([{**later, "act": "write", "what": "charter", "value": 7}])
    assert check([{**later, "act": "join", "actor": "west_mayor"}])
    assert not check([{**later, "act": "write", "what": "charter", "value": {"civil": 0.7}}])


def test_acts_are_tried_in_the_order_of_their_steps(check):
    """All power to one at step 5: from then on no other state has any to share, before that it had."""
    all_power = {"step": 5, "act": "write", "what": "power", "value": 1.0, "actor": A}
    half = {"step": 2, "act": "write", "what": "power", "value": 0.5, "actor": A}
    assert check([all_power, half]) == []
    (problem,) = check([all_power, {**half, "step": 6}])
    assert "no other state" in problem.found
    by_batch("two_blocs", [all_power, half])


def test_without_a_scenario_the_form_is_checked(check):
    assert check([{"step": 1, "act": "leave", "actor": "x", "forum": "y"}], scenario=None) == []
    assert check([{"step": 1, "act": "leave", "actor": "x"}], scenario=None)


@pytest.mark.parametrize("entries", [None, 3, "leave", {"step": 1}, NAN, True, b"x", {1, 2}])
def test_what_is_no_list(check, entries):
    assert entries == b"x" or [problem.where for problem in check(entries)] == ["interventions"]
    assert check(entries)


STEPS_THAT_ARE_NONE = [None, "1", 1.0, NAN, INF, True, -1, 11, HUGE, 10**6000, [1], {}]


@pytest.mark.parametrize("step", STEPS_THAT_ARE_NONE, ids=range(len(STEPS_THAT_ARE_NONE)))
def test_steps_that_are_none(check, step):
    (problem,) = check([{"step": step, "act": "set", "parameters": {}}])
    assert problem.where == "interventions 1, step"


ODD = st.sampled_from([None, True, False, NAN, INF, -INF, HUGE, -HUGE, 10**6000, -1, 0, 1, 2.5, 1e308, "", "USA", A,
                       FORUM, "civil", "power", "trust", "é\u2028", b"x", (), [], [[]], [A, [B]], [None], {}, {A: None},
                       {None: 1}, {"civil": HUGE}, {"dialogue.level": HUGE}, {"dialogue.level": [1]}, {1, 2},
                       object()])  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), act=st.sampled_from(list(ACTS)))
def test_nothing_but_problems(check, data, act):
    """Whatever stands in a list, it is checked without an exception, and what passes runs."""
    names = st.sampled_from(["actor", "other", "forum", "issue", "what", "value", "kind", "size", "actors", "track",
                             "rate", "steps", "scaled", "inclusive", "parameters", "stage", "number", "", "step",
                             5])  # fmt: skip
    entry = {"step": 1, "act": act} | data.draw(st.dictionaries(names, ODD, max_size=6))
    if not check([entry], steps=3):
        by_batch("two_blocs", [entry], steps=3)
    wild = data.draw(st.dictionaries(st.one_of(names, st.just("act")), ODD, max_size=4))
    check([wild], steps=3)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), act=st.sampled_from(list(ACTS)))
def test_nothing_but_problems_with_the_right_names(check, data, act):
    entry = {"step": 1, "act": act} | {name: data.draw(ODD) for name in arguments(act)}
    if not check([entry], steps=3):
        by_batch("two_blocs", [entry], steps=3)
