"""Windows of a part: the problem inside one, with everything outside priced (for a bound) or frozen (for a better plan).

*Priced.* Take any vector u of prices for the rows outside a window and let d be the costs of the window's columns with those
rows charged. Every plan of the whole obeys the window's own rows, so d·x ≥ min d·x over them, x whole where it must be: the
minimum is a bound on d·x whatever the prices, and the row d·x ≥ minimum is kept by every plan. At the duals of a linear
relaxation the relaxation gives the same row with the window's own linear minimum, so it is lifted by exactly what the window's
integrality is worth.

*Frozen.* Fix every column outside a window at a plan's value: what is found inside completes to a plan of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.web import Indices, Mask, Web

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the columns with rows over them alone."""

    columns: Indices
    rows: Indices
    compiled: Compiled


def priced_window(web: Web, needs: Indices) -> Window:
    """Return the window of some requirements: all choices that can help to meet them, with every row that says something inside.

    Inside are the requirements, the near rows of what is credited to them, and all rows whose columns are inside. A row that
    reaches out, with an upper limit and no term outside that could be negative, limits what is inside all the more: it stays.
    """
    compiled = web.compiled
    asked = web.needs[needs]
    first = web.rows_of(web.columns_of(asked))
    own = np.union1d(asked, first[web.near_rows[first]])
    columns = web.columns_of(own)
    inside = np.zeros(compiled.columns, dtype=np.bool_)
    inside[columns] = True
    touched = web.rows_of(columns)
    matrix: csr_array = web.by_row[touched]
    outside = ~inside[matrix.indices]
    row_of = np.repeat(np.arange(len(touched)), np.diff(matrix.indptr))
    whole = np.bincount(row_of, weights=outside, minlength=len(touched)) == 0
    harmful = outside & ((matrix.data < 0) | (compiled.lower[matrix.indices] < 0))
    limits = np.isfinite(compiled.row_upper[touched]) & (np.bincount(row_of, weights=harmful, minlength=len(touched)) == 0)
    kept = touched[whole | limits]
    below = np.where(whole[whole | limits], compiled.row_lower[kept], -np.inf)
    return Window(columns, touched[whole], _cut(web, columns, kept, below, compiled.row_upper[kept], compiled.lower, compiled.upper))


def charged(web: Web, window: Window, costs: Floats, duals: Floats) -> Floats:
    """Return the costs of a window's columns with every row outside it charged at its dual."""
    prices = duals.copy()
    prices[window.rows] = 0.0
    own = costs[window.columns] - web.by_column[:, window.columns].T @ prices
    own[np.abs(own) < _TINY] = 0.0
    return np.asarray(own, dtype=np.float64)


def frozen_window(web: Web, free: Indices, point: Floats) -> Window:
    """Return the window in which some integer columns, and what is credited around them, may change; all else stays as in a point.

    Continuous columns may change within two steps: those in near rows with a free column, and those in requirements with these.
    """
    compiled = web.compiled
    near = _near(web, free)
    loose = np.union1d(_continuous(compiled, web.columns_of(near)), _continuous(compiled, free))
    asked = np.intersect1d(web.rows_of(loose), web.needs, assume_unique=True)
    columns = np.union1d(np.union1d(free, loose), _continuous(compiled, web.columns_of(asked)))
    rows = web.rows_of(columns)
    inside = np.zeros(compiled.columns, dtype=np.bool_)
    inside[columns] = True
    rest = web.by_row[rows] @ np.where(inside, 0.0, point)
    return Window(
        columns,
        rows,
        _cut(web, columns, rows, compiled.row_lower[rows] - rest, compiled.row_upper[rows] - rest, compiled.lower, compiled.upper),
    )


def loose_window(web: Web, point: Floats, frozen: Mask) -> Window:
    """Return the window of all continuous columns not frozen that the frozen ones, with all integer ones, leave any room."""
    compiled = web.compiled
    loose = ~(compiled.integer | frozen)
    rest = web.by_row @ np.where(loose, 0.0, point)
    room = compiled.row_upper - rest
    bare: csr_array = web.by_row[:, np.flatnonzero(loose)]
    row_of = np.repeat(np.arange(len(room)), np.diff(bare.indptr))
    least = compiled.lower[loose][bare.indices]
    harmful = np.bincount(row_of, weights=(bare.data < 0) | (least < 0), minlength=len(room)) > 0
    shut = (room <= _TINY) & ~harmful
    none = np.zeros(compiled.columns, dtype=np.bool_)
    none[np.flatnonzero(loose)[bare.indices[shut[row_of] & (bare.data > 0)]]] = True
    columns = np.flatnonzero(loose & ~none).astype(np.int64)
    rows = web.rows_of(columns)
    return Window(
        columns, rows, _cut(web, columns, rows, compiled.row_lower[rows] - rest[rows], room[rows], compiled.lower, compiled.upper)
    )


def _near(web: Web, columns: Indices) -> Indices:
    rows = web.rows_of(columns)
    return rows[web.near_rows[rows]]


def _continuous(compiled: Compiled, columns: Indices) -> Indices:
    return columns[~compiled.integer[columns]]


def _cut(web: Web, columns: Indices, rows: Indices, row_lower: Floats, row_upper: Floats, lower: Floats, upper: Floats) -> Compiled:
    matrix = csr_array(web.by_column[:, columns].tocsr()[rows])
    return Compiled(
        column={},
        lower=lower[columns],
        upper=upper[columns],
        integer=web.compiled.integer[columns],
        matrix=matrix,
        row_lower=row_lower,
        row_upper=row_upper,
        row_names=tuple(web.compiled.row_names[n] for n in rows.tolist()),
    )
