"""Rules of the law that the model and the check read alike: late rooms, places that grow, reasons, places that may not be shared."""

from __future__ import annotations

from itertools import product

import pytest

from siteplanner.plan import Plan
from support.small import County, estate, held, planned, room

CENTRE = held("PC", "county_centre", 500, station_type="county_centre", community="三社区", district="环翠区", operator="yes")


def chosen(found: Plan | None) -> list[str]:
    """Return the options of a plan that must exist."""
    assert found is not None
    return [row.option for row in found.chosen]


@pytest.mark.parametrize(("lead_days", "notices"), [(84, set()), (85, {"delivery_late"})])
def test_a_late_room_is_only_told_where_the_rule_is_reported(lead_days: int, notices: set[str]) -> None:
    """Started on 2023-10-08, ready on the day of completion or the day after: taken all the same, and told of if late."""
    rooms = [room("D", 400, 900_000, "developer", works="new", gross_area_m2=400, net_area_m2=300, estate="N", lead_days=lead_days)]
    row = estate("N", 1000, cohort="new", floor_area_m2=120_000, completed="2023-12-31")
    found = planned(County("wenzhou-2023", [row], rooms, settings={"periods": ["2023-10-08"]}))
    assert chosen(found) == ["D"]
    assert found is not None and {n.code for n in found.notices} & {"delivery_late"} == notices


@pytest.mark.parametrize(("lead_days", "ok"), [(200, True), (201, False)])
def test_a_late_room_is_no_room_where_the_rule_is_enforced_even_if_it_is_locked_in(lead_days: int, ok: bool) -> None:
    """Handed over a day after the first phase, a locked-in developer's room leaves no lawful plan."""
    row = estate("N", 500, cohort="new", first_delivery="2021-12-01")
    rooms = [room("D", 100, 500_000, "developer", works="new", estate="N", lead_days=lead_days, lock="in"), room("A", 100, 100_000)]
    found = planned(County("liaoyuan-2021", [row], rooms))
    assert (found is not None) is ok


@pytest.mark.parametrize(("added", "kind", "ok"), [(300, "town_centre", True), (300, "", True), ("299.99", "town_centre", False)])
def test_a_town_centre_may_grow_out_of_premises(added: object, kind: str, ok: bool) -> None:
    """700 m² of a town centre and 300 m² added are the centre of 1,000 m² the town must have."""
    old = held("PT", "town_centre", 700, station_type="town_centre", community="一社区", district="环翠区", operator="yes")
    rooms = [room("X", added, 50_000, "own", works="extension", extends="PT", station_type=kind or "service")]
    found = planned(County("weihai-2019", [estate("E", 1000)], rooms, [old, CENTRE]))
    assert (found is not None) is ok
    assert not ok or chosen(found) == ["X"]


@pytest.mark.parametrize(
    ("area", "codes"), [(2000, []), ("2000.01", ["institution_greatest_area"]), ("499.99", ["institution_least_area"])]
)
def test_a_reason_is_listed_only_where_the_area_needs_it(area: object, codes: list[str]) -> None:
    """A new estate takes an institution of any area for a reason, which is named where the area is out of its band."""
    rooms = [room("A", area, 100_000, rule_exception="场地所限")]
    found = planned(County("yangcheng-2022", [estate("N", 100, cohort="new", completed="2022-12-31")], rooms))
    assert chosen(found) == ["A"]
    assert found is not None and [row.code for row in found.exceptions] == codes


def test_an_exemption_by_reason_is_listed() -> None:
    """A village that states a reason needs nothing and stands among the exceptions."""
    rooms = [room("A", 250, 100_000, gross_area_m2=250, net_area_m2=200, estate="V")]
    rows = [estate("V", 0, kind="village"), estate("U", 0, kind="village", exempt_reason="海岛")]
    found = planned(County("wenzhou-2023", rows, rooms))
    assert found is not None and [(e.subject, e.code, e.reason) for e in found.exceptions] == [("U", "village_exception", "海岛")]


def least(prices: dict[str, int], near: set[tuple[str, str]]) -> int | None:
    """Return the least cost of giving each estate a place of its own, by trying every assignment."""
    costs = [
        sum(prices[place] for place in set(picked))
        for picked in product(sorted(prices), repeat=3)
        if len(set(picked)) == 3 and all((f"E{n}", place) in near for n, place in enumerate(picked))
    ]
    return min(costs, default=None)


@pytest.mark.parametrize("seed", range(8))
def test_places_that_may_not_be_shared_are_assigned_at_least_cost(seed: int) -> None:
    """Three estates and four rooms, each near some of them: every estate gets a room of its own, as enumeration says."""
    prices = {f"S{n}": 100_000 + 10_000 * ((seed * 7 + n * 3) % 11) for n in range(4)}
    far = {(f"E{n}", place) for n in range(3) for m, place in enumerate(prices) if (seed + n * m + n) % 3 == 0}
    near = {(f"E{n}", place) for n in range(3) for place in prices} - far
    case = County(
        "yangcheng-2022",
        [estate(f"E{n}", 300) for n in range(3)],
        [room(place, 500, price) for place, price in prices.items()],
        walks=dict.fromkeys(far, 901),
    )
    found, cost = planned(case, share_place="not_shared"), least(prices, near)
    if cost is None:
        assert found is None
        return
    assert found is not None and sum(term.amount for term in found.terms) == cost * 100
    last = [credit for credit in found.credits if credit.checkpoint == found.checkpoints[-1]]
    assert len({credit.place for credit in last}) == 3


def test_a_longer_circle_is_no_exception_of_an_estate_that_needs_nothing() -> None:
    """An estate left as it is walks nowhere: its longer circle is not listed, and one that is served by it is."""
    cells = {"circle_exception_minutes": 20, "circle_exception_reason": "沿山"}
    case = County("yangcheng-2022", [estate("E", 300, **cells)], [room("A", 500, 100_000)], [held("P", "facility", 10, estate="E")],
                  walks={("E", "A"): 1200})  # fmt: skip
    for reading, names in (("leave", []), ("top_up", ["longer_circle"])):
        found = planned(case, old_with_some_area=reading)
        assert found is not None and [row.code for row in found.exceptions] == names


def test_a_canteen_does_not_become_a_place_by_what_is_added() -> None:
    """150 m² added to held premises of a type that does not serve leave the estate to a room that does."""
    old = held("P", "care_room", 300, net_area_m2=300, station_type="canteen", estate="N")
    rooms = [
        room("X", 150, 10_000, "own", works="extension", extends="P", estate="N", gross_area_m2=150, net_area_m2=150),
        room("A", 400, 900_000, gross_area_m2=400, net_area_m2=300, estate="N"),
    ]
    row = estate("N", 1000, cohort="new", floor_area_m2=120_000)
    assert chosen(planned(County("wenzhou-2023", [row], rooms, [old]))) == ["A"]


def test_an_estate_walks_farther_so_that_another_is_not_left_without_a_room() -> None:
    """F is near A only, so the larger E goes to B, 600 s farther, where a room may not be shared."""
    case = County(
        "yangcheng-2022", [estate("E", 2000), estate("F", 50)], [room("A", 500, 100_000), room("B", 500, 100_000)],
        walks={("E", "B"): 900, ("F", "B"): 901},
    )  # fmt: skip
    found = planned(case, share_place="not_shared")
    assert found is not None and {(c.estate, c.place) for c in found.credits} == {("E", "B"), ("F", "A")}
