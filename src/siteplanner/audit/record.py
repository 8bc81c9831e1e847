"""The record: what the plan says of itself - whose plan it is, its options, places and premises - is what follows from it."""

from __future__ import annotations

from collections import Counter

from siteplanner.audit.arithmetic import square_metres
from siteplanner.audit.fitness import held_clause
from siteplanner.audit.places import Place, Taken, counted, givers
from siteplanner.audit.reading import Reading
from siteplanner.plan import KeptPremises, PlaceRecord


def check(reading: Reading) -> None:
    """Test the plan's header, then its chosen options, premises and places row by row."""
    _header(reading)
    for item in reading.taken:
        _chosen(reading, item)
    _premises(reading)
    _places(reading)


def _header(reading: Reading) -> None:
    plan, scenario, pack = reading.plan, reading.scenario, reading.pack
    settings = scenario.settings
    pairs = {
        "policy": (plan.policy, pack.id),
        "switches": (str(sorted(plan.switches.items())), str(sorted(pack.switches_in_force.items()))),
        "inputs": (str(sorted(plan.inputs.items())), str(sorted(pack.inputs_in_force.items()))),
        "county": (plan.county, settings.county),
        "variant": (plan.variant, scenario.variant),
        "synthetic": (str(plan.synthetic), str(settings.synthetic)),
        "objective": (", ".join(plan.objective), ", ".join(settings.objective)),
        "checkpoints": (str(len(plan.checkpoints)), str(len(set(plan.checkpoints)))),
        "base_date": (plan.base_date.isoformat(), settings.base_date.isoformat()),
        "perspective": (plan.perspective, settings.perspective or pack.perspective),
        "carried_from": (str(plan.carried_from or "-"), str(scenario.earlier or "-")),
    }
    for field, (stated, found) in pairs.items():
        _same(reading, "plan", field, stated, found)


def _same(reading: Reading, subject: str, field: str, stated: str, found: str) -> None:
    clause = reading.docket.governing("register")
    reading.docket.fault(clause, stated == found, "record_wrong", subject, field=field, stated=stated or "-", found=found or "-")


def _chosen(reading: Reading, item: Taken) -> None:
    row, option = item.row, item.option
    fields = {
        "site": (row.site, option.site),
        "place": (row.place, item.place),
        "kind": (row.kind, option.kind),
        "works": (row.works, option.works),
        "township": (row.township, item.site.township),
        "net_area": (square_metres(row.net_area_dm2), square_metres(item.net_dm2)),
    }
    for field, (stated, found) in fields.items():
        _same(reading, option.id, field, stated, found)
    deadlines = [s.deadline for s in reading.pack.standards if s.deadline]
    clause = deadlines[0].clause if deadlines else reading.docket.governing("register")
    facts = {"stated": row.ready.isoformat(), "ready": item.ready.isoformat()}
    reading.docket.fault(clause, row.ready == item.ready, "ready_wrong", option.id, **facts)


def _premises(reading: Reading) -> None:
    docket, clause = reading.docket, reading.docket.governing("register")
    listed = Counter(row.premises for row in reading.plan.premises)
    rooms = {room.id for room in reading.scenario.premises}
    for name in sorted(rooms | set(listed)):
        docket.fault(clause, listed[name] == (1 if name in rooms else 0), "premises_listed", name, times=str(listed[name]))
    kinds = {kind.id: kind for kind in reading.pack.premises_kinds}
    gone = givers(reading.taken)
    extended = {item.option.extends: item.option.id for item in reading.taken if item.option.extends}
    by_id = {room.id: room for room in reading.scenario.premises}
    for row in reading.plan.premises:
        room = by_id.get(row.premises)
        if room is None:
            continue
        area = counted(room, kinds[room.kind])[0] if room.kind in kinds else 0
        own = held_clause(reading, reading.places[room.id])
        facts = {"stated": square_metres(row.area_dm2), "counted": square_metres(area)}
        docket.fault(own, row.area_dm2 == area, "premises_area", room.id, **facts)
        _fate(reading, row, [item.option.id for item in gone.get(room.id, [])], extended.get(room.id, ""))
        _same(reading, room.id, "place", row.place, room.id)
        _same(reading, room.id, "township", row.township, room.township)


def _fate(reading: Reading, row: KeptPremises, gone: list[str], extended: str) -> None:
    fate = "given_up" if gone else "extended" if extended else "kept"
    _same(reading, row.premises, "fate", row.fate, fate)
    if fate == "given_up":
        _same(reading, row.premises, "by", row.by, gone[0])
    elif row.by:
        _same(reading, row.premises, "by", row.by, extended)


def _places(reading: Reading) -> None:
    clause = reading.docket.governing("register")
    listed = Counter(row.place for row in reading.plan.places)
    opened = {item.place for item in reading.taken}
    for place in sorted(opened | set(listed)):
        known = place in reading.places
        ok = listed[place] == 1 if place in opened else known and listed[place] <= 1
        reading.docket.fault(clause, ok, "place_listed", place, times=str(listed[place]))
    for row in reading.plan.places:
        if row.place in reading.places:
            _place(reading, row, reading.places[row.place])


def _place(reading: Reading, row: PlaceRecord, place: Place) -> None:
    standing = place.rooms()
    gross, net = sum(part.gross_dm2 for part in standing), sum(part.net_dm2 for part in standing)
    register = reading.docket.governing("register")
    for stated, found in ((row.gross_dm2, gross), (row.net_dm2, net)):
        facts = {"stated": square_metres(stated), "found": square_metres(found)}
        reading.docket.fault(register, stated == found, "place_area", place.id, **facts)
    _same(reading, place.id, "kind", row.kind, place.kind)
    _same(reading, place.id, "township", row.township, place.doors[0].township)
    if row.x is not None or row.y is not None:
        spots = {(door.x, door.y) for door in place.doors}
        _same(reading, place.id, "coordinates", str((row.x, row.y) in spots), str(True))
    rooms = {part.spot for part in standing if part.option}
    if place.kind != "premises":
        _same(reading, place.id, "members", ", ".join(sorted(rooms & set(row.members))), ", ".join(sorted(rooms)))
    ready = {part.ready for part in standing}
    facts = {"stated": row.ready.isoformat(), "ready": ", ".join(sorted(day.isoformat() for day in ready)) or "-"}
    reading.docket.fault(register, row.ready in ready, "place_ready", place.id, **facts)
