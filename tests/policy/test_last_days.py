"""Clauses that turn on a date, a day on either side of it: what is planned, and what the check says of a plan a day late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from siteplanner.audit import audit, broken
from siteplanner.planner import Run, plan
from siteplanner.scenario.schema import Scenario
from support.small import BASE_DATE, County, digest, estate, held, outcome, planned, room

YC, WH = "yangcheng-2022", "weihai-2019"
PLACE = {"district": "环翠区", "operator": "yes"}
CENTRES = [
    held("PC", "county_centre", 2000, station_type="county_centre", community="无小区社区", **PLACE),
    held("PT", "town_centre", 1000, station_type="town_centre", community="无小区社区", **PLACE),
]
STATION = held("P", "station", 20, station_type="service", community="一社区", **PLACE)


@dataclass(frozen=True)
class Turn:
    """A clause that asks for room A by a day, that day included; ``code`` is what the check finds when it is late."""

    clause: str
    day: str
    policy: str
    estates: tuple[dict[str, str], ...]
    cells: Mapping[str, object]
    code: str

    def county(self, days: int) -> County:
        """Return the county where A is ready so many days after the day."""
        lead = (date.fromisoformat(self.day) - date.fromisoformat(BASE_DATE[self.policy])).days + days
        premises = [*CENTRES, STATION] if self.policy == WH else []
        return County(self.policy, self.estates, [room("A", 500, 100_000, **{**self.cells, "lead_days": lead})], premises)


TURNS = (
    Turn("YC1", "2022-12-31", YC, (estate("E", 1000, cohort="new"),), {}, "requirement_short"),
    Turn("YC4", "2025-12-31", YC, (estate("E", 1000, township="凤城镇"),), {"township": "凤城镇"}, "milestone_short"),
    Turn("YC4", "2025-12-31", YC, (estate("E", 1000, township="润城镇"),), {"township": "润城镇"}, "milestone_short"),
    Turn("WH9", "2020-12-31", WH, (estate("E", 100), estate("F", 1000)), {}, "milestone_short"),
)
"""Of two estates in Weihai E has its room; 70 % of two are two, so F needs A. Communities are done by the station in use."""


@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: f"{turn.clause}-{turn.estates[0].get('township', '')}")
def test_a_room_is_in_time_on_the_day_and_not_a_day_later(turn: Turn, days: int) -> None:
    """The day before and the day itself are in time; a day later there is no plan."""
    assert outcome(turn.county(days))["chosen"] == ("A 500" if days <= 0 else "no plan")


def a_day_late(scenario: Scenario, run: Run) -> tuple[Scenario, Run]:
    """Return a scenario in which A takes a day longer, and the plan that takes it all the same and credits nothing of it before."""
    later = timedelta(days=1)
    options = tuple(o.model_copy(update={"lead_days": o.lead_days + 1}) if o.id == "A" else o for o in scenario.options)
    chosen = tuple(c.model_copy(update={"ready": c.ready + later}) for c in run.plan.chosen)
    places = tuple(p.model_copy(update={"ready": p.ready + later}) if p.place == "A" else p for p in run.plan.places)
    day = next(c.ready for c in chosen if c.option == "A")
    credits = tuple(c for c in run.plan.credits if c.place != "A" or c.checkpoint >= day)
    changed = run.plan.model_copy(update={"chosen": chosen, "places": places, "credits": credits})
    return scenario.model_copy(update={"options": options}), Run(run.case, changed, run.interrupted)


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: f"{turn.clause}-{turn.estates[0].get('township', '')}")
def test_the_check_takes_the_day_and_not_a_day_later(turn: Turn) -> None:
    """A plan whose room is ready on the day passes; the same plan a day late breaks the clause in the check's own reading."""
    scenario = turn.county(0).scenario()
    run = plan(scenario)
    assert broken(run.plan.compliance) == ()
    late_scenario, late = a_day_late(scenario, run)
    found = [(f.clause, f.code) for f in broken(audit(late_scenario, late.plan, dict(run.case.walks)))]
    assert (turn.clause, turn.code) in found


def test_a_milestone_is_not_met_by_what_is_credited_too_early() -> None:
    """A plan that is a day late and keeps its credits all the same breaks WH9 too: what is not ready makes no estate compliant."""
    turn = TURNS[-1]
    scenario = turn.county(0).scenario()
    run = plan(scenario)
    late_scenario, late = a_day_late(scenario, run)
    claimed = late.plan.model_copy(update={"credits": run.plan.credits})
    found = [(f.clause, f.code) for f in broken(audit(late_scenario, claimed, dict(run.case.walks)))]
    assert {("WH1", "not_ready"), ("WH9", "milestone_short")} <= set(found)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_other_towns_of_yangcheng_have_no_day_but_are_counted_on_it(days: int) -> None:
    """Outside the two towns a room after 2025 is lawful; the share of estates served by the end of 2025 is then nothing."""
    turn = Turn("YC4", "2025-12-31", YC, (estate("E", 1000),), {}, "")
    found = planned(turn.county(days))
    assert found is not None
    assert digest(found)["chosen"] == "A 500"
    (share,) = (row for row in found.figures if row.item == "county_coverage")
    assert share.value == ("1" if days <= 0 else "0")


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_new_estate_has_its_room_by_its_own_hand_over(days: int) -> None:
    """The developer's room of an estate handed over on 2022-08-03 is in time on that day, not a day later, well within the year."""
    lead = (date(2022, 8, 3) - date.fromisoformat(BASE_DATE[YC])).days + days
    row = estate("E", 1000, cohort="new", completed="2022-08-03")
    found = outcome(County(YC, [row], [room("A", 300, 100_000, "developer", works="new", estate="E", lead_days=lead)]))
    assert found["chosen"] == ("A 300" if days <= 0 else "no plan")


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_use_of_weihai_is_counted_on_the_last_day_of_2020(days: int) -> None:
    """A room of no operator that is ready by then lowers the share of places in use; one that is ready a day later is not counted yet."""
    lead = (date(2020, 12, 31) - date.fromisoformat(BASE_DATE[WH])).days + days
    idle = room("B", 500, 100_000, operator="", station_type="service", community="二社区", lead_days=lead, lock="in")
    own = room("A", 500, 100_000, lead_days=100)
    found = planned(County(WH, [estate("E", 100), estate("F", 1000)], [own, idle], [*CENTRES, STATION]))
    assert found is not None
    (share,) = (row for row in found.figures if row.item == "use_rate")
    assert share.value == ("0.8" if days <= 0 else "1")
