"""What the columns of road data mean: kind of road, level, who may walk, barriers and crossings, in the words data come with.

Known are the tags of OpenStreetMap, the columns of its usual Shapefile extracts, and plain Chinese headings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NO_WALKING = frozenset(
    {"motorway", "motorway_link", "construction", "proposed", "raceway", "bus_guideway", "高速公路", "高速", "高速匝道", "在建", "规划"}
)
"""Kinds of road that nobody may walk on."""
_OPEN, _SHUT = {"yes", "designated", "permissive", "official", "是", "y", "true", "t", "1"}, {"no", "private", "否", "f", "false", "0"}
_SHUT_TO_WALKERS = {"wall", "fence", "hedge", "city_wall", "guard_rail", "围墙", "封闭", "隔断", "是", "yes", "true", "1"}
_CROSSINGS = {"crossing", "traffic_signals", "人行横道", "信号灯"}
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_NAMES: dict[str, tuple[str, ...]] = {
    "kind": ("highway", "fclass", "kind", "道路等级", "道路类型", "类型"),
    "level": ("layer", "level", "层级", "层"),
    "bridge": ("bridge", "桥梁", "桥"),
    "tunnel": ("tunnel", "隧道", "地道"),
    "foot": ("foot", "walkable", "可步行", "步行"),
    "access": ("access", "通行"),
    "length": ("length_m", "长度_m"),
    "grade": ("grade", "坡度"),
    "climb": ("climb_m", "高差_m"),
    "barrier": ("barrier", "障碍", "隔断"),
    "wait": ("wait_s", "等候_s", "等候秒数"),
}


@dataclass(frozen=True, slots=True)
class Tags:
    """The attributes of the features of a layer, by meaning."""

    columns: Mapping[str, Sequence[object]]
    other: Sequence[object]

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[object]], count: int) -> Tags:
        """Return the tags of a layer with `count` features; headings count without regard to case."""
        lower = {name.strip().lower(): values for name, values in columns.items()}
        found = {}
        for meaning, names in _NAMES.items():
            values = next((lower[name] for name in names if name in lower), None)
            if values is not None:
                found[meaning] = values
        return cls(found, lower.get("other_tags") or [None] * count)

    def text(self, meaning: str, n: int) -> str:
        """Return an attribute of feature `n` as lower-case text, empty where it has none."""
        if meaning in self.columns:
            value = self.columns[meaning][n]
            return "" if value is None else str(value).strip().lower()
        extra = self.other[n]
        if not extra:
            return ""
        tags = dict(_TAG.findall(str(extra)))
        return next((tags[name].strip().lower() for name in _NAMES[meaning] if name in tags), "")

    def number(self, meaning: str, n: int) -> float:
        """Return an attribute of feature `n` as a number, NaN where it has none."""
        text = self.text(meaning, n)
        try:
            value = float(text.replace(",", "")) if text else math.nan
        except ValueError:
            return math.nan
        return value if math.isfinite(value) else math.nan


def headings_of(meaning: str) -> tuple[str, ...]:
    """Return the headings that stand for an attribute, in lower case."""
    return _NAMES[meaning]


def is_walkable(tags: Tags, n: int) -> bool:
    """Return whether people may walk along a line: its own word on walkers first, then access, then its kind."""
    foot, access = tags.text("foot", n), tags.text("access", n)
    if foot:
        return foot not in _SHUT
    if access in _SHUT:
        return False
    return tags.text("kind", n) not in NO_WALKING


def level_of(tags: Tags, n: int) -> int:
    """Return the level of a line: as stated, else 1 on a bridge and -1 in a tunnel."""
    stated = tags.number("level", n)
    if not math.isnan(stated) and stated:
        return round(stated)
    bridge, tunnel = tags.text("bridge", n), tags.text("tunnel", n)
    return int(bool(bridge) and bridge not in _SHUT) - int(bool(tunnel) and tunnel not in _SHUT)


def wait_at(tags: Tags, n: int, crossing_wait_s: float) -> float | None:
    """Return the seconds one waits at a point, infinite where it cannot be passed; None where it says nothing of walking.

    A barrier shuts walkers out where its own word on walkers or its access says so, or, without a word on walkers, where its
    kind does: a wall or a fence; gates and bollards let them pass. A crossing takes the stated wait, or `crossing_wait_s`.
    """
    barrier, foot, access = tags.text("barrier", n), tags.text("foot", n), tags.text("access", n)
    if barrier and barrier not in _SHUT and (foot in _SHUT or (not foot and (access in _SHUT or barrier in _SHUT_TO_WALKERS))):
        return math.inf
    stated = tags.number("wait", n)
    if not math.isnan(stated):
        return max(0.0, stated)
    return crossing_wait_s if tags.text("kind", n) in _CROSSINGS else None
