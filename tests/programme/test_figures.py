"""Programme figures: what counts, by which day, beside which target; and land per resident."""

from __future__ import annotations

import pytest

from programme.county import estate, plan, premises, room, scenario
from siteplanner.plan import Figure
from siteplanner.policy.schema import Counter
from siteplanner.programme import figures
from siteplanner.scenario.schema import Scenario


def by_item(rows: tuple[Figure, ...]) -> dict[str, Figure]:
    """Return the figures by item."""
    return {row.item: row for row in rows}


def counting(county: Scenario, **counter: object) -> Scenario:
    """Return the scenario with one counter in place of the policy's own."""
    name = {"zh": "x", "en": "x"}
    row = Counter.model_validate({"id": "x", "clause": county.pack.clauses[0].id, "name": name, **counter})
    return county.model_copy(update={"pack": county.pack.model_copy(update={"counters": (row,)})})


STARS = [
    room("R1", rating="star_3"),
    room("R2", rating="star_5"),
    room("R3", rating="star_2"),
    room("R4", rating="star_4"),
    room("R5", station_type="canteen"),
]
STOCK = [premises("P1", "care_centre", rating="star_3"), premises("P2", "canteen"), premises("P3", "care_centre", rating="star_3")]


def test_centres_and_canteens_beside_the_citys_and_the_countys_targets() -> None:
    """Three stars and above: two rooms and one centre kept; canteens: a room and a canteen that has no counted area."""
    county = scenario("wenzhou-2023", STARS, held=STOCK, base="2024-01-01", everything=True)
    made = plan(county, ready={"R4": "2026-01-01", "R1": "2025-12-31"}, given_up={"P3": "R1"})
    found = by_item(figures(county, made))
    stars, canteens = found["star_centres"], found["canteens"]
    assert (stars.value, stars.target, stars.own_target, stars.unit, stars.clause) == ("3", "1200", "90", "count", "WZ7")
    assert (canteens.value, canteens.target, canteens.own_target) == ("2", "1300", "110")


@pytest.mark.parametrize(("ready", "value"), [("2025-12-31", "1"), ("2026-01-01", "0")])
def test_the_day_of_a_counter_is_included(ready: str, value: str) -> None:
    """A centre ready on the last day of 2025 counts, one ready the day after does not."""
    county = scenario("wenzhou-2023", [room("R1", rating="star_3")], base="2024-01-01")
    assert by_item(figures(county, plan(county, ready=ready)))["star_centres"].value == value


def test_premises_given_up_after_the_day_still_count_on_it() -> None:
    """On the day itself a room given up later stands; given up on that day it is gone; under way it stands when ready."""
    held = [
        premises("P1", "care_centre", rating="star_3"),
        premises("P2", "care_centre", rating="star_3", status="under_way", ready_date="2025-12-31"),
        premises("P3", "care_centre", rating="star_3", status="planned"),
    ]
    county = scenario("wenzhou-2023", [room("R1")], held=held, base="2024-01-01")
    assert by_item(figures(county, plan(county, start="2026-01-01", given_up={"P1": "R1"})))["star_centres"].value == "2"
    assert by_item(figures(county, plan(county, start="2025-12-31", given_up={"P1": "R1"})))["star_centres"].value == "1"


def test_rooms_of_one_place_are_one_place() -> None:
    """An option that extends premises makes one place with them, and so do the rooms of a cluster."""
    rooms = [room("R1", kind="own", extends="P1", works="extension"), room("R2", cluster="C1"), room("R3", cluster="C1")]
    county = counting(scenario("tonglu-2021", rooms, held=[premises("P1", "canteen")], base="2022-01-01"), measure="places")
    assert by_item(figures(county, plan(county)))["x"].value == "2"


def test_estates_of_the_programme() -> None:
    """The estates of the renovation plan are counted in scope, exempt ones included, others not."""
    rows = [estate(f"E{n}", kind="urban", cohort="old", in_programme="是" if n < 4 else "否") for n in range(1, 6)]
    county = scenario("wenzhou-2023", estates=rows, base="2024-01-01")
    found = by_item(figures(county, plan(county, status={"E1": "exempt", "E2": "out_of_scope"})))["programme_estates"]
    assert (found.value, found.target) == ("2", "520")


def test_share_served_as_things_stand_on_the_day() -> None:
    """On 2025-12-31 the credits of the last checkpoint by then decide; an exempt estate stands outside the denominator."""
    rows = [estate(f"E{n}", cohort="old") for n in range(1, 5)]
    county = scenario("yangcheng-2022", estates=rows, base="2022-05-01", years=10)
    credits = [
        ("2024-06-30", "E3", "P1", 1_500),
        ("2025-12-31", "E1", "P1", 1_000), ("2025-12-31", "E1", "P2", 500), ("2025-12-31", "E2", "P1", 1_499),
        ("2030-12-31", "E1", "P1", 1_500), ("2030-12-31", "E2", "P1", 1_500),
    ]  # fmt: skip
    days = ("2024-06-30", "2025-12-31", "2030-12-31")
    made = plan(county, status={"E3": "short", "E4": "exempt"}, credits=credits, required_dm2=1_500, checkpoints=days)
    assert by_item(figures(county, made))["county_coverage"].value == "0.333333"
    at_the_end = counting(county, measure="served_share")
    assert by_item(figures(at_the_end, made))["x"].value == "0.666667"
    before = counting(county, measure="served_share", by="2024-06-29")
    assert by_item(figures(before, made.model_copy(update={"today": made.services[:1]})))["x"].value == "0.333333"


def test_share_served_where_the_law_asks_coverage_only() -> None:
    """A place credited without any area serves an estate that needs coverage only."""
    rows = [estate("E1", cohort="old"), estate("E2", cohort="old")]
    county = counting(scenario("wenzhou-2023", estates=rows, base="2024-01-01"), measure="served_share", by="2025-12-31")
    made = plan(county, credits=[("2025-12-31", "E1", "P1", 0)], checkpoints=("2025-12-31", "2027-06-30"))
    assert by_item(figures(county, made))["x"].value == "0.5"


def test_stock_that_is_part_of_other_stock_does_not_add_up() -> None:
    """Planned rooms and those of one county among them, places since 2020 and those in use among them: each says whose part it is."""
    held = [
        premises("P1", "facility", area_m2=500, status="under_way", ready_date="2022-06-30", district="东丰县"),
        premises("P2", "facility", area_m2=300.5, status="planned", district="西安区"),
        premises("P3", "mixed", area_m2=900, set_aside_m2=120, status="planned", district="东丰县"),
        premises("P4", "facility", area_m2=400, ready_date="2020-01-01", district="西安区"),
        premises("P5", "facility", area_m2=250, ready_date="2019-12-31", district="西安区"),
        premises("P6", "facility", area_m2=260, district="西安区"),
    ]
    county = scenario("liaoyuan-2021", held=held, base="2021-06-01")
    found = by_item(figures(county, plan(county)))
    assert (found["planned_new_projects"].value, found["planned_new_projects"].target) == ("920.5", "3000")
    assert (found["five_dongfeng_projects"].value, found["five_dongfeng_projects"].target) == ("620", "1000")
    assert (found["places_since_2020"].value, found["area_since_2020"].value, found["in_use_since_2020"].value) == ("2", "900", "1")
    assert found["five_dongfeng_projects"].part_of == found["five_city_estates"].part_of == "planned_new_projects"
    assert (found["five_city_estates"].value, found["five_city_estates"].target, found["five_city_estates"].unit) == ("", "1600", "m2")
    assert found["in_use_since_2020"].part_of == "places_since_2020"


def test_land_per_district_beside_its_people() -> None:
    """0.12 m² for each of 150,000, 160,000 and 300,000 people; sites started and premises kept hold land, each once."""
    rooms = [
        room("R1", district="西安区", land_area_m2=1_000),
        room("R2", district="东丰县", land_area_m2="80.55"),
        room("R3", district="东丰县"),
    ]
    held = [
        premises("P1", "facility", district="西安区", land_area_m2=200),
        premises("P2", "facility", district="西安区", land_area_m2=50),
        premises("P3", "facility", district="东丰县", land_area_m2=7, status="under_way", ready_date="2031-01-01"),
    ]
    county = scenario("liaoyuan-2021", rooms, held=held, base="2021-06-01")
    found = [row for row in figures(county, plan(county, given_up={"P2": "R1"})) if row.measure == "land_per_person"]
    assert {row.district: (row.value, row.target, row.unit, row.clause) for row in found} == {
        "东丰县": ("80.55", "36000", "m2", "LY1"),
        "西安区": ("1200", "18000", "m2", "LY1"),
        "龙山区": ("0", "19200", "m2", "LY1"),
    }


def test_a_district_nobody_counted_shows_its_land_without_a_target() -> None:
    """An estate's district without a population is not passed over."""
    county = scenario(
        "liaoyuan-2021", [room("R1", district="东辽县", land_area_m2=9)], [estate("E1", district="东辽县")], base="2021-06-01"
    )
    found = {row.district: row for row in figures(county, plan(county)) if row.measure == "land_per_person"}
    assert (found["东辽县"].value, found["东辽县"].target) == ("9", "")


def test_places_in_use() -> None:
    """In use: premises that are, and rooms and premises with an operator; on the law's own day."""
    rooms = [room("R1", operator="是"), room("R2"), room("R3", operator="是")]
    held = [premises("P1", "station"), premises("P2", "station", status="under_way", ready_date="2020-12-31")]
    county = scenario("weihai-2019", rooms, held=held, base="2019-07-01")
    found = by_item(figures(county, plan(county, ready={"R3": "2021-01-01"})))["use_rate"]
    assert (found.value, found.target, found.unit) == ("0.5", "0.7", "share")


def test_cost_per_m2_and_per_household() -> None:
    """Two million and 36,000 yuan of capital for 1,000 m² and 1,018 dwellings served; rent and running cost are no capital."""
    rooms = [
        room("R1", price_yuan=2_000_000, area_m2=600, running_yuan_per_year=50_000),
        room("R2", kind="lease", area_m2=400, rent_yuan_per_year=80_000, fit_out_yuan=30_000, deposit_yuan=6_000),
    ]
    rows = [estate("E1", dwellings=900, approved="2010-01-01"), estate("E2", dwellings=118, approved="2010-01-01")]
    rows.append(estate("E3", dwellings=5_000, approved="2010-01-01"))
    county = scenario("weihai-2019", rooms, rows, base="2019-07-01")
    found = by_item(figures(county, plan(county, status={"E3": "short"})))
    assert (found["cost_per_m2"].value, found["cost_per_m2"].unit) == ("2036", "yuan")
    assert found["cost_per_household"].value == "2000"


def test_nothing_bought_costs_nothing_that_can_be_shared_out() -> None:
    """A figure per m² of no m², and a share of no places, is left empty."""
    county = scenario("weihai-2019", base="2019-07-01")
    found = by_item(figures(county, plan(county)))
    assert (found["cost_per_m2"].value, found["cost_per_household"].value, found["use_rate"].value) == ("", "", "")


def test_facilities_under_way_in_the_two_towns_and_stated_institutions() -> None:
    """Rooms under way in the named towns are counted; the demonstration institutions are what the scenario states."""
    held = [
        premises("P1", "facility", township="凤城镇", status="under_way", ready_date="2023-01-01"),
        premises("P2", "facility", township="润城镇", status="under_way", ready_date="2023-01-01"),
        premises("P3", "facility", township="凤城镇"),
        premises("P4", "facility", status="under_way", ready_date="2023-01-01"),
    ]
    county = scenario("yangcheng-2022", held=held, base="2022-05-01", everything=True)
    found = by_item(figures(county, plan(county)))
    assert (found["facilities_under_way"].value, found["facilities_under_way"].target) == ("2", "11")
    assert (found["demonstration"].value, found["demonstration"].target, found["demonstration"].target_max) == ("2", "2", "3")
