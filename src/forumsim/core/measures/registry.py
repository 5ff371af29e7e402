"""All measures in the order of the columns of results."""

from __future__ import annotations

from collections.abc import Iterable

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.measures import conduct, events, forums, fragmentation, norms, overlap, participation, trust
from forumsim.core.measures.definition import Measure

#: Families in the order of their columns.
FAMILIES = (fragmentation, forums, overlap, norms, trust, participation, conduct, events)

MEASURES: tuple[Measure, ...] = tuple(measure for family in FAMILIES for measure in family.MEASURES)
MEASURES_BY_NAME: dict[str, Measure] = {measure.name: measure for measure in MEASURES}
_COLUMNS = {measure.name: column for column, measure in enumerate(MEASURES)}

#: Columns of the series that is judged at every step.
VERDICT_MEASURES = ("fragmentation", "fragmentation_across", "enf")


def unknown_measures(names: Iterable[str], where: str = "") -> list[Problem]:
    """A problem for each name that is no measure."""
    return [
        Problem(f"{where}{name}", "no such measure", "", nearest(name, MEASURES_BY_NAME))
        for name in names
        if name not in MEASURES_BY_NAME
    ]


def column_index(name: str) -> int:
    """Column of a measure in what `measure` fills.

    Raises
    ------
    InputError
        When there is no such measure.

    Examples
    --------
    >>> column_index("fragmentation")
    0
    """
    problems = unknown_measures([name])
    if problems:
        raise InputError(problems)
    return _COLUMNS[name]
