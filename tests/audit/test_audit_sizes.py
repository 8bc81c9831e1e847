"""Who may use which place: households, ends of a band, reasons, types of station, rooms for their own estate, places not shared."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.others import TEXT, amount, county, estate, law, made, option, site, wrong
from siteplanner.audit.estates import standings
from siteplanner.plan import NamedException, Plan
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Premises, Scenario

BAND = {"place": {"min": amount(500, clause="C8"), "max": amount(2000, clause="C9")}}
UNSAID = frozenset({"requirement_short", "coverage_short", "status_wrong", "estate_short"})
"""What follows from a credit that does not count."""


def room(id_: str = "P", area: int = 20, **cells: Any) -> Premises:
    """Return premises of some m²."""
    row = {"premises": id_, "name": id_, "kind": "room", "township": "T", "community": "K", "area_m2": area, **cells}
    return Premises.model_validate(row)


def codes(case: Scenario, plan: Plan) -> set[tuple[str, str, str]]:
    """Return what is wrong, without what only follows from it."""
    return {row for row in wrong(case, plan) if row[1] not in UNSAID}


def one(pack: PolicyPack, dm2: int, site_cells: dict[str, Any] | None = None, **option_cells: Any) -> set[tuple[str, str, str]]:
    """Return what is wrong with an estate of 100 dwellings in one place of some dm²."""
    case = county(pack, [estate("E", 100)], [site("S", **(site_cells or {}))], [option("O", "S", f"{dm2 / 100:.2f}", **option_cells)])
    return codes(case, made(case, {"O": dm2}, [("E", "S", 2000)], {"E": 2000}))


@pytest.mark.parametrize(("per", "need"), [("dwelling", 2000), ("household", 2020)])
def test_households_may_be_counted_instead_of_dwellings(per: str, need: int) -> None:
    """100 dwellings and 101 households need 20.00 or 20.20 m²; without a figure nothing is counted."""
    pack = law({"tests": [{"test": "per_hundred", "value": amount(20, "m2_per_100"), "per": per}]})
    assert standings(county(pack, [estate("E", 100, households=101)], [], []))["E"].required_dm2 == need
    begun = law({"tests": [{"test": "per_hundred", "value": amount(20, "m2_per_100"), "per": per, "rounding": "up_to_hundred"}]})
    assert standings(county(begun, [estate("E", 100, households=101)], [], []))["E"].required_dm2 == (4000 if per == "household" else 2000)


@pytest.mark.parametrize(
    ("ends", "fits", "small", "large"),
    [("included", (50000, 200000), 49999, 200001), ("excluded", (50001, 199999), 50000, 200000)],
)
def test_the_ends_of_a_band_are_in_or_out_as_the_law_says(ends: str, fits: tuple[int, int], small: int, large: int) -> None:
    """At 500.00 and 2,000.00 m² a reading that excludes the ends says no, and one dm² inside says yes."""
    pack = law({"place": {**BAND["place"], "ends": ends}})
    assert [one(pack, dm2) for dm2 in fits] == [set(), set()]
    assert {row[:2] for row in one(pack, small)} == {("C8", "place_below_min")}
    assert {row[:2] for row in one(pack, large)} == {("C9", "place_above_max")}


def test_a_reason_lets_a_place_of_another_area_pass_and_is_named() -> None:
    """A place of 0.01 m² qualifies by its site's reason, which the plan must name under the clause of the least area."""
    pack = law({"place": {**BAND["place"], "exception": "rule_exception"}, "tests": []})
    rows = [option("O", "S", "0.01")]
    case = county(pack, [estate("E", 100)], [site("S", rule_exception="山区")], rows)
    bare = made(case, {"O": 1}, [("E", "S", 0)], {"E": 0})
    named = NamedException(subject="S", clause="C8", code="place_area", reason="山区")
    assert wrong(case, bare.model_copy(update={"exceptions": (named,)})) == []
    assert wrong(case, bare) == [("C8", "exception_missing", "S")]
    for other in ({"code": "detached"}, {"subject": "O"}, {"clause": "C9"}, {"reason": "-"}):
        found = wrong(case, bare.model_copy(update={"exceptions": (named.model_copy(update=other),)}))
        assert {code for _, code, _ in found} == {"exception_missing", "exception_unfounded"}
    silent = county(pack, [estate("E", 100)], [site("S")], rows)
    assert ("C8", "place_below_min", "S") in wrong(silent, made(silent, {"O": 1}, [], {"E": 0}))
    large = county(pack, [estate("E", 100)], [site("S", rule_exception="山区")], [option("O", "S", 600)])
    assert wrong(large, made(large, {"O": 60000}, [("E", "S", 0)], {"E": 0})) == []


def test_a_way_not_allowed_for_a_class_breaks_the_clause_that_lists_the_ways() -> None:
    """Where the list of ways stands in a clause of its own, that clause is cited; else the standard's."""
    for clause, cited in (("C7", "C7"), (None, "C2")):
        pack = law({"kinds": ["purchase"], "kinds_clause": clause})
        assert one(pack, 2000, kind="lease") == {(cited, "kind_not_allowed", "E"), (cited, "kind_not_allowed", "S")}
        assert one(pack, 2000, kind="purchase") == set()


@pytest.mark.parametrize(("kind", "ok"), [("station", True), ("", True), ("canteen", False)])
def test_only_some_types_of_station_serve(kind: str, ok: bool) -> None:
    """Options and premises of the types named serve, and rows that state none; others do not."""
    pack = law({"station_types": ["station"]})
    found = one(pack, 2000, station_type=kind)
    assert (found == set()) is ok
    assert ok or ("C2", "station_type_not_taken", "E") in found
    case = county(pack, [estate("E", 100)], [], [], premises=[room(station_type=kind)])
    held = codes(case, made(case, {}, [("E", "P", 2000)], {"E": 2000}))
    assert held == (set() if ok else {("C2", "station_type_not_taken", "E")})


def test_an_extension_of_another_type_adds_nothing_and_takes_nothing() -> None:
    """A canteen added to a station leaves the station's own 20 m² as they were, and no more."""
    pack = law({"station_types": ["station"]})
    rows = [option("O", "S", 20, "own", works="extension", extends="P", station_type="canteen")]
    case = county(pack, [estate("E", 100)], [site("S")], rows, premises=[room(station_type="station")])
    assert codes(case, made(case, {"O": 2000}, [("E", "P", 2000)], {"E": 2000})) == set()
    assert ("C2", "over_capacity", "P") in codes(case, made(case, {"O": 2000}, [("E", "P", 2001)], {"E": 2000}))


def test_some_rooms_serve_only_the_estate_they_stand_in() -> None:
    """A new build in E serves E and not F next door; bought, the same room serves both."""
    pack = law({"own_estate_kinds": ["new_build"]})
    for kind, codes_ in (("new_build", {("C2", "own_estate_only", "F"), ("C2", "own_estate_only", "S")}), ("purchase", set())):
        case = county(pack, [estate("E", 100), estate("F", 50)], [site("S", estate="E")], [option("O", "S", 30, kind)])
        assert codes(case, made(case, {"O": 3000}, [("E", "S", 2000), ("F", "S", 1000)], {"E": 2000, "F": 1000})) == codes_
        alone = county(pack, [estate("E", 100)], [site("S", estate="E")], [option("O", "S", 30, kind)])
        assert codes(alone, made(alone, {"O": 3000}, [("E", "S", 2000)], {"E": 2000})) == set()


def test_a_new_build_beside_premises_leaves_the_others_the_premises() -> None:
    """What a new build adds to premises is E's; F draws on the premises' own 10 m², and on not a dm² more."""
    pack = law({"own_estate_kinds": ["new_build"]})
    rows = [option("O", "S", 20, "new_build", works="extension", extends="P")]
    case = county(pack, [estate("E", 100), estate("F", 50)], [site("S", estate="E")], rows, premises=[room(area=10)])
    assert codes(case, made(case, {"O": 2000}, [("E", "P", 2000), ("F", "P", 1000)], {"E": 2000, "F": 1000})) == set()
    found = codes(case, made(case, {"O": 2000}, [("E", "P", 1999), ("F", "P", 1001)], {"E": 2000, "F": 1000}))
    assert found == {("C2", "over_capacity", "P")}


def test_a_place_may_have_to_serve_one_estate_alone() -> None:
    """Where sharing is not allowed a second estate's credit is one too many; a credit of nothing is none."""
    rows = [estate("E", 100), estate("F", 100)]
    for allowed, second, ok in ((False, 2000, False), (False, 0, True), (True, 2000, True)):
        case = county(law({"shared_place": allowed}), rows, [site("S")], [option("O", "S", 40)])
        found = codes(case, made(case, {"O": 4000}, [("E", "S", 2000), ("F", "S", second)], {"E": 2000, "F": 2000}))
        assert found == (set() if ok else {("C2", "place_shared", "S")})


def leave(premises: Premises, status: str = "served", need: int = 0, **parts: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong when the plan treats an estate with premises of its own as done."""
    case = county(law({"some_area": "leave"}, **parts), [estate("E", 100)], [], [], premises=[premises])
    plan = made(case, {}, [], {"E": need}, held={"E": 0})
    services = (plan.services[0].model_copy(update={"status": status}),)
    kept = tuple(row.model_copy(update={"area_dm2": 0}) for row in plan.premises) if parts else plan.premises
    return wrong(case, plan.model_copy(update={"services": services, "premises": kept}))


def test_an_estate_that_holds_some_area_is_left_as_done() -> None:
    """Premises in use in the estate, of however little, leave it served with nothing required; planned or foreign ones do not."""
    assert leave(room(area=1, estate="E")) == []
    assert ("C2", "status_wrong", "E") in leave(room(area=1, estate="E"), "out_of_scope")
    assert ("C2", "service_required", "E") in leave(room(area=1, estate="E"), need=2000)
    assert ("C2", "requirement_short", "E") in leave(room(area=1))
    assert ("C2", "requirement_short", "E") in leave(room(area=1, estate="E", status="planned", ready_date="2022-01-01"))
    none = {"premises_kinds": [{"id": "room", "name": TEXT, "clause": "C5", "area": "none"}]}
    assert ("C2", "requirement_short", "E") in leave(room(area=1, estate="E"), **none)


def test_premises_of_a_kind_that_does_not_count_are_no_place() -> None:
    """A room of a kind that only counters see has no area: nothing is credited from it and it covers nobody."""
    kinds = [{"id": "room", "name": TEXT, "clause": "C5", "area": "none"}]
    case = county(law({"tests": []}, premises_kinds=kinds), [estate("E", 100)], [], [], premises=[room(area=900)])
    plan = made(case, {}, [("E", "P", 0)], {"E": 0})
    none = plan.model_copy(update={"premises": tuple(row.model_copy(update={"area_dm2": 0}) for row in plan.premises)})
    assert codes(case, none) == {("C5", "place_without_area", "E")}
    assert ("C2", "coverage_short", "E") in wrong(case, none)
    assert ("C5", "premises_area", "P") in wrong(case, plan)
    counted = county(law({"tests": []}), [estate("E", 100)], [], [], premises=[room(area=900)])
    assert wrong(counted, plan) == []


def test_a_lease_that_ends_serves_until_its_last_day() -> None:
    """A room leased for a year from 2022-01-01 counts on 2022-12-31 and no longer on 2023-01-01."""
    for day, ok in ((date(2022, 12, 31), True), (date(2023, 1, 1), False)):
        pack = law({"deadline": {"date": day, "day": "included", "clause": "C4"}})
        rows = [option("O", "S", 20, "lease", term_years=1, lease_end="end")]
        case = county(pack, [estate("E", 100)], [site("S")], rows)
        found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, checkpoints=[day]))
        assert (found == []) is ok
