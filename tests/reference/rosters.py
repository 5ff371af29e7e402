"""What the rosters of the start say of readiness and tastes (section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .actor import Actor
    from .forum import Forum
    from .model import ReferenceModel

LARGEST_TASTE = 1 - 2.0**-53


def learn_from_rosters(model: ReferenceModel) -> None:
    """Readiness of all, then the tastes of who is in and of who could be."""
    if model.p.membership_exclusive:
        return
    settled = [f for f in model.live_forums() if model.t - f.founded >= model.p.taste_settled]
    told = {i: [f for f in settled if i in f.tenure or f.admits(i)] for i in model.actors}
    if model.p.taste_readiness > 0 and model.p.membership_temperature > 0:
        for i, forums in told.items():
            i.engagement += readiness(i, forums)
    for i, forums in told.items():
        for f in forums:
            condition(i, f)


def readiness(i: Actor, forums: list[Forum]) -> float:
    """T sum_f (m - s) / (sum_f s (1 - s) + 1 / tau^2), T the temperature: in how many more forums than expected."""
    chances = {f: i.would_want(i.net_utility(f)) for f in forums}
    surplus = sum((i in f.tenure) - s for f, s in chances.items())
    information = sum(s * (1 - s) for s in chances.values())
    temperature = i.model.p.membership_temperature
    return temperature * surplus / (information + 1 / i.model.p.taste_readiness**2)


def condition(i: Actor, f: Forum) -> None:
    """The draw u as it would be if it had been found in (0, s), or in (s, 1); beyond a red line it stays as it is."""
    s, u = i.would_want(i.net_utility(f)), i.taste[f.row]
    if i not in f.tenure:
        i.taste[f.row] = min(s + u * (1 - s), LARGEST_TASTE)
    elif s > 0:
        i.taste[f.row] = s * u
