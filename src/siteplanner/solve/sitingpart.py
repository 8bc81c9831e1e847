"""One connected part: a plan, what it costs, and a bound, in the seconds given. The function may be swapped for another one.

A tiny part is given to the solver as it is. Any other first gets a plan: from both sides (`siteplanner.solve.dense`) where there is
time for it, else from its linear relaxation, made better by windows. Then the solver searches it from that plan, whole or,
where it is large, cell by cell for the bound alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from siteplanner.solve.cells import CELL_ESTATES, Relaxed, cells_of, partition, relaxed
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.jit import QUICK
from siteplanner.solve.highs import Highs, relax
from siteplanner.solve.journal import content_key
from siteplanner.solve.shrink import shrink, with_groups
from siteplanner.solve.siting import Longs, Siting, assemble
from siteplanner.solve.solver import Limits, loose
from siteplanner.solve.windows import Windows, serve_all

WHOLE = 500
"""Estates of the largest part that is given to the solver whole."""
TINY = 20
"""Estates of the largest part that the solver is done with sooner than with anything before."""
FIRST_SHARE = 0.45
"""Share of the seconds for a plan, before the search for the bound, where plans cannot be annealed."""
PATIENT_S = 0.04
"""Seconds an estate from which working from both sides brings more than windows, where plans cannot be annealed."""
SECOND_SEED = 1000
_EVERYWHERE = 1e-3
_HALF, _COARSEST = 0.5, 0.5
_CLOSED = 1e-4
"""万元: a plan a yuan or less above the bound is proven."""


@dataclass(frozen=True, slots=True)
class PartTask:
    """A part without budgets: its options' costs with prices on budgets laid on (万元), relative gap asked of all parts, seconds.

    The part stops at that gap times ``share``. With a ``plan``, a part that is not tiny only gets that plan fitted to the costs, and no
    bound. ``threads`` work on it.
    """

    siting: Siting
    costs: Floats
    gap: float
    seconds: float
    plan: Longs | None = None
    threads: int = 1
    share: float = 1.0


def part_key(task: PartTask) -> str:
    """Return the content of a task but for its seconds and its share of the gap: what is kept of an earlier run stands for it."""
    return content_key(task.siting, task.costs, task.gap, task.plan)


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """Options of a plan that serves every estate of the part, their cost as charged, and a bound on it (万元)."""

    chosen: Longs
    value: float
    bound: float


def solve_part(task: PartTask) -> PartAnswer:
    """Find a plan of a part and a bound (minus infinity where only a plan was to be fitted).

    Raises
    ------
    ValueError
        If not every estate can be served.
    """
    started = time.monotonic()
    small = shrink(task.siting, task.costs)
    siting, costs, gap = small.siting, small.costs, min(_COARSEST, task.gap * task.share)

    def left(share: float = 1.0) -> float:
        return task.seconds * share - (time.monotonic() - started)

    if task.plan is not None and siting.estates > TINY:
        windows = Windows(siting, costs, serve_all(siting, costs, small.same(task.siting, task.plan)))
        windows.improve(left, gap / 4, -np.inf, 0)
        bound = -np.inf
    elif siting.estates <= TINY:
        chosen, bound = _whole(siting, costs, gap, left(), None)
        windows = Windows(siting, costs, serve_all(siting, costs, chosen))
    else:
        windows, bound = _first(siting, costs, gap, lambda: left(1.0 if QUICK else FIRST_SHARE), task.threads)
        if left() > 0 and windows.value - bound > max(_CLOSED, gap * windows.value):
            bound = max(bound, _second(siting, costs, gap, left(), windows))
    if np.isfinite(bound):
        windows.improve(left, gap / 4, max(bound + _CLOSED, bound / (1 - gap)), SECOND_SEED)
    found = small.option[np.flatnonzero(windows.taken)]
    return PartAnswer(found, float(task.costs[found].sum()), min(bound, windows.value))


def _first(siting: Siting, costs: Floats, gap: float, left: Callable[[], float], threads: int) -> tuple[Windows, float]:
    """Return a plan and a first bound: from both sides where there is time for it, else from the relaxation and by windows."""
    if QUICK or left() >= PATIENT_S * siting.estates:
        compiled, vector = assemble(siting, costs, budgets=False)
        found = improve(with_groups(compiled, siting), vector, Limits(gap, left(), 1, 0), None, threads)
        if found.point is not None:
            picked = np.flatnonzero(found.point[: siting.options] > _HALF)
            return Windows(siting, costs, serve_all(siting, costs, picked)), found.bound
    at = relaxed(siting, costs)
    windows = Windows(siting, costs, serve_all(siting, costs, np.flatnonzero(at.share > _HALF)))
    windows.improve(left, gap / 4, at.value / (1 - gap), 0)
    return windows, at.value


def _second(siting: Siting, costs: Floats, gap: float, seconds: float, windows: Windows) -> float:
    """Search for the bound, and where the part is not large for a better plan, from the plan there is; return the bound."""
    if siting.estates > WHOLE:
        return _by_cells(siting, costs, gap, seconds, relaxed(siting, costs))
    chosen, bound = _whole(siting, costs, gap, seconds, windows)
    chosen = serve_all(siting, costs, chosen) if len(chosen) else chosen
    if len(chosen) and float(costs[chosen].sum()) < windows.value:
        windows.take(chosen)
    return bound


def _whole(siting: Siting, costs: Floats, gap: float, seconds: float, plan: Windows | None) -> tuple[Longs, float]:
    """Search a part as it is, from a plan if there is one."""
    compiled, vector = assemble(siting, costs, budgets=False)
    start = None if plan is None else plan.point()
    answer = Highs(with_groups(compiled, siting)).minimise(vector, Limits(gap, max(0.1, seconds), 1, 0), start, None)
    if answer.verdict == "infeasible":
        raise ValueError("not every estate can be served")
    picked = np.zeros(0, dtype=np.int64) if answer.point is None else np.flatnonzero(answer.point[: siting.options] > _HALF)
    return picked, answer.bound if np.isfinite(answer.bound) else 0.0


def _by_cells(siting: Siting, costs: Floats, gap: float, seconds: float, at: Relaxed) -> float:
    """Return the bound of a part's cells together."""
    total = 0.0
    for cell in cells_of(siting, costs, partition(siting, CELL_ESTATES, weight=_undecided(siting, at) + _EVERYWHERE), at):
        compiled, vector = assemble(cell.siting, cell.costs, budgets=False)
        vector[cell.siting.options :] = cell.charge
        share = max(0.1, seconds * len(cell.estate) / siting.estates)
        answer = Highs(with_groups(compiled, cell.siting)).minimise(vector, Limits(gap / 2, share, 1, 0), None, None)
        total += answer.bound if np.isfinite(answer.bound) else _least_of(compiled, vector)
    return total


def _least_of(compiled: Compiled, costs: Floats) -> float:
    """Return a bound without any search: that of the linear relaxation, else of the columns by themselves (copies may cost less than 0)."""
    found = relax(compiled, costs)
    return loose(found.value) if found is not None else float(np.minimum(costs, 0.0) @ compiled.upper)


def _undecided(siting: Siting, at: Relaxed) -> Floats:
    """Return how far from whole the relaxation is at each site: cells are cut where it is nearly whole."""
    found = np.zeros(siting.sites)
    np.add.at(found, siting.option_site, np.minimum(at.share, 1 - at.share))
    return found
