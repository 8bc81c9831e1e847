"""PuLP problem to arrays, once: columns, rows with their family names, and a sparse matrix that every solver shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pulp import LpAffineExpression, LpConstraint, LpProblem, LpVariable
from scipy.sparse import csr_array

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compiled:
    """``lower ≤ x ≤ upper``, ``row_lower ≤ A x ≤ row_upper``, x integer where ``integer``.

    ``column`` maps a variable's name to its index; ``row_names`` begin with their family.
    """

    column: Mapping[str, int]
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    row_names: tuple[str, ...]

    @property
    def columns(self) -> int:
        """Return the number of variables."""
        return len(self.lower)

    def without(self, *families: str) -> Compiled:
        """Return the problem without the rows of some families."""
        kept = np.flatnonzero([not name.startswith(families) for name in self.row_names])
        return replace(
            self,
            matrix=csr_array(self.matrix[kept]),
            row_lower=self.row_lower[kept],
            row_upper=self.row_upper[kept],
            row_names=tuple(self.row_names[n] for n in kept.tolist()),
        )

    def vector(self, expression: LpAffineExpression) -> tuple[Floats, float]:
        """Return the coefficients of an expression (shape: columns) and its constant."""
        costs = np.zeros(self.columns)
        for variable, coefficient in expression.items():
            costs[self.column[variable.name]] += coefficient
        return costs, float(expression.constant)


def compile_problem(problem: LpProblem, variables: Sequence[LpVariable]) -> Compiled:
    """Turn a PuLP problem into arrays; the objective is given apart, level by level.

    `variables` are all of the problem's, also those that stand in no row, which PuLP itself would leave out.
    """
    column = {variable.name: n for n, variable in enumerate(variables)}
    rows: list[LpConstraint] = problem.constraints()
    starts, indices, data = [0], [], []
    row_lower, row_upper = np.empty(len(rows)), np.empty(len(rows))
    for n, row in enumerate(rows):
        for variable, coefficient in row.items():
            if coefficient:
                indices.append(column[variable.name])
                data.append(float(coefficient))
        starts.append(len(indices))
        right = -float(row.constant)
        row_lower[n] = right if row.sense >= 0 else -np.inf
        row_upper[n] = right if row.sense <= 0 else np.inf
    matrix = csr_array(
        (np.array(data), np.array(indices, dtype=np.int32), np.array(starts, dtype=np.int32)), shape=(len(rows), len(variables))
    )
    return Compiled(
        column=column,
        lower=np.array([-np.inf if v.lowBound is None else float(v.lowBound) for v in variables]),
        upper=np.array([np.inf if v.upBound is None else float(v.upBound) for v in variables]),
        integer=np.array([v.cat == "Integer" for v in variables], dtype=np.bool_),
        matrix=matrix,
        row_lower=row_lower,
        row_upper=row_upper,
        row_names=tuple(str(row.name) for row in rows),
    )
