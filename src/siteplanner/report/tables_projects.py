"""Tables about what is done: projects, existing premises, the close-out ledger."""

from __future__ import annotations

from datetime import date

from siteplanner.report.names import Names, is_cash
from siteplanner.report.stamps import joined
from siteplanner.report.table import Cell, Table, table
from siteplanner.report.tables_common import column, in_order, served_by, sums_of

CLOSE_OUT_STATES = ("not_started", "contracted", "under_way", "completed", "accepted", "closed", "dropped")


def projects(names: Names) -> Table:
    """Return the project list 项目清单: every started option with area, dates, payers and money."""
    served = served_by(names)
    rows: list[list[Cell]] = []
    for number, chosen in enumerate(in_order(names), start=1):
        lines = names.lines_of.get(chosen.option, ())
        capital, recurring, subsidy, present = sums_of(names, lines)
        payers = sorted({line.payer for line in lines if is_cash(line)})
        rows.append(
            [
                number,
                chosen.township,
                chosen.site,
                names.site(chosen.site),
                chosen.option,
                names.measure(chosen),
                chosen.area_dm2,
                chosen.net_area_dm2,
                chosen.start,
                chosen.ready,
                joined([names.funder(payer) for payer in payers], names.lang),
                chosen.start.year,
                capital,
                recurring,
                subsidy,
                present,
                len(served.get(chosen.place, [])),
                joined([names.estate(e) for e in served.get(chosen.place, [])], names.lang),
            ]
        )
    perspective = names.funder(names.plan.perspective)
    columns = [
        column(names, "seq", "count"),
        column(names, "responsible"),
        column(names, "site", link="place"),
        column(names, "site_name"),
        column(names, "option"),
        column(names, "measure"),
        column(names, "area", "area", total=True),
        column(names, "net_area", "area", total=True),
        column(names, "start", "date"),
        column(names, "ready", "date"),
        column(names, "payers"),
        column(names, "year", "year"),
        column(names, "capital", "money", total=True),
        column(names, "recurring", "money", total=True),
        column(names, "subsidy", "money", total=True),
        column(names, "present_cost", "money", total=True, heading=names.say("column.present_cost", who=perspective)),
        column(names, "estates_served", "count"),
        column(names, "estates_names"),
    ]
    return table("projects", names.say("table.projects"), columns, rows, note=names.say("note.projects"), total_label=names.say("total"))


def premises(names: Names) -> Table:
    """Return existing premises and what becomes of them."""
    kinds = {kind.id: names.text(kind.name) for kind in names.scenario.pack.premises_kinds}
    written = {room.id: room for room in names.scenario.premises}
    rows: list[list[Cell]] = []
    for row in sorted(names.plan.premises, key=lambda p: (p.township, p.premises)):
        room = written.get(row.premises)
        rows.append(
            [
                row.township,
                row.premises,
                names.premises(row.premises),
                kinds.get(room.kind, room.kind) if room else "",
                names.label("room_status", room.status) if room else "",
                row.area_dm2,
                names.label("fate", row.fate),
                row.by,
            ]
        )
    columns = [
        column(names, "township"),
        column(names, "premises", link="place"),
        column(names, "premises_name"),
        column(names, "premises_kind"),
        column(names, "room_status"),
        column(names, "counted_area", "area", total=True),
        column(names, "fate"),
        column(names, "by_option"),
    ]
    return table("premises", names.say("table.premises"), columns, rows, total_label=names.say("total"))


def close_out(names: Names) -> Table:
    """Return the close-out ledger 销号台账: one row a project, with status and evidence to be filled in.

    A plan that carries on another one keeps the status that the ledger stated.
    """
    earlier = names.plan.carried_from
    states = {row.option: row.state for row in earlier.rows} if earlier else {}
    served, due = served_by(names), _due_texts(names)
    choices = tuple(names.say(f"close_out.{state}") for state in CLOSE_OUT_STATES)
    cohort = {row.estate: row.cohort for row in names.plan.services}
    rows: list[list[Cell]] = []
    for number, chosen in enumerate(in_order(names), start=1):
        estates = served.get(chosen.place, [])
        dues = sorted({due[cohort[e]] for e in estates if cohort.get(e) in due})
        rows.append(
            [
                number,
                chosen.township,
                chosen.option,
                names.site(chosen.site),
                names.measure(chosen),
                chosen.area_dm2,
                chosen.start,
                chosen.ready,
                dues[0][1] if dues else "",
                joined([names.estate(e) for e in estates], names.lang),
                choices[CLOSE_OUT_STATES.index(states.get(chosen.option, CLOSE_OUT_STATES[0]))],
                None,
                None,
                None,
                None,
            ]
        )
    columns = [
        column(names, "seq", "count"),
        column(names, "responsible"),
        column(names, "option"),
        column(names, "site_name"),
        column(names, "measure"),
        column(names, "area", "area", total=True),
        column(names, "start", "date"),
        column(names, "ready", "date"),
        column(names, "due"),
        column(names, "estates_names"),
        column(names, "close_status", "choice", choices=choices),
        column(names, "done_on", "blank"),
        column(names, "accepted_by", "blank"),
        column(names, "person", "blank"),
        column(names, "note", "blank"),
    ]
    return table("close_out", names.say("table.close_out"), columns, rows, note=names.say("note.close_out"), total_label=names.say("total"))


def _due_texts(names: Names) -> dict[str, tuple[date, str]]:
    return {
        standard.cohort: (standard.deadline.date, names.say(f"deadline_{standard.deadline.day}", day=standard.deadline.date.isoformat()))
        for standard in names.scenario.pack.standards
        if standard.deadline is not None
    }
