"""Declared coordinate systems to WGS 84 and back, held to published figures and to each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplanner.coordinates import convert, from_wgs84, is_degrees, is_known, local_plane, to_wgs84

TONGLU = (119.6910, 29.7970)
ZONES = range(4513, 4555)
"""CGCS2000 3-degree Gauss-Kruger: zones 25 to 45 with the zone number in the easting, then the same meridians without."""


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two near points in degrees, metres."""
    return float(np.hypot((a[0] - b[0]) * 111_195 * np.cos(np.radians(a[1])), (a[1] - b[1]) * 111_195))


def point(pair: tuple[object, object]) -> tuple[float, float]:
    """Return a pair of arrays of one number as a point."""
    return float(np.asarray(pair[0])), float(np.asarray(pair[1]))


@given(st.floats(73.6, 134.7), st.floats(18.2, 53.5), st.sampled_from(["gcj02", "bd09"]))
def test_web_map_systems_come_back_within_a_centimetre(lon: float, lat: float, crs: str) -> None:
    """GCJ-02 and BD-09 undo themselves anywhere in China to under 1 cm, and do shift the point."""
    there = point(from_wgs84(lon, lat, crs))
    assert metres(point(to_wgs84(*there, crs)), (lon, lat)) < 0.01
    assert metres(there, (lon, lat)) > 50


def test_offset_at_tonglu() -> None:
    """GCJ-02 moves a point at Tonglu by about 544 m, east and south, as its published formula gives."""
    shifted = point(from_wgs84(*TONGLU, "gcj02"))
    assert metres(TONGLU, shifted) == pytest.approx(544, abs=1)
    assert shifted[0] > TONGLU[0] and shifted[1] < TONGLU[1]


def test_baidu_is_gcj02_turned_once_more() -> None:
    """BD-09 of a point is its GCJ-02 point moved by about 0.0065 and 0.006 degrees, as published."""
    gcj, bd = point(from_wgs84(*TONGLU, "gcj02")), point(from_wgs84(*TONGLU, "bd09"))
    assert bd[0] - gcj[0] == pytest.approx(0.0065, abs=5e-4)
    assert bd[1] - gcj[1] == pytest.approx(0.006, abs=5e-4)


@pytest.mark.parametrize(("lon", "lat"), [(-0.1, 51.5), (139.7, 35.7), (71.9, 30.0)])
@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_nothing_is_shifted_outside_china(lon: float, lat: float, crs: str) -> None:
    """Outside the box of the formula a shifted system is WGS 84."""
    assert point(from_wgs84(lon, lat, crs)) == (lon, lat)
    assert point(to_wgs84(lon, lat, crs)) == (lon, lat)


@pytest.mark.parametrize("code", ZONES)
def test_three_degree_zones(code: int) -> None:
    """Each CGCS2000 3-degree zone puts its meridian at easting 500 km, after the zone number where it has one."""
    zone = code - 4513 + 25 if code < 4534 else code - 4534 + 25
    east, north = point(from_wgs84(3.0 * zone, 30.0, f"epsg:{code}"))
    assert east == pytest.approx((zone * 1_000_000 if code < 4534 else 0) + 500_000, abs=1e-6)
    assert north == pytest.approx(3_320_113.398, abs=0.01)
    assert metres(point(to_wgs84(east + 40_000, north, f"epsg:{code}")), (3.0 * zone, 30.0)) == pytest.approx(40_000, rel=2e-3)


@given(st.floats(118.6, 121.4), st.floats(25.0, 35.0), st.sampled_from(["epsg:4549", "epsg:4528", "epsg:32650", "epsg:3857"]))
def test_planes_come_back(lon: float, lat: float, crs: str) -> None:
    """A projected system undoes itself to under a millimetre."""
    there = from_wgs84(lon, lat, crs)
    assert metres(point(to_wgs84(*there, crs)), (lon, lat)) < 0.001


def test_arrays_go_in_and_come_out() -> None:
    """Many points convert at once, in order, and what was passed in is left alone."""
    lon, lat = np.array([119.0, 120.0, 121.0]), np.array([29.0, 30.0, 31.0])
    for crs in ("gcj02", "bd09", "epsg:4549", "wgs84"):
        x, y = from_wgs84(lon, lat, crs)
        assert x.shape == lon.shape
        assert point((x[1], y[1])) == point(from_wgs84(120.0, 30.0, crs))
        back = to_wgs84(x, y, crs)
        assert np.allclose(back, [lon, lat], atol=1e-7)
    assert lon.tolist() == [119.0, 120.0, 121.0]


def test_names_that_are_known() -> None:
    """Degrees, planes in metres; a geographic code without a name, a plane in feet and a code of no system are not."""
    assert all(is_known(name) for name in ("wgs84", "CGCS2000", "gcj02", "bd09", "EPSG:4549", "epsg:4490"))
    assert not any(is_known(name) for name in ("", "epsg:99999", "epsg:4214", "epsg:2263", "beijing54", "epsg:"))
    assert is_degrees("BD09") and not is_degrees("epsg:4549") and not is_degrees(None)
    with pytest.raises(ValueError, match="epsg:99999"):
        to_wgs84(1.0, 1.0, "epsg:99999")


def test_one_system_to_another() -> None:
    """A point goes from GCJ-02 to a plane through WGS 84, and stays as it is within one system."""
    gcj = from_wgs84(*TONGLU, "gcj02")
    assert np.allclose(convert(*gcj, "gcj02", "epsg:4549"), from_wgs84(*TONGLU, "epsg:4549"), atol=1e-3)
    assert point(convert(1.5, 2.5, "epsg:4549", "EPSG:4549")) == (1.5, 2.5)


def test_local_plane_keeps_lengths() -> None:
    """A degree of latitude is 110.85 km at 30° N (WGS 84 meridian), and the plane undoes itself."""
    forward, back = local_plane(120.0, 30.0)
    x, y = forward(np.array([120.0, 120.3]), np.array([30.5, 30.0]))
    assert y[0] == pytest.approx(55_426.5, abs=2)
    assert np.allclose(back(x, y), [[120.0, 120.3], [30.5, 30.0]], atol=1e-9)
