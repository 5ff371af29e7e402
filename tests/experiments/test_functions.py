"""Functions of one's own are part of the identity: nobody takes their numbers for those of the shipped ones."""

import functools
import sys

import pytest
from fake_runs import fake_run, shared_noise, tables_of

from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.running.run import run_arrays
from forumsim.scenarios import load_scenario
from forumsim.sweeps import sweep
from forumsim.sweeps.functions import described, with_functions
from forumsim.sweeps.past import open_past


def own_load(source, **fields):
    return load_scenario(source, **fields)


@pytest.mark.parametrize("own", [{"run": fake_run}, {"load": own_load}])
@pytest.mark.parametrize("state", ["complete", "begun"])
def test_a_plain_sweep_refuses_what_own_functions_made(given, tmp_path, own, state, monkeypatch):
    given |= {"replicates": 1, "vary": {"dialogue.level": [0, 1]}}
    if state == "begun":
        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr(sys.modules["forumsim.sweeps.sweep"], "assemble", lambda *_: 1 / 0)
            sweep(given, tmp_path / "out", **own)
    else:
        sweep(given, tmp_path / "out", **own)
    ((name, function),) = own.items()
    with pytest.raises(InputError, match=f"{name}: .*{function.__name__}.* there, the shipped function now"):
        sweep(given, tmp_path / "out")
    assert len(sweep(given, tmp_path / "out", **own).runs) == 2  # the same call goes on


def test_run_ids_are_those_of_the_functions(given, tmp_path):
    plan = make_plan(given)
    assert with_functions(plan, load_scenario, run_arrays) is plan
    own = with_functions(plan, load_scenario, fake_run)
    assert not {p.run_id(0) for p in own.points} & {p.run_id(0) for p in plan.points}
    assert with_functions(own, load_scenario, fake_run) is own
    assert set(sweep(given, tmp_path / "out", run=fake_run).runs["run_id"]) == {
        point.run_id(replicate) for replicate, point in own.runs()
    }


def test_another_function_of_ones_own_is_refused_too(given, tmp_path):
    folder = sweep(given, tmp_path / "out", run=fake_run).folder
    with pytest.raises(InputError, match=r"fake_run .* there, fake_runs\.shared_noise"):
        sweep(given, folder, run=shared_noise)


def test_a_repetition_says_what_it_needs(given, tmp_path):
    folder = sweep(given, tmp_path / "out", run=fake_run).folder
    with pytest.raises(InputError, match=r"made with other functions.*rerun_plan"):
        open_past(folder)
    again = sweep(open_past(folder, run=fake_run).plan, tmp_path / "again", run=fake_run)
    assert tables_of(again.folder) == tables_of(folder)


def module(text):
    names = {"__name__": "mine"}
    exec(compile(text, "mine", "exec"), names)
    return names["run"]


@pytest.mark.parametrize(
    "change",
    [
        ("x + rate", "x - rate"),
        ("rate = 1", "rate = 2"),
        ("return 2 * x", "return 3 * x"),
    ],
)
def test_what_a_function_uses_counts(change):
    """Its text, the functions and the constants of its module that it names; not the rest of the module."""
    text = "rate = 1\nother = 5\ndef part(x):\n    return 2 * x\ndef run(x):\n    return part(x + rate)\n"
    assert described(module(text)) == described(module(text.replace("other = 5", "other = 6")))
    assert described(module(text)) != described(module(text.replace(*change)))


def test_what_is_given_beforehand_counts():
    one, two = (functools.partial(fake_run, every=every) for every in (1, 2))
    assert described(one) != described(two) != described(fake_run)
