"""Which options the law and the office allow, and for each one that is not, the clause and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from siteplanner.plan import NamedException, Rejected
from siteplanner.policy.schema import DeliveryRule
from siteplanner.pools import estate_cohort
from siteplanner.roomtests import bites, excuse, passes, unwanted
from siteplanner.scenario.schema import Option, Scenario, Site


def starts_of(scenario: Scenario, option: Option) -> tuple[date, ...]:
    """Return the days on which an option may start: the periods from its first start on, or the day it did start."""
    row = scenario.carried().get(option.id)
    if row is not None and row.fixed and row.start is not None:
        return (row.start,)
    periods = scenario.settings.periods or (scenario.settings.base_date,)
    return tuple(day for day in sorted(periods) if option.first_start is None or day >= option.first_start)


def office_reason(scenario: Scenario, option: Option, site: Site) -> Rejected | None:
    """Return why the office itself leaves an option out, if it does; what is done or committed it keeps."""
    row = scenario.carried().get(option.id)
    if row is not None and row.fixed:
        return None
    if not site.available:
        return Rejected(option=option.id, clause="", code="site_unavailable", facts={"site": site.id})
    if option.lock == "out":
        return Rejected(option=option.id, clause="", code="locked_out")
    only = scenario.settings.only_kinds
    if only is not None and option.kind not in only:
        return Rejected(option=option.id, clause="", code="kind_left_out", facts={"kind": option.kind})
    if not starts_of(scenario, option):
        return Rejected(option=option.id, clause="", code="starts_after_periods", facts={"first_start": str(option.first_start)})
    return None


def law_reasons(scenario: Scenario, option: Option, site: Site) -> list[Rejected]:
    """Return every enforced room rule of the law that the option fails without a named exception.

    Rules on the area of the place are left to the offers: a decided area can be narrowed.
    """
    found = [
        Rejected(option=option.id, clause=rule.clause, code="room_rule", facts={"rule_zh": rule.text.zh, "rule_en": rule.text.en})
        for rule in scenario.pack.room_rules
        if rule.state == "enforced"
        and rule.field != "area_m2"
        and bites(rule, option)
        and not passes(rule, option, site, 0)
        and not excuse(rule, option, site)
    ]
    for wish in scenario.pack.preferences:
        if wish.position == "hard" and unwanted(wish, option, site):
            facts = {"rule_zh": wish.name.zh, "rule_en": wish.name.en}
            found.append(Rejected(option=option.id, clause=wish.clause, code="room_rule", facts=facts))
    return found


def handed_over_late(scenario: Scenario, option: Option, site: Site, ready: date) -> DeliveryRule | None:
    """Return the first enforced delivery rule that a room ready on a day fails: later than the housing it comes with."""
    for rule in scenario.pack.delivery_rules:
        day = delivery_day(scenario, rule, option, site)
        if rule.state == "enforced" and day is not None and ready > day:
            return rule
    return None


def delivery_day(scenario: Scenario, rule: DeliveryRule, option: Option, site: Site) -> date | None:
    """Return the day by which a delivery rule wants the room; None where it does not bite or no date is stated."""
    estate = next((e for e in scenario.estates if e.id == site.estate), None)
    if option.kind not in rule.kinds or estate is None or estate_cohort(scenario.pack, estate) not in rule.cohorts:
        return None
    return estate.first_delivery if rule.event == "first_delivery" else estate.completed


def room_exceptions(scenario: Scenario, picks: Iterable[tuple[Option, int]]) -> tuple[NamedException, ...]:
    """Return the named exceptions that options lean on; each comes with the gross area of the place it makes, dm²."""
    sites = {site.id: site for site in scenario.sites}
    found = []
    for option, place_dm2 in picks:
        site = sites[option.site]
        for rule in scenario.pack.room_rules:
            reason = excuse(rule, option, site)
            if rule.state == "enforced" and reason and bites(rule, option) and not passes(rule, option, site, place_dm2):
                found.append(NamedException(subject=option.id, clause=rule.clause, code=rule.id, reason=reason))
    return tuple(found)
