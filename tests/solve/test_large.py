"""Large parts: the solver and windows one after the other come to the answer that the solver alone comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from siteplanner.case.prepare import prepare
from siteplanner.model.build import Model, build
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve import large
from siteplanner.solve.compile import compile_problem
from siteplanner.solve.large import LargeRun, is_large, run_of
from siteplanner.solve.levels import Clock, Goal, Run
from siteplanner.solve.lexicographic import Outcome, solve
from siteplanner.solve.solver import Answer, Limits
from support.random_county import random_county, scenario_of

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
READINGS = ({}, {"sharing": "circle_total"}, {"sharing": "circle_own"}, {"small_premises": "ignore"})
PROOF = Settings()
NOTHING = Answer("limit", None, np.inf, -np.inf)


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Answer]]:
    """Make every part large, and the solver's first search come to nothing, so that windows start from scratch; give what they found."""
    monkeypatch.setattr(large, "LEAST_NEEDS", 1)
    monkeypatch.setattr(large, "LEAST_CHOICES", 1)
    monkeypatch.setattr(LargeRun, "_at_first", lambda *_: NOTHING)
    found: list[Answer] = []
    inner = large.improve

    def noted(*asked: object) -> Answer:
        found.append(inner(*asked))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(large, "improve", noted)
    yield found


def county(seed: int, switches: dict[str, str]) -> Model:
    """Return the model of a random county with one to three start days."""
    return build(prepare(scenario_of(*random_county(seed, estates=8, sites=12, periods=1 + seed % 3, switches=switches))))


def alone(model: Model, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Outcome:
    """Return what the solver alone comes to."""
    with monkeypatch.context() as patch:
        patch.setattr(large, "LEAST_NEEDS", 10**9)
        return solve(model, settings)


def started(outcome: Outcome) -> list[str]:
    """Return the offers that an outcome starts."""
    return [name for name, value in outcome.values.items() if name.startswith("choose.") and value > 0.5]


@pytest.mark.parametrize("switches", READINGS, ids=lambda switches: "-".join(switches.values()) or "default")
def test_the_plan_does_not_depend_on_windows(switches: dict[str, str], forced: list[Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """Counties with grants, clusters, premises, budgets and days, under four readings: with windows or without, the same plan and proof."""
    proven = 0
    for seed in range(24):
        model = county(seed, switches)
        with_windows, without = solve(model, Settings()), alone(model, monkeypatch, Settings())
        assert with_windows.verdict == without.verdict, seed
        assert started(with_windows) == started(without), seed
        for one, other in zip(with_windows.levels, without.levels, strict=True):
            assert one.proven and one.value == pytest.approx(other.value, abs=1.0), seed
        proven += without.verdict == "proven"
    assert proven > 5
    assert len(forced) > 5


@pytest.mark.parametrize("name", ["toy", "wenzhou", "yangcheng"])
def test_sample_counties_come_out_the_same(name: str, forced: list[Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """Three samples of as many policies, with tiers, earmarked money and coverage: the same plan with windows and without."""
    model = build(prepare(load_scenario(SCENARIOS / name)))
    with_windows, without = solve(model, Settings()), alone(model, monkeypatch, Settings())
    assert with_windows.verdict == without.verdict == "proven"
    assert started(with_windows) == started(without)
    assert forced


def first_level(seed: int, settings: Settings = PROOF) -> LargeRun:
    """Return the run of the first level of a county with many walks, in one piece."""
    model = build(prepare(scenario_of(*random_county(seed, estates=12, sites=16, periods=1 + seed % 3, near=0.9))))
    compiled = compile_problem(model.problem, model.variables.every())
    level = model.levels[0]
    return LargeRun(compiled, (Goal(level, *compiled.vector(level.expression)),), settings)


def optimum_of(run: Run) -> float | None:
    """Return the first level's optimum by the solver alone; None where there is no plan."""
    exact = Run(run.compiled, run.goals, PROOF)
    exact.advance(1, Clock(None))
    return exact.value if exact.verdict == "proven" else None


SOLVABLE = tuple(seed for seed in range(60) if optimum_of(first_level(seed)) is not None)


def test_there_are_counties_to_compare_with() -> None:
    """Enough of the random counties have a plan."""
    assert len(SOLVABLE) >= 8


@pytest.mark.parametrize("seed", SOLVABLE)
def test_windows_never_bound_above_the_optimum(seed: int) -> None:
    """Whatever windows find in a county, and wherever they are stopped: bound ≤ optimum ≤ value, and the plan keeps every row."""
    run = first_level(seed)
    optimum = optimum_of(run)
    assert optimum is not None
    for looks in (1, 2, 3, 5, 8, 13, 10**9):
        clock, seen = Clock(None), 0

        def stop_soon(*_: object, clock: Clock = clock, looks: int = looks) -> None:
            nonlocal seen
            seen += 1
            clock.stop = seen >= looks

        found = run._by_windows(run.goals[0], clock, stop_soon, NOTHING)
        assert found.bound <= optimum + 1e-5
        assert found.value >= optimum - 1e-5
        assert clock.stop or found.value - found.bound <= 1e-5
        if found.point is not None:
            activity = run.compiled.matrix @ found.point
            assert (activity >= run.compiled.row_lower - 1e-6).all()
            assert (activity <= run.compiled.row_upper + 1e-6).all()


@pytest.mark.parametrize("seed", SOLVABLE[:4])
def test_ctrl_c_keeps_the_plan_and_its_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is stopped in its windows is interrupted, with a plan and a bound on both sides of the optimum."""
    run, clock = first_level(seed), Clock(None)
    optimum = optimum_of(run)
    monkeypatch.setattr(LargeRun, "_at_first", lambda *_: NOTHING)

    def stop_at_a_plan(_goal: Goal, value: float, _bound: float) -> None:
        clock.stop = clock.stop or np.isfinite(value)

    run.advance(1, clock, stop_at_a_plan)
    assert run.point is not None and optimum is not None
    ((value, bound),) = run.answers
    assert bound - 1e-5 <= optimum <= value + 1e-5
    assert run.verdict in ("interrupted", "proven")


@pytest.mark.parametrize("wrong", [Answer("infeasible", None, np.inf, np.inf), Answer("limit", None, np.inf, -np.inf)])
def test_windows_that_find_nothing_leave_the_solver_to_it(wrong: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where windows call a county impossible that is not, or find nothing, the solver comes to the optimum all the same."""
    run = first_level(SOLVABLE[0])
    monkeypatch.setattr(LargeRun, "_at_first", lambda *_: NOTHING)
    monkeypatch.setattr(large, "improve", lambda *_: wrong)
    run.advance(1, Clock(None))
    assert run.verdict == "proven"
    assert run.value == pytest.approx(optimum_of(run), abs=1e-6)


def test_a_plan_that_breaks_a_row_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows that come back with nothing chosen, free of charge, are not believed; what the solver had remains."""
    run = first_level(SOLVABLE[0])
    optimum = optimum_of(run)
    monkeypatch.setattr(large, "improve", lambda *_: Answer("proven", np.zeros(run.compiled.columns), 0.0, -np.inf))
    exact = Run(run.compiled, run.goals, PROOF)
    exact.advance(1, Clock(None))
    known = Answer("limit", exact.point, exact.value, -np.inf)
    found = run._by_windows(run.goals[0], Clock(None), None, known)
    assert found.point is exact.point
    assert (found.verdict, found.value) == ("limit", pytest.approx(optimum))


def test_windows_stop_within_the_asked_gap_and_leave_some_of_it_to_later_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a gap of 10 % the last level may use all, and one that others follow 95 %: at 9.8 % open only the last is told to stop."""
    run = first_level(SOLVABLE[0], Settings(gap=Decimal("0.1")))
    heard: list[bool] = []

    def at_two_hundredths_less(_compiled: object, _costs: object, _limits: Limits, watch: object, *_: object) -> Answer:
        heard.append(watch(100.0, 90.2))  # type: ignore[operator]
        return NOTHING

    monkeypatch.setattr(large, "improve", at_two_hundredths_less)
    run._by_windows(run.goals[0], Clock(None), None, NOTHING)
    run.goals = (*run.goals, run.goals[0])
    run._by_windows(run.goals[0], Clock(None), None, NOTHING)
    assert heard == [True, False]


def test_without_a_plan_by_half_of_the_time_windows_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """At six of ten seconds windows without a plan are told to stop, and those with one go on; at four both go on."""
    run = first_level(SOLVABLE[0])
    heard: list[bool] = []

    class Set(Clock):
        at = 0.0

        def spent(self) -> float:
            return self.at

    clock = Set(10.0)

    def look(_compiled: object, _costs: object, _limits: Limits, watch: object, *_: object) -> Answer:
        for clock.at, value in ((4.0, np.inf), (6.0, np.inf), (6.0, 100.0)):
            heard.append(watch(value, 0.0))  # type: ignore[operator]
        return NOTHING

    monkeypatch.setattr(large, "improve", look)
    run._by_windows(run.goals[0], clock, None, NOTHING)
    assert heard == [False, True, False]


def test_what_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many needs and choices as the least are large, one fewer is not; nor what another solver or several threads shall solve."""
    compiled = first_level(SOLVABLE[0]).compiled
    needs = sum(name.startswith("requirement.") for name in compiled.row_names)
    choices = int(compiled.integer.sum())
    monkeypatch.setattr(large, "LEAST_NEEDS", needs)
    monkeypatch.setattr(large, "LEAST_CHOICES", choices)
    assert is_large(compiled, Settings())
    assert not is_large(compiled, Settings(name="cbc"))
    assert not is_large(compiled, Settings(threads=2))
    assert type(run_of(compiled, (), Settings())) is LargeRun
    assert type(run_of(compiled, (), Settings(), np.zeros(compiled.columns))) is Run
    monkeypatch.setattr(large, "LEAST_NEEDS", needs + 1)
    assert not is_large(compiled, Settings())
    monkeypatch.setattr(large, "LEAST_NEEDS", needs)
    monkeypatch.setattr(large, "LEAST_CHOICES", choices + 1)
    assert not is_large(compiled, Settings())


@pytest.mark.parametrize(
    ("limit", "at", "value", "told"),
    [
        (100.0, 19.9, 100.0, False),
        (100.0, 20.1, 100.0, True),
        (100.0, 20.1, 104.0, False),
        (100.0, 49.9, np.inf, False),
        (100.0, 50.1, np.inf, True),
        (30.0, 19.9, 104.0, False),
        (30.0, 20.1, 104.0, True),
        (1000.0, 59.9, 100.0, False),
        (1000.0, 60.1, 104.0, True),
    ],
)
def test_the_solver_stops_with_a_good_plan_after_its_share(
    limit: float, at: float, value: float, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above a bound of 97, a plan at 100 is good and ends the first search at 20 % of the time; one at 104 (6.7 %), or none, only at
    half of it, not before 20 seconds and not after a minute. Told to stop, the search has reached a limit, no more."""

    class Set(Clock):
        now = 0.0

        def spent(self) -> float:
            return self.now

    clock, run = Set(limit), first_level(SOLVABLE[0])

    def search(*_: object, enough: Callable[[float, float], bool]) -> Answer:
        clock.now = at
        assert enough(value, 97.0) is told
        return Answer("interrupted", None, np.inf, -np.inf)

    monkeypatch.setattr(run, "_search", search)
    assert run._at_first(run.goals[0], clock, None).verdict == "limit"


@pytest.mark.parametrize(("gap", "nodes", "seconds"), [("0", None, 60.0), ("0.01", 200, None)])
def test_without_a_limit_nodes_are_counted_or_proof_is_asked(
    gap: str, nodes: int | None, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a gap asked the first search ends by its nodes, so that no plan hangs on the clock; with proof asked by a minute."""
    run, asked = first_level(SOLVABLE[0], Settings(gap=Decimal(gap))), []

    def search(*_: object, limits: Limits) -> Answer:
        asked.append((limits.nodes, limits.seconds))
        return NOTHING

    monkeypatch.setattr(run, "_search", search)
    run._at_first(run.goals[0], Clock(None), None)
    assert asked == [(nodes, seconds)]
