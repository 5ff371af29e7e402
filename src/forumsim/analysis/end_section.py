"""Where the typical runs end: their map and network, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from forumsim.analysis.end_map import drawn_as_map, map_figure
from forumsim.analysis.end_network import network_figure
from forumsim.analysis.end_state import end_states
from forumsim.analysis.pictures import Sketch
from forumsim.analysis.spans import lacking
from forumsim.results.folder import ResultTables

#: Anchor of the section.
NAME = "ends"


def sketches(results: ResultTables) -> Iterator[Sketch]:
    """A map where the actors are countries, and a network, of each part with recorded runs."""
    parts = results.split()
    for number, own in enumerate(parts, start=1):
        found, part = end_states(own), own.parts[0].name
        ending, words = ("", "") if len(parts) == 1 else (f"_part{number}", f" Part {part}.")
        on_map = drawn_as_map(found)
        if on_map:
            yield Sketch(
                f"typical_map{ending}",
                f"World map at the end of a typical run of each state: the forum each country attends to most.{words}",
                lambda on_map=on_map, part=part: map_figure(on_map, part),  # type: ignore[misc]
                NAME,
            )
        if found:
            yield Sketch(
                f"typical_network{ending}",
                f"Network of shared memberships at the end of a typical run of each state.{words}",
                lambda own=own, found=found, part=part: network_figure(own, found, part),  # type: ignore[misc]
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
