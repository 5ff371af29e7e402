"""Land and small countries of the world map, for figures, the page and replays; data/README.md says what is drawn."""

from __future__ import annotations

import csv
from collections.abc import Collection
from functools import cache
from importlib.resources import files

#: Size of the map in its own units (``tools/make_world_map.py``); Antarctica is left out.
WIDTH, HEIGHT = 1000.0, 456.0
#: Share of the actors that must be countries.
ENOUGH = 0.6
#: Whose borders are drawn.
BORDERS = "Borders: Natural Earth 1:110m, which draws who holds the land in fact; this says nothing of claims."


@cache
def shapes() -> tuple[tuple[str, str, str], ...]:
    """Code (ISO 3166-1 alpha-3, empty for land without one), kind (land, dot), path or place."""
    text = files("forumsim.analysis").joinpath("data/world.csv").read_text(encoding="utf-8")
    return tuple((row["iso3"], row["kind"], row["path"]) for row in csv.DictReader(text.splitlines()))


def mostly_countries(actors: Collection[str]) -> bool:
    """Whether most of some actors are countries, by their ids."""
    known = {code for code, _, _ in shapes() if code}
    return sum(name in known for name in actors) > ENOUGH * len(actors)
