"""Family 1, choice.

Σ_{offers of site j} choose ≤ 1;  Σ_{offers of building group g} choose ≤ 1;  locked in: Σ choose = 1;
Σ_{offers giving up e} choose + Σ_{offers extending e} choose ≤ 1;  choose(room of cluster) ≤ choose(main room).

In words: at most one way of getting a site (and of a building group) is started, once; premises are given up or
extended, not both; rooms apart come only with their main room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pulp import LpConstraint, lpSum

from siteplanner.case.case import Offer
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr

Row = tuple[str, LpConstraint]


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    case, choose = supply.case, supply.variables.choose
    by_site: dict[str, list[Offer]] = {}
    for offer in case.offers:
        by_site.setdefault(offer.site, []).append(offer)
    locked = {o.id for o in case.scenario.options if o.lock == "in"}

    def total(offers: Iterable[Offer]) -> Expr:
        return lpSum(choose[o.id] for o in offers)

    for name, offers in _exclusive(supply, by_site):
        yield f"choice.{name}", total(offers) <= 1
    for option in sorted(locked):
        yield f"choice.locked_in.{option}", total(o for o in case.offers if o.option == option) >= 1
    for place in case.places.values():
        for room in place.members if place.kind == "cluster" else ():
            if room != place.main and room in by_site:
                yield f"choice.main_room.{room}", total(by_site[room]) - total(by_site.get(place.main, ())) <= 0


def _exclusive(supply: Supply, by_site: dict[str, list[Offer]]) -> Iterator[tuple[str, list[Offer]]]:
    """Yield the sets of offers of which at most one is started."""
    sets = {f"site.{site}": offers for site, offers in by_site.items()}
    for number, group in enumerate(supply.case.groups):
        sets[f"group.{number}"] = [o for site in group for o in by_site.get(site, ())]
    extenders = _extenders(supply.case.offers)
    for premises in sorted({*supply.givers, *extenders}):
        sets[f"premises.{premises}"] = [*supply.givers.get(premises, ()), *extenders.get(premises, ())]
    for name, offers in sets.items():
        if len(offers) > 1:
            yield name, offers


def _extenders(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    found: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.extends:
            found.setdefault(offer.extends, []).append(offer)
    return found
