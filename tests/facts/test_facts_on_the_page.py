"""The facts in the log of the page, in words, and in its pictures of runs from 2018 and from the end of 2024."""

from __future__ import annotations

import pytest
from rosters import SEOUL

from forumsim import ForumModel
from forumsim.app.frame import Frame, frame_of
from forumsim.app.views.matrix import matrix
from forumsim.app.views.words import sentences

#: Words of the page for what is dated, by quarter; sides of meetings and values follow from the run.
SAID = [
    ("2018-Q3", "World AI Conference (Shanghai)"),
    ("2019-Q2", "OECD AI Principles"),
    ("2019-Q3", "a leap in technology"),
    ("2019-Q4", "China"),
    ("2020-Q2", "Global Partnership on AI"),
    ("2020-Q3", "AI Partnership for Defense"),
    ("2021-Q4", "UNESCO Recommendation on the Ethics of AI"),
    ("2022-Q4", "sanctions"),
    ("2023-Q1", "Political Declaration on Responsible Military Use of AI"),
    ("2023-Q2", "G7 Hiroshima AI Process"),
    ("2023-Q3", "BRICS AI Study Group"),
    ("2023-Q4", "Global AI Governance Initiative"),
    ("2023-Q4", "United States and China meet on Track 1"),
    ("2024-Q1", "UNGA resolution 78/265"),
    ("2024-Q2", "United States and China meet on Track 1"),
    ("2024-Q2", "AI Safety Summit series (Bletchley, Seoul)"),
    ("2024-Q3", "UNGA resolution 78/311"),
    ("2024-Q3", "EU AI Act"),
    ("2024-Q3", "Council of Europe Framework Convention on AI"),
    ("2024-Q3", "UN Global Digital Compact"),
]


@pytest.fixture(scope="module")
def page() -> Frame:
    model = ForumModel("ai_governance", steps=27, rng=1, start="2018-Q1")
    for _ in range(27):
        model.step()
    return frame_of(model)


def test_the_log_of_the_page_tells_them_in_their_quarters(page: Frame) -> None:
    told = [(page.date_of(step), text) for step, _, text in sentences(page)]
    for quarter, text in SAID:
        assert any(date == quarter and text in said for date, said in told), (quarter, text)
    rival = [said for date, said in told if date == "2023-Q4" and "rivals" in said]
    assert any("Global AI Governance Initiative" in said and "G7 Hiroshima" in said for said in rival)


def test_the_picture_of_memberships_shows_the_forums(page: Frame) -> None:
    late = frame_of(ForumModel("ai_governance", rng=1))
    for frame in (page, late):
        drawn = matrix(frame, 1100, "pooled")
        for name in ("AI Safety Summit", "Global AI Governance", "UNESCO"):
            assert name in drawn
    row = late.world.member[late.scenario.forum_ids.index("AI_SUMMIT")]
    states = {name for name, is_in in zip(late.scenario.actor_ids, row, strict=True) if is_in and len(name) == 3}
    assert states - {"FLI"} == SEOUL
