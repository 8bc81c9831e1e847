"""A second solver agrees: CBC on the whole model, beside the reduced one under HiGHS."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from siteplanner.solve.backends import load
from siteplanner.solve.solver import Limits
from siteplanner.textbook import cflp, lscp, p_median, within_distance
from siteplanner.textbook.solving import Program, Rows


def by_cbc(program: Program) -> float:
    """Return the optimum that CBC proves."""
    answer = load("cbc", program.compiled()).minimise(program.costs, Limits(0.0, None, 1, 0), None, None)
    assert answer.verdict == "proven"
    return answer.value


def whole(costs: np.ndarray, opening: np.ndarray, p: int | None, demand: np.ndarray, capacity: np.ndarray) -> Program:
    """Return p-median or capacitated location as one model, without any reduction."""
    customers, sites = costs.shape
    pairs = customers * sites
    row, column = np.divmod(np.arange(pairs), sites)
    every, ones = np.arange(pairs + sites), np.ones(pairs)
    rows = Rows(len(every))
    rows.add(csr_array((ones, (row, np.arange(pairs))), shape=(customers, pairs)), every[sites:], 1.0, 1.0)
    load_of = (
        np.concatenate([demand[row], -capacity]),
        (np.concatenate([column, every[:sites]]), np.concatenate([every[sites:], every[:sites]])),
    )
    rows.add(csr_array(load_of, shape=(sites, len(every))), every, -np.inf, 0.0)
    if p is not None:
        rows.one(every[:sites], 1.0, float(p), float(p))
    return rows.program(np.concatenate([opening, costs.ravel()]), np.ones(len(every)), every < sites)


@pytest.mark.parametrize("seed", range(3))
def test_cbc_agrees(seed: int) -> None:
    """LSCP, p-median and capacitated location of 25 customers and 10 sites have the optimum that CBC proves."""
    draw = np.random.default_rng(seed)
    here, there = draw.uniform(0, 100, (25, 2)), draw.uniform(0, 100, (10, 2))
    apart = np.hypot(*(here[:, None] - there).transpose(2, 0, 1))
    demand, opening = draw.integers(1, 20, 25).astype(float), draw.integers(50, 200, 10).astype(float)
    cover = within_distance(apart, float(np.sort(apart, axis=1)[:, 1].max()))
    rows = Rows(10)
    rows.add(cover, np.arange(10), 1.0, np.inf)
    assert lscp(cover, weights=opening).value == pytest.approx(by_cbc(rows.program(opening, np.ones(10), np.ones(10, dtype=bool))))
    # One customer a unit of room, and room for all: no site is ever full.
    ample = whole(demand[:, None] * apart, np.zeros(10), 3, np.ones(25), np.full(10, 25.0))
    assert p_median(apart, 3, demand=demand).value == pytest.approx(by_cbc(ample))
    capacity = np.full(10, float(np.ceil(demand.sum() / 4)))
    tight = whole(demand[:, None] * apart, opening, None, demand, capacity)
    assert cflp(demand[:, None] * apart, demand, capacity, opening).value == pytest.approx(by_cbc(tight))


@pytest.mark.parametrize("seed", range(4))
def test_p_median_settled_in_passes_agrees(seed: int) -> None:
    """Where the bound leaves sites over and is sought again among them, SciPy's HiGHS on the whole model finds nothing better."""
    draw = np.random.default_rng(seed)
    here, there = draw.uniform(0, 100, (60, 3)), draw.uniform(0, 100, (40, 3))
    apart = np.sqrt(((here[:, None] - there) ** 2).sum(axis=2))
    found = p_median(apart, 6, forbidden=[3], predefined=[7])
    assert found.proven and 7 in found.chosen and 3 not in found.chosen
    program = whole(apart, np.zeros(40), 6, np.ones(60), np.full(40, 60.0))
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[7], upper[3] = 1.0, 0.0
    rows = LinearConstraint(program.matrix, program.row_lower, program.row_upper)
    options = {"mip_rel_gap": 0}
    plain = milp(program.costs, integrality=program.integer, bounds=Bounds(lower, upper), constraints=rows, options=options)
    assert found.value == pytest.approx(plain.fun)
