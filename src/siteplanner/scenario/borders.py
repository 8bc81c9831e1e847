"""Boundary lines a scenario names for its maps: drawn under them, never computed with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from siteplanner.coordinates import to_wgs84
from siteplanner.errors import InputError
from siteplanner.gis.layer import Layer
from siteplanner.gis.read import parts_of, read_layers
from siteplanner.scenario.files import Folder
from siteplanner.scenario.nodes import Branch, locate
from siteplanner.scenario.schema import Settings

Line = tuple[tuple[float, float], ...]
"""Longitude and latitude of each point, WGS 84 degrees."""
_DIGITS = 6


def load_borders(tree: Branch, settings: Settings, folder: Folder) -> tuple[Line, ...]:
    """Return the lines and outlines of the file that ``boundaries`` names; none where it cannot be read: the reasons go to the sink."""
    name = settings.boundaries
    if not name or folder.read(name, locate(tree, ("boundaries",))) is None:
        return ()
    path = folder.path / name
    for part in parts_of(path)[1:]:
        folder.read(Path(name).with_name(part.name).as_posix())
    try:
        layers = read_layers(path, folder.named(name))
    except InputError as error:
        folder.sink.extend(error.problems)
        return ()
    if any(not layer.crs for layer in layers):
        folder.sink.add("boundaries_crs", locate(tree, ("boundaries",)), seen=name)
        return ()
    found = tuple(line for layer in layers for line in _lines(layer))
    if not found:
        folder.sink.add("boundaries_empty", locate(tree, ("boundaries",)), seen=name)
    return found


def _lines(layer: Layer) -> Iterator[Line]:
    """Yield every line of a layer: of an area its outer and inner outlines."""
    for points in _parts(layer.shapes):
        lon, lat = to_wgs84(points[:, 0], points[:, 1], layer.crs)
        yield _line(lon, lat)


def drawn_lines(shapes: Iterable[object]) -> tuple[Line, ...]:
    """Return every line of shapes in WGS 84 degrees: of an area its outer and inner outlines."""
    return tuple(_line(points[:, 0], points[:, 1]) for points in _parts(shapes))


def _parts(shapes: Iterable[object]) -> Iterator[NDArray[np.float64]]:
    import shapely

    for shape in shapes:
        if not isinstance(shape, shapely.Geometry):
            continue
        outlines = shapely.boundary(shape) if shape.geom_type.endswith("Polygon") else shape
        for part in shapely.get_parts(outlines):
            points = shapely.get_coordinates(part)
            if len(points) > 1:
                yield points


def _line(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Line:
    return tuple((round(float(x), _DIGITS), round(float(y), _DIGITS)) for x, y in zip(lon, lat, strict=True))
