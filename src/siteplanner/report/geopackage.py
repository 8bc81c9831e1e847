"""The plan for desktop map software: one GeoPackage with estates, sites, chosen places and credits, each with a style of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import quoteattr

from pydantic import JsonValue

from siteplanner.gis.write import OutLayer, Value, geopackage_bytes
from siteplanner.report.maps import features, marks
from siteplanner.report.names import Names
from siteplanner.report.table import clean

Row = tuple[object, Mapping[str, JsonValue]]

_ESTATES = {"served": "46,125,50", "short": "198,40,40", "exempt": "158,158,158", "out_of_scope": "158,158,158"}
_PLACES = {"new_place": "21,101,192", "kept_place": "0,131,143", "given_up": "158,158,158"}
_SITE, _CREDIT = "189,189,189", "120,144,156"


def plan_geopackage(names: Names) -> bytes:
    """Return the plan as a GeoPackage in WGS 84, lines below points; its numbers are those of the GeoJSON."""
    rows = _rows(names)
    words = {state: names.label("status", state) for state in _ESTATES}
    roles = {
        role: names.say(f"page.legend_{style}") for role, style in (("new_place", "fresh"), ("kept_place", "kept"), ("given_up", "spare"))
    }
    roles["given_up"] = names.label("fate", "given_up")
    return geopackage_bytes(
        [
            _layer("credits", "LineString", rows["credit"], _single(_line(_CREDIT, 0.4), "line")),
            _layer("sites", "Point", rows["site"], _single(_point(_SITE, "circle", 1.6), "marker")),
            _layer("estates", "Point", rows["estate"], _by_value("status", _ESTATES, words, "circle", 2.6)),
            _layer("chosen", "Point", rows["place"], _by_value("role", _PLACES, roles, "triangle", 3.6)),
        ]
    )


def _rows(names: Names) -> dict[str, list[Row]]:
    """Return shape and attributes of every row by layer."""
    from shapely.geometry import Point, shape

    found: dict[str, list[Row]] = {"estate": [], "place": [], "credit": [], "site": []}
    for feature in features(names):
        facts = dict(feature.properties)
        found[str(facts.pop("layer"))].append((shape(feature.geometry) if feature.geometry else None, facts))
    for mark in marks(names):
        if mark.kind == "candidate":
            site: dict[str, JsonValue] = {"id": mark.id, "name": clean(mark.name), "township": clean(mark.township)}
            found["site"].append((Point(mark.point) if mark.point else None, site))
    return found


def _layer(name: str, kind: Literal["Point", "LineString"], rows: Sequence[Row], style: str) -> OutLayer:
    keys = dict.fromkeys(key for _, facts in rows for key in facts)
    columns: dict[str, Sequence[Value]] = {key: [_cell(facts.get(key)) for _, facts in rows] for key in keys or ("id",)}
    return OutLayer(name, kind, [shape for shape, _ in rows], columns, style)


def _cell(value: JsonValue) -> Value:
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    return value if isinstance(value, str | int | float) else None


def _single(symbol: str, kind: str) -> str:
    """Return a QGIS style of one symbol."""
    return _qml(f'<renderer-v2 type="singleSymbol"><symbols>{_symbol(symbol, kind, 0)}</symbols></renderer-v2>')


def _by_value(column: str, colours: Mapping[str, str], words: Mapping[str, str], shape: str, size: float) -> str:
    """Return a QGIS style with a symbol for each value of a column."""
    rows = "".join(
        f'<category value="{value}" label={quoteattr(words[value])} symbol="{n}" render="true"/>' for n, value in enumerate(colours)
    )
    symbols = "".join(_symbol(_point(colour, shape, size), "marker", n) for n, colour in enumerate(colours.values()))
    return _qml(
        f'<renderer-v2 type="categorizedSymbol" attr="{column}"><categories>{rows}</categories><symbols>{symbols}</symbols></renderer-v2>'
    )


def _qml(renderer: str) -> str:
    return f'<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22" styleCategories="Symbology">{renderer}</qgis>'


def _symbol(layer: str, kind: str, number: int) -> str:
    return f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1">{layer}</symbol>'


def _point(colour: str, shape: str, size: float) -> str:
    options = {"color": f"{colour},255", "name": shape, "outline_color": "255,255,255,255", "outline_width": "0.2", "size": f"{size}"}
    return f'<layer class="SimpleMarker" enabled="1" pass="0">{_options(options)}</layer>'


def _line(colour: str, width: float) -> str:
    return f'<layer class="SimpleLine" enabled="1" pass="0">{_options({"line_color": f"{colour},180", "line_width": f"{width}"})}</layer>'


def _options(values: Mapping[str, str]) -> str:
    rows = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in values.items())
    return f'<Option type="Map">{rows}</Option>'
