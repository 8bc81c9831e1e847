"""What a map shows of a plan: estates, places, candidates and who is served from where; and the same as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from siteplanner.report.coordinates import Point, frame_of, on_map
from siteplanner.report.names import Names
from siteplanner.report.stamps import stamps, walking_label
from siteplanner.report.table import clean
from siteplanner.report.tables_common import final_credits
from siteplanner.units import DM2_PER_M2, FEN_PER_YUAN

MarkKind = Literal["estate", "new_place", "kept_place", "given_up", "candidate"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the map. ``state`` is an estate's status; other kinds have none."""

    id: str
    kind: MarkKind
    name: str
    township: str
    point: Point | None
    state: str = ""


def marks(names: Names) -> tuple[Mark, ...]:
    """Return every point of the map, candidates first so that chosen places are drawn over them."""
    return (*_candidates(names), *_estates(names), *_premises(names), *_chosen(names))


def _candidates(names: Names) -> Iterator[Mark]:
    taken = {chosen.site for chosen in names.plan.chosen} | {place.place for place in names.plan.places}
    for site in names.scenario.sites:
        if site.id not in taken:
            yield Mark(site.id, "candidate", site.name, site.township, on_map(names.scenario, site.x, site.y))


def _estates(names: Names) -> Iterator[Mark]:
    for estate in names.scenario.estates:
        service = names.services.get(estate.id)
        state = service.status if service else ""
        yield Mark(estate.id, "estate", estate.name, estate.township, on_map(names.scenario, estate.x, estate.y), state)


def _premises(names: Names) -> Iterator[Mark]:
    for room in names.scenario.premises:
        if room.id not in names.chosen_at and room.id in names.kept:
            kind: MarkKind = "given_up" if names.kept[room.id].fate == "given_up" else "kept_place"
            yield Mark(room.id, kind, room.name, room.township, on_map(names.scenario, room.x, room.y))


def _chosen(names: Names) -> Iterator[Mark]:
    for place in names.plan.places:
        if place.place in names.chosen_at:
            yield Mark(place.place, "new_place", place.name, place.township, on_map(names.scenario, place.x, place.y))


def circle_m(names: Names) -> float | None:
    """Return the radius of the circle round a place, metres: the farthest the law lets people walk, in a straight line.

    None where no standard has a walking limit or no speed is stated: a circle would then claim what nobody measured.
    """
    walking, own = names.scenario.settings.walking, names.scenario.settings.standards.reach_minutes
    limits = [one.reach.limit.value for one in names.scenario.pack.standards if one.reach.mode == "walk" and one.reach.limit]
    if not limits or walking.speed_m_per_s is None:
        return None
    minutes = own if own is not None else max(limits)
    return round(float(minutes * 60 * walking.speed_m_per_s / (walking.detour or 1)), 1)


def geojson_bytes(names: Names) -> bytes:
    """Return the plan as GeoJSON: estates, chosen places, premises, and a line for each credit at the last checkpoint.

    Coordinates are WGS 84 as the format asks; the note says from which system they were converted.
    """
    scenario, plan, frame = names.scenario, names.plan, frame_of(names.scenario)
    crs = scenario.settings.crs or ""
    tree: dict[str, JsonValue] = {
        "type": "FeatureCollection",
        "name": clean(plan.title),
        "walking": walking_label(plan, names.lang),
        "stamps": [stamp.text for stamp in stamps(plan, names.lang)],
        "features": [{"type": "Feature", "geometry": one.geometry, "properties": one.properties} for one in features(names)],
    }
    if frame != "none":
        tree["note"] = names.say("geojson.crs_converted" if frame == "converted" else "geojson.crs_wgs84", crs=crs)
    return (json.dumps(tree, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode("utf-8")


@dataclass(frozen=True, slots=True)
class Feature:
    """What one row of map data shows: a GeoJSON geometry in WGS 84 (None without a place) and its attributes."""

    geometry: dict[str, JsonValue] | None
    properties: dict[str, JsonValue]


def features(names: Names) -> Iterator[Feature]:
    """Yield estates and places, then credits; the attribute ``layer`` says which."""
    where = {mark.id: mark.point for mark in marks(names)}
    for mark in marks(names):
        if mark.kind != "candidate":
            yield Feature({"type": "Point", "coordinates": _pair(mark.point)} if mark.point else None, _properties(names, mark))
    for credit in final_credits(names):
        start, end = where.get(credit.estate), where.get(credit.place)
        line: dict[str, JsonValue] | None = None
        if start and end:
            line = {"type": "LineString", "coordinates": [_pair(start), _pair(end)]}
        facts: dict[str, JsonValue] = {
            "layer": "credit",
            "estate": credit.estate,
            "place": credit.place,
            "area_m2": credit.area_dm2 / DM2_PER_M2,
            "walk_s": credit.walk_s,
            "checkpoint": credit.checkpoint.isoformat(),
        }
        yield Feature(line, facts)


def _pair(point: Point | None) -> JsonValue:
    return [point[0], point[1]] if point else None


def _properties(names: Names, mark: Mark) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {"layer": "estate" if mark.kind == "estate" else "place", "id": mark.id, "name": clean(mark.name)}
    if mark.kind != "estate":
        return facts | {"role": mark.kind} | _place_facts(names, mark.id)
    service = names.services.get(mark.id)
    if service is None:
        return facts
    return facts | {
        "township": clean(service.township),
        "cohort": service.cohort,
        "dwellings": service.dwellings,
        "status": service.status,
        "required_m2": service.required_dm2 / DM2_PER_M2,
        "held_m2": service.held_dm2 / DM2_PER_M2,
        "nearest": service.nearest,
        "nearest_walk_s": service.nearest_walk_s,
        "clause": service.clause,
    }


def _place_facts(names: Names, place: str) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {}
    row = names.places.get(place)
    if row is not None:
        facts |= {
            "township": clean(row.township),
            "members": list(row.members),
            "gross_m2": row.gross_dm2 / DM2_PER_M2,
            "net_m2": row.net_dm2 / DM2_PER_M2,
            "ready": row.ready.isoformat(),
        }
    room = names.kept.get(place)
    if room is not None:
        facts |= {"fate": room.fate, "counted_m2": room.area_dm2 / DM2_PER_M2}
    options = names.chosen_at.get(place, ())
    if options:
        present = sum(line.pv_fen * names.signed(line) for chosen in options for line in names.lines_of.get(chosen.option, ()))
        facts |= {
            "options": [chosen.option for chosen in options],
            "kinds": [chosen.kind for chosen in options],
            "works": [chosen.works for chosen in options],
            "net_present_cost_yuan": present / FEN_PER_YUAN,
        }
    return facts
