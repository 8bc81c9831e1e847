"""CBC as PuLP ships it: the second opinion."""

from __future__ import annotations

import os
import tempfile

import numpy as np
import pulp
from numpy.typing import NDArray

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.solver import ABSOLUTE_GAP, Answer, Limits, Watch, without_columns


class Cbc:
    """CBC as PuLP ships it: the second opinion. It gives no bound of its own: where it ends in proof, the gap it was given is one."""

    name = "CBC"
    version = f"PuLP {pulp.__version__}"

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._problem = pulp.LpProblem("second_opinion", pulp.LpMinimize)
        self._columns = [
            self._problem.add_variable(
                f"x{n}", _finite(compiled.lower[n]), _finite(compiled.upper[n]), "Integer" if whole else "Continuous"
            )
            for n, whole in enumerate(compiled.integer)
        ]
        for n in range(len(compiled.row_names)):
            span = slice(compiled.matrix.indptr[n], compiled.matrix.indptr[n + 1])
            self._add(compiled.matrix.indices[span], compiled.matrix.data[span], compiled.row_lower[n], compiled.row_upper[n], f"r{n}")
        self._holds = 0

    def _add(self, index: NDArray[np.integer], data: Floats, low: float, high: float, name: str) -> None:
        row = pulp.LpAffineExpression([(self._columns[int(i)], float(v)) for i, v in zip(index, data, strict=True)])
        if np.isfinite(low):
            self._problem.addConstraint(row >= float(low), f"{name}_lo")
        if np.isfinite(high):
            self._problem.addConstraint(row <= float(high), f"{name}_up")

    def hold(self, costs: Floats, limit: float, seconds: float | None = None) -> None:
        """Add the row Σ costs·x ≤ limit, which takes no time to speak of."""
        used = np.flatnonzero(costs)
        self._add(used, costs[used], -np.inf, limit, f"hold{self._holds}")
        self._holds += 1

    def floor(self, costs: Floats, bound: float) -> None:
        """Add the row Σ costs·x ≥ bound."""
        used = np.flatnonzero(costs)
        self._add(used, costs[used], bound, np.inf, f"floor{self._holds}")
        self._holds += 1

    def minimise(self, costs: Floats, limits: Limits, start: Floats | None, watch: Watch | None) -> Answer:
        """Minimise one level; `start` seeds CBC where it can use it, `watch` is never called."""
        if not self._compiled.columns:
            return without_columns(self._compiled)
        # CBC knows no offset: where one makes the asked gap finer, nothing but a proof keeps to it.
        gap = limits.gap if limits.offset >= 0 else 0.0
        used = np.flatnonzero(costs)
        self._problem.setObjective(pulp.LpAffineExpression([(self._columns[int(n)], float(costs[n])) for n in used]))
        if start is not None:
            for variable, value in zip(self._columns, start, strict=True):
                variable.setInitialValue(float(value), check=False)
        with tempfile.TemporaryDirectory(dir=_plain_folder()) as folder:
            command = pulp.PULP_CBC_CMD(
                msg=False,
                gapRel=gap,
                gapAbs=ABSOLUTE_GAP,
                timeLimit=limits.seconds,
                threads=limits.threads,
                warmStart=start is not None,
                keepFiles=False,
                options=[f"randomSeed {limits.seed + 1}", "primalTolerance 1e-8", "integerTolerance 1e-8"],
            )
            command.tmpDir = folder
            self._problem.solve(command)
        return self._answer(costs, gap)

    def _answer(self, costs: Floats, gap: float) -> Answer:
        # "Integer infeasible" reaches PuLP's status alone; its solution status says only that nothing was found.
        no_plan = self._problem.status == pulp.LpStatusInfeasible
        if no_plan or self._problem.sol_status in (pulp.LpSolutionInfeasible, pulp.LpSolutionUnbounded):
            return Answer("infeasible", None, float("inf"), float("inf"))
        if self._problem.sol_status == pulp.LpSolutionNoSolutionFound:
            return Answer("limit", None, float("inf"), -float("inf"))
        # Columns in no row or cost are not handed to CBC and keep no value.
        point = np.array([v.varValue if v.varValue is not None else max(0.0, v.lowBound or 0.0) for v in self._columns])
        value = float(costs @ point)
        proven = self._problem.sol_status == pulp.LpSolutionOptimal
        # Its gap is a share of the greater of value and bound in size: below zero that is the bound.
        bound = value - gap * abs(value) / (1.0 if value >= 0 else max(1e-9, 1.0 - gap))
        return Answer("proven" if proven else "limit", point, value, bound if proven else -float("inf"))


def _finite(bound: float) -> float | None:
    return float(bound) if np.isfinite(bound) else None


def _plain_folder() -> str | None:
    """Return a temporary folder without a space in its path, which CBC cannot read."""
    usual = tempfile.gettempdir()
    if " " not in usual:
        return None
    return next((path for path in ("/tmp", "/var/tmp", os.getcwd()) if " " not in path and os.access(path, os.W_OK)), None)
