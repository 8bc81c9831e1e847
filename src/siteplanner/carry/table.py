"""The close-out ledger 销号台账 as the office sends it back: a CSV, or the sheet of the workbook that a plan wrote."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from siteplanner.errors import Location, system_reason
from siteplanner.plaintext import decoded
from siteplanner.scenario.earlier import CloseOutState
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import cell_text, column_letter
from siteplanner.texts import LANGS, say

_OWN = {"option": "option", "status": "state", "state": "state", "area": "area", "面积": "area", "start": "start", "ready": "ready",
        "done_on": "done_on"}  # fmt: skip
"""Headings of a plain table, apart from the workbook's own, units left out."""
_SHEET = {"option": "option", "close_status": "state", "area": "area", "start": "start", "ready": "ready", "done_on": "done_on"}
"""Columns of the workbook's sheet that are read, by their key in the catalogue."""
_SHEET_ONLY = ("seq", "responsible", "site_name", "measure", "due", "estates_names", "accepted_by", "person", "note")
"""Columns of the sheet that say nothing about where an option stands."""
_WORDS: Mapping[str, CloseOutState] = {
    "done": "completed", "已完成": "completed", "committed": "contracted", "planned": "not_started", "计划中": "not_started",
    "cancelled": "dropped", "canceled": "dropped", "在建": "under_way",
}  # fmt: skip
_SEARCHED_ROWS = 60
_Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row that names an option: its cells by column, not empty, and where it stands."""

    option: str
    cells: Mapping[str, str]
    file: str
    sheet: str
    line: int
    position: Mapping[str, tuple[int, str]]

    def at(self, key: str = "") -> Location:
        """Return where a cell (or the row) stands."""
        number, heading = self.position.get(key, (0, ""))
        if self.sheet:
            cell = f"{column_letter(number) if number else ''}{self.line}"
            return Location(self.file, sheet=self.sheet, cell=cell, heading=heading, row_id=self.option)
        return Location(self.file, self.line, number, heading=heading, row_id=self.option)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A close-out ledger as read, with the SHA-256 of its file."""

    file: str
    sha256: str
    rows: tuple[LedgerRow, ...]


def read_ledger(path: Path, sink: Sink) -> Ledger:
    """Read a close-out ledger; whatever is wrong with it goes into `sink`, and its rows may then be incomplete."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        sink.add("carry_unreadable", Location(path.name), **system_reason(error, "detail"))
        return Ledger(path.name, "", ())
    rows: list[LedgerRow] = []
    for sheet, lines in _grids(path, raw, sink):
        head = next(((n, found) for n, (_, cells) in enumerate(lines[:_SEARCHED_ROWS]) if (found := _headings(cells))), None)
        if head is not None:
            number, found = head
            _refuse_headings(path.name, sheet, lines[number], found, sink)
            rows += _rows(path.name, sheet, lines[number + 1 :], found, sink)
            break
    else:
        if not sink:
            sink.add("carry_no_table", Location(path.name))
    return Ledger(path.name, hashlib.sha256(raw).hexdigest(), tuple(rows))


def _grids(path: Path, raw: bytes, sink: Sink) -> Iterator[tuple[str, list[_Line]]]:
    """Yield (sheet, lines); a CSV has no sheet, and a workbook's own close-out sheet comes first."""
    if raw[:2] == b"PK":
        yield from _sheets(path, raw, sink)
        return
    text = decoded(raw)
    if text is None or "\0" in text:
        sink.add("carry_no_text", Location(path.name))
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    lines: list[_Line] = []
    try:
        for cells in reader:
            lines.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        sink.add("carry_unreadable", Location(path.name, reader.line_num), detail=str(error))
    yield "", lines


def _sheets(path: Path, raw: bytes, sink: Sink) -> Iterator[tuple[str, list[_Line]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    own = {say("report.table.close_out", lang) for lang in LANGS}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for title in sorted(book.sheet_names, key=lambda name: name not in own):
            grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            yield title, [(n, [cell_text(cell) for cell in cells]) for n, cells in enumerate(grid, 1)]
    except (CalamineError, OSError, ValueError) as error:
        sink.add("carry_unreadable", Location(path.name), detail=str(error))


def _form(heading: str) -> str:
    """Return a heading without its unit, in one spelling."""
    return re.sub(r"[(（].*[)）]|_m2$|\s+", "", heading).casefold()


@cache
def _known() -> dict[str, str]:
    """Return heading → column; "" for a column of the sheet that is not read."""
    found = {_form(say(f"report.column.{key}", lang)): "" for key in _SHEET_ONLY for lang in LANGS}
    found |= {_form(say(f"report.column.{key}", lang)): column for key, column in _SHEET.items() for lang in LANGS}
    return found | {_form(heading): column for heading, column in _OWN.items()}


def _headings(cells: Sequence[str]) -> dict[str, tuple[int, str]] | None:
    """Return column → (number from 1, heading) if the line has the headings of option and status."""
    found: dict[str, tuple[int, str]] = {}
    for number, cell in enumerate(cells, 1):
        if key := _known().get(_form(cell)):
            found.setdefault(key, (number, cell))
    return found if {"option", "state"} <= set(found) else None


def _refuse_headings(file: str, sheet: str, line: _Line, found: Mapping[str, tuple[int, str]], sink: Sink) -> None:
    """Refuse headings that nobody knows: a mistyped one would lose what the office wrote below it."""
    used = {number for number, _ in found.values()}
    for number, cell in enumerate(line[1], 1):
        where = Location(file, sheet=sheet, cell=f"{column_letter(number)}{line[0]}") if sheet else Location(file, line[0], number)
        if cell and number not in used and _known().get(_form(cell)) != "":
            sink.add_unknown("carry_heading", where, cell, sorted({heading for _, heading in found.values()} | {"area_m2", "start"}))


def _rows(file: str, sheet: str, lines: Sequence[_Line], position: Mapping[str, tuple[int, str]], sink: Sink) -> Iterator[LedgerRow]:
    for line, cells in lines:
        named = {key: cells[number - 1] for key, (number, _) in position.items() if number <= len(cells) and cells[number - 1]}
        row = LedgerRow(named.pop("option", ""), named, file, sheet, line, position)
        if row.option:
            yield row
        elif "state" in named:
            sink.add("carry_option_missing", row.at("option"))


@cache
def state_words() -> dict[str, CloseOutState]:
    """Return every word for a state, in one spelling."""
    found = {_form(word): state for word, state in _WORDS.items()}
    for state in get_args(CloseOutState):
        found |= {state: state, **{_form(say(f"report.close_out.{state}", lang)): state for lang in LANGS}}
    return found


def state_of(row: LedgerRow, sink: Sink) -> CloseOutState | None:
    """Return the state a row states; an empty cell means that nothing has happened yet."""
    word = row.cells.get("state", "")
    if not word:
        return "not_started"
    state = state_words().get(_form(word))
    if state is None:
        allowed = [say(f"report.close_out.{key}", "en" if word.isascii() else "zh") for key in get_args(CloseOutState)]
        sink.add_unknown("carry_state", row.at("state"), word, allowed)
    return state
