"""Objectives other than cost, alone and in order, against trying everything; and what best effort says of itself."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.audit import audit, broken
from siteplanner.errors import InputError
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario
from support.brute_force import best_efforts, lawful_plans, least_longest_walk
from support.families import base
from support.whole_county import planned, whole_county

some = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
seeds = st.integers(0, 10**6)


def county(seed: int, *objective: str) -> Scenario:
    """Return a random county of three estates that seeks something."""
    return whole_county(seed, objective=list(objective))


def reached(found: Plan, objective: str) -> float:
    """Return what a level reached, which must be proven."""
    assert found.status.status == "optimal"
    return next(level.value for level in found.status.levels if level.objective == objective)


@some
@given(seeds)
def test_best_effort_leaves_as_little_as_any_set_of_rooms(seed: int) -> None:
    """Least shortfall, most households and most estates are those of trying everything, and the plan's own table adds up to them."""
    scenario = county(seed, "least_shortfall", "least_cost")
    found = planned(scenario)
    if found is None:
        return
    short, households, estates = best_efforts(scenario)
    assert round(reached(found, "least_shortfall")) == short
    assert sum(max(0, row.required_dm2 - row.held_dm2) for row in found.services if row.status in ("served", "short")) == short
    for name, least, weight in (("most_served", households, True), ("most_estates_served", estates, False)):
        most = planned(county(seed, name, "least_shortfall"))
        assert most is not None
        assert round(reached(most, name)) == least
        assert sum(row.dwellings if weight else 1 for row in most.services if row.status == "short") == least


@some
@given(seeds)
def test_the_longest_walk_is_the_shortest_that_any_plan_has(seed: int) -> None:
    """The least worst walk is that of trying everything, no credit walks farther, and cost comes after it."""
    scenario = county(seed, "least_worst_walk", "least_cost")
    found = planned(scenario)
    assert (found is None) == (least_longest_walk(scenario) is None)
    if found is None:
        return
    own = {need.estate for need in found.services if need.cohort == "new"}
    longest = max((row.walk_s or 0 for row in found.credits if row.estate not in own), default=0)
    assert longest <= reached(found, "least_worst_walk") == least_longest_walk(scenario)


@some
@given(seeds)
def test_fewest_options_are_the_fewest_of_all_plans(seed: int) -> None:
    """Fewest sites, then cost: the fewest options of all lawful sets, and the cheapest of these."""
    scenario = county(seed, "fewest_sites", "least_cost")
    found = planned(scenario)
    lawful = lawful_plans(scenario, frozenset({"township"}))
    assert (found is None) == (not lawful)
    if found is not None:
        fewest = min(len(options) for options, _ in lawful)
        assert round(reached(found, "fewest_sites")) == len(found.chosen) == fewest
        assert round(reached(found, "least_cost")) == min(cost for options, cost in lawful if len(options) == fewest)


def short_county(*objective: str) -> Scenario:
    """Return two estates that need 300 m² together, with 240 m² within reach of both."""
    tree, tables = base()
    tree["objective"] = list(objective)
    tables["options"] = [row | {"area_m2": "240"} for row in tables["options"][:1]]
    return build_scenario(tree, tables)


def test_best_effort_is_stamped_and_never_passes_the_check() -> None:
    """The clause that is not met stands in the plan, and the check breaks it; a plan that hides it is found out."""
    scenario = short_county("most_served", "least_cost")
    run = plan(scenario)
    assert run.plan.best_effort == ("TL3",)
    assert {(row.estate, row.status) for row in run.plan.services} == {("E1", "served"), ("E2", "short")}
    codes = {finding.code for finding in broken(run.plan.compliance)}
    assert {"best_effort", "requirement_short"} <= codes
    hidden = run.plan.model_copy(update={"best_effort": ()})
    assert "best_effort_stated" in {finding.code for finding in broken(audit(scenario, hidden, run.case.walks))}


def test_best_effort_that_needs_no_mercy_is_an_ordinary_plan() -> None:
    """Where everybody can be served, nothing is stamped and nothing broken."""
    tree, tables = base()
    tree["objective"] = ["least_shortfall", "least_cost"]
    found = plan(build_scenario(tree, tables)).plan
    assert not found.best_effort
    assert not broken(found.compliance)


@pytest.mark.parametrize("name", ["least_shortfall", "most_served", "most_estates_served"])
def test_best_effort_after_cost_is_refused(name: str) -> None:
    """Cost before best effort would be had by doing nothing, so the scenario is refused."""
    with pytest.raises(InputError) as caught:
        short_county("least_cost", name)
    assert [problem.code for problem in caught.value.problems] == ["best_effort_late"]
