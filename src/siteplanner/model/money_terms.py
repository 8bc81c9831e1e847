"""Money as linear expressions in 万元: any function of ledger lines, summed over the chosen offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from siteplanner.case.case import Offer
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.money import CashLine
from siteplanner.units import FEN_PER_WAN, dm2_to_solver_m2, fen_to_wan

Measure = Callable[[Iterable[CashLine]], int]
"""Ledger lines → fen."""


def _anywhere(_: Offer) -> bool:
    return True


def amount(supply: Supply, measure: Measure, inside: Callable[[Offer], bool] = _anywhere) -> Expr:
    """Return Σ measure(lines of offer) over the offers that `inside` admits, 万元.

    Inside a band of areas every line is linear in the area, so the line through both ends is exact up to rounding.
    """
    terms = []
    for offer in supply.case.offers:
        if not inside(offer):
            continue
        low = measure(offer.lo_lines)
        if offer.fixed:
            terms.append((supply.variables.choose[offer.id], fen_to_wan(low)))
        else:
            high = measure(offer.hi_lines)
            slope = (high - low) / (dm2_to_solver_m2(offer.hi_gross_dm2) - dm2_to_solver_m2(offer.lo_gross_dm2)) / FEN_PER_WAN
            base = fen_to_wan(low) - slope * dm2_to_solver_m2(offer.lo_gross_dm2)
            terms.append((supply.variables.choose[offer.id], base))
            terms.append((supply.variables.area[offer.id], slope))
        for n, line in enumerate(offer.grant_lines):
            terms.append((supply.variables.claim[offer.id, n], fen_to_wan(measure((line,)))))
    return Expr([(variable, coefficient) for variable, coefficient in terms if coefficient])
