"""Plain tables with typed columns. A number is turned into text here and nowhere else.

Cells hold the record's own units: money fen, area dm², walking seconds, dates as dates.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from siteplanner.texts import Lang, say
from siteplanner.units import FEN_PER_WAN, half_up

CellKind = Literal["text", "count", "year", "area", "money", "yuan", "seconds", "date", "share", "choice", "blank"]
Plain = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Typed:
    """A cell whose kind differs from row to row, as in lists of settings. ``total_of``: table and column it repeats."""

    kind: CellKind
    value: Plain
    total_of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LedgerSum:
    """A sum over ledger lines: `column` of every line whose columns equal what `where` says. ``value`` in fen."""

    value: int
    column: str
    where: tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class RowSum:
    """A sum over cells of the same row: the columns `plus` less the columns `minus`. ``value`` in fen."""

    value: int
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


Cell = Plain | Typed | LedgerSum | RowSum
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, kind of its cells, heading without unit. ``total``: it has a sum at the foot.

    ``link`` says that a cell names an ``estate`` or a ``place`` by id; ``choices`` are the answers a reader may give.
    """

    key: str
    kind: CellKind
    heading: str
    total: bool = False
    link: Literal["", "estate", "place"] = ""
    choices: tuple[str, ...] = ()

    def titled(self, lang: Lang) -> str:
        """Return the heading with its unit."""
        return self.heading if self.kind not in _UNITS else say("report.unit.in", lang, heading=self.heading, unit=unit(self.kind, lang))

    def stacked(self, lang: Lang) -> str:
        """Return the heading with its unit on a line of its own, for narrow columns."""
        return self.heading if self.kind not in _UNITS else say("report.unit.below", lang, heading=self.heading, unit=unit(self.kind, lang))


@dataclass(frozen=True, slots=True)
class Table:
    """A table: title, columns, rows; ``note`` stands below the title, ``total_label`` before the sums."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    total_label: str = ""
    index: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.index.update({column.key: n for n, column in enumerate(self.columns)})

    def values(self, key: str) -> list[Plain]:
        """Return the plain values of a column."""
        return [plain(row[self.index[key]]) for row in self.rows]

    def total(self, key: str) -> int:
        """Return the sum of a column of whole numbers; empty cells count nothing."""
        return sum(value for value in self.values(key) if isinstance(value, int))

    @property
    def has_totals(self) -> bool:
        """Return whether the table has a foot."""
        return bool(self.rows) and any(column.total for column in self.columns)


_UNITS: tuple[CellKind, ...] = ("money", "yuan", "area", "seconds")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def clean(text: str) -> str:
    """Return text without control characters (they break terminals and workbooks); marks of direction stay."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)


def neutral(text: str) -> str:
    """Return text that no office program takes for a formula: a quote stands before a leading =, +, -, @, tab or return."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def table(
    key: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, note: str = "", total_label: str = ""
) -> Table:
    """Make a table; text is rid of control characters here."""
    tidy = tuple(tuple(clean(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    return Table(key, title, tuple(columns), tidy, note, total_label)


def plain(cell: Cell) -> Plain:
    """Return the value of a cell."""
    return cell.value if isinstance(cell, Typed | LedgerSum | RowSum) else cell


def kind_of(cell: Cell, column: Column) -> CellKind:
    """Return the kind of a cell: its column's, unless it says its own."""
    return cell.kind if isinstance(cell, Typed) else column.kind


def unit(kind: CellKind, lang: Lang) -> str:
    """Return the unit in which a kind of cell is shown, empty where there is none."""
    return say(f"report.unit.{kind}", lang) if kind in _UNITS else ""


def show(kind: CellKind, value: Plain, lang: Lang) -> str:
    """Return a value as text without its unit: 万元 with two decimals in Chinese, yuan in English, m², minutes:seconds."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say("report.yes" if value else "report.no", lang)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _share(value) if kind == "share" else f"{value:,.2f}"
    return _whole(kind, value, lang)


def _whole(kind: CellKind, value: int, lang: Lang) -> str:
    if kind == "year":
        return str(value)
    if kind in ("area", "yuan"):
        return _hundredths(value)
    if kind == "seconds":
        return f"{value // 60}:{value % 60:02d}"
    if kind == "money":
        return _money(value, lang)
    return f"{value:,}"


def _money(value: int, lang: Lang) -> str:
    if lang == "zh":
        return _hundredths(half_up(Decimal(value) * 100 / FEN_PER_WAN))
    return f"{value // 100:,}" if value % 100 == 0 else _hundredths(value)


def _hundredths(value: int) -> str:
    sign, size = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{size // 100:,}.{size % 100:02d}"


def _share(value: float) -> str:
    if not math.isfinite(value):
        return "—"
    return "0%" if value == 0 else "<0.01%" if 0 < value < 0.0001 else f"{value:.2%}"


def show_with_unit(kind: CellKind, value: Plain, lang: Lang) -> str:
    """Return a value as text with its unit."""
    text = show(kind, value, lang)
    if not text or kind not in _UNITS:
        return text
    if kind == "seconds" and isinstance(value, int):
        return say("report.unit.walk", lang, minutes=str(value // 60), seconds=str(value % 60))
    return say("report.unit.after", lang, number=text, unit=unit(kind, lang))


def show_cell(cell: Cell, column: Column, lang: Lang) -> str:
    """Return a cell as text; a cell of its own kind carries its unit."""
    if isinstance(cell, Typed):
        return show_with_unit(cell.kind, cell.value, lang)
    return show(column.kind, plain(cell), lang)


@lru_cache(maxsize=2**16)
def display_width(text: str) -> int:
    """Return the width of text in half-width columns: a Chinese character takes two."""
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
