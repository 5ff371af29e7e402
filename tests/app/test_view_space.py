"""The policy space: everything where its numbers say, nothing on top of anything, the picked one's ties alone."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from drawn import parsed, picks

from forumsim.app.views.looks import SIGN, actor_tips, apart, beside, cut, extent, wrapped
from forumsim.app.views.space import space
from forumsim.core.terms import Status

WIDTHS = (340, 480, 640, 900)


def tags(markup, name):
    return [e for e in parsed(markup).iter() if e.tag.endswith(f"}}{name}")]


def words(e):
    """Text of an element without what is shown where the pointer rests."""
    return (e.text or "") + "".join(child.tail or "" for child in e)


def badges(markup):
    """Left, top, right, bottom of the forums' badges by their key."""
    found = {}
    for e in tags(markup, "rect"):
        if (e.get("data-pick") or "").startswith("forum:"):
            x, y, side = (float(e.get(key)) for key in ("x", "y", "width"))
            found[e.get("data-pick")] = (x, y, x + side, y + side)
    return found


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("up", ["order", None])
@pytest.mark.parametrize("width", WIDTHS)
def test_badges_do_not_cover_each_other_nor_leave_the_plot(real, width, up):
    boxes = badges(space(real, width, "values", up))
    assert len(boxes) == int(real.world.mandate[real.forums][:, [0, 1] if up else [0]].any(axis=1).sum())
    assert not any(meet(a, b) for a, b in itertools.combinations(boxes.values(), 2))
    assert all(a >= 30 and c <= width - 12 + 0.1 for a, _, c, _ in boxes.values())


@pytest.mark.parametrize("width", WIDTHS)
def test_names_are_beside_badges_and_other_names(real, width):
    markup = space(real, width, "values", "order")
    names = [e for e in tags(markup, "text") if e.get("paint-order")]
    boxes = []
    for e in names:
        x, y = float(e.get("x")), float(e.get("y"))
        boxes.append((x, y - 9, x + 6.5 * len(words(e)), y + 2))
    assert len(names) >= 4 and {"USA", "CHN"} <= {words(e) for e in names}
    assert not any(meet(a, b) for a, b in itertools.combinations([*boxes, *badges(markup).values()], 2))


def test_no_words_leave_the_picture(real):
    for width in WIDTHS:
        for e in tags(space(real, width, "values", "order"), "text"):
            if e.get("text-anchor") is None:
                assert float(e.get("x")) + 4.9 * len(words(e)) <= width, words(e)


def test_a_forum_stands_at_its_charter_or_a_line_leads_there(small):
    markup = space(small, 480, "civil", "military")
    f = small.forums[0]
    a, b, c, d = badges(markup)[f"forum:{small.scenario.forum_ids[f]}"]
    axis = small.scenario.issues.index("civil")
    assert small.world.mandate[f].tolist() == [True, False]
    members = small.world.member[f]
    mean = np.average(small.world.position[members, 1 - axis], weights=small.world.power[members] + 1e-9)
    dots = [(float(e.get("cx")), float(e.get("cy"))) for e in tags(markup, "circle") if e.get("r") == "2"]
    expected = (30 + 438 * small.world.charter[f, axis], 20 + 340 * (1 - mean))  # not covered: where the members are
    assert any(place == pytest.approx(expected, abs=0.1) for place in [((a + c) / 2, (b + d) / 2), *dots])


def test_larger_reach_is_a_larger_badge(real):
    boxes = badges(space(real, 640, "values", "order"))
    reach = {f"forum:{real.scenario.forum_ids[f]}": real.world.power[real.world.member[f]].sum() for f in real.forums}
    for key, (a, _, c, _) in boxes.items():
        assert c - a == pytest.approx(15 + 8 * reach[key], abs=0.06)


def test_members_of_the_picked_forum_and_no_others_have_an_outline(real):
    ids, f = real.scenario.actor_ids, real.scenario.forum_ids.index("GPAI")
    tree = parsed(space(real, 640, "values", "order", "forum:GPAI"))
    marks = [e for e in tree.iter() if (e.get("data-pick") or "").startswith("actor:")]
    assert len(marks) == real.world.actors
    expected = {f"actor:{ids[i]}" for i in np.flatnonzero(real.world.member[f])}
    assert {e.get("data-pick") for e in marks if e.get("stroke") == "#000000"} == expected
    assert {e.get("data-pick") for e in marks if e.get("opacity") is None} == expected


def test_a_picked_actor_is_tied_to_its_forums_and_has_its_name(real):
    i = real.scenario.actor_ids.index("TUR")
    markup = space(real, 640, "values", "order", "actor:TUR")
    shown = [f for f in real.forums if real.world.mandate[f, :2].any() and real.world.member[f, i]]
    assert len(tags(markup, "line")) == len(shown) > 0
    assert any(words(e) == "TUR" for e in tags(markup, "text"))


def test_a_picked_forum_on_another_issue_is_named(real):
    f = next(f for f in real.forums if not real.world.mandate[f, 0])
    markup = space(real, 640, "values", None, f"forum:{real.scenario.forum_ids[f]}")
    assert any(words(e).startswith("Outlined: members of") for e in tags(markup, "text"))
    assert not tags(markup, "line")


def test_dormant_forums_look_asleep(real):
    markup = space(real, 640, "values", "order")
    dashed = {e.get("data-pick") for e in tags(markup, "rect") if e.get("stroke-dasharray")} - {None}
    shown = [f for f in real.forums if real.world.mandate[f, :2].any()]
    assert dashed == {f"forum:{real.scenario.forum_ids[f]}" for f in shown if real.world.status[f] == Status.DORMANT}


def test_what_the_ends_mean_is_written_out(real):
    written = " ".join(words(e) for e in tags(space(real, 900, "values", "order"), "text"))
    for issue in (0, 1):
        for end in real.scenario.issue_ends[issue]:
            assert end in written


@pytest.mark.parametrize("ends", [("", ""), ("no law", ""), ("", "hard law")])
def test_an_end_without_a_meaning_has_no_line(small, ends):
    scenario = replace(small.scenario, issue_ends=(ends, *small.scenario.issue_ends[1:]))
    drawn = tags(space(replace(small, scenario=scenario), 640, small.scenario.issues[0], None), "text")
    lines = [words(e).strip() for e in drawn]
    assert [line for line in lines if line in ("0:", "1:")] == []
    for value, meaning in enumerate(ends):
        assert (f"{value}: {meaning}" in lines) == bool(meaning)
    assert any("does not say what they mean" in line for line in lines) == (not any(ends))


@pytest.mark.parametrize("picked", ["", "forum:GPAI"])
def test_it_is_small(real, picked):
    for up in ("order", None):
        assert len(space(real, 640, "values", up, picked).encode()) < 120_000


def test_odd_worlds_in_lanes_and_in_two_dimensions(odd):
    issues = odd.scenario.issues
    for up in (None, issues[-1]):
        assert len([key for key in picks(space(odd, 340, issues[0], up, "x")) if key.startswith("actor:")]) == (
            odd.world.actors
        )


def test_tips_name_each_actor_and_count_its_forums(real):
    world, tips = real.world, actor_tips(real)
    assert len(tips) == world.actors
    for i, tip in enumerate(tips):
        count = sum(bool(world.member[f, i]) for f in range(world.slots) if world.live()[f])
        assert tip.startswith(f"{real.scenario.actor_names[i]}; ")
        assert f"; {count} forum" in tip and tip.count("forums") >= (count != 1)


def test_names_are_text(small):
    bad = "<b>&\"'"
    scenario = replace(small.scenario, actor_names=tuple(bad for _ in small.scenario.actor_names))
    markup = space(replace(small, scenario=scenario), 480, "civil", None)
    assert "<b>" not in markup
    assert any(e.text.startswith(bad) for e in tags(markup, "title"))


def test_squares_are_put_apart_and_the_first_stays():
    places = np.full((6, 2), 50.0)
    found = apart(places, np.full(6, 10.0), (0.0, 0.0, 100.0, 100.0), np.zeros((0, 3)))
    assert found[0].tolist() == [50.0, 50.0]
    gap = np.abs(found[:, None] - found[None]).max(axis=2) + 100 * np.eye(6)
    assert gap.min() >= 10.0 and found.min() >= 5.0 and found.max() <= 95.0
    assert len(apart(np.zeros((0, 2)), np.zeros(0), (0.0, 0.0, 9.0, 9.0), np.zeros((0, 3)))) == 0


def test_a_word_goes_where_nothing_is_or_nowhere():
    box = (0.0, 0.0, 100.0, 100.0)
    spot, far = beside(50, 50, 5, 20, box, [])
    assert spot[0] == 58.0 and not far
    other, _ = beside(50, 50, 5, 20, box, [spot])
    assert not meet(spot, other)
    assert beside(50, 50, 5, 20, box, [box]) is None


def test_short_keys_stay_apart_and_long_words_end():
    assert cut("nonaligned_07", 8, 1.0, 3) == "non…_07" and cut("USA", 8, 1.0, 3) == "USA"
    assert wrapped("word " * 50, 100)[-1].endswith("…") and wrapped("", 100) == [""]


@pytest.mark.parametrize(
    ("name", "em"),
    # advances of Roboto and Noto Sans CJK in thousandths of an em: W 888, n 552, e 530, square 1000, accent 0
    [("W" * 60, 0.888), ("n" * 60, 0.552), ("北极理事会" * 12, 1.0), ("e\u0301" * 30, 0.265)],
)
def test_names_of_any_script_are_cut_to_the_room_that_there_is(name, em):
    for width in (60, 120, 300):
        for tail in (0, 3):
            found = cut(name, width, SIGN, tail)
            assert 11 * em * (len(found) - 1) <= width, "eleven pixels an em, and the dots besides"
            assert found == name or found.endswith("…" + name[len(name) - tail :])
    assert extent("北") == pytest.approx(11 / SIGN, abs=0.1)


def test_forums_keep_their_numbers_when_their_reach_changes(real):
    """The number of a forum is its place in the table of forums, in the space, its list and the matrix."""

    def numbers(frame):
        found = {}
        for e in tags(space(frame, 640, "values", "order"), "text"):
            if (e.get("data-pick") or "").startswith("forum:"):
                found[e.get("data-pick")] = int(words(e).split()[0])
        return found

    world = real.world.copy()
    world.member[real.forums] = ~world.member[real.forums]  # the largest become the smallest
    turned = replace(real, outcome=replace(real.outcome, world=world))
    assert numbers(real) == numbers(turned)
    assert numbers(real) == {key: real.scenario.forum_ids.index(key[6:]) + 1 for key in numbers(real)}
