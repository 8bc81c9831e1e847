"""Area by township as bars: what estates must have, what they have today, what they have under the plan."""

from __future__ import annotations

from dataclasses import dataclass

from siteplanner.report.names import PlanNames
from siteplanner.report.table import show
from siteplanner.texts import say

_WIDTH, _ROW, _BAR, _LEFT, _RIGHT = 760, 46, 11, 110, 100
_SERIES = ("required", "today", "held")


@dataclass(frozen=True, slots=True)
class Town:
    """A township's name and the middle of its row."""

    text: str
    y: float


@dataclass(frozen=True, slots=True)
class AreaBar:
    """One bar with its amount as text."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class AreaChart:
    """Everything drawn; ``keys`` are the words of the series."""

    towns: tuple[Town, ...] = ()
    bars: tuple[AreaBar, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    height: int = 0
    width: int = _WIDTH


def area_chart(names: PlanNames) -> AreaChart:
    """Return the chart; empty where no estate needs any area, as under coverage alone."""
    before = {row.estate: row.held_dm2 for row in names.plan.today}
    sums: dict[str, dict[str, int]] = {}
    for row in names.plan.services:
        town = sums.setdefault(row.township, dict.fromkeys(_SERIES, 0))
        town["required"] += row.required_dm2
        town["today"] += before.get(row.estate, 0)
        town["held"] += row.held_dm2
    most = max((max(town.values()) for town in sums.values()), default=0)
    if not any(town["required"] for town in sums.values()):
        return AreaChart()
    series = _SERIES if names.plan.today else ("required", "held")
    words = {kind: say(f"papers.chart.{kind}", names.lang) for kind in series}
    bars, towns = [], []
    for n, (name, town) in enumerate(sorted(sums.items())):
        top = n * _ROW + 6
        towns.append(Town(name if len(name) <= 8 else name[:7] + "…", top + _ROW / 2 - 4))
        for m, kind in enumerate(series):
            text = show("area", town[kind], names.lang)
            width = round(town[kind] / most * (_WIDTH - _LEFT - _RIGHT), 2)
            bars.append(AreaBar(kind, _LEFT, top + m * (_BAR + 1), width, _BAR, text, f"{name} {words[kind]} {text}"))
    return AreaChart(tuple(towns), tuple(bars), tuple(words.items()), len(sums) * _ROW + 8)
