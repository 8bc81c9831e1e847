"""The workbook: every table on its sheet, totals as live formulas whose cached values are passed along."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from siteplanner.report.layout import SHEETS, Block, column_widths, place, row_heights
from siteplanner.report.stamps import Stamp
from siteplanner.report.table import Cell, CellKind, Column, LedgerSum, Plain, RowSum, Table, Typed, kind_of, plain, unit
from siteplanner.texts import Lang, catalogue, say
from siteplanner.units import DM2_PER_M2, FEN_PER_WAN, FEN_PER_YUAN

_LONGEST_TEXT = 32_000
_LONGEST_LITERAL = 200
_DAY_S = 86_400
_PAGE_ROWS = 34
"""Rows of text on an A4 page across, near enough."""
_NUMBER_FORMATS: Mapping[CellKind, str] = {
    "count": "#,##0", "year": "0", "area": "#,##0.00", "money": "#,##0.00", "yuan": "#,##0.00", "seconds": "[m]:ss",
    "date": "yyyy-mm-dd", "share": "0.00%", "text": "@", "choice": "@", "blank": "@",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top of every sheet: the plan's title, its stamps, and the day that dates the file."""

    title: str
    stamps: tuple[Stamp, ...]
    day: date


def workbook_bytes(tables: Mapping[str, Table], heading: Heading, lang: Lang, sheets: Mapping[str, tuple[str, ...]] = SHEETS) -> bytes:
    """Return an .xlsx file of the tables; the same tables give the same bytes."""
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"title": heading.title, "created": datetime(heading.day.year, heading.day.month, heading.day.day)})
    book.set_calc_mode("auto")
    writer = _Writer(book, place(tables, lang, sheets, 3 + len(heading.stamps)), heading, lang)
    for _, blocks in groupby(writer.blocks.values(), key=lambda block: block.sheet):
        writer.sheet(list(blocks))
    writer.define_names()
    book.close()
    return file.getvalue()


class _Writer:
    """Writes blocks; formats are made once each."""

    def __init__(self, book: Workbook, blocks: dict[str, Block], heading: Heading, lang: Lang) -> None:
        self.book, self.blocks, self.heading, self.lang = book, blocks, heading, lang
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        self._styles: dict[tuple[CellKind, bool], Format] = {}

    def format(self, **properties: object) -> Format:
        """Return a cell format, made on first use."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            font = "宋体" if self.lang == "zh" else "Calibri"
            self._formats[key] = self.book.add_format({"font_name": font, "font_size": 10, "valign": "top", **properties})
        return self._formats[key]

    def sheet(self, blocks: Sequence[Block]) -> None:
        """Write one sheet."""
        first = blocks[0]
        sheet = self.book.add_worksheet(first.sheet)
        sheet.write_string(0, 0, first.sheet, self.format(bold=True, font_size=15, valign="vcenter"))
        sheet.set_row(0, 24)
        self._text(sheet, 1, 0, self.heading.title, self.format(bold=True))
        for row, stamp in enumerate(self.heading.stamps, start=2):
            self._text(
                sheet,
                row,
                0,
                stamp.text,
                self.format(font_color="#C00000" if stamp.grave else "#595959", bold=stamp.grave),
            )
        self._text(sheet, 2 + len(self.heading.stamps), 0, self._note(first.table), self.format(font_color="#595959"))
        widths = column_widths(blocks, self.lang)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        for block in blocks:
            self._block(sheet, block)
            for row, height in row_heights(block, widths, self.lang).items():
                sheet.set_row(row, height)
        self._view(sheet, blocks)

    def define_names(self) -> None:
        """Name each table's cells after its key, and each figure of the summary ``plan_<key>``: the same in both languages."""
        for key, block in self.blocks.items():
            if block.table.rows:
                self.book.define_name(f"table_{key}", f"={block.area()}")
        summary = self.blocks.get("summary")
        for offset, row in enumerate(summary.table.rows if summary else ()):
            key = self._summary_keys.get(str(plain(row[0])), "")
            if key and summary:
                self.book.define_name(f"plan_{key}", f"={summary.cell(summary.first + offset, 1)}")

    @property
    def _summary_keys(self) -> dict[str, str]:
        prefix = "report.summary."
        return {text: key.removeprefix(prefix) for key, text in catalogue(self.lang).items() if key.startswith(prefix)}

    def _note(self, table: Table) -> str:
        notes = [table.note] if table.note not in (stamp.text for stamp in self.heading.stamps) else []
        if any(column.kind == "money" for column in table.columns):
            notes.append(say("report.note.rounding", self.lang))
        return ("；" if self.lang == "zh" else "; ").join(note for note in notes if note)

    def _view(self, sheet: Worksheet, blocks: Sequence[Block]) -> None:
        first = blocks[0]
        if len(blocks) == 1:
            names = [n for n, column in enumerate(first.table.columns) if column.key.endswith("_name")]
            sheet.freeze_panes(first.first, names[0] + 1 if names and names[0] < 4 and len(first.table.columns) > 9 else 0)
            if first.table.rows:
                sheet.autofilter(first.header, 0, first.last, len(first.table.columns) - 1)
            sheet.repeat_rows(first.header)
        # A table that would be torn by the end of a page begins on a new one.
        sheet.set_h_pagebreaks([block.title for block in blocks[1:] if _torn(block)])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        warning = " ".join(stamp.text for stamp in self.heading.stamps if stamp.grave)
        sheet.set_header(f"&C{_printable(warning, 200)}")
        sheet.set_footer(f"&L{_printable(self.heading.title, 60)}&C{_printable(first.sheet, 31)}&R&P / &N")

    def _block(self, sheet: Worksheet, block: Block) -> None:
        if block.title >= 0:
            sheet.write_string(block.title, 0, block.table.title, self.format(bold=True, font_size=12))
            self._text(sheet, block.title + 1, 0, block.table.note, self.format(font_color="#595959"))
        head = self.format(
            bold=True, bg_color="#DCE6F1", border=1, border_color="#A6A6A6", text_wrap=True, align="center", valign="vcenter"
        )
        for number, column in enumerate(block.table.columns):
            sheet.write_string(block.header, number, column.stacked(self.lang), head)
        for offset, row in enumerate(block.table.rows):
            for number, (cell, column) in enumerate(zip(row, block.table.columns, strict=True)):
                self._cell(sheet, block, block.first + offset, number, cell, column)
        if not block.table.rows:
            sheet.write_string(block.first, 0, say("report.none", self.lang), self.format(font_color="#595959"))
        if block.table.has_totals:
            self._foot(sheet, block)
        self._answers(sheet, block)

    def _cell(self, sheet: Worksheet, block: Block, row: int, number: int, cell: Cell, column: Column) -> None:
        kind, value = kind_of(cell, column), plain(cell)
        style = self._style(kind, own_unit=isinstance(cell, Typed))
        formula = self._formula(block, row, cell, column)
        if formula and isinstance(value, int):
            sheet.write_formula(row, number, formula, style, self._number(kind, value))
        else:
            self._plain(sheet, row, number, kind, value, style)

    def _plain(self, sheet: Worksheet, row: int, number: int, kind: CellKind, value: Plain, style: Format) -> None:
        if value is None or value == "":
            sheet.write_blank(row, number, None, style)
        elif isinstance(value, str):
            self._text(sheet, row, number, value, style)
        elif isinstance(value, date):
            sheet.write_datetime(row, number, datetime(value.year, value.month, value.day), style)
        elif value in (float("inf"), float("-inf")):
            self._text(sheet, row, number, "—", style)
        else:
            sheet.write_number(row, number, self._number(kind, value), style)

    def _text(self, sheet: Worksheet, row: int, number: int, text: str, style: Format) -> None:
        """Write text as text: a leading =, +, - or @ stays a character, and no link is made of it."""
        sheet.write_string(row, number, text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…", style)

    def _style(self, kind: CellKind, *, own_unit: bool) -> Format:
        """Return the format of a cell; one that carries its own unit shows it."""
        key = (kind, own_unit)
        if key not in self._styles:
            number = _NUMBER_FORMATS[kind]
            if own_unit and unit(kind, self.lang) and kind != "seconds":
                number += f'" {unit(kind, self.lang)}"'
            align = "left" if own_unit or kind in ("text", "choice", "blank") else "center" if kind in ("date", "year") else "right"
            wrap = kind in ("text", "choice")
            self._styles[key] = self.format(
                num_format=number, border=1, border_color="#BFBFBF", text_wrap=wrap, align=align, indent=int(align == "left")
            )
        return self._styles[key]

    def _number(self, kind: CellKind, value: int | float) -> int | float:
        """Return a value in the unit its column shows, exact to the fen, dm² or second."""
        if kind == "money":
            return value / (FEN_PER_WAN if self.lang == "zh" else FEN_PER_YUAN)
        if kind == "yuan":
            return value / FEN_PER_YUAN
        if kind == "area":
            return value / DM2_PER_M2
        return value / _DAY_S if kind == "seconds" else value

    def _formula(self, block: Block, row: int, cell: Cell, column: Column) -> str:
        """Return the formula of a live cell, empty where the value is to be written as it is."""
        if isinstance(cell, RowSum):
            parts = [f"+{self._here(block, row, key)}" for key in cell.plus] + [f"-{self._here(block, row, key)}" for key in cell.minus]
            return "=" + "".join(parts).removeprefix("+")
        if isinstance(cell, LedgerSum):
            return self._ledger_sum(block, row, cell, column)
        if isinstance(cell, Typed) and cell.total_of and cell.total_of[0] in self.blocks:
            source = self.blocks[cell.total_of[0]]
            if not source.table.has_totals:
                return ""
            kind = source.table.columns[source.table.index[cell.total_of[1]]].kind
            return f"={source.total(cell.total_of[1])}{self._from_yuan(kind, cell.kind)}"
        return ""

    def _here(self, block: Block, row: int, key: str) -> str:
        return str(xl_rowcol_to_cell(row, block.table.index[key]))

    def _from_yuan(self, kind: CellKind, shown: CellKind) -> str:
        return f"/{FEN_PER_WAN // FEN_PER_YUAN}" if kind == "yuan" and shown == "money" and self.lang == "zh" else ""

    def _ledger_sum(self, block: Block, row: int, cell: LedgerSum, column: Column) -> str:
        ledger = self.blocks.get("ledger")
        if ledger is None or not ledger.table.rows:
            return ""
        tests = []
        for key, value in cell.where:
            operand = self._operand(block, row, value)
            if not operand:
                return ""
            tests.append(f"({ledger.cells(key)}={operand})")
        return f"=SUMPRODUCT({'*'.join(tests)}*{ledger.cells(cell.column)}){self._from_yuan('yuan', column.kind)}"

    def _operand(self, block: Block, row: int, value: str | int) -> str:
        """Return what a ledger column is compared with: the cell of this row that says the same, or the value itself."""
        for number, cell in enumerate(block.table.rows[row - block.first]):
            if cell == value and type(cell) is type(value):
                return str(xl_rowcol_to_cell(row, number, col_abs=True))
        if isinstance(value, int):
            return str(value)
        return f'"{value.replace(chr(34), chr(34) * 2)}"' if len(value) <= _LONGEST_LITERAL else ""

    def _foot(self, sheet: Worksheet, block: Block) -> None:
        for number, column in enumerate(block.table.columns):
            style = self.format(bold=True, top=2, bottom=1, bg_color="#F2F2F2", num_format=_NUMBER_FORMATS[column.kind], align="right")
            if column.total:
                total = block.table.total(column.key)
                formula = f"=SUM({xl_range(block.first, number, block.last, number)})"
                sheet.write_formula(block.foot, number, formula, style, self._number(column.kind, total))
            else:
                sheet.write_string(block.foot, number, block.table.total_label if number == 0 else "", style)

    def _answers(self, sheet: Worksheet, block: Block) -> None:
        """Add drop-downs where a reader chooses, and a date check where one fills in a day."""
        for number, column in enumerate(block.table.columns):
            if not block.table.rows:
                return
            span = (block.first, number, block.last, number)
            if column.choices:
                sheet.data_validation(*span, {"validate": "list", "source": list(column.choices)})
                done = {"type": "cell", "criteria": "==", "value": f'"{column.choices[-1]}"'}
                sheet.conditional_format(*span, {**done, "format": self.book.add_format({"bg_color": "#C6EFCE", "font_color": "#006100"})})
            if column.key == "done_on":
                rule = {"validate": "date", "criteria": ">=", "value": datetime(2000, 1, 1), "ignore_blank": True}
                sheet.data_validation(*span, rule)


def _torn(block: Block) -> bool:
    """Return whether a further table of a sheet crosses the end of the first page as most printers set it."""
    return block.title < _PAGE_ROWS <= block.last and block.last - block.title < _PAGE_ROWS


def _printable(text: str, longest: int) -> str:
    return text[:longest].replace("&", "&&")
