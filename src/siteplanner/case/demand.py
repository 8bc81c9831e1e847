"""What every estate needs: cohort, required area, exemption, deadline; and the checkpoints at which it is tested."""

from __future__ import annotations

from datetime import date

from siteplanner.case.case import Need
from siteplanner.money import last_year
from siteplanner.plan import Duty
from siteplanner.policy.rules import cohort_of, exempt_until, last_day, reach_s, required_area_dm2, scaled_area_dm2, standard_of
from siteplanner.policy.schema import Exemption, PolicyPack, Standard
from siteplanner.scenario.schema import Estate, Scenario


def plan_end(scenario: Scenario) -> date:
    """Return the last day of the horizon: the checkpoint of needs without a deadline."""
    return date(last_year(scenario.settings.finance), 12, 31)


def due_day(scenario: Scenario, standard: Standard) -> date | None:
    """Return the last day in time for a cohort; None where a milestone alone asks for it."""
    if standard.deadline is not None:
        return last_day(standard.deadline)
    return plan_end(scenario) if scenario.pack.require_all_by_end else None


def find_needs(scenario: Scenario) -> tuple[Need, ...]:
    """Return one need an estate, sorted by id."""
    return tuple(_need(scenario, estate) for estate in sorted(scenario.estates, key=lambda e: e.id))


def _need(scenario: Scenario, estate: Estate) -> Need:
    pack = scenario.pack
    cohort = _cohort(pack, estate)
    standard = standard_of(pack, cohort) if cohort else pack.standards[0]
    if pack.scope is not None and estate.kind not in pack.scope.kinds:
        return Need(estate, cohort, standard, 0, 0, None, "out_of_scope", pack.scope.clause, "out_of_scope")
    exemption = exemption_of(scenario, estate)
    if exemption is not None:
        return Need(estate, cohort, standard, 0, 0, None, "exempt", exemption.clause, exemption.id)
    required = required_area_dm2(standard, estate.dwellings, estate.floor_area_dm2)
    required = scaled_area_dm2(required, scenario.settings.standards.area_percent)
    return Need(estate, cohort, standard, required, standard.coverage, due_day(scenario, standard), "due", standard.clause)


def _cohort(pack: PolicyPack, estate: Estate) -> str:
    dates = {"approved": estate.approved, "started": estate.started, "completed": estate.completed}
    found = cohort_of(pack, kind=estate.kind, cohort=estate.cohort, in_programme=estate.in_programme, dates=dates)
    return found.id if found else ""


def exemption_of(scenario: Scenario, estate: Estate) -> Exemption | None:
    """Return the exemption an estate falls under: demolition, with evidence, inside the stated years."""
    if estate.demolition_date is None or not estate.demolition_evidence:
        return None
    for exemption in scenario.pack.exemptions:
        if estate.demolition_date <= exempt_until(scenario.settings.base_date, int(exemption.within.value)):
            return exemption
    return None


def find_duties(scenario: Scenario, needs: tuple[Need, ...]) -> tuple[Duty, ...]:
    """Return the duties owed to exempt estates (home visits)."""
    text = {exemption.id: exemption.duty for exemption in scenario.pack.exemptions}
    return tuple(
        Duty(
            estate=need.id,
            name=need.estate.name,
            township=need.estate.township,
            clause=need.clause,
            duty_zh=text[need.reason].zh,
            duty_en=text[need.reason].en,
            evidence=need.estate.demolition_evidence,
        )
        for need in needs
        if need.status == "exempt"
    )


def find_checkpoints(scenario: Scenario, needs: tuple[Need, ...]) -> tuple[date, ...]:
    """Return the last days in time of all deadlines and milestones, in order."""
    days = {need.due for need in needs if need.due is not None}
    for milestone in scenario.pack.milestones:
        days.add(last_day_of_milestone(milestone.date, milestone.day))
    return tuple(sorted(days)) or (plan_end(scenario),)


def last_day_of_milestone(day: date, reading: str) -> date:
    """Return the last day in time of a milestone."""
    return day if reading == "included" else date.fromordinal(day.toordinal() - 1)


def walk_limit_s(scenario: Scenario, need: Need) -> int | None:
    """Return the longest walk allowed to an estate: the law's or the scenario's, or its named exception if longer."""
    limit = reach_s(need.standard, scenario.settings.standards.reach_minutes)
    if limit is None:
        return None
    exception = need.estate.circle_exception_s
    return limit if exception is None else max(limit, exception)
