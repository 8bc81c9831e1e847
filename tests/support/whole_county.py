"""Random counties with areas fixed and needs whole m², so that costs can be compared to the fen with trying everything."""

from __future__ import annotations

from siteplanner.explain.nouns import NoPlan
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.scenario.schema import Scenario
from support.random_county import random_county, scenario_of


def whole_county(seed: int, estates: int = 3, sites: int = 4, **more: object) -> Scenario:
    """Return a random county whose options have one area each; `more` are settings of the scenario file."""
    tree, tables = random_county(seed, estates=estates, sites=sites)
    for row in tables["options"]:
        if row.get("area_min_m2"):
            row["area_m2"] = row.pop("area_max_m2")
            row.pop("area_min_m2")
    for row in tables["estates"]:
        row["dwellings"] = str(5 * (int(row["dwellings"]) // 5))
    return scenario_of({**tree, **more}, tables)


def planned(scenario: Scenario) -> Plan | None:
    """Return the proven plan, None where there is none."""
    try:
        found = plan(scenario).plan
    except NoPlan:
        return None
    assert found.status.status == "optimal"
    return found
