"""Model to Outcome: compile once, solve by parts, and say what was proven of each level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from siteplanner.model.build import Model
from siteplanner.plan import Level as LevelRecord
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled, Floats, compile_problem
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.large import run_of
from siteplanner.solve.levels import Clock, Goal, Progress
from siteplanner.solve.parts import Rounds
from siteplanner.solve.solver import Verdict

__all__ = ["Outcome", "Progress", "record_of", "solve"]
PARTS_SHARE = 0.6
"""The share of a time limit that the parts may use before the whole is solved in one piece."""
_CLOSED = {"fen": 1e-4, "seconds": 1e-4, "walk_s": 1e-2, "dm2": 1e-3, "count": 1e-2, "rank": 1e-2}
"""What a proven level may leave open in solver units (money: one yuan in 万元) and still count as gap 0."""
_ROUNDING = 1e-9
"""How far a gap may pass the asked one in floating point."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the solver said. ``values`` has a value for each variable by name; empty when no plan was found.

    ``confirmed`` is true when "no plan" was found again with presolve off.
    """

    verdict: Verdict
    values: dict[str, float]
    levels: tuple[LevelRecord, ...]
    solver: str
    version: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class _Result:
    verdict: Verdict
    point: Floats | None
    answers: list[tuple[float, float]]


def solve(model: Model, settings: Settings, progress: Progress | None = None, seconds: float | None = None, crew: Crew = ALONE) -> Outcome:
    """Solve the levels of a model in order within `seconds` (default: the settings' limit); `crew` solves the parts."""
    compiled = compile_problem(model.problem, model.variables.every())
    limit = seconds if seconds is not None else (float(settings.time_limit_s) if settings.time_limit_s else None)
    goals = [Goal(level, *compiled.vector(level.expression)) for level in model.levels]
    clock = Clock(limit, progress)
    result = _solve(compiled, goals, settings, clock, crew)
    solver = load(settings.name, compiled)
    if result.verdict == "infeasible":
        return Outcome("infeasible", {}, (), solver.name, solver.version, crew.confirmed(compiled, settings, clock.left()))
    asked = float(settings.gap)
    records = [record_of(goal, value, bound, result.verdict, asked) for goal, (value, bound) in zip(goals, result.answers, strict=False)]
    values = {} if result.point is None else dict(zip(compiled.column, result.point.tolist(), strict=True))
    open_still = any(not (record.proven or goal.level.follows) for goal, record in zip(goals, records, strict=False))
    verdict: Verdict = "limit" if result.verdict == "proven" and open_still else result.verdict
    return Outcome("interrupted" if clock.stop else verdict, values, tuple(records), solver.name, solver.version)


def _solve(compiled: Compiled, goals: list[Goal], settings: Settings, clock: Clock, crew: Crew) -> _Result:
    """Solve by parts; where a part stops short and the parts' plans do not fit together, solve the whole in one piece."""
    first = Clock(None if clock.limit is None else clock.limit * PARTS_SHARE, clock.progress, clock.started)
    rounds = Rounds(compiled, goals, settings, first, crew, clock.limit)
    rounds.settle()
    clock.stop = first.stop
    verdicts = {run.verdict for run in rounds.runs.values()}
    if "infeasible" in verdicts:
        return _Result("infeasible", None, [])
    if verdicts == {"proven"}:
        return _Result("proven", rounds.point(), rounds.answers())
    if rounds.fits():
        return _Result("limit", rounds.point(), rounds.answers())
    run = run_of(compiled, goals, settings)
    run.advance(len(goals), clock, _shown(clock))
    return _Result(run.verdict, run.point, run.answers)


def _shown(clock: Clock) -> Callable[[Goal, float, float], None]:
    def show(goal: Goal, value: float, bound: float) -> None:
        if clock.progress is not None:
            factor = goal.level.factor
            clock.progress(goal.level.name, (value + goal.constant) * factor, (bound + goal.constant) * factor, clock.sight())

    return show


def record_of(goal: Goal, value: float, bound: float, verdict: Verdict, asked: float) -> LevelRecord:
    """Return a level's record: proven only where its own gap, whatever was weighed in for the search, is within the asked one."""
    factor = goal.level.factor
    total, least = (value + goal.constant) * factor, (bound + goal.constant) * factor
    closed = (verdict == "proven" or value - bound <= 0) and value - bound <= _CLOSED[goal.level.unit]
    gap = 0.0 if closed else abs(total - least) / max(1e-9, abs(total))
    proven = closed or (verdict == "proven" and (not asked or gap <= asked + _ROUNDING))
    return LevelRecord(objective=goal.level.name, unit=goal.level.unit, value=total, bound=least, gap=gap, proven=proven)
