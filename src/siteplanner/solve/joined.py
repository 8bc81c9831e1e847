"""Parts joined by rows that bind: each level is closed from both sides, by prices on those rows and by plans that obey them.

A round solves every part at the prices of the round and, beside them, searches the whole over the sites that some part took at some
prices: parts' plans seldom fit together, but their sites are those of good plans. Where bound and plan do not meet within
the asked gap, the whole is searched with the parts' bounds as rows, from the best plan found.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.crew import Crew
from siteplanner.solve.decompose import Part, extract_part
from siteplanner.solve.levels import Clock, Goal, Run, Shown
from siteplanner.solve.pricing import Floor, Joins, PricedPart, Prices, relaxed_prices
from siteplanner.solve.solver import Answer, Limits

PRICED_FROM = 1500
"""Binaries of joined parts from which prices pay: below, the solver is done sooner by itself."""
ALTERNATIVES = "choice."
"""Rows over the ways of getting one site: what belongs together when the search is narrowed to some sites."""
_ROUNDS = 16
_FINEST = 1e-4
_SHARE = 0.25
"""How much of the asked gap the parts' own gaps may use up."""
_NEAR = 1.0
"""The search begins once the bound may rise by no more than this many asked gaps, and parts' plans can be mixed to obey every row."""
_SEEK = 2.0
"""How many times as long as the round before the search beside a round may take."""
_GOOD = 0.01
"""A part's plan leads the search if at the best prices it costs no more than the part's least and this share of the bound."""
_TAKEN = 0.5


class JoinedRun(Run):
    """The levels of joined parts.

    Parameters
    ----------
    compiled : Compiled
        The joined problem.
    parts : sequence of PricedPart
        The parts it is made of, with the plans of each that are known.
    """

    def __init__(
        self, compiled: Compiled, parts: Sequence[PricedPart], goals: Sequence[Goal], settings: Settings, crew: Crew, workers: int
    ) -> None:
        super().__init__(compiled, goals, settings)
        self._parts, self._crew, self._workers = tuple(parts), crew, workers
        self._floors: tuple[Floor, ...] = ()
        self._told = 0

    def _minimise(self, goal: Goal, clock: Clock, shown: Shown | None) -> Answer:
        """Minimise the first level by prices, and by a search of the whole where they leave more than the asked gap open.

        Later levels are settled by the whole with the first one held and the parts' bounds as rows.
        """
        if self.answers or not goal.costs.any():
            self._tell(clock)
            return super()._minimise(goal, clock, shown)
        best = self._by_prices(goal, clock, shown)
        if best.verdict != "limit":
            return best
        self.start = best.point
        self._tell(clock)
        answer = self._search(goal, clock, shown, best.bound)
        if answer.point is None and best.point is not None:
            # "Infeasible" would be a solver's error: there is a plan.
            return best if answer.verdict == "infeasible" else replace(best, bound=max(best.bound, answer.bound))
        return answer

    def _tell(self, clock: Clock) -> None:
        """Give the solver of the whole the bounds of the parts as rows, once."""
        solver = self._ready(clock)
        for floor in self._floors[self._told :]:
            solver.floor(floor.spread(self.compiled.columns), floor.bound)
        self._told = len(self._floors)

    def _by_prices(self, goal: Goal, clock: Clock, shown: Shown | None) -> Answer:
        """Return the best plan and bound found by rounds of prices: proven, interrupted, or "limit" where they leave too much open."""
        joins = Joins.of(self.compiled)
        relaxed = relaxed_prices(self.compiled, joins, goal.costs)
        best = Answer("limit", None, np.inf, -np.inf)
        if relaxed is None:
            return best
        prices, fine, ceiling = Prices(self._parts, joins, goal.costs, *relaxed), max(_FINEST, _SHARE * self._gap), np.inf
        took = 0.0
        for _ in range(_ROUNDS):
            began = clock.spent()
            near = ceiling < np.inf and ceiling - prices.bound <= _NEAR * max(_FINEST, self._gap) * abs(ceiling)
            seek = (
                _Seek(self._narrowed(prices.good_points(_GOOD), best.point), goal, best, prices.bound, fine, took * _SEEK) if near else None
            )
            prices.evaluate(lambda charged: self._round(charged, goal, clock, fine, seek))  # noqa: B023
            best = replace(best if seek is None else seek.best, bound=prices.bound)
            self._floors, took = prices.floors, clock.spent() - began
            if shown is not None:
                shown(goal, best.value, best.bound)
            if self.closed(goal, best.value, best.bound):
                return replace(best, verdict="proven")
            if clock.stop:
                return replace(best, verdict="interrupted")
            ceiling = prices.ceiling()
            settled = ceiling < np.inf and ceiling - prices.bound <= fine * abs(ceiling)
            if _late(clock) or (settled and seek is not None and fine <= _FINEST):
                break
            fine = max(_FINEST, fine / 2) if settled and seek is not None else fine
            prices.climb()
        return best

    def _round(self, charged: Floats, goal: Goal, clock: Clock, gap: float, seek: _Seek | None) -> None:
        """Solve every part at its charged costs and, beside them, search the whole over the sites taken so far."""
        settings = self.settings.model_copy(update={"gap": Decimal(str(gap))})

        def solve(part: PricedPart) -> None:
            own = charged[part.columns]
            start = min(part.points, key=lambda point: float(own @ point), default=None)
            run = Run(part.compiled, (Goal(goal.level, own, 0.0),), settings, start, good_start=seek is not None)
            self._crew.advance(run, 1, clock, None)
            part.bound = run.answers[0][1] if run.answers else -np.inf
            if run.point is not None and not any(np.array_equal(run.point, point) for point in part.points):
                part.points.append(run.point)

        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            jobs = [pool.submit(seek.run, self, clock)] if seek is not None else []
            jobs += [pool.submit(solve, part) for part in self._parts]
            for job in jobs:
                job.result()

    def _narrowed(self, plans: Sequence[Sequence[Floats]], point: Floats | None) -> Compiled:
        """Return the joined problem without the sites that neither the point nor any of the parts' plans took."""
        compiled = self.compiled
        taken = np.zeros(compiled.columns, dtype=np.bool_) if point is None else point > _TAKEN
        for part, found in zip(self._parts, plans, strict=True):
            for plan in found:
                taken[part.columns] |= plan > _TAKEN
        shut, kept = np.zeros(compiled.columns, dtype=np.bool_), taken.copy()
        for row in (n for n, name in enumerate(compiled.row_names) if name.startswith(ALTERNATIVES)):
            span = compiled.matrix.indices[compiled.matrix.indptr[row] : compiled.matrix.indptr[row + 1]]
            shut[span] = True
            kept[span] |= taken[span].any()
        return replace(compiled, upper=np.where(shut & ~kept & (compiled.lower <= 0), 0.0, compiled.upper))


@dataclass(slots=True)
class _Seek:
    """A search of the narrowed whole for a better plan; it stops as soon as the plan is near enough to the bound of the prices."""

    compiled: Compiled
    goal: Goal
    best: Answer
    outer: float
    gap: float
    seconds: float

    def run(self, whole: JoinedRun, clock: Clock) -> None:
        """Search for as long as the parts may take, and keep the better plan."""
        settings = whole.settings
        solver = load(settings.name, self.compiled)

        def look(incumbent: float, _: float) -> bool:
            return clock.stop or whole.closed(self.goal, incumbent, self.outer)

        left = clock.left()
        limits = Limits(self.gap, self.seconds if left is None else min(left, self.seconds), settings.threads, settings.seed)
        answer = solver.minimise(self.goal.costs, limits, self.best.point, look)
        if answer.point is not None and answer.value < self.best.value:
            self.best = replace(answer, verdict="limit")


def _late(clock: Clock) -> bool:
    """Return whether half of the time is gone: the rest belongs to the search of the whole."""
    left = clock.left()
    return left is not None and clock.limit is not None and left < clock.limit / 2


def join_up(
    compiled: Compiled, joined: Part, inner: Sequence[Part], known: Sequence[Floats | None], goals: Sequence[Goal],
    settings: Settings, crew: Crew, workers: int,
) -> JoinedRun:  # fmt: skip
    """Return the run of joined parts; `known` holds a plan of each part that is known already, `goals` speak of the joined columns."""
    place = {column: n for n, column in enumerate(joined.columns)}
    parts = [
        PricedPart(
            np.array([place[column] for column in part.columns], dtype=np.int64),
            extract_part(compiled, part),
            [point] if point is not None else [],
        )
        for part, point in zip(inner, known, strict=True)
    ]
    return JoinedRun(extract_part(compiled, joined), parts, goals, settings, crew, workers)
