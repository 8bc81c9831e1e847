"""What is asked of a solver and what it answers, whichever it is: limits, verdict, point, value and proven bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from siteplanner.solve.compile import Compiled, Floats

ABSOLUTE_GAP = 1e-6
"""万元: far below the one yuan that a proof may leave open."""
Verdict = Literal["proven", "limit", "infeasible", "interrupted"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver said of one level: verdict, best point (None without one), value and proven bound."""

    verdict: Verdict
    point: Floats | None
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: relative gap, seconds, threads, seed; nodes of the search tree, where the end must not hang on the clock.

    ``good_start`` says that the start is so near the optimum that looking for better plans does not pay; ``offset`` is a constant that
    counts in the relative gap, and nowhere else.
    """

    gap: float
    seconds: float | None
    threads: int
    seed: int
    nodes: int | None = None
    good_start: bool = False
    offset: float = 0.0


Watch = Callable[[float, float], bool]
"""Called with (incumbent, bound) as the search goes on; returns True to stop it."""


class Solver(Protocol):
    """A solver loaded with one compiled problem."""

    name: str
    version: str

    def minimise(self, costs: Floats, limits: Limits, start: Floats | None, watch: Watch | None) -> Answer:
        """Minimise Σ costs·x over the rows and holds, from a starting point if there is one."""
        ...

    def hold(self, costs: Floats, limit: float, seconds: float | None = None) -> None:
        """Add the row Σ costs·x ≤ limit; what can be told from it for the levels to come may take that many seconds."""
        ...

    def floor(self, costs: Floats, bound: float) -> None:
        """Add the row Σ costs·x ≥ bound, which every point obeys that matters: it only tells the solver what is known."""
        ...


def without_columns(compiled: Compiled) -> Answer:
    """Answer a problem without variables, which solvers refuse: its rows hold by themselves or nothing can make them."""
    if np.all(compiled.row_lower <= 0) and np.all(compiled.row_upper >= 0):
        return Answer("proven", np.zeros(0), 0.0, 0.0)
    return Answer("infeasible", None, float("inf"), float("inf"))


def loose(bound: float) -> float:
    """Return a bound lowered by more than a solver's tolerance."""
    return bound - 1e-6 * max(1.0, abs(bound))
