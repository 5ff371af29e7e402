"""Metamodels in words: what the strongest parameters change on average over the others, measure by measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forumsim.analysis import labels
from forumsim.analysis.metamodel import Metamodel, models
from forumsim.results.folder import ResultTables

#: Parameters told of each measure at most, and the share of the variance from which on one is told.
STRONGEST, WEAKEST = 3, 0.01


def strongest(fitted: dict[str, Metamodel]) -> list[str]:
    """Parameters by their largest share of the variance of any of the measures, the first first."""
    shares: dict[str, float] = {}
    for model in fitted.values():
        for name in model.factors.names:
            shares[name] = max(shares.get(name, 0.0), model.share(name))
    return sorted(shares, key=lambda name: -round(shares[name], 9))


def changes(model: Metamodel, name: str) -> list[tuple[Any, Any]]:
    """What is compared of a parameter: its lowest and highest value; of words the first and each of the others."""
    if name in model.factors.ranges:
        return [model.factors.ranges[name]]
    first, *rest = model.factors.levels[name]
    return [(first, level) for level in rest]


def value_text(value: Any) -> str:
    """A level, with three figures of a number from a range."""
    return f"{value:.3g}" if isinstance(value, float) else labels.level_text(value)


def metamodel_lines(results: ResultTables, width: int) -> list[str]:
    """The effects of one part in lines of so many letters; empty where the design needs no metamodel or has none."""
    found = {name: model for name, model in models(results).items() if model is not None}
    if not found:
        return []
    head = (
        "What each parameter changes on average over the others, by a metamodel of the points (95 % interval; R² is "
        f"that for points left out); the {STRONGEST} strongest"
    )
    lines = labels.lines(head, width)
    for name, model in found.items():
        quality = f"{labels.capital(labels.measure_label(name))} (R² {model.q2:.2f}, n = {len(model.points)} points)"
        if not model.readable:
            lines += labels.lines(f"  {quality}: the fit is too poor to read", width, "    ")
            continue
        lines.append(f"  {quality}")
        lines += [part for line in _told(model, name) for part in labels.lines(f"    {line}", width, "      ")]
    return lines


def _told(model: Metamodel, measure: str) -> Iterator[str]:
    names = [name for name in strongest({measure: model})[:STRONGEST] if model.share(name) >= WEAKEST]
    for name in names:
        for start, end in changes(model, name):
            change, low, high = model.change(name, start, end)
            sign = "+" if change > 0 else ""
            yield (
                f"{labels.parameter_label(name)} from {value_text(start)} to {value_text(end)}: {sign}"
                f"{labels.number(change)} ({labels.number(low)} to {labels.number(high)})"
            )
    if not names:
        yield "no parameter by itself explains a hundredth of the variance"
