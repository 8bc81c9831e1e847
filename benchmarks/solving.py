"""How much solving by parts and weighing held levels save: the same model solved four ways in one run.

Run: ``.venv/bin/python benchmarks/solving.py [scenarios/tonglu]``. Every way must prove the same optimum.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from siteplanner.case.prepare import prepare
from siteplanner.model.build import Model, build
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Solver
from siteplanner.solve import levels
from siteplanner.solve.compile import compile_problem
from siteplanner.solve.levels import Clock, Goal, Run
from siteplanner.solve.lexicographic import solve


def by_parts(model: Model, settings: Solver) -> list[float]:
    """Solve as the product does."""
    return [level.value for level in solve(model, settings).levels]


def in_one_piece(model: Model, settings: Solver) -> list[float]:
    """Solve without splitting."""
    compiled = compile_problem(model.problem, model.variables.every())
    goals = [Goal(level, *compiled.vector(level.expression)) for level in model.levels]
    run = Run(compiled, goals, settings)
    run.advance(len(goals), Clock(None))
    return [(value + goal.constant) * goal.level.factor for goal, (value, _) in zip(goals, run.answers, strict=False)]


def timed(solver: Callable[[Model, Solver], list[float]], weight: float, scenario: Path) -> tuple[float, list[float]]:
    """Return seconds and level values; the model is built afresh outside the clock."""
    loaded = load_scenario(scenario)
    model = build(prepare(loaded))
    levels.WEIGHT = weight
    start = time.perf_counter()
    values = solver(model, loaded.settings.solver)
    return time.perf_counter() - start, values


def main() -> None:
    """Print a table of ratios; fail if the ways disagree on the first level by more than a yuan."""
    scenario = Path(sys.argv[1] if len(sys.argv) > 1 else "scenarios/tonglu")
    ways = {
        "by parts, levels weighed (the product)": (by_parts, levels.WEIGHT),
        "by parts, levels not weighed": (by_parts, 0.0),
        "one piece, levels weighed": (in_one_piece, levels.WEIGHT),
        "one piece, levels not weighed": (in_one_piece, 0.0),
    }
    results = {name: timed(solver, weight, scenario) for name, (solver, weight) in ways.items()}
    base, first = next(iter(results.values()))
    print(f"{'way':42} {'seconds':>8} {'ratio':>6}")
    for name, (seconds, values) in results.items():
        print(f"{name:42} {seconds:8.1f} {seconds / base:6.1f}")
        if abs(values[0] - first[0]) > 100:
            raise SystemExit(f"{name} found {values[0]} fen, not {first[0]}")


if __name__ == "__main__":
    main()
