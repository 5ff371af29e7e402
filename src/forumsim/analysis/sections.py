"""Sections of the report that have figures of their own: what each draws and says, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from forumsim.analysis import convergence_time, end_section, html, metamodel_section, typical, who_section
from forumsim.analysis.pictures import Picture, Sketch
from forumsim.results.folder import ResultTables


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes
    ----------
    name : str
        Its anchor.
    heading : str
    sketches : callable
        The figures that it has for some results.
    text : callable
        Its tables and sentences as HTML; empty where it has nothing to say.
    """

    name: str
    heading: str
    sketches: Callable[[ResultTables], Iterator[Sketch]]
    text: Callable[[ResultTables], str]


SECTIONS = (
    Section(metamodel_section.NAME, "Effects by a metamodel", metamodel_section.sketches, metamodel_section.text),
    Section(convergence_time.NAME, "Time to convergence", convergence_time.sketches, convergence_time.text),
    Section(typical.NAME, "Typical runs", typical.sketches, typical.text),
    Section(end_section.NAME, "Where the typical runs end", end_section.sketches, end_section.text),
    Section(who_section.NAME, "Who founded, left, shifted", who_section.sketches, who_section.text),
)


def section_sketches(results: ResultTables) -> Iterator[Sketch]:
    """The figures of all sections."""
    for section in SECTIONS:
        yield from section.sketches(results)


def page_sections(results: ResultTables, pictures: Sequence[Picture]) -> Iterator[tuple[str, str, str]]:
    """Anchor, heading and content of the sections that have something to show."""
    for section in SECTIONS:
        drawn = html.pictures(picture for picture in pictures if picture.section == section.name)
        content = "\n".join(piece for piece in (drawn, section.text(results)) if piece)
        if content:
            yield section.name, section.heading, content
