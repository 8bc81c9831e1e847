"""Budgets that all parts share: prices on them from the parts' linear relaxations, and a choice among the parts' plans.

With prices λ ≥ 0 on the budgets every part is a problem of its own, and Σ_parts min (c + λ·spend)·x − λ·limit is a bound for the whole,
whatever the prices. They are climbed by a cutting-plane model of the bound over the linear relaxations, which are cheap. The
choice takes one of the known plans of each part so that the budgets hold, in whole fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from siteplanner.solve.compile import Floats
from siteplanner.solve.siting import Longs
from siteplanner.units import FEN_PER_WAN, FEN_PER_YUAN

_DEAREST = (2.0, 0.5)
"""While plans are collected a 万元 over a budget costs this many times its price, and this much more: dear, so that plans that spend
less are asked for, but no dearer than it takes."""
_CHOICE_GAP = 5e-5
"""Relative gap at which the choice among plans may stop: far below what the parts leave open."""


@dataclass(frozen=True, slots=True)
class Column:
    """A plan of a part: the part, its options in the whole, its cost and what it spends of each budget, fen."""

    part: int
    option: Longs
    fen: int
    spend_fen: Longs


def climb(costs: Sequence[Floats], spends: Sequence[Floats], limit: Floats, around: Floats, width: float) -> tuple[float, Floats]:
    """Return the greatest bound that known points allow near some prices, and the prices that give it.

    Parameters
    ----------
    costs : sequence of arrays, shape (parts,)
        Cost of each part's point, one array a round (万元).
    spends : sequence of arrays, shape (parts, budgets)
        What each part's point spends.
    limit : array, shape (budgets,)
    around, width : array, float
        The prices to stay near, and how near: a model of few points is not to be trusted far away from them.
    """
    parts, budgets = spends[0].shape
    rows, right = [], []
    for cost, spend in zip(costs, spends, strict=True):
        rows.append(csr_array(hstack([csr_array(-spend), csr_array((np.ones(parts), (np.arange(parts), np.arange(parts))))])))
        right.append(cost)
    objective = np.concatenate([limit, -np.ones(parts)])
    bounds = [(max(0.0, price - width), price + width) for price in around.tolist()] + [(None, None)] * parts
    answer = linprog(objective, A_ub=csr_array(vstack(rows)), b_ub=np.concatenate(right), bounds=bounds, method="highs")  # type: ignore[call-overload]
    if answer.x is None or answer.fun is None:
        raise ArithmeticError(f"prices could not be found: {answer.message}")
    return -float(answer.fun), np.asarray(answer.x[:budgets], dtype=np.float64)


def mix(columns: Sequence[Column], parts: int, limit_fen: Longs, prices: Floats) -> tuple[float, Floats]:
    """Return what no mixture of known plans can bring the excess over the budgets below (万元), and prices of budgets in the best one."""
    costs, spend, one = _choice(columns, parts)
    budgets = len(limit_fen)
    excess = csr_array((-np.ones(budgets), (np.arange(budgets), np.arange(budgets))), shape=(budgets, budgets))
    answer = linprog(  # type: ignore[call-overload]
        np.concatenate([costs, _DEAREST[0] * prices + _DEAREST[1]]),
        A_ub=csr_array(hstack([spend, excess])),
        b_ub=limit_fen / FEN_PER_WAN,
        A_eq=csr_array(hstack([one, csr_array((parts, budgets))])),
        b_eq=np.ones(parts),
        bounds=(0, None),
        method="highs",
    )
    if answer.x is None:
        raise ArithmeticError(f"plans could not be mixed: {answer.message}")
    found = np.maximum(0.0, -np.asarray(answer.ineqlin.marginals, dtype=np.float64))
    return float(answer.x[len(columns) :].sum()), found


def choose(columns: Sequence[Column], parts: int, limit_fen: Longs, seconds: float) -> list[Column] | None:
    """Return one plan of each part, at least cost within the budgets to the fen; None where the known plans do not fit together.

    The solver is given each budget a yuan smaller than it is, which is more than its tolerance; what is less than a yuan as 0.
    """
    costs, spend, one = _choice(columns, parts)
    if not len(limit_fen):
        first: dict[int, Column] = {}
        for column in sorted(columns, key=lambda c: (c.fen, c.option.tolist())):
            first.setdefault(column.part, column)
        return [first[part] for part in sorted(first)]
    answer = milp(
        costs,
        integrality=np.ones(len(columns), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one, np.ones(parts), np.ones(parts)),
            LinearConstraint(spend, -np.inf, np.maximum(0, limit_fen - FEN_PER_YUAN) / FEN_PER_WAN),
        ],
        options={"mip_rel_gap": _CHOICE_GAP, "time_limit": seconds},
    )
    if answer.x is None:
        return None
    chosen = [columns[n] for n in np.flatnonzero(np.asarray(answer.x) > 0.5).tolist()]
    spent = np.sum([column.spend_fen for column in chosen], axis=0)
    return chosen if len(chosen) == parts and (spent <= limit_fen).all() else None


def _choice(columns: Sequence[Column], parts: int) -> tuple[Floats, csr_array, csr_array]:
    """Return costs of columns, their spending (budgets × columns) in 万元, and which part each belongs to."""
    costs = np.array([column.fen for column in columns], dtype=np.float64) / FEN_PER_WAN
    spend = csr_array(np.array([column.spend_fen for column in columns], dtype=np.float64).reshape(len(columns), -1).T / FEN_PER_WAN)
    part = np.array([column.part for column in columns])
    return costs, spend, csr_array((np.ones(len(columns)), (part, np.arange(len(columns)))), shape=(parts, len(columns)))
