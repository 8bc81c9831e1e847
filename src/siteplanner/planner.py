"""The pipeline on one page: scenario → case → model → outcome → plan, checked by a second reading before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from siteplanner.addenda import complete
from siteplanner.audit import EFFORT_CODES, audit, broken, left_short
from siteplanner.carry.changes import changes_from
from siteplanner.carry.standings import refuse_unlawful
from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.errors import InterruptedWithoutPlan, PlanFailsCheck, StoppedWithoutPlan
from siteplanner.explain.noplan import explain
from siteplanner.explain.nouns import NoPlan
from siteplanner.ledger import net_present_cost
from siteplanner.model.build import Model, build
from siteplanner.model.constraints.budget import Cut, cut_of
from siteplanner.plan import Chosen, Level, Plan, Service, Status
from siteplanner.proofs import prove_preferences
from siteplanner.report.record import walks_sha256
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.extract import assemble, chosen_offers, gaps_today
from siteplanner.solve.lexicographic import Outcome, Progress, solve
from siteplanner.streets import street_record
from siteplanner.units import FEN_PER_YUAN
from siteplanner.walked import WalkRecord


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: the case, the plan with its compliance table, and whether it was cut short by the user."""

    case: Case
    plan: Plan
    interrupted: bool


def plan(scenario: Scenario, progress: Progress | None = None, earlier: Plan | None = None, crew: Crew = ALONE) -> Run:
    """Find the plan a scenario asks for.

    Parameters
    ----------
    earlier : Plan, optional
        The plan that ``scenario.earlier`` carries on: the new one says what changed since.
    crew : Crew
        Who solves the parts; the plan does not depend on it.

    Raises
    ------
    InputError
        If what is done or committed breaks a clause by itself.
    NoPlan
        If no plan can obey the rules (found twice), with what clashes.
    StoppedWithoutPlan
        If a limit was reached before any plan was found; `InterruptedWithoutPlan` if the user stopped the run before.
    PlanFailsCheck
        If the independent check faults the plan: a defect of the program.
    """
    case = prepare(scenario)
    refuse_unlawful(case)
    outcome, model = solve_within_budgets(case, progress, crew)
    if outcome.verdict == "infeasible":
        raise NoPlan(explain(case, confirmed=outcome.confirmed, progress=progress, crew=crew))
    if not outcome.levels:
        raise InterruptedWithoutPlan if outcome.verdict == "interrupted" else StoppedWithoutPlan
    found = priced_as_proven(read(case, model, outcome), case.public)
    found = complete(scenario, found.model_copy(update={"proofs": prove_preferences(case, found)}))
    if earlier is not None:
        found = found.model_copy(update={"changes_from": changes_from(case, earlier, found)})
    return Run(case, certified(case, found), outcome.verdict == "interrupted")


def certified(case: Case, found: Plan) -> Plan:
    """Return a plan of a case with its compliance table; best effort says what it leaves short.

    Raises
    ------
    PlanFailsCheck
        If the check faults the plan in anything but what a what-if run or best effort departs from.
    """
    scenario = case.scenario
    if scenario.best_effort:
        found = found.model_copy(update={"best_effort": left_short(scenario, found, case.walks)})
    findings = audit(scenario, found, case.walks)
    allowed = {"what_if", *(("best_effort", *EFFORT_CODES) if found.best_effort else ())}
    faults = [f for f in broken(findings) if f.code not in allowed]
    if faults:
        raise PlanFailsCheck(f"{fault.clause} {fault.code} {fault.subject} {fault.facts}" for fault in faults)
    return found.model_copy(update={"compliance": findings})


def plan_of(case: Case, outcome: Outcome, chosen: Sequence[Chosen], level: Level, seconds: float | None = None, crew: Crew = ALONE) -> Plan:
    """Return the plan of started options that some other search than for the cheapest found, checked like any other.

    `level` says what it costs and what the cheapest costs: it is not called optimal. `seconds` is for the proofs that sources which the
    law does not want were needed; `crew` solves their parts.
    """
    status = status_of(case, replace(outcome, verdict="limit", levels=(level,)))
    found = assemble(case, chosen, outcome, status, walk_record(case))
    return certified(case, complete(case.scenario, found.model_copy(update={"proofs": prove_preferences(case, found, seconds, crew)})))


def priced_as_proven(found: Plan, public: frozenset[str]) -> Plan:
    """Return the plan with its levels of cost at what the ledger says; proven only if that is within a yuan of what the solver proved.

    Solvers see rounded money, so the two are a fen or so apart. They differ by more where a decided area had to be rounded up to
    the dm², and then the plan may not be called optimal.
    """
    costs = {"least_cost": sum(term.amount for term in found.terms), "all_public_cost": net_present_cost(found.ledger, public)}
    settled, status = [], found.status.status
    for level in found.status.levels:
        cost = costs.get(level.objective)
        if cost is not None and abs(cost - level.value) <= FEN_PER_YUAN:
            settled.append(level.model_copy(update={"value": float(cost), "bound": min(level.bound, float(cost))}))
        elif cost is not None and level.objective == "least_cost" and cost > level.value:
            gap = (cost - level.bound) / max(1.0, abs(cost))
            proven = level.proven and gap <= found.status.asked_gap
            settled.append(level.model_copy(update={"value": float(cost), "gap": gap, "proven": proven}))
            status = status if proven else "feasible"
        else:
            settled.append(level)
    return found.model_copy(update={"status": found.status.model_copy(update={"levels": tuple(settled), "status": status})})


def read(case: Case, model: Model, outcome: Outcome) -> Plan:
    """Read the plan off an outcome."""
    return assemble(case, chosen_offers(case, model, outcome), outcome, status_of(case, outcome), walk_record(case))


def solve_within_budgets(case: Case, progress: Progress | None, crew: Crew) -> tuple[Outcome, Model]:
    """Solve with the exact limits; where rounding lets a line go over its limit by fen, forbid just that and solve again.

    A solver's tolerance is wider than a fen, so only the ledger can tell. The combination that is over is cut off, which
    loses no lawful plan; only where a decided area takes part is the line tightened by a yuan instead.
    """
    tighter: dict[str, int] = {}
    exact: Outcome | None = None
    cuts: list[Cut] = []
    rows = {row.budget.id: row for row in case.budgets}
    while True:
        model = build(case, tighter_fen=tighter, cuts=cuts)
        outcome = solve(model, case.scenario.settings.solver, progress, crew=crew)
        if not outcome.levels or not rows:
            return outcome, model
        over = [use.budget for use in read(case, model, outcome).budgets if use.used_fen > use.limit_fen + use.carried_fen]
        if not over:
            return (outcome if exact is None else _bounded_by(exact, outcome)), model
        for budget in over:
            cut = cut_of(model.supply, rows[budget], outcome.values)
            if cut is not None:
                cuts.append(cut)
            else:
                exact = exact or outcome
                tighter[budget] = tighter.get(budget, 0) + FEN_PER_YUAN


def _bounded_by(exact: Outcome, outcome: Outcome) -> Outcome:
    """Return the outcome of tightened lines under the bound of the exact ones: optimal only if they are a yuan apart or less."""
    level, bound = outcome.levels[0], exact.levels[0].bound
    apart = level.value - bound
    if level.unit != "fen" or apart <= FEN_PER_YUAN:
        return outcome
    left_open = level.model_copy(update={"bound": bound, "gap": apart / max(1.0, abs(level.value)), "proven": False})
    return replace(outcome, verdict="limit", levels=(left_open, *outcome.levels[1:]))


def status_of(case: Case, outcome: Outcome) -> Status:
    """Return what was proven: optimal only when every level that was asked for is, and at gap 0 those that follow too."""
    settings = case.scenario.settings.solver
    return Status(
        status="optimal" if outcome.verdict == "proven" else "feasible",
        levels=outcome.levels,
        asked_gap=float(settings.gap),
        solver=outcome.solver,
        solver_version=outcome.version,
        threads=settings.threads,
        seed=settings.seed,
    )


def walk_record(case: Case) -> WalkRecord:
    """Return how the walks were had, the hash of the table, and how points meet the streets."""
    asked = WalkRecord.as_asked(case.scenario.settings.walking)
    found = {"sha256": walks_sha256(case.walks), "pairs": len(case.walks), "streets": street_record(case.scenario, case.streets)}
    return asked.model_copy(update=found)


def survey(scenario: Scenario) -> tuple[Service, ...]:
    """Return the gaps today, before anything is chosen (问题清单)."""
    return gaps_today(prepare(scenario))
