"""Proof that an unwanted source was needed: what the cheapest plan without it costs more, or that there is none."""

from __future__ import annotations

from dataclasses import replace

from siteplanner.case.case import Case
from siteplanner.model.build import build
from siteplanner.plan import Plan, Proof
from siteplanner.roomtests import unwanted
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.extract import assemble, chosen_offers
from siteplanner.solve.levels import Clock
from siteplanner.solve.lexicographic import solve


def prove_preferences(case: Case, found: Plan, seconds: float | None = None, crew: Crew = ALONE) -> tuple[Proof, ...]:
    """Re-solve without each chosen option that a preference to be proved does not want.

    The wishes above cost and the objectives are those of the plan; money is compared by the plan's perspective. `seconds` is for all of
    them together (default: each has the scenario's own limit); what is not proven by then says so.
    """
    clock = Clock(seconds)
    sites = {site.id: site for site in case.scenario.sites}
    proofs = []
    for wish in case.scenario.pack.preferences:
        if not wish.prove or wish.position == "off":
            continue
        chosen = [c.option for c in found.chosen if unwanted(wish, case.option(c.option), sites[c.site])]
        for number, option in enumerate(chosen):
            left = clock.left()
            own = None if left is None else left / (len(chosen) - number)
            proofs.append(_prove(case, found, wish.id, wish.clause, option, own, crew))
    return tuple(proofs)


def _prove(case: Case, found: Plan, preference: str, clause: str, option: str, seconds: float | None, crew: Crew) -> Proof:
    rest = replace(case, offers=tuple(offer for offer in case.offers if offer.option != option))
    if case.option(option).lock == "in":
        return Proof(preference=preference, clause=clause, option=option, extra_fen=None, proven=True)
    model = build(rest)
    names = [level.name for level in model.levels]
    last = names.index("least_cost") + 1 if "least_cost" in names else len(names)
    model = replace(model, levels=model.levels[:last])
    outcome = solve(model, case.scenario.settings.solver, seconds=seconds, crew=crew)
    if not outcome.values:
        proven = outcome.verdict == "infeasible" and outcome.confirmed
        return Proof(preference=preference, clause=clause, option=option, extra_fen=None, proven=proven)
    other = assemble(rest, chosen_offers(rest, model, outcome), outcome, found.status, found.walks)
    extra = _cost(other) - _cost(found)
    return Proof(preference=preference, clause=clause, option=option, extra_fen=extra, proven=outcome.verdict == "proven")


def _cost(plan: Plan) -> int:
    return sum(term.amount for term in plan.terms)
