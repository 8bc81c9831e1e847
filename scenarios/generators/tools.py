"""What every scenario generator shares: repeatable dice, invented names, points, and tables written as CSV.

Only uniform draws of numpy's PCG64 stream are used, shaped with the ``math`` module, and every figure is rounded before
it is written: the same seed gives the same bytes on any machine and numpy version.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

T = TypeVar("T")
Cell = str | int | float | bool | None
Row = dict[str, Cell]
Point = tuple[float, float]
YES, NO = "是", "否"


class Dice:
    """A seeded source of draws."""

    def __init__(self, seed: int) -> None:
        self._uniform = np.random.Generator(np.random.PCG64(seed)).random

    def between(self, low: float, high: float) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * float(self._uniform())

    def chance(self, share: float) -> bool:
        """Return True with the given probability."""
        return float(self._uniform()) < share

    def whole(self, low: int, high: int) -> int:
        """Return a whole number in [low, high], both ends included."""
        return low + int(self._uniform() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """Return one of `things`."""
        return things[self.whole(0, len(things) - 1)]

    def shuffled(self, things: Iterable[T]) -> list[T]:
        """Return `things` in a random order."""
        keyed = [(float(self._uniform()), n, thing) for n, thing in enumerate(things)]
        return [thing for _, _, thing in sorted(keyed, key=lambda k: k[:2])]

    def normal(self, mean: float = 0.0, spread: float = 1.0) -> float:
        """Return a normal draw (Box-Muller)."""
        first, second = 1.0 - float(self._uniform()), float(self._uniform())
        return mean + spread * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second)

    def skewed(self, median: float, sigma: float, low: float, high: float) -> float:
        """Return a log-normal draw cut to [low, high]."""
        return min(high, max(low, median * math.exp(self.normal(0, sigma))))

    def near(self, centre: Point, low_m: float, high_m: float) -> Point:
        """Return a point between two distances of `centre`, to the decimetre."""
        angle, distance = self.between(0, 2 * math.pi), self.between(low_m, high_m)
        return at(centre, distance * math.cos(angle), distance * math.sin(angle))


def at(centre: Point, east_m: float, north_m: float) -> Point:
    """Return the point that far from `centre`, to the decimetre."""
    return round(centre[0] + east_m, 1), round(centre[1] + north_m, 1)


def metres(a: Point, b: Point) -> float:
    """Return the straight-line distance of two projected points, metres."""
    return math.hypot(a[0] - b[0], a[1] - b[1])


def round_to(number: float, step: int) -> int:
    """Return `number` rounded to a whole multiple of `step`."""
    return math.floor(number / step + 0.5) * step


def spread_points(dice: Dice, centre: Point, count: int, gap_m: float) -> list[Point]:
    """Return `count` points around `centre`, none nearer to another than `gap_m`; the disc grows until all fit."""
    points: list[Point] = []
    radius = gap_m * 0.5
    while len(points) < count:
        radius *= 1.03
        candidate = dice.near(centre, 0, radius)
        if all(metres(candidate, other) >= gap_m for other in points):
            points.append(candidate)
    return points


def spaced(draw: Callable[[], Point], taken: Sequence[Point], gap_m: float, tries: int = 400) -> Point:
    """Return a drawn point at least `gap_m` from all `taken`; the gap shrinks if there is no room."""
    for attempt in range(tries):
        point = draw()
        if all(metres(point, other) >= gap_m * (1 - attempt / tries) for other in taken):
            return point
    return draw()


class Names:
    """Invented names: two-character stems that no list of real estates was used for, each used once."""

    _FIRST = "锦云安和清文兰松竹梅柳桂荷棠泽霁晴朗曦梧岚汀芷蘅筠枫榆槐沁润恒嘉景瑞宁怡馨逸雅澄"
    _SECOND = "溪渚汀泉川澜屿原坪谷湾塘桥畔庐舍岭麓洲浦"

    def __init__(self, dice: Dice) -> None:
        pairs = (a + b for a in self._FIRST for b in self._SECOND if a != b)
        self._stems = iter(dice.shuffled(pairs))
        self._dice = dice

    def make(self, endings: Sequence[str]) -> str:
        """Return a fresh name with one of the endings."""
        return next(self._stems) + self._dice.pick(endings)


def cell(value: Cell) -> str:
    """Return a cell as text: yes and no in Chinese, no trailing zeros, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows as CSV for Excel and WPS (UTF-8 with a mark, line feeds).

    Raises
    ------
    ValueError
        If a row has a column that is not in `columns`, or a cell would need quoting.
    """
    lines = [",".join(columns)]
    for row in rows:
        if unknown := sorted(set(row) - set(columns)):
            raise ValueError(f"{path.name}: columns {unknown} are not written")
        cells = [cell(row.get(name)) for name in columns]
        if any(mark in text for text in cells for mark in ',"\n'):
            raise ValueError(f"{path.name}: a cell of {cells} needs quoting")
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig", newline="\n")


def target_folder(default: Path) -> Path:
    """Return the folder named on the command line, made if need be, or the scenario's own."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    return folder
