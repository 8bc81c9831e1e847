"""The least by which budget lines must grow for a plan to exist: each line alone, or all lines together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from siteplanner.case.case import Case
from siteplanner.model.constraints.budget import lines_of
from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.compile import Compiled
from siteplanner.solve.levels import Clock, Goal
from siteplanner.solve.parts import Rounds
from siteplanner.units import FEN_PER_WAN
from siteplanner.whatif.bench import Bench

_HIDDEN = 0.4
"""What a solver's tolerance may add to a fen."""


def least_raise(case: Case, lines: Sequence[str], seconds: float) -> dict[str, int] | None:
    """Return by how many fen which of some budget lines must grow, least in sum; None where no growth helps.

    A line that passes on what it leaves passes on what it grows by as well.
    """
    if not lines:
        return None
    bench = Bench(case)
    compiled = _elastic(bench, lines)
    costs = np.zeros(compiled.columns)
    costs[bench.compiled.columns :] = 1.0
    goal = Goal(Level("least_spend", "fen", {"raise": Expr()}, 1e6, 0.0), costs, 0.0)
    rounds = Rounds(compiled, [goal], case.scenario.settings.solver, Clock(seconds))
    rounds.settle()
    runs = list(rounds.runs.values())
    if any(run.point is None for run in runs) or any(run.verdict != "proven" for run in runs):
        return None
    raised = rounds.point()[bench.compiled.columns :]
    fens = {line: math.ceil(float(wan) * FEN_PER_WAN - _HIDDEN) for line, wan in zip(lines, raised, strict=True)}
    return {line: fen for line, fen in fens.items() if fen > 0}


def _elastic(bench: Bench, lines: Sequence[str]) -> Compiled:
    """Return the problem with a column for each line by which its limit, and that of every line it feeds, may grow."""
    compiled, chain = bench.compiled, lines_of(bench.case)
    columns, rows = [], []
    for n, line in enumerate(lines):
        key = line
        while key:
            found = bench.rows_named(f"budget.{key}")
            rows += [*found]
            columns += [n for _ in found]
            key = chain[key].feeds or ""
    more = csr_array((-np.ones(len(rows)), (rows, columns)), shape=(len(compiled.row_names), len(lines)))
    count = compiled.columns
    return replace(
        compiled,
        column={**compiled.column, **{f"raise.{n}": count + n for n in range(len(lines))}},
        lower=np.concatenate([compiled.lower, np.zeros(len(lines))]),
        upper=np.concatenate([compiled.upper, np.full(len(lines), np.inf)]),
        integer=np.concatenate([compiled.integer, np.zeros(len(lines), dtype=np.bool_)]),
        matrix=csr_array(hstack([compiled.matrix, more], format="csr")),
    )


def with_raised(scenario: Scenario, raised: dict[str, int]) -> Scenario:
    """Return the scenario with budget lines grown by so many fen."""
    budgets = tuple(b.model_copy(update={"limit_fen": b.limit_fen + raised.get(b.id, 0)}) for b in scenario.budgets)
    return scenario.model_copy(update={"budgets": budgets})


def budget_edits(scenario: Scenario, raised: dict[str, int]) -> str:
    """Return how a scenario file raises the lines."""
    limits = {b.id: b.limit_fen + raised[b.id] for b in scenario.budgets if b.id in raised}
    lines = [f"    {line}: {{limit_yuan: {fen // 100}.{fen % 100:02d}}}" for line, fen in limits.items()]
    return "\n".join(["edits:", "  budgets:", *lines])
