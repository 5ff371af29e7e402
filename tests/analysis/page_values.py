"""Holds tables of a report against plain pandas: end values, differences, contrasts, twins, verdicts, metamodels."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from page_parts import Page, Rows, near, near_span
from plain_models import Polynomial, models_of
from plain_results import label_of, score_interval, t_interval, words_of

SEEN = ("converges", "does nothing", "fragments")


def check_means(page: Page, caption: str, rows: Rows) -> None:
    own, there = page.own, 0
    for row in rows:
        measure = page.measure(row["measure"])
        ends = page.chosen(own.ends, row, caption)
        values = ends.loc[ends["issue"] == page.issue(row["issue"]), measure].dropna()
        assert len(values) == int(row["n"]), row
        near(row["mean"], values.mean(), 3, row)
        near(row["sd"], values.std() if len(values) > 1 else np.nan, 3, row)
        near_span(row["95 % interval"], t_interval(values), len(values), 3, row)
        there += 1
    shown = {page.measure(row["measure"]) for row in rows}
    keys = [*own.settings, "issue"]
    whole = sum(len(own.ends.dropna(subset=[m]).groupby(keys, dropna=False)) for m in shown)
    assert there == whole, "a mean of each point, issue and measure"


def check_differences(page: Page, caption: str, rows: Rows) -> None:
    assert rows
    own = page.own
    for row in rows:
        measure = page.measure(row["measure"])
        (column,) = [c for c in own.varied if row["compared with"].startswith(f"{label_of(c)} ")]
        text = row["compared with"].removeprefix(f"{label_of(column)} ")
        own_part = page.chosen(own.runs, row, caption, own.varied)
        issue = page.issue(row["issue"])
        defined = own.ends[own.ends["run_id"].isin(own_part["run_id"])].dropna(subset=[measure])
        every = own.levels(column, own_part)
        start = next(level for level in every if level in set(defined[column]))
        assert words_of(start) == text, "the first level with a value"
        pairs = page.chosen(own.pairs(column, start, measure), row, caption)
        pairs = pairs[pairs["issue"] == issue]
        assert len(pairs) == int(row["pairs n"]), row
        for head, value in (("before", "before"), ("after", "after"), ("difference", "change")):
            near(row[head], pairs[value].mean(), 3, row)
        near_span(row["95 % interval"], t_interval(pairs["change"]), len(pairs), 3, row)
        compared = every[-1:] if own.is_number(column) else every[1:]
        assert row[label_of(column)] in {words_of(level) for level in compared}, row


def check_contrasts(page: Page, caption: str, rows: Rows) -> None:
    assert rows
    own, points = page.own, {}
    for _, first in own.runs.drop_duplicates("point").iterrows():
        told = [f"part {first['part']}"] if own.several else []
        told += [f"{label_of(c)} {words_of(first[c])}" for c in own.varied if words_of(first[c])]
        points[", ".join(told)] = first["point"]
    for row in rows:
        measure, issue = page.measure(row["measure"]), page.issue(row["issue"])
        sides = [
            own.ends[(own.ends["point"] == points[row[side]]) & (own.ends["issue"] == issue)]
            .set_index("replicate")[measure]
            .dropna()
            for side in ("from", "to")
        ]
        both = pd.concat(sides, axis=1, keys=["before", "after"], join="inner")
        change = both["after"] - both["before"]
        assert len(both) == int(row["pairs n"]), row
        for head, values in (("before", both["before"]), ("after", both["after"]), ("difference", change)):
            near(row[head], values.mean(), 3, row)
        near_span(row["95 % interval"], t_interval(change), len(change), 3, row)
    given = page.own.plan["contrasts"]
    assert {row["contrast"] for row in rows} == set(given), "all contrasts of the plan"


def check_twins(page: Page, caption: str, rows: Rows) -> None:
    pairs = page.own.twin_pairs()
    for row in rows:
        own = page.chosen(pairs, row, caption)
        own = own[own["issue"] == page.issue(row["issue"])].dropna(subset=["difference"])
        assert len(own) == int(row["pairs n"]), row
        near(row["difference"], own["difference"].mean(), 3, row)
        near_span(row["95 % interval"], t_interval(own["difference"]), len(own), 3, row)
        for word in SEEN:
            check_count(row[word], int((own["word"] == word).sum()), len(own), row)
    keys = [*page.own.settings, "issue"]
    assert len(rows) == len(pairs.dropna(subset=["difference"]).groupby(keys, dropna=False)), "each point and issue"


def check_count(text: str, count: int, n: int, where: object) -> None:
    """``3 (0.12 to 0.58)``: how many, and the interval of their share."""
    found = re.fullmatch(r"(\d+)(?: \((.*) to (.*)\))?", text)
    assert found and int(found[1]) == count, (text, count, where)
    if count:
        for end, value in zip(found.groups()[1:], score_interval(count, n), strict=True):
            near(end, value, 2, where)


def check_verdicts(page: Page, caption: str, rows: Rows) -> None:
    kind = "state" if caption.startswith("Verdicts on the state") else "tendency"
    total = 0
    for row in rows:
        words = page.chosen(page.own.runs, row, caption)[f"{kind}_{page.issue(row['issue'])}"].dropna()
        count, n = int((words == row[kind]).sum()), len(words)
        assert (count, n) == (int(row["runs"]), int(row["n"])), row
        near(row["share"], count / n, 2, row)
        near_span(row["95 % interval"], score_interval(count, n), 2, 2, row)
        total += count
    columns = [f"{kind}_{scope}" for scope in page.own.scopes]
    assert total == page.own.runs[columns].notna().sum().sum(), "every run and issue is counted once"


def page_models(page: Page, caption: str) -> Callable[[str], Polynomial]:
    part = next((part for part in page.own.parts if f" Part {part}." in caption), page.own.parts[0])
    return models_of(page.own, part)


def check_fits(page: Page, caption: str, rows: Rows) -> None:
    models = page_models(page, caption)
    for row in rows:
        model = models(page.measure(row["measure"]))
        if row["polynomial"].startswith("none"):
            assert model is None or not model.kind, row
            continue
        assert (row["polynomial"], int(row["points n"])) == (model.kind, len(model.points)), row
        near(row["R²"], model.r2, 2, row)
        near(row["R² left out"], model.q2, 2, row)
        assert row["may be read"] == ("yes" if model.q2 >= 0.5 else "no: too poor"), row


def check_effects(page: Page, caption: str, rows: Rows) -> None:
    models = page_models(page, caption)
    for row in rows:
        model = models(page.measure(row["measure"]))
        (name,) = [name for name in model.factors if label_of(name) == row["parameter"]]
        values = {shown(value): value for value in model.points[name].unique()}
        change, low, high = model.change(name, values[row["from"]], values[row["to"]])
        near(row["change"], change, 3, row)
        near_span(row["95 % interval"], (low, high), 2, 3, row)
        near(row["share of variance"], model.share(name), 2, row)


def shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else words_of(value)
