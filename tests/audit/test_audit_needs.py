"""What estates must have and what places must be, at, below and above each line the laws draw."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.lawful import estate as tonglu_estate
from audit.lawful import pack as tonglu
from audit.others import amount, county, estate, law, made, option, site, wrong
from siteplanner.audit.estates import Standing, standings
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Estate, Premises, Scenario

OLD, NEW = "1999-01-01", "2018-02-01"


def standing(pack: PolicyPack, row: Estate, **settings: Any) -> Standing:
    """Return how one estate stands."""
    return standings(county(pack, [row], [], [], **settings))[row.id]


@pytest.mark.parametrize(
    ("dwellings", "started", "need"),
    [
        (999, OLD, 19980), (1000, OLD, 20000), (1001, OLD, 20020), (1, OLD, 20),
        (1, NEW, 3000), (100, NEW, 3000), (101, NEW, 6000), (999, NEW, 30000), (1000, NEW, 30000), (1001, NEW, 33000),
    ],
)  # fmt: skip
def test_need_follows_dwellings(dwellings: int, started: str, need: int) -> None:
    """Old estates need 0.20 m² a dwelling, new ones 30 m² for each hundred begun."""
    assert standing(tonglu(), tonglu_estate("E", dwellings, started)).required_dm2 == need


@pytest.mark.parametrize(
    ("started", "day", "cohort"),
    [
        ("2018-01-31", "new", "existing"),
        ("2018-02-01", "new", "new"),
        ("2018-02-01", "existing", "existing"),
        ("2018-02-02", "existing", "new"),
    ],
)
def test_class_turns_on_the_day_of_issue(started: str, day: str, cohort: str) -> None:
    """The day before the issue is old; the day itself goes by the switch."""
    found = standing(tonglu(cohort_day=day), tonglu_estate("E", 10, started)).cohort
    assert found is not None and found.id == cohort


@pytest.mark.parametrize("day", ["2024-01-13", "2024-01-14", "2022-01-13", "2021-01-01"])
def test_demolition_within_two_years_to_the_day(day: str) -> None:
    """Two years from 2022-01-13 end on 2024-01-13 itself; what is under way already is exempt too."""
    row = tonglu_estate("E", 10, demolition_date=day, demolition_evidence="x")
    status = standing(tonglu(), row, base_date=date(2022, 1, 13)).status
    assert status == ("bound" if day == "2024-01-14" else "exempt")


def test_two_years_from_a_leap_day_end_with_february() -> None:
    """Where the last month has no such day, its last day ends the span."""
    for day, status in (("2026-02-28", "exempt"), ("2026-03-01", "bound")):
        row = tonglu_estate("E", 10, demolition_date=day, demolition_evidence="x")
        assert standing(tonglu(), row, base_date=date(2024, 2, 29)).status == status


def test_the_largest_of_several_tests_counts() -> None:
    """0.2 % of 120,000 m² is 240, 30 per 100 of 1,000 is 300: 300; a part of a dm² counts as one."""
    tests = [
        {"test": "floor_area_share", "value": amount("0.002", "share")},
        {"test": "per_hundred", "value": amount(30, "m2_per_100")},
    ]
    pack = law({"tests": tests})
    assert standing(pack, estate("E", 1000, floor_area_m2=120_000)).required_dm2 == 30000
    assert standing(pack, estate("E", 1000, floor_area_m2=150_000)).required_dm2 == 30000
    assert standing(pack, estate("E", 1000, floor_area_m2="150000.01")).required_dm2 == 30001


def one_place(pack: PolicyPack, dwellings: int, need: int, area: int, credited: int, **site_cells: object) -> list[str]:
    """Return the codes of a plan with one estate served by one place; areas in dm²."""
    case = county(pack, [estate("E", dwellings)], [site("S", **site_cells)], [option("O", "S", f"{area / 100:.2f}")])
    gross, net = site_cells.get("gross_area_m2"), site_cells.get("net_area_m2")
    inside = area * int(str(net)) // int(str(gross)) if gross and net else area
    found = wrong(case, made(case, {"O": area}, [("E", "S", credited)], {"E": need}, net={"O": inside}))
    return sorted({code for _, code, _ in found})


@pytest.mark.parametrize(
    ("dwellings", "need", "area", "codes"),
    [
        (3333, 49995, 50000, []),
        (3333, 49995, 49999, ["coverage_short", "place_below_min", "status_wrong"]),
        (3334, 50010, 50010, []),
        (13333, 199995, 200000, []),
        (13333, 199995, 200001, ["coverage_short", "place_above_max", "status_wrong"]),
        (13334, 200010, 200010, ["coverage_short", "place_above_max", "status_wrong"]),
    ],
)
def test_a_place_has_a_least_and_a_greatest_area(dwellings: int, need: int, area: int, codes: list[str]) -> None:
    """500 and 2,000 m² are both inside the band; one dm² beyond either end is not, however much is needed."""
    pack = law({"tests": [{"test": "per_hundred", "value": amount(15, "m2_per_100")}], "place": {"min": amount(500), "max": amount(2000)}})
    assert one_place(pack, dwellings, need, area, need) == codes


def test_a_place_may_have_its_least_area_on_the_net_basis() -> None:
    """At a net to gross ratio of 0.75, 400.00 m² gross are 300 net; 399.99 are not."""
    pack = law({"tests": [{"test": "per_hundred", "value": amount(30, "m2_per_100")}], "place": {"min": amount(300), "basis": "net"}})
    assert one_place(pack, 1000, 30000, 40000, 30000, gross_area_m2=400, net_area_m2=300) == []
    assert "place_below_min" in one_place(pack, 1000, 30000, 39999, 30000, gross_area_m2=400, net_area_m2=300)


def test_net_credits_draw_gross_area_at_the_places_ratio() -> None:
    """Two estates share 300 m² net of a 400 m² place; a dm² more is too much, though gross area is left."""
    pack = law({"area_basis": "net"})
    case = county(pack, [estate("E", 750), estate("F", 750)], [site("S", gross_area_m2=400, net_area_m2=300)], [option("O", "S", 400)])
    needs = {"E": 15000, "F": 15000}
    fair = made(case, {"O": 40000}, [("E", "S", 15000), ("F", "S", 15000)], needs, net={"O": 30000})
    assert wrong(case, fair) == []
    much = made(case, {"O": 40000}, [("E", "S", 15000), ("F", "S", 15001)], needs, net={"O": 30000})
    assert wrong(case, much) == [("C2", "over_capacity", "S")]


def held(area: int, **standard: object) -> tuple[Scenario, Premises]:
    """Return a county with one estate, premises of some m² and a place of 200 m²."""
    room = Premises.model_validate({"premises": "P", "name": "P", "kind": "room", "township": "T", "community": "K", "area_m2": area})
    pack = law({"place": {"min": amount(200)}, **standard})
    return county(pack, [estate("E", 1100)], [site("S")], [option("O", "S", 200)], premises=[room]), room


def test_small_premises_count_only_where_the_law_says_so() -> None:
    """Held premises below the least area add their m² under `count`, never under `ignore`, and never cover an estate."""
    for reading, codes in (("count", []), ("ignore", ["place_below_min"])):
        case, _ = held(20, small_premises=reading)
        plan = made(case, {"O": 20000}, [("E", "S", 20000), ("E", "P", 2000)], {"E": 22000})
        assert [code for _, code, _ in wrong(case, plan)] == codes
    case, _ = held(199, small_premises="count")
    alone = made(case, {}, [("E", "P", 19900)], {"E": 22000})
    assert ("C2", "coverage_short", "E") in wrong(case, alone)


def test_estates_that_hold_some_area_may_be_left() -> None:
    """Under `leave` an estate with premises of its own needs nothing more; under `top_up` it needs all of it."""
    room = Premises.model_validate({"premises": "P", "name": "P", "kind": "room", "township": "T", "area_m2": 5, "estate": "E"})
    for some, status in (("leave", "left"), ("top_up", "bound")):
        case = county(law({"some_area": some}), [estate("E", 100)], [], [], premises=[room])
        assert standings(case)["E"].status == status


def test_a_payment_in_lieu_may_extinguish_the_need() -> None:
    """Where the law says the need is extinguished, an estate that has paid needs nothing."""
    for need, status in (("extinguished", "left"), ("remains", "bound")):
        pack = law(in_lieu={"clause": "C6", "receiver": "town", "uses": ["purchase"], "works": ["conversion"], "need": need})
        case = county(pack, [estate("E", 100, in_lieu_yuan=1, in_lieu_year=2022)], [], [])
        assert standings(case)["E"].status == status


def test_an_option_of_a_kind_the_law_does_not_allow_contributes_nothing() -> None:
    """A lease cannot serve estates whose standard leaves leases out."""
    case = county(law({"kinds": ["purchase"]}), [estate("E", 100)], [site("S")], [option("O", "S", 20, "lease")])
    found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}))
    assert ("C2", "kind_not_allowed", "E") in found
    assert ("C2", "coverage_short", "E") in found
