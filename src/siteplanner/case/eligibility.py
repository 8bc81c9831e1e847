"""Which options the law and the office allow, and for each one that is not, the clause and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from siteplanner.money import meets
from siteplanner.plan import NamedException, Rejected
from siteplanner.policy.schema import DeliveryRule, Preference, RoomRule, Value
from siteplanner.pools import estate_cohort
from siteplanner.scenario.schema import Option, Scenario, Site


def starts_of(scenario: Scenario, option: Option) -> tuple[date, ...]:
    """Return the days on which an option may start: the periods from its first start on."""
    periods = scenario.settings.periods or (scenario.settings.base_date,)
    return tuple(day for day in sorted(periods) if option.first_start is None or day >= option.first_start)


def office_reason(scenario: Scenario, option: Option, site: Site) -> Rejected | None:
    """Return why the office itself leaves an option out, if it does."""
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
        and applies(rule, option)
        and not passes(rule, option, site)
        and not exception_reason(rule, option, site)
    ]
    for wish in scenario.pack.preferences:
        if wish.position == "hard" and listed(wish, option, site) == wish.avoid:
            facts = {"rule_zh": wish.name.zh, "rule_en": wish.name.en}
            found.append(Rejected(option=option.id, clause=wish.clause, code="room_rule", facts=facts))
    return found


def applies(rule: RoomRule, option: Option) -> bool:
    """Return whether a room rule bites on an option."""
    return (
        option.kind in rule.kinds
        and option.works in rule.works
        and (rule.station_types is None or option.station_type in rule.station_types)
    )


def passes(rule: RoomRule, option: Option, site: Site) -> bool:
    """Return whether the option or its site passes a room rule; an empty cell does not."""
    cell = cell_of(rule.field, option if rule.table == "option" else site)
    if rule.present is not None:
        return (cell not in (None, "", False)) == rule.present
    if rule.one_of is not None:
        return cell in rule.one_of
    if rule.at_least is not None or rule.at_most is not None:
        if cell is None or cell == "":
            return False
        number = Decimal(str(cell))
        low = rule.at_least is None or number >= in_cell_unit(rule.field, rule.at_least)
        return low and (rule.at_most is None or number <= in_cell_unit(rule.field, rule.at_most))
    return bool(cell == rule.equals)


def cell_of(field: str, row: Option | Site) -> object:
    """Return a cell by its column's name."""
    return getattr(row, field.removesuffix("_m2") + "_dm2" if field.endswith("_m2") else field)


def in_cell_unit(field: str, value: Value) -> Decimal:
    """Return a value of law in the unit its column is kept in: areas in dm²."""
    return value.value * 100 if field.endswith("_m2") else value.value


def listed(wish: Preference, option: Option, site: Site) -> bool:
    """Return whether an option is among those a preference lists."""
    by_condition = bool(wish.where) and all(meets(c, option, site, None) for c in wish.where)
    return option.kind in wish.kinds or (bool(option.source) and option.source in wish.sources) or by_condition


def exception_reason(rule: RoomRule, option: Option, site: Site) -> str:
    """Return the reason that lets an option pass a rule, empty if there is none."""
    if rule.exception is None:
        return ""
    return str(getattr(option, rule.exception, "") or getattr(site, rule.exception, "") or "")


def handed_over_late(scenario: Scenario, option: Option, site: Site, ready: date) -> DeliveryRule | None:
    """Return the first delivery rule that a room ready on a day fails: later than the housing it comes with."""
    for rule in scenario.pack.delivery_rules:
        day = delivery_day(scenario, rule, option, site)
        if day is not None and ready > day:
            return rule
    return None


def delivery_day(scenario: Scenario, rule: DeliveryRule, option: Option, site: Site) -> date | None:
    """Return the day by which a delivery rule wants the room; None where it does not bite or no date is stated."""
    estate = next((e for e in scenario.estates if e.id == site.estate), None)
    if option.kind not in rule.kinds or estate is None or estate_cohort(scenario.pack, estate) not in rule.cohorts:
        return None
    return estate.first_delivery if rule.event == "first_delivery" else estate.completed


def room_exceptions(scenario: Scenario, options: Iterable[Option]) -> tuple[NamedException, ...]:
    """Return the named exceptions that options lean on."""
    sites = {site.id: site for site in scenario.sites}
    found = []
    for option in options:
        site = sites[option.site]
        for rule in scenario.pack.room_rules:
            reason = exception_reason(rule, option, site)
            if rule.state == "enforced" and reason and applies(rule, option) and not passes(rule, option, site):
                found.append(NamedException(subject=option.id, clause=rule.clause, code=rule.id, reason=reason))
    return tuple(found)
