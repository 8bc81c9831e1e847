"""Walks: the record's pairs table, and every pair the plan leans on worked out again from the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import asin, cos, hypot, radians, sin, sqrt

from siteplanner.audit.arithmetic import ratio
from siteplanner.coordinates import to_wgs84
from siteplanner.scenario.schema import Estate, Premises, Scenario, Site

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius of the Earth (IUGG, 2a + b over 3)."""
DEGREES = frozenset({"wgs84", "cgcs2000", "gcj02", "bd09", "epsg:4326", "epsg:4490"})
"""Coordinate systems in degrees; ``epsg:N`` otherwise is a plane in metres."""
NOISE_S = 1e-6
"""What floating point may add to a time in seconds: less than any distance that means anything."""

_SHORTER = 0.99
Spot = Estate | Site | Premises
Pair = tuple[str, str]


@dataclass(slots=True)
class Pairs:
    """The pairs table of the record, and what the scenario alone says of a pair."""

    scenario: Scenario
    table: Mapping[Pair, int]
    _spots: dict[str, Spot] = field(init=False)
    _rows: dict[Pair, int] = field(init=False)
    _listed: dict[str, set[str]] = field(init=False)
    _degrees: dict[str, tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        rows: list[Spot] = [*self.scenario.estates, *self.scenario.sites, *self.scenario.premises]
        self._spots = {row.id: row for row in rows}
        self._rows = {(walk.estate, walk.place): walk.walk_s for walk in self.scenario.walks}
        self._listed = {}
        for estate, target in self.table:
            self._listed.setdefault(estate, set()).add(target)
        self._degrees = _in_degrees(self.scenario, rows) if self.scenario.settings.walking.method == "roads" else {}

    def seconds(self, estate: str, target: str) -> int | None:
        """Return the walk in the record's table, or None where it lists none."""
        return self.table.get((estate, target))

    def listed(self, estate: str) -> AbstractSet[str]:
        """Return what the record's table gives a walk to from an estate."""
        return self._listed.get(estate, frozenset())

    def again(self, estate: str, target: str) -> tuple[int, int] | None:
        """Return the least and greatest seconds a pair may be given, from the scenario alone; None where it says nothing.

        A table gives one value; along roads that of the record's hashed table stands. A straight line × detour at the stated
        speed is rounded up to the second; where it is a whole second but for floating point, the second on either side of the
        noise is allowed.
        """
        method = self.scenario.settings.walking.method
        if method != "straight_line":
            row = (self._rows if method == "table" else self.table).get((estate, target))
            return None if row is None else (row, row)
        exact = self._line_s(estate, target)
        return None if exact is None else (_up(exact - NOISE_S), _up(exact + NOISE_S))

    def apart_m(self, one: str, other: str) -> float | None:
        """Return the straight line between two spots × the detour factor where one is stated, in metres."""
        here, there = self._spots.get(one), self._spots.get(other)
        if here is None or there is None or None in (here.x, here.y, there.x, there.y):
            return None
        straight = straight_m(here, there, self.scenario.settings.crs or "")
        detour = self.scenario.settings.walking.detour
        return straight * (float(detour) if detour is not None else 1.0)

    def too_quick(self, estate: str, target: str) -> bool:
        """Return whether a walk along roads is quicker than the straight line: no street is.

        The straight line is taken 1 % shorter, since the Earth is not quite a sphere.
        """
        here, there, stated = self._degrees.get(estate), self._degrees.get(target), self.table.get((estate, target))
        speed = self.scenario.settings.walking.speed_m_per_s
        if here is None or there is None or stated is None or speed is None:
            return False
        num, den = ratio(speed)
        return stated < great_circle_m(here, there) * _SHORTER * den / num - 1

    def _line_s(self, estate: str, target: str) -> float | None:
        metres, speed = self.apart_m(estate, target), self.scenario.settings.walking.speed_m_per_s
        if metres is None or speed is None:
            return None
        num, den = ratio(speed)
        return metres * den / num


def straight_m(here: Spot, there: Spot, crs: str) -> float:
    """Return the straight line between two spots with coordinates, in metres: great circle in degrees, else Euclid.

    Raises
    ------
    ValueError
        If a spot has no coordinates.
    """
    if here.x is None or here.y is None or there.x is None or there.y is None:
        raise ValueError("a spot without coordinates")
    if crs.lower() not in DEGREES:
        return hypot(here.x - there.x, here.y - there.y)
    return great_circle_m((here.x, here.y), (there.x, there.y))


def great_circle_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the great circle between two points in degrees, longitude first, in metres."""
    lat, lat2 = radians(here[1]), radians(there[1])
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin(radians(there[0] - here[0]) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def _in_degrees(scenario: Scenario, rows: list[Spot]) -> dict[str, tuple[float, float]]:
    """Return every spot that has coordinates in WGS 84 degrees, by id."""
    known = [(row.id, row.x, row.y) for row in rows if row.x is not None and row.y is not None]
    lon, lat = to_wgs84([x for _, x, _ in known], [y for _, _, y in known], scenario.settings.crs or "")
    return {key: (float(a), float(b)) for (key, _, _), a, b in zip(known, lon, lat, strict=True)}


def _up(seconds: float) -> int:
    whole = int(seconds)
    return whole if whole >= seconds else whole + 1
