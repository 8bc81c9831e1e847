"""Slower and faster walking: the same scenario solved again, feasible or not, at what cost, and who has no place left."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from roads.test_access import written
from roads.test_scenario_roads import by_roads, town
from siteplanner.audit import audit, broken
from siteplanner.planner import plan
from siteplanner.speeds import at_speed, at_speeds
from siteplanner.walked import SpeedRow
from support.line import command
from support.small import County, estate, room


def rows(county: County, *percents: int) -> dict[int, SpeedRow]:
    """Return the rows of a county by percent."""
    run = plan(county.scenario())
    return {row.percent: row for row in at_speeds(run.case, run.plan, percents)}


def test_faster_walking_reaches_the_cheap_room(tmp_path: Path) -> None:
    """The room across the river takes 940 s; at 110 % of the speed it takes 855 s, is within 900 s, and the plan costs less."""
    found = rows(town(tmp_path, by_roads(tmp_path)), 104, 105, 110)
    stated = found[100]
    assert [found[percent].pairs for percent in (100, 104, 105, 110)] == [1, 1, 2, 2]
    assert all(row.status == "optimal" for row in found.values())
    assert stated.cost_fen is not None and found[110].cost_fen is not None
    assert found[104].cost_fen == stated.cost_fen
    assert stated.cost_fen - found[110].cost_fen == pytest.approx(400_000_00, rel=0.2)


def test_slower_walking_leaves_nobody_in_reach(tmp_path: Path) -> None:
    """390 s fit into seven minutes down to 93 % of the speed; at 92 % they take 424 s, there is no plan, and eight minutes would do."""
    county = town(tmp_path, {**by_roads(tmp_path), "standards": {"reach_minutes": "7"}})
    found = rows(county, 92, 93)
    assert (found[93].status, found[93].cost_fen, found[93].bare) == ("optimal", found[100].cost_fen, ())
    assert (found[92].status, found[92].cost_fen, found[92].options) == ("no_plan", None, None)
    assert [(row.estate, row.place, row.walk_s, row.minutes) for row in found[92].bare] == [("E", "DEAR", 424, 8)]


def test_a_table_is_walked_at_the_stated_speed() -> None:
    """Times of a table lengthen as the speed falls: 810 s are 900 s at 90 % and inside, 811 s are 902 s and outside."""
    county = County("tonglu-2021", [estate("E")], [room("R", 200)], walks={("E", "R"): 810})
    assert rows(county, 90)[90].status == "optimal"
    other = replace(county, walks={("E", "R"): 811})
    assert rows(other, 90)[90].status == "no_plan"
    assert [walk.walk_s for walk in at_speed(other.scenario(), 90).walks] == [902]


def test_the_command_keeps_the_speeds_in_the_record(tmp_path: Path) -> None:
    """``plan --speeds`` shows a line each, keeps them in the record and in the papers, and the plan passes the check."""
    folder = written(tmp_path, by_roads(tmp_path))
    ran = command("plan", folder, "--out", folder / "out", "--speeds", "40%，110", "--lang", "zh")
    assert "40%：没有合规方案，1 个小区圈内没有可用处" in ran.out and "110%：有方案，最省" in ran.out
    record = json.loads((folder / "out" / "plan.json").read_text(encoding="utf-8"))
    assert [row["percent"] for row in record["speeds"]] == [40, 100, 110]
    assert "步行快慢的影响" in (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert command("check", folder, folder / "out").code == 0
    plain = command("plan", folder, "--out", folder / "plain", "--json")
    assert plain.data["speeds"] == []


@pytest.mark.parametrize("text", ["slow", "80,", "29", "301", "8.5", "-80", "80;90"])
def test_speeds_that_are_none(tmp_path: Path, text: str) -> None:
    """What is no list of whole percentages from 30 to 300 is refused before anything is solved."""
    folder = written(tmp_path, by_roads(tmp_path))
    ran = command("plan", folder, "--out", folder / "out", f"--speeds={text}", "--json")
    assert (ran.code, [problem["code"] for problem in ran.data["problems"]]) == (2, ["bad_speeds"])
    assert not (folder / "out").exists()


def test_rows_change_nothing_of_the_plan(tmp_path: Path) -> None:
    """The plan with its speeds passes the check like the plan without."""
    scenario = town(tmp_path, by_roads(tmp_path)).scenario()
    run = plan(scenario)
    found = run.plan.model_copy(update={"speeds": at_speeds(run.case, run.plan, (90,))})
    assert broken(audit(scenario, found, run.case.walks)) == ()
