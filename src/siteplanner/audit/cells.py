"""Cells of an option or its site as a rule names them, and what a condition of the law says of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from siteplanner.audit.places import Taken
from siteplanner.policy.schema import Condition, Value
from siteplanner.scenario.schema import Option, Site

Table = Literal["site", "option"]
SMALL_UNITS: dict[tuple[str, str], int] = {("m2", "dm2"): 100, ("yuan", "fen"): 100, ("minutes", "s"): 60}
"""How many units of a field's own name go into one unit of a value of law."""


def column(table: Table, name: str) -> str:
    """Return the field behind a column, which a rule may name by its heading (``area_m2``) or by itself (``area_dm2``)."""
    fields = (Site if table == "site" else Option).model_fields
    return next((field for field, info in fields.items() if info.alias == name), name)


def cell(item: Taken, table: Table, name: str) -> object:
    """Return a cell of the option's or site's row, None where the table has no such column; an option's area is the area chosen."""
    field = column(table, name)
    if (table, field) == ("option", "area_dm2"):
        return item.row.area_dm2
    return getattr(item.site if table == "site" else item.option, field, None)


def where(name: str) -> Table:
    """Return the table a condition's column stands in: the options, or else the sites."""
    return "option" if column("option", name) in Option.model_fields else "site"


def in_cell_unit(value: Value, field: str) -> Decimal:
    """Return a value of law in the unit of the field it is held against."""
    return value.value * SMALL_UNITS.get((value.unit, field.rsplit("_", 1)[-1]), 1)


def number(seen: object) -> Decimal | None:
    """Return a cell as a number, None where it is empty or holds none."""
    return Decimal(seen) if isinstance(seen, int | Decimal) and not isinstance(seen, bool) else None


def stated(item: Taken, name: str) -> str:
    """Return the reason that option or site states in a column, "" where neither does."""
    return str(cell(item, "option", name) or cell(item, "site", name) or "")


def meets(condition: Condition, item: Taken) -> bool:
    """Return whether an option meets every part of a condition; one about other types of station it meets as it is."""
    if condition.station_types is not None and item.option.station_type not in condition.station_types:
        return True
    table = where(condition.field)
    seen = item.ready if condition.field == "ready" else cell(item, table, condition.field)
    return _named(condition, seen) and _in_time(condition, seen) and _large_enough(condition, seen, column(table, condition.field))


def _named(condition: Condition, seen: object) -> bool:
    if condition.equals is not None and seen != condition.equals:
        return False
    listed = condition.one_of is None or seen in condition.one_of
    return listed and (condition.not_in is None or seen not in condition.not_in)


def _in_time(condition: Condition, seen: object) -> bool:
    if condition.after is None and condition.from_ is None:
        return True
    if not isinstance(seen, date):
        return False
    late = condition.after is None or seen > condition.after
    return late and (condition.from_ is None or seen >= condition.from_)


def _large_enough(condition: Condition, seen: object, field: str) -> bool:
    known = number(seen)
    if condition.at_least is not None and (known is None or known < in_cell_unit(condition.at_least, field)):
        return False
    return condition.more_than is None or (known is not None and known > in_cell_unit(condition.more_than, field))
