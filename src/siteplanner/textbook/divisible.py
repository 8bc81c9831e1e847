"""Capacitated facility location with divisible demand: fixed costs, capacities, and customers that may be served in part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from siteplanner.textbook.answer import NONE, Bools, Ints, Model, NoSiting, Siting, Step, StoppedWithoutSiting, listed
from siteplanner.textbook.divisible_bound import Dual, bound_divisible, improve
from siteplanner.textbook.inputs import Check
from siteplanner.textbook.plant import Plant, cost_of, serve, shares_of
from siteplanner.textbook.solving import Deadline, Rows, ask, is_proven

_HALF = 0.5
_PASSES = 3
"""How often bound and swaps take turns ..."""
_WORTH_A_PASS = 0.9
"""... as long as a pass leaves at most this share of the sites."""


def cflp(
    costs: Any,
    demand: ArrayLike,
    capacity: ArrayLike,
    fixed_costs: ArrayLike,
    *,
    predefined: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    time_limit: float | None = None,
) -> Siting:
    """Choose sites so that opening them and serving everybody within their capacities costs least; demand may be divided.

    min Σ_j f_j y_j + Σ_ij c_ij x_ij  subject to  Σ_j x_ij = 1,  Σ_i q_i x_ij ≤ Q_j y_j,  x_ij ≤ y_j,  y_j ∈ {0, 1},  x_ij ≥ 0

    In words: x_ij is the part of customer i's demand that site j serves; a site serves no more than its capacity.

    Parameters
    ----------
    costs : array or sparse array, shape (n, m)
        c_ij ≥ 0: cost of serving all of customer i's demand from site j; inf, or not stored in a sparse array: that pair may not be.
    demand : array, shape (n,)
        q_i ≥ 0, in the unit of the capacities.
    capacity : array, shape (m,)
        Q_j ≥ 0.
    fixed_costs : array, shape (m,)
        f_j ≥ 0, in the unit of the costs.
    predefined, forbidden : iterable of int
        Sites that must, or must not, be chosen (column numbers).
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Siting
        Value and bound in the unit of the costs; `shares` is x.

    Raises
    ------
    InputError
        If an argument cannot be used; every problem is named.
    NoSiting
        If the sites that may be chosen cannot serve everybody.
    StoppedWithoutSiting
        If the time limit is reached before any answer is found.

    Notes
    -----
    Beasley (1988), An algorithm for solving large capacitated warehouse location problems, European Journal of Operational
    Research 33. A Lagrangian bound settles most sites and how many are opened; HiGHS has the rest.
    """
    check = Check("cflp")
    price = check.distances("costs", costs)
    need = check.vector("demand", demand, price.shape[0])
    room = check.vector("capacity", capacity, price.shape[1])
    opening = check.vector("fixed_costs", fixed_costs, price.shape[1])
    fixed, out = check.rule_of_sites(price.shape[1], predefined, forbidden)
    check.time(time_limit)
    check.raise_if_any()
    plant = Plant(price, need, room, opening, fixed, out)
    return least_cost("cflp", plant, Deadline(time_limit))


def _refuse_hopeless(plant: Plant) -> None:
    """Raise NoSiting where a customer has no site that may serve it, or the sites that may be open cannot hold all demand."""
    lost = np.flatnonzero(~np.isfinite(plant.price[:, ~plant.out]).any(axis=1))
    if len(lost):
        raise NoSiting("unreachable", customers=listed(lost))
    most = float(np.sort(plant.room[~plant.out])[::-1][: plant.count].sum())
    if most < plant.need.sum():
        raise NoSiting("capacity", have=f"{most:g}", need=f"{plant.need.sum():g}")


def least_cost(model: Model, plant: Plant, deadline: Deadline) -> Siting:
    """Return the cheapest choice of sites of a problem with capacities."""
    _refuse_hopeless(plant)
    dual, steps = _bounded(plant, deadline)
    chosen, shares, bound = dual.chosen, dual.shares, min(dual.bound, dual.value)
    if not dual.closed and dual.left.any:
        found, rest, links = branch(plant, dual, deadline)
        steps.append(links)
        if found is None and not len(chosen):
            if np.isfinite(rest):
                raise StoppedWithoutSiting
            raise NoSiting("no_split")
        chosen, shares = (chosen, shares) if found is None else found
        bound = max(bound, min(rest, dual.value))
    elif np.isfinite(dual.value):
        bound = dual.value
    _, shares = serve(plant, chosen, deadline, shares)
    return _counted(model, plant, chosen, shares, bound, tuple(step for step in steps if step.before != step.after))


def _bounded(plant: Plant, deadline: Deadline) -> tuple[Dual, list[Step]]:
    """Return bound, choice and what is left after bound and swaps have taken turns, and what each pass settled."""
    before = int((~plant.out).sum())
    dual = improve(plant, bound_divisible(plant, None, deadline), deadline)
    steps = [Step("sites by Lagrangian bound", before, int(dual.left.possible.sum()))]
    while len(steps) < _PASSES and not dual.closed and dual.left.any and steps[-1].after <= _WORTH_A_PASS * steps[-1].before:
        dual = improve(plant, bound_divisible(plant, dual, deadline), deadline)
        steps.append(Step("sites by Lagrangian bound", steps[-1].after, int(dual.left.possible.sum())))
    return dual, steps


def _counted(model: Model, plant: Plant, chosen: Ints, shares: csr_array | None, bound: float, steps: tuple[Step, ...]) -> Siting:
    """Return the answer, counted anew from how the chosen sites serve everybody."""
    if shares is None:
        raise ArithmeticError("the chosen sites could not be made to serve everybody")
    value = cost_of(plant, chosen, shares)
    # A site that serves nobody stays only if it is predefined.
    used = np.isin(chosen, shares.indices) | plant.fixed[chosen] | (plant.count is not None)
    value -= float(plant.opening[chosen[~used]].sum())
    most = shares.toarray()
    assignment = np.where(most.any(axis=1), most.argmax(axis=1), NONE)
    proven = is_proven(value, bound)
    split = None if plant.whole else shares
    return Siting(model, chosen[used], assignment, split, value, value if proven else min(bound, value), proven, steps)


def branch(plant: Plant, dual: Dual, deadline: Deadline) -> tuple[tuple[Ints, csr_array] | None, float, Step]:
    """Ask HiGHS about the sites that are left: choice and shares (None if it found none as good), the bound, the linking rows kept.

    A row x_ij ≤ y_j says nothing that Σ_i q_i x_ij ≤ Q_j y_j does not say of whole y: leaving some out loses no answer and adds none.
    Kept are those of pairs that the multipliers find worth having, c_ij < λ_i: the others do not bind in the relaxation. The
    rows Σ_j Q_j y_j ≥ Σ_i q_i and least ≤ Σ_j y_j ≤ most are implied and speed the search.
    """
    sites = np.flatnonzero(dual.left.possible)
    price = plant.price[:, sites]
    row, column = np.nonzero(_pairs_left(plant, dual, sites))
    pairs, count = len(row), len(sites)
    x, every = np.arange(pairs) + count, np.arange(count + pairs)
    rows = Rows(count + pairs)
    rows.add(csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(len(price), pairs)), x, 1.0, 1.0)
    load = (
        np.concatenate([plant.need[row], -plant.room[sites]]),
        (np.concatenate([column, np.arange(count)]), np.concatenate([x, np.arange(count)])),
    )
    rows.add(csr_array(load, shape=(count, count + pairs)), every, -np.inf, 0.0)
    # Customers without demand weigh on no capacity: their rows must stay.
    wanted = ((price[row, column] < dual.multipliers[row]) | (plant.need[row] == 0)) & ~dual.left.certain[sites][column]
    links = np.flatnonzero(wanted)
    ones = np.ones(len(links))
    link = (np.concatenate([ones, -ones]), (np.tile(np.arange(len(links)), 2), np.concatenate([x[links], column[links]])))
    rows.add(csr_array(link, shape=(len(links), count + pairs)), every, -np.inf, 0.0)
    rows.one(np.arange(count), plant.room[sites], float(plant.need.sum()), np.inf)
    rows.one(np.arange(count), 1.0, float(dual.left.least), float(dual.left.most))
    costs = np.concatenate([plant.opening[sites], price[row, column]])
    lower = np.concatenate([dual.left.certain[sites], np.zeros(pairs)]).astype(np.float64)
    program = rows.program(costs, np.ones(count + pairs), (every < count) | plant.whole, lower)
    start = None
    if dual.shares is not None and dual.left.possible[dual.chosen].all():
        start = np.concatenate([np.isin(sites, dual.chosen), dual.shares.toarray()[:, sites][row, column]])
    answer = ask(program, deadline, start=start)
    step = Step("linking rows of pairs worth having", price.size, len(links))
    if answer.point is None or answer.value > dual.value:
        # In time the solver may find nothing as good as the choice that is known.
        return None, np.inf if answer.verdict == "infeasible" else answer.bound, step
    return (sites[answer.point[:count] > _HALF], shares_of(plant, answer.point[count:], row, sites[column])), answer.bound, step


def _pairs_left(plant: Plant, dual: Dual, sites: Ints) -> Bools:
    """Return the pairs that may still be in a better choice (shape: customers × sites).

    Proof: where a customer is served by one site, serving i from j at c_ij > λ_i raises the bound by c_ij − λ_i. Of divided
    demand a small share could cost little, so there all pairs stay.
    """
    price = plant.price[:, sites]
    allowed = np.isfinite(price)
    if not plant.whole or not np.isfinite(dual.value):
        return allowed
    room = dual.value - dual.bound + 1e-9 * abs(dual.value)
    kept = allowed & (np.maximum(price - dual.multipliers[:, None], 0.0) + np.maximum(dual.enters[sites], 0.0) <= room)
    return kept if dual.shares is None else kept | (dual.shares.toarray()[:, sites] > 0)
