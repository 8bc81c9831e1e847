"""Map data: GeoJSON as the format asks, coordinates in the right system, credits as lines."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from report.conftest import HOSTILE
from report.example import Example
from siteplanner.report.coordinates import from_gcj02, on_map, to_gcj02
from siteplanner.report.maps import geojson_bytes
from siteplanner.report.names import Names

TONGLU = (119.6910, 29.7970)


def features(made: Example) -> dict[str, Any]:
    """Return the GeoJSON of an example."""
    tree: dict[str, Any] = json.loads(geojson_bytes(Names(made.scenario, made.plan, "zh")))
    return tree


def in_crs(made: Example, crs: str) -> Example:
    """Return the example with its coordinates declared in another system."""
    settings = made.scenario.settings.model_copy(update={"crs": crs})
    return Example(made.scenario.model_copy(update={"settings": settings}), made.plan, made.walks)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two near points, metres."""
    return math.hypot((a[0] - b[0]) * 111_195 * math.cos(math.radians(a[1])), (a[1] - b[1]) * 111_195)


def test_everything_of_the_plan_is_a_feature(made: Example) -> None:
    """Each estate, place and credit stands once; a line runs from its estate to its place."""
    tree = features(made)
    layers = [feature["properties"]["layer"] for feature in tree["features"]]
    assert layers.count("estate") == len(made.scenario.estates)
    assert layers.count("place") == len(made.plan.places)
    assert layers.count("credit") == len(made.plan.credits)
    where = {f["properties"].get("id"): f["geometry"]["coordinates"] for f in tree["features"] if f["properties"]["layer"] != "credit"}
    for feature in tree["features"]:
        if feature["properties"]["layer"] == "credit":
            ends = feature["geometry"]["coordinates"]
            assert ends == [where[feature["properties"]["estate"]], where[feature["properties"]["place"]]]


def test_degrees_are_longitude_first_and_need_no_crs(made: Example) -> None:
    """WGS 84 points are [longitude, latitude], the file has no crs member, and walking says how it was had."""
    tree = features(made)
    point = next(f for f in tree["features"] if f["properties"].get("id") == "E001")
    assert point["geometry"] == {"type": "Point", "coordinates": [made.scenario.estates[0].x, made.scenario.estates[0].y]}
    assert "crs" not in tree
    assert "直线" in tree["walking"]
    assert "合成数据，仅供演示，不代表任何真实小区和价格" in tree["stamps"]


def test_projected_coordinates_are_named(made: Example) -> None:
    """In a projected system coordinates stay as given, the crs is named, and a note says so."""
    tree = features(in_crs(made, "epsg:4549"))
    assert tree["crs"] == {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    assert "epsg:4549" in tree["note"]
    assert features(made)["features"][0]["geometry"] == tree["features"][0]["geometry"]


def test_web_map_coordinates_are_shifted_back(made: Example) -> None:
    """GCJ-02 moves a point at Tonglu by 544 m; the map undoes it to within a tenth of a metre."""
    shifted = to_gcj02(TONGLU)
    assert metres(TONGLU, shifted) == pytest.approx(544, abs=1.0)
    assert metres(from_gcj02(shifted), TONGLU) < 0.1
    assert on_map(in_crs(made, "gcj02").scenario, *shifted) == from_gcj02(shifted)
    assert "换算" in features(in_crs(made, "gcj02"))["note"]


def test_baidu_coordinates_are_shifted_back(made: Example) -> None:
    """BD-09 is GCJ-02 turned and moved once more; undoing both lands within a metre."""
    x, y = to_gcj02(TONGLU)
    turn = math.pi * 3000.0 / 180.0
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * turn)
    back = on_map(in_crs(made, "bd09").scenario, radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006)
    assert back is not None and metres(back, TONGLU) < 1.0


def test_places_without_coordinates_stay_in_the_file(made: Example) -> None:
    """Without a coordinate system nothing has a place on the map, but nothing is dropped either."""
    settings = made.scenario.settings.model_copy(update={"crs": None})
    tree = features(Example(made.scenario.model_copy(update={"settings": settings}), made.plan, made.walks))
    assert len(tree["features"]) == len(features(made)["features"])
    assert {feature["geometry"] for feature in tree["features"]} == {None}


def test_names_are_written_as_they_are(hostile: Example) -> None:
    """GeoJSON names are plain strings, rid only of control characters."""
    names = {f["properties"].get("id"): f["properties"].get("name") for f in features(hostile)["features"]}
    assert names["E002"] == HOSTILE["E002"]
    assert names["E010"] == " bell [31m"
