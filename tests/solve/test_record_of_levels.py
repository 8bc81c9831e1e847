"""What the record says of a level: its own gap decides, whatever was weighed in while it was searched."""

from __future__ import annotations

import numpy as np
import pytest
from pulp import LpAffineExpression

from siteplanner.model.objective import Level
from siteplanner.solve.levels import Goal
from siteplanner.solve.lexicographic import record_of

COST = Goal(Level("least_cost", "fen", {"all": LpAffineExpression()}, 1e6, 0.0), np.zeros(1), 0.0)
"""A level in 万元 that is recorded in fen."""


@pytest.mark.parametrize(("asked", "proven"), [(0.1, True), (0.0999, False)])
def test_a_level_is_proven_within_the_asked_gap_and_not_beyond(asked: float, proven: bool) -> None:
    """100 万元 over a bound of 90 is a gap of 10 %: at most the asked gap, or the search's own verdict counts for nothing."""
    found = record_of(COST, 100.0, 90.0, "proven", asked)
    assert (found.gap, found.proven) == (pytest.approx(0.1), proven)


def test_a_yuan_left_open_is_no_gap() -> None:
    """A proof may leave a yuan open, and then the gap is 0."""
    assert record_of(COST, 100.0, 100.0 - 0.9e-4, "proven", 0.0).gap == 0
    assert record_of(COST, 100.0, 100.0 - 1.1e-4, "proven", 0.0).gap > 0


def test_a_stopped_search_proves_nothing_unless_bound_and_value_meet() -> None:
    """A limit leaves a level open within any gap; a bound at the value closes it."""
    assert not record_of(COST, 100.0, 99.0, "limit", 0.1).proven
    assert record_of(COST, 100.0, 100.0, "limit", 0.0).proven
