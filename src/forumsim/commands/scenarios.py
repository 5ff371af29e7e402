"""``forumsim scenarios``: what there is, one in detail, what is unusual about it, a copy to start from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forumsim.commands.console import columns, say, value_text, wrapped
from forumsim.commands.options import With, option
from forumsim.core.errors import InputError, Problem

if TYPE_CHECKING:
    from forumsim.core.world import World
    from forumsim.extensions import Declaration, Extensions
    from forumsim.scenarios import Scenario
    from forumsim.scenarios.quarters import When


def scenarios(
    name: Annotated[str | None, typer.Argument(help="A shipped scenario or a folder; left out: list all.")] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", metavar="DIR", help="Copy the scenario into a new folder, to edit it.")
    ] = None,
    check: Annotated[
        bool,
        option(
            "--check", help="Say what is unusual about the start of the scenario, and how it ends without dialogue."
        ),
    ] = False,
    with_: With = None,
) -> None:
    """List the scenarios, show or check one, or copy one to start your own."""
    extensions = with_ or []
    if copy is not None:
        _copy(name, copy, extensions)
    elif check:
        _check(name, extensions)
    elif name is not None:
        _show(name, extensions)
    else:
        _overview(extensions)


def _overview(with_: Sequence[Path]) -> None:
    """List the shipped scenarios with their titles, and those of extensions."""
    from forumsim.extensions import load_extensions
    from forumsim.scenarios import list_scenarios, load_scenario

    extensions = load_extensions(with_)
    names = [*list_scenarios(), *(item.name for item in extensions.of_kind("scenario"))]
    cases = [load_scenario(name, with_=extensions) for name in names]
    rows = [(case.name, f"{len(case.actor_ids)} actors, {case.steps} steps", case.title) for case in cases]
    say("Scenarios that come with forumsim:")
    say(columns(rows))
    say()
    say("One in detail: forumsim scenarios NAME; a copy to edit: forumsim scenarios NAME --copy DIR")


def _show(name: str, with_: Sequence[Path]) -> None:
    """Describe one scenario: world, issues, what may be varied, priors; and what extensions add to it."""
    from forumsim.core.terms import Shock
    from forumsim.scenarios import load_scenario
    from forumsim.scenarios.content import TRACKS

    case = load_scenario(name, with_=with_)
    world = _start(case)
    say(f"{case.name}: {case.title}")
    for text in (case.description, *_world_lines(case, world)):
        if text:
            say()
            say(wrapped(text, "  "))
    _section("Issues", _issue_rows(case), ("name", "label", "from 0 to 1"))
    _section("Forums", _forum_rows(case, world), ("name", "since", "form", "members", "law", "issues", "title"))
    shocks = _dated_rows(case.tables.shocks, "date", lambda row: Shock(row.kind).name.lower(), "size")
    _section("Shocks", shocks, ("name", "date", "kind", "actor", "other", "size"))
    channels = _dated_rows(case.tables.channels, "first", lambda row: TRACKS[row.track], "rate")
    _section("Channels of dialogue", channels, ("name", "from", "track", "actor", "other", "rate"))
    fields = [(f"scenario.{f.name}", value_text(f.default), _span(f), f.meaning) for f in case.field_specs.values()]
    _section("Fields that a plan or --set may vary", fields, ("name", "default", "range", "meaning"))
    example = f"TABLE.NAME.COLUMN, such as forums.{case.forum_ids[0]}.legalization"
    say()
    say(wrapped(f"Cells of its tables may be varied too: {example}. docs/scenarios.md has the columns."))
    own = [(key, value_text(value)) for key, value in case.parameters.items()]
    _section("Parameters that differ from the model's defaults", own)
    _extensions(case.extensions)
    _section("Overlays: variants, run with --overlay NAME", _overlay_rows(name), ("name", "what it is"))
    _section("Priors: numbers that no data identify", _prior_rows(case), ("name", "value", "range", "meaning"))
    say()
    given = _given(with_)
    say(f"Run it: forumsim run {name}{given}; a copy to edit: forumsim scenarios {name}{given} --copy DIR")


def _extensions(extensions: Extensions) -> None:
    """What extensions add: functions with their places, own parameters, own measures."""
    rows = [(item.kind, item.name, " ".join(item.place).strip(), _first_line(item)) for item in extensions.declared]
    _section("Extensions", rows, ("kind", "name", "place", "what it says of itself"))
    own = [(p.name, value_text(p.default), _span(p), p.unit, p.meaning) for p in extensions.parameters]
    _section("Parameters of extensions that a plan or --set may vary", own,
             ("name", "default", "range", "unit", "meaning"))  # fmt: skip
    measures = [
        (m.name, m.unit, _span(m), ". ".join(text for text in (m.label, m.description) if text))
        for m in extensions.measures
    ]
    _section("Measures of extensions", measures, ("name", "unit", "range", "meaning"))


def _first_line(item: Declaration) -> str:
    """The first line of a function's docstring."""
    return (getattr(item.function, "__doc__", None) or "").strip().partition("\n")[0]


def _copy(name: str | None, folder: Path, with_: Sequence[Path]) -> None:
    """Copy a scenario into a new folder."""
    from forumsim.scenarios import copy_scenario

    if name is None:
        hint = f"forumsim scenarios two_blocs --copy {folder}"
        raise InputError([Problem("--copy", "no scenario is named", "", hint)])
    copy_scenario(name, folder, with_)
    say(f"{folder} holds a copy of {name}. Edit it, then: forumsim run {folder}{_given(with_)}")


def _given(with_: Sequence[Path]) -> str:
    """The options that name these extensions."""
    return "".join(f" --with {path}" for path in with_)


def _check(name: str | None, with_: Sequence[Path]) -> None:
    """Say what is unusual about a scenario, and what to look at."""
    from forumsim.scenarios import load_scenario
    from forumsim.studies.face_checks import face_checks

    if name is None:
        raise InputError([Problem("--check", "no scenario is named", "", "forumsim scenarios two_blocs --check")])
    case = load_scenario(name, with_=with_)
    say(f"Face checks of {case.name}: what a scenario looks like before its runs are believed.")
    found = face_checks(case)
    for each in found:
        say()
        say(wrapped(f"{'look' if each.unusual else '  ok'}  {each.what}: {each.found}", ""))
        if each.unusual:
            say(wrapped(each.advice, "      "))
    say()
    unusual = sum(each.unusual for each in found)
    say("Nothing is unusual." if unusual == 0 else f"{unusual} of {len(found)} ask for a look.")


def _section(title: str, rows: list[tuple[Any, ...]], head: tuple[str, ...] = ()) -> None:
    if rows:
        say()
        say(title)
        say(columns(rows, head))


def _start(case: Scenario) -> World:
    """The world of seed 1 before the first step."""
    from forumsim.core.parameters import make_record

    return case.build(1, make_record(case.parameters))


def _world_lines(case: Scenario, world: World) -> list[str]:
    """Time, actors by role and bloc: one paragraph each."""
    from forumsim.core.terms import Role

    roles = Counter(Role(role).name.lower() for role in world.role)
    blocs = Counter(case.blocs[bloc] for bloc in world.bloc if bloc >= 0)
    start = f"Starts in {case.start}; " if case.start else ""
    return [
        f"{start}{case.steps} steps unless you say otherwise.",
        f"{world.actors} actors. By role: {_counted(roles)}." + (f" By bloc: {_counted(blocs)}." if blocs else ""),
    ]


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in counter.most_common())


def _issue_rows(case: Scenario) -> list[tuple[Any, ...]]:
    labels = zip(case.issues, case.issue_labels, case.issue_ends, strict=True)
    return [(issue, label, f"{low} ... {high}" if low or high else "") for issue, label, (low, high) in labels]


def _forum_rows(case: Scenario, world: World) -> list[tuple[Any, ...]]:
    """Every forum of the scenario, also those that open later; free slots for new ones are left out."""
    from forumsim.core.terms import SLOTS, Form, Shock, Status

    opening = {int(row["forum"]): int(row["step"]) for row in world.shocks if row["kind"] == Shock.OPENING}
    rows = []
    for slot in range(int(world.clock[SLOTS])):
        later = world.status[slot] == Status.EMPTY
        since = case.date_of(opening.get(slot, 0) if later else int(world.founded[slot]))
        issues = ", ".join(issue for issue, covered in zip(case.issues, world.mandate[slot], strict=True) if covered)
        members = "opens later" if later else str(int(world.member[slot].sum()))
        members = members if case.tables.forums[slot].on else "left out"
        form = Form(world.form[slot]).name.lower().replace("_", " ")
        law = f"{world.legalization[slot]:.2f}"
        rows.append((case.forum_ids[slot], since, form, members, law, issues, case.forum_names[slot]))
    return rows


def _dated_rows(rows: Sequence[Any], date: str, kind: Callable[[Any], str], size: str) -> list[tuple[Any, ...]]:
    """Shocks or channels: id, date, what it is, both sides, how much; ``date`` and ``size`` are columns."""
    sizes = [value_text(getattr(row, size)) if row.on else "left out" for row in rows]
    return [
        (row.id, _date(getattr(row, date)), kind(row), _actors(row.actor), _actors(row.other), much)
        for row, much in zip(rows, sizes, strict=True)
    ]


def _date(when: When) -> str:
    from forumsim.scenarios.quarters import quarter_name

    return f"step {when.value}" if when.is_step else quarter_name(when.value)


def _actors(names: list[str]) -> str:
    """Some ids, the first two of many."""
    return ";".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _span(spec: Any) -> str:
    return f"{value_text(spec.low)} to {value_text(spec.high)}"


def _overlay_rows(name: str) -> list[tuple[Any, ...]]:
    from forumsim.scenarios.overlays import list_overlays, read_overlay

    return [(overlay, read_overlay(name, overlay).title) for overlay in list_overlays(name)]


def _prior_rows(case: Scenario) -> list[tuple[Any, ...]]:
    return [(name, value_text(p.value), _span(p), p.meaning) for name, p in case.priors.items()]
