"""A large part: the solver first, and where its first nodes leave too much open, windows from both sides (`siteplanner.solve.dense`).

What windows say holds for the rows of any case: their bounds are bounds whatever the rows mean, and their plans are held against every
row. Which rows are near one another is told from the requirement rows, so a part with few of them is left to the solver.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.web import REQUIREMENT
from siteplanner.solve.levels import Clock, Goal, Run, Shown
from siteplanner.solve.solver import Answer, Limits, loose

LEAST_NEEDS, LEAST_CHOICES = 240, 800
"""Requirement rows and integer columns from which a part is large."""
FIRST_S, FIRST_SHARE = 60.0, 0.2
"""What the solver gets at first: at most so many seconds, and where it has a good plan by then at most that share of the time there is."""
GOOD, GOOD_S, GOOD_SHARE = 0.03, 20.0, 0.5
"""A good plan is within this gap; to come to one the solver has at least so many seconds, or that share of the time."""
FIRST_NODES = 200
"""What it gets where a gap is asked and no time limit: counted, so that the plan does not hang on the clock."""
KEPT_FOR_NEXT = 0.95
"""The share of the asked gap that windows close to where levels follow: the gap of these is that of the weighed sum."""
_MOST_WORKERS = 8
_OBEYED = 1e-6


def is_large(compiled: Compiled, settings: Settings) -> bool:
    """Return whether a part is large, and solved as windows are: by HiGHS, with a thread for each call."""
    if settings.name != "highs" or settings.threads != 1 or int(compiled.integer.sum()) < LEAST_CHOICES:
        return False
    return sum(name.startswith(REQUIREMENT) for name in compiled.row_names) >= LEAST_NEEDS


def run_of(
    compiled: Compiled, goals: Sequence[Goal], settings: Settings, start: Floats | None = None, good_start: bool = False,
    bound: float = -np.inf,
) -> Run:  # fmt: skip
    """Return the run of a part: that of a large one where it is large, and a plan to set out from has a bound or is none."""
    kind = LargeRun if (start is None or np.isfinite(bound)) and is_large(compiled, settings) else Run
    return kind(compiled, goals, settings, start, good_start, bound)


class LargeRun(Run):
    """The levels of a large part: the first that costs anything is closed from both sides, all others by the solver alone."""

    def _minimise(self, goal: Goal, clock: Clock, shown: Shown | None) -> Answer:
        """Minimise a level; each search sets out from the plan and the bound of the one before."""
        before = self.goals[: len(self.answers)]
        if not goal.costs.any() or any(held.costs.any() for held in before):
            return self._search(goal, clock, shown)
        first = self._at_first(goal, clock, shown) if self.start is None else self._known(goal, self.start)
        if first.verdict != "limit" or clock.over():
            return first
        known = self._by_windows(goal, clock, shown, first)
        if known.verdict != "limit" or clock.over():
            return known
        self.start = known.point
        if np.isfinite(known.bound):
            self._ready(clock).floor(goal.costs, loose(known.bound))
        last = self._search(goal, clock, shown, known.bound)
        if last.point is None and known.point is not None:
            # "Infeasible" would be a solver's error: there is a plan.
            return known if last.verdict == "infeasible" else replace(known, bound=max(known.bound, last.bound))
        return last

    def _known(self, goal: Goal, start: Floats) -> Answer:
        """Return the plan and the bound that the run sets out from."""
        value = float(goal.costs @ start)
        return Answer("proven" if self.closed(goal, value, self.bound) else "limit", start, value, self.bound)

    def _at_first(self, goal: Goal, clock: Clock, shown: Shown | None) -> Answer:
        """Return what the solver comes to at first: by the clock where there is a limit, or where nothing but proof ends it."""
        limits, began = self.limits(goal, clock), clock.spent()
        if limits.seconds is None:
            limits = replace(limits, nodes=FIRST_NODES) if self._gap else replace(limits, seconds=FIRST_S)
            return self._search(goal, clock, shown, limits=limits)
        least, most = FIRST_SHARE * limits.seconds, min(FIRST_S, max(GOOD_S, GOOD_SHARE * limits.seconds))

        def enough(value: float, bound: float) -> bool:
            good = np.isfinite(value) and value - bound <= GOOD * abs(value)
            return clock.spent() - began > (min(least, most) if good else most)

        found = self._search(goal, clock, shown, enough=enough)
        return replace(found, verdict="limit") if found.verdict == "interrupted" and not clock.stop else found

    def _by_windows(self, goal: Goal, clock: Clock, shown: Shown | None, known: Answer) -> Answer:
        """Return what windows make of a plan and a bound: proven, interrupted, or "limit" where they leave too much open.

        Without any plan by half of the time the rest is left to the solver.
        """
        share = 1.0 if len(self.answers) + 1 == len(self.goals) else KEPT_FOR_NEXT
        began = clock.left()

        def look(value: float, bound: float) -> bool:
            if shown is not None and not clock.stop:
                shown(goal, value, bound)
            left = clock.left()
            in_vain = began is not None and left is not None and left < began / 2 and not np.isfinite(value)
            return clock.stop or in_vain or self.closed(goal, value, bound, share)

        workers = min(_MOST_WORKERS, max(2, os.cpu_count() or 1))
        limits = Limits(0.0, began, 1, self.settings.seed)
        found = improve(self.compiled, goal.costs, limits, look, workers, known if np.isfinite(known.bound) else None)
        bound = known.bound if found.verdict == "infeasible" else max(known.bound, found.bound)
        better = found.point is not None and found.value <= known.value and _obeys(self.compiled, found.point)
        best = replace(found if better else known, bound=bound)
        if best.point is not None and self.closed(goal, best.value, bound):
            return replace(best, verdict="proven")
        return replace(best, verdict="interrupted" if clock.stop else "limit")


def _obeys(compiled: Compiled, point: Floats) -> bool:
    """Return whether a point keeps every row and bound as closely as a solver's own."""
    activity = compiled.matrix @ point
    rows = (activity >= compiled.row_lower - _OBEYED).all() and (activity <= compiled.row_upper + _OBEYED).all()
    return bool(rows and (point >= compiled.lower - _OBEYED).all() and (point <= compiled.upper + _OBEYED).all())
