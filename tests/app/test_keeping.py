"""A run is built again from what a tab holds: the same as `ForumModel` gives for the same settings and acts."""

import json
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from forumsim import ForumModel
from forumsim.app.keeping import ASLEEP, evict, evict_soon, kept, restore
from forumsim.app.page import begin
from forumsim.app.session import Session, Setup

SETUP = Setup("two_blocs", seed=4, steps=12, parameters={"dialogue.level": 0.8}, fields={"polarisation": 0.9})


def steered(setup=SETUP):
    session = Session(setup)
    session.step(3)
    session.set("dialogue.level", 0.2)
    session.act("shock", kind="sanction", actor="west_major", other="east_major", size=0.5)
    session.step(4)
    return session


@pytest.mark.parametrize("other", [None, {"dialogue.level": 0.0}])
def test_the_run_with_its_settings_and_acts_comes_back(other):
    before = steered(Setup(**{**SETUP.__dict__, "other": other}))
    again = Session(Setup("two_blocs"))
    assert restore(again, kept(before, "here"), "here") and again.error == ""
    assert again.setup == before.setup and again.interventions == before.interventions
    expected = ForumModel("two_blocs", steps=12, rng=4, **{"dialogue.level": 0.8, "scenario.polarisation": 0.9})
    for _ in range(3):
        expected.step()
    expected.set(dialogue_level=0.2)
    expected.shock("sanction", "west_major", "east_major", size=0.5)
    for _ in range(4):
        expected.step()
    assert np.array_equal(again.frames[0].outcome.series, expected.outcome().series, equal_nan=True)
    for one, two in zip(again.frames, before.frames, strict=True):
        assert np.array_equal(one.outcome.series, two.outcome.series, equal_nan=True)


def test_another_address_begins_another_run():
    again = Session(Setup("two_blocs"))
    assert not restore(again, kept(steered(), "?seed=4"), "?seed=5")
    assert again.frames[0].step == 0 and again.error == ""


def change(text, **news):
    return json.dumps({**json.loads(text), **news})


@pytest.mark.parametrize(
    "news, word",
    [({"model": ["other"]}, "another version"), ({"step": 13}, "0 to 12"), ({"step": -1}, "0 to 12"),
     ({"step": "7"}, "step"), ({"acts": [[{"step": 2, "act": "shok"}]]}, "shock"), ({"acts": []}, "0 runs"),
     ({"setup": {"scenario": "two_block"}}, "two_blocs"), ({"setup": {"nothing": 1}}, "nothing"), ({"setup": 7}, "")],
)  # fmt: skip
def test_what_cannot_be_restored_is_said_and_the_page_begins_anew(news, word):
    again = Session(Setup("two_blocs", seed=2))
    assert restore(again, change(kept(steered(), ""), **news), "")
    assert "could not be restored" in again.error and word in again.error
    assert again.setup == Setup("two_blocs", seed=2) and again.frames[0].step == 0
    again.step()
    assert again.frames[0].step == 1


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100000, "\x00"])
def test_nonsense_in_the_tab_does_no_harm(text):
    again = Session(Setup("two_blocs"))
    restore(again, text, "")
    assert "could not be restored" in again.error and again.frames[0].step == 0


@pytest.mark.filterwarnings("ignore:.*websockets:DeprecationWarning")
def test_pages_that_are_gone_are_forgotten_in_their_order(monkeypatch):
    from solara.server import kernel_context
    from solara.server.kernel_context import PageStatus

    closed = []
    states = [PageStatus.DISCONNECTED] * 5 + [PageStatus.CONNECTED] * 2 + [PageStatus.DISCONNECTED] * 2
    pages = {
        number: SimpleNamespace(page_status={"page": state}, close=lambda reason, number=number: closed.append(number))
        for number, state in enumerate(states)
    }
    monkeypatch.setattr(kernel_context, "contexts", pages)
    evict(7)
    assert closed == []
    evict(3)
    assert closed == [0, 1, 2, 3]


@pytest.mark.filterwarnings("ignore:.*websockets:DeprecationWarning")
def test_pages_that_begin_while_they_are_closed_do_not_wait_for_each_other(monkeypatch):
    """Two tabs that are closed before they were drawn: both are gone, and each is made while its lock is held."""
    from solara.server import kernel_context
    from solara.server.kernel_context import PageStatus

    closed, both = [], threading.Barrier(2)

    class Gone:
        def __init__(self):
            self.page_status, self.lock = {"page": PageStatus.CLOSED}, threading.RLock()

        def close(self, reason):
            with self.lock:
                closed.append(self)

        def make(self):
            with self.lock:
                both.wait(20)
                begin("")

    tabs = [Gone(), Gone()]
    monkeypatch.setattr(kernel_context, "contexts", dict(enumerate([*tabs, *(Gone() for _ in range(ASLEEP))])))
    threads = [threading.Thread(target=tab.make, daemon=True) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads), "the tabs wait for each other"
    evict_soon().join(20)
    assert set(closed) == set(tabs)
