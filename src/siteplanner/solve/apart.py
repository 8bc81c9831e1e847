"""Places that may not be shared: which estate each of them serves, before credits are settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, lil_array

from siteplanner.case.case import Need

Pair = tuple[int, str]
"""(number of a need, place)."""
_HALF = 0.5
_IDLE = 1e-3
"""What it costs to mark a place for an estate: a little, so that no mark stands idle."""


def apart(
    needs: Sequence[Need], pairs: Sequence[Pair], efforts: np.ndarray, creditable: Mapping[str, Mapping[str, int]], weights: np.ndarray
) -> list[Pair]:
    """Return the pairs that may be credited together: least unserved, then least walked, no estate beside one that may not share.

    Parameters
    ----------
    pairs : sequence of Pair
        Every estate with every place that could serve it.
    efforts : array of float
        Walking seconds of each pair, no two alike.
    creditable : mapping of str to mapping
        Place → cohort → dm² that may be credited to its estates.
    weights : array of float
        What a missing dm² of each estate weighs.
    """
    lone = [n for n, (i, _) in enumerate(pairs) if not needs[i].standard.shared_place]
    rows, limits = _rows(needs, pairs, lone, creditable)
    required = np.array([float(need.required_dm2) for need in needs])
    columns, marks = len(pairs) + len(needs) + len(lone), len(pairs) + len(needs)
    served = csr_array(
        (np.ones(marks), ([*(i for i, _ in pairs), *range(len(needs))], range(marks))),
        shape=(len(needs), columns),
    )
    unserved, walked = np.zeros(columns), np.zeros(columns)
    unserved[len(pairs) : marks], walked[: len(pairs)], walked[marks:] = weights, efforts, _IDLE
    rules = [LinearConstraint(served, required, required), LinearConstraint(rows, -np.inf, limits)]
    # Whole estates move from place to place here, so no weight of a dm² against a walk is large enough: one after the other.
    least = unserved @ _least(unserved, marks, rules)
    answer = _least(walked, marks, [*rules, LinearConstraint(unserved, -np.inf, least + _HALF)])
    alone = {pairs[n] for number, n in enumerate(lone) if answer[marks + number] > _HALF}
    return [pair for pair in pairs if _may(pair, needs, alone)]


def _least(costs: np.ndarray, marks: int, rules: Sequence[LinearConstraint]) -> np.ndarray:
    """Return the point of least cost whose marks, the columns from `marks` on, are 0 or 1."""
    whole = np.arange(len(costs)) >= marks
    answer = milp(
        costs,
        integrality=whole.astype(int),
        bounds=Bounds(np.zeros(len(costs)), np.where(whole, 1.0, np.inf)),
        constraints=rules,
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None:
        raise ArithmeticError(f"places that may not be shared could not be assigned: {answer.message}")
    return np.asarray(answer.x, dtype=float)


def _may(pair: Pair, needs: Sequence[Need], alone: set[Pair]) -> bool:
    i, place = pair
    if any(other != i and there == place for other, there in alone):
        return False
    return needs[i].standard.shared_place or pair in alone


def _rows(
    needs: Sequence[Need], pairs: Sequence[Pair], lone: Sequence[int], creditable: Mapping[str, Mapping[str, int]]
) -> tuple[csr_array, np.ndarray]:
    """Return the rows: credits within each place's area, and at most one estate beside whom nobody else is credited."""
    first = len(pairs) + len(needs)
    entries: list[tuple[dict[int, float], float]] = []
    at: dict[str, list[int]] = {}
    for n, (_, place) in enumerate(pairs):
        at.setdefault(place, []).append(n)
    for place, here in at.items():
        for cohort in sorted({needs[pairs[n][0]].cohort for n in here}):
            own = {n: 1.0 for n in here if needs[pairs[n][0]].cohort == cohort}
            entries.append((own, float(creditable[place][cohort])))
        entries.append((dict.fromkeys(here, 1.0), float(max(creditable[place].values()))))
    column = {n: first + number for number, n in enumerate(lone)}
    for here in at.values():
        for n in here:
            required = float(needs[pairs[n][0]].required_dm2)
            if n in column:
                entries.append(({n: 1.0, column[n]: -required}, 0.0))
            others = {column[other]: required for other in here if other != n and other in column}
            if others:
                entries.append(({n: 1.0, **others}, required))
    matrix = lil_array((len(entries), first + len(lone)))
    for row, (terms, _) in enumerate(entries):
        for where, coefficient in terms.items():
            matrix[row, where] = coefficient
    return csr_array(matrix), np.array([limit for _, limit in entries])
