"""Checks of budget lines and funds: years in the horizon, townships that exist, a clear line of carry-over."""

from __future__ import annotations

from collections import defaultdict

from siteplanner.scenario.draft import Draft
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Budget, Fund
from siteplanner.scenario.sink import Sink

_PLACED = ("estates", "sites", "premises")


def span_of(years: str) -> tuple[int, int]:
    """Return the first and last year of ``2022`` or ``2022-2024``."""
    first, _, last = years.partition("-")
    return int(first), int(last or first)


def years_in_horizon(draft: Draft, sink: Sink) -> None:
    """Check that every year of a line lies in the horizon: money outside it would never be used."""
    if not draft.sure("finance"):
        return
    begin, end = draft.settings.finance.base_year, draft.last_year()
    lines: list[Parsed[Budget] | Parsed[Fund]] = [*draft.budgets, *draft.funds]
    for parsed in lines:
        first, last = span_of(parsed.row.years)
        if first < begin or last > end:
            sink.add("years_outside_horizon", parsed.at("years"), seen=parsed.row.years, first=str(begin), last=str(end))


def areas_exist(draft: Draft, sink: Sink) -> None:
    """Check that a township or district of a line is that of some estate, site or premises."""
    if not all(draft.raw[name].readable for name in _PLACED):
        return
    for key in ("township", "district"):
        known = {row.cells[key] for name in _PLACED for row in draft.raw[name].rows if key in row.cells}
        for name in ("budgets", "funds"):
            table = draft.raw[name]
            for row in table.rows:
                if key in row.cells and row.cells[key] not in known:
                    sink.add_unknown(f"unknown_{key}", table.locate(row, key), row.cells[key], known)


def carry_over_is_clear(draft: Draft, sink: Sink) -> None:
    """Check that lines that pass on what is left do not overlap with other lines of the same payer, measure and township."""
    alike: dict[tuple[str, str, str], list[Parsed[Budget]]] = defaultdict(list)
    for parsed in draft.budgets:
        alike[parsed.row.payer, parsed.row.measure, parsed.row.township].append(parsed)
    for lines in alike.values():
        ordered = sorted(lines, key=lambda line: (span_of(line.row.years), line.row.id))
        for n, line in enumerate(ordered):
            for later in ordered[n + 1 :]:
                overlap = span_of(later.row.years)[0] <= span_of(line.row.years)[1]
                if overlap and (line.row.carry_over or later.row.carry_over):
                    facts = {"seen": later.row.years, "other": str(line.at("years"))}
                    sink.add("carry_over_overlap", later.at("years"), **facts)
