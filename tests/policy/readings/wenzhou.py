"""Wenzhou: what each open reading changes. New estates need rooms of 300 m² net inside, old ones a place of 200 m² in the circle."""

from __future__ import annotations

from typing import Any

from policy.readings.case import Reading
from support.small import County, estate, room

POLICY = "wenzhou-2023"
TO_JULY_2027 = "1369"
"""Days from 2023-10-01 to 2027-07-01."""


def _room(key: str, m2: int, net: int, yuan: int, **cells: Any) -> dict[str, str]:
    return room(key, m2, yuan, gross_area_m2=m2, net_area_m2=net, **cells)


def _county(*rooms: dict[str, str], **changes: Any) -> County:
    return County(POLICY, changes.pop("estates", [estate("E", 1000)]), rooms, **changes)


def _new(dwellings: int, **cells: object) -> list[dict[str, str]]:
    return [estate("E", dwellings, cohort="new", floor_area_m2=100_000, **cells)]


READINGS = (
    Reading(
        POLICY, "bare_date", _county(_room("A", 200, 150, 100_000, lead_days=TO_JULY_2027), _room("B", 200, 150, 300_000)),
        {
            "excludes_day": {
                "chosen": "B 200", "credits": "E<B 0", "paid": "B 300000", "days": "2027-06-30", "rejected": "A WZ5 too_late",
            },
            "includes_day": {"chosen": "A 200", "credits": "E<A 0", "paid": "A 100000", "days": "2027-07-01", "rejected": ""},
        },
        "the cheap room is ready on 1 July 2027 itself",
    ),
    Reading(
        POLICY, "household_unit",
        _county(_room("A", 400, 300, 100_000, estate="E"), _room("B", 450, 300, 300_000, estate="E"), estates=_new(1500, households=1200)),
        {
            "dwelling": {"chosen": "B 450", "required": "E 450", "credits": "E<B 450", "paid": "B 300000"},
            "household": {"chosen": "A 400", "required": "E 360", "credits": "E<A 360", "paid": "A 100000"},
        },
        "1,200 households live in 1,500 dwellings",
    ),
    Reading(
        POLICY, "new_tests_basis",
        _county(_room("A", 400, 300, 100_000, estate="E"), _room("B", 480, 360, 300_000, estate="E"), estates=_new(1200)),
        {
            "gross": {"chosen": "A 400", "credits": "E<A 360", "paid": "A 100000"},
            "net": {"chosen": "B 480", "credits": "E<B 360", "paid": "B 300000"},
        },
        "360 m² are wanted and the cheap room has 400 gross, 300 net",
    ),
    Reading(
        POLICY, "new_rounding",
        _county(_room("A", 310, 300, 100_000, estate="E"), _room("B", 330, 300, 300_000, estate="E"), estates=_new(1010)),
        {
            "pro_rata": {"chosen": "A 310", "required": "E 303", "credits": "E<A 303", "paid": "A 100000"},
            "up_to_hundred": {"chosen": "B 330", "required": "E 330", "credits": "E<B 330", "paid": "B 300000"},
        },
        "1,010 dwellings are eleven hundreds, begun ones counted whole",
    ),
    Reading(
        POLICY, "new_cohort_reach", _county(_room("A", 400, 300, 100_000), _room("B", 400, 300, 300_000, estate="E"), estates=_new(1000)),
        {
            "own_estate": {"chosen": "B 400", "credits": "E<B 300", "paid": "B 300000"},
            "circle": {"chosen": "A 400", "credits": "E<A 300", "paid": "A 100000"},
        },
        "the cheap room is in the circle and outside the new estate",
    ),
    Reading(
        POLICY, "old_area_basis", _county(_room("A", 200, 150, 100_000), _room("B", 267, 200, 300_000)),
        {
            "gross": {"chosen": "A 200", "credits": "E<A 0", "paid": "A 100000", "rejected": ""},
            "net": {"chosen": "B 267", "credits": "E<B 0", "paid": "B 300000", "rejected": "A WZ2 fits_no_cohort"},
        },
        "the cheap room has 200 m² gross and 150 net",
    ),
    Reading(
        POLICY, "state_or_collective_idle_first",
        _county(
            _room("A", 200, 150, 100_000, owner_type="private"), _room("B", 200, 150, 300_000, owner_type="state", idle="yes"),
            _room("C", 200, 150, 100_000, owner_type="private"), _room("D", 200, 150, 100_000, owner_type="collective", idle="yes"),
            estates=[estate("E"), estate("F")],
            walks={(e, p): None for e, rooms in (("E", "CD"), ("F", "AB")) for p in rooms},
        ),
        {
            "off": {"chosen": "A 200, C 200", "credits": "E<A 0, F<C 0", "paid": "A 100000, C 100000"},
            "below": {"chosen": "A 200, D 200", "credits": "E<A 0, F<D 0", "paid": "A 100000, D 100000"},
            "above": {"chosen": "B 200, D 200", "credits": "E<B 0, F<D 0", "paid": "B 300000, D 100000"},
        },
        "E's idle room costs more than the private one, F's costs the same (the fixed tie order takes the private one)",
    ),
)  # fmt: skip
