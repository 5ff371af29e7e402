"""Run the known results and say which hold."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.extensions import NONE, Extensions, Source, from_sources, load_extensions
from forumsim.studies.verification.case import Case, Finding
from forumsim.studies.verification.cases import CASES
from forumsim.studies.verification.own import cases as own_cases


@dataclass(frozen=True)
class Result:
    """A case and what its check found."""

    case: Case
    findings: tuple[Finding, ...]
    seconds: float
    error: str = ""  #: traceback of a check that raised

    @property
    def holds(self) -> bool:
        """Whether every finding does; a check that finds nothing, or raises, does not hold."""
        return bool(self.findings) and not self.error and all(finding.holds for finding in self.findings)


def choose(names: Sequence[str], extensions: Extensions = NONE) -> tuple[Case, ...]:
    """The cases of these names, in the order of the table; without names all, or of ``extensions`` all of theirs.

    Raises
    ------
    InputError
        A name that is no case.
    """
    own = own_cases(extensions)
    known = [case.name for case in (*CASES, *own)]
    wrong = [
        Problem(name, "no such case", ", ".join(known), nearest(name, known)) for name in names if name not in known
    ]
    if wrong:
        raise InputError(wrong)
    if not names:
        return own or CASES
    return tuple(case for case in (*CASES, *own) if case.name in names)


def _check(name: str, sources: tuple[Source, ...] = ()) -> Result:
    """Check one case, in whatever process."""
    (case,) = choose([name], from_sources(sources))
    begun = time.perf_counter()
    try:
        findings, error = tuple(case.check()), ""
    except Exception:  # a defect of one case must not hide what the others find
        findings, error = (), traceback.format_exc()
    return Result(case, findings, time.perf_counter() - begun, error)


def verify(
    names: Sequence[str] = (), workers: int | None = None, done: Callable[[Result], None] | None = None,
    with_: Any = None,
) -> list[Result]:  # fmt: skip
    """Check known results, several at a time.

    Parameters
    ----------
    names : sequence of str
        Cases to check; all of them if empty.
    workers : int, optional
        Processes; by default one a core, 1 checks them in this process.
    done : callable, optional
        Told of each result as it comes.
    with_ : str, path, several of them, or Extensions, optional
        Extensions, each function of which is a case: what it has to keep whatever it does. Without names these alone
        are checked.

    Returns
    -------
    list of Result
        In the order of `CASES`.

    Raises
    ------
    InputError
        A name that is no case.
    """
    extensions = load_extensions(with_)
    cases = choose(names, extensions)
    number = min(workers or os.cpu_count() or 1, len(cases))
    results: dict[str, Result] = {}

    def keep(result: Result) -> None:
        results[result.case.name] = result
        if done is not None:
            done(result)

    if number == 1:
        for case in cases:
            keep(_check(case.name, extensions.sources))
    else:
        with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn")) as pool:
            for task in as_completed([pool.submit(_check, case.name, extensions.sources) for case in cases]):
                keep(task.result())
    return [results[case.name] for case in cases]


def table(results: Iterable[Result]) -> pd.DataFrame:
    """Findings as a table: ``case, title, source, finding, target, obtained, interval, verdict``."""
    rows = []
    for result in results:
        found = [
            (item.what, item.target, item.obtained, item.interval, "holds" if item.holds else "fails")
            for item in result.findings
        ] or [("check", "findings", "error" if result.error else "none", "", "fails")]
        rows += [(result.case.name, result.case.title, result.case.source, *cells) for cells in found]
    names = ["case", "title", "source", "finding", "target", "obtained", "interval", "verdict"]
    return pd.DataFrame(rows, columns=names)
