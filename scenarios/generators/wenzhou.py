"""Write the tables of ``scenarios/wenzhou``: synthetic, seeded, county-sized, with villages and two classes of old estates.

The towns are those of Pingyang County; everything else is invented. Usage: ``python scenarios/generators/wenzhou.py [FOLDER]``.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

from county import Community, County, Town
from offers import Market, Offers
from tools import Cell, Point, Row, at, metres, round_to, target_folder

SEED = 20230830
SITES_AROUND = 170
FRESH = 18
START = date(2023, 10, 8)
NEIGHBOURS_M = 2_300
OLD_ENDINGS = ("小区", "新村", "公寓", "家园", "里")
NEW_ENDINGS = ("府", "名苑", "华庭", "公馆")
PLACES = ("沿街商业楼", "旧厂房", "原供销社", "原银行网点", "旧菜场二层", "裙楼")
IDLE_PLACES = ("闲置办公楼", "原村委办公楼", "闲置校舍", "原卫生院")

TOWNS = (
    Town("昆阳镇", (556_300, 3_060_900), (5, 5, 5, 5), 900, 12_500, market_town=False),
    Town("鳌江镇", (556_900, 3_052_300), (5, 5, 5, 5), 900, 12_900, market_town=False),
    Town("水头镇", (537_500, 3_060_100), (5, 5, 4), 900, 8_200),
    Town("萧江镇", (551_200, 3_054_200), (4, 4), 900, 8_600),
    Town("腾蛟镇", (537_900, 3_069_600), (4, 3), 900, 6_900),
)
"""Centres in epsg:4549 metres."""
VILLAGES = {"昆阳镇": 12, "鳌江镇": 12, "水头镇": 13, "萧江镇": 10, "腾蛟镇": 11}
MARKET = Market(
    price=(5000, 14000),
    rent=(110, 420),
    rent_yield=(0.022, 0.042),
    conversion=(1100, 2000),
    upgrade=(600, 1100),
    build=(3200, 4600),
    lead=(60, 260),
    late_share=0.0,
    running_base=15_000,
    running_per_m2=30,
)


def build() -> County:
    """Return the whole county."""
    county = County.of_towns(SEED, TOWNS)
    offers = Offers(county, MARKET)
    for community, count in zip(county.communities, (n for town in TOWNS for n in town.communities), strict=True):
        add_old_estates(county, community, count)
    add_new_estates(county)
    villages = add_villages(county)
    add_premises(county)
    add_developer_rooms(offers)
    add_town_sites(offers)
    add_village_sites(offers, villages)
    add_operator_places(offers)
    add_money(county)
    return county


def add_old_estates(county: County, community: Community, count: int) -> None:
    """Add old urban estates, about half of them in the renovation plan."""
    dice = county.dice
    for spot in county.scatter(community, count, spread_m=220):
        dwellings = round(dice.skewed(380, 0.55, 40, 1700))
        built = date(dice.whole(1981, 2004), dice.whole(1, 12), 20)
        county.add_estate(
            community,
            spot,
            name=county.names.make(OLD_ENDINGS),
            kind="market_town" if community.town.market_town else "urban",
            dwellings=dwellings,
            floor_area_m2=float(dwellings * dice.whole(72, 98)),
            completed=built.isoformat(),
            cohort="old",
            in_programme=built.year < 2000 and dice.chance(0.7),
        )


def add_new_estates(county: County) -> None:
    """Add new urban estates with floor areas: in some the floor area decides, in some the dwellings, in some the 300 m²."""
    dice = county.dice
    for community in dice.shuffled(county.communities)[:FRESH]:
        dwellings = round(dice.skewed(720, 0.5, 200, 2200))
        completed = START + timedelta(days=dice.whole(200, 780))
        county.add_estate(
            community,
            dice.near(community.centre, 220, 440),
            name=county.names.make(NEW_ENDINGS),
            kind="market_town" if community.town.market_town else "urban",
            dwellings=dwellings,
            floor_area_m2=float(dwellings * dice.whole(95, 185)),
            started=(completed - timedelta(days=900)).isoformat(),
            completed=completed.isoformat(),
            cohort="new",
        )


def add_villages(county: County) -> list[tuple[Community, Row]]:
    """Add villages around the towns; near neighbours may share; two villages have a named exception."""
    dice, found = county.dice, list[tuple[Community, Row]]()
    for town in TOWNS:
        for _ in range(VILLAGES[town.name]):
            spot = dice.near(town.centre, 2_600, 6_800)
            village = Community(county.names.make(("村",)), town, spot)
            row = county.add_estate(village, spot, name=village.name, kind="village", dwellings=dice.whole(180, 900))
            found.append((village, row))
    for n, (_, row) in enumerate(found):
        near = [str(other["estate"]) for _, other in found[n + 1 :] if metres(county.spot_of(row), county.spot_of(other)) < NEIGHBOURS_M]
        row["adjacent"] = ";".join(near[:3]) or None
    for n, reason in ((7, "整村搬迁，已列入避险移民计划（虚构）"), (31, "常住人口不足三十人，由镇区中心上门服务（虚构）")):
        found[n][1]["exempt_reason"] = reason
    return found


def add_premises(county: County) -> None:
    """Add rooms of the four kinds in towns and villages, with net and gross area."""
    dice = county.dice
    urban = dice.shuffled([row for row in county.tables["estates"] if row["kind"] != "village"])
    rural = dice.shuffled([row for row in county.tables["estates"] if row["kind"] == "village" and not row.get("exempt_reason")])
    plan = (
        [("care_room", row) for row in urban[:9]] + [("care_centre", row) for row in urban[9:15]] + [("mixed", row) for row in urban[15:20]]
    )
    plan += (
        [("canteen", row) for row in urban[20:28]]
        + [("care_centre", row) for row in rural[:9]]
        + [("care_room", row) for row in rural[9:14]]
    )
    for n, (kind, home) in enumerate(plan):
        village = home["kind"] == "village"
        gross = float(round(dice.skewed(290 if kind != "canteen" else 150, 0.35, 90, 700)))
        spot = dice.near(county.spot_of(home), 20, 160)
        facts: Row = {
            "area_m2": gross,
            "net_area_m2": float(round(gross * dice.between(0.7, 0.84))),
            "kind": kind,
            "status": "in_use",
            "ready_date": f"{dice.whole(2012, 2022)}-{dice.whole(1, 12):02d}-01",
        }
        if kind == "mixed":
            facts |= {"area_m2": gross * 4, "net_area_m2": float(round(gross * 3)), "set_aside_m2": gross}
        if n % 11 == 5:
            facts |= {"status": "under_way", "ready_date": "2025-06-30"}
        community = Community(str(home["community"]), next(t for t in TOWNS if t.name == home["township"]), spot)
        label = {
            "care_room": "居家养老服务用房",
            "care_centre": "居家养老服务照料中心",
            "mixed": "邻里中心为老用房",
            "canteen": "老年食堂",
        }[kind]
        county.add_premises(
            community,
            spot,
            name=f"{home['name']}{label}",
            estate=str(home["estate"]) if village else None,
            station_type="canteen" if kind == "canteen" else "care_centre" if kind == "care_centre" else "care_room",
            rating=dice.pick(("star_2", "star_3", "star_3", "star_4")) if kind == "care_centre" else None,
            **facts,
        )


def gross_and_net(offers: Offers, median: float, low: float, high: float) -> Row:
    """Return the gross and net area of a room."""
    gross = float(round(offers.dice.skewed(median, 0.3, low, high)))
    return {"gross_area_m2": gross, "net_area_m2": float(round(gross * offers.dice.between(0.7, 0.84)))}


def add_developer_rooms(offers: Offers) -> None:
    """Give every new estate a developer's room that meets all three tests; in two the county must buy it."""
    county, dice = offers.county, offers.dice
    for n, estate in enumerate(row for row in county.tables["estates"] if row.get("cohort") == "new"):
        ratio = dice.between(0.72, 0.8)
        need = max(0.002 * float(str(estate["floor_area_m2"])), 0.3 * int(str(estate["dwellings"])), 300 / ratio)
        gross = float(math.ceil(need * dice.between(1.01, 1.2)) + 1)
        community, spot = county.community_of(estate), dice.near(county.spot_of(estate), 10, 70)
        site = county.add_site(
            community,
            spot,
            f"{estate['name']}配套用房",
            gross_area_m2=gross,
            net_area_m2=float(math.ceil(gross * ratio)),
            estate=str(estate["estate"]),
            owner="开发单位",
            owner_type="private",
        )
        if n in (4, 12):
            site["note"] = "未配建，由县（市、区）购置或租赁商业用房"
            offers.purchase(community, site, gross, **room(offers)).update(lead_days=150)
            offers.lease(community, site, gross, works="conversion", **room(offers)).update(lead_days=160)
        else:
            slack = (date.fromisoformat(str(estate["completed"])) - START).days
            county.add_option(
                site,
                "developer",
                "new",
                area_m2=gross,
                price_yuan=round_to(gross * dice.between(3600, 4600), 1000),
                payer="developer",
                lead_days=slack - dice.whole(0, 60),
                station_type="care_room",
            )


def room(offers: Offers) -> dict[str, Cell]:
    """Return what will be set up in a room."""
    kind = offers.dice.pick(("care_room", "care_room", "care_centre"))
    return {
        "station_type": kind,
        "rating": offers.dice.pick(("star_2", "star_3", "star_4", "star_5")) if kind == "care_centre" else None,
        "operator": offers.dice.chance(0.6),
    }


def add_town_sites(offers: Offers) -> None:
    """Add candidate rooms around the town estates; some would be canteens, which count for no estate."""
    county, dice = offers.county, offers.dice
    hosts = [(c, e) for c in county.communities for e in c.estates if e["kind"] != "village"]
    hosts = hosts + dice.shuffled(hosts)
    for n, (community, estate) in enumerate(hosts[:SITES_AROUND], 1):
        spot, facts = dice.near(county.spot_of(estate), 40, 300), gross_and_net(offers, 310, 205, 900)
        area = float(str(facts["gross_area_m2"]))
        if dice.chance(0.2):
            site = county.add_site(
                community, spot, f"{dice.pick(IDLE_PLACES)}{n}号", idle=True, owner_type=dice.pick(("state", "collective")), **facts
            )
            offers.provided(site, area, price_yuan=round_to(area * dice.between(300, 900), 1000), **room(offers))
            continue
        site = county.add_site(
            community,
            spot,
            f"{dice.pick(PLACES)}{n}号",
            owner_type=dice.pick(("private", "private", "collective")),
            idle=dice.chance(0.3),
            **facts,
        )
        if dice.chance(0.7):
            offers.purchase(community, site, area, **room(offers))
        if dice.chance(0.25):
            offers.swap(community, site, area, **room(offers))
        if area > 300 and dice.chance(0.4):
            offers.lease_part(community, site, 200.0, area, **room(offers))
        offers.lease(community, site, area, **room(offers))
        if dice.chance(0.12):
            offers.lease(community, site, area, works="upgrade", station_type="canteen")


def add_village_sites(offers: Offers, villages: list[tuple[Community, Row]]) -> None:
    """Add rooms in the villages: idle collective houses, land, and small halls with a named exception."""
    county, dice = offers.county, offers.dice
    for n, (village, row) in enumerate(villages, 1):
        for draw in range(dice.pick((1, 2, 2, 3))):
            spot, facts = dice.near(county.spot_of(row), 20, 260), gross_and_net(offers, 330, 290, 620)
            inside, area = str(row["estate"]), float(str(facts["gross_area_m2"]))
            kind = dice.between(0, 1)
            if kind < 0.45:
                site = county.add_site(
                    village, spot, f"{dice.pick(IDLE_PLACES)}", idle=True, owner_type="collective", estate=inside, **facts
                )
                offers.provided(site, area, price_yuan=round_to(area * dice.between(150, 500), 1000), **room(offers))
            elif kind < 0.7:
                site = county.add_site(village, spot, "文化礼堂旁地块", owner_type="collective", estate=inside, **facts)
                offers.new_build(site, area, **room(offers))
            elif kind < 0.85 and draw > 0:
                small = {"gross_area_m2": 210.0, "net_area_m2": 168.0}
                site = county.add_site(
                    village, spot, "文化礼堂一层", owner_type="collective", estate=inside, rule_exception="村内无更大集体用房", **small
                )
                offers.own(site, 210.0, **room(offers))
            else:
                site = county.add_site(village, spot, f"沿路民房{n}号", owner_type="private", estate=inside, **facts)
                offers.lease(village, site, area, **room(offers))


def add_operator_places(offers: Offers) -> None:
    """Add places that care operators would build themselves: the county pays the construction subsidy."""
    county, dice = offers.county, offers.dice
    for community in dice.shuffled(county.communities)[:4]:
        spot: Point = at(community.centre, dice.between(-60, 60), dice.between(-60, 60))
        facts = gross_and_net(offers, 360, 280, 600)
        site = county.add_site(community, spot, "社会力量自建中心", owner_type="private", **facts)
        offers.lease(
            community,
            site,
            float(str(facts["gross_area_m2"])),
            works="conversion",
            payer="operator",
            station_type="care_centre",
            rating="star_4",
            operator=True,
        )


def add_money(county: County) -> None:
    """Add the county's budget lines."""
    county.add_budget("county", "2023-2024", "gross_capital", 15_000_000, code="B-CAP-2024", carry_over=True)
    county.add_budget("county", "2025-2026", "gross_capital", 20_000_000, code="B-CAP-2026")
    county.add_budget("county", "2026", "recurring", 9_000_000, code="B-REC-2026")


def main() -> None:
    """Write the tables."""
    build().write(target_folder(Path(__file__).parents[1] / "wenzhou"))


if __name__ == "__main__":
    main()
