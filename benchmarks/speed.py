"""How long runs take: whole runs and each rule, in one process and side by side.

    python benchmarks/speed.py [--runs 20]

Prints medians for the two shipped scenarios at three levels of dialogue, what each rule takes of a step,
and the ratio of the compiled schedule to the same rules called one by one from Python. Machines differ and are noisy:
compare figures of one call only.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from forumsim.core.measures import MEASURES, measure, verdict_measures
from forumsim.core.schedule import SCHEDULE, make_room, prepare, step, step_by
from forumsim.core.terms import STEP
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario


def clock(function, *arguments):
    """Milliseconds of one call (whole runs: take the median, other processes may take turns)."""
    before = time.perf_counter()
    function(*arguments)
    return 1e3 * (time.perf_counter() - before)


def whole_runs(runs):
    """Median and range of whole runs: build, prepare, all steps, all measures at every fourth."""
    print(f"whole runs, milliseconds, median (least to most) of {runs}; 60 states and 6 others, 194 states and 21")
    for name, steps in (("two_blocs", 120), ("ai_governance", 60)):
        scenario = load_scenario(name)
        for level in (0.0, 0.3, 1.0):
            record = params_for(scenario, {"dialogue.level": level})
            run_arrays(scenario, record, steps, 1, 4)
            times = [clock(run_arrays, scenario, record, steps, seed, 4) for seed in range(1, runs + 1)]
            spread = f"({min(times):.1f} to {max(times):.1f})"
            print(f"  {name:14} {steps:3} steps, level {level:3}: {statistics.median(times):6.1f} {spread}")


def by_rule(runs):
    """What each part takes of a step, less the cost of the call from Python."""
    for name, steps in (("two_blocs", 120), ("ai_governance", 60)):
        scenario = load_scenario(name)
        record = params_for(scenario, {"dialogue.level": 0.5})
        spent: dict[str, list[float]] = {}

        def spend(part, *call, spent=spent):
            spent.setdefault(part, []).append(1e3 * clock(*call))

        for seed in range(1, runs + 1):
            world = scenario.build(seed, record)
            prepare(world, record)
            few, all_of = np.empty((world.issues + 1, 3)), np.empty((world.issues + 1, len(MEASURES)))
            off = params_for(scenario, {"rule.shocks": False})
            for _ in range(steps):
                world.clock[STEP] += 1
                make_room(world)
                for rule in SCHEDULE:
                    spend(rule.__name__, rule, world, record)
                spend("verdict_measures", verdict_measures, world, record, few)
                spend("measure", measure, world, record, all_of)
                spend("a call", SCHEDULE[0], world, off)
        call = statistics.median(spent.pop("a call"))
        print(f"{name}: median microseconds a step, less {call:.0f} for the call from Python")
        for part, times in spent.items():
            print(f"  {part:12} {max(0.0, statistics.median(times) - call):7.1f}")


def by_hand(runs):
    """Ratio of rules called one by one to the compiled step."""
    for name in ("two_blocs", "ai_governance"):
        scenario = load_scenario(name)
        record = params_for(scenario)

        def march(one_step, scenario=scenario, record=record):
            world = scenario.build(1, record)
            prepare(world, record)
            for _ in range(40):
                make_room(world)
                one_step(world, record)

        pairs = [
            (clock(march, step), clock(march, lambda world, p: step_by(world, p, SCHEDULE))) for _ in range(runs + 1)
        ][1:]
        ratio = statistics.median(other / own for own, other in pairs)
        print(f"{name}: rules one by one from Python take {ratio:.2f} times the compiled step")


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description="Time runs, rules and the compiled step.")
    parser.add_argument("--runs", type=int, default=20, help="runs of each setting")
    runs = parser.parse_args().runs
    whole_runs(runs)
    by_rule(max(1, runs // 5))
    by_hand(max(3, runs // 4))


if __name__ == "__main__":
    main()
