"""Write the tables of ``scenarios/five_years``: a synthetic county that starts rooms in five years under ten budget lines.

Town, estates, sites, owners, prices and dates are all invented. Usage: ``python scenarios/generators/five_years.py [FOLDER]``.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from county import Community, County, Town
from offers import Market, Offers
from tonglu import NEW_ENDINGS, OLD_ENDINGS, PLACES, STATE_PLACES, add_market_room, add_state_room, round_to_five
from tools import metres, target_folder

SEED = 2026
SITES, OPTIONS = 400, 900
TOWNS = (
    Town("城关街道", (470_000, 3_298_000), (6, 6, 6, 6, 6, 5, 5), 850, 13_000, market_town=False),
    Town("东湖街道", (476_500, 3_296_500), (6, 6, 6, 6, 5, 5), 870, 11_800, market_town=False),
    Town("南渡镇", (468_000, 3_287_500), (6, 6, 6, 5, 5), 880, 9_600),
    Town("西岭镇", (457_000, 3_301_000), (6, 5, 5, 5, 5), 900, 9_000),
    Town("北桥镇", (480_500, 3_309_000), (6, 6, 5, 5), 900, 8_800),
)
"""Centres in epsg:4549 metres; estates in each community; gap between communities; price at the centre, yuan per m²."""
CAPITAL_YUAN = {2022: 9_000_000, 2023: 8_000_000, 2024: 6_500_000, 2025: 5_500_000, 2026: 5_500_000}
"""The county's capital lines; what a year leaves is carried over to the next."""
GRANTS_YUAN = {2022: 1_500_000, 2023: 1_500_000, 2024: 1_200_000, 2025: 1_000_000, 2026: 1_000_000}
"""The province's grant lines; what is not spent lapses."""


def build() -> County:
    """Return the whole county."""
    county = County.of_towns(SEED, TOWNS)
    offers = Offers(county, Market(lead=(60, 300), late_share=0.0))
    for community, count in zip(county.communities, (n for town in TOWNS for n in town.communities), strict=True):
        add_estates(county, community, count)
    add_premises(county)
    add_sites(offers)
    fill_options(offers)
    add_budgets(county)
    return county


def add_estates(county: County, community: Community, count: int) -> None:
    """Add estates of a community, scattered around its centre; the older ones are mostly in the renovation programme."""
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
            completed=(started + timedelta(days=dice.whole(500, 1100))).isoformat(),
            in_programme=started.year < 2000 and dice.chance(0.6),
        )


def add_premises(county: County) -> None:
    """Add rooms in use, some below the least area of a place."""
    dice = county.dice
    for community in dice.shuffled(county.communities)[:16]:
        kind = dice.pick(("care_centre", "care_centre", "canteen"))
        area = float(round(dice.skewed(210 if kind == "care_centre" else 120, 0.35, 70, 420)))
        spot = dice.near(county.spot_of(dice.pick(community.estates)), 30, 160)
        label = {"care_centre": "照料中心", "canteen": "老年食堂"}[kind]
        county.add_premises(community, spot, name=f"{community.name}{label}", kind=kind, area_m2=area, status="in_use")


def add_sites(offers: Offers) -> None:
    """Add candidate places around the estates with their options."""
    county, dice = offers.county, offers.dice
    hosts = [(community, estate) for community in county.communities for estate in community.estates]
    hosts = hosts + dice.shuffled(hosts) + dice.shuffled(hosts)
    for n, (community, estate) in enumerate(hosts[:SITES], 1):
        spot = dice.near(county.spot_of(estate), 50, 290)
        inside = str(estate["estate"]) if metres(spot, county.spot_of(estate)) < 110 else None
        draw = dice.between(0, 1)
        if draw < 0.07:
            land = county.add_site(community, spot, f"规划地块{n}号", owner="土地储备机构", owner_type="state", estate=inside)
            offers.new_build(land, float(round_to_five(dice.skewed(380, 0.3, 240, 800))))
        elif draw < 0.25:
            add_state_room(offers, community, spot, f"{dice.pick(STATE_PLACES)}{n}号", inside)
        else:
            add_market_room(offers, community, spot, f"{dice.pick(PLACES)}{n}号", inside)


def fill_options(offers: Offers) -> None:
    """Bring the options to their number: too many are taken off sites that keep another, too few are leases added."""
    county, dice = offers.county, offers.dice
    options = county.tables["options"]
    for row in dice.shuffled(options):
        if len(options) <= OPTIONS:
            break
        if sum(other["site"] == row["site"] for other in options) > 1:
            options.remove(row)
    for site in dice.shuffled(county.tables["sites"]):
        if len(options) >= OPTIONS:
            break
        if site.get("gross_area_m2"):
            offers.lease(county.community_of(site), site, float(str(site["gross_area_m2"])), works="conversion")
    for number, row in enumerate(options, 1):
        row["option"] = f"O{number:04d}"


def add_budgets(county: County) -> None:
    """Add five capital lines of the county and five grant lines of the province."""
    for year, limit in CAPITAL_YUAN.items():
        county.add_budget("county", str(year), "gross_capital", limit, code=f"B-CAP-{year}", carry_over=year < max(CAPITAL_YUAN))
    for year, limit in GRANTS_YUAN.items():
        county.add_budget("province", str(year), "grants", limit, code=f"B-GRANT-{year}")


def main() -> None:
    """Write the tables."""
    build().write(target_folder(Path(__file__).parents[1] / "five_years"))


if __name__ == "__main__":
    main()
