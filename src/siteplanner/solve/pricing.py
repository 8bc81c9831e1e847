"""Prices for the rows that join parts: a bound that comes near the optimum from parts solved by themselves.

Each joining row a·x ≤ b (budgets, milestones) gets a price λ ≥ 0; then every part is solved by itself
with its use of those rows charged. Whatever the prices,  Σ_k min (c + λA)·x_k − λ·b  is a lower bound of the whole, and
(c + λA)·x_k ≥ its part's bound  holds for every plan. Prices climb by a cutting-plane model of that bound inside a box that grows
with success and shrinks without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.decompose import joining_rows
from siteplanner.solve.highs import relax
from siteplanner.solve.solver import loose

_BOX, _GROW, _SHRINK = 0.3, 2.0, 0.5
_SCALE = 0.02
Columns = NDArray[np.int64]
Evaluate = Callable[[Floats], None]
"""Solves every part at its charged costs (shape: columns of the whole) and leaves point and bound in it."""


@dataclass(slots=True)
class PricedPart:
    """A part of a joined problem: its columns there, its own problem, the plans found so far, the bound at the last prices."""

    columns: Columns
    compiled: Compiled
    points: list[Floats] = field(default_factory=list)
    bound: float = -np.inf


@dataclass(frozen=True, slots=True)
class Floor:
    """A row Σ costs·x ≥ bound over some columns, which every plan obeys."""

    columns: Columns
    costs: Floats
    bound: float

    def spread(self, count: int) -> Floats:
        """Return the row's coefficients over all columns."""
        row = np.zeros(count)
        row[self.columns] = self.costs
        return row


@dataclass(frozen=True, slots=True)
class Joins:
    """The rows that join parts, each side as  use·x ≤ limit."""

    use: Floats
    limit: Floats

    @classmethod
    def of(cls, joined: Compiled) -> Joins:
        """Return the joining rows of a problem."""
        rows = np.flatnonzero(joining_rows(joined))
        matrix = joined.matrix[rows].toarray()
        upper, lower = np.isfinite(joined.row_upper[rows]), np.isfinite(joined.row_lower[rows])
        limit = np.concatenate([joined.row_upper[rows][upper], -joined.row_lower[rows][lower]])
        return cls(np.vstack([matrix[upper], -matrix[lower]]), limit)


def relaxed_prices(joined: Compiled, joins: Joins, costs: Floats) -> tuple[float, Floats] | None:
    """Return the value of the linear relaxation and its prices; None where it has no answer."""
    found = relax(joined, costs)
    if found is None:
        return None
    rows = np.flatnonzero(joining_rows(joined))
    upper, lower = np.isfinite(joined.row_upper[rows]), np.isfinite(joined.row_lower[rows])
    prices = np.concatenate([-found.duals[rows][upper], found.duals[rows][lower]])
    assert len(prices) == len(joins.limit)
    return found.value, np.maximum(0.0, prices)


class Prices:
    """The prices of one level and the bound they give.

    Parameters
    ----------
    parts : sequence of PricedPart
        Together all columns of the joined problem.
    costs : array
        The level that is minimised (shape: columns of the joined problem).
    value, prices : float, array
        The linear relaxation's value and prices: where the climb begins.
    """

    def __init__(self, parts: Sequence[PricedPart], joins: Joins, costs: Floats, value: float, prices: Floats) -> None:
        self.parts, self.joins, self.costs = parts, joins, costs
        self.prices, self.best, self.bound = prices, prices, -np.inf
        self.floors: tuple[Floor, ...] = ()
        self._scale = _SCALE * max(1.0, abs(value)) / np.maximum(1.0, np.abs(joins.limit))
        self._box = 1.0

    def evaluate(self, solve: Evaluate) -> None:
        """Solve the parts at the prices; keep the bound if it is the best so far."""
        charged = self.costs + self.joins.use.T @ self.prices
        solve(charged)
        bounds = [part.bound for part in self.parts]
        total = float(np.sum(bounds)) - float(self.prices @ self.joins.limit)
        if not total > self.bound:
            self._box *= _SHRINK
            return
        self._box *= _GROW if np.isfinite(self.bound) else 1.0
        self.bound, self.best = total, self.prices
        self.floors = tuple(Floor(part.columns, charged[part.columns], loose(part.bound)) for part in self.parts)

    def good_points(self, share: float) -> list[list[Floats]]:
        """Return each part's plans whose cost at the best prices exceeds the least known by at most a share of the bound."""
        charged, room = self.costs + self.joins.use.T @ self.best, share * abs(self.bound)
        found = []
        for part in self.parts:
            costs = [float(charged[part.columns] @ point) for point in part.points]
            found.append([point for point, cost in zip(part.points, costs, strict=True) if cost <= min(costs) + room])
        return found

    def climb(self) -> None:
        """Set the prices for the next round from the plans found so far.

        Where these can be mixed to obey every row, half-way from the best prices to those that promise most: whatever is found there
        raises the bound or lowers what is promised. Before that, where the promise is greatest in a box around the best prices.
        """
        free = self._model([(0.0, None)] * len(self.joins.limit))
        if free is not None:
            self.prices = (self.best + free[1]) / 2
            return
        width = self._box * np.maximum(_BOX * self.best, self._scale)
        bounds = [(max(0.0, p - w), p + w) for p, w in zip(self.best, width, strict=True)]
        found = self._model(bounds)
        if found is not None:
            self.prices = found[1]

    def ceiling(self) -> float:
        """Return the greatest bound that any prices can give as far as the plans found so far tell; inf where they do not fit together."""
        found = self._model([(0.0, None)] * len(self.joins.limit))
        return np.inf if found is None else found[0]

    def _model(self, bounds: Sequence[tuple[float, float | None]]) -> tuple[float, Floats] | None:
        count, limit = len(self.joins.limit), self.joins.limit
        rows, right = [], []
        for n, part in enumerate(self.parts):
            for point in part.points:
                row = np.zeros(count + len(self.parts))
                row[:count] = -(self.joins.use[:, part.columns] @ point)
                row[count + n] = 1.0
                rows.append(row)
                right.append(float(self.costs[part.columns] @ point))
        objective = np.concatenate([limit, -np.ones(len(self.parts))])
        free: list[tuple[float | None, float | None]] = [(None, None)] * len(self.parts)
        answer = linprog(objective, A_ub=np.array(rows), b_ub=right, bounds=[*bounds, *free], method="highs")
        if answer.x is None or answer.fun is None:
            return None
        return -float(answer.fun), np.array(answer.x[:count])
