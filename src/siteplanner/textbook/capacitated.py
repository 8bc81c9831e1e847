"""Capacitated p-median: p sites, each customer served whole by one of them within its capacity, at the least weighted distance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from siteplanner.textbook.answer import Siting
from siteplanner.textbook.divisible import least_cost
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.median import weigh
from siteplanner.textbook.plant import Plant
from siteplanner.textbook.solving import Deadline


def capacitated_p_median(
    distances: Any,
    p: int,
    demand: ArrayLike,
    capacity: ArrayLike,
    *,
    walkers: ArrayLike | None = None,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose p sites and one of them for each customer, within capacities, so that the weighted distance is least in total.

    min Σ_ij d_i c_ij x_ij  subject to  Σ_j x_ij = 1,  Σ_i q_i x_ij ≤ Q_j y_j,  x_ij ≤ y_j,  Σ_j y_j = p,  x_ij, y_j ∈ {0, 1}

    In words: nobody's demand is divided, and no site serves more than it holds. Bounded as if it were (`divisible_bound`).

    Parameters
    ----------
    distances : array or sparse array, shape (n, m)
        c_ij ≥ 0; inf, or not stored in a sparse array: that pair may not be.
    p : int
        How many sites to choose, the predefined ones included.
    demand : array, shape (n,)
        q_i ≥ 0, in the unit of the capacities.
    capacity : array, shape (m,)
        Q_j ≥ 0.
    walkers : array, shape (n,), optional
        d_i, the weight of each customer's distance; default the demand.
    predefined, forbidden, time_limit
        As in `p_median`.

    Returns
    -------
    Siting
        Value and bound are weight × distance; `assignment` is x.

    Raises
    ------
    InputError, NoSiting, StoppedWithoutSiting
        As `p_median`; NoSiting too where no p sites can serve everybody whole within their capacities.

    Notes
    -----
    Mulvey and Beck (1984), Solving capacitated clustering problems, European Journal of Operational Research 18.
    """
    check = Check("capacitated_p_median")
    apart = check.distances("distances", distances)
    need = check.vector("demand", demand, apart.shape[0])
    room = check.vector("capacity", capacity, apart.shape[1])
    weight = need if walkers is None else check.vector("walkers", walkers, apart.shape[0])
    fixed, out = check.rule_of_sites(apart.shape[1], predefined, forbidden)
    count = check.how_many(p, apart.shape[1], fixed, out)
    check.time(time_limit)
    check.raise_if_any()
    plant = Plant(weigh(apart, weight), need, room, np.zeros(len(room)), fixed, out, True, count)
    return least_cost("capacitated_p_median", plant, Deadline(time_limit))
