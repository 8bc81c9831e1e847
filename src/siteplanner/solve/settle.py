"""What chosen rooms amount to: the state of every place at each checkpoint, and the canonical credits.

Credits are the flow that leaves least unserved, then walks least; between equal walks a fixed fraction taken from the
ids decides, so that one plan has one table of credits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from siteplanner.case.case import Case, Held, Need, Place
from siteplanner.case.places import case_basis, fits, is_small, takes_types
from siteplanner.model.variables import shares_capacity
from siteplanner.money import lease_until
from siteplanner.plan import Chosen, Credit
from siteplanner.policy.rules import place_limits_dm2
from siteplanner.policy.schema import Standard
from siteplanner.solve.apart import apart

_FIRST = 1000.0
"""What a dm² weighs that is missing to an estate which comes first, beside one missing to another."""


@dataclass(frozen=True, slots=True)
class PlaceState:
    """A place at a checkpoint: areas in dm², the cohorts it qualifies for, and what it may credit to each cohort."""

    gross_dm2: int
    net_dm2: int
    whole_dm2: int
    qualifies: frozenset[str]
    creditable: Mapping[str, int]
    only: Mapping[str, str | None]
    """Cohort → the one estate of it that the place may serve, where its rooms serve only the estate they stand in."""

    def may_serve(self, need: Need) -> bool:
        """Return whether the place may serve an estate as far as that rule goes."""
        return need.cohort not in self.only or self.only[need.cohort] == need.id


def walked_to(case: Case, chosen: Sequence[Chosen]) -> Case:
    """Return the case with walks to clusters measured to the rooms that are chosen, where every room counts.

    Whether a cluster is in reach is asked of all its rooms before any is chosen, so walks only get shorter here.
    """
    rule = case.scenario.pack.cluster
    if rule is None or rule.circle_to != "every_room":
        return case
    rooms: dict[str, list[str]] = {}
    for pick in chosen:
        if case.places[pick.place].kind == "cluster":
            rooms.setdefault(pick.place, []).append(pick.site)
    reach = {
        estate: {
            p: max(case.walks[estate, room] for room in rooms[p]) if p in rooms and walk is not None else walk for p, walk in near.items()
        }
        for estate, near in case.reach.items()
    }
    return replace(case, reach=reach)


def place_states(case: Case, chosen: Sequence[Chosen], day: date, *, leases_end: bool = True) -> dict[str, PlaceState]:
    """Return the state on a day of every place with any area; with `leases_end` false rooms stand on after their lease."""
    rooms: dict[str, list[Chosen]] = {}
    gone = {premises for pick in chosen if pick.start <= day for premises in _gives_up(case, pick)}
    for pick in chosen:
        if pick.ready <= day and _stands(case, pick, day) and not (leases_end and _lease_is_over(case, pick, day)):
            rooms.setdefault(pick.place, []).append(pick)
    found = {}
    for place in case.places.values():
        held = case.held.get(place.id)
        if held is not None and (held.ready > day or held.id in gone):
            held = None
        picks = rooms.get(place.id, [])
        if picks or held is not None:
            found[place.id] = _state(case, place, picks, held)
    return found


def _stands(case: Case, pick: Chosen, day: date) -> bool:
    """Return whether what an option adds to is there by the day."""
    held = case.held.get(pick.place)
    return held is None or held.ready <= day


def _lease_is_over(case: Case, pick: Chosen, day: date) -> bool:
    until = lease_until(case.option(pick.option), pick.start)
    return until is not None and day >= until


def _gives_up(case: Case, pick: Chosen) -> tuple[str, ...]:
    return case.option(pick.option).gives_up


def _state(case: Case, place: Place, picks: Sequence[Chosen], held: Held | None) -> PlaceState:
    gross = sum(p.area_dm2 for p in picks) + (held.gross_dm2 if held else 0)
    net = sum(p.net_area_dm2 for p in picks) + (held.net_dm2 if held else 0)
    whole = gross if case_basis(case.scenario.pack) == "gross" else net
    qualifies: set[str] = set()
    creditable: dict[str, int] = {}
    only: dict[str, str | None] = {}
    sites = {site.id: site for site in case.scenario.sites}
    for standard in case.scenario.pack.standards:
        allowed = [p for p in picks if p.kind in standard.kinds and takes_types(standard, case.option(p.option).station_type, held)]
        for pick in picks:
            if pick.kind in standard.own_estate_kinds:
                only[standard.cohort] = sites[pick.site].estate
        if place.kind == "cluster":
            if _cluster_fits(case, place, allowed, standard):
                qualifies.add(standard.cohort)
                creditable[standard.cohort] = sum(_basis_area(case, p) for p in allowed)
            continue
        typed = held is None or bool(picks) or standard.cohort in held.counts_for or standard.cohort in held.qualifies
        fit = typed and fits(standard, gross, net, sites.get(place.main)) and len(allowed) == len(picks)
        small = held is not None and standard.small_premises == "count" and is_small(standard, gross, net)
        if fit:
            qualifies.add(standard.cohort)
        if fit or (small and typed and len(allowed) == len(picks)):
            creditable[standard.cohort] = whole
    return PlaceState(gross, net, whole, frozenset(qualifies), creditable, only)


def _basis_area(case: Case, pick: Chosen) -> int:
    return pick.area_dm2 if case_basis(case.scenario.pack) == "gross" else pick.net_area_dm2


def _cluster_fits(case: Case, place: Place, picks: Sequence[Chosen], standard: Standard) -> bool:
    rule = case.scenario.pack.cluster
    if rule is None or not place.lawful or standard.cohort not in rule.cohorts or place.main not in {p.site for p in picks}:
        return False
    least = place_limits_dm2(standard.place)[0] or 0
    areas = [p.area_dm2 if standard.place.basis == "gross" else p.net_area_dm2 for p in picks]
    if rule.minimum_on == "each_room" and any(area < least for area in areas):
        return False
    main = next(site for site in case.scenario.sites if site.id == place.main)
    return fits(standard, sum(p.area_dm2 for p in picks), sum(p.net_area_dm2 for p in picks), main)


def credits_at(
    case: Case,
    states: Mapping[str, PlaceState],
    needs: Sequence[Need],
    day: date,
    others: Sequence[Need] = (),
    first: frozenset[str] = frozenset(),
) -> list[Credit]:
    """Return the credits of a checkpoint for the estates to be served on it, sorted by estate and place.

    Where not all can be served, the estates `first` get all they need before anybody else gets anything.
    `others` need not be served then; those whose whole need fits into what is left over are credited as well.
    """
    flow = [need for need in needs if shares_capacity(need)]
    found = _flow(case, states, flow, day, first)
    found += _left_over(case, states, found, [*flow, *(need for need in others if shares_capacity(need))], day)
    for need in (*needs, *others):
        if not shares_capacity(need):
            nearest = _nearest(case, states, need)
            if nearest is not None:
                walk = case.reach[need.id][nearest]
                found.append(Credit(checkpoint=day, estate=need.id, place=nearest, area_dm2=0, walk_s=walk))
    return sorted(found, key=lambda c: (c.estate, c.place))


def _left_over(case: Case, states: Mapping[str, PlaceState], found: Sequence[Credit], needs: Sequence[Need], day: date) -> list[Credit]:
    """Return credits for estates without any, from what is left over, small needs first and near places first.

    Nothing is left over where the law of one of the estates keeps places to one estate.
    """
    cohorts, credited = {need.id: need.cohort for need in needs}, {credit.estate for credit in found}
    if not all(need.standard.shared_place for need in needs):
        return []
    used: Counter[tuple[str, str]] = Counter()
    for credit in found:
        used.update({(credit.place, ""): credit.area_dm2, (credit.place, cohorts[credit.estate]): credit.area_dm2})
    more: list[Credit] = []
    for need in sorted((n for n in needs if n.id not in credited), key=lambda n: (n.required_dm2, n.id)):
        wanted, row = need.required_dm2, []
        for place, walk in sorted(case.reach[need.id].items(), key=lambda pair: (pair[1] or 0, pair[0])):
            state = states.get(place)
            if state is None or not state.may_serve(need):
                continue
            free = min(state.whole_dm2 - used[place, ""], state.creditable.get(need.cohort, 0) - used[place, need.cohort], wanted)
            if free > 0:
                wanted -= free
                row.append(Credit(checkpoint=day, estate=need.id, place=place, area_dm2=free, walk_s=walk))
        if not wanted:
            more += row
            for credit in row:
                used.update({(credit.place, ""): credit.area_dm2, (credit.place, need.cohort): credit.area_dm2})
    return more


def _nearest(case: Case, states: Mapping[str, PlaceState], need: Need) -> str | None:
    open_places = [p for p in case.reach[need.id] if p in states and need.cohort in states[p].qualifies and states[p].may_serve(need)]
    return min(open_places, key=lambda p: (case.reach[need.id][p] or 0, p), default=None)


def _flow(
    case: Case, states: Mapping[str, PlaceState], needs: Sequence[Need], day: date, first: frozenset[str] = frozenset()
) -> list[Credit]:
    pairs = [
        (i, place)
        for i, need in enumerate(needs)
        for place in case.reach[need.id]
        if place in states and states[place].creditable.get(need.cohort, 0) > 0 and states[place].may_serve(need)
    ]
    if not pairs:
        return []
    weights = np.array([_FIRST if need.id in first else 1.0 for need in needs])
    if not all(need.standard.shared_place for need in needs):
        creditable = {place: states[place].creditable for _, place in pairs}
        pairs = apart(needs, pairs, _efforts(case, needs, pairs), creditable, weights)
    efforts = _efforts(case, needs, pairs)
    # A metre more of anybody's walk never outweighs a dm² left unserved.
    missing = 10.0 * (efforts.max() + 1) * weights
    costs = np.concatenate([efforts, missing])
    caps, limits = _capacity_rows(needs, pairs, states, len(costs))
    estates = csr_array(
        (
            np.ones(len(pairs) + len(needs)),
            ([*(i for i, _ in pairs), *range(len(needs))], range(len(costs))),
        ),
        shape=(len(needs), len(costs)),
    )
    required = np.array([float(need.required_dm2) for need in needs])
    answer = linprog(costs, A_ub=caps, b_ub=limits, A_eq=estates, b_eq=required, bounds=(0, None), method="highs-ds")  # type: ignore[call-overload]
    if answer.x is None:
        raise ArithmeticError(f"the flow of credits failed: {answer.message}")
    amounts = np.rint(answer.x[: len(pairs)]).astype(np.int64)
    return [
        Credit(checkpoint=day, estate=needs[i].id, place=place, area_dm2=int(amount), walk_s=case.reach[needs[i].id][place])
        for (i, place), amount in zip(pairs, amounts, strict=True)
        if amount > 0
    ]


def _efforts(case: Case, needs: Sequence[Need], pairs: Sequence[tuple[int, str]]) -> np.ndarray:
    """Return each pair's walk, with a fraction of a second that breaks ties."""
    return np.array([float(case.reach[needs[i].id][place] or 0) + _fraction(needs[i].id, place) for i, place in pairs])


def _capacity_rows(
    needs: Sequence[Need], pairs: Sequence[tuple[int, str]], states: Mapping[str, PlaceState], columns: int
) -> tuple[csr_array, np.ndarray]:
    rows: dict[tuple[str, str], int] = {}
    row_index, column_index, limits = [], [], []
    for column, (i, place) in enumerate(pairs):
        cohort = needs[i].cohort
        for key, limit in (((place, ""), states[place].whole_dm2), ((place, cohort), states[place].creditable[cohort])):
            if key not in rows:
                rows[key] = len(rows)
                limits.append(float(limit))
            row_index.append(rows[key])
            column_index.append(column)
    matrix = csr_array((np.ones(len(row_index)), (row_index, column_index)), shape=(len(rows), columns))
    return matrix, np.array(limits)


def _fraction(estate: str, place: str) -> float:
    """Return a fixed number in [0, 0.01) from the ids: breaks ties between equal walks the same way everywhere."""
    return int.from_bytes(sha256(f"{estate} {place}".encode()).digest()[:4], "big") / 2**32 / 100
