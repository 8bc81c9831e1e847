"""Family 3, credit.

Σ_{i of cohort s} credit[i,p,t] ≤ area[p,s,t];  Σ_i credit[i,p,t] ≤ area[p,t];
credit[i,p,t] ≤ min(required_i, area_p)·open[p,s,t];  per connected part: Σ_p area[p,t] ≥ Σ_i required_i (surrogate);
where i's law allows no sharing:  credit[i,p,t] ≤ required_i·alone[i,p,t],  credit[j,p,t] ≤ required_j·(1 − alone[i,p,t]) for j ≠ i.

In words: the m² credited from a place never exceed its area, only places that qualify for an estate's cohort and are
ready are credited, each part of the county has at least the area its estates need together, and a place that serves an
estate which may not share serves no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pulp import LpVariable, lpSum

from siteplanner.case.case import Need
from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr, must_at, shares_capacity
from siteplanner.units import dm2_to_solver_m2


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    needs = {need.id: need for need in supply.case.needs}
    at_place: dict[tuple[str, int], list[tuple[Need, LpVariable]]] = defaultdict(list)
    for (estate, place, t), variable in supply.variables.credit.items():
        at_place[place, t].append((needs[estate], variable))
    for (place, t), pairs in at_place.items():
        yield from _capacity(supply, place, t, pairs)
        for need, variable in pairs:
            most = supply.most(place, need, t)
            yield f"credit.link.{need.id}.{place}.{t}", variable - most <= 0
        yield from _unshared(supply, place, t, pairs)
    yield from _surrogates(supply)


def _capacity(supply: Supply, place: str, t: int, pairs: list[tuple[Need, LpVariable]]) -> Iterator[Row]:
    cohorts = sorted({need.cohort for need, _ in pairs})
    for cohort in cohorts:
        credited = lpSum(variable for need, variable in pairs if need.cohort == cohort)
        yield f"credit.cohort.{place}.{cohort}.{t}", credited - supply.area(place, cohort, t) <= 0
    if len(cohorts) > 1:
        yield f"credit.place.{place}.{t}", lpSum(v for _, v in pairs) - _whole_area(supply, place, t) <= 0


def _unshared(supply: Supply, place: str, t: int, pairs: list[tuple[Need, LpVariable]]) -> Iterator[Row]:
    """Yield the rows that keep a place to one estate where that estate's law allows no sharing."""
    alone = supply.variables.alone
    lone = {need.id: alone[need.id, place, t] for need, _ in pairs if (need.id, place, t) in alone}
    for need, credited in pairs:
        required = dm2_to_solver_m2(need.required_dm2)
        if need.id in lone:
            yield f"credit.alone.{need.id}.{place}.{t}", credited - required * lone[need.id] <= 0
        others = [mark for estate, mark in lone.items() if estate != need.id]
        if others:
            yield f"credit.beside.{need.id}.{place}.{t}", credited + required * lpSum(others) <= required


def _whole_area(supply: Supply, place: str, t: int) -> Expr:
    """Return the place's area whoever it serves."""
    day = supply.case.checkpoints[t]
    held = supply.held(place, day)
    expr = Expr()
    if held is not None:
        expr += dm2_to_solver_m2(held.area_dm2) * (1 - supply.gone(place, day))
    for offer in supply.offers(place, day):
        expr += supply.variables.credited_of(offer)
    return expr


def _surrogates(supply: Supply) -> Iterator[Row]:
    """Yield one redundant row a connected part and checkpoint: its places' area covers its estates' needs."""
    if supply.variables.short:
        return
    for t in range(len(supply.case.checkpoints)):
        due = [need for need in supply.case.needs if must_at(supply.case, need, t) and shares_capacity(need)]
        for number, part in enumerate(connected_parts({need.id: supply.case.reach[need.id] for need in due})):
            members = [need for need in due if need.id in part]
            places = sorted({place for need in members for place in supply.case.reach[need.id]})
            area = lpSum(_whole_area(supply, place, t) for place in places)
            yield f"credit.surrogate.{number}.{t}", area >= dm2_to_solver_m2(sum(n.required_dm2 for n in members))


def connected_parts(reach: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """Return the sets of estates that are joined by places in common, in order of their smallest id."""
    parent: dict[str, str] = {}

    def find(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for estate, places in reach.items():
        for place in places:
            parent[find(f"place {place}")] = find(f"estate {estate}")
    parts: dict[str, set[str]] = defaultdict(set)
    for estate in reach:
        parts[find(f"estate {estate}")].add(estate)
    return sorted(parts.values(), key=min)
