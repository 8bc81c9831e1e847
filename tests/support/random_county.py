"""Tiny random counties under the Tonglu policy, for property tests: small whole numbers, every feature of the tables.

A county is a mapping of settings, as scenario.yaml would hold them, and its tables as rows of text cells. The same seed
gives the same county on every machine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from siteplanner.scenario.columns import TABLES
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario

Row = dict[str, str]
Tables = dict[str, list[Row]]
SettingsTree = dict[str, object]

POLICY = "tonglu-2021"
TOWNSHIPS = ("桐君街道", "城南街道")
BASE_DATE = "2021-12-13"
COHORT_DATE = "2018-06-01"
IN_TIME_DAYS, TOO_LATE_DAYS = 291, 292
"""Started on the base date, ready on 2022-09-30 (in time) and on 2022-10-01 (too late)."""
WALKS_S = (200, 450, 700, 899, 900, 901, 1200)
WORKS = {
    "purchase": ("none", "conversion", "upgrade"),
    "swap": ("none", "conversion", "upgrade"),
    "lease": ("none", "conversion", "upgrade"),
    "new_build": ("new",),
    "own": ("none", "conversion", "upgrade"),
    "provided": ("none", "conversion", "upgrade"),
}


def random_county(
    seed: int,
    estates: int = 4,
    sites: int = 6,
    *,
    periods: int = 1,
    budgets: bool = True,
    near: float = 0.72,
    switches: Mapping[str, str] | None = None,
) -> tuple[SettingsTree, Tables]:
    """Return the settings and tables of a random county.

    Parameters
    ----------
    seed : int
        Same seed, same county.
    estates, sites : int
        How many; a site more is added for each extension and for each new estate.
    periods : int
        Start days, 1 (the base date) to 3.
    budgets : bool
        Whether budget lines may be drawn.
    near : float
        Share of pairs that are within a walk; higher makes more counties feasible.
    switches : mapping, optional
        Readings of the policy other than the defaults.
    """
    return _Draw(random.Random(seed), near).county(estates, sites, periods, budgets, dict(switches or {}))


def scenario_of(settings: SettingsTree, tables: Tables) -> Scenario:
    """Return the checked scenario of a county, without files."""
    return build_scenario(settings, tables)


class _Draw:
    """One county under way."""

    def __init__(self, rng: random.Random, near: float) -> None:
        self.rng = rng
        self.near = near
        self.tables: Tables = {name: [] for name in TABLES}

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def county(self, estates: int, sites: int, periods: int, budgets: bool, switches: dict[str, str]) -> tuple[SettingsTree, Tables]:
        for number in range(1, estates + 1):
            self.estate(number)
        for number in range(1, sites + 1):
            self.site(f"S{number}")
        self.cluster()
        self.group()
        for number in range(1, self.rng.choice((0, 1, 1, 2)) + 1):
            self.held(f"P{number}")
        self.developer_rooms()
        self.options()
        self.extensions()
        self.give_up()
        self.lock()
        self.walks()
        if budgets:
            self.budgets()
        return self.settings(periods, switches), self.tables

    def settings(self, periods: int, switches: dict[str, str]) -> SettingsTree:
        days = ("2021-12-14", "2022-03-01", "2022-06-15")[:periods]
        return {
            "title": "随机小例",
            "policy": POLICY,
            "county": "桐庐县",
            "base_date": BASE_DATE,
            "synthetic": "true",
            "inputs": {"cohort_date": COHORT_DATE},
            "switches": switches,
            "crs": "epsg:4549",
            "walking": {"method": "table", "source": "随机"},
            "finance": {"base_year": "2021", "horizon_years": "3", "rate": self.rng.choice(("0", "0.25")),
                        "grant_delay_days": self.rng.choice(("0", "0", "120"))},
            **({"periods": list(days)} if periods > 1 else {}),
        }  # fmt: skip

    def estate(self, number: int) -> None:
        new = self.chance(0.2)
        dwellings = self.rng.choice((100, 101, 300, 900, 1001) if new else (100, 250, 400, 600, 999, 1001))
        row = {"estate": f"E{number}", "name": f"小区{number}", "kind": "other" if self.chance(0.05) else "urban",
               "township": self.rng.choice(TOWNSHIPS), "community": "社区", "dwellings": str(dwellings),
               "started": self.rng.choice((COHORT_DATE, "2019-05-01") if new else ("2018-05-31", "1999-03-01")),
               "x": str(470000 + 100 * number), "y": "3298000"}  # fmt: skip
        if not new and self.chance(0.12):
            row |= {"demolition_date": self.rng.choice(("2021-12-13", "2023-12-13", "2023-12-14")), "demolition_evidence": "拆迁计划"}
        if not new and self.chance(0.1):
            row |= {"circle_exception_minutes": "20", "circle_exception_reason": "步道中断"}
        self.tables["estates"].append(row)

    def site(self, site: str, estate: str = "", area: int = 0) -> Row:
        gross = area or self.rng.choice((150, 190, 200, 210, 240, 300, 300, 320, 400, 500))
        number = len(self.tables["sites"])
        row = {"site": site, "name": f"点位{site}", "township": self.rng.choice(TOWNSHIPS), "community": "社区",
               "gross_area_m2": str(gross), "detached": "是", "x": str(470050 + 90 * number), "y": "3298100"}  # fmt: skip
        if estate:
            row["estate"] = estate
        elif self.chance(0.1):
            row |= {"detached": "否", "detached_exception": self.rng.choice(("", "无独栋房源"))}
        self.tables["sites"].append(row)
        return row

    def cluster(self) -> None:
        """Make the last two sites a cluster of two rooms below 200 m², now and then too far apart to be one."""
        if len(self.tables["sites"]) < 4 or not self.chance(0.3):
            return
        apart = 30 if self.chance(0.85) else 80
        main, second = self.tables["sites"][-2:]
        for row, is_main in ((main, True), (second, False)):
            row |= {
                "gross_area_m2": str(self.rng.choice((80, 100, 120, 150, 190))),
                "cluster": "C1",
                "cluster_main": "是" if is_main else "否",
                "township": main["township"],
                "detached": "是",
                "x": "471000" if is_main else str(471000 + apart),
                "y": "3298100",
            }
            row.pop("detached_exception", None)
            row["cluster_approval"] = "桐民〔2021〕1号"

    def group(self) -> None:
        """Put the first two sites into one building."""
        if self.chance(0.25):
            for row in self.tables["sites"][:2]:
                if "cluster" not in row:
                    row["building_group"] = "G1"

    def held(self, premises: str) -> None:
        kind = self.rng.choice(("care_centre", "demonstration_centre", "canteen", "mixed"))
        row = {"premises": premises, "name": f"用房{premises}", "kind": kind, "township": self.rng.choice(TOWNSHIPS), "community": "社区",
               "area_m2": str(self.rng.choice((60, 100, 150, 220, 320))), "x": "470500", "y": "3298200"}  # fmt: skip
        if kind == "mixed":
            row |= {"area_m2": "800", "set_aside_m2": str(self.rng.choice((60, 100, 220)))}
        if self.chance(0.25):
            row |= {"status": "under_way", "ready_date": self.rng.choice(("2022-09-30", "2022-10-01"))}
        home = self.rng.choice(self.tables["estates"])
        if self.chance(0.3):
            row["estate"] = home["estate"]
        self.tables["premises"].append(row)

    def developer_rooms(self) -> None:
        """Give most new estates a room inside, by the developer, or to be bought."""
        for estate in self.tables["estates"]:
            if estate["started"] >= COHORT_DATE and self.chance(0.93):
                need = max(300, 30 * math.ceil(int(estate["dwellings"]) / 100))
                area = need + self.rng.choice((0, 0, 50, 100))
                site = self.site(f"D{estate['estate']}", estate["estate"], area)
                if self.chance(0.7):
                    self.option(site, "developer", self.rng.choice(("none", "new")), area)
                else:
                    self.option(site, "purchase", "conversion", area)

    def options(self) -> None:
        for site in [row for row in self.tables["sites"] if not row["site"].startswith("D")]:
            for kind in self.rng.sample(sorted(WORKS), self.rng.choice((1, 1, 2))):
                self.option(site, kind, self.rng.choice(WORKS[kind]), int(site["gross_area_m2"]))

    def option(self, site: Row, kind: str, works: str, area: int) -> Row:
        rng = self.rng
        row = {"option": f"O{len(self.tables['options']) + 1:02d}", "site": site["site"], "kind": kind, "works": works,
               "lead_days": str(rng.choice((0, 30, 90, 90, IN_TIME_DAYS, TOO_LATE_DAYS)))}  # fmt: skip
        varies = area >= 240 and "cluster" not in site and kind in ("purchase", "lease") and self.chance(0.3)
        if varies:
            row |= {"area_min_m2": str(rng.choice((150, 200))), "area_max_m2": str(area)}
        else:
            row["area_m2"] = str(area)
        if kind == "lease":
            row["rent_yuan_per_m2_year" if varies else "rent_yuan_per_year"] = str(
                rng.choice((200, 300)) if varies else 100 * rng.randint(200, 900)
            )
        elif kind in ("purchase", "new_build"):
            row["price_yuan_per_m2" if varies else "price_yuan"] = str(rng.choice((1000, 1500)) if varies else 1000 * rng.randint(150, 600))
        elif kind == "swap":
            row |= {"price_yuan": str(1000 * rng.randint(-20, 200)), "asset_given_up_yuan": str(1000 * rng.randint(0, 200))}
        elif kind == "developer":
            row["price_yuan"] = "900000"
        if works != "none" and kind != "developer":
            row["fit_out_yuan"] = str(1000 * rng.randint(60, 300))
        if self.chance(0.2) and kind != "developer":
            row["running_yuan_per_year"] = str(100 * rng.randint(50, 200))
        if self.chance(0.15) and kind == "purchase":
            row["useful_life_years"] = "40"
        self.tables["options"].append(row)
        return row

    def extensions(self) -> None:
        """Offer, on a site of its own, to add to premises."""
        for held in self.tables["premises"]:
            if self.chance(0.45):
                site = self.site(f"X{held['premises']}", held.get("estate", ""), self.rng.choice((50, 90, 140, 200)))
                self.option(site, "own", "extension", int(site["gross_area_m2"])).update(extends=held["premises"])

    def give_up(self) -> None:
        """Let one swap give premises up."""
        swaps = [row for row in self.tables["options"] if row["kind"] == "swap"]
        if swaps and self.tables["premises"] and self.chance(0.6):
            self.rng.choice(swaps)["gives_up"] = self.rng.choice(self.tables["premises"])["premises"]

    def lock(self) -> None:
        if self.chance(0.12):
            self.rng.choice(self.tables["options"])["lock"] = self.rng.choice(("in", "out", "out"))

    def walks(self) -> None:
        for estate in self.tables["estates"]:
            targets = [row.get("site") or row["premises"] for row in (*self.tables["sites"], *self.tables["premises"])]
            targets += [row["estate"] for row in self.tables["estates"] if row is not estate]
            for target in targets:
                if self.chance(self.near):
                    self.tables["walks"].append({"estate": estate["estate"], "place": target, "seconds": str(self.rng.choice(WALKS_S))})

    def budgets(self) -> None:
        drawn = [
            ("B1", "township", "2021-2022", "", "gross_capital", 100_000 * self.rng.randint(5, 14)),
            ("B2", "county", "2021-2023", "", "grants", 50_000 * self.rng.randint(2, 6)),
            ("B3", "township", "2021-2023", self.tables["estates"][0]["township"], "net", 100_000 * self.rng.randint(4, 12)),
            ("B4", "township", "2023", "", "recurring", 10_000 * self.rng.randint(4, 20)),
        ]
        keys = ("budget", "payer", "years", "township", "measure", "limit_yuan")
        for row in drawn:
            if self.chance(0.15):
                self.tables["budgets"].append({key: str(cell) for key, cell in zip(keys, row, strict=True) if cell != ""})
