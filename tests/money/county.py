"""Counties of one estate and one option, so that every line of the ledger can be worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from siteplanner.plan import Line, Plan
from siteplanner.planner import plan
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.units import yuan_to_fen

Row = dict[str, str]
Stated = list[tuple[int, str, str, str]]
"""Year, kind, yuan, yuan at the base date; yuan as a person writes them."""


def _settings(policy: str, base_date: str, finance: Row) -> dict[str, object]:
    year = base_date[:4]
    return {
        "title": "小例", "policy": policy, "county": "某县", "base_date": base_date, "synthetic": "true", "crs": "epsg:4549",
        "walking": {"method": "table", "source": "虚构"},
        "finance": {"base_year": year, "horizon_years": "5", "rate": "0.05", "grant_delay_days": "120", **finance},
    }  # fmt: skip


def tonglu(*options: Row, estate: Row | None = None, premises: Row | None = None, **finance: str) -> Scenario:
    """Return a county with one estate of 1,000 dwellings, which needs 200 m², and one site S1 of 400 m² beside it.

    Planning starts on 2021-12-13, over 2021 to 2025, at 5 % from the beginnings of years; grants come 120 days after readiness.
    """
    where = {"township": "桐君街道", "community": "社区", "x": "470000", "y": "3298000"}
    settings = _settings("tonglu-2021", "2021-12-13", finance) | {"inputs": {"cohort_date": "2018-06-01"}}
    tables: dict[str, list[Row]] = {
        "estates": [{"estate": "E1", "name": "甲", **where, "dwellings": "1000", "started": "2000-01-01", **(estate or {})}],
        "sites": [{"site": "S1", "name": "一", **where, "gross_area_m2": "400", "detached": "yes", "estate": "E1"}],
        "options": [{"site": "S1", "area_m2": "300", **row} for row in options],
        "premises": [{"premises": "P1", "name": "旧", "kind": "care_centre", **where, "area_m2": "150", **premises}] if premises else [],
        "walks": [{"estate": "E1", "place": "S1", "seconds": "300"}, {"estate": "E1", "place": "P1", "seconds": "300"}],
    }
    if not premises:
        del tables["walks"][1]
    return build_scenario(settings, tables)


def weihai(option: Row, **finance: str) -> Scenario:
    """Return a district with one estate and one site S2 for a residential station; a county centre at S1 is there for nothing.

    Planning starts on 2019-06-21, over 2019 to 2023, at 5 % from the beginnings of years; grants come 120 days after readiness.
    """
    where = {"township": "一街道", "community": "一社区", "district": "一区"}
    settings = _settings("weihai-2019", "2019-06-21", finance) | {"switches": {"town_centres": "not_required"}}
    tables: dict[str, list[Row]] = {
        "estates": [{"estate": "E1", "name": "甲", **where, "dwellings": "1000", "approved": "2010-01-01"}],
        "sites": [{"site": site, "name": site, **where, "gross_area_m2": "400"} for site in ("S1", "S2")],
        "options": [
            {"option": "O1", "site": "S1", "kind": "own", "works": "none", "area_m2": "100", "station_type": "county_centre"},
            {"site": "S2", "area_m2": "300", "station_type": "residential", "operator": "yes", **option},
        ],
        "walks": [{"estate": "E1", "place": "S2", "seconds": "300"}],
    }
    return build_scenario(settings, tables)


def planned(scenario: Scenario) -> Plan:
    """Return the plan, which the independent check has passed."""
    return plan(scenario).plan


def fen(yuan: str) -> int:
    """Return yuan as a person writes them, in fen."""
    return yuan_to_fen(Decimal(yuan.replace(",", "").replace("−", "-")))


def in_fen(stated: Stated) -> list[tuple[int, str, int, int]]:
    """Return stated lines in fen, sorted as `told` sorts."""
    return sorted((year, kind, fen(amount), fen(worth)) for year, kind, amount, worth in stated)


def told(lines: tuple[Line, ...], option: str) -> list[tuple[int, str, int, int]]:
    """Return the ledger lines of an option: year, kind, fen, fen at the base date."""
    return sorted((line.year, line.kind, line.fen, line.pv_fen) for line in lines if line.option == option)


def net(lines: tuple[Line, ...], funder: str) -> int:
    """Return the present net cost to a funder, fen."""
    return sum(line.pv_fen * ((line.payer == funder) - (line.receiver == funder)) for line in lines)
