"""Earmarked funds: each line within its pot, its years, its uses and its territory, and no more than was spent."""

from __future__ import annotations

from siteplanner.audit.arithmetic import yuan
from siteplanner.audit.calendar import years_of
from siteplanner.audit.outlays import capital_payer
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.plan import CAPITAL_KINDS, MARKET, Line
from siteplanner.scenario.schema import Fund


def check(reading: Reading) -> None:
    """Test every fund line, every pot, and what each option was paid out of pots in each year."""
    docket = reading.docket
    lines = [line for line in reading.plan.ledger if line.kind == "fund"]
    funds = {fund.id: fund for fund in reading.scenario.funds}
    items = {item.option.id: item for item in reading.taken}
    known: list[tuple[Fund, Taken, Line]] = []
    for line in lines:
        fund, item = funds.get(line.item), items.get(line.option)
        subject, ok = line.option or line.item, fund is not None and item is not None
        docket.fault(docket.governing("funding"), ok, "fund_unknown", subject, fund=line.item)
        if fund is not None and item is not None:
            known.append((fund, item, line))
    for fund, item, line in known:
        _line(reading, fund, item, line)
    for fund in reading.scenario.funds:
        total = sum(line.fen for line in lines if line.item == fund.id)
        facts = {"used": yuan(total), "limit": yuan(fund.limit_fen)}
        docket.fault(_clause(reading, fund), total <= fund.limit_fen, "fund_exceeded", fund.id, **facts)
    for (option, year), rows in _by_option_and_year(known).items():
        paid = sum(line.fen for _, _, line in rows)
        spent = sum(_outlay(reading, items[option], line) for line in reading.plan.ledger if (line.option, line.year) == (option, year))
        facts = {"paid": yuan(paid), "spent": yuan(spent), "year": str(year)}
        docket.fault(_clause(reading, rows[0][0]), paid <= spent, "fund_over_outlay", option, **facts)


def _by_option_and_year(known: list[tuple[Fund, Taken, Line]]) -> dict[tuple[str, int], list[tuple[Fund, Taken, Line]]]:
    found: dict[tuple[str, int], list[tuple[Fund, Taken, Line]]] = {}
    for row in known:
        found.setdefault((row[2].option, row[2].year), []).append(row)
    return found


def _outlay(reading: Reading, item: Taken, line: Line) -> int:
    """Return what of a line earmarked money may pay: getting and fitting out the room and its rent, never running it."""
    getting = line.kind in (*CAPITAL_KINDS, "rent")
    return line.fen if getting and line.payer == capital_payer(reading, item) and line.receiver == MARKET else 0


def _clause(reading: Reading, fund: Fund) -> str:
    if fund.clause:
        return fund.clause
    return reading.pack.in_lieu.clause if reading.pack.in_lieu else reading.docket.governing("funding")


def _line(reading: Reading, fund: Fund, item: Taken, line: Line) -> None:
    docket, clause = reading.docket, _clause(reading, fund)
    first, last = years_of(fund.years)
    fits = (
        first <= line.year <= last
        and (not fund.uses or item.option.kind in fund.uses)
        and (not fund.works or item.option.works in fund.works)
        and fund.township in ("", item.site.township)
        and fund.district in ("", item.site.district)
    )
    docket.fault(clause, fits, "fund_not_for_this", line.option, fund=fund.id, year=str(line.year))
    docket.fault(clause, line.fen > 0 and line.cash, "fund_amount", line.option, fund=fund.id, yuan=yuan(line.fen))
    docket.fault(clause, line.clause == clause, "fund_clause", line.option, fund=fund.id, stated=line.clause or "-", right=clause)
    parties = (line.payer, line.receiver, line.site, line.township)
    right = (fund.funder, capital_payer(reading, item), item.site.id, item.site.township)
    docket.fault(clause, parties == right, "fund_parties", line.option, fund=fund.id, stated=", ".join(parties), right=", ".join(right))
