"""Pricing: every cash line of an option, to the fen. Serves the case (model coefficients) and the ledger.

A line is rounded half-up to the fen, and so is its present value; sums of lines are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import cache

from siteplanner.plan import CAPITAL_KINDS, MARKET, RECURRING_KINDS, LineKind
from siteplanner.policy.rules import limit_dm2, yuan_value_fen
from siteplanner.policy.schema import Condition, Grant, Permit, PolicyPack
from siteplanner.scenario.cells import instalments_of
from siteplanner.scenario.schema import Budget, Finance, Option, Scenario, Site
from siteplanner.units import DM2_PER_M2, half_up, m2_to_dm2, yuan_to_fen

_PRECISION = 50


@dataclass(frozen=True, slots=True)
class CashLine:
    """One priced line: `fen` paid by `payer` to `receiver` in `year`; `pv_fen` its value at the base date."""

    year: int
    payer: str
    receiver: str
    kind: LineKind
    item: str
    clause: str
    fen: int
    pv_fen: int
    cash: bool = True


def present_value(fen: int, year: int, finance: Finance) -> int:
    """Discount an amount of `year` to the base year: fen × (1 + rate)^-(year − base [+ 1 at year's end]), half-up."""
    exponent = year - finance.base_year + (1 if finance.timing == "end" else 0)
    with localcontext() as context:
        context.prec = _PRECISION
        return half_up(Decimal(fen) / _growth(finance.rate, exponent))


@cache
def _growth(rate: Decimal, years: int) -> Decimal:
    """Return (1 + rate)^years to the working precision."""
    with localcontext() as context:
        context.prec = _PRECISION
        return (1 + rate) ** years


def last_year(finance: Finance) -> int:
    """Return the last year of the horizon."""
    return finance.base_year + finance.horizon_years - 1


def by_area(per_m2_fen: int, area_dm2: int) -> int:
    """Return an amount per m² over an area, half-up to the fen."""
    return half_up(Decimal(per_m2_fen) * area_dm2 / DM2_PER_M2)


def permits_of(pack: PolicyPack, option: Option, area_dm2: int) -> tuple[Permit, ...]:
    """Return the permits an option's works need at an area (strictly above the stated one)."""
    return tuple(p for p in pack.permits if option.works in p.works and area_dm2 > m2_to_dm2(p.above.value))


def ready_date(pack: PolicyPack, option: Option, area_dm2: int, start: date) -> date:
    """Return the first day the option's room counts: start + lead days + permit days."""
    return start + timedelta(days=option.lead_days + sum(p.days for p in permits_of(pack, option, area_dm2)))


def way_clause(pack: PolicyPack, option: Option) -> str:
    """Return the clause of the law's own term for the option's kind and works."""
    for way in pack.ways:
        if way.kind == option.kind and option.works in way.works:
            return way.clause
    raise KeyError((option.kind, option.works))


def payer_of(pack: PolicyPack, option: Option) -> str:
    """Return who pays an option's outlays: the row's payer, the developer for a duty, else the policy's default."""
    return option.payer or ("developer" if option.kind == "developer" else pack.payer)


def running_payer_of(pack: PolicyPack, option: Option) -> str:
    """Return who pays rent and running costs."""
    return option.payer or ("developer" if option.kind == "developer" else pack.running_payer)


def is_rented(option: Option) -> bool:
    """Return whether a rent is paid for the room."""
    return bool(option.rent_fen or option.rent_per_m2_fen)


def lease_until(option: Option, start: date) -> date | None:
    """Return the first day on which a lease that is not renewed has ended: start + term; None where the room stays.

    A lease from 29 February ends with the last day of a February.
    """
    if option.lease_end != "end" or option.term_years is None:
        return None
    try:
        return start.replace(year=start.year + option.term_years)
    except ValueError:
        return date(start.year + option.term_years, 3, 1)


def last_rent_year(option: Option, start: date) -> int | None:
    """Return the last year in which rent (and running cost) is paid for a lease that is not renewed, else None."""
    if option.lease_end != "end" or option.term_years is None:
        return None
    return start.year + option.term_years - 1


def outlays(scenario: Scenario, option: Option, area_dm2: int, start: date) -> tuple[CashLine, ...]:
    """Price an option without its grants.

    Parameters
    ----------
    area_dm2 : int
        Gross area taken, dm² (for an extension, the area added).
    start : date
        The day the option starts.

    Returns
    -------
    tuple of CashLine
        Lines inside the horizon that are not zero.
    """
    last = last_year(scenario.settings.finance)
    return payments(scenario, option, area_dm2, start) + residuals(scenario, option, area_dm2, start, last)


def payments(scenario: Scenario, option: Option, area_dm2: int, start: date) -> tuple[CashLine, ...]:
    """Return the lines of an option that are the same however long the horizon is, as far as it reaches."""
    finance = scenario.settings.finance
    if start.year > last_year(finance):
        return ()
    lines = [*_capital(scenario, option, area_dm2, start), *_recurring(scenario, option, area_dm2, start)]
    if finance.count_assets_given_up:
        parties, clause = (payer_of(scenario.pack, option), MARKET), way_clause(scenario.pack, option)
        lines.append(_line(scenario, "asset_given_up", start.year, parties, clause, option.asset_given_up_fen, cash=False))
    # What a room of an earlier plan cost before the horizon is spent, whatever is decided now.
    return tuple(line for line in lines if line.fen and line.year >= finance.base_year)


def residuals(scenario: Scenario, option: Option, area_dm2: int, start: date, last: int) -> tuple[CashLine, ...]:
    """Return what is left at the end of a horizon whose last year is `last`: written-down price, deposit still held.

    The price counts as far as it has been paid by then. A lease that has ended by then leaves nothing; one that is renewed, or
    still runs, leaves its deposit with the landlord.
    """
    over = last_rent_year(option, start)
    if start.year > last or (over is not None and over < last):
        return ()
    parties, clause = (payer_of(scenario.pack, option), MARKET), way_clause(scenario.pack, option)
    lines = []
    paid = sum(fen for year, fen in instalments(option, price_fen(scenario, option, area_dm2), start) if year <= last)
    if option.useful_life_years and paid > 0:
        left = max(0, option.useful_life_years - (last - start.year + 1))
        lines.append(half_up(Decimal(paid) * left / option.useful_life_years))
    lines.append(option.deposit_fen)
    return tuple(_line(scenario, "residual", last, parties, clause, -fen, cash=False) for fen in lines if fen)


def instalments(option: Option, total_fen: int, start: date) -> tuple[tuple[int, int], ...]:
    """Return (year, fen) of each instalment of an amount; without a schedule all of it in the year of the start.

    Each is total × percent / 100, half-up to the fen; the last gets what is left.
    """
    schedule = instalments_of(option.payment_schedule)
    if not schedule:
        return ((start.year, total_fen),)
    parts = [half_up(Decimal(total_fen) * percent / 100) for _, percent in schedule[:-1]]
    parts.append(total_fen - sum(parts))
    return tuple(((start + timedelta(days=days)).year, fen) for (days, _), fen in zip(schedule, parts, strict=True))


def _line(
    scenario: Scenario, kind: LineKind, year: int, parties: tuple[str, str], clause: str, fen: int, *, item: str = "", cash: bool = True
) -> CashLine:
    payer, receiver = parties
    return CashLine(year, payer, receiver, kind, item or kind, clause, fen, present_value(fen, year, scenario.settings.finance), cash)


def price_fen(scenario: Scenario, option: Option, area_dm2: int) -> int:
    """Return the price; stock provided free has none."""
    if option.kind == "provided" and scenario.pack.provided_free:
        return 0
    return option.price_fen + by_area(option.price_per_m2_fen, area_dm2)


def _capital(scenario: Scenario, option: Option, area_dm2: int, start: date) -> Iterator[CashLine]:
    pack, year, last = scenario.pack, start.year, last_year(scenario.settings.finance)
    parties, clause = (payer_of(pack, option), MARKET), way_clause(pack, option)
    yield from _staged(scenario, "price", option, price_fen(scenario, option, area_dm2), start)
    yield _line(scenario, "tax_fee", year, parties, clause, option.tax_fee_fen)
    yield _line(scenario, "deposit", year, parties, clause, option.deposit_fen)
    yield from _staged(scenario, "fit_out", option, option.fit_out_fen + by_area(option.fit_out_per_m2_fen, area_dm2), start)
    for permit in permits_of(pack, option, area_dm2):
        yield _line(scenario, "permit", year, parties, permit.clause, yuan_to_fen(permit.cost_yuan))
    over = last_rent_year(option, start)
    if over is not None and over < last:
        yield _line(scenario, "deposit_return", over + 1, (MARKET, parties[0]), clause, option.deposit_fen)


def _staged(scenario: Scenario, kind: LineKind, option: Option, total_fen: int, start: date) -> Iterator[CashLine]:
    """Yield the instalments of an amount that fall in the horizon; those after it are owed, not counted."""
    parties, clause = (payer_of(scenario.pack, option), MARKET), way_clause(scenario.pack, option)
    for year, fen in instalments(option, total_fen, start):
        if year <= last_year(scenario.settings.finance):
            yield _line(scenario, kind, year, parties, clause, fen)


def _recurring(scenario: Scenario, option: Option, area_dm2: int, start: date) -> Iterator[CashLine]:
    """Yield rent from the year of the start and running cost from that of readiness, to the end of the lease or horizon."""
    pack, last = scenario.pack, last_year(scenario.settings.finance)
    over = last_rent_year(option, start)
    last = last if over is None else min(last, over)
    parties, clause = (running_payer_of(pack, option), MARKET), way_clause(pack, option)
    base = option.rent_fen + by_area(option.rent_per_m2_fen, area_dm2)
    for year in range(start.year, last + 1 if base else start.year):
        rent = half_up(Decimal(base) * (1 + option.rent_growth) ** (year - start.year))
        yield _line(scenario, "rent", year, parties, clause, rent)
    ready = ready_date(pack, option, area_dm2, start)
    for year in range(ready.year, last + 1 if option.running_fen else ready.year):
        yield _line(scenario, "running", year, parties, clause, option.running_fen)


def grant_amount_fen(grant: Grant, works: str, gross_dm2: int) -> int:
    """Return what a grant pays for works and for the gross area of the place (0 if no step fits)."""
    for step in grant.by_works:
        if works in step.works:
            return yuan_value_fen(step.amount)
    for band in grant.by_area:
        above, start, to, below = (limit_dm2(end) for end in (band.above, band.from_, band.to, band.below))
        if (
            (above is None or gross_dm2 > above)
            and (start is None or gross_dm2 >= start)
            and (to is None or gross_dm2 <= to)
            and (below is None or gross_dm2 < below)
        ):
            return yuan_value_fen(band.amount)
    return 0


def grant_line(scenario: Scenario, grant: Grant, amount_fen: int, ready: date) -> CashLine | None:
    """Return the grant's line in the year of acceptance plus the declared delay; None outside the horizon or at 0."""
    year = (ready + timedelta(days=scenario.settings.finance.grant_delay_days)).year
    if not amount_fen or not scenario.settings.finance.base_year <= year <= last_year(scenario.settings.finance):
        return None
    return _line(scenario, "grant", year, (grant.payer, grant.receiver), grant.clause, amount_fen, item=grant.id)


def earned_grants(scenario: Scenario, option: Option, site: Site, gross_dm2: int, ready: date) -> tuple[CashLine, ...]:
    """Return the grants an option earns by itself, one line a grant; `gross_dm2` is the gross area of its place.

    Of grants that cannot be had together the greater stays, ties to the pack's order.
    """
    found: list[tuple[Grant, CashLine]] = []
    for grant in scenario.pack.grants:
        if may_earn(grant, option, site, ready):
            line = grant_line(scenario, grant, grant_amount_fen(grant, option.works, gross_dm2), ready)
            if line is not None:
                found.append((grant, line))
    kept: list[tuple[Grant, CashLine]] = []
    for grant, line in sorted(found, key=lambda pair: -pair[1].fen):
        if not any(grant.id in other.excludes or other.id in grant.excludes for other, _ in kept):
            kept.append((grant, line))
    return tuple(line for _, line in sorted(kept, key=lambda pair: scenario.pack.grants.index(pair[0])))


def may_earn(grant: Grant, option: Option, site: Site, ready: date) -> bool:
    """Return whether an option may earn a grant: kind, station type and every condition."""
    if option.kind not in grant.kinds or (grant.station_types is not None and option.station_type not in grant.station_types):
        return False
    return all(meets(condition, option, site, ready) for condition in grant.conditions)


def meets(condition: Condition, option: Option, site: Site, ready: date | None) -> bool:
    """Return whether an option meets a condition; `ready` is the day its place is ready, where that is known."""
    if condition.station_types is not None and option.station_type not in condition.station_types:
        return True
    cell = ready if condition.field == "ready" else getattr(option if condition.field in Option.model_fields else site, condition.field)
    tests = (
        condition.equals is None or cell == condition.equals,
        condition.one_of is None or cell in condition.one_of,
        condition.not_in is None or cell not in condition.not_in,
        condition.after is None or (isinstance(cell, date) and cell > condition.after),
        condition.from_ is None or (isinstance(cell, date) and cell >= condition.from_),
        condition.at_least is None or (_is_number(cell) and Decimal(str(cell)) >= condition.at_least.value),
        condition.more_than is None or (_is_number(cell) and Decimal(str(cell)) > condition.more_than.value),
    )
    return all(tests)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def net_pv(lines: Iterable[CashLine], funders: frozenset[str]) -> int:
    """Return the present net cost to a set of funders: what they pay less what they receive, fen."""
    total = 0
    for line in lines:
        total += line.pv_fen * ((line.payer in funders) - (line.receiver in funders))
    return total


def budget_share(budget: Budget, first_year: int, last: int, line: CashLine) -> int:
    """Return what a ledger line uses of a budget line, fen; receipts count against ``net`` only.

    Earmarked money relieves the lines of the payer whose bill it pays, and payments in lieu relieve nothing by themselves.

    Township scope is the caller's to test: a line does not know its township.
    """
    if not line.cash or not first_year <= line.year <= last or line.kind == "in_lieu":
        return 0
    if line.kind in ("fund", "fund_recurring"):
        return _relief(budget, line)
    if budget.measure == "net":
        return line.fen * ((line.payer == budget.payer) - (line.receiver == budget.payer))
    if line.payer != budget.payer:
        return 0
    kinds = {"gross_capital": CAPITAL_KINDS, "recurring": RECURRING_KINDS, "grants": ("grant",)}[budget.measure]
    return line.fen if line.kind in kinds else 0


def _relief(budget: Budget, line: CashLine) -> int:
    """Return what a draw on earmarked money takes off the payer's line, or puts on the line of the money's own funder."""
    relieved = ("net", "recurring") if line.kind == "fund_recurring" else ("net", "gross_capital")
    if line.receiver == budget.payer and budget.measure in relieved:
        return -line.fen
    own = line.payer == budget.payer and line.payer != line.receiver and budget.measure == "net"
    return line.fen if own else 0
