"""The case lines and boundaries of Wenzhou and Weihai, at, below and above, in plans of a few estates, villages or communities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from support.small import County, Digest, estate, held, outcome, planned, room

WZ, WH = "wenzhou-2023", "weihai-2019"
FROM = date(2023, 10, 1)
ELSEWHERE = {"district": "环翠区", "operator": "yes", "community": "无小区社区"}
COUNTY_CENTRE = held("PC", "county_centre", 2000, station_type="county_centre", **ELSEWHERE)
TOWN_CENTRE = held("PT", "town_centre", 1000, station_type="town_centre", **ELSEWHERE)


def pingyang(estates: Sequence[Mapping[str, str]], *rooms: Mapping[str, str], walk_s: int = 300) -> Digest:
    """Return the plan of a county under Wenzhou's opinions, every room the same walk from every estate."""
    walks = {(row["estate"], spot["site"]): walk_s for row in estates for spot in rooms}
    return outcome(County(WZ, [dict(row) for row in estates], [dict(spot) for spot in rooms], walks=walks))


def internal(key: str, gross: str, net: str, **cells: Any) -> dict[str, str]:
    """Return a room with gross and net area."""
    return room(key, gross, gross_area_m2=gross, net_area_m2=net, **cells)


def ready(day: str) -> int:
    """Return the lead time of a room that starts on the base date and is ready on a day."""
    return (date.fromisoformat(day) - FROM).days


@pytest.mark.parametrize(
    ("floor_m2", "dwellings", "needed"),
    [
        (120_000, 1000, "300"),
        (150_000, 1000, "300"),
        (150_050, 1000, "300.1"),
        (120_000, 999, "299.7"),
        (120_000, 1001, "300.3"),
        (120_000, 800, "240"),
    ],
)
def test_the_largest_test_of_a_new_estate_counts(floor_m2: int, dwellings: int, needed: str) -> None:
    """0.2 % of floor area or 30 m² per 100 households, whichever is more: 240 and 300 make 300."""
    row = estate("E", dwellings, cohort="new", floor_area_m2=floor_m2)
    found = pingyang([row], internal("A", "500", "400", estate="E"))
    assert (found["required"], found["credits"]) == (f"E {needed}", f"E<A {needed}")


@pytest.mark.parametrize(
    ("gross", "net", "fits"), [("400", "300", True), ("399.99", "299.99", False), ("500", "299.99", False), ("300", "300", True)]
)
def test_a_new_estates_place_has_300_m2_net(gross: str, net: str, fits: bool) -> None:
    """At a net to gross ratio of 0.75 the room has 400 m² gross; 300 m² gross alone are not enough, 300 net are."""
    row = estate("E", 1000, cohort="new", floor_area_m2=120_000)
    assert pingyang([row], internal("A", gross, net, estate="E"))["chosen"] == (f"A {gross}" if fits else "no plan")


def test_a_decided_area_is_taken_at_400_m2_gross() -> None:
    """Where the area is a decision and each m² costs, the plan takes the 400 m² gross whose net area is 300, and no more."""
    row = estate("E", 1000, cohort="new", floor_area_m2=120_000)
    spot = internal("A", "800", "600", estate="E", area_min_m2=100, area_max_m2=800, price_yuan_per_m2=1000) | {"area_m2": ""}
    assert pingyang([row], spot)["chosen"] == "A 400"


@pytest.mark.parametrize(("m2", "fits"), [("199.99", False), ("200", True), ("200.01", True)])
@pytest.mark.parametrize("programme", ["yes", "no"])
def test_an_old_estates_place_has_200_m2_gross(m2: str, fits: bool, programme: str) -> None:
    """A place of 200 m² gross within the circle covers an old estate of any size."""
    found = pingyang([estate("E", 5000, in_programme=programme)], internal("A", m2, "150"))
    assert found["chosen"] == (f"A {m2}" if fits else "no plan")


def test_one_place_covers_many_old_estates() -> None:
    """Old estates ask for a place, not for m² per household: one serves them all."""
    estates = [estate(f"E{n}", 5000) for n in range(6)]
    assert pingyang(estates, internal("A", "200", "150"), internal("B", "200", "150"))["chosen"] in ("A 200", "B 200")


@pytest.mark.parametrize(("walk_s", "inside"), [(900, True), (901, False)])
def test_the_circle_of_an_old_estate(walk_s: int, inside: bool) -> None:
    """900 seconds are within fifteen minutes, 901 are not."""
    assert pingyang([estate("E")], internal("A", "200", "150"), walk_s=walk_s)["chosen"] == ("A 200" if inside else "no plan")


@pytest.mark.parametrize(
    ("cells", "day", "in_time"),
    [
        ({"in_programme": "yes"}, "2025-12-31", True),
        ({"in_programme": "yes"}, "2026-01-01", False),
        ({"in_programme": "no"}, "2026-01-01", True),
        ({"in_programme": "no"}, "2027-06-30", True),
        ({"in_programme": "no"}, "2027-07-01", False),
        ({"cohort": "new", "floor_area_m2": "10000"}, "2025-12-31", True),
        ({"cohort": "new", "floor_area_m2": "10000"}, "2026-01-01", False),
    ],
)
def test_the_last_days_of_wenzhou(cells: Mapping[str, str], day: str, in_time: bool) -> None:
    """Programme and new estates by the end of 2025, other old estates before 1 July 2027."""
    found = pingyang([estate("E") | dict(cells)], internal("A", "400", "300", estate="E", lead_days=ready(day)))
    assert found["chosen"] == ("A 400" if in_time else "no plan")


@pytest.mark.parametrize(("net", "reason", "fits"), [("200", "", True), ("199.99", "", False), ("199.99", "村内无更大用房", True)])
def test_a_villages_place_has_200_m2_net(net: str, reason: str, fits: bool) -> None:
    """A village's place has 200 m² net inside; a smaller one needs a stated reason."""
    found = pingyang([estate("V", kind="village", cohort="")], internal("A", "300", net, estate="V", rule_exception=reason))
    assert found["chosen"] == ("A 300" if fits else "no plan")


@pytest.mark.parametrize(("adjacent", "rooms"), [("W", "A 300"), ("", "A 300, B 300")])
def test_adjacent_villages_may_share(adjacent: str, rooms: str) -> None:
    """One place serves a village and one that lists it as adjacent; other villages have one each."""
    villages = [estate("V", kind="village", cohort="", adjacent=adjacent), estate("W", kind="village", cohort="")]
    spots = [internal("A", "300", "200", estate="V", price_yuan=1), internal("B", "300", "200", estate="W", price_yuan=2)]
    assert pingyang(villages, *spots)["chosen"] == rooms


def test_a_village_that_states_a_reason_is_left_out() -> None:
    """Where the village states why, no place is set up."""
    found = pingyang([estate("V", kind="village", cohort="", exempt_reason="整村搬迁"), estate("E")], internal("A", "200", "200"))
    assert found["cohorts"] == "E old_rest served, V village exempt"


def weihai(*rooms: Mapping[str, str], premises: tuple[dict[str, str], ...] = (COUNTY_CENTRE, TOWN_CENTRE), **cells: str) -> Digest:
    """Return the plan of one community of 1,000 dwellings under Weihai's plan."""
    return outcome(County(WH, [estate("E", 1000, **cells)], [dict(spot) for spot in rooms], premises))


@pytest.mark.parametrize(("m2", "yuan"), [("499.99", 50_000), ("500", 50_000), ("500.01", 100_000), ("999.99", 100_000), ("1000", 200_000)])
def test_the_lottery_grant_steps_at_500_and_1000_m2(m2: str, yuan: int) -> None:
    """Up to and including 500 m², between, and from 1,000 m² on."""
    assert weihai(room("A", m2, 900_000))["grants"] == f"grant A city_lottery WH5 {yuan}"


@pytest.mark.parametrize(("per_m2", "area", "yuan"), [(10, "1000", 200_000), (90, "500.01", 100_000), (20_000, "150", 50_000)])
def test_near_a_step_the_plan_buys_area_to_earn_grant(per_m2: int, area: str, yuan: int) -> None:
    """Where a m² costs less than the step is worth the plan goes up to the step and no further, else it takes what is needed."""
    spot = room("A", "", area_min_m2=100, area_max_m2=1200, price_yuan_per_m2=per_m2)
    if per_m2 == 90:
        spot["area_max_m2"] = "999.99"
    found = weihai(spot)
    assert (found["chosen"], found["grants"]) == (f"A {area}", f"grant A city_lottery WH5 {yuan}")


@pytest.mark.parametrize(("day", "needed"), [("2014-05-31", "150"), ("2014-06-01", "200"), ("2014-06-30", "200"), ("2014-07-01", "200")])
def test_june_2014_divides_15_from_20(day: str, needed: str) -> None:
    """1,000 dwellings approved before June 2014 need 150 m², from June on 200; 0.01 m² less leaves the share unmet."""
    assert weihai(room("A", needed), approved=day)["required"] == f"E {needed}"
    assert weihai(room("A", f"{int(needed) - 1}.99"), approved=day)["chosen"] == "no plan"


@pytest.mark.parametrize(
    ("m2", "station_type", "fits"), [("299.99", "residential", False), ("300", "residential", True), ("299.99", "service", True)]
)
def test_a_residential_station_has_300_m2(m2: str, station_type: str, fits: bool) -> None:
    """Residential stations have 300 m² at least, service stations no minimum."""
    assert weihai(room("A", m2, station_type=station_type))["chosen"] == (f"A {m2}" if fits else "no plan")


@pytest.mark.parametrize(("m2", "fits"), [("999.99", False), ("1000", True), ("1000.01", True)])
def test_a_town_centre_has_1000_m2(m2: str, fits: bool) -> None:
    """Every town has a centre of 1,000 m² at least."""
    found = weihai(room("T", m2, station_type="town_centre"), premises=(COUNTY_CENTRE,))
    assert found["chosen"] == (f"T {m2}" if fits else "no plan")


def test_every_district_has_a_county_centre() -> None:
    """Without a county-level centre in the district there is no plan."""
    assert weihai(room("A", 150), premises=(TOWN_CENTRE,))["chosen"] == "no plan"
    assert weihai(room("A", 150), room("C", 50, station_type="county_centre"), premises=(TOWN_CENTRE,))["chosen"] == "A 150, C 50"


@pytest.mark.parametrize(("base", "yuan"), [("2018-01-01", 0), ("2018-01-02", 50_000)])
def test_stations_made_after_the_first_of_january_2018_earn(base: str, yuan: int) -> None:
    """A station ready on 1 January 2018 itself is not after it."""
    county = County(WH, [estate("E", 1000)], [room("A", 150)], [COUNTY_CENTRE, TOWN_CENTRE], settings={"base_date": base})
    assert outcome(county)["grants"] == (f"grant A city_lottery WH5 {yuan}" if yuan else "")


@pytest.mark.parametrize(
    "cells", [{"pilot_money": "yes"}, {"provenance": "urban_day_care"}, {"urban": "no"}], ids=["pilot money", "day care", "rural"]
)
def test_what_earns_no_lottery_grant(cells: Mapping[str, str]) -> None:
    """Pilot money applied for, an urban day-care centre made over, a station outside urban communities."""
    assert weihai(room("A", 150) | dict(cells))["grants"] == ""


@pytest.mark.parametrize(("visits", "yuan"), [("599", 0), ("600", 30_000)])
def test_service_projects_begin_at_600_visits(visits: str, yuan: int) -> None:
    """Two projects of 30,000 yuan a year, half and half, from 600 visits a month on."""
    found = weihai(room("A", 150, monthly_visits=visits, service_items=2))
    first = f"service_projects 2019 city {yuan}, service_projects 2019 district {yuan}"
    assert found["forecasts"].startswith(first) if yuan else found["forecasts"] == ""


def test_thirty_percent_of_seventeen_communities_are_six() -> None:
    """Of 17 communities six are set up by September 2019 and twelve (70 %) by September 2020, as late as the law lets them be."""
    names = [f"{n:02}" for n in range(17)]
    estates = [estate(f"E{n}", community=f"社区{n}") for n in names]
    rooms = [room(f"A{n}", 15, kind="lease", rent_yuan_per_year=20_000 + int(n), community=f"社区{n}") for n in names]
    periods = ["2019-06-21", "2020-01-06"]
    county = County(WH, estates, rooms, [COUNTY_CENTRE, TOWN_CENTRE], settings={"periods": periods})
    found = planned(county)
    assert found is not None
    starts = [pick.ready for pick in found.chosen]
    assert sum(day <= date(2019, 9, 30) for day in starts) == 6
    assert sum(day <= date(2020, 9, 30) for day in starts) == len(starts) == 12


@pytest.mark.parametrize(("operator", "fits"), [("yes", True), ("no", False)])
def test_a_community_is_done_with_a_professional_operator(operator: str, fits: bool) -> None:
    """A station that no professional organisation runs does not make its community done."""
    assert weihai(room("A", 150, operator=operator))["chosen"] == ("A 150" if fits else "no plan")


@pytest.mark.parametrize(("lead_days", "fits"), [(101, True), (102, False)])
def test_communities_are_done_by_the_end_of_september(lead_days: int, fits: bool) -> None:
    """A station ready on 30 September 2019 is in time, one ready on 1 October is not."""
    assert weihai(room("A", 150, lead_days=lead_days))["chosen"] == ("A 150" if fits else "no plan")
