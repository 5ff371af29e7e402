"""Exploratory modelling with the EMA workbench (Kwakkel 2017): forumsim as a model of uncertainties and levers.

    pip install forumsim ema_workbench        # version 3 of the workbench needs Python 3.12
    python examples/ema_workbench_model.py

Dialogue is what policy can set (levers); how far the blocs stand apart and how sincere states are is not known
(uncertainties). Each experiment is run with several seeds, the same in all experiments, so that two experiments differ
in their settings alone; outcomes are means over these seeds.
"""

from __future__ import annotations

import numpy as np

from forumsim import load_scenario
from forumsim.core.measures import column_index
from forumsim.plans import run_seed
from forumsim.running.run import params_for, run_arrays

SCENARIO, FIELDS = "two_blocs", {"actors": 30}
STEPS, REPLICATES, SEED = 40, 5, 1
FIELD = "scenario_"


def forum_world(replicates=REPLICATES, steps=STEPS, **settings):
    """Run one experiment.

    Parameters
    ----------
    replicates, steps : int
    settings
        Parameters of the model with underscores (``dialogue_level``), fields of the scenario with ``scenario_`` before
        their name (``scenario_polarisation``).

    Returns
    -------
    dict
        ``fragmentation`` (across blocs) and ``trust`` (across blocs) at the end, ``sd`` of the first over the seeds,
        and ``course``, the fragmentation at every step (steps + 1,).
    """
    fields = {name.removeprefix(FIELD): value for name, value in settings.items() if name.startswith(FIELD)}
    parameters = {name: value for name, value in settings.items() if not name.startswith(FIELD)}
    scenario = load_scenario(SCENARIO, **(FIELDS | fields))
    record = params_for(scenario, parameters)
    runs = [run_arrays(scenario, record, steps, run_seed(SEED, r)).series[:, -1] for r in range(replicates)]  # pooled
    courses = np.array(runs)[:, :, column_index("fragmentation_across")]
    trust = np.array(runs)[:, -1, column_index("trust_across")]
    return {
        "fragmentation": courses[:, -1].mean(),
        "sd": courses[:, -1].std(ddof=1) if replicates > 1 else np.nan,
        "trust": trust.mean(),
        "course": courses.mean(axis=0),
    }


def make_model():
    """The model as the workbench sees it."""
    from ema_workbench import Model, RealParameter, ScalarOutcome, TimeSeriesOutcome

    model = Model("forumsim", function=forum_world)
    model.uncertainties = [
        RealParameter("scenario_polarisation", 0.3, 0.8),
        RealParameter("sincerity_level", 0.2, 0.9),
    ]
    model.levers = [
        RealParameter("dialogue_level", 0.0, 1.0),
        RealParameter("dialogue_bridging", 0.0, 1.0),
    ]
    model.outcomes = [
        ScalarOutcome("fragmentation", kind=ScalarOutcome.MINIMIZE),
        ScalarOutcome("trust", kind=ScalarOutcome.MAXIMIZE),
        ScalarOutcome("sd"),
        TimeSeriesOutcome("course"),
    ]
    return model


def main():
    """Forty worlds under four policies, on two processes; then where dialogue fails."""
    from ema_workbench import MultiprocessingEvaluator

    with MultiprocessingEvaluator(make_model(), n_processes=2) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=40, policies=4)
    apart = outcomes["fragmentation"] > 0.5
    print(f"{len(experiments)} experiments; fragmented in {apart.mean():.0%}")
    columns = ["scenario_polarisation", "sincerity_level", "dialogue_level", "dialogue_bridging"]
    means = experiments[columns].astype(float).groupby(np.where(apart, "fragmented", "together")).mean()
    print(means.round(2).to_string())


if __name__ == "__main__":
    main()
