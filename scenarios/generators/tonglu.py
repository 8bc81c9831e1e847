"""Write the tables of ``scenarios/tonglu``: synthetic, seeded, county-sized.

The seven townships are Tonglu's own (annex 1 of 桐政办〔2021〕29号). Every estate, community, site, owner, price and date
is invented. Usage: ``python scenarios/generators/tonglu.py [FOLDER]``.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from borders import write_borders
from county import Community, County, Town
from offers import Market, Offers
from tonglu_budgets import add_budgets
from tonglu_roads import write_streets
from tonglu_special import add_clusters, add_developer_rooms, add_extensions, add_far_estates, add_groups, add_marks, add_swaps_of_premises
from tonglu_walks import add_walks
from tools import Point, Row, metres, target_folder

SEED = 404
COHORT_DATE = date(2018, 6, 1)
"""Assumed, as in scenario.yaml: the text does not give the day 杭政办〔2018〕3号 was issued."""
SITES_AROUND = 322
EXEMPT_DATES = ("2021-10-08", "2022-05-31", "2022-12-31", "2023-06-30", "2023-11-15", "2023-12-13")
OUTSIDE_WINDOW = "2023-12-14"
OLD_ENDINGS = ("新村", "小区", "公寓", "里", "花园", "家园")
NEW_ENDINGS = ("府", "苑", "庭", "名邸", "花苑")
PLACES = ("沿街商铺", "旧厂房", "原供销社", "闲置校舍", "原粮站", "社区配套房", "原信用社", "集体仓库", "旧招待所", "底层商业用房")
STATE_PLACES = ("原街道办公楼", "闲置校舍", "原粮站", "国企旧办公楼", "原卫生院", "公租房底层")

TOWNS = (
    Town("桐君街道", (469_650, 3_298_250), (6, 5, 6, 5, 6, 6, 6), 850, 13_600, market_town=False),
    Town("城南街道", (469_150, 3_294_900), (6, 5, 6, 5, 6, 6), 870, 12_800, market_town=False),
    Town("凤川街道", (474_700, 3_296_300), (5, 5, 5, 5), 880, 11_200, market_town=False),
    Town("江南镇", (479_000, 3_303_400), (5, 5, 4), 900, 9_400),
    Town("横村镇", (461_500, 3_302_600), (5, 4, 5), 900, 9_000),
    Town("富春江镇", (467_100, 3_289_300), (4, 4, 4), 900, 9_200),
    Town("分水镇", (446_100, 3_312_700), (5, 5, 5, 4), 880, 8_800),
)
"""Centres in epsg:4549 metres; estates in each community; gap between communities; price at the centre, yuan per m²."""
COUNTY_LINE = (
    (439_600, 3_309_800), (441_200, 3_306_900), (447_000, 3_303_900), (452_300, 3_298_200), (457_800, 3_294_600), (461_200, 3_288_400),
    (464_900, 3_284_900), (469_800, 3_285_300), (474_600, 3_289_200), (480_500, 3_293_700), (483_900, 3_299_300), (484_300, 3_305_600),
    (480_700, 3_309_200), (474_900, 3_308_300), (467_600, 3_309_900), (459_300, 3_310_400), (453_200, 3_316_300), (446_300, 3_319_200),
    (441_500, 3_316_800),
)  # fmt: skip
"""An invented ring around the seven towns, epsg:4549 metres: the county's real line runs elsewhere."""


def build() -> County:
    """Return the whole county."""
    county = County.of_towns(SEED, TOWNS)
    offers = Offers(county, Market())
    for community, count in zip(county.communities, (n for town in TOWNS for n in town.communities), strict=True):
        add_estates(county, community, count)
    name_classes(county)
    add_premises(county)
    add_developer_rooms(offers)
    add_sites(offers)
    add_far_estates(offers)
    add_clusters(offers)
    add_groups(offers)
    add_extensions(offers)
    add_swaps_of_premises(offers)
    add_marks(county)
    add_budgets(county)
    add_walks(county)
    return county


def add_estates(county: County, community: Community, count: int) -> None:
    """Add built estates of a community, scattered around its centre."""
    dice = county.dice
    for spot in county.scatter(community, count):
        started = date(dice.whole(1986, 2016), dice.whole(1, 12), dice.whole(1, 28))
        dwellings = round(dice.skewed(520, 0.55, 60, 2400))
        county.add_estate(
            community,
            spot,
            name=county.names.make(OLD_ENDINGS if started.year < 2008 else NEW_ENDINGS),
            kind="market_town" if community.town.market_town else "urban",
            dwellings=dwellings,
            floor_area_m2=float(dwellings * dice.whole(78, 118)),
            approved=(started - timedelta(days=dice.whole(150, 400))).isoformat(),
            started=started.isoformat(),
            completed=(started + timedelta(days=dice.whole(500, 1100))).isoformat(),
            in_programme=started.year < 2000 and dice.chance(0.6),
        )


def name_classes(county: County) -> None:
    """Turn some estates into new ones, some into exempt ones, and some into kinds the document does not cover."""
    dice = county.dice
    order = dice.shuffled(county.tables["estates"])
    fresh, exempt, other, last_before = order[:16], order[16:23], order[23:27], order[27]
    for n, row in enumerate(fresh):
        started = (COHORT_DATE, date(2018, 6, 2))[n] if n < 2 else date(2018, 7, 1) + timedelta(days=dice.whole(0, 480))
        dwellings = round(dice.skewed(640, 0.45, 180, 1500))
        row.update(
            name=county.names.make(NEW_ENDINGS),
            started=started.isoformat(),
            in_programme=False,
            dwellings=dwellings,
            approved=(started - timedelta(days=dice.whole(90, 300))).isoformat(),
            completed=(started + timedelta(days=dice.whole(700, 950))).isoformat(),
            floor_area_m2=float(dwellings * dice.whole(105, 135)),
            note="新建小区",
        )
    for n, (row, day) in enumerate(zip(exempt, (*EXEMPT_DATES, OUTSIDE_WINDOW), strict=True), 1):
        row.update(demolition_date=day, demolition_evidence=f"城镇有机更新计划（虚构）第{n}项")
        row["note"] = "拆迁日期在两年之外一天，仍须配置" if day == OUTSIDE_WINDOW else "暂不配置，上门服务"
    for row, ending in zip(other, ("职工宿舍", "人才公寓", "民宿村", "职工宿舍"), strict=True):
        row.update(kind="other", name=county.names.make((ending,)), note="不属城镇社区住宅小区或集镇住宅小区")
    last_before.update(
        name=county.names.make(NEW_ENDINGS),
        approved="2017-11-20",
        started="2018-05-31",
        completed="2020-09-30",
        in_programme=False,
        note="分界日前一天开工",
    )


def add_premises(county: County) -> None:
    """Add rooms of the four counting kinds that exist or are under way."""
    dice = county.dice
    plan = ["demonstration_centre"] * 7 + ["care_centre"] * 16 + ["canteen"] * 8 + ["mixed"] * 12
    homes = [next(c for c in county.communities if c.town is town) for town in TOWNS]
    homes += dice.shuffled([c for c in county.communities for _ in range(2)])[: len(plan) - len(homes)]
    labels = {
        "demonstration_centre": "示范型居家养老服务中心",
        "care_centre": "居家养老服务照料中心",
        "canteen": "老年食堂",
        "mixed": "党群服务中心为老用房",
    }
    for kind, community in zip(plan, homes, strict=True):
        area = {
            "demonstration_centre": dice.skewed(420, 0.2, 320, 620),
            "care_centre": dice.skewed(190, 0.35, 85, 360),
            "canteen": dice.skewed(110, 0.3, 60, 230),
            "mixed": dice.skewed(1100, 0.4, 500, 2600),
        }[kind]
        owner = community.town.name if kind == "demonstration_centre" else community.name
        row = county.add_premises(
            community,
            dice.near(county.spot_of(dice.pick(community.estates)), 30, 160),
            name=owner + labels[kind],
            kind=kind,
            area_m2=float(round(area)),
            status="in_use",
            ready_date=f"{dice.whole(2009, 2020)}-{dice.whole(1, 12):02d}-01",
        )
        if kind == "mixed":
            row["set_aside_m2"] = float(round(dice.skewed(110, 0.4, 45, 260)))
    stages = {
        11: ("under_way", "2022-06-30"),
        19: ("under_way", "2022-09-30"),
        26: ("under_way", "2022-10-01"),
        33: ("planned", "2022-08-31"),
        40: ("planned", "2023-05-01"),
    }
    for n, (status, day) in stages.items():
        county.tables["premises"][n].update(status=status, ready_date=day)
    county.tables["premises"][26]["note"] = "2022-10-01交付，不在“10月1日前”"


def add_sites(offers: Offers) -> None:
    """Add candidate places around the estates that must be served, with their options."""
    county, dice = offers.county, offers.dice
    hosts = [(c, e) for c in county.communities for e in c.estates if e.get("demolition_date") in (None, OUTSIDE_WINDOW)]
    hosts = hosts + dice.shuffled(hosts) + dice.shuffled(hosts)
    for n, (community, estate) in enumerate(hosts[:SITES_AROUND], 1):
        spot = dice.near(county.spot_of(estate), 50, 290)
        inside = str(estate["estate"]) if metres(spot, county.spot_of(estate)) < 110 and estate.get("note") != "新建小区" else None
        draw = dice.between(0, 1)
        if draw < 0.07:
            land = county.add_site(
                community, spot, f"规划地块{n}号", detached=True, owner="土地储备机构", owner_type="state", estate=inside
            )
            offers.new_build(land, float(round_to_five(dice.skewed(380, 0.3, 240, 800))))
        elif draw < 0.21:
            add_state_room(offers, community, spot, f"{dice.pick(STATE_PLACES)}{n}号", inside)
        else:
            add_market_room(offers, community, spot, f"{dice.pick(PLACES)}{n}号", inside)


def round_to_five(area: float) -> int:
    """Return an area to the nearest five m²."""
    return int(area / 5 + 0.5) * 5


def room_facts(offers: Offers) -> Row:
    """Return what a room is like: mostly in a stand-alone building, else with a reason, rarely with none."""
    dice = offers.dice
    draw = dice.between(0, 1)
    reason = dice.pick(("服务圈内无独栋房源", "老旧小区用地受限，无独栋房屋", "仅有裙楼整层可用")) if 0.74 <= draw < 0.95 else None
    area = round(dice.skewed(330, 0.36, 205, 1100) + (0.5 if dice.chance(0.3) else 0), 1)
    return {
        "detached": draw < 0.74,
        "detached_exception": reason,
        "gross_area_m2": float(area),
        "net_area_m2": round(area * dice.between(0.72, 0.86), 1),
    }


def add_state_room(offers: Offers, community: Community, spot: Point, name: str, inside: str | None) -> None:
    """Add a room of a public body: provided or own, sometimes also for rent."""
    dice, facts = offers.dice, room_facts(offers)
    area = float(str(facts["gross_area_m2"]))
    site = offers.county.add_site(
        community,
        spot,
        name,
        **facts,
        owner=dice.pick(("县属国有企业", "县级机关", community.town.name)),
        owner_type="state",
        idle=True,
        estate=inside,
    )
    if dice.chance(0.45):
        offers.own(site, area)
    else:
        offers.provided(site, area, source="idle_public")
    if dice.chance(0.55):
        offers.lease(community, site, area)


def add_market_room(offers: Offers, community: Community, spot: Point, name: str, inside: str | None) -> None:
    """Add a private or collective room: to buy, to rent whole or in part, to swap."""
    dice, facts = offers.dice, room_facts(offers)
    area = float(str(facts["gross_area_m2"]))
    owner = dice.pick(("private", "private", "collective"))
    site = offers.county.add_site(
        community,
        spot,
        name,
        **facts,
        owner="个人业主" if owner == "private" else "村（居）经济合作社",
        owner_type=owner,
        idle=dice.chance(0.5),
        estate=inside,
    )
    before = len(offers.county.tables["options"])
    if dice.chance(0.8):
        offers.purchase(community, site, area)
    if dice.chance(0.34):
        offers.swap(community, site, area)
    if dice.chance(0.55):
        offers.lease(community, site, area, works="upgrade")
    if area > 320 and dice.chance(0.5):
        offers.lease_part(community, site, 200.0, area)
    if dice.chance(0.8) or len(offers.county.tables["options"]) == before:
        offers.lease(community, site, area, works=dice.pick(("conversion", "conversion", "conversion", "none")))


def main() -> None:
    """Write the tables."""
    county, folder = build(), target_folder(Path(__file__).parents[1] / "tonglu")
    county.write(folder, renamed={"walks": "walks_on_foot"})
    write_streets(county, folder)
    write_borders(county, COUNTY_LINE, folder / "townships.geojson")


if __name__ == "__main__":
    main()
