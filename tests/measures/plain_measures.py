"""The measures once more, straight from their definitions: sets, loops over pairs, networkx. Slow and plain."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable

import networkx as nx
import numpy as np

from forumsim.core.measures import MEASURES
from forumsim.core.terms import Event, Kind, Role, Status, Tally
from forumsim.core.world import World

NAN = math.nan


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values) if values else NAN


def ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else NAN


class Scope:
    """A world seen from one issue, or from all of them for ``scope = D``."""

    def __init__(self, world: World, scope: int) -> None:
        self.world, self.scope, self.pooled = world, scope, scope == world.issues
        live = [f for f in range(world.slots) if world.status[f] in (Status.ALIVE, Status.DORMANT)]
        self.forums = [f for f in live if self.pooled or world.mandate[f, scope]]
        self.states = [i for i in range(world.actors) if world.kind[i] == Kind.STATE]
        total = sum(world.power[i] for i in self.states)
        self.w = {i: world.power[i] / total if total > 0 else 0.0 for i in self.states}
        self.powers = [i for i in self.states if self.w[i] > 0]
        self.majors = [i for i in range(world.actors) if world.role[i] == Role.MAJOR]
        self.members = {f: {i for i in range(world.actors) if world.member[f, i]} for f in self.forums}
        self.of = {i: {f for f in self.forums if i in self.members[f]} for i in range(world.actors)}
        self.bloc = world.bloc

    # --- fragmentation ------------------------------------------------------------------------------------------
    def attention(self, i: int) -> dict[int, float]:
        own = {f: self.world.attention[f, i] for f in self.forums}
        total = sum(own.values())
        return {f: a / total if total > 0 else 0.0 for f, a in own.items()}

    def pairs(self, which: str) -> list[tuple[int, int]]:
        pairs = itertools.combinations(self.powers, 2)
        return [(i, j) for i, j in pairs if which == "all" or (self.bloc[i] == self.bloc[j]) == (which == "within")]

    def fragmentation(self, which: str) -> float:
        a = {i: self.attention(i) for i in self.powers}
        pairs = self.pairs(which)
        common = sum(self.w[i] * self.w[j] * sum(min(a[i][f], a[j][f]) for f in self.forums) for i, j in pairs)
        return 1 - ratio(common, sum(self.w[i] * self.w[j] for i, j in pairs))

    def contact(self, which: str) -> float:
        pairs = self.pairs(which)
        met = sum(self.w[i] * self.w[j] for i, j in pairs if self.of[i] & self.of[j])
        return ratio(met, sum(self.w[i] * self.w[j] for i, j in pairs))

    # --- forums -------------------------------------------------------------------------------------------------
    def enf(self) -> float:
        a = {i: self.attention(i) for i in self.powers}
        spent = [sum(self.w[i] * a[i][f] for i in self.powers) for f in self.forums]
        return 1 / sum((s / sum(spent)) ** 2 for s in spent) if sum(spent) > 0 else 0.0

    def reach(self, f: int) -> float:
        return sum(self.w[i] for i in self.members[f] if i in self.w)

    def coverage(self) -> float:
        return max((self.reach(f) for f in self.forums), default=0.0) if self.powers else NAN

    def coverage_heads(self) -> float:
        most = max((len(self.members[f] & set(self.states)) for f in self.forums), default=0)
        return ratio(most, len(self.states))

    def bridge(self) -> float:
        if len(self.majors) < 2:
            return NAN
        return float(any(set(self.majors) <= self.members[f] for f in self.forums))

    def majors_portfolio(self) -> float:
        pairs = [(self.of[i], self.of[j]) for i, j in itertools.combinations(self.majors, 2)]
        return mean(len(x & y) / len(x | y) for x, y in pairs if x | y)

    def graph(self) -> nx.Graph:
        """States that are members of something, tied by the number of forums they share."""
        graph = nx.Graph()
        graph.add_nodes_from(i for i in self.states if self.of[i])
        for i, j in itertools.combinations(list(graph), 2):
            if self.of[i] & self.of[j]:
                graph.add_edge(i, j, weight=len(self.of[i] & self.of[j]))
        return graph

    def component(self) -> float:
        parts = nx.connected_components(self.graph())
        return max((sum(self.w[i] for i in part) for part in parts), default=0.0) if self.powers else NAN

    def count(self, status: Status) -> float:
        return sum(self.world.status[f] == status for f in self.forums)

    # --- overlap ------------------------------------------------------------------------------------------------
    def jaccard(self) -> float:
        pairs = [(self.members[f], self.members[g]) for f, g in itertools.combinations(self.forums, 2)]
        return mean(len(x & y) / len(x | y) for x, y in pairs if x | y)

    def mandate(self, f: int) -> set[int]:
        return {k for k in range(self.world.issues) if self.world.mandate[f, k]}

    def directed_overlap(self) -> float:
        values = []
        for f, g in itertools.permutations(self.forums, 2):
            if self.members[f]:
                share = len(self.members[f] & self.members[g]) / len(self.members[f])
                mine = self.mandate(f)
                if self.pooled:
                    share *= len(mine & self.mandate(g)) / len(mine) if mine else 0.0
                values.append(share)
        return mean(values)

    def modularity(self) -> float:
        graph = self.graph()
        if not graph.number_of_edges():
            return NAN
        blocs = [{i for i in graph if self.bloc[i] == b} for b in set(self.bloc.tolist())]
        return nx.community.modularity(graph, [b for b in blocs if b], weight="weight")

    def ei_index(self) -> float:
        ties = list(self.graph().edges(data="weight"))
        outside = sum(n for i, j, n in ties if self.bloc[i] != self.bloc[j])
        return ratio(outside - (sum(n for _, _, n in ties) - outside), sum(n for _, _, n in ties))

    def nestedness(self) -> float:
        rows = [self.members[f] for f in self.forums if self.members[f]]
        columns = [forums for forums in self.of.values() if forums]
        if len(rows) < 2:
            return NAN
        pairs = [*itertools.combinations(rows, 2), *itertools.combinations(columns, 2)]
        nested = []
        for x, y in pairs:
            small = min(len(x), len(y))
            nested.append(len(x & y) / small if len(x) != len(y) else 0.0)
        return 100 * mean(nested)

    # --- norms --------------------------------------------------------------------------------------------------
    def gap(self, f: int, g: int) -> float | None:
        c = self.world.charter
        issues = self.mandate(f) & self.mandate(g) if self.pooled else {self.scope}
        return math.sqrt(mean((c[f, k] - c[g, k]) ** 2 for k in issues)) if issues else None

    def normative(self, conflict: bool) -> float:
        total = weight = 0.0
        law = self.world.legalization
        for f, g in itertools.combinations(self.forums, 2):
            gap = self.gap(f, g)
            if gap is not None:
                w = self.reach(f) * self.reach(g)
                total += w * gap * (0.5 + (law[f] + law[g]) / 2 if conflict else 1)
                weight += w
        return ratio(total, weight)

    def overlap_share(self) -> float:
        pairs = list(itertools.combinations(self.forums, 2))
        both = [p for p in pairs if self.gap(*p) is not None and self.members[p[0]] & self.members[p[1]]]
        return ratio(len(both), len(pairs))

    def polarization(self) -> float:
        if not self.powers:
            return NAN
        if self.pooled:
            return mean(Scope(self.world, k).polarization() for k in range(self.world.issues))
        groups: dict[int, list[int]] = {}
        for i in self.powers:
            groups.setdefault(min(9, int(self.world.position[i, self.scope] * 10)), []).append(i)
        mass = {c: sum(self.w[i] for i in g) for c, g in groups.items()}
        where = {c: sum(self.w[i] * self.world.position[i, self.scope] for i in g) / mass[c] for c, g in groups.items()}
        pairs = itertools.product(groups, repeat=2)
        return 2**2.6 * sum(mass[a] ** 2.6 * mass[b] * abs(where[a] - where[b]) for a, b in pairs)

    def legalization(self) -> float:
        reach = {f: self.reach(f) for f in self.forums}
        return ratio(sum(reach[f] * self.world.legalization[f] for f in self.forums), sum(reach.values()))

    def hard_law_power(self, threshold: float = 0.6) -> float:
        bound = {i for f in self.forums if self.world.legalization[f] > threshold for i in self.members[f]}
        return sum(self.w[i] for i in bound & set(self.states)) if self.powers else NAN

    # --- trust --------------------------------------------------------------------------------------------------
    def trust(self, which: str) -> float:
        pairs = self.pairs(which)
        total = sum(self.w[i] * self.w[j] * (self.world.trust[i, j] + self.world.trust[j, i]) for i, j in pairs)
        return ratio(total, 2 * sum(self.w[i] * self.w[j] for i, j in pairs))

    def trust_majors(self) -> float:
        return mean(self.world.trust[i, j] for i, j in itertools.permutations(self.majors, 2))

    # --- participation ------------------------------------------------------------------------------------------
    def participation_gini(self) -> float:
        n = [len(self.of[i]) for i in self.states]
        return ratio(sum(abs(x - y) for x in n for y in n), 2 * len(n) * sum(n))

    def small_state_share(self) -> float:
        if not self.states:
            return NAN
        median = statistics.median(self.w[i] for i in self.states)
        small = sum(len(self.of[i]) for i in self.states if self.w[i] < median)
        return ratio(small, sum(len(self.of[i]) for i in self.states))

    def nonstate_share(self) -> float:
        everyone = sum(len(forums) for forums in self.of.values())
        return ratio(everyone - sum(len(self.of[i]) for i in self.states), everyone)

    def all(self) -> dict[str, float]:
        """Every measure of the scope by name; thresholds at their defaults."""
        conflict = self.normative(True)
        tally, meetings = self.world.tally[self.scope], self.world.meetings
        kept = meetings[Tally.KEPT]
        values = {
            "fragmentation": self.fragmentation("all"),
            "fragmentation_across": self.fragmentation("across"),
            "fragmentation_within": self.fragmentation("within"),
            "fragmentation_gap": self.fragmentation("across") - self.fragmentation("within"),
            "contact": self.contact("all"),
            "contact_across": self.contact("across"),
            "contact_within": self.contact("within"),
            "enf": self.enf(),
            "coverage": self.coverage(),
            "coverage_heads": self.coverage_heads(),
            "bridge": self.bridge(),
            "majors_portfolio": self.majors_portfolio(),
            "component": self.component(),
            "forums_alive": self.count(Status.ALIVE),
            "forums_dormant": self.count(Status.DORMANT),
            "jaccard": self.jaccard(),
            "directed_overlap": self.directed_overlap(),
            "modularity": self.modularity(),
            "ei_index": self.ei_index(),
            "nestedness": self.nestedness(),
            "normative_distance": self.normative(False),
            "conflict": conflict,
            "overlap_share": self.overlap_share(),
            "biermann": NAN if math.isnan(conflict) else int(conflict >= 0.05) + int(conflict > 0.15),
            "polarization": self.polarization(),
            "legalization": self.legalization(),
            "hard_law_power": self.hard_law_power(),
            "trust_within": self.trust("within") if self.pooled else NAN,
            "trust_across": self.trust("across") if self.pooled else NAN,
            "trust_majors": self.trust_majors() if self.pooled else NAN,
            "participation_gini": self.participation_gini(),
            "small_state_share": self.small_state_share(),
            "nonstate_share": self.nonstate_share(),
            "genuine_share": ratio(meetings[Tally.GENUINE], meetings[Tally.SIDES]) if self.pooled else NAN,
            "words_without_deeds": ratio(tally[Event.WORDS], tally[Event.WORDS] + tally[Event.DEEDS]),
            "compliance": ratio(kept, kept + meetings[Tally.BROKEN]) if self.pooled else NAN,
            "general_obligation": ratio(meetings[Tally.KEPT_UNWILLINGLY], meetings[Tally.UNWILLING])
            if self.pooled
            else NAN,
            "joins": tally[Event.JOIN],
            "exits": tally[Event.EXIT],
            "foundings": tally[Event.FOUNDING],
            "deaths": tally[Event.DISSOLUTION],
            "mergers": tally[Event.MERGER],
            "regime_shifts": tally[Event.REGIME_SHIFT],
            "competitive_creations": tally[Event.COMPETITIVE_CREATION],
            "declarations": tally[Event.DECLARATION],
        }
        return {name: float(number) for name, number in values.items()}


def plain(world: World) -> np.ndarray:
    """All measures (D + 1, M) in the order of the registry."""
    scopes = [Scope(world, k).all() for k in range(world.issues + 1)]
    return np.array([[scope[measure.name] for measure in MEASURES] for scope in scopes])
