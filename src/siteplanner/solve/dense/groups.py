"""What a part asks of whole choices alone, credits left out: rows over groups of estates, found where a point breaks them.

What a group of estates requires together comes from options in reach of one of them, and from each at most what those of the group in
its reach require: Σ_k min(a_k, R(group ∩ reach of k))·x_k ≥ R(group). A whole choice of options can serve everybody exactly if these
rows hold for all groups; for fractions they say what credits of at most min(a_k, r_i)·x_k say. A flow of greatest total from a point
finds groups whose rows it breaks: those that an estate which stays short can reach. Points may be fractions and every credit has a limit
of its own here; whole options that change one by one have a flow without either (`siteplanner.solve.dense.flow`).
Source: Ford, Fulkerson, Flows in Networks (1962).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.jit import inlined, jitted
from siteplanner.solve.dense.web import Indices

_NOTHING = 1e-6
"""dm² that count as nothing."""
_GROUPS = 16
"""Groups that one flow tells at most."""
_FORGET = 20
"""A row that so many points in a row leave slack is put away."""
Marks = NDArray[np.bool_]


class Demand(NamedTuple):
    """Estates, options and who reaches whom; areas in dm².

    Attributes
    ----------
    need, area : arrays, shape (estates,), (options,)
    estate_first, pair_option, pair_estate : arrays
        Pairs are numbered estate by estate: those of an estate begin at ``estate_first``.
    option_first, option_pair : arrays
        The pairs of each option.
    """

    need: Floats
    area: Floats
    estate_first: Indices
    pair_option: Indices
    pair_estate: Indices
    option_first: Indices
    option_pair: Indices


class _Flow(NamedTuple):
    """Credit and its greatest size for every pair, used and open area of options, what estates are short of, and marks of paths."""

    credit: Floats
    link: Floats
    used: Floats
    room: Floats
    short: Floats
    estate_seen: Indices
    option_seen: Indices
    estate_from: Indices
    option_from: Indices
    queue: Indices


def demand_of(need: Floats, area: Floats, reach: csr_array) -> Demand:
    """Return the demand of estates with options within reach (shape (estates, options))."""
    reach = csr_array(reach)
    reach.sort_indices()
    pairs = reach.tocoo()
    order = np.lexsort((pairs.row, pairs.col)).astype(np.int64)
    first = np.searchsorted(pairs.col[order], np.arange(len(area) + 1)).astype(np.int64)
    near = reach.indptr.astype(np.int64), reach.indices.astype(np.int64), pairs.row.astype(np.int64)
    return Demand(need, area, *near, first, order)


@jitted
def _begin(demand: Demand, point: Floats) -> _Flow:
    """Return the flow after every estate has taken what is there, pair by pair."""
    estates, options, pairs = len(demand.need), len(demand.area), len(demand.pair_option)
    flow = _Flow(
        np.zeros(pairs),
        np.zeros(pairs),
        np.zeros(options),
        demand.area * point,
        demand.need.copy(),
        np.zeros(estates, dtype=np.int64),
        np.zeros(options, dtype=np.int64),
        np.zeros(estates, dtype=np.int64),
        np.zeros(options, dtype=np.int64),
        np.zeros(estates, dtype=np.int64),
    )
    for pair in range(pairs):
        estate, option = demand.pair_estate[pair], demand.pair_option[pair]
        flow.link[pair] = min(demand.area[option], demand.need[estate]) * point[option]
        amount = min(flow.short[estate], flow.link[pair], flow.room[option] - flow.used[option])
        if amount > 0:
            flow.credit[pair] = amount
            flow.used[option] += amount
            flow.short[estate] -= amount
    return flow


@inlined
def _path(demand: Demand, flow: _Flow, asking: int, stamp: int) -> tuple[int, int]:
    """Return an option with area to spare that a path of credits leads to from an estate (−1: none), and how many estates were seen."""
    head, tail = 0, 1
    flow.queue[0], flow.estate_seen[asking], flow.estate_from[asking] = asking, stamp, -1
    while head < tail:
        at = flow.queue[head]
        head += 1
        for pair in range(demand.estate_first[at], demand.estate_first[at + 1]):
            option = demand.pair_option[pair]
            if flow.option_seen[option] == stamp or flow.credit[pair] >= flow.link[pair] - _NOTHING:
                continue
            flow.option_seen[option], flow.option_from[option] = stamp, pair
            if flow.used[option] < flow.room[option] - _NOTHING:
                return option, tail
            for k in range(demand.option_first[option], demand.option_first[option + 1]):
                other = demand.option_pair[k]
                beyond = demand.pair_estate[other]
                if flow.credit[other] > _NOTHING and flow.estate_seen[beyond] != stamp:
                    flow.estate_seen[beyond], flow.estate_from[beyond] = stamp, other
                    flow.queue[tail] = beyond
                    tail += 1
    return -1, tail


@inlined
def _augment(demand: Demand, flow: _Flow, asking: int, found: int) -> None:
    """Credit an estate as much as the path from it to an option lets through."""
    amount, option = min(flow.short[asking], flow.room[found] - flow.used[found]), found
    while True:
        pair = flow.option_from[option]
        amount = min(amount, flow.link[pair] - flow.credit[pair])
        taken = flow.estate_from[demand.pair_estate[pair]]
        if taken < 0:
            break
        amount = min(amount, flow.credit[taken])
        option = demand.pair_option[taken]
    option = found
    flow.used[found] += amount
    while True:
        pair = flow.option_from[option]
        flow.credit[pair] += amount
        taken = flow.estate_from[demand.pair_estate[pair]]
        if taken < 0:
            break
        flow.credit[taken] -= amount
        option = demand.pair_option[taken]
    flow.short[asking] -= amount


@jitted
def credit(demand: Demand, point: Floats, groups: Marks) -> tuple[int, Floats]:
    """Credit estates from options as far as a point has them: a flow of greatest total.

    Parameters
    ----------
    point : array, shape (options,)
    groups : array, shape (any, estates)
        Takes groups whose rows the point breaks, one for each estate that stays short, while there is room.

    Returns
    -------
    (int, array)
        How many estates stay short, and the credit of every pair, dm².
    """
    flow = _begin(demand, point)
    stamp, left = 0, 0
    for asking in range(len(demand.need)):
        while flow.short[asking] > _NOTHING:
            stamp += 1
            found, seen = _path(demand, flow, asking, stamp)
            if found < 0:
                if left < len(groups):
                    for n in range(seen):
                        groups[left, flow.queue[n]] = True
                left += 1
                break
            _augment(demand, flow, asking, found)
    return left, flow.credit


class Rows(NamedTuple):
    """Rows Σ coefficient · choice ≥ ask, one after the other: those of a row begin at ``first``."""

    first: Indices
    choice: Indices
    coefficient: Floats
    ask: Floats

    def matrix(self, choices: int) -> csr_array:
        """Return the coefficients, shape (rows, choices)."""
        return csr_array((self.coefficient, self.choice, self.first), shape=(len(self.ask), choices))


@dataclass(slots=True)
class Groups:
    """Groups of estates whose rows have been of use.

    Attributes
    ----------
    reach : csr_array, shape (estates, options)
        1 within reach.
    rows : Rows
        The row of each group in ``marks``, dm².
    slack : array
        How many points in a row have left each row slack.
    """

    demand: Demand
    reach: csr_array
    rows: Rows = field(init=False)
    marks: list[bytes] = field(default_factory=list)
    slack: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        self.rows = self.rows_of(np.zeros((0, len(self.demand.need)), dtype=np.bool_))

    def copy(self) -> Groups:
        """Return the same groups, to be changed by themselves."""
        other = Groups(self.demand, self.reach)
        other.rows, other.marks, other.slack = self.rows, self.marks.copy(), self.slack.copy()
        return other

    def rows_of(self, groups: Marks) -> Rows:
        """Return the rows of groups, shape (any, estates)."""
        asked = csr_array(groups * self.demand.need)
        usable = csr_array(asked @ self.reach)
        ask = np.asarray(asked.sum(axis=1), dtype=np.float64).ravel()
        most = np.repeat(ask, np.diff(usable.indptr))
        value = np.minimum(np.minimum(usable.data, self.demand.area[usable.indices]), most)
        return Rows(usable.indptr.astype(np.int64), usable.indices.astype(np.int64), value, ask)

    def broken(self, point: Floats) -> Marks:
        """Return groups whose rows a point breaks, each once: none where everybody can be served."""
        groups = np.zeros((_GROUPS, len(self.demand.need)), dtype=np.bool_)
        count, _ = credit(self.demand, point, groups)
        each = {group.tobytes(): n for n, group in enumerate(groups[:count])}
        return groups[list(each.values())]

    def keep(self, groups: Marks) -> None:
        """Keep the rows of groups that have none here yet."""
        known = set(self.marks)
        marks = [np.packbits(group).tobytes() for group in groups]
        fresh = [n for n, mark in enumerate(marks) if mark not in known]
        if fresh:
            more = self.rows_of(groups[fresh])
            self.marks += [marks[n] for n in fresh]
            self.slack = np.concatenate([self.slack, np.zeros(len(fresh), dtype=np.int64)])
            self.rows = Rows(
                np.concatenate([self.rows.first, self.rows.first[-1] + more.first[1:]]),
                np.concatenate([self.rows.choice, more.choice]),
                np.concatenate([self.rows.coefficient, more.coefficient]),
                np.concatenate([self.rows.ask, more.ask]),
            )

    def forget(self, slack: Marks) -> None:
        """Count which rows another point leaves slack, and put away those that many points have left so."""
        self.slack = np.where(slack, self.slack + 1, 0)
        stay = self.slack <= _FORGET
        if not stay.all():
            size = np.diff(self.rows.first)
            each = np.repeat(stay, size)
            first = np.concatenate([[0], np.cumsum(size[stay])]).astype(np.int64)
            self.rows = Rows(first, self.rows.choice[each], self.rows.coefficient[each], self.rows.ask[stay])
            self.marks = [mark for mark, stays in zip(self.marks, stay.tolist(), strict=True) if stays]
            self.slack = self.slack[stay]
