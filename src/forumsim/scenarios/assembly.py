"""All the parts of a scenario checked together: files, fields, generator, tables, and what is changed in the tables.

What was found right is remembered, so that cells and fields can be varied without checking the whole scenario again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forumsim.core.errors import InputError, Problem, collected, nearest
from forumsim.core.terms import Admission
from forumsim.extensions import NONE, Extensions
from forumsim.scenarios.changes import change_tables
from forumsim.scenarios.checks import check_tables
from forumsim.scenarios.content import HEAD_FILE, Content, Files, Tables, parse
from forumsim.scenarios.data import cell_of, settle_value
from forumsim.scenarios.fields import FieldSpec, check_fields
from forumsim.scenarios.frame import Known
from forumsim.scenarios.generators import GENERATORS, check_generator, drawn_fields, generate
from forumsim.scenarios.mistakes import condense
from forumsim.scenarios.own_generator import own_generator
from forumsim.scenarios.quarters import quarter_number
from forumsim.scenarios.schema import Head
from forumsim.scenarios.spread import spread_specs

#: Fields that mean something in any folder, with the key of ``scenario.toml`` that they replace.
COMMON_FIELDS = {"start": "quarter"}


@dataclass(frozen=True)
class Parts:
    """A faultless scenario in parts; ``data`` are the changed cells of its tables, by name."""

    head: Head
    specs: dict[str, FieldSpec]
    fields: dict[str, Any]
    parameters: dict[str, float]
    tables: Tables
    start: str | None
    data: dict[str, Any] = field(default_factory=dict)


#: Faultless scenarios without changed cells, by files, fields and extensions.
_FAULTLESS: OrderedDict[tuple[str, ...], Parts] = OrderedDict()
_KEPT = 32


def assemble(
    files: Files,
    given: Mapping[str, Any],
    title: str,
    earlier: list[Problem] | None = None,
    extensions: Extensions = NONE,
) -> Parts:
    """Check a folder's files, the given field values and the changed cells of tables together.

    Parameters
    ----------
    files : Files
    given : mapping
        Values of fields by name, and of cells by names such as ``actors.USA.power``.
    title : str
        Of the error.
    earlier : list of Problem, optional
        What was found before.
    extensions : Extensions

    Raises
    ------
    InputError
        All the mistakes at once, long series of one kind condensed, after those found ``earlier``.
    """
    problems = list(earlier or ())
    data = {name: settle_value(cell, value) for name, value in given.items() if (cell := cell_of(name)) is not None}
    content = parse(files, problems, extensions.parameters)
    specs = content.specs | spread_specs(content.issues or ())
    plain = {name: value for name, value in given.items() if name not in data}
    ours: list[Problem] = []
    fields = check_fields(specs, plain, ours) if content.head is not None else {}
    parts = _whole(files, content, fields, problems, extensions)
    tables = parts.tables
    if data:
        before = len(ours)
        tables, changes = change_tables(tables, data, content.issues or (), drawn_fields(content, extensions), ours)
        if not problems and len(ours) == before:
            found: list[Problem] = []
            check_tables(tables, _frame(content, tables, parts.start, found), changes.tables)
            _check_extensions(tables, extensions, found)
            ours += map(changes.explained, found)
    if problems or ours:
        if not problems:
            title = f"the scenario {parts.head.name} cannot have these fields"
        raise InputError(condense([*problems, *ours]), title)
    return replace(parts, specs=specs, fields=fields, tables=tables, data=data)


def _whole(
    files: Files, content: Content, fields: Mapping[str, Any], problems: list[Problem], extensions: Extensions
) -> Parts:
    """The scenario with its fields and all checks, as far as it can be read; remembered when nothing is wrong."""
    declared = {name: value for name, value in fields.items() if name in content.specs}
    key = (files.digest, repr(sorted(declared.items())), extensions.digest)
    if key in _FAULTLESS and not problems:
        return _FAULTLESS[key]
    faultless = not problems
    head = content.head
    if head is not None:
        _check_head(head, content, problems, extensions)
    tables = content.tables
    if head is not None and head.generator is not None:
        drawable = check_generator(head.generator, content, problems, extensions)
        own = own_generator(head.generator, extensions)
        if drawable and own is not None:
            tables = tables.with_actors([], [])
            with collected(problems):
                tables = own.tables(content.tables, content.issues or (), 0, declared)
        elif drawable and set(content.specs) >= set(GENERATORS[head.generator].FIELDS):
            tables = generate(head.generator, tables, content.present, fields)
        else:
            tables = tables.with_actors([], tables.memberships)
    start = str(fields["start"]) if "start" in fields else (head.start if head else None)
    check_tables(tables, _frame(content, tables, start, problems))
    _check_extensions(tables, extensions, problems)
    parts = Parts(head, content.specs, dict(fields), content.parameters, tables, start)  # type: ignore[arg-type]
    if faultless and not problems:
        _FAULTLESS[key] = parts
        while len(_FAULTLESS) > _KEPT:
            _FAULTLESS.popitem(last=False)
    return parts


def _check_extensions(tables: Tables, extensions: Extensions, problems: list[Problem]) -> None:
    """Whether the gates and decision rules that forums name are declared by the extensions in use."""
    for column, kind in (("own_gate", "gate"), ("own_decision", "decision rule")):
        known = [item.name for item in extensions.of_kind(kind)]
        for place, forum in enumerate(tables.forums):
            name = getattr(forum, column)
            where = f"forums.csv, row {place + 2}, column {column!r}"
            if name and column == "own_gate" and forum.admission not in (None, int(Admission.INVITATION)):
                found = f"a gate, but its admission is {Admission(forum.admission).name.lower()!r}"
                problems.append(Problem(where, found, "admission 'invitation' or an empty cell"))
            if name and name not in known:
                hint = nearest(name, known) or "the extension is named with --with FILE.py"
                allowed = ", ".join(known) or "none is declared"
                problems.append(Problem(where, f"no {kind} {name!r}", allowed, hint))


def _check_head(head: Head, content: Content, problems: list[Problem], extensions: Extensions) -> None:
    for key, entries in (("issues", head.issues), ("blocs", head.blocs)):
        ids = [entry.id for entry in entries]
        for place, name in enumerate(ids):
            where = f"{HEAD_FILE}, [[{key}]] no. {place + 1}, key 'id'"
            if name in ids[:place]:
                problems.append(Problem(where, f"found {name!r} again", "each id once"))
            if key == "issues" and name == "pooled":
                problems.append(Problem(where, "found 'pooled', the word for all issues together", "another id"))
    known = [*COMMON_FIELDS, *(GENERATORS[head.generator].FIELDS if head.generator in GENERATORS else ())]
    if own_generator(head.generator, extensions) is not None:
        known += list(head.fields)  # its function takes them by name
    for name, spec in head.fields.items():
        if name in spread_specs(content.issues or ()):
            problems.append(Problem(f"{HEAD_FILE}, [fields.{name}]", "every scenario has this field", "another name"))
        elif name not in known:
            hint = nearest(name, known)
            problems.append(Problem(f"{HEAD_FILE}, [fields.{name}]", "no such field", ", ".join(known), hint))
        elif COMMON_FIELDS.get(name, spec.type) != spec.type:
            where = f"{HEAD_FILE}, [fields.{name}], key 'type'"
            problems.append(Problem(where, f"found {spec.type!r}", COMMON_FIELDS[name]))
    if "start" in content.specs and head.start not in (None, content.specs["start"].default):
        where = f"{HEAD_FILE}, [fields.start], key 'default'"
        found = f"found {content.specs['start'].default!r}, but 'start' is {head.start!r}"
        problems.append(Problem(where, found, "the same quarter in both"))
    for name, prior in head.priors.items():
        if not prior.low <= prior.value <= prior.high:
            where = f"{HEAD_FILE}, [priors.{name}], key 'value'"
            allowed = f"from {prior.low:g} (low) to {prior.high:g} (high)"
            problems.append(Problem(where, f"found {prior.value:g}", allowed))


def _frame(content: Content, tables: Tables, start: str | None, problems: list[Problem]) -> Known:
    """What can be told for certain of the names, so that one mistake does not bring a hundred others."""
    head = content.head
    ids = {table: list(dict.fromkeys(name for _, name in rows)) for table, rows in tables.ids.items()}
    if head is not None and head.generator is not None:
        ids["actors"] = [actor.id for actor in tables.actors]
    at_home = "start" not in content.specs or start == content.specs["start"].default
    return Known(
        issues=content.issues,
        blocs=content.blocs,
        start=None if start is None else quarter_number(start),
        dated=head is None or start is not None,
        steps=head.steps if head is not None and at_home else None,
        slots=head.forum_slots if head is not None else None,
        actors=ids.get("actors") or None,
        forums=ids.get("forums"),
        problems=problems,
    )
