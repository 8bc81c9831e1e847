"""Outlines of townships and villages: what they fill in where a cell is empty, and where they disagree with what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from siteplanner.coordinates import to_wgs84
from siteplanner.errors import InputError
from siteplanner.gis.read import parts_of, read_layers
from siteplanner.roads.read import crs_of
from siteplanner.scenario.drawn import NamedOutline, Outline
from siteplanner.scenario.files import Folder
from siteplanner.scenario.inputs import Flag
from siteplanner.scenario.maptables import ON_MAPS, crs_of_table
from siteplanner.scenario.nodes import Branch, locate
from siteplanner.scenario.schema import Estate, Settings
from siteplanner.scenario.tables import RawRow, RawTable

NAMES = ("township", "name", "乡镇街道", "乡镇", "街道", "名称", "NAME", "Name")
"""Attributes looked for, in this order, where the scenario does not say which one holds the name."""
_SHARED_DEGREES = 1e-5
"""Villages whose outlines run along each other for about a metre are adjacent; a common corner is not enough."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas by name, WGS 84 degrees."""

    names: tuple[str, ...]
    shapes: Sequence[object]

    def holding(self, lon: float, lat: float) -> str:
        """Return the name of the first area that holds a point, its edge included; empty where none does."""
        import shapely

        inside = np.flatnonzero(shapely.intersects_xy(np.asarray(self.shapes, dtype=object), lon, lat))
        return self.names[int(inside[0])] if len(inside) else ""


def load_areas(key: str, outline: Outline | None, tree: Branch, folder: Folder) -> Areas | None:
    """Return the areas an outline setting names, or None where there is none or it cannot be read (the reasons go to the sink)."""
    if outline is None:
        return None
    spot = locate(tree, ("outlines", key, "file"))
    if folder.read(outline.file, spot) is None:
        return None
    path = folder.path / outline.file
    for part in parts_of(path)[1:]:
        folder.read(part.relative_to(folder.path).as_posix())
    try:
        layer = read_layers(path, folder.named(outline.file), outline.layer)[0]
        crs = crs_of(layer, outline.crs or "")
    except InputError as error:
        folder.sink.extend(error.problems)
        return None
    said = outline.name if isinstance(outline, NamedOutline) else ""
    column = said or next((name for name in NAMES if name in layer.columns), "")
    if column not in layer.columns and key == "townships":
        folder.sink.add_unknown("gis_no_name", spot, column, layer.columns)
        return None
    names = layer.columns.get(column) or [""] * len(layer.shapes)
    kept = [(str(name or ""), shape) for name, shape in zip(names, layer.shapes, strict=True) if shape is not None]
    return Areas(tuple(name for name, _ in kept), [_in_degrees(shape, crs) for _, shape in kept])


def _in_degrees(shape: object, crs: str) -> object:
    import shapely

    return shapely.transform(shape, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], crs)))


def fill_townships(areas: Areas | None, tables: Mapping[str, RawTable], settings: Settings) -> tuple[Flag, ...]:
    """Fill empty townships from the areas the rows lie in; return the rows whose written township is another one."""
    if areas is None:
        return ()
    flags = []
    for name in ON_MAPS:
        for row, lon, lat in _points(tables[name], settings.table_crs.of(name), settings.crs or ""):
            drawn, written = areas.holding(lon, lat), row.cells.get("township", "")
            if drawn and not written:
                row.cells["township"] = drawn
            elif drawn and drawn != written:
                flags.append(Flag("township_differs", tables[name].row_id(row), {"stated": written, "drawn": drawn}))
            elif not drawn:
                flags.append(Flag("township_outside", tables[name].row_id(row), {"stated": written}))
    return tuple(flags)


def _points(table: RawTable, declared: str, usual: str) -> Iterator[tuple[RawRow, float, float]]:
    crs = crs_of_table(table, declared, usual)
    for row in table.rows:
        try:
            x, y = float(row.cells["x"]), float(row.cells["y"])
            lon, lat = to_wgs84(x, y, crs)
        except (KeyError, ValueError):
            # Missing or unreadable coordinates and unknown systems are told by the checks of the tables.
            continue
        if np.isfinite(lon) and np.isfinite(lat):
            yield row, float(lon), float(lat)


def with_neighbours(estates: tuple[Estate, ...], areas: Areas | None, crs: str) -> tuple[Estate, ...]:
    """Return the estates with the villages next to them filled in where none are written.

    A village is the estate of kind ``village`` whose point lies in the area; two are adjacent where their outlines run along
    each other.
    """
    if areas is None:
        return estates
    import shapely

    shapes = np.asarray(areas.shapes, dtype=object)
    villages = [estate for estate in estates if estate.kind == "village" and estate.x is not None and estate.y is not None]
    home: dict[int, str] = {}
    for village in villages:
        lon, lat = (float(value) for value in to_wgs84(village.x or 0.0, village.y or 0.0, crs))
        for number in np.flatnonzero(shapely.intersects_xy(shapes, lon, lat)):
            home.setdefault(int(number), village.id)
    beside: dict[str, set[str]] = {village.id: set() for village in villages}
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if a < b and a in home and b in home and shapely.length(shapely.intersection(shapes[a], shapes[b])) > _SHARED_DEGREES:
            beside[home[a]].add(home[b])
            beside[home[b]].add(home[a])
    found = {key: tuple(sorted(others)) for key, others in beside.items() if others}
    return tuple(
        estate.model_copy(update={"adjacent": found[estate.id]}) if estate.id in found and not estate.adjacent else estate
        for estate in estates
    )
