"""Goals beyond single estates: facilities each town must have, shares to be done by a day, land for the people of a district."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from siteplanner.audit.arithmetic import ratio, share_up, square_metres, up
from siteplanner.audit.calendar import last_in_time
from siteplanner.audit.estates import Standing
from siteplanner.audit.places import Place, handed_back, townships
from siteplanner.audit.reading import Reading
from siteplanner.audit.requirement import served
from siteplanner.audit.sizes import meets_size
from siteplanner.policy.schema import LandTarget, Milestone, Standard, Tier

Counted = tuple[Standing, Standard]


def check(reading: Reading) -> None:
    """Test each tier over its towns, each milestone over its groups, and land where the law's reading makes it binding."""
    for tier in reading.pack.tiers:
        _tier(reading, tier)
    for milestone in reading.pack.milestones:
        _milestone(reading, milestone)
    if reading.pack.land and reading.pack.land.state == "enforced":
        _land(reading, reading.pack.land)


def _tier(reading: Reading, tier: Tier) -> None:
    day = last_in_time(tier.by.date, tier.by.day) if tier.by else reading.end
    in_scope = [s.estate for s in reading.standings.values() if s.status != "out_of_scope"]
    groups = sorted({"" if tier.per == "county" else str(getattr(estate, tier.per)) for estate in in_scope})
    for group in groups:
        found = [
            place
            for place in reading.places.values()
            if (tier.per == "county" or townships(place)[tier.per] == group) and _is_tier(place, tier, day)
        ]
        least = square_metres(int(tier.min.value * 100)) if tier.min else "-"
        facts = {"found": str(len(found)), "wanted": str(tier.count), "least": least, "day": day.isoformat()}
        ok = len(found) >= tier.count
        reading.docket.check(tier.clause, ok, "tier_missing", group or reading.scenario.settings.county, tier=tier.id, **facts)


def _is_tier(place: Place, tier: Tier, day: date) -> bool:
    typed = any(part.station_type == tier.station_type for part in place.standing(day))
    return typed and (tier.min is None or place.area(day, "gross") >= tier.min.value * 100)


def _milestone(reading: Reading, milestone: Milestone) -> None:
    day = last_in_time(milestone.date, milestone.day)
    groups: dict[str, list[Counted]] = defaultdict(list)
    for standing, standard in reading.counted:
        named = not milestone.townships or standing.estate.township in milestone.townships
        if standard.cohort in milestone.cohorts and named:
            groups["" if milestone.per == "county" else str(getattr(standing.estate, milestone.per))].append((standing, standard))
    by_credit = milestone.unit != "communities" or milestone.done_when == "all_estates"
    if by_credit and groups:
        reading.docket.check(milestone.clause, day in reading.plan.checkpoints, "checkpoint_missing", day.isoformat())
    for group, members in sorted(groups.items()):
        done, of = _progress(reading, milestone, members, day)
        wanted = share_up(milestone.share.value, of)
        facts = {"milestone": milestone.id, "done": str(done), "of": str(of), "wanted": str(wanted), "day": day.isoformat()}
        reading.docket.check(milestone.clause, done >= wanted, "milestone_short", group or reading.scenario.settings.county, **facts)


def _progress(reading: Reading, milestone: Milestone, members: list[Counted], day: date) -> tuple[int, int]:
    """Return how much of a group is done on `day`, and how much there is of it."""
    if milestone.unit == "communities":
        stations = _stations(reading, milestone, members, day)
        communities: dict[tuple[str, str], list[Counted]] = defaultdict(list)
        for standing, standard in members:
            communities[(standing.estate.township, standing.estate.community)].append((standing, standard))
        done = [key for key, estates in communities.items() if _community_done(reading, milestone, estates, day, key in stations)]
        return len(done), len(communities)
    weights = [(s.estate.dwellings if milestone.unit == "dwellings" else 1, _done(reading, s, std, day)) for s, std in members]
    return sum(weight for weight, ok in weights if ok), sum(weight for weight, _ in weights)


def _community_done(reading: Reading, milestone: Milestone, estates: list[Counted], day: date, station: bool) -> bool:
    """Return whether a community has the station, and the service of all its estates, that a milestone asks for."""
    if (milestone.done_when == "station" or milestone.operator_required) and not station:
        return False
    return milestone.done_when == "station" or all(_done(reading, standing, standard, day) for standing, standard in estates)


def _stations(reading: Reading, milestone: Milestone, members: list[Counted], day: date) -> set[tuple[str, str]]:
    """Return the communities with a ready place that qualifies for an estate of the group, run by professionals where asked."""
    standards = {standard.cohort: standard for _, standard in members}
    return {
        (townships(place)["township"], townships(place)["community"])
        for place in reading.places.values()
        if _is_station(reading, place, day)
        and (not milestone.operator_required or any(part.operator for part in place.standing(day)))
        and any(not meets_size(reading.pack, place, standard, day) for standard in standards.values())
    }


def _is_station(reading: Reading, place: Place, day: date) -> bool:
    """Return whether a place is a station: not a facility of a tier that does not count as its community's station."""
    above = {tier.station_type for tier in reading.pack.tiers if not tier.serves_community}
    return any(part.station_type not in above for part in place.standing(day))


def _done(reading: Reading, standing: Standing, standard: Standard, day: date) -> bool:
    """Return whether an estate is served on `day` by what may be credited to it; one that the law leaves as it is counts as done."""
    return standing.status == "left" or served(reading, standing, standard, day, lawful=True)


def _land(reading: Reading, rule: LandTarget) -> None:
    """Test that sites with a started option and premises kept hold the land each district's people ask for."""
    num, den = ratio(rule.value.value * 100)
    for district in sorted({s.estate.district for s in reading.standings.values() if s.status != "out_of_scope"}):
        people, per = ratio(rule.population[district]) if district in rule.population else (0, 1)
        wanted = up(num * people, den * per)
        held = _land_held(reading, district)
        facts = {"held": square_metres(held), "wanted": square_metres(wanted)}
        reading.docket.check(rule.clause, held >= wanted, "land_short", district or reading.scenario.settings.county, **facts)


def _land_held(reading: Reading, district: str) -> int:
    started = {item.site.id: item.site for item in reading.taken if item.row.start <= reading.end < handed_back(item)}
    held = sum(site.land_area_dm2 or 0 for site in started.values() if site.district == district)
    for room in reading.scenario.premises:
        own = [part for part in reading.places[room.id].parts if part.option == ""]
        if room.district == district and all(part.stands(reading.end) for part in own):
            held += room.land_area_dm2 or 0
    return held
