"""Which options the law and the office allow, and for each one that is not, the clause and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from siteplanner.plan import NamedException, Rejected
from siteplanner.policy.schema import RoomRule
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
    """Return every room rule of the law that the option fails without a named exception."""
    return [
        Rejected(option=option.id, clause=rule.clause, code="room_rule", facts={"rule_zh": rule.text.zh, "rule_en": rule.text.en})
        for rule in scenario.pack.room_rules
        if applies(rule, option) and not passes(rule, option, site) and not exception_reason(rule, option, site)
    ]


def applies(rule: RoomRule, option: Option) -> bool:
    """Return whether a room rule bites on an option."""
    return (
        option.kind in rule.kinds
        and option.works in rule.works
        and (rule.station_types is None or option.station_type in rule.station_types)
    )


def passes(rule: RoomRule, option: Option, site: Site) -> bool:
    """Return whether the option or its site passes a room rule; an unstated cell does not pass."""
    cell = getattr(option if rule.table == "option" else site, _field(rule.field))
    if rule.present is not None:
        return bool(cell) == rule.present
    if rule.at_least is not None:
        return cell is not None and Decimal(cell) >= _in_cell_unit(rule)
    return bool(cell == rule.equals)


def _field(name: str) -> str:
    """Return the attribute that holds a column: areas are kept in dm²."""
    return name.removesuffix("_m2") + "_dm2" if name.endswith("_m2") else name


def _in_cell_unit(rule: RoomRule) -> Decimal:
    least = rule.at_least.value if rule.at_least else Decimal(0)
    return least * 100 if rule.field.endswith("_m2") else least


def exception_reason(rule: RoomRule, option: Option, site: Site) -> str:
    """Return the reason that lets an option pass a rule, empty if there is none."""
    if rule.exception is None:
        return ""
    return str(getattr(option, rule.exception, "") or getattr(site, rule.exception, "") or "")


def room_exceptions(scenario: Scenario, options: Iterable[Option]) -> tuple[NamedException, ...]:
    """Return the named exceptions that options lean on."""
    sites = {site.id: site for site in scenario.sites}
    found = []
    for option in options:
        site = sites[option.site]
        for rule in scenario.pack.room_rules:
            if applies(rule, option) and not passes(rule, option, site):
                reason = exception_reason(rule, option, site)
                found.append(NamedException(subject=option.id, clause=rule.clause, code=rule.id, reason=reason))
    return tuple(found)
