"""Money under other laws: steps by area with their ends, conditions, deposits, funds, payments in lieu, timing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.others import TEXT, amount, county, estate, law, line, made, option, site, wrong
from siteplanner.audit.arithmetic import grown, nearest, present, square_metres, yuan
from siteplanner.audit.calendar import years_of
from siteplanner.plan import Line
from siteplanner.scenario.schema import Premises

STEPS = [
    {"above": amount(0), "to": amount(500), "amount": amount(50_000, "yuan")},
    {"above": amount(500), "below": amount(1000), "amount": amount(100_000, "yuan")},
    {"from": amount(1000), "amount": amount(200_000, "yuan")},
]


def grant(**parts: Any) -> dict[str, Any]:
    """Return a grant by area step from the city to the town."""
    return {"id": "g", "clause": "C6", "name": TEXT, "payer": "city", "receiver": "town", "by_area": STEPS, **parts}


def earned(year: int, yuan_: int, pv: int, item: str = "g", clause: str = "C6") -> Line:
    """Return a grant line."""
    return line("O", "S", year, "grant", yuan_, pv, clause, payer="city", receiver="town", item=item)


def one(area: int, ledger: list[Line], grants: list[dict[str, Any]], settings: dict[str, Any] | None = None, **cells: Any) -> list[str]:
    """Return the codes of a plan with one room of some dm² and a ledger."""
    ready = cells.pop("ready", date(2022, 1, 1))
    row = option("O", "S", f"{area / 100:.2f}", **cells)
    case = county(law(grants=grants), [estate("E", 100)], [site("S", urban=True)], [row], **(settings or {}))
    return [code for _, code, _ in wrong(case, made(case, {"O": area}, [("E", "S", 2000)], {"E": 2000}, ledger=ledger, ready={"O": ready}))]


@pytest.mark.parametrize(("area", "amount_"), [(50000, 50_000), (50001, 100_000), (99999, 100_000), (100000, 200_000)])
def test_steps_by_area_have_the_ends_the_law_states(area: int, amount_: int) -> None:
    """500.00 m² earn 50,000, 500.01 and 999.99 earn 100,000, 1,000.00 earn 200,000."""
    assert one(area, [earned(2022, amount_, amount_)], [grant()]) == []
    assert one(area, [earned(2022, 60_000, 60_000)], [grant()]) == ["grant_amount"]
    assert one(area, [], [grant()]) == ["grant_missing"]


def test_conditions_decide_who_earns_a_grant() -> None:
    """Pilot money, what the room was before, the day it is ready and its type each open or bar the grant."""
    rules = [
        grant(conditions=[{"field": "pilot_money", "equals": False}]),
        grant(conditions=[{"field": "provenance", "not_in": ["day_care"]}]),
        grant(conditions=[{"field": "urban", "equals": True}]),
        grant(conditions=[{"field": "ready", "after": "2021-12-31"}]),
        grant(conditions=[{"field": "ready", "from": "2022-01-01"}]),
        grant(station_types=["station"], kinds=["provided"]),
    ]
    paid = [earned(2022, 50_000, 50_000)]
    for rule in rules:
        assert one(30000, paid, [rule], station_type="station") == []
    barred = ["grant_undue"]
    assert one(30000, paid, [rules[0]], pilot_money=True) == barred
    assert one(30000, paid, [rules[1]], provenance="day_care") == barred
    assert one(30000, paid, [grant(conditions=[{"field": "ready", "after": "2022-01-01"}])]) == barred
    assert one(30000, paid, [rules[5]], station_type="service") == barred
    assert one(30000, paid, [rules[5]], kind="own", station_type="station") == barred


def test_of_two_grants_that_exclude_each_other_the_first_is_paid() -> None:
    """A room that earns one grant does not earn another that either of them excludes; without exclusion it earns both."""
    first, second = grant(), grant(id="h", clause="C7", excludes=["g"])
    both = [earned(2022, 50_000, 50_000), earned(2022, 50_000, 50_000, "h", "C7")]
    assert one(30000, both[:1], [first, second]) == []
    assert one(30000, both, [first, second]) == ["grant_undue"]
    assert one(30000, both, [first, grant(id="h", clause="C7")]) == []


def test_a_grant_is_paid_after_its_delay_and_within_the_horizon() -> None:
    """Ready on 2022-11-01, 61 days more fall in 2023 at 0.8; beyond the horizon nothing is written."""
    finance = {"base_year": 2022, "horizon_years": 5, "rate": "0.25", "grant_delay_days": 61}
    late = {"ready": date(2022, 11, 1), "lead_days": 304}
    assert one(30000, [earned(2023, 50_000, 40_000)], [grant()], {"finance": finance}, **late) == []
    assert "line_year" in one(30000, [earned(2022, 50_000, 50_000)], [grant()], {"finance": finance}, **late)
    short = {**finance, "horizon_years": 1}
    assert one(30000, [], [grant()], {"finance": short}, **late) == []


def test_a_payment_at_the_end_of_its_year_is_discounted_one_year_more() -> None:
    """100 yuan in the base year are worth 80 at the end of it."""
    finance = {"base_year": 2022, "horizon_years": 1, "rate": "0.25", "timing": "end"}
    assert one(2000, [line("O", "S", 2022, "fit_out", 100, 80)], [], {"finance": finance}, fit_out_yuan=100) == []
    assert one(2000, [line("O", "S", 2022, "fit_out", 100, 100)], [], {"finance": finance}, fit_out_yuan=100) == ["line_present_value"]


def test_what_a_lease_costs_over_the_horizon() -> None:
    """Rent grows by a tenth a year; a term that ends is renewed; the deposit comes back after the horizon."""
    finance = {"base_year": 2022, "horizon_years": 2, "rate": "0.25"}
    ledger = [
        line("O", "S", 2022, "rent", 1000, 1000),
        line("O", "S", 2023, "rent", 1100, 880),
        line("O", "S", 2022, "deposit", 500, 500),
        line("O", "S", 2023, "residual", -500, -400),
    ]
    cells = {"kind": "lease", "rent_yuan_per_year": 1000, "rent_growth": "0.1", "deposit_yuan": 500, "term_years": 1}
    assert one(2000, ledger, [], {"finance": finance}, **cells) == []
    assert one(2000, ledger[:3], [], {"finance": finance}, **cells) == ["line_missing"]


def test_assets_given_up_count_only_where_the_scenario_says_so() -> None:
    """The value of an asset given up is a line without cash, or no line at all."""
    ledger = [line("O", "S", 2022, "asset_given_up", 700, 700)]
    cells = {"kind": "swap", "asset_given_up_yuan": 700}
    assert one(2000, ledger, [], None, **cells) == []
    base = {"base_year": 2022, "horizon_years": 5, "rate": "0.25"}
    assert one(2000, ledger, [], {"finance": {**base, "count_assets_given_up": False}}, **cells) == ["line_undue"]
    assert one(2000, [ledger[0].model_copy(update={"cash": True})], [], None, **cells) == ["line_place"]


def test_a_payment_in_lieu_is_in_the_ledger_once() -> None:
    """A developer who cannot provide pays in the stated year to the stated receiver; the line may not be missing."""
    rule = {"clause": "C6", "receiver": "town", "uses": ["purchase"], "works": ["conversion"], "need": "remains"}
    rows = [estate("E", 100, in_lieu_yuan=5000, in_lieu_year=2023)]
    case = county(law(in_lieu=rule), rows, [site("S")], [option("O", "S", 20)])
    paid = line("", "", 2023, "in_lieu", 5000, 4000, "C6", payer="developer", receiver="town", item="E")
    assert wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, ledger=[paid])) == []
    found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}))
    assert found == [("C6", "line_missing", "E")]


def test_rounding_is_to_the_nearest_fen_a_half_away_from_zero() -> None:
    """Fractions are exact until the one rounding at the end."""
    assert [nearest(n, 2) for n in (1, 3, -1, -3)] == [1, 2, -1, -2]
    assert present(33333, option("O", "S", 1, rent_growth="0.25").rent_growth, 2) == 21333
    assert grown(1_500_000, option("O", "S", 1, rent_growth="0.05").rent_growth, 2) == 1_653_750
    assert (yuan(-5), square_metres(-105), years_of("2022-2024"), years_of("2022")) == ("-0.05", "-1.05", (2022, 2024), (2022, 2022))


@pytest.mark.parametrize(("rule", "amounts"), [("one_per_cluster", {"O": 100_000}), ("one_per_room", {"O": 50_000, "Q": 50_000})])
def test_a_cluster_earns_by_its_sum_or_each_room_by_its_own_area(rule: str, amounts: dict[str, int]) -> None:
    """Two rooms of 300 m² are in the middle step together, once; each by itself they are in the lowest, twice."""
    cluster = {"clause": "C7", "within": amount(50, "metres", "C7"), "cohorts": ["old"], "grants": rule}
    sites = [site("S", cluster="K", cluster_main=True, cluster_approval="ok", x=0, y=0), site("R", cluster="K", x=0, y=9)]
    case = county(law(grants=[grant()], cluster=cluster), [estate("E", 100)], sites, [option("O", "S", 300), option("Q", "R", 300)])
    lines = [
        line(name, "S" if name == "O" else "R", 2022, "grant", paid, paid, "C6", payer="city", receiver="town", item="g")
        for name, paid in amounts.items()
    ]
    plan = made(case, {"O": 30000, "Q": 30000}, [("E", "K", 2000)], {"E": 2000}, ledger=lines)
    assert [code for _, code, _ in wrong(case, plan)] == ["exception_missing"]


def test_an_extension_earns_by_the_area_of_the_place_it_makes() -> None:
    """300 m² added to premises of 200.00 m² make a place of 500.00 m², in the lowest step; one dm² more is in the middle one."""
    for held, paid in (("200", 50_000), ("200.01", 100_000)):
        room = Premises.model_validate({"premises": "P", "name": "P", "kind": "room", "township": "T", "area_m2": held})
        rows = [option("O", "S", 300, "own", works="extension", extends="P")]
        case = county(law(grants=[grant()]), [estate("E", 100)], [site("S")], rows, premises=[room])
        for yuan_, codes in ((paid, []), (150_000 - paid, ["grant_amount"])):
            plan = made(case, {"O": 30000}, [("E", "P", 2000)], {"E": 2000}, ledger=[earned(2022, yuan_, yuan_)])
            assert [code for _, code, _ in wrong(case, plan)] == codes
