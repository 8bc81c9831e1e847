"""A dense part from both sides: windows lift the bound, windows better the plan, and the solver closes what little is left.

The part is cut into cells in several ways, of which the best is kept; from round to round its cells are joined. Around each cell a
window with all choices that can serve it is solved to proof at the relaxation's prices; its minimum becomes a row of the relaxation.
Beside them run steps of the search for a better plan. When cells bring no more, or few choices are left open, the whole is given to the
solver, with the plan to start from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.crew import Crew
from siteplanner.solve.dense.jit import QUICK
from siteplanner.solve.dense.relaxation import Proven, Relaxation, exact_needs, plain_bound
from siteplanner.solve.dense.search import Search
from siteplanner.solve.dense.sites import LONG, SHORT, Sites, courses, courses_between, lean, sites_of, without_links
from siteplanner.solve.dense.standing import MARGIN, Standing
from siteplanner.solve.dense.web import IMPLIED, Indices, cells, joined, weave
from siteplanner.solve.dense.whole import Whole
from siteplanner.solve.dense.windows import Window, charged, priced_window
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Answer, Limits, Verdict, Watch, loose

CELL = 80
"""Requirements of a cell at first."""
SMALL_GAIN = 0.08
"""A round that closes less than this share of the gap is the last one, where the solver can search the whole."""
_NODES, _FIRST_NODES, _WIDE = 1500, 200, 12_000
"""Nodes of a window's search, and in the first round, from so many columns on; of smaller windows more, as they take less time each."""
_GAP, _FINER = 1e-4, 0.1
_SMALL, _OPEN = 240, 700
"""Requirements and open choices of the largest part that the solver searches whole at once: windows close the gap of larger ones sooner."""
_RUNS, _RUNS_BETWEEN, _RUNS_LONG = 8, 2, 3
"""Annealed plans to set out from, and those annealed between them, at least; and long runs for each worker, where the part is small and
several workers share it: all that is left to do then is to search the whole, which wants the better plan."""
_CUTS = 6
"""Ways to cut a part into cells that are tried: bounds of one part lie up to 0.3 % apart by where it is cut."""
_LARGEST, _SEARCHABLE = 160, 1500
"""Cells grow no larger, where the solver can search the whole: where no more choices are left open than that."""
_ROUGH = 0.03
"""A plan further from the bound than this share of its value is worth less than what the relaxation made whole gives."""
_NOISE = 1e-5
"""Share of the dearest option's cost from which a window's costs are more than a solver's tolerance."""


@dataclass(slots=True)
class _Bound:
    """One window to solve for its bound, in the rows that the solver is given."""

    window: Window
    given: Compiled
    costs: Floats
    start: Floats | None
    limits: Callable[[], Limits]
    bound: float = -float("inf")
    plain: float = -float("inf")
    """Its bound without integrality, and the reduced costs that prove that."""
    reduced: Floats | None = None

    def run(self, watch: Watch) -> None:
        """Find the bound, unless time is out by now."""
        limits = self.limits()
        if limits.seconds is None or limits.seconds > 0:
            self.plain, self.reduced = plain_bound(self.window.compiled, self.costs)
            self.bound = Highs(self.given).minimise(self.costs, limits, self.start, watch).bound


@dataclass(slots=True)
class _Solve:
    """The relaxation, to be solved with its new rows."""

    relaxation: Relaxation

    def run(self, _watch: Watch) -> None:
        """Solve it."""
        self.relaxation.solve()


@dataclass(slots=True)
class _Improve:
    standing: Standing
    crew: Crew
    sites: Sites | None
    relaxation: Relaxation
    first: tuple[float, Floats]
    """Value and reduced costs of the relaxation before any row was added."""
    noise: float
    """What is less than this, 万元, is taken for nothing in the costs of a window."""
    rounds: int = 0
    impossible: bool = False

    def rough(self) -> bool:
        """Return whether the plan is none, or so far from the bound that the relaxation made whole is likely to be better."""
        search = self.standing.search
        return search.point is None or search.value - self.standing.bound > _ROUGH * abs(search.value)

    def run(self) -> None:
        """Close the gap from both sides."""
        if self.rough():
            self.set_about()
        self.crew.searching = True
        parts = self.cut()
        while not self.standing.done():
            self.fix()
            if self.few_open():
                self.whole()
                return
            before = self.standing.search.value - self.standing.bound
            found = joined(self.standing.web, parts)
            fresh = [cell for cell in found if not any(cell is old for old in parts)]
            parts = found
            self.round(fresh)
            # Without a plan the gain is no number: cells must grow then too.
            if not self.standing.done() and not before - (self.standing.search.value - self.standing.bound) >= SMALL_GAIN * before:
                size = len(self.standing.web.needs) / len(parts)
                if not fresh or len(parts) == 1 or (size >= _LARGEST and self.standing.left_open() <= _SEARCHABLE):
                    self.fix()
                    self.whole()
                    return

    def cut(self) -> list[Indices]:
        """Cut the part into cells in several ways; return those that give the greatest bound, whose rows stay.

        The first way is followed by the search for a better plan, as long as that finds much.
        """
        best: tuple[float, list[Proven], list[Indices]] = (-float("inf"), [], [])
        for seed in range(_CUTS):
            self.fix()
            if self.standing.done() or self.few_open():
                break
            parts = cells(self.standing.web, CELL, self.standing.limits.seed + seed)
            if seed:
                self.relaxation.exchange([])
            self.round(parts)
            if self.relaxation.value > best[0]:
                best = (self.relaxation.value, self.relaxation.rows, parts)
            if len(parts) == 1:
                break
            if not seed:
                self.crew.seek(lambda: self.standing.search.settled)
        if self.relaxation.rows is not best[1] and best[2] and not self.standing.done():
            self.relaxation.exchange(best[1])
        return best[2]

    def set_about(self) -> None:
        """Find plans to set out from: annealed ones and what windows make of them, else the relaxation made whole, else any."""
        if QUICK and self.sites is not None:
            self.anneal(self.sites)
        if (
            self.rough()
            and not self.standing.search.make_whole(self.relaxation.point, self.crew.work)
            and self.standing.search.point is None
        ):
            self.first_plan()

    def anneal(self, sites: Sites) -> None:
        """Find plans by annealing, then better ones between them."""
        at, duals, workers = self.relaxation, self.relaxation.duals[self.standing.web.needs], self.crew.workers
        costs, seed = self.standing.costs, self.standing.limits.seed
        long = workers > 1 and len(self.standing.web.needs) <= _SMALL
        many, moves = (_RUNS_LONG * workers, LONG) if long else (max(_RUNS, workers), SHORT)
        runs = courses(sites, at.point, duals, at.reduced, costs, many, seed, moves)
        self.crew.work(runs)
        points = [run.point for run in runs if run.point is not None]
        if points and not self.standing.done():
            between = courses_between(sites, points, duals, at.reduced, costs, max(_RUNS_BETWEEN, workers), seed)
            self.crew.work(between)
            points += [run.point for run in between if run.point is not None]
        self.standing.search.take(points)

    def round(self, waiting: Sequence[Indices]) -> None:
        """Solve the window of every cell, those that share nothing side by side, and steps of the search beside them."""
        together = max(self.crew.workers, len(waiting) // 6)
        # Few choices first: they are done soon, and where time runs out most of the bound is there.
        left = sorted(waiting, key=lambda cell: len(np.unique(self.standing.web.choices[cell].indices)))
        while left and not self.standing.done():
            bounds: list[_Bound] = []
            later: list[Indices] = []
            taken = np.zeros(len(self.standing.costs), dtype=np.bool_)
            for cell in left:
                window = None if len(bounds) >= together else priced_window(self.standing.web, cell)
                if window is None or taken[window.columns].any():
                    later.append(cell)
                elif (bound := self.bound_of(window)) is not None:
                    taken[window.columns] = True
                    bounds.append(bound)
            left = later
            self.crew.work(bounds, make_room=self.rounds > 0)
            if self.lift(bounds):
                self.crew.work([_Solve(self.relaxation)])
                self.relaxation.tidy()
                self.standing.prove(self.relaxation.value)
        self.rounds += 1

    def bound_of(self, window: Window) -> _Bound | None:
        """Return the window to be solved at the prices there are, over the choices left open; None where nothing is left to pay."""
        costs = charged(self.standing.web, window, self.relaxation.costs_beside(window.columns), self.relaxation.duals)
        # Any costs give a valid row. Those that are but a solver's tolerance would give one that is as wrong as it is small.
        costs[np.abs(costs) < self.noise] = 0.0
        if not costs.any():
            return None
        lower, upper = self.standing.open[0][window.columns], self.standing.open[1][window.columns]
        window = replace(window, compiled=replace(window.compiled, lower=lower, upper=upper))
        start = None if self.standing.search.point is None else self.standing.search.point[window.columns]
        nodes = round((_NODES if self.rounds else _FIRST_NODES) * max(1.0, _WIDE / len(window.columns)))
        # Windows are proven sooner without the rows that follow from others.
        given = window.compiled if self.sites is None else lean(window.compiled)
        return _Bound(window, given, costs, start, lambda: replace(self.standing.window_limits(self.fine(), nodes), good_start=True))

    def lift(self, bounds: Sequence[_Bound]) -> bool:
        """Add the rows that windows have proven, where they say more than the relaxation; say whether any did."""
        lifted = False
        for found in bounds:
            bound = loose(found.bound)
            least = found.costs @ self.relaxation.point[found.window.columns] + max(self.noise, abs(bound) * MARGIN)
            if np.isfinite(bound) and bound > least:
                assert found.reduced is not None
                self.relaxation.add(found.window.columns, found.costs, bound, found.plain, found.reduced)
                lifted = True
        return lifted

    def fine(self) -> float:
        """Return the gap to solve windows to: far below what is asked of the whole."""
        return max(_GAP, _FINER * self.standing.limits.gap)

    def first_plan(self) -> None:
        """Have the solver find any plan of the whole."""
        left = self.standing.left()
        limits = replace(self.standing.limits, gap=0.5, seconds=None if left is None else max(0.01, left / 4), threads=1)
        answer = Highs(self.standing.web.compiled).minimise(self.standing.costs, limits, None, lambda _value, _bound: self.standing.heard())
        if answer.point is not None:
            self.standing.search.offer(answer.point)

    def set_out(self, known: Answer) -> None:
        """Take over a plan and a bound that are known, the plan's continuous columns chosen anew: needs are equations here."""
        self.standing.bound = max(self.standing.bound, known.bound)
        if known.point is not None:
            part, whole = self.standing.web.compiled, np.rint(known.point)
            fixed = replace(part, lower=np.where(part.integer, whole, part.lower), upper=np.where(part.integer, whole, part.upper))
            answer = Highs(fixed).minimise(self.standing.costs, self.standing.window_limits(0.0, _NODES), None, None)
            if answer.point is not None:
                self.standing.search.offer(answer.point)

    def fix(self) -> None:
        """Settle the choices that no plan cheaper than the best can make, or leave out.

        Where every plan with a binary at 1 costs more than the best one, the binary is 0 in every cheaper plan; and alike at 0.
        """
        compiled, limit = self.standing.web.compiled, self.standing.search.value + MARGIN * max(1.0, abs(self.standing.search.value))
        binary = compiled.integer & (compiled.lower == 0) & (compiled.upper == 1)
        value, reduced = self.first
        for one, none in ((value + reduced, value - reduced), self.relaxation.least_if()):
            self.standing.open[1][binary & (one > limit)] = 0.0
            self.standing.open[0][binary & (none > limit)] = 1.0
        self.relaxation.settle(*self.standing.open)
        self.standing.prove(self.relaxation.value)

    def few_open(self) -> bool:
        """Return whether few choices are left open."""
        return self.standing.left_open() <= _OPEN and len(self.standing.web.needs) <= _SMALL

    def whole(self) -> None:
        """Search the whole: a large part, of which windows have left little open, not by the tree, which would go on for long."""
        whole = Whole(self.standing, self.crew, self.sites if self.few_open() else None, self.fix)
        whole.run()
        self.impossible = whole.impossible


def improve(
    compiled: Compiled, costs: Floats, limits: Limits, watch: Watch | None = None, workers: int = 2, known: Answer | None = None
) -> Answer:
    """Minimise Σ costs·x over one connected part whose requirement rows are named ``requirement.*``.

    Parameters
    ----------
    watch : callable, optional
        Called with (value, bound) between steps; returns True to stop with what there is.
    workers : int
        Windows solved side by side. Another number may lead to another plan within the gap; what is proven holds for any.
    known : Answer, optional
        A plan to set out from and a bound that is proven already, where there are any.

    Returns
    -------
    Answer
        ``bound`` is proven: every plan costs at least that much.
    """
    started = time.monotonic()
    web = weave(compiled)
    web = weave(exact_needs(compiled, costs, web.needs))
    try:
        relaxation = Relaxation(_without_implied(web.compiled), costs)
    except ArithmeticError:
        return Highs(compiled).minimise(costs, limits, None, watch)
    first = (relaxation.value, relaxation.reduced.copy())

    sites = sites_of(web, costs)
    inner = web if sites is None else without_links(web)

    def window_limits(gap: float, nodes: int) -> Limits:
        return standing.window_limits(gap, nodes)

    search = Search(web, inner, costs, relaxation.reduced.copy(), window_limits, limits.seed)
    bounds = (web.compiled.lower.copy(), web.compiled.upper.copy())
    standing = Standing(web, costs, limits, watch, search, started, relaxation.value, bounds)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        crew = Crew(standing, workers, pool)
        work = _Improve(standing, crew, sites, relaxation, first, _NOISE * float(np.abs(costs).max()))
        try:
            # Where the relaxation cannot be solved anew, what was proven until then still holds.
            with suppress(ArithmeticError):
                if known is not None:
                    work.set_out(known)
                work.run()
        finally:
            standing.over = True
    crew.gather()
    if work.impossible:
        return Answer("infeasible", None, float("inf"), float("inf"))
    verdict: Verdict = "proven" if search.point is not None and standing.near() else "interrupted" if standing.stop else "limit"
    return Answer(verdict, search.point, search.value, min(standing.bound, search.value))


def _without_implied(compiled: Compiled) -> Compiled:
    """Return the part with its implied rows free.

    They follow from the others in the linear relaxation. Left in it they would take up prices: a window is charged for rows that reach
    out of it, and would lose to them what it has to decide about. Inside windows and in the whole they stay.
    """
    free = np.array([name.startswith(IMPLIED) for name in compiled.row_names], dtype=np.bool_)
    return replace(compiled, row_lower=np.where(free, -np.inf, compiled.row_lower), row_upper=np.where(free, np.inf, compiled.row_upper))
