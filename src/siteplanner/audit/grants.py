"""Grants: what each room earns by its works or its area, once where the law says once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from siteplanner.audit.cells import meets
from siteplanner.audit.outlays import Due, discounted, in_horizon
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import AreaStep, Grant


def grants(reading: Reading) -> Iterator[Due]:
    """Yield every grant line of the plan."""
    earned = {item.option.id: _earned(reading, item) for item in reading.taken}
    for grant in reading.pack.grants:
        by_place: dict[str, list[tuple[int, Taken]]] = defaultdict(list)
        for item in reading.taken:
            amount = earned[item.option.id].get(grant.id, 0)
            if amount:
                by_place[item.place].append((amount, item))
        for place, winners in sorted(by_place.items()):
            for amount, item in _once(reading, place, winners):
                year = (item.ready + timedelta(days=reading.scenario.settings.finance.grant_delay_days)).year
                yield from _line(reading, grant, item, amount, year)


def _once(reading: Reading, place: str, winners: list[tuple[int, Taken]]) -> list[tuple[int, Taken]]:
    """Keep the greatest amount of a cluster, the smallest option id among equals, where the law gives one a cluster."""
    rule = reading.pack.cluster
    if rule and rule.grants == "one_per_cluster" and reading.places[place].kind == "cluster":
        return sorted(winners, key=lambda w: (-w[0], w[1].option.id))[:1]
    return winners


def _line(reading: Reading, grant: Grant, item: Taken, amount: int, year: int) -> Iterator[Due]:
    finance = reading.scenario.settings.finance
    if in_horizon(finance, year):
        yield Due(
            site=item.site.id,
            option=item.option.id,
            township=item.site.township,
            year=year,
            payer=grant.payer,
            receiver=grant.receiver,
            kind="grant",
            item=grant.id,
            clauses=(grant.clause,),
            fen=amount,
            pv_fen=discounted(finance, amount, year),
            cash=True,
        )


def _earned(reading: Reading, item: Taken) -> dict[str, int]:
    """Return the grants an option earns in fen; of two that exclude each other the greater stands, of equal ones the pack's first."""
    rules = {grant.id: grant for grant in reading.pack.grants}
    amounts = {grant.id: _amount(reading, grant, item) for grant in reading.pack.grants if refusal(grant, item) is None}
    earned: dict[str, int] = {}
    for name in sorted(amounts, key=lambda n: -amounts[n]):
        if amounts[name] and not any(other in rules[name].excludes or name in rules[other].excludes for other in earned):
            earned[name] = amounts[name]
    return earned


def refusal(grant: Grant, item: Taken) -> str | None:
    """Return the clause under which an option earns nothing of a grant, None where it may earn it."""
    option = item.option
    if option.kind not in grant.kinds or (grant.station_types is not None and option.station_type not in grant.station_types):
        return grant.clause
    failed = [condition for condition in grant.conditions if not meets(condition, item)]
    return (failed[0].clause or grant.clause) if failed else None


def _amount(reading: Reading, grant: Grant, item: Taken) -> int:
    """Return the grant in fen: by the works on the room, or by the band its place's gross area is in."""
    works = [step.amount.value for step in grant.by_works if item.option.works in step.works]
    if works:
        return int(works[0] * 100)
    place, rule = reading.places[item.place], reading.pack.cluster
    alone = place.kind == "cluster" and rule is not None and rule.grants == "one_per_room"
    area = item.row.area_dm2 if alone else place.whole_dm2()
    return next((int(step.amount.value * 100) for step in grant.by_area if _in_band(step, area)), 0)


def _in_band(step: AreaStep, area_dm2: int) -> bool:
    """Return whether a gross area is in a band, its ends as the law states them."""
    return (
        (step.above is None or area_dm2 > step.above.value * 100)
        and (step.from_ is None or area_dm2 >= step.from_.value * 100)
        and (step.to is None or area_dm2 <= step.to.value * 100)
        and (step.below is None or area_dm2 < step.below.value * 100)
    )
