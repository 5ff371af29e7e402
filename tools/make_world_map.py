"""Make the page's world map anew from Natural Earth: small paths of countries, and dots for the smallest.

    python tools/make_world_map.py countries-110m.json countries-50m.json countries-10m.json iso3166-1.json OUT.csv

The first three are TopoJSON of Natural Earth's countries at 1:110m, 1:50m and 1:10m with ISO 3166-1 numeric ids (the
npm package world-atlas has them), the fourth is the list of countries of Debian's iso-codes (alpha-3 by number). Land
comes from the first; countries that it leaves out become dots at their largest piece in the second or, where that
leaves them out too (Tuvalu), in the third. Projection: Equal Earth (Savric, Patterson & Jenny 2019), 1000 units wide,
rounded to halves.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

#: Width of the map in its own units.
WIDTH = 1000.0
#: Coefficients of the projection, and its half width at the equator in radians of the sphere.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_HALF = 2.0 * math.sqrt(3.0) * math.pi / (3.0 * _A1)
#: Countries that are drawn as a dot as well as land would be: smaller than this many square units.
_TINY = 3.0
#: Land that ISO 3166-1 has no number for, by its name in Natural Earth, and the code that the World Bank, V-Dem and the
#: European Union use for it. Northern Cyprus and Somaliland have none and stay without.
_UNNUMBERED = {"Kosovo": "XKX"}
#: Left out.
_ANTARCTICA = "010"

Ring = list[tuple[float, float]]


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Place of a point (degrees) on the map, x to the right and y downwards."""
    theta = math.asin(math.sqrt(3.0) / 2.0 * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    slope = 9.0 * _A4 * t6 * t2 + 7.0 * _A3 * t6 + 3.0 * _A2 * t2 + _A1
    x = 2.0 * math.sqrt(3.0) * math.radians(longitude) * math.cos(theta) / (3.0 * slope)
    y = theta * (_A4 * t6 * t2 + _A3 * t6 + _A2 * t2 + _A1)
    scale = WIDTH / (2.0 * _HALF)
    return WIDTH / 2.0 + scale * x, 0.262 * WIDTH - scale * y


def rings(topology: dict[str, Any]) -> Iterator[tuple[str, list[Ring]]]:
    """Outer rings of every country, projected, by its numeric code; by its name where it has no number."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append(equal_earth(x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(points)
    for country in topology["objects"]["countries"]["geometries"]:
        shapes = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        name = country.get("id") or country.get("properties", {}).get("name", "")
        yield str(name), [_ring(shape[0], arcs) for shape in shapes]


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    ring: Ring = []
    for number in numbers:
        part = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += part[1:] if ring else part
    return ring


def area(ring: Ring) -> float:
    """Area of a ring in square units."""
    total = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return abs(total) / 2.0


def pieces(ring: Ring) -> list[Ring]:
    """A ring that crosses the edge of the map, cut there."""
    found: list[Ring] = [[ring[0]]]
    for before, point in pairwise(ring):
        if abs(point[0] - before[0]) > WIDTH / 2.0:
            found.append([])
        found[-1].append(point)
    if len(found) > 1:  # the last piece goes on where the first began
        found[0] = found.pop() + found[0]
    return found


def path(found: list[Ring]) -> str:
    """Rings as one path; points that round to the one before are left out."""
    parts = []
    for ring in (piece for whole in found for piece in pieces(whole)):
        points = [(round(2 * x) / 2, round(2 * y) / 2) for x, y in ring]
        kept = [p for k, p in enumerate(points) if k == 0 or p != points[k - 1]]
        if len(kept) > 3:
            parts.append("M" + "L".join(f"{x:g},{y:g}" for x, y in kept[:-1]) + "Z")
    return "".join(parts)


def centre(found: list[Ring]) -> tuple[float, float]:
    """Middle of the largest ring."""
    ring = max(found, key=area)
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def rows(land: dict[str, Any], finer: Sequence[dict[str, Any]], codes: dict[str, str]) -> list[list[str]]:
    """Rows of the table: code (empty for land without one), kind, path or place.

    Parameters
    ----------
    land : dict
        Topology whose land is drawn.
    finer : sequence of dict
        Topologies for countries that it leaves out, in the order in which they are asked.
    codes : dict
        Alpha-3 by numeric code.
    """
    known = codes | _UNNUMBERED
    table, drawn = [], {_ANTARCTICA}
    for number, found in rings(land):
        size = sum(area(ring) for ring in found)
        if number != _ANTARCTICA:
            table.append([known.get(number, ""), "land", path(found)])
            if size >= _TINY:
                drawn.add(number)
    for topology in finer:
        for number, found in rings(topology):
            if number in known and number not in drawn:
                x, y = centre(found)
                table.append([known[number], "dot", f"{x:.1f},{y:.1f}"])
                drawn.add(number)
    return sorted(table)


def main(arguments: list[str]) -> None:
    """Read the originals, write the table."""
    if len(arguments) != 5:
        sys.exit(__doc__)
    land, *finer, listed = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments[:4])
    codes = {entry["numeric"]: entry["alpha_3"] for entry in listed["3166-1"]}
    with open(arguments[4], "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iso3", "kind", "path"])
        writer.writerows(rows(land, finer, codes))


if __name__ == "__main__":
    main(sys.argv[1:])
