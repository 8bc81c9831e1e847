"""Capacitated location with divisible demand: one problem, and what it costs to serve everybody from given sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from siteplanner.textbook.answer import Bools, Floats, Ints
from siteplanner.textbook.solving import Deadline, Rows, ask

_HALF = 0.5
_SHARE = 1e-9
"""A share below this is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Plant:
    """One problem: costs (customers × sites), demand, capacity, fixed costs, sites that must and must not be chosen."""

    price: Floats
    need: Floats
    room: Floats
    opening: Floats
    fixed: Bools
    out: Bools
    whole: bool = False
    """Whether each customer must be served by one site."""
    count: int | None = None
    """How many sites are open; None: as many as pay."""

    def least_count(self) -> int:
        """Return how many of the largest sites it takes to hold all demand: no fewer sites can do."""
        largest = np.sort(self.room[~self.out])[::-1]
        return int(np.searchsorted(np.cumsum(largest), self.need.sum() * (1 - 1e-12))) + 1


def serve(plant: Plant, chosen: Ints, deadline: Deadline) -> tuple[float, csr_array | None]:
    """Return the least cost of serving everybody from the chosen sites, opening included, and the shares; inf if they cannot."""
    price = plant.price[:, chosen]
    row, column = np.nonzero(np.isfinite(price))
    pairs = len(row)
    rows = Rows(pairs)
    rows.add(csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(len(price), pairs)), np.arange(pairs), 1.0, 1.0)
    rows.add(
        csr_array((plant.need[row], (column, np.arange(pairs))), shape=(len(chosen), pairs)), np.arange(pairs), -np.inf, plant.room[chosen]
    )
    answer = ask(rows.program(price[row, column], np.ones(pairs), np.full(pairs, plant.whole)), deadline, presolve=plant.whole)
    if answer.point is None or (answer.verdict != "proven" and not plant.whole):
        return np.inf, None
    used = answer.point > (_HALF if plant.whole else _SHARE)
    part = np.ones(int(used.sum())) if plant.whole else answer.point[used]
    shares = csr_array((part, (row[used], chosen[column[used]])), shape=plant.price.shape)
    return float((part * price[row[used], column[used]]).sum() + plant.opening[chosen].sum()), shares
