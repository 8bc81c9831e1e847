"""One tiny county for each family of rows, small enough to write its rows down by hand.

All are variants of one base: estate E1 (1,000 dwellings, 200 m²) and E2 (500 dwellings, 100 m²) of Tonglu's built cohort,
site S1 (320 m², purchase 1,000,000 or lease) and S2 (240 m², own room to convert).
"""

from __future__ import annotations

from collections.abc import Callable

County = tuple[dict[str, object], dict[str, list[dict[str, str]]]]
WHERE = {"township": "桐君街道", "community": "一社区"}


def base() -> County:
    settings: dict[str, object] = {
        "title": "小例",
        "policy": "tonglu-2021",
        "county": "桐庐县",
        "base_date": "2021-12-13",
        "synthetic": "true",
        "inputs": {"cohort_date": "2018-06-01"},
        "crs": "epsg:4549",
        "walking": {"method": "table", "source": "虚构"},
        "finance": {"base_year": "2021", "horizon_years": "3", "rate": "0"},
    }
    site = {**WHERE, "detached": "yes"}
    option = {"price_yuan": "0", "fit_out_yuan": "0", "rent_yuan_per_year": "0"}
    tables: dict[str, list[dict[str, str]]] = {
        "estates": [
            {"estate": "E1", "name": "甲", **WHERE, "dwellings": "1000", "started": "2000-01-01", "x": "0", "y": "0"},
            {"estate": "E2", "name": "乙", **WHERE, "dwellings": "500", "started": "2000-01-01", "x": "0", "y": "0"},
        ],
        "sites": [
            {"site": "S1", "name": "一", **site, "gross_area_m2": "320", "x": "1000", "y": "0"},
            {"site": "S2", "name": "二", **site, "gross_area_m2": "240", "x": "1030", "y": "0"},
        ],
        "options": [
            {**option, "option": "O1", "site": "S1", "kind": "purchase", "works": "none", "area_m2": "320", "price_yuan": "1000000"},
            {**option, "option": "O2", "site": "S1", "kind": "lease", "works": "none", "area_m2": "320", "rent_yuan_per_year": "100000"},
            {**option, "option": "O3", "site": "S2", "kind": "own", "works": "conversion", "area_m2": "240", "fit_out_yuan": "300000"},
        ],
        "walks": [
            {"estate": "E1", "place": "S1", "seconds": "900"},
            {"estate": "E1", "place": "S2", "seconds": "300"},
            {"estate": "E2", "place": "S1", "seconds": "600"},
            {"estate": "E2", "place": "S2", "seconds": "901"},
        ],
    }
    return settings, tables


def groups() -> County:
    """S1 and S2 in one building group, O3 locked in, premises P1 given up by O1."""
    settings, tables = base()
    for row in tables["sites"]:
        row["building_group"] = "G1"
    tables["premises"] = [{"premises": "P1", "name": "旧", "kind": "canteen", **WHERE, "area_m2": "100", "x": "0", "y": "0"}]
    tables["options"][0] |= {"gives_up": "P1", "kind": "swap"}
    tables["options"][1] |= {"gives_up": "P1", "kind": "swap", "rent_yuan_per_year": "0", "price_yuan": "900000"}
    tables["options"][2]["lock"] = "in"
    return settings, tables


def decided_area() -> County:
    """O1 takes between 150 and 320 m²: below 200 m² it counts for nobody, from 300 m² on for new estates too."""
    settings, tables = base()
    tables["options"][0] |= {"area_m2": "", "area_min_m2": "150", "area_max_m2": "320"}
    return settings, tables


def cluster() -> County:
    """S1 (180 m², main) and S2 (100 m²) are rooms of one approved cluster, both earning a grant."""
    settings, tables = base()
    for row, main, area in zip(tables["sites"], ("yes", "no"), ("180", "100"), strict=True):
        row |= {"cluster": "C1", "cluster_main": main, "cluster_approval": "批准", "gross_area_m2": area}
    tables["options"] = [
        tables["options"][0] | {"works": "upgrade", "area_m2": "180"},
        tables["options"][2] | {"area_m2": "100"},
    ]
    return settings, tables


def budgets() -> County:
    """A capital line of 2021 that may be carried over to 2022, and a net line of the county for its grants."""
    settings, tables = base()
    tables["budgets"] = [
        {"budget": "B1", "payer": "township", "years": "2021", "measure": "gross_capital", "limit_yuan": "500000", "carry_over": "yes"},
        {"budget": "B2", "payer": "township", "years": "2022", "measure": "gross_capital", "limit_yuan": "600000"},
        {"budget": "B3", "payer": "county", "years": "2021-2023", "measure": "grants", "limit_yuan": "90000"},
    ]
    return settings, tables


def weihai() -> County:
    """Two communities of one district under Weihai's plan: a town centre at S1, a station at S2."""
    settings, tables = base()
    settings |= {
        "policy": "weihai-2019",
        "county": "威海市",
        "base_date": "2019-06-21",
        "inputs": {},
        "finance": {"base_year": "2019", "horizon_years": "3", "rate": "0"},
    }
    for row, community in zip(tables["estates"], ("一社区", "二社区"), strict=True):
        row |= {"district": "环翠区", "community": community, "approved": "2010-01-01"}
    for row, community in zip(tables["sites"], ("一社区", "二社区"), strict=True):
        row |= {"district": "环翠区", "community": community, "gross_area_m2": "1200"}
    option = {"operator": "yes", "works": "conversion", "rent_yuan_per_year": "0", "fit_out_yuan": "0", "price_yuan": "0"}
    tables["options"] = [
        {
            **option,
            "option": "O1",
            "site": "S1",
            "kind": "purchase",
            "area_m2": "1000",
            "station_type": "town_centre",
            "price_yuan": "1000000",
        },
        {**option, "option": "O2", "site": "S2", "kind": "own", "area_m2": "300", "station_type": "residential", "fit_out_yuan": "300000"},
        {
            **option,
            "option": "O3",
            "site": "S2",
            "kind": "own",
            "area_m2": "800",
            "station_type": "county_centre",
            "fit_out_yuan": "300000",
        },
    ]
    tables["walks"] = []
    settings["walking"] = {"method": "straight_line", "speed_m_per_s": "1", "detour": "1", "speed_source": "虚构"}
    return settings, tables


def liaoyuan() -> County:
    """A district under Liaoyuan's reply with land made binding and a payment in lieu that may pay for purchases and works."""
    settings, tables = base()
    settings |= {
        "policy": "liaoyuan-2021",
        "county": "辽源市",
        "base_date": "2021-05-15",
        "inputs": {"reach_minutes": "15", "population": "龙山区=1000"},
        "switches": {"land_target": "enforced"},
    }
    for n, row in enumerate(tables["estates"]):
        row |= {"district": "龙山区", "cohort": ("old", "new")[n]}
    tables["estates"][1] |= {"in_lieu_yuan": "400000", "in_lieu_year": "2021"}
    for row in tables["sites"]:
        row |= {"district": "龙山区", "floor": "1", "barrier_free": "yes", "land_area_m2": "80"}
    return settings, tables


def worst_walk() -> County:
    """The base county where the longest walk is to be the shortest: E2's only place is 600 s away, E1 has one at 300 s, one at 900 s."""
    settings, tables = base()
    settings["objective"] = ["least_worst_walk"]
    return settings, tables


COUNTIES: dict[str, Callable[[], County]] = {
    "choice": groups,
    "area": decided_area,
    "credit": base,
    "requirement": base,
    "coverage": base,
    "tier": weihai,
    "grant": cluster,
    "milestone": weihai,
    "fund": liaoyuan,
    "land": liaoyuan,
    "longest_walk": worst_walk,
    "budget": budgets,
}
