"""Solvers behind one door: minimise a cost vector over compiled rows, hold what was reached, minimise the next."""

from __future__ import annotations

from typing import Literal

from siteplanner.solve.cbc import Cbc
from siteplanner.solve.compile import Compiled
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Solver


def load(name: Literal["highs", "cbc"], compiled: Compiled, *, presolve: bool = True) -> Solver:
    """Load a compiled problem into a solver."""
    return Highs(compiled, presolve=presolve) if name == "highs" else Cbc(compiled)
