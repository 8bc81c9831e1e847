"""Prices for the rows that join parts: a bound that comes near the optimum, and a plan near it, before the whole is searched.

Each joining row gets a price; then every part is solved by itself with its use of those rows charged. Whatever the
prices, Σ_k min (c + λA)·x_k − λ·b is a lower bound of the whole, and (c + λA)·x_k ≥ its part's bound holds for every plan: as rows
these lift the linear relaxation of the whole to that bound. Prices start from the duals of the relaxation and climb by a
cutting-plane model of the bound inside a box that grows with success and shrinks without. The parts' plans seldom fit together,
but the sites they take are those of good plans: the whole is first searched over these sites alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.backends import Answer, Limits, Solver, load, relaxation_duals
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.decompose import Part, extract_part, joining_rows
from siteplanner.solve.levels import Clock

PRICED_FROM = 1500
"""Binaries of joined parts from which prices pay: below, the solver is done sooner by itself."""
ALTERNATIVES = "choice."
"""Rows over the ways of getting one site: what belongs together when the search is narrowed to some sites."""
_ROUNDS = 6
_BOX, _GROW, _SHRINK = 0.3, 2.0, 0.5
_SCALE = 0.02
_FINEST = 1e-4
_SHARE = 0.25
"""How much of the asked gap the parts' own gaps, and the climb of the prices, may use up."""
Each = Callable[[Sequence[Callable[[], None]]], None]
"""Runs jobs side by side and waits for all of them."""


@dataclass(slots=True)
class _Priced:
    """A part while prices change: its columns in the joined problem, its own problem, and the plans found so far."""

    columns: NDArray[np.int64]
    solver: Solver
    answer: Answer | None = None
    costs: Floats = field(default_factory=lambda: np.zeros(0))
    points: list[Floats] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lead:
    """What prices give the search of the whole: rows that every plan obeys, and a plan to start from (None if none was found)."""

    compiled: Compiled
    start: Floats | None


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The best prices so far: their bound, and each part's priced costs with the bound on them."""

    value: float
    prices: Floats
    rows: tuple[tuple[NDArray[np.int64], Floats, float], ...]


class Pricing:
    """Prices on the joining rows of a joined problem.

    Parameters
    ----------
    joined : Compiled
        The parts and the rows that join them, as one problem.
    columns : sequence of arrays
        The columns of each part in it, together all columns.
    inner : sequence of Compiled
        Each part as a problem of its own.
    costs : array
        The level that is minimised.
    """

    def __init__(
        self,
        joined: Compiled,
        columns: Sequence[NDArray[np.int64]],
        inner: Sequence[Compiled],
        costs: Floats,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.joined, self.costs, self.settings, self.clock = joined, costs, settings, clock
        self.parts = [_Priced(own, load(settings.name, problem)) for own, problem in zip(columns, inner, strict=True)]
        rows = np.flatnonzero(joining_rows(joined))
        matrix = joined.matrix[rows].toarray()
        upper, lower = np.isfinite(joined.row_upper[rows]), np.isfinite(joined.row_lower[rows])
        # Every side of a joining row as A x ≤ b.
        self.use = np.vstack([matrix[upper], -matrix[lower]])
        self.limit = np.concatenate([joined.row_upper[rows][upper], -joined.row_lower[rows][lower]])
        value, duals = relaxation_duals(joined, costs)
        self.prices = np.maximum(0.0, np.concatenate([-duals[rows][upper], duals[rows][lower]]))
        self.scale = _SCALE * max(1.0, abs(value)) / np.maximum(1.0, np.abs(self.limit))

    @property
    def gap(self) -> float:
        """Return the relative gap to which parts are solved."""
        return max(_FINEST, _SHARE * float(self.settings.gap))

    def lead(self, known: Sequence[Floats | None], each: Each) -> Lead:
        """Return the joined problem with the bounds of its parts as rows, and a plan to start from.

        Parameters
        ----------
        known : sequence of arrays
            A plan of each part that is known already.
        each : callable
            Runs the parts of a round side by side.
        """
        for part, point in zip(self.parts, known, strict=True):
            part.points += [point] if point is not None else []
        best, box = self._evaluate(each), 1.0
        for _ in range(_ROUNDS):
            if best is None or self.clock.stop or self._late():
                break
            model, self.prices = self._climb(best, box)
            if model - best.value <= self.gap * max(1.0, abs(model)):
                break
            found = self._evaluate(each)
            improved = found is not None and found.value > best.value
            box = box * _GROW if improved else box * _SHRINK
            best = found if found is not None and improved else best
        if best is None:
            return Lead(self.joined, None)
        compiled = _with_rows(self.joined, best.rows)
        return Lead(compiled, None if self.clock.stop or self._late() else self._start(compiled))

    def _late(self) -> bool:
        left = self.clock.left()
        return left is not None and self.clock.limit is not None and left < self.clock.limit / 2

    def _limits(self, gap: float) -> Limits:
        return Limits(gap, self.clock.left(), self.settings.threads, self.settings.seed)

    def _watch(self, incumbent: float, bound: float) -> bool:
        return self.clock.stop

    def _evaluate(self, each: Each) -> _Bounds | None:
        """Solve every part at the prices; None where one has no bound or no plan."""
        charged = self.costs + self.use.T @ self.prices

        def job(part: _Priced) -> Callable[[], None]:
            def run() -> None:
                part.costs = charged[part.columns]
                start = part.points[-1] if part.points else None
                part.answer = part.solver.minimise(part.costs, self._limits(self.gap), start, self._watch)
                if np.isfinite(part.answer.bound):
                    part.solver.floor(part.costs, _loose(part.answer.bound))

            return run

        each([job(part) for part in self.parts])
        total, rows = -float(self.prices @ self.limit), []
        for part in self.parts:
            if part.answer is None or part.answer.point is None or not np.isfinite(part.answer.bound):
                return None
            part.points.append(part.answer.point)
            total += part.answer.bound
            rows.append((part.columns, part.costs, part.answer.bound))
        return _Bounds(total, self.prices.copy(), tuple(rows))

    def _climb(self, best: _Bounds, box: float) -> tuple[float, Floats]:
        """Return the greatest bound that the plans found so far allow inside the box around the best prices, and its prices."""
        rows, right = [], []
        for n, part in enumerate(self.parts):
            for point in part.points:
                row = np.zeros(len(self.limit) + len(self.parts))
                row[: len(self.limit)] = -(self.use[:, part.columns] @ point)
                row[len(self.limit) + n] = 1.0
                rows.append(row)
                right.append(float(self.costs[part.columns] @ point))
        width = box * np.maximum(_BOX * best.prices, self.scale)
        bounds = [(max(0.0, p - w), p + w) for p, w in zip(best.prices, width, strict=True)] + [(None, None)] * len(self.parts)
        objective = np.concatenate([self.limit, -np.ones(len(self.parts))])
        answer = linprog(objective, A_ub=np.array(rows), b_ub=right, bounds=bounds, method="highs")
        if answer.x is None or answer.fun is None:
            return best.value, best.prices
        return -float(answer.fun), np.array(answer.x[: len(self.limit)])

    def _start(self, compiled: Compiled) -> Floats | None:
        """Search the whole over the sites that some part took at some prices."""
        taken = np.zeros(compiled.columns, dtype=np.bool_)
        for part in self.parts:
            for point in part.points:
                taken[part.columns] |= point > 0.5
        open_too = taken.copy()
        ways = np.flatnonzero([name.startswith(ALTERNATIVES) for name in compiled.row_names])
        shut = np.zeros(compiled.columns, dtype=np.bool_)
        for row in ways:
            span = compiled.matrix.indices[compiled.matrix.indptr[row] : compiled.matrix.indptr[row + 1]]
            shut[span] = True
            if taken[span].any():
                open_too[span] = True
        upper = np.where(shut & ~open_too & (compiled.lower <= 0), 0.0, compiled.upper)
        answer = load(self.settings.name, replace(compiled, upper=upper)).minimise(
            self.costs, self._limits(float(self.settings.gap)), None, self._watch
        )
        return answer.point


def _with_rows(compiled: Compiled, rows: Sequence[tuple[NDArray[np.int64], Floats, float]]) -> Compiled:
    """Return a problem with the rows Σ costs·x ≥ bound over some of its columns."""
    parts = [csr_array((costs, (np.zeros(len(own), dtype=np.int64), own)), shape=(1, compiled.columns)) for own, costs, _ in rows]
    bounds = np.array([_loose(bound) for _, _, bound in rows])
    return replace(
        compiled,
        matrix=csr_array(vstack([compiled.matrix, *parts])),
        row_lower=np.concatenate([compiled.row_lower, bounds]),
        row_upper=np.concatenate([compiled.row_upper, np.full(len(rows), np.inf)]),
        row_names=(*compiled.row_names, *(f"bound.{n}" for n in range(len(rows)))),
    )


def _loose(bound: float) -> float:
    """Return a bound lowered by more than a solver's tolerance."""
    return bound - 1e-6 * max(1.0, abs(bound))


def price(compiled: Compiled, joined: Part, inner: Sequence[Part], costs: Floats, settings: Settings, clock: Clock) -> Pricing:
    """Return the pricing of the joining rows of joined parts; `costs` are those of the joined columns."""
    place = {column: n for n, column in enumerate(joined.columns)}
    own = [np.array([place[column] for column in part.columns], dtype=np.int64) for part in inner]
    return Pricing(extract_part(compiled, joined), own, [extract_part(compiled, part) for part in inner], costs, settings, clock)
