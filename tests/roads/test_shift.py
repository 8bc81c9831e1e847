"""Coordinates declared in the wrong system: the points lie beside the streets, and the warning says which system would fit."""

from __future__ import annotations

import numpy as np
import pytest

from siteplanner.coordinates import from_wgs84, to_wgs84
from siteplanner.roads.lines import Floats
from siteplanner.roads.shift import Shift, find_shift
from siteplanner.roads.walks import snap
from support.streets import CRS, network, roads, there

COUNT = 150


def town(gap_m: float) -> list[list[tuple[float, float]]]:
    """Return streets about every `gap_m` metres both ways, wavy and unevenly spaced as streets are."""
    dice = np.random.default_rng(3)
    lines = []
    for at in -2000 + np.cumsum(dice.uniform(0.5, 1.5, int(4000 / gap_m)) * gap_m):
        along = np.arange(-2000.0, 2001.0, 100.0)
        across = at + dice.uniform(-0.3, 0.3, len(along)) * gap_m
        lines += [list(zip(along, across, strict=True)), list(zip(across, along, strict=True))]
    return [[(float(a), float(b)) for a, b in line] for line in lines]


def doors(lines: list[list[tuple[float, float]]], seed: int = 1) -> tuple[Floats, Floats]:
    """Return points in WGS 84, each 10 to 25 m from a street, about the middle of the town."""
    dice = np.random.default_rng(seed)
    found = []
    while len(found) < COUNT:
        line = lines[dice.integers(len(lines))]
        n = dice.integers(len(line) - 1)
        spot = np.array(line[n]) + dice.uniform() * (np.array(line[n + 1]) - np.array(line[n]))
        if np.abs(spot).max() < 1200:
            found.append(there(*(spot + dice.uniform(10, 18, 2) * dice.choice([-1, 1], 2))))
    return to_wgs84(*np.array(found).T, CRS)


def shift_of(lines: list[list[tuple[float, float]]], x: Floats, y: Floats, crs: str, roads_crs: str = "") -> Shift | None:
    """Return the shift found for numbers declared in a system, on roads whose own numbers may be shifted too."""
    drawn = roads(lines)
    if roads_crs:
        lon, lat = from_wgs84(drawn.lon, drawn.lat, roads_crs)
        drawn = type(drawn)(
            lon, lat, drawn.z_m, drawn.first, drawn.level, drawn.walkable, drawn.length_m, drawn.grade, drawn.mark_lon, drawn.mark_lat,
            drawn.mark_wait_s, drawn.joined,
        )  # fmt: skip
    made = network(drawn)
    lon, lat = to_wgs84(x, y, crs)
    return find_shift(made, lon, lat, crs, snap(made, *made.to_plane(lon, lat)))


@pytest.mark.parametrize("gap", [200.0, 400.0])
@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09", CRS])
def test_a_right_declaration_is_not_warned_of(gap: float, crs: str) -> None:
    """Points beside their streets raise no warning, whatever system they are declared in and however dense the streets."""
    lines = town(gap)
    assert shift_of(lines, *from_wgs84(*doors(lines), crs), crs) is None


@pytest.mark.parametrize("gap", [200.0, 400.0])
@pytest.mark.parametrize(
    ("truth", "declared"),
    [("gcj02", "wgs84"), ("gcj02", "cgcs2000"), ("bd09", "wgs84"), ("wgs84", "gcj02"), ("bd09", "gcj02"), ("gcj02", "bd09")],
)
def test_a_wrong_declaration_is_named(gap: float, truth: str, declared: str) -> None:
    """Numbers of one system declared as another are warned of, both ways, and the system that fits is named."""
    lines = town(gap)
    found = shift_of(lines, *from_wgs84(*doors(lines), truth), declared)
    assert found is not None
    assert found.crs == truth
    assert found.after_m < 0.7 * found.before_m


def test_the_offset_is_measured() -> None:
    """GCJ-02 taken for WGS 84 about the meridian 120° lies 300 to 700 m off the streets."""
    lines = town(200.0)
    found = shift_of(lines, *from_wgs84(*doors(lines), "gcj02"), "wgs84")
    assert found is not None
    assert 300 < np.hypot(found.east_m, found.north_m) < 700
    expected = np.hypot(*(np.array(from_wgs84(120.0, 29.82, "gcj02")) - [120.0, 29.82]) * [96_500, 110_850])
    assert np.hypot(found.east_m, found.north_m) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("gap", [200.0, 400.0])
def test_shifted_roads_are_named(gap: float) -> None:
    """Roads traced from a web map and taken for WGS 84 are warned of as roads."""
    lines = town(gap)
    found = shift_of(lines, *doors(lines), "wgs84", "gcj02")
    assert found is not None and found.crs == "roads:gcj02"


def test_one_street_and_points_all_on_one_side() -> None:
    """Where no known system fits, points that all lie 500 m north of the only street are warned of without a name."""
    street = [[(float(x), 0.0) for x in range(-2000, 2001, 100)]]
    spots = np.array([there(float(x), 500.0) for x in range(-500, 501, 50)]).T
    found = shift_of(street, *to_wgs84(*spots, CRS), "wgs84")
    assert found is not None and found.crs == ""
    assert found.north_m == pytest.approx(500, abs=1)


@pytest.mark.parametrize(("metres", "told"), [(290.0, False), (310.0, True), (690.0, True), (710.0, False)])
def test_from_300_to_700_metres(metres: float, told: bool) -> None:
    """Points all on one side are told between 300 and 700 m."""
    street = [[(float(x), 0.0) for x in range(-2000, 2001, 100)]]
    spots = np.array([there(float(x), metres) for x in range(-500, 501, 50)]).T
    found = shift_of(street, *to_wgs84(*spots, CRS), "wgs84")
    assert (found is not None and found.crs == "") == told


def test_of_few_points_nothing_is_said() -> None:
    """Seven points prove nothing, eight all on one side do."""
    street = [[(float(x), 0.0) for x in range(-2000, 2001, 100)]]
    x, y = to_wgs84(*np.array([there(50.0 * n, 500.0) for n in range(8)]).T, CRS)
    assert shift_of(street, x[:7], y[:7], "wgs84") is None
    assert shift_of(street, x, y, "wgs84") is not None
