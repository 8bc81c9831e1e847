"""GeoPackage, Shapefile and OpenStreetMap extracts, read with pyogrio: the optional extra ``geo``."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from importlib import import_module
from math import isnan
from pathlib import Path
from types import ModuleType

from siteplanner.gis.crs import declared
from siteplanner.gis.layer import Layer, refuse

OSM_LAYERS = ("lines", "points")
_DBF_HEADER = struct.Struct("<IHH")
_FLAG_ROWS = 32


def read_vector(path: Path, file: str, layer: str = "") -> tuple[Layer, ...]:
    """Return the layers of a file: the one named, the only one, or lines and points of an OpenStreetMap extract.

    Raises
    ------
    InputError
        If the extra ``geo`` is not installed, the file cannot be read, or it is not clear which layer is meant.
    """
    pyogrio = _pyogrio(file)
    try:
        # A table without shapes, such as the styles QGIS keeps, is no layer of the map.
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except (pyogrio.errors.DataSourceError, ValueError, OSError) as error:
        refuse("gis_unreadable", file, detail=str(error))
    if path.suffix.lower() in (".osm", ".pbf"):
        return tuple(_read(pyogrio, path, file, name) for name in OSM_LAYERS if name in names)
    wanted = layer or (names[0] if len(names) == 1 else "")
    if wanted not in names:
        refuse("gis_layer", file, seen=layer, allowed=", ".join(names))
    return (_read(pyogrio, path, file, wanted),)


def _pyogrio(file: str) -> ModuleType:
    try:
        import_module("pyogrio.raw")
        return import_module("pyogrio")
    except ImportError:
        refuse("gis_extra", file)


def _read(pyogrio: ModuleType, path: Path, file: str, name: str) -> Layer:
    import shapely

    options = {"encoding": encoding} if (encoding := _shapefile_encoding(path)) else {}
    try:
        meta, _, shapes, fields = pyogrio.raw.read(path, layer=name, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, OSError, UnicodeError) as error:
        refuse("gis_unreadable", file, detail=str(error))
    columns: dict[str, Sequence[object]] = {
        str(column): [None if _absent(value) else value for value in values.tolist()]
        for column, values in zip(meta["fields"], fields, strict=True)
    }
    made = shapely.from_wkb(shapes) if shapes is not None else []
    return Layer(file, name, declared(meta["crs"]), columns, [None if shape is None or shape.is_empty else shape for shape in made])


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and isnan(value))


def _shapefile_encoding(path: Path) -> str:
    """Return the encoding of a Shapefile that states none: UTF-8 where every byte fits, else GB18030; empty where it is stated."""
    if path.suffix.lower() != ".shp":
        return ""
    beside = {entry.suffix.lower(): entry for entry in path.parent.glob(f"{_escaped(path.stem)}.*")}
    table = beside.get(".dbf")
    if ".cpg" in beside or table is None:
        return ""
    raw = table.read_bytes()
    if len(raw) <= _FLAG_ROWS:
        return ""
    rows, header, width = _DBF_HEADER.unpack_from(raw, 4)
    try:
        # A cell may be cut in the middle of a character, so only whole rows that fit prove UTF-8; GB18030 text rarely does.
        raw[header : header + rows * width].decode("utf-8")
        raw[_FLAG_ROWS:header].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _escaped(stem: str) -> str:
    return "".join(f"[{char}]" if char in "[]*?" else char for char in stem)
