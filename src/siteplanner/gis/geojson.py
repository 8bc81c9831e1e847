"""GeoJSON read with the standard library: no optional package is needed for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from siteplanner.gis.crs import declared
from siteplanner.gis.layer import Layer, refuse
from siteplanner.plaintext import decoded

_LISTED = ("FeatureCollection", "Feature")


def read_geojson(raw: bytes, file: str) -> Layer:
    """Return the features of a GeoJSON text: WGS 84, unless an older ``crs`` member names another system.

    Raises
    ------
    InputError
        If the text is no GeoJSON, or a geometry cannot be read.
    """
    tree = _parsed(raw, file)
    if not isinstance(tree, dict) or tree.get("type") not in _LISTED:
        refuse("gis_not_features", file)
    features = tree.get("features") if tree["type"] == "FeatureCollection" else [tree]
    if not isinstance(features, list):
        refuse("gis_not_features", file)
    found = [feature if isinstance(feature, dict) else {} for feature in features]
    shapes = [_shape(feature.get("geometry"), number, file) for number, feature in enumerate(found, 1)]
    return Layer(file, str(tree.get("name") or ""), _crs(tree.get("crs")), _columns(found), shapes)


def _parsed(raw: bytes, file: str) -> object:
    text = decoded(raw)
    if text is None:
        refuse("bad_encoding", file)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        refuse("gis_bad_json", file, detail=str(error))


def _columns(features: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    facts = [properties if isinstance(properties := feature.get("properties"), dict) else {} for feature in features]
    names = dict.fromkeys(str(name) for row in facts for name in row)
    return {name: [row.get(name) for row in facts] for name in names}


def _shape(geometry: object, number: int, file: str) -> object:
    import shapely
    from shapely.geometry import shape

    if geometry is None:
        return None
    try:
        made = shape(geometry)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        refuse("gis_bad_shape", file, number=str(number), detail=str(error).partition("\n")[0])
    return None if made.is_empty else made


def _crs(member: object) -> str:
    if member is None:
        return "wgs84"
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return declared(str(name)) if name else ""
