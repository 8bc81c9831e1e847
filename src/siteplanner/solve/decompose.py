"""Split a compiled problem into parts that share no row, apart from rows that join the whole county.

Leaving out the joining rows (budgets, milestones) relaxes the problem. Levels are sums over parts, so the parts' lexicographic
optima together are the optimum of the relaxation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from siteplanner.solve.compile import Compiled, Floats

JOINING = ("budget.", "milestone.", "fund.pool.")
"""Families whose rows join parts."""
BATCH_BINARIES = 40
"""Parts smaller than this are put together: every call of a solver costs tens of milliseconds."""
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Part:
    """Columns and rows of one part, as sorted indices into the whole."""

    columns: tuple[int, ...]
    rows: tuple[int, ...]


def joining_rows(compiled: Compiled) -> NDArray[np.bool_]:
    """Return which rows join parts (shape: rows)."""
    return np.array([name.startswith(JOINING) for name in compiled.row_names], dtype=np.bool_)


def split(compiled: Compiled) -> list[Part]:
    """Return the large parts in order of their first row, then the small ones in batches."""
    inner = np.flatnonzero(~joining_rows(compiled))
    matrix: csr_array = compiled.matrix[inner]
    rows, columns = matrix.shape
    if not rows + columns:
        return [Part((), ())]
    # A bipartite graph: rows first, then columns.
    entries = matrix.tocoo()
    graph = csr_array((np.ones(entries.nnz), (entries.row, entries.col + rows)), shape=(rows + columns, rows + columns))
    _, label = connected_components(graph, directed=False)
    binaries = np.bincount(label[rows:][compiled.integer], minlength=int(label.max()) + 1)
    large: list[list[int]] = []
    batches: list[list[int]] = [[]]
    filled = 0
    # Rows without a column are parts of their own: they hold or fail by themselves, and must be asked all the same.
    for part in dict.fromkeys(label.tolist()):
        if binaries[part] > BATCH_BINARIES:
            large.append([part])
            continue
        if filled + binaries[part] > BATCH_BINARIES:
            batches.append([])
            filled = 0
        batches[-1].append(part)
        filled += int(binaries[part])
    found = []
    for group in [*large, *(batch for batch in batches if batch)]:
        inside = np.isin(label, group)
        found.append(Part(_indices(inside[rows:]), tuple(inner[np.flatnonzero(inside[:rows])].tolist())))
    return found


def _indices(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def extract_part(compiled: Compiled, part: Part) -> Compiled:
    """Return the part as a problem of its own."""
    names = list(compiled.column)
    columns, rows = list(part.columns), list(part.rows)
    return Compiled(
        column={names[n]: i for i, n in enumerate(columns)},
        lower=compiled.lower[columns],
        upper=compiled.upper[columns],
        integer=compiled.integer[columns],
        matrix=csr_array(compiled.matrix[rows][:, columns]),
        row_lower=compiled.row_lower[rows],
        row_upper=compiled.row_upper[rows],
        row_names=tuple(compiled.row_names[n] for n in rows),
    )


def broken_rows(compiled: Compiled, point: Floats) -> NDArray[np.int64]:
    """Return the joining rows that a point breaks."""
    rows = np.flatnonzero(joining_rows(compiled))
    activity = compiled.matrix[rows] @ point
    broken = (activity < compiled.row_lower[rows] - _TOLERANCE) | (activity > compiled.row_upper[rows] + _TOLERANCE)
    return rows[broken]


def with_inner_rows(compiled: Compiled, part: Part) -> Part:
    """Return a part with every joining row that touches no other part: it is solved once, not again for each that breaks."""
    inside = np.zeros(compiled.columns, dtype=np.bool_)
    inside[list(part.columns)] = True
    rows = set(part.rows)
    for row in np.flatnonzero(joining_rows(compiled)).tolist():
        if inside[compiled.matrix.indices[compiled.matrix.indptr[row] : compiled.matrix.indptr[row + 1]]].all():
            rows.add(row)
    return Part(part.columns, tuple(sorted(rows)))


def join(compiled: Compiled, parts: Sequence[Part], broken: NDArray[np.int64]) -> list[Part]:
    """Return the parts with those that a broken row touches made one, that row included."""
    found = list(parts)
    for row in broken.tolist():
        columns = set(compiled.matrix.indices[compiled.matrix.indptr[row] : compiled.matrix.indptr[row + 1]].tolist())
        touched = [part for part in found if columns.intersection(part.columns)] or found[:1]
        merged = Part(
            tuple(sorted(n for part in touched for n in part.columns)),
            tuple(sorted({row, *(n for part in touched for n in part.rows)})),
        )
        found = [merged, *(part for part in found if part not in touched)]
    return found
