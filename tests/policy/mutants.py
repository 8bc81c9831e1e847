"""Small counties planned by the product, and one change for each enforced clause that makes the plan break it.

A change is made in the plan; where a clause tests a cell of the scenario (a floor, a walk, what a room was before) that cell is
changed under the plan instead, which is the same as a plan that takes a room it may not take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from siteplanner.plan import Line, Plan
from siteplanner.scenario.schema import Fund, Scenario
from support.small import County, estate, held, room

Row = TypeVar("Row", bound=BaseModel)
Walks = dict[tuple[str, str], int]
Case = tuple[Scenario, Plan, Walks]
Change = Callable[[Scenario, Plan, Walks], Case]


@dataclass(frozen=True)
class Mutant:
    """A change under which a county's plan must break ``clause``, found with the finding ``code``."""

    clause: str
    code: str
    change: Change


@dataclass(frozen=True)
class Lawful:
    """A county whose plan passes, under some switches, with rows of ``funds`` where it has any, and its mutants."""

    county: County
    mutants: Sequence[Mutant]
    switches: Mapping[str, str]
    funds: tuple[Fund, ...] = ()

    def scenario(self) -> Scenario:
        """Return the scenario."""
        return self.county.scenario(**self.switches).model_copy(update={"funds": self.funds})


def _changed(rows: Sequence[Row], match: Mapping[str, object], **cells: object) -> tuple[Row, ...]:
    """Return rows with cells of the matching ones replaced, or without them where no cells are given; at least one must match."""
    hit = [all(getattr(row, key) == value for key, value in match.items()) for row in rows]
    assert any(hit), (match, rows)
    kept = (row.model_copy(update=cells) if ok and cells else row for row, ok in zip(rows, hit, strict=True) if cells or not ok)
    return tuple(kept)


def rows_of(part: str, /, match: Mapping[str, object], **cells: object) -> Change:
    """Change rows of one table of the plan, or take them out."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        return scenario, plan.model_copy(update={part: _changed(getattr(plan, part), match, **cells)}), walks

    return change


def under(part: str, /, match: Mapping[str, object], **cells: object) -> Change:
    """Change rows of one table of the scenario under the plan."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        return scenario.model_copy(update={part: _changed(getattr(scenario, part), match, **cells)}), plan, walks

    return change


def one_more(part: str, /, match: Mapping[str, object], **cells: object) -> Change:
    """Add a row to a table of the plan: a copy of the first that matches with some cells changed."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        rows = getattr(plan, part)
        first = next(row for row in rows if all(getattr(row, key) == value for key, value in match.items()))
        return scenario, plan.model_copy(update={part: (*rows, first.model_copy(update=cells))}), walks

    return change


def grant(option: str, item: str, yuan: int, **parties: str) -> Change:
    """Pay a grant to an option, in the year of its first line."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        base = next(line for line in plan.ledger if line.option == option)
        clause = next(rule.clause for rule in scenario.pack.grants if rule.id == item)
        cells = {"kind": "grant", "item": item, "fen": yuan * 100, "pv_fen": yuan * 100, "clause": clause, **parties}
        return scenario, plan.model_copy(update={"ledger": (*plan.ledger, Line.model_validate({**base.model_dump(), **cells}))}), walks

    return change


def farther(estate_: str, place: str, seconds: int) -> Change:
    """Put a place farther away, in the scenario, in the record's table and in the plan alike."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        rows = _changed(scenario.walks, {"estate": estate_, "place": place}, seconds=seconds)
        credits = _changed(plan.credits, {"estate": estate_, "place": place}, walk_s=seconds)
        table = {**walks, (estate_, place): seconds}
        return scenario.model_copy(update={"walks": rows}), plan.model_copy(update={"credits": credits}), table

    return change


def later(option: str, start: date, ready: date) -> Change:
    """Start an option in a later period, and say so in the record."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        chosen = _changed(plan.chosen, {"option": option}, start=start, ready=ready)
        return scenario, plan.model_copy(update={"chosen": chosen}), walks

    return change


def forget(day: date) -> Change:
    """Leave a day on which the law looks out of the plan, with all its credits."""

    def change(scenario: Scenario, plan: Plan, walks: Walks) -> Case:
        days, credits = tuple(d for d in plan.checkpoints if d != day), tuple(c for c in plan.credits if c.checkpoint != day)
        assert len(days) < len(plan.checkpoints)
        return scenario, plan.model_copy(update={"checkpoints": days, "credits": credits}), walks

    return change


EARMARKED = {"fund": "F", "funder": "county", "years": "2022-2024", "limit_yuan": 60_000, "clause": "YC14"}
YANGCHENG = Lawful(
    County(
        "yangcheng-2022",
        [estate("E", 2000, township="凤城镇"), estate("N", 1000, cohort="new", completed="2022-12-31", township="凤城镇")],
        [
            room("A", 600, 100_000, township="凤城镇"),
            room("B", 1200, 0, "provided", works="conversion", fit_out_yuan=50_000, township="凤城镇"),
            room("D", 300, 900_000, "developer", works="new", estate="N", township="凤城镇", lead_days=100),
        ],
        walks={("N", "A"): None, ("N", "B"): None, ("E", "D"): None},
        inputs={"old_estates_before": "", "construction_subsidy_yuan": ""},
    ),
    (
        Mutant("YC1", "requirement_short", rows_of("credits", {"estate": "N"}, area_dm2=29_999)),
        Mutant("YC1", "handed_over_late", under("estates", {"id": "N"}, completed=date(2022, 8, 2))),
        Mutant("YC2", "requirement_short", rows_of("credits", {"estate": "E"}, area_dm2=29_999)),
        Mutant("YC2", "place_above_max", rows_of("chosen", {"option": "B"}, area_dm2=200_001)),
        Mutant("YC3", "line_undue", one_more("ledger", {"option": "B", "kind": "fit_out"}, kind="price", item="price")),
        Mutant("YC4", "milestone_short", rows_of("credits", {"estate": "E", "checkpoint": date(2025, 12, 31)})),
        Mutant("YC5", "line_missing", rows_of("ledger", {"kind": "permit"})),
        Mutant("YC6", "room_rule", under("sites", {"id": "B"}, outdoor_space=False)),
        Mutant("YC6", "room_rule", under("options", {"id": "B"}, beds=9)),
        Mutant("YC11", "beyond_reach", farther("E", "B", 901)),
        Mutant("YC14", "fund_exceeded", rows_of("ledger", {"kind": "fund"}, fen=6_000_001, pv_fen=6_000_001)),
        Mutant("YC14", "grant_undue", grant("B", "construction_subsidy", 100_000, payer="county", receiver="operator")),
    ),
    {},
    (Fund.model_validate(EARMARKED),),
)

LIAOYUAN_COUNTY = County(
    "liaoyuan-2021",
    [
        estate("E", 1000),
        estate("N", 500, cohort="new", first_delivery="2022-06-30"),
        estate("P", 100, cohort="new", in_lieu_yuan=300_000, in_lieu_year=2021),
    ],
    [
        room("L", 200, 0, "lease", rent_yuan_per_year=10_000, land_area_m2=50),
        room("D", 100, 500_000, "developer", works="new", estate="N", lead_days=200),
        room("A", 20, 100_000),
    ],
    [held("K", "facility", 10, land_area_m2=10, district="龙山区")],
    walks={("E", "D"): None, ("E", "A"): None, ("N", "A"): None, ("P", "D"): None, ("N", "L"): 300, ("P", "L"): 300,
           ("N", "K"): None, ("P", "K"): None},
    inputs={"population": "龙山区=500"},
)  # fmt: skip
LIAOYUAN = Lawful(
    LIAOYUAN_COUNTY,
    (
        Mutant("LY2", "requirement_short", rows_of("credits", {"estate": "N"}, area_dm2=9_999)),
        Mutant("LY3", "requirement_short", rows_of("credits", {"estate": "E"}, area_dm2=0)),
        Mutant("LY4", "room_rule", under("sites", {"id": "A"}, floor=2)),
        Mutant("LY4", "room_rule", under("sites", {"id": "A"}, barrier_free=None)),
        Mutant("LY4", "handed_over_late", under("estates", {"id": "N"}, first_delivery=date(2021, 11, 30))),
        Mutant("LY5", "line_missing", rows_of("ledger", {"option": "D"})),
        Mutant("LY6", "line_missing", rows_of("ledger", {"kind": "in_lieu"})),
        Mutant("LY6", "fund_over_outlay", rows_of("ledger", {"kind": "fund"}, fen=10_000_001, pv_fen=10_000_001)),
        Mutant("LY6", "fund_not_for_this", rows_of("ledger", {"kind": "fund"}, option="L", site="L")),
        Mutant("LY7", "kind_not_allowed", rows_of("credits", {"estate": "N"}, place="L")),
        Mutant("LY8", "proof_missing", rows_of("proofs", {"option": "L"})),
        Mutant("LY9", "premises_area", rows_of("premises", {"premises": "K"}, area_dm2=1_100)),
    ),
    {},
)
LIAOYUAN_LAND = Lawful(
    LIAOYUAN_COUNTY,
    (Mutant("LY1", "land_short", under("sites", {"id": "L"}, land_area_dm2=4_999)),),
    {"land_target": "enforced"},
)

WENZHOU = Lawful(
    County(
        "wenzhou-2023",
        [
            estate("V", 0, kind="village"),
            estate("U", 0, kind="village", exempt_reason="海岛"),
            estate("N", 1000, cohort="new", floor_area_m2=120_000),
            estate("O", 500, in_programme="yes"),
            estate("R", 500),
        ],
        [
            room("A", 250, 100_000, gross_area_m2=250, net_area_m2=200, estate="V"),
            room("D", 400, 900_000, "developer", works="new", gross_area_m2=400, net_area_m2=300, estate="N"),
            room("B", 200, 100_000, gross_area_m2=200, net_area_m2=160, estate="O"),
        ],
        walks={("O", "A"): None, ("R", "A"): None, ("O", "D"): None, ("R", "D"): None},
        inputs={"construction_subsidy_yuan": ""},
        settings={"periods": ["2023-10-08", "2026-06-01", "2027-07-05"]},
        years=5,
    ),
    (
        Mutant("WZ1", "requirement_short", rows_of("credits", {"estate": "N"}, area_dm2=29_999)),
        Mutant("WZ1", "place_below_min", under("sites", {"id": "D"}, net_area_dm2=29_999)),
        Mutant("WZ2", "coverage_short", under("sites", {"id": "A"}, net_area_dm2=19_999)),
        Mutant("WZ2", "exception_missing", rows_of("exceptions", {"subject": "U"})),
        Mutant("WZ3", "coverage_short", farther("O", "B", 901)),
        Mutant("WZ3", "station_type_not_taken", under("options", {"id": "B"}, station_type="canteen")),
        Mutant("WZ4", "line_missing", rows_of("ledger", {"option": "B", "kind": "price"})),
        Mutant("WZ5", "not_ready", later("B", date(2027, 7, 5), date(2027, 7, 5))),
        Mutant("WZ5", "checkpoint_missing", forget(date(2027, 6, 30))),
        Mutant("WZ8", "grant_undue", grant("B", "construction_subsidy", 80_000, payer="county", receiver="operator")),
        Mutant("WZ9", "warning_missing", rows_of("notices", {"code": "validity_horizon"})),
        Mutant("WZ10", "not_ready", later("D", date(2026, 6, 1), date(2026, 6, 1))),
    ),
    {},
)

WEIHAI = Lawful(
    County(
        "weihai-2019",
        [
            estate("E", 1000, community="一社区"),
            estate("N", 1000, approved="2014-06-01", completed="2020-06-30", community="二社区"),
            estate("G", 1000, community="三社区"),
        ],
        [
            room("A", 300, 100_000, station_type="residential"),
            room("D", 250, 900_000, "developer", works="new", estate="N", community="二社区"),
            room("T", 1000, 2_000_000, station_type="town_centre", community="三社区"),
            room("C", 500, 800_000, station_type="county_centre", community="四社区"),
        ],
        [held("K", "day_care", 20, community="三社区", district="环翠区")],
        inputs={"provincial_award_yuan": ""},
        settings={"periods": ["2019-07-01", "2020-10-01"]},
    ),
    (
        Mutant("WH1", "service_held", rows_of("credits", {"estate": "E", "checkpoint": date(2020, 12, 31)}, area_dm2=14_999)),
        Mutant("WH2", "status_wrong", rows_of("credits", {"estate": "N", "checkpoint": date(2020, 12, 31)}, area_dm2=19_999)),
        Mutant("WH2", "handed_over_late", under("estates", {"id": "N"}, completed=date(2019, 6, 30))),
        Mutant("WH3", "beyond_reach", under("sites", {"id": "A"}, community="二社区")),
        Mutant("WH3", "room_rule", rows_of("chosen", {"option": "A"}, area_dm2=29_999)),
        Mutant("WH4", "tier_missing", rows_of("chosen", {"option": "T"})),
        Mutant("WH4", "tier_missing", later("C", date(2021, 1, 1), date(2021, 1, 1))),
        Mutant("WH5", "grant_amount", rows_of("ledger", {"kind": "grant", "option": "A"}, fen=10_000_000, pv_fen=10_000_000)),
        Mutant("WH5", "grant_undue", under("options", {"id": "A"}, pilot_money=True)),
        Mutant("WH6", "grant_undue", under("options", {"id": "A"}, provenance="urban_day_care")),
        Mutant("WH8", "milestone_short", under("options", {"id": "A"}, operator=False)),
        Mutant("WH9", "milestone_short", rows_of("credits", {"checkpoint": date(2020, 12, 31)})),
    ),
    {},
)

ALL: dict[str, tuple[Lawful, ...]] = {
    "yangcheng-2022": (YANGCHENG,),
    "liaoyuan-2021": (LIAOYUAN, LIAOYUAN_LAND),
    "wenzhou-2023": (WENZHOU,),
    "weihai-2019": (WEIHAI,),
}
