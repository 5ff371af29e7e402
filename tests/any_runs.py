"""What runs plans, with an argument ``run``: another function makes the runs, in their workers as well.

So tests see what sweeps do with runs that fail, kill their worker or take no time. Runs of all functions count as the
same.
"""

import functools
from unittest import mock

from forumsim.commands import fresh
from forumsim.running.run import run_arrays
from forumsim.studies.calibration import calibrate
from forumsim.sweeps import expectation, past, rerun_plan, single, sweep, work


def with_runs(function):
    @functools.wraps(function)
    def called(*given, run=run_arrays, **more):
        with mock.patch.object(work, "run_arrays", run):
            return function(*given, **more)

    return called


sweep, calibrate = with_runs(sweep), with_runs(calibrate)
sweep_fresh, expect = with_runs(fresh.sweep_fresh), with_runs(expectation.expect)
open_past, rerun_plan, write_run = map(with_runs, (past.open_past, rerun_plan.rerun_plan, single.write_run))
