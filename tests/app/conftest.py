"""Frames of runs, small and odd ones among them."""

from __future__ import annotations

import numpy as np
import pytest

from forumsim import ForumModel
from forumsim.app.frame import frame_of
from forumsim.core.terms import Status


@pytest.fixture(scope="session")
def real():
    model = ForumModel("ai_governance", rng=1)
    for _ in range(10):
        model.step()
    return frame_of(model)


@pytest.fixture(scope="session")
def small():
    model = ForumModel("two_blocs", rng=1, actors=12, nonstate=2)
    for _ in range(10):
        model.step()
    return frame_of(model)


def no_forum():
    model = ForumModel("two_blocs", rng=1, actors=6, nonstate=0)
    for forum in list(model.forums):
        model.shock("closing", forum=forum)
    return frame_of(model)


def nobody_in_a_bloc():
    model = ForumModel("two_blocs", rng=1, actors=6, nonstate=1)
    model.world.bloc[:] = -1
    model.world.role[:] = 1
    return frame_of(model)


def crowd():
    return frame_of(ForumModel("two_blocs", rng=1, actors=1000, nonstate=30))


def all_missing():
    model = ForumModel("two_blocs", rng=1, actors=6, nonstate=0)
    frame = frame_of(model)
    frame.outcome.series[:] = np.nan
    return frame


def without_members():
    model = ForumModel("two_blocs", rng=1, actors=6, nonstate=0)
    model.world.member[:] = False
    model.world.attention[:] = 0.0
    model.world.focal[:] = -1
    model.refresh()
    assert (model.world.status[:2] == Status.ALIVE).all()
    return frame_of(model)


ODD = {made.__name__: made for made in (no_forum, nobody_in_a_bloc, crowd, all_missing, without_members)}


@pytest.fixture(params=list(ODD))
def odd(request):
    return ODD[request.param]()
