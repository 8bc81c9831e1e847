"""Ask CBC about a plan that HiGHS found: it can be carried out as the model has it, and nothing is cheaper.

    python benchmarks/second_opinion.py scenarios/tonglu out/tonglu/plan.json --seconds 120

First every option is held to what the plan does: CBC must find that feasible, at the plan's cost. Then everything is free
again but the cost must be at least one yuan lower: CBC has the stated seconds to find such a plan or to prove that there is
none. Exit code 0 if CBC agrees (proof or nothing found), 3 if it does not.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from siteplanner.case.case import Case, Offer
from siteplanner.case.prepare import prepare
from siteplanner.model.build import Model, build
from siteplanner.plan import Plan
from siteplanner.report.record import read_plan
from siteplanner.scenario.load import load_scenario
from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled, Floats, compile_problem
from siteplanner.solve.solver import Answer, Limits
from siteplanner.units import FEN_PER_WAN, FEN_PER_YUAN, fen_to_wan

DISAGREES = 3
FEASIBILITY_S = 600.0


def main() -> int:
    """Run both questions and print the answers."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("scenario", type=Path)
    words.add_argument("plan", type=Path)
    words.add_argument("--seconds", type=float, default=120.0)
    asked = words.parse_args()
    plan = read_plan(asked.plan)
    case = prepare(load_scenario(asked.scenario, variant=plan.variant, sets=plan.changes))
    model = build(case)
    compiled = compile_problem(model.problem, model.variables.every())
    goal = next(level for level in model.levels if level.name == "least_cost")
    costs, constant = compiled.vector(goal.expression)
    cost_fen = sum(term.amount for term in plan.terms if term.objective == "least_cost")
    print(f"{len(compiled.row_names)} rows, {compiled.columns} columns, {int(compiled.integer.sum())} binaries")
    print(f"plan by {plan.status.solver}: {len(plan.chosen)} options, {cost_fen / FEN_PER_YUAN:,.2f} yuan")
    carried = carried_out(held_to(compiled, model, case, plan), costs, constant, cost_fen)
    return 0 if carried and not cheaper(compiled, costs, constant, cost_fen, asked.seconds) else DISAGREES


def held_to(compiled: Compiled, model: Model, case: Case, plan: Plan) -> Compiled:
    """Return the problem with every offer held to what the plan does with it."""
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    for offer in case.offers:
        column = compiled.column[model.variables.choose[offer.id].name]
        lower[column] = upper[column] = float(_taken(offer, plan))
    return replace(compiled, lower=lower, upper=upper)


def _taken(offer: Offer, plan: Plan) -> bool:
    return any(
        (pick.option, pick.start) == (offer.option, offer.start) and offer.lo_gross_dm2 <= pick.area_dm2 <= offer.hi_gross_dm2
        for pick in plan.chosen
    )


def carried_out(held: Compiled, costs: Floats, constant: float, cost_fen: int) -> bool:
    """Ask whether the plan's options can be carried out, and at what cost."""
    answer, seconds = _ask(held, costs, FEASIBILITY_S)
    if answer.point is None:
        print(f"CBC: the plan's options cannot be carried out ({answer.verdict}, {seconds:.1f} s)")
        return False
    found_fen = (answer.value + constant) * FEN_PER_WAN
    print(f"CBC: the plan's options are feasible, at {found_fen / FEN_PER_YUAN:,.2f} yuan ({seconds:.1f} s)")
    return abs(found_fen - cost_fen) <= FEN_PER_YUAN


def cheaper(compiled: Compiled, costs: Floats, constant: float, cost_fen: int, limit_s: float) -> bool:
    """Ask for any plan at least one yuan cheaper, within the seconds."""
    answer, seconds = _ask(compiled, costs, limit_s, below=fen_to_wan(cost_fen - FEN_PER_YUAN) - constant)
    if answer.point is not None:
        print(f"CBC: found {(answer.value + constant) * FEN_PER_WAN / FEN_PER_YUAN:,.2f} yuan ({seconds:.1f} s)")
        return True
    proven = "proves that there is none" if answer.verdict == "infeasible" else "finds none"
    print(f"CBC: asked for a plan at least one yuan cheaper, {proven} ({seconds:.1f} s)")
    return False


def _ask(compiled: Compiled, costs: Floats, limit_s: float, below: float = np.inf) -> tuple[Answer, float]:
    solver, started = load("cbc", compiled), time.monotonic()
    if np.isfinite(below):
        solver.hold(costs, below)
    return solver.minimise(costs, Limits(0.0, limit_s, 1, 0), None, None), time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
