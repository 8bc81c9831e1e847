"""The gap list: every estate once, with its class, its need and what it has; duties complete."""

from __future__ import annotations

from collections import Counter

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.estates import Standing
from siteplanner.audit.reach import walk_s
from siteplanner.audit.reading import Reading
from siteplanner.audit.requirement import held, needed, served
from siteplanner.plan import Duty, Service
from siteplanner.policy.schema import Exemption, NamedExemption


def check(reading: Reading) -> None:
    """Test services and duties."""
    clause = reading.docket.governing("register")
    listed = Counter(row.estate for row in reading.plan.services)
    for estate in sorted(set(reading.standings) | set(listed)):
        ok = listed[estate] == (1 if estate in reading.standings else 0)
        reading.docket.fault(clause, ok, "estate_listed", estate, times=str(listed[estate]))
    for row in reading.plan.services:
        if row.estate in reading.standings:
            _service(reading, row, reading.standings[row.estate])
    _duties(reading)


def _service(reading: Reading, row: Service, standing: Standing) -> None:
    docket, estate = reading.docket, standing.estate
    register = docket.governing("register")
    stated, found = (f"{r.name}, {r.township}" for r in (row, estate))
    docket.fault(register, stated == found, "service_township", estate.id, stated=stated, found=found)
    households = docket.governing("households")
    counts = {"stated": str(row.dwellings), "found": str(estate.dwellings)}
    docket.fault(households, row.dwellings == estate.dwellings, "service_dwellings", estate.id, **counts)
    if standing.cohort and standing.status != "out_of_scope":
        cohort = standing.cohort
        docket.fault(cohort.clause, row.cohort == cohort.id, "service_cohort", estate.id, stated=row.cohort, found=cohort.id)
    _status(reading, row, standing)
    clause = standing.standard.clause if standing.standard else register
    bound = standing.standard if standing.status == "bound" else None
    need = needed(reading, standing, bound) if bound else 0
    facts = {"stated": square_metres(row.required_dm2), "found": square_metres(need)}
    docket.fault(clause, row.required_dm2 == need, "service_required", estate.id, **facts)
    have = held(reading, standing, bound, reading.final) if bound else 0
    facts = {"stated": square_metres(row.held_dm2), "found": square_metres(have)}
    docket.fault(clause, row.held_dm2 == have, "service_held", estate.id, **facts)
    place = reading.places.get(row.nearest)
    walk = walk_s(reading, estate.id, place) if place else None
    ok = row.nearest_walk_s == walk if place else not row.nearest and row.nearest_walk_s is None
    facts = {"place": row.nearest or "-", "stated": str(row.nearest_walk_s), "walk": str(walk)}
    docket.fault(clause, ok, "service_nearest", estate.id, **facts)


def _allowed(reading: Reading, standing: Standing) -> tuple[str, ...]:
    """Return the statuses the plan may give an estate at its end."""
    if standing.status in ("exempt", "out_of_scope"):
        return (standing.status,)
    if standing.status == "left":
        return ("served",)
    if standing.standard is None:
        return ()
    return ("served",) if served(reading, standing, standing.standard, reading.final) else ("short",)


def _status(reading: Reading, row: Service, standing: Standing) -> None:
    """Test the status an estate is given, under the clause that decides it; an estate left short breaks its standard."""
    pack, docket, estate = reading.pack, reading.docket, standing.estate
    allowed = _allowed(reading, standing)
    if standing.must and standing.standard:
        need = square_metres(standing.required_dm2)
        docket.check(standing.standard.clause, row.status != "short", "estate_short", estate.id, required=need)
    ok, facts = row.status in allowed, {"stated": row.status, "found": " / ".join(allowed)}
    if pack.scope:
        out = (row.status == "out_of_scope") == (standing.status == "out_of_scope")
        docket.fault(pack.scope.clause, out, "scope_wrong", estate.id, **facts, kind=estate.kind)
        ok = ok or not out
    rules: list[Exemption | NamedExemption] = [*pack.exemptions, *pack.named_exemptions]
    if rules and (estate.demolition_date or "exempt" in (row.status, standing.status)):
        clause = standing.exemption.clause if standing.exemption else rules[0].clause
        spared = (row.status == "exempt") == (standing.status == "exempt")
        if isinstance(standing.exemption or rules[0], Exemption):
            docket.fault(clause, spared, "exemption_wrong", estate.id, **facts, demolition=str(estate.demolition_date or "-"))
        else:
            docket.fault(clause, spared, "reason_wrong", estate.id, **facts)
        ok = ok or not spared
    clause = standing.standard.clause if standing.standard else docket.governing("register")
    docket.fault(clause, ok, "status_wrong", estate.id, **facts)


def _duties(reading: Reading) -> None:
    exempt = {s.estate.id: s.exemption for s in reading.standings.values() if isinstance(s.exemption, Exemption)}
    listed = Counter(duty.estate for duty in reading.plan.duties)
    register = next((e.clause for e in reading.pack.exemptions), reading.docket.governing("register"))
    for estate in sorted(set(exempt) | set(listed)):
        rule = exempt.get(estate)
        clause = rule.clause if rule else register
        reading.docket.fault(clause, not rule or listed[estate] > 0, "duty_missing", estate)
        reading.docket.fault(clause, listed[estate] <= (1 if rule else 0), "duty_extra", estate, times=str(listed[estate]))
    for duty in reading.plan.duties:
        rule = exempt.get(duty.estate)
        if rule:
            _duty(reading, duty, rule)


def _duty(reading: Reading, duty: Duty, rule: Exemption) -> None:
    estate = reading.standings[duty.estate].estate
    stated = (duty.name, duty.township, duty.clause, duty.duty_zh, duty.duty_en, duty.evidence)
    found = (estate.name, estate.township, rule.clause, rule.duty.zh, rule.duty.en, estate.demolition_evidence)
    facts = {"stated": ", ".join(stated), "found": ", ".join(found)}
    reading.docket.fault(rule.clause, stated == found, "duty_wrong", duty.estate, **facts)
