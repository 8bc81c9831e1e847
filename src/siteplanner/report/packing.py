"""Tables packed for the script of a page: the cells of a column together, as their texts and in an order that sorts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from pydantic import JsonValue

from siteplanner.report.table import Cell, Column, Table, display_width, plain, show, show_cell
from siteplanner.texts import Lang, say

_TEXT_KINDS = ("text", "choice", "blank")
_PLAIN_KINDS = ("count", "year", "area", "money", "yuan")
"""Kinds whose texts a script reads back as numbers, without their commas."""
_SHORT, _LONG = 14, 28
"""Half-width characters."""
_MOST_CHOICES, _LEAST_ROWS, _MOST_FILTERS = 20, 9, 3
_IDS = ("option", "site", "switch", "input", "lease", "purchase", "budget", "clause_text", "finding", "remark", "reading", "where")
"""Columns that nobody picks from a list."""


def tables_data(tables: Iterable[Table], lang: Lang) -> JsonValue:
    """Return tables by key, each packed by column.

    A column is its distinct texts in sorting order with the number of each row's text (as runs of equal numbers where that is
    shorter) or, where nearly every row has a text of its own, the texts row by row.
    """
    return {table.key: packed(table, lang) for table in tables}


def packed(table: Table, lang: Lang) -> JsonValue:
    """Return one table."""
    columns: list[JsonValue] = []
    filters = 0
    for number, column in enumerate(table.columns):
        cells = [(_rank(row[number]), show_cell(row[number], column, lang)) for row in table.rows]
        distinct = sorted(set(cells))
        texts = [text for _, text in distinct]
        tree: dict[str, JsonValue] = {"h": column.stacked(lang), "c": _css(column, texts), "l": column.link}
        if len(distinct) * 2 > len(cells) and _reads_back(table, number, column):
            tree |= {"v": [text for _, text in cells], "n": int(column.kind in _PLAIN_KINDS)}
        else:
            order = {pair: n for n, pair in enumerate(distinct)}
            tree |= {"d": [*texts], **_numbers([order[pair] for pair in cells])}
            if filters < _MOST_FILTERS and _offers(table, column, texts):
                tree["f"] = 1
                filters += 1
        columns.append(tree)
    foot: list[JsonValue] = []
    if table.has_totals:
        foot = [show(c.kind, table.total(c.key), lang) if c.total else "" for c in table.columns]
        foot[0] = table.total_label
    grave = {say("report.result.broken", lang), say("report.status.short", lang)}
    bad: list[JsonValue] = [n for n, row in enumerate(table.rows) if any(isinstance(cell, str) and cell in grave for cell in row)]
    return {"title": table.title, "note": table.note, "columns": columns, "rows": len(table.rows), "foot": foot, "bad": bad}


def _numbers(index: list[int]) -> dict[str, JsonValue]:
    """Return the numbers of a column's texts row by row, or as runs (number, count, ...) where that is shorter."""
    runs: list[JsonValue] = []
    for number, same in groupby(index):
        runs += [number, sum(1 for _ in same)]
    return {"r": runs} if len(runs) < len(index) else {"i": [*index]}


def _reads_back(table: Table, number: int, column: Column) -> bool:
    """Return whether a script sorts the texts of a column as this module would: whole numbers, or nothing but text."""
    cells = [plain(row[number]) for row in table.rows]
    if column.kind in _PLAIN_KINDS:
        return all(cell is None or isinstance(cell, int) for cell in cells)
    return column.kind == "text" and all(isinstance(cell, str) and cell for cell in cells)


def _offers(table: Table, column: Column, texts: list[str]) -> bool:
    wanted = column.kind in ("text", "choice", "year") and not column.link and column.key not in _IDS and "." not in column.key
    longest = max((display_width(text) for text in texts), default=0)
    return wanted and len(table.rows) >= _LEAST_ROWS and 1 < len(texts) <= _MOST_CHOICES and longest <= 2 * _LONG


def _rank(cell: Cell) -> tuple[int, float, str]:
    """Return a key that sorts empty cells last, numbers and days by size, text by its characters."""
    value = plain(cell)
    if value is None or value == "":
        return 2, 0.0, ""
    if isinstance(value, date):
        return 0, float(value.toordinal()), ""
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value), "")


def _css(column: Column, texts: Iterable[str]) -> str:
    """Return the style of a column: numbers stand right, short words and days stay on one line, long text gets room."""
    if column.kind not in _TEXT_KINDS:
        return "day" if column.kind == "date" else "num"
    longest = max((display_width(text) for text in texts), default=0)
    return "day" if longest <= _SHORT else "long" if longest > _LONG else "mid"
