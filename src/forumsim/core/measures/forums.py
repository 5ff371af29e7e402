"""The set of forums: how many count, how much of the world the largest holds, whether the majors meet in one."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import INF, Measure
from forumsim.core.terms import Kind, Role, Status


def _measure(
    name: str, label: str, unit: str, high: float, formula: str, description: str, reference: str = "forumsim"
) -> Measure:
    return Measure(name, label, unit, 0.0, high, formula, reference, "forums", True, description)


MEASURES = (
    _measure("enf", "Effective number of forums", "forums", INF, "1 / sum s_f^2, s_f = share of sum_i w_i a_if",
             "Forums weighted by the attention of powers; attention sums to 1 over an actor's forums of the issue. "
             "No forum: 0.", "Laakso & Taagepera 1979"),
    _measure("coverage", "Coverage by power", "share", 1.0, "max_f sum_i w_i m_fi",
             "Power of the states in the forum that holds most of it. No forum: 0. Missing without power."),
    _measure("coverage_heads", "Coverage by states", "share", 1.0, "max_f (states in f) / states",
             "Share of states in the forum that holds most of them. No forum: 0. Missing without states."),
    _measure("bridge", "Great-power bridge", "yes/no", 1.0, "1 if one live forum holds all majors",
             "Whether the majors share a forum. Missing with fewer than two majors."),
    _measure("majors_portfolio", "Majors' common portfolio", "share", 1.0,
             "mean over pairs of majors of |A & B| / |A | B|, A and B their forums",
             "Jaccard overlap of the majors' forums. Missing with fewer than two majors or when no pair has a forum.",
             "Jaccard 1901"),
    _measure("component", "Largest component", "share", 1.0, "max over components of sum w_i",
             "Power in the largest connected part of the graph of states that are members of some forum and tied by "
             "sharing one. No member: 0. Missing without power."),
    _measure("forums_alive", "Forums alive", "count", INF, "number with status alive", "Forums awake."),
    _measure("forums_dormant", "Forums dormant", "count", INF, "number with status dormant",
             "Forums alive on paper only.", "Gray 2018"),
)  # fmt: skip
ENF, COVERAGE, HEADS, BRIDGE, PORTFOLIO, COMPONENT, ALIVE, DORMANT = range(8)


@kernel
def majors_of(role):
    """Rows of the actors with the role of a major, in order."""
    found = np.empty(role.shape[0], dtype=np.int64)
    count = 0
    for i in range(role.shape[0]):
        if role[i] == Role.MAJOR:
            found[count] = i
            count += 1
    return found[:count]


@kernel
def portfolio(member, live, covers, majors):
    """Mean Jaccard overlap of the majors' forums over pairs of majors that have any; NaN without such a pair."""
    total, pairs = 0.0, 0
    for x in range(majors.shape[0]):
        for y in range(x):
            both, either = 0, 0
            for a in range(live.shape[0]):
                if covers[a]:
                    first, second = member[live[a], majors[x]], member[live[a], majors[y]]
                    both += first and second
                    either += first or second
            if either > 0:
                total += both / either
                pairs += 1
    return total / pairs if pairs > 0 else np.nan


@kernel
def _root(parent, a):
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


@kernel
def largest_component(start, actors, covers, kind, power):
    """Power share of the largest component: forums that share a state are one, and so are their members."""
    forums = start.shape[0] - 1
    parent = np.arange(forums)
    first = np.full(kind.shape[0], -1)  # a forum of the actor
    for a in range(forums):
        if covers[a]:
            for e in range(start[a], start[a + 1]):
                i = actors[e]
                if kind[i] == Kind.STATE:
                    if first[i] < 0:
                        first[i] = a
                    else:
                        parent[_root(parent, a)] = _root(parent, first[i])
    held = np.zeros(forums + 1)
    for i in range(kind.shape[0]):
        if first[i] >= 0:
            held[_root(parent, first[i])] += power[i]
    most = 0.0
    for share in held:
        most = max(most, share)
    return min(1.0, most)


@kernel
def fill(out, world, live, covers, start, actors, power):
    """Fill the family's columns but the effective number, which comes with fragmentation."""
    status, member, kind = world.status, world.member, world.kind
    majors = majors_of(world.role)
    forums = live.shape[0]
    reach, heads = np.zeros(forums), np.zeros(forums, dtype=np.int64)
    together = np.ones(forums, dtype=np.bool_)
    states, has_power = 0, False
    for i in range(kind.shape[0]):
        states += kind[i] == Kind.STATE
        has_power = has_power or power[i] > 0.0
    for a in range(forums):
        for e in range(start[a], start[a + 1]):
            reach[a] += power[actors[e]]
            heads[a] += kind[actors[e]] == Kind.STATE
        for x in majors:
            together[a] = together[a] and member[live[a], x]
    for k in range(covers.shape[0]):
        best, most, bridge, alive, dormant = 0.0, 0, 0, 0, 0
        for a in range(forums):
            if covers[k, a]:
                best = max(best, reach[a])
                most = max(most, heads[a])
                bridge = bridge or together[a]
                alive += status[live[a]] == Status.ALIVE
                dormant += status[live[a]] == Status.DORMANT
        out[k, COVERAGE] = min(1.0, best) if has_power else np.nan
        out[k, HEADS] = most / states if states > 0 else np.nan
        out[k, BRIDGE] = float(bridge) if majors.shape[0] > 1 else np.nan
        out[k, PORTFOLIO] = portfolio(member, live, covers[k], majors)
        out[k, COMPONENT] = largest_component(start, actors, covers[k], kind, power) if has_power else np.nan
        out[k, ALIVE] = alive
        out[k, DORMANT] = dormant
