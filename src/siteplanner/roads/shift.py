"""The look of a wrongly declared system: points that lie beside the streets, all of them in one direction.

GCJ-02 taken for WGS 84, or the other way round, moves everything by 300 to 700 m. Two signs are looked for. Where streets are
dense, points fall near some street wherever they are moved to, so the mean distance to the street is held against what it is
after moves that mean nothing: points in their true place lie nearer than by chance, wrongly declared ones do not until they are moved
as another declaration would move them. Where streets are sparse, the points simply lie that far off on one side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from siteplanner.coordinates import from_wgs84, to_wgs84
from siteplanner.roads.lines import Floats
from siteplanner.roads.network import Network
from siteplanner.roads.walks import Snaps

NEAR_M, FAR_M = 300.0, 700.0
"""Shifts that GCJ-02 makes in China."""
LEAST_POINTS = 8
"""Of fewer points nothing is said."""
_NEARER = 0.75
"""How near to the streets the points must come, as a share of the mean after meaningless moves; also nearer than after any of them."""
_LIKE_M = 250.0
"""A meaningless move this near to the one that is tried is left aside: it half corrects what would be corrected."""
_CLOSE_M = 100.0
"""Distances beyond this count as this: whether a point in the fields is far off or very far off says nothing."""
_MOVES = 40
"""Meaningless moves from which chance is judged, 300 to 900 m in all directions."""
_ONE_WAY = 0.8
"""How alike the directions must be: the mean vector's length as a share of the mean length."""
_SHIFTED = ("gcj02", "bd09")
OF_ROADS = "roads:"
"""Stands before a system that the roads would have to be in."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Points seem to lie ``east_m`` and ``north_m`` off the streets.

    ``crs`` is the declaration that would explain it, empty where none does: of the points where it names a system, of the roads
    where it names one after ``roads:``. ``before_m`` and ``after_m`` are the median distances to the street as declared and once
    moved back.
    """

    crs: str
    east_m: float
    north_m: float
    before_m: float
    after_m: float


def find_shift(network: Network, lon: Floats, lat: Floats, crs: str, snaps: Snaps) -> Shift | None:
    """Return the shift that points seem to have against the streets, or None.

    Parameters
    ----------
    lon, lat : array of shape (points,)
        WGS 84 degrees, converted from the declared system `crs`.
    """
    if len(lon) < LEAST_POINTS:
        return None
    lines = shapely.linestrings(np.stack([network.xy[network.start], network.xy[network.end]], axis=1))
    tree = shapely.STRtree(lines)
    x, y = network.to_plane(lon, lat)
    before, declared = float(np.median(snaps.metres)), _nearness(snaps.metres)
    moves, after_moves = _by_chance(tree, x, y)
    best, nearest = None, np.inf
    for name, other_lon, other_lat in _declarations(lon, lat, crs):
        moved_x, moved_y = network.to_plane(other_lon, other_lat)
        metres = _distances(tree, moved_x, moved_y)
        near, step = _nearness(metres), np.array([np.mean(moved_x - x), np.mean(moved_y - y)])
        others = after_moves[np.hypot(*(moves - step).T) > _LIKE_M]
        chance = float(others.mean())
        if near < min(nearest, _NEARER * chance, float(others.min())) and declared > (near + chance) / 2:
            east, north = (-float(value) for value in step)
            best, nearest = Shift(name, round(east, 1), round(north, 1), round(before, 1), round(float(np.median(metres)), 1)), near
    return best or _one_sided(network, x, y, snaps)


def _declarations(lon: Floats, lat: Floats, crs: str) -> list[tuple[str, Floats, Floats]]:
    """Return where the points would be under other declarations: of the points, or of the roads."""
    found = []
    if crs not in _SHIFTED:
        # The numbers are really those of a shifted system: undo its shift.
        found += [(name, *to_wgs84(lon, lat, name)) for name in _SHIFTED]
    else:
        found.append(("wgs84", *from_wgs84(lon, lat, crs)))
        found += [(name, *to_wgs84(*from_wgs84(lon, lat, crs), name)) for name in _SHIFTED if name != crs]
    # The roads are really in a shifted system and were taken for WGS 84: meet them there.
    found += [(f"{OF_ROADS}{name}", *from_wgs84(lon, lat, name)) for name in _SHIFTED if name != crs]
    return found


def _nearness(metres: Floats) -> float:
    return float(np.minimum(metres, _CLOSE_M).mean())


def _by_chance(tree: shapely.STRtree, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return moves that mean nothing and the mean distance to the street after each."""
    number = np.arange(_MOVES)
    length, angle = 300 + 600 * number / _MOVES, number * np.pi * (3 - np.sqrt(5))
    moves = np.column_stack([length * np.cos(angle), length * np.sin(angle)])
    near = [_nearness(_distances(tree, x + east, y + north)) for east, north in moves]
    return moves, np.array(near)


def _distances(tree: shapely.STRtree, x: Floats, y: Floats) -> Floats:
    _, metres = tree.query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)
    found: Floats = metres
    return found


def _one_sided(network: Network, x: Floats, y: Floats, snaps: Snaps) -> Shift | None:
    """Return the mean way from street to point where it is 300 to 700 m long and nearly the same for all points."""
    start, end = network.xy[network.start[snaps.edge]], network.xy[network.end[snaps.edge]]
    way = np.column_stack([x, y]) - (start + snaps.share[:, None] * (end - start))
    east, north = (float(value) for value in way.mean(axis=0))
    length = float(np.hypot(east, north))
    if not NEAR_M <= length <= FAR_M or length < _ONE_WAY * float(np.hypot(*way.T).mean()):
        return None
    apart = np.hypot(*(way - [east, north]).T)
    return Shift("", round(east, 1), round(north, 1), round(float(np.median(snaps.metres)), 1), round(float(np.median(apart)), 1))
