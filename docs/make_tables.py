"""Tables of the documentation that come from the registries, kept between markers in ``docs/*.md``.

``python docs/make_tables.py docs/odd.md docs/scenarios.md docs/findings.md docs/effects.md docs/backtest.md
docs/cases/lifecycle.md docs/cases/nuclear.md`` renews them in place. A table stands between ``<!-- table: NAME -->``
and ``<!-- end of table -->``; what stands around it is written by hand. A test compares.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from figure_tables import MAKERS
from nuclear_tables import MAKERS as NUCLEAR
from pydantic import BaseModel
from table_words import COLUMNS, DEFAULTS, KEYS

from forumsim.core.measures import MEASURES
from forumsim.core.parameters import PARAMETERS, PRESETS, Parameter
from forumsim.core.terms import Decision
from forumsim.results.codebook import markdown_table
from forumsim.running.events import EVENT_WORDS
from forumsim.scenarios import lifecycle, list_scenarios, load_scenario, two_blocs
from forumsim.scenarios.forms import QUOTAS, USUAL
from forumsim.scenarios.schema import REQUIRED_TABLES, TABLES, Bloc, FieldText, Head, Issue, Prior, TableRow

_BLOCK = re.compile(r"(<!-- table: ([a-z_.]+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)
_HEAD_MODELS: dict[str, type[BaseModel]] = {
    "keys": Head,
    "issues": Issue,
    "blocs": Bloc,
    "fields": FieldText,
    "priors": Prior,
}

#: Constants of the synthetic worlds, with what they are.
_LIFECYCLE = {
    "REGIONS": "number of regions",
    "NOISE": "standard deviation of positions around the centre of a region",
}
_TWO_BLOCS = {
    "SPREAD": "distance of a bloc's centre from 1/2 at full polarisation",
    "NOISE": "standard deviation of positions around the centre of a bloc, of firms around their patron",
    "NOISE_BETWEEN": "standard deviation of the positions of the non-aligned, of NGOs and experts around 1/2",
    "POWER_SPREAD": "standard deviation of the log power of states that are no majors",
    "SALIENCE_SPREAD": "standard deviation of the log weight of an issue",
    "CAPACITY_RANGE": "capacity lies within 1 -+ this, by the rank of power",
    "NONSTATE_CAPACITY": "capacity of a non-state actor",
    "NONSTATE_INFLUENCE": "influence of a non-state actor",
}


def _number(value: float | None) -> str:
    return "unset" if value is None else f"{value:.6g}"


def _span(low: float, high: float) -> str:
    return f"{low:g} .. {high:g}"


def _default(parameter: Parameter) -> str:
    if parameter.is_switch:
        return "on" if parameter.default else "off"
    return _number(parameter.default)


def _parameters() -> list[str]:
    rows = (
        (f"`{p.name}`", p.symbol, _default(p), "" if p.range is None else _span(*p.range),
         "" if p.is_switch else _span(p.low, p.high), p.unit, p.meaning, p.source)
        for p in PARAMETERS
    )  # fmt: skip
    head = ("parameter", "symbol", "default", "plausible range", "bounds", "unit", "meaning", "source of the default")
    return markdown_table(head, rows)


def _presets() -> list[str]:
    rows = (
        (f"`{name}`", ", ".join(f"`{key}` = {_number(value)}" for key, value in values.items()))
        for name, values in PRESETS.items()
    )
    return markdown_table(("preset", "sets"), rows)


def _case_parameters() -> list[str]:
    """Where the shipped scenarios differ from the model's defaults."""
    cases = {name: load_scenario(name).parameters for name in list_scenarios()}
    rows = [
        (f"`{p.name}`", _default(p), *(_number(own[p.name]) if p.name in own else "" for own in cases.values()))
        for p in PARAMETERS
        if any(p.name in own for own in cases.values())
    ]
    return markdown_table(("parameter", "default", *(f"`{name}`" for name in cases)), rows)


def _measures() -> list[str]:
    rows = (
        (f"`{m.name}`", m.family, m.formula, f"{m.low:g} .. {m.high:g} {m.unit}",
         "issues and pooled" if m.per_issue else "pooled", m.description, m.reference)
        for m in MEASURES
    )  # fmt: skip
    head = ("measure", "module", "formula", "range", "rows", "meaning and edge cases", "reference")
    return markdown_table(head, rows)


def _hypotheses() -> list[str]:
    """The verdicts that ``python tools/findings.py`` has written."""

    def span(row: dict[str, str], name: str) -> str:
        mean, low, high = (row[f"{name}{end}"] for end in ("effect", "ci_low", "ci_high"))
        return f"{float(mean):+.3f} [{float(low):+.3f}, {float(high):+.3f}]" if mean else "-"

    with (Path(__file__).parent / "hypotheses.csv").open(encoding="utf-8", newline="") as stream:
        rows = [
            (row["hypothesis"], row["says"], f"`{row['measure']}`, {row['issue']}", row["n"], span(row, ""),
             span(row, "null_"), row["verdict"], f"{row['sets_holding']} of {row['sets']}" if row["sets"] else "-")
            for row in csv.DictReader(stream)
        ]  # fmt: skip
    head = ("", "claim", "measure", "pairs", "effect", "among realists", "verdict", "sign holds at parameter sets")
    return markdown_table(head, rows)


#: Parts of experiments/lifecycle.toml that the page of the case compares, in the order of its columns.
_PARTS = ("as it is", "no assemblies", "even attention", "nobody talks", "tuned elsewhere")


def _lives() -> list[str]:
    """The life of organisations in runs, beside real ones: what ``python benchmarks/lifecycle.py`` has written."""
    with (Path(__file__).parent / "cases" / "lifecycle.csv").open(encoding="utf-8", newline="") as stream:
        found = {(row["quantity"], row["part"]): row for row in csv.DictReader(stream)}
    names = [name for name, part in found if part == "as it is" and (name, "real") in found]

    def cell(row: dict[str, str] | None) -> str:
        if row is None or not row["value"]:
            return "-"
        value, low, high = (_figures(row[name]) for name in ("value", "low", "high"))
        if row["part"] == "real" and high == "inf":
            return f"more than {low}"
        return value if low == high else f"{value} [{low}, {high}]"

    def word(ours: dict[str, str], real: dict[str, str]) -> str:
        if not ours["value"]:
            return "-"
        if float(ours["high"]) < float(real["low"]):
            return "below"
        return "above" if float(ours["low"]) > float(real["high"]) else "agrees"

    rows = [
        (name, cell(found[name, "real"]), word(found[name, "as it is"], found[name, "real"]),
         *(cell(found.get((name, part))) for part in _PARTS))
        for name in names
    ]  # fmt: skip
    return markdown_table(("", "real ones", "as it is, against real ones", *_PARTS), rows)


def _figures(text: str) -> str:
    """A number as in papers: three significant digits at most, two decimals at most, no leading zero."""
    value = float(text)
    digits = 2 if abs(value) < 1 else 1 if abs(value) < 20 else 0
    shown = f"{value:.{digits}f}"
    return shown[1:] if shown.startswith("0.") else shown


def _events() -> list[str]:
    return markdown_table(
        ("event", "what happened", "value"),
        ((f"`{kind.name.lower()}`", words.meaning, words.value) for kind, words in EVENT_WORDS.items()),
    )


def _constants(module: ModuleType, words: Mapping[str, str]) -> Callable[[], list[str]]:
    """Constants of a generator."""
    rows = [(f"`{name}`", _number(getattr(module, name)), meaning) for name, meaning in words.items()]
    return lambda: markdown_table(("constant", "value", "meaning"), rows)


def _forms() -> list[str]:
    rows = (
        (f"`{form.name.lower()}`", *(word.name.lower() for word in usual[:3]), _number(usual.legalization))
        for form, usual in USUAL.items()
    )
    return markdown_table(("form", "mode", "admission", "decision", "legalization"), rows)


def _quotas() -> list[str]:
    texts = {
        Decision.CONSENSUS: "all voters; the quota is not read",
        Decision.MAJORITY: "share of the voters",
        Decision.WEIGHTED: "share of the voters' power",
        Decision.VETO: "no veto holder against it, and the share of the voters",
    }
    rows = ((f"`{rule.name.lower()}`", texts[rule], _number(quota)) for rule, quota in QUOTAS.items())
    return markdown_table(("decision", "a proposal passes with", "usual quota"), rows)


def _keys(name: str) -> Callable[[], list[str]]:
    """Keys of one part of ``scenario.toml``."""

    def rows() -> Iterable[tuple[str, ...]]:
        for key, info in _HEAD_MODELS[name].model_fields.items():
            needed = "needed" if info.is_required() else "may be left out"
            yield f"`{key}`", KEYS[name][key], info.description or "", needed

    return lambda: markdown_table(("key", "meaning", "allowed", ""), rows())


def _columns(table: str) -> Callable[[], list[str]]:
    """Columns of one table of a scenario."""

    def rows() -> Iterable[tuple[str, ...]]:
        model = TABLES[table]
        for name in [name for name in model.model_fields if name not in TableRow.model_fields] + ["source", "note"]:
            info = model.model_fields[name]
            column = f"{name}_ISSUE" if name in model.by_issue else name
            needed = info.is_required() or name in model.needed
            text = COLUMNS.get(f"{table}.{name}", COLUMNS.get(name, ""))
            yield f"`{column}`", text, info.description or "", _if_empty(table, name, info, needed)

    return lambda: markdown_table(("column", "meaning", "allowed", "if left out or empty"), rows())


def _if_empty(table: str, name: str, info: Any, needed: bool) -> str:
    special = DEFAULTS.get(f"{table}.{name}")
    if special is not None:
        return special
    if needed:
        return "needed"
    return "" if info.default in ("", [], None) else f"{info.default:g}"


#: Makers of the tables by name.
TABLE_MAKERS: dict[str, Callable[[], list[str]]] = {
    "parameters": _parameters,
    "presets": _presets,
    "case_parameters": _case_parameters,
    "measures": _measures,
    "events": _events,
    "hypotheses": _hypotheses,
    "lives": _lives,
    "two_blocs": _constants(two_blocs, _TWO_BLOCS),
    "lifecycle": _constants(lifecycle, _LIFECYCLE),
    "forms": _forms,
    "quotas": _quotas,
    **{f"toml.{name}": _keys(name) for name in _HEAD_MODELS},
    **{f"csv.{table}": _columns(table) for table in TABLES},
    **MAKERS,
    **NUCLEAR,
}

#: Tables that every folder must have, and those it may have; for the text around the tables and its test.
NEEDED = REQUIRED_TABLES
OPTIONAL = tuple(table for table in TABLES if table not in REQUIRED_TABLES)


def renewed(text: str) -> str:
    """A page with all its tables made anew.

    Raises
    ------
    KeyError
        For a marker that names no table.
    """

    def block(match: re.Match[str]) -> str:
        if match[2] not in TABLE_MAKERS:
            raise KeyError(f"no table {match[2]!r}: {', '.join(TABLE_MAKERS)}")
        return match[1] + "\n".join(["", *TABLE_MAKERS[match[2]](), ""]) + "\n" + match[4]

    return _BLOCK.sub(block, text)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python docs/make_tables.py docs/odd.md docs/scenarios.md")
    for path in map(Path, sys.argv[1:]):
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
