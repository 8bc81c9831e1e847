"""The siting problem as arrays: estates with needs, sites within their reach, options with area, cost and spending.

It is what a case comes to where every option has one area, places share their area among all estates in reach, and one day
counts. A nation fits into memory in this form. `assemble` writes the rows that the readable model has for such a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, maximum_flow

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.units import FEN_PER_WAN

Longs = NDArray[np.int64]
DM2_PER_M2 = 100


@dataclass(frozen=True, slots=True)
class Siting:
    """Choose at most one option a site, so that what each estate requires can be credited from options within its reach.

    Attributes
    ----------
    required_dm2 : array of int64, shape (estates,)
    reach : csr_array of int8, shape (estates, sites)
        1 where the site is within reach; indices sorted.
    option_site : array of int64, shape (options,)
        In ascending order.
    option_dm2, option_fen : array of int64, shape (options,)
        Area and present cost.
    spend_fen : csr_array of int64, shape (options, budgets)
        What an option takes from each budget.
    limit_fen : array of int64, shape (budgets,)
    """

    required_dm2: Longs
    reach: csr_array
    option_site: Longs
    option_dm2: Longs
    option_fen: Longs
    spend_fen: csr_array
    limit_fen: Longs

    @property
    def estates(self) -> int:
        """Return the number of estates."""
        return len(self.required_dm2)

    @property
    def sites(self) -> int:
        """Return the number of sites."""
        return int(self.reach.shape[1])

    @property
    def options(self) -> int:
        """Return the number of options."""
        return len(self.option_fen)

    def pairs(self) -> tuple[Longs, Longs]:
        """Return (estate, site) of every pair, estate by estate."""
        estate = np.repeat(np.arange(self.estates, dtype=np.int64), np.diff(self.reach.indptr))
        return estate, self.reach.indices.astype(np.int64)


def make_siting(
    required_dm2: Sequence[int] | Longs,
    near: Sequence[Sequence[int]],
    sites: int,
    options: Sequence[tuple[int, int, int]],
    spend_fen: csr_array | None = None,
    limit_fen: Sequence[int] | Longs = (),
) -> Siting:
    """Return the problem of lists; `options` are (site, dm², fen) in any order, rows of `spend_fen` in the same order.

    Raises
    ------
    ValueError
        If a number is negative, an index is out of range, or shapes do not match.
    """
    required, limits = np.asarray(required_dm2, dtype=np.int64), np.asarray(limit_fen, dtype=np.int64)
    counts = np.array([len(row) for row in near], dtype=np.int64)
    flat = np.concatenate([np.asarray(row, dtype=np.int64) for row in near]) if len(near) else np.zeros(0, dtype=np.int64)
    table = np.asarray(options, dtype=np.int64).reshape(-1, 3)
    spend = csr_array((len(table), len(limits)), dtype=np.int64) if spend_fen is None else csr_array(spend_fen)
    wrong = (
        len(counts) != len(required) or spend.shape != (len(table), len(limits)) or (required < 0).any() or (table < 0).any()
        or (len(flat) and not 0 <= flat.min() <= flat.max() < sites) or (len(table) and table[:, 0].max() >= sites)
    )  # fmt: skip
    if wrong:
        raise ValueError("areas and costs are not negative, indices within range, shapes the same")
    reach = csr_array((np.ones(len(flat), dtype=np.int8), flat, np.concatenate([[0], np.cumsum(counts)])), shape=(len(required), sites))
    reach.sum_duplicates()
    order = np.argsort(table[:, 0], kind="stable")
    return Siting(required, reach, table[order, 0], table[order, 1], table[order, 2], csr_array(spend[order]), limits)


def assemble(siting: Siting, costs: Floats | None = None, *, budgets: bool = True, coverage: bool = False) -> tuple[Compiled, Floats]:
    """Return the rows of the problem and the costs of its columns: options first, then credits pair by pair.

    Families and coefficients are those of ``model/constraints``: choice, credit (capacity, links, surrogate of each connected
    part), requirement, coverage, budget; areas in m², money in 万元. Names of rows are their families alone, columns have none.

    Parameters
    ----------
    costs : array, shape (options,), optional
        万元, instead of the options' own.
    budgets : bool
        Whether to write the budget rows.
    coverage : bool
        Whether to write that each estate has an open site in reach, which its need implies.
    """
    estate, site = siting.pairs()
    options, pairs = siting.options, len(estate)
    area, need = siting.option_dm2 / DM2_PER_M2, siting.required_dm2 / DM2_PER_M2
    of_site = csr_array((np.ones(options), (siting.option_site, np.arange(options))), shape=(siting.sites, options))
    blocks: list[tuple[str, csr_array, csr_array, Floats | float, Floats | float]] = []

    several = np.flatnonzero(np.diff(of_site.indptr) > 1)
    blocks.append(("choice.", of_site[several], _zeros(len(several), pairs), -np.inf, 1.0))
    capacity = csr_array((area, (siting.option_site, np.arange(options))), shape=(siting.sites, options))
    credited = csr_array((np.ones(pairs), (site, np.arange(pairs))), shape=(siting.sites, pairs))
    used = np.flatnonzero(np.diff(credited.indptr) > 0)
    blocks.append(("credit.cohort.", -capacity[used], credited[used], -np.inf, 0.0))
    links = capacity[site]
    links.data = np.minimum(links.data, np.repeat(need[estate], np.diff(links.indptr)))
    blocks.append(("credit.link.", -links, csr_array((np.ones(pairs), (np.arange(pairs), np.arange(pairs)))), -np.inf, 0.0))
    number, label = parts_of(siting)
    whole = csr_array((area, (label[siting.estates + siting.option_site], np.arange(options))), shape=(number, options))
    required = np.bincount(label[: siting.estates], weights=siting.required_dm2, minlength=number) / DM2_PER_M2
    asked = np.flatnonzero(np.bincount(label[: siting.estates], minlength=number))
    blocks.append(("credit.surrogate.", whole[asked], _zeros(len(asked), pairs), required[asked], np.inf))
    held = csr_array((np.ones(pairs), (estate, np.arange(pairs))), shape=(siting.estates, pairs))
    blocks.append(("requirement.", _zeros(siting.estates, options), held, need, np.inf))
    if coverage:
        within = csr_array(siting.reach.astype(np.float64) @ of_site)
        blocks.append(("coverage.", within, _zeros(siting.estates, pairs), 1.0, np.inf))
    if budgets and len(siting.limit_fen):
        money = csr_array(siting.spend_fen.T).astype(np.float64) / FEN_PER_WAN
        blocks.append(("budget.", csr_array(money), _zeros(len(siting.limit_fen), pairs), -np.inf, siting.limit_fen / FEN_PER_WAN))
    own = siting.option_fen / FEN_PER_WAN if costs is None else costs
    return _stacked(blocks, options, pairs, need[estate]), np.concatenate([own, np.zeros(pairs)])


def _zeros(rows: int, columns: int) -> csr_array:
    return csr_array((rows, columns))


def _stacked(
    blocks: Sequence[tuple[str, csr_array, csr_array, Floats | float, Floats | float]], options: int, pairs: int, most: Floats
) -> Compiled:
    """Return blocks of rows over options and credits as one problem; a credit is at most the estate's need."""
    sizes = [left.shape[0] for _, left, _, _, _ in blocks]
    matrix = _beside(blocks, options)
    lower = np.concatenate([np.broadcast_to(low, size) for (_, _, _, low, _), size in zip(blocks, sizes, strict=True)])
    upper = np.concatenate([np.broadcast_to(high, size) for (_, _, _, _, high), size in zip(blocks, sizes, strict=True)])
    return Compiled(
        column={},
        lower=np.zeros(options + pairs),
        upper=np.concatenate([np.ones(options), most]),
        integer=np.arange(options + pairs) < options,
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        row_names=tuple(family for (family, *_), size in zip(blocks, sizes, strict=True) for _ in range(size)),
    )


def _beside(blocks: Sequence[tuple[str, csr_array, csr_array, Floats | float, Floats | float]], options: int) -> csr_array:
    """Return [left | right] of every block, one below the other, in compressed rows."""
    rows, columns, data, first = [], [], [], 0
    for _, left, right, _, _ in blocks:
        a, b = left.tocoo(), right.tocoo()
        rows += [a.row + first, b.row + first]
        columns += [a.col, b.col + options]
        data += [a.data, b.data]
        first += left.shape[0]
    width = options + int(blocks[0][2].shape[1])
    found = csr_array((np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))), shape=(first, width))
    found.indptr, found.indices = found.indptr.astype(np.int32), found.indices.astype(np.int32)
    return found


def parts_of(siting: Siting) -> tuple[int, NDArray[np.int32]]:
    """Return how many parts there are and the part of each estate, then of each site; sites without an option join nothing."""
    estates, total = siting.estates, siting.estates + siting.sites
    estate, site = siting.pairs()
    offered = np.zeros(siting.sites, dtype=np.bool_)
    offered[siting.option_site] = True
    joins = offered[site]
    graph = csr_array((np.ones(int(joins.sum()), dtype=np.int8), (estate[joins], site[joins] + estates)), shape=(total, total))
    number, label = connected_components(graph, directed=False)
    return int(number), label


def credits_dm2(siting: Siting, area_dm2: Longs) -> csr_array:
    """Return credits of the greatest total that open areas allow (shape: estates × sites), dm²: a flow in whole numbers.

    Raises
    ------
    OverflowError
        If the needs of one problem add up to 2³¹ dm² or more: split it first.
    """
    if siting.required_dm2.sum() >= 2**31:
        raise OverflowError("the needs of one problem exceed 2^31 dm²: split it by connected reach")
    estate, site = siting.pairs()
    live = area_dm2[site] > 0
    source, sink, first = 0, 1 + siting.sites + siting.estates, 1 + siting.sites
    most = np.minimum(area_dm2, 2**31 - 1)
    flow = np.minimum(most[site[live]], siting.required_dm2[estate[live]])
    graph = csr_array(
        (
            np.concatenate([most, flow, siting.required_dm2]).astype(np.int32),
            (
                np.concatenate([np.full(siting.sites, source), 1 + site[live], first + np.arange(siting.estates)]),
                np.concatenate([1 + np.arange(siting.sites), first + estate[live], np.full(siting.estates, sink)]),
            ),
        ),
        shape=(sink + 1, sink + 1),
    )
    found = maximum_flow(graph, source, sink).flow
    credited = csr_array(csr_array(found[1:first])[:, first:sink].T).astype(np.int64)
    credited.data = np.maximum(credited.data, 0)
    return credited


def open_dm2(siting: Siting, chosen: Longs) -> Longs:
    """Return the area of each site under chosen options, dm²."""
    area = np.zeros(siting.sites, dtype=np.int64)
    np.add.at(area, siting.option_site[chosen], siting.option_dm2[chosen])
    return area


def short_dm2(siting: Siting, chosen: Longs) -> Longs:
    """Return what each estate lacks, dm², at the greatest total credit that chosen options allow."""
    held = credits_dm2(siting, open_dm2(siting, chosen)).sum(axis=1)
    return siting.required_dm2 - np.asarray(held, dtype=np.int64)


def spent_fen(siting: Siting, chosen: Longs) -> Longs:
    """Return what chosen options take from each budget."""
    return np.asarray(siting.spend_fen[chosen].sum(axis=0), dtype=np.int64).ravel()


def faults_of(siting: Siting, chosen: Longs) -> list[str]:
    """Return what is wrong with a plan, in whole numbers and by itself: nothing where it obeys every rule."""
    found = []
    if len(chosen) and np.bincount(siting.option_site[chosen]).max() > 1:
        found.append("two options of one site are chosen")
    over = np.flatnonzero(spent_fen(siting, chosen) > siting.limit_fen)
    found += [f"budget {budget} is exceeded" for budget in over.tolist()]
    taken = np.zeros(siting.options, dtype=np.bool_)
    taken[chosen] = True
    for part, options in split_siting(siting):
        own = np.flatnonzero(taken[options])
        lacking = int(short_dm2(part, own).sum())
        if lacking:
            found.append(f"estates lack {lacking} dm²")
    return found


def split_siting(siting: Siting) -> Iterator[tuple[Siting, Longs]]:
    """Yield each part that has an estate with a need, and its options in the whole, in the order of first estates.

    Budgets join parts and stay with each: their limits are those of the whole.
    """
    number, label = parts_of(siting)
    estates = _grouped(label[: siting.estates], number)
    sites = _grouped(label[siting.estates :], number)
    options = _grouped(label[siting.estates + siting.option_site], number)
    needy = [part for part in range(number) if len(estates[part]) and siting.required_dm2[estates[part]].any()]
    for part in sorted(needy, key=lambda part: int(estates[part][0])):
        yield restrict(siting, estates[part], sites[part], options[part]), options[part]


def _grouped(label: NDArray[np.int32], number: int) -> list[Longs]:
    order = np.argsort(label, kind="stable").astype(np.int64)
    return np.split(order, np.cumsum(np.bincount(label, minlength=number))[:-1])


def restrict(siting: Siting, estates: Longs, sites: Longs, options: Longs) -> Siting:
    """Return the problem over some estates, sites and options; the options' sites must be among the sites."""
    place = np.full(siting.sites, -1, dtype=np.int64)
    place[sites] = np.arange(len(sites))
    return Siting(
        siting.required_dm2[estates],
        csr_array(csr_array(siting.reach[estates])[:, sites]),
        place[siting.option_site[options]],
        siting.option_dm2[options],
        siting.option_fen[options],
        csr_array(siting.spend_fen[options]),
        siting.limit_fen,
    )
