"""Family 8, budget.

Σ money(measure, payer, years, township) ≤ limit + what earlier lines of the chain left:  for each line b of a chain,
Σ_{b' up to b} money(b') ≤ Σ_{b' up to b} limit(b').

In words: the money of a payer in a span of years stays within its line; a line that may be carried over passes on what it
leaves. Gross capital, net, recurring and grants are different measures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from siteplanner.case.case import BudgetRow, Case, Offer
from siteplanner.model.constraints.choice import Row
from siteplanner.model.money_terms import Measure, amount
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr
from siteplanner.money import budget_share
from siteplanner.units import fen_to_wan


def rows(supply: Supply, tighter_fen: Mapping[str, int]) -> Iterator[Row]:
    """Yield the rows of the family; `tighter_fen` takes that much off a line's limit."""
    lines = {row.budget.id: row for row in supply.case.budgets}
    for row in supply.case.budgets:
        chain = feeders(lines, row)
        money = Expr()
        for link in chain:
            money += amount(supply, budget_measure(link), _where(link))
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
