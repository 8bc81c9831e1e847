"""Tables about money: who pays and receives in each year, by clause, by kind of line; budgets; the ledger itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from siteplanner.plan import NON_CASH_KINDS, Line, LineKind
from siteplanner.report.names import GROUPS, PlanNames, is_cash
from siteplanner.report.table import Cell, CellKind, Column, LedgerSum, RowSum, Table, table
from siteplanner.report.tables_common import column

_Key = TypeVar("_Key", str, int)


def ledger(names: PlanNames) -> Table:
    """Return every ledger line; ``net`` and ``net_pv`` are signed for the plan's perspective."""
    rows: list[list[Cell]] = [
        [
            line.year,
            names.funder(line.payer),
            names.funder(line.receiver),
            names.say(f"group.{GROUPS[line.kind]}"),
            names.label("line", line.kind),
            names.item(line),
            line.clause,
            line.township,
            line.site,
            names.site(line.site),
            line.option,
            names.say("yes" if is_cash(line) else "no"),
            line.fen,
            line.pv_fen,
            line.fen * names.signed(line) if is_cash(line) else 0,
            line.pv_fen * names.signed(line),
        ]
        for line in names.plan.ledger
    ]
    texts = ("payer", "receiver", "group", "line_kind", "item", "clause", "township", "site", "site_name", "option", "cash")
    columns = [
        column(names, "year", "year"),
        *(column(names, key) for key in texts),
        column(names, "fen", "yuan"),
        column(names, "pv", "yuan"),
        column(names, "net", "yuan", total=True),
        column(names, "net_pv", "yuan", total=True),
    ]
    note = names.say("note.ledger", who=names.funder(names.plan.perspective))
    return table("ledger", names.say("table.ledger"), columns, rows, note=note, total_label=names.say("total"))


def by_key(lines: Iterable[Line], key: Callable[[Line], _Key]) -> dict[_Key, list[Line]]:
    """Group lines by a key, in the order of the keys."""
    found: dict[_Key, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return {name: found[name] for name in sorted(found)}


def _cash_sum(names: PlanNames, lines: Iterable[Line], side: str, funder: str, *where: tuple[str, str | int]) -> LedgerSum:
    """Return the cash a funder pays (``payer``) or receives (``receiver``) in some lines, as a sum over the ledger."""
    value = sum(line.fen for line in lines if is_cash(line) and getattr(line, side) == funder)
    return LedgerSum(value, "fen", (*where, (side, names.funder(funder)), ("cash", names.say("yes"))))


def funding(names: PlanNames) -> Table:
    """Return the funding table 资金测算表: what each public funder pays and receives in each year."""
    rows: list[list[Cell]] = []
    for year, lines in by_key((line for line in names.plan.ledger if is_cash(line)), lambda line: line.year).items():
        row: list[Cell] = [year]
        nets: list[int] = []
        for funder in names.public:
            pays = _cash_sum(names, lines, "payer", funder, ("year", year))
            gets = _cash_sum(names, lines, "receiver", funder, ("year", year))
            nets.append(pays.value - gets.value)
            row += [pays, gets, RowSum(nets[-1], (f"pays.{funder}",), (f"gets.{funder}",))]
        rows.append([*row, RowSum(sum(nets), tuple(f"net.{funder}" for funder in names.public))])
    columns = [column(names, "year", "year")]
    for funder in names.public:
        for part in ("pays", "gets", "net"):
            heading = names.say(f"column.funder_{part}", who=names.funder(funder))
            columns.append(Column(f"{part}.{funder}", "money", heading, total=True))
    columns.append(column(names, "public_net", "money", total=True))
    return table("funding", names.say("table.funding"), columns, rows, note=names.say("note.funding"), total_label=names.say("total"))


def composition(names: PlanNames) -> Table:
    """Return the cost by kind of line: cash over the horizon and present cost to the plan's perspective."""
    rows: list[list[Cell]] = []
    for lines in by_key(names.plan.ledger, lambda line: _kind_rank(line.kind)).values():
        line_kind = lines[0].kind
        word = names.label("line", line_kind)
        cash = 0 if line_kind in NON_CASH_KINDS else sum(line.fen for line in lines if line.cash)
        where = (("line_kind", word),)
        present = sum(line.pv_fen * names.signed(line) for line in lines)
        rows.append(
            [
                names.say(f"group.{GROUPS[line_kind]}"),
                word,
                len(lines),
                LedgerSum(cash, "fen", (*where, ("cash", names.say("yes")))),
                LedgerSum(present, "net_pv", where),
            ]
        )
    who = names.funder(names.plan.perspective)
    columns = [
        column(names, "group"),
        column(names, "line_kind"),
        column(names, "lines", "count", total=True),
        column(names, "cash_sum", "money"),
        column(names, "present_cost", "money", total=True, heading=names.say("column.present_cost", who=who)),
    ]
    return table(
        "composition", names.say("table.composition"), columns, rows, note=names.say("note.composition"), total_label=names.say("total")
    )


def _kind_rank(kind: LineKind) -> int:
    return list(GROUPS).index(kind)


def perspectives(names: PlanNames) -> Table:
    """Return the plan's money as each public funder sees it; the foot is all public money, where transfers cancel."""
    rows: list[list[Cell]] = []
    for funder in names.public:
        lines = names.plan.ledger
        pays, gets = (_cash_sum(names, lines, side, funder) for side in ("payer", "receiver"))
        pv = {side: sum(line.pv_fen for line in lines if getattr(line, side) == funder) for side in ("payer", "receiver")}
        who = names.funder(funder)
        rows.append(
            [
                who,
                pays,
                gets,
                RowSum(pays.value - gets.value, ("pays",), ("gets",)),
                LedgerSum(pv["payer"], "pv", (("payer", who),)),
                LedgerSum(pv["receiver"], "pv", (("receiver", who),)),
                RowSum(pv["payer"] - pv["receiver"], ("pays_pv",), ("gets_pv",)),
            ]
        )
    keys = ("pays", "gets", "net_cash", "pays_pv", "gets_pv", "net_present")
    columns = [column(names, "funder"), *(column(names, key, "money", total=True) for key in keys)]
    return table("perspectives", names.say("table.perspectives"), columns, rows, total_label=names.funder("all_public"))


def subsidies(names: PlanNames) -> list[Line]:
    lines = [line for line in names.plan.ledger if GROUPS[line.kind] == "subsidy"]
    return sorted(lines, key=lambda line: (line.payer, line.clause, line.township, line.site, line.year, line.option))


def subsidy(names: PlanNames) -> Table:
    """Return the subsidy breakdown 补助明细 by funder × clause × township × site, one row a grant line."""
    rows: list[list[Cell]] = [
        [
            number,
            names.funder(line.payer),
            line.clause,
            names.item(line),
            line.township,
            line.site,
            names.site(line.site),
            line.option,
            line.year,
            names.funder(line.receiver),
            line.fen,
            line.pv_fen,
        ]
        for number, line in enumerate(subsidies(names), start=1)
    ]
    columns = [
        column(names, "seq", "count"),
        *(column(names, key) for key in ("funder", "clause", "item", "township", "site", "site_name", "option")),
        column(names, "year", "year"),
        column(names, "receiver"),
        column(names, "amount", "money", total=True),
        column(names, "present", "money", total=True),
    ]
    return table("subsidy", names.say("table.subsidy"), columns, rows, note=names.say("note.subsidy"), total_label=names.say("total"))


def subsidy_totals(names: PlanNames) -> Table:
    """Return the subsidies by funder × clause × township, as sums over the ledger."""
    word = names.say("group.subsidy")
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in subsidies(names):
        groups.setdefault((line.payer, line.clause, line.township), []).append(line)
    rows: list[list[Cell]] = []
    for (payer, clause, township), lines in groups.items():
        where = (("payer", names.funder(payer)), ("clause", clause), ("township", township), ("group", word))
        total = sum(line.fen for line in lines)
        rows.append([township, names.funder(payer), clause, _clause_text(names, clause), len(lines), LedgerSum(total, "fen", where)])
    columns = [
        *(column(names, key) for key in ("township", "funder", "clause", "clause_text")),
        column(names, "lines", "count", total=True),
        column(names, "amount", "money", total=True),
    ]
    return table("subsidy_totals", names.say("table.subsidy_totals"), columns, rows, total_label=names.say("total"))


def _clause_text(names: PlanNames, clause: str) -> str:
    return names.text(names.clauses[clause].text) if clause in names.clauses else ""


def shares(names: PlanNames) -> Table:
    """Return every cash flow by payer × receiver × clause × kind: each yuan lands once."""
    groups: dict[tuple[str, str, str, int], list[Line]] = {}
    for line in names.plan.ledger:
        if is_cash(line):
            groups.setdefault((line.payer, line.receiver, line.clause, _kind_rank(line.kind)), []).append(line)
    rows: list[list[Cell]] = []
    for (payer, receiver, clause, _), lines in sorted(groups.items()):
        parties = (names.funder(payer), names.funder(receiver))
        word = names.label("line", lines[0].kind)
        where = (("payer", parties[0]), ("receiver", parties[1]), ("clause", clause), ("line_kind", word), ("cash", names.say("yes")))
        rows.append([*parties, clause, word, len(lines), LedgerSum(sum(line.fen for line in lines), "fen", where)])
    columns = [
        *(column(names, key) for key in ("payer", "receiver", "clause", "line_kind")),
        column(names, "lines", "count", total=True),
        column(names, "amount", "money", total=True),
    ]
    return table("shares", names.say("table.shares"), columns, rows, note=names.say("note.shares"), total_label=names.say("total"))


def budgets(names: PlanNames) -> Table:
    """Return the budget lines with what the plan uses of them."""
    rows: list[list[Cell]] = [
        [
            use.budget,
            names.funder(use.payer),
            use.years,
            use.township or names.say("whole_county"),
            names.label("budget_measure", use.measure),
            use.limit_fen,
            use.carried_fen,
            use.used_fen,
            RowSum(use.limit_fen + use.carried_fen - use.used_fen, ("limit", "carried"), ("used",)),
        ]
        for use in names.plan.budgets
    ]
    money: list[tuple[str, CellKind]] = [("limit", "money"), ("carried", "money"), ("used", "money"), ("left", "money")]
    columns = [
        *(column(names, key) for key in ("budget", "funder", "years", "township", "budget_measure")),
        *(column(names, key, kind) for key, kind in money),
    ]
    return table("budgets", names.say("table.budgets"), columns, rows, note=names.say("note.budgets"))
