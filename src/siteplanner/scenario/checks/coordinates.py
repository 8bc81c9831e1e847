"""Checks of coordinates: a declared system, whole points, values that such a system can hold."""

from __future__ import annotations

from collections.abc import Iterator

from siteplanner.coordinates import DEGREES, is_degrees, is_known
from siteplanner.roads.read import FILE_CANNOT_SAY
from siteplanner.scenario.checks.settings import walk_clause
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.maptables import ON_MAPS, crs_of_table
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Estate, Premises, Site
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawTable

ON_THE_MAP = ("straight_line", "roads")
"""Ways of measuring walks that need every point."""
_NAMES = ("wgs84", "cgcs2000", "gcj02", "bd09", "epsg:N")
_EAST, _NORTH = 180.0, 90.0
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (3.0, 54.0)

Spot = Parsed[Estate] | Parsed[Site] | Parsed[Premises]


def _spots(draft: Draft) -> Iterator[Spot]:
    yield from draft.estates
    yield from draft.sites
    yield from draft.premises


def crs_is_declared(draft: Draft, sink: Sink) -> None:
    """Check that coordinates are refused without the system they are in."""
    crs = draft.settings.crs
    if crs is not None and not is_known(crs):
        sink.add_unknown("bad_crs", draft.key("crs"), crs, _NAMES)
    used = any(table.rows and ("x" in row.cells or "y" in row.cells) for table in _tables(draft) for row in table.rows)
    if crs is None and draft.sure("crs") and (used or draft.settings.walking.method in ON_THE_MAP):
        sink.add("crs_missing", draft.key("crs"), allowed=", ".join(_NAMES))


def table_systems_agree(draft: Draft, sink: Sink) -> None:
    """Check that a table's declared system is one that converts, and is the one its file states where it states one."""
    for name in ON_MAPS:
        stated, declared = draft.raw[name].crs, draft.settings.table_crs.of(name)
        if not declared:
            continue
        if not is_known(declared):
            sink.add_unknown("bad_crs", draft.key("table_crs", name), declared, _NAMES)
        elif _clash(stated, declared):
            sink.add("roads_crs_differs", draft.key("table_crs", name), seen=declared, other=stated)


def _clash(stated: str, declared: str) -> bool:
    """Return whether a file and a declaration contradict each other; a file cannot state GCJ-02 or BD-09."""
    return bool(stated and declared) and stated != declared and not (declared in FILE_CANNOT_SAY and is_degrees(stated))


def _tables(draft: Draft) -> list[RawTable]:
    return [draft.raw[name] for name in ("estates", "sites", "premises")]


def points_are_whole(draft: Draft, sink: Sink) -> None:
    """Check that points have both coordinates, each one that the declared system can hold; straight lines need them everywhere."""
    needed = draft.settings.walking.method in ON_THE_MAP
    clause = walk_clause(draft) if needed else ""
    for spot in _spots(draft):
        if not spot.sound("x", "y"):
            continue
        x, y = spot.row.x, spot.row.y
        if x is None and y is None:
            if needed:
                sink.add("point_missing", spot.at("x"), clause=clause)
        elif x is None or y is None:
            sink.add("half_point", spot.at("x" if x is None else "y"))
        elif crs := _system(draft, spot.table):
            _check_range(crs, x, y, spot, sink)


def _system(draft: Draft, table: RawTable) -> str:
    """Return the system of a table's points, empty where none is sure."""
    declared = draft.settings.table_crs.of(table.spec.name)
    return "" if _clash(table.crs, declared) else crs_of_table(table, declared, draft.settings.crs or "")


def _check_range(crs: str, x: float, y: float, spot: Spot, sink: Sink) -> None:
    facts = {"seen": f"{x:.10g}, {y:.10g}", "crs": crs}
    degrees = crs in DEGREES
    if degrees and _within(x, _CHINA_LAT) and _within(y, _CHINA_LON):
        sink.add("point_swapped", spot.at("x"), **facts)
    elif degrees and (abs(x) > _EAST or abs(y) > _NORTH):
        sink.add("point_not_degrees", spot.at("x"), **facts)
    elif not degrees and _within(x, _CHINA_LON) and _within(y, _CHINA_LAT):
        sink.add("point_not_metres", spot.at("x"), **facts)


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
