"""Peers on the same rows: PuLP with HiGHS from data to answer; HiGHS, SCIP and CBC on the whole model; linopy and PuLP for assembly.

Every peer gets the strong form that the program itself assembles, surrogate row and all, and the same seconds and threads.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np
import pulp

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.highs import Highs
from siteplanner.solve.siting import Longs, Siting, assemble
from siteplanner.solve.solver import Limits


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run told: seconds on the wall, cost and bound in 万元 (infinite without one), and its curve of (second, cost, bound)."""

    seconds: float
    value: float
    bound: float
    curve: tuple[tuple[float, float, float], ...] = ()

    @property
    def gap(self) -> float:
        """Return (cost − bound) / cost; infinite without either."""
        return float("inf") if not np.isfinite([self.value, self.bound]).all() else max(0.0, self.value - self.bound) / self.value


def highs(siting: Siting, seconds: float, threads: int = 2) -> Ran:
    """Run HiGHS on the whole model."""
    started, curve = time.monotonic(), []

    def watch(value: float, bound: float) -> bool:
        curve.append((time.monotonic() - started, value, bound))
        return False

    compiled, costs = assemble(siting)
    # HiGHS keeps the threads of its first run in a process unless told otherwise.
    highspy.Highs.resetGlobalScheduler(True)
    answer = Highs(compiled).minimise(costs, Limits(0.0, seconds, threads, 0), None, watch)
    highspy.Highs.resetGlobalScheduler(True)
    return Ran(time.monotonic() - started, answer.value, answer.bound, tuple(curve))


def pulp_highs(siting: Siting, seconds: float) -> Ran:
    """Run PuLP with HiGHS from data to answer: every row written one by one, the whole model handed over."""
    started = time.monotonic()
    problem = pulp_model(*assemble(siting))
    problem.solve(pulp.HiGHS(msg=False, gapRel=0.0, gapAbs=1e-6, timeLimit=seconds))
    info = problem.solverModel.getInfo()
    return Ran(time.monotonic() - started, float(info.objective_function_value), float(info.mip_dual_bound))


def pulp_model(compiled: Compiled, costs: Floats) -> pulp.LpProblem:
    """Write a problem in PuLP, variable by variable and row by row."""
    problem = pulp.LpProblem("whole", pulp.LpMinimize)
    columns = [
        problem.add_variable(f"x{n}", float(low), float(high), "Integer" if whole else "Continuous")
        for n, (low, high, whole) in enumerate(zip(compiled.lower, compiled.upper, compiled.integer, strict=True))
    ]
    problem.setObjective(pulp.LpAffineExpression([(columns[n], float(costs[n])) for n in np.flatnonzero(costs).tolist()]))
    starts, indices, data = compiled.matrix.indptr, compiled.matrix.indices, compiled.matrix.data
    for n, (low, high) in enumerate(zip(compiled.row_lower, compiled.row_upper, strict=True)):
        span = slice(starts[n], starts[n + 1])
        row = pulp.LpAffineExpression([(columns[c], float(v)) for c, v in zip(indices[span], data[span], strict=True)])
        problem.addConstraint(row >= float(low) if np.isfinite(low) else row <= float(high), f"r{n}")
    return problem


def linopy_model(siting: Siting) -> object:
    """Write the same rows in linopy, which works on labelled arrays."""
    import linopy
    import pandas as pd

    compiled, costs = assemble(siting)
    model = linopy.Model()
    options = siting.options
    choose = model.add_variables(coords=[pd.RangeIndex(options, name="option")], name="choose", binary=True)
    pairs = compiled.columns - options
    credit = model.add_variables(0, compiled.upper[options:], coords=[pd.RangeIndex(pairs, name="pair")], name="credit")
    estate, site = siting.pairs()
    area, need = siting.option_dm2 / 100, siting.required_dm2 / 100

    def by(values: Longs, dimension: str, name: str) -> pd.Series:
        return pd.Series(values, index=pd.RangeIndex(len(values), name=dimension), name=name)

    at_site, room = credit.groupby(by(site, "pair", "site")).sum(), (choose * area).groupby(by(siting.option_site, "option", "site")).sum()
    model.add_constraints(choose.groupby(by(siting.option_site, "option", "site")).sum() <= 1, name="choice")
    model.add_constraints(at_site - room <= 0, name="capacity")
    model.add_constraints(credit.groupby(by(estate, "pair", "estate")).sum() >= need[np.unique(estate)], name="requirement")
    # A link a pair: its credit less what each option of its site lets through.
    first, ways = np.searchsorted(siting.option_site, site), np.bincount(siting.option_site, minlength=siting.sites)[site]
    rows = np.repeat(np.arange(pairs), ways)
    option = np.concatenate([np.arange(a, a + n) for a, n in zip(first, ways, strict=True)])
    through = choose.isel(option=option) * np.minimum(area[option], need[estate[rows]])
    through = through.assign_coords(option=np.arange(len(option)))
    model.add_constraints(credit - through.groupby(by(rows, "option", "pair")).sum() <= 0, name="link")
    model.add_objective((choose * costs[:options]).sum())
    return model


def through_file(run: Callable[[Path, float], tuple[float, float]]) -> Callable[[Siting, float], Ran]:
    """Return a peer that reads the whole model from an MPS file; reading and writing are not counted."""

    def peer(siting: Siting, seconds: float) -> Ran:
        compiled, costs = assemble(siting)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "whole.mps"
            writer = Highs(compiled)
            inner: highspy.Highs = writer._highs
            inner.changeColsCost(compiled.columns, np.arange(compiled.columns, dtype=np.int32), costs)
            inner.writeModel(str(path))
            started = time.monotonic()
            value, bound = run(path, seconds)
            return Ran(time.monotonic() - started, value, bound)

    return peer


def _scip(path: Path, seconds: float) -> tuple[float, float]:
    from pyscipopt import Model

    model = Model()
    model.hideOutput()
    model.readProblem(str(path))
    model.setParam("limits/time", seconds)
    model.optimize()
    return (model.getObjVal() if model.getNSols() else float("inf")), model.getDualbound()


def _cbc(path: Path, seconds: float) -> tuple[float, float]:
    command = pulp.PULP_CBC_CMD().path
    words = [command, str(path), "-threads", "2", "-sec", str(seconds), "-timeMode", "elapsed", "-ratio", "0", "-solve"]
    log = subprocess.run(words, capture_output=True, text=True, check=False).stdout

    def last(pattern: str) -> float:
        found = re.findall(pattern, log)
        return float(found[-1]) if found else float("inf")

    value = last(r"Objective value:\s+([-\d.e+]+)")
    return value, last(r"Lower bound:\s+([-\d.e+]+)") if "Lower bound:" in log else (
        value if "Optimal solution found" in log else -float("inf")
    )


scip, cbc = through_file(_scip), through_file(_cbc)
