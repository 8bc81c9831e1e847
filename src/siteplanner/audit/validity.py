"""Validity: a plan may reach past the policy's own dates, but not without saying so."""

from __future__ import annotations

from siteplanner.audit.calendar import horizon_end
from siteplanner.audit.reading import Reading


def check(reading: Reading) -> None:
    """Test that the plan warns of a horizon and of every room that reach past the last day the policy is in force."""
    document = reading.pack.document
    last, clause = document.in_force_to, document.in_force_clause
    if last is None or clause is None:
        return
    end = horizon_end(reading.scenario.settings.finance)
    beyond = {("validity_horizon", ""): end > last}
    for item in reading.taken:
        beyond["validity_room", item.option.id] = max(item.row.start, item.ready) > last
    told = {(notice.code, notice.subject) for notice in reading.plan.notices if notice.clause == clause}
    for (code, subject), late in sorted(beyond.items()):
        ok = not late or (code, subject) in told
        reading.docket.check(clause, ok, "warning_missing", subject, last=last.isoformat())
