"""The page in a browser: what a person does with it."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


def step_of(page):
    return int(re.search(r"step (\d+) of", page.locator(".fs-state").inner_text()).group(1))


def wait_for_step(page, low, timeout=15_000):
    page.wait_for_function(
        "low => { const m = /step (\\d+) of/.exec((document.querySelector('.fs-state') || {}).innerText);"
        " return m && +m[1] >= low; }",
        arg=low, timeout=timeout,
    )  # fmt: skip


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def fold(page, title):
    page.locator(".fs-side summary", has_text=title).first.click()


def slide(page, label, key, times=1):
    """Move a slider by the keyboard."""
    slider = page.locator(".fs-slider", has_text=label).first.locator("[role=slider]")
    slider.focus()
    for _ in range(times):
        slider.press(key)


def test_step_play_pause_reset(visit, address):
    page = visit(address)
    assert step_of(page) == 0
    at_first = page.locator(".fs-grid svg").first.inner_html()
    button(page, "Step").click()
    wait_for_step(page, 1)
    page.wait_for_timeout(300)
    before = page.locator(".fs-grid svg").first.inner_html()
    assert before != at_first
    button(page, "Play").click()
    wait_for_step(page, 4)
    button(page, "Pause").click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_timeout(300)
    held = step_of(page)
    page.wait_for_timeout(700)
    assert step_of(page) == held >= 4
    assert page.locator(".fs-grid svg").first.inner_html() != before
    button(page, "Reset").click()
    page.wait_for_function("() => /step 0 of/.test(document.querySelector('.fs-state').innerText)")


def test_keys_play_and_step(visit, address):
    page = visit(address)
    page.locator("h1").click()
    page.keyboard.press("s")
    wait_for_step(page, 1)
    page.keyboard.press(" ")
    wait_for_step(page, 3)
    page.keyboard.press(" ")
    button(page, "Play").wait_for()


def test_a_parameter_changes_at_once_and_is_in_the_log(visit, address):
    page = visit(address)
    button(page, "Step").click()
    wait_for_step(page, 1)
    slide(page, "Dialogue, all tracks", "End")
    page.locator(".fs-slider", has_text="Dialogue, all tracks: 1").wait_for()
    page.locator("section[aria-label='What happened']", has_text="You").wait_for()


def wait_for_form(page, like_the_run):
    """Wait until the form has what the run has (its button is an outline), or something else (it is filled)."""
    outlined = page.locator("button.v-btn--outlined", has_text="Reset with these")
    outlined.wait_for(state="visible" if like_the_run else "detached")


def reset_with(page, label, text):
    """Type into the form, which is like the run so far, see that the page has taken it, and reset."""
    wait_for_form(page, like_the_run=True)
    field = page.get_by_label(re.compile(f"^{label}"))
    field.fill(text)
    field.press("Tab")
    wait_for_form(page, like_the_run=False)
    button(page, "Reset with these").click()


def test_what_takes_effect_at_reset(visit, address):
    page = visit(address)
    reset_with(page, "Seed", "17")
    reset_with(page, "Length", "9")
    page.wait_for_function("() => /step 0 of 9/.test(document.querySelector('.fs-state').innerText)")
    wait_for_form(page, like_the_run=True)
    slide(page, "polarisation", "End")
    wait_for_form(page, like_the_run=False)
    button(page, "Reset with these").click()
    wait_for_form(page, like_the_run=True)
    button(page, "Play").click()
    page.wait_for_function("() => /has ended/.test(document.querySelector('.fs-state').innerText)", timeout=20_000)


@pytest.mark.parametrize("seed", ["-3", "much", "99999999999999999999", "1e400", "<script>alert(1)</script>"])
def test_bad_values_are_told_and_nothing_breaks(visit, address, seed):
    page = visit(address)
    reset_with(page, "Seed", seed)
    page.locator(".fs-error", has_text="seed").wait_for()
    assert "whole number" in page.locator(".fs-error").inner_text()
    assert "numpy" not in page.locator(".fs-error").inner_text()
    button(page, "Step").click()
    wait_for_step(page, 1)


@pytest.mark.parametrize(
    "search", ["?seed=-1", "?scenario=../../etc", "?dialogue.level=7&nothing=1", "?scenario.polarisation=x",
               "?%ff=%00&&=", "?steps=999999999999"],
)  # fmt: skip
def test_a_bad_address_opens_the_page_with_a_word(visit, address, search):
    page = visit(address + search)
    page.locator(".fs-error").wait_for()
    button(page, "Step").click()
    wait_for_step(page, 1)


def test_a_good_address_is_obeyed(visit, address):
    page = visit(address + "?seed=9&steps=7&dialogue.level=1&scenario.polarisation=0.9")
    assert "of 7" in page.locator(".fs-state").inner_text()
    page.locator(".fs-slider", has_text="Dialogue, all tracks: 1").wait_for()
    page.locator(".fs-slider", has_text="polarisation: 0.9").wait_for()
    assert page.locator(".fs-error").count() == 0


def test_pick_an_actor_and_read_why(visit, address):
    page = visit(address)
    page.locator("[data-pick='actor:west_major']").first.click()
    page.locator("section[aria-label='Who and why']", has_text="West major").wait_for()


def test_marks_are_reached_and_picked_by_keys_alone(visit, address):
    """One stop of the Tab key for each picture, arrows within it, Enter and the space bar pick; the run stays."""
    page = visit(address, first="section[aria-label='Policy space'] [data-pick]")
    stops = page.evaluate(
        "() => [...document.querySelectorAll('.fs-picture')]"
        ".map(one => [one.querySelectorAll('[data-pick]').length, one.querySelectorAll('[tabindex=\"0\"]').length])"
    )
    assert all(stop == min(1, marks) for marks, stop in stops) and max(marks for marks, _ in stops) > 60
    page.locator("section[aria-label='Policy space'] [tabindex='0']").focus()
    keys = []
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        keys.append(page.evaluate("() => document.activeElement.dataset.pick"))
    assert len(set(keys)) == 2 and step_of(page) == 0
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("() => document.activeElement.dataset.pick") == keys[0]
    page.keyboard.press(" ")
    page.locator(".fs-who h3").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("() => document.activeElement.dataset.pick") == keys[0], "the picture is drawn anew"
    assert step_of(page) == 0


def test_a_mended_mistake_is_no_longer_told(visit, address):
    page = visit(address)
    reset_with(page, "Seed", "much")
    page.locator(".fs-error", has_text="seed").wait_for()
    page.get_by_label(re.compile("^Seed")).fill("4")
    page.wait_for_timeout(500)
    button(page, "Reset with these").click()
    page.locator(".fs-error").wait_for(state="detached")


def test_a_quick_shock(visit, address):
    page = visit(address)
    button(page, "Step").click()
    wait_for_step(page, 1)
    fold(page, "Intervene")
    button(page, "Sanctions").click()
    button(page, "Do it now").click()
    page.locator(".fs-note", has_text="Sanctions: done").wait_for()
    page.locator("section[aria-label='What happened']", has_text="You").wait_for()


def test_compare_shows_two_runs_and_the_difference(visit, address):
    page = visit(address)
    fold(page, "Compare")
    button(page, "Compare").click()
    page.locator("section[aria-label='The difference']").wait_for()
    assert page.locator("section[aria-label^='Policy space']").count() == 2
    for number in range(1, 4):
        button(page, "Step").click()
        wait_for_step(page, number)
    page.locator("section[aria-label='The difference'] svg").wait_for()
    button(page, "One run again").click()
    page.wait_for_function("() => !document.querySelector(\"section[aria-label='The difference']\")")


def test_the_download_is_the_run_and_runs_again_to_the_bit(visit, address, tmp_path):
    page = visit(address)
    for number in range(1, 4):
        button(page, "Step").click()
        wait_for_step(page, number)
    fold(page, "Intervene")
    button(page, "Do it now").click()
    page.locator(".fs-note", has_text="Sanctions: done").wait_for()
    for number in range(4, 7):
        button(page, "Step").click()
        wait_for_step(page, number)
    with page.expect_download(timeout=60_000) as found:
        button(page, "Download the run").click()
    found.value.save_as(tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "run"
    command = next(line for line in (folder / "README.txt").read_text().splitlines() if "forumsim run" in line).split()
    assert "--interventions" in command
    subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True)
    for table in ("runs", "series", "events", "memberships", "forums", "actors", "interventions"):
        assert (folder / f"{table}.csv").read_bytes() == (folder / "again" / f"{table}.csv").read_bytes(), table
    assert "6," in (folder / "series.csv").read_text().splitlines()[-1]
    again = [sys.executable, "-m", "forumsim", "rerun", "."]
    assert "  forumsim rerun ." in (folder / "README.txt").read_text().splitlines()
    subprocess.run(again, cwd=folder, check=True, capture_output=True)
    series = (folder / "series.csv").read_text()
    last = series.rstrip("\n").rsplit(",", 1)
    (folder / "series.csv").write_text(f"{last[0]},0.123\n")
    assert subprocess.run(again, cwd=folder, capture_output=True).returncode, "a changed number is noticed"


def test_two_sessions_do_not_know_of_each_other(visit, address):
    one, other = visit(address), visit(address)
    button(one, "Play").click()
    wait_for_step(one, 3)
    assert step_of(other) == 0
    button(other, "Step").click()
    wait_for_step(other, 1)
    button(one, "Pause").click()
    assert step_of(other) == 1


@pytest.mark.parametrize("width", [360, 1280, 1366, 1920])
def test_nothing_overlaps_or_runs_over_the_edge(visit, address, width):
    page = visit(address, width=width, height=740)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    boxes = page.evaluate(
        "() => [...document.querySelectorAll('.fs-card, .fs-side > details')].map(e => { const r = "
        "e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; })"
    )
    assert len(boxes) > 8
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert right <= width + 1 and left >= 0
        for a, b, c, d in boxes[:k]:
            assert right <= a + 1 or c <= left + 1 or bottom <= b + 1 or d <= top + 1


@pytest.fixture(scope="module")
def shipped(served):
    started = {}

    def start(name):
        if name not in started:
            started[name] = served(name)
        return started[name]

    return start


@pytest.mark.parametrize("what", ["two_blocs", "ai_governance", "ai_governance?steps=4&scenario.start=2018-Q1"])
@pytest.mark.parametrize("width", [390, 768, 1366, 1920])
def test_words_and_controls_are_apart_and_can_be_read(visit, shipped, what, width):
    scenario, _, settings = what.partition("?")
    page = visit(f"{shipped(scenario)}?{settings}", width=width, height=9000 if width < 800 else 5000)
    assert ("dates some things after the end" in page.content()) == bool(settings)
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true; })")
    page.locator("h1").click()
    page.keyboard.press("s")
    wait_for_step(page, 1)
    page.wait_for_timeout(1500)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.locator("[data-pick^='actor:']").first.dispatch_event("click")
    page.locator(".fs-who h3").wait_for()
    for faults in ("overlaps.js", "contrast.js"):
        assert page.evaluate((Path(__file__).parent / faults).read_text(encoding="utf-8")) == [], faults


def test_every_control_has_a_name(visit, address):
    page = visit(address)
    nameless = page.evaluate(
        "() => [...document.querySelectorAll('button, select, svg, [role=slider]')]"
        ".filter(e => e.offsetParent !== null || e.tagName === 'svg')"
        ".filter(e => !(e.textContent || '').trim() && !e.getAttribute('aria-label')"
        " && !e.getAttribute('aria-labelledby') && !e.closest('[role=combobox], .v-input'))"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert nameless == []


def test_nothing_is_fetched_from_elsewhere(browser, address):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector(".fs-grid svg", timeout=30_000)
    context.close()
    elsewhere = [url for url in asked if not url.startswith((address, "data:", "blob:", address.replace("http", "ws")))]
    assert elsewhere == []
