"""What each chosen option costs: every ledger line worked out from the scenario's own figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from siteplanner.audit.arithmetic import grown, nearest, per_m2, present
from siteplanner.audit.calendar import last_year
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.plan import MARKET, NON_CASH_KINDS, Line, LineKind
from siteplanner.scenario.schema import Finance

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
    price = _price(reading, item)
    yield "price", year, price, payer, MARKET, way
    yield "tax_fee", year, option.tax_fee_fen, payer, MARKET, way
    yield "deposit", year, option.deposit_fen, payer, MARKET, way
    yield "fit_out", year, option.fit_out_fen + per_m2(option.fit_out_per_m2_fen, area), payer, MARKET, way
    for permit in pack.permits:
        if option.works in permit.works and area > permit.above.value * 100:
            yield "permit", year, int(permit.cost_yuan * 100), payer, MARKET, (*way, permit.clause)
    for running in range(item.ready.year, last_year(finance) + 1):
        yield "running", running, option.running_fen, runs, MARKET, way
    rent = option.rent_fen + per_m2(option.rent_per_m2_fen, area)
    for nth, rented in enumerate(range(year, last_year(finance) + 1)):
        yield "rent", rented, grown(rent, option.rent_growth, nth), payer, MARKET, way
    # Rent runs to the end of the horizon, so a deposit comes back after it: it is written off as value without cash.
    yield "residual", last_year(finance), -option.deposit_fen, payer, MARKET, way
    if option.useful_life_years and price > 0:
        held = last_year(finance) - year + 1
        left = nearest(price * max(0, option.useful_life_years - held), option.useful_life_years)
        yield "residual", last_year(finance), -left, payer, MARKET, way
    if finance.count_assets_given_up:
        yield "asset_given_up", year, option.asset_given_up_fen, payer, MARKET, way


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
    """Return who pays for running the room."""
    option = item.option
    return option.payer or (DEVELOPER if option.kind == "developer" else reading.pack.running_payer)


def in_lieu(reading: Reading) -> Iterator[Due]:
    """Yield the payments in lieu that developers owe, one for each estate that states one."""
    rule, finance = reading.pack.in_lieu, reading.scenario.settings.finance
    for estate in reading.scenario.estates:
        if rule and estate.in_lieu_fen and estate.in_lieu_year is not None and in_horizon(finance, estate.in_lieu_year):
            year, fen = estate.in_lieu_year, estate.in_lieu_fen
            pv = discounted(finance, fen, year)
            yield Due("", "", estate.township, year, DEVELOPER, rule.receiver, "in_lieu", estate.id, (rule.clause,), fen, pv, True)


def is_cash(line: Line) -> bool:
    """Return whether money changes hands, going by the kind of line alone."""
    return line.kind not in NON_CASH_KINDS
