"""New candidates that would do: which estates they must be near, and how large they must be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from siteplanner.case.case import Case, Need, Offer
from siteplanner.case.demand import walk_limit_s
from siteplanner.case.prepare import prepare
from siteplanner.case.walking import find_walks
from siteplanner.explain.lifts import lifts_of
from siteplanner.model.build import build
from siteplanner.policy.rules import place_limits_dm2
from siteplanner.scenario.schema import Option, Scenario, Site, Walk
from siteplanner.solve.lexicographic import solve
from siteplanner.whatif.likeness import make_like

PREFIX = "NEW"
_M2 = 100
_EASIEST = ("provided", "own", "purchase", "lease", "new_build")


@dataclass(frozen=True, slots=True)
class Room:
    """A new candidate: the estates it must be within reach of, and its least area, dm²."""

    estates: tuple[str, ...]
    area_dm2: int


@dataclass(frozen=True, slots=True)
class Lack:
    """What stays short at best where no budget binds: estate → (dm² missing, places missing)."""

    short: Mapping[str, tuple[int, int]]


def find_lack(case: Case, seconds: float) -> Lack:
    """Return what stays short when every candidate may be used and neither money nor goals beyond estates bind."""
    model = build(case, best_effort=True, without=frozenset({"budget", "tier", "milestone", "land"}))
    best = [level for level in model.levels if level.name in ("least_shortfall", "fewest_bare")]
    outcome = solve(replace(model, levels=tuple(best)), case.scenario.settings.solver, seconds=seconds)
    if not outcome.values:
        return Lack({})
    area: dict[str, int] = defaultdict(int)
    places: dict[str, int] = defaultdict(int)
    for (estate, _), variable in model.variables.short.items():
        area[estate] = max(area[estate], math.ceil(outcome.values[variable.name] * 100 - 1e-3))
    for (estate, _), variable in model.variables.bare.items():
        places[estate] = max(places[estate], math.ceil(outcome.values[variable.name] - 1e-3))
    return Lack({e: (area[e], places[e]) for e in sorted({*area, *places}) if area[e] > 0 or places[e] > 0})


def rooms_for(case: Case, lack: Lack) -> list[Room]:
    """Return new candidates by which nobody stays short: each near as many short estates of a cohort as one point can be."""
    needs = {need.id: need for need in case.needs}
    waiting = [needs[estate] for estate in lack.short if needs[estate].coverage <= 1]
    near = _near(case, waiting)
    rooms = []
    while waiting:
        centre = max(waiting, key=lambda need: (sum(other.id in near[need.id] for other in waiting), need.id))
        members = [need for need in waiting if need.id in near[centre.id]]
        least, _ = place_limits_dm2(centre.standard.place)
        wanted = sum(lack.short[need.id][0] for need in members)
        area = max(wanted, least or 0, _M2)
        rooms.append(Room((centre.id, *(need.id for need in members if need is not centre)), -(-area // _M2) * _M2))
        waiting = [need for need in waiting if need not in members]
    return rooms


def _near(case: Case, needs: Sequence[Need]) -> dict[str, set[str]]:
    """Return for each estate those that one room beside it would serve too: only where points can be walked between."""
    near = {need.id: {need.id} for need in needs}
    if case.scenario.settings.walking.method == "table":
        return near
    walkers = [need for need in needs if need.standard.reach.mode == "walk" and need.standard.shared_place]
    limits = {need.id: walk_limit_s(case.scenario, need) or 0 for need in walkers}
    few = case.scenario.model_copy(update={"estates": tuple(n.estate for n in walkers), "sites": (), "premises": ()})
    walks = find_walks(few, max(limits.values(), default=0), estate_pairs=True).seconds
    cohorts = {need.id: need.cohort for need in walkers}
    for (estate, centre), seconds in walks.items():
        if estate in limits and centre in limits and cohorts[estate] == cohorts[centre] and seconds <= limits[estate]:
            near[centre].add(estate)
    return near


def with_rooms(case: Case, rooms: Sequence[Room]) -> Scenario | None:
    """Return the scenario with new candidates, each like a lawful one but free of cost and at hand; None where none can be copied."""
    scenario = case.scenario
    needs = {need.id: need for need in case.needs}
    sites, options, walks = list(scenario.sites), list(scenario.options), list(scenario.walks)
    patterns: dict[str, tuple[Site, Option] | None] = {}
    for number, room in enumerate(rooms, 1):
        centre = needs[room.estates[0]]
        if centre.cohort not in patterns:
            patterns[centre.cohort] = _pattern(case, centre)
        found = patterns[centre.cohort]
        if found is None:
            return None
        home = centre.estate
        site, option = make_like(found, f"{PREFIX}{number}", home, room.area_dm2, {"x": home.x, "y": home.y, "estate": home.id}, {})
        sites.append(site)
        options.append(option)
        walks += _walks(case, room, site.id)
    return scenario.model_copy(update={"sites": tuple(sites), "options": tuple(options), "walks": tuple(walks)})


def _walks(case: Case, room: Room, site: str) -> Iterator[Walk]:
    if case.scenario.settings.walking.method == "table":
        needs = {need.id: need for need in case.needs}
        for estate in room.estates:
            yield Walk(estate=estate, place=site, seconds=walk_limit_s(case.scenario, needs[estate]) or 0)


def _pattern(case: Case, need: Need) -> tuple[Site, Option] | None:
    """Return the site and option of a candidate to copy for the estate's cohort, of a kind that the law and the office allow.

    One that qualifies as it is comes first, then any other of such a kind, then one that the office's own limits keep out.
    """
    scenario = case.scenario
    for lift in lifts_of(case):
        scenario = scenario if lift.clauses else lift.apply(scenario)
    only = case.scenario.settings.only_kinds
    for source in (case, prepare(scenario)):
        sites = {site.id: site for site in source.scenario.sites}
        fit = [o for o in source.offers if o.extends is None and need.cohort in o.serves and _alone(sites[o.site])]
        if fit:
            best = min(fit, key=lambda offer: (need.cohort not in offer.qualifies, *_ease(source, offer)))
            option = source.option(best.option)
            kinds = [kind for kind in only or () if kind in need.standard.kinds]
            if only is None or option.kind in only or kinds:
                return sites[best.site], option if only is None or option.kind in only else option.model_copy(update={"kind": kinds[0]})
    return None


def _alone(site: Site) -> bool:
    return not site.cluster


def _ease(case: Case, offer: Offer) -> tuple[bool, int, str]:
    option = case.option(offer.option)
    rank = _EASIEST.index(option.kind) if option.kind in _EASIEST else len(_EASIEST)
    return option.works != "none", rank, offer.id
