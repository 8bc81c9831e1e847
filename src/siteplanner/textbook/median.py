"""p-median: p sites with the least total weighted distance from each customer to its nearest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from siteplanner.textbook.answer import NONE, Bools, Floats, Ints, NoSiting, Siting, Step, StoppedWithoutSiting, listed
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.lagrange import Left, fix, lagrangian
from siteplanner.textbook.solving import Deadline, Rows, ask, is_proven, whole_step

_WORTH_A_PASS = 0.8
"""The bound is sought again where it leaves at most this share of the sites."""


def p_median(
    distances: Any,
    p: int,
    *,
    demand: ArrayLike | None = None,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose p sites so that the demand-weighted distance to the nearest chosen site is least in total.

    min Σ_i Σ_j d_i c_ij x_ij  subject to  Σ_j x_ij = 1,  x_ij ≤ y_j,  Σ_j y_j = p,  y_j ∈ {0, 1},  x_ij ≥ 0

    In words: everybody walks to the nearest of the p chosen sites; divide by the total demand for the mean.

    Parameters
    ----------
    distances : array or sparse array, shape (n, m)
        c_ij ≥ 0 from customer to site, metres, seconds or any one unit; inf, or not stored in a sparse array: that pair may not be.
    p : int
        How many sites to choose, the predefined ones included.
    demand : array, shape (n,), optional
        d_i, not negative; default 1 each.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (column numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value and bound are demand × distance.

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.
    NoSiting
        If no p sites reach everybody.
    StoppedWithoutSiting
        If the time limit is reached before any answer is found.

    Notes
    -----
    ReVelle and Swain (1970), Central facilities location, Geographical Analysis 2. A Lagrangian bound with swaps (`lagrange`)
    settles most sites and pairs; HiGHS has the rest in the strong form.
    """
    check = Check("p_median")
    apart = check.distances("distances", distances)
    weight = check.vector("demand", demand, apart.shape[0])
    fixed, out = check.rule_of_sites(apart.shape[1], predefined, forbidden)
    count = check.how_many(p, apart.shape[1], fixed, out)
    check.time(time_limit)
    check.raise_if_any()
    chosen, bound, steps = least_walk(weigh(apart, weight), count, fixed, out, Deadline(time_limit))
    assignment = nearest(apart, chosen)
    value = float((weight * apart[np.arange(len(apart)), assignment]).sum())
    proven = is_proven(value, bound)
    return Siting("p_median", chosen, assignment, None, value, value if proven else min(bound, value), proven, steps)


def weigh(apart: Floats, weight: Floats) -> Floats:
    """Return demand × distance, inf where the distance is (shape: customers × sites)."""
    allowed = np.isfinite(apart)
    return np.where(allowed, weight[:, None] * np.where(allowed, apart, 0.0), np.inf)


def nearest(apart: Floats, chosen: Ints) -> Ints:
    """Return the nearest chosen site of each customer, the lowest numbered of equals; -1 where none is reached."""
    part = apart[:, chosen]
    best = part.argmin(axis=1)
    return np.where(np.isfinite(part[np.arange(len(part)), best]), chosen[best], NONE)


def least_walk(costs: Floats, p: int, fixed: Bools, out: Bools, deadline: Deadline) -> tuple[Ints, float, tuple[Step, ...]]:
    """Return the p sites of least Σ_i min_j c_ij, a bound on it, and the reductions made."""
    lost = np.flatnonzero(~np.isfinite(costs[:, ~out]).any(axis=1))
    if len(lost):
        raise NoSiting("unreachable", customers=listed(lost))
    numbers = np.flatnonzero(~out)
    costs, fixed = costs[:, numbers], fixed[numbers]
    step = whole_step(costs[np.isfinite(costs)])
    dual = lagrangian(costs, p, fixed, deadline, step)
    proven, left = dual.bound, fix(costs, p, fixed, dual, dual.value - step * (1 - 1e-6))
    made = [_noted(len(numbers), costs, left)]
    if np.isfinite(dual.value) and left.possible.sum() < _WORTH_A_PASS * len(numbers) and left.pairs.any(axis=1).all():
        # Among the sites that are left, the choice found before included, a better bound is found sooner.
        left.possible[dual.chosen] = True
        among = np.flatnonzero(left.possible)
        start = replace(dual, chosen=np.searchsorted(among, dual.chosen))
        numbers, costs, fixed = numbers[among], np.ascontiguousarray(costs[:, among]), left.certain[among]
        dual = lagrangian(costs, p, fixed, deadline, step, start)
        proven, left = max(proven, dual.bound), fix(costs, p, fixed, dual, dual.value - step * (1 - 1e-6))
        made.append(_noted(len(among), costs, left))
    bound, steps = min(proven, dual.value), tuple(one for pair in made for one in pair)
    if dual.value - proven < max(step * (1 - 1e-6), 1e-9 * abs(dual.value)):
        return numbers[dual.chosen], dual.value, steps
    if not left.pairs.any(axis=1).all():
        return numbers[dual.chosen], dual.value, steps
    if np.isfinite(dual.value):
        # The choice found before is let in again, as a start for the solver.
        left.possible[dual.chosen] = True
        left.pairs[np.arange(len(costs)), nearest(costs, dual.chosen)] = True
    chosen, rest_bound = _branch(costs, p, left, dual.chosen if np.isfinite(dual.value) else None, deadline, step)
    if chosen is None and not np.isfinite(dual.value):
        if np.isfinite(rest_bound):
            raise StoppedWithoutSiting
        raise NoSiting("too_few", p=str(p))
    return numbers[dual.chosen if chosen is None else chosen], max(bound, min(rest_bound, dual.value)), steps


def _noted(sites: int, costs: Floats, left: Left) -> tuple[Step, Step]:
    pairs = int(np.isfinite(costs).sum())
    return (
        Step("sites by Lagrangian bound", sites, int((left.possible & ~left.certain).sum())),
        Step("pairs by Lagrangian bound", pairs, int(left.pairs.sum())),
    )


def _branch(costs: Floats, p: int, left: Left, start: Ints | None, deadline: Deadline, step: float) -> tuple[Ints | None, float]:
    """Ask HiGHS about what is left; return the choice (None if it found none) and the bound."""
    row, column = np.nonzero(left.pairs)
    sites = np.flatnonzero(left.possible)
    place = np.zeros(costs.shape[1], dtype=np.int64)
    place[sites] = np.arange(len(sites))
    pairs, count = len(row), len(sites)
    x, y = np.arange(pairs) + count, place[column]
    rows = Rows(count + pairs)
    rows.add(csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(len(costs), pairs)), x, 1.0, 1.0)
    linked = ~left.certain[column]
    rows.add(_linking(x[linked], y[linked], count + pairs), np.arange(count + pairs), -np.inf, 0.0)
    rows.one(np.arange(count), 1.0, float(p), float(p))
    price = np.concatenate([np.zeros(count), costs[row, column]])
    lower = np.concatenate([left.certain[sites], np.zeros(pairs)]).astype(np.float64)
    program = rows.program(price, np.ones(count + pairs), np.arange(count + pairs) < count, lower)
    point = None
    if start is not None:
        opened = np.zeros(count)
        opened[place[start]] = 1.0
        point = np.concatenate([opened, (nearest(costs, start)[row] == column).astype(np.float64)])
    answer = ask(program, deadline, start=point, step=step)
    if answer.point is None:
        return None, np.inf if answer.verdict == "infeasible" else answer.bound
    return sites[answer.point[:count] > 0.5], answer.bound


def _linking(x: Ints, y: Ints, columns: int) -> csr_array:
    """Return the rows x_ij − y_j (≤ 0)."""
    count = len(x)
    row = np.concatenate([np.arange(count), np.arange(count)])
    return csr_array((np.concatenate([np.ones(count), -np.ones(count)]), (row, np.concatenate([x, y]))), shape=(count, columns))
