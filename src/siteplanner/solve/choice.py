"""A choice among the parts' plans so that shared budgets hold: one plan a part, and in it other options where these spend elsewhere.

    min Σ_k cost_k·z_k + Σ_t Δcost_t·y_t
    Σ_{k of part p} z_k = 1,   Σ_{t at one site of plan k} y_t ≤ z_k,   Σ_k spend_k·z_k + Σ_t Δspend_t·y_t ≤ limit

A swap t puts another option of the same site in the place of a plan's own: as large as anybody can use, so every estate stays
served. A handful of plans a part would keep budgets only roughly; thousands of swaps keep them nearly as well as fractions do. The
relaxation says which plans to choose among, and at which prices of the budgets more plans would help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from siteplanner.solve.compile import Floats
from siteplanner.solve.siting import Longs, Siting, spent_fen
from siteplanner.units import FEN_PER_WAN, FEN_PER_YUAN

_DEAREST = (2.0, 0.5)
"""In the relaxation a 万元 over a budget costs this many times its price, and this much more: dear, so that plans that spend
less are asked for, but no dearer than it takes."""
_GAP = 5e-5
"""Relative gap at which the choice may stop: far below what the parts leave open."""
_BESIDE = 1000
"""Plans and swaps to choose among besides those that the relaxation uses, of which all but some ten are whole: those least too dear."""
_NONE = 1e-9
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """A plan of a part: the part, its options in the whole, its cost and what it spends of each budget, fen."""

    part: int
    option: Longs
    fen: int
    spend_fen: Longs


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of a plan of the whole within the budgets (None where none was found), and prices at which more plans would help."""

    option: Longs | None
    prices: Floats


@dataclass(frozen=True, slots=True)
class _Swaps:
    """Swaps of plans' own options: which place of which plan (places number all options of all plans), what goes and what comes."""

    column: Longs
    place: Longs
    gone: Longs
    come: Longs

    @classmethod
    def of(cls, columns: Sequence[Column], siting: Siting) -> _Swaps:
        """Return all swaps that leave every estate served."""
        column = np.repeat(np.arange(len(columns)), [len(one.option) for one in columns])
        own = np.concatenate([np.zeros(0, dtype=np.int64), *(one.option for one in columns)])
        wanted = np.asarray(csr_array(siting.reach.T.astype(np.int64)) @ siting.required_dm2, dtype=np.int64)
        area = np.minimum(siting.option_dm2, wanted[siting.option_site])
        first = np.searchsorted(siting.option_site, siting.option_site[own])
        count = np.searchsorted(siting.option_site, siting.option_site[own], side="right") - first
        place = np.repeat(np.arange(len(own)), count)
        come = np.repeat(first, count) + np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        kept = (come != own[place]) & (area[come] >= area[own[place]])
        place = place[kept]
        return cls(column[place], place, own[place], come[kept])


@dataclass(frozen=True, slots=True)
class _Rows:
    """Costs (万元) of plans and then swaps; what they spend (budgets × both, 万元); one plan a part; swaps of plans that are chosen."""

    costs: Floats
    spend: csr_array
    one: csr_array
    linked: csr_array

    @classmethod
    def of(cls, columns: Sequence[Column], swaps: _Swaps, parts: int, siting: Siting) -> _Rows:
        """Write the rows."""
        plans, many = len(columns), len(swaps.come)
        costs = np.concatenate([[one.fen for one in columns], siting.option_fen[swaps.come] - siting.option_fen[swaps.gone]])
        own = np.array([one.spend_fen for one in columns], dtype=np.float64).reshape(plans, -1)
        spend = csr_array(vstack([csr_array(own), siting.spend_fen[swaps.come] - siting.spend_fen[swaps.gone]])).T
        one = csr_array((np.ones(plans), ([column.part for column in columns], np.arange(plans))), shape=(parts, plans + many))
        place, first, row = np.unique(swaps.place, return_index=True, return_inverse=True)
        size = (len(place), plans + many)
        taken = csr_array((np.ones(many), (row, plans + np.arange(many))), shape=size)
        there = csr_array((np.ones(len(place)), (np.arange(len(place)), swaps.column[first])), shape=size)
        return cls(costs / FEN_PER_WAN, csr_array(spend / FEN_PER_WAN), one, csr_array(taken - there))

    def relaxed(self, limit: Floats, dear: Floats) -> tuple[Floats, Floats, Floats]:
        """Return shares of plans and swaps in the best mixture, their reduced costs, and prices of budgets; excess costs what is dear."""
        budgets, links, parts = len(limit), self.linked.shape[0], self.one.shape[0]
        excess = csr_array((-np.ones(budgets), (np.arange(budgets), np.arange(budgets))), shape=(budgets, budgets))
        answer = linprog(  # type: ignore[call-overload]
            np.concatenate([self.costs, dear]),
            A_ub=csr_array(vstack([hstack([self.spend, excess]), hstack([self.linked, csr_array((links, budgets))])])),
            b_ub=np.concatenate([limit, np.zeros(links)]),
            A_eq=csr_array(hstack([self.one, csr_array((parts, budgets))])),
            b_eq=np.ones(parts),
            bounds=(0, None),
            method="highs",
        )
        if answer.x is None:
            raise ArithmeticError(f"plans could not be mixed: {answer.message}")
        prices = np.maximum(0.0, -np.asarray(answer.ineqlin.marginals[:budgets], dtype=np.float64))
        own = slice(len(self.costs))
        return np.asarray(answer.x[own], dtype=np.float64), np.asarray(answer.lower.marginals[own], dtype=np.float64), prices

    def whole(self, kept: Longs, limit: Floats, seconds: float) -> Longs | None:
        """Return what is chosen of the plans and swaps that are kept; None where nothing is found."""
        answer = milp(
            self.costs[kept],
            integrality=np.ones(len(kept), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(self.one[:, kept], 1.0, 1.0),
                LinearConstraint(self.linked[:, kept], -np.inf, 0.0),
                LinearConstraint(self.spend[:, kept], -np.inf, limit),
            ],
            options={"mip_rel_gap": _GAP, "time_limit": seconds},
        )
        return None if answer.x is None else kept[np.asarray(answer.x) > _HALF]


def choose(columns: Sequence[Column], parts: int, siting: Siting, prices: Floats, seconds: float) -> Choice:
    """Choose one plan of each part and swaps in it, at least cost within the budgets to the fen.

    Parameters
    ----------
    columns : sequence of Column
        At least one plan of each of ``parts`` parts.
    siting : Siting
        The whole, with its budgets (at least one).
    prices : array, shape (budgets,)
        About what a 万元 of a budget is worth.
    seconds : float
        For the choice itself, about; twice that where what the relaxation uses and comes near to it does not fit together.

    Notes
    -----
    The solver is given each budget a yuan smaller than it is, which is more than its tolerance; what is less than a yuan as 0.
    """
    swaps = _Swaps.of(columns, siting)
    rows = _Rows.of(columns, swaps, parts, siting)
    share, reduced, wanted = rows.relaxed(siting.limit_fen / FEN_PER_WAN, _DEAREST[0] * prices + _DEAREST[1])
    limit = np.maximum(0, siting.limit_fen - FEN_PER_YUAN) / FEN_PER_WAN
    # What the relaxation uses comes first, then what is hardly too dear for it.
    order = np.lexsort((reduced, share <= _NONE))
    few = int((share > _NONE).sum()) + _BESIDE
    for most in (few, len(order)) if few < len(order) else (len(order),):
        found = rows.whole(np.sort(order[:most]), limit, seconds)
        if found is not None:
            option = _carried_out(columns, swaps, found)
            if (spent_fen(siting, option) <= siting.limit_fen).all():
                return Choice(option, wanted)
    return Choice(None, wanted)


def _carried_out(columns: Sequence[Column], swaps: _Swaps, found: Longs) -> Longs:
    """Return the options of chosen plans after the chosen swaps."""
    plans, taken = found[found < len(columns)], found[found >= len(columns)] - len(columns)
    own = np.concatenate([columns[n].option for n in plans.tolist()])
    return np.sort(np.concatenate([np.setdiff1d(own, swaps.gone[taken]), swaps.come[taken]]))
