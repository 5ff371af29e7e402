"""What a mutant is: one mistake put into one source file on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: The step, and what holds after every rule in random worlds: asked last, because they compile all rules.
ALL_RULES = ("tests/rules/test_schedule.py", "tests/rules/test_invariants.py")


@dataclass(frozen=True)
class Mutant:
    """One mistake, and the tests that should notice it.

    Attributes
    ----------
    name : str
        snake_case, unique.
    file : str
        Source file, below ``src/forumsim``.
    what : str
        What the program does wrongly then, in words.
    old, new : str
        The text that stands exactly once in the file, and what replaces it.
    tests : tuple of str
        Test files, the most specific one first.
    """

    name: str
    file: str
    what: str
    old: str
    new: str
    tests: tuple[str, ...]

    def applied_to(self, source: str) -> str:
        """The source with the mistake in it.

        Raises
        ------
        ValueError
            The old text does not stand exactly once in the source: the mutant has to be written anew.
        """
        found = source.count(self.old)
        if found != 1:
            raise ValueError(f"{self.name}: the old text stands {found} times in {self.file}")
        return source.replace(self.old, self.new)


def mutants_of(file: str, tests: Sequence[str], rows: Iterable[tuple[str, str, str, str]]) -> tuple[Mutant, ...]:
    """Mutants of one file from rows of name, what, old text, new text."""
    return tuple(Mutant(name, file, what, old, new, tuple(tests)) for name, what, old, new in rows)
