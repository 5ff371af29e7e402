"""What a measure is: one entry of the registry, from which codebooks, tables and figures take their texts."""

from __future__ import annotations

from dataclasses import dataclass

INF = float("inf")


@dataclass(frozen=True)
class Measure:
    """One measure of a world.

    Attributes
    ----------
    name : str
        Column in results: snake_case, at most 32 characters.
    label : str
        For axes and tables.
    unit : str
        ``share``, ``index``, ``forums``, ``count``, ``distance``, ``trust``, ``yes/no`` or ``class``.
    low, high : float
        Range (inclusive).
    formula : str
        How it is computed, with w a state's share of power and m membership.
    reference : str
        Where it comes from; "forumsim" where it is the model's own.
    family : str
        Module of `forumsim.core.measures` that computes it.
    per_issue : bool
        Whether it has a value for each issue; if not, only the pooled row has one.
    description : str
        What it says, and when it is missing.
    codes : tuple of (int, str)
        Meaning of the values of a class, else empty.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    formula: str
    reference: str
    family: str
    per_issue: bool
    description: str
    codes: tuple[tuple[int, str], ...] = ()
