"""Words for people instead of names in files: measures, parameters, issues, blocs, levels, numbers."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from forumsim.analysis.fonts import printable
from forumsim.analysis.shortening import short, shorts
from forumsim.core.parameters import Parameter
from forumsim.extensions import NONE, Extensions
from forumsim.results.description import extensions_of
from forumsim.results.folder import PART, POOLED, ResultTables, load_results
from forumsim.scenarios.settings import column_name

#: Letters of a name beyond which a figure or table shows its beginning.
LONGEST = 40
#: Digits that tell any two numbers apart.
_MOST_DIGITS = 17


class _Names(NamedTuple):
    """What the results that are being drawn call things."""

    #: measures and parameters of one's own, as the manifest describes them
    extensions: Extensions = NONE
    #: levels whose usual texts would look alike, with texts that do not
    levels: Mapping[Any, str] = MappingProxyType({})
    #: names of what was varied by their columns, which may be shorter
    settings: Mapping[str, str] = MappingProxyType({})


_USUAL = _Names()
_NAMES: ContextVar[_Names] = ContextVar("names", default=_USUAL)
F = TypeVar("F", bound=Callable[..., Any])


def naming(function: F) -> F:
    """Let a function call what is in results by labels of which no two are alike; its first argument are results.

    Measures and parameters of extensions have the labels that the results describe.
    """

    @wraps(function)
    def named(source: Any, *arguments: Any, **more: Any) -> Any:
        results = load_results(source) if isinstance(source, str | Path) else source
        alike = _alike(results) if isinstance(results, ResultTables) else {}  # a sample has no levels
        token = _NAMES.set(_Names(extensions_of(results.manifest), alike, _settings(results.manifest)))
        try:
            return function(results, *arguments, **more)
        finally:
            _NAMES.reset(token)

    return named  # type: ignore[return-value]


def measure(name: str) -> Any:
    """The registry's entry of a measure, or None for a column that is not in it."""
    return _NAMES.get().extensions.all_measures.get(name)


def find_parameter(column: str) -> Parameter | None:
    """The registry's entry of a parameter, or None for a column that is not in it."""
    return _NAMES.get().extensions.find_parameter(column)


def plain(name: str) -> str:
    """A name in a file as words: ``military_forums`` becomes ``military forums``."""
    return printable(name.replace("_", " ").replace(".", " "))


def capital(text: str) -> str:
    """The text with a capital first letter; the rest stays (unlike ``str.capitalize``)."""
    return text[:1].upper() + text[1:]


def measure_label(name: str) -> str:
    """Label of a measure from the registry, or its name as words."""
    entry = measure(name)
    return entry.label if entry is not None else plain(name)


def measure_unit(name: str) -> str:
    """Unit of a measure from the registry, or empty."""
    entry = measure(name)
    return str(entry.unit) if entry is not None else ""


def with_unit(name: str) -> str:
    """Label of a measure and its unit, as on an axis; where the label says the unit, its range if it has one."""
    label, unit, entry = capital(measure_label(name)), measure_unit(name), measure(name)
    if unit not in label.lower():
        return f"{label} ({unit})"
    finite = entry is not None and math.isfinite(entry.low) and math.isfinite(entry.high)
    # no-break spaces, so that an axis does not break the line within the range
    return f"{label} ({entry.low:g}\u00a0to\u00a0{entry.high:g})".replace("-", "−") if finite else label


def parameter_label(column: str) -> str:
    """What a varied column of runs.csv is called on an axis, without the rule it belongs to where that says nothing."""
    parameter = find_parameter(column)
    if parameter is not None:
        return plain(parameter.name)
    return plain(_NAMES.get().settings.get(column, column).removeprefix("scenario_"))


def parameter_axis(column: str) -> str:
    """The same with its unit."""
    parameter = find_parameter(column)
    text = capital(parameter_label(column))
    if parameter is not None and parameter.low == 0 and parameter.high == 1 and not parameter.is_switch:
        return f"{text} (0–1)"
    unit = parameter.unit if parameter is not None else ""
    return f"{text} ({unit})" if unit and unit not in {"share", "switch"} else text


def parameter_meaning(column: str) -> str:
    """One line on the parameter, or empty for a field of a scenario."""
    parameter = find_parameter(column)
    return parameter.meaning if parameter is not None else ""


def scenario_title(results: ResultTables) -> str:
    """Title of the scenario, or its name as words; of several scenarios, all titles."""
    titles = [printable(found.get("title") or "") for found in _descriptions(results)]
    return "; ".join(dict.fromkeys(title for title in titles if title)) or plain(results.scenario or "scenario")


def plan_title(results: ResultTables) -> str:
    """Title of the plan, or empty."""
    return printable(results.plan.get("title") or "")


def plan_description(results: ResultTables) -> str:
    """What the plan says of itself, or empty."""
    return printable(results.plan.get("description") or "")


def twin_settings(results: ResultTables) -> str:
    """What the runs are compared with, where the plan has twins: ``dialogue level 0``."""
    said = results.manifest.get("comparison", {}).get("twins", {}).get("settings", {})
    return ", ".join(f"{parameter_label(name.replace('.', '_'))} {level_text(value)}" for name, value in said.items())


def issue_label(issue: str, results: ResultTables | None = None) -> str:
    """Short label of an issue: the scenario's label up to a colon, else its id as words."""
    if issue == POOLED:
        return "All issues pooled"
    if results is None or issue not in results.issues:
        return _issue_labels(results, [issue])[issue]
    if "issue labels" not in results.made:
        results.made["issue labels"] = _issue_labels(results, results.issues)
    return str(results.made["issue labels"][issue])


def _issue_labels(results: ResultTables | None, issues: Iterable[str]) -> dict[str, str]:
    """Short labels of issues; whole ones of those that begin alike."""
    names = list(issues)
    whole = [printable(_entry(results, "issues", name).get("label") or "") or plain(name) for name in names]
    first = [capital(text.split(":")[0].strip() or text) for text in whole]
    told = [capital(text) if first.count(short) > 1 else short for text, short in zip(whole, first, strict=True)]
    return dict(zip(names, shorts(told, LONGEST), strict=True))


def issue_ends(issue: str, results: ResultTables | None = None) -> tuple[str, str]:
    """What positions 0 and 1 on an issue mean, or empty."""
    entry = _entry(results, "issues", issue)
    return printable(entry.get("low", "")), printable(entry.get("high", ""))


def bloc_label(bloc: str, results: ResultTables | None = None) -> str:
    """Label of a bloc: the scenario's, else its id as words."""
    return short(capital(printable(_entry(results, "blocs", bloc).get("label") or "") or plain(bloc)), LONGEST)


def _entry(results: ResultTables | None, key: str, name: str) -> Mapping[str, Any]:
    """What the scenario says of an issue or bloc."""
    for description in _descriptions(results) if results is not None else []:
        found = description.get(key)
        for entry in found if isinstance(found, list) else []:
            if isinstance(entry, dict) and entry.get("id") == name:
                return entry
    return {}


def _descriptions(results: ResultTables) -> list[Mapping[str, Any]]:
    """Title, issues and blocs of each part, as the manifest carries them: those of the first, and what differs."""
    first = results.manifest.get("labels")
    every = [part.labels or first for part in results.parts]
    return [found for found in every if isinstance(found, dict)]


def level_text(value: Any) -> str:
    """A level of a varied parameter as text; no two of one column in the results that are drawn look alike."""
    special = _NAMES.get().levels.get(value) if isinstance(value, Hashable) else None
    return special or (f"{value:g}" if _is_number(value) else short(printable(value), LONGEST))


def level_texts(levels: Iterable[Any], digits: int = 6) -> dict[Any, str]:
    """Levels of one parameter as texts, no two of them alike: numbers have as many digits as that takes."""
    every = list(levels)
    numbers = [level for level in every if _is_number(level)]
    words = [level for level in every if not _is_number(level)]
    kinds = range(digits, _MOST_DIGITS + 1)
    enough = next((n for n in kinds if len({f"{v:.{n}g}" for v in numbers}) == len(set(numbers))), _MOST_DIGITS)
    told = shorts([printable(word) for word in words], LONGEST)
    return {level: f"{level:.{enough}g}" for level in numbers} | dict(zip(words, told, strict=True))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number))


def _settings(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What was varied by its column, where that has lost its end: columns have at most 32 letters."""
    plan, parts = manifest.get("plan", {}), manifest.get("plan", {}).get("parts", {})
    tables = [own.get("vary") for own in (plan, *(parts.values() if isinstance(parts, dict) else ())) if own]
    names = [name for table in tables if isinstance(table, dict) for name in table]
    return {column: name for name in names if (column := column_name(name)) != name.replace(".", "_")}


def _alike(results: ResultTables) -> dict[Any, str]:
    """Parts, and levels of what was varied, whose usual texts would look alike within their column."""
    found: dict[Any, str] = {}
    for column in (*((PART,) if results.several else ()), *results.varied):
        every = results.levels(column)
        usual = [level_text(level) for level in every]
        if len(set(usual)) < len(every):
            found |= level_texts(every)
    return found


def number(value: float, digits: int = 3) -> str:
    """A number for a table or sentence with a true minus sign; empty when missing."""
    if pd.isna(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:,.0f}"
    if float(text.replace(",", "")) == 0:
        text = text.replace("-", "")
    return text.replace("-", "−")


def count_range(values: Iterable[float]) -> str:
    """``60`` or ``48–60``: the numbers of observations behind the points of a figure."""
    numbers = sorted({int(value) for value in values})
    if not numbers:
        return "0"
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def counted(values: Iterable[float], what: str) -> str:
    """How many of what are behind the points of a figure: ``n = 1 run``, ``n = 48–60 pairs``."""
    number = count_range(values)
    return f"n = {number} {what}{'' if number == '1' else 's'}"


def even_steps(steps: list[Any], most: int) -> list[Any]:
    """At most ``most`` of the recorded steps with equal distances, from the first and, where that can be, to the last.

    Examples
    --------
    >>> even_steps([0, 4, 8, 12, 16, 20, 24], 4), even_steps(list(range(14)), 6), even_steps(list(range(12)), 6)
    ([0, 8, 16, 24], [0, 3, 6, 9, 12], [0, 3, 6, 9])
    """
    last = len(steps) - 1
    least = max(1, -(-last // (most - 1)))
    return steps[:: next((stride for stride in range(least, 2 * least) if last % stride == 0), least)]


def lines(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most ``width`` signs; all but the first are indented."""
    return textwrap.wrap(text, width, subsequent_indent=indent)
