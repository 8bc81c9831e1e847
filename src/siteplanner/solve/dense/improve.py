"""A dense part from both sides: windows lift the bound, windows better the plan, and the solver closes what little is left.

Rounds cut the part into cells. Around each cell a window with all choices that can serve it is solved to proof at the relaxation's
prices; its minimum becomes a row of the relaxation. Beside them run steps of the search for a better plan. When
cells bring no more they grow, and when few choices are left open the whole is given to the solver, with the plan to start from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from siteplanner.solve.backends import Answer, Highs, Limits, Verdict, Watch, loose
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.jit import QUICK
from siteplanner.solve.dense.relaxation import Relaxation, exact_needs, plain_bound
from siteplanner.solve.dense.search import Search, Step
from siteplanner.solve.dense.sites import Annealed, courses, sites_of, without_links
from siteplanner.solve.dense.web import Indices, Web, cells, weave
from siteplanner.solve.dense.windows import Window, charged, priced_window

CELL = 80
"""Requirements of a cell at first."""
GROW, SMALL_GAIN = 1.5, 0.08
"""Cells grow by this when a round closes less than this share of the gap."""
_NODES, _FIRST_NODES = 1500, 200
_GAP, _FINER = 1e-4, 0.1
_OPEN = 700
"""Choices that may be left open for the solver to search the whole."""
IMPLIED = ("credit.surrogate.", "group.")
"""Families of rows that follow from the others in the linear relaxation. Left in it they would take up prices: a window is charged for
rows that reach out of it, and would lose to them what it has to decide about. Inside windows and in the whole they stay."""
_RUNS, _RUNS_SMALL = 2, 3
"""Annealed plans to set out from, for each worker."""
_LARGEST, _SEARCHABLE = 160, 1500
"""Cells grow no larger, where the solver can search the whole: where no more choices are left open than that."""
_SLOW = 40_000
"""Columns from which solving the relaxation anew takes so long that steps of the search run beside it."""
_ROUGH = 0.03
"""A plan further from the bound than this share of its value is worth less than what the relaxation made whole gives."""
_MARGIN = 1e-5
_NOISE = 1e-5
"""Share of the dearest option's cost from which a window's costs are more than a solver's tolerance."""
_POLL_S = 0.2


@dataclass(slots=True)
class _Bound:
    """One window to solve for its bound."""

    window: Window
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
            self.bound = Highs(self.window.compiled).minimise(self.costs, limits, self.start, watch).bound


@dataclass(slots=True)
class _Solve:
    """The relaxation, to be solved with its new rows."""

    relaxation: Relaxation

    def run(self, _watch: Watch) -> None:
        """Solve it."""
        self.relaxation.solve()


@dataclass(slots=True)
class _Improve:
    web: Web
    costs: Floats
    limits: Limits
    watch: Watch | None
    workers: int
    relaxation: Relaxation
    search: Search
    started: float
    first: tuple[float, Floats]
    """Value and reduced costs of the relaxation before any row was added."""
    bound: float
    open: tuple[Floats, Floats]
    """Bounds of all columns, with what is settled by now."""
    noise: float
    """What is less than this, 万元, is taken for nothing in the costs of a window."""
    rounds: int = 0
    stop: bool = False
    impossible: bool = False

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

    def rough(self) -> bool:
        """Return whether the plan is none, or so far from the bound that the relaxation made whole is likely to be better."""
        return self.search.point is None or self.search.value - self.bound > _ROUGH * abs(self.search.value)

    def near(self) -> bool:
        """Return whether the plan is within the asked gap of the bound."""
        return self.search.point is not None and self.search.value - self.bound <= max(_MARGIN, self.limits.gap * abs(self.search.value))

    def run(self) -> None:
        """Close the gap from both sides."""
        if self.rough():
            self.set_about()
        size, seed = float(CELL), 0
        while not self.done():
            self.fix()
            if self.few_open():
                self.whole()
                return
            before = self.search.value - self.bound
            self.round(cells(self.web, round(size), self.limits.seed + seed))
            if self.done():
                return
            seed += 1
            if before - (self.search.value - self.bound) < SMALL_GAIN * before:
                if size >= min(len(self.web.needs), _LARGEST) and self.left_open() <= _SEARCHABLE:
                    self.fix()
                    self.whole()
                    return
                size *= GROW

    def set_about(self) -> None:
        """Find plans to set out from: annealed ones and what windows make of them, else the relaxation made whole, else any."""
        sites = sites_of(self.web, self.costs) if QUICK else None
        if sites is not None:
            at, duals = self.relaxation, self.relaxation.duals[self.web.needs]
            small = len(self.web.needs) <= _OPEN // 4
            runs = courses(
                sites, at.point, duals, at.reduced, self.costs, (_RUNS_SMALL if small else _RUNS) * self.workers, self.limits.seed
            )
            self.side_by_side(runs)
            self.search.take([run.point for run in runs if run.point is not None], without_links(self.web))
            while small and self.search.in_first_sweep() and not self.done():
                steps = self.search.steps(self.workers)
                self.side_by_side(steps)
                self.search.finish(steps)
        if self.rough() and not self.search.make_whole(self.relaxation.point, self.side_by_side) and self.search.point is None:
            self.first_plan()

    def round(self, waiting: Sequence[Indices]) -> None:
        """Solve the window of every cell, those that share nothing side by side, and steps of the search beside them."""
        together = max(self.workers, len(waiting) // 6)
        # Few choices first: they are done soon, and where time runs out most of the bound is there.
        left = sorted(waiting, key=lambda cell: len(np.unique(self.web.choices[cell].indices)))
        while left and not self.done():
            bounds: list[_Bound] = []
            later: list[Indices] = []
            taken = np.zeros(len(self.costs), dtype=np.bool_)
            for cell in left:
                window = None if len(bounds) >= together else priced_window(self.web, cell)
                if window is None or taken[window.columns].any():
                    later.append(cell)
                elif (bound := self.bound_of(window)) is not None:
                    taken[window.columns] = True
                    bounds.append(bound)
            left = later
            # The first round says most of the bound: until it is through, only idle workers look for better plans.
            self.alongside(bounds, max(self.workers, len(bounds)) if self.rounds else max(0, self.workers - len(bounds)))
            if self.lift(bounds):
                self.alongside([_Solve(self.relaxation)], self.workers if len(self.costs) > _SLOW else 0)
                self.relaxation.tidy()
                self.bound = max(self.bound, min(self.relaxation.value, self.search.value))
        self.rounds += 1

    def bound_of(self, window: Window) -> _Bound | None:
        """Return the window to be solved at the prices there are, over the choices left open; None where nothing is left to pay."""
        costs = charged(self.web, window, self.relaxation.costs_beside(window.columns), self.relaxation.duals)
        # Any costs give a valid row. Those that are but a solver's tolerance would give one that is as wrong as it is small.
        costs[np.abs(costs) < self.noise] = 0.0
        if not costs.any():
            return None
        lower, upper = self.open[0][window.columns], self.open[1][window.columns]
        window = replace(window, compiled=replace(window.compiled, lower=lower, upper=upper))
        start = None if self.search.point is None else self.search.point[window.columns]
        nodes = _NODES if self.rounds else _FIRST_NODES
        return _Bound(window, costs, start, lambda: replace(self.step_limits(self.fine(), nodes), good_start=True))

    def alongside(self, jobs: Sequence[_Bound | _Solve], most: int) -> None:
        """Run jobs with steps of the search beside them."""
        steps = self.search.steps(most)
        self.side_by_side([*jobs, *steps])
        self.search.finish(steps)

    def lift(self, bounds: Sequence[_Bound]) -> bool:
        """Add the rows that windows have proven, where they say more than the relaxation; say whether any did."""
        lifted = False
        for found in bounds:
            bound = loose(found.bound)
            least = found.costs @ self.relaxation.point[found.window.columns] + max(self.noise, abs(bound) * _MARGIN)
            if np.isfinite(bound) and bound > least:
                assert found.reduced is not None
                self.relaxation.add(found.window.columns, found.costs, bound, found.plain, found.reduced)
                lifted = True
        return lifted

    def fine(self) -> float:
        """Return the gap to solve windows to: far below what is asked of the whole."""
        return max(_GAP, _FINER * self.limits.gap)

    def step_limits(self, gap: float, nodes: int) -> Limits:
        """Return the limits of one window."""
        return Limits(gap, self.left(), 1, self.limits.seed, nodes)

    def side_by_side(self, jobs: Sequence[_Bound | _Solve | Step | Annealed]) -> None:
        """Run jobs on all workers and wait for them; where the watch says stop, they stop with what they have."""
        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            waiting = {pool.submit(job.run, lambda _value, _bound: self.stop) for job in jobs}
            while waiting:
                done, waiting = wait(waiting, timeout=_POLL_S)
                for future in done:
                    future.result()
                self.look()

    def first_plan(self) -> None:
        """Have the solver find any plan of the whole."""
        left = self.left()
        limits = replace(self.limits, gap=0.5, seconds=None if left is None else max(0.01, left / 4), threads=1)
        answer = Highs(self.web.compiled).minimise(self.costs, limits, None, lambda _value, _bound: self.heard())
        if answer.point is not None:
            self.search.offer(answer.point)

    def heard(self) -> bool:
        """Return whether the watch says stop."""
        self.look()
        return self.stop

    def set_out(self, known: Answer) -> None:
        """Take over a plan and a bound that are known, the plan's continuous columns chosen anew: needs are equations here."""
        self.bound = max(self.bound, known.bound)
        if known.point is not None:
            part, whole = self.web.compiled, np.rint(known.point)
            fixed = replace(part, lower=np.where(part.integer, whole, part.lower), upper=np.where(part.integer, whole, part.upper))
            answer = Highs(fixed).minimise(self.costs, self.step_limits(0.0, _NODES), None, None)
            if answer.point is not None:
                self.search.offer(answer.point)

    def fix(self) -> None:
        """Settle the choices that no plan cheaper than the best can make, or leave out.

        Where every plan with a binary at 1 costs more than the best one, the binary is 0 in every cheaper plan; and alike at 0.
        """
        compiled, limit = self.web.compiled, self.search.value + _MARGIN * max(1.0, abs(self.search.value))
        binary = compiled.integer & (compiled.lower == 0) & (compiled.upper == 1)
        value, reduced = self.first
        for one, none in ((value + reduced, value - reduced), self.relaxation.least_if()):
            self.open[1][binary & (one > limit)] = 0.0
            self.open[0][binary & (none > limit)] = 1.0
        self.relaxation.settle(*self.open)
        self.bound = max(self.bound, min(self.relaxation.value, self.search.value))

    def left_open(self) -> int:
        """Return how many choices are left open."""
        return int((self.web.compiled.integer & (self.open[0] < self.open[1])).sum())

    def few_open(self) -> bool:
        """Return whether few choices are left open."""
        return self.left_open() <= _OPEN and len(self.web.needs) <= _OPEN // 4

    def whole(self) -> None:
        """Search the whole from the best plan, over the choices that are left open."""

        def look(value: float, bound: float) -> bool:
            self.bound = max(self.bound, min(bound, self.search.value))
            if self.watch is not None and self.watch(min(value, self.search.value), self.bound):
                self.stop = True
            return self.stop or self.near()

        given = self.search.value

        def news() -> Floats | None:
            nonlocal given
            if self.search.value >= given:
                return None
            given = self.search.value
            return self.search.point

        limits, start = replace(self.limits, seconds=self.left()), self.search.point
        solver = Highs(replace(self.web.compiled, lower=self.open[0], upper=self.open[1]))
        solver.hear(news)
        with ThreadPoolExecutor(max_workers=1) as pool:
            answering = pool.submit(lambda: solver.minimise(self.costs, limits, start, look))
            while not answering.done():
                # Another worker goes on looking for better plans and hands them over: a lower value ends the proof sooner.
                steps = self.search.steps(self.workers - 1)
                self.side_by_side(steps)
                self.search.finish(steps)
                wait([answering], timeout=_POLL_S)
                self.look()
        answer = answering.result()
        if answer.point is not None:
            self.search.offer(answer.point)
        self.impossible = answer.verdict == "infeasible" and self.search.point is None
        # The best plan is among the open choices, so that "infeasible" beside it is a solver's error and proves nothing.
        if answer.verdict != "infeasible":
            self.bound = max(self.bound, min(answer.bound, self.search.value))


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

    def step_limits(gap: float, nodes: int) -> Limits:
        return work.step_limits(gap, nodes)

    search = Search(web, costs, relaxation.reduced.copy(), step_limits, limits.seed)
    work = _Improve(
        web,
        costs,
        limits,
        watch,
        workers,
        relaxation,
        search,
        started,
        first,
        relaxation.value,
        (web.compiled.lower.copy(), web.compiled.upper.copy()),
        _NOISE * float(np.abs(costs).max()),
    )
    # Where the relaxation cannot be solved anew, what was proven until then still holds.
    with suppress(ArithmeticError):
        if known is not None:
            work.set_out(known)
        work.run()
    if work.impossible:
        return Answer("infeasible", None, float("inf"), float("inf"))
    verdict: Verdict = "proven" if search.point is not None and work.near() else "interrupted" if work.stop else "limit"
    return Answer(verdict, search.point, search.value, min(work.bound, search.value))


def _without_implied(compiled: Compiled) -> Compiled:
    """Return the part with its implied rows free."""
    free = np.array([name.startswith(IMPLIED) for name in compiled.row_names], dtype=np.bool_)
    return replace(compiled, row_lower=np.where(free, -np.inf, compiled.row_lower), row_upper=np.where(free, np.inf, compiled.row_upper))
