"""What a membership is worth: the utility of a forum for an actor, by its terms, and the sums that it reads.

The sums over members (``weight_in``, ``trust_in``, ``gain_in``), the distances and the conflicts live in the world; the
module `sums` keeps them.
"""

from __future__ import annotations

import math

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.terms import STEP, Mode, Status

#: Reach below this is no member at all (what rounding may leave when the last one goes).
NOBODY = 1e-12


@kernel
def sigmoid(z):
    """Logistic function 1 / (1 + exp(-z)); exact 0 and 1 at the infinities."""
    return 1.0 / (1.0 + math.exp(-z))


@kernel
def is_live(world, f):
    """Whether forum f exists, awake or dormant."""
    return world.status[f] == Status.ALIVE or world.status[f] == Status.DORMANT


@kernel
def freshness(world, p, f):
    """How present a forum is to attention and monitoring: 1 if standing; a text's presence halves over time."""
    if world.mode[f] == Mode.STANDING:
        return 1.0
    return 0.5 ** ((world.clock[STEP] - world.edition[f]) / p.attention_half_life)


@kernel
def face_charter(world, f, charter, distance, beyond):
    """Write how far all actors are from a charter (D,) for f, and for whom it would lie beyond a red line.

    The distance is sqrt(sum_k s_k (x_k - c_k)^2 / sum_k s_k) over the issues of the mandate, 0 without one; issues
    count alike for an actor that gives none of them any weight. A red line on an issue of the mandate is crossed where
    |x_k - c_k| is larger than it: the deal-breaker.

    Parameters
    ----------
    distance : float array (N,)
        Written to.
    beyond : bool array (N,)
        Written to.
    """
    n, issues = world.position.shape
    weight, plain = np.zeros(n), np.zeros(n)
    distance[:] = 0.0
    beyond[:] = False
    covered = 0
    for k in range(issues):  # issue by issue, so that the compiler makes vector code of the loops over actors
        if world.mandate[f, k]:
            covered += 1
            position, salience, red_line = world.position[:, k], world.salience[:, k], world.red_line[:, k]
            for i in range(n):
                gap = position[i] - charter[k]
                distance[i] += salience[i] * gap * gap
                weight[i] += salience[i]
                plain[i] += gap * gap
            for i in range(n):
                beyond[i] |= abs(position[i] - charter[k]) > red_line[i]
    if covered > 0:
        for i in range(n):
            distance[i] = math.sqrt(distance[i] / weight[i] if weight[i] > 0.0 else plain[i] / covered)


@kernel
def charter_gap(world, f, g):
    """Root mean square difference of two charters over the issues both cover; NaN when they share none."""
    total = 0.0
    shared = 0
    for k in range(world.charter.shape[1]):
        if world.mandate[f, k] and world.mandate[g, k]:
            gap = world.charter[f, k] - world.charter[g, k]
            total += gap * gap
            shared += 1
    return math.sqrt(total / shared) if shared > 0 else math.nan


@kernel
def conflict_between(world, f, g):
    """Conflict of two forums: the gap of their charters times 1/2 + mean legalization; 0 without a shared issue."""
    gap = charter_gap(world, f, g)
    return 0.0 if math.isnan(gap) else gap * (0.5 + 0.5 * (world.legalization[f] + world.legalization[g]))


@kernel
def absolute_gain(p, distance, legalization):
    """Gain from the charter alone, with trust at 1/2: what realists compare with the gains of others."""
    fit = 1.0 - distance / p.utility_fit_scale
    return p.utility_fit * fit * (p.utility_fit_base + p.utility_fit_law * legalization * 0.5)


@kernel
def utility_parts(p, distance, legalization, reach, trust_sum, gain_sum, sovereignty, reservation):
    """The terms of the utility of a membership, in logits, in the order of `utility` (red lines aside).

    Parameters
    ----------
    p : record of parameters
    distance : float
        Salience-weighted distance d; fit = 1 - d / d0.
    legalization : float
        H of the forum.
    reach, trust_sum, gain_sum : float
        Sums over the *other* members of their power W, of power times trust, and (for realists) of power times
        distrust times absolute gain.
    sovereignty, reservation : float
        Of the actor; the reservation adds to the fixed cost.

    Returns
    -------
    tuple of float
        Fit, rivalry, trust, network, sovereignty, cost.
    """
    present = reach > NOBODY
    trust = trust_sum / reach if present else 0.5
    fit = 1.0 - distance / p.utility_fit_scale
    charter = p.utility_fit * fit * (p.utility_fit_base + p.utility_fit_law * legalization * trust)
    rivalry, warmth, network = 0.0, 0.0, 0.0
    if present:
        if p.realist > 0.0:
            own = absolute_gain(p, distance, legalization)
            rivalry = -p.realist_rivalry * (gain_sum - own * (reach - trust_sum)) / reach
        warmth = p.utility_trust * (2.0 * trust - 1.0)
        if p.utility_trust_size > 0.0:
            warmth *= reach**p.utility_trust_size
        network = p.utility_network * (
            reach if p.utility_network_exponent == 1.0 else reach**p.utility_network_exponent
        )
    law = -2.0 * p.utility_sovereignty * sovereignty * legalization * (1.0 - trust)
    return charter, rivalry, warmth, network, law, -p.utility_cost - reservation


@kernel
def utility(p, distance, legalization, reach, trust_sum, gain_sum, sovereignty, reservation):
    """Utility of a membership in logits, from its terms (`utility_parts`; red lines aside).

    u = a fit (b0 + b1 H T) + beta (2 T - 1) W^delta + nu W^gamma - 2 kS v H (1 - T) - k0

    Realists subtract k sum_j w_j (1 - T_ij) (V_j - V_i) / W: the others' gains count against them, the more so the less
    they trust those who gain (Grieco 1988: V - k (W - V)).
    """
    charter, rivalry, warmth, network, law, cost = utility_parts(
        p, distance, legalization, reach, trust_sum, gain_sum, sovereignty, reservation
    )
    return charter + rivalry + warmth + network + law + cost


@kernel
def others_in(world, p, f, i):
    """Power of the members of f other than i, and what realists hold against their gains."""
    own = world.power[i] if world.member[f, i] else 0.0
    gain = world.gain_in[f, i]
    if own > 0.0 and p.realist > 0.0:
        gain -= own * absolute_gain(p, world.distance[f, i], world.legalization[f])
    return world.weight_in[f] - own, gain


@kernel
def parts_of(world, p, f, i):
    """The terms of the utility of forum f for i now, in the order of `utility_parts` (red lines aside)."""
    reach, gain = others_in(world, p, f, i)
    return utility_parts(
        p,
        world.distance[f, i],
        world.legalization[f],
        reach,
        world.trust_in[f, i],
        gain,
        world.sovereignty[i],
        world.reservation[i],
    )


@kernel
def utility_if(world, p, f, i, distance, legalization):
    """Utility of forum f for i if its distance and legalization were these, with the members of now."""
    reach, gain = others_in(world, p, f, i)
    return utility(
        p, distance, legalization, reach, world.trust_in[f, i], gain, world.sovereignty[i], world.reservation[i]
    )


@kernel
def utility_of(world, p, f, i):
    """Utility of forum f for i now, minus infinity when a red line is crossed."""
    if world.beyond[f, i]:
        return -math.inf
    return utility_if(world, p, f, i, world.distance[f, i], world.legalization[f])
