"""Tests on the cells of options and sites: room rules, rooms handed over with the housing, conditions of grants, exclusions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.others import TEXT, amount, county, estate, law, line, made, option, site, wrong
from siteplanner.audit import audit
from siteplanner.plan import Line, NamedException
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Premises

WORKS = ["none", "new", "conversion", "extension", "upgrade"]


def ruled(rule: dict[str, Any], dm2: int = 2000, site_cells: dict[str, Any] | None = None, held: str = "", **cells: Any) -> list[Any]:
    """Return clause, code and subject of what is wrong with one room under one rule."""
    pack = law(room_rules=[{"id": "r", "clause": "C6", "table": "option", "text": TEXT, **rule}])
    rooms = [Premises.model_validate({"premises": "P", "name": "P", "kind": "room", "township": "T", "area_m2": held})] if held else []
    add = {"extends": "P"} if held else {}
    row = option("O", "S", f"{dm2 / 100:.2f}", **{**add, **cells})
    case = county(pack, [estate("E", 50)], [site("S", **(site_cells or {}))], [row], premises=rooms)
    place = "P" if held else "S"
    return wrong(case, made(case, {"O": dm2}, [("E", place, 1000)], {"E": 1000}))


BROKEN = [("C6", "room_rule", "O")]


def test_a_rule_may_set_a_greatest_figure_or_list_what_may_stand() -> None:
    """`at_most` takes its end, `one_of` its list; an empty cell passes neither."""
    most = {"table": "site", "field": "floor", "at_most": amount(3, "count", "C6")}
    assert [ruled(most, site_cells={"floor": n}) for n in (3, 4, None)] == [[], BROKEN, BROKEN]
    listed = {"field": "source", "one_of": ["idle", "surplus"]}
    assert [ruled(listed, source=s) for s in ("surplus", "market", "")] == [[], BROKEN, BROKEN]
    band = {"field": "beds", "at_least": amount(10, "count", "C6"), "at_most": amount(20, "count", "C6")}
    assert [ruled(band, beds=n) for n in (9, 10, 20, 21, None)] == [BROKEN, [], [], BROKEN, BROKEN]
    months = {"field": "stay_months", "at_least": amount("2.5", "months", "C6")}
    assert [ruled(months, stay_months=n) for n in ("2.5", "2.4")] == [[], BROKEN]


def test_an_area_rule_looks_at_the_place_the_option_makes() -> None:
    """150 m² added to premises of 349.99 m² make less than 500 m², to 350 m² just enough; alone they are what they are."""
    rule = {"field": "area_m2", "at_least": amount(500, "m2", "C6"), "at_most": amount(600, "m2", "C6")}
    assert [ruled(rule, dm2) for dm2 in (49999, 50000, 60000, 60001)] == [BROKEN, [], [], BROKEN]
    assert [ruled(rule, 15000, held=held, kind="own", works="extension") for held in ("349.99", "350", "450", "450.01")] == [
        BROKEN, [], [], BROKEN,
    ]  # fmt: skip


def test_a_reason_may_stand_with_the_option_or_with_its_site() -> None:
    """An exception's column is looked up in the option and then in the site, whichever table the rule tests, and is named by its rule."""
    rule = {"field": "beds", "at_least": amount(10, "count", "C6"), "exception": "rule_exception"}
    assert ruled(rule, beds=9) == BROKEN
    assert ruled(rule, beds=9, site_cells={"rule_exception": "狭小"}) == [("C6", "exception_missing", "S")]
    pack = law(room_rules=[{"id": "r", "clause": "C6", "table": "option", "text": TEXT, **rule}])
    case = county(pack, [estate("E", 50)], [site("S", rule_exception="狭小")], [option("O", "S", 20, beds=9)])
    plan = made(case, {"O": 2000}, [("E", "S", 1000)], {"E": 1000})
    for code, ok in (("r", True), ("beds", False)):
        named = NamedException(subject="O", clause="C6", code=code, reason="狭小")
        assert (wrong(case, plan.model_copy(update={"exceptions": (named,)})) == []) is ok


def test_a_rule_that_is_only_reported_breaks_nothing_and_is_shown() -> None:
    """Under an enforced clause a reported rule leaves the plan lawful and its finding in the table."""
    rule = {"field": "beds", "at_least": amount(10, "count", "C6"), "state": "reported", "exception": "rule_exception"}
    assert ruled(rule, beds=9) == []
    assert ruled(rule, beds=9, site_cells={"rule_exception": "狭小"}) == []
    pack = law(room_rules=[{"id": "r", "clause": "C6", "table": "option", "text": TEXT, **rule}])
    case = county(pack, [estate("E", 50)], [site("S")], [option("O", "S", 20, beds=9)])
    findings = audit(case, made(case, {"O": 2000}, [("E", "S", 1000)], {"E": 1000}), {})
    assert [(f.result, f.code) for f in findings if f.clause == "C6"] == [("holds", "holds"), ("reported", "room_rule")]


@pytest.mark.parametrize(("event", "field"), [("first_delivery", "first_delivery"), ("completed", "completed")])
def test_a_developers_room_comes_with_the_housing(event: str, field: str) -> None:
    """Ready on the day of the hand-over is in time, a day later is not; no date, another class or another kind is not tested."""
    rule = {"id": "d", "clause": "C6", "kinds": ["developer"], "cohorts": ["old"], "event": event, "text": TEXT}

    def late(day: str | None, kind: str = "developer", state: str = "enforced", stands_in: str | None = "E", **parts: Any) -> list[Any]:
        pack = law(delivery_rules=[{**rule, "state": state, **parts}])
        case = county(pack, [estate("E", 50, **{field: day})], [site("S", estate=stands_in)], [option("O", "S", 20, kind, lead_days=30)])
        return wrong(case, made(case, {"O": 2000}, [("E", "S", 1000)], {"E": 1000}, ready={"O": date(2022, 1, 31)}))

    assert late("2022-01-31") == []
    assert late("2022-01-30") == [("C6", "handed_over_late", "O")]
    assert late(None) == late("2022-01-30", kind="own") == late("2022-01-30", stands_in=None) == []
    assert late("2022-01-30", state="reported") == late("2022-01-30", cohorts=["new"]) == []


def grants(*rules: dict[str, Any]) -> PolicyPack:
    """Return a law with grants of 100 yuan from the city to the town under C6."""
    base = {"clause": "C6", "name": TEXT, "payer": "city", "receiver": "town"}
    step = {"by_works": [{"works": WORKS, "amount": amount(100, "yuan", "C6")}]}
    return law(grants=[{**base, **step, "id": f"g{n}", **rule} for n, rule in enumerate(rules)])


def earned(pack: PolicyPack, paid: list[tuple[str, int]], site_cells: dict[str, Any] | None = None, **cells: Any) -> list[tuple[str, str]]:
    """Return clause and code of what is wrong when a room's ledger holds grants (id, yuan)."""
    case = county(pack, [estate("E", 50)], [site("S", **(site_cells or {}))], [option("O", "S", 20, **cells)])
    base = {"payer": "city", "receiver": "town", "clause": "C6"}
    lines: list[Line] = [line("O", "S", 2022, "grant", yuan, yuan, **base, item=name) for name, yuan in paid]
    return [(clause, code) for clause, code, _ in wrong(case, made(case, {"O": 2000}, [("E", "S", 1000)], {"E": 1000}, ledger=lines))]


PAID = [("g0", 100)]


@pytest.mark.parametrize(
    ("condition", "good", "bad"),
    [
        ({"field": "source", "one_of": ["idle", "surplus"]}, {"source": "idle"}, {"source": "market"}),
        ({"field": "source", "one_of": ["idle"]}, {"source": "idle"}, {"source": ""}),
        ({"field": "beds", "at_least": amount(10, "count", "C6")}, {"beds": 10}, {"beds": 9}),
        ({"field": "beds", "at_least": amount(10, "count", "C6")}, {"beds": 10}, {"beds": None}),
        ({"field": "beds", "more_than": amount(10, "count", "C6")}, {"beds": 11}, {"beds": 10}),
        ({"field": "stay_months", "more_than": amount(3, "months", "C6")}, {"stay_months": "3.5"}, {"stay_months": 3}),
        ({"field": "rent_yuan_per_year", "at_least": amount(5, "yuan", "C6")}, {"rent_yuan_per_year": 5}, {"rent_yuan_per_year": "4.99"}),
        ({"field": "operator", "equals": True}, {"operator": True}, {"operator": False}),
        ({"field": "provenance", "not_in": ["day_care"]}, {"provenance": ""}, {"provenance": "day_care"}),
    ],
)
def test_a_condition_opens_or_bars_a_grant(condition: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]) -> None:
    """Each test on a cell, on both sides of its boundary; `more_than` is strict, and an empty cell fails a figure."""
    pack = grants({"conditions": [condition]})
    rent = "rent_yuan_per_year" in good
    assert ("C6", "grant_missing") in earned(pack, [], **good)
    assert earned(pack, PAID, **good) == ([("C1", "line_missing")] * 5 if rent else [])
    assert ("C6", "grant_undue") in earned(pack, PAID, **bad)


def test_a_condition_looks_at_the_site_where_the_option_has_no_such_column() -> None:
    """`idle` and `owner_type` are columns of the site."""
    pack = grants({"conditions": [{"field": "owner_type", "one_of": ["state"]}, {"field": "idle", "equals": True}]})
    assert earned(pack, PAID, {"owner_type": "state", "idle": True}) == []
    assert earned(pack, PAID, {"owner_type": "state"}) == [("C6", "grant_undue")]
    assert earned(pack, PAID, {"idle": True}) == [("C6", "grant_undue")]


def test_a_condition_may_bite_on_some_types_only() -> None:
    """What a town centre was before does not matter where the test is about stations."""
    condition = {"field": "provenance", "not_in": ["day_care"], "station_types": ["station"]}
    pack = grants({"conditions": [condition]})
    assert earned(pack, PAID, provenance="day_care", station_type="centre") == []
    assert earned(pack, PAID, provenance="day_care", station_type="station") == [("C6", "grant_undue")]


def test_a_grant_refused_by_a_condition_breaks_the_conditions_clause() -> None:
    """The clause of the first condition that fails is cited, and the grant's own where none states one."""
    pack = grants(
        {"conditions": [{"field": "pilot_money", "equals": False}, {"field": "provenance", "not_in": ["day_care"], "clause": "C8"}]}
    )
    assert earned(pack, PAID, provenance="day_care") == [("C8", "grant_undue")]
    assert earned(pack, PAID, provenance="day_care", pilot_money=True) == [("C6", "grant_undue")]


def test_of_grants_that_exclude_each_other_the_greater_stays() -> None:
    """200 beside 100 that excludes it: 200 is paid, whichever stands first; of equal ones the pack's first is."""
    more = {"by_works": [{"works": WORKS, "amount": amount(200, "yuan", "C6")}]}
    for rules in (({}, {**more, "excludes": ["g0"]}), ({"excludes": ["g1"]}, more)):
        assert earned(grants(*rules), [("g1", 200)]) == []
        assert earned(grants(*rules), PAID) == [("C6", "grant_missing"), ("C6", "grant_undue")]
    equal = grants({}, {"excludes": ["g0"]})
    assert earned(equal, PAID) == []
    assert ("C6", "grant_undue") in earned(equal, [("g1", 100)])
    three = grants({}, {"excludes": ["g0"]}, more)
    assert earned(three, [("g0", 100), ("g2", 200)]) == []
