"""Road data from files to `RoadLines`: node and edge tables, or lines of map data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from siteplanner.coordinates import is_degrees, local_plane, to_wgs84
from siteplanner.gis.layer import Layer, refuse
from siteplanner.gis.read import read_layers
from siteplanner.roads.attributes import Tags, is_walkable, level_of, wait_at
from siteplanner.roads.lines import Floats, Gathered, Ints, RoadLines
from siteplanner.roads.tables import read_tables

OSM = (".osm", ".pbf")
TABLES = (".csv",)
FILE_CANNOT_SAY = ("gcj02", "bd09")


@dataclass(frozen=True, slots=True)
class RoadForm:
    """How a source of roads is to be read.

    ``crs`` is the system declared for it, empty for none; ``default_crs`` that of the scenario, for tables that declare none.
    """

    layer: str = ""
    crs: str = ""
    default_crs: str = ""
    crossing_wait_s: float = 0.0


def read_roads(path: Path, nodes: Path | None, form: RoadForm, file: str, nodes_file: str = "") -> RoadLines:
    """Return the lines of a road network.

    Parameters
    ----------
    path, nodes : Path
        The file of edges or lines, and the table of nodes that a table of edges needs.
    file, nodes_file : str
        How they are shown in messages.

    Raises
    ------
    InputError
        With every problem that the files have.
    """
    if path.suffix.lower() in TABLES:
        gathered = read_tables(path, nodes, form.crossing_wait_s, file, nodes_file)
        return in_degrees(gathered, form.crs or form.default_crs or refuse("roads_crs_missing", file), joined=True)
    if nodes is not None:
        refuse("roads_nodes_unused", file)
    layers = read_layers(path, file, form.layer)
    gathered = Gathered()
    for layer in layers:
        _gather(layer, form.crossing_wait_s, gathered)
    if not gathered.points:
        refuse("roads_no_lines", file)
    return in_degrees(gathered, crs_of(layers[0], form.crs), joined=path.suffix.lower() in OSM)


def crs_of(layer: Layer, declared: str) -> str:
    """Return the system of a layer: as declared, or as its file states; one may not contradict the other.

    A file cannot state GCJ-02 or BD-09, so those may be declared for a file that says degrees.

    Raises
    ------
    InputError
        If nobody says, or the two differ.
    """
    if not declared:
        return layer.crs or refuse("roads_crs_missing", layer.file)
    if layer.crs and layer.crs != declared and not (declared in FILE_CANNOT_SAY and is_degrees(layer.crs)):
        refuse("roads_crs_differs", layer.file, seen=declared, other=layer.crs)
    return declared


def _gather(layer: Layer, crossing_wait_s: float, gathered: Gathered) -> None:
    import shapely

    tags = Tags.of(layer.columns, len(layer.shapes))
    for n, shape in enumerate(layer.shapes):
        kind = "" if shape is None else shape.geom_type  # type: ignore[attr-defined]
        if kind in ("Point", "MultiPoint"):
            wait = wait_at(tags, n, crossing_wait_s)
            if wait is not None:
                gathered.marks += [(float(x), float(y), wait) for x, y in shapely.get_coordinates(shape)]
        elif kind in ("LineString", "MultiLineString", "LinearRing"):
            if layer.name == "lines" and "kind" in tags.columns and not tags.text("kind", n):
                continue
            # What a line of several parts climbs cannot be told of each.
            whole = {} if kind == "MultiLineString" else {"climb_m": tags.number("climb", n), "run_m": tags.number("length", n)}
            for part in shapely.get_parts(shape):
                points = shapely.get_coordinates(part, include_z=True)
                gathered.add(points, level=level_of(tags, n), walkable=is_walkable(tags, n), grade=tags.number("grade", n), **whole)


def in_degrees(gathered: Gathered, crs: str, *, joined: bool) -> RoadLines:
    """Return gathered lines and marks, given in one system, as `RoadLines`."""
    rows = np.concatenate(gathered.points)
    marks = np.array(gathered.marks, dtype=float).reshape(-1, 3)
    lon, lat = to_wgs84(rows[:, 0], rows[:, 1], crs)
    mark_lon, mark_lat = to_wgs84(marks[:, 0], marks[:, 1], crs)
    counts = [len(points) for points in gathered.points]
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return RoadLines(
        lon=lon,
        lat=lat,
        z_m=rows[:, 2],
        first=first,
        level=np.array(gathered.level, dtype=np.int64),
        walkable=np.array(gathered.walkable, dtype=bool),
        length_m=np.array(gathered.length_m, dtype=float),
        grade=_grades(gathered, lon, lat, first),
        mark_lon=mark_lon,
        mark_lat=mark_lat,
        mark_wait_s=marks[:, 2],
        joined=joined,
    )


def _grades(gathered: Gathered, lon: Floats, lat: Floats, first: Ints) -> Floats:
    """Return the grade of each line: as stated, else what it climbs over the stated run, or over its length as drawn."""
    grade, climb, run = (np.array(given, dtype=float) for given in (gathered.grade, gathered.climb_m, gathered.run_m))
    wanted = np.isnan(grade) & ~np.isnan(climb)
    if not wanted.any():
        return grade
    to_plane, _ = local_plane(float(lon.mean()), float(lat.mean()))
    x, y = to_plane(lon, lat)
    line = np.repeat(np.arange(len(grade)), np.diff(first))
    inside = line[1:] == line[:-1]
    drawn = np.bincount(line[1:][inside], weights=np.hypot(np.diff(x), np.diff(y))[inside], minlength=len(grade))
    run = np.where(run > 0, run, drawn)
    usable = wanted & (run > 0)
    grade[usable] = climb[usable] / run[usable]
    return grade
