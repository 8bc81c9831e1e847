"""A nation: many parts that share only budgets. Prices first, then every part once, then a choice among plans.

1. Prices on the budgets are climbed on the linear relaxations of a sample of the parts. 2. Every part is solved at these prices: a
plan and a bound each; the bounds together, less prices × limits, bound the whole. 3. A choice of one plan a part, in which options give
way to others of their site, keeps every budget to the fen; while time is left, parts give more plans to choose from, at other prices.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.cells import relaxed
from siteplanner.solve.choice import Column, choose
from siteplanner.solve.compile import Floats
from siteplanner.solve.executor import run_all
from siteplanner.solve.highs import Highs
from siteplanner.solve.journal import Journal
from siteplanner.solve.levels import Progress, Sight
from siteplanner.solve.shared import climb, sample
from siteplanner.solve.shrink import shrink
from siteplanner.solve.siting import Longs, Siting, assemble, faults_of, spent_fen, split_siting
from siteplanner.solve.sitingpart import TINY, PartAnswer, PartTask, solve_part
from siteplanner.solve.solver import Limits
from siteplanner.units import FEN_PER_WAN

PRICE_ROUNDS = 8
PRICE_STEP = 0.1
"""How far prices go in the first step, 万元 a 万元 of budget."""
PRICE_GAP = 1e-4
"""Relative gap of the prices' model at which climbing stops."""
WHOLE_SPENDS = 1.01
"""About how many times what its relaxation spends a whole plan does: prices are climbed for budgets that much smaller."""
SWING_ROUNDS, SWING_SHARE = 5, 0.03
"""How often parts are asked for more plans, and the share of the seconds that a round may take."""
CHOICE_SHARE = 0.02
"""Share of the seconds that a choice among plans may take."""
OUTRIGHT_OPTIONS = 400
"""Options of the largest problem that is solved as it is, budgets and all."""
LEAST_S = 0.5
"""What any part may take at least."""
_PARTS_SHARE, _ALONE_SHARE = 0.9, 0.98
"""Share of the time left after the prices that the parts may take, where a choice among plans comes after them and where none does."""
LARGE, EASY = 300, 0.7
"""Estates from which a part gets its full share of the time, and the share of it that an estate of a tiny part gets."""
MUCH = 0.4
"""A part of more than this share of all comes last."""
HEAVY, FINER, COARSER = 0.25, 0.25, 3.0
"""A part of more than this share of what one worker has to do is heavy. Light ones stop at this share of the gap, since that takes little
time; what they leave of it heavy ones need not close, up to so many times the gap asked."""
_SURE = 0.8
"""Share of what is left of the gap that heavy parts are allowed: they may cost less than what is done lets expect."""
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class SitingPlan:
    """Chosen options, cost and proven bound (fen; a bound is no whole number), relative gap, what is spent of each budget.

    ``option`` is None where no plan was found within the budgets.
    """

    option: Longs | None
    fen: int
    bound_fen: float
    spend_fen: Longs

    @property
    def gap(self) -> float:
        """Return (cost − bound) / cost; infinite without a plan."""
        return float("inf") if self.option is None else max(0.0, self.fen - self.bound_fen) / max(1, self.fen)


@dataclass(frozen=True, slots=True)
class _Point:
    """A part's relaxation at prices: its value as charged, cost and spending of its point, 万元."""

    value: float
    cost: float
    spend: Floats


def relax_part(task: PartTask) -> _Point:
    """Return a part's linear relaxation at the prices laid on its costs."""
    small = shrink(task.siting, task.costs)
    at = relaxed(small.siting, small.costs)
    spend = csr_array(small.siting.spend_fen.T).astype(np.float64) @ at.share / FEN_PER_WAN
    return _Point(at.value, float(small.siting.option_fen @ at.share) / FEN_PER_WAN, np.asarray(spend))


def patience(estates: int) -> float:
    """Return how much time a part is worth beside others: small parts are done sooner for each of their estates."""
    return estates * float(np.interp(np.log(max(1, estates)), np.log([TINY, LARGE]), [EASY, 1.0]))


def in_order(weights: Floats, workers: int) -> Longs:
    """Return the order in which to solve parts: light ones first, since what they leave of their time goes to those after them.

    Among the light and among the heavy ones the largest come first. One that is much of all, which all workers turn to, is the last;
    one that is not, but would keep a worker busy for all the time, the first.
    """
    total = float(weights.sum())
    much = weights > MUCH * total
    group = np.where(much, 3, np.where(weights * workers > total, 0, np.where(weights * workers > HEAVY * total, 2, 1)))
    return np.lexsort((-weights, group)).astype(np.int64)


def threads_of(weights: Floats, workers: int) -> Longs:
    """Return how many threads work on each part, in the order in which they are solved.

    More than one where workers would have nothing else: on a part that is much of all, and on the last heavy ones where they are too few
    to keep every worker busy.
    """
    total, found = float(weights.sum()), np.ones(len(weights), dtype=np.int64)
    # One that would keep a worker busy for all the time comes first, with the others beside it.
    heavy = int(((weights * workers > HEAVY * total) & (weights * workers <= total)).sum())
    much = int((weights > MUCH * total).sum())
    last = much if much else heavy % workers
    if last:
        found[-last:] = workers if much else workers // last
    return found


class _Shares:
    """What is left of a time on the wall, shared out among parts as workers come to them."""

    def __init__(self, weights: Sequence[float], seconds: float, workers: int) -> None:
        self._rest, self._workers = sum(weights), workers
        self._end = time.monotonic() + seconds
        self._promised: dict[int, float] = {}

    def next(self, number: int, weight: float) -> float:
        """Return the seconds of the next part: its share of what workers have left who are not promised to other parts."""
        now = time.monotonic()
        left = max(0.0, self._end - now)
        # Whoever asks is free: of the others, those promised for longest may still be at work.
        others = sorted((max(0.0, end - now) for end in self._promised.values()), reverse=True)[: self._workers - 1]
        share = min(left, max(LEAST_S, (left * self._workers - sum(others)) * weight / max(self._rest, weight)))
        self._rest -= weight
        self._promised[number] = now + share
        return share

    def done(self, number: int) -> None:
        """Take back what is left of a promise."""
        self._promised.pop(number, None)


class _Allowed:
    """What parts that are done leave of a relative gap to those that are not, by what parts require."""

    def __init__(self, gap: float, required: float) -> None:
        self._gap, self._rest = gap, required
        self._done = self._value = self._open = 0.0

    def add(self, required: float, answer: PartAnswer) -> None:
        """Count a part as done."""
        self._rest, self._done = self._rest - required, self._done + required
        self._value, self._open = self._value + answer.value, self._open + answer.value - answer.bound

    def share(self) -> float:
        """Return how many times the gap the rest may leave open; its m² are taken to cost as much as those that are done."""
        if not self._gap or self._value <= 0 or self._rest <= 0:
            return 1.0
        rest = self._value * self._rest / self._done
        return min(COARSER, max(1.0, 1.0 + _SURE * (self._gap * self._value - self._open) / (self._gap * rest)))


class _Clock:
    def __init__(self, seconds: float) -> None:
        self.started, self.seconds = time.monotonic(), seconds

    def spent(self) -> float:
        return time.monotonic() - self.started

    def left(self) -> float:
        return max(0.0, self.seconds - self.spent())


def plan_siting(
    siting: Siting,
    *,
    gap: float = 0.0,
    seconds: float = 600.0,
    executor: Executor | None = None,
    workers: int = 1,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Plan a siting problem part by part.

    Parameters
    ----------
    gap : float
        Relative gap of the whole to stop at, about: light parts stop at a finer one, heavy ones may stop at a coarser one.
    seconds : float
        What the run may take, about: each part gets its share by its estates.
    executor, workers : Executor, int
        Who solves the parts, and how many at once (seconds are those of a clock on the wall).
    journal : Journal, optional
        Keeps answers of parts: the same call goes on where it stopped.
    progress : callable, optional
        Called as parts finish.

    Raises
    ------
    ValueError
        If the estates cannot all be served, budgets apart.
    """
    if siting.options <= OUTRIGHT_OPTIONS:
        return outright(siting, gap, seconds)
    clock = _Clock(seconds)
    with ThreadPoolExecutor(1) as own:
        return _Nation(siting, gap, clock, executor or own, workers, journal, progress).run()


def outright(siting: Siting, gap: float, seconds: float) -> SitingPlan:
    """Solve a small problem as it is, with its budgets.

    Raises
    ------
    ValueError
        If no plan obeys needs and budgets.
    """
    compiled, costs = assemble(siting)
    answer = Highs(compiled).minimise(costs, Limits(gap, seconds, 1, 0), None, None)
    if answer.verdict == "infeasible":
        raise ValueError("no plan obeys needs and budgets")
    if answer.point is None:
        return SitingPlan(None, 0, answer.bound * FEN_PER_WAN, np.zeros(len(siting.limit_fen), dtype=np.int64))
    chosen = np.flatnonzero(answer.point[: siting.options] > _HALF)
    return _checked(siting, chosen, answer.bound * FEN_PER_WAN)


def _checked(siting: Siting, chosen: Longs, bound_fen: float) -> SitingPlan:
    """Return a plan after a check in whole numbers; none where it fails."""
    fen, spend = int(siting.option_fen[chosen].sum()), spent_fen(siting, chosen)
    if faults_of(siting, chosen):
        return SitingPlan(None, 0, bound_fen, spend)
    return SitingPlan(np.sort(chosen), fen, min(bound_fen, float(fen)), spend)


class _Nation:
    """A run under way: the parts, the prices, and the plans found so far."""

    def __init__(
        self,
        siting: Siting,
        gap: float,
        clock: _Clock,
        executor: Executor,
        workers: int,
        journal: Journal | None,
        progress: Progress | None,
    ) -> None:
        self.siting, self.gap, self.clock, self.executor = siting, gap, clock, executor
        self.workers, self.journal, self.progress = workers, journal, progress
        parts = list(split_siting(siting))
        weights = np.array([patience(part.estates) for part, _ in parts])
        self.parts = [parts[n] for n in in_order(weights, workers).tolist()]
        self.columns: list[Column] = []
        self.prices = np.zeros(len(siting.limit_fen))

    def run(self) -> SitingPlan:
        if len(self.prices):
            self._find_prices()
        bound = self._solve_parts()
        option = self._choose(bound) if len(self.prices) else np.concatenate([column.option for column in self.columns])
        if option is None:
            return SitingPlan(None, 0, bound * FEN_PER_WAN, np.zeros(len(self.prices), dtype=np.int64))
        return _checked(self.siting, option, bound * FEN_PER_WAN)

    def _choose(self, bound: float) -> Longs | None:
        """Choose among the parts' plans, and ask for more of them while time is left and they help."""
        seconds, took, best, asked = max(5.0, CHOICE_SHARE * self.clock.seconds), 0.0, None, self.prices
        for rounds in range(SWING_ROUNDS + 1):
            before = self.clock.left()
            choice = choose(self.columns, len(self.parts), self.siting, self.prices, seconds)
            if choice.option is not None and (best is None or self._wan(choice.option) < self._wan(best)):
                best = choice.option
            if rounds == SWING_ROUNDS or (best is not None and (self.clock.left() <= took or self._near(best, bound))):
                break
            # Swaps are a dear way to spend otherwise: plans made for what they say go too far, those made half-way there come nearer.
            asked = (asked + choice.prices) / 2
            self._more_plans(asked)
            took = before - self.clock.left()
        return best

    def _wan(self, option: Longs) -> float:
        return float(self.siting.option_fen[option].sum()) / FEN_PER_WAN

    def _near(self, option: Longs, bound: float) -> bool:
        return self._wan(option) - bound <= self.gap * self._wan(option)

    def _charged(self, part: Siting, prices: Floats) -> Floats:
        """Return an option's cost with the prices on what it spends, 万元."""
        spend = csr_array(part.spend_fen).astype(np.float64) @ prices
        return np.asarray((part.option_fen + spend) / FEN_PER_WAN, dtype=np.float64)

    def _relaxed(self, numbers: Longs, prices: Floats) -> tuple[Floats, Floats, Floats]:
        """Return values as charged (shape: parts asked), costs, and spending (parts asked × budgets) of parts' relaxations."""
        # The largest first: none is left to one worker when the others are done.
        order = np.argsort([-self.parts[n][0].estates for n in numbers.tolist()], kind="stable")
        tasks = (PartTask(self.parts[n][0], self._charged(self.parts[n][0], prices), 0.0, 0.0) for n in numbers[order].tolist())
        found = run_all(self.executor, relax_part, tasks, ahead=len(order), at_once=self.workers)
        points = [point for _, point in sorted(zip(order.tolist(), found, strict=True), key=lambda pair: pair[0])]
        return np.array([p.value for p in points]), np.array([p.cost for p in points]), np.array([p.spend for p in points])

    def _find_prices(self) -> None:
        """Climb the bound of a sample's relaxations inside a box around the best prices, which grows with success and shrinks without."""
        tried, width = self.prices, PRICE_STEP
        value, cost, spend = self._relaxed(np.arange(len(self.parts)), tried)
        some = sample(np.array([part.estates for part, _ in self.parts]), spend)
        whole, limit = spend.sum(axis=0), self.siting.limit_fen / FEN_PER_WAN / WHOLE_SPENDS
        limit = limit * np.where(whole > 0, spend[some].sum(axis=0) / np.where(whole > 0, whole, 1.0), 1.0)
        best, costs, spends = float(value[some].sum()), [cost[some]], [spend[some]]
        for _ in range(PRICE_ROUNDS - 1):
            model, tried = climb(costs, spends, limit, self.prices, width)
            if model - best <= PRICE_GAP * abs(model):
                return
            value, cost, spend = self._relaxed(some, tried)
            now = float(value.sum()) - float(tried @ limit)
            width *= 1.5 if now > best else 0.5
            if now > best:
                best, self.prices = now, tried
            costs.append(cost)
            spends.append(spend)

    def _solve_parts(self) -> float:
        """Solve every part at the prices; return the bound of the whole, 万元."""
        weights = [patience(part.estates) for part, _ in self.parts]
        required = [float(part.required_dm2.sum()) for part, _ in self.parts]
        shares = _Shares(weights, self.clock.left() * (_PARTS_SHARE if len(self.prices) else _ALONE_SHARE), self.workers)
        heavy, threads = HEAVY * sum(weights) / self.workers, threads_of(np.array(weights), self.workers).tolist()
        finer, allowed = FINER if max(weights) > heavy else 1.0, _Allowed(self.gap, sum(required))

        def task(number: int) -> PartTask:
            part, own = self.parts[number][0], weights[number]
            share, costs = (allowed.share() if own > heavy else finer), self._charged(part, self.prices)
            return PartTask(part, costs, self.gap, shares.next(number, own), threads=threads[number], share=share)

        tasks, most = map(task, range(len(self.parts))), len(self.parts)
        total = value = -float(self.prices @ self.siting.limit_fen) / FEN_PER_WAN
        for number, answer in enumerate(run_all(self.executor, solve_part, tasks, journal=self.journal, ahead=most, at_once=self.workers)):
            total, value = total + answer.bound, value + answer.value
            allowed.add(required[number], answer)
            shares.done(number)
            self._add(number, answer)
            if self.progress is not None:
                sight = Sight(self.clock.spent(), self.clock.left(), number + 1, len(self.parts))
                self.progress("least_cost", value * FEN_PER_WAN, total * FEN_PER_WAN, sight)
        return total

    def _add(self, number: int, answer: PartAnswer) -> None:
        part, option = self.parts[number]
        fen, spend = int(part.option_fen[answer.chosen].sum()), spent_fen(part, answer.chosen)
        self.columns.append(Column(number, option[answer.chosen], fen, spend))

    def _more_plans(self, prices: Floats) -> None:
        """Fit the parts' plans to other prices, and add what is new."""
        latest = {column.part: column for column in self.columns}
        swing = [n for n, (part, _) in enumerate(self.parts) if part.spend_fen.nnz]
        known = {(column.part, column.option.tobytes()) for column in self.columns}
        estates = sum(self.parts[n][0].estates for n in swing)
        each = self.clock.seconds * SWING_SHARE * self.workers / max(1, estates)

        def task(number: int) -> PartTask:
            part, option = self.parts[number]
            plan = np.searchsorted(option, latest[number].option)
            return PartTask(part, self._charged(part, prices), self.gap, max(0.05, each * part.estates), plan)

        for number, answer in zip(swing, run_all(self.executor, solve_part, map(task, swing)), strict=True):
            if (number, self.parts[number][1][answer.chosen].tobytes()) not in known:
                self._add(number, answer)
