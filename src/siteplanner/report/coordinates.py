"""Where things stand on a map: WGS 84 degrees, whatever system the scenario declares."""

from __future__ import annotations

from math import isfinite
from typing import Literal

from siteplanner.coordinates import UNSHIFTED, to_wgs84
from siteplanner.scenario.schema import Scenario

Point = tuple[float, float]
Frame = Literal["degrees", "converted", "none"]


def frame_of(scenario: Scenario) -> Frame:
    """Return how the scenario's coordinates relate to WGS 84 degrees: as they stand, converted, or not given."""
    crs = (scenario.settings.crs or "").lower()
    if not crs:
        return "none"
    return "degrees" if crs in UNSHIFTED else "converted"


def on_map(scenario: Scenario, x: float | None, y: float | None) -> Point | None:
    """Return a point as WGS 84 longitude and latitude, converted ones to 1e-7 degrees; None if it has none."""
    frame = frame_of(scenario)
    if x is None or y is None or frame == "none":
        return None
    if frame == "degrees":
        return x, y
    lon, lat = (float(value) for value in to_wgs84(x, y, scenario.settings.crs or ""))
    return (round(lon, 7), round(lat, 7)) if isfinite(lon) and isfinite(lat) else None
