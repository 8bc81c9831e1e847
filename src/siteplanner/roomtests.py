"""Whether an option passes a room rule of the law, and whether a preference lists it."""

from __future__ import annotations

from decimal import Decimal

from siteplanner.money import meets
from siteplanner.policy.schema import Preference, RoomRule
from siteplanner.scenario.schema import Option, Site
from siteplanner.units import DM2_PER_M2

AREA = "area_m2"
"""The column of a room rule that means the gross area of the place, not a cell of the row."""


def bites(rule: RoomRule, option: Option) -> bool:
    """Return whether a room rule is about options of this kind, works and type."""
    typed = rule.station_types is None or option.station_type in rule.station_types
    return option.kind in rule.kinds and option.works in rule.works and typed


def passes(rule: RoomRule, option: Option, site: Site, place_dm2: int) -> bool:
    """Return whether an option whose place has this gross area passes a room rule; an empty cell does not."""
    cell = place_dm2 if rule.table == "option" and rule.field == AREA else _cell(rule.field, option if rule.table == "option" else site)
    if rule.present is not None:
        return (cell not in (None, "", False)) == rule.present
    if rule.one_of is not None:
        return cell in rule.one_of
    if rule.at_least is None and rule.at_most is None:
        return bool(cell == rule.equals)
    if not isinstance(cell, int | Decimal):
        return False
    factor = DM2_PER_M2 if rule.field.endswith("_m2") else 1
    high_enough = rule.at_least is None or cell >= rule.at_least.value * factor
    return high_enough and (rule.at_most is None or cell <= rule.at_most.value * factor)


def excuse(rule: RoomRule, option: Option, site: Site) -> str:
    """Return the reason stated for departing from a rule, empty where there is none or the rule knows none."""
    if rule.exception is None:
        return ""
    return str(getattr(option, rule.exception, "") or getattr(site, rule.exception, "") or "")


def unwanted(wish: Preference, option: Option, site: Site) -> bool:
    """Return whether a preference would rather do without a started option."""
    by_condition = bool(wish.where) and all(meets(condition, option, site, None) for condition in wish.where)
    listed = option.kind in wish.kinds or (bool(option.source) and option.source in wish.sources) or by_condition
    return listed == wish.avoid


def _cell(field: str, row: Option | Site) -> object:
    return getattr(row, field.removesuffix("_m2") + "_dm2" if field.endswith("_m2") else field)
