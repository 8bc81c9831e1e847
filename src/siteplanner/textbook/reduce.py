"""Reductions of covering problems on sparse arrays; each says why it loses nothing, and is undone by keeping indices."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from siteplanner.textbook.answer import Bools, Floats, Ints

_WORK = 50_000_000
"""Products of sparse arrays that would take more multiplications than this are not made: looking would cost more than it saves."""


def equal_rows(matrix: csr_array) -> tuple[Ints, Ints]:
    """Return, for rows with the same columns, a first row of each group (shape: groups) and each row's group (shape: rows).

    Rows are compared by a 64-bit sum of random numbers, then entry by entry: two that differ are never merged.
    Proof: customers covered by the same sites are covered by the same choices, so they may count as one with their demands added up.
    """
    size = np.diff(matrix.indptr)
    seed = 0
    while True:
        keys = np.random.default_rng(seed).integers(0, 2**63, matrix.shape[1], dtype=np.uint64)
        sums = np.zeros(len(matrix.indices) + 1, dtype=np.uint64)
        np.cumsum(keys[matrix.indices], out=sums[1:])
        marks = sums[matrix.indptr[1:]] - sums[matrix.indptr[:-1]]
        _, first, group = np.unique(marks, return_index=True, return_inverse=True)
        twin = first[group]
        if np.array_equal(size, size[twin]) and _same_entries(matrix, twin):
            return first.astype(np.int64), group.astype(np.int64)
        seed += 1


def _same_entries(matrix: csr_array, twin: Ints) -> bool:
    size = np.diff(matrix.indptr)
    shift = np.repeat(matrix.indptr[twin].astype(np.int64) - matrix.indptr[:-1], size)
    return np.array_equal(matrix.indices, matrix.indices[np.arange(len(matrix.indices)) + shift])


def implied_rows(matrix: csr_array, times: Ints) -> Bools:
    """Return the rows that another row implies: its columns are among theirs, and it needs covering at least as often (shape: rows).

    Rows with the same columns must have been merged. Proof: the sites that cover the smaller row often enough all cover the
    larger row; "fewer columns" is a strict order, so the rows left at the end imply all that were left out.
    """
    if not _affordable(matrix.T.tocsr()):
        return np.zeros(matrix.shape[0], dtype=np.bool_)
    size = np.diff(matrix.indptr)
    shared = csr_array(matrix @ matrix.T).tocoo()
    row, other = shared.row, shared.col
    implied = (shared.data == size[other]) & (size[other] < size[row]) & (times[other] >= times[row])
    return np.isin(np.arange(matrix.shape[0]), row[implied])


def dominated_columns(matrix: csr_array, weights: Floats) -> Bools:
    """Return the columns for which another, not dearer, covers at least the same rows (shape: columns).

    Where rows need covering once only. Proof: in any answer the dominated site can be swapped for the other (or left out, if
    the other is chosen already) at no more cost and with no less covered; ties are broken by number, so that of equal
    columns the first stays and every chain of dominance ends at a column that stays.
    """
    if not _affordable(matrix):
        return np.zeros(matrix.shape[1], dtype=np.bool_)
    size = np.bincount(matrix.indices, minlength=matrix.shape[1])
    shared = csr_array(matrix.T @ matrix).tocoo()
    column, other = shared.row, shared.col
    better = (size[other] > size[column]) | (weights[other] < weights[column]) | (other < column)
    worse = (shared.data == size[column]) & (weights[other] <= weights[column]) & better & (other != column)
    # Of columns that cover the same rows at the same cost, only the number decides.
    worse &= ~((size[other] == size[column]) & (weights[other] == weights[column]) & (other > column))
    return np.isin(np.arange(matrix.shape[1]), column[worse])


def _affordable(matrix: csr_array) -> bool:
    return bool((np.diff(matrix.indptr).astype(np.int64) ** 2).sum() <= _WORK)


def components(matrix: csr_array) -> tuple[Ints, Ints]:
    """Return the connected part of each row and of each column (shapes: rows, columns).

    Proof: a choice in one part covers no row of another, so the best choices of the parts together are the best choice.
    """
    rows, columns = matrix.shape
    entries = matrix.tocoo()
    graph = csr_array((np.ones(entries.nnz), (entries.row, entries.col + rows)), shape=(rows + columns, rows + columns))
    _, label = connected_components(graph, directed=False)
    return label[:rows].astype(np.int64), label[rows:].astype(np.int64)
