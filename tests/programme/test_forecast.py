"""Recurring subsidies: amounts, strict bounds, caps, batches of projects, halves, and where the years begin and end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from programme.county import estate, plan, room, scenario
from siteplanner.forecast import forecasts
from siteplanner.plan import Forecast
from siteplanner.policy.schema import Share
from siteplanner.scenario.schema import Scenario

YUAN = 100
PROJECT = {"kind": "purchase", "station_type": "service", "operator": "是", "monthly_visits": 600}


def by_year(rows: tuple[Forecast, ...], item: str, funder: str = "") -> dict[int, int]:
    """Return yuan by year of one item, and of one funder where it is named."""
    found: dict[int, int] = {}
    for row in rows:
        if row.item == item and row.funder == (funder or row.funder):
            assert row.fen % YUAN == 0
            found[row.year] = found.get(row.year, 0) + row.fen // YUAN
    return found


def projects(years: int = 8, ready: str = "2020-03-01", reading: str = "per_project", **cells: object) -> tuple[Forecast, ...]:
    """Return what one station gets for service projects."""
    county = scenario("weihai-2019", [room("R1", **{**PROJECT, **cells})], years=years, project_years=reading)
    return forecasts(county, plan(county, ready=ready))


def test_two_projects_for_three_years_in_halves() -> None:
    """Two items of 30,000 yuan run three years; city and district carry 30,000 a year each, as a ceiling."""
    rows = projects(service_items=2)
    assert by_year(rows, "service_projects", "city") == {2020: 30_000, 2021: 30_000, 2022: 30_000}
    assert by_year(rows, "service_projects", "district") == {2020: 30_000, 2021: 30_000, 2022: 30_000}
    assert {(row.clause, row.subject, row.township, row.bound) for row in rows} == {("WH7", "R1s", "甲镇", "at_most")}


def test_more_projects_than_two_run_in_batches() -> None:
    """Five items run two by two, three years each batch: 60,000, then 60,000, then 30,000; the horizon cuts the rest off."""
    rows = by_year(projects(service_items=5), "service_projects")
    assert rows == dict.fromkeys(range(2020, 2026), 60_000) | {2026: 30_000, 2027: 30_000}


def test_read_by_place_the_subsidy_ends_after_three_years() -> None:
    """With three years for the place, five items are two a year and nothing after the third year."""
    assert by_year(projects(service_items=5, reading="per_place"), "service_projects") == dict.fromkeys((2020, 2021, 2022), 60_000)


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        ({"monthly_visits": 600}, 180_000),
        ({"monthly_visits": 599}, 0),
        ({"monthly_visits": ""}, 0),
        ({"operator": "否"}, 0),
        ({"urban": "否"}, 0),
        ({"urban": "否", "station_type": "town_centre"}, 180_000),
        ({"station_type": "county_centre"}, 0),
        ({"service_items": 1}, 90_000),
        ({"service_items": ""}, 0),
    ],
)
def test_service_projects_have_conditions(cells: dict[str, object], total: int) -> None:
    """Visits from 600 on, an operator, an urban community (town centres anywhere), and items that are stated."""
    county = scenario("weihai-2019", [room("R1", **{**PROJECT, "service_items": 2, **cells})])
    assert sum(by_year(forecasts(county, plan(county)), "service_projects").values()) == total


def test_years_begin_with_readiness_and_end_with_the_horizon() -> None:
    """A room ready on the last day of 2021 counts for 2021; the horizon's last year is 2022."""
    assert sorted(by_year(projects(years=3, ready="2021-12-31", service_items=2), "service_projects")) == [2021, 2022]
    assert projects(years=3, ready="2023-01-01", service_items=2) == ()


@pytest.mark.parametrize(("rating", "yuan"), [("grade_1", 25_000), ("grade_2", 50_000), ("grade_3", 75_000), ("", 0), ("grade_9", 0)])
def test_the_operating_subsidy_goes_by_rating(rating: str, yuan: int) -> None:
    """25,000, 50,000 or 75,000 yuan a year, a floor; a rating without a figure gets none."""
    county = scenario("yangcheng-2022", [room("R1", rating=rating)], years=2)
    rows = [row for row in forecasts(county, plan(county)) if row.item == "operating_subsidy"]
    assert [(row.year, row.fen, row.funder, row.bound) for row in rows] == [
        (year, yuan * YUAN, "county", "at_least") for year in (2020, 2021) if yuan
    ]


@pytest.mark.parametrize(("months", "semi", "disabled"), [("3", 0, 0), ("3.01", 6_020, 4_515), ("4", 8_000, 6_000), ("", 0, 0)])
def test_beds_count_only_for_stays_of_more_than_three_months(months: str, semi: int, disabled: int) -> None:
    """Three months earn nothing, more than three earn every month: 10 × 200 and 5 × 300 yuan a person-month."""
    county = scenario("yangcheng-2022", [room("R1", semi_disabled=10, disabled=5, stay_months=months)], years=1)
    rows = forecasts(county, plan(county))
    assert sum(by_year(rows, "bed_subsidy_semi_disabled").values()) == semi
    assert sum(by_year(rows, "bed_subsidy_disabled").values()) == disabled


def test_bought_services_are_counted_by_head() -> None:
    """25 yuan × 12 months × each entitled resident from the base year; exempt estates too, those out of scope not."""
    rows = [estate("E1", cohort="old", service_persons=40), estate("E2", cohort="old", service_persons=3), estate("E3", cohort="old")]
    rows.append(estate("E4", cohort="old", kind="village", service_persons=9))
    county = scenario("yangcheng-2022", estates=rows, years=2)
    found = forecasts(county, plan(county, status={"E2": "exempt", "E4": "out_of_scope"}))
    assert {(row.subject, row.year, row.fen // YUAN) for row in found} == {
        ("E1", 2020, 12_000), ("E1", 2021, 12_000), ("E2", 2020, 900), ("E2", 2021, 900),
    }  # fmt: skip


def test_stated_amounts_by_star_and_a_flat_one() -> None:
    """Where the text names subsidies without amounts, the stated ones count: by star, and 1,000 yuan for each place."""
    county = scenario("wenzhou-2023", [room("R1", rating="star_4"), room("R2")], base="2024-01-01", years=1, everything=True)
    rows = forecasts(county, plan(county))
    assert [(row.item, row.subject, row.fen // YUAN) for row in rows] == [
        ("insurance_subsidy", "R1s", 1_000), ("insurance_subsidy", "R2s", 1_000), ("operating_subsidy", "R1s", 30_000),
    ]  # fmt: skip


def test_odd_fen_go_to_the_last_funder() -> None:
    """A cent that cannot be halved is not lost and not made: the first half is rounded half-up, the rest is the other's."""
    county = with_rule(scenario("yangcheng-2022", [room("R1", semi_disabled=1, stay_months="3.01")], years=1), share=None)
    rows = [row for row in forecasts(county, plan(county)) if row.item == "bed_subsidy_semi_disabled"]
    assert sorted(row.fen for row in rows) == [15_050, 45_150]
    assert sum(row.fen for row in rows) == 60_200
    county = with_rule(scenario("yangcheng-2022", [room("R1", semi_disabled=1, stay_months="3.0001")], years=1), share=None)
    rows = [row for row in forecasts(county, plan(county)) if row.item == "bed_subsidy_semi_disabled"]
    assert [(row.funder, row.fen) for row in rows] == [("county", 15_001), ("developer", 45_001)]


def test_a_part_of_a_subsidy() -> None:
    """A payer who carries 30 % carries 30 % of each year, rounded half-up to the fen."""
    county = with_rule(scenario("yangcheng-2022", [room("R1", semi_disabled=1, stay_months="3.0001")], years=1), share="0.3")
    rows = [row for row in forecasts(county, plan(county)) if row.item == "bed_subsidy_semi_disabled"]
    assert [row.fen for row in rows] == [18_001]


def with_rule(county: Scenario, *, share: str | None) -> Scenario:
    """Return the scenario with the bed subsidy split one to three, or carried in part."""
    parts = tuple(Share.model_validate({"funder": funder, "share": part}) for funder, part in (("county", "0.25"), ("developer", "0.75")))
    changed = [rule.model_copy(update={"shares": parts} if share is None else {"share": Decimal(share)}) for rule in county.pack.recurring]
    return county.model_copy(update={"pack": county.pack.model_copy(update={"recurring": tuple(changed)})})


def test_rows_are_sorted() -> None:
    """Item, subject, year, funder."""
    county = scenario("weihai-2019", [room(key, **PROJECT, service_items=1) for key in ("R2", "R1")], years=2)
    rows = forecasts(county, plan(county))
    keys = [(row.item, row.subject, row.year, row.funder) for row in rows]
    assert keys == sorted(keys) and len(set(keys)) == 8
