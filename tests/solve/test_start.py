"""The solver's start: a plan to set out from never passes for the best where there is a better one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Limits

PROOF = Limits(0.0, None, 1, 0)
NEEDS, HELD = (7.0, 8.0, 5.0), (10.0, 7.0, 6.0)
"""m² that three estates need, and that three places hold; the first place must be opened, in one of two ways."""


def two_ways() -> tuple[Compiled, Floats]:
    """Return a problem of two ways of opening the first place, at 1.00 and at 1.36; columns: the ways, then 3 × 3 credits, 6 m² each.

    23 m² are held and 20 needed, so one of the ways has to be taken and credits are free to go here or there.
    """
    rows = np.zeros((7, 11))
    rows[0, :2] = 1.0
    for n in range(3):
        rows[1 + n, 2 + 3 * n : 5 + 3 * n] = 1.0
        rows[4 + n, 2 + n :: 3] = 1.0
    rows[1, :2] = -HELD[0]
    none = np.full(3, -np.inf)
    compiled = Compiled(
        column={},
        lower=np.zeros(11),
        upper=np.array([1.0] * 2 + [6.0] * 9),
        integer=np.arange(11) < 2,
        matrix=csr_array(rows),
        row_lower=np.concatenate([[-np.inf], none, NEEDS]),
        row_upper=np.concatenate([[1.0, 0.0, *HELD[1:]], -none]),
        row_names=("choice.", *["credit."] * 3, *["requirement."] * 3),
    )
    return compiled, np.array([1.0, 1.36] + [0.0] * 9)


def test_a_start_that_is_not_the_best_is_bettered() -> None:
    """Set out from the way at 1.36, the solver takes the one at 1.00, though they differ by less than the unit of what presolve leaves."""
    compiled, costs = two_ways()
    dear = Highs(replace(compiled, lower=np.where(costs == 1.36, 1.0, compiled.lower))).minimise(costs, PROOF, None, None)
    assert dear.value == 1.36
    answer = Highs(compiled).minimise(costs, PROOF, dear.point, None)
    assert (answer.verdict, answer.value, answer.bound) == ("proven", 1.0, 1.0)


def test_a_limit_that_is_over_ends_the_search_at_once() -> None:
    """A time limit below zero is one that is over, never none: nothing is searched, and nothing is called proven."""
    compiled, costs = two_ways()
    assert Highs(compiled).minimise(costs, PROOF, None, None).verdict == "proven"
    assert Highs(compiled).minimise(costs, replace(PROOF, seconds=-1.0), None, None).verdict == "limit"
