"""What enters the objective: named terms that add up, to the fen, to the ledger read from every side."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siteplanner.case.prepare import prepare
from siteplanner.explain.nouns import NoPlan
from siteplanner.ledger import net_present_cost
from siteplanner.model.build import build
from siteplanner.plan import CAPITAL_KINDS, Plan
from siteplanner.planner import plan, priced_as_proven
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.solve import decompose, parts
from siteplanner.solve.compile import compile_problem
from siteplanner.solve.joined import join_up
from siteplanner.solve.levels import Clock, Goal, Run
from siteplanner.solve.lexicographic import solve
from support.random_county import random_county, scenario_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
counties = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def split(found: Plan, key: str, funders: frozenset[str]) -> int:
    """Return the present net cost summed group by group."""
    groups: dict[object, int] = defaultdict(int)
    for line in found.ledger:
        groups[getattr(line, key)] += net_present_cost([line], funders)
    return sum(groups.values())


def expect_sums_agree(scenario: Scenario, found: Plan) -> None:
    """Fail unless solver level, plan terms and ledger agree to the fen, from whatever side the ledger is summed."""
    funders = prepare(scenario).funders
    total = net_present_cost(found.ledger, funders)
    level = next(level for level in found.status.levels if level.objective == "least_cost")
    assert sum(term.amount for term in found.terms) == total
    assert round(level.value) == total
    for key in ("township", "site", "option", "year", "kind", "clause", "payer", "item"):
        assert split(found, key, funders) == total


@counties
@given(st.integers(0, 10**6))
def test_terms_ledger_and_solver_agree_to_the_fen(seed: int) -> None:
    """On random counties with fixed areas every way of adding the money up gives the same fen."""
    tree, tables = random_county(seed)
    for row in tables["options"]:
        if row.get("area_min_m2"):
            row["area_m2"] = row.pop("area_max_m2")
            row.pop("area_min_m2")
    scenario = scenario_of(tree, tables)
    try:
        found = plan(scenario).plan
    except NoPlan:
        return
    expect_sums_agree(scenario, found)


def test_the_toy_costs_what_was_worked_out_by_hand() -> None:
    """The hand-derived optimum of scenarios/toy: O01 + O04 + O05 at 224,280.07 yuan for the township."""
    scenario = load_scenario(SCENARIOS / "toy")
    found = plan(scenario).plan
    assert [c.option for c in found.chosen] == ["O01", "O04", "O05"]
    expect_sums_agree(scenario, found)
    assert sum(term.amount for term in found.terms) == 22_428_007


def test_the_objective_is_the_sum_of_its_named_terms() -> None:
    """Nothing enters the objective without a name: the expression equals its terms added up."""
    model = build(prepare(load_scenario(SCENARIOS / "toy")))
    variables = model.variables.every()
    compiled = compile_problem(model.problem, variables)
    for level in model.levels:
        whole, constant = compiled.vector(level.expression)
        parts = [compiled.vector(term) for term in level.terms.values()]
        assert whole == pytest.approx(sum(vector for vector, _ in parts))
        assert constant == pytest.approx(sum(extra for _, extra in parts))


@counties
@given(st.integers(0, 10**6))
def test_parts_and_the_whole_give_the_same_plan(seed: int) -> None:
    """Solving part by part, joined only where budgets bind, gives every level the value of solving in one piece."""
    case = prepare(scenario_of(*random_county(seed, estates=5, sites=8)))
    model = build(case)
    compiled = compile_problem(model.problem, model.variables.every())
    goals = [Goal(level, *compiled.vector(level.expression)) for level in model.levels]
    whole = Run(compiled, goals, case.scenario.settings.solver)
    whole.advance(len(goals), Clock(None))
    split_up = solve(model, case.scenario.settings.solver)
    assert (split_up.verdict == "infeasible") == (whole.verdict == "infeasible")
    if whole.verdict == "proven":
        for level, goal, (value, _) in zip(split_up.levels, goals, whole.answers, strict=True):
            assert level.value == pytest.approx((value + goal.constant) * goal.level.factor, rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("off", [-1.49, 1.49, 99.0])
def test_levels_of_money_are_told_as_the_ledger_has_them(off: float) -> None:
    """What a solver's tolerance leaves of a fen or a yuan is gone from value and bound, and the plan stays proven."""
    scenario = load_scenario(SCENARIOS / "toy")
    found, case = plan(scenario).plan, prepare(scenario)
    moved = [level.model_copy(update={"value": level.value + off, "bound": level.bound + off}) for level in found.status.levels]
    status = found.status.model_copy(update={"levels": tuple(moved)})
    settled = priced_as_proven(found.model_copy(update={"status": status}), case.public).status
    worth = {"least_cost": net_present_cost(found.ledger, case.funders), "all_public_cost": net_present_cost(found.ledger, case.public)}
    money = [level for level in settled.levels if level.unit == "fen"]
    assert len(money) == 2
    assert [level.value for level in money] == [worth[level.objective] for level in money]
    assert all(level.bound <= level.value and level.proven for level in money)
    assert settled.status == "optimal"


def test_prices_on_joining_rows_change_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """With prices put on every joined part, however small, each level keeps the value of solving in one piece.

    The budget of each county is set a yuan below the capital of its plan without one, so that it joins parts and binds.
    """
    priced = []
    monkeypatch.setattr(parts, "PRICED_FROM", 1)
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 2)
    monkeypatch.setattr(parts, "join_up", lambda *given: priced.append(given) or join_up(*given))
    bound = 0
    for seed in range(60):
        tree, tables = random_county(seed, estates=6, sites=10, near=0.4, budgets=False)
        try:
            free = plan(scenario_of(tree, tables)).plan
        except NoPlan:
            continue
        capital = sum(line.fen for line in free.ledger if line.kind in CAPITAL_KINDS and line.payer == "township")
        limit = {"budget": "B1", "payer": "township", "years": "2021-2023", "measure": "gross_capital"}
        tables["budgets"] = [limit | {"limit_yuan": str(max(0, capital - 100) // 100)}]
        case = prepare(scenario_of(tree, tables))
        model = build(case)
        compiled = compile_problem(model.problem, model.variables.every())
        goals = [Goal(level, *compiled.vector(level.expression)) for level in model.levels]
        whole = Run(compiled, goals, case.scenario.settings.solver)
        whole.advance(len(goals), Clock(None))
        before = len(priced)
        found = solve(model, case.scenario.settings.solver)
        assert (found.verdict == "infeasible") == (whole.verdict == "infeasible")
        if whole.verdict == "proven":
            bound += len(priced) > before
            for level, goal, (value, _) in zip(found.levels, goals, whole.answers, strict=True):
                assert level.value == pytest.approx((value + goal.constant) * goal.level.factor, rel=1e-9, abs=1e-3)
    assert bound >= 5, "too few counties put a price on anything"
