"""The network: who is drawn, how strong their ties are, what is shown of somebody picked."""

import math

import numpy as np
import pytest
from drawn import parsed

from forumsim.analysis.circle import ACROSS, MOST, WEAKEST, WITHIN
from forumsim.app.svg import number
from forumsim.app.views.network import chosen, groups, network, ties


def curves(markup):
    return [e for e in parsed(markup).iter() if e.tag.endswith("path") and "Q" in e.get("d")]


def nodes(markup):
    return {e.get("data-pick"): e for e in parsed(markup).iter() if (e.get("data-pick") or "").startswith("actor:")}


@pytest.mark.parametrize("scope", ["pooled", "civil"])
def test_ties_are_the_sum_of_the_lesser_attention(small, scope):
    rows, world = small.states, small.world
    found = ties(small, rows, scope)
    for a, i in enumerate(rows):
        for b, j in enumerate(rows):
            expected = 0.0
            for f in range(world.slots):
                on = scope == "pooled" or world.mandate[f, small.scenario.issues.index(scope)]
                if i != j and on and world.live()[f]:
                    expected += min(world.attention[f, i], world.attention[f, j])
            assert found[a, b] == pytest.approx(expected)


def test_every_state_is_one_node_or_among_the_rest_of_its_bloc(real):
    rows, seen = chosen(real), []
    assert len(rows) == MOST
    for strong, rest in groups(real, rows):
        blocs = set(real.world.bloc[[*strong, *rest.tolist()]].tolist())
        power = real.world.power[strong].tolist()
        assert len(blocs) == 1 and power == sorted(power, reverse=True)
        seen += [*strong, *rest.tolist()]
    assert sorted(seen) == real.states.tolist()


def test_the_largest_are_nodes_and_the_rest_is_counted(real):
    markup = network(real, 640, "pooled")
    assert set(nodes(markup)) == {f"actor:{real.scenario.actor_ids[i]}" for i in chosen(real)}
    texts = [e.text or "" for e in parsed(markup).iter() if e.tag.endswith("text")]
    counted = [int(text.split()[0]) for text in texts if text.endswith(" more")]
    assert sum(counted) == len(real.states) - MOST


def test_the_strongest_ties_are_drawn_and_across_blocs_they_are_dashed(small):
    rows = chosen(small)
    assert len(rows) == len(small.states)
    bloc = small.world.bloc[rows]
    first, second = np.triu_indices(len(rows), 1)
    strong = ties(small, rows, "pooled")[first, second] > WEAKEST
    across = bloc[first] != bloc[second]
    tree = parsed(network(small, 640, "pooled"))
    drawn = {bool(g.get("stroke-dasharray")): len(list(g)) for g in tree if g.tag.endswith("}g")}
    assert drawn == {True: min(ACROSS, (strong & across).sum()), False: min(WITHIN, (strong & ~across).sum())}


def test_a_picked_state_has_its_own_ties_alone(real):
    markup = network(real, 640, "pooled", "actor:USA")
    mark = nodes(markup)["actor:USA"]
    place = f"{mark.get('cx')} {mark.get('cy')}"
    assert mark.get("stroke-width") == "2.5"
    found = curves(markup)
    assert found and all(e.get("d").startswith(f"M{place}Q") or e.get("d").endswith(place) for e in found)


def test_members_of_a_picked_forum_and_no_others_are_outlined(real):
    f, ids = real.scenario.forum_ids.index("GPAI"), real.scenario.actor_ids
    outlined = {
        key for key, e in nodes(network(real, 640, "pooled", "forum:GPAI")).items() if e.get("stroke") == "#111111"
    }
    assert outlined == {f"actor:{ids[i]}" for i in chosen(real) if real.world.member[f, i]}


@pytest.mark.parametrize("width", [340, 480, 640, 900])
@pytest.mark.parametrize("which", ["real", "small"])
def test_ids_end_within_the_picture(request, which, width):
    tree = parsed(network(request.getfixturevalue(which), width, "pooled"))
    height = float(tree.get("viewBox").split()[3])
    for e in tree.iter():
        if e.tag.endswith("text") and e.get("transform"):
            degrees, x, y = map(float, e.get("transform")[7:-1].split())
            reach = 6.2 * len(e.text) * (-1 if e.get("text-anchor") == "end" else 1)
            x, y = x + reach * math.cos(math.radians(degrees)), y + reach * math.sin(math.radians(degrees))
            assert -1 <= x <= width + 1 and -1 <= y <= height, e.text


def test_nodes_stay_where_they_are_when_memberships_change(real):
    def places(frame):
        return {
            key: (e.get("cx"), e.get("x"), e.get("points")) for key, e in nodes(network(frame, 640, "values")).items()
        }

    before = places(real)
    real.world.attention.setflags(write=True)
    kept = real.world.attention.copy()
    try:
        real.world.attention[:] = 0.0
        assert places(real) == before
        assert "no two of them" in parsed(network(real, 640, "values")).get("aria-label")
    finally:
        real.world.attention[:] = kept


def test_the_closest_two_are_named(real):
    rows = chosen(real)
    found = ties(real, rows, "pooled")
    assert f"{found.max():.2f} of their attention" in parsed(network(real, 640, "pooled")).get("aria-label")


def test_it_is_small_and_odd_worlds_are_drawn(real, odd):
    assert len(network(real, 640, "pooled").encode()) < 120_000
    for picked in ("", "actor:nobody", "forum:nothing"):
        assert number(340.0) in network(odd, 340, "pooled", picked)
        parsed(network(odd, 340, odd.scenario.issues[0], picked))
