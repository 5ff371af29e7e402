"""Generators: scenarios whose actors are drawn anew for every run instead of read from a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from forumsim.core.errors import Problem, nearest
from forumsim.extensions import Extensions
from forumsim.scenarios import lifecycle, two_blocs
from forumsim.scenarios.content import Content, Tables
from forumsim.scenarios.fields import TYPES, FieldSpec, rank
from forumsim.scenarios.schema import ActorRow

#: A generator is a module with ISSUES, BLOCS, FIELDS, DRAWN_TABLES, DRAWN_COLUMNS, ``actors(fields)``,
#: ``draw(world, seed, fields)``.
GENERATORS: dict[str, ModuleType] = {"two_blocs": two_blocs, "lifecycle": lifecycle}


def source_of(generator: str) -> bytes:
    """Source of a generator: as much a part of the scenario's contents as its files. That of an extension is in its."""
    if generator not in GENERATORS:
        return b""
    return Path(str(GENERATORS[generator].__file__)).read_bytes().replace(b"\r\n", b"\n")


def drawn_fields(content: Content, extensions: Extensions) -> dict[str, str]:
    """Fields of actors that a scenario's generator makes, with the reason why they cannot be set one by one."""
    name = content.head.generator if content.head is not None else None
    if any(item.name == name for item in extensions.of_kind("scenario")):
        reason = f"the scenario {name} draws its actors, so that it cannot be set for one actor"
        return dict.fromkeys(ActorRow.model_fields, f"{reason}; vary fields of the scenario, such as scenario.spread")
    if name not in GENERATORS:
        return {}
    some = next(field for field in GENERATORS[name].FIELDS if GENERATORS[name].FIELDS[field][0] == "float")
    reason = f"the generator {name} makes it, for most anew with every seed, so that it cannot be set for one actor"
    hint = f"{reason}; vary fields of the scenario, such as scenario.{some} and scenario.spread"
    return dict.fromkeys(GENERATORS[name].DRAWN_COLUMNS, hint)


def check_generator(name: str, content: Content, problems: list[Problem], extensions: Extensions) -> bool:
    """Whether the folder declares what its generator works with; the problems are noted."""
    where = "scenario.toml, "
    before = len(problems)
    own = [item.name for item in extensions.of_kind("scenario")]
    if name in own:
        for table in ("actors", "memberships", "trust"):
            if f"{table}.csv" in content.present:
                problems.append(Problem(f"{table}.csv", f"the scenario {name} draws this table", "no such file"))
        return len(problems) == before
    if name not in GENERATORS:
        known = [*GENERATORS, *own]
        hint = nearest(name, known) or "the extension that declares it is named with --with FILE.py"
        problems.append(Problem(f"{where}key 'generator'", f"no generator {name!r}", ", ".join(known), hint))
        return False
    generator = GENERATORS[name]
    for key, found, needed in (
        ("issues", content.issues, generator.ISSUES),
        ("blocs", content.blocs, generator.BLOCS),
    ):
        if tuple(found or ()) != needed:
            shown = ", ".join(found or ()) or "none"
            problems.append(Problem(f"{where}[[{key}]]", f"found {shown}", f"{', '.join(needed)}, in this order"))
    for table in generator.DRAWN_TABLES:
        if f"{table}.csv" in content.present:
            problems.append(Problem(f"{table}.csv", f"the generator {name} draws this table", "no such file"))
    for field, (kind, low, high) in generator.FIELDS.items():
        spec = content.specs.get(field)
        if spec is not None:
            _check_bounds(spec, kind, low, high, problems)
        elif content.head is not None and field not in content.head.fields:
            meaning = f"{TYPES[kind]} from {low:g} to {high:g}"
            problems.append(Problem(f"{where}[fields.{field}]", f"is missing; {name} needs it", meaning))
    return len(problems) == before


def _check_bounds(spec: FieldSpec, kind: str, low: float, high: float, problems: list[Problem]) -> None:
    where = f"scenario.toml, [fields.{spec.name}], key "
    if spec.type != kind:
        problems.append(Problem(f"{where}'type'", f"found {spec.type!r}", kind))
        return
    for key, value in (("low", spec.low), ("high", spec.high)):
        if not low <= rank(value) <= high:
            problems.append(Problem(f"{where}{key!r}", f"found {value}", f"from {low:g} to {high:g}"))


def generate(name: str, tables: Tables, present: frozenset[str], fields: Mapping[str, object]) -> Tables:
    """The folder's tables with the generator's actors; without a table of memberships every state is in every forum."""
    actors = GENERATORS[name].actors(fields)
    given = "memberships.csv" in present
    return tables.with_actors(actors, tables.memberships if given else tables.everywhere(actors))
