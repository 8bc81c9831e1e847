"""Weihai: what each open reading changes. One district with its county centre; an old estate of 1,000 dwellings needs 150 m²."""

from __future__ import annotations

from typing import Any

from policy.readings.case import Reading
from support.small import County, estate, held, room

POLICY = "weihai-2019"
ELSEWHERE = "无小区社区"
PLACE = {"district": "环翠区", "operator": "yes"}
CENTRES = [
    held("PC", "county_centre", 2000, station_type="county_centre", community=ELSEWHERE, **PLACE),
    held("PT", "town_centre", 1000, station_type="town_centre", community=ELSEWHERE, **PLACE),
]


def _county(*rooms: dict[str, str], **changes: Any) -> County:
    return County(POLICY, changes.pop("estates", [estate("E", 1000)]), rooms, changes.pop("premises", CENTRES), **changes)


def _projects(yuan: dict[int, int]) -> str:
    """Return forecasts of service projects that city and district pay half and half."""
    return ", ".join(f"service_projects {year} {funder} {half}" for year, half in yuan.items() for funder in ("city", "district"))


STATION = held("P", "station", 500, station_type="service", community="二社区", **PLACE)
TWO_COMMUNITIES = _county(
    room("A", 20, 100_000), room("B", 200, 300_000),
    estates=[
        estate("E", 100), estate("F", 1000), estate("G", 100, community="二社区"), estate("H", 100, community="二社区"),
    ],
    premises=[*CENTRES, STATION],
)  # fmt: skip
"""In the first community F needs 150 m² and E 15; the second is served. Three of four estates are 70 % and more."""

READINGS = (
    Reading(
        POLICY, "bare_date", _county(room("A", 200, 100_000), settings={"base_date": "2018-01-01"}),
        {"excludes_day": {"grants": ""}, "includes_day": {"grants": "grant A city_lottery WH5 50000"}},
        "the station is ready on 1 January 2018 itself",
    ),
    Reading(
        POLICY, "household_unit", _county(room("A", 120, 100_000), room("B", 150, 300_000), estates=[estate("E", 1000, households=800)]),
        {
            "dwelling": {
                "chosen": "B 150", "required": "E 150", "credits": "E<B 150", "paid": "B 300000",
                "grants": "grant B city_lottery WH5 50000",
            },
            "household": {
                "chosen": "A 120", "required": "E 120", "credits": "E<A 120", "paid": "A 100000",
                "grants": "grant A city_lottery WH5 50000",
            },
        },
        "800 households live in 1,000 dwellings",
    ),
    Reading(
        POLICY, "june_2014",
        _county(room("A", 150, 100_000), room("B", 200, 300_000), estates=[estate("E", 1000, approved="2014-06-15")]),
        {
            "new": {
                "cohorts": "E new served", "chosen": "B 200", "required": "E 200", "credits": "E<B 200", "paid": "B 300000",
                "grants": "grant B city_lottery WH5 50000",
            },
            "old": {
                "cohorts": "E old served", "chosen": "A 150", "required": "E 150", "credits": "E<A 150", "paid": "A 100000",
                "grants": "grant A city_lottery WH5 50000",
            },
        },
        "the estate is approved in June 2014 itself",
    ),
    Reading(
        POLICY, "reach",
        _county(
            room("A", 150, 100_000), room("B", 150, 300_000, community="二社区"),
            walks={("E", "A"): 901, ("E", "B"): 900, ("E", "PC"): None, ("E", "PT"): None},
            inputs={"reach_minutes": "15"},
        ),
        {
            "membership": {"chosen": "A 150", "credits": "E<A 150", "paid": "A 100000", "grants": "grant A city_lottery WH5 50000"},
            "minutes": {
                "chosen": "A 150, B 150", "credits": "E<B 150", "paid": "A 100000, B 300000",
                "grants": "grant A city_lottery WH5 50000, grant B city_lottery WH5 50000",
            },
        },
        "A alone stands in the community, B alone is within fifteen minutes: read by minutes the community still needs a station in it",
    ),
    Reading(
        POLICY, "town_centres",
        _county(
            room("A", 150, 100_000), room("T", 1200, 300_000, station_type="town_centre", community=ELSEWHERE), premises=CENTRES[:1],
        ),
        {
            "every_town": {
                "chosen": "A 150, T 1200", "paid": "A 100000, T 300000",
                "grants": "grant A city_lottery WH5 50000, grant T city_lottery WH5 200000",
            },
            "not_required": {"chosen": "A 150", "paid": "A 100000", "grants": "grant A city_lottery WH5 50000"},
        },
        "the town has no centre yet, and the one on offer serves no community",
    ),
    Reading(
        POLICY, "town_centre_counts",
        _county(room("A", 150, 100_000), room("T", 1000, 300_000, station_type="town_centre"), premises=CENTRES[:1]),
        {
            "yes": {"chosen": "T 1000", "credits": "E<T 150", "paid": "T 300000", "grants": "grant T city_lottery WH5 200000"},
            "no": {
                "chosen": "A 150, T 1000", "credits": "E<A 150", "paid": "A 100000, T 300000",
                "grants": "grant A city_lottery WH5 50000, grant T city_lottery WH5 200000",
            },
        },
        "the town centre stands in the estate's community",
    ),
    Reading(
        POLICY, "provincial_award", _county(room("A", 150, 100_000), inputs={"provincial_award_yuan": "30000"}),
        {"addition": {"grants": "grant A city_lottery WH5 50000"}, "condition": {"grants": ""}},
        "the station never applied for the provincial award",
    ),
    Reading(
        POLICY, "developer_grant", _county(room("A", 150, 100_000, "developer")),
        {"not_eligible": {"grants": ""}, "eligible": {"grants": "grant A city_lottery WH5 50000"}},
        "the station is the developer's duty",
    ),
    Reading(
        POLICY, "project_years", _county(room("A", 150, 100_000, service_items=3, monthly_visits=600)),
        {
            "per_project": {"forecasts": _projects({2019: 30_000, 2020: 30_000, 2021: 30_000, 2022: 15_000, 2023: 15_000})},
            "per_place": {"forecasts": _projects({2019: 30_000, 2020: 30_000, 2021: 30_000})},
        },
        "three projects run two by two: the third begins when the first two have had their three years",
    ),
    Reading(
        POLICY, "community_done", TWO_COMMUNITIES,
        {
            "station": {"chosen": "A 20", "credits": "E<A 15, G<P 15, H<P 15", "paid": "A 100000",
                        "grants": "grant A city_lottery WH5 50000",
                        "cohorts": "E old served, F old short, G old served, H old served"},
            "all_estates": {"chosen": "B 200", "credits": "E<B 15, F<B 150, G<P 15, H<P 15", "paid": "B 300000",
                            "grants": "grant B city_lottery WH5 50000",
                            "cohorts": "E old served, F old served, G old served, H old served"},
        },
        "a station of 20 m² stands in the community and serves one of its two estates",
    ),
    Reading(
        POLICY, "require_all_by_end", TWO_COMMUNITIES,
        {
            "false": {"chosen": "A 20", "credits": "E<A 15, G<P 15, H<P 15", "paid": "A 100000",
                        "grants": "grant A city_lottery WH5 50000",
                      "days": "2019-09-30, 2020-09-30, 2020-12-31", "cohorts": "E old served, F old short, G old served, H old served"},
            "true": {"chosen": "B 200", "credits": "E<B 15, F<B 150, G<P 15, H<P 15", "paid": "B 300000",
                     "grants": "grant B city_lottery WH5 50000", "days": "2019-09-30, 2020-09-30, 2020-12-31, 2023-12-31",
                     "cohorts": "E old served, F old served, G old served, H old served"},
        },
        "three of four estates are enough for the share and not for all",
    ),
)  # fmt: skip
