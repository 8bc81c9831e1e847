"""Centres every town must have, and shares to be done by a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.others import TEXT, amount, county, estate, law, made, option, site, wrong
from siteplanner.scenario.schema import Scenario

BY_MONTH_END = date(2022, 9, 30)


def centre(area: int, kind: str, count: int = 1, per: str = "township") -> list[tuple[str, str, str]]:
    """Return what is wrong when a town has one place of some dm² and kind and must have a centre of 1,000 m²."""
    tier = {
        "id": "town",
        "clause": "C6",
        "name": TEXT,
        "per": per,
        "station_type": "centre",
        "min": amount(1000, clause="C6"),
        "count": count,
    }
    case = county(law(tiers=[tier]), [estate("E", 100)], [site("S")], [option("O", "S", f"{area / 100:.2f}", station_type=kind)])
    return wrong(case, made(case, {"O": area}, [("E", "S", 2000)], {"E": 2000}))


def test_every_town_has_its_centre() -> None:
    """A centre of 1,000.00 m² counts; one of 999.99 m², or a station of that size, does not."""
    assert centre(100000, "centre") == []
    assert centre(99999, "centre") == [("C6", "tier_missing", "T")]
    assert centre(100000, "station") == [("C6", "tier_missing", "T")]
    assert centre(100000, "centre", count=2) == [("C6", "tier_missing", "T")]
    assert centre(99999, "centre", per="county") == [("C6", "tier_missing", "X")]


def seventeen(done: int, *, operated: bool = True, **milestone: Any) -> tuple[Scenario, list[tuple[str, str, str]]]:
    """Return 17 communities of one estate each, `done` of them with a station, against a 30 % milestone."""
    rule = {
        "id": "m", "clause": "C7", "unit": "communities", "cohorts": ["old"], "per": "district", "share": amount("0.3", "share", "C7"),
        "date": BY_MONTH_END, "operator_required": True, "done_when": "station", **milestone,
    }  # fmt: skip
    pack = law({"reach": {"mode": "community", "clause": "C3"}, "deadline": None}, milestones=[rule], require_all_by_end=False)
    rows = [estate(f"E{n:02}", 100, community=f"K{n:02}", district="D") for n in range(17)]
    places = [site(f"S{n:02}", community=f"K{n:02}", district="D") for n in range(done)]
    rooms = [option(f"O{n:02}", f"S{n:02}", 20, station_type="station", operator=operated) for n in range(done)]
    case = county(pack, rows, places, rooms)
    credits = [(f"E{n:02}", f"S{n:02}", 2000) for n in range(done)]
    plan = made(case, {room.id: 2000 for room in rooms}, credits, {row.id: 2000 for row in rows}, checkpoints=[BY_MONTH_END])
    return case, wrong(case, plan)


@pytest.mark.parametrize("unit", ["communities", "estates", "dwellings"])
@pytest.mark.parametrize("done_when", ["station", "all_estates"])
def test_thirty_percent_of_seventeen_is_six(unit: str, done_when: str) -> None:
    """Six of 17 reach 30 %, five do not; estates left for later are no fault where only shares are asked."""
    assert seventeen(6, unit=unit, done_when=done_when)[1] == []
    assert seventeen(5, unit=unit, done_when=done_when)[1] == [("C7", "milestone_short", "D")]


@pytest.mark.parametrize("done_when", ["station", "all_estates"])
def test_a_station_must_be_run_by_professionals_where_the_law_asks(done_when: str) -> None:
    """Stations without a professional operator do not count towards the share."""
    assert seventeen(6, operated=False, done_when=done_when)[1] == [("C7", "milestone_short", "D")]
    assert seventeen(6, operated=False, done_when=done_when, operator_required=False)[1] == []


def test_the_day_of_a_milestone_may_be_excluded() -> None:
    """A share due before a day is counted on the day before it, and the plan must show that day."""
    found = seventeen(6, unit="estates", day="excluded")[1]
    assert ("C7", "checkpoint_missing", "2022-09-29") in found
    assert seventeen(6, unit="estates", day="excluded", date="2022-10-01")[1] == []


def test_a_centre_counts_as_its_communitys_station_only_by_the_laws_word() -> None:
    """A tier's own facility is a station of its community only where the tier says so."""
    rule = {
        "id": "m", "clause": "C7", "unit": "communities", "cohorts": ["old"], "per": "county", "share": amount(1, "share", "C7"),
        "date": BY_MONTH_END, "done_when": "station",
    }  # fmt: skip
    for counts, codes in ((True, []), (False, ["milestone_short"])):
        tier = {"id": "town", "clause": "C6", "name": TEXT, "per": "township", "station_type": "centre", "serves_community": counts}
        pack = law({"deadline": None}, milestones=[rule], tiers=[tier], require_all_by_end=False)
        case = county(pack, [estate("E", 100)], [site("S")], [option("O", "S", 20, station_type="centre")])
        plan = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, checkpoints=[BY_MONTH_END])
        assert [code for _, code, _ in wrong(case, plan)] == codes


def test_without_a_deadline_all_are_due_at_the_end_of_the_horizon() -> None:
    """Where the law names no day and all must be served by the end, the last day of the horizon is the checkpoint."""
    case = county(law({"deadline": None}), [estate("E", 100)], [site("S")], [option("O", "S", 20)])
    end = date(2026, 12, 31)
    assert wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, checkpoints=[end])) == []
    found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, checkpoints=[BY_MONTH_END]))
    assert ("C2", "checkpoint_missing", "2026-12-31") in found


def test_a_reported_clause_does_not_break_a_plan() -> None:
    """A missed share under a clause that is only reported is shown as reported."""
    case, found = seventeen(5)
    assert found == [("C7", "milestone_short", "D")]
    clauses = tuple(c.model_copy(update={"state": "reported"}) if c.id == "C7" else c for c in case.pack.clauses)
    soft = case.model_copy(update={"pack": case.pack.model_copy(update={"clauses": clauses})})
    rows = {row.id: 2000 for row in case.estates}
    credits = [(f"E{n:02}", f"S{n:02}", 2000) for n in range(5)]
    plan = made(soft, {o.id: 2000 for o in case.options}, credits, rows, checkpoints=[BY_MONTH_END])
    assert wrong(soft, plan) == []
