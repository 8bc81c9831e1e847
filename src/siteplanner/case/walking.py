"""Walking seconds between estates and places: from the scenario's table, along its roads, or straight line × detour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from siteplanner.coordinates import is_degrees, to_wgs84
from siteplanner.roads.measure import Measured, Points, measure
from siteplanner.roads.network import WalkRules
from siteplanner.scenario.schema import Scenario

EARTH_RADIUS_M = 6_371_008.8
"""Mean Earth radius (IUGG), metres."""


class _Point(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def x(self) -> float | None: ...
    @property
    def y(self) -> float | None: ...


def metres(a: tuple[float, float], b: tuple[float, float], geographic: bool) -> float:
    """Return the straight-line distance in metres: great circle for degrees, Euclid for projected coordinates."""
    if not geographic:
        return math.hypot(a[0] - b[0], a[1] - b[1])
    lon1, lat1, lon2, lat2 = (math.radians(v) for v in (*a, *b))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Walks:
    """Seconds by (estate, site or premises or estate), and where they go by roads what the roads say of every point."""

    seconds: Mapping[tuple[str, str], int]
    streets: Measured | None = None


def find_walks(scenario: Scenario, limit_s: float, *, estate_pairs: bool) -> Walks:
    """Return every known walk up to `limit_s`.

    Parameters
    ----------
    limit_s : float
        The longest circle any estate has, seconds; longer walks are left out.
    estate_pairs : bool
        Whether walks between estates are needed too (``circle_total`` reading).
    """
    walking = scenario.settings.walking
    if walking.method == "table":
        return Walks({(w.estate, w.place): w.walk_s for w in scenario.walks if w.walk_s <= limit_s})
    targets: list[_Point] = [*scenario.sites, *scenario.premises, *(scenario.estates if estate_pairs else ())]
    if walking.method == "straight_line":
        return Walks(_straight_lines(scenario, limit_s, scenario.estates, targets))
    streets = along_roads(scenario, limit_s, scenario.estates, targets)
    return Walks(streets.walks, streets)


def along_roads(scenario: Scenario, limit_s: float, sources: Sequence[_Point], targets: Sequence[_Point]) -> Measured:
    """Return the walks along the scenario's roads; a checked scenario has a network, a speed and every point."""
    walking, source = scenario.settings.walking, scenario.settings.walking.roads
    assert scenario.roads is not None and source is not None and walking.speed_m_per_s is not None
    known = {point.id: (point.x, point.y) for point in (*sources, *targets)}
    crs = scenario.settings.crs or ""
    x, y = (np.array([pair[axis] for pair in known.values()], dtype=float) for axis in (0, 1))
    rules = WalkRules(float(walking.speed_m_per_s), source.slope, float(source.join_m), float(source.islands_m))
    points = Points(tuple(known), *to_wgs84(x, y, crs), crs)
    return measure(scenario.roads.lines, rules, points, [s.id for s in sources], [t.id for t in targets], limit_s)


def _straight_lines(scenario: Scenario, limit_s: float, sources: Sequence[_Point], targets: Iterable[_Point]) -> dict[tuple[str, str], int]:
    walking = scenario.settings.walking
    geographic = is_degrees(scenario.settings.crs)
    factor = float((walking.detour or 1) / (walking.speed_m_per_s or 1))
    known = [(t.id, float(t.x), float(t.y)) for t in targets if t.x is not None and t.y is not None]
    if not known:
        return {}
    xs, ys = np.array([p[1] for p in known]), np.array([p[2] for p in known])
    found: dict[tuple[str, str], int] = {}
    for source in sources:
        if source.x is None or source.y is None:
            continue
        for n in _within_box(source.x, source.y, xs, ys, limit_s / factor, geographic):
            seconds = math.ceil(metres((source.x, source.y), (known[n][1], known[n][2]), geographic) * factor)
            if seconds <= limit_s:
                found[source.id, known[n][0]] = seconds
    return found


def _within_box(x: float, y: float, xs: np.ndarray, ys: np.ndarray, reach_m: float, geographic: bool) -> np.ndarray:
    """Return the indices of points in a box that surely holds the circle: the exact test follows one by one."""
    if geographic:
        degree_m = math.radians(1) * EARTH_RADIUS_M
        high, wide = reach_m / degree_m * 1.01, reach_m / (degree_m * max(0.01, math.cos(math.radians(y)))) * 1.01
    else:
        high = wide = reach_m * 1.01
    return np.nonzero((np.abs(xs - x) <= wide + 1e-9) & (np.abs(ys - y) <= high + 1e-9))[0]


def place_walk(walks: Mapping[tuple[str, str], int], estate: str, main: str, members: Sequence[str], every_room: bool) -> int | None:
    """Return the walk to a place: to its main room, or the longest to any of its rooms; None if not known."""
    if not every_room:
        return walks.get((estate, main))
    seconds = [walks.get((estate, member)) for member in members]
    return None if any(s is None for s in seconds) else max(s for s in seconds if s is not None)
