"""What a held level tells of the levels to come, and the time that may take."""

from __future__ import annotations

import numpy as np
import pytest

from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.highs import Highs
from siteplanner.solve.levels import Clock, Run
from siteplanner.solve.solver import Limits
from support.covers import cost_of, covers


def fixed_after(seconds: float | None, *, searched: bool) -> int:
    """Return how many sites are settled when the least cost is held, in a solver that has searched before or not."""
    compiled, costs = covers(1, 1)
    best = Highs(compiled).minimise(costs, Limits(0.0, None, 1, 0), None, None)
    solver = Highs(compiled)
    if searched:
        solver.minimise(costs, Limits(0.0, None, 1, 0), None, None)
    solver.hold(costs, best.value + 1e-6, seconds)
    model = solver._highs.getLp()
    return int((np.array(model.col_lower_) == np.array(model.col_upper_)).sum())


@pytest.mark.parametrize("searched", [False, True])
def test_holding_a_level_keeps_to_its_time(searched: bool) -> None:
    """Without time nothing is settled beforehand; with a minute as much as without a limit, though the solver's clock ran before."""
    free = fixed_after(None, searched=searched)
    assert free > 0
    assert fixed_after(60.0, searched=searched) == free
    assert fixed_after(0.0, searched=searched) == 0


def test_a_run_gives_what_is_left_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two levels under 50 s the first is held within what is left; without a limit there is none."""
    compiled, costs = covers(1, 1)
    given: list[float | None] = []
    hold = Highs.hold
    monkeypatch.setattr(
        Highs, "hold", lambda solver, vector, limit, seconds=None: given.append(seconds) or hold(solver, vector, limit, seconds)
    )
    for limit in (50.0, None):
        run = Run(compiled, [cost_of(costs, 0.0), cost_of(np.ones(len(costs)), 0.0)], Settings())
        run.advance(2, Clock(limit))
        assert run.verdict == "proven"
    assert given[0] is not None and 0 < given[0] < 50
    assert given[1:] == [None]
