"""`analyse`: indices of all outcomes of a results folder, as a table and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forumsim.analysis.style import styled
from forumsim.analysis.writing import save
from forumsim.results.files import refuse_links, write_files
from forumsim.results.sensitivity_table import RESULTS, TABLE, digest_of, figure_name, merged, read_table
from forumsim.running.text import csv_lines, measured
from forumsim.studies.sensitivity.figure import draw
from forumsim.studies.sensitivity.indices import COLUMNS, indices
from forumsim.studies.sensitivity.outcomes import Response, choose_outcomes
from forumsim.studies.sensitivity.sample import Sample, read_sample


@dataclass(frozen=True)
class Analysis:
    """What a sensitivity analysis found."""

    sample: Sample
    outcomes: tuple[Response, ...]  #: what was analysed
    #: ``measure, issue, factor, index, estimate, ci_low, ci_high`` (see `forumsim.studies.sensitivity.indices`); the
    #: file has ``part`` (in plans with parts) and ``results`` (digest of summary.csv) as well
    table: pd.DataFrame
    left_out: tuple[str, ...]  #: usual measures that could not be analysed, with the reason
    file: Path  #: where the table is
    figures: tuple[Path, ...]

    def of(self, outcome: Response) -> pd.DataFrame:
        """The rows of one outcome."""
        return self.table[(self.table["measure"] == outcome.measure) & (self.table["issue"] == outcome.issue)]


def analyse(
    folder: str | Path,
    measures: Sequence[str] = (),
    verdicts: Sequence[str] = (),
    issues: Sequence[str] = ("pooled",),
    part: str = "",
    out: str | Path | None = None,
    anyway: bool = False,
) -> Analysis:
    """Compute sensitivity indices from a results folder; write the table and a figure for each outcome.

    Parameters
    ----------
    folder : path
        Results of a plan with the design ``morris`` or ``saltelli``.
    measures : sequence of str
        Measures whose replicate means are analysed; by default, and without ``verdicts``, the usual ones that are
        defined at every point.
    verdicts : sequence of str
        Words of the verdict, such as ``fragmentation``: the share of runs with it is analysed.
    issues : sequence of str
        Issues, or ``pooled``.
    part : str
        Part of the plan; needed where several have such a design.
    out : path, optional
        The table; by default ``sensitivity.csv`` in the folder. Other outcomes of the same results that it holds
        stay in it. Figures go into ``figures`` beside it.
    anyway : bool
        Whether tables that were edited since they were written will do.

    Raises
    ------
    InputError
        No such results, no such design, SALib is missing, unknown names, missing values at some points, or outcomes
        that do not vary: nothing is written then.

    Examples
    --------
    >>> found = analyse("results/sensitivity_morris", ["fragmentation_across"])  # doctest: +SKIP
    >>> found.table.query("index == 'mu_star'")  # doctest: +SKIP
    """
    sample = read_sample(folder, part, anyway)
    outcomes, left_out = choose_outcomes(sample, measures, verdicts, issues)
    tables = [indices(sample, outcome) for outcome in outcomes]
    table = pd.concat(tables, ignore_index=True)
    file = Path(out) if out is not None else sample.folder / TABLE
    file.parent.mkdir(parents=True, exist_ok=True)
    refuse_links(file.parent)
    figures = []
    with styled():
        for outcome, rows in zip(outcomes, tables, strict=True):
            path = file.parent / "figures" / figure_name(outcome.measure, outcome.issue, sample.part)
            title = f"Sensitivity: {outcome.measure}, {outcome.issue}"
            figures.append(save(draw(sample, outcome, rows), path, title))
    written = table.assign(**{RESULTS: digest_of(sample.folder)})
    if sample.part:
        written.insert(0, "part", sample.part)
    write_files(file.parent, {file.name: _csv(merged(read_table(sample.folder, file), written))})
    return Analysis(sample, tuple(outcomes), table, tuple(left_out), file, tuple(figures))


def _csv(table: pd.DataFrame) -> str:
    numbers = list(COLUMNS[4:])
    words = [str(name) for name in table if name not in (*numbers, RESULTS)]
    texts = table[words].fillna("").to_numpy(dtype=object).tolist()
    values = table[numbers].to_numpy(dtype=float).tolist()
    ends = table[RESULTS].tolist()
    lines = [[*row, *map(measured, cells), end] for row, cells, end in zip(texts, values, ends, strict=True)]
    return csv_lines([[*words, *numbers, RESULTS], *lines]).decode("utf-8")
