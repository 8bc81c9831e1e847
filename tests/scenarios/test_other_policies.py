"""The scenarios of the four other policies load, are county-sized, and hold what makes each policy different."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from siteplanner.case.prepare import prepare
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
VARIANTS = {
    "yangcheng": ("", "whole_county_area", "own_estate_build"),
    "liaoyuan": ("", "cost_before_order", "paid_in_lieu_is_done", "new_inside_estate"),
    "wenzhou": ("", "net_for_old", "idle_first"),
    "weihai": ("", "every_estate", "all_estates_of_a_community"),
}


@cache
def loaded(name: str) -> Scenario:
    """Return the base scenario of a folder."""
    return load_scenario(SCENARIOS / name)


@pytest.mark.parametrize(("name", "variant"), [(name, variant) for name, variants in VARIANTS.items() for variant in variants])
def test_every_variant_loads_and_every_estate_can_be_reached(name: str, variant: str) -> None:
    """No input problem; each estate that is due has at least one place in reach, but where the variant is meant to have no plan."""
    case = prepare(load_scenario(SCENARIOS / name, variant=variant))
    unreached = [need.id for need in case.needs if need.status == "due" and not case.reach[need.id]]
    assert bool(unreached) == (variant == "new_inside_estate")


@pytest.mark.parametrize("name", VARIANTS)
def test_counties_are_full_size(name: str) -> None:
    """Between 100 and 160 estates, at least 250 sites and 450 options."""
    county = loaded(name)
    assert 100 <= len(county.estates) <= 160
    assert len(county.sites) >= 250
    assert len(county.options) >= 450


def test_yangcheng_has_its_band_its_sources_and_its_eleven_facilities() -> None:
    """Rooms below, inside and above 500 to 2000 m², conversions above 1000 m², four sources, land in and out of estates, beds."""
    county = loaded("yangcheng")
    areas = {option.area_dm2 for option in county.options if option.area_dm2 and option.kind != "developer"}
    sites = {site.id: site for site in county.sites}
    builds = [sites[option.site] for option in county.options if option.kind == "new_build"]
    assert min(areas) < 50_000 < 100_000 < max(areas)
    assert any(option.works == "conversion" and (option.area_dm2 or 0) > 100_000 for option in county.options)
    assert {option.source for option in county.options} >= {
        "idle_government",
        "training_sanatorium",
        "vacant_public_rental",
        "other_state_asset",
    }
    assert {bool(site.estate) for site in builds} == {True, False}
    assert {(option.beds or 0) >= 10 for option in county.options if option.kind != "developer"} == {True, False}
    under_way = [room for room in county.premises if room.status == "under_way" and room.township in ("凤城镇", "润城镇")]
    assert len(under_way) == 11


def test_liaoyuan_has_its_stock_its_payments_in_lieu_and_its_sources() -> None:
    """The stock adds up as the reply says, three developers pay in lieu, rooms come from both kinds of idle stock and the market."""
    county = loaded("liaoyuan")
    facilities = [room for room in county.premises if room.kind == "facility"]
    planned = [room for room in county.premises if room.status == "planned"]
    assert len(facilities) == 14
    assert sum(room.area_dm2 for room in facilities) == 620_000
    assert sum(room.status == "in_use" for room in facilities) == 7
    assert sum(room.set_aside_dm2 or 0 for room in planned) == 300_000
    assert sum(room.set_aside_dm2 or 0 for room in planned if room.district == "东丰县") == 100_000
    assert sum(estate.in_lieu_fen is not None for estate in county.estates) == 3
    assert all(estate.first_delivery for estate in county.estates if estate.cohort == "new")
    assert {option.source for option in county.options} == {"idle_public", "surplus_resettlement", "market"}
    assert {site.floor for site in county.sites} == {1, 2}
    assert {site.barrier_free for site in county.sites} == {True, False}


def test_wenzhou_has_villages_two_old_classes_and_net_areas() -> None:
    """Villages with neighbours and exceptions, both classes of old estates; each test of the new standard decides somewhere."""
    county = loaded("wenzhou")
    villages = [estate for estate in county.estates if estate.kind == "village"]
    fresh = [estate for estate in county.estates if estate.cohort == "new"]
    assert any(village.adjacent for village in villages)
    assert sum(bool(village.exempt_reason) for village in villages) == 2
    assert {estate.in_programme for estate in county.estates if estate.cohort == "old"} == {True, False}
    deciding = {max((0.002 * (e.floor_area_dm2 or 0) / 100, "floor"), (0.3 * e.dwellings, "dwellings"))[1] for e in fresh}
    assert deciding == {"floor", "dwellings"}
    assert all(site.net_area_dm2 and site.gross_area_dm2 and site.net_area_dm2 < site.gross_area_dm2 for site in county.sites)
    assert {room.kind for room in county.premises} == {"care_room", "care_centre", "mixed", "canteen"}
    assert {(site.owner_type, site.idle) for site in county.sites} >= {("state", True), ("collective", True), ("private", False)}


def test_weihai_has_districts_stations_centres_and_money_applied_for() -> None:
    """Five districts, every type of station and centre, the provenance that earns nothing, pilot money, areas around the steps."""
    county = loaded("weihai")
    assert len({estate.district for estate in county.estates}) == 5
    assert {option.station_type for option in county.options} == {"residential", "service", "town_centre", "county_centre"}
    assert any(option.provenance == "urban_day_care" and option.extends for option in county.options)
    assert {option.pilot_money for option in county.options} == {True, False}
    assert {option.provincial_award for option in county.options} == {True, False}
    assert {option.operator for option in county.options} == {True, False}
    bands = [(option.area_min_dm2, option.area_max_dm2) for option in county.options if option.area_min_dm2 is not None]
    assert any(low < 50_000 < high for low, high in bands if high)
    assert any(low < 100_000 < high for low, high in bands if high)
    assert {date(2014, 5, 31), date(2014, 6, 15), date(2014, 7, 1)} <= {estate.approved for estate in county.estates}
