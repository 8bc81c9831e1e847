"""What the reader of a plan must be told although it breaks no rule: dates, reported rules, wishes, leases, cliffs, idle rooms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from siteplanner.money import earned_grants, grant_amount_fen, last_year, outlays, way_clause
from siteplanner.plan import Chosen, Notice, PlaceRecord, Plan
from siteplanner.policy.rules import limit_dm2
from siteplanner.policy.schema import DeliveryRule, Grant
from siteplanner.roomtests import bites, excuse, passes, unwanted
from siteplanner.scenario.schema import Estate, Option, Scenario, Site
from siteplanner.streets import flag_notices, street_notices
from siteplanner.units import dm2_to_m2, fen_to_yuan

_NEAR_PERCENT = 1
"""How near to a step of a grant the area of a place must be, in percent of the step, to be told."""


@dataclass(frozen=True, slots=True)
class _Pick:
    """A started option with its rows."""

    chosen: Chosen
    option: Option
    site: Site
    place: PlaceRecord


def notices(scenario: Scenario, plan: Plan) -> tuple[Notice, ...]:
    """Return the notices of a plan: on the plan as a whole first, then by subject, clause and code."""
    options = {option.id: option for option in scenario.options}
    sites = {site.id: site for site in scenario.sites}
    places = {place.place: place for place in plan.places}
    picks = [_Pick(c, options[c.option], sites[c.site], places[c.place]) for c in sorted(plan.chosen, key=lambda c: c.option)]
    found = [
        *_validity(scenario, picks),
        *_room_rules(scenario, picks),
        *_deliveries(scenario, plan, picks),
        *_wishes(scenario, picks),
        *_leases(scenario, picks),
        *_grant_steps(scenario, picks),
        *_area_for_grants(scenario, plan, picks),
        *_idle(scenario, plan, picks),
        *street_notices(scenario, plan.walks),
        *flag_notices(scenario),
    ]
    return tuple(sorted(found, key=lambda n: (n.subject, n.clause, n.code, sorted(n.facts.items()))))


def _validity(scenario: Scenario, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield what lies outside the policy's own dates: the first start before them, rooms and the horizon after them."""
    document = scenario.pack.document
    clause, last, horizon = document.in_force_clause or "", document.in_force_to, _horizon_end(scenario)
    start = min((pick.chosen.start for pick in picks), default=None)
    if start is not None and start < document.in_force_from:
        yield Notice(clause=clause, code="validity_early", facts={"start": str(start), "first_day": str(document.in_force_from)})
    if last is None:
        return
    if horizon > last:
        yield Notice(clause=clause, code="validity_horizon", facts={"horizon_end": str(horizon), "last_day": str(last)})
    for pick in picks:
        if max(pick.chosen.start, pick.chosen.ready) > last:
            facts = {"start": str(pick.chosen.start), "ready": str(pick.chosen.ready), "last_day": str(last)}
            yield Notice(clause=clause, code="validity_room", subject=pick.option.id, facts=facts)


def _horizon_end(scenario: Scenario) -> date:
    return date(last_year(scenario.settings.finance), 12, 31)


def _room_rules(scenario: Scenario, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield the started options that fail a rule which is only reported, and those that state a reason for it."""
    for rule in scenario.pack.room_rules:
        for pick in picks:
            if rule.state == "reported" and bites(rule, pick.option) and not passes(rule, pick.option, pick.site, pick.place.gross_dm2):
                reason = excuse(rule, pick.option, pick.site)
                facts = {"rule_zh": rule.text.zh, "rule_en": rule.text.en, "reason": reason}
                yield Notice(clause=rule.clause, code="room_rule_excused" if reason else "room_rule", subject=pick.option.id, facts=facts)


def _deliveries(scenario: Scenario, plan: Plan, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield the rooms handed over later than the housing where that is only reported, and estates that state no date."""
    estates = {estate.id: estate for estate in scenario.estates}
    cohorts = {row.estate: row.cohort for row in plan.services}
    for rule in scenario.pack.delivery_rules:
        for pick in picks:
            estate = estates.get(pick.site.estate or "")
            if estate is not None and pick.option.kind in rule.kinds and cohorts[estate.id] in rule.cohorts:
                yield from _delivery(rule, pick, estate)


def _delivery(rule: DeliveryRule, pick: _Pick, estate: Estate) -> Iterator[Notice]:
    day = estate.first_delivery if rule.event == "first_delivery" else estate.completed
    facts = {"rule_zh": rule.text.zh, "rule_en": rule.text.en, "estate": estate.name, "ready": str(pick.chosen.ready)}
    if day is None:
        yield Notice(clause=rule.clause, code=f"undated_{rule.event}", subject=pick.option.id, facts=facts)
    elif rule.state == "reported" and pick.chosen.ready > day:
        yield Notice(clause=rule.clause, code="delivery_late", subject=pick.option.id, facts={**facts, "day": str(day)})


def _wishes(scenario: Scenario, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield for every preference how many started options it would rather do without."""
    for wish in scenario.pack.preferences:
        count = sum(unwanted(wish, pick.option, pick.site) for pick in picks)
        facts = {"name_zh": wish.name.zh, "name_en": wish.name.en, "unwanted": str(count), "chosen": str(len(picks))}
        yield Notice(clause=wish.clause, code="preference", facts=facts)


def _leases(scenario: Scenario, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield the leases whose term ends within the horizon: those taken as renewed, and those that end for good."""
    horizon = _horizon_end(scenario)
    for pick in picks:
        years, rented = pick.option.term_years, pick.option.rent_fen or pick.option.rent_per_m2_fen
        if years is not None and rented and (end := _term_end(pick.chosen.start, years)) < horizon:
            facts = {"years": str(years), "term_end": str(end), "horizon_end": str(horizon)}
            clause, for_good = way_clause(scenario.pack, pick.option), pick.option.lease_end == "end"
            yield Notice(clause=clause, code="lease_ends" if for_good else "lease_renewed", subject=pick.option.id, facts=facts)


def _term_end(start: date, years: int) -> date:
    """Return the last day of a lease of whole years."""
    try:
        return start.replace(year=start.year + years) - timedelta(days=1)
    except ValueError:
        return date(start.year + years, 2, 28)


def _grant_steps(scenario: Scenario, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield the places whose gross area lies on a step of a grant by area or within 1 % of it, where the step pays."""
    by_place: dict[str, list[_Pick]] = {}
    for pick in picks:
        by_place.setdefault(pick.place.place, []).append(pick)
    for rooms in by_place.values():
        place, area = rooms[0].place, rooms[0].place.gross_dm2
        for grant in scenario.pack.grants:
            for step in _steps(grant):
                if abs(area - step) * 100 > step * _NEAR_PERCENT:
                    continue
                earned = _granted(scenario, rooms, area)
                other = _granted(scenario, rooms, step - 1 if _is_above(grant, area, step) else step + 1)
                if earned != other:
                    amounts = {"amount": earned, "neighbour": other, "difference": earned - other}
                    facts = {"area": _m2(area), "step": _m2(step), **{name: _yuan(fen) for name, fen in amounts.items()}}
                    facts |= {f"{name}_fen": str(fen) for name, fen in amounts.items()}
                    facts |= {"grant_zh": grant.name.zh, "grant_en": grant.name.en, "area_dm2": str(area), "step_dm2": str(step)}
                    yield Notice(clause=grant.clause, code="grant_step", subject=place.place, facts=facts)


def _area_for_grants(scenario: Scenario, plan: Plan, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield the rooms of a decided area that took more than they had to and earn more grant for it, with what the rest cost."""
    for pick in picks:
        place, area = pick.place, pick.chosen.area_dm2
        needed = _least_needed(scenario, plan, pick)
        if needed is None or len(place.members) > 1 or area <= needed:
            continue
        gained = _granted(scenario, [pick], place.gross_dm2) - _granted(scenario, [pick], place.gross_dm2 - area + needed)
        if gained > 0:
            costs = [sum(line.pv_fen for line in outlays(scenario, pick.option, size, pick.chosen.start)) for size in (area, needed)]
            extra = costs[0] - costs[1]
            facts = {"area": _m2(area), "needed": _m2(needed), "beyond": _m2(area - needed), "gained": _yuan(gained), "cost": _yuan(extra)}
            facts |= {"beyond_dm2": str(area - needed), "gained_fen": str(gained), "cost_fen": str(extra)}
            grants = [grant for grant in scenario.pack.grants if grant.by_area]
            yield Notice(clause=grants[0].clause, code="area_for_grant", subject=place.place, facts=facts)


def _least_needed(scenario: Scenario, plan: Plan, pick: _Pick) -> int | None:
    """Return the least area an option had to take: its own least, the law's for its type, and what its place is credited with.

    None where the area is no decision, where no grant looks at it, or where credits are not what a place is for.
    """
    option, standards = pick.option, scenario.pack.standards
    shares = all(s.sharing == "shared_capacity" and s.area_basis == "gross" for s in standards)
    if option.area_min_dm2 is None or not shares or not any(grant.by_area for grant in scenario.pack.grants):
        return None
    rules = [r for r in scenario.pack.room_rules if r.field == "area_m2" and r.state == "enforced" and bites(r, option)]
    stated = [limit_dm2(rule.at_least) or 0 for rule in rules]
    credited: dict[date, int] = {}
    for credit in plan.credits:
        if credit.place == pick.place.place:
            credited[credit.checkpoint] = credited.get(credit.checkpoint, 0) + credit.area_dm2
    return max(option.area_min_dm2, *stated, *credited.values(), 0)


def _steps(grant: Grant) -> list[int]:
    """Return the areas above 0 at which one band of a grant ends or another begins, dm²."""
    ends = {limit_dm2(end) for band in grant.by_area for end in (band.above, band.from_, band.to, band.below)}
    return sorted(end for end in ends if end)


def _is_above(grant: Grant, area: int, step: int) -> bool:
    """Return whether an area is beyond a step; on the step itself the band it falls in decides."""
    return area > step or (area == step and grant_amount_fen(grant, "", step) != grant_amount_fen(grant, "", step - 1))


def _granted(scenario: Scenario, rooms: Sequence[_Pick], gross_dm2: int) -> int:
    """Return what the rooms of a place earn together in grants if it has this gross area, fen."""
    earned: dict[str, list[int]] = {}
    for room in rooms:
        for line in earned_grants(scenario, room.option, room.site, gross_dm2, room.chosen.ready):
            earned.setdefault(line.item, []).append(line.fen)
    rule = scenario.pack.cluster
    once = rooms[0].place.kind == "cluster" and rule is not None and rule.grants == "one_per_cluster"
    return sum(max(amounts) if once else sum(amounts) for amounts in earned.values())


def _idle(scenario: Scenario, plan: Plan, picks: Sequence[_Pick]) -> Iterator[Notice]:
    """Yield the started options whose place serves no estate and answers no other rule.

    Told only where each estate's need is met by credits or by one place: credits name all places an estate leans on there,
    while under circle readings they name the nearest only.
    """
    if any(standard.coverage > 1 or (standard.tests and standard.sharing != "shared_capacity") for standard in scenario.pack.standards):
        return
    needed = {credit.place for credit in plan.credits} | {row.nearest for row in plan.services if row.status in ("served", "short")}
    for pick in picks:
        if pick.place.place not in needed and not _answers_other_rules(scenario, plan, pick):
            cost = _present_cost(scenario, plan, pick.option.id)
            facts = {"area": _m2(pick.place.gross_dm2), "cost": _yuan(cost), "cost_fen": str(cost)}
            yield Notice(clause=way_clause(scenario.pack, pick.option), code="idle_place", subject=pick.place.place, facts=facts)


def _answers_other_rules(scenario: Scenario, plan: Plan, pick: _Pick) -> bool:
    """Return whether a tier, a milestone of communities or the land target may rest on an option."""
    pack, site = scenario.pack, pick.site
    if any(tier.station_type == pick.option.station_type for tier in pack.tiers):
        return True
    if pack.land is not None and pack.land.state == "enforced" and site.land_area_dm2:
        return True
    cohorts = {row.estate: row.cohort for row in plan.services if row.status in ("served", "short")}
    here = {cohorts.get(e.id) for e in scenario.estates if (e.township, e.community) == (site.township, site.community)}
    return any(m.unit == "communities" and m.done_when == "station" and here & set(m.cohorts) for m in pack.milestones)


def _present_cost(scenario: Scenario, plan: Plan, option: str) -> int:
    """Return the present net cost of an option to the plan's perspective, fen."""
    public = {funder.id for funder in scenario.pack.funders if funder.public}
    funders = public if plan.perspective == "all_public" else {plan.perspective}
    lines = [line for line in plan.ledger if line.option == option]
    return sum(line.pv_fen * ((line.payer in funders) - (line.receiver in funders)) for line in lines)


def _m2(area_dm2: int) -> str:
    return f"{dm2_to_m2(area_dm2):,.2f}"


def _yuan(fen: int) -> str:
    return f"{fen_to_yuan(fen):,.2f}"
