"""Checks of the walks table: each pair once, and a table where the method asks for one."""

from __future__ import annotations

from siteplanner.scenario.checks.settings import walk_clause
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawRow


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
