"""Grants: what each room earns by its works or its area, once where the law says once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from siteplanner.audit.outlays import Due, discounted, in_horizon
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.audit.rooms import value
from siteplanner.policy.schema import AreaStep, Condition, Grant


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
    """Return the grants an option earns in fen; of two that exclude each other the pack's first stands."""
    earned: dict[str, int] = {}
    rules = {grant.id: grant for grant in reading.pack.grants}
    for grant in reading.pack.grants:
        barred = any(other in grant.excludes or grant.id in rules[other].excludes for other in earned)
        amount = 0 if barred or not _eligible(grant, item) else _amount(reading, grant, item)
        if amount:
            earned[grant.id] = amount
    return earned


def _eligible(grant: Grant, item: Taken) -> bool:
    option = item.option
    typed = grant.station_types is None or option.station_type in grant.station_types
    return option.kind in grant.kinds and typed and all(_meets(condition, item) for condition in grant.conditions)


def _meets(condition: Condition, item: Taken) -> bool:
    seen = item.ready if condition.field == "ready" else value("option", condition.field, item)
    if seen is None and condition.field != "ready":
        seen = value("site", condition.field, item)
    if condition.equals is not None and seen != condition.equals:
        return False
    if condition.not_in is not None and seen in condition.not_in:
        return False
    if condition.after is not None and not (isinstance(seen, date) and seen > condition.after):
        return False
    return condition.from_ is None or (isinstance(seen, date) and seen >= condition.from_)


def _amount(reading: Reading, grant: Grant, item: Taken) -> int:
    """Return the grant in fen: by the works on the room, or by the band its place's gross area is in."""
    works = [step.amount.value for step in grant.by_works if item.option.works in step.works]
    place = reading.places[item.place]
    if works or not grant.by_area or place.kind == "premises":
        return int(works[0] * 100) if works else 0
    per_room = reading.pack.cluster is not None and reading.pack.cluster.grants == "one_per_room"
    area = item.row.area_dm2 if per_room else sum(part.gross_dm2 for part in place.parts)
    return next((int(step.amount.value * 100) for step in grant.by_area if _in_band(step, area)), 0)


def _in_band(step: AreaStep, area_dm2: int) -> bool:
    """Return whether a gross area is in a band, its ends as the law states them."""
    return (
        (step.above is None or area_dm2 > step.above.value * 100)
        and (step.from_ is None or area_dm2 >= step.from_.value * 100)
        and (step.to is None or area_dm2 <= step.to.value * 100)
        and (step.below is None or area_dm2 < step.below.value * 100)
    )
