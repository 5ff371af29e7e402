"""The example that puts the views into Mesa's own page, SolaraViz."""

import pytest


@pytest.fixture(scope="module")
def address(served, root):
    return served(solara=root / "examples" / "solara_viz.py")


def heard(page):
    """What the pictures in sight say of themselves."""
    return page.evaluate("[...document.querySelectorAll('svg[aria-label]')].map(e => e.getAttribute('aria-label'))")


def wait_for(page, words):
    page.locator(f"svg[aria-label*='{words}']").first.wait_for(timeout=20_000)


def test_it_steps_plays_and_resets(visit, address):
    page = visit(address, first="svg[aria-label^='Policy space']")
    assert all("at step 0" in words for words in heard(page)) and len(heard(page)) == 2
    page.get_by_role("button", name="Step").click()
    wait_for(page, "at step 1")
    page.get_by_role("button", name="▶").click()
    wait_for(page, "at step 3")
    page.get_by_role("button", name="❚❚").click()
    page.get_by_role("button", name="▶").wait_for()
    page.wait_for_timeout(2000)  # Mesa's page does the step that is under way, after a reset too
    page.get_by_role("button", name="Reset").click()
    wait_for(page, "at step 0")
    page.get_by_text("Page 1").click()
    page.locator("svg[aria-label^='Memberships']").wait_for()
    page.locator("svg[aria-label^='Trust']").wait_for()
    page.get_by_role("button", name="Step").click()
    page.get_by_text("Page 2").click()
    page.locator("h3", has_text="step 1").wait_for()


def test_pictures_do_not_cover_each_other(visit, address):
    page = visit(address, first="svg[aria-label^='Policy space']")
    page.wait_for_timeout(500)
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg[aria-label]')].map(e => { const r = e.getBoundingClientRect();"
        " return [r.left, r.top, r.right, r.bottom]; })"
    )
    first, second = boxes
    assert first[2] <= second[0] + 1 or first[3] <= second[1] + 1
