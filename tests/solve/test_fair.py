"""A level's constant counts in the relative gap of the whole: parts that each keep to their share keep to it together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from siteplanner.case.prepare import prepare
from siteplanner.model.build import build
from siteplanner.model.variables import Expr
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve import decompose
from siteplanner.solve.cbc import Cbc
from siteplanner.solve.compile import Compiled, compile_problem
from siteplanner.solve.crew import Crew
from siteplanner.solve.decompose import split
from siteplanner.solve.fair import fair_constants
from siteplanner.solve.highs import Highs
from siteplanner.solve.levels import Clock, Goal
from siteplanner.solve.lexicographic import record_of
from siteplanner.solve.parts import Rounds
from siteplanner.solve.solver import Limits
from siteplanner.whatif.bench import Bench
from siteplanner.whatif.lab import Lab
from support.covers import cost_of, covers
from support.whole_county import whole_county

GAP = 0.3


@pytest.fixture(autouse=True)
def many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut every problem into as many parts as there are."""
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 1)


@pytest.mark.parametrize("share", [-0.9, 0.0, 5.0])
def test_the_offset_counts_in_the_gap(share: float) -> None:
    """A search that may leave 30 % open leaves 30 % of value and offset, and tells value and bound without it."""
    compiled, costs = covers(1, 1)
    best = Highs(compiled).minimise(costs, Limits(0.0, None, 1, 0), None, None)
    offset = share * best.value
    seen: list[tuple[float, float]] = []
    found = Highs(compiled).minimise(costs, Limits(GAP, None, 1, 0, offset=offset), None, lambda *pair: bool(seen.append(pair)))
    assert found.point is not None
    assert found.value == pytest.approx(costs @ found.point)
    assert found.bound <= best.value + 1e-6 <= found.value + 2e-6
    assert found.value - found.bound <= GAP * abs(found.value + offset) + 1e-6
    assert all(bound <= best.value + 1e-6 for _, bound in seen)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_cbc_says_no_more_than_the_gap_it_was_given(sign: float) -> None:
    """CBC calls a plan within 30 % optimal: its bound is then no more than the gap tells, whether money is paid or received."""
    compiled, costs = covers(1, 1)
    costs = costs if sign > 0 else costs - 30.0
    best = Cbc(compiled).minimise(costs, Limits(0.0, None, 1, 0), None, None)
    assert best.bound == best.value
    found = Cbc(compiled).minimise(costs, Limits(GAP, None, 1, 0), None, None)
    assert found.verdict == "proven"
    assert found.bound <= best.value + 1e-6
    assert found.value - found.bound >= GAP * abs(found.value) - 1e-6


@pytest.mark.parametrize("share", [-0.9, -0.5, 0.0, 5.0])
def test_parts_together_keep_to_the_gap_of_the_whole(share: float) -> None:
    """Six parts, a grant that pays nine tenths of the cost, half or nothing, or a cost five times theirs that is paid whatever is chosen.

    Every part stops within its share, and what they leave open together is within 30 % of the whole, the constant included.
    """
    compiled, costs = covers(2, 6)
    least = Rounds(compiled, [cost_of(costs, 0.0)], Settings(), Clock(None))
    least.settle()
    goal = cost_of(costs, share * least.answers()[0][0])
    rounds = Rounds(compiled, [goal], Settings(gap=Decimal(str(GAP))), Clock(None))
    rounds.settle()
    assert len(rounds.parts) == 6
    assert {run.verdict for run in rounds.runs.values()} == {"proven"}
    value, bound = rounds.answers()[0]
    assert record_of(goal, value, bound, "proven", GAP).proven
    assert sum(run.goals[0].constant for run in rounds.runs.values()) == pytest.approx(goal.constant)


signed = st.lists(st.integers(-50, 50), min_size=4, max_size=4)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(signed, st.integers(-60, 300), st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_shares_add_up_whatever_the_signs(costs: list[int], constant: int, worse: list[int]) -> None:
    """Four choices, each a part of its own: what their gaps leave open adds up to what the gap of the whole does, at any plan.

    A plan costs each part its least or more; the whole is never worth less than nothing in the end.
    """
    ones, zeros = np.ones(4), np.zeros(4)
    compiled = Compiled({f"x{n}": n for n in range(4)}, zeros, ones, ones.astype(bool), csr_array(np.eye(4)), zeros, ones, tuple("abcd"))
    goal = cost_of(np.array(costs, dtype=float), float(constant))
    fair = fair_constants(compiled, goal, None)
    assert fair.sum() == pytest.approx(constant, abs=1e-9)
    least = np.minimum(goal.costs, 0.0)
    values = least + np.array(worse)
    if least.sum() + constant >= 0:
        assert np.abs(values + fair).sum() == pytest.approx(abs(values.sum() + constant), abs=1e-9)


def test_households_left_out_are_counted_where_they_live() -> None:
    """`most_served` counts down from all households: each part's share of that constant is its own households, no other's."""
    model = build(prepare(whole_county(3, estates=6, sites=9, objective=["most_served"])))
    compiled, level = compile_problem(model.problem, model.variables.every()), model.levels[0]
    goal = Goal(level, *compiled.vector(level.expression))
    fair = fair_constants(compiled, goal, None)
    for part in split(compiled):
        columns = list(part.columns)
        assert fair[columns].sum() == pytest.approx(-goal.costs[columns].sum())


def test_variations_within_a_gap_share_the_constant_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county that receives 1,000 yuan whatever it chooses, varied within 30 %: its parts take that once among them, not each."""
    taken: list[float] = []
    advance = Crew.advance
    monkeypatch.setattr(Crew, "advance", lambda crew, run, *rest: taken.append(run.goals[0].constant) or advance(crew, run, *rest))
    scenario = next(each for each in map(whole_county, range(40)) if len(split(Bench(prepare(each)).compiled)) > 2)
    lab = Lab(
        prepare(scenario),
        gap=GAP,
        priced=False,
        levels=lambda bench: [replace(bench.cost(), terms={**bench.cost().terms, "received": Expr(constant=-0.1)})],
    )
    first = len(split(lab.compiled))
    assert sum(taken[:first]) == pytest.approx(-0.1)
    assert lab.goals[0].constant == pytest.approx(-0.1)
