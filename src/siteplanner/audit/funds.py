"""Earmarked money: each draw within its pool's uses, years and territory, and no more than was paid in or billed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from siteplanner.audit.arithmetic import yuan
from siteplanner.audit.calendar import last_year, years_of
from siteplanner.audit.outlays import capital_payer, outlays, paid_in_lieu, running_payer
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.plan import Line, LineKind
from siteplanner.policy.schema import Kind, Works
from siteplanner.scenario.schema import Fund

Purpose = Literal["buying", "works", "recurring"]
PURPOSES: dict[LineKind, Purpose] = {
    "price": "buying", "tax_fee": "buying", "fit_out": "works", "permit": "works", "rent": "recurring", "running": "recurring",
}  # fmt: skip
DRAWS: tuple[LineKind, ...] = ("fund", "fund_recurring")
Bills = dict[Purpose, int]


@dataclass(frozen=True, slots=True)
class Pool:
    """A row of ``funds`` under its earmark, or the payments in lieu of one territory. ``paid_in`` is fen by year."""

    id: str
    funder: str
    clause: str
    paid_in: dict[int, int]
    last: int
    uses: tuple[Kind, ...]
    works: tuple[Works, ...]
    recurring: bool
    township: str
    district: str

    def purposes(self, kind: LineKind, item: Taken, year: int) -> frozenset[Purpose]:
        """Return what a draw of a kind may pay of an option in a year; nothing outside the pool's years and territory."""
        here = self.township in ("", item.site.township) and self.district in ("", item.site.district)
        if not here or not self.paid_in or not min(self.paid_in) <= year <= self.last:
            return frozenset()
        bought = item.option.kind in self.uses
        allowed: dict[Purpose, bool] = {
            "buying": kind == "fund" and bought,
            "works": kind == "fund" and item.option.works in self.works,
            "recurring": kind == "fund_recurring" and bought and self.recurring,
        }
        return frozenset(purpose for purpose, ok in allowed.items() if ok)


Draw = tuple[Pool, Taken, Line]


def check(reading: Reading) -> None:
    """Test every draw by itself, every pool year by year, and what each option is paid in each year."""
    docket, known = reading.docket, pools(reading)
    items = {item.option.id: item for item in reading.taken}
    draws: list[Draw] = []
    for line in reading.plan.ledger:
        if line.kind in DRAWS:
            pool, item = known.get(line.item), items.get(line.option)
            clause = pool.clause if pool and pool.clause else docket.governing("funding")
            docket.fault(clause, pool is not None and item is not None, "fund_unknown", line.option or line.item, fund=line.item)
            if pool is not None and item is not None:
                draws.append((pool, item, line))
    for pool, item, line in draws:
        _line(reading, pool, item, line)
    for pool in known.values():
        _paid_in(reading, pool, [line for other, _, line in draws if other is pool])
    by_bill: dict[tuple[str, int], list[Draw]] = defaultdict(list)
    for draw in draws:
        by_bill[draw[2].option, draw[2].year].append(draw)
    for (_, year), rows in sorted(by_bill.items()):
        _bills(reading, rows, year)


def pools(reading: Reading) -> dict[str, Pool]:
    """Return the pools of the scenario by id."""
    found = {fund.id: _of_fund(reading, fund) for fund in reading.scenario.funds}
    rule = reading.pack.in_lieu
    if rule is None:
        return found
    paid: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for estate, year, fen in paid_in_lieu(reading):
        where = {"county": ("", ""), "district": ("", estate.district), "township": (estate.township, "")}[rule.territory]
        paid[where][year] += fen
    last = last_year(reading.scenario.settings.finance)
    for (township, district), years in paid.items():
        name = f"in_lieu:{township or district or '*'}"
        found[name] = Pool(name, rule.receiver, rule.clause, dict(years), last, rule.uses, rule.works, False, township, district)
    return found


def _of_fund(reading: Reading, fund: Fund) -> Pool:
    """Return a row of ``funds`` as the pool it is: the earmark whose clause it cites bounds it, the row may narrow it further."""
    first, last = years_of(fund.years)
    rule = next((earmark for earmark in reading.pack.earmarks if earmark.clause == fund.clause), None)
    uses, works = fund.uses, fund.works
    if rule is not None:
        uses = tuple(use for use in rule.uses if not fund.uses or use in fund.uses)
        works = tuple(work for work in rule.works if not fund.works or work in fund.works)
    recurring = rule is not None and rule.recurring
    paid_in = {first: fund.limit_fen}
    return Pool(fund.id, fund.funder, fund.clause, paid_in, last, uses, works, recurring, fund.township, fund.district)


def _clause(reading: Reading, pool: Pool) -> str:
    return pool.clause or reading.docket.governing("funding")


def _line(reading: Reading, pool: Pool, item: Taken, line: Line) -> None:
    docket, clause = reading.docket, _clause(reading, pool)
    fits = bool(pool.purposes(line.kind, item, line.year))
    docket.fault(clause, fits, "fund_not_for_this", line.option, fund=pool.id, year=str(line.year))
    docket.fault(clause, line.fen > 0 and line.cash, "fund_amount", line.option, fund=pool.id, yuan=yuan(line.fen))
    docket.fault(clause, line.clause == pool.clause, "fund_clause", line.option, fund=pool.id, stated=line.clause or "-", right=clause)
    parties = (line.payer, line.receiver, line.site, line.township)
    bills = capital_payer(reading, item) if line.kind == "fund" else running_payer(reading, item)
    right = (pool.funder, bills, item.site.id, item.site.township)
    docket.fault(clause, parties == right, "fund_parties", line.option, fund=pool.id, stated=", ".join(parties), right=", ".join(right))


def _paid_in(reading: Reading, pool: Pool, lines: list[Line]) -> None:
    """Test that up to no year more is drawn than has been paid in by then."""
    for year in sorted({*pool.paid_in, *(line.year for line in lines)}):
        drawn = sum(line.fen for line in lines if line.year <= year)
        there = sum(fen for paid, fen in pool.paid_in.items() if paid <= year)
        facts = {"used": yuan(drawn), "limit": yuan(there), "year": str(year)}
        reading.docket.fault(_clause(reading, pool), drawn <= there, "fund_exceeded", pool.id, **facts)


def _bills(reading: Reading, draws: list[Draw], year: int) -> None:
    """Test what pools pay one option in a year against its own bills, payer by payer.

    A line does not say which of two bills it pays, so every set of bills is tested: what may pay these bills only must
    not be more than they are. A draw that may pay nothing here is at fault by itself and is not added up.
    """
    item = draws[0][1]
    bills: dict[str, Bills] = defaultdict(lambda: defaultdict(int))
    for due in outlays(reading, item):
        purpose = PURPOSES.get(due.kind)
        if purpose is not None and due.year == year:
            bills[due.payer][purpose] += due.fen
    for receiver in sorted({line.receiver for _, _, line in draws}):
        mine = [(pool.purposes(line.kind, item, year), pool, line) for pool, _, line in draws if line.receiver == receiver]
        for meant in sorted({purposes for purposes, _, _ in mine if purposes} | {frozenset(PURPOSES.values())}, key=sorted):
            rows = [(pool, line) for purposes, pool, line in mine if purposes and purposes <= meant]
            paid = sum(line.fen for _, line in rows)
            billed = sum(max(0, bills[receiver][purpose]) for purpose in meant)
            facts = {"paid": yuan(paid), "spent": yuan(billed), "year": str(year), "receiver": receiver}
            clause = _clause(reading, rows[0][0]) if rows else reading.docket.governing("funding")
            reading.docket.fault(clause, paid <= billed, "fund_over_outlay", item.option.id, **facts)
