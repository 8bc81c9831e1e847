"""Outcome to Plan: the chosen rooms are read off once; everything else is computed again from scenario and law."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from siteplanner.case.case import Case, Need, Offer
from siteplanner.case.eligibility import room_exceptions
from siteplanner.case.places import fits, place_exception
from siteplanner.ledger import budget_uses, ledger_lines, net_present_cost
from siteplanner.model.build import Model
from siteplanner.model.variables import active_at, must_at, on_foot, plain, shares_capacity
from siteplanner.plan import (
    Chosen,
    Credit,
    InputRecord,
    KeptPremises,
    Line,
    NamedException,
    PlaceRecord,
    Plan,
    Service,
    Status,
    Term,
)
from siteplanner.policy.rules import net_area_dm2
from siteplanner.solve.lexicographic import Outcome
from siteplanner.solve.settle import PlaceState, credits_at, place_states, walked_to
from siteplanner.walked import WalkRecord

WHOLE = 0.5
END_OF_TIME = date(9999, 12, 30)
"""Later than any room that will ever be ready; rooms without a date are never."""


def chosen_offers(case: Case, model: Model, outcome: Outcome) -> tuple[Chosen, ...]:
    """Return the started options; a decided area is rounded up to the dm² inside its band."""
    sites = {site.id: site for site in case.scenario.sites}
    kinds = {option.id: (option.kind, option.works) for option in case.scenario.options}
    found = []
    for offer in case.offers:
        if outcome.values[model.variables.choose[offer.id].name] > WHOLE:
            area = _area(model, outcome, offer)
            site = sites[offer.site]
            found.append(
                Chosen(
                    option=offer.option,
                    site=offer.site,
                    place=offer.place,
                    kind=kinds[offer.option][0],
                    works=kinds[offer.option][1],
                    township=offer.township,
                    area_dm2=area,
                    net_area_dm2=net_area_dm2(area, site.gross_area_dm2, site.net_area_dm2),
                    start=offer.start,
                    ready=offer.ready,
                )
            )
    return tuple(sorted(found, key=lambda c: c.option))


def _area(model: Model, outcome: Outcome, offer: Offer) -> int:
    if offer.fixed:
        return offer.lo_gross_dm2
    exact = outcome.values[model.variables.area[offer.id].name] * 100
    return min(max(math.ceil(exact - 1e-3), offer.lo_gross_dm2), offer.hi_gross_dm2)


def served_at(case: Case, outcome: Outcome | None, t: int) -> list[Need]:
    """Return the estates to be served at a checkpoint: those that must be, and those the solver serves for a milestone."""
    found = []
    for need in case.needs:
        if not active_at(case, need, t):
            continue
        name = plain(f"served.{need.id}.{t}")
        if must_at(case, need, t) or outcome is None or outcome.values.get(name, 1.0) > WHOLE:
            found.append(need)
    return found


def _counted_as_served(case: Case, outcome: Outcome | None) -> frozenset[str]:
    """Return the estates that the solver counts as served where not all need be."""
    values = outcome.values if outcome is not None else {}
    return frozenset(need.id for need in case.needs if values.get(plain(f"met.{need.id}"), 0.0) > WHOLE)


def _walked_no_farther(case: Case, outcome: Outcome | None) -> Case:
    """Return the case without the pairs that are farther apart than the longest walk, where that was made as short as can be."""
    levels = outcome.levels if outcome is not None else ()
    longest = next((level.value for level in levels if level.objective == "least_worst_walk"), None)
    if longest is None:
        return case
    walkers = {need.id for need in case.needs if on_foot(need)}
    reach = {
        estate: {p: w for p, w in near.items() if w is None or w <= longest + WHOLE} if estate in walkers else near
        for estate, near in case.reach.items()
    }
    return replace(case, reach=reach)


def assemble(case: Case, chosen: Sequence[Chosen], outcome: Outcome | None, status: Status, walks: WalkRecord) -> Plan:
    """Put a Plan together from started options: places, credits, services, ledger, budgets. Compliance comes from the audit."""
    case = walked_to(case, chosen)
    scenario, pack, settings = case.scenario, case.scenario.pack, case.scenario.settings
    near, first = _walked_no_farther(case, outcome), _counted_as_served(case, outcome)
    credits: list[Credit] = []
    states: dict[str, PlaceState] = {}
    for t, day in enumerate(case.checkpoints):
        states = place_states(case, chosen, day)
        served = served_at(case, outcome, t)
        due = {need.id for need in served}
        others = [need for need in case.needs if active_at(case, need, t) and need.id not in due]
        credits += credits_at(near, states, served, day, others, first)
    places = place_records(case, chosen)
    lines = ledger_lines(scenario, chosen, {place.place: place for place in places})
    options = {option.id: option for option in scenario.options}
    gross = {place.place: place.gross_dm2 for place in places}
    return Plan(
        title=settings.title,
        county=settings.county,
        policy=pack.id,
        variant=scenario.variant,
        changes=scenario.changes,
        synthetic=settings.synthetic,
        switches=dict(sorted(pack.switches_in_force.items())),
        inputs=dict(sorted(pack.inputs_in_force.items())),
        what_if=case.what_if,
        base_date=settings.base_date,
        perspective=settings.perspective or pack.perspective,
        objective=settings.objective,
        files=tuple(InputRecord(name=f.name, sha256=f.sha256) for f in scenario.files),
        carried_from=scenario.earlier,
        walks=walks,
        status=status,
        terms=cost_terms(case, lines),
        chosen=tuple(chosen),
        premises=kept_premises(case, chosen),
        places=places,
        checkpoints=case.checkpoints,
        credits=tuple(credits),
        today=gaps_today(case),
        services=services(case, credits, states),
        duties=case.duties,
        exceptions=_exceptions(case, places, room_exceptions(scenario, [(options[c.option], gross[c.place]) for c in chosen])),
        rejected=case.rejected,
        ledger=lines,
        budgets=budget_uses(scenario, lines),
        not_modelled=tuple(clause.id for clause in pack.clauses if clause.state == "not_modelled"),
    )


def cost_terms(case: Case, lines: Sequence[Line]) -> tuple[Term, ...]:
    """Return present net cost to the perspective by kind of line, re-evaluated on the plan's own ledger, fen."""
    totals: dict[str, int] = {}
    for line in lines:
        amount = net_present_cost([line], case.funders)
        if amount:
            totals[line.kind] = totals.get(line.kind, 0) + amount
    return tuple(Term(objective="least_cost", name=name, amount=amount) for name, amount in sorted(totals.items()))


def kept_premises(case: Case, chosen: Sequence[Chosen]) -> tuple[KeptPremises, ...]:
    """Return what becomes of every premises."""
    options = {option.id: option for option in case.scenario.options}
    gone = {premises: pick.option for pick in chosen for premises in options[pick.option].gives_up}
    grown = {options[pick.option].extends: pick.option for pick in chosen if options[pick.option].extends}
    return tuple(
        KeptPremises(
            premises=held.id,
            place=held.place,
            township=case.places[held.place].township,
            area_dm2=held.gross_dm2,
            fate="given_up" if held.id in gone else "extended" if held.id in grown else "kept",
            by=gone.get(held.id, grown.get(held.id, "")),
        )
        for held in case.held.values()
    )


def place_records(case: Case, chosen: Sequence[Chosen]) -> tuple[PlaceRecord, ...]:
    """Return the places of the plan when everything chosen is ready; a room whose lease ends is still part of its place."""
    found = []
    for key, state in sorted(place_states(case, chosen, END_OF_TIME, leases_end=False).items()):
        place = case.places[key]
        picks = [pick for pick in chosen if pick.place == key]
        held = case.held.get(key)
        ready = max([pick.ready for pick in picks] + ([held.ready] if held else []))
        members = tuple(sorted({p.site for p in picks} | ({held.id} if held else set())))
        found.append(
            PlaceRecord(
                place=key, name=place.name, kind=place.kind, members=members, township=place.township,
                gross_dm2=state.gross_dm2, net_dm2=state.net_dm2, ready=ready, x=place.x, y=place.y,
            )
        )  # fmt: skip
    return tuple(found)


def gaps_today(case: Case) -> tuple[Service, ...]:
    """Return what each estate holds and lacks with nothing chosen: the shares that leave the least total shortfall.

    Premises count at the last checkpoint, so rooms under way that will be in time are not listed as gaps.
    """
    day = case.checkpoints[-1]
    states = place_states(case, (), day)
    due = [need for need in case.needs if need.status == "due"]
    return services(case, credits_at(case, states, due, day), states)


def services(case: Case, credits: Sequence[Credit], states: Mapping[str, PlaceState]) -> tuple[Service, ...]:
    """Return one row an estate at the last checkpoint."""
    last = case.checkpoints[-1]
    held: dict[str, int] = {}
    for credit in credits:
        if credit.checkpoint == last:
            held[credit.estate] = held.get(credit.estate, 0) + credit.area_dm2
    return tuple(_service(case, need, held.get(need.id, 0), states) for need in case.needs)


def _service(case: Case, need: Need, credited: int, states: Mapping[str, PlaceState]) -> Service:
    reach = case.reach.get(need.id, {})
    open_places = [p for p in reach if p in states and need.cohort in states[p].qualifies and states[p].may_serve(need)]
    nearest = min(open_places, key=lambda p: (reach[p] or 0, p), default="")
    wanted, area = need.required_dm2, credited
    if need.required_dm2 and not shares_capacity(need):
        required = {n.id: n.required_dm2 for n in case.needs}
        wanted = sum(required[other] for other in case.circle.get(need.id, (need.id,)))
        area = sum(states[p].creditable.get(need.cohort, 0) for p in reach if p in states)
    status: Literal["served", "short", "exempt", "out_of_scope"] = "short"
    if need.status in ("exempt", "out_of_scope"):
        status = need.status
    elif area >= wanted and len(open_places) >= need.coverage:
        status = "served"
    return Service(
        estate=need.id,
        name=need.estate.name,
        township=need.estate.township,
        cohort=need.cohort,
        dwellings=need.estate.dwellings,
        status=status,
        required_dm2=wanted,
        held_dm2=area,
        nearest=nearest,
        nearest_walk_s=reach.get(nearest),
        clause=need.clause,
        reason=need.reason,
    )


def _exceptions(case: Case, places: Sequence[PlaceRecord], rooms: tuple[NamedException, ...]) -> tuple[NamedException, ...]:
    """Return the named exceptions in use: longer circles, estates left out, rooms, areas of places, clusters with their approval."""
    approvals = {site.cluster: site.cluster_approval for site in case.scenario.sites if site.cluster and site.cluster_main}
    clause = case.scenario.pack.cluster.clause if case.scenario.pack.cluster else ""
    clusters = [
        NamedException(subject=place.place, clause=clause, code="cluster", reason=approvals[place.place])
        for place in places
        if place.kind == "cluster"
    ]
    found = [*case.exceptions, *_estates_left_out(case), *rooms, *_areas(case, places), *clusters]
    return tuple(sorted(found, key=lambda e: (e.clause, e.subject, e.code)))


def _estates_left_out(case: Case) -> list[NamedException]:
    fields = {exemption.id: exemption.field for exemption in case.scenario.pack.named_exemptions}
    return [
        NamedException(subject=need.id, clause=need.clause, code=need.reason, reason=str(getattr(need.estate, fields[need.reason])))
        for need in case.needs
        if need.status == "exempt" and need.reason in fields
    ]


def _areas(case: Case, places: Sequence[PlaceRecord]) -> list[NamedException]:
    """Return the places that pass a place rule by a stated reason and not by their area."""
    sites = {site.id: site for site in case.scenario.sites}
    found = {}
    for place in places:
        main = sites.get(case.places[place.place].main)
        for standard in case.scenario.pack.standards:
            reason = place_exception(standard, main)
            if reason and not fits(standard, place.gross_dm2, place.net_dm2):
                clause = standard.place.min.clause if standard.place.min else standard.clause
                found[place.place, clause] = NamedException(subject=place.place, clause=clause, code="place_area", reason=reason)
    return list(found.values())
