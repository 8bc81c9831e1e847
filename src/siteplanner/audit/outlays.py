"""What each chosen option costs: every ledger line worked out from the scenario's own figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from siteplanner.audit.arithmetic import grown, nearest, per_m2, present, ratio
from siteplanner.audit.calendar import last_year
from siteplanner.audit.estates import pays_in_lieu
from siteplanner.audit.places import Taken, handed_back
from siteplanner.audit.reading import Reading
from siteplanner.plan import MARKET, NON_CASH_KINDS, Line, LineKind
from siteplanner.scenario.cells import instalments_of
from siteplanner.scenario.schema import Estate, Finance

DEVELOPER = "developer"
"""The funder who pays where the way of getting a room is a developer's duty."""


@dataclass(frozen=True, slots=True)
class Due:
    """A line that must be in the ledger once; any of ``clauses`` may be cited."""

    site: str
    option: str
    township: str
    year: int
    payer: str
    receiver: str
    kind: LineKind
    item: str
    clauses: tuple[str, ...]
    fen: int
    pv_fen: int
    cash: bool


def discounted(finance: Finance, fen: int, year: int) -> int:
    """Return the present value in fen of a payment in `year`."""
    return present(fen, finance.rate, year - finance.base_year + (1 if finance.timing == "end" else 0))


def in_horizon(finance: Finance, year: int) -> bool:
    """Return whether a year is one of those over which plans are compared."""
    return finance.base_year <= year <= last_year(finance)


def outlays(reading: Reading, item: Taken) -> Iterator[Due]:
    """Yield every line of one option but grants and funds; lines of nothing and lines outside the horizon are left out."""
    finance = reading.scenario.settings.finance
    for kind, year, fen, payer, receiver, clauses in _raw(reading, item):
        if fen and in_horizon(finance, year):
            yield Due(
                site=item.site.id,
                option=item.option.id,
                township=item.site.township,
                year=year,
                payer=payer,
                receiver=receiver,
                kind=kind,
                item=kind,
                clauses=clauses,
                fen=fen,
                pv_fen=discounted(finance, fen, year),
                cash=kind not in NON_CASH_KINDS,
            )


_Raw = tuple[LineKind, int, int, str, str, tuple[str, ...]]


def _raw(reading: Reading, item: Taken) -> Iterator[_Raw]:
    option, area, pack = item.option, item.row.area_dm2, reading.pack
    finance, year, way = reading.scenario.settings.finance, item.row.start.year, (reading.way(item),)
    payer, runs = capital_payer(reading, item), running_payer(reading, item)
    price, last = _price(reading, item), last_year(finance)
    # A lease that is not renewed is over in `back`: the last rent falls in the year before.
    back = handed_back(item).year if handed_back(item) < date.max else last + 1
    for when, part in _instalments(item, price):
        yield "price", when, part, payer, MARKET, way
    yield "tax_fee", year, option.tax_fee_fen, payer, MARKET, way
    yield "deposit", year, option.deposit_fen, payer, MARKET, way
    for when, part in _instalments(item, option.fit_out_fen + per_m2(option.fit_out_per_m2_fen, area)):
        yield "fit_out", when, part, payer, MARKET, way
    for permit in pack.permits:
        if option.works in permit.works and area > permit.above.value * 100:
            yield "permit", year, int(permit.cost_yuan * 100), payer, MARKET, (permit.clause,)
    for running in range(item.ready.year, min(back, last + 1)):
        yield "running", running, option.running_fen, runs, MARKET, way
    rent = option.rent_fen + per_m2(option.rent_per_m2_fen, area)
    for nth, rented in enumerate(range(year, min(back, last + 1))):
        yield "rent", rented, grown(rent, option.rent_growth, nth), runs, MARKET, way
    if back <= last:
        yield "deposit_return", back, option.deposit_fen, MARKET, payer, way
    else:
        # Rent runs to the end of the horizon, so a deposit comes back after it: it is written off as value without cash.
        yield "residual", last, -option.deposit_fen, payer, MARKET, way
        yield "residual", last, -_written_down(item, price, last), payer, MARKET, way
    if finance.count_assets_given_up:
        yield "asset_given_up", year, option.asset_given_up_fen, payer, MARKET, way


def _instalments(item: Taken, total: int) -> Iterator[tuple[int, int]]:
    """Yield year and fen of each instalment of an amount; what the others leave is the last one's."""
    left = total
    parts = instalments_of(item.option.payment_schedule) or ((0, Decimal(100)),)
    for nth, (days, percent) in enumerate(parts, start=1):
        num, den = ratio(percent)
        part = left if nth == len(parts) else nearest(total * num, 100 * den)
        left -= part
        yield (item.row.start + timedelta(days=days)).year, part


def _written_down(item: Taken, price: int, last: int) -> int:
    """Return what is left of the price at the end of the horizon, as far as it has been paid by then; 0 without a stated life."""
    life = item.option.useful_life_years
    paid = sum(part for year, part in _instalments(item, price) if year <= last)
    if not life or paid <= 0:
        return 0
    return nearest(paid * max(0, life - (last - item.row.start.year + 1)), life)


def _price(reading: Reading, item: Taken) -> int:
    option = item.option
    if option.kind == "provided" and reading.pack.provided_free:
        return 0
    return option.price_fen + per_m2(option.price_per_m2_fen, item.row.area_dm2)


def capital_payer(reading: Reading, item: Taken) -> str:
    """Return who pays for getting the room."""
    option = item.option
    return option.payer or (DEVELOPER if option.kind == "developer" else reading.pack.payer)


def running_payer(reading: Reading, item: Taken) -> str:
    """Return who pays rent and for running the room."""
    option = item.option
    return option.payer or (DEVELOPER if option.kind == "developer" else reading.pack.running_payer)


def paid_in_lieu(reading: Reading) -> Iterator[tuple[Estate, int, int]]:
    """Yield the estates whose developers pay in lieu, with the year and the fen, whether inside the horizon or not."""
    rule = reading.pack.in_lieu
    for standing in reading.standings.values():
        estate = standing.estate
        paying = rule is not None and pays_in_lieu(rule, estate, standing.cohort.id if standing.cohort else "")
        if paying and estate.in_lieu_fen and estate.in_lieu_year is not None:
            yield estate, estate.in_lieu_year, estate.in_lieu_fen


def in_lieu(reading: Reading) -> Iterator[Due]:
    """Yield the payments in lieu that developers owe, one for each estate that states one."""
    rule, finance = reading.pack.in_lieu, reading.scenario.settings.finance
    for estate, year, fen in paid_in_lieu(reading):
        if rule and in_horizon(finance, year):
            pv = discounted(finance, fen, year)
            yield Due("", "", estate.township, year, DEVELOPER, rule.receiver, "in_lieu", estate.id, (rule.clause,), fen, pv, True)


def is_cash(line: Line) -> bool:
    """Return whether money changes hands, going by the kind of line alone."""
    return line.kind not in NON_CASH_KINDS
