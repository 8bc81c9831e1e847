"""Scenario to Case: one page of named steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from siteplanner.case.case import BudgetRow, Case, Held, Need, Offer, Place
from siteplanner.case.costing import Room, bounds, offers_of, rooms_of
from siteplanner.case.demand import find_checkpoints, find_duties, find_needs, walk_limit_s
from siteplanner.case.eligibility import law_reasons, office_reason
from siteplanner.case.places import find_circles, find_held, find_places, find_reach
from siteplanner.case.walking import walk_table
from siteplanner.plan import NamedException, Rejected
from siteplanner.policy.rules import limit_dm2, reach_s
from siteplanner.scenario.schema import Budget, Scenario

ALL_PUBLIC = "all_public"


def prepare(scenario: Scenario) -> Case:
    """Compute the Case of a checked scenario."""
    needs = find_needs(scenario)
    walks = walk_table(scenario, _longest_circle(scenario, needs), estate_pairs=_needs_estate_pairs(scenario))
    places, held = find_places(scenario), find_held(scenario)
    reach = find_reach(scenario, needs, places, walks)
    needs = _top_up_or_leave(needs, reach, held)
    checkpoints = find_checkpoints(scenario, needs)
    offers, rejected = _offers(scenario, places, held, checkpoints[-1])
    public = frozenset(f.id for f in scenario.pack.funders if f.public)
    perspective = scenario.settings.perspective or scenario.pack.perspective
    return Case(
        scenario=scenario,
        needs=needs,
        places=places,
        held=held,
        offers=offers,
        reach=reach,
        circle=find_circles(needs, walks, scenario),
        checkpoints=checkpoints,
        walks=walks,
        budgets=budget_rows(scenario.budgets),
        groups=_groups(scenario),
        rejected=rejected,
        duties=find_duties(scenario, needs),
        exceptions=_circle_exceptions(scenario, needs),
        what_if=what_if_clauses(scenario),
        funders=public if perspective == ALL_PUBLIC else frozenset({perspective}),
        public=public,
    )


def _needs_estate_pairs(scenario: Scenario) -> bool:
    return any(standard.sharing == "circle_total" for standard in scenario.pack.standards)


def _longest_circle(scenario: Scenario, needs: Sequence[Need]) -> int:
    return max((limit for need in needs if (limit := walk_limit_s(scenario, need)) is not None), default=0)


def _top_up_or_leave(needs: tuple[Need, ...], reach: Mapping[str, Mapping[str, int | None]], held: Mapping[str, Held]) -> tuple[Need, ...]:
    """Relieve estates that have some area already, where the law's reading leaves them alone."""
    found = []
    for need in needs:
        has_some = any(key in held and held[key].area_dm2 > 0 for key in reach.get(need.id, ()))
        if need.status == "due" and need.standard.some_area == "leave" and has_some:
            found.append(Need(need.estate, need.cohort, need.standard, 0, 0, need.due, "left", need.clause, "has_some_area"))
        else:
            found.append(need)
    return tuple(found)


def _offers(
    scenario: Scenario, places: Mapping[str, Place], held: Mapping[str, Held], end: date
) -> tuple[tuple[Offer, ...], tuple[Rejected, ...]]:
    offers: list[Offer] = []
    rejected: list[Rejected] = []
    for room in rooms_of(scenario, places, held):
        office = office_reason(scenario, room.option, room.site)
        reasons = [office] if office else law_reasons(scenario, room.option, room.site)
        if reasons:
            rejected.extend(reasons)
            continue
        made = list(offers_of(scenario, room))
        useful = [offer for offer in made if _useful(scenario, room, offer, end)]
        if useful or room.option.lock == "in":
            offers.extend(useful or made)
        else:
            rejected.append(_why_useless(scenario, room, made, end))
    return tuple(sorted(offers, key=lambda o: o.id)), tuple(rejected)


def _useful(scenario: Scenario, room: Room, offer: Offer, end: date) -> bool:
    """Return whether an offer can count for anything: in time, and for some cohort (or as a cluster's room or a tier)."""
    in_time = offer.ready <= end
    return in_time and (bool(offer.qualifies) or (room.place.kind == "cluster" and room.place.lawful) or bool(scenario.pack.tiers) or not offer.hi_gross_dm2)


def _why_useless(scenario: Scenario, room: Room, made: Sequence[Offer], end: date) -> Rejected:
    if all(offer.ready > end for offer in made):
        clause = next((s.deadline.clause for s in scenario.pack.standards if s.deadline), "")
        ready = min(offer.ready for offer in made)
        return Rejected(option=room.option.id, clause=clause, code="too_late", facts={"ready": str(ready), "last_day": str(end)})
    if not room.place.lawful:
        clause = scenario.pack.cluster.clause if scenario.pack.cluster else ""
        return Rejected(option=room.option.id, clause=clause, code="cluster_not_lawful", facts={"cluster": room.place.id})
    limits = [(limit_dm2(s.place.min) or 0, s.clause) for s in scenario.pack.standards]
    least, clause = min(limits)
    area = room.gross(bounds(room.option)[1])
    code = "too_small" if area < least else "fits_no_cohort"
    facts = {"area": f"{area / 100:.2f}", "least": f"{least / 100:.2f}"}
    return Rejected(option=room.option.id, clause=clause, code=code, facts=facts)


def budget_rows(budgets: Sequence[Budget]) -> tuple[BudgetRow, ...]:
    """Return the budget lines with their spans; a line with carry-over feeds the payer's next line alike."""
    spans = sorted(((_span(b.years), b) for b in budgets), key=lambda pair: (pair[0], pair[1].id))
    rows = []
    for (first, last), budget in spans:
        alike = [
            other.id
            for (start, _), other in spans
            if start > last and (other.payer, other.township, other.measure) == (budget.payer, budget.township, budget.measure)
        ]
        rows.append(BudgetRow(budget, first, last, alike[0] if budget.carry_over and alike else None))
    return tuple(sorted(rows, key=lambda row: row.budget.id))


def _span(years: str) -> tuple[int, int]:
    first, _, last = years.partition("-")
    return int(first), int(last or first)


def _groups(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for site in scenario.sites:
        if site.building_group:
            members[site.building_group].append(site.id)
    return tuple(tuple(sorted(sites)) for _, sites in sorted(members.items()))


def _circle_exceptions(scenario: Scenario, needs: Sequence[Need]) -> tuple[NamedException, ...]:
    found = []
    for need in needs:
        usual = reach_s(need.standard, scenario.settings.standards.reach_minutes)
        longer = need.estate.circle_exception_s
        if need.counts and usual is not None and longer is not None and longer > usual:
            reason = need.estate.circle_exception_reason
            found.append(NamedException(subject=need.id, clause=need.standard.reach.clause, code="longer_circle", reason=reason))
    return tuple(found)


def what_if_clauses(scenario: Scenario) -> tuple[str, ...]:
    """Return the clauses a what-if run departs from: a wider circle or a lower area standard than the law's."""
    minutes, percent = scenario.settings.standards.reach_minutes, scenario.settings.standards.area_percent
    clauses = set()
    for standard in scenario.pack.standards:
        law = reach_s(standard)
        if minutes is not None and law is not None and minutes * 60 > law:
            clauses.add(standard.reach.clause)
        if percent is not None and percent < 100 and standard.tests:
            clauses.add(standard.clause)
    return tuple(sorted(clauses))
