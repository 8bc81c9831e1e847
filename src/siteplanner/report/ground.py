"""The ground under a map: roads and boundaries of the scenario, coarse enough to be sent with a page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from siteplanner.report.coordinates import Point
from siteplanner.roads.lines import RoadLines
from siteplanner.scenario.schema import Scenario

STEPS = 100_000
"""Steps in a degree: about a metre."""
_MOST_POINTS = 30_000


def road_lines(scenario: Scenario, origin: Point) -> list[JsonValue]:
    """Return the scenario's roads as lines of whole steps: the first point from the origin, each other one from the one before.

    Of a very large network the longest lines are kept, as many as a page can carry; where people may not walk is left out.
    """
    lines = scenario.roads.lines if scenario.roads is not None else None
    if lines is None or not len(lines):
        return []
    xs, ys = (np.rint((axis - start) * STEPS).astype(int) for axis, start in ((lines.lon, origin[0]), (lines.lat, origin[1])))
    found: list[JsonValue] = []
    for n in _kept(lines):
        start, end = int(lines.first[n]), int(lines.first[n + 1])
        found.append(_steps(np.column_stack([xs[start:end], ys[start:end]])))
    return found


def border_lines(scenario: Scenario, origin: Point) -> list[JsonValue]:
    """Return the scenario's boundaries alike, thinned evenly where there are more points than a page can carry."""
    total = sum(len(line) for line in scenario.borders)
    every = max(1, -(-total // _MOST_POINTS))
    found: list[JsonValue] = []
    for line in scenario.borders:
        kept = line if every == 1 else (*line[:-1:every], line[-1])
        found.append(_steps(np.rint((np.array(kept) - np.array(origin)) * STEPS).astype(int)))
    return found


def borders_within(scenario: Scenario, low: Point, high: Point) -> list[list[Point]]:
    """Return the pieces of the scenario's boundaries that may be seen between two corners: nothing of a long line that is elsewhere."""
    found: list[list[Point]] = []
    for line in scenario.borders:
        points = np.array(line)
        least, most = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
        near = np.flatnonzero(((most >= np.array(low)) & (least <= np.array(high))).all(axis=1))
        for run in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
            if len(run):
                found.append([(x, y) for x, y in line[run[0] : run[-1] + 2]])
    return found


def _steps(points: NDArray[np.int64]) -> list[JsonValue]:
    steps = np.vstack([points[:1], np.diff(points, axis=0)])
    return [int(step) for step in steps.ravel()]


def _kept(lines: RoadLines) -> list[int]:
    """Return the numbers of the walkable lines that are sent, in their order."""
    sizes = np.diff(lines.first)
    walkable = np.flatnonzero(lines.walkable & (sizes > 1))
    if sizes[walkable].sum() <= _MOST_POINTS:
        return [int(n) for n in walkable]
    length = np.array([_length(lines, int(n)) for n in walkable])
    longest = walkable[np.argsort(-length, kind="stable")]
    return sorted(int(n) for n in longest[np.cumsum(sizes[longest]) <= _MOST_POINTS])


def _length(lines: RoadLines, n: int) -> float:
    span = slice(int(lines.first[n]), int(lines.first[n + 1]))
    return float(np.hypot(np.diff(lines.lon[span]), np.diff(lines.lat[span])).sum())
