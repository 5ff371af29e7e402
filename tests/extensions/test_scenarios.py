"""Scenarios of extensions: their worlds are what the function gives, their fields are fields, mistakes are named."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from forumsim import InputError, copy_scenario, load_scenario, simulate, sweep
from forumsim.commands.cli import app
from forumsim.core.draws import SCENARIO, stream, uniform
from forumsim.results.export import export
from forumsim.results.validation import check_results

TEXT = """
from forumsim.extensions import parameter, scenario

@scenario(
    title="Small and large states",
    issues={{"trade": ("Trade", "closed", "open")}},
    blocs={{"north": "The North", "south": "The South"}},
    forums=[{{"id": "talks", "mandate": "trade", "charter_trade": 0.5, "admission": "open"}},
            {{"id": "club", "mandate": "trade", "charter_trade": 0.9}}],
    parameters={{"dialogue.level": 0.3}},
    steps=6,
    states=parameter(6, 2, 50, "Number of states.", whole=True),
    gap=parameter(0.5, 0, 1, "Largest position."),
)
def two_sizes(draw, states, gap):
    for k in range(states):
        {line}
"""
ROW = (
    'yield {"id": f"s{k}", "bloc": "north" if k < 2 else "south", "power": 5 if k < 2 else 1, '
    '"position_trade": gap * draw(k, 0), "forums": ["talks", "club"] if k < 2 else "talks"}'
)


@pytest.fixture
def file(tmp_path):
    def write(line=ROW):
        path = tmp_path / "my_world.py"
        path.write_text(TEXT.format(line=line), encoding="utf-8")
        return path

    return write


def test_its_worlds_are_what_the_function_says(file):
    case = load_scenario("two_sizes", with_=file(), states=4, gap=0.8)
    assert (case.title, case.steps, case.blocs, case.issues) == (
        "Small and large states", 6, ("north", "south"), ("trade",)
    )  # fmt: skip
    assert case.parameters == {"dialogue.level": 0.3}
    for seed in (1, 2):
        world = case.build(seed)
        key = np.uint64(stream(np.uint64(seed), SCENARIO, 0))
        assert world.position[:, 0].tolist() == [0.8 * float(uniform(key, k, 0)) for k in range(4)]
        assert world.power.tolist() == pytest.approx([5 / 12, 5 / 12, 1 / 12, 1 / 12])
        assert world.member[:2].tolist() == [[True] * 4, [True, True, False, False]]
        assert world.trust[0, 1] == pytest.approx(world.baseline[0, 1])
    assert case.build(1).position[0, 0] != case.build(2).position[0, 0]


def test_a_copy_of_it_is_a_folder_whose_actors_it_draws(file, tmp_path):
    """The commands that `forumsim scenarios` names at its end make the copy and run it."""
    path, folder = file(), tmp_path / "mine"
    shown = CliRunner().invoke(app, ["scenarios", "two_sizes", "--with", str(path)]).output
    assert f"a copy to edit: forumsim scenarios two_sizes --with {path} --copy DIR" in " ".join(shown.split())
    copied = CliRunner().invoke(app, ["scenarios", "two_sizes", "--with", str(path), "--copy", str(folder)])
    assert copied.exit_code == 0
    assert f"then: forumsim run {folder} --with {path}" in " ".join(copied.output.split())
    table = (folder / "forums.csv").read_text(encoding="utf-8")
    (folder / "forums.csv").write_text(table.replace("0.5", "0.7"), encoding="utf-8")
    mine, plain = load_scenario(folder, with_=path), load_scenario("two_sizes", with_=path)
    assert (mine.name, mine.blocs, mine.parameters) == ("mine", plain.blocs, plain.parameters)
    one, two = mine.build(3), plain.build(3)
    assert np.array_equal(one.position, two.position) and (one.charter[0, 0], two.charter[0, 0]) == (0.7, 0.5)
    with pytest.raises(InputError, match="it is there already"):
        copy_scenario("two_sizes", folder, path)
    with pytest.raises(InputError, match="did you mean 'two_sizes'"):
        copy_scenario("two_size", tmp_path / "other", path)


def test_without_forums_every_state_is_in_every_forum(file):
    states = ROW.replace('"power": 5 if k < 2 else 1', '"kind": "state" if k else "nonstate", "power": k')
    line = states.partition(', "forums"')[0] + "}"
    world = load_scenario("two_sizes", with_=file(line)).build(1)
    assert world.member[:2].sum(axis=1).tolist() == [5, 5] and not world.member[:2, 0].any()


def test_its_fields_are_varied_and_checked(file, tmp_path):
    path = file()
    plan = {"scenario": "two_sizes", "replicates": 1, "vary": {"scenario.states": [3, 5]}, "record": {"detail": "all"}}
    results = sweep(plan, tmp_path / "out", with_=path)
    actors = results.table("actors").query("step == 0").groupby("run_id").size()
    assert sorted(actors) == [3, 5]
    assert not check_results(results.folder).problems  # from the description alone, which knows no actors
    assert export(results.folder, ["dta"])
    for value, told in ((2.5, "a whole number from 2 to 50"), (99, "a whole number from 2 to 50")):
        with pytest.raises(InputError, match=told):
            load_scenario("two_sizes", with_=path, states=value)


def test_a_folder_may_name_it_as_its_generator(file, tmp_path):
    case = load_scenario("two_sizes", with_=file())
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in case.files.items():
        (folder / name).write_bytes(content.replace(b"Small and large", b"Other"))
    again = load_scenario(folder, with_=file())
    assert again.title == "Other states" and again.build(3).position.tolist() == case.build(3).position.tolist()
    with pytest.raises(InputError, match=r"no generator 'two_sizes'.*--with FILE.py"):
        load_scenario(folder)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (ROW.replace('"power"', '"powr"'), r"'powr'.*did you mean 'power'"),
        (ROW.replace("gap * draw(k, 0)", "3"), r"column 'position_trade': found '?3"),
        (ROW.replace("5 if k < 2 else 1", "0"), "the states have none"),
        (ROW.replace('f"s{k}"', '"s"'), "'s' stands twice; allowed: each id once"),
        (ROW.replace('"talks"}', '"tallks"}'), "did you mean 'talks'"),
        ("yield {'id': 1 / 0}", r"my_world.py, line 17\): ZeroDivisionError"),
        ("pass", "TypeError: 'NoneType' object is not iterable"),
        ("yield from ()", "there is none; allowed: one for each actor"),
    ],
)
def test_mistakes_are_named(file, line, told):
    with pytest.raises(InputError, match=told):
        load_scenario("two_sizes", with_=file(line))


def test_ids_that_depend_on_the_seed_are_refused(file):
    path = file(ROW.replace('f"s{k}"', 'f"s{k}_{int(draw(k, 1) * 1e6)}"'))
    with pytest.raises(InputError, match="gives other actors than seed 0; allowed: the same ids for every seed"):
        simulate("two_sizes", seed=7, with_=path)


def test_a_shipped_name_is_refused(file):
    path = file()
    path.write_text(path.read_text().replace("two_sizes", "two_blocs"))
    with pytest.raises(InputError, match="the name is that of a shipped scenario"):
        load_scenario("two_blocs", with_=path)
