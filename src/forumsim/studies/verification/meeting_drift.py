"""The sincerity from which talks build trust: the closed form of the rule of dialogue, and the rule itself beside it.

A meeting changes i's trust in j by chance alone: by whether j is genuine, and if not whether i sees it through. Its
expectation is therefore known, and with it the sincerity of j at which it is 0. Below it talks wear trust down, above
it they build it up: the sign of what dialogue does follows from the parameters, and is no finding of a run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.rules.dialogue import dialogue
from forumsim.core.world import Floats
from forumsim.studies.verification.case import Finding, claim, estimate, known_result
from forumsim.studies.verification.worlds import pairs_that_meet, record, set_trust, tick

_TRACKS = (2, 15, 1)


class Terms(NamedTuple):
    """What a meeting on a track depends on."""

    gain: float  #: eta, the share of what trust is missing that a genuine meeting adds; above 0
    #: d, b, phi: chance of seeing propaganda through; gain from propaganda that is not seen through, and loss from
    #: propaganda that is, both against eta
    detection: float
    bubble: float
    penalty: float
    base: float  #: readiness to be genuine, logits; on Track 1 less that of the audience
    #: kT and kh > 0, logits
    trust_weight: float
    sincerity_weight: float

    @property
    def loss(self) -> float:
        """d min(phi, 1 / eta): the expected loss by propaganda, over eta T; nobody loses more than all its trust."""
        return self.detection * min(self.penalty, 1.0 / self.gain)


def terms(track: int, settings: Mapping[str, Any] | None = None) -> Terms:
    """The terms of a track (2, 15 or 1) by the model's defaults, changed by ``settings``."""
    p = record(settings or {})
    audience = p["dialogue_audience"] if track == 1 else 0.0
    name = f"track{track}"
    return Terms(
        float(p[f"{name}_trust_gain"]), float(p[f"{name}_detection"]), float(p["dialogue_bubble"]),
        float(p["dialogue_penalty"]), float(p[f"{name}_base"] - audience), float(p["dialogue_trust_weight"]),
        float(p["dialogue_sincerity_weight"]),
    )  # fmt: skip


def expected_change(of: Terms, sincerity: float, trust: float, trust_back: float | None = None) -> float:
    """Expected change of i's trust in j by one meeting, over eta.

    q (1 - T) + (1 - q) ((1 - d) b (1 - T) - d min(phi, 1/eta) T) with q = sig(base + kT (T_ji - 1/2) + kh (2 h_j - 1)).

    Parameters
    ----------
    of : Terms
    sincerity : float
        h of j, 0..1.
    trust, trust_back : float
        T = i's trust in j, and j's trust in i (by default the same), 0..1: the trust that makes j genuine.
    """
    back = trust if trust_back is None else trust_back
    readiness = of.base + of.trust_weight * (back - 0.5) + of.sincerity_weight * (2.0 * sincerity - 1.0)
    genuine = 1.0 / (1.0 + math.exp(-readiness))
    false = (1.0 - of.detection) * of.bubble * (1.0 - trust) - of.loss * trust
    return genuine * (1.0 - trust) + (1.0 - genuine) * false


def neutral_sincerity(of: Terms, trust: float, trust_back: float | None = None) -> float:
    """h* = 1/2 + {ln[d min(phi, 1/eta) T / (1 - T) - (1 - d) b] - base - kT (T_ji - 1/2)} / (2 kh).

    Returns
    -------
    float
        The sincerity of the other at which the expected change of trust is 0, negative below and positive above; it
        may lie outside of 0..1. Minus infinity where propaganda itself is worth its while (the bracket is not
        positive), infinity where there is no trust left to gain.

    Examples
    --------
    >>> round(neutral_sincerity(terms(1), 0.32), 3)
    0.467
    """
    back = trust if trust_back is None else trust_back
    if trust >= 1.0:
        return math.inf
    odds = of.loss * trust / (1.0 - trust) - (1.0 - of.detection) * of.bubble
    if odds <= 0.0:
        return -math.inf
    return 0.5 + (math.log(odds) - of.base - of.trust_weight * (back - 0.5)) / (2.0 * of.sincerity_weight)


def least_penalty(of: Terms, trust: float) -> float:
    """The penalty below which even talks without any sincerity build trust (h* below 0), for trust that is mutual.

    Examples
    --------
    >>> [round(least_penalty(terms(track), 0.32), 2) for track in (2, 15, 1)]
    [0.75, 0.86, 0.97]
    """
    odds = math.exp(of.base + of.trust_weight * (trust - 0.5) - of.sincerity_weight)
    return (odds + (1.0 - of.detection) * of.bubble) * (1.0 - trust) / (of.detection * trust)


def meeting_drift(
    track: int, sincerity: float, trust: float, trust_back: float | None = None, *,
    settings: Mapping[str, Any] | None = None, pairs: int = 500, steps: int = 100, seed: int = 1,
) -> Floats:  # fmt: skip
    """Changes of trust by single meetings, held by the rule of dialogue between actors of one sincerity.

    Parameters
    ----------
    track : int
        2, 15 (for 1.5) or 1.
    sincerity : float
        Of everybody, 0..1.
    trust, trust_back : float
        Trust of the first of a pair in the second before each meeting, and of the second in the first; 0..1.
    settings : mapping, optional
        Parameters that differ from the model's defaults, by dotted name.
    pairs, steps : int
        Each pair meets once a step, always from the same trust.

    Returns
    -------
    float array (pairs * steps,)
        Change of the first one's trust in the second over eta; independent of each other.
    """
    back = trust if trust_back is None else trust_back
    gain = terms(track, settings).gain
    silent = {"dialogue.level": 0.0, "dialogue.declaration": 0.0, f"track{track}.opens": -1.0}
    p = record(settings or {}, silent, {"sincerity.level": sincerity})
    world, one = pairs_that_meet(pairs, track, times=1.0, seed=seed)
    changes = np.empty((steps, pairs))
    for step in range(steps):
        set_trust(world, 0.5)
        world.trust[one, one + 1], world.trust[one + 1, one] = trust, back
        tick(world, p, dialogue)
        changes[step] = (world.trust[one, one + 1] - trust) / gain
    return changes.ravel()


def _around(track: int, trust: float, penalty: float, back: float | None = None) -> Iterator[Finding]:
    """The expected change at h*, and a little below and above it."""
    settings = {"dialogue.penalty": penalty}
    of = terms(track, settings)
    neutral = neutral_sincerity(of, trust, back)
    what = f"Track {track / 10 if track == 15 else track}, phi {penalty:g}, T {trust:g}"
    what += "" if back is None else f", T back {back:g}"
    for name, sincerity in (
        ("at", neutral), ("below", max(0.0, neutral - 0.15)), ("above", min(1.0, neutral + 0.15))
    ):  # fmt: skip
        target = 0.0 if name == "at" else expected_change(of, sincerity, trust, back)
        samples = meeting_drift(track, sincerity, trust, back, settings=settings)
        yield estimate(f"{what}: {name} h* = {neutral:.3f}", target, samples, 0.015)
        if name != "at":
            mean = float(samples.mean())
            yield claim(f"... its sign {name}", mean < 0 if name == "below" else mean > 0, f"{mean:+.3f}")


@known_result(
    "meeting-drift",
    "Talks wear trust down below a sincerity h* and build it above",
    "h* of the rule in closed form, for given trust",
)
def _neutral_sincerity_case() -> Iterator[Finding]:
    for penalty in (0.75, 1.5, 3.0):
        yield from _around(2, 0.5, penalty)
    for track in _TRACKS:
        yield from _around(track, 0.32, 2.0)
    yield from _around(15, 0.4, 2.0, 0.7)
    for track in _TRACKS:
        name = f"Track {track / 10 if track == 15 else track}, T 0.32"
        least = least_penalty(terms(track), 0.32)
        samples = meeting_drift(track, 0.0, 0.32, settings={"dialogue.penalty": least})
        yield estimate(f"{name}: without sincerity, at the least penalty {least:.3f}", 0.0, samples, 0.015)
        samples = meeting_drift(track, 0.0, 0.32, settings={"dialogue.penalty": 0.5 * least})
        mean = float(samples.mean())
        yield claim(f"{name}: at half of it no sincerity is too low", mean > 0, f"{mean:+.3f}")
