"""Goals and wishes: dates of tiers, groups of milestones, land, preferences and their proofs, named exemptions, validity."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.others import TEXT, amount, county, estate, law, made, option, site, wrong
from siteplanner.plan import NamedException, Notice, Plan, Proof
from siteplanner.scenario.schema import Premises, Scenario

YEAR_END = date(2022, 12, 31)


def tier(ready: str, by: dict[str, Any] | None, **cells: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong when a town's centre is ready on a day and must be there by another."""
    rule = {"id": "town", "clause": "C6", "name": TEXT, "per": "township", "station_type": "centre", "min": amount(1000, clause="C6"),
            "by": by}  # fmt: skip
    days = (date.fromisoformat(ready) - date(2022, 1, 1)).days
    rows = [option("O", "S", 20), option("Q", "R", 1000, station_type="centre", lead_days=days, **cells)]
    case = county(law(tiers=[rule]), [estate("E", 100)], [site("S"), site("R")], rows)
    plan = made(case, {"O": 2000, "Q": 100000}, [("E", "S", 2000)], {"E": 2000}, ready={"Q": date.fromisoformat(ready)})
    return wrong(case, plan)


def test_a_centre_must_be_ready_by_its_own_date() -> None:
    """Ready on the named day is in time where the day is included; where it is not, the day before is the last."""
    included = {"date": "2022-06-30", "day": "included", "clause": "C6"}
    assert tier("2022-06-30", included) == []
    assert tier("2022-07-01", included) == [("C6", "tier_missing", "T")]
    assert tier("2022-06-30", {**included, "day": "excluded"}) == [("C6", "tier_missing", "T")]
    assert tier("2022-06-29", {**included, "day": "excluded"}) == []


def test_without_a_date_a_centre_is_there_at_the_end_of_the_plan() -> None:
    """The end of the plan is the last day on which the law looks: here the deadline of the estates."""
    assert tier("2022-12-31", None) == []
    assert tier("2023-01-01", None) == [("C6", "tier_missing", "T")]
    later = {"date": "2024-06-30", "day": "included", "clause": "C6"}
    assert tier("2023-01-01", later) == []


def test_a_centre_may_grow_out_of_premises() -> None:
    """700 m² of premises and 300 m² added make a centre of 1,000 m² by either's type; 299.99 m² added do not."""
    rule = {"id": "town", "clause": "C6", "name": TEXT, "per": "township", "station_type": "centre", "min": amount(1000, clause="C6")}
    for held, added, dm2, ok in (("centre", "", 30000, True), ("", "centre", 30000, True), ("centre", "", 29999, False)):
        room = {"premises": "P", "name": "P", "kind": "room", "township": "T", "area_m2": 700, "station_type": held}
        row = option("O", "S", f"{dm2 / 100:.2f}", "own", works="extension", extends="P", station_type=added)
        case = county(law(tiers=[rule]), [estate("E", 100)], [site("S")], [row], premises=[Premises.model_validate(room)])
        found = wrong(case, made(case, {"O": dm2}, [("E", "P", 2000)], {"E": 2000}))
        assert found == ([] if ok else [("C6", "tier_missing", "T")])


MILESTONE = {"id": "m", "clause": "C7", "unit": "estates", "cohorts": ["old"], "per": "county", "share": amount(1, "share", "C7"),
             "date": YEAR_END}  # fmt: skip


def shares(rows: list[Any], served: list[str], premises: list[Any] | None = None, **rule: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong when some estates are served and only a milestone asks for any."""
    pack = law({"deadline": None, "some_area": "leave"}, milestones=[{**MILESTONE, **rule}], require_all_by_end=False)
    case = county(pack, rows, [site("S")], [option("O", "S", 100)], premises=premises or [])
    needs = {row.id: row.dwellings * 20 for row in rows}
    left = {room.estate for room in premises or []}
    needs |= {name: 0 for name in left if name}
    return wrong(case, made(case, {"O": 10000}, [(name, "S", needs[name]) for name in served], needs))


def test_a_milestone_may_look_at_some_townships_only() -> None:
    """Full cover is asked in T; an estate of U may stay short."""
    rows = [estate("E", 100), estate("F", 100, township="U")]
    assert shares(rows, ["E"], townships=["T"]) == []
    assert shares(rows, ["E"]) == [("C7", "milestone_short", "X")]
    assert shares(rows, [], townships=["T"], per="township") == [("C7", "milestone_short", "T")]


@pytest.mark.parametrize("unit", ["estates", "dwellings"])
def test_an_estate_left_as_it_is_counts_as_done(unit: str) -> None:
    """Of two estates, one with premises of its own: half are done without any credit, both once the other is served."""
    rows = [estate("E", 100), estate("F", 100)]
    room = Premises.model_validate({"premises": "P", "name": "P", "kind": "room", "township": "T", "area_m2": 1, "estate": "F"})
    assert shares(rows, [], [room], unit=unit, share=amount("0.5", "share", "C7")) == []
    assert shares(rows, [], [room], unit=unit, share=amount("0.51", "share", "C7")) == [("C7", "milestone_short", "X")]
    assert shares(rows, ["E"], [room], unit=unit) == []


def test_dwellings_weigh() -> None:
    """An estate of 300 dwellings is three quarters of 400."""
    rows = [estate("E", 300), estate("F", 100)]
    three_quarters = amount("0.75", "share", "C7")
    assert shares(rows, ["E"], unit="dwellings", share=three_quarters) == []
    assert shares(rows, ["F"], unit="dwellings", share=three_quarters) == [("C7", "milestone_short", "X")]
    assert shares(rows, ["E"], unit="dwellings", share=amount("0.751", "share", "C7")) == [("C7", "milestone_short", "X")]


def test_credits_at_the_milestones_day_decide() -> None:
    """An estate credited at a later checkpoint only is not done by the milestone's day."""
    pack = law(milestones=[{**MILESTONE, "date": "2022-06-30"}])
    case = county(pack, [estate("E", 100)], [site("S")], [option("O", "S", 20)])
    both = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, checkpoints=[date(2022, 6, 30), YEAR_END])
    assert wrong(case, both) == []
    late = both.model_copy(update={"credits": tuple(c for c in both.credits if c.checkpoint == YEAR_END)})
    assert wrong(case, late) == [("C7", "milestone_short", "X")]


def community(*, operator: bool, done_when: str, credited: int, place: str = "K") -> list[tuple[str, str, str]]:
    """Return what is wrong with one community and one station, under a milestone of professional operation."""
    rule = {**MILESTONE, "unit": "communities", "operator_required": True, "done_when": done_when}
    pack = law({"deadline": None}, milestones=[rule], require_all_by_end=False)
    case = county(pack, [estate("E", 100)], [site("S", community=place)], [option("O", "S", 20, operator=operator)])
    return wrong(case, made(case, {"O": 2000}, [("E", "S", credited)], {"E": 2000}))


def test_all_estates_served_and_a_professional_station_in_the_community() -> None:
    """`all_estates` asks for credits and for an operated place standing in the community; `station` for the place only."""
    short = [("C7", "milestone_short", "X")]
    assert community(operator=True, done_when="all_estates", credited=2000) == []
    assert community(operator=True, done_when="all_estates", credited=1999) == short
    assert community(operator=True, done_when="station", credited=0) == []
    assert community(operator=False, done_when="all_estates", credited=2000) == short
    assert community(operator=True, done_when="all_estates", credited=2000, place="L") == short
    assert community(operator=True, done_when="station", credited=0, place="L") == short


def test_an_operator_of_what_is_added_runs_the_place() -> None:
    """Premises without an operator become an operated station by an extension that has one."""
    rule = {**MILESTONE, "unit": "communities", "operator_required": True, "done_when": "station"}
    room = {"premises": "P", "name": "P", "kind": "room", "township": "T", "community": "K", "area_m2": 10}
    for operator, codes in ((True, []), (False, ["milestone_short"])):
        pack = law({"deadline": None}, milestones=[rule], require_all_by_end=False)
        rows = [option("O", "S", 20, "own", works="extension", extends="P", operator=operator)]
        case = county(pack, [estate("E", 100)], [site("S")], rows, premises=[Premises.model_validate(room)])
        assert [code for _, code, _ in wrong(case, made(case, {"O": 2000}, [], {"E": 2000}))] == codes


def land(held: str, *, people: int = 1000, state: str = "enforced", district: str = "D", lease: bool = False) -> list[tuple[str, str, str]]:
    """Return what is wrong when one site holds some m² of land for the people of district D at 0.12 m² each."""
    rule = {"clause": "C6", "value": amount("0.12", "m2_per_person", "C6"), "population": f"D={people}", "state": state}
    room = {"premises": "P", "name": "P", "kind": "room", "township": "T", "district": "D", "area_m2": 1, "land_area_m2": 20}
    other = {**room, "premises": "Q", "land_area_m2": 500, "status": "planned", "ready_date": "2023-01-01"}
    rooms = [Premises.model_validate(row) for row in (room, other)]
    cells = {"term_years": 1, "lease_end": "end"} if lease else {}
    rows = [option("O", "S", 20, "lease", **cells)]
    pack = law({"deadline": {"date": "2023-01-01" if lease else "2022-12-31", "day": "excluded" if lease else "included", "clause": "C4"}},
               land=rule)  # fmt: skip
    case = county(pack, [estate("E", 100, district="D")], [site("S", district=district, land_area_m2=held)], rows, premises=rooms)
    return wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}))


def test_land_per_person_binds_where_the_reading_says_so() -> None:
    """1,000 people need 120 m²: 20 of premises and 100 of the site taken; planned premises and other districts do not count."""
    assert land("100") == []
    assert land("99.99") == [("C6", "land_short", "D")]
    assert land("99.99", state="reported") == []
    assert land("100", people=1001) == [("C6", "land_short", "D")]
    assert land("100.12", people=1001) == []
    assert land("100.11", people=1001) == [("C6", "land_short", "D")]
    assert land("100", district="X") == [("C6", "land_short", "D")]
    assert land("100", lease=True) == []


def wished(position: str, rule: dict[str, Any], proofs: list[Proof], site_cells: dict[str, Any] | None = None, **cells: Any) -> list[Any]:
    """Return what is wrong with one room and its proofs under a preference."""
    pack = law(preferences=[{"id": "p", "clause": "C9", "name": TEXT, "position": position, **rule}])
    case = county(pack, [estate("E", 100)], [site("S", **(site_cells or {}))], [option("O", "S", 20, **{"kind": "lease", **cells})])
    plan = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}).model_copy(update={"proofs": tuple(proofs)})
    return wrong(case, plan)


RULED_OUT = [("C9", "source_ruled_out", "O")]


def test_a_hard_preference_rules_out_by_kind_source_or_conditions() -> None:
    """What is listed is ruled out with `avoid`, what is not listed without; conditions must all hold to list an option."""
    assert wished("hard", {"kinds": ["lease"]}, []) == RULED_OUT
    assert wished("hard", {"kinds": ["purchase"]}, []) == []
    assert wished("hard", {"kinds": ["purchase"], "avoid": False}, []) == RULED_OUT
    assert wished("hard", {"kinds": ["lease"], "avoid": False}, []) == []
    assert wished("hard", {"sources": ["shop"]}, [], source="shop") == RULED_OUT
    assert wished("hard", {"sources": ["shop"]}, [], source="") == []
    where = {"where": [{"field": "owner_type", "one_of": ["private"]}, {"field": "idle", "equals": False}]}
    assert wished("hard", where, [], {"owner_type": "private"}) == RULED_OUT
    assert wished("hard", where, [], {"owner_type": "private", "idle": True}) == []
    assert wished("below", {"kinds": ["lease"]}, []) == []


def test_each_unwanted_option_stands_beside_its_proof_once() -> None:
    """With `prove` the plan holds one row for each unwanted option it takes, and none for others; the figure is its own."""
    proof = Proof(preference="p", clause="C9", option="O", extra_fen=5, proven=True)
    lease = {"kinds": ["lease"], "prove": True}
    missing = [("C9", "proof_missing", "O")]
    assert wished("above", lease, [proof]) == []
    assert wished("above", lease, [proof.model_copy(update={"extra_fen": None})]) == []
    assert wished("above", lease, []) == missing
    assert wished("above", lease, [proof, proof]) == missing
    assert wished("above", lease, [proof.model_copy(update={"clause": "C1"})]) == missing
    assert wished("above", lease, [proof.model_copy(update={"preference": "q"})]) == missing
    assert wished("above", lease, [proof], kind="own") == missing
    assert wished("above", lease, [], kind="own") == wished("off", lease, []) == []
    assert wished("above", {"kinds": ["lease"]}, []) == []


def village(reason: str, plan_says: str, names: list[NamedException], **changes: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong with an estate that states a reason why it has no place."""
    rule = {"id": "remote", "clause": "C6", "cohorts": ["old"], "field": "exempt_reason", **changes}
    case: Scenario = county(law(named_exemptions=[rule]), [estate("E", 100, exempt_reason=reason)], [], [])
    plan: Plan = made(case, {}, [], {"E": 0 if plan_says == "exempt" else 2000})
    services = (plan.services[0].model_copy(update={"status": plan_says}),)
    return wrong(case, plan.model_copy(update={"services": services, "exceptions": tuple(names)}))


def test_a_reason_the_law_takes_exempts_and_is_named() -> None:
    """With a reason the estate is exempt, owes no duty and stands among the exceptions under the rule's id; without, it does not."""
    named = NamedException(subject="E", clause="C6", code="remote", reason="海岛")
    assert village("海岛", "exempt", [named]) == []
    assert village("海岛", "exempt", []) == [("C6", "exception_missing", "E")]
    assert ("C6", "exception_missing", "E") in village("海岛", "exempt", [named.model_copy(update={"code": "x"})])
    assert ("C6", "reason_wrong", "E") in village("海岛", "short", [named])
    found = village("", "exempt", [])
    assert {("C6", "reason_wrong", "E"), ("C2", "requirement_short", "E")} <= set(found)
    assert ("C6", "reason_wrong", "E") in village("海岛", "exempt", [named], cohorts=["new"])


def test_an_exempt_village_stands_outside_every_share() -> None:
    """Full cover is reached with one of two villages when the other is exempt by its reason."""
    rule = {"id": "remote", "clause": "C6", "cohorts": ["old"], "field": "exempt_reason"}
    pack = law({"deadline": None}, named_exemptions=[rule], milestones=[MILESTONE], require_all_by_end=False)
    case = county(pack, [estate("E", 100), estate("F", 100, exempt_reason="海岛")], [site("S")], [option("O", "S", 20)])
    plan = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000, "F": 0})
    services = tuple(row.model_copy(update={"status": "exempt"}) if row.estate == "F" else row for row in plan.services)
    named = NamedException(subject="F", clause="C6", code="remote", reason="海岛")
    assert wrong(case, plan.model_copy(update={"services": services, "exceptions": (named,)})) == []


def told(last: str, ready: str, notices: list[tuple[str, str]], horizon: int = 1) -> list[tuple[str, str, str]]:
    """Return what is wrong when a room is ready on a day and the policy lapses on another."""
    pack = law()
    document = pack.document.model_copy(update={"in_force_to": date.fromisoformat(last), "in_force_clause": "C8"})
    days = (date.fromisoformat(ready) - date(2022, 1, 1)).days
    finance = {"base_year": 2022, "horizon_years": horizon, "rate": "0.25"}
    case = county(pack.model_copy(update={"document": document}), [estate("E", 100)], [site("S")], [option("O", "S", 20, lead_days=days)],
                  finance=finance)  # fmt: skip
    plan = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, ready={"O": date.fromisoformat(ready)})
    rows = tuple(Notice(clause="C8", code=code, subject=subject) for code, subject in notices)
    return wrong(case, plan.model_copy(update={"notices": rows}))


def test_a_plan_past_the_policys_last_day_says_so() -> None:
    """Reaching past the last day breaks nothing, but the horizon and each such room must be told of."""
    assert told("2022-12-31", "2022-12-31", []) == []
    assert told("2022-12-30", "2022-12-30", [("validity_horizon", "")]) == []
    assert told("2022-12-30", "2022-12-30", []) == [("C8", "warning_missing", "")]
    assert told("2022-12-30", "2022-12-31", [("validity_horizon", "")]) == [("C8", "warning_missing", "O")]
    assert told("2022-12-30", "2022-12-31", [("validity_horizon", ""), ("validity_room", "O")]) == []
