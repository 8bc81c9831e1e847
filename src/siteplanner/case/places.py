"""Places (sites, clusters, premises with what extends them), the premises that count, and who has them in reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

from siteplanner.case.case import Held, Need, Place, PlaceKind
from siteplanner.case.demand import walk_limit_s
from siteplanner.case.walking import metres, place_walk
from siteplanner.coordinates import is_degrees
from siteplanner.policy.rules import net_area_dm2, place_limits_dm2
from siteplanner.policy.schema import Basis, ClusterRule, PolicyPack, Standard
from siteplanner.scenario.schema import Premises, Scenario, Site


def case_basis(pack: PolicyPack) -> Basis:
    """Return the one area basis of all area tests of a pack (gross where it has none)."""
    return next((s.area_basis for s in pack.standards if s.tests), "gross")


def cluster_sites(scenario: Scenario) -> dict[str, tuple[Site, ...]]:
    """Return the clusters, if the law knows them: id → sites, the main room first."""
    if scenario.pack.cluster is None:
        return {}
    rooms: dict[str, list[Site]] = defaultdict(list)
    for site in sorted(scenario.sites, key=lambda s: (not s.cluster_main, s.id)):
        if site.cluster:
            rooms[site.cluster].append(site)
    return {key: tuple(sites) for key, sites in sorted(rooms.items())}


def lawful_clusters(scenario: Scenario) -> frozenset[str]:
    """Return the clusters with consent whose rooms are close enough."""
    rule = scenario.pack.cluster
    if rule is None:
        return frozenset()
    return frozenset(key for key, sites in cluster_sites(scenario).items() if _holds(scenario, rule, sites))


def _holds(scenario: Scenario, rule: ClusterRule, sites: tuple[Site, ...]) -> bool:
    main = sites[0]
    if not main.cluster_main or not main.cluster_approval:
        return False
    return all(
        _apart_m(scenario, a, b) <= float(rule.within.value)
        for n, a in enumerate(sites)
        for b in sites[n + 1 :]
        if rule.distance == "pairwise" or a is main
    )


def _apart_m(scenario: Scenario, a: Site, b: Site) -> float:
    """Return metres on foot between two rooms: straight line × the scenario's detour; unknown places are far apart."""
    if a.x is None or a.y is None or b.x is None or b.y is None:
        return float("inf")
    return metres((a.x, a.y), (b.x, b.y), is_degrees(scenario.settings.crs)) * float(scenario.settings.walking.detour or 1)


def find_places(scenario: Scenario) -> dict[str, Place]:
    """Return every place by id. A site that only extends premises is part of the premises' place."""
    places: dict[str, Place] = {}
    clusters = cluster_sites(scenario)
    in_cluster = {site.id: key for key, sites in clusters.items() for site in sites}
    lawful = lawful_clusters(scenario)
    for key, sites in clusters.items():
        places[key] = replace(_site_place(key, sites), lawful=key in lawful)
    for site in scenario.sites:
        if site.id not in in_cluster:
            places[site.id] = _site_place(site.id, (site,))
    for held in scenario.premises:
        estates = frozenset({held.estate} if held.estate else ())
        places[held.id] = Place(
            held.id, "premises", held.name, held.township, held.district, held.community, (held.id,), held.id, estates, held.x, held.y
        )
    return dict(sorted(places.items()))


def _site_place(key: str, sites: tuple[Site, ...]) -> Place:
    main = sites[0]
    kind: PlaceKind = "cluster" if len(sites) > 1 or key != main.id else "site"
    estates = frozenset(s.estate for s in sites if s.estate)
    return Place(
        key, kind, main.name, main.township, main.district, main.community, tuple(s.id for s in sites), main.id, estates, main.x, main.y
    )


def fits(standard: Standard, gross_dm2: int, net_dm2: int, site: Site | None = None) -> bool:
    """Return whether a place of this area meets the standard's place rule.

    `site` is the place's (main) site: a reason stated there, where the law allows one, lets any area pass.
    """
    area = gross_dm2 if standard.place.basis == "gross" else net_dm2
    least, most = place_limits_dm2(standard.place)
    if area > 0 and place_exception(standard, site):
        return True
    return area > 0 and (least is None or area >= least) and (most is None or area <= most)


def place_exception(standard: Standard, site: Site | None) -> str:
    """Return the reason that lets a place of another area pass, empty if there is none."""
    if standard.place.exception is None or site is None:
        return ""
    return str(getattr(site, standard.place.exception) or "")


def takes_type(standard: Standard, station_type: str) -> bool:
    """Return whether a station type may serve a standard's estates; a row that states none passes."""
    return standard.station_types is None or not station_type or station_type in standard.station_types


def takes_types(standard: Standard, station_type: str, adds_to: Held | None) -> bool:
    """Return whether a room may serve a standard's estates together with the premises it adds to: both must be of its types."""
    whole = adds_to is None or not adds_to.gross_dm2 or takes_type(standard, adds_to.station_type)
    return whole and takes_type(standard, station_type)


def find_held(scenario: Scenario) -> dict[str, Held]:
    """Return the premises that count, with the area that counts and the cohorts they count for."""
    rules = {kind.id: kind for kind in scenario.pack.premises_kinds}
    return {p.id: _held(scenario, p, rules[p.kind].area) for p in sorted(scenario.premises, key=lambda p: p.id)}


def _held(scenario: Scenario, premises: Premises, counted: Literal["whole", "set_aside", "none"]) -> Held:
    gross = {"whole": premises.area_dm2, "set_aside": premises.set_aside_dm2 or 0, "none": 0}[counted]
    net = net_area_dm2(gross, premises.area_dm2, premises.net_area_dm2)
    pack = scenario.pack
    typed = [s for s in pack.standards if takes_type(s, premises.station_type)]
    qualifies = frozenset(s.cohort for s in typed if fits(s, gross, net))
    small = frozenset(s.cohort for s in typed if s.small_premises == "count" and is_small(s, gross, net))
    return Held(
        id=premises.id,
        place=premises.id,
        gross_dm2=gross,
        net_dm2=net,
        area_dm2=gross if case_basis(pack) == "gross" else net,
        ready=premises_ready(scenario, premises),
        qualifies=qualifies,
        counts_for=qualifies | small,
        operator=premises.operator,
        station_type=premises.station_type,
    )


def is_small(standard: Standard, gross_dm2: int, net_dm2: int) -> bool:
    """Return whether a place is below the standard's minimum."""
    area = gross_dm2 if standard.place.basis == "gross" else net_dm2
    least, _ = place_limits_dm2(standard.place)
    return least is not None and 0 < area < least


def premises_ready(scenario: Scenario, premises: Premises) -> date:
    """Return the first day premises count: the base date when in use, else the stated date (never, if not stated)."""
    if premises.status == "in_use":
        return scenario.settings.base_date
    return premises.ready_date or date.max


def find_reach(
    scenario: Scenario, needs: Iterable[Need], places: Mapping[str, Place], walks: Mapping[tuple[str, str], int]
) -> dict[str, dict[str, int | None]]:
    """Return estate → place within reach → walking seconds, both sorted."""
    every_room = scenario.pack.cluster is not None and scenario.pack.cluster.circle_to == "every_room"
    near: dict[str, list[str]] = defaultdict(list)
    for estate, target in walks:
        near[estate].append(target)
    owner = {place.main: place.id for place in places.values()}
    adjacent = _adjacency(scenario)
    found: dict[str, dict[str, int | None]] = {}
    for need in needs:
        if not need.counts:
            continue
        walk_candidates = {owner[t] for t in near[need.id] if t in owner}
        ids = _candidates(need, places, adjacent, walk_candidates)
        limit = walk_limit_s(scenario, need)
        row: dict[str, int | None] = {}
        for key in sorted(ids):
            walk = place_walk(walks, need.id, places[key].main, places[key].members, every_room)
            if limit is None or (walk is not None and walk <= limit):
                row[key] = walk
        found[need.id] = row
    return found


def _adjacency(scenario: Scenario) -> dict[str, set[str]]:
    """Return village → villages that may share with it; either side may list the other."""
    found: dict[str, set[str]] = defaultdict(set)
    for estate in scenario.estates:
        for other in estate.adjacent:
            found[estate.id].add(other)
            found[other].add(estate.id)
    return found


def _candidates(need: Need, places: Mapping[str, Place], adjacent: Mapping[str, set[str]], walkable: set[str]) -> set[str]:
    estate, mode = need.estate, need.standard.reach.mode
    if mode == "walk":
        return walkable
    if mode == "own_estate":
        return {p.id for p in places.values() if estate.id in p.estates}
    if mode == "village":
        villages = {estate.id, *adjacent.get(estate.id, ())}
        return {p.id for p in places.values() if p.estates & villages}
    if mode == "community":
        return {p.id for p in places.values() if p.community == estate.community and p.township == estate.township}
    return {p.id for p in places.values() if p.township == estate.township}


def find_circles(needs: Iterable[Need], walks: Mapping[tuple[str, str], int], scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return, under ``circle_total``, the estates whose area an estate's circle must hold: same cohort, within its limit."""
    counted = [need for need in needs if need.counts and need.standard.sharing == "circle_total"]
    found = {}
    for need in counted:
        limit = walk_limit_s(scenario, need)
        found[need.id] = tuple(
            other.id
            for other in counted
            if other.id == need.id
            or (other.cohort == need.cohort and limit is not None and walks.get((need.id, other.id), limit + 1) <= limit)
        )
    return found
