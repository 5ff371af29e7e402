"""The views: what they show is what the world has, at every width, of every odd world."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawn import parsed, picks

from forumsim.analysis.palette import LOOKS
from forumsim.app.svg import Drawing
from forumsim.app.views.courses import courses, difference, draw_line, limits
from forumsim.app.views.event_strip import RUNS
from forumsim.app.views.matrix import SHADES, matrix, shown_forums
from forumsim.app.views.network import chosen, network, ties
from forumsim.app.views.space import space
from forumsim.app.views.trust import bloc_trust, shade, trust
from forumsim.app.views.world_map import has_map, shapes, strength, world_map

MEASURES = ("fragmentation", "enf", "trust_across", "legalization")


def drawn(frame, width, picked=""):
    issues = frame.scenario.issues
    pictures = {
        "space": space(frame, width, issues[0], issues[-1], picked),
        "lanes": space(frame, width, issues[0], None, picked),
        "courses": courses([frame], width, MEASURES, "pooled"),
        "both": courses([replace(frame, label="one"), replace(frame, label="other")], width, MEASURES, issues[0]),
        "difference": difference(frame, frame, width, MEASURES, "pooled"),
        "matrix": matrix(frame, width, "pooled", picked),
        "trust": trust(frame, width, picked),
        "network": network(frame, width, issues[0], picked),
    }
    return pictures | ({"map": world_map(frame, width, picked)} if has_map(frame.scenario) else {})


@pytest.mark.parametrize("width", [300, 340, 640, 900])
@pytest.mark.parametrize("picked", ["", "actor:USA", "forum:GPAI", "actor:nobody", "forum:", "x"])
def test_every_picture_is_whole_and_within_its_width(real, width, picked):
    for name, markup in drawn(real, width, picked).items():
        tree = parsed(markup)
        assert tree.get("role") in ("img", "group") and len(tree.get("aria-label")) > 20, name
        assert len(markup) < 240_000, name
        numbers = [float(e.get(key)) for e in tree.iter() for key in ("x", "cx", "x1", "x2") if e.get(key)]
        if name != "map":  # whose units are its own
            assert numbers and min(numbers) >= -12 and max(numbers) <= width + 12, name
        assert not re.search(r'[ "=,]-?(nan|inf)[" ,]', markup), name


def test_odd_worlds_are_drawn_too(odd):
    for markup in drawn(odd, 480).values():
        parsed(markup)


def test_names_of_users_are_text_and_nothing_else(small):
    bad = "<script>alert('x')</script>&\""
    scenario = replace(
        small.scenario,
        actor_names=tuple(bad for _ in small.scenario.actor_names),
        forum_names=tuple(bad for _ in small.scenario.forum_names),
        bloc_labels=tuple(bad for _ in small.scenario.bloc_labels),
        issue_labels=tuple(bad for _ in small.scenario.issue_labels),
        issue_ends=tuple((bad, bad) for _ in small.scenario.issue_ends),
    )
    for markup in drawn(replace(small, scenario=scenario, label=bad), 480).values():
        assert "<script" not in markup
        parsed(markup)


# --- the policy space -----------------------------------------------------------------------------------------------


def test_positions_are_where_they_must_be(small):
    """The plot is 480 less 30 and 12 wide from x = 30, and at most 340 high from y = 20 downwards."""
    tree = parsed(space(small, 480, "civil", "military"))
    i = small.scenario.actor_ids.index("west_major")
    mark = next(e for e in tree.iter() if e.get("data-pick") == "actor:west_major")
    assert mark.tag.endswith("circle"), "the first bloc has circles"
    assert float(mark.get("cx")) == pytest.approx(30 + 438 * small.world.position[i, 0], abs=0.06)
    assert float(mark.get("cy")) == pytest.approx(20 + 340 * (1 - small.world.position[i, 1]), abs=0.06)


def test_every_actor_and_forum_can_be_picked(real):
    found = set(picks(space(real, 640, "values", "military")))
    assert {f"actor:{name}" for name in real.scenario.actor_ids} <= found
    shown = real.forums[real.world.mandate[real.forums][:, [0, 2]].any(axis=1)]
    assert {key for key in found if key.startswith("forum:")} == {f"forum:{real.scenario.forum_ids[f]}" for f in shown}


def lines(markup):
    return [e for e in parsed(markup).iter() if e.tag.endswith("line")]


def test_a_picked_forum_is_tied_to_its_members_and_nobody_else(real):
    f = real.scenario.forum_ids.index("GPAI")
    assert len(lines(space(real, 640, "values", "order", "forum:GPAI"))) == int(real.world.member[f].sum())


# --- courses --------------------------------------------------------------------------------------------------------


def test_a_course_goes_through_its_values(small):
    """One panel of 480: its plot is 38 from the left, 44 from the top, 80 high, and 432 wide for 120 steps."""
    tree = parsed(courses([small], 480, ["trust_across"], "pooled"))
    (line,) = [e for e in tree.iter() if e.tag.endswith("polyline")]
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    values = small.course("trust_across")
    assert [x for x, _ in points] == pytest.approx([38 + 432 * k / 120 for k in range(11)], abs=0.06)
    assert [y for _, y in points] == pytest.approx([44 + 80 * (1 - v) for v in values], abs=0.06)


def test_missing_values_are_gaps():
    drawing = Drawing(100, 100, "")
    draw_line(drawing, list(enumerate([np.nan, 1.0, 2.0, np.nan, 3.0, np.nan])), "#000", 1.0, "")
    (line,) = [e for e in parsed(str(drawing)).iter() if e.tag.endswith("polyline")]
    (dot,) = [e for e in parsed(str(drawing)).iter() if e.tag.endswith("circle")]
    assert line.get("points") == "1,1 2,2" and (dot.get("cx"), dot.get("cy")) == ("4", "3")
    empty = Drawing(100, 100, "")
    draw_line(empty, list(enumerate([np.nan] * 3)), "#000", 1.0, "")
    assert not list(parsed(str(empty)))


def test_limits_do_not_jump_at_every_step():
    grown = {limits("enf", [np.linspace(1, top, 5)]) for top in np.linspace(4.1, 7.8, 30)}
    assert grown == {(0.0, 8.0)}
    assert limits("fragmentation", [np.array([0.3])]) == (0.0, 1.0)


def test_the_difference_of_a_run_and_itself_is_nothing(small):
    label = parsed(difference(small, small, 480, MEASURES, "pooled")).get("aria-label")
    assert label.count("+0.000") == len(MEASURES)


def test_the_mean_of_a_difference_is_that_of_the_last_steps(small):
    series = small.outcome.series.copy()
    series[:, :, :] += 0.25
    other = replace(small, outcome=replace(small.outcome, series=series))
    assert "−0.250" in parsed(difference(small, other, 480, ["fragmentation"], "pooled")).get("aria-label")


@pytest.mark.parametrize(("less", "word"), [(0.25, "converges"), (0.01, "does nothing"), (-0.25, "fragments")])
def test_the_difference_of_fragmentation_across_blocs_has_the_twin_verdict(small, less, word):
    series = small.outcome.series.copy()
    series[:, :, :] += less
    other = replace(small, outcome=replace(small.outcome, series=series))
    issue, name = small.scopes[0], "fragmentation_across"
    assert f", {word}" in parsed(difference(small, other, 480, [name], issue)).get("aria-label")
    assert word not in parsed(difference(small, other, 480, [name], "pooled")).get("aria-label"), "a mean over issues"


def test_marks_say_what_happened(real):
    texts = [e.text for e in parsed(courses([real], 900, MEASURES, "pooled")).iter() if e.tag.endswith("title")]
    assert any("leap in technology" in text for text in texts)


# --- matrix ---------------------------------------------------------------------------------------------------------


def test_every_membership_has_a_cell_of_its_shade(real):
    forums = shown_forums(real, "pooled")
    paths = [e for e in parsed(matrix(real, 640, "pooled")).iter() if e.tag.endswith("path")]
    count = {e.get("fill"): 0 for e in paths}
    for e in paths:
        count[e.get("fill")] += e.get("d").count("M")
    member, attention = real.world.member[forums], real.world.attention[forums]
    assert count[SHADES[2][1]] == int((member & (attention >= 0.3)).sum())
    assert sum(count.values()) == int(member.sum())


def test_the_columns_are_those_of_the_issue(real):
    forums = shown_forums(real, "military")
    assert forums and all(real.world.mandate[f, 2] for f in forums)
    assert forums == sorted(forums), "each in its place, whatever becomes of its members"


# --- trust ----------------------------------------------------------------------------------------------------------


def test_trust_between_blocs_by_a_plain_loop(small):
    world, found = small.world, bloc_trust(small)
    for a in range(3):
        for b in range(3):
            total = weight = 0.0
            for i in small.states:
                for j in small.states:
                    if i != j and world.bloc[i] == a and world.bloc[j] == b:
                        total += world.power[i] * world.power[j] * world.trust[i, j]
                        weight += world.power[i] * world.power[j]
            assert found[a, b] == pytest.approx(total / weight) if weight else np.isnan(found[a, b])


def contrast(one, other):
    """The contrast of two colours by WCAG 2."""

    def luminance(colour):
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_numbers_can_be_read_on_their_shades():
    for value in np.linspace(0, 1, 101):
        assert contrast(*shade(float(value))) >= 4.5, value


def test_members_are_told_from_others_and_shades_from_each_other():
    """WCAG 2.2, 1.4.11 asks for a contrast of 3 of what has to be seen; two shades beside each other have 2."""
    colours = ["#ffffff", *(colour for _, colour in SHADES)]
    assert contrast(*colours[:2]) >= 3
    assert all(contrast(one, other) >= 2 for one, other in pairwise(colours))


def test_lines_of_runs_are_seen_and_have_the_colour_of_no_bloc():
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in RUNS)
    assert not {look.colour for look in LOOKS[:4]} & set(RUNS)


# --- network and map ------------------------------------------------------------------------------------------------


def test_ties_by_a_plain_loop(real):
    rows = chosen(real)
    found = ties(real, rows, "military")
    for i, j in ((0, 1), (3, 17), (12, 30)):
        expected = sum(
            min(real.world.attention[f, rows[i]], real.world.attention[f, rows[j]])
            for f in real.forums if real.world.mandate[f, 2]
        )  # fmt: skip
        assert found[i, j] == pytest.approx(expected)
    assert np.array_equal(found, found.T) and not found.diagonal().any()


def test_places_on_the_circle_do_not_depend_on_the_step(real, small):
    assert chosen(real).tolist() == chosen(replace(real)).tolist()
    blocs = real.world.bloc[chosen(real)].tolist()
    assert len([k for k in range(1, len(blocs)) if blocs[k] != blocs[k - 1]]) == len(set(blocs)) - 1


def test_the_map_has_all_states_of_the_case(real, small):
    assert has_map(real.scenario) and not has_map(small.scenario)
    codes = {code for code, _, _ in shapes()}
    states = {real.scenario.actor_ids[i] for i in real.states} - {"EUU"}
    assert states - codes == {"TUV"} - codes or states <= codes
    assert all(re.fullmatch(r"[MLZ,.\d-]*", path) for _, _, path in shapes())


def test_members_of_a_picked_forum_are_strong_and_no_others(real):
    f = real.scenario.forum_ids.index("GPAI")
    found, words = strength(real, "forum:GPAI")
    assert np.array_equal(found == 1.0, real.world.member[f]) and "members of" in words
    assert strength(real, "forum:none")[0] is None
