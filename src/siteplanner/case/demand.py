"""What every estate needs: cohort, required area, exemption, deadline; and the checkpoints at which it is tested."""

from __future__ import annotations

from datetime import date

from siteplanner.case.case import Need
from siteplanner.money import last_year
from siteplanner.plan import Duty
from siteplanner.policy.rules import exempt_until, last_day, reach_s, required_area_dm2, scaled_area_dm2, standard_of
from siteplanner.policy.schema import Exemption, NamedExemption, PolicyPack, Standard
from siteplanner.pools import estate_cohort
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
    cohort = estate_cohort(pack, estate)
    standard = standard_of(pack, cohort) if cohort else pack.standards[0]
    if pack.scope is not None and estate.kind not in pack.scope.kinds:
        return Need(estate, cohort, standard, 0, 0, None, "out_of_scope", pack.scope.clause, "out_of_scope")
    exemption = exemption_of(scenario, estate)
    if exemption is not None:
        return Need(estate, cohort, standard, 0, 0, None, "exempt", exemption.clause, exemption.id)
    named = named_exemption_of(pack, cohort, estate)
    if named is not None:
        return Need(estate, cohort, standard, 0, 0, None, "exempt", named.clause, named.id)
    if estate.id in scenario.settings.waive.estates:
        return Need(estate, cohort, standard, 0, 0, None, "exempt", standard.clause, "waived")
    in_lieu = pack.in_lieu
    if in_lieu is not None and in_lieu.need == "extinguished" and estate.in_lieu_fen and (not in_lieu.cohorts or cohort in in_lieu.cohorts):
        return Need(estate, cohort, standard, 0, 0, due_day(scenario, standard), "left", in_lieu.clause, "paid_in_lieu")
    required = required_area_dm2(standard, estate.dwellings, estate.floor_area_dm2, estate.households)
    required = scaled_area_dm2(required, scenario.settings.standards.area_percent)
    return Need(estate, cohort, standard, required, standard.coverage, due_day(scenario, standard), "due", standard.clause)


def exemption_of(scenario: Scenario, estate: Estate) -> Exemption | None:
    """Return the exemption an estate falls under: demolition, with evidence, inside the stated years."""
    if estate.demolition_date is None or not estate.demolition_evidence:
        return None
    for exemption in scenario.pack.exemptions:
        if estate.demolition_date <= exempt_until(scenario.settings.base_date, int(exemption.within.value)):
            return exemption
    return None


def named_exemption_of(pack: PolicyPack, cohort: str, estate: Estate) -> NamedExemption | None:
    """Return the "in principle" of the law from which an estate departs with a stated reason."""
    return next((e for e in pack.named_exemptions if cohort in e.cohorts and getattr(estate, e.field)), None)


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
        if need.status == "exempt" and need.reason in text
    )


def find_checkpoints(scenario: Scenario, needs: tuple[Need, ...]) -> tuple[date, ...]:
    """Return the last days in time of all deadlines and milestones, in order."""
    days = {need.due for need in needs if need.due is not None}
    days.update(last_day_of_milestone(milestone.date, milestone.day) for milestone in scenario.pack.milestones)
    days.update(last_day(tier.by) for tier in scenario.pack.tiers if tier.by is not None)
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
