"""The scenario as users hold it: names, fields, and the making of worlds."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forumsim.core.errors import Problem
from forumsim.core.world import World
from forumsim.extensions import NONE, Extensions
from forumsim.scenarios.assembly import Parts, assemble
from forumsim.scenarios.baseline import pair_trust
from forumsim.scenarios.builder import fresh, make_template
from forumsim.scenarios.content import Files, Tables
from forumsim.scenarios.dated import after_end
from forumsim.scenarios.fields import FieldSpec
from forumsim.scenarios.generators import GENERATORS, source_of
from forumsim.scenarios.own_generator import own_generator
from forumsim.scenarios.quarters import parse_when, quarter_name, quarter_number
from forumsim.scenarios.schema import Prior
from forumsim.scenarios.spread import is_neutral, spread_of, spread_positions

_TEMPLATES: OrderedDict[str, World] = OrderedDict()
#: Templates that a process keeps: so many, and as many more as have this size in all.
_TEMPLATES_KEPT, _TEMPLATES_BYTES = 16, 48 * 2**20


@dataclass(frozen=True, eq=False)
class Scenario:
    """What a world is made of. Make one with `load_scenario`.

    A scenario travels to other processes as the bytes of its files; a process that meets it for the first time checks
    them once and keeps a template of the World, of which each run gets a copy.

    Attributes
    ----------
    name, title, description : str
        As in ``scenario.toml``.
    references : tuple of str
        Literature and sources.
    steps : int
        Default length of a run.
    start : str or None
        Quarter of step 0, such as ``2024-Q4``; None for synthetic time.
    issues, issue_labels, issue_ends : tuple
        Ids, labels, and what 0 and 1 mean, of the D issues.
    blocs, bloc_labels : tuple of str
        Ids and labels.
    actor_ids, actor_names : tuple of str
        The N actors in the order of the World's rows.
    forum_ids, forum_names : tuple of str
        The F forum slots: the scenario's own forums, then ``founded_01`` ... for those that a run founds.
    parameters : dict
        Overrides of the model's defaults by dotted name.
    fields : dict
        Values of the scenario fields; ``field_specs`` their declarations.
    data : dict
        Cells of the tables that differ from the files, by names such as ``actors.USA.power``.
    priors : dict
        Numbers that no data identify, with their ranges: documentation.
    digest : str
        SHA-256 (hex) of all that decides the runs of this scenario: files, field values, changed cells, the generator's
        source, the extensions.
    extensions : Extensions
        The user's own rules, measures, gates and decision rules that its runs have.
    own : dict
        Values of the extensions' own parameters by dotted name, where they differ from their defaults.
    own_gates, own_decisions : mapping of int to str
        The user's gates and decision rules by slot of the forum that has one.
    """

    name: str
    title: str
    description: str
    references: tuple[str, ...]
    steps: int
    start: str | None
    issues: tuple[str, ...]
    issue_labels: tuple[str, ...]
    issue_ends: tuple[tuple[str, str], ...]
    blocs: tuple[str, ...]
    bloc_labels: tuple[str, ...]
    actor_ids: tuple[str, ...]
    actor_names: tuple[str, ...]
    forum_ids: tuple[str, ...]
    forum_names: tuple[str, ...]
    parameters: dict[str, float]
    fields: dict[str, Any]
    field_specs: dict[str, FieldSpec]
    priors: dict[str, Prior]
    generator: str | None
    digest: str
    files: Files = field(repr=False)
    extensions: Extensions = NONE
    own: dict[str, float] = field(default_factory=dict)
    own_gates: Mapping[int, str] = field(default_factory=dict)
    own_decisions: Mapping[int, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        size = f"{len(self.issues)} issues, {len(self.actor_ids)} actors, {len(self.tables.forums)} forums"
        start = f" from {self.start}" if self.start is not None else ""
        return f"<Scenario {self.name}: {size}, {self.steps} steps{start}>"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "tables"}

    @cached_property
    def tables(self) -> Tables:
        """The checked rows of the tables, with those that a run does not use (later memberships, for comparisons).

        They have the changed cells; positions and trust are as they were before they are spread.
        """
        return assemble(self.files, {**self.fields, **self.data}, "", extensions=self.extensions).tables

    def build(self, seed: int, params: Any = None) -> World:
        """A fresh, independent World at step 0.

        Parameters
        ----------
        seed : int
            Seed of the run; a generated scenario draws positions, power, salience and trust from it.
        params : numpy void, optional
            Parameter record of `forumsim.core.parameters.make_record`; its ``redline_scale`` multiplies the red lines.

        Returns
        -------
        World
            Trust at its baseline, attention empty, memberships of the start. Slots of forums that open later are
            empty, with their founders in ``habit``.
        """
        number = int(seed) % 2**64
        own = own_generator(self.generator, self.extensions)
        world = fresh(self._template()) if own is None else own.world(self, number, self._first)
        world.seed[0] = number
        if self.generator is not None and own is None:
            GENERATORS[self.generator].draw(world, number, self.fields)
            spread = spread_of(self.fields, self.issues)
            if spread.moves:
                spread_positions(world, spread)
                pair_trust(world.position, world.baseline)
                world.trust[:] = world.baseline
        scale = 1.0 if params is None else float(params["redline_scale"])
        if scale != 1.0:
            world.red_line[:] *= scale  # inf stays inf
        return world

    @property
    def _first(self) -> int | None:
        """Number of the quarter of step 0."""
        return None if self.start is None else quarter_number(self.start)

    def _template(self) -> World:
        if self.digest not in _TEMPLATES:
            first = self._first
            slots = len(self.forum_ids)
            spread = spread_of(self.fields if self.generator is None else {}, self.issues)
            made = make_template(self.tables, self.issues, self.blocs, slots, first, spread)
            most = max(_TEMPLATES_KEPT, _TEMPLATES_BYTES // sum(array.nbytes for _, array in made.arrays()))
            while len(_TEMPLATES) >= most:
                _TEMPLATES.popitem(last=False)
            _TEMPLATES[self.digest] = made
        return _TEMPLATES[self.digest]

    def date_of(self, step: int) -> str:
        """Name of the quarter of a step, or the number of the step in synthetic time."""
        return str(step) if self.start is None else quarter_name(quarter_number(self.start) + step)

    def step_of(self, date: str) -> int:
        """The step whose quarter a date is in: of ``2026-Q1`` or ``2026-03-31``; below 0 before the start.

        Raises
        ------
        ValueError
            The text is no date.
        """
        return parse_when(date).step(None if self.start is None else quarter_number(self.start))

    def after_end(self, steps: int) -> str:
        """A sentence on what is dated after the end of a run of so many steps, and so never takes place; or nothing."""
        late = after_end(self.tables, None if self.start is None else quarter_number(self.start), steps)
        if not late:
            return ""
        rows = "; ".join(f"{name}.csv, row{'s' * (len(some) > 1)} {_listed(some)}" for name, some in late.items())
        date = f", {self.date_of(steps)}" if self.start is not None else ""
        end = f"the end of the run (step {steps}{date})"
        return f"{self.name} dates some things after {end}, so that they do not take place: {rows}"

    def name_of_forum(self, row: int, founder: int, founded: int) -> str:
        """Name of the forum in slot ``row``: the scenario's own, or who founded it (a row, -1 none) when (a step)."""
        if not self.forum_ids[row].startswith("founded_"):
            return self.forum_names[row]
        by = f" by {self.actor_names[founder]}" if founder >= 0 else ""
        when = self.date_of(founded) if self.start is not None else f"step {founded}"
        return f"Forum founded{by}, {when}"

    def with_fields(self, **fields: Any) -> Scenario:
        """The same scenario with some fields, or cells of its tables (``actors.USA.power``), changed.

        Raises
        ------
        InputError
            All unknown names and values out of range at once.
        """
        title = f"the scenario {self.name!r} cannot be used"
        given = {**self.fields, **self.data, **fields}
        return make_scenario(self.files, given, title, extensions=self.extensions)

    def with_extensions(self, extensions: Extensions) -> Scenario:
        """The same scenario with these extensions instead of its own.

        Raises
        ------
        InputError
            A forum names a gate or decision rule that they do not declare.
        """
        title = f"the scenario {self.name!r} cannot be used with these extensions"
        return make_scenario(self.files, {**self.fields, **self.data}, title, extensions=extensions)


def _listed(rows: list[int]) -> str:
    """Some numbers in words, the first five of many."""
    return ", ".join(map(str, rows[:5])) + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")


def make_scenario(
    files: Files,
    given: Mapping[str, Any],
    title: str,
    earlier: list[Problem] | None = None,
    extensions: Extensions = NONE,
) -> Scenario:
    """The scenario of a folder's files, of given field values and of changed cells.

    Raises
    ------
    InputError
        All the mistakes of all files and fields at once, under ``title``, after those found ``earlier``.
    """
    parts = assemble(files, given, title, earlier, extensions)
    head, tables = parts.head, parts.tables
    free = range(1, head.forum_slots - len(tables.forums) + 1)
    slots = [f"founded_{k:02d}" for k in free]
    scenario = Scenario(
        name=head.name,
        title=head.title,
        description=head.description.strip(),
        references=tuple(head.references),
        steps=head.steps,
        start=parts.start,
        issues=tuple(issue.id for issue in head.issues),
        issue_labels=tuple(issue.label for issue in head.issues),
        issue_ends=tuple((issue.low, issue.high) for issue in head.issues),
        blocs=tuple(bloc.id for bloc in head.blocs),
        bloc_labels=tuple(bloc.label for bloc in head.blocs),
        actor_ids=tuple(actor.id for actor in tables.actors),
        actor_names=tuple(actor.name or actor.id for actor in tables.actors),
        forum_ids=(*(forum.id for forum in tables.forums), *slots),
        forum_names=(*(forum.name or forum.id for forum in tables.forums), *slots),
        parameters=dict(parts.parameters),
        fields=parts.fields,
        field_specs=parts.specs,
        priors=dict(head.priors),
        generator=head.generator,
        digest=_digest(files, parts, extensions),
        files=files,
        extensions=extensions,
        data=parts.data,
        own_gates={f: forum.own_gate for f, forum in enumerate(tables.forums) if forum.own_gate},
        own_decisions={f: forum.own_decision for f, forum in enumerate(tables.forums) if forum.own_decision},
    )
    scenario.__dict__["tables"] = tables  # they have just been checked
    return scenario


def _digest(files: Files, parts: Parts, extensions: Extensions) -> str:
    digest = hashlib.sha256(files.digest.encode())
    changed = {name: value for name, value in parts.fields.items() if not is_neutral(name, value)} | parts.data
    for name in sorted(changed):
        digest.update(f"{name}={changed[name]!r}\n".encode())
    if parts.head.generator is not None:
        digest.update(source_of(parts.head.generator))
    if extensions:
        digest.update(f"extensions {extensions.digest}".encode())
    return digest.hexdigest()
