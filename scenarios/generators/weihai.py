"""Write the tables of ``scenarios/weihai``: synthetic, seeded, five districts with towns, communities and their stations.

Districts and towns bear their names on the map; everything else is invented. Usage: ``python scenarios/generators/weihai.py [FOLDER]``.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from county import Community, County, Town
from offers import Market, Offers
from tools import Cell, Point, Row, round_to, target_folder

SEED = 20190621
START = date(2019, 6, 24)
QUICK = (35, 98)
"""Days that end by 2019-09-30 when started on the first start day."""
SLOW = (60, 300)
OLD_ENDINGS = ("小区", "花园", "家园", "新村", "公寓")
NEW_ENDINGS = ("府", "海苑", "名城", "华府")
PLACES = ("沿街商业楼", "旧厂房", "原渔业公司办公楼", "原信用社", "旧招待所", "社区服务楼")

TOWNS = (
    Town("鲸园街道", (421_900, 4_152_800), (3, 3, 2, 3, 3, 2), 1000, 9_800, market_town=False, district="环翠区"),
    Town("竹岛街道", (420_100, 4_149_300), (3, 2, 3, 3, 3), 1000, 9_100, market_town=False, district="环翠区"),
    Town("孙家疃街道", (420_900, 4_156_900), (3, 2, 3, 2), 1000, 8_300, market_town=False, district="环翠区"),
    Town("龙山街道", (416_700, 4_116_900), (3, 3, 2, 3, 2), 1000, 6_300, market_town=False, district="文登区"),
    Town("天福街道", (413_900, 4_118_700), (2, 3, 3, 3), 1000, 6_100, market_town=False, district="文登区"),
    Town("崖头街道", (455_800, 4_112_900), (3, 3, 3, 2, 3, 3), 1000, 6_900, market_town=False, district="荣成市"),
    Town("斥山街道", (447_300, 4_086_800), (2, 3, 2), 1000, 5_400, district="荣成市"),
    Town("城区街道", (372_900, 4_085_900), (3, 2, 3, 3, 2), 1000, 5_600, market_town=False, district="乳山市"),
    Town("夏村镇", (370_100, 4_083_400), (2, 2, 3), 1000, 4_700, district="乳山市"),
    Town("怡园街道", (413_900, 4_153_300), (3, 3, 2, 3, 3), 1000, 8_600, market_town=False, district="高新区"),
    Town("田和街道", (409_800, 4_150_400), (3, 2, 3, 3), 1000, 8_100, market_town=False, district="高新区"),
)
"""Centres in epsg:4550 metres."""
CENTRES_IN_USE = ("鲸园街道", "崖头街道", "怡园街道")
COUNTY_CENTRES_IN_USE = ("环翠区", "荣成市")
MARKET = Market(
    price=(4000, 10500),
    rent=(90, 300),
    rent_yield=(0.024, 0.043),
    conversion=(900, 1700),
    upgrade=(500, 900),
    build=(3000, 4200),
    lead=SLOW,
    late_share=0.0,
    running_base=10_000,
    running_per_m2=25,
)


def build() -> County:
    """Return the whole county."""
    county = County.of_towns(SEED, TOWNS)
    offers = Offers(county, MARKET)
    for community, count in zip(county.communities, (n for town in TOWNS for n in town.communities), strict=True):
        add_estates(county, community, count)
    stand_on_june_2014(county)
    add_stations(county)
    add_centres_in_use(county)
    add_day_care(offers)
    add_developer_rooms(offers)
    for community in county.communities:
        add_station_sites(offers, community)
    add_town_centres(offers)
    add_county_centres(offers)
    add_money(county)
    return county


def add_estates(county: County, community: Community, count: int) -> None:
    """Add the estates of a community: most approved before June 2014, some later, a few of these still being built."""
    dice = county.dice
    for spot in county.scatter(community, count, spread_m=230, gap_m=140):
        fresh = dice.chance(0.24)
        approved = date(2014, 7, 1) + timedelta(days=dice.whole(0, 1400)) if fresh else date(dice.whole(1988, 2013), dice.whole(1, 12), 10)
        started = approved + timedelta(days=dice.whole(120, 300))
        county.add_estate(
            community,
            spot,
            name=county.names.make(NEW_ENDINGS if fresh else OLD_ENDINGS),
            kind="market_town" if community.town.market_town else "urban",
            dwellings=round(dice.skewed(560, 0.5, 80, 2100)),
            approved=approved.isoformat(),
            started=started.isoformat(),
            completed=(started + timedelta(days=dice.whole(600, 950))).isoformat(),
        )


def stand_on_june_2014(county: County) -> None:
    """Put three estates on the last day of May 2014, on a day of June, and on the first of July."""
    for row, day in zip(county.dice.shuffled(county.tables["estates"])[:3], ("2014-05-31", "2014-06-15", "2014-07-01"), strict=True):
        row.update(approved=day, started="2014-12-01", completed="2016-11-30", note="批准月份在分界处")


def is_new(row: Row) -> bool:
    """Return whether an estate was approved from June 2014 on."""
    return str(row["approved"]) >= "2014-06-01"


def add_stations(county: County) -> None:
    """Add stations in use, some run by a professional organisation."""
    dice = county.dice
    for n, community in enumerate(dice.shuffled(county.communities)[:13]):
        area = float(round(dice.skewed(260, 0.35, 90, 520)))
        spot = dice.near(county.spot_of(dice.pick(community.estates)), 30, 150)
        county.add_premises(
            community,
            spot,
            name=f"{community.name}养老服务站",
            kind="station",
            area_m2=area,
            status="in_use",
            ready_date=f"{dice.whole(2014, 2018)}-{dice.whole(1, 12):02d}-01",
            operator=n % 3 != 2,
            station_type="residential" if area >= 300 and n % 2 else "service",
        )


def add_centres_in_use(county: County) -> None:
    """Add the town centres and county-level centres that exist."""
    dice = county.dice
    for town in CENTRES_IN_USE:
        community = next(c for c in county.communities if c.town.name == town)
        county.add_premises(
            community,
            dice.near(community.centre, 50, 200),
            name=f"{town}养老服务中心",
            kind="town_centre",
            operator=True,
            area_m2=float(dice.whole(1000, 1400)),
            status="in_use",
            ready_date="2018-05-01",
            station_type="town_centre",
        )
    for district in COUNTY_CENTRES_IN_USE:
        community = next(c for c in county.communities if c.town.district == district)
        county.add_premises(
            community,
            dice.near(community.centre, 100, 300),
            name=f"{district}养老服务中心",
            kind="county_centre",
            operator=True,
            area_m2=float(dice.whole(1800, 2600)),
            status="in_use",
            ready_date="2018-10-01",
            station_type="county_centre",
        )


def add_day_care(offers: Offers) -> None:
    """Add urban day-care centres and the option to make stations of them, which earns no grant."""
    county, dice = offers.county, offers.dice
    taken = {(row["township"], row["community"]) for row in county.tables["premises"]}
    free = [c for c in county.communities if (c.town.name, c.name) not in taken]
    for community in dice.shuffled(free)[:12]:
        area = float(round(dice.skewed(170, 0.4, 70, 420)))
        spot = dice.near(county.spot_of(dice.pick(community.estates)), 30, 150)
        held = county.add_premises(
            community,
            spot,
            name=f"{community.name}老年人日间照料中心",
            kind="day_care",
            area_m2=area,
            status="in_use",
            ready_date=f"{dice.whole(2011, 2017)}-03-01",
            operator=False,
            station_type="service",
        )
        site = county.add_site(
            community, spot, "日间照料中心转型", owner="社区居委会", owner_type="collective", urban=not community.town.market_town
        )
        county.add_option(
            site,
            "own",
            "upgrade",
            fit_out_yuan=offers.fit_out("upgrade", area),
            lead_days=dice.whole(*QUICK),
            running_yuan_per_year=offers.running(area),
            extends=str(held["premises"]),
            provenance="urban_day_care",
            **run(offers, "service"),
        )


def add_developer_rooms(offers: Offers) -> None:
    """Give the new estates that are not finished yet a developer's room, handed over with the housing."""
    county, dice = offers.county, offers.dice
    for estate in [row for row in county.tables["estates"] if is_new(row) and str(row["completed"]) > "2019-10-31"]:
        community, dwellings = county.community_of(estate), int(str(estate["dwellings"]))
        area = float(round_to(dwellings * 0.2 * dice.between(1.02, 1.4) + 5, 1))
        site = county.add_site(
            community,
            dice.near(county.spot_of(estate), 10, 60),
            f"{estate['name']}配套用房",
            gross_area_m2=area,
            estate=str(estate["estate"]),
            owner="开发单位",
            owner_type="private",
            urban=not community.town.market_town,
        )
        slack = (date.fromisoformat(str(estate["completed"])) - START).days
        county.add_option(
            site,
            "developer",
            "new",
            area_m2=area,
            price_yuan=round_to(area * dice.between(3000, 3800), 1000),
            payer="developer",
            lead_days=slack - dice.whole(0, 40),
            **run(offers, "service"),
        )


def run(offers: Offers, station_type: str) -> dict[str, Cell]:
    """Return how a place is run: its type, operator, visits and projects, and money applied for elsewhere."""
    dice = offers.dice
    return {
        "station_type": station_type,
        "operator": dice.chance(0.85),
        "monthly_visits": dice.whole(25, 110) * 10,
        "service_items": dice.whole(1, 3),
        "pilot_money": dice.chance(0.1),
        "provincial_award": dice.chance(0.4),
    }


def days(offers: Offers) -> int:
    """Return days from start to ready: half of the rooms can be done by the end of September 2019."""
    return offers.dice.whole(*QUICK) if offers.dice.chance(0.5) else offers.dice.whole(*SLOW)


def add_station_sites(offers: Offers, community: Community) -> None:
    """Add four to six rooms of a community with their options, some with the area left open around the grant's steps."""
    county, dice = offers.county, offers.dice
    for n in range(dice.whole(4, 6)):
        spot: Point = dice.near(county.spot_of(dice.pick(community.estates)), 40, 260)
        area = float(round(dice.skewed(310, 0.5, 90, 1150)))
        private = dice.chance(0.7)
        site = county.add_site(
            community,
            spot,
            f"{dice.pick(PLACES)}{n + 1}号",
            gross_area_m2=area,
            owner="个人或企业" if private else "公有",
            owner_type="private" if private else "state",
            idle=not private,
            urban=not community.town.market_town,
        )
        kind = "residential" if area >= 300 and dice.chance(0.4) else "service"
        if not private:
            offers.own(site, area, **run(offers, kind)).update(lead_days=days(offers))
        elif dice.chance(0.6):
            offers.purchase(community, site, area, **run(offers, kind)).update(lead_days=days(offers))
        if dice.chance(0.2):
            offers.swap(community, site, area, **run(offers, kind)).update(lead_days=days(offers))
        if dice.chance(0.15):
            county.add_option(
                site,
                "adjustment",
                "upgrade",
                area_m2=area,
                price_yuan=round_to(area * 1200, 1000),
                lead_days=days(offers),
                fit_out_yuan=offers.fit_out("upgrade", area),
                running_yuan_per_year=offers.running(area),
                **run(offers, kind),
            )
        if area > 450:
            offers.lease_part(community, site, 150.0, area, **run(offers, "service")).update(lead_days=days(offers))
        offers.lease(community, site, area, **run(offers, kind)).update(lead_days=days(offers))
    add_co_built(offers, community)


def add_co_built(offers: Offers, community: Community) -> None:
    """Offer, in some communities, rooms built into a new public building, or a building of their own."""
    county, dice = offers.county, offers.dice
    if not dice.chance(0.35):
        return
    area = float(round_to(dice.skewed(420, 0.35, 200, 1100), 10))
    site = county.add_site(
        community, dice.near(community.centre, 30, 250), "规划地块", owner="公有", owner_type="state", urban=not community.town.market_town
    )
    station = run(offers, "residential" if area >= 300 else "service")
    if dice.chance(0.5):
        offers.new_build(site, area, **station)
    else:
        county.add_option(
            site,
            "co_built",
            "new",
            area_m2=area,
            price_yuan=round_to(dice.between(2600, 3400) * area, 1000),
            running_yuan_per_year=offers.running(area),
            lead_days=dice.whole(220, 420),
            useful_life_years=50,
            **station,
        )


def add_town_centres(offers: Offers) -> None:
    """Offer three places for a centre in every town that has none: to buy, to rent as much as is wanted, to convert."""
    county, dice = offers.county, offers.dice
    for town in TOWNS:
        if town.name in CENTRES_IN_USE:
            continue
        homes = dice.shuffled([c for c in county.communities if c.town is town])
        for n, community in enumerate(homes[:3]):
            area = float(round_to(dice.between(1020, 1650), 5))
            site = county.add_site(
                community,
                dice.near(community.centre, 40, 260),
                f"原镇街办公楼{n + 1}号",
                gross_area_m2=area,
                owner="公有",
                owner_type="state",
                idle=True,
                urban=not town.market_town,
            )
            if n == 0:
                offers.own(site, area, **run(offers, "town_centre")).update(lead_days=dice.whole(120, 300))
            elif n == 1:
                offers.lease_part(community, site, 800.0, area, **run(offers, "town_centre")).update(lead_days=dice.whole(80, 260))
            else:
                offers.purchase(community, site, area, **run(offers, "town_centre")).update(lead_days=dice.whole(80, 260))
                offers.lease(community, site, area, **run(offers, "town_centre")).update(lead_days=dice.whole(80, 260))


def add_county_centres(offers: Offers) -> None:
    """Offer two places for a county-level centre in every district that has none."""
    county, dice = offers.county, offers.dice
    for district in dict.fromkeys(town.district for town in TOWNS):
        if district in COUNTY_CENTRES_IN_USE:
            continue
        homes = dice.shuffled([c for c in county.communities if c.town.district == district])
        for community in homes[:2]:
            area = float(round_to(dice.between(1500, 2600), 10))
            site = county.add_site(
                community,
                dice.near(community.centre, 100, 350),
                f"{district}综合楼",
                gross_area_m2=area,
                owner="公有",
                owner_type="state",
                idle=True,
            )
            offers.own(site, area, **run(offers, "county_centre")).update(lead_days=dice.whole(150, 330))
            offers.lease(community, site, area, **run(offers, "county_centre")).update(lead_days=dice.whole(80, 260))


def add_money(county: County) -> None:
    """Add the budget lines of the districts and of the city welfare-lottery fund."""
    county.add_budget("district", "2019", "gross_capital", 40_000_000, code="B-CAP-2019", carry_over=True)
    county.add_budget("district", "2020", "gross_capital", 60_000_000, code="B-CAP-2020")
    county.add_budget("city_lottery", "2019-2020", "grants", 12_000_000, code="B-LOTTERY")


def main() -> None:
    """Write the tables."""
    build().write(target_folder(Path(__file__).parents[1] / "weihai"))


if __name__ == "__main__":
    main()
