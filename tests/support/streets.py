"""A hand-drawn town for tests of walking: two banks, a river between them, one bridge. Metres about (0, 0).

North bank: a street from (0, 100) to (400, 100). South bank: a street from (0, 0) to (400, 0). The only bridge runs from
(400, 0) to (400, 100). Two points 20 m off the streets at x = 0 look at each other across the river: 60 m by straight line,
940 m on foot.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from siteplanner.coordinates import from_wgs84, to_wgs84
from siteplanner.roads.lines import Gathered, RoadLines
from siteplanner.roads.network import Network, WalkRules, build_network
from siteplanner.roads.read import in_degrees
from siteplanner.roads.walks import Pairs, Snaps, snap, walks_within

CRS = "epsg:4549"
ORIGIN = (500_000.0, 3_300_000.0)
RIVER = [[(0, 100), (400, 100)], [(0, 0), (400, 0)], [(400, 0), (400, 100)]]
Line = Sequence[tuple[float, ...]]
Spot = tuple[float, float]


def there(x: float, y: float) -> Spot:
    """Return a point of the town in the projected system."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def roads(lines: Sequence[Line], *, level: Sequence[int] = (), marks: Sequence[tuple[float, float, float]] = (), joined: bool = False,
          grade: Sequence[float] = (), walkable: Sequence[bool] = ()) -> RoadLines:  # fmt: skip
    """Return road lines given in metres about the origin; levels, grades and who may walk are usual unless given."""
    gathered = Gathered(marks=[(*there(x, y), wait) for x, y, wait in marks])
    for n, line in enumerate(lines):
        gathered.add(
            [(*there(point[0], point[1]), *point[2:]) for point in line],
            level=level[n] if level else 0,
            walkable=walkable[n] if walkable else True,
            grade=grade[n] if grade else math.nan,
        )
    return in_degrees(gathered, CRS, joined=joined)


def network(lines: RoadLines, speed: float = 1.0, **rules: object) -> Network:
    """Return the network walked at a speed."""
    return build_network(lines, WalkRules(speed, **rules))  # type: ignore[arg-type]


def snapped(made: Network, spots: Sequence[Spot]) -> Snaps:
    """Return where points about the origin meet the network."""
    x, y = np.array([there(*spot) for spot in spots]).T
    return snap(made, *made.to_plane(*to_wgs84(x, y, CRS)))


def seconds(made: Network, spots: Sequence[Spot], limit_s: float = math.inf, speed: float = 1.0) -> dict[tuple[int, int], int]:
    """Return the walks between all points, by their numbers."""
    snaps, every = snapped(made, spots), np.arange(len(spots))
    found: Pairs = walks_within(made, snaps, snaps.metres / speed, every, every, limit_s)
    return {(int(a), int(b)): int(s) for a, b, s in zip(found.source, found.target, found.seconds, strict=True)}


def nodes_at(made: Network) -> set[Spot]:
    """Return the nodes that edges meet, in metres about the origin."""
    used = np.unique(np.concatenate([made.start, made.end]))
    x, y = from_wgs84(*made.to_degrees(*made.xy[used].T), CRS)
    return {(round(float(a) - ORIGIN[0], 2) + 0.0, round(float(b) - ORIGIN[1], 2) + 0.0) for a, b in zip(x, y, strict=True)}


def plain_dijkstra(edges: Sequence[tuple[int, int, float]], source: int) -> dict[int, float]:
    """Return the distance of every node from one, by the textbook with a heap and nothing else."""
    beside: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for one, other, cost in edges:
        beside[one].append((other, cost))
        beside[other].append((one, cost))
    best, heap = {source: 0.0}, [(0.0, source)]
    while heap:
        cost, node = heapq.heappop(heap)
        if cost > best[node]:
            continue
        for other, step in beside[node]:
            if cost + step < best.get(other, math.inf):
                best[other] = cost + step
                heapq.heappush(heap, (cost + step, other))
    return best
