"""Where things stand on a map: WGS 84 degrees where the scenario speaks degrees, else its projected metres as given.

GCJ-02 and BD-09 are the shifted systems of Chinese web maps. The shift is a published formula; its inverse is found by
iteration, to about a millimetre of the formula, which itself describes the shift to about a metre.
"""

from __future__ import annotations

import math
from typing import Literal

from siteplanner.scenario.schema import Scenario

Point = tuple[float, float]
Frame = Literal["degrees", "converted", "projected", "none"]
_DEGREES = ("wgs84", "cgcs2000", "epsg:4326", "epsg:4490")
_AXIS_M, _ECCENTRICITY_2 = 6_378_245.0, 0.006_693_421_622_965_943_23
_BD_PI = math.pi * 3000.0 / 180.0
_STEPS = 12


def frame_of(scenario: Scenario) -> Frame:
    """Return how the scenario's coordinates relate to WGS 84 degrees."""
    crs = (scenario.settings.crs or "").lower()
    if not crs:
        return "none"
    if crs in _DEGREES:
        return "degrees"
    return "converted" if crs in ("gcj02", "bd09") else "projected"


def on_map(scenario: Scenario, x: float | None, y: float | None) -> Point | None:
    """Return a point as WGS 84 longitude and latitude, or as given in a projected system; None if it has none."""
    if x is None or y is None or not scenario.settings.crs:
        return None
    crs = scenario.settings.crs.lower()
    if crs == "gcj02":
        return from_gcj02((x, y))
    if crs == "bd09":
        return from_gcj02(_bd09_to_gcj02((x, y)))
    return x, y


def to_gcj02(point: Point) -> Point:
    """Shift a WGS 84 point (degrees) to GCJ-02."""
    lon, lat = point
    dx, dy = lon - 105.0, lat - 35.0
    wave = (20.0 * math.sin(6.0 * dx * math.pi) + 20.0 * math.sin(2.0 * dx * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * dx + 3.0 * dy + 0.2 * dy * dy + 0.1 * dx * dy + 0.2 * math.sqrt(abs(dx)) + wave
    north += (20.0 * math.sin(dy * math.pi) + 40.0 * math.sin(dy / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(dy / 12.0 * math.pi) + 320.0 * math.sin(dy * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + dx + 2.0 * dy + 0.1 * dx * dx + 0.1 * dx * dy + 0.1 * math.sqrt(abs(dx)) + wave
    east += (20.0 * math.sin(dx * math.pi) + 40.0 * math.sin(dx / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(dx / 12.0 * math.pi) + 300.0 * math.sin(dx / 30.0 * math.pi)) * 2.0 / 3.0
    angle = math.radians(lat)
    flat = 1.0 - _ECCENTRICITY_2 * math.sin(angle) ** 2
    north_degree = math.radians(1) * _AXIS_M * (1.0 - _ECCENTRICITY_2) / (flat * math.sqrt(flat))
    east_degree = math.radians(1) * _AXIS_M / math.sqrt(flat) * math.cos(angle)
    return lon + east / east_degree, lat + north / north_degree


def from_gcj02(point: Point) -> Point:
    """Return the WGS 84 point that is shifted to a GCJ-02 point, rounded to 1e-7 degrees."""
    lon, lat = point
    for _ in range(_STEPS):
        shifted = to_gcj02((lon, lat))
        lon, lat = lon + point[0] - shifted[0], lat + point[1] - shifted[1]
    return round(lon, 7), round(lat, 7)


def _bd09_to_gcj02(point: Point) -> Point:
    x, y = point[0] - 0.0065, point[1] - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BD_PI)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD_PI)
    return radius * math.cos(angle), radius * math.sin(angle)
