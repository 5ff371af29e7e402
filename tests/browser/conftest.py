"""A served page and a browser to look at it with: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
#: Messages of libraries that are no faults of the page.
HARMLESS = ("falling back to old method",)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Start `forumsim view` with arguments, or a page of ``solara run``; its address. All end with the tests."""
    processes = []
    said = open(tmp_path_factory.mktemp("served") / "said.txt", "w", encoding="utf-8")  # noqa: SIM115

    def start(*arguments, solara=None, environment=None):
        port = free_port()
        command = [sys.executable, "-m", "forumsim", "view", *arguments, "--no-browser", "--port", str(port)]
        if solara:
            command = [sys.executable, "-m", "solara", "run", str(solara), "--no-open", "--host", "127.0.0.1",
                       "--port", str(port)]  # fmt: skip
        processes.append(subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT,
                                          env={**os.environ, **(environment or {})}))  # fmt: skip
        for _ in range(600):
            time.sleep(0.2)
            assert processes[-1].poll() is None, Path(said.name).read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                    return f"http://127.0.0.1:{port}/"
            except OSError:
                continue
        raise AssertionError("the page was never served")

    yield start
    for process in processes:
        process.terminate()
        process.wait(timeout=20)
    said.close()


@pytest.fixture(scope="session")
def address(served):
    return served("two_blocs", "--seed", "3")


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    if BROWSER is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open an address in a context of its own; at the end its console must be free of errors."""
    contexts, errors = [], []

    def go(address, width=1366, height=768, first=".fs-grid svg"):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True))
        page = contexts[-1].new_page()
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("requestfailed", lambda request: errors.append(f"{request.url}: {request.failure}"))
        page.goto(address)
        page.wait_for_selector(first, timeout=30_000)
        return page

    yield go
    for context in contexts:
        context.close()
    assert [text for text in errors if not any(word in text for word in HARMLESS)] == []
