"""The linear relaxation of a part with rows that windows have proven, kept loaded so that a new row costs a few pivots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.web import Indices
from siteplanner.solve.highs import highs_model, relax
from siteplanner.solve.solver import loose

_IDLE = 1e-7


@dataclass(frozen=True, slots=True)
class Proven:
    """A window's row Σ costs·x ≥ bound over the columns used: all the window's columns, its own relaxation and reduced costs there."""

    columns: Indices
    used: Indices
    costs: Floats
    bound: float
    plain: float
    reduced: Floats


class Relaxation:
    """A part's relaxation: value, point, duals of the part's own rows, and reduced costs.

    Raises
    ------
    ArithmeticError
        If the relaxation cannot be solved to its optimum.
    """

    def __init__(self, compiled: Compiled, costs: Floats) -> None:
        self.compiled, self.costs = compiled, costs
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        model = highs_model(replace(compiled, integer=np.zeros(compiled.columns, dtype=np.bool_)))
        model.integrality_ = []
        model.col_cost_ = costs
        self._highs.passModel(model)
        self.rows: list[Proven] = []
        self._lower, self._upper = compiled.lower.copy(), compiled.upper.copy()
        self.solve()

    def add(self, columns: Indices, costs: Floats, bound: float, plain: float, reduced: Floats) -> None:
        """Add the row Σ costs·x ≥ bound over some columns; `plain` and `reduced` are what the window's own relaxation says of it."""
        used = np.flatnonzero(costs)
        self._add(Proven(columns, columns[used], costs[used], bound, plain, reduced))

    def exchange(self, rows: Sequence[Proven]) -> None:
        """Put other proven rows in the place of all there are."""
        own, count = len(self.compiled.row_names), len(self.rows)
        if count:
            self._highs.deleteRows(count, np.arange(own, own + count, dtype=np.int32))
        self.rows = []
        for row in rows:
            self._add(row)
        self.solve()

    def _add(self, row: Proven) -> None:
        self._highs.addRow(row.bound, highspy.kHighsInf, len(row.used), row.used.astype(np.int32), row.costs)
        self.rows.append(row)

    def settle(self, lower: Floats, upper: Floats) -> None:
        """Take over bounds of columns: from then on what is told holds for plans within them."""
        changed = np.flatnonzero((lower != self._lower) | (upper != self._upper)).astype(np.int32)
        if len(changed):
            self._highs.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
            self._lower, self._upper = lower.copy(), upper.copy()
            self.solve()

    def solve(self) -> None:
        """Solve anew from where the last solution stood."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            self._highs.clearSolver()
            self._highs.run()
            status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the linear relaxation ended as {status}")
        solution, own = self._highs.getSolution(), len(self.compiled.row_names)
        self.point = np.array(solution.col_value)
        self.reduced = np.array(solution.col_dual)
        duals = np.array(solution.row_dual)
        self.duals, self._row_duals = duals[:own], duals[own:]
        self.value = loose(float(self._highs.getInfo().objective_function_value))

    def tidy(self) -> None:
        """Take out the proven rows that do not bind."""
        idle = np.flatnonzero(self._row_duals < _IDLE)
        if len(idle):
            self._highs.deleteRows(len(idle), (idle + len(self.compiled.row_names)).astype(np.int32))
            dead = set(idle.tolist())
            self.rows = [row for n, row in enumerate(self.rows) if n not in dead]
            self.solve()

    def costs_beside(self, columns: Indices) -> Floats:
        """Return the costs with every proven row charged at its dual, but for rows that stand on some columns alone."""
        left = self.costs.copy()
        inside = np.zeros(len(left), dtype=np.bool_)
        inside[columns] = True
        for row, dual in zip(self.rows, self._row_duals, strict=True):
            if dual > _IDLE and not inside[row.used].all():
                left[row.used] -= dual * row.costs
        return left

    def least_if(self) -> tuple[Floats, Floats]:
        """Return what every plan costs at least in which a binary column is 1, and in which it is 0 (shape: columns each).

        By reduced costs: with duals v ≥ 0 on proven rows, a column of reduced cost r is 1 only in plans that cost value + r. A proven row
        takes up what its columns cost, so besides each row of the column is let go: the window's own relaxation, whose reduced cost
        is r', stands in for it, and the plan costs value + r + Σ v·(r' − what the row lifts that relaxation by).
        """
        own, lost = self.reduced.copy(), np.zeros(len(self.costs))
        for row, dual in zip(self.rows, self._row_duals, strict=True):
            if dual > _IDLE:
                own[row.columns] += dual * row.reduced
                lost[row.columns] += dual * (row.bound - row.plain)
        one = np.maximum(np.maximum(self.reduced, 0.0), np.maximum(own, 0.0) - lost)
        none = np.maximum(np.maximum(-self.reduced, 0.0), np.maximum(-own, 0.0) - lost)
        # A settled column has no other end to go to: its reduced cost tells nothing.
        free = self._lower < self._upper
        return self.value + np.where(free, one, 0.0), self.value + np.where(free, none, 0.0)


def plain_bound(compiled: Compiled, costs: Floats) -> tuple[float, Floats]:
    """Return a bound on a window without its integrality, and the reduced costs that prove it: exact whatever the solver's tolerance.

    A column that is settled in the window has no other end to go to: it has the reduced cost 0, or it would be told to cost where it is.
    """
    free = compiled.lower < compiled.upper
    found = relax(compiled, costs)
    if found is None:
        return float(np.minimum(costs * compiled.lower, costs * compiled.upper).sum()), np.where(free, costs, 0.0)
    duals = np.where((found.duals > 0) & np.isneginf(compiled.row_lower), 0.0, found.duals)
    duals = np.where((duals < 0) & np.isposinf(compiled.row_upper), 0.0, duals)
    reduced = np.asarray(costs - compiled.matrix.T @ duals, dtype=np.float64)
    sides = np.where(duals > 0, compiled.row_lower, np.where(duals < 0, compiled.row_upper, 0.0))
    ends = np.where(reduced > 0, compiled.lower, np.where(reduced < 0, compiled.upper, 0.0))
    return float(duals @ sides + reduced @ ends), np.where(free, reduced, 0.0)


def exact_needs(compiled: Compiled, costs: Floats, needs: Indices) -> Compiled:
    """Return the part with requirements as equations, where a plan never has to credit more than is required.

    Lowering a credit that costs nothing, stands in no other requirement, and elsewhere only in upper limits with a positive
    coefficient breaks no row. So a plan that credits too much can be trimmed to one that credits exactly, at the same cost.
    """
    matrix = compiled.matrix.tocsc()
    row_of, column_of = matrix.indices, np.repeat(np.arange(compiled.columns), np.diff(matrix.indptr))
    asks = np.zeros(len(compiled.row_names), dtype=np.bool_)
    asks[needs] = True
    harmless = asks[row_of] | ((matrix.data > 0) & np.isneginf(compiled.row_lower[row_of]))
    bad = np.bincount(column_of, weights=~harmless, minlength=compiled.columns) > 0
    asked_by = np.bincount(column_of, weights=asks[row_of], minlength=compiled.columns)
    free = ~compiled.integer & ~bad & (asked_by <= 1) & (costs == 0) & (compiled.lower == 0)
    rows: csr_array = csr_array(compiled.matrix)[needs]
    stiff = ~free[rows.indices] | (rows.data <= 0)
    trimmed = np.bincount(np.repeat(np.arange(len(needs)), np.diff(rows.indptr)), weights=stiff, minlength=len(needs)) == 0
    trimmed &= np.isposinf(compiled.row_upper[needs]) & (compiled.row_lower[needs] >= 0)
    upper = compiled.row_upper.copy()
    upper[needs[trimmed]] = compiled.row_lower[needs[trimmed]]
    return replace(compiled, row_upper=upper)
