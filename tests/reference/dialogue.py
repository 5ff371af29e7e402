"""Dialogue on three tracks and in dated channels (section 7.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forumsim.core.terms import PENDING_SLOTS, Event, Role, Shock, Tally

from .actor import Actor, State, toward
from .draws import Purpose, Stream
from .partners import chance_genuine, draw_partner
from .reassurance import reassure

if TYPE_CHECKING:
    from .model import ReferenceModel


@dataclass(eq=False)
class Track:
    """A track with its parameters."""

    number: int
    purpose: Purpose
    level: float
    rate: float
    trust_gain: float
    move: float
    base: float
    detection: float
    opens: float


@dataclass(eq=False)
class Declaration:
    """A joint declaration that waits for deeds; ``saw`` are those who saw the other keep its word."""

    step: int
    pair: tuple[Actor, Actor]
    issue: int
    saw: set[Actor]


def track(model: ReferenceModel, number: int) -> Track:
    """Track 2, 15 (for 1.5) or 1."""
    p = model.p
    own_level = getattr(p, f"dialogue_track{number}")
    level = p.dialogue_level if own_level is None else own_level
    names = ("rate", "trust_gain", "move", "base", "detection", "opens")
    values = {name: getattr(p, f"track{number}_{name}") for name in names}
    if number == 1:
        values["base"] -= p.dialogue_audience
    return Track(number, Purpose[f"TRACK_{number}"], level, **values)


def talk(model: ReferenceModel) -> None:
    """Meetings on Track 2, then 1.5, then 1, then the channels, then costly steps."""
    if model.p.realist or not model.states:
        return
    tracks = {number: track(model, number) for number in (2, 15, 1)}
    mean_capacity = sum(i.capacity for i in model.states) / len(model.states)
    for each in tracks.values():
        rate = each.rate * each.level * hosting(model, each)
        for i in model.states:
            seek_meetings(i, each, rate * i.capacity / mean_capacity)
    hold_channels(model, tracks)
    if model.p.rule_shocks:
        hold_crisis_talks(model, tracks[1])
    if model.p.confidence_on:
        reassure(model)


# --- who, with whom -------------------------------------------------------------------------------------------------


def seek_meetings(i: State, on: Track, expected: float) -> None:
    """A state's meetings on a track."""
    stream = i.model.stream(on.purpose)
    for m in range(math.floor(expected + stream.draw(i.row, 0))):
        place = 16 * (m + 1)
        j = draw_partner(i, stream, place)
        if j is not None:
            meet(i, j, on, stream, (i.row, place))


def hosting(model: ReferenceModel, on: Track) -> float:
    """1 plus what epistemic communities host on Tracks 2 and 1.5."""
    if on.number == 1:
        return 1.0
    return 1 + model.p.dialogue_hosting * sum(i.influence for i in model.nonstates if i.role == Role.EPISTEMIC)


def hold_channels(model: ReferenceModel, tracks: dict[int, Track]) -> None:
    """The meetings of dated channels."""
    stream = model.stream(Purpose.CHANNEL)
    for c, channel in enumerate(model.channels):
        if channel.first <= model.t <= channel.last:
            on = tracks[channel.track]
            expected = channel.rate * (on.level if channel.scaled else 1)
            if channel.hosts:
                expected *= min(1, sum(h.influence for h in channel.hosts))
            for m in range(math.floor(expected + stream.draw(c, 0))):
                hold(*channel.pair, on, stream, (c, 16 * (m + 1)), dated=True)


def hold_crisis_talks(model: ReferenceModel, on: Track) -> None:
    """The parties of a crisis talk as long as it lasts, the more in earnest, the graver it is."""
    stream, p = model.stream(Purpose.CRISIS), model.p
    for row, shock in enumerate(model.shocks):
        lasts = shock.step <= model.t <= shock.step + p.shock_window
        if shock.kind == Shock.CRISIS and shock.actor is not None and lasts:
            worth = p.shock_crisis_worth * shock.size * p.shock_scale
            graver = replace(on, base=on.base + worth)
            for m in range(math.floor(p.shock_crisis_talks * on.level + stream.draw(row, 0))):
                hold(shock.actor, shock.other, graver, stream, (row, 16 * (m + 1)), dated=True)


def hold_summit(i: Actor, j: Actor, agreed_on: int | None) -> None:
    """A summit is a meeting on Track 1; it may be known what it agrees on."""
    model = i.model
    if model.p.rule_dialogue and not model.p.realist:
        hold(i, j, track(model, 1), model.stream(Purpose.SUMMIT), (i.row, 16 * j.row), dated=True, agreed_on=agreed_on)


# --- a meeting ------------------------------------------------------------------------------------------------------


def meet(i: Actor, j: Actor, on: Track, stream: Stream, place: tuple[int, int]) -> None:
    """Two who seek each other meet where the track is open between them."""
    kept_open = on.number == 1 and i.summit_until[j] >= i.model.t
    if i.mutual_trust(j) > on.opens or kept_open:
        hold(i, j, on, stream, place)


def hold(
    i: Actor,
    j: Actor,
    on: Track,
    stream: Stream,
    place: tuple[int, int],
    dated: bool = False,
    agreed_on: int | None = None,
) -> None:
    """How two meet: genuineness, trust, persuasion, a joint declaration; what is dated is told."""
    model = i.model
    a, b = place
    agreed = agreed_on is not None
    i_genuine = agreed or stream.draw(a, b + 5) < chance_genuine(i, j, on.base)
    j_genuine = agreed or stream.draw(a, b + 6) < chance_genuine(j, i, on.base)
    i_sees_through = not j_genuine and stream.draw(a, b + 7) < on.detection
    j_sees_through = not i_genuine and stream.draw(a, b + 8) < on.detection
    learn(i, j, j_genuine, i_sees_through, on)
    learn(j, i, i_genuine, j_sees_through, on)
    model.meetings[Tally.MEETINGS] += 1
    model.meetings[Tally.SIDES] += 2
    model.meetings[Tally.GENUINE] += i_genuine + j_genuine
    model.meetings[Tally.DETECTED] += i_sees_through + j_sees_through
    if dated:
        how = 2 if i_genuine else 0 if j_sees_through else 1
        other_how = 2 if j_genuine else 0 if i_sees_through else 1
        model.write(Event.MEETING, actor=i, other=j, value=100 * on.number + 10 * how + other_how)
    if i_genuine and j_genuine:
        persuade_each_other(i, j, on)
        if agreed_on is not None:
            declare(i, j, agreed_on)
        elif on.number == 1 and stream.draw(a, b + 9) < model.p.dialogue_declaration:
            declare(i, j, easiest_issue(i, j))


def learn(i: Actor, j: Actor, j_genuine: bool, sees_through: bool, on: Track) -> None:
    """Trust after a meeting."""
    p = i.model.p
    if j_genuine:
        i.trust[j] = toward(i.trust[j], 1, on.trust_gain)
    elif sees_through:
        i.trust[j] = toward(i.trust[j], 0, min(1, p.dialogue_penalty * on.trust_gain))
    else:
        i.trust[j] = toward(i.trust[j], 1, p.dialogue_bubble * on.trust_gain)


def persuade_each_other(i: Actor, j: Actor, on: Track) -> None:
    """Bounded confidence, widened by trust; both move at once."""
    model, p = i.model, i.model.p
    if i.gap(j, model.issues) >= p.dialogue_persuasion_base + p.dialogue_persuasion_trust * i.mutual_trust(j):
        return
    both = i.power + j.power
    weight_of_j = j.power / both if both > 0 else 0.5
    weight_of_i = i.power / both if both > 0 else 0.5
    for k in model.issues:
        x_i, x_j = i.position[k], j.position[k]
        i.position[k] = toward(x_i, x_j, share_of_move(i, k, 2 * on.move * weight_of_j))
        j.position[k] = toward(x_j, x_i, share_of_move(j, k, 2 * on.move * weight_of_i))


def share_of_move(i: Actor, k: int, share: float) -> float:
    """Less on an issue on which the mover has a red line."""
    if math.isfinite(i.red_line[k]):
        share *= i.model.p.dialogue_red_line_move
    return min(1, share)


def easiest_issue(i: Actor, j: Actor) -> int:
    """The issue that matters to both and divides them least."""

    def ease(k: int) -> float:
        return (i.salience[k] + j.salience[k]) * (1 - abs(i.position[k] - j.position[k]))

    return max(i.model.issues, key=ease)


def declare(i: Actor, j: Actor, issue: int) -> None:
    """A joint declaration on an issue."""
    model = i.model
    i.thank(j, model.p.dialogue_declaration_ledger)
    j.thank(i, model.p.dialogue_declaration_ledger)
    model.write(Event.DECLARATION, actor=i, other=j, issue=issue, value=i.gap(j, model.issues))
    if len(model.pending) < PENDING_SLOTS:
        model.pending.append(Declaration(model.t, (i, j), issue, set()))
