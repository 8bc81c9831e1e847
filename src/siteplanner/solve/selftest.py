"""A small problem whose answer is known: tells whether a solver works on this machine."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pulp

from siteplanner.solve.backends import load
from siteplanner.solve.compile import compile_problem
from siteplanner.solve.solver import Limits

_SECONDS = 30.0
_LEAST_COST = 5.0


def solver_works(name: Literal["highs", "cbc"]) -> str:
    """Cover three estates, each by one of two sites, at costs 2, 3 and 4: the least cost is 5.

    Returns
    -------
    str
        The solver's name and version.

    Raises
    ------
    RuntimeError
        If the solver gives another answer; whatever else it raises passes through.
    """
    problem = pulp.LpProblem("selftest", pulp.LpMinimize)
    a, b, c = (problem.add_variable(key, 0, 1, "Integer") for key in "abc")
    for number, row in enumerate((a + c >= 1, b + c >= 1, a + b >= 1)):
        problem.addConstraint(row, f"cover{number}")
    compiled = compile_problem(problem, (a, b, c))
    solver = load(name, compiled)
    costs, _ = compiled.vector(2 * a + 3 * b + 4 * c)
    answer = solver.minimise(costs, Limits(0.0, _SECONDS, 1, 0), None, None)
    if answer.point is None or not np.isclose(answer.value, _LEAST_COST):
        raise RuntimeError(f"expected {_LEAST_COST}, got {answer.value}")
    return f"{solver.name} {solver.version}"
