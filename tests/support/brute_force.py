"""The least cost of a tiny county by trying everything: a third reading of the Tonglu rules, numbers written out.

It enumerates every set of started options and asks of each, in plain arithmetic, whether it is lawful and whether Hall's
condition lets the places serve the estates. Only the pricing is the product's own (the audit reads prices a second time).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from siteplanner.ledger import budget_uses, ledger_lines, net_present_cost
from siteplanner.plan import Chosen, PlaceRecord
from siteplanner.scenario.schema import Estate, Option, Scenario, Site

LAST_DAY = date(2022, 9, 30)
TWO_YEARS_ON = date(2023, 12, 13)
COHORT_DATE = date(2018, 6, 1)
OLD_MIN, NEW_MIN = 20_000, 30_000


Opened = tuple[int, set[str], set[str], str | None]
"""A place on the last day: area, cohorts it qualifies for, cohorts it may credit, the estate it stands in."""


@dataclass(frozen=True)
class Pick:
    """One started option."""

    option: Option
    site: Site
    start: date
    area: int

    @property
    def ready(self) -> date:
        return self.start + timedelta(days=self.option.lead_days)


def least_cost(scenario: Scenario, funders: frozenset[str]) -> int | None:
    """Return the least present net cost to the funders over every lawful set of options, fen; None if there is none."""
    return min((cost for _, cost in lawful_plans(scenario, funders)), default=None)


def lawful_plans(scenario: Scenario, funders: frozenset[str]) -> list[tuple[frozenset[str], int]]:
    """Return every lawful set of options that serves everybody, as ids, with its present net cost to the funders, fen."""
    return [
        (frozenset(pick.option.id for pick in picks), cost)
        for picks in _sets(scenario)
        if (cost := _cost(scenario, picks, funders)) is not None and _all_served(scenario, _places(scenario, picks))
    ]


def left_out(scenario: Scenario, funders: frozenset[str]) -> list[tuple[int, int]]:
    """Return for every lawful set, whoever it serves, its cost and the fewest households that it leaves out."""
    found = []
    for picks in _sets(scenario):
        cost = _cost(scenario, picks, funders)
        if cost is not None:
            rows = _wanted(scenario, _places(scenario, picks))
            areas = {key: place[0] for key, place in _places(scenario, picks).items()}
            served = [group for group in [(), *_groups([r for r in rows if r.covered])] if _hall(group, areas)]
            found.append((cost, sum(r.dwellings for r in rows) - max(sum(r.dwellings for r in group) for group in served)))
    return found


def best_efforts(scenario: Scenario) -> tuple[int, int, int]:
    """Return the least shortfall (dm²), the fewest households and the fewest estates that any lawful set leaves out."""
    short, households, estates = [], [], []
    for picks in _sets(scenario):
        if _cost(scenario, picks, frozenset()) is not None:
            rows = _wanted(scenario, _places(scenario, picks))
            areas = {key: place[0] for key, place in _places(scenario, picks).items()}
            short.append(max((0, *(_lack(group, areas) for group in _groups(rows)))))
            served = [group for group in [(), *_groups([r for r in rows if r.covered])] if _hall(group, areas)]
            households.append(sum(r.dwellings for r in rows) - max(sum(r.dwellings for r in group) for group in served))
            estates.append(len(rows) - max(len(group) for group in served))
    return min(short), min(households), min(estates)


def least_longest_walk(scenario: Scenario) -> int | None:
    """Return the shortest longest walk of any lawful set that serves everybody, seconds; None if there is none."""
    lawful = [_places(scenario, picks) for picks in _sets(scenario) if _cost(scenario, picks, frozenset()) is not None]
    for limit in sorted({0, *(walk.seconds for walk in scenario.walks)}):
        if any(_all_served(scenario, places, limit) for places in lawful):
            return limit
    return None


def _sets(scenario: Scenario) -> Iterator[tuple[Pick, ...]]:
    sites = {site.id: site for site in scenario.sites}
    starts = scenario.settings.periods or (scenario.settings.base_date,)
    menu: list[list[Pick | None]] = []
    for site in sites.values():
        choices: list[Pick | None] = [None]
        for option in scenario.options:
            if option.site == site.id and option.lock != "out" and site.available and (site.detached or site.detached_exception):
                low, high = (
                    (option.area_dm2, option.area_dm2) if option.area_dm2 is not None else (option.area_min_dm2, option.area_max_dm2)
                )
                for area in range(low or 0, (high or 0) + 1, 100):
                    picks = [Pick(option, site, s, area) for s in starts if option.first_start is None or s >= option.first_start]
                    choices += [pick for pick in picks if option.lock == "in" or _can_count(scenario, pick)]
        if len(choices) > 1:
            menu.append(choices)
    for chosen in itertools.product(*menu):
        yield tuple(pick for pick in chosen if pick is not None)


def _can_count(scenario: Scenario, pick: Pick) -> bool:
    """Return whether a room can count for anybody: a grant is no reason to take one that cannot."""
    if pick.site.cluster and not pick.option.extends:
        return pick.ready <= LAST_DAY and _cluster_is_lawful(scenario, pick.site.cluster)
    return pick.ready <= LAST_DAY and (pick.option.extends is not None or pick.area >= OLD_MIN)


def _cost(scenario: Scenario, picks: tuple[Pick, ...], funders: frozenset[str]) -> int | None:
    if not _choice_is_lawful(scenario, picks):
        return None
    chosen = [_chosen(pick) for pick in picks]
    records = {c.place: _record(scenario, c.place, [x for x in chosen if x.place == c.place]) for c in chosen}
    lines = ledger_lines(scenario, chosen, records)
    if any(use.used_fen > use.limit_fen + use.carried_fen for use in budget_uses(scenario, lines)):
        return None
    return net_present_cost(lines, funders)


def _choice_is_lawful(scenario: Scenario, picks: tuple[Pick, ...]) -> bool:
    ids = {pick.option.id for pick in picks}
    if any(option.lock == "in" and option.id not in ids for option in scenario.options):
        return False
    groups = [pick.site.building_group for pick in picks if pick.site.building_group]
    touched = [p for pick in picks for p in (*pick.option.gives_up, *((pick.option.extends,) if pick.option.extends else ()))]
    if len(set(groups)) < len(groups) or len(set(touched)) < len(touched):
        return False
    mains = {pick.site.cluster for pick in picks if pick.site.cluster_main}
    return all(not pick.site.cluster or pick.site.cluster_main or pick.site.cluster in mains for pick in picks)


def _places(scenario: Scenario, picks: tuple[Pick, ...]) -> dict[str, Opened]:
    found: dict[str, Opened] = {}
    gone = {premises for pick in picks for premises in pick.option.gives_up}
    for held in scenario.premises:
        in_time = held.status == "in_use" or (held.ready_date is not None and held.ready_date <= LAST_DAY)
        if held.id in gone or not in_time:
            continue
        area = (held.set_aside_dm2 or 0) if held.kind == "mixed" else held.area_dm2
        area += sum(pick.area for pick in picks if pick.option.extends == held.id and pick.ready <= LAST_DAY)
        fit = _fit(area)
        small = ({"existing"} if area < OLD_MIN else set()) | ({"new"} if area < NEW_MIN else set())
        found[held.id] = (area, fit, fit | small, held.estate)
    clusters: dict[str, list[Pick]] = {}
    for pick in picks:
        if pick.option.extends or pick.ready > LAST_DAY:
            continue
        if pick.site.cluster:
            clusters.setdefault(pick.site.cluster, []).append(pick)
        else:
            found[pick.site.id] = (pick.area, _fit(pick.area), _fit(pick.area), pick.site.estate)
    for key, rooms in clusters.items():
        area = sum(pick.area for pick in rooms)
        main_in_time = any(pick.site.cluster_main for pick in rooms)
        if area >= OLD_MIN and main_in_time and _cluster_is_lawful(scenario, key):
            found[key] = (area, {"existing"}, {"existing"}, None)
    return found


def _fit(area: int) -> set[str]:
    return ({"existing"} if area >= OLD_MIN else set()) | ({"new"} if area >= NEW_MIN else set())


def _cluster_is_lawful(scenario: Scenario, key: str) -> bool:
    rooms = [site for site in scenario.sites if site.cluster == key]
    detour = float(scenario.settings.walking.detour or 1)
    near = all(math.dist((a.x, a.y), (b.x, b.y)) * detour <= 50 for a, b in itertools.combinations(rooms, 2))
    return near and any(site.cluster_main and site.cluster_approval for site in rooms)


@dataclass(frozen=True)
class Wanted:
    """What an estate needs, the places that may be credited to it, and whether one of them qualifies in full."""

    dwellings: int
    need: int
    useful: frozenset[str]
    covered: bool


def _all_served(scenario: Scenario, places: Mapping[str, Opened], longest: int | None = None) -> bool:
    """Return whether everybody is served, nobody walking farther to a place it is credited from than `longest`."""
    rows = _wanted(scenario, places, longest)
    return all(row.covered for row in rows) and _hall(rows, {key: place[0] for key, place in places.items()})


def _wanted(scenario: Scenario, places: Mapping[str, Opened], longest: int | None = None) -> list[Wanted]:
    walks = {(w.estate, w.place): w.seconds for w in scenario.walks}
    mains = {site.cluster: site.id for site in scenario.sites if site.cluster_main}
    wanted = []
    for estate in scenario.estates:
        if _left_out(estate):
            continue
        cohort = "existing" if estate.started is not None and estate.started < COHORT_DATE else "new"
        limit = max(900, estate.circle_exception_s or 0)
        near = set()
        for key, (_, _, _, stands_in) in places.items():
            door = mains.get(key, key)
            if stands_in == estate.id if cohort == "new" else walks.get((estate.id, door), 10**9) <= limit:
                near.add(key)
        need = estate.dwellings * 20 if cohort == "existing" else -(-estate.dwellings // 100) * 3000
        far = {key for key in near if longest is not None and cohort == "existing" and walks[estate.id, mains.get(key, key)] > longest}
        useful = frozenset(key for key in near - far if cohort in places[key][2])
        wanted.append(Wanted(estate.dwellings, need, useful, any(cohort in places[key][1] for key in near)))
    return wanted


def _hall(rows: Sequence[Wanted], areas: Mapping[str, int]) -> bool:
    """Return whether no set of estates needs more than the places that may serve any of them hold together."""
    return all(_lack(group, areas) <= 0 for group in _groups(rows))


def _groups(rows: Sequence[Wanted]) -> Iterator[tuple[Wanted, ...]]:
    for size in range(1, len(rows) + 1):
        yield from itertools.combinations(rows, size)


def _lack(group: Sequence[Wanted], areas: Mapping[str, int]) -> int:
    return sum(row.need for row in group) - sum(areas[key] for key in frozenset().union(*(row.useful for row in group)))


def _left_out(estate: Estate) -> bool:
    going = estate.demolition_date is not None and estate.demolition_date <= TWO_YEARS_ON and estate.demolition_evidence
    return bool(going) or estate.kind not in ("urban", "market_town")


def _chosen(pick: Pick) -> Chosen:
    place = pick.option.extends or pick.site.cluster or pick.site.id
    return Chosen(
        option=pick.option.id, site=pick.site.id, place=place, kind=pick.option.kind, works=pick.option.works,
        township=pick.site.township, area_dm2=pick.area, net_area_dm2=pick.area, start=pick.start, ready=pick.ready,
    )  # fmt: skip


def _record(scenario: Scenario, place: str, chosen: list[Chosen]) -> PlaceRecord:
    kind = "cluster" if any(site.cluster == place for site in scenario.sites) else "site"
    return PlaceRecord(
        place=place, name=place, kind=kind, members=(), township=chosen[0].township,
        gross_dm2=sum(c.area_dm2 for c in chosen), net_dm2=0, ready=chosen[0].ready,
    )  # fmt: skip
