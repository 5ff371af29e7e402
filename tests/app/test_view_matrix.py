"""The membership matrix: where cells are, what can be picked, and how high it gets."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import parsed, picks

from forumsim import ForumModel
from forumsim.app.frame import frame_of
from forumsim.app.views.matrix import ALL_LOW, LEFT, NUMBERS, SHADES, heads, matrix, shown_forums
from forumsim.core.terms import Status


def height(markup):
    return float(parsed(markup).get("viewBox").split()[3])


@pytest.mark.parametrize("width", [340, 640])
def test_every_column_can_be_picked_at_every_width(real, width):
    shown = {f"forum:{real.scenario.forum_ids[f]}" for f in shown_forums(real, "pooled")}
    found = [key for key in picks(matrix(real, width, "pooled")) if key.startswith("forum:")]
    assert set(found) == shown and len(found) == len(shown)


def test_cells_are_where_their_forum_and_actor_are(small):
    """One actor in one forum: the middle of the first row, in the column of that forum."""
    world = small.world.copy()
    world.status[2:] = Status.EMPTY  # the two forums of the start alone
    forums = shown_forums(replace(small, outcome=replace(small.outcome, world=world)), "pooled")
    strongest = int(np.lexsort((-world.power, world.bloc))[0])
    world.member[:], world.attention[:] = False, 0.0
    world.member[forums[1], strongest] = world.attention[forums[1], strongest] = True
    frame = replace(small, outcome=replace(small.outcome, world=world))
    column = shown_forums(frame, "pooled").index(forums[1])
    (path,) = [e for e in parsed(matrix(frame, 480, "pooled")).iter() if e.tag.endswith("path")]
    x, y = map(float, path.get("d").split("h")[0].removeprefix("M").split())
    cell = (480 - LEFT - 4) / len(forums)
    assert x == pytest.approx(LEFT + cell * column, abs=0.06)
    assert y == pytest.approx(NUMBERS + 8.5), "two names have room above their columns"
    assert float(path.get("stroke-width")) == 17 and path.get("fill") == SHADES[2][1]


def test_no_two_heads_read_the_same():
    names = ["Forum founded by France, 2030-Q2", "Forum founded by France, 2031-Q1", "Forum founded by Australia, 2029",
             "Forum founded by France, 2030-Q2", "EU AI Act"]  # fmt: skip
    for most in (16, 28):
        found = heads(names, most)
        assert len(set(found)) == len(found) and max(map(len, found)) <= most, found
        assert found[1].endswith("2031-Q1") and found[-1] == "EU AI Act"
    assert heads(["same", "same"], 16) == ["1 same", "2 same"]
    assert heads([], 16) == []


def test_rows_that_begin_alike_can_be_told_apart():
    """`Non-aligned state 9` and `Non-aligned state 12` are longer than there is room for."""
    frame = frame_of(ForumModel("two_blocs", rng=3))
    tree = parsed(matrix(frame, 480, "pooled"))
    rows = [e for e in tree.iter() if e.tag.endswith("text") and (e.get("data-pick") or "").startswith("actor:")]
    named = ["".join(child.tail or "" for child in e) for e in rows]
    assert len(set(named)) == len(named) == 12
    assert sum(name.startswith("Non-al") for name in named) > 1, "the sample has such names"


def test_a_bloc_with_room_has_its_whole_name(real):
    label = real.bloc_label(0)
    assert len(label) > (LEFT - 12) / 6, "the sample has a long name"
    written = [e.text or "".join(child.tail or "" for child in e) for e in parsed(matrix(real, 640, "pooled")).iter()
               if e.tag.endswith("text")]  # fmt: skip
    assert label in " ".join(written)


@pytest.mark.parametrize("width", [480, 640, 900])
def test_slanted_heads_stay_within_the_picture(real, width):
    tree = parsed(matrix(real, width, "pooled"))
    turned = [e for e in tree.iter() if (e.get("transform") or "").startswith("rotate(60")]
    assert len(turned) == len(shown_forums(real, "pooled"))
    for e in turned:
        reach = 6.0 * len((e.text or "") + "".join(child.tail or "" for child in e))
        assert float(e.get("x")) - 0.5 * reach >= 0 and float(e.get("y")) - 0.87 * reach >= -6
    assert max(len("".join(child.tail or "" for child in e)) for e in turned) > 20


def test_a_picked_actor_has_a_name_however_small(real):
    weakest = int(np.argmin(np.where(np.isin(np.arange(real.world.actors), real.states), real.world.power, 9.0)))
    key = f"actor:{real.scenario.actor_ids[weakest]}"
    assert key not in picks(matrix(real, 640, "pooled"))
    assert key in picks(matrix(real, 640, "pooled", key))


def test_a_thousand_actors_stay_on_the_screen():
    markup = matrix(frame_of(ForumModel("two_blocs", rng=1, actors=1000, nonstate=30)), 480, "pooled")
    assert height(markup) < ALL_LOW + 400 and len(markup) < 100_000


def test_without_forums_it_says_so(small):
    world = small.world.copy()
    world.status[:] = 0
    markup = matrix(replace(small, outcome=replace(small.outcome, world=world)), 480, "pooled")
    assert "no forum" in markup and not [e for e in parsed(markup).iter() if e.tag.endswith("path")]


@pytest.mark.parametrize("width", [340, 480, 640, 900])
def test_the_text_is_small(real, width):
    assert len(matrix(real, width, "pooled", "forum:GPAI").encode()) < 100_000
