"""Coordinate systems: every system a table may declare, to WGS 84 degrees and back, on arrays.

``wgs84`` and ``cgcs2000`` are degrees and taken as one (they agree to centimetres within China); ``epsg:N`` is any system of
the EPSG register, the CGCS2000 3-degree zones EPSG:4513 to 4554 among them. GCJ-02 and BD-09 are the shifted systems of
Chinese web maps: the shift is a published formula, its inverse is found by iteration to well under a millimetre of the
formula, which itself describes the shift of real maps to about a metre.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
Convert = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

DEGREES = frozenset({"wgs84", "cgcs2000", "gcj02", "bd09", "epsg:4326", "epsg:4490"})
"""Declared names whose numbers are degrees of longitude and latitude; any other ``epsg:N`` must be a plane in metres."""
UNSHIFTED = frozenset({"wgs84", "cgcs2000", "epsg:4326", "epsg:4490"})
"""Degrees that a map may show as they stand."""

_EPSG = re.compile(r"epsg:(\d{4,6})")
_AXIS_M, _ECCENTRICITY_2 = 6_378_245.0, 0.006_693_421_622_965_943_23
_BD_PI = np.pi * 3000.0 / 180.0
_BD_EAST, _BD_NORTH = 0.0065, 0.006
_CHINA = (72.004, 137.8347, 0.8293, 55.8271)
_STEPS = 12


def is_degrees(crs: str | None) -> bool:
    """Return whether a declared system gives degrees of longitude and latitude."""
    return (crs or "").lower() in DEGREES


def is_known(crs: str) -> bool:
    """Return whether a declared system can be converted: a name of this page, or a plane in metres of the EPSG register."""
    name = crs.lower()
    return name in DEGREES or _projected(name) is not None


def to_wgs84(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Degrees, Degrees]:
    """Return WGS 84 longitude and latitude of points given in a declared system.

    Parameters
    ----------
    x, y : array of shape (n,)
        Longitude and latitude in degrees, or easting and northing in metres (easting first, whatever the register's axis order).
    crs : str
        The declared system, in any case.

    Raises
    ------
    ValueError
        If the system is not one this page knows (`is_known`).
    """
    return _converter(crs.lower(), True)(np.asarray(x, dtype=float), np.asarray(y, dtype=float))


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Degrees, Degrees]:
    """Return points given as WGS 84 longitude and latitude in a declared system; the inverse of `to_wgs84`."""
    return _converter(crs.lower(), False)(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))


def convert(x: ArrayLike, y: ArrayLike, source: str, target: str) -> tuple[Degrees, Degrees]:
    """Return points of one declared system in another; unchanged where both are the same."""
    if source.lower() == target.lower():
        return np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return from_wgs84(*to_wgs84(x, y, source), target)


def local_plane(lon0: float, lat0: float) -> tuple[Convert, Convert]:
    """Return the ways from WGS 84 degrees to a plane in metres about a centre, and back.

    The plane is transverse Mercator with unit scale at its central meridian: 50 km away lengths are 0.003 % long.
    """
    from pyproj import Transformer

    plane = f"+proj=tmerc +lat_0={lat0!r} +lon_0={lon0!r} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs"
    way = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    return _through(way.transform, "FORWARD"), _through(way.transform, "INVERSE")


def to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Shift WGS 84 degrees to GCJ-02; outside the box that the published formula gives for China nothing is shifted."""
    east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    inside = _in_china(east, north)
    shifted = _shift(east, north)
    return np.where(inside, shifted[0], east), np.where(inside, shifted[1], north)


def from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Return the WGS 84 points that are shifted to GCJ-02 points, by fixed-point iteration."""
    goal = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    inside = _in_china(*goal)
    east, north = goal
    for _ in range(_STEPS):
        shifted = _shift(east, north)
        east, north = east + goal[0] - shifted[0], north + goal[1] - shifted[1]
    return np.where(inside, east, goal[0]), np.where(inside, north, goal[1])


def _in_china(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    west, east, south, north = _CHINA
    inside: NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _shift(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return GCJ-02 of WGS 84 degrees by the published series, wherever the points lie."""
    pi, sin = np.pi, np.sin
    dx, dy = lon - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * dx * pi) + 20.0 * sin(2.0 * dx * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * dx + 3.0 * dy + 0.2 * dy * dy + 0.1 * dx * dy + 0.2 * np.sqrt(np.abs(dx)) + wave
    north += (20.0 * sin(dy * pi) + 40.0 * sin(dy / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(dy / 12.0 * pi) + 320.0 * sin(dy * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + dx + 2.0 * dy + 0.1 * dx * dx + 0.1 * dx * dy + 0.1 * np.sqrt(np.abs(dx)) + wave
    east += (20.0 * sin(dx * pi) + 40.0 * sin(dx / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(dx / 12.0 * pi) + 300.0 * sin(dx / 30.0 * pi)) * 2.0 / 3.0
    angle = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY_2 * sin(angle) ** 2
    north_degree = np.radians(1) * _AXIS_M * (1.0 - _ECCENTRICITY_2) / (flat * np.sqrt(flat))
    east_degree = np.radians(1) * _AXIS_M / np.sqrt(flat) * np.cos(angle)
    return lon + east / east_degree, lat + north / north_degree


def _to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = to_gcj02(lon, lat)
    turned = _turn(x, y)
    inside = _in_china(lon, lat)
    return np.where(inside, turned[0], lon), np.where(inside, turned[1], lat)


def _from_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    inside = _in_china(lon, lat)
    # The published way back drops the turn's own change (about half a metre): iteration keeps the pair exact.
    x, y = lon - _BD_EAST, lat - _BD_NORTH
    for _ in range(_STEPS):
        turned = _turn(x, y)
        x, y = x + lon - turned[0], y + lat - turned[1]
    back = from_gcj02(x, y)
    return np.where(inside, back[0], lon), np.where(inside, back[1], lat)


def _turn(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Return BD-09 of GCJ-02 degrees."""
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_PI)
    return radius * np.cos(angle) + _BD_EAST, radius * np.sin(angle) + _BD_NORTH


def _same(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return lon, lat


_SHIFTED: dict[str, tuple[Convert, Convert]] = {"gcj02": (from_gcj02, to_gcj02), "bd09": (_from_bd09, _to_bd09)}


@lru_cache(maxsize=64)
def _converter(crs: str, to_degrees: bool) -> Convert:
    if crs in UNSHIFTED:
        return _same
    if crs in _SHIFTED:
        return _SHIFTED[crs][0 if to_degrees else 1]
    plane = _projected(crs)
    if plane is None:
        raise ValueError(f"unknown coordinate system {crs}")
    return plane[0 if to_degrees else 1]


@lru_cache(maxsize=64)
def _projected(crs: str) -> tuple[Convert, Convert] | None:
    """Return the ways to and from WGS 84 of a projected system in metres, or None if the register has no such system."""
    found = _EPSG.fullmatch(crs)
    if not found:
        return None
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        plane = CRS.from_epsg(int(found[1]))
    except CRSError:
        return None
    if not plane.is_projected or any(axis.unit_name != "metre" for axis in plane.axis_info):
        return None
    way = Transformer.from_crs(plane, CRS.from_epsg(4326), always_xy=True)
    return _through(way.transform, "FORWARD"), _through(way.transform, "INVERSE")


def _through(transform: Callable[..., tuple[Degrees, Degrees]], direction: str) -> Convert:
    def convert_points(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
        # A transformer may write into what it is given, and gives numbers back for arrays of no dimension.
        east, north = transform(np.array(x, dtype=float), np.array(y, dtype=float), direction=direction)
        return np.asarray(east, dtype=float), np.asarray(north, dtype=float)

    return convert_points
