"""A scenario that walks by roads: what it must state, what its plan rests on, and how the check reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from siteplanner.audit import audit, broken
from siteplanner.case.prepare import prepare
from siteplanner.errors import InputError
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.report.record import plan_bytes, read_plan
from siteplanner.report.stamps import stamps, walking_label
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import catalogue
from support.small import County, estate, planned, room
from support.street_files import geojson, tables
from support.streets import RIVER, there

SPEED = {"speed_m_per_s": "1", "speed_source": "手算"}
STRAIGHT = {"method": "straight_line", "detour": "1", **SPEED}


def at(x: float, y: float) -> dict[str, str]:
    """Return the coordinates of a point of the town."""
    east, north = there(x, y)
    return {"x": f"{east}", "y": f"{north}"}


def river_roads(folder: Path) -> str:
    """Write the streets of the two banks and the bridge, in the zone, and return the file's name."""
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [list(there(*p)) for p in line]}}
        for line in RIVER
    ]
    crs = {"type": "name", "properties": {"name": "EPSG:4549"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": features})
    (folder / "roads.geojson").write_text(text, encoding="utf-8")
    return "roads.geojson"


def by_roads(folder: Path, **more: object) -> dict[str, object]:
    """Return settings that walk along the town's streets."""
    return {"walking": {"method": "roads", "roads": {"file": river_roads(folder), **more}, "source": "手绘", **SPEED}}


def town(folder: Path, settings: dict[str, object]) -> County:
    """Return an estate on the north bank, a cheap room straight across the river, and a dear one on its own bank."""
    rooms = [room("CHEAP", 200, 100_000, **at(0, 20)), room("DEAR", 200, 500_000, **at(350, 120))]
    return County("tonglu-2021", [estate("E", 100, **at(0, 80))], rooms, settings=settings, folder=folder)


def made(folder: Path, **more: object) -> tuple[Scenario, Plan]:
    """Return the town's scenario and plan along its streets."""
    scenario = town(folder, by_roads(folder, **more)).scenario()
    return scenario, plan(scenario).plan


def chosen(found: Plan | None) -> list[str]:
    """Return the rooms of a plan."""
    return [pick.option for pick in found.chosen] if found else []


def refused(folder: Path, settings: dict[str, object]) -> list[str]:
    """Return the codes for which a scenario is refused."""
    with pytest.raises(InputError) as caught:
        town(folder, settings).scenario()
    assert all(text.strip() for problem in caught.value.problems for text in problem.parts("zh").values() if text != problem.clause)
    return [problem.code for problem in caught.value.problems]


def test_the_straight_line_is_wrong_at_the_river(tmp_path: Path) -> None:
    """By straight line the room across the river is 60 s away and is bought; on foot it is 940 s away and out of reach."""
    assert chosen(planned(town(tmp_path, {"walking": STRAIGHT}))) == ["CHEAP"]
    assert chosen(planned(town(tmp_path, by_roads(tmp_path)))) == ["DEAR"]


def test_the_record_says_what_was_walked(tmp_path: Path) -> None:
    """The record names network, speed and source, counts points and their distances, and goes to disk and back."""
    scenario, found = made(tmp_path)
    streets = found.walks.streets
    assert streets is not None and scenario.roads is not None
    assert (found.walks.method, found.walks.speed_m_per_s, found.walks.pairs) == ("roads", "1", 1)
    assert streets.network == scenario.roads.sha256 == next(f.sha256 for f in scenario.files if f.name == "roads.geojson")
    assert (streets.points, streets.median_m, streets.greatest_m) == (3, 20.0, 20.0)
    assert (streets.far, streets.unreachable, streets.isolated, streets.shift_m) == ((), (), (), None)
    (tmp_path / "plan.json").write_bytes(plan_bytes(found))
    assert read_plan(tmp_path / "plan.json") == found


def test_the_label_names_source_and_speed(tmp_path: Path) -> None:
    """Wherever the plan is shown it says that walks go by roads, whose, and how fast; it is no estimate and bears no stamp."""
    _, found = made(tmp_path, slope="tobler")
    assert "手绘" in walking_label(found, "zh") and "托布勒" in walking_label(found, "zh")
    assert "1 m/s" in walking_label(found, "en") and "Tobler" in walking_label(found, "en")
    assert "Tobler" not in walking_label(made(tmp_path)[1], "en")
    assert "walking" not in {stamp.kind for stamp in stamps(found, "zh")}


def test_far_and_cut_off_points_are_told(tmp_path: Path) -> None:
    """A snap of 20 m is far at 19 m and not at 20 m; an estate beyond a broken bridge is told with the plan."""
    _, near = made(tmp_path, far_snap_m="20")
    _, far = made(tmp_path, far_snap_m="19")
    assert [n.code for n in near.notices if n.code == "far_from_street"] == []
    assert [(n.subject, n.facts["metres"]) for n in far.notices if n.code == "far_from_street"] == [
        ("CHEAP", "20"),
        ("DEAR", "20"),
        ("E", "20"),
    ]
    settings = {**by_roads(tmp_path), "standards": {"reach_minutes": "5"}}
    case = prepare(town(tmp_path, settings).scenario())
    assert case.streets is not None and case.streets.isolated == ("E",)


def test_check_follows_the_hashed_table(tmp_path: Path) -> None:
    """The check takes walks from the table, but not one quicker than the straight line, nor another network than the scenario's."""
    scenario, found = made(tmp_path)
    walks = dict(prepare(scenario).walks)
    assert walks == {("E", "DEAR"): 390}
    assert broken(audit(scenario, found, walks)) == ()
    codes = {finding.code for finding in broken(audit(scenario, found, {("E", "DEAR"): 340}))}
    assert "walk_too_quick" in codes
    assert found.walks.streets is not None
    other = found.walks.streets.model_copy(update={"network": "0" * 64})
    forged = found.model_copy(update={"walks": found.walks.model_copy(update={"streets": other})})
    assert {finding.code for finding in broken(audit(scenario, forged, walks))} == {"walks_network"}


@pytest.mark.parametrize("missing", ["speed_m_per_s", "speed_source", "roads"])
def test_roads_speed_and_source_must_be_stated(tmp_path: Path, missing: str) -> None:
    """Walking by roads states its roads, its speed and where the speed comes from."""
    walking = dict(by_roads(tmp_path)["walking"])  # type: ignore[call-overload]
    del walking[missing]
    assert refused(tmp_path, {"walking": walking}) == ["roads_incomplete"]


def test_points_need_coordinates(tmp_path: Path) -> None:
    """Every estate and site must be on the map."""
    county = replace(town(tmp_path, by_roads(tmp_path)), estates=[estate("E", 100)])
    with pytest.raises(InputError) as caught:
        county.scenario()
    assert [problem.code for problem in caught.value.problems] == ["point_missing"]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A road file or node table that is missing is told at the line that names it."""
    walking = {"method": "roads", **SPEED}
    assert refused(tmp_path, {"walking": {**walking, "roads": "none.geojson"}}) == ["missing_file"]
    tables(tmp_path)
    assert refused(tmp_path, {"walking": {**walking, "roads": {"file": "roads.csv", "nodes": "none.csv"}}}) == ["missing_file"]


def test_faults_of_roads_come_with_all_others(tmp_path: Path) -> None:
    """Broken roads are told together with a broken setting."""
    (tmp_path / "bad.geojson").write_text("{", encoding="utf-8")
    settings = {"walking": {"method": "roads", **SPEED, "roads": "bad.geojson"}, "standards": {"reach_minutes": "99"}}
    assert sorted(refused(tmp_path, settings)) == ["gis_bad_json", "wider_circle"]


def test_somebody_must_be_able_to_walk(tmp_path: Path) -> None:
    """A network of motorways is no network."""
    path = geojson(tmp_path, "m.geojson")
    path.write_text(path.read_text(encoding="utf-8").replace('"foot": ""', '"foot": "no"'), encoding="utf-8")
    assert refused(tmp_path, {"walking": {"method": "roads", **SPEED, "roads": "m.geojson"}}) == ["roads_nothing_walkable"]


def test_tables_take_the_crs_of_the_scenario(tmp_path: Path) -> None:
    """Node and edge tables beside a scenario in the same zone need no declaration; both files are hashed."""
    tables(tmp_path)
    walking = {"method": "roads", **SPEED, "roads": {"file": "roads.csv", "nodes": "nodes.csv"}}
    scenario = town(tmp_path, {"walking": walking}).scenario()
    assert scenario.roads is not None
    assert [file.name for file in scenario.roads.files] == ["nodes.csv", "roads.csv"]
    assert scenario.roads.sha256 not in {file.sha256 for file in scenario.files}
    assert prepare(scenario).walks == {("E", "DEAR"): 390}


def walked(cells: dict[str, str], walking: dict[str, str]) -> Scenario:
    """Return a county of one estate and one room with one walk."""
    base = County("tonglu-2021", [estate("E")], [room("R", 200)]).scenario()
    tree = {
        "title": "小例", "policy": "tonglu-2021", "county": "某县", "base_date": "2021-12-13", "inputs": dict(base.settings.inputs),
        "walking": {"method": "table", **walking}, "finance": {"base_year": "2021", "horizon_years": "5", "rate": "0"},
    }  # fmt: skip
    rows = {
        "estates": [{"estate": "E", "name": "E", "township": "甲镇", "dwellings": "100", "started": "2000-01-01"}],
        "sites": [{"site": "R", "name": "R", "township": "甲镇", "detached": "yes"}],
        "options": [{"option": "R", "site": "R", "kind": "purchase", "works": "none", "area_m2": "200", "price_yuan": "0"}],
        "walks": [{"estate": "E", "place": "R", **cells}],
    }
    return build_scenario(tree, rows)


@pytest.mark.parametrize(
    ("rounded", "boundary", "stated", "seconds"),
    [
        ("exact", None, "14.5", 870), ("up", None, "15", 900), ("nearest", "stated", "15", 900), ("nearest", "longest", "15", 929),
        ("nearest", "longest", "14", 869), ("down", "stated", "15", 900), ("down", "longest", "15", 959), ("down", "longest", "14", 899),
    ],
)  # fmt: skip
def test_rounded_minutes_are_read_as_declared(rounded: str, boundary: str | None, stated: str, seconds: int) -> None:
    """15 minutes rounded to the nearest are 900 s as stated and up to 929 s at the longest; rounded down, up to 959 s."""
    scenario = walked({"minutes": stated}, {"rounded": rounded, "source": "某图 2026-01", **({"boundary": boundary} if boundary else {})})
    assert [walk.walk_s for walk in scenario.walks] == [seconds]


def test_a_step_of_ten_seconds() -> None:
    """Seconds rounded to the nearest ten may stand for up to four more."""
    scenario = walked({"seconds": "900"}, {"rounded": "nearest", "rounded_to_s": "10", "boundary": "longest", "source": "某图"})
    assert [walk.walk_s for walk in scenario.walks] == [904]


@pytest.mark.parametrize(
    ("cells", "walking", "code"),
    [
        ({"minutes": "15"}, {}, "walk_rounding_missing"),
        ({"minutes": "15"}, {"rounded": "nearest", "source": "某图"}, "walk_boundary_missing"),
        ({"minutes": "15"}, {"rounded": "down", "source": "某图"}, "walk_boundary_missing"),
        ({"minutes": "15"}, {"rounded": "up"}, "walk_source_missing"),
        ({}, {}, "walk_without_time"),
        ({"seconds": "900", "minutes": "15"}, {"rounded": "up", "source": "某图"}, "walk_with_two_times"),
        ({"minutes": "14.99"}, {"rounded": "exact", "source": "某图"}, "too_fine"),
    ],
)
def test_a_table_says_how_it_was_rounded(cells: dict[str, str], walking: dict[str, str], code: str) -> None:
    """What is not declared of a rounded table is asked for."""
    with pytest.raises(InputError) as caught:
        walked(cells, walking)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_rounding_is_shown() -> None:
    """The label of a rounded table says how it was rounded and how its boundary is read."""
    scenario = walked({"minutes": "14"}, {"rounded": "nearest", "boundary": "longest", "source": "某图"})
    found = plan(scenario).plan
    assert "某图，时间四舍五入到 60 秒，边界按取整前可能的最长时间" in walking_label(found, "zh")
    assert "rounded to the nearest 60 s, the boundary read as the longest" in walking_label(found, "en")


CAUSED = {
    "gis_extra", "gis_form", "gis_unreadable", "gis_layer", "gis_not_features", "gis_bad_json", "gis_bad_shape", "gis_point_twice",
    "gis_no_name", "roads_crs_missing", "roads_crs_differs", "roads_no_lines", "roads_nothing_walkable", "roads_nodes_missing",
    "roads_nodes_unused", "roads_column_missing", "roads_bad_number", "roads_no_node", "roads_node_twice", "roads_unknown_node",
    "roads_incomplete", "walk_without_time", "walk_with_two_times", "walk_rounding_missing", "walk_boundary_missing",
    "walk_source_missing", "bad_speeds",
}  # fmt: skip
"""The codes that tests of this folder cause."""


def test_every_code_of_roads_is_caused_here() -> None:
    """No message about roads stands untested: each code is named in a test of this folder or of gis, and each has its three parts."""
    texts = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].glob("[gr]*s/test_*.py"))
    source = Path(__file__).parents[2] / "src" / "siteplanner" / "texts" / "roads.zh.yaml"
    lines = source.read_text(encoding="utf-8").split("\nnotice:")[0].splitlines()
    own = {line.strip(" :") for line in lines if line.startswith("  ") and line[2] != " "}
    assert own == CAUSED
    assert [code for code in sorted(own) if texts.count(f'"{code}"') < 2] == []
    for lang in ("zh", "en"):
        assert all(catalogue(lang).get(f"problem.{code}.{part}", "").strip() for code in own for part in ("seen", "must", "try"))


def test_network_is_background_for_maps(tmp_path: Path) -> None:
    """The scenario holds the lines in WGS 84, for whoever draws a map."""
    scenario, _ = made(tmp_path)
    assert scenario.roads is not None
    lines = scenario.roads.lines
    assert len(lines) == 3
    assert np.allclose([lines.lon.min(), lines.lat.min()], [120.0, 29.8197], atol=0.001)
