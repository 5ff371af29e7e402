"""Running a plan: workers, store and progress, and the tables that come of it; one run of it again."""

from forumsim.sweeps.rerun import rerun
from forumsim.sweeps.runner import TooManyFailures
from forumsim.sweeps.sweep import sweep

__all__ = ["TooManyFailures", "rerun", "sweep"]
