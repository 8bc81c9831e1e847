"""Coverage in sparse form: who is within reach of what, from coordinates or from distances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, issparse
from scipy.spatial import cKDTree

from siteplanner.textbook.inputs import Check

_BLOCK = 4_000_000
"""Distances worked out at once: 32 MB."""
_FEW_SITES = 400
"""Up to so many sites a block of plain distances is faster than a tree."""


def within(customers: ArrayLike, sites: ArrayLike, radius: float) -> csr_array:
    """Return which sites are within a straight-line radius of which customers: d(i, j) ≤ radius.

    Parameters
    ----------
    customers : array, shape (n, 2)
        Coordinates in a plane (metres, or any one unit).
    sites : array, shape (m, 2)
        Coordinates of the candidate sites, in the same plane.
    radius : float
        In the unit of the coordinates; a customer exactly at it is covered.

    Returns
    -------
    sparse array, shape (n, m)
        1 where covered.

    Raises
    ------
    InputError
        If a shape is wrong, a coordinate is not a finite number, or the radius is negative.
    """
    check = Check("within")
    here = check.numbers("customers", customers, (None, 2))
    there = check.numbers("sites", sites, (None, 2))
    reach = float(check.vector("radius", radius, 1)[0])
    check.raise_if_any()
    rows, columns = len(here), len(there)
    if columns <= _FEW_SITES:
        step = max(1, _BLOCK // columns)
        blocks = [_block(here[n : n + step], there, reach) for n in range(0, rows, step)]
        counts = np.concatenate([count for count, _ in blocks])
        indices = np.concatenate([found for _, found in blocks])
    else:
        pairs = cKDTree(here).sparse_distance_matrix(cKDTree(there), np.nextafter(reach, np.inf) * (1 + 1e-12), output_type="ndarray")
        i, j = pairs["i"], pairs["j"]
        near = ((here[i] - there[j]) ** 2).sum(axis=1) <= reach**2
        order = np.lexsort((j[near], i[near]))
        counts, indices = np.bincount(i[near], minlength=rows), j[near][order].astype(np.int32)
    starts = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return csr_array((np.ones(len(indices)), indices, starts), shape=(rows, columns))


def _block(here: np.ndarray, there: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Return how many sites cover each customer of a block, and which."""
    apart = (here[:, :1] - there[:, 0]) ** 2
    apart += (here[:, 1:] - there[:, 1]) ** 2
    near = apart <= reach**2
    return near.sum(axis=1), np.nonzero(near)[1].astype(np.int32)


def within_distance(distances: Any, limit: float) -> csr_array:
    """Return which sites are within a distance (or time) of which customers: d[i, j] ≤ limit.

    Parameters
    ----------
    distances : array or sparse array, shape (n, m)
        From customers to sites; in a sparse array a pair that is not stored is out of reach.
    limit : float
        In the unit of the distances; exactly at it is covered.

    Returns
    -------
    sparse array, shape (n, m)
        1 where covered.

    Raises
    ------
    InputError
        If a distance is NaN or negative, or the limit is negative.
    """
    check = Check("within_distance")
    reach = float(check.vector("limit", limit, 1)[0])
    if issparse(distances):
        matrix: csr_array = csr_array(distances)  # type: ignore[call-overload]
        check.numbers("distances", matrix.data, (None,))
        check.raise_if_any()
        near = matrix.data <= reach
        row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[near]
        found = csr_array((np.ones(int(near.sum())), (row, matrix.indices[near])), shape=matrix.shape)
    else:
        array = check.distances("distances", distances)
        check.raise_if_any()
        found = csr_array((array <= reach).astype(np.float64))
    found.sort_indices()
    return found
