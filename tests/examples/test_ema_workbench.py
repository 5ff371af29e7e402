"""The example for the EMA workbench: its function by itself, and under the workbench where that installs."""

import importlib.util
import sys
import warnings

import numpy as np
import pytest

from forumsim.sweeps import sweep


@pytest.fixture(scope="module")
def example(root):
    path = root / "examples" / "ema_workbench_model.py"
    spec = importlib.util.spec_from_file_location("ema_workbench_model", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


SETTINGS = {"dialogue_level": 0.4, "sincerity_level": 0.7, "scenario_polarisation": 0.6}


def test_an_experiment_is_a_point_of_a_sweep(example, tmp_path):
    """The same settings and seeds as a plan: the same means."""
    found = example.forum_world(replicates=3, steps=6, **SETTINGS)
    plan = {"scenario": example.SCENARIO, "steps": 6, "replicates": 3, "seed": example.SEED,
            "fields": {**example.FIELDS, "polarisation": 0.6},
            "parameters": {"dialogue.level": 0.4, "sincerity.level": 0.7, "measure.state_steps": 1},
            "record": {"series": ["fragmentation_across", "trust_across"]}}  # fmt: skip
    results = sweep(plan, tmp_path / "out")
    rows = results.summary[results.summary["issue"] == "pooled"].set_index("measure")
    assert found["fragmentation"] == pytest.approx(rows.loc["fragmentation_across", "mean"], rel=1e-6)
    assert found["sd"] == pytest.approx(rows.loc["fragmentation_across", "sd"], rel=1e-6)
    assert found["trust"] == pytest.approx(rows.loc["trust_across", "mean"], rel=1e-6)
    series = results.series[results.series["issue"] == "pooled"].groupby("step")["fragmentation_across"].mean()
    assert found["course"] == pytest.approx(series.to_numpy(), rel=1e-6)


def test_unknown_settings_are_refused(example):
    from forumsim.core.errors import InputError

    with pytest.raises(InputError, match=r"did you mean 'dialogue\.level'"):
        example.forum_world(dialogue_levl=0.3)


def test_the_workbench_runs_it(example):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what else could be installed
        reason = "ema_workbench is not installed (version 3 needs Python 3.12)"
        workbench = pytest.importorskip("ema_workbench", reason=reason)
        model = example.make_model()
        model.constants = [workbench.Constant("steps", 5), workbench.Constant("replicates", 2)]
        experiments, outcomes = workbench.perform_experiments(model, scenarios=3, policies=2)
    assert len(experiments) == 6
    assert outcomes["course"].shape == (6, 6)
    assert outcomes["course"][:, -1] == pytest.approx(outcomes["fragmentation"])
    names = ["scenario_polarisation", "sincerity_level", "dialogue_level", "dialogue_bridging"]
    for number in (0, 5):
        settings = {name: float(experiments[name].iloc[number]) for name in names}
        alone = example.forum_world(replicates=2, steps=5, **settings)
        assert outcomes["trust"][number] == pytest.approx(alone["trust"])
    assert len(np.unique(outcomes["trust"])) == 6
