"""The particular cases of the Tonglu scenario: developer rooms, far estates, clusters, groups, extensions, swaps, locks."""

from __future__ import annotations

import math

from county import Community, County
from offers import Offers
from tools import Dice, Point, Row, at, metres, round_to

CIRCLE_M = 900 * 0.8 / 1.3
"""Straight-line metres inside fifteen minutes at the scenario's speed and detour factor."""
LONG_CIRCLE_M = 1200 * 0.8 / 1.3
FAR_ESTATES = (("横村镇", "跨溪步道中断，绕行"), ("分水镇", "山坡台地，仅一条步道"), ("凤川街道", "隔铁路，须经地道绕行"))


def number(row: Row, column: str) -> float:
    """Return a numeric cell."""
    return float(str(row[column]))


def new_estates(county: County) -> list[Row]:
    """Return the estates of the new class."""
    return [row for row in county.tables["estates"] if row.get("note") == "新建小区"]


def add_developer_rooms(offers: Offers) -> None:
    """Give every new estate a room inside it: by the developer, handed over already, or to be bought or rented."""
    county, dice = offers.county, offers.dice
    for n, estate in enumerate(new_estates(county)):
        community, spot = county.community_of(estate), dice.near(county.spot_of(estate), 10, 60)
        need = max(300, 30 * math.ceil(number(estate, "dwellings") / 100))
        area = float(math.ceil(need * dice.between(1.0, 1.4)))
        name = f"{estate['name']}配套用房"
        if n in (3, 8, 13):
            row = county.add_premises(
                community, spot, name=name, kind="care_centre", area_m2=area, status="in_use", ready_date="2021-06-01"
            )
            row["estate"] = estate["estate"]
            continue
        site = county.add_site(
            community, spot, name, detached=True, gross_area_m2=area, estate=str(estate["estate"]), owner="开发单位", owner_type="private"
        )
        if n in (5, 11):
            site["note"] = "历史遗留，开发单位已注销"
            offers.purchase(community, site, area).update(lead_days=90)
            offers.lease(community, site, area, works="conversion").update(lead_days=100)
        else:
            works = dice.pick(("none", "new", "conversion"))
            county.add_option(
                site,
                "developer",
                works,
                area_m2=area,
                price_yuan=round_to(area * dice.between(4200, 5200), 1000),
                lead_days=30 if works == "none" else dice.whole(90, 220),
                payer="developer",
            )


def fit_sites(county: County) -> list[Row]:
    """Return the sites that pass the stand-alone rule, by themselves or with a reason."""
    return [row for row in county.tables["sites"] if (row.get("detached") or row.get("detached_exception")) and not row.get("cluster")]


def add_far_estates(offers: Offers) -> None:
    """Add three estates with nothing inside fifteen minutes but places inside twenty, each with a named exception."""
    county, dice = offers.county, offers.dice
    for town, reason in FAR_ESTATES:
        communities = [c for c in county.communities if c.town.name == town]
        spots = [county.spot_of(row) for row in fit_sites(county)]
        rooms = [county.spot_of(row) for row in county.tables["premises"]]
        spot, community = far_spot(dice, communities, spots, rooms)
        dwellings = dice.whole(120, 380)
        county.add_estate(
            community,
            spot,
            name=county.names.make(("新村",)),
            kind="market_town" if community.town.market_town else "urban",
            dwellings=dwellings,
            floor_area_m2=float(dwellings * 88),
            approved="1995-04-01",
            started="1996-03-01",
            completed="1998-06-30",
            in_programme=True,
            circle_exception_minutes=20,
            circle_exception_reason=reason,
        )


def far_spot(dice: Dice, communities: list[Community], sites: list[Point], rooms: list[Point]) -> tuple[Point, Community]:
    """Return a point beyond the circle of every site and room, with at least three sites inside the longer circle."""
    while True:
        community = dice.pick(communities)
        spot = dice.near(community.centre, 500, 1300)
        beyond = all(metres(spot, other) > CIRCLE_M + 5 for other in (*sites, *rooms))
        if beyond and sum(metres(spot, other) < LONG_CIRCLE_M - 25 for other in sites) >= 3:
            return spot, community


def add_clusters(offers: Offers) -> None:
    """Add four approved clusters of rooms apart within 50 m, and rooms of a fifth that has no consent yet: too small alone."""
    county, dice = offers.county, offers.dice
    homes = [c for c in county.communities if c.town.name in ("桐君街道", "城南街道", "分水镇")]
    for n, community in enumerate(dice.shuffled(homes)[:5], 1):
        old = [e for e in community.estates if str(e["started"]) < "2000" and e["kind"] != "other"] or community.estates
        main = dice.near(county.spot_of(dice.pick(old)), 40, 120)
        for room in range(3 if n % 2 else 2):
            spot = main if room == 0 else dice.near(main, 5, 18)
            area = float(dice.whole(125, 190) if room == 0 else dice.whole(80, 150))
            site = county.add_site(
                community,
                spot,
                f"{n}组团{'主' if room == 0 else '副'}用房{room or ''}",
                detached=False,
                detached_exception="老旧小区确有困难，部分功能分设",
                gross_area_m2=area,
                owner="个人业主",
                owner_type="private",
            )
            if n < 5:
                site.update(cluster=f"C{n}", cluster_main=room == 0, cluster_approval=f"桐民函〔2021〕{40 + n}号（虚构）")
            else:
                site.update(note="拟分设，尚未取得县民政局同意，不能合计")
            row = offers.lease(community, site, area, works="conversion" if room == 0 else "upgrade")
            row.update(lead_days=dice.whole(30, 150), rent_yuan_per_year=round_to(number(row, "rent_yuan_per_year") * 0.4, 100))


def add_groups(offers: Offers) -> None:
    """Add buildings on offer both whole and by the ground floor: one site of a group can be taken."""
    county, dice = offers.county, offers.dice
    for n, community in enumerate(dice.shuffled(county.communities)[:8], 1):
        spot = dice.near(county.spot_of(dice.pick(community.estates)), 60, 220)
        whole = float(dice.whole(90, 180) * 5)
        part = float(round_to(whole * dice.between(0.42, 0.5), 1))
        for name, area in ((f"综合楼{n}（整幢）", whole), (f"综合楼{n}（底层）", max(part, 205.0))):
            site = county.add_site(
                community,
                spot,
                name,
                detached=True,
                gross_area_m2=area,
                building_group=f"G{n}",
                owner="村（居）经济合作社",
                owner_type="collective",
                idle=True,
            )
            row = offers.lease(community, site, area, works="conversion")
            row.update(rent_yuan_per_year=round_to(number(row, "rent_yuan_per_year") * 0.7, 100))
            if area == whole:
                offers.purchase(community, site, area)
            spot = at(spot, 0.5, 0.5)


def add_extensions(offers: Offers) -> None:
    """Offer to extend premises that are in use: the works add area on the spot."""
    county, dice = offers.county, offers.dice
    for room in dice.shuffled([row for row in county.tables["premises"] if row["status"] == "in_use" and not row.get("estate")])[:11]:
        community = county.community_of(room)
        added = float(dice.whole(60, 190))
        site = county.add_site(
            community, county.spot_of(room), f"{room['name']}加建", detached=True, owner=community.town.name, owner_type="state"
        )
        county.add_option(
            site,
            "own",
            "extension",
            area_m2=added,
            fit_out_yuan=round_to(dice.between(1700, 2200) * added, 1000),
            running_yuan_per_year=round_to(30 * added, 100),
            lead_days=dice.whole(90, 200),
            extends=str(room["premises"]),
        )
        room["note"] = "可扩建"


def add_swaps_of_premises(offers: Offers) -> None:
    """Offer larger rooms in exchange for small premises in use, which are then given up."""
    county, dice = offers.county, offers.dice
    small = [
        r
        for r in county.tables["premises"]
        if r["status"] == "in_use"
        and not r.get("note")
        and not r.get("estate")
        and r["kind"] in ("care_centre", "canteen")
        and number(r, "area_m2") < 240
    ]
    for room in dice.shuffled(small)[:7]:
        community = county.community_of(room)
        area = float(dice.whole(52, 84) * 5)
        site = county.add_site(
            community,
            dice.near(county.spot_of(room), 80, 260),
            "置换用房",
            detached=True,
            gross_area_m2=area,
            owner="县属国有企业",
            owner_type="state",
        )
        asset = round_to(number(room, "area_m2") * county.price_at(community, county.spot_of(room), 6000, 14000) * 0.25, 1000)
        row = offers.swap(community, site, area, gives_up=str(room["premises"]))
        row.update(asset_given_up_yuan=asset, price_yuan=round_to(number(row, "price_yuan") * 0.12, 1000), lead_days=dice.whole(40, 160))
        room["note"] = "可置换"


def add_marks(county: County) -> None:
    """Lock two options that are contracted already, lock out or withdraw a few others."""
    dice, options = county.dice, county.tables["options"]
    fit = {str(row["site"]) for row in fit_sites(county) if not row.get("building_group")}
    early = [o for o in options if str(o["site"]) in fit and number(o, "lead_days") <= 200]
    signed = [o for o in early if o["kind"] == "provided" and number(o, "area_m2") >= 260]
    for option in dice.shuffled(signed)[:2]:
        option.update(lock="in", note="已签约")
    rest = [o for o in early if o["kind"] in ("lease", "purchase") and o.get("lock") is None]
    for option in dice.shuffled(rest)[:6]:
        option.update(lock="out", note="业主已撤回")
    locked = {str(o["site"]) for o in options if o.get("lock")}
    plain = [
        s
        for s in county.tables["sites"]
        if str(s["site"]) not in locked and not s.get("cluster") and not s.get("note") and s["owner"] == "个人业主"
    ]
    for site in dice.shuffled(plain)[:4]:
        site.update(available=False, note="产权纠纷，暂不可用")
