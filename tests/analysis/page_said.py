"""Sentences of the reading of a report: what was held against the CSV is taken out, and no number may be left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd
from page_parts import Page, number
from plain_results import WINDOW, t_interval

NUMBER = r"(-?\d+(?:,\d{3})*(?:\.\d+)?)"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Said:
    """Some lines of the reading; what was held against the CSV is taken out, so that what is left was not."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.text = " ".join(" ".join(lines).split())
        self.numbers = 0

    def take(self, pattern: str, *values: float) -> None:
        """Take out the first place that has this pattern, and hold its numbers against values.

        ``{}`` in a pattern is a number; it is compared at as many decimals as it has.
        """
        found = re.search(pattern.replace("{}", NUMBER), self.text)
        assert found, f"not said: {pattern}\n{self.text}"
        for text, value in zip(found.groups(), values, strict=True):
            decimals = len(text.partition(".")[2])
            assert abs(number(text) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-6) + 1e-9, (found[0], values)
        self.numbers += len(values)
        self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"

    def groups(self, pattern: str) -> list[tuple[str, ...]]:
        """All places of a pattern, taken out."""
        found = [match.groups() for match in re.finditer(pattern, self.text)]
        self.text = re.sub(pattern, " ", self.text)
        self.numbers += sum(bool(re.fullmatch(NUMBER, text or "")) for groups in found for text in groups)
        return found


def split(lines: Sequence[str], heads: Sequence[str]) -> dict[str, list[str]]:
    """Lines by the head that they stand below; those before the first below the empty one."""
    found: dict[str, list[str]] = {"": []}
    now = ""
    for line in lines:
        if line.strip() in heads:
            now = line.strip()
            found[now] = []
        else:
            found[now].append(line)
    return found


def check_span(said: Said, runs: pd.DataFrame) -> None:
    """Over which steps end values are means, and which runs were stopped."""
    steps = int(runs["steps"].max())
    if steps < WINDOW:
        said.take("mean of the start and all {} steps", steps)
    else:
        said.take("mean of the last {} of {} steps", WINDOW, steps)
    said.text = said.text.replace("95 % interval", "")


def told_measures(page: Page, said: Said) -> list[str]:
    """Measures that are told in a block."""
    return [
        column
        for label, column in page.labels.items()
        if re.search(rf"(^| ){re.escape(capital(label))}(?: \(against level [^:]*\))?: ", said.text)
    ]


def check_effect(said: Said, label: str, pairs: pd.DataFrame) -> None:
    """``LABEL: rises by .. (.. to ..), .. to ..``, with n where it stands there."""
    mean, n = pairs["change"].mean(), len(pairs)
    low, high = t_interval(pairs["change"])
    sides = pairs["before"].mean(), pairs["after"].mean()
    many = rf"(?: \[n = {n}\])?"
    if n == 0:
        said.take(f"{label}: no pair of runs in which it is defined")
    elif n == 1:
        said.take(f"{label}: {{}} to {{}} in one pair of runs: no interval{many}", *sides)
    elif low == high == 0:
        said.take(f"{label}: no effect: the same in all {n} pairs \\({{}}\\){many}", sides[0])
    elif low <= 0 <= high:
        said.take(f"{label}: no clear effect \\({{}}; {{}} to {{}}\\), {{}} to {{}}{many}", mean, low, high, *sides)
    elif mean > 0:
        said.take(f"{label}: rises by {{}} \\({{}} to {{}}\\), {{}} to {{}}{many}", mean, low, high, *sides)
    else:
        said.take(f"{label}: falls by {{}} \\({{}} to {{}}\\), {{}} to {{}}{many}", -mean, -high, -low, *sides)
