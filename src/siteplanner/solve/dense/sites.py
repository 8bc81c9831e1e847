"""Sites, options and credits read back from the rows of a part, so that plans can be annealed; None where its rows say anything else.

A requirement row sums up credits to an estate, a row ``credit.cohort.*`` holds what a site credits against the areas of its options, and
credits cost nothing. Other rows over options (tiers, coverage) are not looked at: a plan is held against every row before it is
taken. Rows ``credit.link.*`` follow from these for whole options: they serve the relaxation alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.anneal import Course, anneal
from siteplanner.solve.dense.flow import Net, serve_everybody, start
from siteplanner.solve.dense.web import IMPLIED, Indices, Mask, Web, weave
from siteplanner.solve.siting import DM2_PER_M2
from siteplanner.solve.solver import Watch

_CAPACITY, _LINK = "credit.cohort.", "credit.link."
_EXACT = 1e-6
"""dm² by which an area may be no whole number."""
_DEAR = 0.25
"""Options whose reduced cost exceeds this share of what a chosen option costs on average take no part."""
_HEAT, _COOL, _CHARGE, _TRIED = 0.02, 0.006, 0.5, 0.05
"""Heat at first and at last, charge and dearness of a course, as shares of that average."""
_PUSH, _PRICE, _LEAST_PRICE = 3.0, 1.5, 0.7
"""How far charges grow; what is short is charged that many times its dual, and that share of the middle dual at least."""
SHORT, LONG = 125, 500
"""Moves a movable site: many short runs that differ give more to put a plan together from, a long one the better plan."""
_LEAST_MOVES = 10_000
"""Moves of any run at least: some hundred never come to a plan."""
_LIMIT = 100
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Sites:
    """A part's estates, sites, options and pairs, as columns of its rows.

    Attributes
    ----------
    need, area : arrays of int64
        dm² that estates require and that options have.
    option, option_site : arrays
        Column and site of each option, in the order of sites.
    pair, pair_estate, pair_site : arrays
        Column, estate and site of each credit, in the order of estates.
    """

    need: Indices
    area: Indices
    option: Indices
    option_site: Indices
    pair: Indices
    pair_estate: Indices
    pair_site: Indices
    sites: int


def sites_of(web: Web, costs: Floats) -> Sites | None:
    """Return the sites of a part."""
    compiled = web.compiled
    capacity = np.array([name.startswith(_CAPACITY) for name in compiled.row_names], dtype=np.bool_)
    loose = np.flatnonzero(~compiled.integer)
    asked, held = web.by_row[web.needs].tocoo(), web.by_row[np.flatnonzero(capacity)].tocoo()
    gives = ~compiled.integer[held.col]
    plain = (
        len(web.needs)
        and not costs[loose].any()
        and not compiled.integer[asked.col].any()
        and (asked.data == 1).all()
        and (held.data[gives] == 1).all()
        and (held.data[~gives] < 0).all()
        and not compiled.row_upper[capacity].any()
        and _once(asked.col.astype(np.int64), loose, compiled)
        and _once(held.col[gives].astype(np.int64), loose, compiled)
        and len(np.unique(held.col[~gives])) == int((~gives).sum())
        and (compiled.lower[loose] == 0).all()
    )
    if not plain:
        return None
    site_of, estate_of = np.zeros(compiled.columns, dtype=np.int64), np.zeros(compiled.columns, dtype=np.int64)
    site_of[held.col], estate_of[asked.col] = held.row, asked.row
    option = held.col[~gives].astype(np.int64)
    areas = np.rint(-held.data[~gives] * DM2_PER_M2).astype(np.int64)
    order = np.lexsort((option, site_of[option]))
    pair = loose[np.lexsort((site_of[loose], estate_of[loose]))].astype(np.int64)
    need = np.rint(compiled.row_lower[web.needs] * DM2_PER_M2).astype(np.int64)
    return Sites(need, areas[order], option[order], site_of[option[order]], pair, estate_of[pair], site_of[pair], int(capacity.sum()))


def _once(columns: Indices, loose: Indices, compiled: Compiled) -> bool:
    """Return whether each continuous column is met exactly once."""
    return bool((np.bincount(columns, minlength=compiled.columns)[loose] == 1).all())


def only_credits(web: Web, sites: Sites) -> bool:
    """Return whether credits stand in no row but those that sites are read from, and areas are whole dm²: then these say all of credits."""
    compiled = web.compiled
    credited = np.diff(csr_array(web.by_row[:, sites.pair]).indptr) > 0
    credited[web.needs] = False
    names = (compiled.row_names[n] for n in np.flatnonzero(credited).tolist())
    held = web.by_column[:, sites.option]
    exact = all(
        np.abs(area * DM2_PER_M2 - np.rint(area * DM2_PER_M2)).max(initial=0.0) <= _EXACT
        for area in (compiled.row_lower[web.needs], held.data[held.data < 0])
    )
    enough = compiled.upper[sites.pair] * DM2_PER_M2 >= sites.need[sites.pair_estate] - _EXACT
    return exact and bool(enough.all()) and all(name.startswith((_CAPACITY, _LINK)) for name in names)


def without_links(web: Web) -> Web:
    """Return the web without link rows, which follow from the others for whole options."""
    return weave(web.compiled.without(_LINK))


def lean(compiled: Compiled) -> Compiled:
    """Return the rows without any that follow from the others for whole options."""
    return compiled.without(_LINK, *IMPLIED)


def net_of(sites: Sites, point: Floats, duals: Floats, reduced: Floats, costs: Floats) -> tuple[Net, Indices, Indices]:
    """Return the net of a part's options that are not too dear, their columns, and the option of each site that a point is for most.

    Parameters
    ----------
    point, reduced : array, shape (columns,)
        The linear relaxation's point and reduced costs.
    duals : array, shape (estates,)
        Duals of the requirements, 万元/m².
    """
    dear = _DEAR * _average(sites, point, costs)
    kept = (reduced[sites.option] <= dear) | (point[sites.option] > _HALF)
    return _net(sites, kept, (point > _HALF) & (reduced < -dear), point, duals, reduced, costs)


def _net(
    sites: Sites, kept: Mask, settled_by: Mask, point: Floats, duals: Floats, reduced: Floats, costs: Floats
) -> tuple[Net, Indices, Indices]:
    """Return the net of the options that are kept; a site stays as it is where its option in a point is settled (shape: columns)."""
    option, site = sites.option[kept], sites.option_site[kept]
    first = np.searchsorted(site, np.arange(sites.sites + 1)).astype(np.int64)
    choice = np.full(sites.sites, -1, dtype=np.int64)
    chosen = np.flatnonzero(point[option] > _HALF)
    choice[site[chosen]] = chosen
    settled = np.zeros(sites.sites, dtype=np.bool_)
    settled[site[chosen]] = settled_by[option[chosen]]
    movable = np.flatnonzero((np.diff(first) > 0) & ~settled).astype(np.int64)
    by_site = np.lexsort((sites.pair_estate, sites.pair_site)).astype(np.int64)
    ones = np.ones(len(sites.pair), dtype=np.int32)
    reach = csr_array((ones, (sites.pair_estate, sites.pair_site)), shape=(len(sites.need), sites.sites))
    beside = csr_array(csr_array(reach.T) @ reach[:, movable])
    rows = np.repeat(np.arange(sites.sites), np.diff(beside.indptr))
    others = movable[beside.indices] != rows
    near_first = np.concatenate([[0], np.cumsum(np.bincount(rows[others], minlength=sites.sites))]).astype(np.int64)
    price = np.maximum(duals, _LEAST_PRICE * float(np.median(duals))) * _PRICE / DM2_PER_M2
    net = Net(
        need=sites.need,
        price=price,
        estate_first=np.searchsorted(sites.pair_estate, np.arange(len(sites.need) + 1)).astype(np.int64),
        pair_site=sites.pair_site,
        pair_estate=sites.pair_estate,
        site_first=np.searchsorted(sites.pair_site[by_site], np.arange(sites.sites + 1)).astype(np.int64),
        site_pair=by_site,
        option_first=first,
        area=sites.area[kept],
        cost=costs[option],
        dearness=reduced[option],
        movable=movable,
        near_first=near_first,
        near=movable[beside.indices][others],
    )
    return net, option, choice


def _average(sites: Sites, point: Floats, costs: Floats) -> float:
    """Return what an option that a point chooses costs on average, 万元."""
    return float(costs[sites.option] @ point[sites.option]) / max(1.0, float(point[sites.option].sum()))


@dataclass(slots=True)
class Annealed:
    """One run from the relaxation rounded, and the plan it came to as a point of the part's rows (None without one)."""

    sites: Sites
    net: Net
    option: Indices
    choice: Indices
    course: Course
    columns: int
    point: Floats | None = None

    def run(self, watch: Watch) -> None:
        """Anneal, unless the watch says stop."""
        if watch(float("inf"), -float("inf")):
            return
        value, best = anneal(self.net, self.course, self.choice)
        if not np.isfinite(value):
            return
        state = start(self.net, best)
        serve_everybody(self.net, state)
        point = np.zeros(self.columns)
        point[self.option[best[best >= 0]]] = 1.0
        point[self.sites.pair] = state.flow / DM2_PER_M2
        self.point = point


def courses(
    sites: Sites, point: Floats, duals: Floats, reduced: Floats, costs: Floats, runs: int, seed: int, moves: int = LONG
) -> Sequence[Annealed]:
    """Return runs of so many moves a site, with different seeds, from the linear relaxation's point rounded."""
    net, option, choice = net_of(sites, point, duals, reduced, costs)
    return _courses(sites, net, option, choice, moves, _average(sites, point, costs), len(point), runs, seed)


def courses_between(
    sites: Sites, points: Sequence[Floats], duals: Floats, reduced: Floats, costs: Floats, runs: int, seed: int
) -> Sequence[Annealed]:
    """Return runs from the best of some plans (at least one), among what they choose: what all choose alike stays.

    Plans annealed one by one are each good in other places. Where they agree there is little to gain, so that runs over the rest alone are
    short, and come to plans better than any of these.
    """
    best = min(points, key=lambda point: float(costs @ point))
    some = np.any([point > _HALF for point in points], axis=0)
    every = np.all([point > _HALF for point in points], axis=0)
    net, option, choice = _net(sites, some[sites.option], every, best, duals, reduced, costs)
    return _courses(sites, net, option, choice, LONG, _average(sites, best, costs), len(best), runs, seed + 1)


def _courses(
    sites: Sites, net: Net, option: Indices, choice: Indices, moves: int, average: float, columns: int, runs: int, seed: int
) -> Sequence[Annealed]:
    """Return runs over the movable sites of a net, none where nothing can move."""
    if not len(net.movable):
        return []
    course = Course(
        max(_LEAST_MOVES, moves * len(net.movable)),
        _HEAT * average,
        _COOL * average,
        _PUSH,
        _CHARGE * average,
        _TRIED * average,
        _LIMIT,
        runs * seed,
    )
    return [Annealed(sites, net, option, choice, course._replace(seed=runs * seed + n), columns) for n in range(runs)]
