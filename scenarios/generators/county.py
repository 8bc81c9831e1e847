"""A county under construction: towns, communities, and the tables that grow. Shared by the scenario generators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chinese import HEADINGS, WORDS
from tools import Cell, Dice, Names, Point, Row, at, metres, spaced, spread_points, write_table

COLUMNS: dict[str, tuple[str, ...]] = {
    "estates": (
        "estate", "name", "kind", "township", "district", "community", "dwellings", "floor_area_m2", "approved", "started", "completed",
        "cohort", "in_programme", "demolition_date", "demolition_evidence", "x", "y", "circle_exception_minutes", "circle_exception_reason",
        "adjacent", "households", "first_delivery", "exempt_reason", "persons", "persons_60",
        "persons_80", "service_persons", "in_lieu_yuan", "in_lieu_year", "note",
    ),
    "sites": (
        "site", "name", "township", "district", "community", "x", "y", "floor", "barrier_free", "detached", "detached_exception",
        "rule_exception", "owner", "owner_type", "idle", "gross_area_m2", "net_area_m2", "estate", "cluster", "cluster_main",
        "cluster_approval", "building_group", "clinic_adjacent", "outdoor_space", "land_area_m2", "urban", "available", "note",
    ),
    "options": (
        "option", "site", "kind", "works", "area_m2", "area_min_m2", "area_max_m2", "price_yuan", "price_yuan_per_m2", "tax_fee_yuan",
        "rent_yuan_per_year", "rent_yuan_per_m2_year", "rent_growth", "deposit_yuan", "term_years", "fit_out_yuan", "fit_out_yuan_per_m2",
        "running_yuan_per_year", "lead_days", "useful_life_years", "gives_up", "asset_given_up_yuan", "extends", "payer", "lock", "source",
        "provenance", "pilot_money", "provincial_award", "station_type", "operator", "beds", "rating", "semi_disabled", "disabled",
        "stay_months", "service_items", "monthly_visits", "fire_procedure", "note",
    ),
    "premises": (
        "premises", "name", "kind", "township", "district", "community", "area_m2", "net_area_m2", "set_aside_m2", "status", "ready_date",
        "estate", "x", "y", "station_type", "operator", "land_area_m2", "rating", "note",
    ),
    "budgets": ("budget", "payer", "years", "township", "measure", "limit_yuan", "carry_over"),
    "funds": ("fund", "funder", "years", "limit_yuan", "uses", "works", "township", "district", "clause"),
    "walks": ("estate", "place", "seconds"),
}  # fmt: skip
"""Columns in the order they are written; a column nobody fills is left out."""


@dataclass(frozen=True, slots=True)
class Town:
    """A township: centre in projected metres, estates in each community, gap between communities, price at the centre."""

    name: str
    centre: Point
    communities: tuple[int, ...]
    gap_m: float
    price: int
    market_town: bool = True
    district: str = ""


@dataclass(slots=True)
class Community:
    """A community of a township and the estates in it."""

    name: str
    town: Town
    centre: Point
    estates: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class County:
    """The tables under way. `spots` holds the point of every estate, site and premises by id."""

    dice: Dice
    names: Names
    communities: list[Community] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    spots: dict[str, Point] = field(default_factory=dict)

    @classmethod
    def of_towns(cls, seed: int, towns: Sequence[Town], ending: str = "社区") -> County:
        """Return a county with communities laid out around the towns' centres and no estates yet."""
        dice = Dice(seed)
        county = cls(dice, Names(dice))
        for town in towns:
            centres = spread_points(dice, town.centre, len(town.communities), town.gap_m)
            county.communities += [Community(county.names.make((ending,)), town, centre) for centre in centres]
        return county

    def add(self, table: str, id_column: str, row_id: str, community: Community, spot: Point, **facts: Cell) -> Row:
        """Append a row that has a place on the map."""
        town = community.town
        row: Row = {id_column: row_id, "township": town.name, "community": community.name, "x": spot[0], "y": spot[1]}
        if town.district:
            row["district"] = town.district
        row.update(facts)
        self.tables[table].append(row)
        self.spots[row_id] = spot
        return row

    def scatter(self, community: Community, count: int, spread_m: float = 200, gap_m: float = 110) -> Iterator[Point]:
        """Yield points of estates around a community's centre."""
        dice, points = self.dice, list[Point]()
        for _ in range(count):
            points.append(spaced(lambda: at(community.centre, dice.normal(0, spread_m), dice.normal(0, spread_m)), points, gap_m))
            yield points[-1]

    def add_estate(self, community: Community, spot: Point, **facts: Cell) -> Row:
        """Append an estate of a community."""
        row = self.add("estates", "estate", f"E{len(self.tables['estates']) + 1:03d}", community, spot, **facts)
        community.estates.append(row)
        return row

    def add_site(self, community: Community, spot: Point, name: str, **facts: Cell) -> Row:
        """Append a site of a community."""
        number = f"S{len(self.tables['sites']) + 1:03d}"
        return self.add("sites", "site", number, community, spot, name=f"{community.name}{name}", **facts)

    def add_premises(self, community: Community, spot: Point, **facts: Cell) -> Row:
        """Append premises of a community."""
        return self.add("premises", "premises", f"P{len(self.tables['premises']) + 1:02d}", community, spot, **facts)

    def add_option(self, site: Row, kind: str, works: str, **facts: Cell) -> Row:
        """Append an option of a site."""
        row: Row = {"option": f"O{len(self.tables['options']) + 1:04d}", "site": site["site"], "kind": kind, "works": works, **facts}
        self.tables["options"].append(row)
        return row

    def add_fund(self, code: str, funder: str, years: str, limit_yuan: int, clause: str, **facts: Cell) -> None:
        """Append a fund."""
        self.tables["funds"].append({"fund": code, "funder": funder, "years": years, "limit_yuan": limit_yuan, "clause": clause, **facts})

    def add_budget(
        self, payer: str, years: str, measure: str, limit_yuan: int, *, code: str, township: str = "", carry_over: bool = False
    ) -> None:
        """Append a budget line."""
        self.tables["budgets"].append(
            {
                "budget": code,
                "payer": payer,
                "years": years,
                "township": township or None,
                "measure": measure,
                "limit_yuan": limit_yuan,
                "carry_over": carry_over,
            }
        )

    def spot_of(self, row: Row) -> Point:
        """Return the point of an estate, site or premises row."""
        return self.spots[str(row.get("estate") if "dwellings" in row else row.get("site") or row.get("premises"))]

    def community_of(self, row: Row) -> Community:
        """Return the community a row stands in."""
        return next(c for c in self.communities if (c.town.name, c.name) == (row["township"], row["community"]))

    def price_at(self, community: Community, spot: Point, low: float, high: float) -> float:
        """Return the price of floor area at a point, yuan per m²: falling with distance from the town's centre, in [low, high]."""
        town = community.town
        fall = 0.72 + 0.28 * max(0.0, 1 - metres(spot, town.centre) / 2500)
        return min(high, max(low, town.price * fall * self.dice.between(0.86, 1.12)))

    def write(self, folder: Path, *, renamed: dict[str, str] | None = None, chinese: bool = False) -> None:
        """Write every table that has rows; `renamed` gives another file name to a table, `chinese` headings and words.

        Raises
        ------
        ValueError
            If a row has a column that the tables do not know.
        """
        for name, rows in self.tables.items():
            used = {column for row in rows for column, value in row.items() if value is not None}
            if unknown := used - set(COLUMNS[name]):
                raise ValueError(f"{name}: unknown columns {sorted(unknown)}")
            columns = [column for column in COLUMNS[name] if column in used]
            kept: list[Row] = [{column: row.get(column) for column in columns} for row in rows]
            if chinese:
                kept = [in_chinese(name, row) for row in kept]
                columns = [HEADINGS[name][column] for column in columns]
            if kept:
                write_table(folder / f"{(renamed or {}).get(name, name)}.csv", columns, kept)


def in_chinese(table: str, row: Row) -> Row:
    """Return a row with Chinese headings, and Chinese words in the columns that take a choice."""
    words = WORDS.get(table, {})
    return {HEADINGS[table][key]: words.get(key, {}).get(str(value), value) for key, value in row.items()}
