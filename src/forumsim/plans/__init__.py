"""What to run: plans with their parts, factors, designs, replication and contrasts.

>>> from forumsim.plans import make_plan
>>> plan = make_plan({"scenario": "two_blocs", "replicates": 2, "vary": {"dialogue.level": [0, 1]}})
>>> len(plan.points), plan.most_runs
(2, 4)
"""

from forumsim.plans.parts import Part, Point
from forumsim.plans.plan import Plan, load_plan, make_plan
from forumsim.plans.seeds import run_seed

__all__ = ["Part", "Plan", "Point", "load_plan", "make_plan", "run_seed"]
