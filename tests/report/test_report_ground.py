"""The roads under the map: where the scenario draws them, coarse, and never more than a page can carry."""

from __future__ import annotations

import numpy as np
import pytest

from report.example import Example
from report.test_report_page import data_of, page
from siteplanner.report import ground
from siteplanner.report.ground import STEPS, border_lines, road_lines
from siteplanner.roads.lines import RoadLines
from siteplanner.scenario.inputs import Roads

ORIGIN = (119.0, 29.0)


def network(lengths: list[float], walkable: list[bool] | None = None) -> Roads:
    """Return straight west-east roads of some lengths in degrees, one above the other."""
    count = len(lengths)
    lon = np.array([x for length in lengths for x in (119.1, 119.1 + length)])
    lat = np.repeat(29.1 + 0.01 * np.arange(count), 2)
    nothing = np.full(count, np.nan)
    lines = RoadLines(
        lon=lon, lat=lat, z_m=np.full(2 * count, np.nan), first=np.arange(0, 2 * count + 1, 2), level=np.zeros(count, dtype=np.int64),
        walkable=np.array(walkable or [True] * count), length_m=nothing, grade=nothing,
        mark_lon=np.array([]), mark_lat=np.array([]), mark_wait_s=np.array([]), joined=True,
    )  # fmt: skip
    return Roads(lines, ())


def with_roads(made: Example, roads: Roads) -> Example:
    """Return the example on a road network."""
    return Example(made.scenario.model_copy(update={"roads": roads}), made.plan, made.walks)


def test_lines_are_steps_from_the_corner(made: Example) -> None:
    """A road from 119.1 to 119.11 at 29.1 starts 10,000 steps east and north of 119.0, 29.0 and goes 1,000 steps east."""
    assert road_lines(with_roads(made, network([0.01])).scenario, ORIGIN) == [[10_000, 10_000, 1_000, 0]]
    assert STEPS == 100_000


def test_where_nobody_may_walk_nothing_is_drawn(made: Example) -> None:
    """A motorway is left out, and a scenario without roads has none."""
    assert len(road_lines(with_roads(made, network([0.01, 0.02], [True, False])).scenario, ORIGIN)) == 1
    assert road_lines(made.scenario, ORIGIN) == []


def test_of_a_huge_network_the_longest_lines_stay(made: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for four points the two longest of three roads are sent, in their order."""
    monkeypatch.setattr(ground, "_MOST_POINTS", 4)
    found = road_lines(with_roads(made, network([0.02, 0.01, 0.03])).scenario, ORIGIN)
    assert [line[2] for line in found if isinstance(line, list)] == [2_000, 3_000]


def test_the_page_has_the_roads_and_says_so(made: Example) -> None:
    """Roads stand in the page's data and legend; without any the page says that there is no background."""
    text = page(with_roads(made, network([0.01])))
    assert len(data_of(text)["map"]["roads"]) == 1
    assert "道路 (1)" in text and "底图取自场景所给的地图数据" in text
    assert "未叠加底图" in page(made)


def test_boundaries_are_drawn_alike(made: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outline is sent as steps from the corner; beyond what a page can carry only some points are, the last one always."""
    line = ((119.1, 29.1), (119.2, 29.1), (119.2, 29.2), (119.1, 29.1))
    scenario = made.scenario.model_copy(update={"borders": (line,)})
    assert border_lines(scenario, ORIGIN) == [[10_000, 10_000, 10_000, 0, 0, 10_000, -10_000, -10_000]]
    assert "界线 (1)" in page(Example(scenario, made.plan, made.walks))
    monkeypatch.setattr(ground, "_MOST_POINTS", 2)
    assert border_lines(scenario, ORIGIN) == [[10_000, 10_000, 10_000, 10_000, -10_000, -10_000]]
