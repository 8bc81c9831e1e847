"""What a plan will cost in recurring subsidies: who pays how much in which year, apart from capital and from every budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from siteplanner.money import last_year, meets
from siteplanner.plan import Forecast, Plan
from siteplanner.policy.schema import Recurring
from siteplanner.scenario.schema import Estate, Option, Scenario, Site
from siteplanner.units import FEN_PER_YUAN, half_up

Cells = Callable[[str], object]
"""A row as the rule reads it: column → cell."""


def forecasts(scenario: Scenario, plan: Plan) -> tuple[Forecast, ...]:
    """Forecast the recurring subsidies of the policy for the started options and the estates of a plan.

    Returns
    -------
    tuple of Forecast
        One row an item, subject, year of the horizon and funder, in fen; rows of nothing are left out. The subject is
        the option's place, or the estate. Sorted by item, subject, year and funder.
    """
    rows = [row for rule in scenario.pack.recurring for row in (_options if rule.table == "option" else _estates)(scenario, plan, rule)]
    return tuple(sorted(rows, key=lambda row: (row.item, row.subject, row.year, row.funder)))


def _options(scenario: Scenario, plan: Plan, rule: Recurring) -> Iterator[Forecast]:
    options = {option.id: option for option in scenario.options}
    sites = {site.id: site for site in scenario.sites}
    for pick in plan.chosen:
        option, site = options[pick.option], sites[pick.site]
        typed = rule.station_types is None or option.station_type in rule.station_types
        if typed and all(meets(condition, option, site, pick.ready) for condition in rule.conditions):
            yield from _years(scenario, rule, (pick.place, pick.township), pick.ready.year, _reader(option, site))


def _estates(scenario: Scenario, plan: Plan, rule: Recurring) -> Iterator[Forecast]:
    out = {row.estate for row in plan.services if row.status == "out_of_scope"}
    for estate in scenario.estates:
        if estate.id not in out:
            yield from _years(scenario, rule, (estate.id, estate.township), scenario.settings.finance.base_year, _reader(estate))


def _reader(*rows: Option | Site | Estate) -> Cells:
    """Return a reader of the first row that has a column."""

    def cell(name: str) -> object:
        return getattr(next((row for row in rows if name in type(row).model_fields), rows[0]), name)

    return cell


def _years(scenario: Scenario, rule: Recurring, subject: tuple[str, str], first: int, cell: Cells) -> Iterator[Forecast]:
    name, township = subject
    a_head = _amount(rule, cell) * _months(rule, cell)
    for year in range(first, last_year(scenario.settings.finance) + 1):
        total = half_up(a_head * _heads(rule, cell, year - first) * FEN_PER_YUAN)
        for funder, fen in _split(rule, total):
            if fen:
                yield Forecast(
                    item=rule.id, clause=rule.clause, subject=name, township=township, year=year, funder=funder, fen=fen, bound=rule.bound
                )


def _amount(rule: Recurring, cell: Cells) -> Decimal:
    """Return yuan for one head and one month (or year)."""
    value = rule.amounts.get(str(cell(rule.field)) if rule.field else "all")
    return value.value if value else Decimal(0)


def _months(rule: Recurring, cell: Cells) -> Decimal:
    months = Decimal(rule.months) if rule.months_field is None else _number(cell(rule.months_field))
    return months if rule.months_above is None or months > rule.months_above.value else Decimal(0)


def _heads(rule: Recurring, cell: Cells, k: int) -> Decimal:
    """Return the heads that count in the k-th year (from 0): projects run in batches, places for their first years."""
    stated = Decimal(1) if rule.heads is None else _number(cell(rule.heads))
    most = stated if rule.max_heads is None else rule.max_heads.value
    if rule.max_years is None:
        return min(most, stated)
    batch = k // int(rule.max_years.value)
    if rule.years_per == "place":
        return min(most, stated) if batch == 0 else Decimal(0)
    return min(most, max(Decimal(0), stated - most * batch))


def _number(cell: object) -> Decimal:
    """Return a cell as a number; an empty one is 0."""
    return Decimal(cell) if isinstance(cell, int | Decimal) else Decimal(0)


def _split(rule: Recurring, fen: int) -> list[tuple[str, int]]:
    """Return who carries what of a year's subsidy: the last of several funders carries what rounding leaves."""
    if not rule.shares:
        return [(rule.payer, half_up(fen * rule.share))]
    parts = [(part.funder, half_up(fen * part.share)) for part in rule.shares[:-1]]
    return [*parts, (rule.shares[-1].funder, fen - sum(amount for _, amount in parts))]
