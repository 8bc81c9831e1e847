"""Prices on budgets that all parts share, from the parts' linear relaxations.

With prices λ ≥ 0 on the budgets every part is a problem of its own, and Σ_parts min (c + λ·spend)·x − λ·limit is a bound for the whole,
whatever the prices. They are climbed by a cutting-plane model of the bound over the linear relaxations. A sample of the parts stands
for all: of each budget it may spend the same share of what it would without prices. The bound loses little by that, since it
is flat where it is greatest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from siteplanner.solve.compile import Floats
from siteplanner.solve.siting import Longs

SAMPLE, SAMPLE_SHARE, SAMPLE_PART = 3000, 0.1, 400
"""Estates of the sample on which prices are climbed, at least and as a share of all, and of the largest part in it: large parts take long
for what they tell."""
_SEED = 0
_WORTHWHILE = 0.7
"""A sample of more than this share of all estates saves too little to be taken for them."""
_SEEN = 0.5
"""A sample that spends of some budget less than this many times its share of the estates does not speak for all."""


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


def sample(estates: Longs, spends: Floats) -> Longs:
    """Return parts, in ascending order, that stand for all in the search for prices; all of them where no few do.

    Parameters
    ----------
    estates : array, shape (parts,)
    spends : array, shape (parts, budgets)
        What each part's relaxation spends without prices.
    """
    every = np.arange(len(estates), dtype=np.int64)
    drawn = np.random.default_rng(_SEED).permutation(np.flatnonzero(estates <= SAMPLE_PART))
    enough = max(SAMPLE, SAMPLE_SHARE * float(estates.sum()))
    some = np.sort(drawn[: int(np.searchsorted(np.cumsum(estates[drawn]), enough)) + 1]).astype(np.int64)
    asked = float(estates[some].sum())
    share = asked / max(1.0, float(estates.sum()))
    told = asked >= enough and (spends[some].sum(axis=0) >= _SEEN * share * spends.sum(axis=0)).all()
    return some if told and share <= _WORTHWHILE else every
