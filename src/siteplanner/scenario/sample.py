"""The few invented rows of a starting scenario: one estate for each class of the policy, and rooms that would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from siteplanner.policy.rules import required_area_dm2, standard_of
from siteplanner.policy.schema import Cohort, Kind, PolicyPack, RoomRule, Standard, Way, Works
from siteplanner.texts import Lang, say
from siteplanner.units import DM2_PER_M2

Row = dict[str, str]
Tables = dict[str, list[Row]]

_KINDS: tuple[Kind, ...] = ("purchase", "lease", "provided", "own", "co_built", "adjustment", "new_build", "developer", "swap")
_WORKS: tuple[Works, ...] = ("conversion", "none", "upgrade", "new")
_DWELLINGS = 200
_M2_PER_DWELLING = 95
_NET_PERCENT = 80
_OPTIONS_PER_SITE = 2
_OWN_WALK_S, _OTHER_WALK_S = 120, 600
_LON, _LAT = 116.0, 36.0
HORIZON_YEARS = 10


@dataclass(frozen=True, slots=True)
class _Sample:
    """What every row draws on."""

    pack: PolicyPack
    lang: Lang

    def text(self, name: str, number: int = 1) -> str:
        return say(f"new.sample.{name}", self.lang, number=str(number))

    @property
    def base(self) -> date:
        return base_date(self.pack)

    def admin(self) -> Row:
        return {"township": self.text("township"), "community": self.text("community")}


def base_date(pack: PolicyPack) -> date:
    """Return the day a starting scenario is set on: the day of the document."""
    return pack.document.dated


def sample_tables(pack: PolicyPack, lang: Lang) -> Tables:
    """Return rows by table, headed by column keys; choices are ids."""
    sample = _Sample(pack, lang)
    tables: Tables = {name: [] for name in ("estates", "sites", "options", "premises", "walks", "budgets", "funds")}
    for number, cohort in enumerate(pack.cohorts, 1):
        standard = standard_of(pack, cohort.id)
        area = max(_area_m2(standard), _least_m2(pack, _station_type(standard)))
        tables["estates"].append(_estate(sample, number, cohort))
        tables["sites"].append(_site(sample, number, area))
        ways = list(_ways(pack, standard))[:_OPTIONS_PER_SITE]
        tables["options"] += [
            _option(sample, len(tables["options"]) + n, number, way, area, _station_type(standard)) for n, way in enumerate(ways, 1)
        ]
    for tier in pack.tiers:
        number = len(tables["sites"]) + 1
        area = max(int(tier.min.value) if tier.min else 0, _least_m2(pack, tier.station_type), _area_m2(standard_of(pack, cohort.id)))
        tables["sites"].append(_site(sample, number, area) | {"estate": ""})
        way = next(_ways(pack, standard_of(pack, cohort.id)))
        tables["options"].append(_option(sample, len(tables["options"]) + 1, number, way, area, tier.station_type))
    tables["premises"].append(_premises(sample))
    places = [(row["site"], row["estate"]) for row in tables["sites"]] + [("P01", "E01")]
    tables["walks"] = [
        {"estate": row["estate"], "place": place, "seconds": str(_OWN_WALK_S if row["estate"] == home else _OTHER_WALK_S)}
        for row in tables["estates"]
        for place, home in places
    ]
    years = f"{sample.base.year}-{sample.base.year + HORIZON_YEARS - 1}"
    budget = {"budget": "B01", "payer": pack.payer, "years": years, "measure": "gross_capital", "limit_yuan": "20000000"}
    tables["budgets"].append(budget)
    return tables


def _area_m2(standard: Standard) -> int:
    """Return a room size that meets a standard on net area too, within its greatest area."""
    needed = required_area_dm2(standard, _DWELLINGS, _DWELLINGS * _M2_PER_DWELLING * DM2_PER_M2) // DM2_PER_M2
    least = int(standard.place.min.value) if standard.place.min else 0
    area = -(-max(needed, least, 60) * 100 // _NET_PERCENT // 10) * 10 + 10
    return min(area, int(standard.place.max.value)) if standard.place.max else area


def _station_type(standard: Standard) -> str:
    """Return the usual type of station for these estates; empty where the law knows none."""
    return standard.station_types[0] if standard.station_types else ""


def _least_m2(pack: PolicyPack, station_type: str) -> int:
    """Return the least area a room of a type of station may have, zero where no rule says."""
    limits = [
        int(rule.at_least.value)
        for rule in pack.room_rules
        if rule.field == "area_m2" and rule.at_least is not None and station_type in (rule.station_types or ())
    ]
    return max(limits, default=0)


def _estate(sample: _Sample, number: int, cohort: Cohort) -> Row:
    when, scope = cohort.when, sample.pack.scope
    started = sample.base - timedelta(days=365 * 20)
    if when.before is not None:
        started = min(started, when.before - timedelta(days=1))
    elif when.from_ is not None:
        started = max(when.from_, sample.base - timedelta(days=365 * 3))
    return {
        "estate": f"E{number:02d}",
        "name": sample.text("estate", number),
        "kind": when.kinds[0] if when.kinds else scope.kinds[0] if scope else "urban",
        **sample.admin(),
        "dwellings": str(_DWELLINGS),
        "households": str(_DWELLINGS),
        "floor_area_m2": str(_DWELLINGS * _M2_PER_DWELLING),
        **dict.fromkeys(("approved", "started", "completed"), started.isoformat()),
        "cohort": when.cohort or "",
        "in_programme": "yes" if when.in_programme else "no",
        "x": f"{_LON + number * 0.004:.4f}",
        "y": f"{_LAT:.4f}",
        "note": sample.text("note"),
    }


def _site(sample: _Sample, number: int, area: int) -> Row:
    row = {
        "site": f"S{number:02d}",
        "name": sample.text("site", number),
        **sample.admin(),
        "x": f"{_LON + number * 0.004:.4f}",
        "y": f"{_LAT + 0.001:.4f}",
        "floor": "1",
        "barrier_free": "yes",
        "detached": "yes",
        "owner_type": "state",
        "gross_area_m2": str(area),
        "net_area_m2": str(area * _NET_PERCENT // 100),
        "estate": f"E{number:02d}",
        "note": sample.text("note"),
    }
    return row | {rule.field: _passes(rule) for rule in sample.pack.room_rules if rule.table == "site" and rule.field not in row}


def _passes(rule: RoomRule) -> str:
    """Return a cell that passes a rule on rooms."""
    if rule.one_of:
        return rule.one_of[0]
    if rule.equals is not None:
        return str(rule.equals).lower() if isinstance(rule.equals, bool) else str(rule.equals)
    limit = rule.at_least or rule.at_most
    return f"{limit.value:f}" if limit else "1"


def _ways(pack: PolicyPack, standard: Standard) -> Iterator[tuple[Way, Works]]:
    """Iterate over ways the law allows for these estates, the usual ones first, each with usual works."""
    for kind in _KINDS:
        way = next((way for way in pack.ways if way.kind == kind), None)
        works = next((work for work in _WORKS if way and work in way.works), None)
        if way is not None and works is not None and kind in standard.kinds:
            yield way, works


def _option(sample: _Sample, number: int, site: int, chosen: tuple[Way, Works], area: int, station_type: str) -> Row:
    way, works = chosen
    row = {"option": f"O{number:02d}", "site": f"S{site:02d}", "kind": way.kind, "works": works, "area_m2": str(area)}
    row |= {"lead_days": "60", "running_yuan_per_year": "12000", "note": sample.text("note")}
    if way.kind in ("purchase", "swap", "new_build", "developer"):
        row |= {"price_yuan": str(area * 6000), "tax_fee_yuan": str(area * 180)}
    if way.kind == "lease":
        row |= {"rent_yuan_per_year": str(area * 240), "term_years": str(HORIZON_YEARS)}
    if works != "none" and way.kind != "developer":
        row["fit_out_yuan"] = str(area * 1200)
    if any(goal.operator_required for goal in sample.pack.milestones):
        row["operator"] = "yes"
    terms = {key: words[0].id for key, words in sample.pack.terms.items() if key != "provenance"}
    if station_type:
        terms["station_type"] = station_type
    rules = [rule for rule in sample.pack.room_rules if rule.table == "option" and rule.field not in ("area_m2", *row, *terms)]
    return row | terms | {rule.field: _passes(rule) for rule in rules}


def _premises(sample: _Sample) -> Row:
    kind = next((kind for kind in sample.pack.premises_kinds if kind.area == "whole"), sample.pack.premises_kinds[0])
    row = {
        "premises": "P01",
        "name": sample.text("premises"),
        "kind": kind.id,
        **sample.admin(),
        "area_m2": "60",
        "net_area_m2": "48",
        "status": "in_use",
        "ready_date": (sample.base - timedelta(days=365 * 5)).isoformat(),
        "estate": "E01",
        "x": f"{_LON + 0.005:.4f}",
        "y": f"{_LAT:.4f}",
        "note": sample.text("note"),
    }
    return row | {"set_aside_m2": "40"} if kind.area == "set_aside" else row
