"""Networks of actors and forums for networkx, and GraphML files that Gephi, igraph and others read."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import pandas as pd

from forumsim.core.errors import InputError, Problem, nearest

KINDS = ("bipartite", "actors", "forums")


def network_of(members: pd.DataFrame, actors: pd.DataFrame, forums: pd.DataFrame, kind: str = "bipartite") -> Any:
    """The network of the memberships of one run at one step.

    Parameters
    ----------
    members : DataFrame
        ``forum, actor, attention``; attention may be missing.
    actors, forums : DataFrame
        One row each, with ``actor`` and ``forum``; the other columns become attributes of the nodes where they have a
        value.
    kind : {"bipartite", "actors", "forums"}
        Actors with the forums that they are in; actors that share forums; forums that share members. In the last two
        ``weight`` counts what is shared.

    Returns
    -------
    networkx.Graph
        Nodes are ids; in a bipartite network ``actor:ID`` and ``forum:ID``, with the attribute ``bipartite`` 0 or 1.

    Raises
    ------
    InputError
        There is no such kind.
    """
    if kind not in KINDS:
        raise InputError([Problem("kind", f"found {kind!r}", ", ".join(KINDS), nearest(str(kind), KINDS))])
    graph = nx.Graph()
    if kind == "bipartite":
        for table, column, side in ((actors, "actor", 0), (forums, "forum", 1)):
            for row in table.to_dict("records"):
                graph.add_node(f"{column}:{row[column]}", bipartite=side, **_attributes(row))
        for row in members.to_dict("records"):
            edge = {"attention": float(row["attention"])} if pd.notna(row["attention"]) else {}
            graph.add_edge(f"actor:{row['actor']}", f"forum:{row['forum']}", **edge)
        return graph
    column, other = ("actor", "forum") if kind == "actors" else ("forum", "actor")
    for row in (actors if kind == "actors" else forums).to_dict("records"):
        graph.add_node(row[column], **_attributes(row))
    for _, shared in members.groupby(other, sort=True):
        for one, two in combinations(sorted(shared[column]), 2):
            weight = graph.get_edge_data(one, two, {"weight": 0})["weight"]
            graph.add_edge(one, two, weight=weight + 1)
    return graph


def _attributes(row: dict[Any, Any]) -> dict[str, Any]:
    """What GraphML can hold: text, numbers and truth values that are there."""
    kept = {
        str(name): value for name, value in row.items() if not pd.isna(value) and name not in ("run_id", "step", "date")
    }
    return {name: value.item() if hasattr(value, "item") else value for name, value in kept.items()}


def graphml(graph: Any) -> bytes:
    """A network as the content of a GraphML file, the same bytes for the same network."""
    lines = list(nx.generate_graphml(graph))
    return ("<?xml version='1.0' encoding='utf-8'?>\n" + "\n".join(lines) + "\n").encode("utf-8")
