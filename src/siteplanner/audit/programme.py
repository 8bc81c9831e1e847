"""Tiers and milestones: the centre every town must have, and the shares to be done by a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from siteplanner.audit.arithmetic import share_up, square_metres
from siteplanner.audit.calendar import horizon_end, last_in_time
from siteplanner.audit.estates import Standing
from siteplanner.audit.places import Place, meets_size, townships
from siteplanner.audit.reading import Reading
from siteplanner.audit.requirement import served
from siteplanner.policy.schema import Milestone, Standard, Tier

Bound = tuple[Standing, Standard]


def check(reading: Reading) -> None:
    """Test each tier over its towns and each milestone over its groups."""
    for tier in reading.pack.tiers:
        _tier(reading, tier)
    for milestone in reading.pack.milestones:
        _milestone(reading, milestone)


def _tier(reading: Reading, tier: Tier) -> None:
    day = horizon_end(reading.scenario.settings.finance)
    in_scope = [s.estate for s in reading.standings.values() if s.status != "out_of_scope"]
    groups = sorted({"" if tier.per == "county" else str(getattr(estate, tier.per)) for estate in in_scope})
    for group in groups:
        found = [
            place
            for place in reading.places.values()
            if (tier.per == "county" or townships(place)[tier.per] == group) and _is_tier(place, tier, day)
        ]
        least = square_metres(int(tier.min.value * 100)) if tier.min else "-"
        facts = {"found": str(len(found)), "wanted": str(tier.count), "least": least}
        ok = len(found) >= tier.count
        reading.docket.check(tier.clause, ok, "tier_missing", group or reading.scenario.settings.county, tier=tier.id, **facts)


def _is_tier(place: Place, tier: Tier, day: date) -> bool:
    typed = any(part.station_type == tier.station_type for part in place.standing(day))
    return typed and (tier.min is None or place.area(day, "gross") >= tier.min.value * 100)


def _milestone(reading: Reading, milestone: Milestone) -> None:
    day = last_in_time(milestone.date, milestone.day)
    groups: dict[str, list[Bound]] = defaultdict(list)
    for standing, standard in reading.bound:
        if standard.cohort in milestone.cohorts:
            groups["" if milestone.per == "county" else str(getattr(standing.estate, milestone.per))].append((standing, standard))
    by_credit = milestone.unit != "communities" or milestone.done_when == "all_estates"
    if by_credit and groups:
        reading.docket.check(milestone.clause, day in reading.plan.checkpoints, "checkpoint_missing", day.isoformat())
    for group, members in sorted(groups.items()):
        done, of = _progress(reading, milestone, members, day)
        wanted = share_up(milestone.share.value, of)
        facts = {"milestone": milestone.id, "done": str(done), "of": str(of), "wanted": str(wanted), "day": day.isoformat()}
        reading.docket.check(milestone.clause, done >= wanted, "milestone_short", group or reading.scenario.settings.county, **facts)


def _progress(reading: Reading, milestone: Milestone, members: list[Bound], day: date) -> tuple[int, int]:
    """Return how much of a group is done on `day`, and how much there is of it."""
    if milestone.unit == "communities":
        communities: dict[tuple[str, str], list[Bound]] = defaultdict(list)
        for standing, standard in members:
            communities[(standing.estate.township, standing.estate.community)].append((standing, standard))
        done = [key for key, estates in communities.items() if _community_done(reading, milestone, key, estates, day)]
        return len(done), len(communities)
    weights = [(s.estate.dwellings if milestone.unit == "dwellings" else 1, _done(reading, milestone, s, std, day)) for s, std in members]
    return sum(weight for weight, ok in weights if ok), sum(weight for weight, _ in weights)


def _community_done(reading: Reading, milestone: Milestone, community: tuple[str, str], estates: list[Bound], day: date) -> bool:
    if milestone.done_when == "all_estates":
        return all(_done(reading, milestone, standing, standard, day) for standing, standard in estates)
    standards = {standard.cohort: standard for _, standard in estates}
    return any(
        (townships(place)["township"], townships(place)["community"]) == community
        and _is_station(reading, place, day)
        and (not milestone.operator_required or _operated(place, day))
        and any(not meets_size(reading.pack, place, standard, day) for standard in standards.values())
        for place in reading.places.values()
    )


def _is_station(reading: Reading, place: Place, day: date) -> bool:
    """Return whether a place is a station: not a facility of a tier that does not count as its community's station."""
    above = {tier.station_type for tier in reading.pack.tiers if not tier.serves_community}
    return any(part.station_type not in above for part in place.standing(day))


def _operated(place: Place, day: date) -> bool:
    return all(part.operator for part in place.standing(day))


def _done(reading: Reading, milestone: Milestone, standing: Standing, standard: Standard, day: date) -> bool:
    """Return whether an estate is served, where the law asks so by places that a professional organisation runs."""
    if not served(reading, standing, standard, day):
        return False
    if not milestone.operator_required:
        return True
    serving = {credit.place for credit in reading.credits.get((day, standing.estate.id), ())}
    return all(name in reading.places and _operated(reading.places[name], day) for name in serving)
