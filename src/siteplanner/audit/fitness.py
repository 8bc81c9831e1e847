"""Why a place may not be credited under a standard on a day, and under which clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.places import Place, may_credit
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import Standard


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a place fails: the finding's code, the clause, and the facts that fill the sentence in."""

    code: str
    clause: str
    facts: Mapping[str, str]


def unfit(reading: Reading, standard: Standard, place: Place, day: date) -> Misfit | None:
    """Return why m² of a place may not be credited under a standard on `day`, or None where they may."""
    code = may_credit(reading.pack, place, standard, day)
    if not code:
        return None
    if place.premises and _gone(place, day) and not place.standing(day):
        code = "given_up_credited"
    elif code in ("place_below_min", "kind_not_allowed") and not may_credit(reading.pack, place, standard, complete(place)):
        code = "not_ready"
    rule = standard.place
    facts = {
        "place": place.id,
        "area": square_metres(place.area(day, rule.basis, standard)),
        "day": day.isoformat(),
        "ready": complete(place).isoformat(),
        "least": square_metres(int(rule.min.value * 100)) if rule.min else "-",
        "most": square_metres(int(rule.max.value * 100)) if rule.max else "-",
        "cohort": standard.cohort,
    }
    return Misfit(code, _clause(reading, standard, place, code), facts)


def _clause(reading: Reading, standard: Standard, place: Place, code: str) -> str:
    rule = standard.place
    if code == "not_ready" and standard.deadline:
        return standard.deadline.clause
    if code == "given_up_credited" and place.premises:
        return held_clause(reading, place)
    if code in ("cluster_cohort", "cluster_not_approved") and reading.pack.cluster:
        return reading.pack.cluster.clause
    if code == "place_below_min" and rule.min:
        return rule.min.clause
    if code == "place_above_max" and rule.max:
        return rule.max.clause
    return standard.clause


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
