"""A believable scenario and plan made in memory, so that the report is tested without a solver.

Estates stand round the towns of a county; each is credited from the nearest place with room to spare. Ledger lines come
from ``siteplanner.money``, so they add up; nothing here claims to be optimal.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from siteplanner import plan as record
from siteplanner.lifecycle import complete
from siteplanner.money import grant_amount_fen, grant_line, net_pv, outlays
from siteplanner.policy.load import raw_pack, resolve
from siteplanner.report.record import walks_sha256
from siteplanner.scenario import schema

BASE = date(2021, 12, 13)
CHECKPOINT = date(2022, 9, 30)
TOWNS = {
    "桐君街道": (119.6910, 29.7970),
    "城南街道": (119.6800, 29.7850),
    "横村镇": (119.5880, 29.8190),
    "分水镇": (119.4460, 29.9280),
}
WORDS = ("春江", "梅林", "洋塘", "学圣", "迎春", "瑶琳", "白云", "富春", "圆通", "阆苑", "大奇山", "凤鸣")
KINDS: tuple[tuple[str, str], ...] = (
    ("lease", "conversion"),
    ("purchase", "none"),
    ("provided", "conversion"),
    ("lease", "none"),
    ("swap", "upgrade"),
)


@dataclass
class Example:
    """A scenario, its plan and the walks between them."""

    scenario: schema.Scenario
    plan: record.Plan
    walks: Mapping[tuple[str, str], int]


@dataclass
class _Open:
    """A place that is used, and what is left of it, dm²."""

    place: str
    left: int
    credits: list[record.Credit] = field(default_factory=list)


def example(estates: int = 30, sites: int = 48, *, method: str = "straight_line", **names: str) -> Example:
    """Make a scenario and plan; `names` replaces names by id (``E003="=1+1"``) or the ``title``."""
    rng = random.Random(20211213)
    where = {town: (lon, lat) for town, (lon, lat) in TOWNS.items()}
    scenario = _scenario(rng, where, estates, sites, method, names)
    walks = _walks(scenario)
    return Example(scenario, complete(scenario, _plan(scenario, walks)), walks)


def _near(rng: random.Random, centre: tuple[float, float]) -> tuple[float, float]:
    angle, reach = rng.uniform(0, 2 * math.pi), 1000 * math.sqrt(rng.random())
    return round(centre[0] + reach * math.cos(angle) / 96_500, 6), round(centre[1] + reach * math.sin(angle) / 111_200, 6)


def _scenario(
    rng: random.Random, where: Mapping[str, tuple[float, float]], n_estates: int, n_sites: int, method: str, names: Mapping[str, str]
) -> schema.Scenario:
    towns = list(where)
    estates, sites, options = [], [], []
    for n in range(1, n_estates + 1):
        key, town = f"E{n:03d}", towns[n % len(towns)]
        lon, lat = _near(rng, where[town])
        row = {
            "estate": key,
            "name": names.get(key, f"{rng.choice(WORDS)}{rng.choice(('新村', '花园', '小区', '苑', '公寓'))}{n}"),
            "township": names.get("town", town) if n % 7 == 3 else town,
            "community": f"{town[:2]}社区",
            "dwellings": rng.randrange(120, 1400),
            "started": date(rng.randrange(1985, 2016), 3, 1),
            "x": lon,
            "y": lat,
        }
        if n % 11 == 5:
            row |= {"demolition_date": date(2023, 6, 30), "demolition_evidence": "县征迁办〔2021〕14号"}
        if n % 13 == 7:
            row |= {"started": date(2019, 5, 1)}
        estates.append(schema.Estate.model_validate(row))
    for n in range(1, n_sites + 1):
        key, town = f"S{n:03d}", towns[n % len(towns)]
        own = next((e for e in estates if e.started and e.started.year == 2019 and int(e.id[1:]) == n), None)
        lon, lat = (own.x, own.y) if own else _near(rng, where[town])
        area = rng.choice((220, 260, 300, 380, 450, 520, 640))
        if own:
            area = max(300, 30 * -(-own.dwellings // 100))
        detached = n % 9 != 4
        site = {
            "site": key,
            "name": names.get(key, f"{rng.choice(WORDS)}路{rng.randrange(1, 200)}号{rng.choice(('旧厂房', '办公楼', '商铺', '校舍'))}"),
            "township": town,
            "x": lon,
            "y": lat,
            "floor": 1,
            "detached": detached,
            "detached_exception": "" if detached else "建成区内无独栋房源",
            "gross_area_m2": area,
            "net_area_m2": int(area * 0.8),
        }
        if own:
            site |= {"estate": own.id, "township": own.township}
        sites.append(schema.Site.model_validate(site))
        options.append(_option(rng, key, area, own is not None, n))
    premises = [_premises(rng, n, town, where[town], names) for n, town in enumerate([*towns, *towns[:3]], start=1)]
    budgets = [
        schema.Budget.model_validate(
            {"budget": "B1", "payer": "township", "years": "2021-2022", "measure": "gross_capital", "limit_yuan": 60_000_000}
        ),
        schema.Budget.model_validate({"budget": "B2", "payer": "county", "years": "2022", "measure": "grants", "limit_yuan": 3_000_000}),
    ]
    walking = (
        schema.Walking(method="straight_line", speed_m_per_s=Decimal("1.0"), speed_source="县民政局 2021 年实测", detour=Decimal("1.3"))
        if method == "straight_line"
        else schema.Walking(method="table", source="县民政局 2021 年路网测算")
    )
    settings = schema.Settings(
        title=names.get("title", "桐庐县居家养老服务用房配建方案（示例）"),
        policy="tonglu-2021",
        county="桐庐县",
        base_date=BASE,
        inputs={"cohort_date": "2018-02-01"},
        crs="wgs84",
        walking=walking,
        finance=schema.Finance(base_year=2021, horizon_years=10, rate=Decimal("0.035")),
        synthetic=True,
    )
    pack = resolve(raw_pack("tonglu-2021"), {}, {"cohort_date": "2018-02-01"})
    return schema.Scenario(
        settings=settings,
        pack=pack,
        estates=tuple(estates),
        sites=tuple(sites),
        options=tuple(options),
        premises=tuple(premises),
        budgets=tuple(budgets),
        files=(schema.InputFile(name="scenario.yaml", sha256="0" * 64), schema.InputFile(name="estates.csv", sha256="1" * 64)),
    )


def _option(rng: random.Random, site: str, area: int, own: bool, n: int) -> schema.Option:
    kind, works = ("developer", "new") if own else KINDS[n % len(KINDS)]
    row = {
        "option": f"O{site[1:]}",
        "site": site,
        "kind": kind,
        "works": works,
        "area_m2": area,
        "lead_days": 120,
        "running_yuan_per_year": 36_000,
    }
    if kind == "purchase":
        row |= {"price_yuan_per_m2": 9_800 + 10 * n, "tax_fee_yuan": 31_415.93, "useful_life_years": 50, "fit_out_yuan_per_m2": 900}
    elif kind == "lease":
        row |= {"rent_yuan_per_m2_year": 240 + n, "deposit_yuan": 20_000, "fit_out_yuan_per_m2": 1_150, "rent_growth": "0.03"}
    elif kind == "swap":
        row |= {"price_yuan": 180_000 + n, "asset_given_up_yuan": 950_000, "fit_out_yuan_per_m2": 700}
    else:
        row |= {"fit_out_yuan_per_m2": 1_300}
    return schema.Option.model_validate({key: str(cell) for key, cell in row.items()})


def _premises(rng: random.Random, n: int, town: str, centre: tuple[float, float], names: Mapping[str, str]) -> schema.Premises:
    lon, lat = _near(rng, centre)
    kind = ("care_centre", "demonstration_centre", "canteen", "mixed")[n % 4]
    row = {"premises": f"P{n:02d}", "name": names.get(f"P{n:02d}", f"{town[:2]}居家养老服务照料中心{n}"), "kind": kind, "township": town}
    row |= {"area_m2": str(rng.choice((160, 240, 360))), "x": lon, "y": lat}
    return schema.Premises.model_validate(row | ({"set_aside_m2": "120"} if kind == "mixed" else {}))


def _walks(scenario: schema.Scenario) -> dict[tuple[str, str], int]:
    places = (*scenario.sites, *scenario.premises)
    xs, ys = (np.array([getattr(place, axis) for place in places], dtype=float) for axis in ("x", "y"))
    found = {}
    for estate in scenario.estates:
        assert estate.x and estate.y
        seconds = np.ceil(np.hypot((xs - estate.x) * 96_500, (ys - estate.y) * 111_200) * 1.3).astype(int)
        found.update({(estate.id, places[n].id): int(seconds[n]) for n in np.flatnonzero(seconds <= 900)})
    return found


def _plan(scenario: schema.Scenario, walks: Mapping[tuple[str, str], int]) -> record.Plan:
    sites = {site.id: site for site in scenario.sites}
    options = {option.site: option for option in scenario.options}
    held = {p.id: p.set_aside_dm2 or p.area_dm2 for p in scenario.premises}
    opened = {key: _Open(key, area) for key, area in held.items()}
    today = {key: _Open(key, area) for key, area in held.items()}
    chosen: dict[str, record.Chosen] = {}
    services, before = [], []
    near: dict[str, dict[str, int]] = {estate.id: {} for estate in scenario.estates}
    for (key, place), seconds in walks.items():
        near[key][place] = seconds
    for estate in sorted(scenario.estates, key=lambda e: (not (e.started and e.started.year == 2019), e.id)):
        new = estate.started is not None and estate.started >= date(2018, 2, 1)
        required = 3_000 * -(-estate.dwellings // 100) if new else 20 * estate.dwellings
        exempt = estate.demolition_date is not None
        reach = {place: s for place, s in near[estate.id].items() if not new or getattr(sites.get(place), "estate", "") == estate.id}
        state = {"cohort": "new" if new else "existing", "required": 0 if exempt else required, "exempt": exempt}
        before.append(_service(estate, walks, today, _take(estate.id, 0 if exempt else required, reach, today), **state))
        got = 0 if exempt else _take(estate.id, required, reach, opened)
        while not exempt and got < required:
            fresh = [(seconds, place) for place, seconds in reach.items() if place in sites and place not in opened]
            if not fresh:
                break
            _, place = min(fresh)
            option = options[place]
            assert option.area_dm2
            opened[place] = _Open(place, option.area_dm2)
            ready = BASE + timedelta(days=option.lead_days)
            chosen[place] = record.Chosen(
                option=option.id, site=place, place=place, kind=option.kind, works=option.works, township=sites[place].township,
                area_dm2=option.area_dm2, net_area_dm2=option.area_dm2 * 4 // 5, start=BASE, ready=ready,
            )  # fmt: skip
            got += _take(estate.id, required - got, {place: reach[place]}, opened)
        services.append(_service(estate, walks, opened, got, **state))
    ledger = [line for place in sorted(chosen) for line in _lines(scenario, chosen[place], options[place])]
    return _record(scenario, walks, chosen, opened, services, before, ledger)


def _take(estate: str, required: int, reach: Mapping[str, int], places: Mapping[str, _Open]) -> int:
    got = 0
    for seconds, place in sorted((seconds, place) for place, seconds in reach.items() if place in places):
        share = min(required - got, places[place].left)
        if share > 0:
            places[place].left -= share
            places[place].credits.append(record.Credit(checkpoint=CHECKPOINT, estate=estate, place=place, area_dm2=share, walk_s=seconds))
            got += share
    return got


def _service(
    estate: schema.Estate,
    walks: Mapping[tuple[str, str], int],
    places: Mapping[str, _Open],
    got: int,
    *,
    cohort: str,
    required: int,
    exempt: bool,
) -> record.Service:
    seconds, nearest = min(((walks[estate.id, place], place) for place in places if (estate.id, place) in walks), default=(None, ""))
    return record.Service(
        estate=estate.id, name=estate.name, township=estate.township, cohort=cohort, dwellings=estate.dwellings,
        status="exempt" if exempt else "served" if got >= required else "short", required_dm2=required, held_dm2=got,
        nearest=nearest, nearest_walk_s=seconds, clause="TL7" if exempt else "TL4" if cohort == "new" else "TL3",
        reason="demolition" if exempt else "",
    )  # fmt: skip


def _lines(scenario: schema.Scenario, chosen: record.Chosen, option: schema.Option) -> list[record.Line]:
    lines = list(outlays(scenario, option, chosen.area_dm2, chosen.start))
    for grant in scenario.pack.grants:
        if option.kind in grant.kinds:
            line = grant_line(scenario, grant, grant_amount_fen(grant, option.works, chosen.area_dm2), chosen.ready)
            lines += [line] if line else []
    return [
        record.Line(
            site=chosen.site, option=chosen.option, township=chosen.township, year=line.year, payer=line.payer, receiver=line.receiver,
            kind=line.kind, item=line.item, clause=line.clause, fen=line.fen, pv_fen=line.pv_fen, cash=line.cash,
        )
        for line in lines
    ]  # fmt: skip


def _findings(scenario: schema.Scenario, places: Mapping[str, _Open]) -> list[record.Finding]:
    found = []
    for clause in scenario.pack.clauses:
        result = {"enforced": "holds", "reported": "reported", "not_modelled": "not_modelled"}[clause.state]
        found.append(record.Finding(clause=clause.id, state=clause.state, result=result, code=result, facts={"tested": str(len(places))}))
    return found


def _record(
    scenario: schema.Scenario, walks: Mapping[tuple[str, str], int], chosen: Mapping[str, record.Chosen], opened: Mapping[str, _Open],
    services: list[record.Service], before: list[record.Service], ledger: list[record.Line],
) -> record.Plan:  # fmt: skip
    walking, settings = scenario.settings.walking, scenario.settings
    cost = net_pv(ledger, frozenset({"township"}))
    terms = {
        kind: net_pv([line for line in ledger if line.kind == kind], frozenset({"township"}))
        for kind in sorted({line.kind for line in ledger})
    }
    where = {row.id: row for row in (*scenario.sites, *scenario.premises)}
    capital = sum(line.fen for line in ledger if line.kind in record.CAPITAL_KINDS and line.payer == "township")
    grants = sum(line.fen for line in ledger if line.kind == "grant")
    return record.Plan(
        title=settings.title, county=settings.county, policy=settings.policy, variant="", changes=(), synthetic=True,
        switches=scenario.pack.switches_in_force, inputs=dict(settings.inputs), what_if=(), base_date=BASE, perspective="township",
        objective=("least_cost",), files=tuple(record.InputRecord(name=f.name, sha256=f.sha256) for f in scenario.files),
        walks=record.WalkRecord(
            method=walking.method, sha256=walks_sha256(walks), pairs=len(walks), speed_m_per_s=str(walking.speed_m_per_s or ""),
            speed_source=walking.speed_source, detour=str(walking.detour or ""), source=walking.source,
        ),
        status=record.Status(
            status="optimal", asked_gap=0.0, solver="HiGHS", solver_version="1.15.1", threads=1, seed=0,
            levels=(record.Level(objective="least_cost", unit="fen", value=float(cost), bound=float(cost), gap=0.0, proven=True),),
        ),
        terms=tuple(record.Term(objective="least_cost", name=name, amount=amount) for name, amount in terms.items()),
        chosen=tuple(sorted(chosen.values(), key=lambda c: c.option)),
        premises=tuple(
            record.KeptPremises(premises=p.id, place=p.id, township=p.township, area_dm2=p.set_aside_dm2 or p.area_dm2, fate="kept")
            for p in scenario.premises
        ),
        places=tuple(
            record.PlaceRecord(
                place=key, name=where[key].name, kind="site" if key in chosen else "premises", members=(key,), township=where[key].township,
                gross_dm2=chosen[key].area_dm2 if key in chosen else opened[key].left + sum(c.area_dm2 for c in opened[key].credits),
                net_dm2=0, ready=chosen[key].ready if key in chosen else BASE, x=where[key].x, y=where[key].y,
            )
            for key in sorted(opened)
        ),
        checkpoints=(CHECKPOINT,),
        credits=tuple(sorted((c for place in opened.values() for c in place.credits), key=lambda c: (c.estate, c.place))),
        services=tuple(sorted(services, key=lambda s: s.estate)), today=tuple(sorted(before, key=lambda s: s.estate)),
        duties=tuple(
            record.Duty(
                estate=e.id, name=e.name, township=e.township, clause="TL7", duty_zh="上门服务", duty_en="home visits",
                evidence=e.demolition_evidence,
            )
            for e in scenario.estates if e.demolition_date
        ),
        exceptions=tuple(
            record.NamedException(subject=c.option, clause="TL11", code="detached", reason="建成区内无独栋房源")
            for c in chosen.values() if not next(s for s in scenario.sites if s.id == c.site).detached
        ),
        rejected=(
            record.Rejected(option="O004", clause="TL3", code="too_small", facts={"area": "180.00", "least": "200.00"}),
            record.Rejected(option="O005", clause="TL11", code="room_rule", facts={"rule_zh": "独栋", "rule_en": "stand-alone"}),
        ),
        ledger=tuple(ledger),
        budgets=(
            record.BudgetUse(
                budget="B1", payer="township", years="2021-2022", township="", measure="gross_capital",
                limit_fen=6_000_000_000, carried_fen=0, used_fen=capital,
            ),
            record.BudgetUse(
                budget="B2", payer="county", years="2022", township="", measure="grants",
                limit_fen=300_000_000, carried_fen=0, used_fen=grants,
            ),
        ),
        compliance=tuple(_findings(scenario, opened)), not_modelled=("TL16",),
    )  # fmt: skip
