"""What sites, rules and grant steps are worth, against trying everything on random small counties."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.case.prepare import prepare
from siteplanner.commands.why import interval_text
from siteplanner.explain.worth import Interval, Why, apart, why
from siteplanner.planner import plan
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.whatif.variation import Found
from support.brute_force import lawful_plans, least_cost
from support.families import base, cluster
from support.whole_county import planned, whole_county

some = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
seeds = st.integers(0, 10**6)
A_FEN = 1
FUNDERS = frozenset({"township"})


def explained(scenario: Scenario) -> Why | None:
    """Return why the plan of a scenario is as it is, None where there is no plan."""
    found = planned(scenario)
    return None if found is None else why(prepare(scenario), found)


def expect(interval: Interval, costs: list[int], base_fen: int, sign: int = 1) -> None:
    """Fail unless a difference is exactly that of the least of some costs, or there is none of them."""
    if not costs:
        assert interval.impossible
    else:
        assert interval.exact
        assert interval.most == sign * (min(costs) - base_fen)


@some
@given(seeds)
def test_sites_are_worth_what_trying_everything_says(seed: int) -> None:
    """Without a site: the least cost of all sets that leave it out. For a site left out: of all sets that hold it."""
    scenario = whole_county(seed)
    known = explained(scenario)
    if known is None:
        return
    sites = {option.id: option.site for option in scenario.options}
    everything = [({sites[option] for option in options}, cost) for options, cost in lawful_plans(scenario, FUNDERS)]
    for row in known.sites:
        expect(row.extra, [cost for chosen, cost in everything if row.site not in chosen], known.least_fen)
    for bid in known.bids:
        expect(bid.cut, [cost for chosen, cost in everything if bid.site in chosen], known.least_fen)


@some
@given(seeds)
def test_rules_cost_what_trying_everything_says(seed: int) -> None:
    """A budget line, or an estate's need, costs the plan what the best of all sets costs less without it."""
    scenario = whole_county(seed)
    known = explained(scenario)
    if known is None:
        return
    for row in known.rules:
        rest = None
        if row.rule.kind == "budget" and not any(line.carry_over for line in scenario.budgets):
            rest = {"budgets": tuple(line for line in scenario.budgets if line.id != row.rule.subject)}
        elif row.rule.kind == "requirement":
            rest = {"estates": tuple(estate for estate in scenario.estates if estate.id != row.rule.subject)}
        if rest is not None:
            least = least_cost(scenario.model_copy(update=rest), FUNDERS)
            assert least is not None
            expect(row.saved, [least], known.least_fen, sign=-1)


def test_a_grant_step_is_worth_what_it_pays_where_nothing_else_would_change() -> None:
    """Own room O3 alone: without its 100,000 yuan the county pays nothing and the plan costs that much more."""
    tree, tables = base()
    tables["options"] = [{**tables["options"][2], "option": "O1", "site": "S1", "area_m2": "320"}]
    known = explained(build_scenario(tree, tables))
    assert known is not None
    (step,) = known.grants
    assert (step.item, step.received_fen, step.extra.most, step.enters) == ("works_grant", 10_000_000, 10_000_000, ())


def test_a_second_best_plan_is_measured_against_the_best() -> None:
    """The dearer of two ways is explained against the cheaper: O1 costs 1,000,000, O2 300,000 yuan over three years."""
    tree, tables = base()
    del tables["options"][2]
    scenario = build_scenario(tree, tables)
    dear = plan(build_scenario(tree, {**tables, "options": tables["options"][:1]})).plan
    known = why(prepare(scenario), dear)
    assert known is not None
    assert known.least_fen < known.cost_fen == 100_000_000


def test_a_cluster_rule_has_its_price() -> None:
    """Rooms of 180 and 100 m² serve only together: the rule that asks for both has a row and a sentence."""
    tree, tables = cluster()
    tables["estates"] = tables["estates"][1:]
    tables["walks"] = tables["walks"][2:]
    for row in tables["walks"]:
        row["seconds"] = "300"
    known = explained(build_scenario(tree, tables))
    assert known is not None
    rule = next(row for row in known.rules if row.rule.kind == "cluster")
    assert rule.saved.exact
    assert (rule.saved.most or 0) > 0
    assert "C1" in rule.rule.text("zh")


def test_what_is_cut_short_gives_an_interval_that_holds() -> None:
    """Base between 90 and 100 fen: a variation of 120 is 20 to 30 dearer; what has no bound has no greatest difference."""
    known = SimpleNamespace(base=Found("limit", ((100.0, 90.0),), np.zeros(1), cost=0), base_low=90.0, levels=("least_cost",))
    dearer = apart(known, Found("proven", ((120.0, 120.0),), np.zeros(1), cost=0))
    assert (dearer.least, dearer.most) == (20.0, 30)
    cheaper = apart(known, Found("proven", ((70.0, 70.0),), np.zeros(1), cost=0), sign=-1)
    assert (cheaper.least, cheaper.most) == (20.0, 30)
    unanswered = apart(known, Found("limit", (), None), sign=-1)
    assert (unanswered.least, unanswered.most) == (0.0, None)
    proven = SimpleNamespace(base=Found("proven", ((100.0, 99.6),), np.zeros(1), cost=0), base_low=100.0, levels=("least_cost",))
    assert apart(proven, Found("proven", ((120.0, 119.7),), np.zeros(1), cost=0)).most == 20


def within(known: Interval, exact: Interval) -> bool:
    """Return whether an interval holds the exact difference."""
    if exact.impossible:
        return known.most is None
    assert exact.most is not None
    return known.least <= exact.most + A_FEN and (known.most is None or known.most >= exact.least - A_FEN)


@some
@given(seeds, st.sampled_from((0.05, 0.2, 0.5)))
def test_what_is_not_exact_in_time_is_an_interval_that_holds(seed: int, seconds: float) -> None:
    """However soon the time runs out, every figure holds what is found when there is time enough."""
    scenario = whole_county(seed)
    exact, found = explained(scenario), planned(scenario)
    if exact is None or found is None:
        return
    hurried = why(prepare(scenario), found, seconds=seconds)
    if hurried is None or hurried.least_fen != exact.least_fen:
        return
    assert hurried.low_fen <= exact.least_fen
    assert all(within(a.extra, b.extra) for a, b in zip(hurried.sites, exact.sites, strict=True))
    assert all(within(a.cut, b.cut) for a, b in zip(hurried.bids, exact.bids, strict=True))
    assert all(within(a.saved, b.saved) for a, b in zip(hurried.rules, exact.rules, strict=True))
    assert all(within(a.extra, b.extra) for a, b in zip(hurried.grants, exact.grants, strict=True))


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(float("inf"), None), "no plan without it"),
        (Interval(-float("inf"), None), "not known within the time limit"),
        (Interval(0.0, None), "at least 0.00 yuan"),
        (Interval(-float("inf"), 500), "at most 5.00 yuan"),
        (Interval(100.0, 201), "between 1.00 and 2.01 yuan"),
        (Interval(100.0, 200), "2.00 yuan"),
    ],
)
def test_an_interval_says_what_is_known(interval: Interval, text: str) -> None:
    """Two ends a yuan apart are one figure, a fen more are two; an end that is not known is not shown as a number."""
    assert interval_text(interval, "en") == text


def test_a_level_above_cost_that_is_not_proven_leaves_the_cost_unknown() -> None:
    """Three leases may yet do where four were found: the plan with three could cost more than the one found, or less."""
    lab = SimpleNamespace(
        base=Found("proven", ((3.0, 3.0), (100.0, 100.0)), np.zeros(1), cost=1),
        base_low=100.0,
        levels=(SimpleNamespace(hold=0.0, factor=1.0), SimpleNamespace(hold=0.0, factor=1.0)),
    )
    open_above = apart(lab, Found("limit", ((4.0, 2.5), (150.0, 120.0)), np.zeros(1), cost=1))
    assert (open_above.least, open_above.most) == (-float("inf"), None)
    settled = apart(lab, Found("limit", ((4.0, 4.0), (150.0, 90.0)), np.zeros(1), cost=1))
    assert (settled.least, settled.most) == (-10.0, 50)
