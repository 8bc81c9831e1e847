"""Money as linear expressions in 万元: any function of ledger lines, summed over the chosen offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from siteplanner.case.case import Offer
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.money import CashLine, present_value
from siteplanner.plan import LineKind
from siteplanner.pools import GROUPS
from siteplanner.units import FEN_PER_WAN, dm2_to_solver_m2, fen_to_wan

Measure = Callable[[Iterable[CashLine]], int]
"""Ledger lines → fen."""
_UNIT = 10**12
"""Fen whose present value gives the discount factor of a year to twelve digits."""


def _anywhere(_: Offer) -> bool:
    return True


def amount(supply: Supply, measure: Measure, inside: Callable[[Offer], bool] = _anywhere) -> Expr:
    """Return Σ measure(lines) over the offers that `inside` admits and the draws on pools for them, 万元."""
    terms: list[tuple[Any, float]] = []
    for offer in supply.case.offers:
        if inside(offer):
            terms += _terms(supply, offer, measure)
    return Expr([(variable, coefficient) for variable, coefficient in terms if coefficient]) + _drawn(supply, measure, inside)


def amount_of(supply: Supply, offer: Offer, measure: Measure) -> Expr:
    """Return measure(lines) of one offer, 万元."""
    return Expr([(variable, coefficient) for variable, coefficient in _terms(supply, offer, measure) if coefficient])


def _terms(supply: Supply, offer: Offer, measure: Measure) -> list[tuple[Any, float]]:
    """Return the terms of one offer.

    Inside a band of areas every line is linear in the area, so the line through both ends is exact up to rounding.
    """
    low = measure(offer.lo_lines)
    terms: list[tuple[Any, float]] = []
    if offer.fixed:
        terms.append((supply.variables.choose[offer.id], fen_to_wan(low)))
    else:
        high = measure(offer.hi_lines)
        slope = (high - low) / (dm2_to_solver_m2(offer.hi_gross_dm2) - dm2_to_solver_m2(offer.lo_gross_dm2)) / FEN_PER_WAN
        terms.append((supply.variables.choose[offer.id], fen_to_wan(low) - slope * dm2_to_solver_m2(offer.lo_gross_dm2)))
        terms.append((supply.variables.area[offer.id], slope))
    for n, line in enumerate(offer.grant_lines):
        terms.append((supply.variables.claim[offer.id, n], fen_to_wan(measure((line,)))))
    return terms


def _drawn(supply: Supply, measure: Measure, inside: Callable[[Offer], bool]) -> Expr:
    """Return what draws on pools add to a measure: each is a line from the pool's funder to the option's payer."""
    if not supply.variables.draw:
        return Expr()
    pools = {pool.id: pool for pool in supply.case.pools}
    offers = {offer.id: offer for offer in supply.case.offers}
    finance = supply.case.scenario.settings.finance
    terms = []
    for (pool, key, group, year), variable in supply.variables.draw.items():
        offer = offers[key]
        if inside(offer):
            kind: LineKind = "fund_recurring" if group == "recurring" else "fund"
            payer = next(line.payer for line in offer.hi_lines if GROUPS.get(line.kind) == group)
            line = CashLine(year, pools[pool].funder, payer, kind, pool, pools[pool].clause, _UNIT, present_value(_UNIT, year, finance))
            terms.append((variable, measure((line,)) / _UNIT))
    return Expr([(variable, coefficient) for variable, coefficient in terms if coefficient])
