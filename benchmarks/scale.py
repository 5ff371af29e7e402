"""What a sweep of very many runs takes beyond the model: memory, overhead a run, gain of a second core.

    python benchmarks/scale.py [--runs 100000] [--workers 2 1] [--memory FILE.csv]

Runs `forumsim sweep` on a plan of ``two_blocs`` (60 actors, 60 steps) once for each number of workers, watches the
processes from outside, and prints figures of the same call side by side: machines differ and are noisy. The kernel is
the time inside `forumsim.running.run.run_arrays` as the store adds it up; overhead is what all processes together
took of the processor beyond that (starting, rows as text, store, final tables), as a share of it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

POINTS = 10
PLAN = """
scenario = "two_blocs"
steps = 60
replicates = {replicates}
seed = 1
[vary]
"dialogue.level" = {{from = 0, to = 1, n = {points}}}
[record]
every = 4
"""
#: Seconds between two looks at the memory.
LOOK = 1.0


def memory(process: psutil.Process) -> dict[int, float]:
    """Proportional set size in MB of a process and all below it, by process."""
    sizes = {}
    for one in [process, *process.children(recursive=True)]:
        try:
            sizes[one.pid] = one.memory_full_info().pss / 2**20
        except psutil.Error:  # it has ended
            continue
    return sizes


def watched(command: list[str]) -> tuple[float, float, list[tuple[float, dict[int, float]]]]:
    """Run a command: wall seconds, processor seconds of all its processes, memory over time."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    process, looks = psutil.Process(child.pid), []
    while child.poll() is None:
        looks.append((time.perf_counter() - began, memory(process)))
        time.sleep(LOOK)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode:
        sys.exit(f"the sweep ended with status {child.returncode}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, processor, [look for look in looks if look[1]]


def one(runs: int, workers: int, folder: Path, log: Path | None) -> dict[str, float]:
    """Figures of one sweep; the memory over time goes to ``log``."""
    plan, out = folder / "plan.toml", folder / f"out{workers}"
    plan.write_text(PLAN.format(replicates=max(1, runs // POINTS), points=POINTS), encoding="utf-8")
    command = [sys.executable, "-m", "forumsim", "sweep", str(plan), "--workers", str(workers), "--out", str(out)]
    wall, processor, looks = watched([*command, "--quiet"])
    times = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    total = [(at, sum(sizes.values())) for at, sizes in looks]
    settled = [size for at, size in total if at >= min(15.0, wall / 5)][:3]  # compiled, and the pool has started
    start = min(settled) if settled else total[0][1]
    if log:
        with log.open("a", encoding="utf-8") as file:
            for at, sizes in looks:
                file.writelines(f"{workers},{at:.1f},{pid},{size:.1f}\n" for pid, size in sizes.items())
    bytes_out = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    shutil.rmtree(out)
    kernel = times["times"]["model_seconds"]
    return {
        "runs": times["runs"]["ended"], "wall": wall, "processor": processor, "kernel": kernel,
        "overhead": processor / kernel - 1.0, "start": start, "most": max(size for _, size in total),
        "disk": bytes_out / 2**20,
    }  # fmt: skip


def main() -> None:
    """Sweep once for each number of workers and compare."""
    parser = argparse.ArgumentParser(description="Memory, overhead and scaling of a sweep of very many runs.")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--folder", type=Path, help="where the results lie meanwhile [default: a temporary folder]")
    parser.add_argument("--memory", type=Path, metavar="FILE", help="CSV of the memory of each process over time")
    arguments = parser.parse_args()
    if arguments.memory:
        arguments.memory.write_text("workers,seconds,process,megabytes\n", encoding="utf-8")
    os.environ["PYTHONWARNINGS"] = "ignore"
    walls = {}
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        for workers in arguments.workers:
            found = one(arguments.runs, workers, Path(scratch), arguments.memory)
            walls[workers] = found["wall"]
            print(f"{workers} worker(s), {found['runs']} runs of two_blocs, 60 steps, records at every fourth:")
            print(f"  {found['wall']:.1f} s; processor {found['processor']:.1f} s, kernel {found['kernel']:.1f} s, "
                  f"overhead {100 * found['overhead']:.1f} % of the kernel")  # fmt: skip
            print(f"  memory of all processes: {found['start']:.0f} MB once running, at most {found['most']:.0f} MB, "
                  f"{found['most'] - found['start']:.0f} MB beyond; {found['disk']:.0f} MB on the disk",
                  flush=True)  # fmt: skip
    if 1 in walls and 2 in walls:
        print(f"two workers are {walls[1] / walls[2]:.2f} times as fast as one")


if __name__ == "__main__":
    main()
