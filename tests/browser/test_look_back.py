"""Looking back in the page: by the slider and by keys, in a live run and in a run of a results folder."""

from __future__ import annotations

import re

import pytest

from forumsim.sweeps import sweep


def step_of(page):
    return int(re.search(r"step (\d+) of", page.locator(".fs-state").inner_text()).group(1))


def wait_for(page, step):
    page.wait_for_function(
        "step => document.querySelector('.fs-state').innerText.includes(`step ${step} of`)", arg=step, timeout=20_000
    )


@pytest.fixture(scope="module")
def stored(served, tmp_path_factory):
    plan = {"scenario": "two_blocs", "steps": 20, "replicates": 1, "seed": 3, "interventions": [
        {"step": 6, "act": "shock", "kind": "crisis", "size": 0.5}]}  # fmt: skip
    results = sweep(plan, tmp_path_factory.mktemp("stored") / "out")
    return served(str(results.folder), results.runs["run_id"][0][:8])


@pytest.mark.parametrize("width", [390, 1366])
def test_a_run_of_a_folder_is_scrubbed(visit, stored, width):
    page = visit(stored, width)
    wait_for(page, 20)
    slider = page.locator("input.fs-time")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    wait_for(page, 17)
    assert slider.input_value() == "17"
    assert "The run is at step 20" in page.locator(".fs-state").inner_text()
    slider.evaluate("box => { box.value = 5; box.dispatchEvent(new Event('input')); }")
    wait_for(page, 5)
    log = page.locator("section[aria-label='What happened']")
    log.scroll_into_view_if_needed()
    page.wait_for_function("() => !document.querySelector('.fs-log').innerText.includes('crisis')")
    page.locator("h1").click()
    page.keyboard.press("s")
    wait_for(page, 6)
    log.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.fs-log').innerText.includes('crisis')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_live_run_is_scrubbed_and_goes_on(visit, address):
    page = visit(address)
    page.locator("h1").click()
    for step in range(1, 5):
        page.keyboard.press("s")
        wait_for(page, step)
    page.keyboard.press("Home")
    wait_for(page, 0)
    page.keyboard.press("ArrowRight")
    wait_for(page, 1)
    page.keyboard.press("End")
    wait_for(page, 4)
    page.keyboard.press("ArrowLeft")
    wait_for(page, 3)
    page.keyboard.press(" ")
    page.wait_for_function("() => +/step (\\d+) of/.exec(document.querySelector('.fs-state').innerText)[1] >= 7",
                           timeout=20_000)  # fmt: skip
    page.keyboard.press(" ")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert "The run is at" not in page.locator(".fs-state").inner_text()
