"""Family 9, milestone.

Estates:      Σ_{i in group} weight_i·served[i,t] ≥ ceil(share × Σ weight_i).
Communities:  done[c] ≤ Σ qualifying stations of c ready by t (run by a professional operator where asked);
              Σ_{c in district} done[c] ≥ ceil(share × communities).

In words: the share of estates, dwellings or communities of a district that must be done by a date is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pulp import lpSum

from siteplanner.case.case import Case, Need
from siteplanner.case.demand import last_day_of_milestone
from siteplanner.model.constraints.choice import Row
from siteplanner.model.constraints.requirement import served
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr, must_at
from siteplanner.policy.rules import share_count
from siteplanner.policy.schema import Milestone


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    case = supply.case
    for milestone in case.scenario.pack.milestones:
        t = case.checkpoints.index(last_day_of_milestone(milestone.date, milestone.day))
        for number, members in enumerate(groups(case, milestone).values()):
            name = f"milestone.{milestone.id}.{number}"
            if milestone.unit == "communities":
                yield from _communities(supply, milestone, members, t, name)
            else:
                weights = {n.id: n.estate.dwellings if milestone.unit == "dwellings" else 1 for n in members}
                wanted = share_count(milestone.share.value, sum(weights.values()))
                done = lpSum(weights[n.id] * _served(supply, n, t) for n in members)
                yield name, done >= wanted


def groups(case: Case, milestone: Milestone) -> dict[str, list[Need]]:
    """Return the estates a milestone counts, by district, township or all together."""
    found: dict[str, list[Need]] = defaultdict(list)
    for need in case.needs:
        if need.counts and counted_by(milestone, need):
            key = {"district": need.estate.district, "township": need.estate.township, "county": ""}[milestone.per]
            found[key].append(need)
    return dict(sorted(found.items()))


def counted_by(milestone: Milestone, need: Need) -> bool:
    """Return whether a milestone looks at an estate: its cohort, and its township where the law names some."""
    return need.cohort in milestone.cohorts and (not milestone.townships or need.estate.township in milestone.townships)


def _served(supply: Supply, need: Need, t: int) -> Expr:
    return Expr(constant=1.0) if need.status == "left" else served(supply, need, t)


def _communities(supply: Supply, milestone: Milestone, members: list[Need], t: int, name: str) -> Iterator[Row]:
    by_community: dict[tuple[str, str], list[Need]] = defaultdict(list)
    for need in members:
        by_community[need.estate.township, need.estate.community].append(need)
    done = []
    for number, (key, needs) in enumerate(sorted(by_community.items())):
        mark = supply.variables.done[milestone.id, "/".join(key)]
        done.append(mark)
        if milestone.done_when == "all_estates":
            for need in needs:
                if not must_at(supply.case, need, t):
                    yield f"{name}.estate.{need.id}", mark - _served(supply, need, t) <= 0
        if milestone.done_when == "station" or milestone.operator_required:
            yield f"{name}.station.{number}", mark - _stations(supply, milestone, members, key, t) <= 0
    yield name, lpSum(done) >= share_count(milestone.share.value, len(by_community))


def _stations(supply: Supply, milestone: Milestone, members: list[Need], key: tuple[str, str], t: int) -> Expr:
    """Return how many places of a community are ready that qualify for some estate of the group (and are run as asked).

    A facility of a tier that does not serve its community is no station.
    """
    case, day = supply.case, supply.case.checkpoints[t]
    here = {p.id for p in case.places.values() if (p.township, p.community) == key}
    cohorts = {need.cohort for need in members}
    above = {tier.station_type for tier in case.scenario.pack.tiers if not tier.serves_community}
    count = Expr()
    for place in sorted(here):
        for offer in supply.offers(place, day):
            run = (offer.operator or not milestone.operator_required) and offer.station_type not in above
            if run and (offer.qualifies & cohorts or (case.places[place].kind == "cluster" and case.places[place].lawful)):
                count += supply.variables.choose[offer.id]
        held = supply.held(place, day)
        run = held is not None and held.station_type not in above and (held.operator or not milestone.operator_required)
        if run and held is not None and held.qualifies & cohorts:
            count += 1 - supply.gone(place, day)
    return count
