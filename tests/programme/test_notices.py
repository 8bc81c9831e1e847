"""Notices: dates of the policy, rules that are only reported, wishes, leases, steps of a grant, rooms nobody needs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from programme.county import estate, plan, premises, room, scenario
from siteplanner import notices as module
from siteplanner import streets
from siteplanner.addenda import complete
from siteplanner.forecast import forecasts
from siteplanner.notices import notices
from siteplanner.plan import Notice
from siteplanner.policy.schema import RoomRule
from siteplanner.programme import figures
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import catalogue, say

STATION = {"station_type": "service"}


def coded(rows: tuple[Notice, ...], code: str) -> list[Notice]:
    """Return the notices of one code."""
    return [row for row in rows if row.code == code]


@pytest.mark.parametrize(("ready", "warned"), [("2027-09-30", False), ("2027-10-01", True)])
def test_a_room_ready_after_the_policys_last_day_is_warned(ready: str, warned: bool) -> None:
    """In force until 2027-09-30: a room ready that day is inside, one ready the day after is not."""
    county = scenario("wenzhou-2023", [room("R1")], base="2024-01-01", years=3)
    found = coded(notices(county, plan(county, ready=ready)), "validity_room")
    assert [(row.clause, row.subject, row.facts["ready"]) for row in found] == ([("WZ9", "R1", ready)] if warned else [])


@pytest.mark.parametrize(("start", "warned"), [("2027-09-30", False), ("2027-10-01", True)])
def test_a_room_started_after_the_policys_last_day_is_warned(start: str, warned: bool) -> None:
    """The start counts as the day of readiness does."""
    county = scenario("wenzhou-2023", [room("R1")], base="2024-01-01", years=3)
    assert len(coded(notices(county, plan(county, start=start)), "validity_room")) == warned


@pytest.mark.parametrize(("years", "end"), [(3, ""), (4, "2027-12-31"), (10, "2033-12-31")])
def test_a_horizon_past_the_policys_last_day_is_warned_once(years: int, end: str) -> None:
    """A horizon to the end of 2026 is inside; one to the end of 2027 reaches three months past the policy."""
    county = scenario("wenzhou-2023", [room("R1"), room("R2")], base="2024-01-01", years=years)
    found = coded(notices(county, plan(county)), "validity_horizon")
    assert [(row.clause, row.subject, row.facts["horizon_end"], row.facts["last_day"]) for row in found] == (
        [("WZ9", "", end, "2027-09-30")] if end else []
    )


def test_a_policy_without_an_end_warns_of_none() -> None:
    """Nothing reaches past a policy that states no last day."""
    county = scenario("yangcheng-2022", [room("R1", fire_procedure="备案")], base="2022-05-01", years=60)
    assert [row.code for row in notices(county, plan(county)) if row.code.startswith("validity")] == []


@pytest.mark.parametrize(("start", "warned"), [("2023-09-30", True), ("2023-10-01", False)])
def test_a_plan_that_starts_before_the_policy_is_warned(start: str, warned: bool) -> None:
    """In force from 2023-10-01: the earliest start is named."""
    county = scenario("wenzhou-2023", [room("R1"), room("R2")], base="2023-09-01", years=2)
    found = coded(notices(county, plan(county, start=start)), "validity_early")
    assert [row.facts for row in found] == ([{"start": start, "first_day": "2023-10-01"}] if warned else [])


def test_a_reported_room_rule_lists_who_fails_it() -> None:
    """The class of fire procedure is to be stated; the option that does not is listed, a developer's room is not asked."""
    rooms = [room("R1", fire_procedure="备案"), room("R2"), room("R3", kind="developer", works="new")]
    county = scenario("yangcheng-2022", rooms, base="2022-05-01")
    found = [row for row in notices(county, plan(county)) if row.code == "room_rule"]
    assert [(row.clause, row.subject) for row in found] == [("YC13", "R2")]
    assert found[0].facts["rule_en"].startswith("state the class")


@pytest.mark.parametrize(
    ("rule", "cells", "fails"),
    [
        ({"table": "option", "field": "area_m2", "at_least": ("500", "m2")}, {"area_m2": "499.99"}, True),
        ({"table": "option", "field": "area_m2", "at_least": ("500", "m2")}, {"area_m2": 500}, False),
        ({"table": "option", "field": "area_m2", "at_most": ("500", "m2")}, {"area_m2": "500.01"}, True),
        ({"table": "site", "field": "gross_area_m2", "at_least": ("500", "m2")}, {"gross_area_m2": 500}, False),
        ({"table": "site", "field": "gross_area_m2", "at_least": ("500", "m2")}, {}, True),
        ({"table": "option", "field": "beds", "at_least": ("10", "count")}, {"beds": 9}, True),
        ({"table": "option", "field": "beds", "at_least": ("10", "count")}, {"beds": 10}, False),
        ({"table": "site", "field": "floor", "equals": 1}, {"floor": 2}, True),
        ({"table": "site", "field": "outdoor_space", "equals": True}, {"outdoor_space": "是"}, False),
        ({"table": "site", "field": "outdoor_space", "equals": True}, {}, True),
        ({"table": "site", "field": "owner_type", "one_of": ("state", "collective")}, {"owner_type": "private"}, True),
        ({"table": "site", "field": "owner_type", "one_of": ("state", "collective")}, {"owner_type": "state"}, False),
        ({"table": "option", "field": "beds", "at_least": ("10", "count"), "works": ("new",)}, {"beds": 9}, False),
        ({"table": "option", "field": "beds", "at_least": ("10", "count"), "kinds": ("lease",)}, {"beds": 9}, False),
        ({"table": "option", "field": "beds", "at_least": ("10", "count"), "station_types": ("x",)}, {"beds": 9}, False),
    ],
)
def test_reported_rules_of_every_form(rule: dict[str, object], cells: dict[str, object], fails: bool) -> None:
    """Each kind of test at and beside its bound; an empty cell fails, a rule for other options does not bite."""
    county = reporting(rule, cells)
    assert len(coded(notices(county, plan(county)), "room_rule")) == fails


def test_a_reason_is_listed_where_the_rule_allows_one() -> None:
    """A stated reason turns the remark into a named departure."""
    county = reporting({"table": "option", "field": "beds", "present": True, "exception": "rule_exception"}, {"rule_exception": "地块限制"})
    found = [row for row in notices(county, plan(county)) if row.code.startswith("room_rule")]
    assert [(row.code, row.facts["reason"]) for row in found] == [("room_rule_excused", "地块限制")]


def reporting(rule: dict[str, object], cells: dict[str, object]) -> Scenario:
    """Return a county of one room under one reported room rule."""
    county = scenario("yangcheng-2022", [room("R1", **cells)], base="2022-05-01")
    limits = {
        key: {"value": end[0], "unit": end[1], "clause": "YC6"}
        for key, end in rule.items()
        if key in ("at_least", "at_most") and isinstance(end, tuple)
    }
    row = RoomRule.model_validate({"id": "x", "clause": "YC6", "state": "reported", "text": {"zh": "x", "en": "x"}, **rule, **limits})
    return county.model_copy(update={"pack": county.pack.model_copy(update={"room_rules": (row,)})})


@pytest.mark.parametrize(
    ("completed", "codes"), [("2025-06-30", []), ("2025-06-29", ["delivery_late"]), ("", ["undated_completed"])]
)  # fmt: skip
def test_a_developers_room_is_handed_over_with_the_housing(completed: str, codes: list[str]) -> None:
    """Ready on the day the estate is completed is in time, a day later is late; an estate without the date is listed."""
    rows = [estate("E1", cohort="new", completed=completed)]
    county = scenario(
        "wenzhou-2023", [room("R1", kind="developer", works="new", estate="E1"), room("R2", estate="E1")], rows, base="2024-01-01", years=2
    )
    found = [row for row in notices(county, plan(county, ready="2025-06-30")) if row.clause == "WZ11"]
    assert [(row.code, row.subject) for row in found] == [(code, "R1") for code in codes]


def test_an_undated_estate_is_listed_under_an_enforced_rule_too() -> None:
    """What cannot be tested is said, whatever the state of the rule; a late room under it is the check's to find."""
    rows = [estate("E1", cohort="new"), estate("E2", cohort="new", first_delivery="2021-01-01"), estate("E3", cohort="old")]
    rooms = [room(f"R{n}", kind="developer", works="new", estate=f"E{n}") for n in (1, 2, 3)]
    county = scenario("liaoyuan-2021", rooms, rows, base="2021-06-01")
    found = [row for row in notices(county, plan(county)) if row.clause == "LY4"]
    assert [(row.code, row.subject) for row in found] == [("undated_first_delivery", "R1")]


def test_rooms_away_from_a_clinic_are_counted() -> None:
    """A wish that is switched off is still counted: two of three rooms are not next to a clinic."""
    rooms = [room("R1", clinic_adjacent="是", fire_procedure="备案"), room("R2", fire_procedure="备案"), room("R3", fire_procedure="备案")]
    county = scenario("yangcheng-2022", rooms, base="2022-05-01")
    found = coded(notices(county, plan(county)), "preference")
    assert [(row.clause, row.facts["unwanted"], row.facts["chosen"]) for row in found] == [("YC12", "2", "3")]


def test_an_order_of_sources_is_counted_wish_by_wish() -> None:
    """One lease goes against the first wish; the lease and the purchase go against the second, surplus housing does not."""
    rooms = [
        room("R1", kind="lease", rent_yuan_per_year=1),
        room("R2"),
        room("R3", source="surplus_resettlement"),
        room("R4", kind="developer", works="new"),
    ]
    county = scenario("liaoyuan-2021", rooms, base="2021-06-01")
    found = coded(notices(county, plan(county)), "preference")
    assert sorted((row.facts["name_en"].split()[0], row.facts["unwanted"]) for row in found) == [("idle", "2"), ("lease", "1")]


def test_idle_state_or_collective_assets_are_counted() -> None:
    """Both conditions must hold: idle, and owned by the state or a collective."""
    rooms = [room("R1", owner_type="state", idle="是"), room("R2", owner_type="state"), room("R3", owner_type="private", idle="是")]
    county = scenario("wenzhou-2023", rooms, base="2024-01-01", years=2)
    assert [row.facts["unwanted"] for row in coded(notices(county, plan(county)), "preference")] == ["2"]


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [("2022-01-01", 5, ""), ("2022-01-01", 4, "2025-12-31"), ("2021-06-01", 5, "2026-05-31"), ("2024-02-29", 1, "2025-02-28")],
)
def test_a_lease_that_ends_within_the_horizon_is_taken_as_renewed(start: str, years: int, end: str) -> None:
    """The horizon ends on 2026-12-31: a term to that day needs no renewal, a shorter one is said to be renewed."""
    rooms = [room("R1", kind="lease", rent_yuan_per_year=80_000, term_years=years), room("R2", kind="lease", rent_yuan_per_m2_year=100)]
    county = scenario("liaoyuan-2021", rooms, base="2021-06-01", years=6)
    found = coded(notices(county, plan(county, start=start)), "lease_renewed")
    assert [(row.subject, row.facts["term_end"], row.facts["horizon_end"]) for row in found] == ([("R1", end, "2026-12-31")] if end else [])


@pytest.mark.parametrize(
    ("area", "step", "amount", "neighbour", "difference"),
    [
        ("494.99", "", "", "", ""),
        ("495", "500.00", "50,000.00", "100,000.00", "-50,000.00"),
        ("500.00", "500.00", "50,000.00", "100,000.00", "-50,000.00"),
        ("500.01", "500.00", "100,000.00", "50,000.00", "50,000.00"),
        ("505", "500.00", "100,000.00", "50,000.00", "50,000.00"),
        ("505.01", "", "", "", ""),
        ("989.99", "", "", "", ""),
        ("990", "1,000.00", "100,000.00", "200,000.00", "-100,000.00"),
        ("999.99", "1,000.00", "100,000.00", "200,000.00", "-100,000.00"),
        ("1000.00", "1,000.00", "200,000.00", "100,000.00", "100,000.00"),
        ("1010.01", "", "", "", ""),
    ],
)
def test_the_steps_of_the_grant(area: str, step: str, amount: str, neighbour: str, difference: str) -> None:
    """On a step or within 1 % of it the report says what the step is worth: 50,000 at 500 m², 100,000 at 1,000 m²."""
    county = scenario("weihai-2019", [room("R1", area_m2=area, **STATION)], base="2019-07-01")
    found = coded(notices(county, plan(county)), "grant_step")
    names = ("step", "amount", "neighbour", "difference")
    assert [(row.clause, row.subject, *(row.facts[name] for name in names)) for row in found] == (
        [("WH5", "R1s", step, amount, neighbour, difference)] if step else []
    )


def test_a_step_that_pays_nothing_is_not_told() -> None:
    """A room that may not earn the grant stands on no cliff."""
    rooms = [room("R1", area_m2=500, urban="否", **STATION), room("R2", area_m2=500, pilot_money="是", **STATION)]
    county = scenario("weihai-2019", rooms, base="2019-07-01")
    assert coded(notices(county, plan(county)), "grant_step") == []


def test_the_step_of_premises_that_grow_is_on_the_whole_place() -> None:
    """An extension of 400.01 m² to 100 m² makes a place of 500.01 m²: just over the step."""
    rooms = [room("R1", kind="own", works="extension", extends="P1", area_m2="400.01", **STATION)]
    county = scenario("weihai-2019", rooms, held=[premises("P1", "station")], base="2019-07-01")
    found = coded(notices(county, plan(county)), "grant_step")
    assert [(row.subject, row.facts["area"], row.facts["difference_fen"]) for row in found] == [("P1", "500.01", "5000000")]


def test_a_room_nobody_needs_is_told_with_its_cost() -> None:
    """Without a credit, and nobody's nearest place: 600 m² bought for 1,000,000 yuan serve nobody."""
    rows = [estate("E1", cohort="old")]
    rooms = [room("R1", price_yuan=1_000_000), room("R2", price_yuan=1), room("R3", price_yuan=1)]
    county = scenario("yangcheng-2022", rooms, rows, base="2022-05-01")
    made = plan(county, credits=[("2030-12-31", "E1", "R2s", 1_500)])
    nearest = made.services[0].model_copy(update={"nearest": "R3s"})
    found = coded(notices(county, made.model_copy(update={"services": (nearest,)})), "idle_place")
    assert [(row.subject, row.facts["cost"]) for row in found] == [("R1s", "1,000,000.00")]


def test_a_place_that_covers_without_area_is_not_idle() -> None:
    """Where the law asks coverage only, a credit of no area is what a place is for."""
    county = scenario("wenzhou-2023", [room("R1"), room("R2")], [estate("E1", cohort="old")], base="2024-01-01", years=2)
    found = coded(notices(county, plan(county, credits=[("2025-12-31", "E1", "R1s", 0)])), "idle_place")
    assert [row.subject for row in found] == ["R2s"]


def test_centres_and_stations_asked_for_by_number_are_not_idle() -> None:
    """A town centre answers its tier, a station its community's share; a station elsewhere answers nothing."""
    rows = [estate("E1", approved="2010-01-01", community="一")]
    rooms = [room("R1", station_type="town_centre"), room("R2", community="一", **STATION), room("R3", community="二", **STATION)]
    county = scenario("weihai-2019", rooms, rows, base="2019-07-01")
    assert [row.subject for row in coded(notices(county, plan(county)), "idle_place")] == ["R3s"]


def test_land_that_the_law_asks_for_is_not_idle() -> None:
    """Where the land figure binds, a site with land may be there for it."""
    rooms = [room("R1", land_area_m2=500), room("R2")]
    for reading, idle in (("enforced", ["R2s"]), ("reported", ["R1s", "R2s"])):
        county = scenario("liaoyuan-2021", rooms, base="2021-06-01", land_target=reading)
        assert [row.subject for row in coded(notices(county, plan(county)), "idle_place")] == idle


def test_under_circle_readings_the_record_does_not_tell_who_is_idle() -> None:
    """There credits name only the nearest place, so nothing is said of the others."""
    for reading, count in (("shared_capacity", 1), ("circle_total", 0), ("circle_own", 0)):
        county = scenario("tonglu-2021", [room("R1", kind="purchase")], base="2022-02-01", sharing=reading)
        assert len(coded(notices(county, plan(county)), "idle_place")) == count


def test_every_notice_has_a_sentence_that_its_facts_fill() -> None:
    """No code without words in either language, no word without a use."""
    trees = [ast.parse(Path(str(part.__file__)).read_text(encoding="utf-8")) for part in (module, streets)]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [key.value for node in calls for key in node.keywords if key.arg == "code"]
    codes = {leaf.value for node in given for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and leaf.value != "undated_"}
    codes |= {"undated_first_delivery", "undated_completed"}
    for lang in ("zh", "en"):
        assert {key.removeprefix("notice.") for key in catalogue(lang) if key.startswith("notice.")} == codes


def test_the_sentences_can_be_said() -> None:
    """A plan with most kinds of notices reads in both languages."""
    rooms = [
        room("R1", kind="lease", rent_yuan_per_year=80_000, term_years=1, estate="E1", area_m2=500),
        room("R2", kind="developer", works="new", estate="E1"),
    ]
    county = scenario("wenzhou-2023", rooms, [estate("E1", cohort="new", completed="2023-01-01")], base="2023-09-01", years=9)
    found = notices(county, plan(county, ready="2028-01-01"))
    assert {"validity_early", "validity_horizon", "validity_room", "delivery_late", "lease_renewed", "preference", "idle_place"} == {
        row.code for row in found
    }
    for row in found:
        for lang in ("zh", "en"):
            own = {name.removesuffix(f"_{lang}"): fact for name, fact in row.facts.items()}
            assert "{" not in say(f"notice.{row.code}", lang, **{**row.facts, **own})


def test_a_plan_is_completed_and_nothing_else_changes() -> None:
    """Only forecasts, figures, notices and the tables of lifecycle costs change."""
    county = scenario("yangcheng-2022", [room("R1", rating="grade_1")], [estate("E1", cohort="old", service_persons=1)], base="2022-05-01")
    bare = plan(county)
    full = complete(county, bare)
    assert (full.forecasts, full.figures, full.notices) == (forecasts(county, bare), figures(county, bare), notices(county, bare))
    assert full.forecasts and full.figures and full.notices
    added = ("forecasts", "figures", "notices", "lifecycles", "break_evens", "commitments", "cash")
    assert full.model_copy(update=dict.fromkeys(added, ())) == bare
