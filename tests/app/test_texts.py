"""The event log in words, and who and why."""

import re
from dataclasses import replace

import numpy as np
import pytest
from drawn import parsed

from forumsim import ForumModel
from forumsim.app.frame import frame_of
from forumsim.app.views.act_words import act_words
from forumsim.app.views.why import TERMS, who
from forumsim.app.views.words import log_html, sentences
from forumsim.core.terms import EVENT_DTYPE, EVENTS, Event, Shock, Term
from forumsim.running.interventions import ACTS
from forumsim.running.model.explain import WORTH_TERMS


def with_events(frame, rows):
    """The frame with these events alone."""
    world = frame.world.copy()
    world.events = np.array([(*row, Term.NONE) for row in rows], dtype=EVENT_DTYPE)
    world.clock[EVENTS] = len(rows)
    return replace(frame, outcome=replace(frame.outcome, world=world))


def test_every_kind_of_event_has_a_sentence(small):
    for kind in Event:
        frame = with_events(small, [(3, kind, 0, 1, 0, 0, 2.0)])
        ((step, told, text),) = sentences(frame, acts=[{"act": "leave", "actor": "west_major", "forum": "x"}] * 2)
        assert (step, told) == (3, kind) and "{" not in text and len(text) > 8
        assert "<h3>step 3</h3>" in log_html(frame)
        parsed(log_html(frame))


def test_known_sentences(real):
    ids, forums = real.scenario.actor_ids, real.scenario.forum_ids
    usa, chn, gpai, g7 = ids.index("USA"), ids.index("CHN"), forums.index("GPAI"), forums.index("G7_HAIP")
    frame = with_events(real, [
        (1, Event.DECLARATION, usa, chn, -1, 2, 0.1), (2, Event.REGIME_SHIFT, chn, g7, gpai, -1, 0.21),
        (2, Event.CRISIS, -1, -1, -1, -1, 0.5), (2, Event.INTERVENTION, usa, -1, gpai, -1, 1.0),
    ])  # fmt: skip
    found = [text for _, _, text in sentences(frame, acts=[{"act": "leave", "actor": "USA", "forum": "GPAI"}])]
    names = [real.forum_name(gpai), real.forum_name(g7)]
    assert found == [
        f"You: United States leaves {names[0]}",
        "crisis on all issues (size 0.50)",
        f"China shifts its focus from {names[1]} to {names[0]}: regime shifting (conflict 0.21)",
        "United States and China make a joint declaration on military use",
    ]


def test_a_meeting_says_who_was_in_earnest_and_who_saw_through_whom(real):
    ids = real.scenario.actor_ids
    usa, chn = ids.index("USA"), ids.index("CHN")
    rows = [(1, Event.MEETING, usa, chn, -1, -1, value) for value in (122.0, 1520.0, 201.0)]
    assert [text for _, _, text in sentences(with_events(real, rows))][::-1] == [
        "United States and China meet on Track 1: both in earnest",
        "United States and China meet on Track 1.5: United States in earnest, China with propaganda, seen through",
        "United States and China meet on Track 2: United States with propaganda, seen through, China with propaganda, "
        "not seen through",
    ]


def test_joins_of_one_forum_in_one_step_are_summed_up(small):
    rows = [(1, Event.JOIN, i, -1, 0, -1, 0.0) for i in range(5)] + [(1, Event.JOIN, 6, -1, 1, -1, 0.0)]
    found = [text for _, _, text in sentences(with_events(small, rows + [(2, Event.JOIN, 7, -1, 0, -1, 0.0)]))]
    assert len(found) == 3
    assert "5 join (" in found[2] and "and 2 more" in found[2]


def test_the_newest_come_first_and_no_more_than_asked_for(real):
    steps = [step for step, _, _ in sentences(real)]
    assert steps == sorted(steps, reverse=True) and steps[0] == real.step
    assert len(steps) > 30 and log_html(real, most=30).count("<li") == 30


def test_interventions_of_every_act_and_shock_have_words(small):
    scenario = small.scenario
    for act in [*ACTS, "schedule"]:
        text = act_words(scenario, {"step": 1, "act": act})
        assert (text and text != act) or act == "set", act
    for kind in Shock:
        entry = {"act": "shock", "kind": kind.name.lower(), "actor": "west_major", "other": "east_major", "size": 0.5}
        assert "a shock" not in act_words(scenario, entry)
    assert act_words(scenario, {"act": "set", "parameters": {"dialogue.level": 1}}) == "set dialogue.level = 1"


def test_hostile_names_are_text(small):
    bad = "<img src=x onerror=alert(1)>"
    scenario = replace(small.scenario, actor_names=tuple(bad for _ in small.scenario.actor_names),
                       forum_names=tuple(bad for _ in small.scenario.forum_names))  # fmt: skip
    frame = replace(small, scenario=scenario)
    act = {"act": "set", "parameters": {bad: bad}}
    frame = with_events(frame, [(1, Event.JOIN, 0, -1, 0, -1, 0.0), (1, Event.INTERVENTION, 0, -1, 0, -1, 1.0)])
    for markup in (log_html(frame, acts=[act]), who(frame, "actor:west_major", 400), who(frame, f"actor:{bad}", 400)):
        assert "<img" not in markup
        parsed(markup)


def test_nothing_has_happened_yet(small):
    assert "Nothing has happened" in log_html(with_events(small, []))


# --- who and why ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends, text", [(("", ""), ""), (("no law", ""), "(0: no law)"), (("", "law"), "(1: law)"),
                                        (("no law", "law"), "(0: no law; 1: law)")])  # fmt: skip
def test_what_the_ends_of_a_charter_mean_is_said_where_it_is_known(small, ends, text):
    scenario = replace(small.scenario, issue_ends=tuple(ends for _ in small.scenario.issues))
    f = int(small.forums[0])
    page = who(replace(small, scenario=scenario), f"forum:{scenario.forum_ids[f]}", 400)
    said = re.findall(r"charter at \d\.\d\d([^/]*)<", page)
    assert len(said) == small.world.mandate[f].sum()
    assert {words.replace(" <small>", "").strip() for words in said} == {text}


def test_every_term_has_words():
    assert set(TERMS) == {term.name.lower() for term in Term if term} >= {*WORTH_TERMS, "taste"}


def test_words_beside_bars_end_before_the_line(real):
    """A usual letter of Roboto is 0.55 em wide on average, here 6 pixels of 11; no bar for a term reaches the words."""
    for width in (300, 480, 900):
        tree = parsed(who(real, "actor:IND", width))
        (room,) = {float(e.get("width")) for e in tree.iter() if e.tag == "svg"}
        (middle,) = {float(e.get("x1")) for e in tree.iter() if e.tag == "line"}
        assert room <= width
        assert all(2 + 6 * len(e.text) <= middle for e in tree.iter() if e.tag == "text")
        assert all(float(e.get("x")) >= middle for e in tree.iter() if e.get("fill") == "#0072B2")


def test_an_actor_and_every_forum_with_its_worth(real):
    model = ForumModel("ai_governance", rng=1)
    for _ in range(10):
        model.step()
    markup = who(real, "actor:IND", 480)
    parsed(markup)
    assert "India" in markup
    for forum in model.forums:
        terms = model.actor("IND").explain(forum)
        worth = terms["worth"] + terms["taste"]
        cell = f"{worth:+.2f}".replace("-", "−") if np.isfinite(worth) else "beyond a red line"
        assert f'data-pick="forum:{forum.id}"' in markup and f">{cell}</td>" in markup, forum.id
    assert markup.count("<small>member, ") == len(model.actor("IND").memberships)


def test_a_forum_with_its_members(real):
    markup = who(real, "forum:GPAI", 480)
    parsed(markup)
    f = real.scenario.forum_ids.index("GPAI")
    assert f"{int(real.world.member[f].sum())}, with" in markup
    assert "invitation" in markup


@pytest.mark.parametrize(
    "picked, said",
    [("actor:none", "no actor:none"), ("", "no "), ("forum:founded_20", "not opened yet"), ("x:y", "no x:y")],
)  # fmt: skip
def test_what_is_not_there_is_said(small, picked, said):
    assert said in who(small, picked, 400)


def test_a_forum_that_has_ended():
    model = ForumModel("two_blocs", rng=1, actors=6)
    forum = model.forums[0].id
    model.shock("closing", forum=forum)
    assert "has ended (dissolved)" in who(frame_of(model), f"forum:{forum}", 400)


def test_odd_worlds_have_words_too(odd):
    parsed(log_html(odd))
    for key in ("actor:west_major", f"forum:{odd.scenario.forum_ids[0]}"):
        parsed(who(odd, key, 320))
