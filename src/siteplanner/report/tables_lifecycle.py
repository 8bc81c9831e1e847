"""Tables about years: what every option costs over its life, lease against purchase, cash by year, what is owed afterwards."""

from __future__ import annotations

from siteplanner.report.names import Names, PlanNames, is_cash
from siteplanner.report.table import Cell, LedgerSum, RowSum, Table, Typed, table
from siteplanner.report.tables_common import column
from siteplanner.yearly import BreakEven, Cash


def lifecycles(names: Names) -> Table:
    """Return the present and annual cost of every option, chosen or not."""
    rows: list[list[Cell]] = [
        [
            row.township,
            row.site,
            names.site(row.site),
            row.option,
            names.way(row.kind, row.works),
            row.area_dm2,
            row.start,
            names.say("yes" if row.chosen else "no"),
            row.npv_fen,
            row.annual_fen,
            row.npv_public_fen,
            row.annual_public_fen,
        ]
        for row in names.plan.lifecycles
    ]
    who = names.funder(names.plan.perspective)
    columns = [
        column(names, "township"),
        column(names, "site", link="place"),
        *(column(names, key) for key in ("site_name", "option", "measure")),
        column(names, "area", "area"),
        column(names, "start", "date"),
        column(names, "is_chosen"),
        column(names, "present_cost", "money", heading=names.say("column.present_cost", who=who)),
        column(names, "annual_cost", "money", heading=names.say("column.annual_cost", who=who)),
        column(names, "public_cost", "money"),
        column(names, "annual_public", "money"),
    ]
    return table("lifecycles", names.say("table.lifecycles"), columns, rows, note=names.say("note.lifecycles"))


def break_evens(names: PlanNames) -> Table:
    """Return each lease beside each purchase of its site, with the years and the rate at which they cost the same."""
    rows: list[list[Cell]] = [
        [
            row.site,
            names.site(row.site),
            row.lease,
            row.purchase,
            row.lease_npv_fen,
            row.purchase_npv_fen,
            _years(names, row),
            Typed("share", float(row.rate)) if row.rate else Typed("text", names.say("no_equal_rate")),
        ]
        for row in names.plan.break_evens
    ]
    columns = [
        column(names, "site", link="place"),
        *(column(names, key) for key in ("site_name", "lease", "purchase")),
        column(names, "lease_cost", "money"),
        column(names, "purchase_cost", "money"),
        column(names, "even_years"),
        column(names, "even_rate"),
    ]
    note = names.say("note.break_evens", who=names.funder(names.plan.perspective))
    return table("break_evens", names.say("table.break_evens"), columns, rows, note=note)


def _years(names: PlanNames, row: BreakEven) -> Typed:
    return Typed("text", names.say("never_dearer")) if row.years is None else Typed("count", row.years)


def cash(names: PlanNames) -> Table:
    """Return each funder's cash by year, and the grants it has advanced by the end of it."""
    rows: list[list[Cell]] = [
        [
            names.funder(row.funder),
            row.year,
            _cash_sum(names, row, "payer"),
            _cash_sum(names, row, "receiver"),
            RowSum(row.net_fen, ("pays",), ("gets",)),
            row.advanced_fen,
        ]
        for row in names.plan.cash
    ]
    columns = [
        column(names, "funder"),
        column(names, "year", "year"),
        column(names, "pays", "money", total=True),
        column(names, "gets", "money", total=True),
        column(names, "net_cash", "money", total=True),
        column(names, "advanced", "money"),
    ]
    return table("cash", names.say("table.cash"), columns, rows, note=names.say("note.cash"), total_label=names.say("total"))


def _cash_sum(names: PlanNames, row: Cash, side: str) -> LedgerSum:
    lines = [line for line in names.plan.ledger if is_cash(line) and line.year == row.year and getattr(line, side) == row.funder]
    where = (("year", row.year), (side, names.funder(row.funder)), ("cash", names.say("yes")))
    return LedgerSum(sum(line.fen for line in lines), "fen", where)


def commitments(names: PlanNames) -> Table:
    """Return what chosen options still owe after the horizon."""
    rows: list[list[Cell]] = [
        [
            row.year,
            names.funder(row.payer),
            names.label("line", row.kind),
            row.clause,
            row.township,
            row.site,
            names.site(row.site),
            row.option,
            row.fen,
        ]
        for row in names.plan.commitments
    ]
    columns = [
        column(names, "year", "year"),
        *(column(names, key) for key in ("payer", "line_kind", "clause", "township")),
        column(names, "site", link="place"),
        *(column(names, key) for key in ("site_name", "option")),
        column(names, "amount", "money", total=True),
    ]
    return table(
        "commitments", names.say("table.commitments"), columns, rows, note=names.say("note.commitments"), total_label=names.say("total")
    )
