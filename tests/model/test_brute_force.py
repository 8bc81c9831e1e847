"""The model against trying everything, against the audit, and against the other solver, on random small counties."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.case.prepare import prepare
from siteplanner.explain.nouns import NoPlan
from siteplanner.planner import plan
from siteplanner.scenario.schema import Scenario
from support.brute_force import least_cost
from support.random_county import random_county, scenario_of

PERSPECTIVES = ("township", "county", "all_public")
seeds = st.integers(0, 10**6)
many = settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
some = settings(many, max_examples=60)


def county(seed: int, **shape: int) -> Scenario:
    """Return a random county, seen from a perspective that turns with the seed; decided areas span at most 4 m²."""
    tree, tables = random_county(seed, **shape)
    tree["perspective"] = PERSPECTIVES[seed % 3]
    for row in tables["options"]:
        if row.get("area_min_m2"):
            row["area_min_m2"] = str(Decimal(row["area_max_m2"]) - min(4, Decimal(row["area_max_m2"]) - Decimal(row["area_min_m2"])))
    for row in tables["estates"]:
        row["dwellings"] = str(5 * (int(row["dwellings"]) // 5))
    return scenario_of(tree, tables)


def planned_cost(scenario: Scenario) -> int | None:
    """Return the cost of the plan the product finds (which the audit has passed), or None."""
    try:
        run = plan(scenario)
    except NoPlan as error:
        assert error.explanation.confirmed
        return None
    assert run.plan.status.status == "optimal"
    return sum(term.amount for term in run.plan.terms)


@many
@given(seeds)
def test_the_plan_costs_what_trying_everything_costs(seed: int) -> None:
    """On a county of four estates and a handful of sites the proven optimum is the least of all lawful sets."""
    scenario = county(seed, estates=3, sites=4)
    assert planned_cost(scenario) == least_cost(scenario, prepare(scenario).funders)


@some
@given(seeds)
def test_start_days_are_chosen_as_trying_everything_does(seed: int) -> None:
    """With two start days the cheapest start is found too."""
    scenario = county(seed, estates=2, sites=2, periods=2)
    assert planned_cost(scenario) == least_cost(scenario, prepare(scenario).funders)


@some
@given(seeds)
def test_cbc_agrees_with_highs(seed: int) -> None:
    """The second solver proves the same cost and, thanks to the tie order, finds the same plan."""
    scenario = county(seed, estates=4, sites=6)
    other = scenario.model_copy(
        update={"settings": scenario.settings.model_copy(update={"solver": scenario.settings.solver.model_copy(update={"name": "cbc"})})}
    )
    try:
        ours = plan(scenario).plan
    except NoPlan:
        with pytest.raises(NoPlan):
            plan(other)
        return
    theirs = plan(other).plan
    assert sum(t.amount for t in theirs.terms) == sum(t.amount for t in ours.terms)
    assert [c.option for c in theirs.chosen] == [c.option for c in ours.chosen]
