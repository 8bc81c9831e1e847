"""Tonglu: what each open reading changes. An existing estate of 1,000 dwellings needs 200 m² and a place of 200 m²."""

from __future__ import annotations

from typing import Any

from policy.readings.case import Reading
from support.small import County, estate, held, room

POLICY = "tonglu-2021"
TO_OCTOBER = "292"
"""Days from 2021-12-13 to 2022-10-01."""
ROOM_OF_CLUSTER = {"cluster": "C", "cluster_approval": "批准", "y": "0"}


def _county(*rooms: dict[str, str], **changes: Any) -> County:
    return County(POLICY, changes.pop("estates", [estate("E", 1000)]), rooms, **changes)


def _cluster(*areas: int, spread: tuple[int, ...], works: str = "none", other: int = 900_000) -> list[dict[str, str]]:
    rooms = [
        room(f"C{n}", m2, 100_000, cluster_main="yes" if n == 0 else "no", x=x, works=works, **ROOM_OF_CLUSTER)
        for n, (m2, x) in enumerate(zip(areas, spread, strict=True))
    ]
    return [*rooms, room("D", 200, other)]


READINGS = (
    Reading(
        POLICY, "bare_date", _county(room("A", 200, 100_000, lead_days=TO_OCTOBER), room("B", 200, 300_000)),
        {
            "excludes_day": {
                "chosen": "B 200", "credits": "E<B 200", "paid": "B 300000", "days": "2022-09-30", "rejected": "A TL12 too_late",
            },
            "includes_day": {"chosen": "A 200", "credits": "E<A 200", "paid": "A 100000", "days": "2022-10-01", "rejected": ""},
        },
        "the cheap room is ready on 1 October itself",
    ),
    Reading(
        POLICY, "sharing",
        _county(
            room("A", 300, 2_500_000), room("B", 200, 1_000_000), room("D", 200, 1_000_000),
            estates=[estate("E", 1000), estate("F", 500)],
            walks={("E", "D"): 200, ("F", "D"): 901, ("E", "F"): 800, ("F", "E"): 800},
        ),
        {
            "shared_capacity": {
                "chosen": "B 200, D 200", "credits": "E<D 200, F<B 100", "paid": "B 1000000, D 1000000", "required": "E 200, F 100",
            },
            "circle_total": {"chosen": "A 300", "credits": "E<A 0, F<A 0", "paid": "A 2500000", "required": "E 300, F 300"},
            "circle_own": {"chosen": "B 200", "credits": "E<B 0, F<B 0", "paid": "B 1000000", "required": "E 200, F 100"},
        },
        "F reaches 200 m² at most without the large room: enough by allocation, too little for all of the circle, ample for itself",
    ),
    Reading(
        POLICY, "new_cohort_reach",
        _county(room("A", 300, 100_000), room("B", 300, 300_000, estate="E"), estates=[estate("E", 500, started="2020-01-01")]),
        {
            "own_estate": {"chosen": "B 300", "credits": "E<B 150", "paid": "B 300000"},
            "circle": {"chosen": "A 300", "credits": "E<A 150", "paid": "A 100000"},
        },
        "the cheap room is in the circle of the new estate, not inside it",
    ),
    Reading(
        POLICY, "cohort_event",
        _county(
            room("A", 300, 100_000, estate="E"), room("B", 300, 100_000, estate="F"),
            estates=[
                estate("E", approved="2018-01-31", started="2018-02-01", completed="2019-01-01"),
                estate("F", approved="2017-01-01", started="2018-01-31", completed="2018-02-01"),
            ],
            walks={("E", "B"): None, ("F", "A"): None},
        ),
        {
            "approved": {"cohorts": "E existing served, F existing served", "required": "E 20, F 20", "credits": "E<A 20, F<B 20"},
            "started": {"cohorts": "E new served, F existing served", "required": "E 30, F 20", "credits": "E<A 30, F<B 20"},
            "completed": {"cohorts": "E new served, F new served", "required": "E 30, F 30", "credits": "E<A 30, F<B 30"},
        },
        "the dividing day 2018-02-01 falls between approval, start and completion",
    ),
    Reading(
        POLICY, "cohort_day",
        _county(room("A", 250, 100_000, estate="E"), room("B", 300, 300_000, estate="E"), estates=[estate("E", started="2018-02-01")]),
        {
            "new": {"cohorts": "E new served", "required": "E 30", "chosen": "B 300", "credits": "E<B 30", "paid": "B 300000"},
            "existing": {"cohorts": "E existing served", "required": "E 20", "chosen": "A 250", "credits": "E<A 20", "paid": "A 100000"},
        },
        "the estate is started on the dividing day; the cheap room is too small for new estates",
    ),
    Reading(
        POLICY, "small_premises",
        _county(
            room("A", 200, 100_000), room("B", 300, 300_000), estates=[estate("E", 1500)], premises=[held("P", "care_centre", 150)],
            walks={("E", "P"): 100},
        ),
        {
            "count": {"chosen": "A 200", "credits": "E<A 150, E<P 150", "paid": "A 100000"},
            "ignore": {"chosen": "B 300", "credits": "E<B 300", "paid": "B 300000"},
        },
        "150 m² are held in premises below 200 m²",
    ),
    Reading(
        POLICY, "provided_stock", _county(room("A", 200, 300_000, "provided"), room("B", 200, 500_000)),
        {"free": {"chosen": "refused options:1 (A, price_yuan)", "paid": ""}, "priced": {"chosen": "A 200", "paid": "A 300000"}},
        "stock that is free has no price to state",
    ),
    Reading(
        POLICY, "cluster_minimum", _county(*_cluster(180, 100, spread=(0, 40)), walks={("E", "C1"): 300}),
        {
            "sum": {"chosen": "C0 180, C1 100", "credits": "E<C 200", "paid": "C0 100000, C1 100000"},
            "each_room": {"chosen": "D 200", "credits": "E<D 200", "paid": "D 900000"},
        },
        "no room of the cluster has 200 m² by itself",
    ),
    Reading(
        POLICY, "cluster_distance", _county(*_cluster(100, 60, 60, spread=(0, 40, -40))),
        {
            "pairwise": {
                "chosen": "D 200", "credits": "E<D 200", "paid": "D 900000",
                "rejected": ", ".join(f"C{n} TL11 cluster_not_lawful" for n in range(3)),
            },
            "to_main": {
                "chosen": "C0 100, C1 60, C2 60", "credits": "E<C 200", "paid": "C0 100000, C1 100000, C2 100000", "rejected": "",
            },
        },
        "the outer rooms are 40 m from the main room and 80 m from each other",
    ),
    Reading(
        POLICY, "cluster_circle", _county(*_cluster(180, 100, spread=(0, 40)), walks={("E", "C0"): 900, ("E", "C1"): 901}),
        {
            "main": {"chosen": "C0 180, C1 100", "credits": "E<C 200", "paid": "C0 100000, C1 100000"},
            "every_room": {"chosen": "D 200", "credits": "E<D 200", "paid": "D 900000"},
        },
        "the second room is a second outside the circle",
    ),
    Reading(
        POLICY, "cluster_grants", _county(*_cluster(180, 100, spread=(0, 40), works="conversion")),
        {
            "one_per_cluster": {"grants": "grant C0 county TL13 100000"},
            "one_per_room": {"grants": "grant C0 county TL13 100000, grant C1 county TL13 100000"},
        },
        "both rooms are converted",
    ),
    Reading(
        POLICY, "converted_after_purchase", _county(room("A", 200, 1_000_000, works="conversion"), room("B", 200, 950_000)),
        {
            "eligible": {"chosen": "A 200", "credits": "E<A 200", "paid": "A 1000000", "grants": "grant A county TL13 100000"},
            "not_eligible": {"chosen": "B 200", "credits": "E<B 200", "paid": "B 950000", "grants": ""},
        },
        "the grant decides between a bought room that is converted and one that is not",
    ),
    Reading(
        POLICY, "developer_grant", _county(room("A", 200, 500_000, "developer", works="conversion")),
        {"not_eligible": {"grants": ""}, "eligible": {"grants": "grant A county TL13 100000"}},
        "the developer pays for the conversion",
    ),
)  # fmt: skip
