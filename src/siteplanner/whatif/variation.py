"""What changes from one variation of a case to another, and what a variation comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.decompose import Part
from siteplanner.solve.solver import Verdict
from siteplanner.units import FEN_PER_YUAN

_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Extra:
    """One more row: ``lower ≤ Σ coefficients·x[columns] ≤ upper``."""

    columns: tuple[int, ...]
    coefficients: tuple[float, ...]
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Variation:
    """What a variation changes: columns held at 0, rows that no longer hold, rows with another upper limit, rows more.

    ``present`` are columns that other variations do not have at all (see `Lab`).
    """

    shut: frozenset[int] = frozenset()
    freed: frozenset[int] = frozenset()
    limits: tuple[tuple[int, float], ...] = ()
    extra: tuple[Extra, ...] = ()
    present: frozenset[int] = frozenset()

    def __or__(self, other: Variation) -> Variation:
        """Return both changes together; limits of the second win."""
        return Variation(
            self.shut | other.shut,
            self.freed | other.freed,
            tuple(dict([*self.limits, *other.limits]).items()),
            (*self.extra, *other.extra),
            self.present | other.present,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a variation comes to: (value, bound) of each level in its own unit; that number ``cost`` is the cost, fen.

    ``point`` is None where there is no plan (``verdict`` infeasible) or none was found in time.
    """

    verdict: Verdict
    levels: tuple[tuple[float, float], ...]
    point: Floats | None
    cost: int = -1

    @property
    def fen(self) -> int | None:
        """Return the cost of the plan that was found, None without one."""
        return round(self.levels[self.cost][0]) if self.point is not None else None

    @property
    def bound_fen(self) -> float:
        """Return what no plan of the variation costs less than; infinite where there is none."""
        if self.verdict == "infeasible":
            return float("inf")
        return self.levels[self.cost][1] if self.levels else -float("inf")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a least cost, fen: that of the best plan found (None without one) and what no plan costs less than."""

    fen: int | None
    bound_fen: float

    @property
    def settled(self) -> bool:
        """Return whether it is proven, or proven that there is none."""
        return is_settled(self.fen, self.bound_fen)


def is_settled(fen: int | None, bound_fen: float) -> bool:
    """Return whether a cost is proven the least within a yuan, or it is proven that there is no plan."""
    return bound_fen == float("inf") if fen is None else fen - bound_fen <= FEN_PER_YUAN


def vary(compiled: Compiled, variation: Variation) -> Compiled:
    """Return the problem with a variation's changes; rows more stand last and may join parts."""
    lower, upper = compiled.row_lower.copy(), compiled.row_upper.copy()
    for row, limit in variation.limits:
        upper[row] = limit
    freed = list(variation.freed)
    lower[freed], upper[freed] = -np.inf, np.inf
    most = compiled.upper.copy()
    most[list(variation.shut)] = 0.0
    varied = replace(compiled, upper=most, row_lower=lower, row_upper=upper)
    return with_rows(varied, variation.extra) if variation.extra else varied


def without(compiled: Compiled, columns: frozenset[int], rows: frozenset[int]) -> Compiled:
    """Return the problem as if columns and rows were not there: they stay in their numbers, but nothing refers to them."""
    keep = np.ones(compiled.columns)
    keep[list(columns)] = 0.0
    held = np.ones(len(compiled.row_names))
    held[list(rows)] = 0.0
    matrix = compiled.matrix.copy()
    matrix.data = matrix.data * keep[matrix.indices] * np.repeat(held, np.diff(matrix.indptr))
    matrix.eliminate_zeros()
    lower, upper = compiled.row_lower.copy(), compiled.row_upper.copy()
    lower[list(rows)], upper[list(rows)] = -np.inf, np.inf
    return replace(compiled, matrix=matrix, upper=np.where(keep > 0, compiled.upper, 0.0), row_lower=lower, row_upper=upper)


def with_rows(compiled: Compiled, extra: Sequence[Extra]) -> Compiled:
    """Return the problem with rows more."""
    rows = [
        csr_array((np.array(e.coefficients), (np.zeros(len(e.columns), dtype=np.int64), np.array(e.columns))), shape=(1, compiled.columns))
        for e in extra
    ]
    return replace(
        compiled,
        matrix=csr_array(vstack([compiled.matrix, *rows])),
        row_lower=np.concatenate([compiled.row_lower, [e.lower for e in extra]]),
        row_upper=np.concatenate([compiled.row_upper, [e.upper for e in extra]]),
        row_names=(*compiled.row_names, *(f"budget.extra.{n}" for n in range(len(extra)))),
    )


def obeys(compiled: Compiled, point: Floats) -> bool:
    """Return whether a point obeys every row and bound of a problem."""
    activity = compiled.matrix @ point
    rows = (activity >= compiled.row_lower - _TOLERANCE) & (activity <= compiled.row_upper + _TOLERANCE)
    return bool(rows.all() and (point >= compiled.lower - _TOLERANCE).all() and (point <= compiled.upper + _TOLERANCE).all())


def touches(variation: Variation, part: Part, shut: frozenset[int], extra_from: int) -> bool:
    """Return whether a variation changes anything of a part; rows more are numbered from `extra_from`."""
    if shut.intersection(part.columns):
        return True
    rows = frozenset(part.rows)
    return bool(rows & variation.freed) or any(row in rows for row, _ in variation.limits) or any(row >= extra_from for row in part.rows)


def _merit(found: Found) -> tuple[bool, tuple[float, ...], int]:
    return found.point is None, tuple(round(value, 3) for value, _ in found.levels[:-1]), found.fen or 0


def tighter(one: Found, other: Found) -> Found:
    """Return what two answers about the same variation tell together: the cheaper plan, the higher bound."""
    if "infeasible" in (one.verdict, other.verdict):
        return one if one.verdict == "infeasible" else other
    best = min(one, other, key=_merit)
    if best.point is None:
        return best if best.bound_fen >= max(one.bound_fen, other.bound_fen) else (one if best is other else other)
    levels = list(best.levels)
    value, bound = levels[best.cost][0], max(one.bound_fen, other.bound_fen)
    levels[best.cost] = (value, min(value, bound))
    proven = "proven" in (one.verdict, other.verdict) or value - bound <= FEN_PER_YUAN
    return replace(best, verdict="proven" if proven else "limit", levels=tuple(levels))
