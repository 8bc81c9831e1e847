"""p-dispersion: p sites as far apart from one another as can be."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from siteplanner.textbook.answer import NONE, Bools, Floats, Ints, Siting, Step
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.solving import Deadline, Rows, ask, is_proven

_HALF = 0.5


def p_dispersion(
    distances: ArrayLike,
    p: int,
    *,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose p sites so that the least distance between two of them is greatest.

    max r  subject to  y_j + y_k ≤ 1 for every pair with c_jk < r,  Σ_j y_j = p,  y_j ∈ {0, 1}

    In words: no two chosen sites are nearer to one another than r, and no larger r can be had with p sites.

    Parameters
    ----------
    distances : array, shape (m, m)
        c_jk = c_kj ≥ 0 between sites; the diagonal is not looked at.
    p : int
        How many sites to choose, at least 2, the predefined ones included.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (row numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value and bound are distances; `assignment` is the nearest other chosen site of each chosen site, -1 of the rest.

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.

    Notes
    -----
    Kuby (1987), Programming models for facility dispersion, Geographical Analysis 19: a search over the distinct distances,
    each step asks for p sites of which no two conflict. Conflicts enter as cliques, which is tighter than pair by pair.
    """
    check = Check("p_dispersion")
    apart = check.distances("distances", distances, square=True)
    fixed, out = check.rule_of_sites(apart.shape[1], predefined, forbidden)
    count = check.how_many(p, apart.shape[1], fixed, out, least=2)
    check.time(time_limit)
    check.raise_if_any()
    apart = apart.copy()
    np.fill_diagonal(apart, np.inf)
    marks, bound, step = _widest(apart, count, fixed, out, Deadline(time_limit))
    chosen = np.flatnonzero(marks)
    between = apart[np.ix_(chosen, chosen)]
    assignment = np.full(len(apart), NONE, dtype=np.int64)
    assignment[chosen] = chosen[between.argmin(axis=1)]
    value = float(between.min())
    proven = is_proven(value, bound)
    return Siting("p_dispersion", chosen, assignment, None, value, value if proven else max(bound, value), proven, (step,))


def _widest(apart: Floats, p: int, fixed: Bools, out: Bools, deadline: Deadline) -> tuple[Bools, float, Step]:
    """Return the choice, a bound on its least distance, and how many distances there were and were tried."""
    marks = _spread(apart, p, fixed, out)
    free = apart[np.ix_(~out, ~out)]
    lengths = np.unique(free[np.isfinite(free)])
    within = fixed.sum() > 1
    ceiling = _ceiling(free, p)
    if within:
        ceiling = min(ceiling, float(apart[np.ix_(fixed, fixed)].min()))
    low, high, tried = int(np.searchsorted(lengths, _least(apart, marks))), int(np.searchsorted(lengths, ceiling, side="right")) - 1, 0
    while low < high:
        middle, tried = (low + high + 1) // 2, tried + 1
        found, possible = _independent(apart < lengths[middle], p, fixed, out, deadline)
        if found is not None:
            marks, low = found, int(np.searchsorted(lengths, _least(apart, found)))
        elif not possible:
            high = middle - 1
        else:
            break
    return marks, float(lengths[max(low, high)]), Step("distances tried", len(lengths), tried)


def _ceiling(free: Floats, p: int) -> float:
    """Return a distance no choice can exceed: p sites each need p − 1 others that far away."""
    far = np.sort(np.where(np.isfinite(free), free, -np.inf), axis=1)[:, ::-1][:, p - 2]
    return float(np.sort(far)[::-1][p - 1])


def _least(apart: Floats, marks: Bools) -> float:
    chosen = np.flatnonzero(marks)
    return float(apart[np.ix_(chosen, chosen)].min())


def _spread(apart: Floats, p: int, fixed: Bools, out: Bools) -> Bools:
    """Return p sites, each taken for being farthest from those before (from the predefined ones, or the farthest pair)."""
    marks = fixed.copy()
    usable = np.where(out[:, None] | out[None, :] | ~np.isfinite(apart), -np.inf, apart)
    if not marks.any():
        marks[list(np.unravel_index(int(usable.argmax()), usable.shape))] = True
    while marks.sum() < p:
        near = np.where(marks | out, -np.inf, apart[:, marks].min(axis=1))
        marks[int(near.argmax())] = True
    return marks


def _independent(conflict: Bools, p: int, fixed: Bools, out: Bools, deadline: Deadline) -> tuple[Bools | None, bool]:
    """Return p sites without a conflict, or None and whether there may be some."""
    rows = _cliques(conflict & ~out[:, None] & ~out[None, :])
    sites = len(conflict)
    program_rows = Rows(sites)
    program_rows.add(rows, np.arange(sites), -np.inf, 1.0)
    program = program_rows.program(-np.ones(sites), (~out).astype(np.float64), np.ones(sites, dtype=np.bool_), fixed.astype(np.float64))
    answer = ask(program, deadline, step=1.0, target=-float(p))
    if answer.point is not None and answer.point.sum() > p - _HALF:
        loose = np.flatnonzero((answer.point > _HALF) & ~fixed)[: p - int(fixed.sum())]
        marks = fixed.copy()
        marks[loose] = True
        return marks, True
    return None, answer.verdict != "infeasible" and answer.bound <= -p + _HALF


def _cliques(conflict: Bools) -> csr_array:
    """Return cliques that hold every conflicting pair (shape: cliques × sites), grown greedily."""
    left = np.triu(conflict, 1)
    found: list[Ints] = []
    for site in range(len(conflict)):
        while left[site].any():
            members = [site, int(left[site].argmax())]
            others = conflict[members[0]] & conflict[members[1]]
            while others.any():
                # The candidate that settles most pairs still open.
                gain = np.where(others, left[members].sum(axis=0) + left[:, members].sum(axis=1), -1)
                members.append(int(gain.argmax()))
                others &= conflict[members[-1]]
            clique = np.sort(np.array(members))
            left[np.ix_(clique, clique)] = False
            found.append(clique)
    lengths = [len(clique) for clique in found]
    columns = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    return csr_array((np.ones(len(columns)), (np.repeat(np.arange(len(found)), lengths), columns)), shape=(len(found), len(conflict)))
