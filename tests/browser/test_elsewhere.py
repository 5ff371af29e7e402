"""The page behind a proxy, after a sleep and after a reload, and shut to other sites."""

import contextlib
import socket
import zipfile

import pytest
from proxy import Proxy
from test_in_browser import button, fold, slide, step_of, wait_for_step

PATH = "/user/ada/proxy/8765"


def port_of(address):
    return int(address.split(":")[2].split("/")[0])


@pytest.fixture
def proxy():
    made = []

    def start(*arguments, **more):
        made.append(Proxy(*arguments, **more))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def below(served):
    """A page that knows of a path before it, and forgets pages that are gone after a second."""
    return served("two_blocs", "--seed", "3", "--root-path", PATH, "--allow-host", "hub.example.org",
                  environment={"SOLARA_KERNEL_CULL_TIMEOUT": "1s"})  # fmt: skip


@pytest.mark.parametrize("strips", [True, False])
def test_a_proxy_that_takes_its_path_off_and_one_that_leaves_it(proxy, visit, below, strips, tmp_path):
    page = visit(proxy(port_of(below), PATH, strips).address)
    button(page, "Play").click()
    wait_for_step(page, 3)
    button(page, "Pause").click()
    with page.expect_download(timeout=60_000) as found:
        button(page, "Download the run").click()
    found.value.save_as(tmp_path / "run.zip")
    assert "run/series.csv" in zipfile.ZipFile(tmp_path / "run.zip").namelist()


def test_whoever_comes_first_does_not_decide(proxy, visit, below):
    assert visit(below.rstrip("/") + PATH + "/").locator(".fs-state").inner_text().startswith("step 0")
    assert visit(proxy(port_of(below), PATH, True).address).locator(".fs-state").inner_text().startswith("step 0")


def raw(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request.encode("latin-1"))
        return line.recv(4096).decode("latin-1").split("\r\n")[0]


def test_served_to_its_own_pages_alone(address):
    port = port_of(address)
    upgrade = (
        "GET /jupyter/api/kernels/a/b?session_id=c HTTP/1.1\r\nHost: {}\r\n{}Connection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert " 421" in raw(port, "GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n")
    assert " 403" in raw(port, upgrade.format("rebound.example", "Origin: http://rebound.example\r\n"))
    assert " 403" in raw(port, upgrade.format(f"127.0.0.1:{port}", "Origin: https://evil.example\r\n"))
    assert " 101" in raw(port, upgrade.format(f"127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}\r\n"))


def steer(page):
    """A run with a setting, an act and eight steps; what is to be seen again."""
    for number in range(1, 4):
        button(page, "Step").click()
        wait_for_step(page, number)
    slide(page, "Dialogue, all tracks", "End")
    page.locator(".fs-slider", has_text="Dialogue, all tracks: 1").wait_for()
    fold(page, "Intervene")
    button(page, "Do it now").click()
    page.locator(".fs-note", has_text="Sanctions: done").wait_for()
    for number in range(4, 9):
        button(page, "Step").click()
        wait_for_step(page, number)
    last = None
    while (now := seen(page)) != last:  # a busy machine draws late
        last = now
        page.wait_for_timeout(700)
    return now


def wait_to_see(page, before):
    for _ in range(40):
        if seen(page) == before:
            break
        page.wait_for_timeout(500)
    assert seen(page) == before


def seen(page):
    return [page.locator(".fs-state").inner_text(), page.locator("section[aria-label='What happened']").inner_text(),
            page.locator("section[aria-label='Time courses']").inner_text()]  # fmt: skip


def test_a_reload_gives_the_run_back(visit, address):
    page = visit(address + "?seed=5")
    before = steer(page)
    page.reload()
    wait_for_step(page, 8, timeout=30_000)
    wait_to_see(page, before)
    assert page.locator(".fs-error").count() == 0
    page.locator(".fs-slider", has_text="Dialogue, all tracks: 1").wait_for()
    page.goto(address + "?seed=6")  # another address asks for another run
    page.wait_for_selector(".fs-grid svg")
    page.wait_for_timeout(1000)
    assert step_of(page) == 0


def test_a_sleep_gives_the_run_back(browser, proxy, below):
    hub = proxy(port_of(below), PATH, True)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    with contextlib.closing(context):
        page = context.new_page()
        page.goto(hub.address)
        page.wait_for_selector(".fs-grid svg", timeout=30_000)
        before = steer(page)
        page.evaluate("() => { document.querySelector('.fs-page').id = 'of-before'; }")
        hub.sleep()
        page.wait_for_timeout(4000)  # the server forgets the page after one second
        hub.sleep(False)
        page.wait_for_function("() => !document.querySelector('#of-before')", timeout=60_000)
        wait_for_step(page, 8, timeout=30_000)
        wait_to_see(page, before)
        button(page, "Step").click()
        wait_for_step(page, 9)


def test_the_line_goes_forward_while_it_plays(visit, address):
    page = visit(address)
    button(page, "Play").click()
    page.locator(".fs-short .v-select__slot").first.click()
    page.locator(".menuable__content__active .v-list-item", has_text="64").click()
    steps = []
    while len(steps) < 200 and (not steps or steps[-1] < 120):
        steps.append(step_of(page))
        page.wait_for_timeout(20)
    assert steps == sorted(steps) and steps[-1] == 120
