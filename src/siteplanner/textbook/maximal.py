"""Maximal covering: p sites that cover as much demand as possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array, hstack, identity

from siteplanner.textbook.answer import Bools, Floats, Ints, Siting, Step
from siteplanner.textbook.cover_search import covering_site
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.reduce import dominated_columns, equal_rows
from siteplanner.textbook.solving import Deadline, Rows, ask, is_proven, whole_step

_MOST_SWAPS = 200
_STARTS = 100
_WORK = 30_000_000
"""Starts are tried as long as they take no more multiplications than this."""


def mclp(
    cover: Any,
    demand: ArrayLike,
    p: int,
    *,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose p sites that cover the most demand.

    max Σ_i d_i z_i  subject to  z_i ≤ Σ_j a_ij y_j,  Σ_j y_j = p,  y_j ∈ {0, 1},  0 ≤ z_i ≤ 1

    In words: a customer counts with its demand if at least one chosen site is within its reach.

    Parameters
    ----------
    cover : array or sparse array, shape (n, m)
        a_ij: 1 where site j covers customer i (see `within`, `within_distance`).
    demand : array, shape (n,)
        d_i: people, dwellings or any one unit, not negative.
    p : int
        How many sites to choose, the predefined ones included.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (column numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value is the demand covered, bound what no p sites can exceed, both in the unit of the demand.

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.

    Notes
    -----
    Church and ReVelle (1974), The maximal covering location problem, Papers of the Regional Science Association 32. Before
    branch-and-bound, customers of equal coverage are merged, which is exact (see `reduce.equal_rows`).
    """
    check = Check("mclp")
    matrix = check.cover(cover)
    rows, columns = matrix.shape
    weight = check.vector("demand", demand, rows)
    fixed, out = check.rule_of_sites(columns, predefined, forbidden)
    count = check.how_many(p, columns, fixed, out)
    check.time(time_limit)
    check.raise_if_any()
    deadline = Deadline(time_limit)
    marks, missed_bound, steps = _choose(matrix, weight, count, fixed, out, deadline)
    assignment = covering_site(matrix, marks)
    value, bound = float(weight[assignment >= 0].sum()), float(weight.sum()) - missed_bound
    proven = is_proven(value, bound)
    return Siting("mclp", np.flatnonzero(marks), assignment, None, value, value if proven else max(bound, value), proven, tuple(steps))


def _choose(matrix: csr_array, weight: Floats, p: int, fixed: Bools, out: Bools, deadline: Deadline) -> tuple[Bools, float, list[Step]]:
    """Return the chosen sites, a bound on the demand missed, and the reductions made."""
    met = matrix[:, fixed].sum(axis=1) > 0
    numbers = np.flatnonzero(~fixed & ~out)
    choice = csr_array(matrix[np.flatnonzero(~met & (weight > 0))][:, numbers])
    left = weight[~met & (weight > 0)]
    choice.sort_indices()
    some = np.diff(choice.indptr) > 0
    hopeless = float(left[~some].sum())
    choice, left = csr_array(choice[some]), left[some]
    steps = [Step("customers without demand, out of reach or met by predefined sites", len(weight), len(left))]
    first, group = equal_rows(choice)
    merged = np.bincount(group, weights=left, minlength=len(first)).astype(np.float64)
    steps.append(Step("customers of equal coverage merged", len(left), len(first)))
    choice = csr_array(choice[first])
    worse = dominated_columns(choice, np.ones(len(numbers)))
    steps.append(Step("dominated sites", len(numbers), len(numbers) - int(worse.sum())))
    choice, numbers = csr_array(choice[:, ~worse]), numbers[~worse]
    marks = fixed.copy()
    wanted = min(p - int(fixed.sum()), len(numbers))
    missed = hopeless
    if wanted and len(first):
        picked, bound = _branch(choice, merged, wanted, deadline)
        marks[numbers[picked]] = True
        missed += bound
    elif len(first):
        missed += float(merged.sum())
    # Sites that can add nothing make the number up to p: the lowest-numbered that may be chosen.
    spare = np.flatnonzero(~marks & ~out)[: p - int(marks.sum())]
    marks[spare] = True
    return marks, missed, [step for step in steps if step.before != step.after]


def _branch(cover: csr_array, weight: Floats, p: int, deadline: Deadline) -> tuple[Bools, float]:
    """Minimise the weight missed; return the chosen columns and the bound."""
    rows, columns = cover.shape
    start = best_start(cover, weight, p, deadline)
    missed = cover @ start.astype(np.float64) == 0
    program_rows = Rows(columns + rows)
    program_rows.add(coo_array(hstack([cover, identity(rows)])), np.arange(columns + rows), 1.0, np.inf)
    program_rows.one(np.arange(columns), 1.0, float(p), float(p))
    program = program_rows.program(
        np.concatenate([np.zeros(columns), weight]), np.ones(columns + rows), np.arange(columns + rows) < columns
    )
    point = np.concatenate([start, missed]).astype(np.float64)
    # Merged and without dominated sites there is nothing left to presolve: HiGHS is two to three times as fast without.
    answer = ask(program, deadline, start=point, step=whole_step(weight), presolve=False)
    if answer.point is None:
        return start, 0.0
    return answer.point[:columns] > 0.5, max(0.0, answer.bound)


def best_start(cover: csr_array, weight: Floats, p: int, deadline: Deadline) -> Bools:
    """Return the best of several choices of p columns: the ones of most demand and random ones (fixed seed), each improved by `swaps`."""
    columns, draw = cover.shape[1], np.random.default_rng(0)
    largest = np.argsort(-(csr_array(cover.T) @ weight), kind="stable")[:p]
    starts = min(_STARTS, 1 + _WORK // max(1, 10 * p * cover.nnz))
    best, least = np.zeros(columns, dtype=np.bool_), np.inf
    for n in range(starts):
        found = swaps(cover, weight, draw.choice(columns, p, replace=False) if n else largest)
        missed = float(weight[cover @ found.astype(np.float64) == 0].sum())
        if missed < least:
            best, least = found, missed
        if deadline.passed:
            break
    return best


def swaps(cover: csr_array, weight: Floats, members: Ints) -> Bools:
    """Return columns that cover much, from a first choice on: the best swap of one for one is made while any helps (shape: columns).

    The gains of all columns are counted at once, for each chosen column that might leave.
    """
    by_column = csr_array(cover.T)
    chosen = np.zeros(cover.shape[1], dtype=np.bool_)
    chosen[members] = True
    for _ in range(_MOST_SWAPS):
        count = cover @ chosen.astype(np.float64)
        members = np.flatnonzero(chosen)
        lost = by_column[members] @ np.where(count == 1, weight, 0.0)
        # What is uncovered once a member has left, a column for each member.
        alone = cover[:, members].multiply((count == 1)[:, None] * weight[:, None]).toarray() + np.where(count == 0, weight, 0.0)[:, None]
        change = np.asarray(by_column @ alone) - lost
        change[members] = -np.inf
        enter, leave = np.unravel_index(int(change.argmax()), change.shape)
        if change[enter, leave] <= 0:
            break
        chosen[members[leave]], chosen[enter] = False, True
    return chosen
