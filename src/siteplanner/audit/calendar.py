"""Days the law names: last days in time, checkpoints, spans of years, the end of the horizon."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from siteplanner.policy.schema import Deadline, Value
from siteplanner.scenario.schema import Finance


def last_in_time(day: date, named: Literal["included", "excluded"]) -> date:
    """Return the last day that is in time: the named day itself, or the day before it."""
    return day if named == "included" else day - timedelta(days=1)


def horizon_end(finance: Finance) -> date:
    """Return the last day of the years over which plans are compared."""
    return date(last_year(finance), 12, 31)


def last_year(finance: Finance) -> int:
    """Return the last year of the horizon."""
    return finance.base_year + finance.horizon_years - 1


def due(deadline: Deadline | None, finance: Finance) -> date:
    """Return the last day in time of a deadline, or the end of the horizon where the law names no day."""
    return last_in_time(deadline.date, deadline.day) if deadline else horizon_end(finance)


def later(day: date, span: Value) -> date:
    """Return the day a span of years, months or days after `day`.

    Where the month has no such day its last day ends the span, as the general rule on periods of time says.

    Raises
    ------
    ValueError
        If the span is not in years, months or days.
    """
    if span.unit == "days":
        return day + timedelta(days=int(span.value))
    if span.unit not in ("years", "months"):
        raise ValueError(f"{span.unit} is not a span of time")
    months = day.year * 12 + day.month - 1 + int(span.value) * (12 if span.unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_of(span: str) -> tuple[int, int]:
    """Return the first and last year of ``2022`` or ``2022-2024``."""
    first, _, last = span.replace("—", "-").replace("–", "-").partition("-")
    return int(first), int(last or first)
