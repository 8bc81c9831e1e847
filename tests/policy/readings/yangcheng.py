"""Yangcheng: what each open reading changes. Rooms of public money have 500 to 2000 m², ten beds and an outdoor space."""

from __future__ import annotations

from typing import Any

from policy.readings.case import Reading
from support.small import County, estate, held, room

POLICY = "yangcheng-2022"
TO_JULY_2024 = "798"
"""Days from 2022-04-25 to 2024-07-01, which the county's yearly plan is taken to name."""


def _county(*rooms: dict[str, str], **changes: Any) -> County:
    inputs = {"old_estates_before": "2024-07-01"}
    return County(POLICY, changes.pop("estates", [estate("E", 2000)]), rooms, inputs=inputs, **changes)


READINGS = (
    Reading(
        POLICY, "bare_date",
        _county(room("A", 500, 100_000, lead_days=TO_JULY_2024), room("B", 500, 300_000)),
        {
            "excludes_day": {"chosen": "B 500", "credits": "E<B 300", "paid": "B 300000", "days": "2024-06-30, 2025-12-31"},
            "includes_day": {"chosen": "A 500", "credits": "E<A 300", "paid": "A 100000", "days": "2024-07-01, 2025-12-31"},
        },
        "the cheap room is ready on the day the yearly plan names",
    ),
    Reading(
        POLICY, "household_unit", _county(room("A", 500, 100_000), room("B", 600, 300_000), estates=[estate("E", 4000, households=3000)]),
        {
            "dwelling": {"chosen": "B 600", "required": "E 600", "credits": "E<B 600", "paid": "B 300000"},
            "household": {"chosen": "A 500", "required": "E 450", "credits": "E<A 450", "paid": "A 100000"},
        },
        "3,000 households live in 4,000 dwellings",
    ),
    Reading(
        POLICY, "new_rounding", _county(room("A", 500, 100_000), room("B", 510, 300_000), estates=[estate("E", 1601, cohort="new")]),
        {
            "pro_rata": {"chosen": "A 500", "required": "E 480.3", "credits": "E<A 480.3", "paid": "A 100000"},
            "up_to_hundred": {"chosen": "B 510", "required": "E 510", "credits": "E<B 510", "paid": "B 300000"},
        },
        "1,601 dwellings are seventeen hundreds, begun ones counted whole",
    ),
    Reading(
        POLICY, "new_place_minimum",
        _county(room("A", 150, 100_000, "developer"), room("B", 500, 300_000), estates=[estate("E", cohort="new")]),
        {
            "none": {"chosen": "A 150", "credits": "E<A 30", "paid": "A 100000"},
            "as_old": {
                "chosen": "B 500", "credits": "E<B 30", "paid": "B 300000", "rejected": "A YC2 too_small",
            },
        },
        "the developer's room of 150 m² is enough for the estate and far below 500",
    ),
    Reading(
        POLICY, "band_ends",
        _county(
            room("A", 500, 100_000), room("B", "500.01", 300_000), room("C", 2000, 100_000), room("D", "1999.99", 300_000),
            estates=[estate("E", 2000), estate("F", 13_333)],
            walks={("E", "C"): None, ("E", "D"): None, ("F", "A"): None, ("F", "B"): None},
        ),
        {
            "included": {"chosen": "A 500, C 2000", "credits": "E<A 300, F<C 1999.95", "paid": "A 100000, C 100000"},
            "excluded": {"chosen": "B 500.01, D 1999.99", "credits": "E<B 300, F<D 1999.95", "paid": "B 300000, D 300000"},
        },
        "the cheap rooms lie on the two ends of the band",
    ),
    Reading(
        POLICY, "share_place",
        _county(room("A", 500, 100_000), room("B", 500, 300_000), estates=[estate("E", 1000), estate("F", 1000)], walks={("F", "B"): 901}),
        {
            "shared": {"chosen": "A 500", "credits": "E<A 150, F<A 150", "paid": "A 100000"},
            "not_shared": {"chosen": "A 500, B 500", "credits": "E<B 150, F<A 150", "paid": "A 100000, B 300000"},
        },
        "one room is large enough for both estates",
    ),
    Reading(
        POLICY, "new_build_serves",
        _county(
            room("A", 500, 100_000, "new_build", works="new", estate="F"), room("B", 500, 300_000),
            estates=[estate("E", 1000), estate("F", 1000)],
        ),
        {
            "any_in_reach": {"chosen": "A 500", "credits": "E<A 150, F<A 150", "paid": "A 100000"},
            "own_estate": {"chosen": "B 500", "credits": "E<B 150, F<B 150", "paid": "B 300000"},
        },
        "the cheap room is newly built inside F and in E's reach",
    ),
    Reading(
        POLICY, "old_with_some_area",
        _county(room("A", 500, 100_000), premises=[held("P", "facility", 100, estate="E")], walks={("E", "P"): 100}),
        {
            "top_up": {"chosen": "A 500", "required": "E 300", "credits": "E<A 200, E<P 100", "paid": "A 100000"},
            "leave": {"chosen": "", "required": "E 0", "credits": "", "paid": ""},
        },
        "100 m² of the 300 m² are in use inside the estate",
    ),
    Reading(
        POLICY, "enforce_circle", _county(room("A", 500, 100_000), room("B", 500, 300_000), walks={("E", "A"): 901}),
        {
            "true": {"chosen": "B 500", "credits": "E<B 300", "paid": "B 300000"},
            "false": {"chosen": "A 500", "credits": "E<A 300", "paid": "A 100000"},
        },
        "the cheap room is in the town and a second outside the circle",
    ),
)  # fmt: skip
