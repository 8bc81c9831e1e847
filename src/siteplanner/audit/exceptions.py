"""Named exceptions: the plan names every departure it rests on, once, and none for which the scenario gives no reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from siteplanner.audit.estates import Standing
from siteplanner.audit.places import Place
from siteplanner.audit.reach import walk_s, within
from siteplanner.audit.reading import Reading
from siteplanner.audit.rooms import bites, excuse, passes
from siteplanner.audit.sizes import outside, size_reason
from siteplanner.plan import NamedException
from siteplanner.policy.schema import NamedExemption, Standard

PLACE_AREA = "place_area"
"""The code of an exception for a place whose area is outside the law's least and greatest."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A departure the law allows with a reason, as the plan must name it: any of ``subjects``, any of ``clauses``.

    ``code`` is the id of the rule departed from, where one rule gives it; else the plan's own word will do.
    """

    subjects: tuple[str, ...]
    clauses: tuple[str, ...]
    reason: str
    code: str = ""

    def covers(self, named: NamedException) -> bool:
        """Return whether an exception of the plan is this one."""
        known = named.subject in self.subjects and named.clause in self.clauses
        return known and named.reason == self.reason and self.code in ("", named.code)


def check(reading: Reading) -> None:
    """Test that what the plan rests on is named, and what it names is given."""
    docket, named = reading.docket, reading.plan.exceptions
    register = docket.governing("register")
    for (subject, _, _), times in sorted(Counter((e.subject, e.clause, e.code) for e in named).items()):
        docket.fault(register, times == 1, "exception_twice", subject, times=str(times))
    for leave in [*_rested_on(reading)]:
        found = any(leave.covers(row) for row in named)
        docket.fault(leave.clauses[0], found, "exception_missing", leave.subjects[0], reason=leave.reason)
    grounds = list(_grounds(reading))
    for row in named:
        known = any(ground.covers(row) for ground in grounds)
        docket.fault(row.clause, known, "exception_unfounded", row.subject, reason=row.reason or "-")


def _rested_on(reading: Reading) -> Iterator[Leave]:
    """Yield the departures with a reason that this plan needs."""
    for item in reading.taken:
        for rule in reading.pack.room_rules:
            reason = excuse(rule, item)
            if rule.state == "enforced" and reason and bites(rule, item) and not passes(reading, rule, item):
                yield Leave((item.site.id, item.option.id, item.place), (rule.clause,), reason, rule.id)
    apart = reading.pack.cluster
    for place in reading.places.values():
        if apart and place.kind == "cluster" and place.approval and len(place.parts) > 1:
            yield Leave((place.id, *(part.spot for part in place.parts)), (apart.clause,), place.approval)
        for standard in reading.pack.standards:
            if _leans(reading, place, standard):
                yield _size(place, standard)
    yield from _longer_walks(reading)
    yield from _exempted(reading)


def _leans(reading: Reading, place: Place, standard: Standard) -> bool:
    """Return whether estates of a class lean on a place that only its reason lets qualify."""
    if not size_reason(place, standard):
        return False
    area = sum(part.area(standard.place.basis) for part in place.standing(reading.final, standard))
    peers = [standing for standing, theirs in reading.bound if theirs.cohort == standard.cohort]
    return area > 0 and bool(outside(standard.place, area)) and any(within(reading, peer, standard, place) for peer in peers)


def _size(place: Place, standard: Standard) -> Leave:
    end = standard.place.min or standard.place.max
    return Leave((place.id,), (end.clause if end else standard.clause,), size_reason(place, standard), PLACE_AREA)


def _longer_walks(reading: Reading) -> Iterator[Leave]:
    """Yield the longer circles that credits rest on: without the exception the walk would be too long."""
    beyond: set[str] = set()
    for credit in reading.plan.credits:
        standing, place = reading.standings.get(credit.estate), reading.places.get(credit.place)
        if standing and standing.usual_s is not None and place and credit.estate not in beyond:
            walk = walk_s(reading, credit.estate, place)
            if walk is not None and walk > standing.usual_s and standing.limit_s != standing.usual_s:
                beyond.add(credit.estate)
                yield from _longer(standing)


def _longer(standing: Standing) -> Iterator[Leave]:
    estate, standard = standing.estate, standing.standard
    if standard and standing.usual_s is not None and estate.circle_exception_s is not None and estate.circle_exception_reason:
        limit = standard.reach.limit
        clauses = tuple({limit.clause if limit else standard.reach.clause: None, standard.reach.clause: None})
        yield Leave((estate.id,), clauses, estate.circle_exception_reason)


def _exempted(reading: Reading) -> Iterator[Leave]:
    """Yield the estates that need nothing because they state a reason the law takes."""
    for standing in reading.standings.values():
        rule = standing.exemption
        if isinstance(rule, NamedExemption):
            yield Leave((standing.estate.id,), (rule.clause,), str(getattr(standing.estate, rule.field)), rule.id)


def _grounds(reading: Reading) -> Iterator[Leave]:
    """Yield every departure the scenario gives a reason for, whether the plan rests on it or not."""
    for standing in reading.standings.values():
        yield from _longer(standing)
    yield from _exempted(reading)
    for item in reading.taken:
        for rule in reading.pack.room_rules:
            reason = excuse(rule, item)
            if reason:
                yield Leave((item.site.id, item.option.id, item.place), (rule.clause,), reason, rule.id)
    for place in reading.places.values():
        yield from (_size(place, standard) for standard in reading.pack.standards if size_reason(place, standard))
    apart = reading.pack.cluster
    for site in reading.scenario.sites:
        if apart and site.cluster and site.cluster_approval:
            yield Leave((site.cluster, site.id), (apart.clause,), site.cluster_approval)
