"""A stacked bar chart of net payments by year, as the numbers an SVG needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siteplanner.report.names import Names
from siteplanner.report.table import show, show_with_unit

_WIDTH, _HEIGHT = 760, 250
_TOP, _BOTTOM = 42, 22
_SERIES = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: series number, place and size in the chart's units, and what it says when pointed at."""

    series: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text in the chart."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """The coloured square before a series' name."""

    series: int
    x: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything drawn; ``zero`` is the height of the axis."""

    bars: tuple[Bar, ...]
    texts: tuple[Label, ...]
    keys: tuple[Key, ...]
    zero: float
    width: int = _WIDTH
    height: int = _HEIGHT


def year_chart(names: Names, years: Mapping[int, Mapping[str, int]]) -> Chart:
    """Return the chart of net payments (fen) by year and funder: outlays above the axis, net receipts below."""
    funders = [funder for funder in names.public if any(year[funder] for year in years.values())]
    if not funders:
        return Chart((), (), (), 0.0)
    top = max(sum(max(0, year[f]) for f in funders) for year in years.values())
    low = min(sum(min(0, year[f]) for f in funders) for year in years.values())
    per_fen = (_HEIGHT - _TOP - _BOTTOM) / max(1, top - low)
    zero = _TOP + top * per_fen
    step = _WIDTH / len(years)
    bars: list[Bar] = []
    texts: list[Label] = []
    for n, (year, amounts) in enumerate(years.items()):
        x, wide = n * step + step * 0.16, min(step * 0.68, 90.0)
        x += (step * 0.68 - wide) / 2
        up = down = 0
        for series, funder in enumerate(funders):
            fen = amounts[funder]
            base = up + fen if fen > 0 else down
            title = f"{year} {names.funder(funder)} {show_with_unit('money', fen, names.lang)}"
            if fen:
                bars.append(Bar(series % _SERIES, _r(x), _r(zero - base * per_fen), _r(wide), _r(abs(fen) * per_fen), title))
            up, down = up + max(0, fen), down + min(0, fen)
        middle = _r(x + wide / 2)
        texts.append(Label(middle, _r(zero - up * per_fen - 4), "middle", show("money", sum(amounts.values()), names.lang)))
        texts.append(Label(middle, _HEIGHT - 6, "middle", str(year)))
    keys = []
    for series, funder in enumerate(funders):
        keys.append(Key(series % _SERIES, series * 190.0))
        texts.append(Label(series * 190.0 + 16, 12, "start", names.funder(funder)))
    return Chart(tuple(bars), tuple(texts), tuple(keys), _r(zero))


def _r(length: float) -> float:
    return round(length, 2)
