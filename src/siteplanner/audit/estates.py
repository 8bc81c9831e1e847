"""What the law asks for each estate: its class, whether it may be left out, the area it must have, by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from siteplanner.audit.arithmetic import ratio, up
from siteplanner.audit.calendar import due, later
from siteplanner.audit.places import counted
from siteplanner.policy.schema import AreaTest, Cohort, Exemption, InLieu, NamedExemption, PolicyPack, Standard, When
from siteplanner.scenario.schema import Estate, Scenario

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """How one estate stands before the law.

    ``bound`` estates must have ``required_dm2`` (on the standard's basis) by ``due``, if ``must``; ``left`` ones need
    nothing because the law leaves out estates that hold some area or have paid in lieu, and count as done. ``usual_s`` is
    the longest walk of the standard, ``limit_s`` that of this estate, its named exception included; None where reach is no walk.
    """

    estate: Estate
    status: Literal["bound", "exempt", "out_of_scope", "left", "unclassed"]
    cohort: Cohort | None = None
    standard: Standard | None = None
    exemption: Exemption | NamedExemption | None = None
    required_dm2: int = 0
    due: date = date.max
    must: bool = False
    usual_s: int | None = None
    limit_s: int | None = None


def standings(scenario: Scenario) -> dict[str, Standing]:
    """Return the standing of every estate by id."""
    return {estate.id: _standing(scenario, estate) for estate in scenario.estates}


def _standing(scenario: Scenario, estate: Estate) -> Standing:
    pack = scenario.pack
    cohort = next((c for c in pack.cohorts if holds(c.when, estate)), None)
    if pack.scope and estate.kind not in pack.scope.kinds:
        return Standing(estate, "out_of_scope", cohort)
    exemption = exempted(pack, estate, scenario.settings.base_date) or excepted(pack, estate, cohort)
    if exemption:
        return Standing(estate, "exempt", cohort, exemption=exemption)
    if cohort is None:
        return Standing(estate, "unclassed")
    standard = next((s for s in pack.standards if s.cohort == cohort.id), None)
    if standard is None:
        return Standing(estate, "out_of_scope", cohort)
    if estate.id in scenario.settings.waive.estates:
        return Standing(estate, "exempt", cohort)
    usual = usual_walk_s(scenario, standard)
    limit = usual
    if usual is not None and estate.circle_exception_s is not None and estate.circle_exception_reason:
        limit = max(usual, estate.circle_exception_s)
    last, must = due(standard.deadline, scenario.settings.finance), standard.deadline is not None or pack.require_all_by_end
    if _left(scenario, estate, standard):
        return Standing(estate, "left", cohort, standard, due=last, must=must, usual_s=usual, limit_s=limit)
    return Standing(
        estate,
        "bound",
        cohort,
        standard,
        required_dm2=required(standard, estate, scenario.settings.standards.area_percent),
        due=last,
        must=must,
        usual_s=usual,
        limit_s=limit,
    )


def holds(when: When, estate: Estate) -> bool:
    """Return whether every part of a test on an estate holds; a date that is not given passes no dated test."""
    day: date | None = getattr(estate, when.event) if when.event else None
    dated = when.event is None or (
        day is not None and (when.before is None or day < when.before) and (when.from_ is None or day >= when.from_)
    )
    return (
        dated
        and (when.cohort is None or estate.cohort == when.cohort)
        and (when.kinds is None or estate.kind in when.kinds)
        and (when.in_programme is None or estate.in_programme == when.in_programme)
    )


def exempted(pack: PolicyPack, estate: Estate, base_date: date) -> Exemption | None:
    """Return the exemption that holds: demolition no later than the stated span after the base date, with evidence."""
    if estate.demolition_date is None or not estate.demolition_evidence:
        return None
    day = estate.demolition_date
    return next((e for e in pack.exemptions if day <= later(base_date, e.within)), None)


def excepted(pack: PolicyPack, estate: Estate, cohort: Cohort | None) -> NamedExemption | None:
    """Return the "in principle" of the law from which an estate of its class departs for a stated reason."""
    return next((e for e in pack.named_exemptions if cohort and cohort.id in e.cohorts and getattr(estate, e.field)), None)


def required(standard: Standard, estate: Estate, percent: Decimal | None) -> int:
    """Return the required area in dm², the largest of the tests, a part of a dm² counting as one."""
    num, den = ratio(percent) if percent is not None else (100, 1)
    wanted = [_test(test, estate) * Fraction(num, 100 * den) for test in standard.tests]
    return max((up(area.numerator, area.denominator) for area in wanted), default=0)


def _test(test: AreaTest, estate: Estate) -> Fraction:
    value = Fraction(*ratio(test.value.value))
    if test.test == "floor_area_share":
        return value * (estate.floor_area_dm2 or 0)
    dm2_per_hundred, count = value * 100, (estate.households or 0) if test.per == "household" else estate.dwellings
    if test.rounding == "up_to_hundred":
        return dm2_per_hundred * up(count, 100)
    return dm2_per_hundred * count / 100


def law_walk_s(standard: Standard) -> int | None:
    """Return the longest walk the law allows, in whole seconds, or None where reach is no walk."""
    if standard.reach.mode != "walk" or standard.reach.limit is None:
        return None
    num, den = ratio(standard.reach.limit.value)
    return num * SECONDS_PER_MINUTE // den


def usual_walk_s(scenario: Scenario, standard: Standard) -> int | None:
    """Return the longest walk in force: the law's, a stricter one of the scenario, or in a what-if run any it states."""
    law, own = law_walk_s(standard), scenario.settings.standards.reach_minutes
    if law is None or own is None:
        return law
    num, den = ratio(own)
    stated = num * SECONDS_PER_MINUTE // den
    return stated if scenario.settings.what_if else min(law, stated)


def _left(scenario: Scenario, estate: Estate, standard: Standard) -> bool:
    """Return whether the law leaves the estate as it is: it holds some area already, or has paid in lieu of its need."""
    rule = scenario.pack.in_lieu
    if rule and rule.need == "extinguished" and pays_in_lieu(rule, estate, standard.cohort):
        return True
    kinds = {kind.id: kind for kind in scenario.pack.premises_kinds}
    return standard.some_area == "leave" and any(
        room.estate == estate.id and room.status == "in_use" and room.kind in kinds and counted(room, kinds[room.kind])[0] > 0
        for room in scenario.premises
    )


def pays_in_lieu(rule: InLieu, estate: Estate, cohort: str) -> bool:
    """Return whether an estate's developer pays in lieu: an amount and a year are stated, and the law lets its class pay."""
    return bool(estate.in_lieu_fen) and estate.in_lieu_year is not None and (not rule.cohorts or cohort in rule.cohorts)


def departures(scenario: Scenario) -> Mapping[str, str]:
    """Return the clauses whose value the scenario relaxes, with what it relaxes them to."""
    own, loosened = scenario.settings.standards, dict(scenario.waived)
    for estate in scenario.estates:
        cohort = next((c for c in scenario.pack.cohorts if holds(c.when, estate)), None)
        if estate.id in scenario.settings.waive.estates and cohort is not None:
            loosened |= {standard.clause: "-" for standard in scenario.pack.standards if standard.cohort == cohort.id}
    for standard in scenario.pack.standards:
        law = law_walk_s(standard)
        if law is not None and own.reach_minutes is not None and own.reach_minutes * SECONDS_PER_MINUTE > law:
            limit = standard.reach.limit
            loosened[limit.clause if limit else standard.reach.clause] = f"{own.reach_minutes} min"
        if standard.tests and own.area_percent is not None and own.area_percent < 100:
            loosened[standard.clause] = f"{own.area_percent} %"
    return loosened
