"""Holds the reading of a design over many factors against plain pandas on the CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from page_parts import Page
from page_said import Said, capital, check_span, split
from plain_models import models_of
from plain_results import STATES, label_of, words_of


def check_design(page: Page, part: str, lines: list[str], runs: pd.DataFrame) -> Iterable[Said]:
    own = page.own
    begin = next((k for k, line in enumerate(lines) if line.startswith("What each parameter changes")), len(lines))
    said = Said(lines[:begin])
    said.take("{} points over .*?; {} runs\\.", runs["point"].nunique(), len(runs))
    if "In which state most runs end" in said.text:
        _map(page, lines[:begin], said, runs)
    else:
        check_span(said, runs)
        columns = {capital(label): column for label, column in page.labels.items()}
        for label, block in list(split(lines[:begin], list(columns)).items())[1:]:
            said.text = said.text.replace(Said(block).text, " ")
            one = Said(block)
            means = own.ends[own.ends["issue"] == own.scopes[-1]].groupby(own.varied)[columns[label]]
            means = means.agg(["mean", "count"]).query("count > 0")
            for word, mean in (("lowest", means["mean"].min()), ("highest", means["mean"].max())):
                where = means[np.isclose(means["mean"], mean, rtol=0, atol=1e-12)].reset_index().iloc[0]
                at = ", ".join(f"{label_of(c)} {re.escape(words_of(where[c]))}" for c in own.varied)
                one.take(rf"{word} {{}} \[n = {{}}\] at {at}", mean, where["count"])
            yield one
    yield said
    yield from _models(page, part, lines[begin:])


def _models(page: Page, part: str, lines: list[str]) -> Iterable[Said]:
    """What each parameter changes on average over the others, measure by measure."""
    models = models_of(page.own, part)
    heads = [k for k, line in enumerate(lines) if re.match(r"  \S.*\(R2 ", line)]
    columns = {capital(label): column for label, column in page.labels.items()}
    for begin, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        said = Said(lines[begin:end])
        label = lines[begin].strip().partition(" (R2 ")[0]
        model = models(columns[label])
        said.text = said.text.replace("R2 ", "")
        said.take(rf"{re.escape(label)} \({{}}, n = {{}} points\)", model.q2, len(model.points))
        if model.q2 < 0.5:
            said.take(": the fit is too poor to read")
        else:
            ranked = sorted(model.factors, key=lambda name, model=model: -model.share(name))[:3]
            for name in (name for name in ranked if model.share(name) >= 0.01):
                words = model.factors[name]
                pairs = (
                    [(words[0], word) for word in words[1:]]
                    if words
                    else [(model.points[name].min(), model.points[name].max())]
                )
                for pair in pairs:
                    told = [f"{v:.3g}" if isinstance(v, float) else words_of(v) for v in pair]
                    pattern = rf"{label_of(name)} from {re.escape(told[0])} to {re.escape(told[1])}: \+?"
                    said.take(pattern + r"{} \({} to {}\)", *model.change(name, *pair))
        yield said


def _map(page: Page, lines: list[str], said: Said, runs: pd.DataFrame) -> None:
    """In which state most runs end at both ends of the first factor, level by level of the second."""
    own = page.own
    numbers = [c for c in own.varied if own.is_number(c)]
    x = "dialogue_level" if "dialogue_level" in numbers else numbers[0]
    numbers.remove(x)
    y = max(numbers, key=lambda c: own.runs[c].nunique())
    panel = next((c for c in own.varied if c not in (x, y)), "")
    ends = [own.levels(x)[0], own.levels(x)[-1]]
    said.take(rf"at {label_of(x)} {re.escape(words_of(ends[0]))} and at {label_of(x)} {re.escape(words_of(ends[1]))}")
    heads = [f"{capital(label_of(panel))} {words_of(level)}" for level in own.levels(panel)] if panel else []
    blocks, seen = split(lines, heads), []
    for head, level in zip(heads or [""], own.levels(panel) if panel else [None], strict=True):
        some = runs if level is None else runs[runs[panel] == level]
        said.text = said.text.replace(head, " ", 1) if head else said.text
        pattern = (
            rf"{capital(label_of(y))} (\S+?)(?: to (\S+))?: ([a-z]+) (\d+) of (\d+) at (\S+?), ([a-z]+) (\d+) "
            rf"of (\d+) at (\S+)"
        )
        block = Said(blocks[head])
        for low, high, *told in block.groups(pattern):
            every = [words_of(value) for value in own.levels(y)]
            of = own.levels(y)[every.index(low) : every.index(high or low) + 1]
            seen += of
            for end, (state, count, n, at) in zip(ends, (told[:4], told[4:]), strict=True):
                rows = [some.loc[(some[y] == value) & (some[x] == end), "state_pooled"] for value in of]
                assert at == words_of(end)
                assert (int(count), int(n)) == (sum((r == state).sum() for r in rows), sum(map(len, rows)))
                for row in rows:
                    assert state == max(STATES, key=lambda word, row=row: (row == word).sum())
        said.numbers += block.numbers
        said.groups(pattern)
    assert len(seen) == len(own.levels(y)) * max(1, len(heads)), "all levels are told"
