"""Which tables stand on which sheet, and where each one's cells will be: known before anything is written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_rowcol_to_cell

from siteplanner.report.names import label
from siteplanner.report.table import Column, Table, display_width, kind_of, show, show_cell
from siteplanner.texts import Lang

SHEETS: Mapping[str, tuple[str, ...]] = {
    "summary": ("summary", "levels", "terms"),
    "gaps": ("gaps",),
    "allocation": ("allocation",),
    "changes_from": ("changes_from",),
    "projects": ("projects",),
    "funding": ("funding", "perspectives", "composition"),
    "subsidy": ("subsidy", "grant_steps"),
    "subsidy_totals": ("subsidy_totals",),
    "compliance": ("compliance",),
    "close_out": ("close_out",),
    "townships": ("townships",),
    "inputs": ("settings", "switches", "stated_inputs", "not_modelled"),
    "services": ("services",),
    "premises": ("premises",),
    "budgets": ("budgets",),
    "cash": ("cash", "commitments"),
    "lifecycles": ("lifecycles", "break_evens"),
    "forecasts": ("forecasts",),
    "reported": ("figures", "notices", "proofs", "speeds"),
    "shares": ("shares",),
    "other": ("duties", "exceptions", "rejected"),
    "ledger": ("ledger",),
}
_WIDEST, _NARROWEST = 36, 6
_WHOLE = 8
"""Half-width characters of a line of a heading that is not folded."""
_LINE_POINTS = 14.0
_TIGHT, _MANY_COLUMNS = 17, 14


@dataclass(frozen=True, slots=True)
class Block:
    """A table placed on a sheet. Rows count from 0; ``title`` is -1 for the first table of a sheet, under its heading."""

    sheet: str
    table: Table
    title: int
    header: int

    @property
    def first(self) -> int:
        """Return the first row of data."""
        return self.header + 1

    @property
    def last(self) -> int:
        """Return the last row of data (an empty table keeps one row that says so)."""
        return self.header + max(1, len(self.table.rows))

    @property
    def foot(self) -> int:
        """Return the row of sums."""
        return self.last + 1

    def cells(self, key: str) -> str:
        """Return a column's data as an absolute range with the sheet's name."""
        column = xl_col_to_name(self.table.index[key], col_abs=True)
        return f"{quote_sheetname(self.sheet)}!{column}${self.first + 1}:{column}${self.last + 1}"

    def area(self) -> str:
        """Return headings and data as an absolute range with the sheet's name."""
        last = xl_rowcol_to_cell(self.last, len(self.table.columns) - 1, row_abs=True, col_abs=True)
        return f"{self.cell(self.header, 0)}:{last}"

    def cell(self, row: int, column: int) -> str:
        """Return one cell, absolute, with the sheet's name."""
        return f"{quote_sheetname(self.sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def total(self, key: str) -> str:
        """Return the cell of a column's sum with the sheet's name."""
        return f"{quote_sheetname(self.sheet)}!{xl_rowcol_to_cell(self.foot, self.table.index[key], row_abs=True, col_abs=True)}"


def sheet_name(key: str, tables: Mapping[str, Table], lang: Lang) -> str:
    """Return the name of a sheet: its own, or that of its only table."""
    own = label("sheet", key, lang)
    return tables[key].title if own == key else own


def place(tables: Mapping[str, Table], lang: Lang, sheets: Mapping[str, tuple[str, ...]], head_rows: int) -> dict[str, Block]:
    """Return every table's block, in the order of the sheets; the first of a sheet stands below `head_rows` rows.

    A sheet none of whose tables is at hand is left out. Each further table of a sheet has a title and a note of its own above it.
    """
    blocks: dict[str, Block] = {}
    for sheet, keys in sheets.items():
        row = head_rows
        for number, key in enumerate(key for key in keys if key in tables):
            title = -1 if number == 0 else row
            block = Block(sheet_name(sheet, tables, lang), tables[key], title, row if number == 0 else row + 2)
            blocks[key] = block
            row = (block.foot if tables[key].has_totals else block.last) + 2
    return blocks


def column_widths(blocks: Sequence[Block], lang: Lang) -> list[float]:
    """Return column widths in characters: wide enough for every number and date; text and headings wrap."""
    widths: list[float] = []
    for block in blocks:
        for number, column in enumerate(block.table.columns):
            if number == len(widths):
                widths.append(_NARROWEST)
            widths[number] = max(widths[number], _width(block.table, number, column, lang))
    return widths


def _width(table: Table, number: int, column: Column, lang: Lang) -> float:
    many = len(table.columns) > _MANY_COLUMNS
    longest = max((display_width(text) for text in _texts(table, number, column, lang)), default=0) * (1.0 if many else 1.1) + 2 - many / 2
    heading = max(_folded(line) for line in column.stacked(lang).split("\n")) + 2
    if column.kind in ("text", "choice"):
        return max(heading, min(_TIGHT if many else _WIDEST, longest))
    return max(heading, longest, (9 if many else 12) if column.kind == "blank" else 0)


def _folded(line: str) -> int:
    """Return the width of a line of a heading: short ones stay whole, longer ones fold once."""
    width = display_width(line)
    return width if width <= _WHOLE else -(-width // 2)


def _texts(table: Table, number: int, column: Column, lang: Lang) -> Iterator[str]:
    """Yield the texts of a column as cells show them: yuan always with two decimals."""
    shown = replace(column, kind="yuan") if column.kind == "money" and lang == "en" else column
    for row in table.rows:
        yield show_cell(row[number], shown, lang)
    if column.total:
        yield show(shown.kind, table.total(column.key), lang)


def row_heights(block: Block, widths: Sequence[float], lang: Lang) -> dict[int, float]:
    """Return the heights in points of rows whose text wraps; office programs do not all work them out on opening."""
    columns = block.table.columns
    found = {
        block.header: _LINE_POINTS
        * max(sum(_lines(line, widths[n]) for line in c.stacked(lang).split("\n")) for n, c in enumerate(columns))
        + 4
    }
    for offset, row in enumerate(block.table.rows):
        wrapped = [
            _lines(show_cell(cell, columns[n], lang), widths[n] - 2)
            for n, cell in enumerate(row)
            if kind_of(cell, columns[n]) in ("text", "choice")
        ]
        if (lines := max(wrapped, default=1)) > 1:
            found[block.first + offset] = _LINE_POINTS * min(lines, 28) + 2
    return found


def _lines(text: str, width: float) -> int:
    return max(1, math.ceil(display_width(text) * 1.05 / max(1.0, width)))
