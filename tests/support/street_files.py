"""One hand-drawn town in every form that road data come in: written for the tests, none of it real.

The streets of `support.streets` about Tonglu's meridian, with a lane that passes under the bridge street, a motorway, a locked
gate and a one-way street. Coordinates are kept to 1e-7 degrees, as OpenStreetMap keeps them, so that every form holds the same
numbers.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from siteplanner.coordinates import from_wgs84, to_wgs84
from support.pbf import write_pbf
from support.streets import CRS, there

# name, kind, level, walkers, oneway, points about the origin
STREETS = (
    ("北滨路", "residential", 0, "", "yes", ((0, 100), (150, 100), (400, 100))),
    ("南滨路", "residential", 0, "", "", ((0, 0), (150, 0), (400, 0))),
    ("大桥", "secondary", 1, "", "", ((400, 0), (400, 100))),
    ("桥下小路", "footway", 0, "", "", ((300, 50), (500, 50))),
    ("绕城高速", "motorway", 0, "", "", ((0, 30), (150, 30), (500, 30))),
    ("园区路", "service", 0, "no", "", ((150, 100), (150, 140))),
    ("巷道", "path", 0, "", "", ((150, 0), (150, -80), (150, -160))),
)
GATE = (150, -80)
GATE_TAGS = {"barrier": "gate", "access": "private"}


def degrees(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return points about the origin in WGS 84 to 1e-7 degrees."""
    lon, lat = to_wgs84(*np.array([there(*point) for point in points]).T, CRS)
    return [(round(float(a), 7), round(float(b), 7)) for a, b in zip(lon, lat, strict=True)]


def projected(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return the same points in the 3-degree zone."""
    x, y = from_wgs84(*np.array(degrees(points)).T, CRS)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def geojson(folder: Path, name: str = "roads.geojson", *, zone: bool = False, shift: str = "") -> Path:
    """Write GeoJSON in WGS 84, in the zone with a crs member, or with its degrees shifted as web maps do."""
    place = projected if zone else degrees
    features = [
        feature({"type": "LineString", "coordinates": [list(pair) for pair in shifted(place(points), shift)]}, row_of(street))
        for street in STREETS
        for points in [street[5]]
    ]
    features.append(feature({"type": "Point", "coordinates": list(shifted(place((GATE,)), shift)[0])}, GATE_TAGS))
    tree: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if zone:
        tree["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    path = folder / name
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return path


def shifted(points: list[tuple[float, float]], crs: str) -> list[tuple[float, float]]:
    """Return degrees in a shifted system, unchanged for none."""
    if not crs:
        return points
    x, y = from_wgs84(*np.array(points).T, crs)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def feature(geometry: object, facts: dict[str, object] | dict[str, str]) -> dict[str, object]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": facts}


def row_of(street: tuple[object, ...]) -> dict[str, object]:
    """Return the attributes of a street as map software keeps them."""
    name, kind, level, foot, oneway, _ = street
    return {"name": name, "highway": kind, "layer": level, "foot": foot, "oneway": oneway}


def _extract() -> tuple[dict[int, tuple[float, float, dict[str, str]]], dict[int, tuple[list[int], dict[str, str]]]]:
    """Return the town as mappers keep it: nodes shared by the ways that meet, tags as they set them."""
    numbers: dict[tuple[float, float], int] = {}
    ways = {}
    for n, street in enumerate(STREETS, 1):
        refs = [numbers.setdefault(point, len(numbers) + 1) for point in degrees(street[5])]
        tags = {"name": street[0], "highway": street[1], **({"layer": str(street[2]), "bridge": "yes"} if street[2] else {})}
        tags |= {"foot": street[3]} if street[3] else {}
        tags |= {"oneway": street[4]} if street[4] else {}
        ways[n] = (refs, tags)
    gate = degrees((GATE,))[0]
    return {number: (*point, GATE_TAGS if point == gate else {}) for point, number in numbers.items()}, ways


def osm(folder: Path, name: str = "roads.osm") -> Path:
    """Write an OpenStreetMap extract as XML."""
    nodes, ways = _extract()
    points = "".join(
        f'<node id="{key}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{_tags(tags)}</node>' for key, (lon, lat, tags) in nodes.items()
    )
    lines = "".join(f'<way id="{key}" version="1">{_refs(refs)}{_tags(tags)}</way>' for key, (refs, tags) in ways.items())
    path = folder / name
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{points}{lines}</osm>', encoding="utf-8")
    return path


def _refs(refs: list[int]) -> str:
    return "".join(f'<nd ref="{ref}"/>' for ref in refs)


def pbf(folder: Path) -> Path:
    """Write an OpenStreetMap extract as PBF."""
    return write_pbf(folder / "roads.osm.pbf", *_extract())


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def shapefile(folder: Path, name: str = "roads.shp") -> Path:
    """Write a Shapefile with GBK names and no .cpg, CGCS2000 in its .prj."""
    path = folder / name
    _write(path, "EPSG:4490", encoding="GB18030")
    path.with_suffix(".cpg").unlink()
    return path


def geopackage(folder: Path, name: str = "roads.gpkg") -> Path:
    """Write a GeoPackage in the 3-degree zone, its roads in the second of two layers."""
    import pyogrio.raw
    import shapely

    path = folder / name
    point = np.array([shapely.to_wkb(shapely.Point(0, 0))], dtype=object)
    other = [np.array(["x"], dtype=object)]
    pyogrio.raw.write(path, point, other, ["name"], layer="other", driver="GPKG", geometry_type="Point", crs="EPSG:4549")
    _write(path, "EPSG:4549", layer="roads", append=True)
    return path


def _write(path: Path, crs: str, **options: object) -> None:
    import pyogrio.raw
    import shapely

    place = projected if crs == "EPSG:4549" else degrees
    lines = np.array([shapely.to_wkb(shapely.LineString(place(street[5]))) for street in STREETS], dtype=object)
    rows = [row_of(street) for street in STREETS]
    fields = [np.array([row[key] for row in rows], dtype=np.int64 if key == "layer" else object) for key in rows[0]]
    driver = "GPKG" if path.suffix == ".gpkg" else "ESRI Shapefile"
    pyogrio.raw.write(path, lines, fields, list(rows[0]), driver=driver, geometry_type="LineString", crs=crs, **options)


def tables(folder: Path) -> tuple[Path, Path]:
    """Write nodes and edges as CSV with Chinese headings, in the 3-degree zone; bridge street and lane share no node."""
    numbers: dict[tuple[float, float], str] = {}
    edges = []
    for _, kind, level, foot, _, points in STREETS:
        for one, other in pairwise(points):
            ends = [numbers.setdefault(point, f"N{len(numbers) + 1}") for point in (one, other)]
            edges.append([*ends, kind, level, foot])
    _csv(folder / "roads.csv", ["起点", "终点", "道路等级", "层级", "可步行"], edges)
    rows = [[key, *projected((point,))[0], "围墙" if point == GATE else ""] for point, key in numbers.items()]
    _csv(folder / "nodes.csv", ["节点编号", "横坐标", "纵坐标", "障碍"], rows)
    return folder / "roads.csv", folder / "nodes.csv"


def _csv(path: Path, head: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


WRITERS: dict[str, Callable[[Path], Path]] = {
    "geojson": geojson,
    "projected geojson": lambda folder: geojson(folder, "zone.geojson", zone=True),
    "osm": osm,
    "pbf": pbf,
    "shapefile": shapefile,
    "geopackage": geopackage,
}
