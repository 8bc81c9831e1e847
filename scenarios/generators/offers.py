"""Ways of getting a room at believable invented prices. Shared by the scenario generators."""

from __future__ import annotations

from dataclasses import dataclass

from county import Community, County
from tools import Cell, Dice, Point, Row, round_to


@dataclass(frozen=True, slots=True)
class Market:
    """Price ranges of one county: yuan per m², yields as shares of price, days."""

    price: tuple[float, float] = (6000, 14000)
    rent: tuple[float, float] = (150, 420)
    rent_yield: tuple[float, float] = (0.026, 0.052)
    conversion: tuple[float, float] = (1200, 2200)
    upgrade: tuple[float, float] = (800, 1300)
    build: tuple[float, float] = (4600, 6400)
    tax_share: float = 0.03
    lead: tuple[int, int] = (30, 200)
    late_share: float = 0.06
    late: tuple[int, int] = (262, 320)
    life: tuple[int, int] = (40, 60)
    running_base: int = 12_000
    running_per_m2: int = 30


@dataclass(frozen=True, slots=True)
class Offers:
    """Adds options to the sites of a county."""

    county: County
    market: Market

    @property
    def dice(self) -> Dice:
        """Return the county's dice."""
        return self.county.dice

    def days(self) -> int:
        """Return the days from start to ready; a share of them comes too late for the deadline."""
        market, dice = self.market, self.dice
        return dice.whole(*market.late) if dice.chance(market.late_share) else dice.whole(*market.lead)

    def works(self, weights: tuple[float, float] = (0.62, 0.94)) -> str:
        """Return the works a room needs: mostly conversion, then upgrade, rarely none."""
        draw = self.dice.between(0, 1)
        return "conversion" if draw < weights[0] else "upgrade" if draw < weights[1] else "none"

    def fit_out(self, works: str, area: float) -> int:
        """Return the cost of works on an area, yuan."""
        if works == "none":
            return 0
        low, high = self.market.upgrade if works == "upgrade" else self.market.conversion
        return round_to(self.dice.between(low, high) * area, 1000)

    def running(self, area: float) -> int:
        """Return the running cost a year, yuan."""
        return round_to(self.market.running_base + self.market.running_per_m2 * area * self.dice.between(0.7, 1.3), 100)

    def rent_rate(self, community: Community, spot: Point) -> float:
        """Return the rent at a point, yuan per m² and year."""
        market = self.market
        price = self.county.price_at(community, spot, *market.price)
        return min(market.rent[1], max(market.rent[0], price * self.dice.between(*market.rent_yield)))

    def purchase(self, community: Community, site: Row, area: float, **facts: Cell) -> Row:
        """Offer to buy."""
        works = self.works()
        price = round_to(self.county.price_at(community, self.county.spot_of(site), *self.market.price) * area, 1000)
        return self.county.add_option(
            site,
            "purchase",
            works,
            area_m2=area,
            price_yuan=price,
            tax_fee_yuan=round_to(price * self.market.tax_share, 100),
            fit_out_yuan=self.fit_out(works, area),
            running_yuan_per_year=self.running(area),
            lead_days=self.days(),
            useful_life_years=self.dice.whole(*self.market.life),
            **facts,
        )

    def lease(self, community: Community, site: Row, area: float, works: Cell = None, **facts: Cell) -> Row:
        """Offer to rent a whole room."""
        works = str(works) if works else self.works()
        rate = self.rent_rate(community, self.county.spot_of(site)) * (1.12 if works == "none" else 1.0)
        rate = min(rate, self.market.rent[1])
        return self.county.add_option(
            site,
            "lease",
            works,
            area_m2=area,
            rent_yuan_per_year=round_to(rate * area, 100),
            fit_out_yuan=self.fit_out(works, area),
            rent_growth=self.dice.pick((None, None, None, 0.01, 0.02)),
            deposit_yuan=round_to(rate * area / 4, 100) if self.dice.chance(0.3) else None,
            term_years=self.dice.pick((10, 15, 20)),
            running_yuan_per_year=self.running(area),
            lead_days=self.days(),
            **facts,
        )

    def lease_part(self, community: Community, site: Row, least: float, most: float, **facts: Cell) -> Row:
        """Offer to rent as much as is wanted between two areas."""
        works = self.works()
        rate = self.rent_rate(community, self.county.spot_of(site)) * 1.05
        low, high = self.market.upgrade if works == "upgrade" else self.market.conversion
        per_m2 = 0 if works == "none" else round_to(self.dice.between(low, high), 10)
        return self.county.add_option(
            site,
            "lease",
            works,
            area_min_m2=least,
            area_max_m2=most,
            rent_yuan_per_m2_year=round_to(min(rate, self.market.rent[1]), 1),
            fit_out_yuan_per_m2=per_m2 or None,
            fit_out_yuan=None if works == "none" else 30_000,
            term_years=15,
            running_yuan_per_year=self.running((least + most) / 2),
            lead_days=self.days(),
            **facts,
        )

    def swap(self, community: Community, site: Row, area: float, **facts: Cell) -> Row:
        """Offer to exchange a public asset for the room: the difference in value is paid, the asset counts at what it would fetch."""
        works = self.works((0.8, 1.0))
        value = self.county.price_at(community, self.county.spot_of(site), *self.market.price) * area
        given = round_to(value * self.dice.between(0.3, 0.75), 1000)
        return self.county.add_option(
            site,
            "swap",
            works,
            area_m2=area,
            price_yuan=round_to(value * self.dice.between(0.92, 1.08), 1000) - given,
            asset_given_up_yuan=round_to(given * 0.5, 1000),
            tax_fee_yuan=round_to(value * 0.02, 100),
            fit_out_yuan=self.fit_out(works, area),
            running_yuan_per_year=self.running(area),
            lead_days=self.days(),
            useful_life_years=self.dice.whole(*self.market.life),
            **facts,
        )

    def provided(self, site: Row, area: float, **facts: Cell) -> Row:
        """Offer public stock: no price, works only; a few rows give a low rent."""
        rent = round_to(area * 60, 100) if self.dice.chance(0.15) else None
        return self.county.add_option(
            site,
            "provided",
            "conversion",
            area_m2=area,
            rent_yuan_per_year=rent,
            fit_out_yuan=self.fit_out("conversion", area),
            running_yuan_per_year=self.running(area),
            lead_days=self.days(),
            **facts,
        )

    def own(self, site: Row, area: float, **facts: Cell) -> Row:
        """Offer a room the payer holds already, changed by works."""
        works = "conversion" if self.dice.chance(0.7) else "upgrade"
        return self.county.add_option(
            site,
            "own",
            works,
            area_m2=area,
            fit_out_yuan=self.fit_out(works, area),
            running_yuan_per_year=self.running(area),
            lead_days=self.days(),
            **facts,
        )

    def new_build(self, site: Row, area: float, **facts: Cell) -> Row:
        """Offer to build on free land."""
        dice, price = self.dice, round_to(self.dice.between(*self.market.build) * area, 1000)
        return self.county.add_option(
            site,
            "new_build",
            "new",
            area_m2=area,
            price_yuan=price,
            tax_fee_yuan=round_to(price * 0.015, 100),
            running_yuan_per_year=self.running(area),
            lead_days=dice.whole(200, 330),
            useful_life_years=dice.whole(50, 70),
            **facts,
        )
