"""Time courses: titles, grid, strip of events and difference, against what the log and the series say."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawn import parsed

from forumsim.app.views.courses import HEIGHT, courses, difference
from forumsim.app.views.event_strip import MARKED, RUNS, happened
from forumsim.core.measures import MEASURES
from forumsim.core.terms import EVENTS, Event

ALL = [measure.name for measure in MEASURES]


def texts(markup):
    return [e for e in parsed(markup).iter() if e.tag.endswith("text")]


def said(element, tip=True):
    """What is shown where the pointer rests; without ``tip`` what is written."""
    if not tip:
        return (element.text or "") + "".join(child.tail or "" for child in element)
    return next((e.text for e in element.iter() if e.tag.endswith("title")), "")


def with_log(frame, *rows):
    """The frame with these events (step, kind, forum) and no others."""
    world = frame.world.copy()
    world.clock[EVENTS] = len(rows)
    for k, (step, kind, forum) in enumerate(rows):
        world.events[k] = (step, kind, -1, -1, forum, -1, 0.0, 0)
    return replace(frame, outcome=replace(frame.outcome, world=world))


def with_series(frame, change):
    series = frame.outcome.series.copy()
    change(series)
    return replace(frame, outcome=replace(frame.outcome, series=series))


@pytest.mark.parametrize("width", [340, 480, 640, 900])
def test_titles_of_all_measures_stay_in_their_panels(small, width):
    for markup in (courses([small], width, ALL, "pooled"), difference(small, small, width, ALL, "pooled")):
        titles = [e for e in texts(markup) if e.get("font-weight") == "600"][1:]
        ends = [e for e in titles if e.get("text-anchor") == "end"]
        starts = sorted({float(e.get("x")) for e in titles if e not in ends})
        wide = starts[1] - starts[0] if len(starts) > 1 else width
        by_place = {(round(float(e.get("x")) // wide), e.get("y")): e for e in ends}
        for e in titles:
            if e not in ends:
                result = by_place.get((round(float(e.get("x")) // wide), e.get("y")))
                shown = "".join(e.itertext()).removeprefix(said(e)) + (result.text if result is not None else "")
                assert 5.6 * len(shown) < wide, shown


@pytest.mark.parametrize(("number", "rows"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_panels_are_spread_evenly(small, number, rows):
    """At 640 three panels stand beside each other at most; a row is 118 high, below it 39 + 8 + 15 for the strip.

    What grey bands are is said in a line of 15 more.
    """
    tree = parsed(courses([small], 640, ALL[:number], "pooled"))
    lines = 1 + ("fragmentation_across" in ALL[:number])
    assert float(tree.get("viewBox").split()[3]) == 24 + rows * HEIGHT + 39 + 8 + 15 * lines


def test_no_measure_at_all_is_drawn_too(small):
    parsed(courses([small], 480, [], "pooled"))
    parsed(difference(small, small, 480, [], "pooled"))


def test_a_gap_now_is_missing_in_words(small):
    def cut(series):
        series[-1] = np.nan

    markup = courses([with_series(small, cut)], 480, ["enf"], "pooled")
    assert "missing now" in markup and "nan" not in markup


def test_the_founding_of_a_rival_counts_once(small):
    frame = with_log(small, (4, Event.FOUNDING, 5), (4, Event.COMPETITIVE_CREATION, 5), (4, Event.FOUNDING, 6),
                     (6, Event.DISSOLUTION, 5), (7, Event.JOIN, 5), (-3, Event.FOUNDING, 1))  # fmt: skip
    assert happened(frame) == {
        (4, 1): {Event.COMPETITIVE_CREATION: 1, Event.FOUNDING: 1},
        (6, 2): {Event.DISSOLUTION: 1},
    }


def test_marks_stand_at_their_steps_and_never_on_each_other(small):
    """480 wide: the strip runs from 38 to 470 over 120 steps; the first lane is 12 below the last panel."""
    rows = [(3, kind, -1) for kind in MARKED] + [(3, Event.MERGER, 1), (9, Event.CRISIS, -1)]
    tree = courses([with_log(small, *rows)], 480, ["enf"], "pooled")
    marks = {(float(e.get("x")), float(e.get("y"))): said(e) for e in texts(tree) if e.get("fill") == RUNS[0]}
    base = 24 + HEIGHT + 12
    early, late = 38 + 432 * 3 / 120, 38 + 432 * 9 / 120
    expected = [(early, base), (early, base + 13), (early, base + 26), (late, base)]
    assert np.allclose(sorted(marks), expected, atol=0.06)
    (ends,) = [tip for tip in marks.values() if "merger" in tip]
    assert "dissolved" in ends and "merger (2 times)" in ends


@pytest.mark.parametrize("width", [300, 340, 390, 480, 900])
def test_marks_never_touch_and_nothing_is_lost(small, width):
    rows = [(step, kind, 40 + step) for step in range(0, 60) for kind in (Event.FOUNDING, Event.CRISIS) if step % 7 < 4]
    tree = courses([with_log(small, *rows)], width, ["enf"], "pooled")
    lanes, counted = {}, 0
    for e in texts(tree):
        if e.get("fill") == RUNS[0]:
            number = said(e, tip=False)
            wide = 11.0 if not number.isdigit() else 5.0 * len(number)
            left = float(e.get("x")) - (wide / 2 if e.get("text-anchor") == "middle" else 0.0)
            lanes.setdefault(e.get("y"), []).append((left, left + wide))
            counted += int(number) if number.isdigit() else 0
    assert len(lanes) == 2
    for places in lanes.values():
        places.sort()
        assert all(a[1] <= b[0] + 1.5 for a, b in pairwise(places)), places
    together = [said(e) for e in texts(tree) if e.get("fill") == RUNS[0] and e.get("text-anchor") == "middle"]
    assert sum(tip.count("founding") for tip in together) == sum(kind == Event.FOUNDING for _, kind, _ in rows)
    assert counted <= len(rows)


def test_two_runs_have_strips_of_their_own(small):
    first = replace(with_log(small, (4, Event.FOUNDING, 5), (6, Event.CRISIS, -1)), label="this run")
    second = replace(with_log(small, (5, Event.DISSOLUTION, 5)), label="with less")
    alone = parsed(courses([with_log(small)], 480, ["enf"], "pooled"))
    tree = courses([first, second], 480, ["enf"], "pooled")
    marks = [(float(e.get("y")), said(e, tip=False)) for e in texts(tree) if said(e, tip=False) in "✱●▲△◆▼"]
    colours = [e.get("fill") for e in texts(tree) if said(e, tip=False) in "✱●▲△◆▼"]
    assert sorted(colours) == sorted([RUNS[0], RUNS[0], RUNS[1]])
    heads = {said(e, tip=False): float(e.get("y")) for e in texts(tree) if e.get("font-weight") == "600"}
    assert [mark for _, mark in sorted(marks)] == ["✱", "▲", "▼"]
    assert heads["this run"] < min(y for y, _ in marks) and marks[-1][0] > heads["with less"] > sorted(marks)[1][0]
    assert len([e for e in alone.iter() if e.get("fill") == RUNS[0]]) == 0
    nothing = courses([first, replace(with_log(small), label="with less")], 480, ["enf"], "pooled")
    assert "with less: no events" in [said(e, tip=False) for e in texts(nothing)]


def test_of_two_runs_both_verdicts_and_numbers_are_said(small):
    other = replace(small, label="no dialogue", verdict={**small.verdict, "pooled": ("mixed", "fragmenting")})
    markup = courses([replace(small, label="as it is"), other], 480, ["enf"], "pooled")
    label = parsed(markup).get("aria-label")
    assert "as it is: " + ", ".join(small.verdict["pooled"]) in label
    assert "no dialogue: mixed, fragmenting. " in label
    assert label.count("ffective number of forums") == 2


def test_a_difference_of_known_size(small):
    """First less second is 1/4 at every step: the line is at 44 + 80 (1 - (.25 + .4) / .8) in limits of -.4 to .4."""

    def less(series):
        series -= 0.25

    tree = parsed(difference(small, with_series(small, less), 480, ["trust_across"], "pooled"))
    (line,) = [e for e in tree.iter() if e.tag.endswith("polyline")]
    heights = {float(point.split(",")[1]) for point in line.get("points").split()}
    assert heights == {60 + 80 * (1 - 0.65 / 0.8)}
