"""Reach: which places an estate may use, in the words of its standard."""

from __future__ import annotations

from collections.abc import Iterable

from siteplanner.audit.estates import Standing
from siteplanner.audit.places import Place
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import Standard
from siteplanner.scenario.schema import Estate, Premises, Site


def walk_s(reading: Reading, estate: str, place: Place) -> int | None:
    """Return the walk from an estate to a place in seconds, the longest of its doors; None where one is not in the table."""
    times = [reading.pairs.seconds(estate, door.id) for door in place.doors]
    known = [time for time in times if time is not None]
    return max(known) if known and len(known) == len(times) else None


def within(reading: Reading, standing: Standing, standard: Standard, place: Place) -> bool:
    """Return whether every door of a place is within an estate's reach."""
    if standard.reach.mode == "walk":
        walk = walk_s(reading, standing.estate.id, place)
        return walk is not None and (standing.limit_s is None or walk <= standing.limit_s)
    return all(_beside(reading, standing.estate, standard, door) for door in place.doors)


def places_within(reading: Reading, standing: Standing, standard: Standard) -> tuple[Place, ...]:
    """Return the places within an estate's reach, in the order of the reading's places."""
    key = (standing.estate.id, standard.cohort)
    if key not in reading.reached:
        places: Iterable[Place] = reading.places.values()
        if standard.reach.mode == "walk":
            listed = reading.pairs.listed(standing.estate.id)
            places = [place for place in places if place.doors and place.doors[0].id in listed]
        reading.reached[key] = tuple(place for place in places if within(reading, standing, standard, place))
    return reading.reached[key]


def _beside(reading: Reading, estate: Estate, standard: Standard, door: Site | Premises) -> bool:
    mode = standard.reach.mode
    if mode == "own_estate":
        return door.estate == estate.id
    if mode == "community":
        return bool(estate.community) and (door.township, door.community) == (estate.township, estate.community)
    if mode == "township":
        return door.township == estate.township
    return door.estate == estate.id or door.estate in reading.beside[estate.id]


def circle(reading: Reading, standing: Standing, standard: Standard) -> list[Standing]:
    """Return the estates of the same cohort in the same reach that must have something, the estate itself included."""
    peers = [other for other, theirs in reading.bound if theirs.cohort == standard.cohort]
    return [other for other in peers if other is standing or _near(reading, standing, standard, other)]


def _near(reading: Reading, standing: Standing, standard: Standard, other: Standing) -> bool:
    here, there, mode = standing.estate, other.estate, standard.reach.mode
    if mode == "walk":
        walk = reading.pairs.again(here.id, there.id)
        return walk is not None and (standing.limit_s is None or walk[0] <= standing.limit_s)
    if mode == "community":
        return bool(here.community) and (here.township, here.community) == (there.township, there.community)
    if mode == "township":
        return here.township == there.township
    return mode == "village" and there.id in reading.beside[here.id]


def describe(standing: Standing, standard: Standard) -> str:
    """Return what reach demands, as a language-neutral fact: seconds, or the mode's name."""
    return f"{standing.limit_s} s" if standard.reach.mode == "walk" else standard.reach.mode


def reach_clause(standard: Standard) -> str:
    """Return the clause a place beyond reach breaks: that of the walking limit, else that of the reach."""
    reach = standard.reach
    return reach.limit.clause if reach.mode == "walk" and reach.limit else reach.clause
