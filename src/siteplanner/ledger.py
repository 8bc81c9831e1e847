"""The ledger: every yuan of a plan once, by site, option, year, payer, receiver, kind and clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from siteplanner.money import CashLine, budget_share, earned_grants, outlays, present_value
from siteplanner.plan import BudgetUse, Chosen, Line, PlaceRecord
from siteplanner.pools import bills_of, find_pools, in_lieu_receipts, settle_draws
from siteplanner.scenario.schema import Budget, Option, Scenario, Site


def ledger_lines(scenario: Scenario, chosen: Sequence[Chosen], places: Mapping[str, PlaceRecord]) -> tuple[Line, ...]:
    """Price the chosen options and their grants.

    Parameters
    ----------
    chosen : sequence of Chosen
        The started options with their areas and days.
    places : mapping of str to PlaceRecord
        The places of the plan by id; grants by area look at their gross area.

    Returns
    -------
    tuple of Line
        Sorted by year, site, option, kind and payer. Sums over any grouping are exact.
    """
    options = {option.id: option for option in scenario.options}
    lines: list[Line] = []
    for pick in chosen:
        option = options[pick.option]
        lines += _lines(pick, outlays(scenario, option, pick.area_dm2, pick.start))
    lines += grant_lines(scenario, chosen, places)
    lines += _draws(scenario, chosen, lines, options)
    lines += _in_lieu(scenario)
    return tuple(sorted(lines, key=lambda n: (n.year, n.site, n.option, n.kind, n.payer, n.item, n.clause)))


def grant_lines(scenario: Scenario, chosen: Sequence[Chosen], places: Mapping[str, PlaceRecord]) -> list[Line]:
    """Return the grants of the chosen options that are paid inside the horizon, place by place."""
    options = {option.id: option for option in scenario.options}
    sites = {site.id: site for site in scenario.sites}
    return [line for place, picks in sorted(_by_place(chosen).items()) for line in _grants(scenario, places[place], picks, options, sites)]


def _lines(pick: Chosen, cash: Iterable[CashLine]) -> list[Line]:
    return [
        Line(
            site=pick.site, option=pick.option, township=pick.township, year=c.year, payer=c.payer, receiver=c.receiver,
            kind=c.kind, item=c.item, clause=c.clause, fen=c.fen, pv_fen=c.pv_fen, cash=c.cash,
        )
        for c in cash
    ]  # fmt: skip


def _by_place(chosen: Sequence[Chosen]) -> dict[str, list[Chosen]]:
    found: dict[str, list[Chosen]] = {}
    for pick in chosen:
        found.setdefault(pick.place, []).append(pick)
    return found


def _grants(
    scenario: Scenario, place: PlaceRecord, picks: Sequence[Chosen], options: Mapping[str, Option], sites: Mapping[str, Site]
) -> list[Line]:
    """Return the grants of one place; where a cluster earns one for all rooms, the greatest, ties to the first option id."""
    earned = [
        (pick, line)
        for pick in picks
        for line in earned_grants(scenario, options[pick.option], sites[pick.site], place.gross_dm2, pick.ready)
    ]
    rule = scenario.pack.cluster
    if place.kind == "cluster" and rule is not None and rule.grants == "one_per_cluster":
        best: dict[str, tuple[Chosen, CashLine]] = {}
        for pick, line in sorted(earned, key=lambda pair: (-pair[1].fen, pair[0].option)):
            best.setdefault(line.item, (pick, line))
        earned = list(best.values())
    return [line for pick, cash in earned for line in _lines(pick, (cash,))]


def _in_lieu(scenario: Scenario) -> list[Line]:
    """Return the developers' payments in lieu: income that stands in the ledger whatever is chosen."""
    townships = {estate.id: estate.township for estate in scenario.estates}
    return [
        Line(
            site="", option="", township=townships[key], year=c.year, payer=c.payer, receiver=c.receiver,
            kind=c.kind, item=key, clause=c.clause, fen=c.fen, pv_fen=c.pv_fen, cash=True,
        )
        for key, c in in_lieu_receipts(scenario).items()
    ]  # fmt: skip


def _draws(scenario: Scenario, chosen: Sequence[Chosen], lines: Sequence[Line], options: Mapping[str, Option]) -> list[Line]:
    """Return the draws on earmarked money: one line a pool, option, year and group of bills."""
    pools = find_pools(scenario)
    if not pools:
        return []
    sites = {site.id: site for site in scenario.sites}
    cash: dict[str, list[CashLine]] = {}
    for n in lines:
        cash.setdefault(n.option, []).append(CashLine(n.year, n.payer, n.receiver, n.kind, n.item, n.clause, n.fen, n.pv_fen, n.cash))
    bills = [bill for pick in chosen for bill in bills_of(options[pick.option], sites[pick.site], cash.get(pick.option, []))]
    return [
        Line(
            site=d.bill.site.id, option=d.bill.option.id, township=d.bill.site.township, year=d.bill.year, payer=d.pool.funder,
            receiver=d.bill.payer, kind="fund_recurring" if d.bill.group == "recurring" else "fund", item=d.pool.id,
            clause=d.pool.clause, fen=d.fen, pv_fen=present_value(d.fen, d.bill.year, scenario.settings.finance), cash=True,
        )
        for d in settle_draws(scenario, pools, bills, _over(scenario, lines))
    ]  # fmt: skip


def _over(scenario: Scenario, lines: Sequence[Line]) -> list[tuple[Budget, int, int, int]]:
    """Return every budget line with its years and what is over it (with what was carried to it) before any draw, fen."""
    budgets = {budget.id: budget for budget in scenario.budgets}
    return [
        (budgets[use.budget], *_span(use.years), use.used_fen - use.limit_fen - max(0, use.carried_fen))
        for use in budget_uses(scenario, lines)
    ]


def budget_uses(scenario: Scenario, lines: Sequence[Line]) -> tuple[BudgetUse, ...]:
    """Return what each budget line has (with what was carried over to it) and what the plan uses of it."""
    spans = {b.id: _span(b.years) for b in scenario.budgets}
    ordered = sorted(scenario.budgets, key=lambda b: (spans[b.id], b.id))
    carried: dict[str, int] = {}
    found = []
    for n, budget in enumerate(ordered):
        first, last = spans[budget.id]
        used = sum(_share(budget, first, last, line) for line in lines if not budget.township or line.township == budget.township)
        left = budget.limit_fen + carried.get(budget.id, 0) - used
        alike = [
            b for b in ordered[n + 1 :]
            if spans[b.id][0] > last and (b.payer, b.township, b.measure) == (budget.payer, budget.township, budget.measure)
        ]  # fmt: skip
        if budget.carry_over and alike:
            carried[alike[0].id] = carried.get(alike[0].id, 0) + left
        found.append(
            BudgetUse(
                budget=budget.id, payer=budget.payer, years=budget.years, township=budget.township, measure=budget.measure,
                limit_fen=budget.limit_fen, carried_fen=carried.get(budget.id, 0), used_fen=used,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda use: use.budget))


def _share(budget: Budget, first: int, last: int, line: Line) -> int:
    cash = CashLine(line.year, line.payer, line.receiver, line.kind, line.item, line.clause, line.fen, line.pv_fen, line.cash)
    return budget_share(budget, first, last, cash)


def _span(years: str) -> tuple[int, int]:
    first, _, last = years.partition("-")
    return int(first), int(last or first)


def net_present_cost(lines: Iterable[Line], funders: frozenset[str]) -> int:
    """Return the present net cost to a set of funders, fen."""
    return sum(line.pv_fen * ((line.payer in funders) - (line.receiver in funders)) for line in lines)
