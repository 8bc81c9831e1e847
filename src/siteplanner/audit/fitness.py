"""Why a place may not be credited under a standard on a day, and under which clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.places import Place
from siteplanner.audit.reading import Reading
from siteplanner.audit.sizes import may_credit
from siteplanner.policy.schema import Standard

IN_TIME = frozenset({"place_below_min", "place_without_area", "kind_not_allowed", "station_type_not_taken", "own_estate_only"})
"""What a place may fail on a day only because some of its rooms are not ready yet."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a place fails: the finding's code, the clause, and the facts that fill the sentence in."""

    code: str
    clause: str
    facts: Mapping[str, str]


def unfit(reading: Reading, standard: Standard, place: Place, day: date, estate: str) -> Misfit | None:
    """Return why m² of a place may not be credited to an estate under its standard on `day`, or None where they may."""
    code = may_credit(reading.pack, place, standard, day, estate)
    if not code:
        return None
    until = date.max
    if place.premises and _gone(place, day) and not place.standing(day):
        code = "given_up_credited"
    elif code == "not_ready" and (ended := [part.until for part in place.parts if part.option and part.until <= day]):
        until, code = max(ended), "lease_over"
    elif code in IN_TIME and not may_credit(reading.pack, place, standard, complete(place), estate):
        code = "not_ready"
    rule = standard.place
    facts = {
        "place": place.id,
        "area": square_metres(place.area(day, rule.basis, standard, estate)),
        "day": day.isoformat(),
        "ready": complete(place).isoformat(),
        "until": until.isoformat(),
        "least": square_metres(int(rule.min.value * 100)) if rule.min else "-",
        "most": square_metres(int(rule.max.value * 100)) if rule.max else "-",
        "cohort": standard.cohort,
    }
    return Misfit(code, _clause(reading, standard, place, code), facts)


def _clause(reading: Reading, standard: Standard, place: Place, code: str) -> str:
    rule, cluster = standard.place, reading.pack.cluster
    held = held_clause(reading, place) if place.premises else standard.clause
    clauses = {
        "not_ready": standard.deadline.clause if standard.deadline else standard.clause,
        "lease_over": standard.deadline.clause if standard.deadline else standard.clause,
        "given_up_credited": held,
        "place_without_area": held,
        "kind_not_allowed": standard.kinds_clause or standard.clause,
        "cluster_cohort": cluster.clause if cluster else standard.clause,
        "cluster_not_approved": cluster.clause if cluster else standard.clause,
        "place_below_min": rule.min.clause if rule.min else standard.clause,
        "place_above_max": rule.max.clause if rule.max else standard.clause,
    }
    return clauses.get(code, standard.clause)


def held_clause(reading: Reading, place: Place) -> str:
    """Return the clause under which premises count."""
    kinds = reading.pack.premises_kinds
    own = [kind.clause for kind in kinds if place.premises and kind.id == place.premises.kind]
    return own[0] if own else kinds[0].clause if kinds else reading.docket.governing("register")


def complete(place: Place) -> date:
    """Return the first day on which every room of a place is ready."""
    return max((part.ready for part in place.parts), default=date.max)


def _gone(place: Place, day: date) -> bool:
    return any(part.kind is None and part.until <= day for part in place.parts)
