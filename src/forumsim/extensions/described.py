"""What extensions declare, as plain values: results folders hold it, so that they are read without running any code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from forumsim.core.measures import Measure
from forumsim.core.parameters import Parameter
from forumsim.extensions.declare import Declaration
from forumsim.extensions.extensions import NONE, Extensions
from forumsim.extensions.sources import Source


def description(extensions: Extensions) -> dict[str, Any]:
    """Sources and declarations as JSON values, for the manifest; infinite bounds become words."""
    sources = [
        {"name": source.name, "digest": source.digest, **({"version": source.version} if source.version else {})}
        for source in extensions.sources
    ]
    return {"sources": sources, "functions": [_declared(item) for item in extensions.declared]}


def _declared(item: Declaration) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": item.kind, "name": item.name}
    if item.kind == "rule":
        found["place"] = list(item.place)
    if item.measure is not None:
        found["measure"] = _plain(asdict(item.measure))
    return found | {"parameters": [_plain(asdict(own)) for own in item.parameters]}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return values | {key: str(values[key]) for key in ("low", "high") if abs(values[key]) == float("inf")}


def described(found: Mapping[str, Any]) -> Extensions:
    """The extensions of a `description`: names, parameters and measures, but nothing that can be run.

    Raises
    ------
    ValueError
        It is no description.
    """
    try:
        sources = tuple(
            Source(str(one["name"]), str(one["digest"]), version=str(one.get("version", "")))
            for one in found.get("sources", ())
        )
        declared = tuple(_declaration(one) for one in found.get("functions", ()))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no description of extensions: {type(error).__name__}: {error}") from None
    return Extensions(sources, declared, runnable=False) if sources else NONE


def _declaration(found: Mapping[str, Any]) -> Declaration:
    measure = found.get("measure")
    kind, name = str(found["kind"]), str(found["name"])
    own = tuple(_made(Parameter, one) for one in found.get("parameters", ()))
    place = tuple(map(str, found.get("place", ("", ""))))
    return Declaration(kind, name, _absent, own, (place[0], place[1]), _made(Measure, measure) if measure else None)


def _made(kind: Any, values: Mapping[str, Any]) -> Any:
    """An entry of a registry from its plain values."""
    known = {item.name for item in fields(kind)}
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items() if key in known}
    return kind(**given | {"low": float(values["low"]), "high": float(values["high"])})


def _absent(*_: Any, **__: Any) -> Any:
    """Stand for a function that is known by its description alone."""
    raise RuntimeError("an extension that is known by its description alone cannot be run")
