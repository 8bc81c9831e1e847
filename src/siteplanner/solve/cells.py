"""A bound for a large part from cells of it, each a problem of its own: sites between cells are shared out by price.

Every estate belongs to one cell. A site that estates of several cells reach has a copy in each. Σ credits ≤ area of such a site
gets a price μ ≥ 0, so that a copy pays μ for each m² it credits; what remains of the option's cost, c − μ·a, is divided among
the copies. Whatever the prices and the division, every plan costs at least the sum over the cells of their least cost: give each
copy what the plan does with its site, and the charges of the copies add up to no more than the plan's own cost. Prices and
division come from the duals of the linear relaxation of the part, at which nothing of that relaxation's bound is lost; what the
cells gain by being whole problems lifts the bound above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.highs import relax
from siteplanner.solve.siting import DM2_PER_M2, Longs, Siting, assemble, restrict

CELL_ESTATES = 400
"""Estates of a cell: more take the solver long, fewer leave much between cells."""


_MIDDLE = (0.3, 0.7)
"""Between which shares of its estates a set is cut in two."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its problem, its estates and options in the part, its options' costs, and the charge of each of its pairs (万元/m²)."""

    siting: Siting
    estate: Longs
    option: Longs
    costs: Floats
    charge: Floats


def partition(siting: Siting, size: int = CELL_ESTATES, seed: int = 0, weight: Floats | None = None) -> list[Longs]:
    """Return sets of at most `size` estates each, near by reach: cut again and again where the fewest sites are shared across.

    Estates are put in order along the way between two that are far apart, and the order is cut near its middle where the cut is
    thinnest. `seed` draws the estates from which the ends are sought: another seed cuts elsewhere.
    """
    weighed = csr_array(siting.reach.astype(np.float64))
    if weight is not None:
        weighed.data = weighed.data * weight[weighed.indices]
    shared = csr_array(weighed @ siting.reach.T.astype(np.float64))
    draw = np.random.default_rng(seed)
    waiting: list[Longs] = [np.arange(siting.estates, dtype=np.int64)]
    done: list[Longs] = []
    while waiting:
        members = waiting.pop()
        if len(members) <= size:
            done.append(members)
            continue
        near = csr_array(csr_array(shared[members])[:, members])
        order, at = _thinnest(near, draw)
        waiting += [np.sort(members[order[at:]]), np.sort(members[order[:at]])]
    return sorted(done, key=lambda cell: int(cell[0]))


def _thinnest(near: csr_array, draw: np.random.Generator) -> tuple[Longs, int]:
    """Return an order of estates and where to cut it: the thinnest of the cuts tried, for the sizes of its halves."""
    number, label = connected_components(near, directed=False)
    if number > 1:
        # Parts that share nothing are put side by side, whole, the largest first.
        sizes = np.bincount(label)
        rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
        order = np.argsort(rank[label], kind="stable").astype(np.int64)
        ends = np.cumsum(np.sort(sizes)[::-1])
        return order, int(ends[np.argmin(np.abs(ends[:-1] - len(label) / 2))])
    count = near.shape[0]
    low, high = max(1, int(_MIDDLE[0] * count)), max(2, int(_MIDDLE[1] * count))
    best: tuple[float, Longs, int] | None = None
    for _ in range(_TRIES):
        one = int(np.argmax(_steps(near, int(draw.integers(count)))))
        first = _steps(near, one)
        order = np.argsort(first - _steps(near, int(np.argmax(first))), kind="stable").astype(np.int64)
        place = np.empty(count, dtype=np.int64)
        place[order] = np.arange(count)
        entries = near.tocoo()
        a, b = place[entries.row], place[entries.col]
        across = np.zeros(count + 1)
        np.add.at(across, a[a < b] + 1, entries.data[a < b])
        np.add.at(across, b[a < b] + 1, -entries.data[a < b])
        thin = np.cumsum(across)[low:high]
        at = low + int(np.argmin(thin))
        if best is None or thin[at - low] < best[0]:
            best = float(thin[at - low]), order, at
    assert best is not None
    return best[1], best[2]


def _steps(near: csr_array, start: int) -> Floats:
    """Return the steps from an estate to each other one of a connected set, near ones (many sites shared) a little less."""
    ways = csr_array((1.0 + 1.0 / (1.0 + near.data), near.indices, near.indptr), shape=near.shape)
    return np.asarray(dijkstra(ways, indices=np.array([start])), dtype=np.float64).ravel()


def cells_of(siting: Siting, costs: Floats, members: Sequence[Longs], at: Relaxed) -> list[Cell]:
    """Return the cells of a part.

    Parameters
    ----------
    members : sequence of arrays
        The estates of each cell.
    at : Relaxed
        Prices of areas and links.
    """
    price, link = at.price, at.link
    estate, site = siting.pairs()
    cell_of = np.zeros(siting.estates, dtype=np.int64)
    for number, cell in enumerate(members):
        cell_of[cell] = number
    touched = csr_array((np.ones(len(site)), (site, cell_of[estate])), shape=(siting.sites, len(members)))
    between = np.diff(touched.indptr) > 1
    of_site = [np.flatnonzero(siting.option_site == j) for j in np.flatnonzero(between)]
    share = dict(zip(np.flatnonzero(between).tolist(), of_site, strict=True))
    worth = _worth(siting, link, cell_of, between, share, costs, price)
    found = []
    for number, cell in enumerate(members):
        sites = np.unique(siting.reach[cell].indices).astype(np.int64)
        mask = np.zeros(siting.sites, dtype=np.bool_)
        mask[sites] = True
        options = np.flatnonzero(mask[siting.option_site])
        own = np.array([worth[o, number] if between[siting.option_site[o]] else costs[o] for o in options.tolist()])
        problem = restrict(siting, cell, sites, options)
        _, inside = problem.pairs()
        found.append(Cell(problem, cell, options, own, np.where(between[sites[inside]], price[sites[inside]], 0.0)))
    return found


def _worth(
    siting: Siting, link: Floats, cell_of: Longs, between: np.ndarray, options: dict[int, Longs], costs: Floats, price: Floats
) -> dict[tuple[int, int], float]:
    """Return what each copy of an option costs in its cell: its links' worth and an equal part of what is left."""
    need = siting.required_dm2 / DM2_PER_M2
    by_site = csr_array(csr_array((np.arange(1, len(link) + 1), siting.reach.indices, siting.reach.indptr), shape=siting.reach.shape).T)
    found = {}
    for site in np.flatnonzero(between).tolist():
        span = slice(by_site.indptr[site], by_site.indptr[site + 1])
        estates, pairs = by_site.indices[span], by_site.data[span] - 1
        cells, place = np.unique(cell_of[estates], return_inverse=True)
        for option in options[site].tolist():
            area = siting.option_dm2[option] / DM2_PER_M2
            used = np.bincount(place, weights=link[pairs] * np.minimum(need[estates], area), minlength=len(cells))
            left = costs[option] - price[site] * area - used.sum()
            for cell, worth in zip(cells.tolist(), used.tolist(), strict=True):
                found[option, cell] = worth + left / len(cells)
    return found


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A part's linear relaxation: value, share of each option, price of each site's area and of each pair's link (万元/m²)."""

    value: float
    share: Floats
    price: Floats
    link: Floats


def relaxed(siting: Siting, costs: Floats) -> Relaxed:
    """Return a part's linear relaxation.

    Raises
    ------
    ValueError
        If not every estate can be served.
    """
    compiled, vector = assemble(siting, costs, budgets=False)
    compiled = _unbounded(compiled, siting.options)
    found = relax(compiled, vector)
    if found is None:
        raise ValueError("not every estate can be served")
    names = np.array(compiled.row_names)
    price = np.zeros(siting.sites)
    price[np.unique(siting.reach.indices)] = np.maximum(0.0, -found.duals[names == "credit.cohort."])
    link = np.maximum(0.0, -found.duals[names == "credit.link."])
    return Relaxed(found.value, found.point[: siting.options], price, link)


def _unbounded(compiled: Compiled, options: int) -> Compiled:
    """Return the problem without its surrogate rows and without bounds on credits: links and needs imply them, and prices want them."""
    upper = compiled.upper.copy()
    upper[options:] = np.inf
    return replace(compiled.without("credit.surrogate."), upper=upper)
