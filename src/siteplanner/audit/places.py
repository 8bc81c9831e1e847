"""Places: what stands where on a given day, how large it is, and for whom it counts.

A place is a site, a cluster of sites, or premises with the options that extend them. Everything is recomputed from
the scenario and the chosen options' areas and starts; nothing is taken from the plan's own list of places.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from siteplanner.plan import Chosen, Plan
from siteplanner.policy.schema import Basis, Kind, PolicyPack, PremisesKind, Standard
from siteplanner.scenario.schema import Option, Premises, Scenario, Site


@dataclass(frozen=True, slots=True)
class Taken:
    """A chosen option beside its rows in the scenario; ``ready`` is worked out here, not read from the plan."""

    row: Chosen
    option: Option
    site: Site
    place: str
    net_dm2: int
    ready: date


@dataclass(frozen=True, slots=True)
class Part:
    """A room of a place: areas in dm², the first day it counts, the first day it no longer does.

    ``option`` and ``kind`` are empty for premises; ``estate`` is where the room stands.
    """

    gross_dm2: int
    net_dm2: int
    ready: date
    until: date
    spot: str
    kind: Kind | None
    option: str
    station_type: str
    operator: bool
    estate: str | None

    def stands(self, day: date) -> bool:
        """Return whether the room counts on `day`."""
        return self.ready <= day < self.until

    def area(self, basis: Basis) -> int:
        """Return the area in dm² on a basis."""
        return self.gross_dm2 if basis == "gross" else self.net_dm2

    def taken_by(self, standard: Standard) -> bool:
        """Return whether a standard takes rooms of this kind and type; a row that states no type passes."""
        typed = standard.station_types is None or not self.station_type or self.station_type in standard.station_types
        return typed and (self.kind is None or self.kind in standard.kinds)

    def open_to(self, standard: Standard, estate: str) -> bool:
        """Return whether the room may serve an estate: some kinds serve only the estate they stand in."""
        return self.kind not in standard.own_estate_kinds or self.estate == estate


@dataclass(frozen=True, slots=True)
class Place:
    """A place and its rooms. ``doors`` are the sites or premises that walks and reach are measured to.

    ``approval`` is the consent to rooms apart, as it stands on the main room's row; ``main`` is the site, or a cluster's main one.
    """

    id: str
    kind: Literal["site", "cluster", "premises"]
    parts: tuple[Part, ...]
    doors: tuple[Site | Premises, ...]
    premises: Premises | None = None
    approval: str = ""
    main: Site | None = None

    def standing(self, day: date, standard: Standard | None = None, estate: str | None = None) -> tuple[Part, ...]:
        """Return the rooms that count on `day`: for a standard only those it takes, for an estate only those open to it."""
        return tuple(
            part
            for part in self.parts
            if part.stands(day)
            and (standard is None or part.taken_by(standard))
            and (standard is None or estate is None or part.open_to(standard, estate))
        )

    def area(self, day: date, basis: Basis, standard: Standard | None = None, estate: str | None = None) -> int:
        """Return the area in dm² on `day`, of the rooms that count for a standard and an estate."""
        return sum(part.area(basis) for part in self.standing(day, standard, estate))

    def whole_dm2(self) -> int:
        """Return the gross area in dm² when every room is ready and what is given up is gone."""
        return sum(part.gross_dm2 for part in self.rooms())

    def rooms(self) -> tuple[Part, ...]:
        """Return the rooms of the plan as it is recorded: all that options open, leases that end included, and premises that stay."""
        return tuple(part for part in self.parts if part.option or part.until == date.max)


def taken(scenario: Scenario, plan: Plan) -> tuple[Taken, ...]:
    """Return the chosen options that the scenario knows, in the plan's order, the first of each id only."""
    options = {option.id: option for option in scenario.options}
    sites = {site.id: site for site in scenario.sites}
    rows = {row.option: row for row in reversed(plan.chosen)}
    found = []
    for row in sorted(rows.values(), key=lambda r: r.option):
        option = options.get(row.option)
        if option is None or option.site not in sites:
            continue
        site = sites[option.site]
        days = option.lead_days + permit_days(scenario.pack, option, row.area_dm2)
        ready = row.start + timedelta(days=days)
        found.append(Taken(row, option, site, place_id(scenario.pack, option, site), net_of(site, row.area_dm2), ready))
    return tuple(found)


def place_id(pack: PolicyPack, option: Option, site: Site) -> str:
    """Return the place an option adds to: the premises it extends, its cluster, or its site."""
    if option.extends:
        return option.extends
    return site.cluster if pack.cluster and site.cluster else site.id


def permit_days(pack: PolicyPack, option: Option, area_dm2: int) -> int:
    """Return the days of extra paperwork for an option's works at a gross area in dm²."""
    return sum(p.days for p in pack.permits if option.works in p.works and area_dm2 > p.above.value * 100)


def net_of(site: Site, area_dm2: int) -> int:
    """Return the net area of a gross area at the site's own net to gross ratio, rounded down; gross where it states none."""
    if not site.gross_area_dm2 or site.net_area_dm2 is None:
        return area_dm2
    return area_dm2 * site.net_area_dm2 // site.gross_area_dm2


def counted(room: Premises, kind: PremisesKind) -> tuple[int, int]:
    """Return the gross and net dm² of premises that count: all of it, what is set aside for the old, or nothing."""
    if kind.area == "none":
        return 0, 0
    whole_net = room.area_dm2 if room.net_area_dm2 is None else room.net_area_dm2
    if kind.area == "whole":
        return room.area_dm2, whole_net
    aside = min(room.set_aside_dm2 or 0, room.area_dm2)
    return aside, aside * whole_net // room.area_dm2 if room.area_dm2 else 0


def givers(chosen: Iterable[Taken]) -> dict[str, list[Taken]]:
    """Return the options that give up premises, by premises id, earliest start first."""
    found: dict[str, list[Taken]] = {}
    for item in sorted(chosen, key=lambda t: (t.row.start, t.option.id)):
        for room in item.option.gives_up:
            found.setdefault(room, []).append(item)
    return found


def places(scenario: Scenario, chosen: tuple[Taken, ...]) -> dict[str, Place]:
    """Return every place of the plan by id: premises whose kind counts, and what the chosen options open."""
    gone = givers(chosen)
    kinds = {kind.id: kind for kind in scenario.pack.premises_kinds}
    rooms: dict[str, list[Taken]] = {}
    for item in chosen:
        rooms.setdefault(item.place, []).append(item)
    found = {
        room.id: _held(scenario, room, kinds.get(room.kind), rooms.pop(room.id, []), gone.get(room.id, [])) for room in scenario.premises
    }
    for place, items in rooms.items():
        found[place] = _opened(scenario, place, items)
    return dict(sorted(found.items()))


def _held(scenario: Scenario, room: Premises, kind: PremisesKind | None, added: list[Taken], givers_of: list[Taken]) -> Place:
    gross, net = counted(room, kind) if kind else (0, 0)
    ready = scenario.settings.base_date if room.status == "in_use" else room.ready_date or date.max
    until = givers_of[0].row.start if givers_of else date.max
    own = Part(gross, net, ready, until, room.id, None, "", room.station_type, room.operator, room.estate)
    # What is added to a room counts only with the room: not before the room itself is there.
    more = [replace(part, ready=max(part.ready, ready)) for part in map(_part, added)]
    return Place(room.id, "premises", (own, *more) if kind else tuple(more), (room,), room)


def _opened(scenario: Scenario, place: str, items: list[Taken]) -> Place:
    rule = scenario.pack.cluster
    if rule is None or items[0].site.cluster != place:
        return Place(place, "site", tuple(_part(item) for item in items), (items[0].site,), main=items[0].site)
    rooms = [site for site in scenario.sites if site.cluster == place]
    main = [site for site in rooms if site.cluster_main]
    taken_up = tuple({item.site.id: item.site for item in items}.values())
    doors = taken_up if rule.circle_to == "every_room" or not main else tuple(main[:1])
    approval = main[0].cluster_approval if main else ""
    return Place(place, "cluster", tuple(_part(item) for item in items), doors, approval=approval, main=main[0] if main else None)


def _part(item: Taken) -> Part:
    option, site = item.option, item.site
    return Part(
        gross_dm2=item.row.area_dm2,
        net_dm2=item.net_dm2,
        ready=item.ready,
        until=handed_back(item),
        spot=site.id,
        kind=option.kind,
        option=option.id,
        station_type=option.station_type,
        operator=option.operator,
        estate=site.estate,
    )


def handed_back(item: Taken) -> date:
    """Return the first day a leased room is no longer there; never, where the lease is renewed or the room is no lease.

    From 29 February on, a year without that day ends on the last of the month.
    """
    start, years = item.row.start, item.option.term_years
    if item.option.lease_end != "end" or years is None:
        return date.max
    leap_day = (start.month, start.day) == (2, 29)
    if leap_day and monthrange(start.year + years, 2)[1] == 28:
        return date(start.year + years, 3, 1)
    return date(start.year + years, start.month, start.day)


def townships(place: Place) -> Mapping[str, str]:
    """Return where a place stands: township, district and community of its first door."""
    door = place.doors[0]
    return {"township": door.township, "district": door.district, "community": door.community}
