"""Invented township boundaries: every spot of the map belongs to the township of the nearest estate, site or premises.

Boundaries are sides of nearest-point cells, cut at an invented county line. They are lines, not areas, drawn under maps only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from county import County
from pyproj import Transformer
from tools import Point, metres

Side = tuple[Point, Point]
_DIGITS = 6
"""Decimals of a degree: a decimetre."""
_NOTE = "合成数据（虚构的界线）/ synthetic: invented boundaries"


def township_lines(county: County, ring: Sequence[Point]) -> dict[tuple[str, ...], list[Side]]:
    """Return the sides between each two townships, and the county line under the township that lies inside it."""
    town_of: dict[Point, str] = {}
    for name, column in (("estates", "estate"), ("sites", "site"), ("premises", "premises")):
        for row in county.tables[name]:
            town_of.setdefault(county.spots[str(row[column])], str(row["township"]))
    found: dict[tuple[str, ...], list[Side]] = defaultdict(list)
    for spot, town in town_of.items():
        for side, other in _cell(spot, list(town_of), ring):
            if other is None:
                found[(town,)].append(side)
            elif town < town_of[other]:
                found[(town, town_of[other])].append(side)
    return dict(sorted(found.items()))


def _cell(spot: Point, spots: Sequence[Point], ring: Sequence[Point]) -> list[tuple[Side, Point | None]]:
    """Return the sides of the part of the ring that is nearer to a spot than to any other, each with the spot across it."""
    sides: list[tuple[Side, Point | None]] = [(side, None) for side in pairwise((*ring, ring[0]))]
    for other in sorted(spots, key=lambda point: metres(spot, point)):
        if metres(spot, other) > 2 * max(metres(spot, start) for (start, _), _ in sides):
            break
        if other != spot:
            sides = _cut(sides, spot, other)
    return sides


def _cut(sides: list[tuple[Side, Point | None]], spot: Point, other: Point) -> list[tuple[Side, Point | None]]:
    """Return a cell without what is nearer to the other spot; the ring may be cut more than twice."""
    east, north = other[0] - spot[0], other[1] - spot[1]
    middle = ((spot[0] + other[0]) / 2, (spot[1] + other[1]) / 2)

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * east + (point[1] - middle[1]) * north

    kept: list[tuple[Side, Point | None]] = []
    crossings: list[Point] = []
    for (start, end), across in sides:
        first, last = beyond(start), beyond(end)
        if first <= 0 and last <= 0:
            kept.append(((start, end), across))
        elif first <= 0 or last <= 0:
            share = first / (first - last)
            point = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            kept.append(((start, point) if first <= 0 else (point, end), across))
            crossings.append(point)
    crossings.sort(key=lambda point: point[1] * east - point[0] * north)
    return kept + [((one, two), other) for one, two in zip(crossings[::2], crossings[1::2], strict=True)]


def _chains(sides: Sequence[Side]) -> list[list[list[float]]]:
    """Return sides as lines, joined where one ends and another starts to the decimetre, in degrees."""
    degrees = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)

    def at(point: Point) -> tuple[float, float]:
        lon, lat = degrees.transform(*point)
        return round(lon, _DIGITS), round(lat, _DIGITS)

    left = [(at(start), at(end)) for start, end in sides]
    left = [side for side in left if side[0] != side[1]]
    lines: list[list[list[float]]] = []
    while left:
        line = list(left.pop(0))
        grown = True
        while grown:
            grown = False
            for n, (start, end) in enumerate(left):
                if line[-1] in (start, end) or line[0] in (start, end):
                    line = _joined(line, start, end)
                    del left[n]
                    grown = True
                    break
        lines.append([list(point) for point in line])
    return lines


def _joined(line: list[Point], start: Point, end: Point) -> list[Point]:
    if line[-1] in (start, end):
        return [*line, end if line[-1] == start else start]
    return [end if line[0] == start else start, *line]


def write_borders(county: County, ring: Sequence[Point], path: Path) -> None:
    """Write the boundaries as GeoJSON in WGS 84 degrees, one line feature for each two neighbours and each stretch of county line."""
    features = [
        {
            "type": "Feature",
            "properties": {"between": "、".join(towns) if len(towns) > 1 else f"{towns[0]}、县界", "note": _NOTE},
            "geometry": {"type": "MultiLineString", "coordinates": _chains(sides)},
        }
        for towns, sides in township_lines(county, ring).items()
    ]
    rows = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    head = f'{{"type":"FeatureCollection","name":"townships","note":{json.dumps(_NOTE, ensure_ascii=False)},"features":[\n'
    path.write_text(f"{head}{rows}\n]}}\n", encoding="utf-8", newline="\n")
