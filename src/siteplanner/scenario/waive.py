"""What-if runs without some rule: the policy is changed as asked, and the clauses departed from are kept with the scenario.

Everything that reads the law, the check included, then reads the changed law; the clauses kept here stamp whatever comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from siteplanner.policy.schema import DeliveryRule, Milestone, PolicyPack, RoomRule, Tier
from siteplanner.scenario.schema import Scenario, Waivers

WAIVED = "-"
"""What a waived rule is relaxed to."""
LAND = "land"


def waivable(pack: PolicyPack) -> tuple[str, ...]:
    """Return the names of single rules that may be waived: of rooms, deliveries, tiers, milestones, and the land target."""
    return tuple(sorted({rule.id for rule in _rules(pack)} | ({LAND} if pack.land is not None else set())))


def _rules(pack: PolicyPack) -> tuple[RoomRule | DeliveryRule | Tier | Milestone, ...]:
    return (*pack.room_rules, *pack.delivery_rules, *pack.tiers, *pack.milestones)


def with_waivers(scenario: Scenario) -> Scenario:
    """Return a scenario under the law without what its settings waive; unchanged where they waive nothing."""
    waive = scenario.settings.waive
    if waive == Waivers():
        return scenario
    pack = scenario.pack
    relaxed = {**scenario.waived, **dict(_departures(scenario))}
    gone = frozenset(waive.rules)
    update: dict[str, object] = {
        "room_rules": tuple(rule for rule in pack.room_rules if rule.id not in gone),
        "delivery_rules": tuple(rule for rule in pack.delivery_rules if rule.id not in gone),
        "tiers": tuple(rule for rule in pack.tiers if rule.id not in gone),
        "milestones": tuple(rule for rule in pack.milestones if rule.id not in gone),
    }
    if LAND in gone and pack.land is not None:
        update["land"] = pack.land.model_copy(update={"state": "reported"})
    pack = pack.model_copy(update=update)
    if waive.place_minimum:
        pack = _without_minimum(pack)
    if waive.deadline_days:
        pack = _later(pack, waive.deadline_days)
    return scenario.model_copy(update={"pack": pack, "waived": relaxed})


def _departures(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield the clause of each rule that is waived, with what it is relaxed to."""
    waive, pack = scenario.settings.waive, scenario.pack
    for rule in _rules(pack):
        if rule.id in waive.rules:
            yield rule.clause, WAIVED
    if LAND in waive.rules and pack.land is not None:
        yield pack.land.clause, WAIVED
    for standard in pack.standards:
        if waive.place_minimum and standard.place.min is not None:
            yield standard.place.min.clause, WAIVED
    if waive.deadline_days:
        for clause in _dated(pack):
            yield clause, f"+{waive.deadline_days} d"


def _dated(pack: PolicyPack) -> Iterator[str]:
    yield from (standard.deadline.clause for standard in pack.standards if standard.deadline is not None)
    yield from (milestone.clause for milestone in pack.milestones)
    yield from (tier.clause for tier in pack.tiers if tier.by is not None)


def _without_minimum(pack: PolicyPack) -> PolicyPack:
    standards = [s.model_copy(update={"place": s.place.model_copy(update={"min": None})}) for s in pack.standards]
    return pack.model_copy(update={"standards": tuple(standards)})


def _later(pack: PolicyPack, days: int) -> PolicyPack:
    def moved(day: date) -> date:
        return day + timedelta(days=days)

    standards = tuple(
        s if s.deadline is None else s.model_copy(update={"deadline": s.deadline.model_copy(update={"date": moved(s.deadline.date)})})
        for s in pack.standards
    )
    milestones = tuple(m.model_copy(update={"date": moved(m.date)}) for m in pack.milestones)
    tiers = tuple(
        t if t.by is None else t.model_copy(update={"by": t.by.model_copy(update={"date": moved(t.by.date)})}) for t in pack.tiers
    )
    return pack.model_copy(update={"standards": standards, "milestones": milestones, "tiers": tiers})
