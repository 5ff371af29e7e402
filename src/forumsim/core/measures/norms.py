"""Norms: how far charters lie apart, how much that is a conflict, how hard the law is, how polarised positions are."""

from __future__ import annotations

import math

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import Measure

#: Classes of equal width into which positions are grouped for polarization.
CLASSES = 10
#: Esteban and Ray's sensitivity to identification, at the upper end of what their axioms allow (0 < alpha <= 1.6).
ALPHA = 1.6
#: Values of the Biermann class.
SYNERGISTIC, COOPERATIVE, CONFLICTIVE = 0, 1, 2

_PAIRS = "Pairs of live forums that share an issue; no such pair, or none between forums with power: missing."


def _measure(
    name: str,
    label: str,
    unit: str,
    high: float,
    formula: str,
    reference: str,
    description: str,
    codes: tuple[tuple[int, str], ...] = (),
) -> Measure:
    return Measure(name, label, unit, 0.0, high, formula, reference, "norms", True, description, codes)


MEASURES = (
    _measure("normative_distance", "Normative distance", "distance", 1.0,
             "sum W_f W_g d_fg / sum W_f W_g, d = rms difference of charters over shared issues, W = members' power",
             "forumsim; norms after Krasner 1982", _PAIRS),
    _measure("conflict", "Conflict of norms", "distance", 1.5,
             "sum W_f W_g d_fg (1/2 + (H_f + H_g)/2) / sum W_f W_g", "forumsim", "Harder law makes a difference of "
             "charters a sharper conflict. " + _PAIRS),
    _measure("overlap_share", "Overlapping pairs of forums", "share", 1.0,
             "pairs of live forums sharing an issue and a member / pairs", "Raustiala & Victor 2004",
             "How much of the complex overlaps at all. Missing with fewer than two forums."),
    _measure("biermann", "Fragmentation in Biermann's sense", "class", 2.0,
             "0 if conflict < measure.synergistic, 2 if conflict > measure.conflictive, else 1",
             "Biermann et al. 2009", "Missing where conflict is.",
             ((SYNERGISTIC, "synergistic"), (COOPERATIVE, "cooperative"), (CONFLICTIVE, "conflictive"))),
    _measure("polarization", "Polarization of positions", "index", 1.0,
             "2^(1+alpha) sum_ab p_a^(1+alpha) p_b |y_a - y_b|, alpha 1.6; ten classes of positions, p their power, "
             "y their mean", "Esteban & Ray 1994",
             "1 when half of the power stands at either end. Pooled: mean over issues. Missing without power."),
    _measure("legalization", "Legalization", "share", 1.0, "sum W_f H_f / sum W_f, W = members' power",
             "Abbott et al. 2000", "Soft law 0, hard law 1. Missing when no forum holds power."),
    _measure("hard_law_power", "Power under hard law", "share", 1.0,
             "sum of w over states in a forum with H > measure.hard_law", "Abbott et al. 2000",
             "Power bound by hard law. No forum: 0. Missing without power."),
)  # fmt: skip
DISTANCE, CONFLICT, OVERLAP, BIERMANN, POLARIZATION, LEGALIZATION, HARD_LAW = range(7)


@kernel
def shared_gap(first, second, covers, a, b):
    """Root mean square difference of two charters (D,) over the issues that forums a and b cover; NaN without any."""
    total, shared = 0.0, 0
    for k in range(first.shape[0]):
        if covers[k, a] and covers[k, b]:
            total += (first[k] - second[k]) ** 2
            shared += 1
    return math.sqrt(total / shared) if shared > 0 else math.nan


@kernel
def forum_conflict(out, live, covers, charter, legalization, reach, shared):
    """Fill distance, conflict and share of overlapping pairs of all scopes."""
    scopes, forums = covers.shape
    distance, conflict, weight = np.zeros(scopes), np.zeros(scopes), np.zeros(scopes)
    pairs, overlapping = np.zeros(scopes), np.zeros(scopes)
    for a in range(forums):
        for b in range(a):
            first, second = charter[live[a]], charter[live[b]]
            hardness = 0.5 + 0.5 * (legalization[live[a]] + legalization[live[b]])
            reaches = reach[a] * reach[b]
            meet = 1.0 if shared[a, b] > 0 else 0.0
            for k in range(scopes):
                if not covers[k, a] or not covers[k, b]:
                    continue
                pairs[k] += 1.0
                if k < scopes - 1:
                    gap = abs(first[k] - second[k])
                else:
                    gap = shared_gap(first, second, covers, a, b)
                    if math.isnan(gap):
                        continue
                overlapping[k] += meet
                distance[k] += reaches * gap
                conflict[k] += reaches * gap * hardness
                weight[k] += reaches
    for k in range(scopes):
        out[k, DISTANCE] = distance[k] / weight[k] if weight[k] > 0.0 else np.nan
        out[k, CONFLICT] = conflict[k] / weight[k] if weight[k] > 0.0 else np.nan
        out[k, OVERLAP] = overlapping[k] / pairs[k] if pairs[k] > 0.0 else np.nan


@kernel
def polarization(position, power):
    """Esteban-Ray polarization of positions (N,) in 0..1 held with power (N,) summing to 1; 1 if bipolar."""
    mass, mean = np.zeros(CLASSES), np.zeros(CLASSES)
    for i in range(power.shape[0]):
        c = min(CLASSES - 1, max(0, int(position[i] * CLASSES)))
        mass[c] += power[i]
        mean[c] += power[i] * position[i]
    total = 0.0
    for a in range(CLASSES):
        if mass[a] > 0.0:
            alienation = 0.0
            for b in range(CLASSES):
                if mass[b] > 0.0:
                    alienation += mass[b] * abs(mean[a] / mass[a] - mean[b] / mass[b])
            total += mass[a] ** (1.0 + ALPHA) * alienation
    return min(1.0, 2.0 ** (1.0 + ALPHA) * total)


@kernel
def fill(out, world, p, live, covers, start, actors, shared, power):
    """Fill the family's columns."""
    scopes, forums = covers.shape
    legalization = world.legalization
    reach = np.zeros(forums)
    has_power = False
    for w in power:
        has_power = has_power or w > 0.0
    for a in range(forums):
        for e in range(start[a], start[a + 1]):
            reach[a] += power[actors[e]]
    bound = np.empty(power.shape[0], dtype=np.bool_)
    poles = 0.0
    forum_conflict(out, live, covers, world.charter, legalization, reach, shared)
    for k in range(scopes):
        level = out[k, CONFLICT]
        out[k, BIERMANN] = COOPERATIVE
        if math.isnan(level):
            out[k, BIERMANN] = np.nan
        elif level < p.measure_synergistic:
            out[k, BIERMANN] = SYNERGISTIC
        elif level > p.measure_conflictive:
            out[k, BIERMANN] = CONFLICTIVE
        for i in range(bound.shape[0]):
            bound[i] = False
        law, weight, under = 0.0, 0.0, 0.0
        for a in range(forums):
            if covers[k, a]:
                law += reach[a] * legalization[live[a]]
                weight += reach[a]
                if legalization[live[a]] > p.measure_hard_law:
                    for e in range(start[a], start[a + 1]):
                        bound[actors[e]] = True
        for i in range(power.shape[0]):
            under += power[i] if bound[i] else 0.0
        out[k, LEGALIZATION] = law / weight if weight > 0.0 else np.nan
        out[k, HARD_LAW] = min(1.0, under) if has_power else np.nan
        if k < scopes - 1:
            out[k, POLARIZATION] = polarization(world.position[:, k], power) if has_power else np.nan
            poles += out[k, POLARIZATION]
    out[scopes - 1, POLARIZATION] = poles / (scopes - 1) if scopes > 1 else np.nan
