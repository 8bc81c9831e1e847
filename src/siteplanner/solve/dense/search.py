"""A plan of a part that windows make better: first made whole cell by cell from the relaxation, then searched again and again.

Every step frees the choices near a centre, among those that the relaxation does not find too dear, and has the solver choose them
anew with everything else as it is. Steps end by counts, so the same steps give the same plan on any machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.web import Indices, Mask, Web, cells, nearest
from siteplanner.solve.dense.windows import Window, frozen_window, loose_window
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Answer, Limits, Watch

FREE = 80
"""Choices that a window frees at first: the solver is done with them in a second or two."""
WIDER, WIDEST = 1.25, 450
BETWEEN = (60, 100)
"""The same where plans are known that differ: choices that not all of them make, sweep by sweep."""
_DEAR = (0.05, 0.1, 0.2, 0.3)
"""A choice is too dear if its reduced cost exceeds this share of what a chosen one costs on average: sweep by sweep more are let in."""
_WITHOUT_PLANS = 1
"""Where to begin among these where no plans are known whose choices say what is worth a try."""
_AROUND = 400
"""Requirements around a centre whose credits are shifted."""
_PASSED_OVER = 6
"""Windows that may be put off because a running step is in their way."""
_OVERLAP, _OVERLAP_BETWEEN = 3, 2
"""How many windows of a sweep a choice falls into, about."""
_CELL = 35
_NODES, _GAP = 150, 1e-4
_ROUGH_GAP, _ROUGH_NODES, _QUICK_NODES, _FEW_NODES = 1e-3, 30, 60, 10
"""The first plan, first sweeps and the wide window before them are rough: what they miss is found again by windows that overlap."""
_TOLERANCE = 1e-5
_WHOLE, _HALF = 1e-6, 0.5


@dataclass(frozen=True, slots=True)
class Sweep:
    """Windows that cover the part: choices that one frees, how many of them a choice falls into, and the nodes and gap of its search.

    Attributes
    ----------
    overlap : int
        0: one window anywhere.
    dear : float, optional
        Choices are freed whose reduced cost is up to this share of what a chosen one costs; None: those that known plans differ in.
    """

    width: int
    overlap: int
    nodes: int
    gap: float
    dear: float | None

    def windows(self, choices: int) -> int:
        """Return how many windows it takes: one where that holds all choices."""
        return 1 if choices <= self.width else max(1, math.ceil(self.overlap * choices / self.width))


def sweeps(plans: int) -> Iterator[Sweep]:
    """Yield the sweeps of a search that sets out from so many plans, each made another way (0: from one made of the relaxation).

    Where plans differ, all choices that they differ in come first: a better plan is likely to be put together of these. Else it
    is one wide window. Then come windows of ever more choices, and ever dearer ones.
    """
    if plans > 1:
        yield Sweep(BETWEEN[0], _OVERLAP_BETWEEN, _QUICK_NODES, _GAP, None)
        yield Sweep(BETWEEN[1], _OVERLAP_BETWEEN, _NODES, _GAP, None)
    later = 0 if plans else _WITHOUT_PLANS
    if plans <= 1:
        yield Sweep(WIDEST, 0, _FEW_NODES, _ROUGH_GAP, _DEAR[later])
    yield Sweep(FREE, _OVERLAP, _QUICK_NODES, _ROUGH_GAP, _DEAR[later])
    width = FREE
    while width <= WIDEST:
        width, later = round(width * WIDER), min(later + 1, len(_DEAR) - 1)
        yield Sweep(width, _OVERLAP, _NODES, _GAP, _DEAR[later])


@dataclass(slots=True)
class Step:
    """One window to search: its free columns, what costs there are, and what the solver found."""

    window: Window
    free: Indices
    costs: Floats
    start: Floats | None
    limits: Callable[[], Limits]
    answer: Answer | None = None

    def run(self, watch: Watch) -> None:
        """Search the window, unless time is out by now."""
        limits = self.limits()
        if limits.seconds is None or limits.seconds > 0:
            self.answer = Highs(self.window.compiled).minimise(self.costs, limits, self.start, watch)


@dataclass(slots=True)
class Search:
    """The best plan so far and where to look next.

    Parameters
    ----------
    web, inner : Web
        The part, and the part without link rows, which follow from others for whole choices: windows are solved sooner without.
    costs, reduced : array, shape (columns,)
        What columns cost, and their reduced costs in the linear relaxation.
    limits : callable
        Gives a step's limits at a relative gap and a number of nodes.
    order : callable
        Gives the sweeps for a number of known plans.
    """

    web: Web
    inner: Web
    costs: Floats
    reduced: Floats
    limits: Callable[[float, int], Limits]
    seed: int
    order: Callable[[int], Iterator[Sweep]] = sweeps
    point: Floats | None = None
    value: float = float("inf")
    known: Mask = field(init=False)
    """Choices of plans that are known."""
    between: Mask = field(init=False)
    """Those of them that not all these plans make."""
    _rest: Iterator[Sweep] = field(init=False)
    _sweep: Sweep | None = field(init=False)
    """The sweep that is under way; None after the last one."""
    _begun: int = 0
    _queue: list[int] = field(default_factory=list)
    _shifts: int = 0

    def __post_init__(self) -> None:
        self.known = np.zeros(len(self.costs), dtype=np.bool_)
        self._set_out([])

    def take(self, points: Sequence[Floats]) -> None:
        """Take over plans of which each is made another way: the best to set out from, the choices of all to look among first."""
        for point in points:
            self.offer(point)
        self._set_out(points)

    @property
    def promising(self) -> bool:
        """Whether the next steps look among choices that known plans differ in, where most is found."""
        return self.point is not None and self._sweep is not None and self._sweep.dear is None

    @property
    def settled(self) -> bool:
        """Whether windows of the first width have been searched all over, so that better plans become rare, or there is no plan."""
        sweep = self._sweep
        return self.point is None or sweep is None or (sweep.dear is not None and sweep.overlap > 0 and sweep.width > FREE)

    def _set_out(self, points: Sequence[Floats]) -> None:
        """Begin with the first sweep."""
        made = [self.web.compiled.integer & (point > _HALF) for point in points]
        self.known = np.any([self.known, *made], axis=0)
        self.between = self.known & ~np.all([self.known, *made], axis=0)
        self._rest = self.order(len(points))
        self._sweep, self._begun, self._queue = next(self._rest), 0, []

    def make_whole(self, relaxed: Floats, side_by_side: Callable[[list[Step]], None]) -> bool:
        """Make the relaxation's point whole, cell by cell; False where that does not come off."""
        point, unsettled = relaxed.copy(), self.web.compiled.integer.copy()
        cheap = self._no_dearer(relaxed, _DEAR[_WITHOUT_PLANS])
        waiting = cells(self.web, _CELL, self.seed)
        while waiting:
            steps: list[Step] = []
            later: list[Indices] = []
            taken = np.zeros(len(point), dtype=np.bool_)
            for cell in waiting:
                near = np.unique(self.web.choices[cell].indices).astype(np.int64)
                free = near[unsettled[near] & cheap[near]]
                if not len(free):
                    continue
                window = frozen_window(self.web, free, point)
                if taken[window.columns].any():
                    later.append(cell)
                    continue
                taken[window.columns] = True
                steps.append(Step(window, free, self.costs[window.columns], None, lambda: self.limits(_ROUGH_GAP, _ROUGH_NODES)))
            side_by_side(steps)
            for step in steps:
                if step.answer is None or step.answer.point is None:
                    return False
                point[step.window.columns] = step.answer.point
                unsettled[step.free] = False
            waiting = later
        return self.offer(point)

    def offer(self, point: Floats) -> bool:
        """Take a point if it is a plan and costs less than the best; say whether it did."""
        compiled = self.web.compiled
        whole = np.flatnonzero(compiled.integer)
        rounded = np.rint(point[whole])
        if np.abs(point[whole] - rounded).max(initial=0.0) > _WHOLE:
            return False
        point = point.copy()
        point[whole] = rounded
        value = float(self.costs @ point)
        if value >= self.value - _WHOLE or not _obeys(self.web, point):
            return False
        self.point, self.value = point, value
        return True

    def likely(self) -> Mask:
        """Return the choices of the best plan, those of plans that are known, and those that the relaxation finds hardly too dear."""
        return self._no_dearer(self.point, _DEAR[0]) if self.point is not None else self.known

    def step(self, running: Sequence[Step]) -> Step | None:
        """Return the next step, on a window that shares no column with steps that are running; None where there is none by now."""
        if self.point is None or self._sweep is None:
            return None
        taken = np.zeros(len(self.costs), dtype=np.bool_)
        for step in running:
            taken[step.window.columns] = True
        later: list[int] = []
        found: Step | None = None
        shifted = False
        while found is None and len(later) < _PASSED_OVER:
            centre = self._centre(bool(running or later))
            if centre is None:
                break
            free = self._free(centre)
            if not len(free):
                continue
            if not shifted:
                self._shift(centre, running)
                shifted = True
            window = frozen_window(self.inner, free, self.point)
            if taken[window.columns].any():
                later.append(centre)
            else:
                found = Step(window, free, self.costs[window.columns], self.point[window.columns], self._limits())
        self._queue = later + self._queue
        return found

    def _limits(self) -> Callable[[], Limits]:
        """Return how to tell what a step of this sweep may take."""
        sweep = self._sweep
        assert sweep is not None
        return lambda: self.limits(sweep.gap, sweep.nodes)

    def _shift(self, centre: int, running: Sequence[Step]) -> None:
        """Credit the same choices around a centre another way, at random: spare area that lies far from a window cannot help in it.

        What rows of running steps feel stays as it is.
        """
        whole = self.web.compiled.integer
        if self.point is None or self.costs[~whole].any():
            return
        frozen = np.ones(len(self.costs), dtype=np.bool_)
        frozen[self.web.columns_of(self.web.needs[nearest(self.web, centre)[:_AROUND]])] = False
        frozen |= whole
        for step in running:
            frozen[self.inner.columns_of(step.window.rows)] = True
        window = loose_window(self.inner, self.point, frozen)
        if not len(window.columns):
            return
        self._shifts += 1
        rng = np.random.default_rng([self.seed, self._shifts])
        weight = rng.uniform(0, 1, len(self.inner.compiled.row_names)) * self.inner.near_rows
        pull = np.asarray(self.inner.by_column[:, window.columns].T @ weight, dtype=np.float64)
        answer = Highs(window.compiled).minimise(pull, self.limits(_GAP, _NODES), None, None)
        if answer.point is not None:
            point = np.where(frozen, self.point, 0.0)
            point[window.columns] = answer.point
            if _obeys(self.web, point):
                self.point = point

    def finish(self, steps: list[Step]) -> None:
        """Take what steps found, one after the other, as long as the whole stays a plan."""
        for step in steps:
            if self.point is None or step.answer is None:
                continue
            if step.answer.point is not None:
                point = self.point.copy()
                point[step.window.columns] = step.answer.point
                self.offer(point)

    def _centre(self, under_way: bool) -> int | None:
        """Return the next centre: all in a random order, then all again in the next sweep."""
        while not self._queue:
            if self.point is None or self._sweep is None or under_way:
                return None
            if self._begun:
                self._sweep = next(self._rest, None)
                if self._sweep is None:
                    return None
            every = np.random.default_rng([self.seed, self._begun]).permutation(len(self.web.needs))
            self._begun += 1
            self._queue = every[: self._sweep.windows(int(self._allowed(self._sweep, self.point).sum()))].tolist()
        return self._queue.pop(0)

    def _allowed(self, sweep: Sweep, point: Floats) -> Mask:
        """Return the choices that a sweep may free: those that known plans differ in, or those at work in a point and not too dear."""
        return self.between if sweep.dear is None else self._no_dearer(point, sweep.dear)

    def _no_dearer(self, point: Floats, dear: float) -> Mask:
        """Return the choices at work in a point, those that are known, and those within a share of what a chosen one costs."""
        whole = self.web.compiled.integer
        chosen = whole & (point > _WHOLE)
        spent = float(self.costs[chosen] @ point[chosen]) / max(1.0, float(point[chosen].sum()))
        return whole & (chosen | self.known | (self.reduced <= dear * spent))

    def _free(self, centre: int) -> Indices:
        """Return the choices nearest to a centre, of those that may be freed."""
        assert self.point is not None
        assert self._sweep is not None
        allowed = self._allowed(self._sweep, self.point)
        free: list[int] = []
        seen: set[int] = set()
        for need in nearest(self.web, centre).tolist():
            span = self.web.choices.indices[self.web.choices.indptr[need] : self.web.choices.indptr[need + 1]]
            fresh = [n for n in span.tolist() if allowed[n] and n not in seen]
            seen.update(fresh)
            free += fresh
            if len(free) >= self._sweep.width:
                break
        return np.array(sorted(free), dtype=np.int64)


def _obeys(web: Web, point: Floats) -> bool:
    """Return whether a point keeps every row and bound, but for a solver's tolerance."""
    compiled = web.compiled
    activity = web.by_row @ point
    slack = _TOLERANCE * np.maximum(1.0, np.abs(activity))
    rows = (activity >= compiled.row_lower - slack).all() and (activity <= compiled.row_upper + slack).all()
    return bool(rows and (point >= compiled.lower - _TOLERANCE).all() and (point <= compiled.upper + _TOLERANCE).all())
