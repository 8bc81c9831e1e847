"""Write the tables of ``scenarios/liaoyuan``: synthetic, seeded, county-sized, with Chinese headings.

The four districts are Liaoyuan's own and the stock follows the totals of the reply of 2021-05-15; everything else is
invented. Usage: ``python scenarios/generators/liaoyuan.py [FOLDER]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from county import Community, County, Town
from offers import Market, Offers
from tools import Cell, Point, Row, round_to, target_folder

SEED = 20210515
SITES_AROUND = 280
FRESH = 18
START = date(2021, 6, 1)
ENDINGS = ("小区", "家园", "新村", "花园", "里")
NEW_ENDINGS = ("府", "新城", "书苑", "名邸")
PLACES = ("沿街门市", "原储蓄所", "旧食堂", "厂区附属房", "旧办公楼", "底层商业房")
IDLE_PLACES = ("闲置公产房", "原社区办公房", "原粮店", "闲置校舍")
SURPLUS_PLACES = ("棚改回迁余房", "采煤沉陷区安置余房")

TOWNS = (
    Town("北寿街道", (429_400, 4_750_600), (5, 5, 5), 1150, 4_600, market_town=False, district="龙山区"),
    Town("南康街道", (430_900, 4_747_600), (5, 5, 5), 1150, 4_800, market_town=False, district="龙山区"),
    Town("向阳街道", (434_300, 4_749_800), (5, 4), 1150, 4_300, market_town=False, district="龙山区"),
    Town("仙城街道", (424_900, 4_750_900), (5, 5, 4), 1150, 4_100, market_town=False, district="西安区"),
    Town("先锋街道", (421_700, 4_748_300), (4, 5), 1150, 3_800, market_town=False, district="西安区"),
    Town("东丰镇", (465_200, 4_726_700), (5, 5, 5, 4), 1150, 3_900, district="东丰县"),
    Town("白泉镇", (419_100, 4_757_900), (4, 4, 4), 1150, 3_700, district="东辽县"),
)
"""Centres in epsg:4551 metres."""
MARKET = Market(
    price=(2600, 5200),
    rent=(55, 170),
    rent_yield=(0.024, 0.045),
    conversion=(800, 1500),
    upgrade=(450, 800),
    lead=(40, 210),
    late_share=0.05,
    late=(590, 700),
    running_base=9_000,
    running_per_m2=25,
)


def build() -> County:
    """Return the whole county."""
    county = County.of_towns(SEED, TOWNS)
    offers = Offers(county, MARKET)
    for community, count in zip(county.communities, (n for town in TOWNS for n in town.communities), strict=True):
        for spot in county.scatter(community, count, spread_m=210):
            name, built = county.names.make(ENDINGS), date(county.dice.whole(1982, 2012), county.dice.whole(1, 12), 15)
            add_estate(
                county, community, spot, "old", round(county.dice.skewed(520, 0.5, 70, 2200)), name=name, completed=built.isoformat()
            )
    add_new_estates(county)
    add_stock(county)
    add_developer_rooms(offers)
    add_sites(offers)
    add_lease_only_quarter(offers)
    add_extensions(offers)
    add_money(county)
    return county


def add_estate(county: County, community: Community, spot: Point, cohort: str, dwellings: int, **facts: Cell) -> Row:
    """Add one estate."""
    kind = "market_town" if community.town.market_town else "urban"
    persons = round(dwellings * county.dice.between(2.0, 2.7))
    return county.add_estate(community, spot, cohort=cohort, kind=kind, dwellings=dwellings, persons=persons, **facts)


def add_new_estates(county: County) -> None:
    """Add new estates with the hand-over of their first phase; three developers pay in lieu."""
    dice = county.dice
    for n, community in enumerate(dice.shuffled(county.communities)[:FRESH]):
        first = date(2021, 10, 15) + timedelta(days=dice.whole(0, 400))
        dwellings = round(dice.skewed(700, 0.4, 240, 1700))
        estate = add_estate(
            county,
            community,
            dice.near(community.centre, 220, 430),
            "new",
            dwellings,
            name=county.names.make(NEW_ENDINGS),
            started=(first - timedelta(days=dice.whole(420, 700))).isoformat(),
            completed=(first + timedelta(days=dice.whole(120, 400))).isoformat(),
            first_delivery=first.isoformat(),
        )
        if n in (4, 9, 15):
            estate.update(
                in_lieu_yuan=round_to(dwellings * 0.2 * dice.between(3600, 4600), 1000),
                in_lieu_year=2021,
                note="用地受限，开发单位缴纳配套费",
            )


def stock() -> Iterator[tuple[int, str, str, str, int]]:
    """Yield the stock of the reply: how many rooms, district, status, label, total area in m²."""
    yield 7, "龙山区", "in_use", "养老服务驿站", 3_100
    yield 4, "西安区", "under_way", "养老服务驿站", 1_900
    yield 3, "东辽县", "under_way", "养老服务驿站", 1_200
    yield 5, "龙山区", "planned", "配套养老用房", 1_600
    yield 5, "东丰县", "planned", "配套养老用房", 1_000
    yield 2, "西安区", "planned", "配套养老用房", 400


def add_stock(county: County) -> None:
    """Add the rooms in use, under way and planned, with totals as the reply states them."""
    dice = county.dice
    for count, district, status, label, total in stock():
        homes = dice.shuffled([c for c in county.communities if c.town.district == district])
        left = total
        for n in range(count):
            area = left if n == count - 1 else round_to(left / (count - n) * dice.between(0.75, 1.25), 5)
            left -= area
            community = homes[n % len(homes)]
            spot = dice.near(county.spot_of(dice.pick(community.estates)), 30, 150)
            ready = {"in_use": date(2020, 4, 1), "under_way": date(2021, 8, 31), "planned": date(2021, 11, 30)}[status] + timedelta(
                days=31 * n
            )
            mixed = status == "planned"
            county.add_premises(
                community,
                spot,
                name=f"{community.name}{label}",
                kind="mixed" if mixed else "facility",
                area_m2=float(area + 60 if mixed else area),
                set_aside_m2=float(area) if mixed else None,
                status=status,
                ready_date=ready.isoformat(),
                operator=status == "in_use",
                land_area_m2=float(round(area * 0.6)),
            )


def add_developer_rooms(offers: Offers) -> None:
    """Give new estates a developer's room handed over with the first phase, but for those that pay in lieu."""
    county, dice = offers.county, offers.dice
    for n, estate in enumerate(row for row in county.tables["estates"] if row["cohort"] == "new" and not row.get("in_lieu_yuan")):
        community = county.community_of(estate)
        area = float(round_to(int(str(estate["dwellings"])) * 0.2 * dice.between(1.02, 1.35) + 5, 1))
        site = add_room(offers, community, dice.near(county.spot_of(estate), 10, 60), f"{estate['name']}配套用房", area, private=True)
        site["estate"] = estate["estate"]
        slack = (date.fromisoformat(str(estate["first_delivery"])) - START).days
        works = "conversion" if n % 5 == 4 else "new"
        county.add_option(
            site,
            "developer",
            works,
            area_m2=area,
            price_yuan=round_to(area * dice.between(2600, 3200), 1000),
            payer="developer",
            lead_days=max(10, slack - dice.whole(0, 30)),
            source="market",
        )


def add_room(offers: Offers, community: Community, spot: Point, name: str, area: float, *, private: bool, fit: bool = True) -> Row:
    """Add a room; most are on the ground floor and barrier-free, `fit` makes sure of it."""
    dice = offers.dice
    return offers.county.add_site(
        community,
        spot,
        name,
        gross_area_m2=area,
        floor=1 if fit or dice.chance(0.85) else 2,
        barrier_free=fit or dice.chance(0.85),
        owner="个人或企业" if private else "公产",
        owner_type="private" if private else "state",
        idle=not private,
        land_area_m2=float(round(area * 0.55)),
    )


def add_sites(offers: Offers) -> None:
    """Add candidate rooms around the estates: idle public property, surplus housing, and the market."""
    county, dice = offers.county, offers.dice
    hosts = [(c, e) for c in county.communities for e in c.estates]
    hosts = hosts + dice.shuffled(hosts) + dice.shuffled(hosts)
    for n, (community, estate) in enumerate(hosts[:SITES_AROUND], 1):
        spot, draw = dice.near(county.spot_of(estate), 40, 290), dice.between(0, 1)
        area = float(round(dice.skewed(260, 0.45, 70, 900)))
        if draw < 0.12:
            site = add_room(offers, community, spot, f"{dice.pick(IDLE_PLACES)}{n}号", area, private=False, fit=False)
            offers.provided(site, area, source="idle_public").pop("rent_yuan_per_year")
        elif draw < 0.2:
            site = add_room(offers, community, spot, f"{dice.pick(SURPLUS_PLACES)}{n}号", area, private=False, fit=False)
            offers.provided(site, area, source="surplus_resettlement").pop("rent_yuan_per_year")
        else:
            site = add_room(offers, community, spot, f"{dice.pick(PLACES)}{n}号", area, private=True, fit=False)
            add_market_options(offers, community, site, area)


def add_market_options(offers: Offers, community: Community, site: Row, area: float) -> None:
    """Offer a room to buy, swap, adjust or rent."""
    dice = offers.dice
    if dice.chance(0.82):
        offers.purchase(community, site, area, source="market")
    if dice.chance(0.25):
        offers.swap(community, site, area, source="market")
    if dice.chance(0.12):
        offers.county.add_option(
            site,
            "adjustment",
            "upgrade",
            area_m2=area,
            fit_out_yuan=offers.fit_out("upgrade", area),
            source="market",
            price_yuan=round_to(area * 900, 1000),
            running_yuan_per_year=offers.running(area),
            lead_days=offers.days(),
        )
    if area > 200 and dice.chance(0.4):
        offers.lease_part(community, site, 60.0, area, source="market")
    offers.lease(community, site, area, source="market")


def add_lease_only_quarter(offers: Offers) -> None:
    """Add two quarters by themselves where rooms can only be rented: there a lease is lawful because nothing else serves."""
    county, dice = offers.county, offers.dice
    for n, town in enumerate(("先锋街道", "东丰镇")):
        home = next(c for c in county.communities if c.town.name == town)
        quarter = Community(county.names.make(("社区",)), home.town, (home.centre[0] + 3_200 + 900 * n, home.centre[1] - 2_600))
        county.communities.append(quarter)
        for spot in county.scatter(quarter, 3, spread_m=150):
            add_estate(county, quarter, spot, "old", dice.whole(260, 640), name=county.names.make(ENDINGS), completed="1994-09-15")
        for room in range(4):
            area = float(dice.whole(120, 420))
            site = add_room(offers, quarter, dice.near(quarter.centre, 30, 200), f"沿街门市{room + 1}号", area, private=True)
            offers.lease(quarter, site, area, source="market").update(lead_days=dice.whole(40, 150))


def add_extensions(offers: Offers) -> None:
    """Offer to extend stations that are in use."""
    county, dice = offers.county, offers.dice
    for room in [row for row in county.tables["premises"] if row["status"] == "in_use"][:4]:
        community, added = county.community_of(room), float(dice.whole(50, 160))
        site = add_room(offers, community, county.spot_of(room), f"{room['name']}扩建", added, private=False)
        county.add_option(
            site,
            "own",
            "extension",
            area_m2=added,
            fit_out_yuan=round_to(dice.between(1500, 2100) * added, 1000),
            running_yuan_per_year=round_to(25 * added, 100),
            lead_days=dice.whole(90, 200),
            extends=str(room["premises"]),
            source="idle_public",
        )


def add_money(county: County) -> None:
    """Add the budget lines of capital, recurring and net money."""
    county.add_budget("county", "2021", "gross_capital", 4_600_000, code="B-CAP-2021")
    county.add_budget("county", "2022", "recurring", 900_000, code="B-REC-2022")
    county.add_budget("county", "2021-2023", "net", 6_000_000, code="B-NET")


def main() -> None:
    """Write the tables."""
    build().write(target_folder(Path(__file__).parents[1] / "liaoyuan"), chinese=True)


if __name__ == "__main__":
    main()
