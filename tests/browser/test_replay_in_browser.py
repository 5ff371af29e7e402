"""A replay in a browser, opened as a file: it plays, scrubs and picks, at the width of a telephone and of a laptop."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "app"))
from test_replay_page import data_of, hostile_scenario

from forumsim.app.replay import write_replay
from forumsim.sweeps import sweep

WIDTHS = pytest.mark.parametrize("width", [390, 1366])


def replay_of(folder, plan):
    results = sweep({"replicates": 1, "seed": 2, **plan}, folder / "out")
    return write_replay(results.folder, results.runs["run_id"][0], folder / "run.html")[0]


@pytest.fixture(scope="module")
def blocs(tmp_path_factory):
    plan = {"scenario": "two_blocs", "steps": 40, "fields": {"polarisation": 0.8}}
    return replay_of(tmp_path_factory.mktemp("blocs"), plan)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return replay_of(tmp_path_factory.mktemp("case"), {"scenario": "ai_governance", "steps": 30})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    return replay_of(folder, {"scenario": str(hostile_scenario(folder / "case")), "steps": 6})


@pytest.fixture
def open_file(visit):
    def go(path, width=1366, height=900):
        return visit(path.as_uri(), width, height, first="#list button:visible")

    return go


def step_of(page):
    return int(re.search(r"step (\d+) of", page.locator("#when").inner_text()).group(1))


@WIDTHS
@pytest.mark.parametrize("which", ["blocs", "case", "hostile"])
def test_it_plays_to_the_end_and_scrubs_back(open_file, request, which, width):
    path = request.getfixturevalue(which)
    data = data_of(path.read_text(encoding="utf-8"))
    page = open_file(path, width)
    assert step_of(page) == 0
    page.select_option("#speed", "16")
    page.locator("#play").click()
    page.wait_for_function("last => document.getElementById('when').textContent.includes(`step ${last} of`)",
                           arg=data["last"], timeout=20_000)  # fmt: skip
    page.wait_for_function("() => document.getElementById('play').textContent === 'Play'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert data["events"][-1][2] in page.locator("#events").inner_text() or data["events"][-1][0] < data["last"]
    page.locator("#time").evaluate("box => { box.value = 1; box.dispatchEvent(new Event('input')); }")
    assert step_of(page) == 1
    later = [text for step, _, text in data["events"] if step > 1]
    told = page.locator("#events li").all_inner_texts()
    assert len(told) == min(150, sum(step <= 1 for step, _, _ in data["events"]))
    assert not set(told) & (set(later) - {text for step, _, text in data["events"] if step <= 1})


def test_keys(open_file, blocs):
    page = open_file(blocs)
    for key, expected in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("PageDown", 11), ("End", 40),
                          ("ArrowRight", 40), ("Home", 0), ("ArrowLeft", 0)):  # fmt: skip
        page.keyboard.press(key)
        assert step_of(page) == expected
    page.locator("#time").focus()
    page.keyboard.press("ArrowRight")
    assert step_of(page) == 1
    page.keyboard.press(" ")
    page.wait_for_function("() => /step ([3-9]|\\d\\d) of/.test(document.getElementById('when').textContent)")
    page.keyboard.press(" ")
    held = step_of(page)
    page.wait_for_timeout(700)
    assert step_of(page) == held
    page.locator("#play").focus()
    page.keyboard.press(" ")
    page.wait_for_timeout(100)
    assert page.locator("#play").inner_text() == "Pause"


@pytest.mark.slow
@pytest.mark.parametrize("which", ["blocs", "case"])
def test_a_chosen_forum_sets_off_its_members_at_that_time(open_file, request, which):
    path = request.getfixturevalue(which)
    data = data_of(path.read_text(encoding="utf-8"))
    page = open_file(path)
    page.keyboard.press("End")
    chosen = next(forum for forum in data["forums"] if len({tuple(stay[:2]) for stay in forum["stays"]}) > 1
                  and forum["life"][-1][1] >= data["last"])  # fmt: skip
    row = page.locator("#list button", has=page.get_by_text(str(chosen["number"]), exact=True))
    assert chosen["name"] in row.inner_text()
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    stays = chosen["stays"]
    for key, step in (("End", data["last"]), ("Home", 0), ("PageDown", 10)):
        page.locator("h1").click()
        page.keyboard.press(key)
        inside = {data["actors"]["names"][i] for first, end, i in stays if first <= step <= end}
        shown = page.evaluate(
            "[...document.querySelectorAll('#scene .actor.in title')].map(title => title.textContent)"
        )
        assert {text.rpartition(" (")[0] for text in shown} == inside
    page.keyboard.press("Escape")
    assert page.locator("#scene .actor.in").count() == 0


@pytest.mark.slow
def test_marks_stand_where_the_run_has_them(open_file, blocs):
    data = data_of(blocs.read_text(encoding="utf-8"))
    page = open_file(blocs)
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    box = page.locator("#scene rect.grid").bounding_box()
    names = data["actors"]["names"]
    places = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll('#scene .actor')].map((mark) => {
        const box = mark.getScreenCTM(), title = mark.querySelector('title').textContent;
        return [title.slice(0, title.lastIndexOf(' (')), [box.e, box.f]];
    }))""")
    last = data["positions"]["rows"][-1]
    for k, name in enumerate(names):
        x, y = box["x"] + box["width"] * last[2 * k] / 1000, box["y"] + box["height"] * (1 - last[2 * k + 1] / 1000)
        assert places[name] == pytest.approx([x, y], abs=1.5)


@pytest.mark.slow
@WIDTHS
@pytest.mark.parametrize("which", ["blocs", "case"])
def test_no_forum_covers_another(open_file, request, which, width):
    page = open_file(request.getfixturevalue(which), width)
    for _ in range(3):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(400)
        boxes = page.evaluate("""() => [...document.querySelectorAll('#scene .forum')].filter((badge) =>
            badge.style.display !== 'none').map((badge) => badge.querySelector('rect').getBoundingClientRect())
            .map((box) => [box.left, box.top, box.right, box.bottom])""")
        over = [(a, b) for k, a in enumerate(boxes) for b in boxes[:k]
                if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1]  # fmt: skip
        assert boxes
        assert over == []


@pytest.mark.slow
@WIDTHS
def test_the_map_sets_off_the_members(open_file, case, width):
    page = open_file(case, width)
    page.select_option("#view", "map")
    assert page.locator("#scene .land:not(.bare)").count() > 150
    page.locator("#list button", has_text="UNESCO Recommendation").click()
    assert page.locator("#scene .land.in").count() > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_and_light_can_be_read(browser, blocs, scheme):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(blocs.as_uri())
    page.wait_for_selector("#list button:visible")

    page.keyboard.press("End")  # where there are events to be told

    def contrast(selector):
        return page.evaluate(
            """(selector) => {
            const light = (text) => { const part = text.match(/[\\d.]+/g).slice(0, 3).map((v) => { const c = v / 255;
                return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2]; };
            const element = document.querySelector(selector), section = element.closest('section') || document.body;
            const [a, b] = [light(getComputedStyle(element).color), light(getComputedStyle(section).backgroundColor)];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }""",
            selector,
        )

    for selector in ("h1", "#scene-words", "#events li", "#list button", "#facts dt"):
        assert contrast(selector) >= 4.5  # of WCAG 2.2, level AA
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == ("dark" if scheme == "light" else "light")
    assert contrast("h1") >= 4.5
    context.close()


def test_nothing_is_fetched(browser, case):
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(case.as_uri())
    page.wait_for_selector("#list button:visible")
    page.locator("#play").click()
    page.wait_for_timeout(600)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_hostile_names_do_nothing(open_file, hostile):
    page = open_file(hostile)
    assert page.title().startswith("Governance of artificial intelligence")
    page.locator("#list button").first.click()
    page.keyboard.press("End")
    assert page.locator("img").count() == 0
    assert page.evaluate("document.scripts.length") == 2
    assert "<img src=x onerror=alert(1)>" in page.locator("#chosen").inner_text()


@pytest.mark.slow
@WIDTHS
def test_labels_of_any_length_stay_within_the_picture(open_file, blocs, tmp_path, width):
    text = blocs.read_text(encoding="utf-8")
    assert '"label":"Military use"' in text and '"label":"Civil use"' in text
    long = text.replace('"label":"Military use"', f'"label":"{"How weapons are used " * 5}"')
    long = long.replace('"label":"Civil use"', f'"label":"{"北极理事会" * 20}"')
    (tmp_path / "long.html").write_text(long, encoding="utf-8")
    page = open_file(tmp_path / "long.html", width)
    out = page.evaluate("""() => { const edge = document.querySelector('#scene').getBoundingClientRect();
        return [...document.querySelectorAll('#scene > text')].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < edge.left - 1 || box.right > edge.right + 1
                || box.top < edge.top - 1 || box.bottom > edge.bottom + 1;
        }).map((text) => text.textContent); }""")
    assert out == []
