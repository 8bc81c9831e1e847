"""What several tables share: headings, credits at the end, who is served, sums over ledger lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from siteplanner.plan import Chosen, Credit, Line
from siteplanner.report.names import GROUPS, PlanNames, is_cash
from siteplanner.report.table import CellKind, Column


def column(
    names: PlanNames,
    key: str,
    kind: CellKind = "text",
    *,
    total: bool = False,
    link: Literal["", "estate", "place"] = "",
    heading: str = "",
    choices: tuple[str, ...] = (),
) -> Column:
    """Make a column with its heading from the catalogue."""
    return Column(key, kind, heading or names.say(f"column.{key}"), total, link, choices)


def final_credits(names: PlanNames) -> tuple[Credit, ...]:
    """Return the credits at the last checkpoint, by estate and place."""
    last = max((credit.checkpoint for credit in names.plan.credits), default=None)
    return tuple(sorted((c for c in names.plan.credits if c.checkpoint == last), key=lambda c: (c.estate, c.place)))


def served_by(names: PlanNames) -> dict[str, list[str]]:
    """Return the estates credited from each place at the last checkpoint, by id."""
    found: dict[str, list[str]] = {}
    for credit in final_credits(names):
        found.setdefault(credit.place, []).append(credit.estate)
    return found


def sums_of(names: PlanNames, lines: Iterable[Line]) -> tuple[int, int, int, int]:
    """Return capital, recurring and subsidy cash and the present net cost to the plan's perspective, fen."""
    cash = dict.fromkeys(GROUPS.values(), 0)
    present = 0
    for line in lines:
        present += line.pv_fen * names.signed(line)
        if is_cash(line):
            cash[GROUPS[line.kind]] += line.fen
    return cash["capital"], cash["recurring"], cash["subsidy"], present


def in_order(names: PlanNames) -> list[Chosen]:
    """Return the chosen options by township, site and option: the order of projects."""
    return sorted(names.plan.chosen, key=lambda c: (c.township, c.site, c.option))
