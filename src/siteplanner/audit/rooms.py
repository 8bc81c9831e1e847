"""Eligibility of rooms: the tests a site or option must pass, and rooms handed over with the housing."""

from __future__ import annotations

from siteplanner.audit.cells import cell, column, in_cell_unit, number, stated
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import DeliveryRule, RoomRule


def check(reading: Reading) -> None:
    """Test every chosen option against the room rules and the delivery rules."""
    for item in reading.taken:
        for rule in reading.pack.room_rules:
            if bites(rule, item):
                ok = passes(reading, rule, item) or bool(excuse(rule, item))
                facts = {"rule": rule.id, "seen": _seen(reading, rule, item)}
                test = reading.docket.check if rule.state == "enforced" else reading.docket.tell
                test(rule.clause, ok, "room_rule", item.option.id, **facts)
        for delivery in reading.pack.delivery_rules:
            _delivery(reading, delivery, item)


def bites(rule: RoomRule, item: Taken) -> bool:
    """Return whether a rule speaks about this option."""
    option = item.option
    typed = rule.station_types is None or option.station_type in rule.station_types
    return option.kind in rule.kinds and option.works in rule.works and typed


def passes(reading: Reading, rule: RoomRule, item: Taken) -> bool:
    """Return whether an option passes a rule as it stands; a cell that is not filled in passes only ``present: false``."""
    seen = value(reading, rule, item)
    if rule.present is not None:
        return (seen is not None and seen != "") == rule.present
    if rule.one_of is not None:
        return seen in rule.one_of
    if rule.at_least is None and rule.at_most is None:
        return seen == rule.equals
    known, field = number(seen), column(rule.table, rule.field)
    if known is None:
        return False
    enough = rule.at_least is None or known >= in_cell_unit(rule.at_least, field)
    return enough and (rule.at_most is None or known <= in_cell_unit(rule.at_most, field))


def excuse(rule: RoomRule, item: Taken) -> str:
    """Return the reason given for not passing a rule, "" where none is given or the law takes none."""
    return stated(item, rule.exception) if rule.exception is not None else ""


def value(reading: Reading, rule: RoomRule, item: Taken) -> object:
    """Return the cell a rule looks at; an option's area is the gross area in dm² of the place it makes."""
    if (rule.table, column(rule.table, rule.field)) == ("option", "area_dm2"):
        return reading.places[item.place].whole_dm2()
    return cell(item, rule.table, rule.field)


def _seen(reading: Reading, rule: RoomRule, item: Taken) -> str:
    seen = value(reading, rule, item)
    return "-" if seen is None or seen == "" else str(seen)


def _delivery(reading: Reading, rule: DeliveryRule, item: Taken) -> None:
    """Test that a room in an estate of these classes is ready when its housing is; an estate without the date is not tested."""
    standing = reading.standings.get(item.site.estate or "")
    if item.option.kind not in rule.kinds or standing is None or standing.cohort is None or standing.cohort.id not in rule.cohorts:
        return
    estate = standing.estate
    day = estate.first_delivery if rule.event == "first_delivery" else estate.completed
    if day is not None:
        facts = {"estate": estate.id, "ready": item.ready.isoformat(), "day": day.isoformat()}
        test = reading.docket.check if rule.state == "enforced" else reading.docket.tell
        test(rule.clause, item.ready <= day, "handed_over_late", item.option.id, **facts)
