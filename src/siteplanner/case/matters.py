"""Whether an option can still matter to any rule: an estate in reach that must be served, a tier, a milestone, the land target."""

from __future__ import annotations

from siteplanner.case.case import Case, Offer


def places_in_reach(case: Case) -> frozenset[str]:
    """Return the places within reach of an estate that must have something."""
    return frozenset(place for need in case.needs if need.status == "due" for place in case.reach.get(need.id, {}))


def mattering(case: Case) -> frozenset[str]:
    """Return the options of which some offer can count for an estate, a tier, a milestone of communities or the land target."""
    near, pack = places_in_reach(case), case.scenario.pack
    if pack.land is not None and pack.land.state == "enforced":
        return frozenset(offer.option for offer in case.offers)
    types = {tier.station_type for tier in pack.tiers}
    stations = any(milestone.unit == "communities" for milestone in pack.milestones)

    def counts(offer: Offer) -> bool:
        return stations or offer.place in near or offer.station_type in types

    return frozenset(offer.option for offer in case.offers if counts(offer))
