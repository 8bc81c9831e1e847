"""From arrays to the one door to solvers: a program, a deadline, and an answer whose bound may be rounded up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled
from siteplanner.solve.solver import Answer, Limits
from siteplanner.textbook.answer import Bools, Floats

TOLERANCE = 1e-6
"""What may lie between value and bound of something proven: absolute, or a thousandth of it relative to the value."""
_LEAST_SECONDS = 0.01


class Deadline:
    """A time limit in seconds from now; None is no limit."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Return the seconds left, never less than a hundredth; None without a limit."""
        return None if self._end is None else max(_LEAST_SECONDS, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """Return whether the time is up."""
        return self._end is not None and time.monotonic() >= self._end


@dataclass(frozen=True, slots=True)
class Program:
    """Minimise ``costs·x`` with ``lower ≤ x ≤ upper``, ``row_lower ≤ A x ≤ row_upper``, x integer where ``integer``."""

    costs: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    matrix: csr_array
    row_lower: Floats
    row_upper: Floats

    def compiled(self) -> Compiled:
        """Return the program as the solvers take it; rows and columns have no names here."""
        matrix = self.matrix
        slim = csr_array((matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)), shape=matrix.shape)
        return Compiled({}, self.lower, self.upper, self.integer, slim, self.row_lower, self.row_upper, ("",) * matrix.shape[0])


class Rows:
    """Collect rows as arrays, a family at a time."""

    def __init__(self, columns: int) -> None:
        self._columns, self._count = columns, 0
        self._entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._bounds: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, matrix: csr_array | coo_array, columns: np.ndarray, low: float | Floats, high: float | Floats) -> None:
        """Add the rows ``low ≤ matrix @ x[columns] ≤ high``."""
        entries = matrix.tocoo()
        self._entries.append((entries.row + self._count, columns[entries.col], entries.data))
        count = matrix.shape[0]
        self._bounds.append((np.broadcast_to(low, (count,)), np.broadcast_to(high, (count,))))
        self._count += count

    def one(self, columns: np.ndarray, values: float | Floats, low: float, high: float) -> None:
        """Add one row."""
        data = np.broadcast_to(values, (len(columns),)).astype(np.float64)
        self.add(
            coo_array((data, (np.zeros(len(columns), dtype=np.int64), np.arange(len(columns)))), shape=(1, len(columns))),
            columns,
            low,
            high,
        )

    def program(self, costs: Floats, upper: Floats, integer: Bools, lower: Floats | None = None) -> Program:
        """Return the program over all rows added."""
        row, column, data = (np.concatenate([entry[n] for entry in self._entries]) for n in range(3))
        matrix = csr_array((data, (row, column)), shape=(self._count, self._columns))
        low, high = (np.concatenate([bound[n] for bound in self._bounds]).astype(np.float64) for n in range(2))
        return Program(costs, np.zeros(self._columns) if lower is None else lower, upper, integer, matrix, low, high)


def ask(
    program: Program,
    deadline: Deadline,
    *,
    start: Floats | None = None,
    step: float = 0.0,
    target: float | None = None,
    presolve: bool = True,
) -> Answer:
    """Ask HiGHS. Where all values are multiples of `step` (> 0), the search stops once no better multiple is possible.

    With a `target` it stops too once a point is that good, or none can be.

    "Infeasible" is believed only if HiGHS says so without presolve too.
    """
    compiled = program.compiled()
    enough = step * (1 - 1e-6) if step else 0.0

    def watch(value: float, bound: float) -> bool:
        return value - bound < enough or (target is not None and (value <= target or bound > target))

    limits = Limits(0.0, deadline.left(), 1, 0)
    answer = load("highs", compiled, presolve=presolve).minimise(
        program.costs, limits, start, watch if step or target is not None else None
    )
    if answer.verdict == "infeasible" and presolve:
        answer = load("highs", compiled, presolve=False).minimise(program.costs, Limits(0.0, deadline.left(), 1, 0), None, None)
    if answer.point is None or answer.verdict == "proven":
        return answer
    closed = answer.value - answer.bound < max(enough, TOLERANCE)
    return Answer("proven", answer.point, answer.value, answer.value) if closed else answer


def is_proven(value: float, bound: float) -> bool:
    """Return whether nothing better is possible than `value`, within the tolerance."""
    return abs(value - bound) <= TOLERANCE * max(1.0, abs(value) * 1e-3)


def whole_step(values: Floats | Sequence[float]) -> float:
    """Return 1 where every value is a whole number (so that every sum of them is), else 0."""
    array = np.asarray(values)
    return 1.0 if np.array_equal(array, np.round(array)) else 0.0
