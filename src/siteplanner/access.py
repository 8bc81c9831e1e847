"""Who can walk where: for each estate the usable places in its circle, and how long a walk would reach one where there is none."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from siteplanner.case.case import Case, Need, Offer, Place
from siteplanner.case.demand import walk_limit_s
from siteplanner.case.walking import find_walks, place_walk
from siteplanner.units import SECONDS_PER_MINUTE
from siteplanner.walked import AccessRecord


def access_of(case: Case) -> tuple[AccessRecord, ...]:
    """Return the access of every estate that must be served on foot, by id.

    A place is usable by an estate where an eligible option, or premises that count, meet the place rule of its cohort; a
    lawful cluster is, since it is tested on its sum.
    """
    needs = [(need, limit) for need in case.needs if need.status == "due" and (limit := walk_limit_s(case.scenario, need)) is not None]
    usable = {need.id: _usable(case, need) for need, _ in needs}
    within = {need.id: [place for place in case.reach[need.id] if place in usable[need.id]] for need, _ in needs}
    far = _any_distance(case, [need for need, _ in needs if not within[need.id]])
    found = []
    for need, limit in needs:
        walks = {place: case.reach[need.id][place] for place in within[need.id]} or far[need.id]
        known = {place: seconds for place, seconds in walks.items() if seconds is not None and place in usable[need.id]}
        place = min(known, key=lambda key: (known[key], key), default="")
        walk = known.get(place)
        minutes = None if walk is None else math.ceil(walk / SECONDS_PER_MINUTE)
        found.append(AccessRecord(estate=need.id, limit_s=limit, places=len(within[need.id]), place=place, walk_s=walk, minutes=minutes))
    return tuple(found)


def _any_distance(case: Case, needs: list[Need]) -> Mapping[str, Mapping[str, int]]:
    """Return the walks of some estates to every place, however long."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if not needs:
        return found
    few = case.scenario.model_copy(update={"estates": tuple(need.estate for need in needs)})
    walks = find_walks(few, math.inf, estate_pairs=False).seconds
    every_room = case.scenario.pack.cluster is not None and case.scenario.pack.cluster.circle_to == "every_room"
    for need in needs:
        for place in case.places.values():
            seconds = place_walk(walks, need.id, place.main, place.members, every_room)
            if seconds is not None:
                found[need.id][place.id] = seconds
    return found


def _usable(case: Case, need: Need) -> set[str]:
    """Return the places at which an eligible option or counted premises meet the place rule for an estate, however far away."""
    offers = [offer for offer in case.offers if offer.may_serve(need)]
    offered = {offer.place for offer in offers if need.cohort in offer.qualifies or _apart(case.places[offer.place], need, offer)}
    return offered | {room.place for room in case.held.values() if need.cohort in room.qualifies}


def _apart(place: Place, need: Need, offer: Offer) -> bool:
    """Return whether a room of a lawful cluster may serve an estate: the rule is tested on the cluster's sum."""
    return place.kind == "cluster" and place.lawful and need.cohort in offer.serves
