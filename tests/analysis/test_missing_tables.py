"""A table that was written and is gone is unknown: it never reads as if nothing had happened, left, or been planned."""

import json
import re
import shutil

import pandas as pd
import pytest

from forumsim.analysis import Experiment, load_results, reading, report
from forumsim.analysis.figures import _sketches
from forumsim.analysis.report_page import build_page
from forumsim.core.errors import InputError
from forumsim.sweeps import sweep

PLAN = {
    "scenario": "two_blocs", "steps": 12, "replicates": 2, "seed": 1, "record": {"every": 3, "detail": "all"},
    "vary": {"scenario.polarisation": [0.3, 0.8]}, "fields": {"actors": 16},
    "contrasts": {"apart": {"from": {"scenario.polarisation": 0.3}, "to": {"scenario.polarisation": 0.8}}},
}  # fmt: skip
DETAILS = ["events", "forums", "memberships", "actors"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sweep(PLAN, tmp_path_factory.mktemp("made") / "out").folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "out")


@pytest.mark.parametrize("name", [*DETAILS, "contrasts", "summary", "points"])
def test_results_without_a_table_are_refused(folder, name):
    (folder / f"{name}.csv").unlink()
    with pytest.raises(InputError, match=rf"{name}\.csv: is missing"):
        report(folder)
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("packed", [True, False])
def test_a_report_says_what_it_cannot_know(folder, packed):
    """Left out of a package, or read all the same: no counts of 0, no run in which nobody moves, no word of a plan."""
    leaves = pd.read_csv(folder / "events.csv")["event"].isin(["exit", "expulsion"]).sum()
    assert leaves, "somebody left, or the test would see nothing"
    for name in ("events", "contrasts"):
        (folder / f"{name}.csv").unlink()
    if packed:
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["left_out"] = ["contrasts.csv", "events.csv"]
        (folder / "manifest.json").write_text(json.dumps(manifest))
    results = load_results(folder, anyway=not packed)
    sentence = "The folder lacks contrasts.csv, events.csv"
    assert sentence in " ".join(reading(results).split())
    page = build_page(results, [])
    assert sentence in page.split('id="figures"')[0]
    section = re.search(r'<section id="who">.*?</section>', page, re.DOTALL)[0]
    assert sentence in section and "runs n" not in section and "No events were recorded" not in section
    names = [sketch.name for sketch in _sketches(results)]
    assert "courses" in names and not [name for name in names if name.startswith("run_")]


@pytest.mark.parametrize("name", [*DETAILS, "contrasts"])
def test_frames_of_what_is_gone_are_refused(folder, name):
    (folder / f"{name}.csv").unlink()
    found = Experiment(load_results(folder, anyway=True))
    asked = {"contrasts": [found.contrasts], "memberships": [found.memberships], "events": [found.foundings],
             "forums": [found.foundings, found.network], "actors": [found.foundings, found.detailed]}  # fmt: skip
    for ask in (*asked[name], lambda: found.detail(name)):
        with pytest.raises(InputError, match=rf"{name}\.csv: is missing"):
            ask()
