"""What the plan would be if old people walked slower or faster: the same scenario solved again at other speeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from siteplanner.access import access_of
from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.ledger import net_present_cost
from siteplanner.plan import Plan
from siteplanner.planner import read, solve_within_budgets
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.crew import ALONE, SINGLE, Crew
from siteplanner.solve.journal import content_key, scenario_key
from siteplanner.solve.lexicographic import Progress
from siteplanner.walked import SpeedRow

FULL = 100


@dataclass(frozen=True, slots=True)
class Paced:
    """A scenario and the walking speed it is to be solved at, in percent of its own: everything a worker needs."""

    scenario: Scenario
    percent: int


@dataclass(frozen=True, slots=True)
class Solved:
    """A row of the record as JSON text: what a journal holds is plain."""

    row: str


def at_speeds(
    case: Case, plan: Plan, percents: Sequence[int], progress: Progress | None = None, crew: Crew = ALONE
) -> tuple[SpeedRow, ...]:
    """Return a row for each speed, slowest first, the stated one among them.

    A slower walk shrinks every circle, so fewer places serve an estate; where some have none left there is no plan. A table of
    walks is read as walked at the stated speed: its times lengthen as the speed falls. The speeds are tasks of the crew; where the
    user stops it, those that are not finished count as stopped at a limit.
    """
    others = [percent for percent in percents if percent != FULL]
    rows = {FULL: _stated(case, plan)}
    try:
        tasks = (Paced(case.scenario, percent) for percent in others if not crew.stopped)
        for found in replace(crew, progress=progress).each(solved, tasks, key_of=_content, keep=_settled):
            row = SpeedRow.model_validate_json(found.row)
            rows[row.percent] = row
    except KeyboardInterrupt:
        crew.interrupt()
    for percent in others:
        if percent not in rows:
            rows[percent] = _filled(prepare(at_speed(case.scenario, percent)), percent)
    return tuple(rows[percent] for percent in sorted(rows))


def solved(task: Paced, crew: Crew = SINGLE) -> Solved:
    """Solve a scenario at a walking speed."""
    changed = prepare(at_speed(task.scenario, task.percent))
    row = _filled(changed, task.percent)
    outcome, model = solve_within_budgets(changed, crew.progress, crew)
    if outcome.verdict == "infeasible":
        row = row.model_copy(update={"status": "no_plan"})
    elif outcome.levels:
        row = _with(row, changed, read(changed, model, outcome))
    return Solved(row.model_dump_json())


def _content(task: Paced) -> str:
    return content_key(scenario_key(task.scenario), task.percent)


def _settled(found: Solved) -> bool:
    return SpeedRow.model_validate_json(found.row).status in ("optimal", "no_plan")


def at_speed(scenario: Scenario, percent: int) -> Scenario:
    """Return the scenario walked at a share of its speed."""
    walking = scenario.settings.walking
    if walking.speed_m_per_s is not None:
        walking = walking.model_copy(update={"speed_m_per_s": walking.speed_m_per_s * percent / FULL})
    settings = scenario.settings.model_copy(update={"walking": walking})
    walks = scenario.walks
    if walking.method == "table":
        # Rounded up, as every walk is: 900 s at 90 % of the speed take 1,000 s.
        walks = tuple(walk.model_copy(update={"seconds": -(-walk.walk_s * FULL // percent)}) for walk in walks)
    return scenario.model_copy(update={"settings": settings, "walks": walks})


def _stated(case: Case, plan: Plan) -> SpeedRow:
    return _with(_filled(case, FULL), case, plan)


def _with(row: SpeedRow, case: Case, plan: Plan) -> SpeedRow:
    """Return a row with what a plan costs the perspective, whatever its objectives were."""
    status = "optimal" if plan.status.status == "optimal" else "feasible"
    cost = net_present_cost(plan.ledger, case.funders)
    return row.model_copy(update={"status": status, "cost_fen": cost, "options": len(plan.chosen)})


def _filled(case: Case, percent: int) -> SpeedRow:
    speed = case.scenario.settings.walking.speed_m_per_s
    return SpeedRow(
        percent=percent,
        speed_m_per_s="" if speed is None else f"{speed.normalize():f}",
        status="stopped",
        pairs=len(case.walks),
        bare=tuple(row for row in access_of(case) if not row.places),
    )
