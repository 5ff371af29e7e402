"""What known memberships say of readiness and tastes: the start (section 5), openings and departures (section 7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumsim.core.terms import Mode

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
            condition(i, f, i.would_want(i.net_utility(f)), is_in=i in f.tenure)


def learn_from_opening(model: ReferenceModel, f: Forum) -> None:
    """Its founding members want it, as it stands with all of them."""
    if not model.p.membership_exclusive:
        for i in f.tenure:
            condition(i, f, i.would_want(i.net_utility(f)), is_in=True)


def learn_from_departure(model: ReferenceModel, i: Actor, f: Forum) -> None:
    """Who goes wants out; in a standing forum its loyalty has not kept it either."""
    if not model.p.membership_exclusive:
        kept_by = i.loyalty_to(f) if f.mode == Mode.STANDING else 0.0
        condition(i, f, i.would_want(i.net_utility(f) + kept_by), is_in=False)


def readiness(i: Actor, forums: list[Forum]) -> float:
    """T sum_f (m - s) / (sum_f s (1 - s) + 1 / tau^2), T the temperature: in how many more forums than expected."""
    chances = {f: i.would_want(i.net_utility(f)) for f in forums}
    surplus = sum((i in f.tenure) - s for f, s in chances.items())
    information = sum(s * (1 - s) for s in chances.values())
    temperature = i.model.p.membership_temperature
    return temperature * surplus / (information + 1 / i.model.p.taste_readiness**2)


def condition(i: Actor, f: Forum, s: float, is_in: bool) -> None:
    """The draw u as it would be if it had been found in (0, s), or in (s, 1); beyond a red line it stays as it is."""
    u = i.taste[f.row]
    if not is_in:
        i.taste[f.row] = min(s + u * (1 - s), LARGEST_TASTE)
    elif s > 0:
        i.taste[f.row] = s * u
