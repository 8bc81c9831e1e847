"""Tables that come as map data: estates, sites and premises as points or areas of a layer, columns as its attributes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from siteplanner.errors import InputError, Location
from siteplanner.gis.read import is_map_data, read_layers
from siteplanner.scenario.columns import TableSpec, heading_form, headings
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawTable, from_grid

ON_MAPS = ("estates", "sites", "premises")
"""Tables whose rows have a place on the map."""
_OWN_COLUMNS = frozenset({"fid", "ogcfid", "objectid", "shapeleng", "shapelength", "shapearea"})
"""What map software adds by itself, as heading forms."""
_LEAST_BYTES = 8


def is_map_table(name: str, file: str) -> bool:
    """Return whether a table is given as map data."""
    return name in ON_MAPS and is_map_data(file.partition("#")[0])


def read_map_table(spec: TableSpec, path: Path, file: str, layer: str, sink: Sink) -> RawTable:
    """Return a table read from a layer: one row a feature, ``x`` and ``y`` its point (of an area, a point inside it).

    Headings that a Shapefile has cut are completed where only one column can be meant. The system the file states goes into
    ``crs`` of the table. What is wrong goes to the sink.
    """
    try:
        layers = read_layers(path, file, layer)
    except InputError as error:
        sink.extend(error.problems)
        return RawTable(spec, Location(file), readable=False)
    found = layers[0]
    names = {name: _whole(spec.name, name) if path.suffix.lower() == ".shp" else name for name in found.columns}
    kept = {name: heading for name, heading in names.items() if heading_form(name) not in _OWN_COLUMNS}
    if doubled := [name for name, heading in kept.items() if headings(spec.name).get(heading_form(heading)) in ("x", "y")]:
        sink.add("gis_point_twice", Location(file), seen=", ".join(doubled))
        return RawTable(spec, Location(file), readable=False)
    points = [_point(shape) for shape in found.shapes]
    grid: list[tuple[int, list[object]]] = [(0, [*kept.values(), *_missing(spec, kept.values()), "x", "y"])]
    blank = [None] * (len(grid[0][1]) - len(kept) - 2)
    grid += [(n, [*(_plain(found.columns[name][n - 1]) for name in kept), *blank, *point]) for n, point in enumerate(points, 1)]
    table = from_grid(spec, Location(file), grid, sink)
    table.crs = found.crs
    return table


def layer_of(name: str) -> tuple[str, str]:
    """Return file and layer of a source written as ``file#layer``."""
    file, _, layer = name.partition("#")
    return file, layer


def _missing(spec: TableSpec, given: Iterable[str]) -> list[str]:
    """Return the township column where a layer has none: boundaries may fill it."""
    known = headings(spec.name)
    keys = {known.get(heading_form(heading)) for heading in given}
    return [] if "township" in keys else ["township"]


def _whole(table: str, name: str) -> str:
    """Return the heading that a Shapefile cut to ten bytes, where only one column begins so."""
    form = heading_form(name)
    known = headings(table)
    if form in known or len(name.encode("gb18030")) < _LEAST_BYTES:
        return name
    keys = {key for heading, key in known.items() if heading.startswith(form)}
    return keys.pop() if len(keys) == 1 else name


def _point(shape: object) -> tuple[float | None, float | None]:
    import shapely

    if shape is None:
        return None, None
    point = shapely.centroid(shape)
    if not shapely.intersects(shape, point):
        point = shapely.point_on_surface(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _plain(value: object) -> object:
    return "" if isinstance(value, str) and value.strip() == "" else value


def crs_of_table(table: RawTable, declared: str, usual: str) -> str:
    """Return the system a table's coordinates are in: as declared for it, as its file states, or the scenario's."""
    return declared or table.crs or usual
