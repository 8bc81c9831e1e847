"""The ledger: every line that must be there is there once, to the fen, and no other."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from siteplanner.audit.arithmetic import yuan
from siteplanner.audit.grants import grants, refusal
from siteplanner.audit.outlays import Due, discounted, in_lieu, outlays
from siteplanner.audit.reading import Reading
from siteplanner.plan import Line

Pair = tuple[Due, Line]
Key = Callable[[Due | Line], Hashable]


def check(reading: Reading) -> None:
    """Match the plan's lines with the lines worked out here, exactly first, then by what they nearly agree on."""
    wanted = [due for item in reading.taken for due in outlays(reading, item)]
    wanted += [*grants(reading), *in_lieu(reading)]
    stated = [line for line in reading.plan.ledger if line.kind not in ("fund", "fund_recurring")]
    for line in reading.plan.ledger:
        _worth(reading, line)
    exact = _match(wanted, stated, _all_of)
    for due, line in exact:
        facts = {**_facts(line), "stated": line.clause or "-", "right": due.clauses[0]}
        reading.docket.fault(due.clauses[0], line.clause in due.clauses, "line_clause", _subject(line), **facts)
    keys: tuple[Key, ...] = (
        lambda x: (x.site, x.option, x.kind, x.item, x.year, x.fen),
        lambda x: (x.option, x.kind, x.item, x.year),
        lambda x: (x.option, x.kind, x.item),
    )
    for key in keys:
        for due, line in _match(wanted, stated, key):
            _differs(reading, due, line)
    for due in wanted:
        code = "grant_missing" if due.kind == "grant" else "line_missing"
        reading.docket.fault(due.clauses[0], False, code, _subject(due), **_facts(due))
    for line in stated:
        code = "grant_undue" if line.kind == "grant" else "line_undue"
        reading.docket.fault(_clause(reading, line), False, code, _subject(line), **_facts(line))


def _all_of(x: Due | Line) -> Hashable:
    return (x.site, x.option, x.township, x.year, x.payer, x.receiver, x.kind, x.item, x.fen, x.cash)


def _match(wanted: list[Due], stated: list[Line], key: Key) -> list[Pair]:
    """Pair off lines with equal keys, each once, and take them out of both lists."""
    waiting: dict[Hashable, list[Line]] = {}
    for line in stated:
        waiting.setdefault(key(line), []).append(line)
    found, left = [], []
    for due in wanted:
        lines = waiting.get(key(due))
        if lines:
            found.append((due, lines.pop(0)))
        else:
            left.append(due)
    wanted[:] = left
    kept = {id(line) for lines in waiting.values() for line in lines}
    stated[:] = [line for line in stated if id(line) in kept]
    return found


def _differs(reading: Reading, due: Due, line: Line) -> None:
    """Say in what a line differs: who pays whom, how much, when, or in something else."""
    docket, clause = reading.docket, due.clauses[0]
    subject, facts = _subject(line), _facts(line)
    if (due.payer, due.receiver) != (line.payer, line.receiver):
        funding = clause if due.kind == "grant" else docket.governing("funding")
        docket.fault(funding, False, "line_parties", subject, **facts, right=f"{due.payer} → {due.receiver}")
    if due.fen != line.fen:
        code = "grant_amount" if due.kind == "grant" else "line_amount"
        docket.fault(clause, False, code, subject, **facts, right=yuan(due.fen))
    if due.year != line.year:
        docket.fault(clause, False, "line_year", subject, **facts, right=str(due.year))
    if (due.site, due.township, due.cash) != (line.site, line.township, line.cash):
        right = f"{due.site}, {due.township}, {due.cash}"
        docket.fault(clause, False, "line_place", subject, **facts, right=right)


def _worth(reading: Reading, line: Line) -> None:
    worth = discounted(reading.scenario.settings.finance, line.fen, line.year)
    facts = {**_facts(line), "stated": yuan(line.pv_fen), "right": yuan(worth)}
    reading.docket.fault(_clause(reading, line), line.pv_fen == worth, "line_present_value", _subject(line), **facts)


def _subject(x: Due | Line) -> str:
    return x.option or x.item


def _facts(x: Due | Line) -> dict[str, str]:
    return {"kind": x.kind, "item": x.item, "year": str(x.year), "payer": x.payer, "receiver": x.receiver, "yuan": yuan(x.fen)}


def _clause(reading: Reading, line: Line) -> str:
    """Return the clause a line that stands alone answers to: its grant's, its option's way, the payment in lieu's."""
    if line.kind == "grant":
        return _grant_clause(reading, line)
    if line.kind == "in_lieu" and reading.pack.in_lieu:
        return reading.pack.in_lieu.clause
    ways = [reading.way(item) for item in reading.taken if item.option.id == line.option]
    return ways[0] if ways else reading.docket.governing("funding")


def _grant_clause(reading: Reading, line: Line) -> str:
    """Return the clause that refuses a grant to an option, else the grant's own."""
    known = [grant for grant in reading.pack.grants if grant.id == line.item]
    items = [item for item in reading.taken if item.option.id == line.option]
    if known and items:
        return refusal(known[0], items[0]) or known[0].clause
    grants_of_law = [grant.clause for grant in known or reading.pack.grants]
    return grants_of_law[0] if grants_of_law else reading.docket.governing("funding")
