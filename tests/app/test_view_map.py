"""The world map: the geometry and how it is made, who is strong and who is pale."""

import json
import re

import numpy as np
import pytest
from drawn import parsed

from forumsim.app.views.network import ties
from forumsim.app.views.world_map import HEIGHT, WIDTH, relative, shapes, strength, world_map
from make_world_map import WIDTH as UNITS
from make_world_map import area, equal_earth, main, path, pieces


def countries(markup):
    return {e.get("data-pick").removeprefix("actor:"): e for e in parsed(markup).iter() if e.get("data-pick")}


def corners(d):
    return [tuple(map(float, point)) for point in re.findall(r"(-?[\d.]+),(-?[\d.]+)", d)]


def test_the_shapes_fill_the_map_and_no_more():
    for _, kind, d in shapes():
        assert kind in ("land", "dot")
        for x, y in corners(d):
            assert -1 <= x <= WIDTH + 1 and 0 <= y <= HEIGHT
    assert UNITS == WIDTH


def test_the_projection_at_known_places():
    assert equal_earth(0.0, 0.0) == pytest.approx((500.0, 262.0))
    assert equal_earth(180.0, 0.0)[0] == pytest.approx(1000.0)
    assert equal_earth(-180.0, 0.0)[0] == pytest.approx(0.0)
    west, east = equal_earth(-30.0, 50.0), equal_earth(30.0, 50.0)
    assert west[1] == east[1] < 262.0 and west[0] + east[0] == pytest.approx(1000.0)


def test_equal_areas_are_equal_on_the_map():
    def cell(longitude, south, north):
        edge = [(longitude + k / 10, south) for k in range(11)] + [(longitude + 1 - k / 10, north) for k in range(11)]
        return area([equal_earth(*point) for point in edge])

    def band(south):  # one thousandth of the sphere's height
        low = np.sin(np.radians(south))
        return float(np.degrees(np.arcsin(low + 0.001)))

    first, second = cell(0.0, 0.0, band(0.0)), cell(100.0, 60.0, band(60.0))
    assert first == pytest.approx(second, rel=1e-3)


def test_steps_lead_to_the_same_corners():
    d = "M10,20L10.5,20L10.5,19L9,21.5ZM1,2L3,2L3,-4Z"
    rings = []
    for ring in re.findall(r"M([^MZz]*)z", relative(d)):
        start, steps = ring.split("l")
        x, y = map(int, start.split())
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        rings.append([(x / 2, y / 2)])
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            rings[-1].append((x / 2, y / 2))
    assert rings == [[(10, 20), (10.5, 20), (10.5, 19), (9, 21.5)], [(1, 2), (3, 2), (3, -4)]]


def test_a_ring_over_the_edge_is_cut_there():
    ring = [(990.0, 10.0), (5.0, 10.0), (5.0, 20.0), (990.0, 20.0), (990.0, 10.0)]
    found = pieces(ring)
    assert len(found) == 2
    assert all(max(x for x, _ in piece) - min(x for x, _ in piece) < 500 for piece in found)
    assert path([[(0.1, 0.1), (0.2, 0.1), (0.1, 0.2), (0.1, 0.1)]]) == "", "too small to be seen"


def test_the_table_is_made_from_the_originals(tmp_path):
    def topology(name, *squares):
        arcs = [[[x, 0], [side, 0], [0, side], [-side, 0], [0, -side]] for _, x, side in squares]
        names = [{"id": code} if code.isdigit() else {"properties": {"name": code}} for code, _, _ in squares]
        shapes = [{"type": "Polygon", "arcs": [[k]], **name} for k, name in enumerate(names)]
        made = {
            "transform": {"scale": [1, 1], "translate": [0, 0]},
            "arcs": arcs,
            "objects": {"countries": {"geometries": shapes}},
        }
        (tmp_path / name).write_text(json.dumps(made), encoding="utf-8")
        return str(tmp_path / name)

    listed = tmp_path / "codes.json"
    codes = [{"numeric": "001", "alpha_3": "AAA"}, {"numeric": "002", "alpha_3": "BBB"},
             {"numeric": "003", "alpha_3": "CCC"}]  # fmt: skip
    listed.write_text(json.dumps({"3166-1": codes}), encoding="utf-8")
    coarse = topology("coarse.json", ("001", 0, 20), ("010", 40, 20), ("Kosovo", 60, 9), ("Somaliland", 80, 9))
    fine = topology("fine.json", ("001", 0, 20), ("002", 30, 1), ("010", 40, 20))
    finest = topology("finest.json", ("001", 0, 20), ("002", 30, 1), ("003", 50, 1), ("010", 40, 20))
    main([coarse, fine, finest, str(listed), str(tmp_path / "out.csv")])
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "iso3,kind,path"
    assert [line[:8] for line in lines[1:]] == [',land,"M', "AAA,land", "BBB,dot,", "CCC,dot,", "XKX,land"]
    with pytest.raises(SystemExit):
        main([])


def test_land_is_filled_by_bloc(real):
    drawn = countries(world_map(real, 640))
    fills = {drawn[code].get("fill") for code in ("USA", "DEU", "CHN", "IND")}
    blocs = {int(real.world.bloc[real.scenario.actor_ids.index(code)]) for code in ("USA", "DEU", "CHN", "IND")}
    assert len(fills) == len(blocs) == 3
    assert drawn["USA"].get("fill") == drawn["DEU"].get("fill")
    assert not any(e.get("stroke") for e in drawn.values()), "nobody is picked"


def test_members_of_a_picked_forum_and_no_others_are_outlined(real):
    f = real.scenario.forum_ids.index("GPAI")
    drawn = countries(world_map(real, 640, "forum:GPAI"))
    members = {real.scenario.actor_ids[i] for i in np.flatnonzero(real.world.member[f])}
    assert {code for code, e in drawn.items() if e.get("stroke") == "#111111"} == members & set(drawn)
    assert {code for code, e in drawn.items() if e.get("fill-opacity")} == members & set(drawn)


def test_those_who_share_more_attention_with_a_picked_actor_are_stronger(real):
    i = real.scenario.actor_ids.index("CHN")
    shared = ties(real, np.arange(real.world.actors), "pooled")[i]
    found, words = strength(real, "actor:CHN")
    others = np.arange(real.world.actors) != i
    assert found[others] == pytest.approx(shared[others] / shared.max()) and found[i] == 1.0
    assert f"most: {shared.max():.2f}" in words
    drawn = countries(world_map(real, 640, "actor:CHN"))
    for code in ("RUS", "BRA", "USA"):
        level = found[real.scenario.actor_ids.index(code)]
        if level > 0:
            assert float(drawn[code].get("fill-opacity")) == pytest.approx(0.22 + 0.73 * level, abs=0.006)


@pytest.mark.parametrize("picked", ["", "forum:GPAI", "actor:CHN", "forum:none", "actor:none", "?"])
def test_it_is_small_whole_and_heard(real, picked):
    markup = world_map(real, 640, picked)
    assert len(markup.encode()) < 160_000
    assert "World map at" in parsed(markup).get("aria-label")


def test_dots_are_as_large_on_every_screen(real):
    for width in (340, 900):
        dots = [e for e in countries(world_map(real, width)).values() if e.tag.endswith("circle")]
        assert len(dots) > 10 and {e.get("r") for e in dots} == {"3.2"}
        assert all(3.1 <= float(e.get("cx")) <= width - 3.1 for e in dots), "none is cut at the edge"


def test_every_member_of_the_united_nations_has_land_or_a_dot(real):
    # 193 members; the European Union is the one other state-like actor of the case
    members = {real.scenario.actor_ids[i] for i in real.states} - {"EUU"}
    assert len(members) == 193
    assert members <= set(countries(world_map(real, 640)))
    assert {"TUV", "XKX"} <= {code for code, _, _ in shapes()}


def test_it_says_whose_borders_are_drawn_and_what_is_not(real):
    drawn = countries(world_map(real, 640))
    away = len(real.scenario.actor_ids) - len(drawn)
    for width in (340, 640, 1200):
        text = " ".join(e.text for e in parsed(world_map(real, width)).iter() if e.tag.endswith("text") and e.text)
        assert "Borders: Natural Earth 1:110m" in text
        assert f"Not shown: Antarctica and {away} actors that are not countries." in text
