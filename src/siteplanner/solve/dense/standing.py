"""Where a run stands: the part, the best plan, the bound, what is settled by now, and whether to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.search import Search
from siteplanner.solve.dense.web import Web
from siteplanner.solve.solver import Limits, Watch

MARGIN = 1e-5
"""Relative: what lies between value and bound of a proven plan."""


@dataclass(slots=True)
class Standing:
    """What all that works on a part shares.

    Attributes
    ----------
    open : pair of arrays, shape (columns,)
        Lower and upper bounds of all columns, with what is settled by now: every plan cheaper than the best lies within them.
    over : bool
        Whether what still runs is to end.
    """

    web: Web
    costs: Floats
    limits: Limits
    watch: Watch | None
    search: Search
    started: float
    bound: float
    open: tuple[Floats, Floats]
    stop: bool = False
    over: bool = False

    def left(self) -> float | None:
        """Return the seconds left, if there is a limit."""
        return None if self.limits.seconds is None else self.limits.seconds - (time.monotonic() - self.started)

    def done(self) -> bool:
        """Return whether to stop: asked to, out of time, or near enough."""
        self.look()
        left = self.left()
        return self.stop or (left is not None and left <= 0) or self.near()

    def look(self) -> None:
        """Tell the watch how things stand, and hear whether to stop."""
        if self.watch is not None and self.watch(self.search.value, self.bound):
            self.stop = True

    def heard(self) -> bool:
        """Return whether the watch says stop."""
        self.look()
        return self.stop

    def window_limits(self, gap: float, nodes: int) -> Limits:
        """Return the limits of one window."""
        return Limits(gap, self.left(), 1, self.limits.seed, nodes)

    def near(self) -> bool:
        """Return whether the plan is within the asked gap of the bound."""
        return self.search.point is not None and self.search.value - self.bound <= max(MARGIN, self.limits.gap * abs(self.search.value))

    def prove(self, bound: float) -> None:
        """Take over a bound on every plan that is cheaper than the best."""
        self.bound = max(self.bound, min(bound, self.search.value))

    def left_open(self) -> int:
        """Return how many choices are left open."""
        return int((self.web.compiled.integer & (self.open[0] < self.open[1])).sum())
