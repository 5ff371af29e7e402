"""How much faster the compiled kernel is than the same model as plain Mesa agents (`tests/reference`).

    python benchmarks/reference.py [--runs 5]

Both run the same steps of the same worlds in turns. Prints medians of steps per second of processor time, which other
processes disturb least, and of the ratio within each turn. Both are called step by step from Python and neither takes
measures.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from forumsim.core.schedule import make_room, prepare, step
from forumsim.running.run import params_for
from forumsim.scenarios import load_scenario

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from reference.model import ReferenceModel


def seconds_of_reference(world, record, steps):
    """Processor seconds of some steps of the Mesa model."""
    model = ReferenceModel(world, record)
    before = time.process_time()
    for _ in range(steps):
        model.step()
    return time.process_time() - before


def seconds_of_kernel(world, record, steps):
    """Processor seconds of the same steps of the kernel."""
    world = world.copy()
    prepare(world, record)
    before = time.process_time()
    for _ in range(steps):
        make_room(world)
        step(world, record)
    return time.process_time() - before


def side_by_side(states, steps, runs):
    """Medians over turns of `two_blocs` with so many states; the first turn warms up and does not count."""
    scenario = load_scenario("two_blocs", actors=states)
    record = params_for(scenario, {"dialogue.level": 0.5})
    turns = []
    for seed in range(runs + 1):
        world = scenario.build(seed, record)
        turns.append((seconds_of_reference(world, record, steps), seconds_of_kernel(world, record, steps)))
    slow, fast = (statistics.median(steps / turn[n] for turn in turns[1:]) for n in (0, 1))
    ratio = statistics.median(reference / kernel for reference, kernel in turns[1:])
    print(f"{states:4} states: reference {slow:7.1f}, kernel {fast:7.0f} steps a second, ratio {ratio:5.0f}")


def main() -> None:
    """Run both sizes."""
    parser = argparse.ArgumentParser(description="Time the compiled kernel against plain Mesa agents.")
    parser.add_argument("--runs", type=int, default=5, help="turns of each world")
    runs = parser.parse_args().runs
    print(f"two_blocs with 6 non-state actors, dialogue .5, 40 steps, medians of {runs} turns")
    for states in (60, 10):
        side_by_side(states, 40, runs)


if __name__ == "__main__":
    main()
