"""Lagrangian bound of capacitated location with divisible demand, what it proves about sites, and swaps for a good choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from siteplanner.textbook.answer import Bools, Floats, Ints
from siteplanner.textbook.plant import Plant, serve
from siteplanner.textbook.solving import Deadline, is_proven

_ROUNDS = 500
_PATIENCE = 12
_SMALLEST_STEP = 0.003
_TRIED_EVERY = 12
"""Rounds after which the sites of the bound are tried as a choice."""
_TRIES = 60
"""How many choices the swaps try in one pass: each is a transport problem of tens of milliseconds."""
_NEIGHBOURS = 12
"""How many sites beyond those chosen the swaps look at: those that raise the bound least."""


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """Sites possible and sites open for certain in a better choice (shapes: sites), and how few and how many are open."""

    possible: Bools
    certain: Bools
    least: int
    most: int

    @property
    def any(self) -> bool:
        """Return whether a better choice is still possible."""
        return self.least <= self.most and self.least <= int(self.possible.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """A proven bound with its multipliers (shape: customers), each site's v there (shape: sites), and the best choice met with its shares.

    ``left`` is what may still be in a better choice, ``within`` what the multipliers were found within, ``enters`` what forcing a
    site raises the bound by (shape: sites), ``reached`` the bound that the multipliers give.
    """

    bound: float
    multipliers: Floats
    worth: Floats
    reached: float
    chosen: Ints
    shares: csr_array | None
    value: float
    within: Left
    left: Left
    enters: Floats

    @property
    def closed(self) -> bool:
        """Return whether bound and best choice meet."""
        return bool(np.isfinite(self.value)) and is_proven(self.value, min(self.bound, self.value))


def bound_divisible(plant: Plant, before: Dual | None, deadline: Deadline) -> Dual:
    """Return a bound by the subgradient method, from scratch or from what an earlier bound left.

    L(λ) = Σ_i λ_i + min_{least ≤ |S| ≤ most, S ⊇ certain} Σ_{j ∈ S} v_j,
    v_j = f_j + min { Σ_i (c_ij − λ_i) x_i : Σ_i q_i x_i ≤ Q_j, 0 ≤ x_i ≤ 1 }

    Relaxing Σ_j x_ij = 1 leaves one continuous knapsack a site (taken in order of (c_ij − λ_i) / q_i) and a choice of the
    sites of least v. Fewer sites than the largest ones that hold all demand cannot do, which is what `least` says.
    Beasley (1988); Cornuéjols, Sridharan and Thizy (1991), European Journal of Operational Research 50.
    """
    left = before.left if before else _all_left(plant)
    alive = np.flatnonzero(left.possible)
    price, certain = np.ascontiguousarray(plant.price[:, alive].T), left.certain[alive]
    per_unit = (plant.opening / np.maximum(plant.room, 1e-9))[alive]
    multipliers = before.multipliers if before else (price + per_unit[:, None] * plant.need).min(axis=0)
    best, best_worth, best_at = -np.inf, np.zeros(len(alive)), multipliers
    met = _Met(before.value, before.chosen, before.shares) if before else _Met(np.inf, np.zeros(0, dtype=np.int64), None)
    tried: set[tuple[int, ...]] = set()
    pace, stalled = 1.0, 0
    for n in range(_ROUNDS if left.any else 0):
        worth, taken = _knapsacks(price - multipliers, plant.need, plant.room[alive], plant.opening[alive])
        picked = _pick(worth, certain, left)
        bound = float(multipliers.sum() + worth[picked].sum())
        stalled = 0 if bound > best else stalled + 1
        if bound > best:
            best, best_worth, best_at = bound, worth, multipliers
        if n % _TRIED_EVERY == _TRIED_EVERY - 1 or not np.isfinite(met.value):
            met = _try(plant, alive[picked], met, tried, deadline)
        if stalled >= _PATIENCE:
            pace, stalled, multipliers = pace / 2, 0, best_at
        slope = 1.0 - taken[picked].sum(axis=0)
        length = float(slope @ slope)
        if pace < _SMALLEST_STEP or not length or deadline.passed or best > met.value:
            break
        aim = 1.005 * met.value if np.isfinite(met.value) else best + 0.02 * abs(best)
        multipliers = multipliers + pace * (aim - bound) / length * slope
    if left.any:
        met = _try(plant, alive[_pick(best_worth, certain, left)], met, tried, deadline)
    bound = max(best, before.bound) if before else best
    every = np.full(len(plant.room), np.inf)
    every[alive] = best_worth
    return settle(Dual(bound, best_at, every, best, met.chosen, met.shares, met.value, left, left, every))


def _all_left(plant: Plant) -> Left:
    few, many = max(plant.least_count(), int(plant.fixed.sum())), int((~plant.out).sum())
    return Left(~plant.out, plant.fixed.copy(), *((few, many) if plant.count is None else (plant.count, plant.count)))


def _knapsacks(gain: Floats, need: Floats, room: Floats, opening: Floats) -> tuple[Floats, Floats]:
    """Return v (shape: sites) and the shares taken (shape: sites × customers)."""
    order = np.argsort(gain / np.maximum(need, 1e-12), axis=1)
    best, size = np.take_along_axis(gain, order, axis=1), need[order]
    before = np.cumsum(size, axis=1) - size
    part = np.where(size > 0, np.clip((room[:, None] - before) / np.where(size > 0, size, 1.0), 0.0, 1.0), 1.0) * (best < 0)
    taken = np.empty_like(part)
    np.put_along_axis(taken, order, part, axis=1)
    return opening + (np.where(best < 0, best, 0.0) * part).sum(axis=1), taken


def _pick(worth: Floats, certain: Bools, left: Left) -> Ints:
    """Return the sites of least total worth, the certain ones among them, as many as may be."""
    order = np.argsort(np.where(certain, -np.inf, worth), kind="stable")
    total = np.cumsum(worth[order])
    few = max(left.least, int(certain.sum()), 1)
    return order[: few + int(total[few - 1 : max(few, min(left.most, len(order)))].argmin())]


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """The best choice met: its cost, its sites, and how they serve everybody."""

    value: float
    chosen: Ints
    shares: csr_array | None


def _try(plant: Plant, chosen: Ints, best: _Met, tried: set[tuple[int, ...]], deadline: Deadline) -> _Met:
    ordered = np.sort(chosen)
    key = tuple(ordered.tolist())
    if key in tried or plant.room[chosen].sum() < plant.need.sum():
        return best
    tried.add(key)
    found, shares = serve(plant, ordered, deadline)
    return _Met(found, ordered, shares) if found < best.value else best


def settle(dual: Dual) -> Dual:
    """Return the dual with what may still be in a better choice.

    Proof: with t sites beyond the certain ones the bound is the sum of the t least v. Forcing a site in, or out, or the number
    to be t, raises it; what raises it above the best choice met is in no better choice.
    """
    within = dual.within
    if not np.isfinite(dual.value) or not within.any:
        return dual
    free = np.flatnonzero(within.possible & ~within.certain)
    free = free[np.argsort(dual.worth[free], kind="stable")]
    v, always = dual.worth[free], int(within.certain.sum())
    total = np.concatenate([[0.0], np.cumsum(v)])
    counts = np.arange(max(0, within.least - always), min(within.most - always, len(v)) + 1)
    low = total[counts].min()
    room = dual.value - dual.reached + 1e-9 * abs(dual.value)
    rank = np.arange(len(v))[:, None]
    inside = np.where(rank < counts, total[counts], total[np.maximum(counts - 1, 0)] + v[:, None])
    inside = np.where(counts == 0, np.inf, inside).min(axis=1) - low
    outside = np.where(rank < counts, np.append(total, np.inf)[counts + 1] - v[:, None], total[counts]).min(axis=1) - low
    enters = np.full(len(dual.worth), np.inf)
    enters[free], enters[within.certain] = inside, 0.0
    possible, sure = within.certain.copy(), within.certain.copy()
    possible[free] = inside <= room
    sure[free] = outside > room
    fits = counts[total[counts] - low <= room] + always
    span = (int(fits.min()), int(fits.max())) if len(fits) else (1, 0)
    return replace(dual, left=Left(possible, sure, *span), enters=enters)


def improve(plant: Plant, dual: Dual, deadline: Deadline) -> Dual:
    """Return the dual with a choice improved by opening, closing or swapping a site while that lowers the cost, and what is then left."""
    if dual.closed or not np.isfinite(dual.value):
        return dual
    met = _Met(dual.value, dual.chosen, dual.shares)
    tried, better = {tuple(met.chosen.tolist())}, True
    while better:
        better = False
        for other in _neighbours(plant, dual, met.chosen):
            if len(tried) > (_TRIES // 2 if plant.whole else _TRIES) or deadline.passed:
                break
            found = _try(plant, other, met, tried, deadline)
            if found.value < met.value - 1e-9 * abs(met.value):
                met, better = found, True
                break
    return settle(replace(dual, value=met.value, chosen=met.chosen, shares=met.shares))


def _neighbours(plant: Plant, dual: Dual, chosen: Ints) -> list[Ints]:
    order = np.argsort(dual.enters, kind="stable")
    order = order[np.isfinite(dual.enters[order])]
    near = [j for j in order.tolist() if j not in set(chosen.tolist())][:_NEIGHBOURS]
    loose = chosen[~plant.fixed[chosen]].tolist()
    swapped = [np.append(chosen[chosen != r], j) for j in near for r in loose]
    if plant.count is not None:
        return swapped
    opened = [np.append(chosen, j) for j in near[: _NEIGHBOURS // 2]]
    closed = [chosen[chosen != r] for r in loose]
    return opened + closed + swapped
