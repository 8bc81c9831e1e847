"""Tables that come as map data, systems of single tables, and boundaries that fill in townships and neighbours."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from roads.test_access import written
from roads.test_scenario_roads import by_roads
from siteplanner.coordinates import convert, from_wgs84, to_wgs84
from siteplanner.errors import InputError
from siteplanner.planner import plan
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from support.streets import CRS, there

Row = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the town by roads as a scenario folder."""
    return written(tmp_path, by_roads(tmp_path))


def rows_of(folder: Path, table: str) -> list[Row]:
    """Return the rows of a CSV table."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(folder: Path, table: str, rows: list[Row]) -> None:
    """Write a CSV table anew."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def to_geojson(folder: Path, table: str, *, crs: str = "wgs84", zone: bool = False, area: bool = False, drop: tuple[str, ...] = ()) -> str:
    """Write a table as GeoJSON in degrees (of a system), or in the zone with a crs member, as points or squares about them."""
    features = []
    for row in rows_of(folder, table):
        x, y = float(row.pop("x")), float(row.pop("y"))
        lon, lat = (x, y) if zone else (float(v) for v in convert(x, y, CRS, crs))
        half = 10.0 if zone else 1e-4
        ring = [[lon + a * half, lat + b * half] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        shape = {"type": "Polygon", "coordinates": [ring]} if area else {"type": "Point", "coordinates": [lon, lat]}
        facts = {key: value for key, value in row.items() if key not in drop}
        features.append({"type": "Feature", "geometry": shape, "properties": {"OBJECTID": 1, **facts}})
    tree: Row = {"type": "FeatureCollection", "features": features}
    if zone:
        tree["crs"] = {"type": "name", "properties": {"name": "EPSG:4549"}}
    (folder / f"{table}.geojson").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    (folder / f"{table}.csv").unlink()
    return f"{table}.geojson"


def to_vector(folder: Path, table: str, name: str, headings: dict[str, str]) -> str:
    """Write a table as GeoPackage or Shapefile in CGCS2000, with Chinese headings; a Shapefile without .cpg, in GB18030."""
    import pyogrio.raw
    import shapely

    rows = rows_of(folder, table)
    lon, lat = to_wgs84([float(row["x"]) for row in rows], [float(row["y"]) for row in rows], CRS)
    points = np.array([shapely.to_wkb(shapely.Point(a, b)) for a, b in zip(lon, lat, strict=True)], dtype=object)
    keys = [key for key in rows[0] if key not in ("x", "y")]
    fields = [np.array([row[key] for row in rows], dtype=object) for key in keys]
    path = folder / name
    options = {"encoding": "GB18030"} if name.endswith(".shp") else {"layer": "一图"}
    driver = "ESRI Shapefile" if name.endswith(".shp") else "GPKG"
    pyogrio.raw.write(
        path, points, fields, [headings.get(key, key) for key in keys], driver=driver, geometry_type="Point", crs="EPSG:4490", **options
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    (folder / f"{table}.csv").unlink()
    return name


def load(folder: Path, *sets: str) -> Scenario:
    """Load the scenario with some changes."""
    return load_scenario(folder, sets=sets)


def codes(folder: Path, *sets: str) -> list[tuple[str, str]]:
    """Load a scenario that must be refused, and return code and place of every problem."""
    with pytest.raises(InputError) as caught:
        load(folder, *sets)
    return [(problem.code, str(problem.where).removeprefix(f"{folder.as_posix()}/")) for problem in caught.value.problems]


def same_place(one: Scenario, other: Scenario, metres: float = 0.002) -> bool:
    """Return whether two scenarios have the same rows but for a hair's breadth of their points."""
    for a, b in zip((*one.estates, *one.sites), (*other.estates, *other.sites), strict=True):
        apart = np.hypot((a.x or 0) - (b.x or 0), (a.y or 0) - (b.y or 0))
        if apart > metres or a.model_copy(update={"x": None, "y": None}) != b.model_copy(update={"x": None, "y": None}):
            return False
    return True


@pytest.mark.parametrize("form", [{}, {"zone": True}, {"area": True}])
def test_tables_as_geojson(folder: Path, form: dict[str, bool]) -> None:
    """Estates and sites as points or areas, in degrees or in the zone, are the same rows as in CSV, in the scenario's system."""
    before = load(folder)
    sets = [f"tables.{table}={to_geojson(folder, table, **form)}" for table in ("estates", "sites")]
    after = load(folder, *sets)
    assert same_place(before, after)
    assert {file.name for file in after.files} >= {"estates.geojson", "sites.geojson"}
    assert [pick.option for pick in plan(after).plan.chosen] == ["DEAR"]


def test_tables_as_geopackage_and_gbk_shapefile(folder: Path) -> None:
    """A layer of a GeoPackage, and a GBK Shapefile whose headings were cut to ten bytes, give the same rows too."""
    rows = [row | {"approved": "1999-01-01"} for row in rows_of(folder, "estates")]
    write_rows(folder, "estates", rows)
    before = load(folder)
    headings = {
        "estate": "小区编号",
        "name": "小区名称",
        "township": "乡镇街道",
        "dwellings": "住房套数",
        "started": "开工日期",
        "approved": "规划批准日",
    }
    estates = to_vector(folder, "estates", "estates.shp", headings)
    sites = to_vector(folder, "sites", "sites.gpkg", {"site": "点位编号", "detached": "独栋"})
    assert same_place(before, load(folder, f"tables.estates={estates}", f"tables.sites={sites}#一图"))
    after = load(folder, f"tables.estates={estates}", f"tables.sites={sites}")
    assert {file.name for file in after.files} >= {"estates.shp", "estates.dbf", "estates.shx", "estates.prj", "sites.gpkg"}


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "wgs84"])
def test_a_table_in_a_system_of_its_own(folder: Path, crs: str) -> None:
    """CSV tables and GeoJSON taken from a web map are declared by table and land where they belong."""
    before = load(folder)
    rows = rows_of(folder, "sites")
    for row in rows:
        x, y = from_wgs84(*to_wgs84(float(row["x"]), float(row["y"]), CRS), crs)
        row["x"], row["y"] = f"{float(x):.10f}", f"{float(y):.10f}"
    write_rows(folder, "sites", rows)
    assert same_place(before, load(folder, f"table_crs.sites={crs}"), 0.02)
    assert [code for code, _ in codes(folder)] == ["point_not_metres"] * 2
    estates = to_geojson(folder, "estates", crs=crs)
    assert same_place(before, load(folder, f"table_crs={{sites: {crs}, estates: {crs}}}", f"tables.estates={estates}"), 0.02)


def test_systems_that_cannot_be(folder: Path) -> None:
    """An unknown system of a table, one that contradicts its file, and one of a table that has no points are refused."""
    estates = to_geojson(folder, "estates")
    assert codes(folder, f"tables.estates={estates}", "table_crs.sites=epsg:99999") == [("bad_crs", "--set (table_crs.sites)")]
    assert codes(folder, f"tables.estates={estates}", f"table_crs.estates={CRS}") == [("roads_crs_differs", "--set (table_crs.estates)")]
    assert codes(folder, f"tables.estates={estates}", "table_crs.walks=wgs84") == [("unknown_key", "--set (table_crs.walks)")]


def test_faults_are_located_by_feature(folder: Path) -> None:
    """A bad cell, an unknown attribute and a doubled coordinate are told with file and feature."""
    rows = rows_of(folder, "estates")
    write_rows(folder, "estates", [rows[0] | {"dwellings": "many"}])
    estates = to_geojson(folder, "estates")
    assert codes(folder, f"tables.estates={estates}") == [("bad_number", "estates.geojson:1:4 (E, dwellings)")]
    write_rows(folder, "estates", [rows[0] | {"dwelings": "1"}])
    assert [code for code, _ in codes(folder, f"tables.estates={to_geojson(folder, 'estates')}")] == ["unknown_column"]
    tree = json.loads((folder / "estates.geojson").read_text(encoding="utf-8"))
    tree["features"][0]["properties"] = {**rows[0]}
    (folder / "estates.geojson").write_text(json.dumps(tree), encoding="utf-8")
    assert codes(folder, f"tables.estates={estates}") == [("gis_point_twice", "estates.geojson")]
    assert codes(folder, "tables.estates=none.geojson") == [("missing_file", "--set (tables.estates)")]
    (folder / "estates.geojson").write_text("{", encoding="utf-8")
    assert codes(folder, f"tables.estates={estates}") == [("gis_bad_json", "estates.geojson")]


def areas(folder: Path, name: str, boxes: dict[str, tuple[float, float, float, float]], column: str = "乡镇街道") -> str:
    """Write rectangles about the origin with a name each, in the zone."""
    features = []
    for title, (west, south, east, north) in boxes.items():
        ring = [list(there(x, y)) for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south))]
        features.append({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {column: title}})
    crs = {"type": "name", "properties": {"name": "EPSG:4549"}}
    (folder / name).write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    return name


BANKS = {"北镇": (-100.0, 50.0, 1000.0, 1000.0), "南镇": (-100.0, -1000.0, 1000.0, 50.0)}


def test_townships_are_filled_and_compared(folder: Path) -> None:
    """An empty township is that of the area the point lies in; a written one that differs is told with the plan, and kept."""
    rows = rows_of(folder, "sites")
    write_rows(folder, "sites", [rows[0] | {"township": ""}, rows[1]])
    write_rows(folder, "estates", [row | {"township": "北镇"} for row in rows_of(folder, "estates")])
    scenario = load(folder, f"outlines.townships.file={areas(folder, 'towns.geojson', BANKS)}")
    assert {site.id: site.township for site in scenario.sites} == {"CHEAP": "南镇", "DEAR": "甲镇"}
    assert [(flag.code, flag.subject, dict(flag.facts)) for flag in scenario.flags] == [
        ("township_differs", "DEAR", {"stated": "甲镇", "drawn": "北镇"})
    ]
    assert [(n.code, n.subject) for n in plan(scenario).plan.notices if "township" in n.code] == [("township_differs", "DEAR")]
    assert {file.name for file in scenario.files} >= {"towns.geojson"}
    assert len(scenario.borders) == 2


def test_points_outside_every_township_are_told(folder: Path) -> None:
    """A point that lies in no area keeps what is written and is told."""
    scenario = load(folder, f"outlines.townships.file={areas(folder, 'towns.geojson', {'甲镇': BANKS['北镇']})}")
    assert [(flag.code, flag.subject) for flag in scenario.flags] == [("township_outside", "CHEAP")]


def test_a_layer_without_townships_takes_them_from_the_areas(folder: Path) -> None:
    """Map data need no column of townships where boundaries are given; without boundaries every row asks for one."""
    estates = to_geojson(folder, "estates", drop=("township",))
    towns = areas(folder, "towns.geojson", {"甲镇": (-100.0, -1000.0, 1000.0, 1000.0)}, "NAME")
    assert load(folder, f"tables.estates={estates}", f"outlines.townships.file={towns}").estates[0].township == "甲镇"
    assert [code for code, _ in codes(folder, f"tables.estates={estates}")] == ["missing_cell"]


def test_boundaries_that_cannot_be_read(folder: Path) -> None:
    """A missing file, a column that is not there, and an unreadable file are located problems."""
    towns = areas(folder, "towns.geojson", BANKS, "label")
    assert codes(folder, "outlines.townships.file=none.geojson") == [("missing_file", "--set (outlines.townships.file)")]
    assert [code for code, _ in codes(folder, f"outlines.townships.file={towns}")] == ["gis_no_name"]
    assert load(folder, f"outlines.townships={{file: {towns}, name: label}}").flags
    assert [code for code, _ in codes(folder, f"outlines.townships={{file: {towns}, name: label, crs: wgs84}}")] == ["roads_crs_differs"]


def test_villages_side_by_side_are_adjacent(folder: Path) -> None:
    """Villages whose outlines share a side are neighbours, those that share a corner are not; written neighbours stay."""
    spots = {"V1": (50, 50), "V2": (150, 50), "V3": (150, 150), "V4": (350, 50)}
    first = rows_of(folder, "estates")[0]
    rows = []
    for key, spot in spots.items():
        x, y = there(*spot)
        rows.append(first | {"estate": key, "name": key, "kind": "village", "adjacent": "V3" if key == "V4" else "", "x": x, "y": y})
    write_rows(folder, "estates", [*rows, first | {"kind": "urban", "adjacent": ""}])
    squares = {"1": (0.0, 0.0, 100.0, 100.0), "2": (100.0, 0.0, 200.0, 100.0), "3": (100.0, 100.0, 200.0, 200.0)}
    squares["4"] = (200.0, 0.0, 400.0, 100.0)
    scenario = load(folder, f"outlines.villages.file={areas(folder, 'villages.geojson', squares)}")
    assert {estate.id: estate.adjacent for estate in scenario.estates} == {
        "V1": ("V2",), "V2": ("V1", "V3", "V4"), "V3": ("V2",), "V4": ("V3",), "E": (),
    }  # fmt: skip
