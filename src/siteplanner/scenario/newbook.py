"""The workbook of a starting scenario: a sheet a table, drop-downs for choices, notes on the headings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.columns import TABLES, Column, TableSpec, word
from siteplanner.scenario.policy import policy_names
from siteplanner.scenario.sample import Tables
from siteplanner.texts import Lang, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_ROWS = 2000
_LISTS = "_lists"
_FIXED_DAY = datetime(2000, 1, 1)


def heading(column: Column, lang: Lang) -> str:
    """Return how a column is headed in a language, unit included."""
    return column.title if lang == "zh" else column.key


def choices(table: str, column: Column, pack: PolicyPack, lang: Lang) -> list[str]:
    """Return the words a column may hold, in a language; none where it is free."""
    if column.holds == "yes_no":
        return [say("new.yes", lang), say("new.no", lang)]
    if column.choices:
        return [word(table, column.key, choice, lang) for choice in column.choices]
    return list(policy_names(pack, lang).get(table, {}).get(column.key, {}).values())


def written(table: str, column: Column, cell: str, pack: PolicyPack, lang: Lang) -> str:
    """Return a cell of the sample as a language writes it."""
    if column.holds == "yes_no":
        return say("new.yes" if cell in ("yes", "true") else "new.no", lang)
    if column.choices:
        return word(table, column.key, cell, lang)
    return policy_names(pack, lang).get(table, {}).get(column.key, {}).get(cell, cell)


def note(table: str, column: Column, pack: PolicyPack, lang: Lang) -> str:
    """Return what the note on a heading says: meaning, whether it must be filled in, and the words it may hold."""
    parts = [say("new.note.about", lang, english=column.key, title=column.title, about=column.about)]
    parts.append(say("new.note.required" if column.required else "new.note.optional", lang))
    words = choices(table, column, pack, lang)
    if words:
        parts.append(say("new.note.choices", lang, choices=" / ".join(words)))
    return "\n".join(parts)


def write_book(path: Path, tables: Tables, pack: PolicyPack, lang: Lang) -> None:
    """Write the workbook; the same scenario gives the same file."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": _FIXED_DAY})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    formats = {"date": book.add_format({"num_format": "yyyy-mm-dd"}), "text": book.add_format({"num_format": "@"})}
    sheets = {name: book.add_worksheet(spec.title if lang == "zh" else name) for name, spec in TABLES.items()}
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    used = 0
    for name, spec in TABLES.items():
        sheet = sheets[name]
        sheet.freeze_panes(1, 1)
        for number, column in enumerate(spec.columns.values()):
            sheet.write_string(0, number, heading(column, lang), head)
            sheet.write_comment(0, number, note(name, column, pack, lang), {"x_scale": 2, "y_scale": 1.5})
            sheet.set_column(number, number, 14, formats.get("text" if column.holds in ("text", "ids") else column.holds))
            words = choices(name, column, pack, lang)
            if words:
                lists.write_column(0, used, words)
                _drop_down(sheet, number, used, len(words))
                used += 1
        _write_rows(sheet, spec, tables[name], pack, lang, formats)
    _write_notes(book, lang)
    book.close()


def _drop_down(sheet: Worksheet, number: int, list_number: int, length: int) -> None:
    from xlsxwriter.utility import xl_range_abs

    source = f"={_LISTS}!{xl_range_abs(0, list_number, length - 1, list_number)}"
    sheet.data_validation(1, number, _ROWS, number, {"validate": "list", "source": source})


def _write_rows(
    sheet: Worksheet, spec: TableSpec, rows: list[dict[str, str]], pack: PolicyPack, lang: Lang, formats: Mapping[str, Format]
) -> None:
    for line, row in enumerate(rows, 1):
        for number, column in enumerate(spec.columns.values()):
            cell = row.get(column.key, "")
            if not cell:
                continue
            if column.holds == "number":
                sheet.write_number(line, number, float(cell))
            elif column.holds == "date":
                sheet.write_datetime(line, number, date.fromisoformat(cell), formats["date"])
            else:
                sheet.write_string(line, number, written(spec.name, column, cell, pack, lang))


def _write_notes(book: Workbook, lang: Lang) -> None:
    sheet = book.add_worksheet(say("new.notes_sheet", lang))
    sheet.set_column(0, 0, 100)
    for line, text in enumerate(say("new.notes", lang).splitlines()):
        sheet.write_string(line, 0, text)
