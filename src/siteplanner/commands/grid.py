"""Plain tables for terminals and files: columns in line, Chinese characters counted as two wide."""

from __future__ import annotations

from collections.abc import Sequence

from siteplanner.report.table import clean, display_width

_APART = "  "
_WIDEST = 56


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Return the lines of a table; the columns `right` hold numbers, the last may be long."""
    last = len(head) - 1
    cells = [[clean(cell) if n == last else _cut(clean(cell)) for n, cell in enumerate(row)] for row in (head, *rows)]
    widths = [max(display_width(row[n]) for row in cells) for n in range(len(head))]
    return [_APART.join(_fill(cell, widths[n], n in right) for n, cell in enumerate(row)).rstrip() for row in cells]


def _fill(text: str, width: int, right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if right else text + space


def _cut(text: str) -> str:
    if display_width(text) <= _WIDEST:
        return text
    kept = ""
    for char in text:
        if display_width(kept + char) > _WIDEST - 2:
            break
        kept += char
    return kept + ".."
