"""From the faults pydantic finds to the problems an officer reads: code, what was seen, and the limit in file units."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic_core import ErrorDetails

_CODES = {
    "bad_number": "bad_number",
    "bad_integer": "bad_integer",
    "bad_date": "bad_date",
    "too_fine": "too_fine",
    "bad_years": "bad_years",
    "bad_schedule": "bad_schedule",
    "bool_parsing": "bad_yes_no",
    "bool_type": "bad_yes_no",
    "string_pattern_mismatch": "bad_id",
    "literal_error": "bad_choice",
    "greater_than_equal": "below_least",
    "greater_than": "not_above",
    "less_than_equal": "above_most",
    "less_than": "not_below",
    "model_type": "need_mapping",
    "model_attributes_type": "need_mapping",
    "mapping_type": "need_mapping",
    "dict_type": "need_mapping",
    "tuple_type": "need_list",
    "too_short": "empty_list",
}
_LIMITS = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}
_PER_UNIT = (("_fen", "", 100), ("_dm2", "", 100), ("_s", "_minutes", 60))


def code_of(fault: ErrorDetails) -> str:
    """Return the problem code of a fault; a value of an unexpected shape is ``bad_value``."""
    return _CODES.get(fault["type"], "bad_value")


def facts_of(fault: ErrorDetails, field: str, key: str) -> dict[str, str]:
    """Return what was seen and, for a range, its limit in the unit the file speaks.

    The ending of the schema's `field` tells the unit inside (fen, dm², seconds), that of the file's `key` the unit outside.
    """
    facts = {"seen": str(fault["input"])}
    if fault["type"] in _LIMITS:
        limit = _number((fault.get("ctx") or {})[_LIMITS[fault["type"]]])
        for inside, outside, size in _PER_UNIT:
            if field.endswith(inside) and key.endswith(outside):
                limit /= size
        facts["limit"] = format(limit.normalize(), "f")
    return facts


def _number(limit: object) -> Decimal:
    """Read a limit; pydantic hands a decimal one over as ``Decimal('0.5')``."""
    return Decimal(str(limit).removeprefix("Decimal('").removesuffix("')"))


def choices_of(fault: ErrorDetails) -> list[str]:
    """Return the choices a literal allows."""
    expected = str((fault.get("ctx") or {}).get("expected", ""))
    return [choice for choice in re.findall(r"'([^']*)'", expected) if choice]
