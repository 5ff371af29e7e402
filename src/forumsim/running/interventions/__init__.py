"""What a user does to a run between two steps: what-if, by the very functions that the rules call.

`ACTS` are the acts by name, `apply` does one and logs it, `check_interventions` checks a list of them, such as a plan
or a file has it. A list of interventions with a scenario, parameters and a seed is a run, to the bit.
"""

from forumsim.running.interventions.acts import ACTS
from forumsim.running.interventions.applying import apply, apply_listed
from forumsim.running.interventions.checks import check_arguments, check_interventions
from forumsim.running.interventions.stage import NotLive, Stage, plain_stage
from forumsim.running.interventions.table import details_text, read_interventions

__all__ = [
    "ACTS",
    "NotLive",
    "Stage",
    "apply",
    "apply_listed",
    "check_arguments",
    "check_interventions",
    "details_text",
    "plain_stage",
    "read_interventions",
]
