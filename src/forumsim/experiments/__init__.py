"""Experiments: plans, designs, seeds, the runner with its journal, results folders.

>>> from forumsim.experiments import make_plan
>>> plan = make_plan({"scenario": "two_blocs", "replicates": 2, "vary": {"dialogue.level": [0, 1]}})
>>> plan.points, plan.runs
(2, 4)
"""

from forumsim.experiments.designs import Point, design_points
from forumsim.experiments.plan import Plan, load_plan, make_plan
from forumsim.experiments.results import Results
from forumsim.experiments.seeds import run_seed
from forumsim.experiments.sweep import sweep

__all__ = ["Plan", "Point", "Results", "design_points", "load_plan", "make_plan", "run_seed", "sweep"]
