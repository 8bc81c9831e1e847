"""Counties of a handful of rows under any policy, planned in memory, and a digest of the plan to compare readings by.

A room is one site with one option of the same id. Every estate walks 300 s to every site and premises unless a county says otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policy.samples import OPTIONAL, REQUIRED
from siteplanner.errors import InputError
from siteplanner.explain.nouns import NoPlan
from siteplanner.plan import CAPITAL_KINDS, Plan
from siteplanner.planner import plan
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario, Site

Cells = dict[str, str]
Digest = dict[str, str]
SITE_COLUMNS = {info.alias or name for name, info in Site.model_fields.items()} - {"note"}
TOWN = "甲镇"
WALK_S = 300
YEARS = 5
BASE_DATE = {
    "tonglu-2021": "2021-12-13",
    "yangcheng-2022": "2022-04-25",
    "liaoyuan-2021": "2021-05-15",
    "wenzhou-2023": "2023-10-01",
    "weihai-2019": "2019-06-21",
}
ESTATE: dict[str, Cells] = {
    "tonglu-2021": {"started": "2000-01-01"},
    "yangcheng-2022": {"cohort": "old"},
    "liaoyuan-2021": {"cohort": "old", "district": "龙山区"},
    "wenzhou-2023": {"cohort": "old"},
    "weihai-2019": {"approved": "2010-01-01", "district": "环翠区", "community": "一社区"},
}
SITE: dict[str, Cells] = {
    "tonglu-2021": {"detached": "yes"},
    "yangcheng-2022": {"outdoor_space": "yes"},
    "liaoyuan-2021": {"floor": "1", "barrier_free": "yes", "district": "龙山区"},
    "wenzhou-2023": {},
    "weihai-2019": {"district": "环翠区", "community": "一社区"},
}
OPTION: dict[str, Cells] = {
    "tonglu-2021": {},
    "yangcheng-2022": {"beds": "10", "fire_procedure": "备案"},
    "liaoyuan-2021": {},
    "wenzhou-2023": {"station_type": "care_room"},
    "weihai-2019": {"station_type": "service", "operator": "yes"},
}


@dataclass(frozen=True)
class County:
    """The tables of a small county. ``walks`` replaces the usual walk of a pair; None takes the pair away."""

    policy: str
    estates: Sequence[Cells]
    rooms: Sequence[Cells] = ()
    premises: Sequence[Cells] = ()
    walks: Mapping[tuple[str, str], int | None] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    years: int = YEARS
    folder: Path | None = None

    def scenario(self, **switches: str) -> Scenario:
        """Return the scenario with some switches turned; rate 0, so that a cost is a plain sum."""
        base = str(self.settings.get("base_date", BASE_DATE[self.policy]))
        known = REQUIRED[self.policy] | OPTIONAL[self.policy]
        stated = REQUIRED[self.policy] | {name: text or known[name] for name, text in self.inputs.items()}
        tree: dict[str, object] = {
            "title": "小例",
            "policy": self.policy,
            "county": "某县",
            "base_date": base,
            "synthetic": "true",
            "crs": "epsg:4549",
            "walking": {"method": "table", "source": "虚构"},
            "finance": {"base_year": base[:4], "horizon_years": str(self.years), "rate": "0"},
            **({"inputs": stated} if stated else {}),
            **({"switches": switches} if switches else {}),
            **self.settings,
        }
        return build_scenario(tree, self._tables(), folder=self.folder)

    def _tables(self) -> dict[str, list[Cells]]:
        sites = [{k: v for k, v in room.items() if k in SITE_COLUMNS} for room in self.rooms]
        options = [{k: v for k, v in room.items() if k not in SITE_COLUMNS} for room in self.rooms]
        ids = [row["site"] for row in sites] + [row["premises"] for row in self.premises]
        pairs: dict[tuple[str, str], int | None] = {(row["estate"], key): WALK_S for row in self.estates for key in ids}
        pairs |= dict(self.walks)
        walks = [{"estate": e, "place": p, "seconds": str(s)} for (e, p), s in pairs.items() if s is not None]
        found = {
            "estates": [{"name": row["estate"], "township": TOWN, "dwellings": "100"} | ESTATE[self.policy] | row for row in self.estates],
            "sites": [{"name": row["site"], "township": TOWN} | SITE[self.policy] | row for row in sites],
            "options": [
                OPTION[self.policy] | row | {"option": site["site"], "site": site["site"]} for row, site in zip(options, sites, strict=True)
            ],
            "premises": [{"name": row["premises"], "township": TOWN} | row for row in self.premises],
            "walks": walks,
        }
        return {name: rows for name, rows in found.items() if rows}


def estate(key: str, dwellings: int = 100, **cells: object) -> Cells:
    """Return an estate, of the policy's older cohort unless its cells say otherwise."""
    return {"estate": key, "dwellings": str(dwellings)} | _texts(cells)


def room(key: str, m2: object, yuan: int = 0, kind: str = "purchase", **cells: object) -> Cells:
    """Return a room of an area that costs an amount over the years: price, fit-out where there is none, or rent."""
    paid = {"own": "fit_out_yuan", "lease": "rent_yuan_per_year"}.get(kind, "price_yuan")
    amount = yuan // YEARS if kind == "lease" else yuan
    return {"site": key, "kind": kind, "works": "none", "area_m2": str(m2), paid: str(amount)} | _texts(cells)


def held(key: str, kind: str, m2: object, **cells: object) -> Cells:
    """Return premises in use."""
    return {"premises": key, "kind": kind, "area_m2": str(m2)} | _texts(cells)


def _texts(cells: Mapping[str, object]) -> Cells:
    return {name: str(cell) for name, cell in cells.items()}


def planned(county: County, **switches: str) -> Plan | None:
    """Return the proven plan of a county under a reading, None where it is proven that there is none."""
    try:
        found = plan(county.scenario(**switches)).plan
    except NoPlan as error:
        assert error.explanation.confirmed
        return None
    assert found.status.status == "optimal"
    return found


def outcome(county: County, **switches: str) -> Digest:
    """Return the digest of a county's plan; where the reading refuses a row, the rows that it refuses."""
    try:
        return digest(planned(county, **switches))
    except InputError as error:
        return {"chosen": _list(f"refused {problem.where}" for problem in error.problems)}


def digest(found: Plan | None) -> Digest:
    """Return what a plan does, part by part, in words short enough to write down by hand; areas in m², money in yuan.

    The money of an option is its payments before grants. Credits are those of the last checkpoint. Figures are those that are not
    0 and that do not follow from the money.
    """
    if found is None:
        return {"chosen": "no plan"}
    last = found.checkpoints[-1]
    money: dict[str, int] = defaultdict(int)
    grants: dict[str, int] = defaultdict(int)
    for line in found.ledger:
        if line.kind in ("grant", "fund", "in_lieu"):
            grants[f"{line.kind} {line.option or line.item} {line.payer} {line.clause}"] += line.fen
        elif line.kind in (*CAPITAL_KINDS, "rent", "running"):
            money[line.option] += line.fen
    years: dict[str, int] = defaultdict(int)
    for row in found.forecasts:
        years[f"{row.item} {row.year} {row.funder}"] += row.fen
    return {
        "chosen": _list(f"{pick.option} {_m2(pick.area_dm2)}" for pick in found.chosen),
        "cohorts": _list(f"{row.estate} {row.cohort} {row.status}" for row in found.services),
        "required": _list(f"{row.estate} {_m2(row.required_dm2)}" for row in found.services),
        "credits": _list(f"{row.estate}<{row.place} {_m2(row.area_dm2)}" for row in found.credits if row.checkpoint == last),
        "days": _list(str(day) for day in found.checkpoints),
        "paid": _list(f"{key} {_yuan(fen)}" for key, fen in money.items()),
        "grants": _list(f"{key} {_yuan(fen)}" for key, fen in grants.items()),
        "forecasts": _list(f"{key} {_yuan(fen)}" for key, fen in years.items()),
        "rejected": _list(f"{row.option} {row.clause} {row.code}" for row in found.rejected),
        "figures": _list(
            f"{row.item} {row.district}{row.value}" for row in found.figures if row.value not in ("", "0") and row.unit != "yuan"
        ),
        "notices": _list(f"{row.clause} {row.code} {row.subject}" for row in found.notices),
    }


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _m2(dm2: int) -> str:
    return f"{dm2 / 100:.2f}".rstrip("0").rstrip(".")


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")
