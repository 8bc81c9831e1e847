"""Family 10, fund (earmarked money).

Σ_{pools} draw[pool, bill] ≤ bill·choose;  for each pool and year: Σ_{bills up to the year} draw ≤ Σ paid in up to the year.

In words: earmarked money pays only what the clause allows, no more than the bill, and not before it has come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pulp import lpSum

from siteplanner.model.constraints.choice import Row
from siteplanner.model.money_terms import Measure, amount_of
from siteplanner.model.supply import Supply
from siteplanner.pools import GROUPS, Group
from siteplanner.units import fen_to_wan


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    draws = supply.variables.draw
    by_bill: dict[tuple[str, Group, int], list[str]] = defaultdict(list)
    for pool_id, offer, group, year in draws:
        by_bill[offer, group, year].append(pool_id)
    offers = {offer.id: offer for offer in supply.case.offers}
    for (key, group, year), pool_ids in by_bill.items():
        bill = amount_of(supply, offers[key], _bill(group, year))
        yield f"fund.bill.{key}.{group}.{year}", lpSum(draws[pool_id, key, group, year] for pool_id in pool_ids) - bill <= 0
    for number, pool in enumerate(supply.case.pools):
        mine = [(year, variable) for (pool_id, _, _, year), variable in draws.items() if pool_id == pool.id]
        for year in sorted({y for y, _ in pool.paid_in} | {y for y, _ in mine}):
            spent = lpSum(variable for y, variable in mine if y <= year)
            if spent:
                yield f"fund.pool.{number}.{year}", spent <= fen_to_wan(sum(fen for y, fen in pool.paid_in if y <= year))


def _bill(group: Group, year: int) -> Measure:
    """Return the measure of what an offer pays in a year for a group of lines, fen."""
    return lambda lines: sum(line.fen for line in lines if GROUPS.get(line.kind) == group and line.year == year)
