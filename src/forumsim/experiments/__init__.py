"""Experiments: plans, designs, seeds, the runner with its journal, results folders.

>>> from forumsim.experiments import make_plan
>>> plan = make_plan({"scenario": "two_blocs", "replicates": 2, "vary": {"dialogue.level": [0, 1]}})
>>> len(plan.points), plan.most_runs
(2, 4)
"""

from forumsim.experiments.mesa_frame import mesa_frame
from forumsim.experiments.parts import Part, Point
from forumsim.experiments.plan import Plan, load_plan, make_plan
from forumsim.experiments.rerun import rerun
from forumsim.experiments.results import Results
from forumsim.experiments.runner import TooManyFailures
from forumsim.experiments.seeds import run_seed
from forumsim.experiments.sweep import sweep

__all__ = [
    "Part", "Plan", "Point", "Results", "TooManyFailures", "load_plan", "make_plan", "mesa_frame", "rerun", "run_seed",
    "sweep",
]  # fmt: skip
