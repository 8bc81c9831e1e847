"""Checks of the walks table: each pair once, and a table where the method asks for one."""

from __future__ import annotations

from siteplanner.scenario.checks.settings import walk_clause
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.schema import Walk
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawRow
from siteplanner.scenario.walking import Walking
from siteplanner.units import SECONDS_PER_MINUTE


def pairs_are_unique(draft: Draft, sink: Sink) -> None:
    """Check that no pair of estate and place stands twice."""
    table = draft.raw["walks"]
    first: dict[tuple[str, str], RawRow] = {}
    for row in table.rows:
        pair = (row.cells.get("estate", ""), row.cells.get("place", ""))
        if first.setdefault(pair, row) is not row and all(pair):
            sink.add("duplicate_walk", table.locate(row, "place"), seen=" / ".join(pair), other=str(table.locate(first[pair], "seconds")))


def table_is_there(draft: Draft, sink: Sink) -> None:
    """Check that walking by table needs rows where the policy reaches places on foot."""
    table = draft.raw["walks"]
    clause = walk_clause(draft)
    if draft.sure("walking") and draft.settings.walking.method == "table" and clause and table.readable and not table.rows:
        sink.add("no_walks", draft.key("walking", "method") if not table.given else table.where, clause=clause)


def times_are_given(draft: Draft, sink: Sink) -> None:
    """Check that every walk has seconds or minutes, one of them, minutes that are whole seconds."""
    for walk in draft.walks:
        if not walk.sound("seconds", "minutes"):
            continue
        seconds, minutes = walk.row.seconds, walk.row.minutes
        if seconds is None and minutes is None:
            sink.add("walk_without_time", walk.at("seconds"))
        elif seconds is not None and minutes is not None:
            sink.add("walk_with_two_times", walk.at("minutes"))
        elif minutes is not None and minutes * SECONDS_PER_MINUTE % 1:
            sink.add("too_fine", walk.at("minutes"), seen=str(minutes))


def rounding_is_declared(draft: Draft, sink: Sink) -> None:
    """Check that a table in minutes says how it was rounded, and a rounded one where it is from and how its boundary is read."""
    walking = draft.settings.walking
    if not draft.sure("walking") or walking.method != "table":
        return
    if walking.rounded is None:
        if any(walk.row.minutes is not None for walk in draft.walks):
            sink.add("walk_rounding_missing", draft.key("walking", "rounded"))
        return
    if walking.rounded in ("nearest", "down") and walking.boundary is None:
        sink.add("walk_boundary_missing", draft.key("walking", "boundary"), clause=walk_clause(draft), seen=walking.rounded)
    if not walking.source:
        sink.add("walk_source_missing", draft.key("walking", "source"))


def timed(walk: Walk, walking: Walking) -> Walk:
    """Return a walk with the seconds that count for it; called on checked walks."""
    minutes = walk.minutes
    stated = int(minutes * SECONDS_PER_MINUTE) if minutes is not None else walk.walk_s
    return walk.model_copy(update={"seconds": walking.read_s(stated), "minutes": None})
