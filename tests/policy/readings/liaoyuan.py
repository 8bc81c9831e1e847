"""Liaoyuan: what each open reading changes. An estate of 1,000 dwellings needs 200 m² on a ground floor within the stated walk."""

from __future__ import annotations

from typing import Any

from policy.readings.case import Reading
from support.small import County, estate, room

POLICY = "liaoyuan-2021"
TO_2023 = "596"
"""Days from 2021-05-15 to 2023-01-01, which the district is taken to name."""


def _county(*rooms: dict[str, str], **changes: Any) -> County:
    return County(POLICY, changes.pop("estates", [estate("E", 1000)]), rooms, **changes)


READINGS = (
    Reading(
        POLICY, "bare_date",
        _county(room("A", 200, 100_000, lead_days=TO_2023), room("B", 200, 300_000), inputs={"old_estates_before": ""}),
        {
            "excludes_day": {
                "chosen": "B 200", "credits": "E<B 200", "paid": "B 300000", "days": "2022-12-31", "rejected": "A LY3 too_late",
            },
            "includes_day": {"chosen": "A 200", "credits": "E<A 200", "paid": "A 100000", "days": "2023-01-01", "rejected": ""},
        },
        "the cheap room is ready on the day the district names",
    ),
    Reading(
        POLICY, "household_unit", _county(room("A", 160, 100_000), room("B", 200, 300_000), estates=[estate("E", 1000, households=800)]),
        {
            "dwelling": {"chosen": "B 200", "required": "E 200", "credits": "E<B 200", "paid": "B 300000"},
            "household": {"chosen": "A 160", "required": "E 160", "credits": "E<A 160", "paid": "A 100000"},
        },
        "800 households live in 1,000 dwellings",
    ),
    Reading(
        POLICY, "land_target",
        _county(
            room("A", 200, 100_000, land_area_m2="119.99"), room("B", 200, 300_000, land_area_m2="120"),
            inputs={"population": "龙山区=1000"},
        ),
        {
            "reported": {"chosen": "A 200", "credits": "E<A 200", "paid": "A 100000", "figures": "land 龙山区119.99"},
            "enforced": {"chosen": "B 200", "credits": "E<B 200", "paid": "B 300000", "figures": "land 龙山区120"},
        },
        "1,000 people ask for 120 m² of land",
    ),
    Reading(
        POLICY, "new_rounding", _county(room("A", 30, 100_000), room("B", 40, 300_000), estates=[estate("E", 101, cohort="new")]),
        {
            "pro_rata": {"chosen": "A 30", "required": "E 20.2", "credits": "E<A 20.2", "paid": "A 100000"},
            "up_to_hundred": {"chosen": "B 40", "required": "E 40", "credits": "E<B 40", "paid": "B 300000"},
        },
        "101 dwellings are two hundreds, begun ones counted whole",
    ),
    Reading(
        POLICY, "old_area", _county(room("A", 150, 100_000), room("B", 200, 300_000), inputs={"old_m2_per_100": "15"}),
        {
            "as_new": {"chosen": "B 200", "required": "E 200", "credits": "E<B 200", "paid": "B 300000"},
            "as_stated": {"chosen": "A 150", "required": "E 150", "credits": "E<A 150", "paid": "A 100000"},
        },
        "the scenario states 15 m² per 100 for old estates",
    ),
    Reading(
        POLICY, "new_cohort_reach",
        _county(room("A", 200, 100_000), room("B", 200, 300_000, estate="E"), estates=[estate("E", 1000, cohort="new")]),
        {
            "circle": {"chosen": "A 200", "credits": "E<A 200", "paid": "A 100000"},
            "own_estate": {"chosen": "B 200", "credits": "E<B 200", "paid": "B 300000"},
        },
        "the cheap room is within the walk and outside the new estate",
    ),
    Reading(
        POLICY, "ground_floor", _county(room("A", 200, 100_000, floor=2), room("B", 200, 300_000)),
        {
            "all_rooms": {"chosen": "B 200", "credits": "E<B 200", "paid": "B 300000", "rejected": "A LY4 room_rule"},
            "built_rooms": {"chosen": "A 200", "credits": "E<A 200", "paid": "A 100000", "rejected": ""},
        },
        "the cheap room is bought, on the first floor up",
    ),
    Reading(
        POLICY, "in_lieu_need",
        _county(room("A", 200, 500_000), estates=[estate("E", 1000, cohort="new", in_lieu_yuan=400_000, in_lieu_year=2021)]),
        {
            "remains": {
                "chosen": "A 200", "required": "E 200", "credits": "E<A 200", "paid": "A 500000",
                "grants": "fund A county LY6 400000, in_lieu E developer LY6 400000",
            },
            "extinguished": {
                "chosen": "", "required": "E 0", "credits": "", "paid": "", "grants": "in_lieu E developer LY6 400000",
            },
        },
        "the developer pays 400,000 in lieu of the estate's room",
    ),
    Reading(
        POLICY, "preference",
        _county(
            room("A", 200, 100_000, "lease"), room("B", 200, 300_000), room("C", 200, 100_000, "lease"),
            estates=[estate("E", 1000), estate("F", 1000)], walks={("F", "A"): None, ("F", "B"): None, ("E", "C"): None},
        ),
        {
            "below": {"chosen": "A 200, C 200", "credits": "E<A 200, F<C 200", "paid": "A 100000, C 100000"},
            "above": {"chosen": "B 200, C 200", "credits": "E<B 200, F<C 200", "paid": "B 300000, C 100000"},
            "hard": {"chosen": "no plan", "credits": "", "paid": ""},
        },
        "E can buy what it might lease for less, F has nothing but a lease",
    ),
)  # fmt: skip
