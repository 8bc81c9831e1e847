"""How well households are served: how many, how far they walk, how much area there is for a hundred of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from siteplanner.compare.nouns import Compared, Key
from siteplanner.plan import Service
from siteplanner.units import half_up

WHOLE = ""
"""The key of the row for all townships together, where rows are means and do not add up."""
Amounts = Iterator[tuple[Key, int]]


def _served(one: Compared) -> Iterator[Service]:
    yield from (row for row in one.plan.services if row.status == "served")


def _walkers(one: Compared) -> Iterator[tuple[Service, int]]:
    yield from ((row, row.nearest_walk_s) for row in _served(one) if row.nearest_walk_s is not None)


def _mean(total: int, count: int) -> int:
    return half_up(Decimal(total) / count)


def households(one: Compared) -> Amounts:
    """Yield the dwellings of estates that are served, by township."""
    yield from (((row.township,), row.dwellings) for row in _served(one))


def walk_total(one: Compared) -> Amounts:
    """Yield dwelling-seconds to the nearest place of served estates, by township: these add up."""
    yield from (((row.township,), row.dwellings * walk_s) for row, walk_s in _walkers(one))


def walk_mean(one: Compared) -> Amounts:
    """Yield the mean walk of a household to the nearest place, seconds, by township and for all of them."""
    total: dict[Key, int] = defaultdict(int)
    dwellings: dict[Key, int] = defaultdict(int)
    for row, walk_s in _walkers(one):
        for key in ((row.township,), (WHOLE,)):
            total[key] += row.dwellings * walk_s
            dwellings[key] += row.dwellings
    yield from ((key, _mean(total[key], dwellings[key])) for key in total if dwellings[key])


def walk_worst(one: Compared) -> Amounts:
    """Yield the longest walk to the nearest place, seconds, by township and for all of them."""
    worst: dict[Key, int] = {}
    for row, walk_s in _walkers(one):
        for key in ((row.township,), (WHOLE,)):
            worst[key] = max(worst.get(key, 0), walk_s)
    yield from worst.items()


def per_hundred(one: Compared) -> Amounts:
    """Yield the area of all places for a hundred dwellings that count (exempt ones stand outside), dm², by township and for all."""
    area: dict[Key, int] = defaultdict(int)
    dwellings: dict[Key, int] = defaultdict(int)
    for place in one.plan.places:
        for key in ((place.township,), (WHOLE,)):
            area[key] += place.gross_dm2
    for row in one.plan.services:
        if row.status in ("served", "short"):
            for key in ((row.township,), (WHOLE,)):
                dwellings[key] += row.dwellings
    yield from ((key, _mean(100 * area[key], dwellings[key])) for key in area if dwellings[key])


def prices(one: Compared) -> Amounts:
    """Yield what doing without each unwanted option would cost more, fen, where the plan proved it."""
    yield from (((row.clause, row.preference, row.option), row.extra_fen) for row in one.plan.proofs if row.extra_fen is not None)
