"""Figures by matplotlib: the map of the plan and its cost by year, as PNG and SVG with the same bytes every time.

matplotlib costs about a second to import, so this module is imported only where figures are drawn.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from siteplanner.report.coordinates import Point
from siteplanner.report.fonts import LATIN, chinese_entry, drawable
from siteplanner.report.ground import borders_within
from siteplanner.report.maps import Mark, marks
from siteplanner.report.names import Names
from siteplanner.report.stamps import stamps
from siteplanner.report.table import display_width
from siteplanner.report.tables import pay_years
from siteplanner.report.tables_common import final_credits
from siteplanner.texts import Lang, say
from siteplanner.units import FEN_PER_WAN

_DPI = 130
_MOST_PANELS = 16
_SHAPE = 1.4
"""Width of the room for panels over its height; panels are square."""
_LINE = "#7f9db9"
_BORDER = "#8c8c8c"
_DASH = (0, (4, 3))
_LINE_WIDTH = 140
"""Half-width characters that fit across a figure at the size of the stamps."""
_DEGREE_M = 111_195.0
_STYLES: dict[str, tuple[str, str, float, str]] = {
    "served": ("o", "#2a78b5", 20, "estate_served"),
    "short": ("X", "#c8102e", 40, "estate_short"),
    "exempt": ("o", "#a0a0a0", 20, "estate_exempt"),
    "kept_place": ("s", "#2e7d32", 42, "place_kept"),
    "new_place": ("^", "#e07b00", 56, "place_new"),
}
"""Marker, colour, size and legend word of what a map shows, in drawing order. Colours differ in lightness too."""
_BARS = ("#1f5a8a", "#e09f3e", "#6a994e", "#9c6ade", "#7f7f7f")


class _Painter:
    """Draws the figures of one plan. Without a Chinese font, words are English and names give way to ids."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.font = chinese_entry()
        self.lang: Lang = names.lang if self.font else "en"

    def say(self, key: str, **facts: str) -> str:
        """Return a word of the figure catalogue in the language the fonts allow."""
        return say(f"report.figure.{key}", self.lang, **facts)

    def text(self, text: str, instead: str) -> str:
        """Return a text if it can be drawn, else what stands in for it."""
        short = text if len(text) <= 60 else text[:59] + "…"
        return short if drawable(short, self.font) else instead

    def draw(self) -> dict[str, bytes]:
        """Return the files by name."""
        with matplotlib.rc_context():
            matplotlib.rc("font", family=[*([self.font.name] if self.font else []), LATIN])
            matplotlib.rc("svg", fonttype="none", hashsalt="siteplanner")
            matplotlib.rc("axes", unicode_minus=False)
            matplotlib.rc("text", parse_math=False)
            figures = {"map": self._map(), "cost": self._cost()}
            return {f"{name}.{kind}": _bytes(figure, kind) for name, figure in figures.items() for kind in ("png", "svg")}

    def _figure(self, title: str) -> Figure:
        """Return an empty figure with its title and, at the foot, every stamp of the plan."""
        figure = Figure(figsize=(9, 6.4))
        plan = self.names.plan
        figure.text(0.5, 0.985, f"{self.text(plan.title, plan.policy)} · {self.say(title)}", fontsize=12, ha="center", va="top")
        lines = [line for stamp in stamps(plan, self.lang) for line in _folded(self.text_or_ascii(stamp.text))]
        figure.text(0.02, 0.012, "\n".join(lines), fontsize=8, va="bottom", color="#8a1c1c" if plan.what_if else "#555555")
        figure.subplots_adjust(left=0.02, right=0.8, top=0.9, bottom=0.04 + 0.028 * len(lines), wspace=0.08, hspace=0.16)
        return figure

    def text_or_ascii(self, text: str) -> str:
        """Return a sentence without the characters that no font can draw."""
        return text if drawable(text, self.font) else "".join(char if drawable(char, self.font) else "?" for char in text)

    def _map(self) -> Figure:
        figure = self._figure("map_title")
        shown = [mark for mark in marks(self.names) if mark.point is not None]
        if not shown:
            figure.text(0.5, 0.5, self.say("no_coordinates"), ha="center", va="center")
            return figure
        lines = self._credits(shown)
        towns = sorted({mark.township for mark in shown})
        panels = (
            [(town, [mark for mark in shown if mark.township == town]) for town in towns] if len(towns) <= _MOST_PANELS else [("", shown)]
        )
        wide = max(range(1, len(panels) + 1), key=lambda n: min(_SHAPE / n, 1 / -(-len(panels) // n)))
        grid: list[Axes] = list(figure.subplots(-(-len(panels) // wide), wide, squeeze=False).flat)
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        for axes, (town, inside) in zip(grid, panels, strict=False):
            self._panel(axes, inside, shown, lines)
            if town:
                axes.set_title(self.text(town, str(towns.index(town) + 1)), fontsize=9)
        handles = [
            Line2D([], [], linestyle="", marker=marker, color=colour, markersize=7, markeredgecolor="white", label=self.say(word))
            for key, (marker, colour, _, word) in _STYLES.items()
            if any(key in (mark.kind, mark.state) for mark in shown)
        ]
        handles.append(Line2D([], [], color=_LINE, linewidth=1, label=self.say("credit")))
        if self.names.scenario.borders:
            handles.append(Line2D([], [], color=_BORDER, linewidth=0.9, linestyle=_DASH, label=self.say("border")))
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.81, 0.91), fontsize=9, frameon=False)
        return figure

    def _credits(self, shown: Sequence[Mark]) -> list[tuple[Point, Point]]:
        where = {mark.id: mark.point for mark in shown if mark.point is not None}
        return [(where[c.estate], where[c.place]) for c in final_credits(self.names) if c.estate in where and c.place in where]

    def _panel(self, axes: Axes, inside: Sequence[Mark], shown: Sequence[Mark], lines: Sequence[tuple[Point, Point]]) -> None:
        """Draw one township: a box round its own points, and whatever else lies in that box."""
        points = [mark.point for mark in inside if mark.point is not None]
        box = _Box(points)
        seen = [(mark, mark.point) for mark in shown if mark.point is not None and box.holds(mark.point)]
        borders = borders_within(self.names.scenario, (box.left, box.low), (box.right, box.high))
        if borders:
            axes.add_collection(LineCollection(borders, colors=_BORDER, linewidths=0.9, linestyles=[_DASH], zorder=0.5))
        axes.add_collection(
            LineCollection([line for line in lines if box.holds(line[0]) or box.holds(line[1])], colors=_LINE, linewidths=0.8, zorder=1)
        )
        for key, (marker, colour, size, _) in _STYLES.items():
            at = [point for mark, point in seen if key in (mark.kind, mark.state)]
            if at:
                xs, ys = zip(*at, strict=True)
                axes.scatter(xs, ys, s=size, c=colour, marker=marker, linewidths=0.4, edgecolors="white", zorder=3)
        for mark, point in seen:
            if mark.kind == "new_place":
                axes.text(*point, f"  {mark.id}", fontsize=6, color="#444444", zorder=4, va="bottom")
        axes.set_xlim(box.left, box.right)
        axes.set_ylim(box.low, box.high)
        axes.set_aspect(box.unit_y_m / box.unit_x_m)
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
        axes.spines[:].set_color("#cccccc")
        length_m = box.round_length_m()
        end = box.left + (box.right - box.left) * 0.04
        low = box.low + (box.high - box.low) * 0.04
        axes.plot([end, end + length_m / box.unit_x_m], [low, low], color="#333333", linewidth=2, solid_capstyle="butt", zorder=2)
        axes.text(end, low + box.half_m * 0.02 / box.unit_y_m, self.say("scale", length=f"{length_m / 1000:g}"), fontsize=7, va="bottom")

    def _cost(self) -> Figure:
        figure = self._figure("cost_title")
        years = pay_years(self.names)
        if not years:
            figure.text(0.5, 0.5, self.say("no_money"), ha="center", va="center")
            return figure
        figure.subplots_adjust(left=0.1, right=0.97, bottom=figure.subplotpars.bottom + 0.1)
        axes = figure.add_subplot()
        high, low = [0.0] * len(years), [0.0] * len(years)
        for number, funder in enumerate(self.names.public):
            amounts = [year[funder] / FEN_PER_WAN for year in years.values()]
            if not any(amounts):
                continue
            bottoms = [high[n] if amount >= 0 else low[n] for n, amount in enumerate(amounts)]
            word = self.text(self.names.funder(funder), funder) if self.lang == self.names.lang else funder
            axes.bar([str(year) for year in years], amounts, bottom=bottoms, color=_BARS[number % len(_BARS)], label=word, width=0.7)
            high = [h + max(0.0, amount) for h, amount in zip(high, amounts, strict=True)]
            low = [bottom + min(0.0, amount) for bottom, amount in zip(low, amounts, strict=True)]
        for n, total in enumerate(h + bottom for h, bottom in zip(high, low, strict=True)):
            axes.text(n, high[n], f"{total:,.2f}", ha="center", va="bottom", fontsize=8)
        axes.set_ylabel(self.say("money_axis"))
        axes.set_xlabel(self.say("year_axis"))
        axes.axhline(0, color="#333333", linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
        return figure


class _Box:
    """A square in metres round some points, in degrees."""

    def __init__(self, points: Sequence[Point]) -> None:
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        self.unit_y_m = _DEGREE_M
        self.unit_x_m = _DEGREE_M * max(0.05, math.cos(math.radians(y)))
        half_m = max((max(xs) - min(xs)) * self.unit_x_m, (max(ys) - min(ys)) * self.unit_y_m, 400.0) * 0.58
        self.half_m = half_m
        self.left, self.right = x - half_m / self.unit_x_m, x + half_m / self.unit_x_m
        self.low, self.high = y - half_m / self.unit_y_m, y + half_m / self.unit_y_m

    def holds(self, point: Point) -> bool:
        """Return whether a point lies in the box."""
        return self.left <= point[0] <= self.right and self.low <= point[1] <= self.high

    def round_length_m(self) -> float:
        """Return a round length of about a quarter of the box."""
        longest = self.half_m / 2
        power = 10.0 ** math.floor(math.log10(longest))
        return max(step * power for step in (1, 2, 5) if step * power <= longest)


def draw(names: Names) -> dict[str, bytes]:
    """Return ``map.png``, ``map.svg``, ``cost.png`` and ``cost.svg``."""
    return _Painter(names).draw()


def _folded(text: str) -> list[str]:
    """Return a sentence in lines that fit the width of a figure, broken at a space where one is near."""
    lines: list[str] = []
    line = ""
    for char in text:
        if display_width(line + char) > _LINE_WIDTH:
            space = line.rfind(" ", len(line) - 20) + 1
            cut = space or len(line)
            lines, line = [*lines, line[:cut].rstrip()], line[cut:]
        line += char
    return [*lines, line]


def _bytes(figure: Figure, kind: str) -> bytes:
    file = io.BytesIO()
    # Without these entries the files would carry the day and the version of matplotlib.
    nothing = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(file, format=kind, dpi=_DPI, metadata=nothing)
    return file.getvalue()
