"""Cuts by mixed-integer rounding, from rows Σ a·x ≥ b over whole choices.

Write some x as 1 − x̄ and divide by some δ: with f = b/δ − ⌊b/δ⌋ > 0 every whole point keeps
Σ (⌊a/δ⌋ + min(1, (a/δ − ⌊a/δ⌋) / f))·x ≥ ⌈b/δ⌉. Source: Marchand, Wolsey, Aggregation and mixed integer rounding to solve MIPs,
Operations Research 49 (2001).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.groups import Marks, Rows
from siteplanner.solve.dense.jit import inlined, jitted

_TURNED = np.array([0.5, 1 - 1e-6])
"""Choices are written as 1 − x̄ from where a point has so much of them: both ways are tried."""
_DIVISORS = 32
"""Divisors tried for a row at most: coefficients of choices that are fractional."""
_LEAST, _MOST = 0.02, 0.9999
"""Fractions f between which a cut is safe from rounding errors, and worth having."""
_WHOLE, _NOTHING, _ROUND = 1e-6, 1e-9, 1e-9
_PARALLEL = 0.95
"""Cosine of the angle between two cuts from which the second says little new."""


@inlined
def _divisors(rows: Rows, row: int, point: Floats, found: Floats) -> tuple[int, bool]:
    """Find the divisors to try for a row; also say whether the point leaves it slack by more than any of them."""
    slack, widest, count = -rows.ask[row], 0.0, 0
    for k in range(rows.first[row], rows.first[row + 1]):
        a, x = rows.coefficient[k], point[rows.choice[k]]
        slack += a * x
        if _WHOLE < x < 1 - _WHOLE and a > _NOTHING:
            widest = max(widest, a)
            new = count < len(found)
            for n in range(count):
                if found[n] == a:
                    new = False
            if new:
                found[count] = a
                count += 1
    return count, slack > widest


@inlined
def _depth(rows: Rows, row: int, point: Floats, b: float, divisor: float, turned: float) -> float:
    """Return how far a point is from the cut of a row at a divisor (negative: on the right side of it)."""
    f = b / divisor - np.floor(b / divisor)
    if f < _LEAST or f > _MOST:
        return -1.0
    lack, norm = np.ceil(b / divisor), 0.0
    for k in range(rows.first[row], rows.first[row + 1]):
        x, q = point[rows.choice[k]], rows.coefficient[k] / divisor
        if x > turned:
            x, q = 1 - x, -q
        whole = np.floor(q + _ROUND)
        g = whole + min(1.0, max(0.0, q - whole) / f)
        lack -= g * x
        norm += g * g
    return float(lack / np.sqrt(norm)) if norm > 0 else -1.0


@jitted
def _deepest(rows: Rows, point: Floats) -> tuple[Floats, Floats, Floats, Marks]:
    """Return the depth of every row's deepest cut (0: none), its divisor, from where choices are turned; and which rows are slack."""
    number = len(rows.ask)
    depth, divisor, turned = np.zeros(number), np.zeros(number), np.zeros(number)
    slack = np.zeros(number, dtype=np.bool_)
    tried = np.zeros(_DIVISORS)
    for row in range(number):
        count, slack[row] = _divisors(rows, row, point, tried)
        if slack[row]:
            continue
        for limit in _TURNED:
            b = rows.ask[row]
            for k in range(rows.first[row], rows.first[row + 1]):
                if point[rows.choice[k]] > limit:
                    b -= rows.coefficient[k]
            for n in range(count):
                deep = _depth(rows, row, point, b, tried[n], limit) if b > _NOTHING else -1.0
                if deep > depth[row]:
                    depth[row], divisor[row], turned[row] = deep, tried[n], limit
    return depth, divisor, turned, slack


def _cut(rows: Rows, row: int, point: Floats, divisor: float, turned: float) -> tuple[Floats, float]:
    """Return the cut of a row: its coefficients (shape: choices) and what they add up to at least."""
    span = slice(rows.first[row], rows.first[row + 1])
    at, a = rows.choice[span], rows.coefficient[span]
    other = point[at] > turned
    b = (rows.ask[row] - a[other].sum()) / divisor
    q = np.where(other, -a, a) / divisor
    whole = np.floor(q + _ROUND)
    g = whole + np.minimum(1.0, np.maximum(q - whole, 0.0) / (b - np.floor(b)))
    cut = np.zeros(len(point))
    cut[at] = np.where(other, -g, g)
    return cut, float(np.ceil(b) - g[other].sum())


def cuts(rows: Rows, point: Floats, most: int, least: float) -> tuple[csr_array, Floats, Marks]:
    """Return the deepest cuts at a point that are not much alike.

    Parameters
    ----------
    rows : Rows
        With coefficients and what they ask of at least 0, over choices that are 0 or 1.
    point : array, shape (choices,)
    most : int
        So many cuts at most.
    least : float
        How far the point is to be from a cut at least.

    Returns
    -------
    (csr_array, array, array)
        The cuts, shape (cuts, choices), what each adds up to at least, and which rows the point leaves slack.
    """
    depth, divisor, turned, slack = _deepest(rows, point)
    found, ways, asks = list[Floats](), list[Floats](), list[float]()
    for row in np.argsort(-depth, kind="stable")[: 3 * most].tolist():
        if depth[row] < least or len(found) >= most:
            break
        cut, ask = _cut(rows, row, point, divisor[row], turned[row])
        way = cut / np.linalg.norm(cut)
        if not found or np.abs(np.array(ways) @ way).max() <= _PARALLEL:
            found.append(cut)
            ways.append(way)
            asks.append(ask)
    return csr_array(np.array(found).reshape(len(found), len(point))), np.array(asks), slack
