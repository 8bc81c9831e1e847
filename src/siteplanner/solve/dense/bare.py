"""A part over whole choices alone, without credits, and its linear relaxation with rows that come and go.

Credits cost nothing, so that they matter only by whether a choice can serve everybody: rows of groups say that
(`siteplanner.solve.dense.groups`). Some hundred columns are left of thousands, and what a search tree solves at a node takes a
fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.groups import Demand, Groups, Marks, credit, demand_of
from siteplanner.solve.dense.rounding import cuts
from siteplanner.solve.dense.sites import Sites, only_credits
from siteplanner.solve.dense.web import IMPLIED, Indices, Web
from siteplanner.solve.siting import DM2_PER_M2

_CUTS, _DEPTH = 40, 1e-3
"""Cuts added at a time at most, and how far the point is from each at least."""
_LACK = 1.0
"""m² that a point falls short of a group's row for it to be added, where others will follow."""
_ENOUGH = 0.02
"""Share of the gap that a round of cuts closes for another to follow."""
_ROUNDS = 1000
_SLACK, _STALE = 1e-6, 5
"""A row goes that has been slack so many times in a row when it was looked at."""
_EXACT, _WHOLE = 1e-6, 1e-7
_PASSED = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kObjectiveBound)


@dataclass(frozen=True, slots=True)
class Bare:
    """A part's open choices, what they cost, the rows over them alone, and what is demanded of them.

    Attributes
    ----------
    columns : array, shape (choices,)
        Column of each choice in the part's rows.
    lower, upper : arrays, shape (choices,)
    rows, row_lower, row_upper
        Rows of the part without credits, but for those that follow from the others.
    pair : array
        Column of the credit that each pair of the demand belongs to.
    size : int
        Columns of the part.
    """

    columns: Indices
    costs: Floats
    lower: Floats
    upper: Floats
    rows: csr_array
    row_lower: Floats
    row_upper: Floats
    demand: Demand
    reach: csr_array
    pair: Indices
    size: int

    def plan(self, point: Floats) -> Floats:
        """Return the point of the part's rows for a whole choice that serves everybody."""
        _, given = credit(self.demand, point, np.zeros((0, len(self.demand.need)), dtype=np.bool_))
        whole = np.zeros(self.size)
        whole[self.columns] = point
        np.add.at(whole, self.pair, given / DM2_PER_M2)
        return whole


def bare_of(web: Web, sites: Sites, costs: Floats, lower: Floats, upper: Floats) -> Bare | None:
    """Return a part over the choices that its bounds leave open; None where credits do more than serve estates."""
    compiled = web.compiled
    binary = (compiled.lower >= 0) & (compiled.upper <= 1)
    if not only_credits(web, sites) or not binary[compiled.integer].all():
        return None
    columns = np.flatnonzero(compiled.integer & (upper > 0)).astype(np.int64)
    place = np.full(compiled.columns, -1)
    place[columns] = np.arange(len(columns))
    left = place[sites.option] >= 0
    option, site, area = place[sites.option][left], sites.option_site[left], np.zeros(len(columns))
    area[option] = sites.area[left]
    # One more than the number of the credit, so that the product tells it.
    credits = csr_array((np.arange(1, len(sites.pair) + 1), (sites.pair_estate, sites.pair_site)), shape=(len(sites.need), sites.sites))
    numbers = csr_array(credits @ csr_array((np.ones(len(option), dtype=np.int64), (site, option)), shape=(sites.sites, len(columns))))
    numbers.sort_indices()
    reach = csr_array((np.ones(numbers.nnz), numbers.indices, numbers.indptr), shape=numbers.shape)
    follows = np.array([name.startswith(IMPLIED) for name in compiled.row_names], dtype=np.bool_)
    alone = np.diff(csr_array(web.by_row[:, np.flatnonzero(~compiled.integer)]).indptr) == 0
    own = np.flatnonzero(alone & ~follows)
    rows = csr_array(web.by_row[own][:, columns])
    some = np.flatnonzero(np.diff(rows.indptr) > 0)
    return Bare(
        columns=columns,
        costs=costs[columns],
        lower=lower[columns],
        upper=upper[columns],
        rows=csr_array(rows[some]),
        row_lower=compiled.row_lower[own[some]],
        row_upper=compiled.row_upper[own[some]],
        demand=demand_of(sites.need.astype(np.float64), area, reach),
        reach=reach,
        pair=sites.pair[numbers.data - 1],
        size=compiled.columns,
    )


@dataclass(frozen=True, slots=True)
class Point:
    """What a relaxation says: its value, its point and reduced costs (shape (choices,))."""

    value: float
    point: Floats
    reduced: Floats

    def undecided(self, lower: Floats, upper: Floats) -> Indices:
        """Return the open choices that are fractional."""
        return np.flatnonzero((lower < upper) & (self.point > _WHOLE) & (self.point < 1 - _WHOLE)).astype(np.int64)


class BareRelaxation:
    """The linear relaxation of a bare part, with rows of groups and cuts.

    Raises
    ------
    ArithmeticError
        From whatever solves it, where the solver comes to no end.
    """

    def __init__(self, bare: Bare, groups: Groups) -> None:
        self.bare, self.groups = bare, groups
        self._lower, self._upper = bare.lower.copy(), bare.upper.copy()
        self._first, self._ask, self._slack = bare.rows.shape[0], np.zeros(0), np.zeros(0, dtype=np.int64)
        self._limit = float("inf")
        count = len(bare.costs)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        # Scaling would be found anew at every node, and takes longer than the few steps from the last one.
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("simplex_scale_strategy", 0)):
            self._highs.setOptionValue(option, value)
        self._highs.addVars(count, bare.lower, bare.upper)
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), bare.costs)
        self._put(bare.rows, bare.row_lower, bare.row_upper)

    def copy(self) -> BareRelaxation:
        """Return the same relaxation, to be worked with by itself."""
        other = BareRelaxation(self.bare, self.groups.copy())
        other.add(self._rows(), self._ask)
        return other

    def _rows(self) -> csr_array:
        """Return the rows that were added."""
        count = len(self._ask)
        _, starts, index, value = self._highs.getRowsEntries(count, np.arange(self._first, self._first + count, dtype=np.int32))
        return csr_array((value, index, np.append(starts, len(value))), shape=(count, len(self.bare.costs)))

    def _put(self, rows: csr_array, low: Floats, high: Floats) -> None:
        starts, index = rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32)
        self._highs.addRows(rows.shape[0], low, high, rows.nnz, starts, index, rows.data.astype(np.float64))

    def add(self, rows: csr_array, ask: Floats) -> None:
        """Add rows Σ coefficient · choice ≥ ask."""
        if len(ask):
            self._put(rows, ask, np.full(len(ask), highspy.kHighsInf))
            self._ask = np.concatenate([self._ask, ask])
            self._slack = np.concatenate([self._slack, np.zeros(len(ask), dtype=np.int64)])

    def solve(self, lower: Floats, upper: Floats, limit: float) -> Point | None:
        """Return the relaxation within bounds of the choices; None where it lies beyond a limit."""
        changed = np.flatnonzero((lower != self._lower) | (upper != self._upper)).astype(np.int32)
        if len(changed):
            self._highs.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
            self._lower[changed], self._upper[changed] = lower[changed], upper[changed]
        if limit != self._limit:
            self._highs.setOptionValue("objective_bound", limit)
            self._limit = limit
        return self._solve()

    def _solve(self) -> Point | None:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in _PASSED:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError("the relaxation could not be solved")
        solution, value = self._highs.getSolution(), self._highs.getInfo().objective_function_value
        return None if value >= self._limit else Point(value, np.array(solution.col_value), np.array(solution.col_dual))

    def serve(self, at: Point | None, rounds: int = _ROUNDS, lack: float = _LACK) -> Point | None:
        """Add rows of groups that the point breaks by more than some m², and solve again, so often at most."""
        for _ in range(rounds):
            if at is None:
                break
            groups = self.groups.broken(at.point)
            if not len(groups):
                break
            rows = self.groups.rows_of(groups)
            matrix = rows.matrix(len(self.bare.costs))
            use = np.flatnonzero(rows.ask - matrix @ at.point > lack * DM2_PER_M2)
            if not len(use):
                break
            self.groups.keep(groups[use])
            self.add(csr_array(matrix[use] / DM2_PER_M2), rows.ask[use] / DM2_PER_M2)
            at = self._solve()
        return at

    def cut(self, at: Point | None, rounds: int = 1) -> Point | None:
        """Add cuts, and solve again, so often at most and as long as they bring anything."""
        for _ in range(rounds):
            if at is None:
                break
            matrix, asks, slack = cuts(self.groups.rows, at.point, _CUTS, _DEPTH)
            self.groups.forget(slack)
            if not len(asks):
                break
            self.add(matrix, asks)
            before, at = at.value, self.serve(self._solve())
            if at is None or at.value - before < _ENOUGH * (self._limit - at.value):
                break
        return at

    def tidy(self, stale: int = _STALE) -> None:
        """Drop rows that have been slack for long; to be called after solving."""
        value = np.array(self._highs.getSolution().row_value)[self._first :]
        self._slack = np.where(value > self._ask + _SLACK, self._slack + 1, 0)
        gone = np.flatnonzero(self._slack > stale)
        if len(gone):
            self._highs.deleteRows(len(gone), (gone + self._first).astype(np.int32))
            self._ask, self._slack = np.delete(self._ask, gone), np.delete(self._slack, gone)


def root(bare: Bare, limit: float, over: Callable[[], bool]) -> tuple[BareRelaxation, Point | None]:
    """Return the relaxation of a bare part with every row that it breaks and cuts on top, and its point (None: beyond the limit)."""
    relaxed = BareRelaxation(bare, Groups(bare.demand, bare.reach))
    single: Marks = np.eye(len(bare.demand.need), dtype=np.bool_)
    rows = relaxed.groups.rows_of(single)
    relaxed.groups.keep(single)
    relaxed.add(csr_array(rows.matrix(len(bare.costs)) / DM2_PER_M2), rows.ask / DM2_PER_M2)
    at = relaxed.serve(relaxed.solve(bare.lower, bare.upper, limit), lack=_EXACT)
    while at is not None and not over():
        before = at.value
        at = relaxed.cut(at)
        if at is None or at.value - before < _ENOUGH * (limit - at.value):
            break
    if at is not None:
        relaxed.tidy(0)
    return relaxed, at
