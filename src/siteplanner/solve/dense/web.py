"""What hangs together in a compiled part: requirements, the rows and columns around them, and how near they are to each other.

No coordinates are needed: two requirements are near where much the same choices can meet them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import dijkstra

from siteplanner.solve.compile import Compiled

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
REQUIREMENT = "requirement."
"""The family of rows that a part is cut along: what each estate must be credited."""
IMPLIED = ("credit.surrogate.", "group.")
"""Families of rows that follow from the others for whole choices."""
_WIDE = 0.2
"""A row with more than this share of all binaries joins everything, so it says nothing about what is near."""
_LEAST_WIDE = 30
_FAR = 10.0


@dataclass(frozen=True, slots=True)
class Web:
    """A compiled part with both orders of its matrix.

    Attributes
    ----------
    needs : array, shape (needs,)
        The requirement rows.
    near_rows : array of bool, shape (rows,)
        Rows that are neither requirements nor join everything.
    choices : csr_array, shape (needs, columns)
        The integer columns that can help to meet each requirement.
    distance : csr_array, shape (needs, needs)
        1 minus the share of choices in common (a little more than 0 where all are), where there are any in common.
    """

    compiled: Compiled
    by_row: csr_array
    by_column: csc_array
    needs: Indices
    near_rows: Mask
    choices: csr_array
    distance: csr_array

    def columns_of(self, rows: Indices) -> Indices:
        """Return the columns that stand in any of some rows, in order."""
        return np.unique(self.by_row[rows].indices).astype(np.int64)

    def rows_of(self, columns: Indices) -> Indices:
        """Return the rows in which any of some columns stands, in order."""
        return np.unique(self.by_column[:, columns].indices).astype(np.int64)


def weave(compiled: Compiled) -> Web:
    """Return the web of a compiled part."""
    by_row = csr_array(compiled.matrix)
    by_row.indices, by_row.indptr = by_row.indices.astype(np.int32), by_row.indptr.astype(np.int32)
    pattern = csr_array((np.ones(by_row.nnz), by_row.indices, by_row.indptr), shape=by_row.shape)
    asks = np.array([name.startswith(REQUIREMENT) for name in compiled.row_names], dtype=np.bool_)
    whole = pattern @ compiled.integer.astype(np.float64)
    near = ~asks & (whole <= max(_LEAST_WIDE, _WIDE * float(compiled.integer.sum())))
    needs, others = np.flatnonzero(asks), np.flatnonzero(near)
    beside = csr_array(pattern[needs] @ csr_array(pattern[others].T))
    only_whole = csr_array(pattern[others].multiply(compiled.integer[None, :]))
    choices = csr_array(beside @ only_whole)
    choices.data = np.ones(choices.nnz)
    return Web(compiled, by_row, csc_array(by_row), needs.astype(np.int64), near, choices, _distance(choices))


def _distance(choices: csr_array) -> csr_array:
    common = csr_array(choices @ csr_array(choices.T)).tocoo()
    size = np.diff(choices.indptr).astype(np.float64)
    union = size[common.row] + size[common.col] - common.data
    apart = common.row != common.col
    value = 1.01 - common.data / np.maximum(union, 1.0)
    return csr_array((value[apart], (common.row[apart], common.col[apart])), shape=common.shape)


def cells(web: Web, size: int, seed: int) -> list[Indices]:
    """Return the requirements in cells of about `size`: each joins the nearest of centres that lie far from one another."""
    count = len(web.needs)
    number = max(1, round(count / size))
    if number == 1:
        return [np.arange(count, dtype=np.int64)]
    rng = np.random.default_rng(seed)
    centres = [int(rng.integers(count))]
    away = _from(web, centres[0])
    while len(centres) < number:
        # Not the very farthest every time: a random one of several far ones, or every seed would give the same corners.
        few = rng.choice(count, size=min(count, 12), replace=False)
        centres.append(int(few[np.argmax(away[few])]))
        away = np.minimum(away, _from(web, centres[-1]))
    table = np.vstack([_from(web, centre) for centre in centres])
    label = table.argmin(axis=0)
    return [np.flatnonzero(label == n).astype(np.int64) for n in range(number) if (label == n).any()]


def joined(web: Web, parts: Sequence[Indices]) -> list[Indices]:
    """Return cells joined two by two, those first that have the greatest share of choices in common; one without a partner stays."""
    label = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    members = csr_array((np.ones(len(label)), (label, np.concatenate(parts))), shape=(len(parts), web.choices.shape[0]))
    has = csr_array(members @ web.choices)
    has.data = np.ones(has.nnz)
    size = np.diff(has.indptr)
    share = np.triu(csr_array(has @ csr_array(has.T)).toarray() / np.maximum(1, np.minimum(size[:, None], size[None, :])), 1)
    left, found = set(range(len(parts))), list[Indices]()
    for place in np.argsort(-share, axis=None, kind="stable").tolist():
        one, other = divmod(place, len(parts))
        if share[one, other] > 0 and one in left and other in left:
            left -= {one, other}
            found.append(np.union1d(parts[one], parts[other]))
    return found + [parts[n] for n in sorted(left)]


def nearest(web: Web, centre: int) -> Indices:
    """Return the requirements within some distance of one, the nearest first."""
    away = _from(web, centre)
    order = np.argsort(away, kind="stable")
    return order[np.isfinite(away[order])].astype(np.int64)


def _from(web: Web, centre: int) -> NDArray[np.float64]:
    away: NDArray[np.float64] = dijkstra(web.distance, indices=centre, limit=_FAR)  # type: ignore[call-overload]
    return away
