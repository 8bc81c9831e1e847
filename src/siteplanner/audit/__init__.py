"""The independent check: a second reading of the law on a finished plan, in plain whole-number arithmetic.

It takes values from the policy, rows from the scenario and the plan's decisions, and works out everything else anew:
classes and needs of estates, reach, areas, readiness, credits, exceptions, every line of the ledger and every total.
It shares no rule, price or model with the planner, so a plan that passes has been read twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from siteplanner.audit import (
    budgets,
    choices,
    clusters,
    credits,
    exceptions,
    funds,
    ledger,
    programme,
    record,
    requirement,
    rooms,
    services,
    validity,
    walks,
    wishes,
)
from siteplanner.audit.estates import departures
from siteplanner.audit.reading import Reading, read
from siteplanner.plan import Finding, Plan
from siteplanner.scenario.schema import Scenario

__all__ = ["EFFORT_CODES", "audit", "broken", "left_short"]

EFFORT_CODES = ("requirement_short", "coverage_short", "milestone_short", "estate_short")
"""What best effort may leave undone: an estate's area or places, and the shares that count served estates."""

FAMILIES = (
    choices, rooms, clusters, wishes, credits, requirement, programme, ledger, funds, budgets,
    record, services, exceptions, validity, walks,
)  # fmt: skip
"""The families of tests, in order."""


def audit(scenario: Scenario, plan: Plan, walks: Mapping[tuple[str, str], int]) -> tuple[Finding, ...]:
    """Test a plan against every clause of the scenario's policy.

    Parameters
    ----------
    scenario
        What the officer wrote; areas in dm², money in fen.
    plan
        The record of the plan to test.
    walks
        The record's pairs table: walking seconds by estate id and site, premises or estate id.

    Returns
    -------
    tuple of Finding
        At least one for each clause of the policy, in the order of its register; ``broken`` ones say what is wrong.
    """
    reading = _tested(scenario, plan, walks)
    _what_if(reading)
    _best_effort(reading)
    return reading.docket.findings()


def left_short(scenario: Scenario, plan: Plan, walks: Mapping[tuple[str, str], int]) -> tuple[str, ...]:
    """Return the clauses under which a best-effort plan leaves something short."""
    return tuple(sorted(_short(_tested(scenario, plan, walks))))


def _tested(scenario: Scenario, plan: Plan, walks: Mapping[tuple[str, str], int]) -> Reading:
    reading = read(scenario, plan, walks)
    for family in FAMILIES:
        family.check(reading)
    return reading


def _short(reading: Reading) -> Counter[str]:
    """Return how many findings best effort leaves under each clause; none where the scenario asks for no best effort."""
    if not reading.scenario.best_effort:
        return Counter()
    return Counter(f.clause for f in broken(reading.docket.findings()) if f.code in EFFORT_CODES)


def _best_effort(reading: Reading) -> None:
    """Break the clauses that a best-effort plan falls short of, and test that the plan itself names just these."""
    short, stated = _short(reading), reading.plan.best_effort
    found = tuple(sorted(short))
    clause = reading.docket.governing("register")
    facts = {"stated": ", ".join(stated) or "-", "found": ", ".join(found) or "-"}
    reading.docket.fault(clause, tuple(stated) == found, "best_effort_stated", "", **facts)
    for name, count in short.items():
        reading.docket.fault(name, False, "best_effort", "", short=str(count))


def broken(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that break the plan."""
    return tuple(finding for finding in findings if finding.result == "broken")


def _what_if(reading: Reading) -> None:
    """Break the clauses a what-if run departs from, by the plan's own word or by the scenario's standards."""
    loosened = departures(reading.scenario)
    for clause in sorted({*reading.plan.what_if, *loosened}):
        reading.docket.fault(clause, False, "what_if", "", stated=loosened.get(clause, "-"))
