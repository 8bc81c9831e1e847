"""Reductions lose nothing: the same optimum with each and without it; merged rows are really equal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from siteplanner.textbook import cflp, cover_search, lagrange, lscp, maximal, mclp, median, p_median
from siteplanner.textbook.reduce import components, dominated_columns, equal_rows, implied_rows

COVERS = arrays(np.int8, st.tuples(st.integers(1, 9), st.integers(1, 7)), elements=st.integers(0, 1))


def plain_cover(cover: np.ndarray, weights: np.ndarray) -> float:
    """Return the least weight of a cover by trying every choice."""
    choices = ((np.arange(2 ** cover.shape[1])[:, None] >> np.arange(cover.shape[1])) & 1).astype(float)
    good = (choices @ cover.T >= 1).all(axis=1)
    return float((choices[good] @ weights).min())


def sparse(cover: np.ndarray) -> csr_array:
    """Return a cover in sparse form."""
    return csr_array(cover.astype(float))


@given(COVERS)
def test_merged_rows_are_equal_and_all_equal_rows_are_merged(cover: np.ndarray) -> None:
    """Rows fall into one group exactly if they have the same columns."""
    first, group = equal_rows(sparse(cover))
    assert np.array_equal(cover[first][group], cover)
    assert len(first) == len(np.unique(cover, axis=0))


@given(COVERS, st.integers(0, 99))
def test_rows_and_columns_left_out_change_no_optimum(cover: np.ndarray, seed: int) -> None:
    """Without implied rows, and without dominated columns, the cheapest cover costs the same."""
    cover = cover[cover.any(axis=1)]
    if not len(cover):
        return
    cover = np.unique(cover, axis=0)
    weights = np.random.default_rng(seed).integers(0, 4, cover.shape[1]).astype(float)
    least = plain_cover(cover, weights)
    rows = implied_rows(sparse(cover), np.ones(len(cover), dtype=np.int64))
    columns = dominated_columns(sparse(cover), weights)
    assert plain_cover(cover[~rows], weights) == least
    assert plain_cover(cover[:, ~columns], weights[~columns]) == least


@given(COVERS)
def test_parts_share_no_row_and_no_column(cover: np.ndarray) -> None:
    """Every entry lies within one part."""
    rows, columns = components(sparse(cover))
    where = np.argwhere(cover)
    assert (rows[where[:, 0]] == columns[where[:, 1]]).all()


@settings(max_examples=20, deadline=None)
@given(COVERS, st.integers(0, 99))
def test_covering_models_agree_with_and_without_reductions(cover: np.ndarray, seed: int) -> None:
    """LSCP and MCLP reach the same value when every reduction is switched off."""
    cover[:, 0] = 1
    demand = np.random.default_rng(seed).integers(0, 9, len(cover)).astype(float)
    p = min(2, cover.shape[1])
    reduced = lscp(cover).value, mclp(cover, demand, p).value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover_search, "implied_rows", lambda matrix, times: np.zeros(matrix.shape[0], dtype=bool))
        for module in (cover_search, maximal):
            patch.setattr(module, "dominated_columns", lambda matrix, weights: np.zeros(matrix.shape[1], dtype=bool))
            patch.setattr(module, "equal_rows", lambda matrix: (np.arange(matrix.shape[0]), np.arange(matrix.shape[0])))
        assert (lscp(cover).value, mclp(cover, demand, p).value) == reduced


@example(193)
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_p_median_agrees_with_and_without_fixing(seed: int) -> None:
    """The p-median is the same when the Lagrangian bound settles nothing and all is left to the solver."""
    draw = np.random.default_rng(seed)
    distances = draw.integers(0, 30, (12, 9)).astype(float)
    demand = draw.integers(0, 5, 12).astype(float)
    reduced = p_median(distances, 3, demand=demand)
    with pytest.MonkeyPatch.context() as patch:
        everything = lagrange.Left(np.zeros(9, dtype=bool), np.ones(9, dtype=bool), np.ones((12, 9), dtype=bool))
        bare = lagrange.Dual(-1.0, np.zeros(12), np.zeros(9), np.zeros(0, dtype=np.int64), np.inf)
        patch.setattr(median, "lagrangian", lambda *given: bare)
        patch.setattr(median, "fix", lambda *given: everything)
        assert p_median(distances, 3, demand=demand).value == pytest.approx(reduced.value)
    assert reduced.proven


def test_divisible_demand_agrees_with_one_plain_model() -> None:
    """Capacitated location with its bound and fewer linking rows reaches what one plain model under SciPy's HiGHS reaches."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    draw = np.random.default_rng(5)
    customers, sites = 30, 8
    costs = draw.uniform(1, 50, (customers, sites))
    demand, capacity, opening = (
        draw.integers(1, 20, customers).astype(float),
        draw.integers(60, 140, sites) * 1.0,
        draw.uniform(20, 90, sites),
    )
    pairs = customers * sites
    serve = np.hstack([np.zeros((customers, sites)), np.kron(np.eye(customers), np.ones((1, sites)))])
    load = np.hstack([-np.diag(capacity), np.kron(demand[None, :], np.eye(sites))])
    plain = milp(
        np.concatenate([opening, costs.ravel()]),
        integrality=np.concatenate([np.ones(sites), np.zeros(pairs)]),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(serve, 1, 1), LinearConstraint(load, -np.inf, 0)],
        options={"mip_rel_gap": 0},
    )
    found = cflp(costs, demand, capacity, opening)
    assert found.proven and found.value == pytest.approx(plain.fun)
    assert found.shares is not None
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(customers))
    assert (demand @ found.shares <= capacity * np.isin(np.arange(sites), found.chosen) + 1e-6).all()
