"""Family 6, tier.

For each town (district, county) g:  Σ_{offers in g of the type, area ≥ least} choose + Σ premises alike ≥ count.

In words: each town has its centre of at least the stated area, and the like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pulp import lpSum

from siteplanner.case.case import Case, Place
from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.policy.rules import last_day, limit_dm2
from siteplanner.policy.schema import Tier


def territories(case: Case, tier: Tier) -> list[str]:
    """Return the towns, districts or the county that need the tier: those with an estate in the denominators."""
    of = territory_of(tier)
    return sorted({of(need.estate.township, need.estate.district) for need in case.needs if need.counts})


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
            for held in case.held.values():
                place = case.places[held.place]
                fit = held.station_type == tier.station_type and held.gross_dm2 >= least and held.ready <= day
                if fit and here(place, territory):
                    count += 1 - supply.gone(held.id, day)
            count += lpSum(
                supply.variables.choose[o.id]
                for o in case.offers
                if o.station_type == tier.station_type
                and o.lo_gross_dm2 >= least
                and o.stands(day)
                and here(case.places[o.place], territory)
            )
            yield f"tier.{tier.id}.{number}", count >= tier.count
