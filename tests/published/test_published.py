"""Published instances with known optima, through the public Python API: build a scenario, plan, read the plan."""

from __future__ import annotations

import pytest

from published.instances import set_cover, stores
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.scenario.schema import Scenario

FEN = 100


def proven(scenario: Scenario) -> Plan:
    """Return the plan, proven at gap 0, after counting for itself that every estate has a chosen site in reach."""
    found = plan(scenario).plan
    assert found.status.status == "optimal"
    assert found.status.levels[0].proven
    chosen = {pick.site for pick in found.chosen}
    limit = scenario.pack.standards[0].reach.limit
    assert limit is not None
    covered = {walk.estate for walk in scenario.walks if walk.place in chosen and walk.seconds <= limit.value * 60}
    assert covered == {estate.id for estate in scenario.estates}
    return found


@pytest.mark.parametrize(("name", "least"), [("scp41", 429), ("scp51", 253), ("scpa1", 253)])
def test_set_covering_costs_what_is_published(name: str, least: int) -> None:
    """The OR-Library's set covers are planned at their proven optima."""
    found = proven(set_cover(name))
    assert sum(term.amount for term in found.terms) == least * FEN
    assert sum(line.fen for line in found.ledger) == least * FEN


def test_fewest_stores_of_san_francisco() -> None:
    """Eight stores are the fewest that leave no census tract more than 5000 m from one."""
    found = proven(stores(5000))
    assert len(found.chosen) == 8
    assert found.status.levels[0].value == pytest.approx(8)
