"""Location set covering: the cheapest (or fewest) sites that cover everybody, once or several times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array, hstack, identity

from siteplanner.textbook.answer import Bools, Floats, Siting
from siteplanner.textbook.cover_search import Cover, covering_site
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.reduce import equal_rows
from siteplanner.textbook.solving import Deadline, Rows, ask, is_proven, whole_step

_HALF = 0.5
_SLACK = 1e-9
"""How far the weight may rise, relative, when the cheapest cover is held: rounding only."""


def lscp(
    cover: Any,
    *,
    weights: ArrayLike | None = None,
    times: int | ArrayLike = 1,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose sites of least total weight so that every customer is covered often enough.

    min Σ_j w_j y_j  subject to  Σ_j a_ij y_j ≥ k_i for every customer i,  y_j ∈ {0, 1}

    In words: every customer has at least k_i chosen sites within reach; with weights 1 the fewest sites are chosen.

    Parameters
    ----------
    cover : array or sparse array, shape (n, m)
        a_ij: 1 where site j covers customer i (see `within`, `within_distance`).
    weights : array, shape (m,), optional
        Cost of each site, in any one unit, not negative; default 1 each.
    times : int or array of int, shape (n,)
        k_i: how many chosen sites must cover each customer; 2 or more is covering with backup.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (column numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value and bound are in the unit of the weights.

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.
    NoSiting
        If the sites that may be chosen cover somebody too few times.

    Notes
    -----
    Toregas, Swain, ReVelle and Bergman (1971), The location of emergency service facilities, Operations Research 19.
    """
    check = Check("lscp")
    matrix = check.cover(cover)
    rows, columns = matrix.shape
    cost = check.vector("weights", weights, columns)
    needed = check.vector("times", times, rows)
    if (needed != np.round(needed)).any():
        check.add("times", "not_whole", seen="fractional")
    fixed, out = check.rule_of_sites(columns, predefined, forbidden)
    check.time(time_limit)
    check.raise_if_any()
    search = Cover(matrix, cost, needed.astype(np.int64), fixed, out, Deadline(time_limit))
    marks, bound = search.solve()
    value = float(cost[marks].sum())
    proven = is_proven(value, bound)
    best = value if proven else min(bound, value)
    return Siting("lscp", np.flatnonzero(marks), covering_site(matrix, marks), None, value, best, proven, tuple(search.steps))


def lscp_backup(
    cover: Any,
    *,
    demand: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose, among the cheapest covers, the one under which most demand is covered twice.

    First min Σ_j w_j y_j  subject to  Σ_j a_ij y_j ≥ 1; then, at that weight, max Σ_i d_i u_i  subject to
    Σ_j a_ij y_j ≥ 1 + u_i,  0 ≤ u_i ≤ 1

    In words: nobody is left out, nothing more is spent, and as many as possible have a second site within reach.

    Parameters
    ----------
    cover : array or sparse array, shape (n, m)
        a_ij: 1 where site j covers customer i.
    demand : array, shape (n,), optional
        d_i, not negative; default 1 each.
    weights : array, shape (m,), optional
        Cost of each site, not negative; default 1 each.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (column numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value and bound are those of the weight; `then` is the demand covered twice. Proven means both are.

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.
    NoSiting
        If the sites that may be chosen leave somebody out.

    Notes
    -----
    Hogan and ReVelle (1986), Concepts and applications of backup coverage, Management Science 32.
    """
    check = Check("lscp_backup")
    matrix = check.cover(cover)
    rows, columns = matrix.shape
    need = check.vector("demand", demand, rows)
    cost = check.vector("weights", weights, columns)
    fixed, out = check.rule_of_sites(columns, predefined, forbidden)
    check.time(time_limit)
    check.raise_if_any()
    return _with_backup(Cover(matrix, cost, np.ones(rows, dtype=np.int64), fixed, out, Deadline(time_limit)), need)


def _with_backup(search: Cover, need: Floats) -> Siting:
    """Return the cheapest cover with most demand covered twice."""
    matrix, cost = search.matrix, search.weights
    marks, bound = search.solve()
    least = float(cost[marks].sum())
    marks, second = _most_backup(matrix, need, cost, marks, search.fixed, search.forbidden, search.deadline)
    twice = float(need[matrix @ marks.astype(np.float64) > 1 + _HALF].sum())
    value = float(cost[marks].sum())
    first = is_proven(least, bound)
    best = value if first else min(bound, value)
    proven = first and is_proven(twice, second)
    return Siting("lscp_backup", np.flatnonzero(marks), covering_site(matrix, marks), None, value, best, proven, tuple(search.steps), twice)


def _most_backup(
    matrix: csr_array, need: Floats, cost: Floats, start: Bools, fixed: Bools, out: Bools, deadline: Deadline
) -> tuple[Bools, float]:
    """Return the choice with most demand covered twice at the weight of the start, and a bound on that demand."""
    first, group = equal_rows(matrix)
    weight = np.bincount(group, weights=need, minlength=len(first)).astype(np.float64)
    cover, columns, groups = csr_array(matrix[first]), matrix.shape[1], len(first)
    rows = Rows(columns + groups)
    rows.add(coo_array(hstack([cover, -identity(groups)])), np.arange(columns + groups), 1.0, np.inf)
    least = float(cost[start].sum())
    rows.one(np.arange(columns), cost, -np.inf, least + _SLACK * max(1.0, least))
    twice = cover @ start.astype(np.float64) > 1 + _HALF
    program = rows.program(
        np.concatenate([np.zeros(columns), -weight]),
        np.concatenate([~out, np.ones(groups)]).astype(np.float64),
        np.arange(columns + groups) < columns,
        np.concatenate([fixed, np.zeros(groups)]).astype(np.float64),
    )
    answer = ask(program, deadline, start=np.concatenate([start, twice]).astype(np.float64), step=whole_step(weight))
    if answer.point is None:
        return start, float(need.sum())
    return answer.point[:columns] > _HALF, -answer.bound
