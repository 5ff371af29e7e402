"""Any text in any name: no mathematics, nothing breaks the page, no raw warnings, every figure can be drawn."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_results import write_results

from forumsim.analysis import fonts, load_results, report
from forumsim.analysis.fonts import cells, families_for, missing_words, printable
from forumsim.analysis.labels import short
from forumsim.analysis.style import Sheet
from signed import sign

NASTY = ["$x_1$ $\\frac{", "100 % <b>&amp;\"'", " \\alpha\n\tnew ", "日本語の長い名前です" * 6, "العربية", "😀🫠",
         "\u202eabc", "\ud800", "_^{}", "x" * 300, "\x00\x1b[31m", "0"]  # fmt: skip
TEXT = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))


def plain_cell(text):
    """What a CSV cell can hold; the tables of a sweep come from text that was checked."""
    return printable(text) or "x"


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(TEXT, min_size=6, max_size=6))
@pytest.mark.filterwarnings("ignore:No installed font")
def test_every_figure_and_the_page_take_any_text(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("text")
    vary = {"scenario_start": [f"a {plain_cell(words[0])}"[:200], "b $"]}
    write_results(folder, vary=vary, replicates=2, steps=8, every=2)
    for table, column in (("forums", "name"), ("actors", "name")):
        frame = pd.read_csv(folder / f"{table}.csv", keep_default_na=False)
        frame[column] = [f"{plain_cell(words[1])} {k % 7}" for k in range(len(frame))]
        frame.to_csv(folder / f"{table}.csv", index=False)
    said = {"title": words[2], "issues": [{"id": "values", "label": words[3], "low": words[4], "high": words[1]}],
            "blocs": [{"id": "west", "label": words[5]}]}  # fmt: skip
    sign(folder, labels=said)
    title = json.dumps(printable(words[2]) + " <i>$5$</i>", ensure_ascii=False).replace("\x7f", "")
    (folder / "plan.toml").write_text(f'title = {title}\nscenario = "x"\n', encoding="utf-8")
    page = report(folder, sheet=Sheet(("svg",), dpi=50)).read_text(encoding="utf-8")
    assert "&lt;i&gt;$5$&lt;/i&gt;" in page and "<i>" not in page
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page)
    for path in (folder / "figures").iterdir():
        ElementTree.parse(path)  # well-formed
    assert any(path.stem.startswith("run_") for path in (folder / "figures").iterdir())


@given(st.text(max_size=60))
def test_a_printable_name_is_one_line_that_utf8_holds(text):
    found = printable(text)
    assert (found == found.strip() and found.isprintable()) or any(c in found for c in "\u200c\u200d\u200e\u200f")
    found.encode("utf-8")
    assert "\n" not in found and printable(found) == found


@given(st.text(max_size=80), st.integers(2, 40))
def test_a_short_name_fits(text, most):
    found = short(text, most)
    assert cells(found) <= most and (found == text or found.endswith("…"))


def test_what_no_font_has_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(fonts, "_others", tuple)
    families, missing = families_for(["日本語 abc", "ü 日"])
    assert families == ["DejaVu Sans"] and set(missing) == set("日本語")
    said = missing_words(missing)
    assert "fonts-noto-cjk" in said and all(c in said for c in "日本語")


def test_a_font_that_has_the_letters_is_taken(monkeypatch):
    monkeypatch.setattr(fonts, "_others", lambda: ("Empty", "Kanji"))
    letters = {"DejaVu Sans": frozenset("abc"), "Kanji": frozenset("日本"), "Empty": frozenset()}
    monkeypatch.setattr(fonts, "_letters", letters.__getitem__)
    assert families_for(["a日", "本語"]) == (["DejaVu Sans", "Kanji"], "語")


def test_one_warning_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_others", tuple)
    folder = write_results(tmp_path, vary={}, replicates=1, steps=8, detail=False)
    said = {"issues": [{"id": name, "label": "日本語", "low": "", "high": ""} for name in load_results(folder).issues]}
    sign(folder, labels=said)
    with pytest.warns(UserWarning) as caught:
        report(folder, sheet=Sheet(("png",), dpi=50))
    assert len(caught) == 1 and "fonts-noto-cjk" in str(caught[0].message)
    lines = []
    report(folder, sheet=Sheet(("png",), dpi=50), tell=lines.append)
    assert sum("No installed font" in line for line in lines) == 1
