"""Credits: every m² credited is within reach, ready, of a place large enough and allowed; `capacity` tests them together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.capacity import Draw, shared
from siteplanner.audit.estates import Standing
from siteplanner.audit.fitness import unfit
from siteplanner.audit.places import Place
from siteplanner.audit.reach import describe, reach_clause, walk_s, within
from siteplanner.audit.reading import Reading
from siteplanner.plan import Credit
from siteplanner.policy.schema import Standard


def check(reading: Reading) -> None:
    """Test every credit by itself, then each place's credits together at each checkpoint."""
    draws: dict[tuple[date, str], list[Draw]] = defaultdict(list)
    seen: set[tuple[date, str, str]] = set()
    first = reading.docket.governing("register")
    for credit in reading.plan.credits:
        standing, place = reading.standings.get(credit.estate), reading.places.get(credit.place)
        if not reading.docket.fault(first, standing is not None, "credit_unknown_estate", credit.estate, place=credit.place):
            continue
        if standing is None or not _needs(reading, standing, credit) or standing.standard is None:
            continue
        standard = standing.standard
        key = (credit.checkpoint, credit.estate, credit.place)
        reading.docket.fault(standard.clause, key not in seen, "credit_doubled", credit.estate, place=credit.place)
        seen.add(key)
        reading.docket.fault(
            standard.clause, credit.area_dm2 >= 0, "credit_negative", credit.estate, place=credit.place, area=square_metres(credit.area_dm2)
        )
        if not reading.docket.fault(standard.clause, place is not None, "place_unknown", credit.estate, place=credit.place):
            continue
        if place is not None:
            _reach(reading, standing, standard, place, credit)
            _size(reading, standard, place, credit)
            draws[(credit.checkpoint, credit.place)].append(Draw(standard, credit.estate, credit.area_dm2))
    for (day, name), drawn in sorted(draws.items(), key=lambda kv: kv[0]):
        shared(reading, day, reading.places[name], drawn)


def _needs(reading: Reading, standing: Standing, credit: Credit) -> bool:
    if standing.status == "bound":
        return True
    pack = reading.pack
    clause = pack.cohorts[0].clause
    if standing.exemption:
        clause = standing.exemption.clause
    elif standing.status == "out_of_scope" and pack.scope:
        clause = pack.scope.clause
    elif standing.standard:
        clause = standing.standard.clause
    reading.docket.fault(clause, credit.area_dm2 <= 0, "credit_to_unbound", credit.estate, place=credit.place, status=standing.status)
    return False


def _reach(reading: Reading, standing: Standing, standard: Standard, place: Place, credit: Credit) -> None:
    docket, clause = reading.docket, reach_clause(standard)
    walk = walk_s(reading, credit.estate, place)
    facts = {"place": place.id, "walk": "-" if walk is None else str(walk), "limit": describe(standing, standard)}
    docket.check(clause, within(reading, standing, standard, place), "beyond_reach", credit.estate, **facts)
    stated = credit.walk_s
    same = stated == walk if standard.reach.mode == "walk" else stated is None or walk is None or stated == walk
    docket.fault(clause, same, "credit_walk_wrong", credit.estate, place=place.id, stated=str(stated), walk=facts["walk"])


def _size(reading: Reading, standard: Standard, place: Place, credit: Credit) -> None:
    misfit = unfit(reading, standard, place, credit.checkpoint, credit.estate)
    if standard.deadline:
        reading.docket.check(standard.deadline.clause, True, "not_ready")
    if misfit is None:
        reading.docket.check(standard.place.min.clause if standard.place.min else standard.clause, True, "place_below_min")
    else:
        reading.docket.check(misfit.clause, False, misfit.code, credit.estate, **misfit.facts)
