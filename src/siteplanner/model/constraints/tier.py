"""Family 6, tier.

For each town (district, county) g:  Σ_{offers in g that make a place of the type, area ≥ least} choose + Σ premises alike ≥ count.

In words: each town has its centre of at least the stated area, and the like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from siteplanner.case.case import Case, Place
from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.policy.rules import last_day, limit_dm2
from siteplanner.policy.schema import Tier


def territories(case: Case, tier: Tier) -> list[str]:
    """Return the towns, districts or the county that need the tier: those with an estate in scope."""
    of = territory_of(tier)
    return sorted({of(need.estate.township, need.estate.district) for need in case.needs if need.status != "out_of_scope"})


def territory_of(tier: Tier) -> Callable[[str, str], str]:
    """Return the function from (township, district) to the tier's territory."""
    return {"township": lambda t, d: t, "district": lambda t, d: d, "county": lambda t, d: ""}[tier.per]


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family, each at its own date (default: the last checkpoint)."""
    case = supply.case
    for tier in case.scenario.pack.tiers:
        day = last_day(tier.by) if tier.by is not None else case.checkpoints[-1]
        of, least = territory_of(tier), limit_dm2(tier.min) or 0

        def here(place: Place, territory: str, of: Callable[[str, str], str] = of) -> bool:
            return of(place.township, place.district) == territory

        for number, territory in enumerate(territories(case, tier)):
            count = Expr()
            for place in case.places.values():
                if here(place, territory):
                    count += _places(supply, tier, place.id, day, least)
            yield f"tier.{tier.id}.{number}", count >= tier.count


def _places(supply: Supply, tier: Tier, place: str, day: date, least: int) -> Expr:
    """Return 1 where the place is such a facility on a day: of the type by premises or option, large enough by both."""
    held, count = supply.held(place, day), Expr()
    alone = held is not None and held.station_type == tier.station_type and held.gross_dm2 >= least
    if alone:
        count += 1 - supply.gone(place, day)
    for offer in supply.offers(place, day):
        typed = tier.station_type in (offer.station_type, held.station_type if held else "")
        large = offer.lo_gross_dm2 + (held.gross_dm2 if held else 0) >= least
        count += ((typed and large) - alone) * supply.variables.choose[offer.id]
    return count
