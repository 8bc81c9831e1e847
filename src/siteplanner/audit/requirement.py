"""Requirement and coverage: at every checkpoint each estate whose day has come has its area and its places in reach."""

from __future__ import annotations

from datetime import date

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.estates import Standing
from siteplanner.audit.fitness import unfit
from siteplanner.audit.places import Place
from siteplanner.audit.reach import circle, places_within, within
from siteplanner.audit.reading import Reading
from siteplanner.audit.sizes import may_credit, meets_size
from siteplanner.plan import Credit
from siteplanner.policy.schema import Standard


def check(reading: Reading) -> None:
    """Test each estate that must be served at each checkpoint from its own last day on."""
    for standing in reading.standings.values():
        cohorts = reading.pack.cohorts
        clause = standing.cohort.clause if standing.cohort else cohorts[0].clause
        reading.docket.fault(clause, standing.status != "unclassed", "cohort_unknown", standing.estate.id)
    for day in reading.needed:
        clauses = {std.deadline.clause if std.deadline else std.clause for s, std in reading.bound if s.must and s.due == day}
        for clause in sorted(clauses):
            reading.docket.fault(clause, day in reading.plan.checkpoints, "checkpoint_missing", day.isoformat())
    for standing, standard in reading.bound:
        if standing.must:
            for day in reading.checkpoints:
                if day >= standing.due:
                    _served(reading, standing, standard, day)


def _served(reading: Reading, standing: Standing, standard: Standard, day: date) -> None:
    estate, docket = standing.estate.id, reading.docket
    have, need = held(reading, standing, standard, day), needed(reading, standing, standard)
    facts = {"held": square_metres(have), "required": square_metres(need), "day": day.isoformat()}
    enough = docket.check(standard.clause, have >= need, "requirement_short", estate, **facts)
    count = covering(reading, standing, standard, day)
    facts = {"found": str(count), "wanted": str(standard.coverage), "day": day.isoformat()}
    covered = docket.check(standard.clause, count >= standard.coverage, "coverage_short", estate, **facts)
    if not (enough and covered) and not reading.scenario.best_effort:
        _name_the_cause(reading, standing, standard, day)


def _name_the_cause(reading: Reading, standing: Standing, standard: Standard, day: date) -> None:
    """Say of each place opened within reach of a short estate why it does not count: too small, too late, no consent."""
    for place in places_within(reading, standing, standard):
        if any(part.option for part in place.parts):
            misfit = unfit(reading, standard, place, day, standing.estate.id)
            if misfit is not None:
                reading.docket.check(misfit.clause, False, misfit.code, place.id, **misfit.facts)


def served(reading: Reading, standing: Standing, standard: Standard, day: date, *, lawful: bool = False) -> bool:
    """Return whether an estate has its area and its places on `day`; `lawful`: of its credits those alone that it may have that day."""
    enough = held(reading, standing, standard, day, lawful=lawful) >= needed(reading, standing, standard)
    return enough and covering(reading, standing, standard, day) >= standard.coverage


def held(reading: Reading, standing: Standing, standard: Standard, day: date, *, lawful: bool = False) -> int:
    """Return the dm² an estate has: its credits at a checkpoint, or under the circle readings the area in its reach."""
    if standard.sharing == "shared_capacity":
        credits = reading.credits.get((day, standing.estate.id), ())
        return sum(c.area_dm2 for c in credits if not lawful or _lawful(reading, standing, standard, c))
    around, estate = _around(reading, standing, standard, day), standing.estate.id
    return sum(place.area(day, standard.area_basis, standard, estate) for place in around)


def _lawful(reading: Reading, standing: Standing, standard: Standard, credit: Credit) -> bool:
    """Return whether a credited place is within reach, ready, and taken by the standard."""
    place = reading.places.get(credit.place)
    if place is None or not within(reading, standing, standard, place):
        return False
    return not may_credit(reading.pack, place, standard, credit.checkpoint, standing.estate.id)


def _around(reading: Reading, standing: Standing, standard: Standard, day: date) -> list[Place]:
    near = places_within(reading, standing, standard)
    return [place for place in near if not may_credit(reading.pack, place, standard, day, standing.estate.id)]


def needed(reading: Reading, standing: Standing, standard: Standard) -> int:
    """Return the dm² an estate's reach must hold: its own need, or that of all estates of its circle."""
    if standard.sharing != "circle_total":
        return standing.required_dm2
    estate = standing.estate.id
    if estate not in reading.circles:
        reading.circles[estate] = sum(other.required_dm2 for other in circle(reading, standing, standard))
    return reading.circles[estate]


def covering(reading: Reading, standing: Standing, standard: Standard, day: date) -> int:
    """Return the number of places in reach that meet the place rule in full on `day`."""
    near = places_within(reading, standing, standard)
    return sum(1 for place in near if not meets_size(reading.pack, place, standard, day, standing.estate.id))
