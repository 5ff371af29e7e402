"""The measures by other people's code: networkx, scipy and pandas, and the papers' own order of steps."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import pdist, squareform

from forumsim.core.terms import Kind, Role, Status
from forumsim.core.world import World

NAN = np.nan


def average(values: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Weighted mean, missing without weight."""
    weights = np.ones(np.shape(values)) if weights is None else weights
    return float(np.average(values, weights=weights)) if np.sum(weights) > 0 else NAN


class Scope:
    """A world on one issue (or pooled) as matrices, a table of memberships and graphs."""

    def __init__(self, world: World, scope: int) -> None:
        self.world, self.pooled = world, scope == world.issues
        of_scope = world.live() & (True if self.pooled else world.mandate[:, min(scope, world.issues - 1)])
        self.forums = np.flatnonzero(of_scope)
        self.issues = range(world.issues) if self.pooled else [scope]
        self.state = world.kind == Kind.STATE
        power = np.where(self.state, world.power, 0.0)
        self.w = power / power.sum() if power.sum() > 0 else power
        self.has_power = bool(power.sum() > 0)
        self.member = world.member[self.forums]
        forum, actor = np.nonzero(self.member)
        self.table = pd.DataFrame({"forum": forum, "actor": actor, "w": self.w[actor], "state": self.state[actor]})
        self.reach = self.member @ self.w
        self.majors = np.flatnonzero(world.role == Role.MAJOR)

    # --- pairs of states --------------------------------------------------------------------------------------
    def of_pairs(self, matrix: np.ndarray, which: str) -> float:
        """Mean of a matrix over ordered pairs of two states of one bloc, of two, or any, drawn by power."""
        same = np.equal.outer(self.world.bloc, self.world.bloc)
        wanted = {"all": True, "within": same, "across": ~same}[which] & ~np.eye(self.w.size, dtype=bool)
        return average(matrix[wanted], np.outer(self.w, self.w)[wanted])

    def overlap_of_attention(self) -> np.ndarray:
        """sum_f min(a_if, a_jf) from city-block distances: min(x, y) = (x + y - |x - y|) / 2."""
        attention = self.world.attention[self.forums].T
        total = attention.sum(axis=1, keepdims=True)
        share = np.divide(attention, total, out=np.zeros_like(attention), where=total > 0)
        if not self.forums.size:
            return np.zeros((self.w.size, self.w.size))
        given = share.sum(axis=1)
        return (np.add.outer(given, given) - squareform(pdist(share, "cityblock"))) / 2

    def effective_number(self) -> float:
        attention = self.world.attention[self.forums] * (self.w > 0)
        total = attention.sum(axis=0)
        spent = pd.Series(np.divide(attention, total, out=np.zeros_like(attention), where=total > 0) @ self.w)
        return 1 / float((spent / spent.sum()).pow(2).sum()) if spent.sum() > 0 else 0.0

    # --- graphs -----------------------------------------------------------------------------------------------
    def two_mode(self) -> nx.Graph:
        """States and forums, tied by membership."""
        graph = nx.Graph()
        graph.add_nodes_from(self.table.query("state")["actor"])
        graph.add_edges_from(
            (actor, -1 - forum) for forum, actor in self.table.query("state")[["forum", "actor"]].values
        )
        return graph

    def modularity(self) -> float:
        graph = self.two_mode()
        if not graph:
            return NAN
        states = [node for node in graph if node >= 0]
        ties = nx.bipartite.weighted_projected_graph(graph, states)
        blocs = pd.Series(states).groupby(self.world.bloc[states]).agg(set)
        return nx.community.modularity(ties, blocs, weight="weight") if ties.number_of_edges() else NAN

    def external_internal(self) -> float:
        """E-I index 1 - 2 tr e from the mixing matrix e of a multigraph: one tie for each shared forum."""
        graph = nx.MultiGraph()
        graph.add_nodes_from((int(i), {"bloc": int(self.world.bloc[i])}) for i in np.flatnonzero(self.state))
        for row in self.member:
            graph.add_edges_from(nx.complete_graph(np.flatnonzero(row & self.state).tolist()).edges)
        if not graph.number_of_edges():
            return NAN
        return 1 - 2 * float(np.trace(nx.attribute_mixing_matrix(graph, "bloc")))

    def component(self) -> float:
        """Connected parts of the graph of states and forums (scipy)."""
        if not self.has_power:
            return NAN
        ties, n = self.table.query("state"), self.w.size
        size = n + self.forums.size
        matrix = coo_array((np.ones(len(ties)), (ties["actor"], n + ties["forum"])), shape=(size, size))
        _, part = connected_components(matrix, directed=False)
        inside = ties.drop_duplicates("actor")
        return float(inside["w"].groupby(part[inside["actor"]]).sum().max()) if len(inside) else 0.0

    # --- pairs of forums --------------------------------------------------------------------------------------
    def jaccard(self, rows: np.ndarray) -> float:
        """Mean Jaccard similarity of the rows over pairs that are not both empty."""
        if len(rows) < 2:
            return NAN
        filled = rows.any(axis=1)
        some = squareform(np.logical_or.outer(filled, filled) & ~np.eye(len(rows), dtype=bool))
        return average(1 - pdist(rows, "jaccard"), some)

    def directed_overlap(self) -> float:
        size = self.member.sum(axis=1)
        mandate = self.world.mandate[self.forums][:, list(self.issues)].astype(int)
        shared, issues = self.member.astype(int) @ self.member.T, mandate.sum(axis=1, keepdims=True)
        part = shared / np.maximum(size, 1)[:, None] * (mandate @ mandate.T / np.maximum(issues, 1))
        return average(part, (size > 0)[:, None] & ~np.eye(size.size, dtype=bool))

    def nestedness(self) -> float:
        """NODF as the paper has it: rows and columns in decreasing order of fill, DF and PO of each pair."""
        matrix = self.member[self.member.any(axis=1)][:, self.member.any(axis=0)]
        return nodf(matrix) if len(matrix) > 1 else NAN

    def norms(self, conflict: bool) -> float:
        """Mean over pairs of forums that share an issue, weighted by the reach of both."""
        distance, shared = np.zeros((2, self.forums.size, self.forums.size))
        for k in self.issues:
            both = np.logical_and.outer(*[self.world.mandate[self.forums, k]] * 2)
            charter = self.world.charter[self.forums, k]
            distance += both * np.subtract.outer(charter, charter) ** 2
            shared += both
        law = self.world.legalization[self.forums]
        hardness = 0.5 + np.add.outer(law, law) / 2 if conflict else 1.0
        upper = np.triu(shared > 0, 1) * np.outer(self.reach, self.reach)
        return average(np.sqrt(distance / np.maximum(shared, 1)) * hardness, upper)

    def overlap_share(self) -> float:
        mandate = self.world.mandate[self.forums][:, list(self.issues)].astype(int)
        both = (mandate @ mandate.T > 0) & (self.member.astype(int) @ self.member.T > 0)
        return average(both[np.triu_indices(self.forums.size, 1)])

    # --- positions, law, participation ------------------------------------------------------------------------
    def polarization(self) -> float:
        """Esteban & Ray of ten classes, by pandas."""
        if not self.has_power:
            return NAN
        found = []
        for k in self.issues:
            x = pd.DataFrame({"w": self.w, "m": self.w * self.world.position[:, k]})
            classes = x[self.w > 0].groupby(np.floor(self.world.position[self.w > 0, k] * 10).clip(max=9)).sum()
            p, y = classes["w"].to_numpy(), (classes["m"] / classes["w"]).to_numpy()
            found.append(2**2.6 * p**2.6 @ np.abs(np.subtract.outer(y, y)) @ p)
        return float(np.mean(found))

    def hard_law_power(self) -> float:
        hard = self.world.legalization[self.forums] > 0.6
        bound = self.table[hard[self.table["forum"]]].drop_duplicates("actor")
        return float(bound["w"].sum()) if self.has_power else NAN

    def gini(self) -> float:
        """2 sum_i i x_(i) / (n sum x) - (n + 1) / n of the sorted numbers of memberships."""
        x = np.sort(self.member.sum(axis=0)[self.state])
        return 2 * (np.arange(1, x.size + 1) @ x) / (x.size * x.sum()) - (x.size + 1) / x.size if x.sum() else NAN

    def small_share(self) -> float:
        states = self.table.query("state")
        median = pd.Series(self.w[self.state]).median()
        return float((states["w"] < median).mean()) if len(states) else NAN

    def nonstate_share(self) -> float:
        return float(self.table["state"].value_counts(normalize=True).get(False, 0.0)) if len(self.table) else NAN

    def coverage_heads(self) -> float:
        if not self.state.any():
            return NAN
        return float(self.table.groupby("forum")["state"].sum().max()) / self.state.sum() if len(self.table) else 0.0

    def bridge(self) -> float:
        together = self.table[self.table["actor"].isin(self.majors)].groupby("forum").size()
        return float((together == self.majors.size).any()) if self.majors.size > 1 else NAN

    def status(self, status: Status) -> float:
        return pd.Series(self.world.status[self.forums]).value_counts().get(int(status), 0)

    def trust_of_majors(self) -> float:
        among = self.world.trust[np.ix_(self.majors, self.majors)]
        return average(among, ~np.eye(self.majors.size, dtype=bool))


def nodf(matrix: np.ndarray) -> float:
    """Almeida-Neto et al. 2008: mean over pairs of rows and of columns, i above j, of PO if the fill decreases."""
    pairs = []
    for of in (matrix, matrix.T):
        of = of[np.argsort(-of.sum(axis=1), kind="stable")]
        for i in range(len(of)):
            for j in range(i + 1, len(of)):
                decreasing = of[i].sum() > of[j].sum()
                pairs.append(100 * of[i][of[j]].mean() if decreasing else 0.0)
    return float(np.mean(pairs))


INDEPENDENT: dict[str, Callable[[Scope], float]] = {
    "fragmentation": lambda s: 1 - s.of_pairs(s.overlap_of_attention(), "all"),
    "fragmentation_across": lambda s: 1 - s.of_pairs(s.overlap_of_attention(), "across"),
    "fragmentation_within": lambda s: 1 - s.of_pairs(s.overlap_of_attention(), "within"),
    "fragmentation_gap": lambda s: (
        s.of_pairs(s.overlap_of_attention(), "within") - s.of_pairs(s.overlap_of_attention(), "across")
    ),
    "contact": lambda s: s.of_pairs(s.member.T @ s.member, "all"),
    "contact_across": lambda s: s.of_pairs(s.member.T @ s.member, "across"),
    "contact_within": lambda s: s.of_pairs(s.member.T @ s.member, "within"),
    "enf": Scope.effective_number,
    "coverage": lambda s: max(s.reach, default=0.0) if s.has_power else NAN,
    "coverage_heads": Scope.coverage_heads,
    "bridge": Scope.bridge,
    "majors_portfolio": lambda s: s.jaccard(s.member[:, s.majors].T),
    "component": Scope.component,
    "forums_alive": lambda s: s.status(Status.ALIVE),
    "forums_dormant": lambda s: s.status(Status.DORMANT),
    "jaccard": lambda s: s.jaccard(s.member),
    "directed_overlap": Scope.directed_overlap,
    "modularity": Scope.modularity,
    "ei_index": Scope.external_internal,
    "nestedness": Scope.nestedness,
    "normative_distance": lambda s: s.norms(conflict=False),
    "conflict": lambda s: s.norms(conflict=True),
    "overlap_share": Scope.overlap_share,
    "biermann": lambda s: np.digitize(c, [0.05, 0.15]) if (c := s.norms(conflict=True)) == c else NAN,
    "polarization": Scope.polarization,
    "legalization": lambda s: average(s.world.legalization[s.forums], s.reach),
    "hard_law_power": Scope.hard_law_power,
    "trust_within": lambda s: s.of_pairs(s.world.trust, "within") if s.pooled else NAN,
    "trust_across": lambda s: s.of_pairs(s.world.trust, "across") if s.pooled else NAN,
    "trust_majors": lambda s: s.trust_of_majors() if s.pooled else NAN,
    "participation_gini": Scope.gini,
    "small_state_share": Scope.small_share,
    "nonstate_share": Scope.nonstate_share,
}  # fmt: skip
