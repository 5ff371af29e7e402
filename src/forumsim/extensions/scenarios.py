"""The decorator that makes a scenario of a function: its frame stands in the decorator, its actors come from the draw.

What the decorator says becomes the files that a folder of a scenario would hold (``scenario.toml``, ``forums.csv``), so
that they are checked by the same checks, shown by the same commands and kept in results like those of any scenario.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from forumsim.core.parameters import Parameter
from forumsim.extensions.declare import F, marking
from forumsim.extensions.toml import toml_table, toml_value


def scenario(
    *,
    title: str,
    issues: Mapping[str, str | Sequence[str]],
    forums: Sequence[Mapping[str, Any]],
    steps: int = 80,
    blocs: Mapping[str, str] | Sequence[str] = (),
    description: str = "",
    references: Sequence[str] = (),
    parameters: Mapping[str, Any] | None = None,
    forum_slots: int = 24,
    **fields: Parameter,
) -> Callable[[F], F]:
    """Declare a scenario: a function ``scenario(draw)`` that gives the rows of ``actors.csv`` of a run.

    ``draw(actor, number)`` is a number between 0 and 1 that depends on the seed of the run, on these two whole numbers
    and on nothing else. The function returns, or yields, one mapping for each actor with the columns of ``actors.csv``,
    and may add ``forums``: the ids of those that the actor is in at the start. Where no row has it, every state is in
    every forum. Ids must be the same for every seed; power is scaled so that the states' shares sum to 1.

    Parameters
    ----------
    title, description, references, steps, forum_slots
        As in ``scenario.toml``.
    issues : mapping
        Label by id, or label, meaning of 0, meaning of 1.
    blocs : mapping or sequence of str
        Label by id, or ids.
    forums : sequence of mapping
        Rows of ``forums.csv``.
    parameters : mapping, optional
        Parameters of the model that differ from the defaults.
    **fields
        Fields of the scenario, each made by `parameter`; users vary ``scenario.NAME``, and the function takes them by
        name after ``draw``.
    """

    def files(name: str) -> dict[str, bytes]:
        named = blocs if isinstance(blocs, Mapping) else {bloc: bloc.capitalize() for bloc in blocs}
        head: dict[str, Any] = {
            "name": name, "title": title, "description": description, "references": list(references), "steps": steps,
            "forum_slots": forum_slots, "generator": name,
        }  # fmt: skip
        lines = [f"{key} = {toml_value(value)}" for key, value in head.items()]
        for issue, text in issues.items():
            label, *ends = [text] if isinstance(text, str) else text
            lines += toml_table(
                "[[issues]]", {"id": issue, "label": label, **dict(zip(("low", "high"), ends, strict=False))}
            )
        for bloc, label in named.items():
            lines += toml_table("[[blocs]]", {"id": bloc, "label": label})
        lines += toml_table("[parameters]", parameters or {})
        for field, item in fields.items():
            if isinstance(item, Parameter):
                lines += toml_table(f"[fields.{field}]", dict(_field(item)))
        return {"scenario.toml": "\n".join([*lines, ""]).encode(), "forums.csv": _csv(forums)}

    return marking("scenario", fields, files=files)


def _field(item: Parameter) -> Iterator[tuple[str, Any]]:
    yield "type", "int" if item.whole else "float"
    for key in ("default", "low", "high"):
        value = getattr(item, key)
        yield key, int(value) if item.whole and value == int(value) else value
    yield "meaning", item.meaning or "a field of the scenario"


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as CSV; a column that some lack is empty there, and lists are joined by semicolons as in any table."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([as_cell(row.get(column, "")) for column in columns])
    return text.getvalue().encode()


def as_cell(value: Any) -> str:
    """A value as the cell of a table has it."""
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)
