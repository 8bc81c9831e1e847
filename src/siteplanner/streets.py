"""What a plan and the ``walk`` command keep of the streets that were walked, and the notices that follow from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median

from siteplanner.plan import Notice
from siteplanner.roads.measure import Measured
from siteplanner.roads.shift import OF_ROADS
from siteplanner.scenario.schema import Scenario
from siteplanner.walked import SnapRecord, StreetRecord, WalkRecord


def street_record(scenario: Scenario, streets: Measured | None) -> StreetRecord | None:
    """Return the record of the streets, or None where walks do not go by roads."""
    source = scenario.settings.walking.roads
    if streets is None or source is None or scenario.roads is None or not streets.snap_m:
        return None
    far = [SnapRecord(id=key, metres=metres) for key, metres in sorted(streets.snap_m.items()) if metres > source.far_snap_m]
    shift = streets.shift
    return StreetRecord(
        network=scenario.roads.sha256,
        points=len(streets.snap_m),
        median_m=round(median(streets.snap_m.values()), 2),
        greatest_m=max(streets.snap_m.values()),
        far=tuple(far),
        unreachable=streets.unreachable,
        isolated=streets.isolated,
        shift_m=None if shift is None else round(math.hypot(shift.east_m, shift.north_m)),
        shift_crs="" if shift is None else shift.crs,
    )


def street_notices(scenario: Scenario, walks: WalkRecord) -> Iterator[Notice]:
    """Yield what the streets tell of coordinates and points: a shift first, then far and cut-off points."""
    streets = walks.streets
    if streets is None:
        return
    reaches = [standard.reach for standard in scenario.pack.standards]
    clause = next((reach.clause for reach in reaches if reach.mode == "walk"), "")
    if streets.shift_m is not None:
        of_points, of_roads = bool(streets.shift_crs), streets.shift_crs.startswith(OF_ROADS)
        facts = {"metres": str(streets.shift_m), "crs": streets.shift_crs.removeprefix(OF_ROADS), "declared": scenario.settings.crs or ""}
        yield Notice(
            clause=clause,
            code="shifted_of_roads" if of_roads else "shifted_of_points" if of_points else "shifted_unexplained",
            facts=facts,
        )
    for snap in streets.far:
        yield Notice(clause=clause, code="far_from_street", subject=snap.id, facts={"metres": str(round(snap.metres))})
    for estate in streets.unreachable:
        yield Notice(clause=clause, code="unreachable", subject=estate)
    for estate in streets.isolated:
        yield Notice(clause=clause, code="isolated", subject=estate)


def flag_notices(scenario: Scenario) -> Iterator[Notice]:
    """Yield what the input itself must be told of: rows whose township is not the one they lie in."""
    for flag in scenario.flags:
        differs = flag.code == "township_differs"
        yield Notice(clause="", code="township_differs" if differs else "township_outside", subject=flag.subject, facts=dict(flag.facts))
