"""Capacity: what is credited from one place at one checkpoint fits into it, and may be shared as the law lets it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.fitness import complete, held_clause
from siteplanner.audit.places import Part, Place
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import Standard


@dataclass(frozen=True, slots=True)
class Draw:
    """What one credit draws on a place, in dm² on the standard's basis."""

    standard: Standard
    estate: str
    area_dm2: int


Rooms = tuple[Part, ...]


def shared(reading: Reading, day: date, place: Place, draws: list[Draw]) -> None:
    """Test that credits fit the rooms that may serve them, and that a place is shared only where the law lets it be.

    A credit that no room may serve is at fault by itself and is not added up.
    """
    _alone(reading, day, place, draws)
    by_rooms: dict[Rooms, list[Draw]] = defaultdict(list)
    for draw in draws:
        rooms = place.standing(day, draw.standard, draw.estate)
        if draw.standard.sharing == "shared_capacity" and rooms:
            by_rooms[rooms].append(draw)
    for group in _unions(list(by_rooms)):
        union = {(part.spot, part.option): part for part in chain.from_iterable(group)}
        _fits(reading, day, place, list(chain.from_iterable(by_rooms[key] for key in group)), tuple(union.values()))


def _unions(keys: list[Rooms]) -> Iterator[tuple[Rooms, ...]]:
    """Yield every set of groups of rooms: credits fit exactly when no set of them asks for more than its rooms hold."""
    for size in range(1, len(keys) + 1):
        yield from combinations(keys, size)


def _fits(reading: Reading, day: date, place: Place, draws: list[Draw], rooms: Rooms) -> None:
    """Test one sum: gross draws one for one, net draws at the rooms' own net to gross ratio."""
    standard = min((draw.standard for draw in draws), key=lambda s: s.cohort)
    gross, net = sum(part.gross_dm2 for part in rooms), sum(part.net_dm2 for part in rooms)
    by_gross = sum(draw.area_dm2 for draw in draws if draw.standard.area_basis == "gross")
    by_net = sum(draw.area_dm2 for draw in draws if draw.standard.area_basis == "net")
    ok = by_gross * net + by_net * gross <= gross * net if by_net else by_gross <= gross
    if by_net and not gross * net:
        ok = False
    aside = place.premises is not None and place.premises.set_aside_dm2 is not None and not any(part.option for part in place.parts)
    late = not ok and place.area(complete(place), "gross") >= by_gross + by_net and any(part.ready > day for part in place.parts)
    facts = {"credited": square_metres(by_gross + by_net), "area": square_metres(gross if not by_net else net), "day": day.isoformat()}
    if late and standard.deadline:
        reading.docket.check(standard.deadline.clause, ok, "over_capacity_unready", place.id, **facts)
    elif aside:
        reading.docket.check(held_clause(reading, place), ok, "over_set_aside", place.id, **facts)
    else:
        reading.docket.check(standard.clause, ok, "over_capacity", place.id, **facts)


def _alone(reading: Reading, day: date, place: Place, draws: list[Draw]) -> None:
    """Test that a place which serves an estate whose law allows no sharing serves that estate alone."""
    serving = [draw for draw in draws if draw.area_dm2 > 0]
    estates = sorted({draw.estate for draw in serving})
    for clause in sorted({draw.standard.clause for draw in serving if not draw.standard.shared_place}):
        facts = {"estates": ", ".join(estates), "day": day.isoformat()}
        reading.docket.check(clause, len(estates) == 1, "place_shared", place.id, **facts)
