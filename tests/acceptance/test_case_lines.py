"""The case lines and boundaries of Tonglu, Yangcheng and Liaoyuan, at, below and above, in plans of a county of one or two estates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from support.small import County, Digest, estate, outcome, planned, room

TL, YC, LY = "tonglu-2021", "yangcheng-2022", "liaoyuan-2021"
FROM = {TL: date(2021, 12, 13), YC: date(2022, 4, 25), LY: date(2021, 5, 15)}


def days_to(policy: str, day: str) -> int:
    """Return the lead time of a room that starts on the base date and is ready on a day."""
    return (date.fromisoformat(day) - FROM[policy]).days


def one(policy: str, estate_row: Mapping[str, str], *rooms: Mapping[str, str], walk_s: int = 300, **inputs: str) -> Digest:
    """Return the plan of a county of one estate, all of whose rooms are the same walk away."""
    walks = {(estate_row["estate"], row["site"]): walk_s for row in rooms}
    return outcome(County(policy, [dict(estate_row)], [dict(row) for row in rooms], walks=walks, inputs=inputs))


def chosen(policy: str, estate_row: Mapping[str, str], *rooms: Mapping[str, str], walk_s: int = 300, **inputs: str) -> str:
    """Return the chosen options of such a county."""
    return one(policy, estate_row, *rooms, walk_s=walk_s, **inputs)["chosen"]


NEW = {TL: {"started": "2020-01-01"}, YC: {"cohort": "new"}, LY: {"cohort": "new"}}


@pytest.mark.parametrize(
    ("policy", "new", "dwellings", "needed", "enough", "too_little"),
    [
        (TL, False, 999, "199.8", "200", "199.99"),
        (TL, False, 1000, "200", "200", "199.99"),
        (TL, False, 1001, "200.2", "200.2", "200.19"),
        (TL, True, 1, "30", "300", "299.99"),
        (TL, True, 1000, "300", "300", "299.99"),
        (TL, True, 1001, "330", "330", "329.99"),
        (YC, False, 3333, "499.95", "500", "499.99"),
        (YC, False, 3334, "500.1", "500.1", "500.09"),
        (YC, False, 13_333, "1999.95", "1999.95", "1999.94"),
        (YC, True, 1667, "500.1", "500.1", "500.09"),
        (LY, True, 1000, "200", "200", "199.99"),
        (LY, True, 1001, "200.2", "200.2", "200.19"),
        (LY, False, 999, "199.8", "199.8", "199.79"),
    ],
)
def test_the_area_an_estate_needs(policy: str, new: bool, dwellings: int, needed: str, enough: str, too_little: str) -> None:
    """The required area is as the case line says; a room that just holds it (and the least of a place) serves, 0.01 m² less does not."""
    row = estate("E", dwellings, **(NEW[policy] if new else {}))
    found = one(policy, row, room("A", enough, estate="E"))
    assert (found["required"], found["chosen"]) == (f"E {needed}", f"A {enough}")
    assert chosen(policy, row, room("A", too_little, estate="E")) == "no plan"


def test_an_estate_of_yangcheng_beyond_2000_m2_takes_two_places() -> None:
    """13,334 households need 2,000.1 m²: no place may be that large, two of 1,000.05 m² do."""
    row = estate("E", 13_334)
    assert chosen(YC, row, room("A", "2000.1")) == "no plan"
    assert chosen(YC, row, room("A", 2000)) == "no plan"
    found = one(YC, row, room("A", "1000.05"), room("B", "1000.05"), room("C", "2000.1"))
    assert (found["required"], found["chosen"]) == ("E 2000.1", "A 1000.05, B 1000.05")
    assert chosen(YC, estate("F", 13_333), room("A", 2000)) == "A 2000"


@pytest.mark.parametrize(
    ("m2", "inside"), [("499.99", False), ("500", True), ("500.01", True), ("1999.99", True), ("2000", True), ("2000.01", False)]
)
def test_the_band_of_yangcheng(m2: str, inside: bool) -> None:
    """A place of 500 to 2,000 m², ends included, serves an old estate however little that needs."""
    assert chosen(YC, estate("E", 100), room("A", m2)) == (f"A {m2}" if inside else "no plan")


@pytest.mark.parametrize(("walk_s", "inside"), [(899, True), (900, True), (901, False)])
@pytest.mark.parametrize(("policy", "m2"), [(TL, 200), (YC, 500), (LY, 200)])
def test_fifteen_minutes(policy: str, m2: int, walk_s: int, inside: bool) -> None:
    """900 seconds are within fifteen minutes, 901 are not."""
    assert chosen(policy, estate("E", 1000), room("A", m2), walk_s=walk_s) == (f"A {m2}" if inside else "no plan")


@pytest.mark.parametrize(
    ("policy", "new", "m2", "day", "in_time"),
    [
        (TL, False, 200, "2022-09-30", True),
        (TL, False, 200, "2022-10-01", False),
        (TL, True, 300, "2022-09-30", True),
        (TL, True, 300, "2022-10-01", False),
        (YC, True, 500, "2022-12-31", True),
        (YC, True, 500, "2023-01-01", False),
        (YC, False, 500, "2024-06-30", True),
        (YC, False, 500, "2024-07-01", False),
        (LY, False, 200, "2022-12-31", True),
        (LY, False, 200, "2023-01-01", False),
    ],
)
def test_the_last_day_in_time(policy: str, new: bool, m2: int, day: str, in_time: bool) -> None:
    """Before a day excludes it, by the end of a year includes the last of December."""
    row = estate("E", 500, **(NEW[policy] if new else {}))
    stated = {YC: {"old_estates_before": "2024-07-01"}, LY: {"old_estates_before": "2023-01-01"}}.get(policy, {})
    county = County(policy, [row], [room("A", m2, estate="E", lead_days=days_to(policy, day))], inputs=stated)
    assert outcome(county)["chosen"] == (f"A {m2}" if in_time else "no plan")


@pytest.mark.parametrize(("day", "in_time"), [("2025-12-31", True), ("2026-01-01", False)])
def test_the_two_towns_of_yangcheng_are_covered_by_2025(day: str, in_time: bool) -> None:
    """An old estate of 凤城镇 needs its place by the end of 2025 although the notice sets old estates no day of their own."""
    row = estate("E", 1000, township="凤城镇")
    late = room("A", 500, township="凤城镇", lead_days=days_to(YC, day))
    assert chosen(YC, row, late) == ("A 500" if in_time else "no plan")


@pytest.mark.parametrize(("m2", "permit", "ready"), [("999.99", 0, 100), ("1000", 0, 100), ("1000.01", 20_000, 160)])
def test_paperwork_of_large_conversions(m2: str, permit: int, ready: int) -> None:
    """Up to 1,000 m² a conversion needs no paperwork; above, it costs what the scenario states and takes the days it states."""
    county = County(YC, [estate("E", 1000)], [room("A", m2, works="conversion", lead_days=100)])
    found = planned(county)
    assert found is not None
    assert sum(line.fen for line in found.ledger if line.kind == "permit" and line.clause == "YC5") == permit * 100
    assert (found.chosen[0].ready - FROM[YC]).days == ready


def test_new_builds_need_no_paperwork_of_conversions() -> None:
    """The paperwork is that of conversions only."""
    found = planned(County(YC, [estate("E", 1000)], [room("A", 1500, kind="new_build", works="new", estate="E")]))
    assert found is not None
    assert [line.kind for line in found.ledger if line.kind == "permit"] == []


@pytest.mark.parametrize(("months", "yuan"), [("3", ""), ("3.01", "6020"), ("4", "8000")])
def test_beds_are_paid_for_stays_of_more_than_three_months(months: str, yuan: str) -> None:
    """Ten semi-disabled residents at 200 yuan a month each: nothing for three months, all months for more than three."""
    county = County(YC, [estate("E", 1000)], [room("A", 500, semi_disabled=10, stay_months=months)], years=4)
    years = ", ".join(f"bed_subsidy_semi_disabled {year} county {yuan}" for year in range(2022, 2026)) if yuan else ""
    assert outcome(county)["forecasts"] == years


@pytest.mark.parametrize(
    ("works", "yuan"), [("new", 100_000), ("conversion", 100_000), ("extension", 50_000), ("upgrade", 50_000), ("none", 0)]
)
def test_the_grant_of_tonglu_follows_works(works: str, yuan: int) -> None:
    """New and converted rooms earn 100,000 yuan, extended and upgraded ones 50,000, rooms without works nothing."""
    kind = "new_build" if works == "new" else "own"
    found = one(TL, estate("E", 1000), room("A", 200, 500_000, kind, works=works))
    assert found["grants"] == (f"grant A county TL13 {yuan}" if yuan else "")


@pytest.mark.parametrize(("day", "status"), [("2023-12-12", "exempt"), ("2023-12-13", "exempt"), ("2023-12-14", "served")])
def test_demolition_within_two_years(day: str, status: str) -> None:
    """An estate planned for demolition on the last day of the two years is left out, a day later it is not."""
    found = one(TL, estate("E", 1000, demolition_date=day, demolition_evidence="计划"), room("A", 200))
    assert found["cohorts"] == f"E existing {status}"
    assert found["chosen"] == ("" if status == "exempt" else "A 200")


@pytest.mark.parametrize(("floor", "barrier_free", "fits"), [(1, "yes", True), (2, "yes", False), (1, "no", False)])
def test_rooms_of_liaoyuan_are_on_the_ground_floor_and_barrier_free(floor: int, barrier_free: str, fits: bool) -> None:
    """A room on another floor or without barrier-free access serves nobody."""
    assert chosen(LY, estate("E", 1000), room("A", 200, floor=floor, barrier_free=barrier_free)) == ("A 200" if fits else "no plan")


@pytest.mark.parametrize(("day", "in_time"), [("2022-03-01", True), ("2022-03-02", False)])
def test_developers_hand_over_with_the_first_phase(day: str, in_time: bool) -> None:
    """A developer's room is ready by the hand-over of the first phase of housing, that day included."""
    row = estate("E", 1000, cohort="new", first_delivery="2022-03-01")
    found = chosen(LY, row, room("A", 200, kind="developer", estate="E", lead_days=days_to(LY, day)))
    assert found == ("A 200" if in_time else "no plan")


def test_a_developers_duty_costs_the_public_nothing() -> None:
    """The developer pays for the room and the county receives no bill."""
    found = planned(County(LY, [estate("E", 1000, cohort="new")], [room("A", 200, 900_000, "developer", estate="E")]))
    assert found is not None
    assert {(line.payer, line.kind, line.fen) for line in found.ledger} == {("developer", "price", 90_000_000)}
    assert sum(term.amount for term in found.terms) == 0


def test_a_lease_cannot_meet_a_new_estates_duty() -> None:
    """New facilities are handed over with title registered, so a leased room serves old estates only."""
    assert chosen(LY, estate("E", 1000, cohort="new"), room("A", 200, 100_000, "lease")) == "no plan"
    assert chosen(LY, estate("E", 1000), room("A", 200, 100_000, "lease")) == "A 200"


def test_each_lease_of_liaoyuan_is_proved() -> None:
    """A lease is taken only where nothing else solves it, and the plan shows that there is none without it."""
    county = County(
        LY,
        [estate("E", 1000), estate("F", 1000)],
        [room("A", 200, 100_000, "lease"), room("B", 200, 900_000), room("C", 200, 100_000, "lease")],
        walks={("F", "A"): None, ("F", "B"): None, ("E", "C"): None},
    )
    found = planned(county)
    assert found is not None
    assert [pick.option for pick in found.chosen] == ["B", "C"]
    assert [(proof.option, proof.clause, proof.extra_fen, proof.proven) for proof in found.proofs] == [("C", "LY8", None, True)]


@pytest.mark.parametrize(("paid", "works", "drawn"), [("200000", "conversion", 200_000), ("200000", "none", 0)])
def test_money_in_lieu_pays_works_and_purchases(paid: str, works: str, drawn: int) -> None:
    """A payment in lieu pays the works of a room that is leased or provided, never its rent."""
    new = estate("F", 100, cohort="new", in_lieu_yuan=paid, in_lieu_year=2021)
    rooms = [room("A", 220, 100_000, "provided", works=works, price_yuan=0, fit_out_yuan=300_000)]
    found = outcome(County(LY, [estate("E", 1000), new], rooms))
    assert found["grants"] == ", ".join([*([f"fund A county LY6 {drawn}"] if drawn else []), f"in_lieu F developer LY6 {paid}"])
