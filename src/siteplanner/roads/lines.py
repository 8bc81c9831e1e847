"""Road centre lines and what stands on them, as written: WGS 84 degrees, nothing joined yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class RoadLines:
    """Lines of a road network. Two are equal when their digests are.

    Attributes
    ----------
    lon, lat : array of shape (vertices,)
        WGS 84 degrees, line after line.
    z_m : array of shape (vertices,)
        Elevation, NaN where none is given.
    first : array of shape (lines + 1,)
        Where each line's vertices begin; the last entry is their number.
    level : array of shape (lines,)
        0 on the ground, above it on a bridge, below it in a tunnel: lines cross only on one level.
    walkable : array of shape (lines,)
        Whether people may walk there.
    length_m : array of shape (lines,)
        Stated length, NaN where the drawn line is to be measured.
    grade : array of shape (lines,)
        Stated rise over run, NaN where elevations decide (or nothing is known).
    mark_lon, mark_lat, mark_wait_s : array of shape (marks,)
        Points on the lines: where one waits that long to cross, or cannot pass (infinite).
    joined : bool
        Whether lines meet only where they share a vertex, as in tables and OpenStreetMap; else crossing lines meet too.
    """

    lon: Floats
    lat: Floats
    z_m: Floats
    first: Ints
    level: Ints
    walkable: Bools
    length_m: Floats
    grade: Floats
    mark_lon: Floats
    mark_lat: Floats
    mark_wait_s: Floats
    joined: bool
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        content = hashlib.sha256()
        for name in ("lon", "lat", "z_m", "first", "level", "walkable", "length_m", "grade", "mark_lon", "mark_lat", "mark_wait_s"):
            content.update(np.ascontiguousarray(getattr(self, name)).tobytes() + b"|")
        content.update(str(self.joined).encode())
        object.__setattr__(self, "digest", content.hexdigest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RoadLines) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(slots=True)
class Gathered:
    """Lines and marks on their way into `RoadLines`, in any one system."""

    points: list[Floats] = field(default_factory=list)
    level: list[int] = field(default_factory=list)
    walkable: list[bool] = field(default_factory=list)
    length_m: list[float] = field(default_factory=list)
    grade: list[float] = field(default_factory=list)
    climb_m: list[float] = field(default_factory=list)
    run_m: list[float] = field(default_factory=list)
    marks: list[tuple[float, float, float]] = field(default_factory=list)

    def add(
        self,
        points: Sequence[Sequence[float]] | Floats,
        *,
        level: int,
        walkable: bool,
        length_m: float = np.nan,
        grade: float = np.nan,
        climb_m: float = np.nan,
        run_m: float = np.nan,
    ) -> None:
        """Add a line given as rows of x, y and, where known, elevation.

        Where it states no grade but what it climbs, that is laid on `run_m`, or without one on its length as drawn.
        """
        rows = np.asarray(points, dtype=float)
        if rows.shape[1] == 2:
            rows = np.column_stack([rows, np.full(len(rows), np.nan)])
        self.points.append(rows)
        self.level.append(level)
        self.walkable.append(walkable)
        self.length_m.append(length_m)
        self.grade.append(grade)
        self.climb_m.append(climb_m)
        self.run_m.append(run_m)
