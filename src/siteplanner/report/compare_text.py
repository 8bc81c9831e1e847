"""A comparison on a terminal: the plans, what differs, and what to take care of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner.compare import Comparison
from siteplanner.report.comparison import caution_text, comparison_tables
from siteplanner.report.stamps import joined
from siteplanner.report.table import Table, display_width, plain, show, show_cell
from siteplanner.texts import Lang, say

_MOST_ROWS = 20
_WIDEST = 44


def comparison_text(found: Comparison, lang: Lang, files: Sequence[Path] = ()) -> str:
    """Return the comparison for a terminal: rows and tables that are the same in every plan are only counted or named."""
    tables = comparison_tables(found, lang)
    lines = [say("compare.title", lang), *(caution_text(caution, found, lang) for caution in found.cautions)]
    same: list[str] = []
    for one in tables.values():
        rows = _differing(one)
        if not rows:
            same.append(one.title)
            continue
        lines += ["", one.title, *_grid(one, rows, lang)]
    if same:
        lines += ["", say("compare.same", lang, tables=joined(same, lang))]
    if files:
        lines.append(say("compare.files", lang, files=joined([str(file) for file in files], lang)))
    return "\n".join(lines)


def _differing(made: Table) -> list[int]:
    """Return the numbers of the rows to show: those with a difference; every row of a table of words."""
    keys = [column.key for column in made.columns if column.key.startswith("less.")]
    if not keys:
        return list(range(len(made.rows)))
    return [n for n, row in enumerate(made.rows) if any(plain(row[made.index[key]]) for key in keys)]


def _grid(made: Table, numbers: Sequence[int], lang: Lang) -> list[str]:
    shown = numbers[:_MOST_ROWS]
    texts = [[column.titled(lang) for column in made.columns]]
    texts += [[_cut(show_cell(cell, column, lang)) for cell, column in zip(made.rows[n], made.columns, strict=True)] for n in shown]
    if made.has_totals:
        foot = [show(column.kind, made.total(column.key), lang) if column.total else "" for column in made.columns]
        texts.append([made.total_label, *foot[1:]])
    widths = [max(display_width(row[n]) for row in texts) for n in range(len(made.columns))]
    lines = [
        "  ".join(
            _padded(text, width, column.kind == "text") for text, width, column in zip(row, widths, made.columns, strict=True)
        ).rstrip()
        for row in texts
    ]
    if len(numbers) > len(shown):
        lines.append(say("compare.more", lang, count=str(len(numbers) - len(shown))))
    if len(made.rows) > len(numbers):
        lines.append(say("compare.unchanged", lang, count=str(len(made.rows) - len(numbers))))
    return lines


def _cut(text: str) -> str:
    """Return a text cut to the widest a column may be."""
    if display_width(text) <= _WIDEST:
        return text
    kept = ""
    for char in text:
        if display_width(kept + char) > _WIDEST - 2:
            break
        kept += char
    return f"{kept}…"


def _padded(text: str, width: int, left: bool) -> str:
    space = " " * (width - display_width(text))
    return text + space if left else space + text
