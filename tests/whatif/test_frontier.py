"""Cost against other measures: every point is that of trying everything, cost never falls as limits tighten, phases build up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.commands.frontier import cost_text
from siteplanner.planner import plan
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.whatif import frontier as searching
from siteplanner.whatif.frontier import Axis, Point, Range, along_setting, frontier, measured, nested
from siteplanner.whatif.tornado import tornado
from siteplanner.whatif.variation import is_settled
from support.brute_force import lawful_plans, least_cost, left_out
from support.line import TOY, command
from support.whole_county import planned, whole_county

some = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
seeds = st.integers(0, 10**6)
FUNDERS = frozenset({"township"})


def points_of(scenario: Scenario, axis: Axis, step: float, line: str = "") -> list[Point]:
    """Return the whole frontier of a scenario at a resolution."""
    lab, measure = measured(scenario, axis, line)
    return frontier(lab, measure, Range(step=step), line=line).points


def expect_exact(points: Sequence[Point], everything: Sequence[tuple[int, int]]) -> None:
    """Fail unless the points are all that no plan beats in both cost and measure, out of (cost, measure) of every plan."""
    best = sorted({(measure, min(cost for cost, other in everything if other <= measure)) for _, measure in everything})
    turns = [best[0], *(after for before, after in pairwise(best) if after[1] < before[1])]
    assert [(round(point.reached), point.fen) for point in reversed(points)] == turns


@some
@given(seeds)
def test_households_served_for_money_are_those_of_trying_everything(seed: int) -> None:
    """At a resolution of one household the frontier has every turn: no set of rooms serves more for as much, or as many for less."""
    scenario = whole_county(seed)
    if planned(whole_county(seed, objective=["most_served"])) is None:
        return
    expect_exact(points_of(scenario, "served", 1.0), left_out(scenario, FUNDERS))


@some
@given(seeds)
def test_options_for_money_are_those_of_trying_everything(seed: int) -> None:
    """The least cost with so many options, for every number of options that changes it."""
    scenario = whole_county(seed)
    everything = [(cost, len(options)) for options, cost in lawful_plans(scenario, FUNDERS)]
    points = points_of(scenario, "sites", 1.0)
    if not everything:
        assert not points
    else:
        expect_exact(points, everything)


@some
@given(seeds)
def test_a_budget_line_moved_costs_what_trying_everything_says(seed: int) -> None:
    """At each point the line's limit gives the least cost of that limit, and a step below it the cost of the next point."""
    scenario = whole_county(seed)
    if not scenario.budgets or any(line.carry_over for line in scenario.budgets):
        return
    line, step = scenario.budgets[0], 5_000_000.0
    points = points_of(scenario, "budget", step, line.id)
    for point in points:
        limit = 10**12 if point.limit == float("inf") else round(point.limit)
        others = [other if other.id != line.id else other.model_copy(update={"limit_fen": limit}) for other in scenario.budgets]
        assert point.fen == least_cost(scenario.model_copy(update={"budgets": tuple(others)}), FUNDERS)


@some
@given(seeds, st.sampled_from(("served", "walking", "longest_walk", "sites")))
def test_cost_never_falls_as_limits_tighten_and_phases_build_up(seed: int, axis: Axis) -> None:
    """Along every axis cost rises as the measure falls; in phases every site stays, at no less cost than without phases."""
    scenario = whole_county(seed)
    lab, measure = measured(scenario, axis)
    points = frontier(lab, measure, Range()).points
    for loose, tight in pairwise(points):
        assert tight.reached < loose.reached
        assert tight.fen is not None
        assert loose.fen is not None
        assert tight.fen >= loose.fen
    phases = nested(lab, measure, points)
    for before, after in pairwise(phases):
        assert after.fen is None or before.sites <= after.sites
    for phase in phases:
        free = [point.fen for point in points if point.fen is not None and point.reached <= phase.limit + 1e-6]
        assert phase.fen is None or phase.fen >= min(free)


def test_the_ends_of_the_walking_frontier_are_plans_of_their_own() -> None:
    """The first point is the cheapest plan; the last walks as little as the plan that seeks the least walking first."""
    scenario = load_scenario(TOY)
    points = points_of(scenario, "walking", 1.0)
    cheapest = plan(scenario).plan
    assert points[0].fen == sum(term.amount for term in cheapest.terms)
    nearest = plan(load_scenario(TOY, sets=["objective=[least_walking, least_cost]"])).plan
    reached = {level.objective: level.value for level in nearest.status.levels}
    assert points[-1].reached == pytest.approx(reached["least_walking"], abs=1.0)
    assert points[-1].fen == round(reached["least_cost"])


@pytest.mark.parametrize(("setting", "values"), [("circle", range(8, 22)), ("area", range(80, 121, 5))])
def test_settings_between_points_cost_what_their_neighbours_do(setting: str, values: range) -> None:
    """Every value that was left out costs what planning under it costs, and that is the cost at the points beside it."""
    scenario = load_scenario(TOY)
    key = {"circle": "reach_minutes", "area": "area_percent"}[setting]
    points = along_setting(scenario, "circle" if setting == "circle" else "area", list(map(Decimal, values))).points
    known = {round(point.limit): point.fen for point in points}
    for value in values:
        found = planned(load_scenario(TOY, sets=["what_if=yes", f"standards.{key}={value}"]))
        cost = None if found is None else sum(term.amount for term in found.terms)
        assert cost == known.get(value, known[max(known_value for known_value in known if known_value <= value)])


def test_the_tornado_moves_one_thing_at_a_time() -> None:
    """A fifth more of rent costs a fifth of the rent of the plan; keeping today's choice never costs less than choosing anew."""
    scenario = load_scenario(TOY)
    base = plan(scenario).plan
    swings = {(swing.factor, swing.percent): swing for swing in tornado(scenario, 20)}
    rent = sum(line.pv_fen for line in base.ledger if line.kind == "rent")
    more = swings["rent", 20]
    assert more.kept_fen is not None
    assert more.kept_fen - sum(term.amount for term in base.terms) == pytest.approx(rent / 5, abs=10)
    for swing in swings.values():
        assert swing.fen is not None
        assert swing.kept_fen is None or swing.kept_fen >= swing.fen


def test_an_axis_that_is_none_is_refused() -> None:
    """An unknown axis or budget line is a located problem that lists the choices."""
    for axis in ("beauty", "budget:NOWHERE"):
        ran = command("frontier", TOY, "--against", axis, "--json")
        assert ran.code == 2
        assert [problem["code"] for problem in ran.data["problems"]] == ["unknown_axis"]


def test_a_setting_is_tried_exactly_where_it_is_asked_for() -> None:
    """Half a minute is half a minute: from 14.5 to 15.5 the circles tried are those, in steps of half a minute."""
    ran = command("frontier", TOY, "--against", "circle", "--from", "14.5", "--to", "15.5", "--step", "0.5", "--json")
    assert [point["limit"] for point in ran.data["points"]] == [14.5, 15.0, 15.5]
    shown = command("frontier", TOY, "--against", "circle", "--from", "14.5", "--to", "15.5", "--step", "0.5", "--lang", "en").out
    assert [line.split()[0] for line in shown.splitlines()[2:5]] == ["14.5", "15", "15.5"]
    planned_there = plan(load_scenario(TOY, sets=["what_if=yes", "standards.reach_minutes=14.5"])).plan
    assert ran.data["points"][0]["cost_fen"] == sum(term.amount for term in planned_there.terms)


@pytest.mark.parametrize(
    ("axis", "words", "codes"),
    [
        ("circle", ("--from", "10.33"), ["bad_circle"]),
        ("circle", ("--from", "0", "--to", "240.05"), ["bad_circle", "bad_circle"]),
        ("circle", ("--step", "0.01"), ["bad_circle"]),
        ("circle", ("--to", "nan"), ["bad_circle"]),
        ("area", ("--from", "90.001", "--to", "1000.01"), ["bad_area", "bad_area"]),
        ("area", ("--from", "120", "--to", "119.99"), ["bad_range"]),
        ("area", ("--from", "200"), ["bad_range"]),
    ],
)
def test_a_setting_that_no_scenario_may_have_is_refused(axis: str, words: tuple[str, ...], codes: list[str]) -> None:
    """Circles of broken seconds, standards of three decimals, values out of range or in the wrong order are located problems."""
    ran = command("frontier", TOY, "--against", axis, *words, "--json")
    assert ran.code == 2
    assert [problem["code"] for problem in ran.data["problems"]] == codes


@pytest.mark.parametrize(("axis", "step"), [("served", "1"), ("circle", "1")])
@pytest.mark.parametrize(("lang", "said"), [("zh", "已达 {} 个点"), ("en", "The search ended at {} points")])
def test_a_list_cut_at_the_number_of_points_says_so(axis: str, step: str, lang: str, said: str) -> None:
    """With two points fewer than there are the list says where it ended; with as many as there are it is whole and says nothing."""
    asked = ("frontier", TOY, "--against", axis, "--step", step, "--lang", lang)
    whole = command(*asked, "--json").data
    count = len(whole["points"])
    assert whole["cut"] is None
    assert count > 4
    cut = command(*asked, "--points", count - 2, "--json").data
    assert (len(cut["points"]), cut["cut"]) == (count - 2, "points")
    assert said.format(count - 2) in command(*asked, "--points", count - 2).out
    assert command(*asked, "--points", count, "--json").data["cut"] is None
    assert said.format(count) not in command(*asked, "--points", count).out


def test_a_list_cut_by_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once time is out the stretch between the ends stays unlooked at, and the list says so: ten and twenty minutes cost different."""
    monkeypatch.setattr(searching, "out_of_time", lambda _: True)
    asked = ("frontier", TOY, "--against", "circle", "--from", "10", "--to", "20")
    ran = command(*asked, "--json").data
    assert ([point["limit"] for point in ran["points"]], ran["cut"]) == ([10, 20], "time")
    assert "there may be more turns" in command(*asked, "--lang", "en").out


def test_tables_are_written_for_office_programs(tmp_path: Path) -> None:
    """The table of the frontier is a CSV with a mark, one row a point below its headings."""
    ran = command("frontier", TOY, "--against", "sites", "--out", tmp_path, "--json")
    rows = (tmp_path / "frontier.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + len(ran.data["points"]) == 3


def test_what_was_not_found_in_time_is_not_said_to_be_impossible() -> None:
    """A point without a plan says "no plan" only where that is proven; a cost above its bound is an interval."""
    assert cost_text(None, float("inf"), "en") == "no plan"
    assert cost_text(None, -float("inf"), "en") == cost_text(None, 5.0, "en") == "not known within the time limit"
    assert cost_text(12_345, 12_245.0, "en") == "123.45"
    assert cost_text(12_345, 0.0, "en") == "0.00 to 123.45"
    assert cost_text(12_345, -float("inf"), "en") == "at most 123.45"
    asked = [(None, float("inf")), (None, 5.0), (200, 100.0), (201, 100.0)]
    assert [is_settled(fen, bound) for fen, bound in asked] == [True, False, True, False]
