"""One compiled problem, minimised level by level: what each level reached is held while the next is minimised."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from siteplanner.model.objective import Level
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.solver import ABSOLUTE_GAP, Answer, Limits, Solver, Verdict, Watch, loose


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a search is: seconds spent and left (None without a limit), parts done and in all (0 of 0 where there are none)."""

    spent: float
    left: float | None = None
    done: int = 0
    parts: int = 0


Progress = Callable[[str, float, float, Sight], None]
"""Called with (level, incumbent, bound, sight) while the search goes on; values in units of the level."""
WEIGHT = 1000.0
"""What a held level weighs beside the level that is being minimised."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A level over compiled columns: cost vector and constant."""

    level: Level
    costs: Floats
    constant: float


@dataclass(slots=True)
class Clock:
    """Seconds since the start, what is left of a limit, whether the user asked to stop, and whether what was found is enough."""

    limit: float | None
    progress: Progress | None = None
    started: float = field(default_factory=time.monotonic)
    stop: bool = False
    done: int = 0
    parts: int = 0
    enough: bool = False

    def sight(self) -> Sight:
        """Return how far the search is."""
        return Sight(self.spent(), None if self.limit is None else self.left(), self.done, self.parts)

    def spent(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self.started

    def left(self) -> float | None:
        """Return the seconds left, never quite none; None without a limit."""
        return None if self.limit is None else max(0.01, self.limit - self.spent())

    def over(self) -> bool:
        """Return whether the limit is reached."""
        return self.limit is not None and self.spent() >= self.limit


Shown = Callable[[Goal, float, float], None]
"""Called with (level, incumbent, bound) while the search goes on; solver units, constants left out."""


class Run:
    """The levels of one problem as far as they have been minimised.

    ``answers`` holds (value, bound) of each finished level, constants left out; ``verdict`` that of the last. `start` is a point
    from which the first level sets out, and `bound` what is known of that level from below, its constant left out.
    """

    def __init__(
        self, compiled: Compiled, goals: Sequence[Goal], settings: Settings, start: Floats | None = None, good_start: bool = False,
        bound: float = -np.inf,
    ) -> None:  # fmt: skip
        self.compiled, self.goals, self.settings, self.start = compiled, tuple(goals), settings, start
        self.good_start, self.bound = good_start, bound
        self._solver: Solver | None = None
        self.point: Floats | None = None
        self.answers: list[tuple[float, float]] = []
        self.verdict: Verdict = "proven"
        self._gap = float(settings.gap)
        self._held = np.zeros(compiled.columns)
        self._held_value = 0.0

    def take(self, answers: Sequence[tuple[float, float]], point: Floats | None, verdict: Verdict) -> None:
        """Set the run to where another one of the same problem came."""
        self.answers, self.point, self.verdict, self._solver = list(answers), point, verdict, None

    def _ready(self, clock: Clock) -> Solver:
        """Return the solver with every finished level held, from the first on where it was not loaded yet."""
        if self._solver is None:
            self._solver = load(self.settings.name, self.compiled)
            self._held, self._held_value = np.zeros(self.compiled.columns), 0.0
            for goal, (value, bound) in zip(self.goals, self.answers, strict=False):
                self._hold(goal, value, bound, clock)
        return self._solver

    def _hold(self, goal: Goal, value: float, bound: float, clock: Clock) -> None:
        """Hold a finished level; what a gap left open of it is a row that bounds it from below."""
        if self._solver is not None:
            self._solver.hold(goal.costs, value + goal.level.hold, clock.left())
            if self._gap and np.isfinite(bound):
                self._solver.floor(goal.costs, loose(bound))
        self._held = self._held + WEIGHT * goal.costs
        self._held_value += WEIGHT * value

    @property
    def value(self) -> float:
        """Return what the last finished level reached."""
        return self.answers[-1][0] if self.answers else 0.0

    def advance(self, levels: int, clock: Clock, shown: Shown | None = None) -> None:
        """Minimise up to that many levels in all; stops at the first that is not proven."""
        while len(self.answers) < min(levels, len(self.goals)) and self.verdict == "proven":
            goal = self.goals[len(self.answers)]
            answer = self._minimise(goal, clock, shown)
            self.verdict = answer.verdict
            if answer.point is None:
                # The point of the level before is still a plan: a later level without an answer is a limit reached.
                if self.point is not None and answer.verdict == "infeasible":
                    self.verdict = "limit"
                return
            self.point = np.where(self.compiled.integer, np.rint(answer.point), answer.point)
            value = float(goal.costs @ self.point)
            bound = min(answer.bound, value)
            self.answers.append((value, bound))
            if self.verdict == "proven" and len(self.answers) < len(self.goals):
                self._hold(goal, value, bound, clock)

    def _minimise(self, goal: Goal, clock: Clock, shown: Shown | None) -> Answer:
        """Minimise a level."""
        return self._search(goal, clock, shown, -np.inf if self.answers else self.bound)

    def _search(
        self, goal: Goal, clock: Clock, shown: Shown | None, outer: float = -np.inf,
        limits: Limits | None = None, enough: Watch | None = None,
    ) -> Answer:  # fmt: skip
        """Minimise a level with the held levels weighed in; stop early once the incumbent is near enough to a bound known from outside.

        The held levels cannot move up by more than their hold, so weighing them in changes nothing but the solver's bound: it prunes
        by a cost it knows well. Where a gap is asked it is that of the weighed sum: a later level is bettered only where the search
        for it comes upon something, and its own bound says how little is proven of it. `enough` may end the search.
        """
        if self.point is not None and not goal.costs.any():
            return Answer("proven", self.point, 0.0, 0.0)
        solver = self._ready(clock)

        def look(incumbent: float, bound: float) -> bool:
            if shown is not None and not clock.stop:
                # With held levels weighed in, the bound speaks of them more than of this level: not shown.
                shown(goal, incumbent - self._held_value, max(outer, bound) if not self.answers else outer)
            done = clock.stop or self.closed(goal, incumbent - self._held_value, outer)
            return done or (enough is not None and enough(incumbent, bound))

        start = self.start if self.point is None else self.point
        answer = solver.minimise(self._held + goal.costs, limits or self.limits(goal, clock), start, look)
        value, bound = answer.value - self._held_value, max(outer, answer.bound - self._held_value)
        stopped = answer.verdict == "interrupted" and self.closed(goal, value, bound)
        return replace(answer, verdict="proven" if stopped else answer.verdict, value=value, bound=bound)

    def limits(self, goal: Goal, clock: Clock) -> Limits:
        """Return the limits of one search."""
        return Limits(
            self._gap, clock.left(), self.settings.threads, self.settings.seed, good_start=self.good_start,
            offset=goal.constant if self._gap and not self.answers else 0.0,
        )  # fmt: skip

    def closed(self, goal: Goal, value: float, bound: float, share: float = 1.0) -> bool:
        """Return whether a value is within the asked gap of a bound, or within a share of that gap."""
        return bool(np.isfinite(value)) and value - bound <= max(ABSOLUTE_GAP, share * self._gap * abs(value + goal.constant))
