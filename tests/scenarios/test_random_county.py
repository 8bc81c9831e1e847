"""The random counties of the property tests are sound, repeatable and varied."""

from __future__ import annotations

from support.random_county import random_county, scenario_of


def test_same_seed_same_county() -> None:
    """Two draws of one seed are equal, and two seeds differ."""
    assert random_county(7) == random_county(7)
    assert random_county(7) != random_county(8)


def test_every_county_passes_the_checks_of_the_loader() -> None:
    """Two hundred counties, with one, two and three start days, load without a problem."""
    counties = [scenario_of(*random_county(seed, periods=1 + seed % 3)) for seed in range(200)]
    assert all(county.estates and county.options for county in counties)


def test_counties_show_every_feature() -> None:
    """Over two hundred seeds every kind of option, premises, lock, cluster, group, swap and extension turns up."""
    counties = [scenario_of(*random_county(seed)) for seed in range(200)]
    options = [option for county in counties for option in county.options]
    sites = [site for county in counties for site in county.sites]
    assert {option.kind for option in options} == {"purchase", "swap", "lease", "new_build", "provided", "developer", "own"}
    assert {option.works for option in options} == {"none", "conversion", "new", "extension", "upgrade"}
    assert {option.lock for option in options} == {"", "in", "out"}
    assert {room.kind for county in counties for room in county.premises} == {"care_centre", "demonstration_centre", "canteen", "mixed"}
    assert any(site.cluster for site in sites)
    assert any(site.building_group for site in sites)
    assert any(option.gives_up for option in options)
    assert any(option.extends for option in options)
    assert any(option.area_min_dm2 is not None for option in options)
    assert any(county.budgets for county in counties)
