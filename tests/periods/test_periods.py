"""Starts, milestones and yearly budgets over up to three years: the plan against trying everything, and what can never cost more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from periods.county import County, Law, least_cost, random_county
from siteplanner.explain.nouns import NoPlan
from siteplanner.planner import plan

seeds = st.integers(0, 10**6)
many = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
some = settings(many, max_examples=80)


def planned_cost(county: County) -> int | None:
    """Return the cost of the county's plan, which the check has passed; None where it is proven that there is none."""
    try:
        found = plan(county.scenario()).plan
    except NoPlan as error:
        assert error.explanation.confirmed
        return None
    assert found.status.status == "optimal"
    return sum(term.amount for term in found.terms)


def no_dearer(easier: County, harder: County) -> bool:
    """Return whether the plan of the easier county costs no more; where there is no plan, the harder one has none either."""
    costs = planned_cost(easier), planned_cost(harder)
    return costs[1] is None or (costs[0] is not None and costs[0] <= costs[1])


@many
@given(seeds)
def test_the_plan_costs_what_trying_everything_costs(seed: int) -> None:
    """Two deadlines, shares of estates or dwellings by county or township, budgets with and without carry-over."""
    county = random_county(seed)
    assert planned_cost(county) == least_cost(county)


def test_the_random_counties_are_hard_enough() -> None:
    """Of a hundred some have no plan, and leaving out budgets, carry-over or milestones changes the cost of some."""
    changed = dict.fromkeys(("none", "budgets", "carry_over", "milestones"), 0)
    for seed in range(100):
        county = random_county(seed)
        cost = least_cost(county)
        changed["none"] += cost is None
        changed["budgets"] += cost != least_cost(_with(county, budgets=[]))
        lapsing = [row | {"carry_over": "否"} for row in county.tables["budgets"]]
        changed["carry_over"] += cost != least_cost(_with(county, budgets=lapsing))
        changed["milestones"] += cost != least_cost(replace(county, law=replace(county.law, milestones=())))
    assert all(count >= 3 for count in changed.values()), changed


@some
@given(seeds)
def test_more_budget_never_costs_more(seed: int) -> None:
    """One line raised, or allowed to pass on what it leaves: the plan costs no more than before."""
    county, dice = random_county(seed), Random(seed)
    rows = county.tables["budgets"]
    if not rows:
        return
    n = dice.randrange(len(rows))
    raised = rows[n] | {"limit_yuan": str(int(rows[n]["limit_yuan"]) + 50_000 * dice.randint(1, 6)), "carry_over": "是"}
    assert no_dearer(_with(county, budgets=[*rows[:n], raised, *rows[n + 1 :]]), county)


@some
@given(seeds)
def test_a_later_deadline_never_costs_more(seed: int) -> None:
    """A deadline or a milestone put off by a year: the plan costs no more than before."""
    county, dice = random_county(seed), Random(seed)
    law = county.law
    later: list[Law] = [replace(law, rest=_next_year(law.rest))]
    if law.programme < law.rest:
        later.append(replace(law, programme=_next_year(law.programme)))
    for n, (day, *share) in enumerate(law.milestones):
        later.append(replace(law, milestones=(*law.milestones[:n], (_next_year(day), *share), *law.milestones[n + 1 :])))
    assert no_dearer(replace(county, law=dice.choice(later)), county)


def _with(county: County, **tables: list[dict[str, str]]) -> County:
    return replace(county, tables=county.tables | tables)


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1)
