"""Map data: GeoJSON as the format asks, coordinates in the right system, credits as lines."""

from __future__ import annotations

import json
import math
from typing import Any

from report.conftest import HOSTILE
from report.example import Example
from siteplanner.coordinates import from_wgs84
from siteplanner.report.coordinates import on_map
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


def test_projected_coordinates_become_degrees(made: Example) -> None:
    """A point of a 3-degree zone is written in WGS 84, to a centimetre, and the note names the zone."""
    scenario = in_crs(made, "epsg:4549").scenario
    east, north = (float(value) for value in from_wgs84(*TONGLU, "epsg:4549"))
    there = on_map(scenario, east, north)
    assert there is not None and metres(there, TONGLU) < 0.01
    tree = features(in_crs(made, "epsg:4549"))
    assert "crs" not in tree
    assert "epsg:4549" in tree["note"]


def test_a_point_beyond_its_system_is_left_out(made: Example) -> None:
    """What no formula can bring to degrees has no place on the map."""
    assert on_map(in_crs(made, "epsg:3857").scenario, 0.0, 0.0) == (0.0, 0.0)
    assert on_map(in_crs(made, "epsg:4549").scenario, 1e30, 1e30) is None


def test_web_map_coordinates_are_shifted_back(made: Example) -> None:
    """Points of web maps are shown where they truly are, to 2 cm, and the note names their system."""
    for crs in ("gcj02", "bd09"):
        shifted = (float(value) for value in from_wgs84(*TONGLU, crs))
        back = on_map(in_crs(made, crs).scenario, *shifted)
        assert back is not None and metres(back, TONGLU) < 0.02
        assert f"由 {crs} 换算" in features(in_crs(made, crs))["note"]


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
