"""Holds the reading of a grid of one or two factors against plain pandas on the CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from page_parts import Page
from page_said import Said, capital, check_effect, check_span, split, told_measures
from plain_results import USUAL, label_of, t_interval, words_of


def check_grid(page: Page, part: str, lines: list[str], runs: pd.DataFrame) -> Iterable[Said]:
    own = page.own
    x = own.first_factor()
    (line,) = [c for c in own.varied if c != x] or [""]
    every = own.levels(x, runs)
    tops = every[-1:] if own.is_number(x) else every[1:]
    name = capital(label_of(x))
    rows = {words_of(level): level for level in own.levels(line, runs)} if line else {"": None}
    heads = {f"{capital(label_of(line))} {text}" if line else "": level for text, level in rows.items()}
    blocks = split(lines, list(heads)) if line else {"head": lines[:4], "": lines[4:]}
    if not line:
        cut = next(k for k, text in enumerate(lines) if not text)  # an empty line ends the head
        blocks = {"head": lines[:cut], "": lines[cut:]}
    head = Said(blocks["head"] if not line else blocks[""])
    against = " and ".join(words_of(top) for top in tops)
    head.take(rf"changes in this model: {re.escape(against)} against {re.escape(words_of(every[0]))}")
    check_span(head, runs)
    counts = [n for _, level in heads.items() for top in tops for n in _all_n(page, runs, x, line, level, top)]
    if min(counts) == max(counts):
        head.take("n = {} pairs of runs", counts[0])
    else:
        head.take("n = {} to {} pairs of runs", min(counts), max(counts))
    yield head
    for text, level in heads.items():
        some = runs if level is None else runs[runs[line] == level]
        inner = split(blocks[text], [f"{name} {words_of(top)} against {words_of(every[0])}" for top in tops])
        tail = Said([])
        for top in tops:
            said = Said(inner[""] if len(tops) == 1 else inner[f"{name} {words_of(top)} against {words_of(every[0])}"])
            _effects(page, said, some, x, top)
            tail = said
            if top != tops[-1]:
                yield said
        _states(page, tail, some, x, [every[0], *tops])
        if own.plan.get("twins"):
            _twins(page, tail, some, x, tops)
        if line:
            _in_short(page, tail, runs, x, line, tops[-1])
        yield tail


def _pairs(page: Page, runs: pd.DataFrame, x: str, top: Any, measure: str, scope: str) -> tuple[Any, pd.DataFrame]:
    """The level that a measure is first defined at, and the pairs of runs at another level with those at it."""
    own = page.own
    part = own.ends[own.ends["part"] == runs["part"].iloc[0]].dropna(subset=[measure])
    start = next((level for level in own.levels(x) if level in set(part[x])), None)
    pairs = own.pairs(x, start, measure)
    pairs = pairs[pairs["run_id"].isin(runs["run_id"]) & (pairs[x] == top) & (pairs["issue"] == scope)]
    return start, pairs


def _all_n(page: Page, runs: pd.DataFrame, x: str, line: str, level: Any, top: Any) -> Iterable[int]:
    """The numbers of pairs behind what may be told at some levels."""
    some = runs if level is None else runs[runs[line] == level]
    for measure in [name for name in USUAL if name in page.own.measures] or page.own.measures[:4]:
        if page.own.ends[measure].notna().any():
            for scope in page.own.scopes:
                n = len(_pairs(page, some, x, top, measure, scope)[1])
                if n:
                    yield n


def _effects(page: Page, said: Said, runs: pd.DataFrame, x: str, top: Any) -> None:
    """What is told of a level against the first: of all issues together, and of single issues where it is told."""
    names = page.own.names("issues")
    for measure in told_measures(page, said):
        label = re.escape(capital(page.label(measure)))
        start, pairs = _pairs(page, runs, x, top, measure, page.own.scopes[-1])
        against = r"(?: \(against level [^:]*\))?" if start != page.own.levels(x)[0] else ""
        check_effect(said, f"{label}{against}", pairs)
        if measure == "fragmentation_across":
            there = page.own.series[page.own.series["run_id"].isin(runs["run_id"])]["issue"].unique()
            for issue in (issue for issue in page.own.issues if issue in there):
                check_effect(said, re.escape(names[issue]), _pairs(page, runs, x, top, measure, issue)[1])


def _states(page: Page, said: Said, runs: pd.DataFrame, x: str, levels: Sequence[Any]) -> None:
    said.take(r"Runs that end in \(judged on the mean over the issues\):")
    for level in levels:
        states = runs.loc[runs[x] == level, "state_pooled"].value_counts()
        for state, count in states.items():
            said.take(rf"{state} {{}} of {{}},?(?= .*?at {re.escape(words_of(level))}|$)", count, states.sum())
        said.take(rf" at {re.escape(words_of(level))}(?:;|(?= |$))")


def _twins(page: Page, said: Said, runs: pd.DataFrame, x: str, tops: Sequence[Any]) -> None:
    pairs = page.own.twin_pairs().dropna(subset=["difference"])
    for name, value in page.own.plan["twins"].items():
        said.take(rf"Runs against their twins \({name.replace('.', ' ')} {words_of(value)}, same seed\):")
    for top in tops:
        for issue in page.own.scopes:
            own = pairs[pairs["run_id"].isin(runs.loc[runs[x] == top, "run_id"]) & (pairs["issue"] == issue)]
            counts = own["word"].value_counts()
            told = ", ".join(f"{word} {{}} of {{}}" for word in counts.index) or "no pair"
            label = re.escape(page.own.names("issues")[issue])
            body = re.search(
                rf"{label}, at {re.escape(words_of(top))}: ((?:[a-z ]+ \d+ of \d+(?:, )?)+|no pair)", said.text
            )
            assert body, told
            found = dict(re.findall(r"([a-z][a-z ]+?) (\d+ of \d+)", body[1]))
            assert found == {word: f"{count} of {len(own)}" for word, count in counts.items()}, (body[0], counts)
            said.numbers += 2 * len(found)
            said.text = said.text.replace(body[0], " ", 1)


def _in_short(page: Page, said: Said, runs: pd.DataFrame, x: str, line: str, top: Any) -> None:
    """The sign of the first measure at each level of the second factor; it stands below the last one."""
    found = re.search(r"In short: (.*?) \(" + re.escape(label_of(line)) + r"\)(?:: the sign turns)?\.", said.text)
    if not found:
        return
    measure = next(c for label, c in page.labels.items() if found[1].startswith(label.lower()))
    for level in page.own.levels(line, runs):
        _, pairs = _pairs(page, runs[runs[line] == level], x, top, measure, "pooled")
        low, high = t_interval(pairs["change"])
        word = "rises" if low > 0 else "falls" if high < 0 else "shows no clear effect"
        (told,) = re.findall(rf"{word} at ((?:\S+ and )*[^ ,]+)", found[1]) or [""]
        assert words_of(level) in told.split(" and ") or not len(pairs), (found[0], level, word)
        said.numbers += 1
    said.text = said.text.replace(found[0], " ")
