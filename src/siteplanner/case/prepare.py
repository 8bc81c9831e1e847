"""Scenario to Case: one page of named steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from siteplanner.case.case import BudgetRow, Case, Held, Need, Offer, Place
from siteplanner.case.costing import Room, bounds, offers_of, rooms_of
from siteplanner.case.demand import find_checkpoints, find_duties, find_needs, walk_limit_s
from siteplanner.case.eligibility import handed_over_late, law_reasons, office_reason
from siteplanner.case.places import find_circles, find_held, find_places, find_reach
from siteplanner.case.walking import find_walks
from siteplanner.plan import NamedException, Rejected
from siteplanner.policy.rules import last_day, limit_dm2, place_limits_dm2, reach_s
from siteplanner.policy.schema import Tier
from siteplanner.pools import find_pools
from siteplanner.roomtests import bites
from siteplanner.scenario.schema import Budget, Scenario

ALL_PUBLIC = "all_public"


def prepare(scenario: Scenario) -> Case:
    """Compute the Case of a checked scenario."""
    needs = find_needs(scenario)
    found = find_walks(scenario, _longest_circle(scenario, needs), estate_pairs=_needs_estate_pairs(scenario))
    walks = found.seconds
    places, held = find_places(scenario), find_held(scenario)
    reach = find_reach(scenario, needs, places, walks)
    needs = _top_up_or_leave(scenario, needs, places, held)
    checkpoints = find_checkpoints(scenario, needs)
    offers, rejected = _offers(scenario, places, held, checkpoints)
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
        streets=found.streets,
        budgets=budget_rows(scenario.budgets),
        groups=_groups(scenario),
        rejected=rejected,
        duties=find_duties(scenario, needs),
        exceptions=_circle_exceptions(scenario, needs),
        what_if=what_if_clauses(scenario),
        pools=find_pools(scenario),
        options={option.id: option for option in scenario.options},
        funders=public if perspective == ALL_PUBLIC else frozenset({perspective}),
        public=public,
    )


def _needs_estate_pairs(scenario: Scenario) -> bool:
    return any(standard.sharing == "circle_total" for standard in scenario.pack.standards)


def _longest_circle(scenario: Scenario, needs: Sequence[Need]) -> int:
    return max((limit for need in needs if (limit := walk_limit_s(scenario, need)) is not None), default=0)


def _top_up_or_leave(
    scenario: Scenario, needs: tuple[Need, ...], places: Mapping[str, Place], held: Mapping[str, Held]
) -> tuple[Need, ...]:
    """Relieve estates in which counted premises are in use, where the law's reading leaves those alone."""
    used = {premises.id for premises in scenario.premises if premises.status == "in_use"}

    def in_use(room: Held) -> bool:
        return room.area_dm2 > 0 and room.id in used

    rooms = [place for place in places.values() if place.kind == "premises" and place.id in held and in_use(held[place.id])]
    found = []
    for need in needs:
        if need.status == "due" and need.standard.some_area == "leave" and any(need.id in place.estates for place in rooms):
            found.append(Need(need.estate, need.cohort, need.standard, 0, 0, need.due, "left", need.clause, "has_some_area"))
        else:
            found.append(need)
    return tuple(found)


def _offers(
    scenario: Scenario, places: Mapping[str, Place], held: Mapping[str, Held], checkpoints: Sequence[date]
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
        useful = [offer for offer in made if _useful(scenario, room, offer, checkpoints)]
        if useful or room.option.lock == "in":
            offers.extend(useful or [offer for offer in made if _lawful(scenario, room, offer)])
        else:
            rejected.append(_why_useless(scenario, room, made, checkpoints))
    return tuple(sorted(offers, key=lambda o: o.id)), tuple(rejected)


def _useful(scenario: Scenario, room: Room, offer: Offer, checkpoints: Sequence[date]) -> bool:
    """Return whether an offer can count for anything: in time, and for some cohort, as a cluster's room or for a tier."""
    if offer.ready > checkpoints[-1] or _lapses(scenario, offer, checkpoints) or not _lawful(scenario, room, offer):
        return False
    return room.place.kind == "cluster" or bool(offer.counts_for) or any(_for_tier(tier, room, offer) for tier in scenario.pack.tiers)


def _lawful(scenario: Scenario, room: Room, offer: Offer) -> bool:
    """Return whether the law lets the room be taken at all: handed over in time, and not one of rooms apart without consent."""
    return room.place.lawful and not handed_over_late(scenario, room.option, room.site, offer.ready)


def _lapses(scenario: Scenario, offer: Offer, checkpoints: Sequence[date]) -> bool:
    """Return whether the lease ends before any day on which rooms are tested."""
    days = [*checkpoints, *(last_day(tier.by) for tier in scenario.pack.tiers if tier.by is not None)]
    return offer.until < date.max and not any(offer.stands(day) for day in days)


def _for_tier(tier: Tier, room: Room, offer: Offer) -> bool:
    in_time = tier.by is None or offer.ready <= last_day(tier.by)
    typed = tier.station_type in (offer.station_type, room.adds_to.station_type if room.adds_to else "")
    return typed and room.gross(offer.lo_gross_dm2) >= (limit_dm2(tier.min) or 0) and in_time


def _why_useless(scenario: Scenario, room: Room, made: Sequence[Offer], checkpoints: Sequence[date]) -> Rejected:
    option, pack, end = room.option, scenario.pack, checkpoints[-1]

    def rejected(clause: str, code: str, **facts: str) -> Rejected:
        return Rejected(option=option.id, clause=clause, code=code, facts=facts)

    if not made:
        rule = next(r for r in pack.room_rules if r.field == "area_m2" and r.state == "enforced" and bites(r, option))
        return rejected(rule.clause, "room_rule", rule_zh=rule.text.zh, rule_en=rule.text.en)
    ready = min(offer.ready for offer in made)
    if ready > end:
        deadlines = [s.deadline for s in pack.standards if s.deadline]
        clause = next((d.clause for d in sorted(deadlines, key=lambda d: last_day(d) != end)), "")
        return rejected(clause, "too_late", ready=str(ready), last_day=str(end))
    if all(_lapses(scenario, offer, checkpoints) for offer in made):
        clause = next((s.deadline.clause for s in pack.standards if s.deadline), "")
        return rejected(clause, "lease_over", until=str(max(offer.until for offer in made)))
    late = handed_over_late(scenario, option, room.site, ready)
    if late is not None:
        return rejected(late.clause, "room_rule", rule_zh=late.text.zh, rule_en=late.text.en)
    if not room.place.lawful:
        return rejected(pack.cluster.clause if pack.cluster else "", "cluster_not_lawful", cluster=room.place.id)
    kinds = [s for s in pack.standards if option.kind not in s.kinds]
    if len(kinds) == len(pack.standards):
        return rejected(kinds[0].kinds_clause or kinds[0].clause, "kind_not_allowed", kind=option.kind)
    return _misfit(scenario, room)


def _misfit(scenario: Scenario, room: Room) -> Rejected:
    """Say that the room's area fits no cohort."""
    standards = scenario.pack.standards
    least, clause = min((place_limits_dm2(s.place)[0] or 0, s.place.min.clause if s.place.min else s.clause) for s in standards)
    area = room.gross(bounds(room.option)[1])
    facts = {"area": f"{area / 100:.2f}", "least": f"{least / 100:.2f}"}
    return Rejected(option=room.option.id, clause=clause, code="too_small" if area < least else "fits_no_cohort", facts=facts)


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
        if need.status == "due" and usual is not None and longer is not None and longer > usual:
            reason = need.estate.circle_exception_reason
            found.append(NamedException(subject=need.id, clause=need.standard.reach.clause, code="longer_circle", reason=reason))
    return tuple(found)


def waived_needs(scenario: Scenario) -> set[str]:
    """Return the clauses of the estates that a what-if run lets go without anything."""
    return {need.clause for need in find_needs(scenario) if need.reason == "waived"}


def what_if_clauses(scenario: Scenario) -> tuple[str, ...]:
    """Return the clauses a what-if run departs from: a wider circle or a lower area standard than the law's."""
    minutes, percent = scenario.settings.standards.reach_minutes, scenario.settings.standards.area_percent
    clauses = {*scenario.waived, *waived_needs(scenario)}
    for standard in scenario.pack.standards:
        law = reach_s(standard)
        if minutes is not None and law is not None and minutes * 60 > law:
            clauses.add(standard.reach.clause)
        if percent is not None and percent < 100 and standard.tests:
            clauses.add(standard.clause)
    return tuple(sorted(clauses))
