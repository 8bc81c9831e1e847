"""p-center: p sites such that the customer farthest from its nearest one has the least way to go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from siteplanner.textbook.answer import Bools, Floats, NoSiting, Siting, Step, StoppedWithoutSiting, listed
from siteplanner.textbook.cover_search import Cover
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.median import least_walk, nearest, weigh
from siteplanner.textbook.solving import Deadline, is_proven


def p_center(
    distances: Any,
    p: int,
    *,
    then: Literal["p_median"] | None = None,
    demand: ArrayLike | None = None,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose p sites so that the longest distance from a customer to its nearest chosen site is least.

    min r  subject to  Σ_{j: c_ij ≤ r} y_j ≥ 1 for every customer i,  Σ_j y_j = p,  y_j ∈ {0, 1}

    In words: nobody is farther from a chosen site than r, and no smaller r can be had with p sites.

    Parameters
    ----------
    distances : array or sparse array, shape (n, m)
        c_ij ≥ 0; inf, or not stored in a sparse array: that pair may not be.
    p : int
        How many sites to choose, the predefined ones included.
    then : "p_median", optional
        Among the choices of least r, take the one of least demand-weighted distance in total.
    demand : array, shape (n,), optional
        Weights of `then`; default 1 each.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (column numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value and bound are distances; `then` is demand × distance where asked for (proven means both are).

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.
    NoSiting
        If no p sites reach everybody.
    StoppedWithoutSiting
        If the time limit is reached before p sites that reach everybody are found.

    Notes
    -----
    Minieka (1970), The m-center problem, SIAM Review 12: a search over the distinct distances, each step a set covering
    problem reduced as in `lscp`. A distance is passed over only if its covering is proven to need more than p sites.
    """
    check = Check("p_center")
    apart = check.distances("distances", distances)
    weight = check.vector("demand", demand, apart.shape[0])
    fixed, out = check.rule_of_sites(apart.shape[1], predefined, forbidden)
    count = check.how_many(p, apart.shape[1], fixed, out)
    check.time(time_limit)
    check.raise_if_any()
    return _center(apart, count, weight if then else None, fixed, out, Deadline(time_limit))


def _center(apart: Floats, p: int, weight: Floats | None, fixed: Bools, out: Bools, deadline: Deadline) -> Siting:
    """Return the answer; with weights, the one of least weighted distance among those of least radius."""
    marks, bound, step = _least_radius(apart, p, fixed, out, deadline)
    marks[np.flatnonzero(~marks & ~out)[: p - int(marks.sum())]] = True
    if not np.isfinite(_farthest(apart, marks)):
        raise StoppedWithoutSiting
    chosen, radius = np.flatnonzero(marks), _farthest(apart, marks)
    proven, walked = is_proven(radius, bound), None
    best = radius if proven else min(bound, radius)
    steps: tuple[Step, ...] = (step,)
    if weight is not None:
        chosen, least, more = least_walk(weigh(np.where(apart <= radius, apart, np.inf), weight), p, fixed, out, deadline)
        steps += more
        walked = float((weight * apart[np.arange(len(apart)), nearest(apart, chosen)]).sum())
        proven &= is_proven(walked, least)
    return Siting("p_center", chosen, nearest(apart, chosen), None, radius, best, proven, steps, walked)


def _farthest(apart: Floats, marks: Bools) -> float:
    return float(apart[:, marks].min(axis=1).max())


def _least_radius(apart: Floats, p: int, fixed: Bools, out: Bools, deadline: Deadline) -> tuple[Bools, float, Step]:
    """Return a choice of at most p sites, a bound on the radius, and how many radii there were and were tried."""
    closest = apart[:, ~out].min(axis=1)
    if not np.isfinite(closest).all():
        raise NoSiting("unreachable", customers=listed(np.flatnonzero(~np.isfinite(closest))))
    radii = np.unique(apart[:, ~out][apart[:, ~out] >= closest.max()])
    radii = radii[np.isfinite(radii)]
    low, high, tried = 0, len(radii) - 1, 0
    marks, bound = _cover(apart, radii[high], p, fixed, out, deadline)
    if marks.sum() > p:
        # Every pair that may be is used: if that needs more than p sites, nothing does.
        if bound > p + 1e-6:
            raise NoSiting("too_few", p=str(p))
        marks = fixed.copy()
        marks[np.flatnonzero(~out & ~fixed)[: p - int(fixed.sum())]] = True
    else:
        high = int(np.searchsorted(radii, _farthest(apart, marks)))
    while low < high:
        middle, tried = (low + high) // 2, tried + 1
        found, bound = _cover(apart, radii[middle], p, fixed, out, deadline)
        if found.sum() <= p:
            marks, high = found, int(np.searchsorted(radii, _farthest(apart, found)))
        elif bound > p + 1e-6:
            low = middle + 1
        else:
            break
    return marks, float(radii[low]), Step("radii tried", len(radii), tried)


def _cover(apart: Floats, radius: float, p: int, fixed: Bools, out: Bools, deadline: Deadline) -> tuple[Bools, float]:
    """Return sites that cover everybody within a radius, at most p if that is known to do, and a bound on how many it takes."""
    matrix = csr_array((apart <= radius).astype(np.float64))
    ones = np.ones(matrix.shape[0], dtype=np.int64)
    return Cover(matrix, np.ones(matrix.shape[1]), ones, fixed, out, deadline, float(p)).solve()
