"""Choice and area: which options may be started together, where, when, how large, and what they give up."""

from __future__ import annotations

from collections import defaultdict

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.places import Taken, givers
from siteplanner.audit.reading import Reading
from siteplanner.scenario.earlier import Carried


def check(reading: Reading) -> None:
    """Test every chosen option by itself and beside the others."""
    _known(reading)
    _locked_in(reading)
    _one_each(reading)
    _given_up(reading)
    for item in reading.taken:
        _allowed(reading, item)
        _bounds(reading, item)
        _start(reading, item)


def _known(reading: Reading) -> None:
    known = {item.option.id for item in reading.taken}
    first = reading.pack.ways[0].clause
    seen: set[str] = set()
    for row in reading.plan.chosen:
        reading.docket.fault(first, row.option in known, "option_unknown", row.option)
        reading.docket.fault(first, row.option not in seen, "option_doubled", row.option)
        seen.add(row.option)


def _locked_in(reading: Reading) -> None:
    chosen = {item.option.id for item in reading.taken}
    first = reading.pack.ways[0].clause
    for option in reading.scenario.options:
        if option.lock == "in":
            way = next((w.clause for w in reading.pack.ways if w.kind == option.kind), first)
            reading.docket.fault(way, option.id in chosen, "locked_in_missing", option.id, site=option.site)


def _one_each(reading: Reading) -> None:
    by_site: dict[str, list[Taken]] = defaultdict(list)
    by_group: dict[str, set[str]] = defaultdict(set)
    for item in reading.taken:
        by_site[item.site.id].append(item)
        if item.site.building_group:
            by_group[item.site.building_group].add(item.site.id)
    for site, items in sorted(by_site.items()):
        names = ", ".join(item.option.id for item in items)
        reading.docket.fault(reading.way(items[0]), len(items) == 1, "site_taken_twice", site, options=names)
    for group, sites in sorted(by_group.items()):
        first = by_site[min(sites)][0]
        reading.docket.fault(reading.way(first), len(sites) == 1, "group_taken_twice", group, sites=", ".join(sorted(sites)))


def _given_up(reading: Reading) -> None:
    rooms = {room.id for room in reading.scenario.premises}
    extended = {item.option.extends: item.option.id for item in reading.taken if item.option.extends}
    for room, items in sorted(givers(reading.taken).items()):
        names = ", ".join(item.option.id for item in items)
        clause = reading.way(items[0])
        reading.docket.fault(clause, room in rooms, "premises_unknown", room, option=names)
        reading.docket.fault(clause, len(items) == 1, "given_up_twice", room, options=names)
        reading.docket.fault(clause, room not in extended, "given_up_extended", room, options=f"{names}, {extended.get(room, '')}")


def _allowed(reading: Reading, item: Taken) -> None:
    option, docket, clause = item.option, reading.docket, reading.way(item)
    settings = reading.scenario.settings
    docket.fault(clause, option.lock != "out", "locked_out", option.id)
    # What is done or committed stands, whatever the office would choose today.
    stands = _fixed(reading, option.id) is not None
    docket.fault(clause, item.site.available or stands, "not_available", option.id, site=item.site.id)
    wanted = settings.only_kinds is None or option.kind in settings.only_kinds or stands
    docket.fault(clause, wanted, "kind_not_wanted", option.id, kind=option.kind)
    lawful = any(way.kind == option.kind and option.works in way.works for way in reading.pack.ways)
    docket.check(clause, lawful, "way_not_in_law", option.id, kind=option.kind, works=option.works)


def _bounds(reading: Reading, item: Taken) -> None:
    option, area = item.option, item.row.area_dm2
    if option.area_dm2 is not None:
        least = most = option.area_dm2
    elif option.area_min_dm2 is None and option.area_max_dm2 is None:
        least = most = item.site.gross_area_dm2 or 0
    else:
        least = option.area_min_dm2 or 0
        most = option.area_max_dm2 if option.area_max_dm2 is not None else max(least, item.site.gross_area_dm2 or 0)
    facts = {"area": square_metres(area), "least": square_metres(least), "most": square_metres(most)}
    reading.docket.fault(reading.way(item), least <= area <= most, "area_out_of_bounds", option.id, **facts)


def _start(reading: Reading, item: Taken) -> None:
    settings, option, start = reading.scenario.settings, item.option, item.row.start
    fixed = _fixed(reading, option.id)
    periods = (fixed.start,) if fixed and fixed.start else settings.periods or (settings.base_date,)
    allowed = ", ".join(day.isoformat() for day in periods)
    clause = reading.way(item)
    reading.docket.fault(clause, start in periods, "start_not_a_period", option.id, start=start.isoformat(), periods=allowed)
    if option.first_start is not None:
        reading.docket.fault(
            clause, start >= option.first_start, "start_too_early", option.id, start=start.isoformat(), first=option.first_start.isoformat()
        )


def _fixed(reading: Reading, option: str) -> Carried | None:
    """Return how an option stands that an earlier plan has done or committed."""
    row = reading.scenario.carried().get(option)
    return row if row is not None and row.fixed else None
