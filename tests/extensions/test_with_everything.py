"""Extensions beside cells, fields, presets and twins: in one plan, and in scenarios of extensions."""

from __future__ import annotations

import numpy as np
import pytest

from forumsim import InputError, load_scenario, sweep
from forumsim.plans import make_plan
from forumsim.results.validation import check_results
from forumsim.sweeps.past import open_past
from forumsim.sweeps.rerun import find
from forumsim.sweeps.rerun_plan import rerun_plan
from forumsim.sweeps.single import write_run

#: A measure that reads a cell, and one that reads the preset: both are constant, as no rule of the model acts.
MEASURES = """
@measure(label="Law of the first forum")
def first_law(world, p):
    return world.legalization[0]

@measure(label="Level of dialogue")
def said_level(world, p):
    return p["dialogue_level"]
"""
LAW = "forums.universal_civil.legalization"
GATE = """
from forumsim.extensions import gate

@gate()
def nobody(world, p, forum, actor):
    return False
"""
WORLD = """
from forumsim.extensions import parameter, scenario

@scenario(title="Draws", issues={{"trade": "Trade"}}, blocs=["north", "south"], steps=4,
          forums=[{{"id": "talks", "mandate": "trade", "charter_trade": 0.5}}],
          {field}=parameter(4, 2, 9, "Number of states.", whole=True))
def two_kinds(draw, {field}):
    for k in range({field}):
        yield {{"id": f"s{{k}}", "bloc": "north" if k % 2 else "south", "power": 1, "position_trade": draw(k, 0)}}
"""


@pytest.fixture
def everything(plan, own):
    """A plan that varies a cell, a field, a preset and an own parameter, and compares with twins."""
    own.write_text(own.read_text() + MEASURES, encoding="utf-8")
    vary = {LAW: [0.2, 0.9], "scenario.majors_power": [0.1, 0.3], "preset": ["none", "track1"],
            "fatigue.loss": [0, 0.25]}  # fmt: skip
    series = ["fragmentation_across", "mean_trust", "first_law", "said_level"]

    def make(**changes):
        given = plan(vary=vary, twins={"fatigue.loss": 0.1}, replicates=1, record={"series": series, "every": 4})
        return given | changes

    return make


def test_a_plan_varies_all_kinds_of_names_with_twins(everything, own, tmp_path):
    """Every column holds what the run had, and every twin is the point that differs in the own parameter alone."""
    results = sweep(everything(), tmp_path / "out", with_=own)
    runs = results.runs
    (law,) = [name for name in runs if name.startswith("forums_universal_civil")]
    assert len(runs) == 16 + 8  # two points share each twin
    pooled = results.series[results.series["issue"] == "pooled"].merge(runs, on="run_id")
    assert (pooled["first_law"] == pooled[law]).all()
    assert (pooled["said_level"] == pooled["preset"].map({"none": 0.0, "track1": 0.5})).all()
    for row in runs.to_dict("records"):
        fields = {"actors": 8, "nonstate": 0, "majors_power": row["scenario_majors_power"]}
        trust = load_scenario("two_blocs", **fields).build(row["seed"]).trust
        start = trust[~np.eye(len(trust), dtype=bool)].mean()
        there = pooled[pooled["run_id"] == row["run_id"]]
        expected = [start * (1 - row["fatigue_loss"]) ** step for step in there["step"]]
        assert there["mean_trust"].to_numpy() == pytest.approx(expected, rel=1e-7)
    points, settings = results.points.set_index("point"), [law, "scenario_majors_power", "preset"]
    alone = points["twin"].astype(bool)
    assert alone.sum() == 8 and set(points.loc[alone, "fatigue_loss"]) == {0.1}
    for _, row in points[~alone].iterrows():
        other = points.loc[row["twin_point"]]
        assert other["twin"] and other[settings].tolist() == row[settings].tolist()
    assert len(results.twins) == 16 * 3
    assert not check_results(results.folder).problems


def test_its_folder_is_run_again_and_a_twin_alone_as_well(everything, own, tmp_path):
    results = sweep(everything(), tmp_path / "out", with_=own)
    kept = results.folder / "inputs/extensions/my_rules.py"
    assert not rerun_plan(results.folder, with_=kept).differences
    past = open_past(results.folder, with_=kept)
    run_id = results.runs.query("twin == 1")["run_id"].iloc[0]
    alone = write_run(past, find(past, run_id), tmp_path / "alone")
    assert alone.runs["run_id"].tolist() == [run_id]
    one, two = (r.series[r.series["run_id"] == run_id].reset_index(drop=True) for r in (results, alone))
    assert one.equals(two[one.columns])


@pytest.mark.parametrize(
    ("vary", "parameters", "twins", "found"),
    [
        ({"fatigue.loss": [0, 0.25]}, {}, {"fatigue.loss": 0}, [0, 0]),  # the twin is a point of the plan
        ({"dialogue.level": [0, 1]}, {}, {"fatigue_loss": 0.01}, [0, 1]),  # the default: nothing else to compare with
        ({"dialogue.level": [0, 1]}, {"fatigue.loss": 0.2}, {"fatigue.loss": 0.2}, [0, 1]),
        ({"dialogue.level": [0, 1]}, {"fatigue.loss": 0.2}, {"fatigue.loss": 0.1}, [2, 3]),
        ({LAW: [0.2, 0.3]}, {"fatigue.loss": 0.2}, {"fatigue.loss": 0.1, LAW: 0.3}, [2, 2]),
    ],
)
def test_own_parameters_decide_on_twins(everything, own, vary, parameters, twins, found):
    plan = make_plan(everything(vary=vary, parameters=parameters, twins=twins, contrasts={}), with_=own)
    assert [point.twin for point in plan.points if not point.extra] == found


def test_mistakes_in_all_of_them_are_told_at_once(everything, own):
    given = everything(
        vary={"forums.universal_civl.legalization": [0.2], "fatigue.los": [0, 1], "scenario.majors_powr": [0.1]},
        twins={"fatigue.loss": 7, "fatige.loss": 0, "scenario.polarisaton": 0.5},
        contrasts={"c": {"from": {"fatigue.lss": 0}, "to": {"fatigue.lss": 1}}},
    )
    with pytest.raises(InputError) as raised:
        make_plan(given, with_=own)
    text = str(raised.value)
    for part in ("no row 'universal_civl' in forums", "did you mean 'fatigue.loss'?", "did you mean 'majors_power'?",
                 "[twins] fatigue.loss: found 7; allowed: 0 to 1", "[twins] fatige.loss: no such parameter",
                 "[twins] scenario.polarisaton", "fatigue.lss: is not varied by the plan"):  # fmt: skip
        assert part in text


# --- cells and fields of what extensions declare ----------------------------------------------------------------------


def test_a_cell_names_a_gate(tmp_path):
    path = tmp_path / "gates.py"
    path.write_text(GATE, encoding="utf-8")
    cells = {"forums.universal_civil.own_gate": "nobody", "forums.universal_civil.admission": "invitation"}
    case = load_scenario("two_blocs", with_=path, **cells)
    assert case.own_gates == {0: "nobody"} and load_scenario("two_blocs", with_=path).own_gates == {}
    with pytest.raises(InputError, match=r"forums.universal_civil.own_gate: no gate 'nobdy'.*did you mean 'nobody'"):
        load_scenario("two_blocs", with_=path, **cells | {"forums.universal_civil.own_gate": "nobdy"})


@pytest.fixture
def world(tmp_path):
    def write(field="states"):
        path = tmp_path / "worlds.py"
        path.write_text(WORLD.format(field=field), encoding="utf-8")
        return path

    return write


def test_positions_that_a_function_draws_are_spread(world):
    """They become m + s (x - m), clipped, as those of every scenario; cells of forums are those that are set."""
    path = world()
    plain = load_scenario("two_kinds", with_=path)
    cells = {"spread": 3.0, "forums.talks.charter_trade": 0.8}
    other = load_scenario("two_kinds", with_=path, **cells)
    for seed in (1, 2):
        before, after = plain.build(seed), other.build(seed)
        mean = before.position.mean()
        expected = np.clip(mean + 3.0 * (before.position - mean), 0.0, 1.0)
        assert after.position == pytest.approx(expected) and not (after.position == before.position).all()
        assert (before.charter[0, 0], after.charter[0, 0]) == (0.5, 0.8)


def test_actors_that_a_function_draws_are_not_set_one_by_one(world):
    for name in ("actors.s1.power", "actors.s1", "actors.s9.sincerity"):
        with pytest.raises(InputError, match=r"the scenario two_kinds draws its actors"):
            load_scenario("two_kinds", with_=world(), **{name: 0.5})


def test_a_field_that_every_scenario_has_cannot_be_declared(world):
    with pytest.raises(InputError, match=r"fields.spread\]: every scenario has this field; allowed: another name"):
        load_scenario("two_kinds", with_=world("spread"))
