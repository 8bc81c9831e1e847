"""A better plan for a part, window by window: everything outside stays, everything inside is chosen anew.

A window is a set of estates with all sites within their reach. Open sites around it lend it what they do not credit farther out.
Each window is solved by itself and its answer taken if it costs less, so a plan never gets worse. The windows of one sweep cover
the part; the next sweep cuts it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from siteplanner.solve.cells import partition
from siteplanner.solve.compile import Floats
from siteplanner.solve.highs import Highs
from siteplanner.solve.shrink import with_groups
from siteplanner.solve.siting import DM2_PER_M2, Longs, Siting, assemble, credits_dm2, open_dm2
from siteplanner.solve.solver import Limits

WINDOW_ESTATES = 25
"""Estates of a window at first: many small ones bring more in the same time than few large ones."""
WIDER, WIDEST = 1.6, 150
"""How windows grow after a sweep that changed nothing, and the largest that are tried."""
_BETTER = 1e-7
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class _Window:
    """A window's problem: its estates and sites in the part, the options (−1: a site outside, lent), costs, and the plan so far."""

    siting: Siting
    estate: Longs
    site: Longs
    option: Longs
    costs: Floats
    taken: NDArray[np.bool_]


class Windows:
    """A plan of a part while it gets better.

    Parameters
    ----------
    costs : array
        Of the options, 万元.
    chosen : array
        Options of a plan that serves every estate.
    """

    def __init__(self, siting: Siting, costs: Floats, chosen: Longs) -> None:
        self.siting, self.costs = siting, costs
        self.take(chosen)

    def take(self, chosen: Longs) -> None:
        """Set out from another plan."""
        self.taken = np.zeros(self.siting.options, dtype=np.bool_)
        self.taken[chosen] = True
        self._held = credits_dm2(self.siting, open_dm2(self.siting, chosen))

    @property
    def value(self) -> float:
        """Return what the plan costs, 万元."""
        return float(self.costs[self.taken].sum())

    def point(self) -> Floats:
        """Return the plan as a point of the assembled problem."""
        return np.concatenate([self.taken.astype(np.float64), _amounts(self.siting, self._held)])

    def improve(self, left: Callable[[], float], gap: float, enough: float, seed: int) -> None:
        """Go through windows until no time is left, the plan costs `enough` or less, or no window however wide changes anything."""
        size, sweep = float(WINDOW_ESTATES), 0
        while True:
            better = False
            for members in partition(self.siting, round(size), seed=seed + sweep + 1):
                if left() <= 0 or self.value <= enough:
                    return
                better |= self._through(members, min(left(), 0.5 + 0.05 * len(members)), gap)
            sweep += 1
            if not better:
                if size >= min(WIDEST, self.siting.estates):
                    return
                size *= WIDER

    def _through(self, members: Longs, seconds: float, gap: float) -> bool:
        """Solve one window and take its answer if it is better."""
        window = self._window(members)
        compiled, vector = assemble(window.siting, window.costs, budgets=False)
        start = self._start(window)
        answer = Highs(with_groups(compiled, window.siting)).minimise(vector, Limits(gap, seconds, 1, 0), start, None)
        if answer.point is None:
            return False
        picked = answer.point[: window.siting.options] > _HALF
        if float(window.costs[picked].sum()) >= float(window.costs[window.taken].sum()) - _BETTER:
            return False
        held = credits_dm2(window.siting, open_dm2(window.siting, np.flatnonzero(picked)))
        if int(held.sum()) < int(window.siting.required_dm2.sum()):
            return False
        free = window.option >= 0
        self.taken[window.option[free]] = picked[free]
        self._take(window, held)
        return True

    def _take(self, window: _Window, held: csr_array) -> None:
        """Put a window's credits in the place of those its estates had."""
        kept = np.ones(self.siting.estates)
        kept[window.estate] = 0
        rest = self._held.multiply(kept[:, None]).tocsr()
        entries = held.tocoo()
        added = csr_array((entries.data, (window.estate[entries.row], window.site[entries.col])), shape=self.siting.reach.shape)
        self._held = csr_array(rest + added).astype(np.int64)
        self._held.eliminate_zeros()

    def _window(self, members: Longs) -> _Window:
        siting = self.siting
        free = np.zeros(siting.sites, dtype=np.bool_)
        free[siting.reach[members].indices] = True
        near = np.flatnonzero(np.asarray(siting.reach @ free.astype(np.int32)).ravel())
        lent = self._lent(near, free)
        options, outside = np.flatnonzero(free[siting.option_site]), np.flatnonzero(lent)
        sites = np.flatnonzero(free | (lent > 0))
        place = np.full(siting.sites, -1, dtype=np.int64)
        place[sites] = np.arange(len(sites))
        site = np.concatenate([place[siting.option_site[options]], place[outside]])
        order = np.argsort(site, kind="stable")
        number = np.concatenate([options, np.full(len(outside), -1, dtype=np.int64)])[order]
        problem = Siting(
            siting.required_dm2[near],
            csr_array(csr_array(siting.reach[near])[:, sites]),
            site[order],
            np.concatenate([siting.option_dm2[options], lent[outside]])[order],
            np.zeros(len(order), dtype=np.int64),
            csr_array((len(order), 0), dtype=np.int64),
            np.zeros(0, dtype=np.int64),
        )
        own = number >= 0
        return _Window(problem, near, sites, number, np.where(own, self.costs[number], 0.0), np.where(own, self.taken[number], True))

    def _lent(self, near: Longs, free: NDArray[np.bool_]) -> Longs:
        """Return what open sites outside a window do not credit to estates farther out than `near`, dm²."""
        siting = self.siting
        around = np.zeros(siting.sites, dtype=np.bool_)
        around[siting.reach[near].indices] = True
        given = np.asarray(self._held.sum(axis=0), dtype=np.int64) - np.asarray(self._held[near].sum(axis=0), dtype=np.int64)
        area = open_dm2(siting, np.flatnonzero(self.taken))
        return np.where(around & ~free, np.maximum(0, area - given), 0)

    def _start(self, window: _Window) -> Floats:
        """Return the plan so far as a point of the window's problem."""
        held = csr_array(csr_array(self._held[window.estate])[:, window.site])
        return np.concatenate([window.taken.astype(np.float64), _amounts(window.siting, held)])


def _amounts(siting: Siting, held: csr_array) -> Floats:
    """Return the credit of each pair, m²."""
    estate, site = siting.pairs()
    return np.asarray(held[estate, site], dtype=np.float64).ravel() / DM2_PER_M2


def serve_all(siting: Siting, costs: Floats, chosen: Longs) -> Longs:
    """Return options that serve every estate, from options that may not: the cheapest a missing m² come first.

    Raises
    ------
    ValueError
        If not even every site's largest option serves every estate.
    """
    best = np.full(siting.sites, -1, dtype=np.int64)
    for option in chosen[np.argsort(siting.option_dm2[chosen], kind="stable")].tolist():
        best[siting.option_site[option]] = option
    by_site = csr_array(siting.reach.T.astype(np.int64))
    while True:
        taken = best[best >= 0]
        area = open_dm2(siting, taken)
        short = siting.required_dm2 - np.asarray(credits_dm2(siting, area).sum(axis=1), dtype=np.int64)
        if not short.any():
            return np.sort(taken)
        paid = np.where(best >= 0, costs[best], 0.0)[siting.option_site]
        more = siting.option_dm2 - area[siting.option_site]
        gain = _gain(siting, by_site, short, more)
        rate = np.where(gain > 0, np.maximum(costs - paid, 1e-9) / np.maximum(gain, 1), np.inf)
        met = np.zeros(siting.estates, dtype=np.bool_)
        for option in np.argsort(rate, kind="stable")[: int((gain > 0).sum())].tolist():
            site = int(siting.option_site[option])
            near = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
            if not met[near].any():
                best[site] = option
                met[near] = True


def _gain(siting: Siting, by_site: csr_array, short: Longs, more: Longs) -> Longs:
    """Return what each option could add, dm²: to estates that are short, else to those they share open sites with, and so on."""
    wanting = short.copy()
    while True:
        gain = np.minimum(np.asarray(by_site @ wanting, dtype=np.int64)[siting.option_site], more)
        if (gain > 0).any():
            return np.maximum(gain, 0)
        wider = np.where(np.asarray(siting.reach @ ((by_site @ wanting) > 0).astype(np.int64)) > 0, int(short.sum()), 0).astype(np.int64)
        if np.array_equal(wider > 0, wanting > 0):
            raise ValueError("not every estate can be served")
        wanting = wider
