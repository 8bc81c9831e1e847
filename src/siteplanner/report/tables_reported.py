"""Tables of what is reported but not optimised: forecasts of recurring subsidies, programme figures, grant steps, notices, proofs."""

from __future__ import annotations

from decimal import Decimal

from siteplanner.plan import Figure
from siteplanner.report.names import Names, coded
from siteplanner.report.stamps import joined
from siteplanner.report.table import Cell, CellKind, Plain, Table, Typed, show, table
from siteplanner.report.tables_common import column
from siteplanner.units import half_up
from siteplanner.walked import AccessRecord

_MOST_BARE = 12
_KINDS: dict[str, tuple[CellKind, int]] = {
    "count": ("count", 1), "people": ("count", 1), "m2": ("area", 100), "yuan": ("yuan", 100),
}  # fmt: skip


def forecasts(names: Names) -> Table:
    """Return the recurring subsidies by item, funder and year; they stand apart from capital and enter no objective."""
    groups: dict[tuple[str, str, str, int, str], tuple[int, int]] = {}
    for row in names.plan.forecasts:
        key = (row.item, row.clause, row.funder, row.year, row.bound)
        count, fen = groups.get(key, (0, 0))
        groups[key] = (count + 1, fen + row.fen)
    rows: list[list[Cell]] = [
        [year, names.item_name(item), clause, names.funder(funder), names.label("bound", bound), count, fen]
        for (item, clause, funder, year, bound), (count, fen) in sorted(groups.items(), key=lambda group: (group[0][3], group[0]))
    ]
    columns = [
        column(names, "year", "year"),
        *(column(names, key) for key in ("item", "clause", "funder", "bound")),
        column(names, "recipients", "count"),
        column(names, "amount", "money", total=True),
    ]
    return table("forecasts", names.say("table.forecasts"), columns, rows, note=names.say("note.forecasts"), total_label=names.say("total"))


def figures(names: Names) -> Table:
    """Return the programme figures with the law's targets."""
    rows: list[list[Cell]] = [
        [
            names.item_name(row.item),
            row.clause,
            row.district or names.say("whole_county"),
            Typed(*_typed(row, row.value)),
            _target(names, row),
            Typed(*_typed(row, row.own_target)),
            names.item_name(row.part_of) if row.part_of else "",
        ]
        for row in names.plan.figures
    ]
    keys = ("figure", "clause", "district", "value", "target", "own_target", "part_of")
    return table("figures", names.say("table.figures"), [column(names, key) for key in keys], rows, note=names.say("note.figures"))


def _typed(row: Figure, text: str) -> tuple[CellKind, Plain]:
    """Return a decimal text as a cell in the report's own units."""
    if not text:
        return "text", ""
    if row.unit == "share":
        return "share", float(text)
    kind, factor = _KINDS[row.unit]
    return kind, half_up(Decimal(text) * factor)


def _target(names: Names, row: Figure) -> Typed:
    if row.target_max:
        ends = [show(*_typed(row, end), names.lang) for end in (row.target, row.target_max)]
        return Typed("text", names.say("span", start=ends[0], end=ends[1]))
    return Typed(*_typed(row, row.target))


def notices(names: Names) -> Table:
    """Return what the reader must be told although it breaks no rule."""
    rows: list[list[Cell]] = [
        [row.clause, names.subject(row.subject), coded("notice", row.code, row.facts, names.lang)] for row in names.plan.notices
    ]
    return table("notices", names.say("table.notices"), [column(names, key) for key in ("clause", "subject", "notice")], rows)


def grant_steps(names: Names) -> Table:
    """Return every place whose area stands on a step of a grant: what it earns there, beyond the step, and what the step earned."""
    beyond = {row.subject: row.facts for row in names.plan.notices if row.code == "area_for_grant"}
    rows: list[list[Cell]] = []
    for row in names.plan.notices:
        if row.code == "grant_step":
            facts, more = row.facts, beyond.get(row.subject, {})
            rows.append(
                [
                    names.subject(row.subject),
                    row.clause,
                    *(int(facts[name]) for name in ("area_dm2", "step_dm2", "amount_fen", "neighbour_fen", "difference_fen")),
                    int(more.get("beyond_dm2", 0)),
                    int(more.get("cost_fen", 0)),
                ]
            )
    columns = [
        *(column(names, key) for key in ("place", "clause")),
        *(column(names, key, "area") for key in ("area", "grant_step")),
        *(column(names, key, "money") for key in ("earned_here", "earned_beside", "step_earned")),
        column(names, "area_beyond", "area"),
        column(names, "cost_beyond", "money"),
    ]
    return table("grant_steps", names.say("table.grant_steps"), columns, rows, note=names.say("note.grant_steps"))


def proofs(names: Names) -> Table:
    """Return what doing without each unwanted option would cost."""
    rows: list[list[Cell]] = [
        [
            names.item_name(row.preference),
            row.clause,
            row.option,
            names.subject(row.option),
            Typed("text", names.say("no_plan_without")) if row.extra_fen is None else Typed("money", row.extra_fen),
            names.say("yes" if row.proven else "no"),
        ]
        for row in names.plan.proofs
    ]
    keys = ("preference", "clause", "option", "site_name", "extra_cost", "proven")
    return table("proofs", names.say("table.proofs"), [column(names, key) for key in keys], rows, note=names.say("note.proofs"))


def speeds(names: Names) -> Table:
    """Return what the plan would be at other walking speeds: feasible or not, its cost, and who would have no place in the circle."""
    rows: list[list[Cell]] = [
        [
            row.percent / 100,
            row.speed_m_per_s,
            names.say(f"speed.{row.status}"),
            row.cost_fen,
            row.options,
            row.pairs,
            len(row.bare),
            joined([_reach(names, one) for one in row.bare[:_MOST_BARE]] + (["…"] if len(row.bare) > _MOST_BARE else []), names.lang),
        ]
        for row in names.plan.speeds
    ]
    columns = [
        column(names, "speed_share", "share"),
        column(names, "speed"),
        column(names, "status"),
        column(names, "present_cost", "money", heading=names.say("column.present_cost", who=names.funder(names.plan.perspective))),
        column(names, "projects", "count"),
        column(names, "pairs_near", "count"),
        column(names, "bare", "count"),
        column(names, "bare_estates"),
    ]
    return table("speeds", names.say("table.speeds"), columns, rows, note=names.say("note.speeds"))


def _reach(names: Names, row: AccessRecord) -> str:
    """Return an estate without a usable place in its circle, with the least minutes that would reach one."""
    return row.estate if row.minutes is None else names.say("speed.minutes", estate=row.estate, minutes=str(row.minutes))
