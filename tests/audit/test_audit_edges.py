"""Small points that decide a finding or its clause: defaults, equal days, the clause a rule of its own carries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit.lawful import DAY, WALKS, faults, plan, scenario
from audit.others import TEXT, amount, county, estate, law, line, made, option, site, wrong
from audit.seeds import FAULTS, LAWFUL, credit, estates, options
from siteplanner.audit.arithmetic import square_metres, yuan
from siteplanner.audit.estates import holds
from siteplanner.policy.schema import When
from siteplanner.scenario.schema import Fund, Premises


def served(pack: Any, row: Any, dm2: int, **cells: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong with one estate of 100 dwellings served by one option at some area."""
    case = county(pack, [estate("E", 100)], [site("S", **cells)], [row])
    return wrong(case, made(case, {"O": dm2}, [("E", "S", 2000)], {"E": 2000}))


def test_an_option_without_an_area_has_its_sites() -> None:
    """Where no area is given the site's whole gross area is offered; with one end given the site closes the other."""
    bare = option("O", "S", 1).model_copy(update={"area_dm2": None})
    assert served(law(), bare, 5000, gross_area_m2=50) == []
    assert ("C1", "area_out_of_bounds", "O") in served(law(), bare, 4999, gross_area_m2=50)
    least = bare.model_copy(update={"area_min_dm2": 3000})
    assert served(law(), least, 5000, gross_area_m2=50) == []
    assert ("C1", "area_out_of_bounds", "O") in served(law(), least, 5001, gross_area_m2=50)
    assert ("C1", "area_out_of_bounds", "O") in served(law(), least, 2999, gross_area_m2=50)
    most = bare.model_copy(update={"area_max_dm2": 3000})
    assert served(law(), most, 3000, gross_area_m2=50) == []
    assert ("C1", "area_out_of_bounds", "O") in served(law(), most, 3001, gross_area_m2=50)


def test_a_start_on_the_first_possible_day_is_in_time() -> None:
    """An option may start on the first day it can be had."""
    assert faults(*options("O1", first_start=DAY)) == []


def test_a_lock_answers_to_the_clause_of_its_way() -> None:
    """A developer's room that is locked in and left out breaks the clause that obliges the developer."""
    case, made_so = options("O3", lock="in")
    bare = made_so.model_copy(update={"chosen": tuple(row for row in made_so.chosen if row.option != "O3")})
    assert ("TL4", "locked_in_missing", "O3") in faults(case, bare)


def test_a_hard_preference_rules_out_only_what_it_names() -> None:
    """With leases ruled out a purchase stands, and so does everything under a preference that avoids nothing."""
    for parts, row, codes in (
        ({"kinds": ["lease"]}, option("O", "S", 20, "purchase"), []),
        ({"kinds": ["lease"], "avoid": False}, option("O", "S", 20, "lease"), []),
        ({"sources": ["shop"]}, option("O", "S", 20, source="shop"), ["source_ruled_out"]),
    ):
        preference = {"id": "p", "clause": "C9", "name": TEXT, "position": "hard", **parts}
        assert [code for _, code, _ in served(law(preferences=[preference]), row, 2000)] == codes


def test_a_test_on_estates_needs_every_part() -> None:
    """Class column, kind, programme and dates must all agree; a missing date passes no dated test."""
    row = estate("E", 1, cohort="a", kind="village", in_programme=True, approved="2014-06-01")
    when = {"cohort": "a", "kinds": ["village"], "in_programme": True, "event": "approved", "from": "2014-06-01"}
    assert holds(When.model_validate(when), row)
    for change in ({"cohort": "b"}, {"kinds": ["urban"]}, {"in_programme": False}, {"from": "2014-06-02"}, {"event": "started"}):
        assert not holds(When.model_validate({**when, **change}), row)
    assert holds(When.model_validate({"event": "approved", "before": "2014-06-02"}), row)
    assert not holds(When.model_validate({"event": "approved", "before": "2014-06-01"}), row)


def test_standards_equal_to_the_laws_are_no_departure() -> None:
    """A scenario that states the law's own 15 minutes and 100 % departs from nothing, what-if or not."""
    base = scenario().settings
    own = base.standards.model_copy(update={"reach_minutes": Decimal(15), "area_percent": Decimal(100)})
    for what_if in (False, True):
        same = scenario(settings=base.model_copy(update={"standards": own, "what_if": what_if}))
        assert faults(same, LAWFUL) == []


def test_least_and_greatest_area_may_stand_in_clauses_of_their_own() -> None:
    """A place too small or too large breaks the clause that states the end it misses."""
    pack = law({"place": {"min": amount(20, clause="C8"), "max": amount(30, clause="C9")}})
    for dm2, clause in ((1999, "C8"), (3001, "C9")):
        case = county(pack, [estate("E", 10)], [site("S")], [option("O", "S", f"{dm2 / 100:.2f}")])
        found = wrong(case, made(case, {"O": dm2}, [("E", "S", 200)], {"E": 200}))
        assert {c for c, code, _ in found if code.startswith("place_")} == {clause}


def test_premises_answer_to_the_clause_of_their_kind() -> None:
    """Each kind of premises counts under its own clause."""
    kinds = [{"id": "hall", "name": TEXT, "clause": "C6"}, {"id": "mixed", "area": "set_aside", "name": TEXT, "clause": "C7"}]
    room = {"premises": "P", "name": "P", "kind": "mixed", "township": "T", "area_m2": 90, "set_aside_m2": 20}
    case = county(law(premises_kinds=kinds), [estate("E", 100)], [], [], premises=[Premises.model_validate(room)])
    whole = made(case, {}, [("E", "P", 2001)], {"E": 2000})
    found = wrong(case, whole)
    assert {("C7", "premises_area", "P"), ("C7", "over_set_aside", "P")} <= set(found)


def test_a_lease_beside_a_purchase_adds_only_what_each_standard_allows() -> None:
    """Old estates draw on both rooms of a place, new ones only on the one of an allowed kind, and both on no more than there is."""
    old = {"cohort": "old", "clause": "C2", "reach": {"mode": "township", "clause": "C3"}, "area_basis": "gross",
           "tests": [{"test": "per_hundred", "value": amount(20, "m2_per_100")}],
           "deadline": {"date": "2022-12-31", "day": "included", "clause": "C4"}}  # fmt: skip
    new = {**old, "cohort": "new", "clause": "C6", "kinds": ["purchase"]}
    cohorts = [{"id": c, "family": c, "name": TEXT, "when": {"cohort": c}, "clause": "C1"} for c in ("old", "new")]
    rule = {"clause": "C7", "within": amount(50, "metres", "C7"), "cohorts": ["old", "new"]}
    pack = law(cohorts=cohorts, standards=[old, new], cluster=rule)
    sites = [
        site("S", cluster="K", cluster_main=True, cluster_approval="ok", x=0, y=0),
        site("R", cluster="K", x=0, y=9),
    ]
    rows = [option("O", "S", 10, "purchase"), option("Q", "R", 10, "lease")]
    estates_ = [estate("E", 50, cohort="old"), estate("N", 50, cohort="new")]
    case = county(pack, estates_, sites, rows, crs="epsg:4549")
    named = {"exceptions": ()}
    for shares, subjects in (((1000, 1000), set()), ((999, 1001), {"C6"}), ((1001, 1000), {"C6", "C2"})):
        plan_ = made(case, {"O": 1000, "Q": 1000}, [("E", "K", shares[0]), ("N", "K", shares[1])], {"E": 1000, "N": 1000})
        found = {c for c, code, _ in wrong(case, plan_.model_copy(update=named)) if code == "over_capacity"}
        assert found <= subjects and bool(found) == bool(subjects)


def test_a_room_late_in_part_is_told_from_a_room_too_small() -> None:
    """Credits that fit a cluster when complete but not yet break the deadline, not the sharing of area."""
    case, made_so = options("O5", lead_days=300)
    credits = tuple(row for row in made_so.credits if row.estate != "E6")
    clauses = {(clause, code) for clause, code, _ in faults(case, made_so.model_copy(update={"credits": credits}))}
    assert ("TL12", "over_capacity_unready") in clauses
    assert not [code for _, code in clauses if code == "over_capacity"]


def test_credits_of_nothing_to_an_exempt_estate_do_no_harm() -> None:
    """An exempt estate may appear with 0 m²; with a dm² it may not."""
    for dm2, ok in ((0, True), (1, False)):
        row = LAWFUL.credits[0].model_copy(update={"estate": "E4", "area_dm2": dm2, "walk_s": None})
        smaller = credit("E6", "P1")[1].credits
        codes = {code for _, code, _ in faults(scenario(), plan(credits=(*smaller, row)))}
        assert ("credit_to_unbound" not in codes) is ok


def test_a_walk_beside_the_point_must_still_be_true() -> None:
    """A new estate's own room needs no walk; one that is stated must be the table's, and none need be stated."""
    assert faults(*credit("E3", "S3", walk_s=None)) == []
    assert faults(*credit("E3", "S3", walk_s=31)) == [("TL4", "credit_walk_wrong", "E3")]


def test_premises_given_up_later_count_until_then() -> None:
    """A room in use serves until the day the option that gives it up starts, that day excluded."""
    for start, ok in ((date(2023, 1, 1), True), (date(2022, 12, 31), False)):
        room = Premises.model_validate({"premises": "P", "name": "P", "kind": "room", "township": "T", "area_m2": 20})
        rows = [option("O", "S", 20, "swap", gives_up="P")]
        periods = (date(2022, 1, 1), start)
        case = county(law(), [estate("E", 100)], [site("S")], rows, premises=[room], periods=periods)
        base = made(case, {"O": 2000}, [("E", "P", 2000)], {"E": 2000}, ready={"O": start})
        chosen = tuple(row.model_copy(update={"start": start}) for row in base.chosen)
        gone = tuple(row.model_copy(update={"fate": "given_up", "by": "O"}) for row in base.premises)
        found = wrong(case, base.model_copy(update={"chosen": chosen, "premises": gone}))
        assert (found == []) is ok
        assert ok or ("C5", "given_up_credited", "E") in found


def test_only_what_a_fund_may_pay_counts_as_spent() -> None:
    """Running costs and lines that others pay are no outlay that an earmarked fund may cover."""
    fund = {"fund": "F", "funder": "city", "years": "2022", "limit_yuan": 900, "clause": "C8", "uses": "purchase"}

    rows = [option("O", "S", 20, "purchase", running_yuan_per_year=500)]
    finance = {"base_year": 2022, "horizon_years": 1, "rate": "0.25"}
    case = county(law(), [estate("E", 100)], [site("S")], rows, funds=[Fund.model_validate(fund)], finance=finance)
    lines = [
        line("O", "S", 2022, "running", 500, 500),
        line("O", "S", 2022, "fund", 1, 1, "C8", payer="city", receiver="town", item="F"),
    ]
    found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, ledger=lines))
    assert found == [("C8", "fund_over_outlay", "O")]


@pytest.mark.parametrize(("number", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-105, "-1.05"), (12345, "123.45")])
def test_amounts_are_written_with_two_decimals(number: int, text: str) -> None:
    """m² and yuan keep their sign and both decimals."""
    assert square_metres(number) == yuan(number) == text


def test_every_clause_that_can_be_broken_has_a_seed() -> None:
    """Each enforced clause of the policy is broken by at least one seeded fault."""
    enforced = {clause.id for clause in scenario().pack.clauses if clause.state == "enforced"}
    assert enforced == {clause for _, _, clause, _, _ in FAULTS}
    assert estates("E1")[1] is LAWFUL and len(WALKS) == LAWFUL.walks.pairs
