"""Every model against the enumeration of all choices of sites, on small random instances."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from siteplanner.textbook import capacitated_p_median, cflp, lscp, lscp_backup, mclp, p_center, p_dispersion, p_median
from textbook.instances import Small, least, small, value_of

SEEDS = range(25)
ENUMERABLE = 5_000


@pytest.fixture(params=SEEDS)
def case(request: pytest.FixtureRequest) -> Small:
    """Return one instance."""
    return small(request.param)


@pytest.mark.parametrize("times", [1, 2])
def test_lscp(case: Small, times: int) -> None:
    """The cheapest cover, once and twice, with predefined and forbidden sites."""
    every = [case.weights[chosen].sum() for chosen in case.choices() if (case.cover[:, chosen].sum(axis=1) >= times).all()]
    found = value_of(lambda: lscp(case.cover, weights=case.weights, times=times, **case.rules))
    assert found == pytest.approx(least(every))


def test_lscp_backup(case: Small) -> None:
    """The cheapest cover first, then most demand covered twice."""
    every = []
    for chosen in case.choices():
        count = case.cover[:, chosen].sum(axis=1)
        if (count >= 1).all():
            every.append((case.weights[chosen].sum(), -case.demand[count >= 2].sum()))
    found = value_of(lambda: lscp_backup(case.cover, weights=case.weights, demand=case.demand, **case.rules))
    assert found == pytest.approx(min(every)[0] if every else None)
    if every:
        twice = lscp_backup(case.cover, weights=case.weights, demand=case.demand, **case.rules).then
        assert twice == pytest.approx(-min(every)[1])


def test_mclp(case: Small) -> None:
    """The most demand that p sites cover."""
    every = [case.demand[case.cover[:, chosen].any(axis=1)].sum() for chosen in case.choices(case.p)]
    found = mclp(case.cover, case.demand, case.p, **case.rules)
    assert found.proven and found.value == pytest.approx(max(every)) and len(found.chosen) == case.p


def test_p_median(case: Small) -> None:
    """The least weighted distance of p sites, where some pairs may not be."""
    demand = case.demand + 1
    every = [float((demand * case.distances[:, chosen].min(axis=1)).sum()) for chosen in case.choices(case.p)]
    assert value_of(lambda: p_median(case.distances, case.p, demand=demand, **case.rules)) == pytest.approx(least(every))


def test_p_center(case: Small) -> None:
    """The least longest distance of p sites, where some pairs may not be."""
    every = [float(case.distances[:, chosen].min(axis=1).max()) for chosen in case.choices(case.p)]
    assert value_of(lambda: p_center(case.distances, case.p, **case.rules)) == pytest.approx(least(every))


def test_p_center_then_p_median(case: Small) -> None:
    """Of the choices of least longest distance, the one of least weighted distance in total."""
    every = [(case.plain[:, c].min(axis=1).max(), (case.demand * case.plain[:, c].min(axis=1)).sum()) for c in case.choices(case.p)]
    found = p_center(case.plain, case.p, then="p_median", demand=case.demand, **case.rules)
    assert found.proven and (found.value, found.then) == pytest.approx(min(every))


def test_p_dispersion(case: Small) -> None:
    """The greatest least distance between p sites."""
    every = [min(case.between[a, b] for a, b in combinations(chosen, 2)) for chosen in case.choices(case.p)]
    assert value_of(lambda: p_dispersion(case.between, case.p, **case.rules)) == pytest.approx(max(every))


def test_capacitated_p_median(case: Small) -> None:
    """Every customer whole to one of p sites within its capacity, against every assignment."""
    customers = np.arange(len(case.demand))
    every = []
    for chosen in case.choices(case.p):
        assert len(chosen) ** len(customers) < ENUMERABLE
        for served in product(chosen, repeat=len(customers)):
            if (np.bincount(served, weights=case.demand, minlength=len(case.capacity)) <= case.capacity).all():
                every.append(float((case.demand * case.plain[customers, list(served)]).sum()))
    found = value_of(lambda: capacitated_p_median(case.plain, case.p, case.demand, case.capacity, **case.rules))
    assert found == pytest.approx(least(every))


def test_cflp(case: Small) -> None:
    """Fixed and serving costs within capacities, against a transport problem for every choice."""
    every = []
    for chosen in case.choices():
        price = case.distances[:, chosen]
        count, width = price.shape
        answer = linprog(
            np.where(np.isfinite(price), price, 0.0).ravel(),
            A_ub=np.kron(case.demand[None, :], np.eye(width)),
            b_ub=case.capacity[chosen],
            A_eq=np.kron(np.eye(count), np.ones((1, width))),
            b_eq=np.ones(count),
            bounds=[(0, float(np.isfinite(cost))) for cost in price.ravel()],
        )
        if answer.status == 0:
            every.append(float(answer.fun + case.fixed_costs[chosen].sum()))
    found = value_of(lambda: cflp(case.distances, case.demand, case.capacity, case.fixed_costs, **case.rules))
    assert found == pytest.approx(least(every))
