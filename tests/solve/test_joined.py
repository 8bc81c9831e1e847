"""Joined parts: what a search of the whole says never takes a plan away that is known already."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.compile import Compiled
from siteplanner.solve.crew import ALONE
from siteplanner.solve.joined import JoinedRun
from siteplanner.solve.levels import Clock, Goal
from siteplanner.solve.solver import Answer, Verdict

ONE = np.ones(1)


@pytest.mark.parametrize("verdict", ["infeasible", "limit"])
def test_a_known_plan_outlives_a_search_without_an_answer(verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    """One choice of cost 5, known from prices with bound 3: a search that calls it impossible, or ends in time, leaves both as they are."""
    compiled = Compiled({"x": 0}, 0 * ONE, ONE, ONE.astype(bool), csr_array([[1.0]]), ONE, ONE, ("budget.B1",))
    run = JoinedRun(compiled, [], [Goal(Level("least_cost", "fen", {"cost": Expr()}, 1e6, 0.0), 5 * ONE, 0.0)], Settings(), ALONE, 1)
    monkeypatch.setattr(run, "_by_prices", lambda *_: Answer("limit", ONE, 5.0, 3.0))
    monkeypatch.setattr(run, "_search", lambda *_: Answer(verdict, None, np.inf, np.inf if verdict == "infeasible" else -np.inf))
    run.advance(1, Clock(None))
    assert (run.verdict, run.answers) == ("limit", [(5.0, 3.0)])
