"""Random counties of three years with milestones, two deadlines and yearly budgets, and their least cost by trying everything.

The law is that of ``scenarios/five_years`` with dates and shares of its own. Lawfulness is read here anew in plain arithmetic: Hall's
condition at every checkpoint, shares rounded up, budgets that pass on what they leave. Only the prices are the product's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import yaml

from siteplanner.ledger import ledger_lines, net_present_cost
from siteplanner.plan import Chosen, Line, PlaceRecord
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Budget, Option, Scenario

PACK = Path(__file__).resolve().parents[2] / "scenarios" / "five_years" / "policy.yaml"
LEAST_DM2 = 20_000
CIRCLE_S = 900
CAPITAL = ("price", "tax_fee", "deposit", "fit_out", "permit")
Tables = dict[str, list[dict[str, str]]]
Tree = dict[str, Any]


@dataclass(frozen=True)
class Law:
    """Deadlines of the two cohorts, and milestones as (day, share in percent, unit, per)."""

    programme: date
    rest: date
    milestones: tuple[tuple[date, int, str, str], ...]

    def pack(self) -> Tree:
        """Return the example's policy with these dates and shares."""
        tree: Tree = deepcopy(yaml.safe_load(PACK.read_text(encoding="utf-8")))
        for standard, day in zip(tree["standards"], (self.programme, self.rest), strict=True):
            standard["deadline"] = {"date": day, "day": "included", "clause": "F3"}
        model = tree["milestones"][0]
        tree["milestones"] = [
            model | {"id": f"m{n}", "date": day, "share": model["share"] | {"value": percent / 100}, "unit": unit, "per": per}
            for n, (day, percent, unit, per) in enumerate(self.milestones)
        ]
        return tree


@dataclass(frozen=True)
class County:
    """A random county: its law and tables, of which a test may vary one before it is planned."""

    law: Law
    periods: tuple[str, ...]
    tables: Tables

    def scenario(self) -> Scenario:
        """Return the scenario, from the county's own perspective, at 4 % over six years."""
        tree: Tree = {
            "title": "随机三年小县", "policy": "five-years-example", "county": "某县", "base_date": "2022-01-01", "synthetic": "true",
            "walking": {"method": "table", "source": "虚构"}, "periods": list(self.periods),
            "finance": {"base_year": "2022", "horizon_years": "6", "rate": "0.04"},
        }  # fmt: skip
        return build_scenario(tree, {name: rows for name, rows in self.tables.items() if rows}, pack_tree=self.law.pack())


def random_county(seed: int) -> County:
    """Return the county of a seed: three or four estates, three or four sites, two or three start days, up to five budget lines."""
    dice = Random(seed)
    years = dice.choice((2, 3, 3))
    days = [date(2021 + n, 12, 31) for n in range(1, years + 1)]
    first = dice.choice(days)
    shares = [(day, dice.choice((20, 34, 50)), dice.choice(("estates", "dwellings")), dice.choice(("county", "township"))) for day in days]
    law = Law(first, dice.choice([day for day in days if day >= first]), tuple(m for m in shares if dice.random() < 0.6))
    estates = [
        {
            "estate": f"E{n}", "name": f"E{n}", "township": dice.choice("甲乙"), "dwellings": str(50 * dice.randint(2, 14)),
            "in_programme": dice.choice(("是", "否")),
        }
        for n in range(dice.choice((3, 4)))
    ]  # fmt: skip
    sites = [{"site": f"S{n}", "name": f"S{n}", "township": dice.choice("甲乙")} for n in range(dice.choice((3, 3, 4)))]
    options: list[dict[str, str]] = []
    for site in sites:
        for _ in range(dice.choice((1, 1, 2))):
            options.append(_option(dice, site["site"], f"O{len(options)}"))
    premises = [{"premises": "P0", "name": "P0", "township": "甲", "kind": "canteen", "area_m2": str(dice.choice((120, 200, 260)))}]
    premises = premises if dice.random() < 0.4 else []
    places = [row["site"] for row in sites] + [row["premises"] for row in premises]
    walks = [
        {"estate": row["estate"], "place": place, "seconds": str(dice.choice((300, 300, CIRCLE_S, CIRCLE_S, CIRCLE_S + 1)))}
        for row in estates
        for place in places
        if dice.random() < 0.95
    ]
    tables: Tables = {"estates": estates, "sites": sites, "options": options, "premises": premises, "walks": walks}
    tables["budgets"] = _budgets(dice, years)
    return County(law, tuple(f"{2022 + n}-01-15" for n in range(years)), tables)


def _option(dice: Random, site: str, key: str) -> dict[str, str]:
    kind, works = dice.choice((("purchase", "conversion"), ("lease", "conversion"), ("new_build", "new"), ("purchase", "none")))
    row = {
        "option": key, "site": site, "kind": kind, "works": works, "area_m2": str(dice.choice((190, 200, 250, 320, 400))),
        "lead_days": str(dice.choice((30, 200, 349, 350, 351))), "running_yuan_per_year": str(1000 * dice.randint(0, 9)),
    }  # fmt: skip
    if kind == "lease":
        row |= {"rent_yuan_per_year": str(1000 * dice.randint(20, 90)), "deposit_yuan": str(1000 * dice.randint(0, 20))}
    else:
        row |= {"price_yuan": str(1000 * dice.randint(100, 900)), "useful_life_years": str(dice.choice((20, 40)))}
    if works != "none":
        row["fit_out_yuan"] = str(1000 * dice.randint(20, 150))
    return row


def _budgets(dice: Random, years: int) -> list[dict[str, str]]:
    """Return yearly lines of the county's capital or net money, and of the province's grants, some of which carry over."""
    found = []
    measure = dice.choice(("gross_capital", "net"))
    for payer, what, least, most in (("county", measure, 1, 7), ("province", "grants", 1, 3), ("county", "recurring", 1, 3)):
        for year in range(2022, 2022 + years):
            if dice.random() < (0.7 if payer == "county" and what != "recurring" else 0.3):
                spread = dice.randint(least, most) + (2 if year == 2022 else -2) * (measure == what)
                limit = 100_000 * max(0, spread)
                row = {"budget": f"B{len(found)}", "payer": payer, "years": str(year), "measure": what, "limit_yuan": str(limit)}
                found.append(row | {"carry_over": dice.choice(("是", "是", "否"))})
    return found


@dataclass(frozen=True)
class Pick:
    """One option started on one day, with the lines it brings to the ledger."""

    option: Option
    ready: date
    lines: tuple[Line, ...]


def least_cost(county: County) -> int | None:
    """Return the least present net cost to the county over every lawful set of starts, fen; None where there is none."""
    scenario = county.scenario()
    menu = [[None, *_picks(county, scenario, site.id)] for site in scenario.sites]
    best: int | None = None
    for chosen in itertools.product(*menu):
        picks = [pick for pick in chosen if pick is not None]
        lines = [line for pick in picks for line in pick.lines]
        cost = net_present_cost(lines, frozenset({"county"}))
        if (best is None or cost < best) and _within_budgets(scenario.budgets, lines) and _in_time(county.law, scenario, picks):
            best = cost
    return best


def _picks(county: County, scenario: Scenario, site: str) -> Iterator[Pick]:
    """Yield what may be started at a site: rooms large enough to serve somebody, ready by the last day on which rooms are tested."""
    last = max(_days(county.law, scenario))
    for option in scenario.options:
        if option.site != site or (option.area_dm2 or 0) < LEAST_DM2:
            continue
        for start in (date.fromisoformat(day) for day in county.periods):
            ready = start + timedelta(days=option.lead_days)
            if ready <= last:
                yield Pick(option, ready, _lines(scenario, option, start, ready))


def _lines(scenario: Scenario, option: Option, start: date, ready: date) -> tuple[Line, ...]:
    area, site = option.area_dm2 or 0, next(site for site in scenario.sites if site.id == option.site)
    chosen = Chosen(
        option=option.id, site=site.id, place=site.id, kind=option.kind, works=option.works, township=site.township,
        area_dm2=area, net_area_dm2=area, start=start, ready=ready,
    )  # fmt: skip
    place = PlaceRecord(
        place=site.id, name=site.id, kind="site", members=(site.id,), township=site.township, gross_dm2=area, net_dm2=area, ready=ready,
    )  # fmt: skip
    return ledger_lines(scenario, [chosen], {site.id: place})


def _within_budgets(budgets: Sequence[Budget], lines: Sequence[Line]) -> bool:
    """Return whether each yearly line, with what the line before it passed on, pays what falls to it."""
    carried: dict[tuple[str, str], int] = {}
    for budget in sorted(budgets, key=lambda b: b.years):
        key = (budget.payer, budget.measure)
        left = budget.limit_fen + carried.pop(key, 0) - _used(budget, lines)
        if left < 0:
            return False
        if budget.carry_over:
            carried[key] = left
    return True


def _used(budget: Budget, lines: Sequence[Line]) -> int:
    here = [line for line in lines if line.cash and line.year == int(budget.years)]
    kinds = {"gross_capital": CAPITAL, "recurring": ("rent", "running"), "grants": ("grant",)}
    if budget.measure == "net":
        return sum(line.fen * ((line.payer == budget.payer) - (line.receiver == budget.payer)) for line in here)
    return sum(line.fen for line in here if line.payer == budget.payer and line.kind in kinds[budget.measure])


def _days(law: Law, scenario: Scenario) -> list[date]:
    due = {law.programme if estate.in_programme else law.rest for estate in scenario.estates}
    return sorted(due | {day for day, _, _, _ in law.milestones})


def _in_time(law: Law, scenario: Scenario, picks: Sequence[Pick]) -> bool:
    """Return whether on every day those who are due are served, together with enough others for each share of that day."""
    estates = {estate.id: estate for estate in scenario.estates}
    walks = {(walk.estate, walk.place): walk.seconds for walk in scenario.walks}
    for day in _days(law, scenario):
        areas = {pick.option.site: pick.option.area_dm2 or 0 for pick in picks if pick.ready <= day}
        areas |= {held.id: held.area_dm2 for held in scenario.premises}
        near = {key: {place for place in areas if walks.get((key, place), 10**9) <= CIRCLE_S} for key in estates}
        due = {key for key, estate in estates.items() if (law.programme if estate.in_programme else law.rest) <= day}
        shares = [milestone for milestone in law.milestones if milestone[0] == day]
        sets = (due | set(more) for n in range(len(estates) + 1) for more in itertools.combinations(sorted(set(estates) - due), n))
        if not any(_met(shares, scenario, served) and _served(scenario, served, areas, near) for served in sets):
            return False
    return True


def _met(shares: Sequence[tuple[date, int, str, str]], scenario: Scenario, served: set[str]) -> bool:
    for _, percent, unit, per in shares:
        for group in {estate.township for estate in scenario.estates} if per == "township" else {""}:
            members = [estate for estate in scenario.estates if group in ("", estate.township)]
            weight = {estate.id: estate.dwellings if unit == "dwellings" else 1 for estate in members}
            if sum(weight[key] for key in served if key in weight) < ceil(Fraction(percent, 100) * sum(weight.values())):
                return False
    return True


def _served(scenario: Scenario, served: set[str], areas: Mapping[str, int], near: Mapping[str, set[str]]) -> bool:
    """Return whether a set of estates is served together: a large enough place near each, and Hall's condition on areas."""
    need = {estate.id: 20 * estate.dwellings for estate in scenario.estates}
    if any(all(areas[place] < LEAST_DM2 for place in near[key]) for key in served):
        return False
    groups = (group for n in range(1, len(served) + 1) for group in itertools.combinations(sorted(served), n))
    return all(sum(need[key] for key in group) <= sum(areas[p] for p in set().union(*(near[key] for key in group))) for group in groups)
