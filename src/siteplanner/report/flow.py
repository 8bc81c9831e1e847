"""The subsidy flow as the numbers an SVG needs: from funder and clause over the townships to the sites, widths by amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from siteplanner.plan import Line
from siteplanner.report.names import PlanNames
from siteplanner.report.table import show_with_unit
from siteplanner.report.tables_money import subsidies
from siteplanner.texts import say

_WIDTH, _BAND, _BAR = 1000, 22, 12
_COLUMNS = (0.0, 430.0, 760.0)
_GAP = 6.0
_MOST_SITES = 32
Stop = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A bar with its name and amount; ``series`` is the number of its colour."""

    x: float
    y: float
    height: float
    text: str
    amount: str
    series: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A band from one bar to the next, as an SVG path, and what it says when pointed at."""

    path: str
    title: str
    series: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything drawn."""

    nodes: tuple[Node, ...] = ()
    ribbons: tuple[Ribbon, ...] = ()
    height: float = 0.0
    width: int = _WIDTH
    bar: int = _BAR


def subsidy_flow(names: PlanNames) -> Flow:
    """Return the flow of every subsidy of the plan; beyond the largest sites those of a township share one bar."""
    lines = [line for line in subsidies(names) if line.fen > 0]
    if not lines:
        return Flow()
    named = _named_sites(lines)
    stops = [_stops(line, named) for line in lines]
    columns = [_sums((stop[n], line.fen) for stop, line in zip(stops, lines, strict=True)) for n in range(len(_COLUMNS))]
    height = max(180.0, max(len(column) for column in columns) * (_BAND + _GAP))
    total = sum(line.fen for line in lines)
    # Every column has the same scale, so that a band is as wide at its end as at its beginning.
    per_fen = min((height - _GAP * (len(column) - 1)) / total for column in columns)
    colours = {stop[:1]: n for n, stop in enumerate(columns[0])}
    tops = [_tops(column, height, per_fen) for column in columns]
    nodes = []
    for n, column in enumerate(columns):
        for stop, fen in column.items():
            text = _text(names, n, stop, lines, named)
            nodes.append(Node(_COLUMNS[n], _r(tops[n][stop]), _r(fen * per_fen), text, _amount(names, fen), _series(stop, colours)))
    return Flow(tuple(nodes), tuple(_ribbons(names, stops, lines, tops, per_fen, colours)), _r(height))


def _named_sites(lines: Sequence[Line]) -> frozenset[str]:
    sums = _sums(((line.site,), line.fen) for line in lines)
    return frozenset(stop[0] for stop in sorted(sums, key=lambda stop: (-sums[stop], stop))[:_MOST_SITES])


def _stops(line: Line, named: frozenset[str]) -> tuple[Stop, Stop, Stop]:
    """Return the bars a line passes: funder and clause, township, site (empty: one of the many)."""
    town = line.township
    return (line.payer, line.clause), (town,), (town, line.site if line.site in named else "")


def _sums(amounts: Iterable[tuple[Stop, int]]) -> dict[Stop, int]:
    found: dict[Stop, int] = {}
    for stop, fen in amounts:
        found[stop] = found.get(stop, 0) + fen
    return dict(sorted(found.items()))


def _tops(column: Mapping[Stop, int], height: float, per_fen: float) -> dict[Stop, float]:
    """Return the upper end of each bar of a column, the whole column centred."""
    used = sum(column.values()) * per_fen
    gap = (height - used) / max(1, len(column))
    tops: dict[Stop, float] = {}
    y = gap / 2
    for stop, fen in column.items():
        tops[stop] = y
        y += fen * per_fen + gap
    return tops


def _ribbons(
    names: PlanNames,
    stops: Sequence[tuple[Stop, Stop, Stop]],
    lines: Sequence[Line],
    tops: Sequence[Mapping[Stop, float]],
    per_fen: float,
    colours: Mapping[Stop, int],
) -> list[Ribbon]:
    found: list[Ribbon] = []
    for n in range(len(_COLUMNS) - 1):
        sums = _sums(((*stop[n], "\n", *stop[n + 1]), line.fen) for stop, line in zip(stops, lines, strict=True))
        out, into = dict(tops[n]), dict(tops[n + 1])
        for both, fen in sums.items():
            cut = both.index("\n")
            left, right = both[:cut], both[cut + 1 :]
            wide = fen * per_fen
            title = f"{_short(names, n, left)} → {_short(names, n + 1, right)} {_amount(names, fen)}"
            found.append(Ribbon(_band(_COLUMNS[n] + _BAR, out[left], _COLUMNS[n + 1], into[right], wide), title, _series(left, colours)))
            out[left] += wide
            into[right] += wide
    return found


def _band(x0: float, y0: float, x1: float, y1: float, wide: float) -> str:
    middle = _r((x0 + x1) / 2)
    top = f"M{_r(x0)} {_r(y0)}C{middle} {_r(y0)} {middle} {_r(y1)} {_r(x1)} {_r(y1)}"
    return f"{top}L{_r(x1)} {_r(y1 + wide)}C{middle} {_r(y1 + wide)} {middle} {_r(y0 + wide)} {_r(x0)} {_r(y0 + wide)}Z"


def _series(stop: Stop, colours: Mapping[Stop, int]) -> int:
    return colours.get(stop[:1], 0) % 5


def _text(names: PlanNames, column: int, stop: Stop, lines: Sequence[Line], named: frozenset[str]) -> str:
    if column == len(_COLUMNS) - 1 and not stop[1]:
        rest = {line.site for line in lines if line.township == stop[0] and line.site not in named}
        return say("papers.flow.rest", names.lang, count=str(len(rest)))
    return _cut(_short(names, column, stop))


def _short(names: PlanNames, column: int, stop: Stop) -> str:
    if column == 0:
        return f"{names.funder(stop[0])} {stop[1]}".strip()
    if column == 1:
        return stop[0] or names.say("whole_county")
    return f"{stop[1]} {names.site(stop[1])}" if stop[1] else stop[0]


def _cut(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"


def _amount(names: PlanNames, fen: int) -> str:
    return show_with_unit("money", fen, names.lang)


def _r(length: float) -> float:
    return round(length, 2)
