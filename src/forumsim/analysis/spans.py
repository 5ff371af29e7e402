"""The words beside every number: over which steps end values were taken, which runs ended early, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forumsim.results.ends import WINDOW, clipped
from forumsim.results.folder import PART, ResultTables


def end_span(results: ResultTables) -> str:
    """What an end value is the mean of: ``mean of the last 20 of 60 steps``."""
    lengths = results.lengths
    windows = results.windows.reindex(lengths.index)
    spans = [clipped(window, int(last)) for window, last in zip(windows, lengths, strict=True)]
    least, most = min(spans), max(spans)
    if (windows > lengths).all():
        whole = f"all {results.steps} steps" if lengths.nunique() == 1 else "all steps"
        return f"mean of the start and {whole}"
    if windows.nunique() > 1:
        return f"mean of the last {WINDOW} steps (here {least} to {most})"
    if lengths.nunique() == 1:
        return f"mean of the last {least} of {results.steps} steps"
    if least == most:
        return f"mean of the last {least} steps before the end"
    return f"mean of at most the last {int(windows.iloc[0])} steps before the end"


def early(results: ResultTables) -> tuple[int, int, int]:
    """How many runs ended before the last step of their part, the earliest and the latest of them."""
    names = results.runs[PART] if results.several else [results.parts[0].name] * len(results.runs)
    full = {part.name: part.steps for part in results.parts}
    lengths = results.lengths.to_numpy()
    ended = [int(last) for name, last in zip(names, lengths, strict=True) if last < (full[name] or 0)]
    return len(ended), min(ended, default=0), max(ended, default=0)


def stopped(results: ResultTables) -> str:
    """A sentence, with a space before it, on runs that were stopped early; empty where there are none."""
    count, first, last = early(results)
    if not count:
        return ""
    between = f"at step {first}" if first == last else f"between steps {first} and {last}"
    compared = ": runs of different lengths are compared" if results.lengths.nunique() > 1 else ""
    return f" {count} of {len(results.runs)} runs were stopped early, {between}{compared}."


def lacking(results: ResultTables) -> str:
    """A sentence on tables that were written and are not in the folder; empty where all are there."""
    if not results.absent:
        return ""
    return f"The folder lacks {', '.join(results.absent)}: nothing is said here of what stood there."


def in_part(results: ResultTables) -> str:
    """Which part of the plan a figure shows, where it shows one of several: for its title."""
    return f" (part {results.part_name})" if results.part_name else ""


def of_part(results: ResultTables) -> str:
    """The same for a caption: a sentence with a space before it, or empty."""
    return f" Part {results.part_name}." if results.part_name else ""


def each_part(parts: Sequence[ResultTables]) -> Iterator[tuple[ResultTables, str, str]]:
    """Parts that have a figure each, with an ending for its name and words for its caption; one alone needs none."""
    for number, own in enumerate(parts, start=1):
        yield (own, "", "") if len(parts) == 1 else (own, f"_part{number}", of_part(own))
