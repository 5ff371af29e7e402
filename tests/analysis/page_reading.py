"""Holds every number of the sentences of a report against plain pandas; nothing of forumsim is imported here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

import pandas as pd
from page_design import check_design
from page_grid import check_grid
from page_parts import Page
from page_said import Said, capital, check_effect, check_span, split, told_measures
from plain_results import HEADLINE, WINDOW, Tables, label_of, score_interval


def check_reading(text: str, own: Tables) -> int:
    """Hold the reading of a page against the CSV.

    Returns
    -------
    int
        How many numbers were compared.

    Raises
    ------
    AssertionError
        A number differs, a sentence is missing, or there is a number that nothing here knows.
    """
    page = Page(text, own)
    found = re.search(r'<section id="reading">.*?<pre>(.*?)</pre>', text, re.DOTALL)
    assert found
    lines = html.unescape(found[1]).split("\n")
    last = next(k for k, line in enumerate(lines) if line.startswith(("The intervals hold", "End values of runs")))
    close = next((k for k, line in enumerate(lines) if line.startswith("Contrasts of the plan")), last)
    parts = split(lines[:close], [f"Part {part}" for part in own.parts] if own.several else [])
    total = 0
    for part in own.parts:
        block = parts[f"Part {part}"] if own.several else parts[""]
        total += _check_part(page, part, block)
    assert not own.several or not "".join(parts[""]).strip()
    return total + _check_contrasts(page, lines[close:last])


def check_paragraphs(text: str, own: Tables) -> int:
    """Hold the numbers of all paragraphs of a page against the CSV, as `check_reading` does those of the reading."""
    total, runs = 0, own.runs
    for paragraph in re.findall(r"<p>(.*?)</p>", text, re.DOTALL):
        said = Said([html.unescape(re.sub(r"<[^>]*>", "", paragraph))])
        if " runs of scenario " in said.text:
            said.take("^{} runs of scenario", len(runs))
            if runs["steps"].nunique() == 1:
                check_span(said, runs)
            said.text = said.text.partition("varied:")[0]
        elif "was in convergence for" in said.text:
            part = next((part for part in own.parts if f"Part {part}: none" in said.text), None)
            some = runs if part is None else runs[runs["part"] == part]
            hold = min(WINDOW, int(some["steps"].max()) // 2)
            assert not own.convergence(some, hold)["seen"].any()
            ends = score_interval(0, len(some))
            said.text = said.text.replace(f"Part {part}:", "").replace("95 % interval", "")
            said.take("n = {} runs was in convergence for {} steps", len(some), hold)
            said.take("Wilson: {} to {}", *ends)
        elif said.text.startswith("Means at every point:"):
            drawn = [own.ends.dropna(subset=[name]) for name in HEADLINE if name in own.measures]
            rows = sum(len(ends.groupby([*own.settings, "issue"], dropna=False)) for ends in drawn)
            said.take("Means at every point: {} rows", rows)
        assert not re.search(r"\d", said.text), f"a paragraph that no check knows: {said.text}"
        total += said.numbers
    return total


def _check_part(page: Page, part: str, lines: list[str]) -> int:
    own = page.own
    runs = own.runs[own.runs["part"] == part]
    if not own.varied:
        said = list(_ends(page, part, lines, runs))
    elif lines[0].startswith("What "):
        said = list(check_grid(page, part, lines, runs))
    else:
        said = list(check_design(page, part, lines, runs))
    for one in said:
        for column in own.varied:  # names of parameters may hold digits
            one.text = re.sub(rf"(?i){label_of(column)}", "", one.text)
        assert not re.search(r"\d", one.text), f"numbers that no check knows: {one.text}"
    return sum(one.numbers for one in said)


def _ends(page: Page, part: str, lines: list[str], runs: pd.DataFrame) -> Iterable[Said]:
    own, names = page.own, page.own.names("issues")
    cut = lines.index("")  # an empty line ends the head
    head = Said(lines[:cut])
    check_span(head, runs)
    head.take("n = {} runs?", len(runs))
    yield head
    ends = own.ends[own.ends["part"] == part]
    for line in filter(None, lines[cut:]):
        said = Said([line])
        if said.text.startswith("Runs that end in"):
            states = runs["state_pooled"].value_counts()
            for state, count in states.items():
                said.take(rf"{state} {{}} of {{}}(?:,|$)", count, states.sum())
            yield said
            continue
        (measure,) = told_measures(page, said)
        for scope in own.scopes:
            there = ends.loc[ends["issue"] == scope, measure].dropna()
            if 0 < len(there) < len(runs):
                said.take(rf"{re.escape(names[scope].lower())} {{}} \[n = {{}}\]", there.mean(), len(there))
            elif len(there):
                said.take(rf"{re.escape(names[scope].lower())} {{}}", there.mean())
        yield said


def _check_contrasts(page: Page, lines: list[str]) -> int:
    own = page.own
    if not lines:
        assert not own.plan.get("contrasts")
        return 0
    table = pd.read_csv(own.folder / "contrasts.csv", keep_default_na=False)[["contrast", "point_from", "point_to"]]
    heads = [k for k, line in enumerate(lines) if re.match(r"  \S", line)]
    rows = table.drop_duplicates().to_dict("records")
    total, ends = 0, own.ends[own.ends["issue"] == "pooled"]
    for begin, end, row in zip(heads, [*heads[1:], len(lines)], rows, strict=True):
        assert lines[begin].startswith(f"  {row['contrast']}: "), lines[begin]
        below = next(k for k in range(begin + 1, end) if not lines[k].startswith(" " * 8))  # a head may take two lines
        said = Said(lines[below:end])
        for measure in told_measures(page, said):
            sides = [
                ends[ends["point"] == row[side]].set_index("replicate")[measure].dropna()
                for side in ("point_from", "point_to")
            ]
            both = pd.concat(sides, axis=1, keys=["before", "after"], join="inner")
            check_effect(
                said, re.escape(capital(page.label(measure))), both.assign(change=both["after"] - both["before"])
            )
        assert not re.search(r"\d", said.text), said.text
        total += said.numbers
    return total
