"""Family 8, budget.

Σ money(measure, payer, years, township) ≤ limit + what earlier lines of the chain left:  for each line b of a chain,
Σ_{b' up to b} money(b') ≤ Σ_{b' up to b} limit(b').

In words: the money of a payer in a span of years stays within its line; a line that may be carried over passes on what it
leaves. Gross capital, net, recurring and grants are different measures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pulp import lpSum

from siteplanner.case.case import BudgetRow, Case, Offer
from siteplanner.model.constraints.choice import Row
from siteplanner.model.money_terms import Measure, amount
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.money import budget_share
from siteplanner.units import fen_to_wan

_HALF, _NOTHING = 0.5, 1e-9


@dataclass(frozen=True, slots=True)
class Cut:
    """A combination found to be over a line by fen: not all of ``on`` at 1 while all of ``off`` are at 0, by variable name."""

    on: tuple[str, ...]
    off: tuple[str, ...]


def cut_of(supply: Supply, row: BudgetRow, values: Mapping[str, float]) -> Cut | None:
    """Return the cut that forbids just what puts a line over its limit; None where a decided amount takes part in it."""
    money = line_money(supply, row)
    mixed = [v for v in money if v.cat != "Integer" and values[v.name] > _NOTHING]
    if mixed:
        return None
    on = tuple(v.name for v, fen in money.items() if fen > 0 and values[v.name] > _HALF)
    off = tuple(v.name for v, fen in money.items() if fen < 0 and v.cat == "Integer" and values[v.name] < _HALF)
    return Cut(on, off)


def cut_rows(supply: Supply, cuts: Sequence[Cut]) -> Iterator[Row]:
    """Yield Σ_{on} (1 − x) + Σ_{off} x ≥ 1 for each cut: something dear goes, or something that earns comes."""
    by_name = {variable.name: variable for variable in supply.variables.every()}
    for number, cut in enumerate(cuts):
        left = len(cut.on) - lpSum(by_name[name] for name in cut.on) + lpSum(by_name[name] for name in cut.off)
        yield f"budget.cut.{number}", left >= 1


def line_money(supply: Supply, row: BudgetRow) -> Expr:
    """Return what a line and those that feed it spend, 万元."""
    money = Expr()
    for link in feeders(lines_of(supply.case), row):
        money += amount(supply, budget_measure(link), _where(link))
    return money


def rows(supply: Supply, tighter_fen: Mapping[str, int]) -> Iterator[Row]:
    """Yield the rows of the family; `tighter_fen` takes that much off a line's limit."""
    lines = {row.budget.id: row for row in supply.case.budgets}
    for row in supply.case.budgets:
        chain = feeders(lines, row)
        money = line_money(supply, row)
        limit = sum(link.budget.limit_fen for link in chain) - tighter_fen.get(row.budget.id, 0)
        if money:
            yield f"budget.{row.budget.id}", money <= fen_to_wan(limit)


def feeders(lines: Mapping[str, BudgetRow], row: BudgetRow) -> list[BudgetRow]:
    """Return a line and every line whose remainder reaches it, itself last."""
    before = [link for other in lines.values() if other.feeds == row.budget.id for link in feeders(lines, other)]
    return [*before, row]


def budget_measure(row: BudgetRow) -> Measure:
    """Return the function of ledger lines that a budget line limits, fen."""
    return lambda lines: sum(budget_share(row.budget, row.first_year, row.last_year, line) for line in lines)


def _where(row: BudgetRow) -> Callable[[Offer], bool]:
    township = row.budget.township

    def inside(offer: Offer) -> bool:
        return not township or offer.township == township

    return inside


def lines_of(case: Case) -> dict[str, BudgetRow]:
    """Return the budget lines by id."""
    return {row.budget.id: row for row in case.budgets}
