"""Levels, parts and issues keep texts of their own where usual texts would look alike, and are never taken for one."""

import re

import pytest

from forumsim.analysis import labels, load_results, reading
from forumsim.analysis.convergence_time import text as convergence
from forumsim.analysis.fonts import cells
from forumsim.analysis.groups import first_factor
from forumsim.analysis.report_page import build_page
from forumsim.sweeps import sweep

ALIKE = [f"The experiment of a world with a quiet and {kind}" for kind in ("distant friend", "near one", "far enemy")]
NUMBERED = [f"{'a' * 60}{k}{'b' * 60}" for k in range(12)]
PLAN = {"scenario": "two_blocs", "steps": 12, "replicates": 3, "seed": 1, "fields": {"actors": 12},
        "record": {"every": 3, "detail": "all"}}  # fmt: skip


@pytest.mark.parametrize("most", [6, 10, 24, 40])
@pytest.mark.parametrize("texts", [ALIKE, NUMBERED, ["形" * 50 + c for c in "甲乙丙"], ["a", "b" * 60], ["same"] * 3])
def test_short_texts_differ_and_fit(texts, most):
    found = labels.shorts(texts, most)
    assert len(set(found)) == len(texts)
    assert all(cells(text) <= most for text in found)
    assert all(text in found for text in texts if texts.count(text) == 1 and cells(text) <= most)


def test_numbers_have_the_digits_that_tell_them_apart():
    assert list(labels.level_texts([0, 0.25, 1]).values()) == ["0", "0.25", "1"]
    assert list(labels.level_texts([0.5, 0.5000001]).values()) == ["0.5", "0.5000001"]
    assert list(labels.level_texts([1000000, 1000001, 7]).values()) == ["1000000", "1000001", "7"]
    assert list(labels.level_texts([0.1 + 0.2, 0.3]).values()) == ["0.30000000000000004", "0.29999999999999999"]


def test_parts_with_names_that_begin_alike_are_not_pooled(tmp_path):
    """Three runs a part; one converges at once, in the others the blocs lie far apart."""
    parts = [
        {"name": name, "fields": {"actors": 12, "polarisation": p / 10}}
        for name, p in zip(ALIKE, (9, 1, 8), strict=True)
    ]
    results = load_results(sweep(PLAN | {"part": parts}, tmp_path / "out").folder)
    groups = first_factor(results).runs
    by_part = results.runs.groupby("part", sort=False)["run_id"].agg(list)
    assert list(groups.values()) == list(by_part)
    rows = re.findall(r"<tr><t[dh]>(The experiment[^<]*)</t[dh]>", convergence(results))
    assert rows == list(groups)
    page = labels.naming(build_page)(results, [])
    assert len(set(re.findall(r"<td>(The experiment[^<]*)</td>", page))) == 3


def test_levels_that_differ_late_are_told_apart_in_words(tmp_path):
    vary = {"dialogue.level": [0.5, 0.5000001], "scenario.polarisation": [0.1234561, 0.1234562]}
    text = " ".join(reading(sweep(PLAN | {"vary": vary}, tmp_path / "out").folder).split())
    assert "0.5000001 against 0.5" in text
    assert "Polarisation 0.1234561" in text and "Polarisation 0.1234562" in text
    assert "at 0.1234561 and 0.1234562 (polarisation)" in text


def test_thirds_of_a_narrow_range_hold_all_runs(tmp_path):
    plan = PLAN | {"design": {"kind": "lhs", "n": 12}, "vary": {"dialogue.level": {"from": 0.5, "to": 0.5004}}}
    results = load_results(sweep(plan | {"replicates": 1}, tmp_path / "out").folder)
    assert sorted(map(len, first_factor(results).runs.values())) == [4, 4, 4]


def test_issues_with_the_same_beginning_keep_their_whole_label(tmp_path):
    results = load_results(sweep(PLAN, tmp_path / "out").folder)
    for entry, label in zip(results.manifest["labels"]["issues"], ("Trade: goods", "Trade: services"), strict=True):
        entry["label"] = label
    assert [labels.issue_label(issue, results) for issue in results.issues] == ["Trade: goods", "Trade: services"]


def test_what_was_varied_has_its_whole_name_where_its_column_is_cut(tmp_path):
    """The column ends in four letters of a digest; the reading and the contrasts say what it is."""
    name = "forums.universal_civil.gate_forum"
    levels = ["unset", "universal_military"]
    plan = PLAN | {"fields": {"actors": 12, "forums.universal_civil.admission": "invitation"}, "vary": {name: levels}}
    plan["contrasts"] = {"gate": {"from": {name: levels[0]}, "to": {name: levels[1]}}}
    results = load_results(sweep(plan, tmp_path / "out").folder)
    text = reading(results)
    assert "What forums universal civil gate forum changes in this model: universal_military against unset" in text
    assert results.varied[0].removeprefix("forums_universal_civil_gate_") not in text
