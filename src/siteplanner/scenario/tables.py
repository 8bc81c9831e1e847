"""Tables as they stand in files: cells as text, each with its place, before anything is checked against a schema."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from siteplanner.errors import Location
from siteplanner.scenario.columns import TableSpec, heading_form, headings, titled
from siteplanner.scenario.sink import Sink, odd_character, without_odd

_LETTERS = 26


@dataclass(slots=True)
class RawRow:
    """A row: its line (or sheet row) and its non-empty cells by column key; ``edited`` says which an edit replaced."""

    line: int
    cells: dict[str, str]
    edited: dict[str, Location] = field(default_factory=dict)


@dataclass(slots=True)
class RawTable:
    """A table as read.

    ``position`` gives each column's number (from 1) and its heading as written. ``readable`` is false when rows may be
    missing because the file could not be read: then an id that is not found proves nothing. ``crs`` is the system that map data state.
    """

    spec: TableSpec
    where: Location
    position: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: list[RawRow] = field(default_factory=list)
    readable: bool = True
    given: bool = True
    crs: str = ""

    def row_id(self, row: RawRow) -> str:
        """Return what a row is called: its id, or the pair of a walk."""
        if self.spec.id_key:
            return row.cells.get(self.spec.id_key, "")
        return f"{row.cells.get('estate', '')}/{row.cells.get('place', '')}"

    def locate(self, row: RawRow, key: str = "") -> Location:
        """Return where a cell stands (the row, when no column is named)."""
        if key in row.edited:
            return row.edited[key]
        number, heading = self.position.get(key, (0, key))
        name = self.row_id(row)
        if self.where.sheet:
            cell = f"{column_letter(number) if number else ''}{row.line}"
            return Location(self.where.file, sheet=self.where.sheet, cell=cell, heading=heading, row_id=name)
        return Location(self.where.file, row.line, number, heading=heading, row_id=name)

    def ids(self) -> set[str]:
        """Return the ids of all rows, also of rows with other faults."""
        return {row.cells[self.spec.id_key] for row in self.rows if self.spec.id_key in row.cells}


def column_letter(number: int) -> str:
    """Return the letters of a spreadsheet column counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_text(value: object) -> str:
    """Return a cell as the text a CSV file would hold, so that both forms mean the same.

    A spreadsheet keeps numbers as binary floats and shows 15 digits; 15 digits are what counts here too.
    """
    if isinstance(value, str):
        text = value.strip().replace("\r\n", "\n")
    elif value is None:
        text = ""
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float):
        text = format(value, ".15g")
        text = format(Decimal(text), "f") if "e" in text else text
    elif isinstance(value, datetime):
        text = value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    elif isinstance(value, (list, tuple)):
        text = ";".join(cell_text(part) for part in value)
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    return text


def from_grid(spec: TableSpec, where: Location, grid: Iterable[tuple[int, Sequence[object]]], sink: Sink) -> RawTable:
    """Return a table from its lines (number, cells); the first line that is not empty holds the headings."""
    table = RawTable(spec, where)
    lines = ((number, [cell_text(cell) for cell in cells]) for number, cells in grid)
    lines = ((number, cells) for number, cells in lines if any(cells))
    first = next(lines, None)
    if first is None:
        sink.add("empty_file", where)
        table.readable = False
        return table
    keys = _read_headings(table, *first, sink)
    gaps = "" in keys
    for number, cells in lines:
        row = RawRow(number, {key: cell for key, cell in zip(keys, cells, strict=False) if cell and key})
        if gaps or len(cells) > len(keys):
            _refuse_stray_cells(table, row, keys, cells, sink)
        if not all(map(str.isprintable, cells)):
            _refuse_odd_characters(table, row, sink)
        table.rows.append(row)
    return table


def _read_headings(table: RawTable, line: int, cells: list[str], sink: Sink) -> list[str | None]:
    """Return the key of every column: "" where there is no heading, None where the heading was refused."""
    known = headings(table.spec.name)
    keys: list[str | None] = []
    for number, heading in enumerate(cells, 1):
        key = known.get(heading_form(heading)) if heading else ""
        where = _heading_spot(table, line, number, heading)
        if key is None:
            columns = table.spec.columns.values()
            sink.add_unknown("unknown_column", where, heading, [c.title if _is_chinese(heading) else c.key for c in columns])
        elif key in table.position:
            sink.add("duplicate_column", where, seen=heading, other=table.position[key][1])
            key = None
        elif key:
            table.position[key] = (number, heading)
        keys.append(key)
    for column in table.spec.columns.values():
        if column.required and column.key not in table.position:
            sink.add("missing_column", _heading_spot(table, line, 0, ""), **titled("name", table.spec.name, column.key))
    return keys


def _heading_spot(table: RawTable, line: int, number: int, heading: str) -> Location:
    if table.where.sheet:
        cell = f"{column_letter(number) if number else ''}{line}"
        return Location(table.where.file, sheet=table.where.sheet, cell=cell, heading=heading)
    return Location(table.where.file, line, number, heading=heading)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def _refuse_stray_cells(table: RawTable, row: RawRow, keys: list[str | None], cells: list[str], sink: Sink) -> None:
    for number, (key, cell) in enumerate(itertools.zip_longest(keys, cells, fillvalue=""), 1):
        if cell and key == "":
            sink.add("stray_cell", _heading_spot(table, row.line, number, ""), seen=cell)


def _refuse_odd_characters(table: RawTable, row: RawRow, sink: Sink) -> None:
    for key, cell in list(row.cells.items()):
        odd = odd_character(cell)
        if odd:
            sink.add("odd_character", table.locate(row, key), seen=odd)
            row.cells[key] = without_odd(cell).strip()
            if not row.cells[key]:
                del row.cells[key]


def read_csv(spec: TableSpec, where: Location, text: str, sink: Sink) -> RawTable:
    """Return a table from CSV text; lines are counted as an editor counts them, also across quoted line breaks."""
    faults: list[tuple[int, str]] = []
    table = from_grid(spec, where, _csv_lines(text, faults), sink)
    for line, detail in faults:
        sink.add("bad_csv", Location(where.file, line), detail=detail)
        table.readable = False
    return table


def _csv_lines(text: str, faults: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append((start, str(error)))
            return
        yield start, cells


def from_rows(spec: TableSpec, where: Location, rows: Iterable[Mapping[str, object]], sink: Sink) -> RawTable:
    """Return a table from Python rows; lines count the rows from 1."""
    table = RawTable(spec, where)
    known = headings(spec.name)
    for line, given in enumerate(rows, 1):
        row = RawRow(line, {})
        for heading, value in given.items():
            key = known.get(heading_form(str(heading)), "")
            cell = cell_text(value)
            if key and cell:
                row.cells[key] = cell
            elif not key:
                sink.add_unknown("unknown_column", Location(where.file, line, heading=str(heading)), str(heading), spec.columns)
        _refuse_odd_characters(table, row, sink)
        table.rows.append(row)
    return table
