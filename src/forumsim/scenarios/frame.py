"""What is known of a scenario's names and times while its tables are checked, so that one mistake brings no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forumsim.core.errors import Problem, nearest
from forumsim.scenarios.quarters import When, quarter_name


@dataclass
class Known:
    """What the tables are checked against; None where the file that says it is unreadable."""

    issues: Sequence[str] | None
    blocs: Sequence[str] | None
    start: int | None
    dated: bool
    steps: int | None
    slots: int | None
    actors: Sequence[str] | None
    forums: Sequence[str] | None
    problems: list[Problem]

    def known(self, name: str, names: Sequence[str] | None, what: str, where: str) -> None:
        """Note a problem unless ``name`` is empty or one of ``names``."""
        if name and names is not None and name not in names:
            allowed = ", ".join(names) if len(names) <= 12 else f"one of the {len(names)} ids of {what}s"
            self.problems.append(Problem(where, f"no {what} {name!r}", allowed, nearest(name, names)))

    def listed(self, names: Iterable[str], where: str) -> None:
        """Note the unknown among ids of actors and ``bloc:NAME``."""
        for name in names:
            if name.startswith("bloc:"):
                self.known(name.removeprefix("bloc:"), self.blocs, "bloc", where)
            else:
                self.known(name, self.actors, "actor", where)

    def known_actors(self, names: Iterable[str]) -> bool:
        """Whether all these are ids of actors, as far as can be told."""
        return self.actors is not None and set(names) <= set(self.actors)

    def step(self, when: When | None) -> int | None:
        """The step of a date, None where it cannot be told."""
        return when.step(self.start) if when is not None and (when.is_step or self.start is not None) else None

    def date(self, when: When | None, where: str) -> None:
        """Note a date of the calendar in a scenario that has no calendar."""
        if when is not None and not when.is_step and not self.dated:
            found = f"found a date ({quarter_name(when.value)}) although scenario.toml has no 'start'"
            self.problems.append(Problem(where, found, "a whole number of steps from the start"))
