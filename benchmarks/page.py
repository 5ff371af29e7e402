"""How the browser page keeps up: ready, a step, pictures a second, memory while it plays, several sessions at once.

    python benchmarks/page.py [--scenario ai_governance] [--minutes 10] [--sessions 8]

Serves the page, opens it in Debian's Chromium (Playwright), and prints what a person would notice. Server and browser
share this machine: quote figures together with its number of cores.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

import psutil
from playwright.sync_api import Page, sync_playwright

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
#: Counts how often the first picture is drawn anew.
COUNT = """() => { window.drawn = 0; new MutationObserver(() => { window.drawn += 1; })
  .observe(document.querySelector('.fs-picture'), {childList: true}); }"""


def state(page: Page) -> str:
    """The line that says where the run is."""
    return page.locator(".fs-state").inner_text()


def step_of(page: Page) -> int:
    """Steps done, as the page shows them."""
    found = re.search(r"step (\d+) of", state(page))
    assert found is not None
    return int(found.group(1))


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def wait_for(page: Page, low: int) -> None:
    """Wait until the page shows a step."""
    page.wait_for_function("low => { const m = /step (\\d+) of/.exec(document.querySelector('.fs-state').innerText);"
                           " return m && +m[1] >= low; }", arg=low, polling=10, timeout=60_000)  # fmt: skip


def opened(browser, address: str) -> tuple[Page, float]:
    """A page in a context of its own, and the seconds until its pictures are there."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".fs-grid svg", timeout=60_000)
    return page, time.perf_counter() - began


def steps(page: Page, number: int) -> list[float]:
    """Seconds from pressing Step to seeing it, several times."""
    times = []
    for _ in range(number):
        before, began = step_of(page), time.perf_counter()
        press(page, "Step")
        wait_for(page, before + 1)
        times.append(time.perf_counter() - began)
    return times


def play(page: Page, server: psutil.Process, minutes: float) -> None:
    """Play for a while, resetting at the end of each run; pictures a second and memory by the minute."""
    page.evaluate(COUNT)
    press(page, "Play")
    began, said, drawn_before = time.perf_counter(), 0.0, 0
    while (now := time.perf_counter() - began) < 60 * minutes:
        time.sleep(1.0)
        if "has ended" in state(page):
            press(page, "Reset")
            press(page, "Play")
        if now - said >= min(60.0, 60 * minutes / 10):
            drawn = page.evaluate("() => window.drawn")
            heap = page.evaluate("() => performance.memory ? performance.memory.usedJSHeapSize / 2**20 : NaN")
            print(f"  {now:5.0f} s: {(drawn - drawn_before) / (now - said):4.1f} pictures a second, server "
                  f"{server.memory_info().rss / 2**20:.0f} MB, page {heap:.0f} MB", flush=True)  # fmt: skip
            said, drawn_before = now, drawn
    began = time.perf_counter()
    press(page, "Pause")
    page.get_by_role("button", name="Play", exact=True).wait_for(timeout=10_000)
    print(f"  pause is heeded within {time.perf_counter() - began:.2f} s")


def together(browser, address: str, number: int) -> None:
    """So many sessions play at once: pictures a second of each, and how long a pause takes."""
    long = f"{address}?steps=2000"  # none ends while it is looked at
    pages = [opened(browser, long)[0] for _ in range(number)]
    for page in pages:
        page.evaluate(COUNT)
        press(page, "Play")
    time.sleep(20.0)
    rates = [page.evaluate("() => window.drawn") / 20.0 for page in pages]
    waits = []
    for page in pages:
        began = time.perf_counter()
        press(page, "Pause")
        page.get_by_role("button", name="Play", exact=True).wait_for(timeout=30_000)
        waits.append(time.perf_counter() - began)
    print(f"{number} sessions play at once: {min(rates):.1f} to {max(rates):.1f} pictures a second each, "
          f"a pause takes {statistics.median(waits):.2f} s (at most {max(waits):.2f})")  # fmt: skip


def main() -> None:
    """Serve, look, measure."""
    parser = argparse.ArgumentParser(description="How the browser page keeps up.")
    parser.add_argument("--scenario", default="ai_governance")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--port", type=int, default=8790)
    given = parser.parse_args()
    address = f"http://127.0.0.1:{given.port}/"
    began = time.perf_counter()
    command = [sys.executable, "-m", "forumsim", "view", given.scenario, "--no-browser", "--port", str(given.port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            time.sleep(0.1)
            try:
                urllib.request.urlopen(address + "readyz", timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, "the page could not be served"
        print(f"served after {time.perf_counter() - began:.1f} s")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            page, first = opened(browser, address)
            page.context.close()
            page, ready = opened(browser, address)
            print(f"page ready after {first:.1f} s the first time, then {ready:.1f} s")
            times = steps(page, 20)
            print(f"a step shows after {statistics.median(times):.2f} s (at most {max(times):.2f})")
            play(page, psutil.Process(server.pid), given.minutes)
            page.context.close()
            together(browser, address, given.sessions)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
