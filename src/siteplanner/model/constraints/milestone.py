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

from siteplanner.case.case import Case, Need, Offer
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
        if need.counts and need.cohort in milestone.cohorts:
            key = {"district": need.estate.district, "township": need.estate.township, "county": ""}[milestone.per]
            found[key].append(need)
    return dict(sorted(found.items()))


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
            yield f"{name}.station.{number}", mark - _stations(supply, milestone, key, t) <= 0
    yield name, lpSum(done) >= share_count(milestone.share.value, len(by_community))


def _stations(supply: Supply, milestone: Milestone, key: tuple[str, str], t: int) -> Expr:
    """Return how many qualifying stations of a community are ready (and run by a professional operator)."""
    case, day = supply.case, supply.case.checkpoints[t]
    here = {p.id for p in case.places.values() if (p.township, p.community) == key}

    def fit(offer: Offer) -> bool:
        return offer.place in here and offer.ready <= day and bool(offer.qualifies) and (offer.operator or not milestone.operator_required)

    count = lpSum(supply.variables.choose[o.id] for o in case.offers if fit(o))
    for held in case.held.values():
        if held.place in here and held.ready <= day and held.qualifies and (held.operator or not milestone.operator_required):
            count += 1 - supply.gone(held.id, day)
    return count
