"""Checks of premises: areas that fit together, and dates that fit the status."""

from __future__ import annotations

from siteplanner.policy.schema import PremisesKind
from siteplanner.scenario.checks.places import net_clause
from siteplanner.scenario.columns import in_words
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Premises
from siteplanner.scenario.sink import Sink
from siteplanner.units import dm2_to_m2


def areas_fit(draft: Draft, sink: Sink) -> None:
    """Check that net and set-aside areas lie within the gross area and are stated where the law counts by them."""
    kinds = {kind.id: kind for kind in draft.pack.premises_kinds} if draft.pack else {}
    clause = net_clause(draft.pack) if draft.pack else ""
    for parsed in draft.premises:
        room = parsed.row
        if room.area_dm2 == 0:
            sink.add("area_zero", parsed.at("area_m2"))
        if room.net_area_dm2 is not None and room.net_area_dm2 > room.area_dm2:
            facts = {"seen": str(dm2_to_m2(room.net_area_dm2)), "limit": str(dm2_to_m2(room.area_dm2))}
            sink.add("net_above_gross", parsed.at("net_area_m2"), **facts)
        if clause and room.net_area_dm2 is None and parsed.sound("net_area_m2"):
            sink.add("net_area_missing", parsed.at("net_area_m2"), clause=draft.cite(clause))
        if room.kind in kinds and parsed.sound("set_aside_m2"):
            _check_set_aside(draft, kinds[room.kind], parsed, sink)


def _check_set_aside(draft: Draft, kind: PremisesKind, parsed: Parsed[Premises], sink: Sink) -> None:
    room = parsed.row
    clause = draft.cite(kind.clause)
    if kind.area == "set_aside" and room.set_aside_dm2 is None:
        sink.add("set_aside_missing", parsed.at("set_aside_m2"), clause=clause, seen=room.kind)
    elif kind.area != "set_aside" and room.set_aside_dm2 is not None:
        sink.add("set_aside_unused", parsed.at("set_aside_m2"), clause=clause, seen=room.kind)
    elif room.set_aside_dm2 is not None and room.set_aside_dm2 > room.area_dm2:
        facts = {"seen": str(dm2_to_m2(room.set_aside_dm2)), "limit": str(dm2_to_m2(room.area_dm2))}
        sink.add("set_aside_above_area", parsed.at("set_aside_m2"), **facts)


def dates_fit_status(draft: Draft, sink: Sink) -> None:
    """Check that rooms under way or planned say when they will be ready; rooms in use are ready by the base date."""
    for parsed in draft.premises:
        room = parsed.row
        if not parsed.sound("status", "ready_date"):
            continue
        if room.status != "in_use" and room.ready_date is None:
            sink.add("ready_date_missing", parsed.at("ready_date"), **in_words("seen", "premises", "status", room.status))
        elif room.status == "in_use" and room.ready_date and draft.sure("base_date") and room.ready_date > draft.settings.base_date:
            facts = {"seen": room.ready_date.isoformat(), "base": draft.settings.base_date.isoformat()}
            sink.add("in_use_later", parsed.at("ready_date"), **facts)
