"""What changed since the earlier plan that a plan carries on."""

from __future__ import annotations

from siteplanner.plan import Change
from siteplanner.report.names import PlanNames, coded
from siteplanner.report.table import Cell, Table, table
from siteplanner.report.tables_common import column

_KEYS = ("township", "option", "site_name", "what_changed", "reason", "clause")


def changes_from(names: PlanNames) -> Table:
    """Return what became of every option of the earlier plan, the changes first, and what is new."""
    plan = names.plan
    rows: list[list[Cell]] = [
        [row.township, row.option, row.name, names.label("what", row.what), reason(names, row), row.clause] for row in plan.changes_from
    ]
    note = names.say("note.changes_from", sha256=plan.carried_from.plan_sha256) if plan.carried_from else ""
    return table("changes_from", names.say("table.changes_from"), [column(names, key) for key in _KEYS], rows, note=note)


def reason(names: PlanNames, row: Change) -> str:
    """Return the reason of a change as a sentence."""
    if not row.because:
        return coded("carry", row.code, row.facts, names.lang)
    kind = row.facts.get("kind")
    facts = {**row.facts, **({"kind": names.label("kind", kind)} if kind else {})}
    return coded("carry", row.code, {"reason": coded("rejected", row.because, facts, names.lang)}, names.lang)
