"""The page without a browser: addresses, forms, and components that are rendered by Solara alone."""

import numpy as np
import pytest
import solara

from forumsim.app import start
from forumsim.app.acts import FORMS, details, do, first_choices
from forumsim.app.board import CARDS, Board, Shown, cards, fitting
from forumsim.app.compare import USUAL
from forumsim.app.knobs import GROUPS, LABELS, Knob, slider_range, typed
from forumsim.app.page import Head, Side, asked, begin, press, without_dialogue
from forumsim.app.picture import Picture
from forumsim.app.session import Session, Setup
from forumsim.core.parameters import BY_NAME, PRESETS, check_parameters

SMALL = {"actors": 12, "nonstate": 2}


@pytest.fixture
def session():
    return Session(Setup("two_blocs", seed=5, steps=12, fields=SMALL))


@pytest.fixture(autouse=True)
def started_with(monkeypatch):
    monkeypatch.setattr(start, "FIRST", Setup("two_blocs", steps=12, fields=SMALL))


def texts(widget):
    """All words of a widget and what is in it."""
    found, todo = [], [widget]
    while todo:
        one = todo.pop()
        for child in getattr(one, "children", None) or []:
            if isinstance(child, str):
                found.append(child)
            else:
                todo.append(child)
        found += [str(getattr(one, name)) for name in ("label", "text", "unsafe_innerHTML") if getattr(one, name, None)]
    return " | ".join(found)


# --- addresses ------------------------------------------------------------------------------------------------------


def test_an_address_is_read():
    setup, wrong = asked("seed=9&steps=7&dialogue.level=1&dialogue_track2=unset&scenario.polarisation=0.9&preset=none",
                         start.FIRST)  # fmt: skip
    assert wrong == ""
    assert (setup.seed, setup.steps, setup.preset) == (9, 7, "none")
    assert setup.parameters == {"dialogue.level": 1, "dialogue.track2": "unset"}
    assert setup.fields == {**SMALL, "polarisation": 0.9}


def test_an_address_sets_cells_of_the_scenario():
    search = "scenario.spread=1.5&actors.west_major.sincerity=0.30&forums.universal_civil.admission=approval"
    setup, wrong = asked(search, start.FIRST)
    cells = {"actors.west_major.sincerity": 0.3, "forums.universal_civil.admission": "approval"}
    assert wrong == "" and setup.fields == {**SMALL, "spread": 1.5, **cells}
    session = begin(search)
    assert session.error == "" and session.models[0].world.sincerity[0] == 0.3
    assert "did you mean" in begin("actors.west_majr.sincerity=0.3").error


def test_another_scenario_begins_with_its_own_fields():
    setup, _ = asked("scenario=ai_governance", start.FIRST)
    assert (setup.scenario, setup.fields) == ("ai_governance", {})


@pytest.mark.parametrize("search", ["scenario=/etc/passwd", "seed=x", "nothing=1", "preset=loud", "a" * 5000, "=&=&;"])
def test_what_an_address_asks_for_in_vain_is_told(search):
    session = begin(search)
    assert session.frames[0].step == 0
    assert session.error or not search.strip("=&;")


def test_too_many_fields_are_no_fault_of_the_server():
    assert begin("&".join(f"k{k}=1" for k in range(5000))).error


def test_a_value_out_of_range_opens_the_page_with_the_settings_of_the_start():
    session = begin("dialogue.level=7&scenario.polarisation=-3")
    assert "dialogue.level" in session.error and session.setup == start.FIRST


# --- tables of the page ---------------------------------------------------------------------------------------------


def test_every_slider_has_a_label_and_fits_its_parameter():
    for name in (name for names in GROUPS.values() for name in names):
        parameter = BY_NAME[name]
        assert name in LABELS
        low, high = slider_range(parameter)
        assert parameter.low <= low < high <= parameter.high
        assert parameter.default is None or low <= parameter.default <= high, name


def test_comparisons_are_settings_that_a_model_takes():
    for other in USUAL.values():
        assert check_parameters(other)[1] == []


def test_a_preset_is_not_overruled_by_what_it_sets():
    assert without_dialogue({"dialogue.level": 1, "dialogue.track2": 0.1, "voice.rate": 0}) == {"voice.rate": 0}
    assert {name for preset in PRESETS.values() for name in preset} >= {"dialogue.level", "dialogue.track15"}


@pytest.mark.parametrize("name", list(FORMS))
def test_every_form_can_be_done_as_it_stands(session, name):
    session.step(2)
    form, frame = FORMS[name], session.frames[0]
    chosen = first_choices(frame) | {"forum": frame.scenario.forum_ids[int(frame.forums[0])], "size": form.size[2]}
    said = do(session, form, chosen)
    assert session.error == "" and said.startswith(form.label)
    assert session.interventions[-1]["act"] == form.act
    assert set(details(form, chosen)) <= {
        "kind",
        "actor",
        "other",
        "forum",
        "issue",
        "size",
        "track",
        "rate",
        "inclusive",
    }


def test_a_form_that_is_not_complete_is_told(session):
    session.step()
    assert do(session, FORMS["leave"], first_choices(session.frames[0])) == ""
    assert "forum" in session.error and session.interventions == []


def test_keys(session):
    press(session, "step")
    assert session.frames[0].step == 1
    press(session, "nothing")
    press(session, "play")
    assert session.playing
    press(session, "play")
    assert not session.playing


def test_what_is_typed_is_a_number_a_switch_or_a_word():
    assert typed(" 0.25 ", BY_NAME["voice.rate"]) == 0.25
    assert typed("1", BY_NAME["realist"]) is True
    assert typed("unset", BY_NAME["sincerity.level"]) == "unset"


# --- components -----------------------------------------------------------------------------------------------------


def test_the_head_says_where_the_run_is(session):
    pulse = solara.reactive(0)
    session.tell = lambda: pulse.set(pulse.value + 1)

    @solara.component
    def Around():
        Head(session, pulse.value, lambda: None)

    box, context = solara.render(Around(), handle_error=False)
    assert "step 0 of 12" in texts(box)
    session.step(3)
    assert "step 3 of 12" in texts(box)
    session.guarded(lambda: session.set("dialogue.level", 5))
    assert "dialogue.level" in texts(box)
    context.close()


def test_the_side_has_every_group_and_the_meaning_of_every_slider(session):
    box, context = solara.render(Side(session, solara.reactive(0), lambda: None), handle_error=False)
    said = texts(box)
    for title, names in GROUPS.items():
        assert title in said
        for name in names:
            assert LABELS[name] in said
    assert "applies at once" in said and "at reset" in said and "polarisation" in said
    context.close()


@pytest.mark.filterwarnings("ignore:ai_governance dates some things after the end")
def test_the_side_says_what_is_dated_after_the_end():
    for steps, told in ((4, True), (28, False)):
        session = Session(Setup("ai_governance", steps=steps, fields={"start": "2018-Q1"}))
        box, context = solara.render(Side(session, solara.reactive(0), lambda: None), handle_error=False)
        assert ("dates some things after the end of the run (step 4, 2019-Q1)" in texts(box)) == told
        context.close()
        session.close()


def test_a_knob_changes_what_it_is_of():
    changed = []
    box, context = solara.render(
        Knob("realist", {"realist": 0.0}, lambda name, value: changed.append((name, value))), handle_error=False
    )
    todo = [box]
    while todo:
        one = todo.pop()
        if type(one).__name__ == "Switch":
            one.v_model = True
        todo += [child for child in getattr(one, "children", None) or [] if not isinstance(child, str)]
    assert changed == [("realist", True)]
    context.close()


def test_the_board_has_all_cards_and_both_runs(session):
    look = fitting(Shown(), session.frames[0])
    left, right = cards(session, session.frames, look)
    assert {key for key, _, _ in [*left, *right]} == set(CARDS) - {"map"}
    two = Session(Setup("two_blocs", steps=5, fields=SMALL, other={"realist": True}))
    titles = [title for column in cards(two, two.frames, look) for _, title, _ in column]
    assert sum(title.startswith("Policy space") for title in titles) == 2 and "The difference" in titles
    box, context = solara.render(Board(session, 0, solara.reactive(Shown())), handle_error=False)
    assert "Trust" in texts(box)
    context.close()


def test_a_look_that_does_not_fit_is_made_to(session):
    look = fitting(Shown(scope="values", across="order", up="order", measures=("none",)), session.frames[0])
    assert (look.scope, look.across, look.up) == ("pooled", "civil", "military")
    assert "fragmentation" in look.measures


def test_a_picture_is_drawn_only_in_sight_and_its_faults_stay_in_it():
    asked_for = []

    def draw(width):
        asked_for.append(width)
        if len(asked_for) > 1:
            raise ValueError("<no>")
        return "<svg/>"

    box, context = solara.render(Picture(draw, lambda key: None), handle_error=False)
    (markup,) = box.children
    assert asked_for == [] and markup.markup == ""
    markup.vue_event_seen({"width": 411.6, "visible": True})
    assert asked_for == [411] and markup.markup == "<svg/>"
    markup.vue_event_seen({"width": 20, "visible": True})
    assert asked_for == [411, 300] and "ValueError: &lt;no&gt;" in markup.markup
    for nonsense in (None, 3, "wide", {"width": "x"}, {"width": 1e400}):
        markup.vue_event_seen(nonsense)
    markup.vue_event_seen({"width": 500, "visible": False})
    drawn = len(asked_for)
    markup.vue_event_seen({"width": 600, "visible": False})
    assert len(asked_for) == drawn
    context.close()


def test_pictures_in_sight_and_the_line_follow_a_run_that_plays(session):
    drawn = []

    @solara.component
    def Around():
        Head(session, 0, lambda: None)
        Picture(lambda width: f"<p>{session.frames[0].step}</p>", lambda key: None, watch=session.watch)
        Picture(lambda width: drawn.append(1) or "", lambda key: None, watch=session.watch)

    box, context = solara.render(Around(), handle_error=False)
    head, first, _ = box.children[0].children
    first.vue_event_seen({"width": 400, "visible": True})
    assert first.markup == "<p>0</p>"
    session.tell = lambda: None  # the page is not drawn anew
    session.step(3)
    assert first.markup == "<p>0</p>"
    session._show([frame.forums.tobytes() for frame in session.frames])
    assert first.markup == "<p>3</p>" and "step 3 of 12" in texts(head)
    assert drawn == [], "what is out of sight is not drawn"
    context.close()
    session._show([frame.forums.tobytes() for frame in session.frames])  # nobody watches any more


def test_whatever_changes_is_in_the_pictures_at_once(session):
    pulse, look = solara.reactive(0), solara.reactive(Shown())
    session.tell = lambda: pulse.set(pulse.value + 1)

    @solara.component
    def Around():
        Board(session, pulse.value, look)

    box, context = solara.render(Around(), handle_error=False)
    keys = [key for column in cards(session, session.frames, Shown()) for key, *_ in column]
    pictures = dict(zip(keys, markups(box), strict=True))
    for widget in pictures.values():
        widget.vue_event_seen({"width": 400, "visible": True})
    for key in ("space", "courses", "matrix", "trust", "network"):
        assert "step 0" in pictures[key].markup, key
    session.step()
    for key in ("space", "courses", "matrix", "trust", "network"):
        assert "step 1" in pictures[key].markup, key
    session.set("dialogue.level", 1.0)
    assert "You" in pictures["log"].markup
    pictures["space"].vue_event_pick("actor:west_major")
    assert "West major" in pictures["why"].markup
    context.close()


def markups(widget):
    """The pictures in a widget, in their order."""
    if hasattr(widget, "markup"):
        return [widget]
    return [one for child in getattr(widget, "children", None) or [] if not isinstance(child, str)
            for one in markups(child)]  # fmt: skip


def test_frames_of_a_run_are_what_its_model_measures(session):
    session.step(4)
    assert np.array_equal(session.frames[0].outcome.series, session.models[0].outcome().series, equal_nan=True)


@pytest.mark.parametrize(
    "search, words",
    [("seed=-3", ["seed", "0 to 2147483647"]), ("seed=much", ["seed", "0 to"]),
     ("seed=" + "9" * 5000, ["seed", "0 to"]),
     ("steps=0", ["steps", "1 to 100000"]),
     ("preset=intens", ["'intense'"]), ("scenario=two_block", ["'two_blocs'"]),
     ("dialogue.levle=1", ["'dialogue.level'"]), ("polarisation=.5", ["scenario.polarisation"]),
     ("scenario.polarisaton=.5", ["scenario.polarisation"]), ("seed=-1&dialogue.level=7", ["seed", "0 to 1"])],
)  # fmt: skip
def test_what_is_wrong_in_an_address_is_said_with_what_is_meant(search, words, monkeypatch):
    monkeypatch.setattr(start, "FIRST", Setup("two_blocs"))
    session = begin(search)
    assert all(word in session.error for word in words), session.error
    assert not any(word in session.error for word in ("numpy", "rng", "Traceback"))
