"""Where the typical runs end: their map and network, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from forumsim.analysis.end_map import drawn_as_map, map_figure
from forumsim.analysis.end_network import network_figure
from forumsim.analysis.end_state import end_states
from forumsim.analysis.pictures import Sketch
from forumsim.analysis.spans import each_part, lacking
from forumsim.results.folder import ResultTables

#: Anchor of the section.
NAME = "ends"


def sketches(results: ResultTables) -> Iterator[Sketch]:
    """A map where the actors are countries, and a network, of each part with recorded runs."""
    for own, ending, words in each_part(results.split()):
        found = end_states(own)
        on_map = drawn_as_map(found)
        if on_map:
            yield Sketch(
                f"typical_map{ending}",
                f"World map at the end of a typical run of each state: the forum each country attends to most.{words}",
                partial(map_figure, on_map, own.part_name),
                NAME,
            )
        if found:
            yield Sketch(
                f"typical_network{ending}",
                f"Network of shared memberships at the end of a typical run of each state.{words}",
                partial(network_figure, own, found, own.part_name),
                NAME,
            )


def text(results: ResultTables) -> str:
    """How to record what is drawn here, where it was not."""
    if any(end_states(own) for own in results.split()):
        return ""
    if set(results.absent) & {"events.csv", "actors.csv", "forums.csv", "memberships.csv"}:
        return f"<p>{lacking(results)}</p>"
    return (
        "<p>No run has a snapshot of its actors and memberships, so that there is no map and no network. A plan with "
        '<code>detail = "first"</code> or <code>"all"</code> under <code>[record]</code> takes them; <code>forumsim '
        "view</code> shows any run as it is.</p>"
    )
