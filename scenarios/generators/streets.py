"""An invented street network under a county's points: uneven grids cut by rivers, a bridge here and there, hills. Shared by generators.

Nodes and edges of one growing network. Everything is drawn with its own dice, so that the county's tables do not depend on it.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tools import Dice, Point, Row, at, metres

Line = Sequence[Point]


@dataclass(slots=True)
class Edge:
    """A street between two nodes; ``length_m`` where it is longer than it is drawn."""

    start: int
    end: int
    kind: str
    length_m: float | None = None

    @property
    def bridge(self) -> bool:
        return self.kind == "桥"


@dataclass(slots=True)
class Streets:
    """A network under way."""

    dice: Dice
    rivers: Sequence[Line]
    hills: Sequence[tuple[Point, float, float]]
    nodes: list[Point] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    waits: dict[int, int] = field(default_factory=dict)

    def add_node(self, spot: Point) -> int:
        """Add a node and return its number."""
        self.nodes.append(spot)
        return len(self.nodes) - 1

    def height(self, spot: Point) -> float:
        """Return the elevation of a point, metres: a plain at 20 m with hills on it."""
        rise = sum(top * math.exp(-((metres(spot, centre) / radius) ** 2)) for centre, top, radius in self.hills)
        return round(20 + rise, 1)

    def crosses(self, a: Point, b: Point) -> bool:
        """Return whether the straight line between two points crosses a river."""
        return any(_cross(a, b, one, other) for river in self.rivers for one, other in pairwise(river))

    def add_grid(self, spots: Sequence[Point], others: Sequence[Point], step: float, near_m: float) -> None:
        """Add an uneven grid of streets wherever a point is near and none of the `others` is nearer; bridges come later."""
        dice = self.dice
        turn = dice.between(-0.4, 0.4)
        middle = (sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots))
        reach = int(max(metres(middle, spot) for spot in spots) / step) + 3
        grid: dict[tuple[int, int], int] = {}
        for i in range(-reach, reach + 1):
            for j in range(-reach, reach + 1):
                east, north = (n * step + dice.between(-0.24, 0.24) * step for n in (i, j))
                spot = at(middle, east * math.cos(turn) - north * math.sin(turn), east * math.sin(turn) + north * math.cos(turn))
                far = min(metres(spot, other) for other in spots)
                if far < near_m and far <= min((metres(spot, other) for other in others), default=near_m):
                    grid[i, j] = self.add_node(spot)
        for (i, j), here in grid.items():
            for other, share in (((i + 1, j), 0.9), ((i, j + 1), 0.9), ((i + 1, j + 1), 0.07)):
                if other in grid and dice.chance(share) and not self.crosses(self.nodes[here], self.nodes[grid[other]]):
                    main = (other[1] == j and j % 4 == 0) or (other[0] == i and i % 4 == 0)
                    self.edges.append(Edge(here, grid[other], "次干路" if main else "支路"))

    def add_bridges(self, every_m: float, longest_m: float) -> None:
        """Add bridges along the rivers, none nearer to another than `every_m`, between nodes no farther apart than `longest_m`."""
        built: list[Point] = []
        for river in self.rivers:
            for spot in _along(river, 60):
                near = [n for n, node in enumerate(self.nodes) if metres(node, spot) < longest_m]
                over = [(a, b) for a in near for b in near if a < b and self.crosses(self.nodes[a], self.nodes[b])]
                pairs = [(metres(self.nodes[a], self.nodes[b]), a, b) for a, b in over]
                if pairs and all(metres(spot, other) >= every_m for other in built):
                    length, a, b = min(pairs)
                    if length <= longest_m:
                        self.edges.append(Edge(a, b, "桥"))
                        built.append(spot)

    def join_parts(self) -> None:
        """Join what is still apart to the largest part, each part by its shortest link."""
        while len(parts := sorted(self.parts(), key=len, reverse=True)) > 1:
            main, lost = parts[0], parts[1]
            _, a, b = min((metres(self.nodes[a], self.nodes[b]), a, b) for a in lost for b in main)
            self.edges.append(Edge(a, b, "县道"))

    def parts(self) -> list[list[int]]:
        """Return the connected parts, each as its nodes."""
        beside = self.beside()
        seen: set[int] = set()
        found = []
        for first in range(len(self.nodes)):
            if first in seen:
                continue
            part, stack = [], [first]
            seen.add(first)
            while stack:
                node = stack.pop()
                part.append(node)
                fresh = [other for other, _ in beside[node] if other not in seen]
                seen.update(fresh)
                stack += fresh
            found.append(part)
        return found

    def beside(self) -> list[list[tuple[int, float]]]:
        """Return the neighbours of every node with the metres to them."""
        found: list[list[tuple[int, float]]] = [[] for _ in self.nodes]
        for edge in self.edges:
            length = edge.length_m or metres(self.nodes[edge.start], self.nodes[edge.end])
            found[edge.start].append((edge.end, length))
            found[edge.end].append((edge.start, length))
        return found

    def drop_near(self, spot: Point, within_m: float) -> None:
        """Take out the streets around a point."""
        gone = {n for n, node in enumerate(self.nodes) if metres(node, spot) < within_m}
        self.edges = [edge for edge in self.edges if edge.start not in gone and edge.end not in gone]
        kept = [n for n in range(len(self.nodes)) if n not in gone]
        number = {old: new for new, old in enumerate(kept)}
        self.nodes = [self.nodes[n] for n in kept]
        for edge in self.edges:
            edge.start, edge.end = number[edge.start], number[edge.end]

    def metres_to(self, goals: Iterable[tuple[int, float]]) -> list[float]:
        """Return the walk of every node to the nearest goal, metres; a goal is a node and what is left from there."""
        beside = self.beside()
        best = [math.inf] * len(self.nodes)
        heap: list[tuple[float, int]] = []
        for node, rest in goals:
            if rest < best[node]:
                best[node] = rest
                heapq.heappush(heap, (rest, node))
        while heap:
            cost, node = heapq.heappop(heap)
            if cost > best[node]:
                continue
            for other, length in beside[node]:
                if cost + length < best[other]:
                    best[other] = cost + length
                    heapq.heappush(heap, (cost + length, other))
        return best

    def nearest(self, spot: Point) -> tuple[int, float]:
        """Return the node nearest to a point and the metres to it."""
        metre, node = min((metres(node, spot), n) for n, node in enumerate(self.nodes))
        return node, metre

    def node_rows(self) -> list[Row]:
        """Return the table of nodes."""
        return [
            {"node": f"N{n:04d}", "x": x, "y": y, "z_m": self.height((x, y)), "wait_s": self.waits.get(n)}
            for n, (x, y) in enumerate(self.nodes, 1)
        ]

    def edge_rows(self) -> list[Row]:
        """Return the table of edges."""
        return [
            {
                "from": f"N{edge.start + 1:04d}",
                "to": f"N{edge.end + 1:04d}",
                "kind": edge.kind,
                "bridge": True if edge.bridge else None,
                "length_m": edge.length_m,
            }
            for edge in self.edges
        ]


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _left(a, b, c) != _left(a, b, d) and _left(c, d, a) != _left(c, d, b)


def _left(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])


def _along(line: Line, step: float) -> Iterator[Point]:
    for a, b in pairwise(line):
        count = max(1, round(metres(a, b) / step))
        for n in range(count):
            yield at(a, (b[0] - a[0]) * n / count, (b[1] - a[1]) * n / count)
