"""Credits: every m² credited is within reach, ready, large enough a place, of an allowed kind, and credited once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.estates import Standing
from siteplanner.audit.fitness import complete, held_clause, unfit
from siteplanner.audit.places import Place
from siteplanner.audit.reach import describe, reach_clause, walk_s, within
from siteplanner.audit.reading import Reading
from siteplanner.plan import Credit
from siteplanner.policy.schema import Standard

Draw = tuple[Standard, int]


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
            if standard.sharing == "shared_capacity":
                draws[(credit.checkpoint, credit.place)].append((standard, credit.area_dm2))
    for (day, name), drawn in sorted(draws.items(), key=lambda kv: kv[0]):
        _capacity(reading, day, reading.places[name], drawn)


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
    misfit = unfit(reading, standard, place, credit.checkpoint)
    if standard.deadline:
        reading.docket.check(standard.deadline.clause, True, "not_ready")
    if misfit is None:
        reading.docket.check(standard.place.min.clause if standard.place.min else standard.clause, True, "place_below_min")
    else:
        reading.docket.check(misfit.clause, False, misfit.code, credit.estate, **misfit.facts)


def _capacity(reading: Reading, day: date, place: Place, drawn: list[Draw]) -> None:
    """Test that credits fit a place: gross draws one for one, net draws at the place's own net to gross ratio."""
    for standard in sorted({s.cohort: s for s, _ in drawn}.values(), key=lambda s: s.cohort):
        own = [(s, area) for s, area in drawn if s.cohort == standard.cohort]
        _fits(reading, day, place, own, standard, place.area(day, "gross", standard), place.area(day, "net", standard))
    _fits(reading, day, place, drawn, drawn[0][0], place.area(day, "gross"), place.area(day, "net"))


def _fits(reading: Reading, day: date, place: Place, drawn: list[Draw], standard: Standard, gross: int, net: int) -> None:
    by_gross = sum(area for s, area in drawn if s.area_basis == "gross")
    by_net = sum(area for s, area in drawn if s.area_basis == "net")
    ok = by_gross * net + by_net * gross <= gross * net if by_net else by_gross <= gross
    if by_net and not gross * net:
        ok = False
    aside = place.premises is not None and place.premises.set_aside_dm2 is not None and not any(part.option for part in place.parts)
    late = not ok and place.area(complete(place), "gross") >= by_gross + by_net and any(part.ready > day for part in place.parts)
    facts = {"credited": square_metres(by_gross + by_net), "area": square_metres(gross if not by_net else net), "day": day.isoformat()}
    if late and standard.deadline:
        reading.docket.check(standard.deadline.clause, ok, "over_capacity_unready", place.id, **facts)
    elif aside:
        reading.docket.check(held_clause(reading, place), ok, "over_set_aside", place.id, **facts)
    else:
        reading.docket.check(standard.clause, ok, "over_capacity", place.id, **facts)
