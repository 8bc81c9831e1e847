"""The Tonglu scenario is county-sized and holds every feature the policy speaks of."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from siteplanner.case.prepare import prepare
from siteplanner.coordinates import convert, from_wgs84, to_wgs84
from siteplanner.scenario.load import load_scenario

TONGLU = Path(__file__).parents[2] / "scenarios" / "tonglu"
TOWNSHIPS = {"桐君街道", "城南街道", "凤川街道", "江南镇", "横村镇", "富春江镇", "分水镇"}
VARIANTS = (
    "tight_budget",
    "lease_first",
    "ten_minute_circle",
    "twenty_minute_circle",
    "provided_stock_only",
    "straight_line",
    "walked_table",
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_loads_with_a_title_of_its_own(variant: str) -> None:
    """No variant has an input problem, and each says what it is."""
    base, other = load_scenario(TONGLU), load_scenario(TONGLU, variant=variant)
    assert other.settings.title != base.settings.title
    assert other.settings.what_if == (variant == "twenty_minute_circle")


def test_county_is_full_size() -> None:
    """The seven townships of annex 1, at least 140 estates, 350 sites and 800 options."""
    county = load_scenario(TONGLU)
    assert {estate.township for estate in county.estates} == TOWNSHIPS
    assert len(county.estates) >= 140
    assert len(county.sites) >= 350
    assert len(county.options) >= 800


def test_county_holds_every_feature() -> None:
    """All kinds of premises, ways of getting a room, statuses, locks, clusters, groups, swaps and exceptions are there."""
    county = load_scenario(TONGLU)
    assert {room.kind for room in county.premises} == {"care_centre", "demonstration_centre", "canteen", "mixed"}
    assert {room.status for room in county.premises} == {"in_use", "under_way", "planned"}
    assert {option.kind for option in county.options} == {"purchase", "swap", "lease", "new_build", "provided", "developer", "own"}
    assert {option.lock for option in county.options} == {"", "in", "out"}
    features = {
        "clusters": len({site.cluster for site in county.sites if site.cluster}),
        "groups": len({site.building_group for site in county.sites if site.building_group}),
        "given up": sum(bool(option.gives_up) for option in county.options),
        "extensions": sum(option.extends is not None for option in county.options),
        "area is a decision": sum(option.area_min_dm2 is not None for option in county.options),
        "circle exceptions": sum(estate.circle_exception_s is not None for estate in county.estates),
        "detached exceptions": sum(bool(site.detached_exception) for site in county.sites),
        "carry-over": sum(budget.carry_over for budget in county.budgets),
    }
    assert [name for name, count in features.items() if count == 0] == []
    assert 3 <= features["clusters"] <= 5


def test_boundaries_of_the_law_are_stood_upon() -> None:
    """Demolition on the last day of the two years and a day later; a start on the dividing day and a day before."""
    county = load_scenario(TONGLU)
    dividing = date.fromisoformat(county.settings.inputs["cohort_date"])
    started = {estate.started for estate in county.estates}
    demolished = {estate.demolition_date for estate in county.estates}
    assert {dividing, dividing - timedelta(days=1)} <= started
    assert {date(2023, 12, 13), date(2023, 12, 14)} <= demolished


def test_every_class_of_estate_is_there() -> None:
    """Built and new estates are due, six are exempt, four are out of scope; the case finds them all."""
    case = prepare(load_scenario(TONGLU))
    status = Counter(need.status for need in case.needs)
    cohorts = Counter(need.cohort for need in case.needs if need.status == "due")
    assert status["exempt"] == 6
    assert status["out_of_scope"] == 4
    assert cohorts["new"] == 16
    assert cohorts["existing"] >= 120


def test_options_fall_out_for_every_reason() -> None:
    """Some options come too late, some stand in no detached building, some are too small, withdrawn or in dispute."""
    case = prepare(load_scenario(TONGLU))
    reasons = {row.code for row in case.rejected}
    assert {"too_late", "room_rule", "too_small", "locked_out", "site_unavailable"} <= reasons


def test_walks_go_by_roads_with_bridges_and_hills() -> None:
    """The base walks a network without a gap: rivers with bridges, heights, waits, and a motorway nobody walks on."""
    county = load_scenario(TONGLU)
    case = prepare(county)
    assert county.settings.walking.method == "roads"
    assert county.roads is not None and case.streets is not None
    lines = county.roads.lines
    assert (lines.level > 0).sum() >= 10
    assert 1 <= (~lines.walkable).sum() < 10
    assert lines.z_m.max() - lines.z_m.min() > 50
    assert (lines.mark_wait_s > 0).sum() >= 20
    assert (case.streets.unreachable, case.streets.isolated, case.streets.shift) == ((), (), None)
    assert max(case.streets.snap_m.values()) < 150


def test_the_straight_line_does_not_see_the_rivers() -> None:
    """Many pairs that the straight line puts within reach are not on foot; some walks are twice as long as it says."""
    roads, line = (prepare(load_scenario(TONGLU, variant=variant)).walks for variant in ("", "straight_line"))
    assert sum(pair not in roads for pair in line) > 300
    assert sum(roads[pair] > 2 * seconds for pair, seconds in line.items() if pair in roads and seconds > 120) > 20


def test_estates_with_a_longer_circle_need_it() -> None:
    """The three estates with a named exception have nothing inside fifteen minutes on foot and something inside twenty."""
    county = load_scenario(TONGLU)
    walks = prepare(county).walks
    far = [estate.id for estate in county.estates if estate.circle_exception_s]
    assert len(far) == 3
    for estate in far:
        nearest = min(seconds for (source, _), seconds in walks.items() if source == estate)
        assert 900 < nearest <= 1200


@pytest.mark.parametrize("truth", ["gcj02", "bd09"])
def test_a_wrong_declaration_of_the_county_is_caught(truth: str) -> None:
    """Points of the county taken from a web map and declared as CGCS2000 are told, with the system that would fit."""
    county = load_scenario(TONGLU)

    def moved(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        x, y = convert(*from_wgs84(*to_wgs84([row.x for row in rows], [row.y for row in rows], "epsg:4549"), truth), "wgs84", "epsg:4549")
        return tuple(row.model_copy(update={"x": float(a), "y": float(b)}) for row, a, b in zip(rows, x, y, strict=True))

    tables = {name: moved(getattr(county, name)) for name in ("estates", "sites", "premises")}
    streets = prepare(county.model_copy(update=tables)).streets
    assert streets is not None and streets.shift is not None
    assert streets.shift.crs == truth
    if truth == "gcj02":
        assert math.hypot(streets.shift.east_m, streets.shift.north_m) == pytest.approx(544, abs=10)
