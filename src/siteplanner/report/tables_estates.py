"""Tables about estates: gaps today, what each holds under the plan, the plan by estate, totals by township."""

from __future__ import annotations

from dataclasses import replace

from siteplanner.report.names import Names, PlanNames
from siteplanner.report.stamps import joined, walking_heading, walking_label
from siteplanner.report.table import Cell, CellKind, LedgerSum, Table, table
from siteplanner.report.tables_common import column, final_credits, sums_of
from siteplanner.report.tables_gaps import GapWords, gap_table, service_table


def gaps(names: Names) -> Table:
    """Return the gap list 问题清单: what estates have on the base date, before the plan."""
    words = _words(names)
    return gap_table(words if names.plan.today else replace(words, note=names.say("note.no_survey")), names.plan.today)


def services(names: Names) -> Table:
    """Return what every estate has when the plan is carried out."""
    return service_table("services", _words(names), "held", names.plan.services)


def _words(names: Names) -> GapWords:
    return GapWords(names.lang, names.cohort, names.place, names.plan.walks.method, walking_label(names.plan, names.lang))


def allocation(names: Names) -> Table:
    """Return the allocation plan 配置计划: which estate gets which m² from which place."""
    services = {row.estate: row for row in names.plan.services}
    ready = {place.place: place.ready for place in names.plan.places}
    sources = {place: _source(names, place) for place in ready}
    rows: list[list[Cell]] = []
    for number, credit in enumerate(sorted(final_credits(names), key=lambda c: (services[c.estate].township, c.estate, c.place)), start=1):
        estate = services[credit.estate]
        rows.append(
            [
                number,
                estate.township,
                estate.estate,
                estate.name,
                names.cohort(estate.cohort),
                estate.dwellings,
                estate.required_dm2,
                credit.place,
                names.place(credit.place),
                sources.get(credit.place, ""),
                credit.area_dm2,
                credit.walk_s,
                ready.get(credit.place),
                estate.clause,
            ]
        )
    columns = [
        column(names, "seq", "count"),
        column(names, "township"),
        column(names, "estate", link="estate"),
        column(names, "estate_name"),
        column(names, "cohort"),
        column(names, "dwellings", "count"),
        column(names, "required", "area"),
        column(names, "place", link="place"),
        column(names, "place_name"),
        column(names, "source"),
        column(names, "credited", "area", total=True),
        column(names, "walk", "seconds", heading=walking_heading(names.plan.walks.method, names.lang)),
        column(names, "ready", "date"),
        column(names, "clause"),
    ]
    note = walking_label(names.plan, names.lang)
    return table("allocation", names.say("table.allocation"), columns, rows, note=note, total_label=names.say("total"))


def _source(names: Names, place: str) -> str:
    measures = sorted({names.measure(chosen) for chosen in names.plan.chosen if chosen.place == place})
    if any(room.place == place and room.fate != "given_up" for room in names.plan.premises):
        measures.insert(0, names.say("existing"))
    return joined(measures, names.lang)


def townships(names: PlanNames) -> Table:
    """Return totals by township; money cells are sums over the ledger."""
    plan, cash = names.plan, names.say("yes")
    every = sorted({*(row.township for row in plan.services), *(line.township for line in plan.ledger), *(c.township for c in plan.chosen)})
    rows: list[list[Cell]] = []
    for township in every:
        estates = [row for row in plan.services if row.township == township]
        lines = [line for line in plan.ledger if line.township == township]
        capital, recurring, subsidy, present = sums_of(names, lines)
        chosen = [c for c in plan.chosen if c.township == township]
        counts: list[Cell] = [sum(row.status == status for row in estates) for status in ("served", "short", "exempt")]

        def money(value: int, group: str, at: str = township) -> LedgerSum:
            return LedgerSum(value, "fen", (("township", at), ("group", names.say(f"group.{group}")), ("cash", cash)))

        rows.append(
            [
                township,
                len(estates),
                *counts,
                sum(row.dwellings for row in estates),
                sum(row.required_dm2 for row in estates),
                sum(row.held_dm2 for row in estates),
                len(chosen),
                sum(c.area_dm2 for c in chosen),
                money(capital, "capital"),
                money(recurring, "recurring"),
                money(subsidy, "subsidy"),
                LedgerSum(present, "net_pv", (("township", township),)),
            ]
        )
    perspective = names.funder(plan.perspective)
    keys: list[tuple[str, CellKind]] = [
        ("estates", "count"), ("served", "count"), ("short", "count"), ("exempt", "count"), ("dwellings", "count"),
        ("required", "area"), ("held", "area"), ("projects", "count"), ("area", "area"),
        ("capital", "money"), ("recurring", "money"), ("subsidy", "money"),
    ]  # fmt: skip
    columns = [
        column(names, "township"),
        *(column(names, key, kind, total=True) for key, kind in keys),
        column(names, "present_cost", "money", total=True, heading=names.say("column.present_cost", who=perspective)),
    ]
    return table("townships", names.say("table.townships"), columns, rows, total_label=names.say("total"))
