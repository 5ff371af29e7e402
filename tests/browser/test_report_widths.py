"""The report on screens of any width: nothing is cut off, and words in tables stay whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "analysis"))
from synthetic_results import write_results

from forumsim.analysis import report
from forumsim.analysis.style import Sheet


@pytest.fixture(scope="module")
def page_of_report(tmp_path_factory):
    folder = write_results(tmp_path_factory.mktemp("report") / "out", replicates=2, steps=8)
    return report(folder, sheet=Sheet(("svg",), dpi=50)).as_uri()


@pytest.mark.parametrize("width", [390, 768, 1366, 1920])
def test_the_report_fits_the_screen_and_its_words_stay_whole(visit, page_of_report, width):
    page = visit(page_of_report, width, 800, first="h1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # a heading has at most three words, of which each may stand in a line of its own, about 20 pixels high
    assert max(page.evaluate("[...document.querySelectorAll('th')].map(cell => cell.offsetHeight)")) < 80
