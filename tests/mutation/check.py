"""Break each rule and each measure on purpose and see whether the tests notice: ``python tests/mutation/check.py``.

Prints what killed each mutant and the share killed. Exit status 1 when that is below 90 %, 2 when the tests do not
pass without a mistake or a mutant is no program that runs.
"""

from __future__ import annotations

import argparse
import csv
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from copies import Copy, Outcome
from mutant import Mutant
from mutants import MUTANTS, sample

ROOT = Path(__file__).resolve().parents[2]
#: Share of mutants that the tests have to notice.
ENOUGH = 0.9


def chosen(only: str | None, number: int | None) -> tuple[Mutant, ...]:
    """Mutants whose name or file matches, and of all of them a fixed sample where a number is given."""
    listed = MUTANTS if number is None else sample(number)
    return tuple(m for m in listed if only is None or re.search(only, f"{m.file}::{m.name}"))


def try_all(mutants: Sequence[Mutant], workers: int, timeout: float) -> list[Outcome]:
    """Outcome of every mutant, in their order; each worker has a copy of its own.

    Raises
    ------
    SystemExit
        The tests do not pass without a mistake.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch, ThreadPoolExecutor(workers) as pool:
        copies = [Copy(ROOT, Path(scratch).resolve() / f"copy{number}") for number in range(workers)]
        try:
            warm_up(copies, mutants, pool, 4 * timeout)
            free: SimpleQueue[Copy] = SimpleQueue()
            for copy in copies:
                free.put(copy)
            return list(pool.map(lambda mutant: attempt(mutant, free, timeout), mutants))
        finally:  # of an interrupted check nothing goes on
            pool.shutdown(wait=False, cancel_futures=True)
            for copy in copies:
                copy.stop()


def warm_up(copies: Sequence[Copy], mutants: Sequence[Mutant], pool: ThreadPoolExecutor, timeout: float) -> None:
    """Run in each copy all tests of the mutants, without a mistake: they must pass, and what they compile is kept."""
    tests = copies[0].existing(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    print(f"{len(mutants)} mutants, {len(copies)} copies; first the tests without a mistake:", *tests, flush=True)
    for outcome in pool.map(lambda copy: copy.warm_up(tests, timeout), copies):
        if outcome.end != "passed":
            print(outcome.output)
            raise SystemExit(2)
        print(f"passed in {outcome.seconds:.0f} s", flush=True)


def attempt(mutant: Mutant, free: SimpleQueue[Copy], timeout: float) -> Outcome:
    """Try a mutant in the next copy that is free, and say what came of it."""
    copy = free.get()
    try:
        outcome = copy.try_out(mutant, timeout)
    finally:
        free.put(copy)
    end = "SURVIVED" if outcome.end == "passed" else outcome.end
    print(f"{outcome.seconds:5.0f} s  {mutant.file}  {mutant.name}: {end} {outcome.by}", flush=True)
    if outcome.end == "unfit":
        print(outcome.output[-3000:], flush=True)
    return outcome


def write(path: Path, mutants: Sequence[Mutant], outcomes: Sequence[Outcome]) -> None:
    """One row a mutant; the seconds are left out, since they are others every time."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("name", "file", "what", "killed_by"))
        for mutant, outcome in zip(mutants, outcomes, strict=True):
            rows.writerow((mutant.name, mutant.file, mutant.what, outcome.by))


def report(mutants: Sequence[Mutant], outcomes: Sequence[Outcome]) -> int:
    """Print the shares killed by file and the survivors, and return the exit status."""
    pairs = list(zip(mutants, outcomes, strict=True))
    every, dead = Counter(m.file for m, _ in pairs), Counter(m.file for m, o in pairs if o.end == "killed")
    print(f"\n{'file':32}{'mutants':>8}{'killed':>8}{'share':>8}")
    for file, number in [*every.items(), ("all", len(pairs))]:
        killed = dead[file] if file != "all" else dead.total()
        print(f"{file:32}{number:8}{killed:8}{killed / number:8.1%}")
    for mutant, outcome in pairs:
        if outcome.end != "killed":
            end = "survived" if outcome.end == "passed" else outcome.end
            print(f"{end}: {mutant.file} {mutant.name}: {mutant.what}")
    if any(outcome.end == "unfit" for outcome in outcomes):
        return 2
    return 0 if dead.total() >= ENOUGH * len(pairs) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, try the mutants and report."""
    parser = argparse.ArgumentParser(description="Break the model on purpose and see whether the tests notice.")
    parser.add_argument("--only", metavar="PATTERN", help="mutants whose file::name matches this regular expression")
    parser.add_argument("--sample", type=int, metavar="N", help="N mutants spread over the list, always the same")
    parser.add_argument("--workers", type=int, default=2, help="copies that are tested at a time (default 2)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds after which a mutant hangs (default 600)")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write what killed each mutant")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what it has started
    mutants = chosen(given.only, given.sample)
    if not mutants:
        parser.error("no mutant matches")
    outcomes = try_all(mutants, max(1, min(given.workers, len(mutants))), given.timeout)
    if given.out:
        write(given.out, mutants, outcomes)
    return report(mutants, outcomes)


if __name__ == "__main__":
    sys.exit(main())
