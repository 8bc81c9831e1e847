"""Lagrangian bound of the p-median, on near pairs only, and what it proves about sites and pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from siteplanner.textbook.answer import Bools, Floats, Ints
from siteplanner.textbook.solving import Deadline

_ROUNDS = 1500
_PATIENCE = 30
"""Rounds without a better bound after which the step is halved."""
_SMALLEST_STEP = 0.0005
_POLISHED = 4
"""Swaps are tried among so many times p sites: those that the multipliers value most."""
_SHAKES = 20
_EVERY = 60
"""Rounds between two polishings of the incumbent."""


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """A proven bound: multipliers (shape: customers), the worth of each site (shape: sites), and the best choice met on the way."""

    bound: float
    multipliers: Floats
    worth: Floats
    chosen: Ints
    value: float


def lagrangian(costs: Floats, p: int, fixed: Bools, deadline: Deadline, step: float, before: Dual | None = None) -> Dual:
    """Return the best bound found by the subgradient method, and the best choice.

    L(λ) = Σ_i λ_i − max_{|S| = p, S ⊇ fixed} Σ_{j ∈ S} ρ_j,   ρ_j = Σ_i max(0, λ_i − c_ij)

    Relaxing Σ_j x_ij = 1 leaves a problem without customers in common, solved by taking the p sites of most worth ρ: L(λ) is a
    bound for every λ. λ_i never exceeds the K-th least cost of customer i, so that K near pairs give ρ exactly.
    Beasley (1985), A note on solving large p-median problems, European Journal of Operational Research 21.

    Parameters
    ----------
    costs : array, shape (n, m)
        Demand × distance, inf where a pair may not be.
    fixed : array of bool, shape (m,)
        Sites that are chosen anyway.
    step : float
        All values are multiples of it, if it is not 0.
    before : Dual, optional
        Multipliers and a choice to go on from, sites numbered as in `costs`.
    """
    near, near_cost, cap = _near(costs, p)
    finite = np.where(np.isfinite(costs), costs, _beyond(costs))
    sites = costs.shape[1]
    multipliers = np.minimum(near_cost[:, min(near_cost.shape[1] - 1, max(1, sites // (2 * p)))], cap)
    multipliers = np.where(np.isfinite(multipliers), multipliers, near_cost[:, 0])
    value, choice = np.inf, np.zeros(0, dtype=np.int64)
    if before is not None:
        multipliers, value, choice = np.minimum(before.multipliers, cap), before.value, before.chosen
    best = Dual(-np.inf, multipliers, np.zeros(sites), choice, value)
    pace, stalled = 1.5, 0
    for n in range(_ROUNDS):
        saved = np.maximum(multipliers[:, None] - near_cost, 0.0)
        worth = np.bincount(near.ravel(), weights=saved.ravel(), minlength=sites).astype(np.float64)
        chosen = _best_sites(worth, p, fixed)
        bound = float(multipliers.sum() - worth[chosen].sum())
        value, choice = best.value, best.chosen
        met = float(finite[:, chosen].min(axis=1).sum())
        if met < value:
            value, choice = met, chosen
        if n % _EVERY == 1:
            value, choice = _polish(finite, worth, p, fixed, chosen, value, choice)
        stalled = 0 if bound > best.bound else stalled + 1
        if bound > best.bound:
            best = Dual(bound, multipliers, worth, choice, value)
        else:
            best = Dual(best.bound, best.multipliers, best.worth, choice, value)
        if stalled >= _PATIENCE:
            pace, stalled = pace / 2, 0
            multipliers, worth = best.multipliers, best.worth
        is_open = np.zeros(sites, dtype=np.bool_)
        is_open[chosen] = True
        slope = 1.0 - (is_open[near] & (saved > 0)).sum(axis=1)
        length = float(slope @ slope)
        if value - best.bound < max(step * (1 - 1e-6), 1e-9 * abs(value)) or not length or pace < _SMALLEST_STEP or deadline.passed:
            break
        multipliers = np.clip(multipliers + pace * (1.02 * value - bound) / length * slope, 0.0, cap)
    value, choice = _polish(finite, best.worth, p, fixed, best.chosen, best.value, best.chosen)
    value, choice = _shaken(finite, best, p, fixed, value, choice, step, deadline)
    reached = np.isfinite(costs[:, choice]).any(axis=1).all()
    return Dual(best.bound, best.multipliers, best.worth, choice, value if reached else np.inf)


def _near(costs: Floats, p: int) -> tuple[Ints, Floats, Floats]:
    """Return the K nearest sites of each customer, their costs (shapes: customers × K), and how large a multiplier may be."""
    sites = costs.shape[1]
    count = min(sites, max(60, 6 * sites // p))
    near = np.argpartition(costs, count - 1, axis=1)[:, :count] if count < sites else np.tile(np.arange(sites), (len(costs), 1))
    cost = np.take_along_axis(costs, near, axis=1)
    order = np.argsort(cost, axis=1, kind="stable")
    near, cost = np.take_along_axis(near, order, axis=1), np.take_along_axis(cost, order, axis=1)
    return near, cost, cost[:, -1] if count < sites else np.full(len(costs), np.inf)


def _beyond(costs: Floats) -> float:
    """Return a cost that no choice which reaches everybody can have."""
    finite = np.where(np.isfinite(costs), costs, 0.0)
    return float(finite.max(axis=1).sum()) + 1.0


def _best_sites(worth: Floats, p: int, fixed: Bools) -> Ints:
    return np.sort(np.argsort(np.where(fixed, -np.inf, -worth), kind="stable")[:p])


def _polish(costs: Floats, worth: Floats, p: int, fixed: Bools, start: Ints, value: float, choice: Ints) -> tuple[float, Ints]:
    """Improve a choice by swaps among the sites of most worth; return the better of it and the one given."""
    among = np.union1d(np.argsort(-worth, kind="stable")[: _POLISHED * p + 20], start)
    found = among[interchange(costs[:, among], np.searchsorted(among, start), fixed[among])]
    met = float(costs[:, found].min(axis=1).sum())
    return (met, found) if met < value else (value, choice)


def _shaken(
    costs: Floats, best: Dual, p: int, fixed: Bools, value: float, choice: Ints, step: float, deadline: Deadline
) -> tuple[float, Ints]:
    """Improve a choice further while the gap is open: change a quarter of it at random (fixed seed), then swap, again and again."""
    draw = np.random.default_rng(0)
    among = np.union1d(np.argsort(-best.worth, kind="stable")[: 2 * p + 20], choice)
    part, held = np.ascontiguousarray(costs[:, among]), fixed[among]
    for _ in range(_SHAKES):
        if value - best.bound < max(step * (1 - 1e-6), 1e-6 * abs(value)) or deadline.passed or len(among) == p:
            break
        start = np.searchsorted(among, choice)
        loose = start[~held[start]]
        leave = draw.choice(loose, min(len(loose), 1 + p // 4), replace=False)
        enter = draw.choice(np.setdiff1d(np.arange(len(among)), start), min(len(leave), len(among) - p), replace=False)
        found = interchange(part, np.union1d(np.setdiff1d(start, leave[: len(enter)]), enter), held)
        met = float(part[:, found].min(axis=1).sum())
        if met < value:
            value, choice = met, among[found]
    return value, choice


def interchange(costs: Floats, start: Ints, fixed: Bools) -> Ints:
    """Return sites after swapping one for another while that lowers Σ_i min_j c_ij, always the best swap of all.

    Teitz and Bart (1968), with the gains of all swaps worked out at once after Whitaker (1983): leaving r for j changes the
    cost by Σ_i (min(d1, c_ij) − d1) + Σ_{i nearest to r} (min(d2, c_ij) − min(d1, c_ij)), d1 and d2 the two least costs.
    """
    chosen = np.array(start)
    customers = np.arange(len(costs))
    for _ in range(10 * len(chosen) + 20):
        part = costs[:, chosen]
        nearest = part.argmin(axis=1)
        first = part[customers, nearest][:, None]
        part[customers, nearest] = np.inf
        second = part.min(axis=1)[:, None]
        with_first = np.minimum(costs, first)
        change = (with_first - first).sum(axis=0)
        member = csr_array((np.ones(len(costs)), (nearest, customers)), shape=(len(chosen), len(costs)))
        extra = member @ (np.minimum(costs, second) - with_first)
        total = change[None, :] + extra
        total[fixed[chosen], :] = np.inf
        total[:, chosen] = np.inf
        leave, enter = np.unravel_index(int(total.argmin()), total.shape)
        if not total[leave, enter] < -1e-9 * max(1.0, float(first.sum())):
            break
        chosen[leave] = enter
    return np.sort(chosen)


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """What may still be in a better choice: sites open for certain, sites possible (shapes: sites), pairs possible (customers × sites)."""

    certain: Bools
    possible: Bools
    pairs: Bools


def fix(costs: Floats, p: int, fixed: Bools, dual: Dual, limit: float) -> Left:
    """Return what may still be in a choice of cost at most `limit`.

    Proof: taking site j though it is not among the p of most worth raises the bound by ρ_(p) − ρ_j; leaving out one of them by
    ρ_j − ρ_(p+1); serving customer i from j at c_ij > λ_i by c_ij − λ_i more. What raises the bound above the limit is in no
    such choice.
    """
    room = limit - dual.bound
    chosen = np.zeros(len(dual.worth), dtype=np.bool_)
    chosen[_best_sites(dual.worth, p, fixed)] = True
    free = chosen & ~fixed
    last = dual.worth[free].min() if free.any() else np.inf
    following = dual.worth[~chosen].max() if (~chosen).any() else -np.inf
    enters = np.where(chosen, 0.0, last - dual.worth)
    possible = enters <= room
    certain = fixed | (free & (dual.worth - following > room))
    pairs = (np.maximum(costs - dual.multipliers[:, None], 0.0) + enters <= room) & possible & np.isfinite(costs)
    if certain.any():
        # A site that is open for certain serves whoever has it nearer than another.
        pairs &= costs <= costs[:, certain].min(axis=1)[:, None]
    return Left(certain, possible, pairs)
