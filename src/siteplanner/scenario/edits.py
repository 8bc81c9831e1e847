"""Edits: single cells of the tables replaced by the scenario file, a variant or the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from siteplanner.errors import Location
from siteplanner.scenario.columns import TABLES, heading_form, headings, table_named
from siteplanner.scenario.nodes import Branch, Items, Leaf, Node, branches
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawRow, RawTable


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell to replace; an empty text clears it."""

    row: RawRow
    key: str
    text: str
    where: Location


def apply_edits(node: Node | None, tables: Mapping[str, RawTable], sink: Sink) -> None:
    """Replace cells as ``edits: {table: {id: {column: value}}}`` says; the rows of walks are called ``estate/place``."""
    for edit in find_edits(node, tables, sink):
        edit.row.edited[edit.key] = edit.where
        if edit.text:
            edit.row.cells[edit.key] = edit.text
        else:
            edit.row.cells.pop(edit.key, None)


def find_edits(node: Node | None, tables: Mapping[str, RawTable], sink: Sink) -> list[Edit]:
    """Return the edits a mapping asks for; those of unknown tables, rows or columns are noted."""
    edits: list[Edit] = []
    for title, rows in _mappings("edits", node, sink):
        table = table_named(title)
        if not table:
            sink.add_unknown("unknown_table", rows.where, title, TABLES)
            continue
        raw = tables[table]
        by_id = {raw.row_id(row): row for row in reversed(raw.rows)}
        for row_id, cells in _mappings(title, rows, sink):
            if row_id in by_id:
                edits += _cell_edits(raw, by_id[row_id], cells, sink)
            elif raw.readable:
                sink.add_unknown("unknown_row", cells.where, row_id, by_id, table=str(raw.where))
    return edits


def _cell_edits(table: RawTable, row: RawRow, cells: Branch, sink: Sink) -> Iterator[Edit]:
    for heading, leaf in cells.entries.items():
        where = cells.keys[heading]
        key = headings(table.spec.name).get(heading_form(heading), "")
        if not key:
            sink.add_unknown("unknown_column", where, heading, table.spec.columns)
        elif key == table.spec.id_key or (not table.spec.id_key and key in ("estate", "place")):
            sink.add("edit_of_id", where, seen=heading)
        elif isinstance(leaf, Branch):
            sink.add("bad_value", leaf.where, seen=heading)
        else:
            yield Edit(row, key, _text(leaf), leaf.where)


def _text(leaf: Leaf | Items) -> str:
    if isinstance(leaf, Leaf):
        return leaf.text
    return ";".join(part.text for part in leaf.nodes if isinstance(part, Leaf))


def _mappings(name: str, node: Node | None, sink: Sink) -> Iterator[tuple[str, Branch]]:
    """Iterate over the mappings below a mapping; what has another shape is noted."""
    if isinstance(node, Items) or (isinstance(node, Leaf) and node.text):
        sink.add("need_mapping", node.where, seen=name)
    for key, child in branches(node):
        if isinstance(child, Branch):
            yield key, child
        elif isinstance(child, Items) or child.text:
            sink.add("need_mapping", child.where, seen=key)
