"""Programme figures of a plan: what the law counts over the whole county, and land per resident, beside its targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from siteplanner.money import lease_until
from siteplanner.plan import CAPITAL_KINDS, Figure, Plan, Service
from siteplanner.policy.rules import land_target_dm2, standard_of
from siteplanner.policy.schema import Counter, LandTarget, Value
from siteplanner.scenario.schema import Premises, Scenario
from siteplanner.units import dm2_to_m2, fen_to_yuan, half_up

Unit = Literal["count", "m2", "share", "yuan", "people"]
LAND = "land_per_person"
_NEVER = date.max
_SHARE_STEPS = 1_000_000
_UNITS: dict[str, Unit] = {"m2": "m2", "share": "share", "yuan": "yuan", "people": "people"}


@dataclass(frozen=True, slots=True)
class _Room:
    """A started option or premises as counters see it. ``dated``: the day it states, if it states one."""

    place: str
    township: str
    district: str
    station_type: str
    rating: str
    used: bool
    stands: date
    dated: date | None
    option: str = ""
    status: str = ""
    premises_kind: str = ""
    area_dm2: int = 0


def figures(scenario: Scenario, plan: Plan) -> tuple[Figure, ...]:
    """Return the programme figures of the policy in its order, then land per resident district by district."""
    counted = [_figure(scenario, plan, counter) for counter in scenario.pack.counters]
    return (*counted, *_land(scenario, plan, scenario.pack.land))


def _figure(scenario: Scenario, plan: Plan, counter: Counter) -> Figure:
    unit, value = _measured(scenario, plan, counter)
    return Figure(
        item=counter.id,
        clause=counter.clause,
        measure=counter.measure,
        unit=unit,
        value=value,
        target=_stated(counter.target),
        target_max=_stated(counter.target_max),
        own_target=_stated(counter.own_target),
        part_of=counter.part_of or "",
    )


def _measured(scenario: Scenario, plan: Plan, counter: Counter) -> tuple[Unit, str]:
    """Return unit and value; a share or cost of nothing, and a figure nobody states, is empty."""
    if counter.measure == "stated":
        known = counter.stated or counter.target
        return _UNITS.get(known.unit, "count") if known else "count", _stated(counter.stated)
    if counter.measure in ("premises_count", "premises_area"):
        stock = _stock(scenario, counter)
        area = dm2_to_m2(sum(room.area_dm2 for room in stock))
        return ("count", str(len(stock))) if counter.measure == "premises_count" else ("m2", _text(area))
    if counter.measure in ("estates", "served_share"):
        return _of_estates(scenario, plan, counter)
    return _of_rooms(scenario, plan, counter)


def _of_estates(scenario: Scenario, plan: Plan, counter: Counter) -> tuple[Unit, str]:
    rows = _estates(scenario, plan, counter)
    if counter.measure == "estates":
        return "count", str(len(rows))
    bound = [row for row in rows if row.status in ("served", "short")]
    served = served_on(scenario, plan, counter.by)
    return "share", _share(sum(row.estate in served for row in bound), len(bound))


def _of_rooms(scenario: Scenario, plan: Plan, counter: Counter) -> tuple[Unit, str]:
    rooms = [room for room in _rooms(scenario, plan, counter.by) if _counts(counter, room)]
    places = {room.place for room in rooms}
    if counter.measure == "places":
        return "count", str(len(places))
    if counter.measure == "use_share":
        return "share", _share(len({room.place for room in rooms if room.used}), len(places))
    return "yuan", _cost(scenario, plan, counter, rooms)


def _cost(scenario: Scenario, plan: Plan, counter: Counter, rooms: Iterable[_Room]) -> str:
    """Return gross capital outlays, whoever pays, per m² added or per dwelling served, in yuan to the fen."""
    started = {room.option for room in rooms if room.option}
    fen = sum(line.fen for line in plan.ledger if line.option in started and line.kind in CAPITAL_KINDS)
    if counter.measure == "cost_per_m2":
        count = dm2_to_m2(sum(pick.area_dm2 for pick in plan.chosen if pick.option in started))
    else:
        served = served_on(scenario, plan, counter.by)
        count = Decimal(sum(row.dwellings for row in _estates(scenario, plan, counter) if row.estate in served))
    return _text(fen_to_yuan(half_up(fen / count))) if count else ""


def served_on(scenario: Scenario, plan: Plan, day: date | None) -> frozenset[str]:
    """Return the estates served on a day (None: at the end of the plan), as far as the record tells.

    Between checkpoints nothing is tested, so the last one on or before the day speaks: an estate is served there that is
    credited its whole area or, where the law asks coverage only or area in its circle, any place. Before the first
    checkpoint stands what the base date shows.
    """
    if day is None or not plan.checkpoints or day >= plan.checkpoints[-1]:
        return frozenset(row.estate for row in plan.services if row.status == "served")
    last = max((checkpoint for checkpoint in plan.checkpoints if checkpoint <= day), default=None)
    if last is None:
        return frozenset(row.estate for row in plan.today if row.status == "served")
    credited: dict[str, int] = {}
    for credit in plan.credits:
        if credit.checkpoint == last:
            credited[credit.estate] = credited.get(credit.estate, 0) + credit.area_dm2
    return frozenset(row.estate for row in plan.services if row.status in ("served", "short") and _served(scenario, row, credited))


def _served(scenario: Scenario, row: Service, credited: dict[str, int]) -> bool:
    standard = standard_of(scenario.pack, row.cohort)
    if standard.tests and row.required_dm2 == 0:
        return True
    by_credit = bool(standard.tests) and standard.sharing == "shared_capacity"
    return row.estate in credited and (not by_credit or credited[row.estate] >= row.required_dm2)


def _estates(scenario: Scenario, plan: Plan, counter: Counter) -> list[Service]:
    """Return the estates in scope that pass the counter's filters, exempt ones included."""
    districts = {estate.id: estate.district for estate in scenario.estates}
    return [
        row
        for row in plan.services
        if row.status != "out_of_scope"
        and row.cohort in (counter.cohorts or (row.cohort,))
        and row.township in (counter.townships or (row.township,))
        and districts[row.estate] in (counter.districts or (districts[row.estate],))
    ]


def _rooms(scenario: Scenario, plan: Plan, day: date | None) -> Iterator[_Room]:
    """Yield the started options and kept premises that stand on a day (None: at the end of the plan)."""
    options = {option.id: option for option in scenario.options}
    sites = {site.id: site for site in scenario.sites}
    last = max(plan.checkpoints, default=_NEVER)
    for pick in plan.chosen:
        option, site = options[pick.option], sites[pick.site]
        over = lease_until(option, pick.start)
        if (day is None or pick.ready <= day) and (over is None or over > (day or last)):
            yield _Room(
                pick.place, site.township, site.district, option.station_type, option.rating, option.operator, pick.ready, pick.ready,
                option=option.id,
            )  # fmt: skip
    ends = {pick.option: pick.start for pick in plan.chosen}
    fates = {kept.premises: kept for kept in plan.premises}
    for premises in scenario.premises:
        kept = fates[premises.id]
        room = _premises(scenario, premises)
        gone = kept.fate == "given_up" and (day is None or day >= ends[kept.by])
        if room.stands != _NEVER and (day is None or room.stands <= day) and not gone:
            yield room


def _stock(scenario: Scenario, counter: Counter) -> list[_Room]:
    """Return the rows of the premises table that a counter counts, whatever the plan makes of them."""
    rows = (_premises(scenario, premises) for premises in scenario.premises)
    return [room for room in rows if _counts(counter, room) and (counter.by is None or room.stands <= counter.by)]


def _premises(scenario: Scenario, premises: Premises) -> _Room:
    base, in_use = scenario.settings.base_date, premises.status == "in_use"
    kinds = {kind.id: kind for kind in scenario.pack.premises_kinds}
    set_aside = kinds[premises.kind].area == "set_aside"
    return _Room(
        place=premises.id,
        township=premises.township,
        district=premises.district,
        station_type=premises.station_type or premises.kind,
        rating=premises.rating,
        used=in_use or premises.operator,
        stands=min(premises.ready_date or base, base) if in_use else premises.ready_date or _NEVER,
        dated=premises.ready_date,
        status=premises.status,
        premises_kind=premises.kind,
        area_dm2=(premises.set_aside_dm2 or 0) if set_aside else premises.area_dm2,
    )


def _counts(counter: Counter, room: _Room) -> bool:
    """Return whether a room passes every filter that is given; cohorts filter estates only."""
    wanted = (
        (counter.townships, room.township),
        (counter.districts, room.district),
        (counter.statuses, room.status),
        (counter.premises_kinds, room.premises_kind),
        (counter.station_types, room.station_type),
        (counter.ratings, room.rating),
    )
    recent = counter.since is None or (room.dated is not None and room.dated >= counter.since)
    return recent and all(not given or cell in given for given, cell in wanted)


def _land(scenario: Scenario, plan: Plan, target: LandTarget | None) -> Iterator[Figure]:
    """Yield the land held in each district at the last checkpoint and what its people ask for, m²."""
    if target is None:
        return
    sites = {site.id: site for site in scenario.sites}
    premises = {row.id: row for row in scenario.premises}
    in_scope = {row.estate for row in plan.services if row.status != "out_of_scope"}
    held = dict.fromkeys(sorted({*target.population, *(e.district for e in scenario.estates if e.id in in_scope)}), 0)
    started = {pick.option: pick.site for pick in plan.chosen}
    rooms = list(_rooms(scenario, plan, max(plan.checkpoints, default=None)))
    plots = [(sites[key].district, sites[key].land_area_dm2) for key in {started[room.option] for room in rooms if room.option}]
    plots += [(premises[room.place].district, premises[room.place].land_area_dm2) for room in rooms if not room.option]
    for district, area in plots:
        if district in held:
            held[district] += area or 0
    for district, found in held.items():
        wanted = _text(dm2_to_m2(land_target_dm2(target, district))) if district in target.population else ""
        yield Figure(
            item="land", clause=target.clause, measure=LAND, unit="m2", value=_text(dm2_to_m2(found)), target=wanted, district=district
        )


def _share(part: int, whole: int) -> str:
    return _text(Decimal(half_up(Decimal(part) * _SHARE_STEPS / whole)) / _SHARE_STEPS) if whole else ""


def _stated(value: Value | None) -> str:
    return "" if value is None else _text(value.value)


def _text(number: Decimal) -> str:
    """Return a number as plain decimal text without idle zeros."""
    return f"{number.normalize():f}"
