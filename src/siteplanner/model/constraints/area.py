"""Family 2, area.

lo·choose ≤ area ≤ hi·choose;  on the net basis  net ≤ gross·(net/gross of the room), both whole dm²;
for a cluster c and cohort s:  min_s·serve ≤ Σ area(rooms) ≤ max_s + M·(1 − serve),  serve ≤ choose(main room).

In words: a started option takes an area between its least and greatest; a cluster serves a cohort only if its rooms
together meet the least and greatest area of one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pulp import lpSum

from siteplanner.case.case import Offer, Place
from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.policy.rules import place_limits_dm2
from siteplanner.policy.schema import Standard
from siteplanner.units import dm2_to_solver_m2


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    variables = supply.variables
    for offer in supply.case.offers:
        if not offer.fixed:
            chosen, area = variables.choose[offer.id], variables.area[offer.id]
            yield f"area.least.{offer.id}", area >= dm2_to_solver_m2(offer.lo_gross_dm2) * chosen
            yield f"area.greatest.{offer.id}", area <= dm2_to_solver_m2(offer.hi_gross_dm2) * chosen
            if offer.id in variables.whole_net:
                gross, net = variables.whole_gross[offer.id], variables.whole_net[offer.id]
                site = next(s for s in supply.case.scenario.sites if s.id == offer.site)
                yield f"area.whole.{offer.id}", area - dm2_to_solver_m2(1) * gross == 0
                yield f"area.net.{offer.id}", (site.gross_area_dm2 or 1) * net - (site.net_area_dm2 or 1) * gross <= 0
    standards = {s.cohort: s for s in supply.case.scenario.pack.standards}
    for (cluster, cohort, t), serve in variables.serve.items():
        place, standard, day = supply.case.places[cluster], standards[cohort], supply.case.checkpoints[t]
        offers = [o for o in supply.offers(cluster, day) if cohort in o.serves]
        name = f"{cluster}.{cohort}.{t}"
        main = lpSum(variables.choose[o.id] for o in offers if o.site == place.main)
        yield f"area.cluster_main.{name}", serve <= main
        if (cluster, cohort, t) in variables.pooled:
            pooled = variables.pooled[cluster, cohort, t]
            most = dm2_to_solver_m2(sum(o.hi_dm2 for o in offers))
            yield f"area.cluster_pooled.{name}", pooled - supply.area(cluster, cohort, t) <= 0
            yield f"area.cluster_serves.{name}", pooled - most * serve <= 0
        yield from _bounds(supply, place, standard, offers, name, Expr([(serve, 1.0)]))


def _bounds(supply: Supply, place: Place, standard: Standard, offers: list[Offer], name: str, serve: Expr) -> Iterator[Row]:
    least, most = place_limits_dm2(standard.place)
    rule = supply.case.scenario.pack.cluster
    if least is not None and rule is not None and rule.minimum_on == "each_room":
        for offer in offers:
            if _tested_dm2(supply, standard, offer) < least:
                yield f"area.cluster_room.{name}.{offer.id}", serve + supply.variables.choose[offer.id] <= 1
    total = lpSum(_tested(supply, standard, offer) for offer in offers)
    if least is not None:
        yield f"area.cluster_least.{name}", total >= dm2_to_solver_m2(least) * serve
    if most is not None:
        slack = dm2_to_solver_m2(max(0, sum(o.hi_gross_dm2 for o in offers) - most))
        yield f"area.cluster_greatest.{name}", total + slack * serve <= dm2_to_solver_m2(most) + slack


def _ratio(supply: Supply, standard: Standard, offer: Offer) -> Fraction:
    site = next(s for s in supply.case.scenario.sites if s.id == offer.site)
    if standard.place.basis == "gross" or not site.gross_area_dm2 or site.net_area_dm2 is None:
        return Fraction(1)
    return Fraction(site.net_area_dm2, site.gross_area_dm2)


def _tested_dm2(supply: Supply, standard: Standard, offer: Offer) -> int:
    return int(offer.hi_gross_dm2 * _ratio(supply, standard, offer))


def _tested(supply: Supply, standard: Standard, offer: Offer) -> Expr:
    """Return the area tested, m²: gross, or net rounded down to the dm² (a decided net area gives up one dm²)."""
    if offer.fixed:
        return dm2_to_solver_m2(_tested_dm2(supply, standard, offer)) * supply.variables.choose[offer.id]
    ratio = _ratio(supply, standard, offer)
    loss = 0.0 if ratio == 1 else 0.01
    return float(ratio) * supply.variables.area_of(offer) - loss * supply.variables.choose[offer.id]
