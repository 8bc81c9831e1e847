"""Offers: each option on each start day, cut into area bands inside which every rule answers alike, and priced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from siteplanner.case.case import Held, Offer, Place
from siteplanner.case.eligibility import starts_of
from siteplanner.case.places import case_basis, fits, is_small, takes_types
from siteplanner.money import earned_grants, lease_until, outlays, ready_date
from siteplanner.policy.rules import net_area_dm2, place_limits_dm2
from siteplanner.policy.schema import Standard
from siteplanner.roomtests import bites, excuse
from siteplanner.scenario.schema import Option, Scenario, Site
from siteplanner.units import ceil_div, m2_to_dm2


@dataclass(frozen=True, slots=True)
class Room:
    """An option with the site and place it belongs to, and the premises it adds to."""

    option: Option
    site: Site
    place: Place
    adds_to: Held | None

    def gross(self, area_dm2: int) -> int:
        """Return the gross area of the place when the option takes an area."""
        return area_dm2 + (self.adds_to.gross_dm2 if self.adds_to else 0)

    def net(self, area_dm2: int) -> int:
        """Return the net area of the place when the option takes an area."""
        own = net_area_dm2(area_dm2, self.site.gross_area_dm2, self.site.net_area_dm2)
        return own + (self.adds_to.net_dm2 if self.adds_to else 0)


def allowed_bounds(scenario: Scenario, room: Room) -> tuple[int, int]:
    """Return the option's bounds as far as the law's area rules for its type leave them; least > greatest if nothing is left."""
    low, high = bounds(room.option)
    shift = room.adds_to.gross_dm2 if room.adds_to else 0
    for rule in scenario.pack.room_rules:
        if rule.field == "area_m2" and rule.state == "enforced" and bites(rule, room.option):
            if excuse(rule, room.option, room.site):
                continue
            low = max(low, m2_to_dm2(rule.at_least.value) - shift) if rule.at_least else low
            high = min(high, m2_to_dm2(rule.at_most.value) - shift) if rule.at_most else high
    return low, high


def bounds(option: Option) -> tuple[int, int]:
    """Return the least and greatest area of an option, dm²."""
    if option.area_dm2 is not None:
        return option.area_dm2, option.area_dm2
    return option.area_min_dm2 or 0, option.area_max_dm2 or 0


def offers_of(scenario: Scenario, room: Room) -> Iterator[Offer]:
    """Yield the offers of one option."""
    low, high = allowed_bounds(scenario, room)
    if low > high:
        return
    cuts = sorted({low, *(cut for cut in _thresholds(scenario, room) if low < cut <= high), high + 1})
    for start in starts_of(scenario, room.option):
        for lo, after in pairwise(cuts):
            yield _offer(scenario, room, start, lo, after - 1)


def _offer(scenario: Scenario, room: Room, start: date, lo: int, hi: int) -> Offer:
    option, place, pack = room.option, room.place, scenario.pack
    ready = ready_date(pack, option, lo, start)
    in_cluster = place.kind == "cluster"
    serves = frozenset(s.cohort for s in pack.standards if option.kind in s.kinds and takes_types(s, option.station_type, room.adds_to))
    fitting = frozenset(s.cohort for s in pack.standards if fits(s, room.gross(lo), room.net(lo), room.site))
    qualifies = frozenset() if in_cluster else fitting
    per_cluster = in_cluster and pack.cluster is not None and pack.cluster.grants == "one_per_cluster"
    grants = earned_grants(scenario, option, room.site, room.gross(lo), ready)
    paid = () if per_cluster else grants
    net = case_basis(pack) == "net"
    lo_lines = outlays(scenario, option, lo, start) + paid
    return Offer(
        id=f"{option.id}@{start:%Y%m%d}" + ("" if bounds(option) == (lo, hi) else f"#{lo}"),
        option=option.id,
        site=option.site,
        place=place.id,
        township=room.site.township,
        start=start,
        ready=ready,
        until=lease_until(option, start) or date.max,
        lo_gross_dm2=lo,
        hi_gross_dm2=hi,
        lo_dm2=net_area_dm2(lo, room.site.gross_area_dm2, room.site.net_area_dm2) if net else lo,
        hi_dm2=net_area_dm2(hi, room.site.gross_area_dm2, room.site.net_area_dm2) if net else hi,
        qualifies=qualifies & serves,
        counts_for=(qualifies | (_small(scenario, room, lo) if room.adds_to else frozenset())) & serves,
        serves=serves,
        only_own=frozenset(s.cohort for s in pack.standards if option.kind in s.own_estate_kinds),
        stands_in=room.site.estate,
        gives_up=tuple(sorted(option.gives_up)),
        extends=option.extends,
        lo_lines=lo_lines,
        hi_lines=lo_lines if lo == hi else outlays(scenario, option, hi, start) + paid,
        grant_lines=grants if per_cluster else (),
        operator=option.operator,
        station_type=option.station_type,
    )


def _small(scenario: Scenario, room: Room, area_dm2: int) -> frozenset[str]:
    """Return the cohorts that count premises which stay below their minimum after an extension."""
    counted = [s for s in scenario.pack.standards if s.small_premises == "count"]
    return frozenset(s.cohort for s in counted if is_small(s, room.gross(area_dm2), room.net(area_dm2)))


def _thresholds(scenario: Scenario, room: Room) -> Iterator[int]:
    """Yield the areas of the option at which some rule starts to answer differently."""
    shift = room.adds_to.gross_dm2 if room.adds_to else 0
    if room.option.area_dm2 is not None:
        return
    for standard in scenario.pack.standards:
        yield from _place_cuts(standard, room)
    for permit in scenario.pack.permits:
        if room.option.works in permit.works:
            yield m2_to_dm2(permit.above.value) + 1
    for grant in scenario.pack.grants:
        for band in grant.by_area:
            for end, extra in ((band.above, 1), (band.from_, 0), (band.to, 1), (band.below, 0)):
                if end is not None:
                    yield m2_to_dm2(end.value) + extra - shift
    for tier in scenario.pack.tiers:
        if tier.min is not None:
            yield m2_to_dm2(tier.min.value) - shift


def _place_cuts(standard: Standard, room: Room) -> Iterator[int]:
    least, most = place_limits_dm2(standard.place)
    for limit in (least, None if most is None else most + 1):
        if limit is None:
            continue
        if standard.place.basis == "gross":
            yield limit - (room.adds_to.gross_dm2 if room.adds_to else 0)
        else:
            wanted = limit - (room.adds_to.net_dm2 if room.adds_to else 0)
            gross, net = room.site.gross_area_dm2, room.site.net_area_dm2
            yield wanted if not gross or net is None or not net else ceil_div(wanted * gross, net)


def rooms_of(scenario: Scenario, places: Mapping[str, Place], held: Mapping[str, Held]) -> Iterator[Room]:
    """Yield every option with its site, place and premises, by option id."""
    sites = {site.id: site for site in scenario.sites}
    owner = {member: place for place in places.values() for member in place.members}
    for option in sorted(scenario.options, key=lambda o: o.id):
        adds_to = held.get(option.extends) if option.extends else None
        place = places[option.extends] if option.extends else owner[option.site]
        yield Room(option, sites[option.site], place, adds_to)
