"""Write the tables of ``scenarios/yangcheng``: synthetic, seeded, county-sized.

The two towns 凤城镇 and 润城镇 are those of the notice of 2022-04-25, the others are towns of the county; everything else is
invented. Usage: ``python scenarios/generators/yangcheng.py [FOLDER]``.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from county import Community, County, Town
from offers import Market, Offers
from tools import Cell, Point, Row, round_to, target_folder

SEED = 20220425
SITES_AROUND = 255
FRESH = 20
TWO_TOWNS = ("凤城镇", "润城镇")
SOURCES = ("idle_government", "training_sanatorium", "vacant_public_rental", "other_state_asset")
STATE_PLACES = {
    "idle_government": "闲置政府用房",
    "training_sanatorium": "原培训中心",
    "vacant_public_rental": "空置公租房",
    "other_state_asset": "国企闲置楼",
}
PLACES = ("沿街商业楼", "旧厂房", "原供销社", "闲置校舍", "旧招待所", "集体综合楼", "原粮站")
ENDINGS = ("小区", "家园", "新村", "苑", "公寓")
NEW_ENDINGS = ("府", "名苑", "新城", "花园")

TOWNS = (
    Town("凤城镇", (628_000, 3_930_500), (5, 5, 6, 5, 5, 6, 5, 5), 900, 6_400, market_town=False),
    Town("润城镇", (636_400, 3_927_100), (4, 5, 4, 5), 900, 5_200),
    Town("北留镇", (641_300, 3_923_900), (4, 4, 5), 900, 4_900),
    Town("东冶镇", (634_200, 3_911_800), (4, 4), 900, 3_900),
    Town("芹池镇", (616_900, 3_937_200), (4, 4), 900, 3_800),
    Town("町店镇", (629_700, 3_941_300), (4, 4), 900, 3_900),
    Town("次营镇", (612_100, 3_921_600), (4, 3), 900, 3_600),
)
"""Centres in epsg:4546 metres."""
MARKET = Market(
    price=(3000, 6500),
    rent=(70, 210),
    rent_yield=(0.024, 0.05),
    conversion=(900, 1600),
    upgrade=(600, 950),
    build=(2600, 3600),
    lead=(60, 240),
    late_share=0.0,
    running_base=30_000,
    running_per_m2=35,
)


def build() -> County:
    """Return the whole county."""
    county = County.of_towns(SEED, TOWNS)
    offers = Offers(county, MARKET)
    for community, count in zip(county.communities, (n for town in TOWNS for n in town.communities), strict=True):
        add_estates(county, community, count)
    add_new_estates(county)
    add_premises(county)
    add_developer_rooms(offers)
    add_sites(offers)
    add_operators(offers)
    add_money(county)
    return county


def add_estates(county: County, community: Community, count: int) -> None:
    """Add old estates of a community."""
    dice = county.dice
    for spot in county.scatter(community, count, spread_m=220):
        completed = date(dice.whole(1984, 2014), dice.whole(1, 12), dice.whole(1, 28))
        add_estate(county, community, spot, "old", completed, round(dice.skewed(430, 0.5, 60, 1900)), county.names.make(ENDINGS))


def add_estate(county: County, community: Community, spot: Point, cohort: str, completed: date, dwellings: int, name: str) -> Row:
    """Add one estate with its residents by age."""
    dice = county.dice
    persons = round(dwellings * dice.between(2.2, 3.1))
    old = round(persons * (dice.between(0.06, 0.12) if cohort == "new" else dice.between(0.16, 0.3)))
    return county.add_estate(
        community,
        spot,
        name=name,
        kind="market_town" if community.town.market_town else "urban",
        dwellings=dwellings,
        completed=completed.isoformat(),
        cohort=cohort,
        persons=persons,
        persons_60=old,
        persons_80=round(old * dice.between(0.08, 0.16)),
        service_persons=round(old * dice.between(0.12, 0.25)),
    )


def add_new_estates(county: County) -> None:
    """Add new estates at the edge of communities, handed over in the second half of 2022 or lately."""
    dice = county.dice
    for community in dice.shuffled(county.communities)[:FRESH]:
        spot = dice.near(community.centre, 200, 420)
        completed = date(2022, 8, 31) + timedelta(days=dice.whole(0, 122))
        add_estate(county, community, spot, "new", completed, round(dice.skewed(520, 0.4, 160, 1300)), county.names.make(NEW_ENDINGS))


def add_premises(county: County) -> None:
    """Add eleven facilities under way in the two towns, and rooms in use, some of them small."""
    dice = county.dice
    two = [c for c in county.communities if c.town.name in TWO_TOWNS]
    for n, community in enumerate([*two, *two[:4]][:11]):
        spot = dice.near(county.spot_of(dice.pick(community.estates)), 40, 180)
        ready = date(2022, 10, 31) + timedelta(days=91 * n)
        area = float(round_to(dice.skewed(560, 0.2, 500, 900), 5))
        county.add_premises(
            community,
            spot,
            name=f"{community.name}养老服务中心",
            kind="facility",
            area_m2=area,
            status="under_way",
            ready_date=ready.isoformat(),
            operator=True,
            rating=dice.pick(("grade_1", "grade_2")),
        )
    rest = [c for c in county.communities if c not in two[:7]]
    for n, community in enumerate(dice.shuffled(rest)[:14]):
        spot = dice.near(county.spot_of(dice.pick(community.estates)), 40, 180)
        facts: Row = {"kind": "facility", "area_m2": float(round(dice.skewed(260, 0.5, 80, 800)))}
        if n % 3 == 0:
            facts = {"kind": "mixed", "area_m2": float(dice.whole(600, 1800)), "set_aside_m2": float(dice.whole(50, 180))}
        county.add_premises(
            community,
            spot,
            name=f"{community.name}日间照料站",
            status="in_use",
            operator=dice.chance(0.5),
            ready_date=f"{dice.whole(2012, 2021)}-{dice.whole(1, 12):02d}-01",
            **facts,
        )


def add_developer_rooms(offers: Offers) -> None:
    """Give most new estates a room by the developer, handed over with the housing; two are left to the county."""
    county, dice = offers.county, offers.dice
    for n, estate in enumerate(row for row in county.tables["estates"] if row["cohort"] == "new"):
        if n in (6, 13):
            estate["note"] = "开发单位已注销，由县统筹"
            continue
        community = county.community_of(estate)
        area = float(round_to(int(str(estate["dwellings"])) * 0.3 * dice.between(1.02, 1.3) + 5, 1))
        site = county.add_site(
            community,
            dice.near(county.spot_of(estate), 10, 60),
            f"{estate['name']}配套用房",
            gross_area_m2=area,
            estate=str(estate["estate"]),
            owner="开发单位",
            owner_type="private",
            outdoor_space=True,
        )
        slack = (date.fromisoformat(str(estate["completed"])) - date(2022, 5, 10)).days
        county.add_option(
            site,
            "developer",
            "new",
            area_m2=area,
            price_yuan=round_to(area * dice.between(2800, 3400), 1000),
            payer="developer",
            lead_days=slack - dice.whole(0, 40),
            fire_procedure="验收",
        )


def care(offers: Offers, area: float) -> Row:
    """Return what an institution of an area holds: beds, people, rating, fire procedure."""
    dice = offers.dice
    beds = max(10, round(area * dice.between(0.02, 0.035))) if area >= 500 else dice.whole(6, 9)
    stays = round(beds * 0.7)
    return {
        "beds": beds,
        "semi_disabled": round(stays * 0.6),
        "disabled": stays - round(stays * 0.6),
        "stay_months": float(dice.pick((3, 4, 6, 8))),
        "rating": dice.pick(("grade_1", "grade_1", "grade_2", "grade_3")),
        "operator": True,
        "fire_procedure": "审查、验收" if area > 1000 else "备案",
    }


def add_sites(offers: Offers) -> None:
    """Add candidate places around the estates: market rooms, state rooms free of charge, land inside estates."""
    county, dice = offers.county, offers.dice
    hosts = [(c, e) for c in county.communities for e in c.estates]
    hosts = hosts + dice.shuffled(hosts) + dice.shuffled(hosts)
    for n, (community, estate) in enumerate(hosts[:SITES_AROUND], 1):
        draw, spot = dice.between(0, 1), dice.near(county.spot_of(estate), 40, 300)
        area = float(round_to(dice.skewed(690, 0.34, 420, 1900), 5))
        facts: dict[str, Cell] = {"outdoor_space": dice.chance(0.9), "clinic_adjacent": dice.chance(0.25), "gross_area_m2": area}
        if area < 500 and dice.chance(0.5):
            facts["rule_exception"] = "周边无更大房源"
        elif not facts["outdoor_space"] and dice.chance(0.5):
            facts["rule_exception"] = "紧邻公园，可共用室外场地"
        if draw < 0.13:
            add_land(offers, community, estate, n)
        elif draw < 0.29:
            source = dice.pick(SOURCES)
            site = county.add_site(
                community, spot, f"{STATE_PLACES[source]}{n}号", owner="县级国有资产", owner_type="state", idle=True, **facts
            )
            offers.provided(site, area, source=source, **care(offers, area)).pop("rent_yuan_per_year")
        else:
            site = county.add_site(
                community, spot, f"{dice.pick(PLACES)}{n}号", owner="个人或集体", owner_type=dice.pick(("private", "collective")), **facts
            )
            add_market_options(offers, community, site, area)


def add_land(offers: Offers, community: Community, estate: Row, n: int) -> None:
    """Offer a new build on a spot inside an estate; now and then the land lies outside and the law forbids it."""
    county, dice = offers.county, offers.dice
    inside = dice.chance(0.85)
    spot = dice.near(county.spot_of(estate), 15, 60) if inside else dice.near(county.spot_of(estate), 150, 300)
    area = float(round_to(dice.skewed(600, 0.2, 500, 1000), 10))
    site = county.add_site(
        community,
        spot,
        f"{'小区内' if inside else '小区外'}地块{n}号",
        estate=str(estate["estate"]) if inside else None,
        owner="集体",
        owner_type="collective",
        outdoor_space=True,
    )
    offers.new_build(site, area, **care(offers, area))


def add_market_options(offers: Offers, community: Community, site: Row, area: float) -> None:
    """Offer a room to buy, swap or rent, whole or in part; above 1000 m² a conversion needs more paperwork."""
    dice = offers.dice
    before = len(offers.county.tables["options"])
    if dice.chance(0.7):
        offers.purchase(community, site, area, **care(offers, area))
    if dice.chance(0.3):
        offers.swap(community, site, area, **care(offers, area))
    if dice.chance(0.45):
        offers.lease(community, site, area, works="upgrade", **care(offers, area))
    if area > 700 and dice.chance(0.6):
        offers.lease_part(community, site, 500.0, area, **care(offers, 600))
    if dice.chance(0.75) or len(offers.county.tables["options"]) == before:
        offers.lease(community, site, area, works="conversion", **care(offers, area))


def add_operators(offers: Offers) -> None:
    """Add places that private operators would build: the county pays the construction subsidy only."""
    county, dice = offers.county, offers.dice
    for n, community in enumerate(dice.shuffled(county.communities)[:4], 1):
        area = float(dice.whole(105, 150) * 5)
        site = county.add_site(
            community,
            dice.near(county.spot_of(dice.pick(community.estates)), 60, 200),
            f"民办驿站{n}",
            gross_area_m2=area,
            owner="社会力量",
            owner_type="private",
            outdoor_space=True,
        )
        offers.lease(community, site, area, works="conversion", payer="operator", **care(offers, area))


def add_money(county: County) -> None:
    """Add the county's budget lines, which force the works to be spread over the years, and the earmarked fund."""
    county.add_budget("county", "2022", "gross_capital", 4_000_000, code="B-CAP-2022", carry_over=True)
    county.add_budget("county", "2023", "gross_capital", 4_500_000, code="B-CAP-2023")
    county.add_budget("county", "2024-2025", "gross_capital", 13_000_000, code="B-CAP-2024")
    county.add_budget("county", "2025", "recurring", 9_000_000, code="B-REC-2025")
    county.add_fund("F-CARE", "county", "2022-2023", 1_500_000, "YC14")


def main() -> None:
    """Write the tables."""
    build().write(target_folder(Path(__file__).parents[1] / "yangcheng"))


if __name__ == "__main__":
    main()
