"""Noding: centre lines as drawn to pieces that meet at nodes.

Vertices that coincide are one node. Where lines are drawn without a common vertex, crossing lines of one level meet where they
cross, and a line that ends on another meets it there whatever the levels are (a bridge begins on the ground). A line that
passes over another, on another level, does not meet it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from siteplanner.roads.lines import Bools, Floats, Ints

SAME_M = 0.001
"""Points nearer than this are one point: what conversion between systems may leave between them."""
MARK_M = 5.0
"""How far from a line a barrier or crossing may be drawn."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Lines in a plane: vertices (n, 3) with elevation, where each line begins, its level."""

    vertices: Floats
    first: Ints
    level: Ints


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of lines between nodes: nodes (n, 3), ends and line of each piece, and the node of each mark (-1: on no line)."""

    nodes: Floats
    start: Ints
    end: Ints
    line: Ints
    marks: Ints


@dataclass(slots=True)
class _Cuts:
    """Points at which segments are cut: segment, share of the way along it, and the number of the point."""

    segment: list[Ints]
    share: list[Floats]
    point: list[Ints]
    points: list[Floats]
    count: int

    def add(self, segment: Ints, share: Floats, point: Ints) -> None:
        self.segment.append(segment)
        self.share.append(share)
        self.point.append(point)

    def new(self, points: Floats) -> Ints:
        """Add points and return their numbers."""
        self.points.append(points)
        numbers = np.arange(self.count, self.count + len(points))
        self.count += len(points)
        return numbers


def node_lines(drawn: Drawn, marks: Floats, *, joined: bool, join_m: float) -> Pieces:
    """Return the pieces of lines between the points where they meet.

    Parameters
    ----------
    marks : array of shape (m, 2)
        Points to become nodes of the nearest line within `MARK_M`.
    joined : bool
        Lines meet only at common vertices.
    join_m : float
        Ends nearer than this to another line or end meet it: the gaps that drawing leaves.
    """
    apart = max(SAME_M, 0.0 if joined else join_m)
    here = _segments(drawn)
    cuts = _Cuts([], [], [], [drawn.vertices], len(drawn.vertices))
    tree = shapely.STRtree(_straight(drawn.vertices, here))
    if not joined:
        _cross(drawn, here, tree, cuts)
        _end_on(drawn, here, tree, apart, cuts)
    mark_points = _mark(drawn.vertices, here, tree, marks, cuts)
    points = np.concatenate(cuts.points)
    label = merge(points[:, :2], apart)
    pieces = _pieces(drawn, here, cuts, label)
    at = np.where(mark_points < 0, -1, label[mark_points]) if len(mark_points) else np.empty(0, dtype=np.int64)
    return Pieces(_positions(points, label), *pieces, at)


def merge(points: Floats, apart: float) -> Ints:
    """Return the node of each point: points nearer than `apart` are one, also by way of others; numbered by first appearance."""
    exact, inverse = np.unique(points, axis=0, return_inverse=True)
    pairs = cKDTree(exact).query_pairs(apart, output_type="ndarray")
    shape = (len(exact), len(exact))
    _, group = connected_components(coo_matrix((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=shape), directed=False)
    whole = group[inverse.ravel()]
    _, firsts, numbers = np.unique(whole, return_index=True, return_inverse=True)
    order = np.empty(len(firsts), dtype=np.int64)
    order[np.argsort(firsts, kind="stable")] = np.arange(len(firsts))
    found: Ints = order[numbers.ravel()]
    return found


@dataclass(frozen=True, slots=True)
class _Segments:
    start: Ints
    end: Ints
    line: Ints


def _segments(drawn: Drawn) -> _Segments:
    """Return every stretch between neighbouring vertices of a line."""
    line = np.repeat(np.arange(len(drawn.first) - 1), np.diff(drawn.first))
    start = np.flatnonzero(line[:-1] == line[1:])
    return _Segments(start, start + 1, line[start])


def _straight(vertices: Floats, here: _Segments) -> np.ndarray:
    return np.asarray(shapely.linestrings(np.stack([vertices[here.start, :2], vertices[here.end, :2]], axis=1)))


def _cross(drawn: Drawn, here: _Segments, tree: shapely.STRtree, cuts: _Cuts) -> None:
    """Cut segments of one level where they cross."""
    one, other = tree.query(tree.geometries, predicate="intersects")
    level = drawn.level[here.line]
    keep = (one < other) & (level[one] == level[other])
    one, other = one[keep], other[keep]
    xy = drawn.vertices[:, :2]
    p, q = xy[here.start[one]], xy[here.start[other]]
    r, s = xy[here.end[one]] - p, xy[here.end[other]] - q
    turn = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    # Nearly parallel segments overlap or only touch at their ends, which are cut where a line ends on another.
    plain = np.abs(turn) > 1e-9 * np.hypot(*r.T) * np.hypot(*s.T)
    one, other, p, q, r, s, turn = (part[plain] for part in (one, other, p, q, r, s, turn))
    gap = q - p
    along = np.clip((gap[:, 0] * s[:, 1] - gap[:, 1] * s[:, 0]) / turn, 0, 1)
    across = np.clip((gap[:, 0] * r[:, 1] - gap[:, 1] * r[:, 0]) / turn, 0, 1)
    at = cuts.new(_between(drawn.vertices, here, one, along))
    cuts.add(one, along, at)
    cuts.add(other, across, at)


def _end_on(drawn: Drawn, here: _Segments, tree: shapely.STRtree, apart: float, cuts: _Cuts) -> None:
    """Cut segments where another line ends on them."""
    ends = np.unique(np.concatenate([drawn.first[:-1], drawn.first[1:] - 1]))
    found, segment = tree.query(shapely.points(drawn.vertices[ends, :2]), predicate="dwithin", distance=apart)
    point = ends[found]
    others = (here.start[segment] != point) & (here.end[segment] != point)
    segment, point = segment[others], point[others]
    cuts.add(segment, _share(drawn.vertices, here, segment, drawn.vertices[point, :2]), point)


def _mark(vertices: Floats, here: _Segments, tree: shapely.STRtree, marks: Floats, cuts: _Cuts) -> Ints:
    """Cut the nearest segment at each mark; return the point of each mark, -1 where no line is near."""
    found = np.full(len(marks), -1, dtype=np.int64)
    if not len(marks):
        return found
    mark, segment = tree.query_nearest(shapely.points(marks), max_distance=MARK_M, all_matches=False)
    share = _share(vertices, here, segment, marks[mark])
    at = cuts.new(_between(vertices, here, segment, share))
    cuts.add(segment, share, at)
    found[mark] = at
    return found


def _share(vertices: Floats, here: _Segments, segment: Ints, points: Floats) -> Floats:
    """Return how far along a segment the point nearest to another lies, as a share in [0, 1]."""
    start = vertices[here.start[segment], :2]
    way = vertices[here.end[segment], :2] - start
    share: Floats = ((points - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-18)
    return np.clip(share, 0, 1)


def _between(vertices: Floats, here: _Segments, segment: Ints, share: Floats) -> Floats:
    start, end = vertices[here.start[segment]], vertices[here.end[segment]]
    found: Floats = start + share[:, None] * (end - start)
    return found


def _pieces(drawn: Drawn, here: _Segments, cuts: _Cuts, label: Ints) -> tuple[Ints, Ints, Ints]:
    """Return ends and line of every piece, in the order of the lines."""
    every = np.arange(len(here.start))
    none, whole = np.zeros(len(every)), np.ones(len(every))
    segment = np.concatenate([every, *cuts.segment, every])
    share = np.concatenate([none, *cuts.share, whole])
    node = label[np.concatenate([here.start, *cuts.point, here.end])]
    order = np.lexsort((share, segment))
    segment, node = segment[order], node[order]
    joins: Bools = (segment[:-1] == segment[1:]) & (node[:-1] != node[1:])
    return node[:-1][joins], node[1:][joins], here.line[segment[:-1][joins]]


def _positions(points: Floats, label: Ints) -> Floats:
    """Return the position of each node: that of its first point, with the first elevation known among its points."""
    count = int(label.max()) + 1 if len(label) else 0
    found = np.full((count, 3), np.nan)
    for axis, usable in ((slice(0, 2), np.ones(len(points), dtype=bool)), (slice(2, 3), ~np.isnan(points[:, 2]))):
        chosen = np.flatnonzero(usable)[::-1]
        found[label[chosen], axis] = points[chosen, axis]
    return found
