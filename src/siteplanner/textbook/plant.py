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


def cost_of(plant: Plant, chosen: Ints, shares: csr_array) -> float:
    """Return what the chosen sites cost when they serve everybody by these shares, opening included."""
    used = shares.tocoo()
    return float((used.data * plant.price[used.row, used.col]).sum() + plant.opening[chosen].sum())


def shares_of(plant: Plant, part: Floats, row: Ints, site: Ints) -> csr_array:
    """Return the shares (shape: customers × sites) that a solver gives pairs: what is next to nothing is none, what is whole is whole."""
    used = part > (_HALF if plant.whole else _SHARE)
    data = np.ones(int(used.sum())) if plant.whole else part[used]
    return csr_array((data, (row[used], site[used])), shape=plant.price.shape)


def serve(plant: Plant, chosen: Ints, deadline: Deadline, known: csr_array | None = None) -> tuple[float, csr_array | None]:
    """Return the least cost of serving everybody from the chosen sites, opening included, and the shares; inf if they cannot.

    Where the time does not suffice they are the shares that are `known` already, if any.
    """
    fallback = (np.inf, None) if known is None else (cost_of(plant, chosen, known), known)
    if known is not None and deadline.passed:
        return fallback
    price = plant.price[:, chosen]
    row, column = np.nonzero(np.isfinite(price))
    pairs = len(row)
    rows = Rows(pairs)
    rows.add(csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(len(price), pairs)), np.arange(pairs), 1.0, 1.0)
    rows.add(
        csr_array((plant.need[row], (column, np.arange(pairs))), shape=(len(chosen), pairs)), np.arange(pairs), -np.inf, plant.room[chosen]
    )
    program = rows.program(price[row, column], np.ones(pairs), np.full(pairs, plant.whole))
    start = known.toarray()[row, chosen[column]] if plant.whole and known is not None else None
    answer = ask(program, deadline, start=start, presolve=plant.whole)
    if answer.point is None or (answer.verdict != "proven" and not plant.whole):
        return fallback
    shares = shares_of(plant, answer.point, row, chosen[column])
    return cost_of(plant, chosen, shares), shares
