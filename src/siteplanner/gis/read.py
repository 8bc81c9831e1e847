"""One door to every form of map data, and the files that make up one source."""

from __future__ import annotations

from pathlib import Path

from siteplanner.gis.geojson import read_geojson
from siteplanner.gis.layer import Layer, refuse
from siteplanner.gis.vector import read_vector

GEOJSON = (".geojson", ".json")
VECTOR = (".gpkg", ".shp", ".osm", ".pbf")
FORMS = (*GEOJSON, *VECTOR)
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


def is_map_data(name: str) -> bool:
    """Return whether a file name ends as map data does."""
    return Path(name).suffix.lower() in FORMS


def read_layers(path: Path, file: str, layer: str = "") -> tuple[Layer, ...]:
    """Return the layers of a file of map data.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        How the file is shown in messages.
    layer : str
        The layer meant, where the file holds several.

    Raises
    ------
    InputError
        If the form is not known, the file cannot be read, or an extra is missing.
    """
    suffix = path.suffix.lower()
    if suffix in GEOJSON:
        return (read_geojson(path.read_bytes(), file),)
    if suffix in VECTOR:
        return read_vector(path, file, layer)
    refuse("gis_form", file, seen=path.suffix, allowed=", ".join(FORMS))


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return the files a source consists of: itself, and what stands beside a Shapefile."""
    if path.suffix.lower() != ".shp":
        return (path,)
    beside = {entry.suffix.lower(): entry for entry in sorted(path.parent.iterdir()) if entry.stem == path.stem}
    return (path, *(beside[suffix] for suffix in _SIDECARS if suffix in beside))
