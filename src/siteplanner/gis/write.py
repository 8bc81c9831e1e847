"""One GeoPackage with several layers and the styles that QGIS picks up by itself, written with pyogrio: the optional extra ``geo``."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np

Value = str | int | float | None
_DAY = "2000-01-01T00:00:00.000Z"
"""A fixed day, so that the same content gives the same bytes."""
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME
)
"""


@dataclass(frozen=True, slots=True)
class OutLayer:
    """A layer to write: WGS 84 shapes (None for a row without a place), columns of text, whole numbers or decimals, a QGIS style."""

    name: str
    kind: Literal["Point", "LineString"]
    shapes: Sequence[object]
    columns: Mapping[str, Sequence[Value]]
    style: str


def can_write() -> bool:
    """Return whether the extra ``geo`` is installed."""
    return find_spec("pyogrio") is not None


def geopackage_bytes(layers: Sequence[OutLayer]) -> bytes:
    """Return a GeoPackage with the layers in their order and a default style for each.

    Raises
    ------
    ImportError
        If the extra ``geo`` is not installed: ask `can_write` first.
    """
    pyogrio = import_module("pyogrio")
    raw = import_module("pyogrio.raw")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DAY})
        try:
            for number, layer in enumerate(layers):
                _write(raw.write, path, layer, number > 0)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        _add_styles(path, layers)
        return path.read_bytes()


def _write(write: object, path: Path, layer: OutLayer, append: bool) -> None:
    import shapely

    assert callable(write)
    shapes = np.array([None if shape is None else shapely.to_wkb(shape) for shape in layer.shapes], dtype=object)
    fields, masks = zip(*(_field(values) for values in layer.columns.values()), strict=True)
    write(
        path,
        shapes,
        list(fields),
        list(layer.columns),
        field_mask=list(masks),
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.kind,
        crs="EPSG:4326",
        append=append,
    )


def _field(values: Sequence[Value]) -> tuple[np.ndarray, np.ndarray]:
    """Return a column and which of its cells are empty: whole numbers, decimals or text, by what it holds."""
    mask = np.array([value is None for value in values], dtype=bool)
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, bool}:
        return np.array([0 if value is None else value for value in values], dtype=np.int64), mask
    if kinds and kinds <= {int, float}:
        return np.array([0.0 if value is None else value for value in values], dtype=np.float64), mask
    return np.array([None if value is None else str(value) for value in values], dtype=object), mask


def _add_styles(path: Path, layers: Sequence[OutLayer]) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES (?, 'attributes', ?, '', ?)",
            ("layer_styles", "layer_styles", _DAY),
        )
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD,"
            " useAsDefault, description, owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
            [(layer.name, layer.name, layer.style, _DAY) for layer in layers],
        )
