"""Budgets and the present cost: sums over the ledger, held against their limits."""

from __future__ import annotations

from collections import Counter, defaultdict

from siteplanner.audit.arithmetic import yuan
from siteplanner.audit.calendar import years_of
from siteplanner.audit.outlays import is_cash
from siteplanner.audit.reading import Reading
from siteplanner.plan import CAPITAL_KINDS, RECURRING_KINDS, BudgetUse, Line
from siteplanner.scenario.schema import Budget


def check(reading: Reading) -> None:
    """Test every budget line, and what the plan says it costs."""
    _budgets(reading)
    _cost(reading)


def _budgets(reading: Reading) -> None:
    docket, clause = reading.docket, reading.docket.governing("funding")
    stated = {row.budget: row for row in reading.plan.budgets}
    listed = Counter(row.budget for row in reading.plan.budgets)
    known = {budget.id for budget in reading.scenario.budgets}
    for name in sorted(known | set(listed)):
        docket.fault(clause, listed[name] == (1 if name in known else 0), "budget_listed", name, times=str(listed[name]))
    for chain in _chains(reading.scenario.budgets):
        carried = 0
        for budget in chain:
            used = sum(_counts(budget, line) for line in reading.plan.ledger)
            limit = budget.limit_fen + carried
            facts = {"used": yuan(used), "limit": yuan(limit)}
            docket.fault(clause, used <= limit, "budget_exceeded", budget.id, **facts)
            row = stated.get(budget.id)
            if row is not None:
                _stated(reading, budget, row, used, carried)
            carried = max(0, limit - used) if budget.carry_over else 0


def _stated(reading: Reading, budget: Budget, row: BudgetUse, used: int, carried: int) -> None:
    """Test what the plan says of a budget line; its limit may be given with or without what was carried over."""
    limits = (budget.limit_fen, budget.limit_fen + carried)
    same = (row.payer, row.years, row.township, row.measure) == (budget.payer, budget.years, budget.township, budget.measure)
    ok = same and row.used_fen == used and row.carried_fen == carried and row.limit_fen in limits
    facts = {
        "stated": f"{_scope(row)} {yuan(row.used_fen)} / {yuan(row.limit_fen)} ({yuan(row.carried_fen)})",
        "found": f"{_scope(budget)} {yuan(used)} / {yuan(limits[1])} ({yuan(carried)})",
    }
    reading.docket.fault(reading.docket.governing("funding"), ok, "budget_misstated", budget.id, **facts)


def _scope(row: Budget | BudgetUse) -> str:
    return ", ".join(part for part in (row.payer, row.years, row.township, row.measure) if part)


def _chains(budgets: tuple[Budget, ...]) -> list[list[Budget]]:
    """Return budget lines of one payer, measure and township in the order in which what is left passes on."""
    chains: dict[tuple[str, str, str], list[Budget]] = defaultdict(list)
    for budget in sorted(budgets, key=lambda b: (years_of(b.years), b.id)):
        chains[(budget.payer, budget.measure, budget.township)].append(budget)
    return [chains[key] for key in sorted(chains)]


def _counts(budget: Budget, line: Line) -> int:
    """Return what a line adds to a budget's use, in fen."""
    first, last = years_of(budget.years)
    if not is_cash(line) or line.kind == "in_lieu" or not first <= line.year <= last or budget.township not in ("", line.township):
        return 0
    if line.kind in ("fund", "fund_recurring"):
        return _earmarked(budget, line)
    paid = line.fen if line.payer == budget.payer else 0
    if budget.measure == "net":
        return paid - (line.fen if line.receiver == budget.payer else 0)
    kinds = {"gross_capital": CAPITAL_KINDS, "recurring": RECURRING_KINDS, "grants": ("grant",)}[budget.measure]
    return paid if line.kind in kinds else 0


def _earmarked(budget: Budget, line: Line) -> int:
    """Return what a draw takes off the lines of whoever's bill it pays, and puts on the net line of the money's own funder."""
    relieved = ("net", "gross_capital" if line.kind == "fund" else "recurring")
    if line.receiver == budget.payer and budget.measure in relieved:
        return -line.fen
    own = line.payer == budget.payer and line.payer != line.receiver
    return line.fen if own and budget.measure == "net" else 0


def _cost(reading: Reading) -> None:
    """Test that the cost the plan states is the ledger's: what the perspective's funders pay less what they receive."""
    stated = [term.amount for term in reading.plan.terms if term.objective == "least_cost"]
    if not stated:
        return
    perspective = reading.scenario.settings.perspective or reading.pack.perspective
    funders = {funder.id for funder in reading.pack.funders if funder.public} if perspective == "all_public" else {perspective}
    paid = sum(line.pv_fen for line in reading.plan.ledger if line.payer in funders)
    received = sum(line.pv_fen for line in reading.plan.ledger if line.receiver in funders)
    ok = sum(stated) == paid - received
    clause = reading.docket.governing("funding")
    reading.docket.fault(clause, ok, "cost_misstated", perspective, stated=yuan(sum(stated)), found=yuan(paid - received))
