"""The same streets from every form of file give the same walks; what a file does not say is asked for."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from siteplanner.coordinates import to_wgs84
from siteplanner.errors import InputError
from siteplanner.gis.layer import Layer
from siteplanner.gis.read import parts_of
from siteplanner.gis.vector import read_vector
from siteplanner.roads.attributes import Tags, is_walkable, level_of, wait_at
from siteplanner.roads.lines import RoadLines
from siteplanner.roads.read import RoadForm, read_roads
from support.street_files import WRITERS, degrees, geojson, geopackage, shapefile, tables
from support.streets import CRS, Spot, network, seconds

SPOTS: list[Spot] = [(0, 109.5), (0, -9.7), (350, 55), (150, -70.2), (150, -150.1), (160, 145)]
WALKS = {(0, 1): 920, (0, 3): 830, (0, 5): 215, (1, 3): 230, (1, 5): 795, (3, 5): 706}
"""By hand at 1 m/s: along the banks and over the bridge, rounded up to the second. The lane passes under the bridge street, behind
the gate nobody comes, and the park road is closed, so its door meets the street 45 m away."""
LAYER = {"geopackage": "roads"}


def read(path: Path, **form: object) -> RoadLines:
    """Return the roads of a file."""
    return read_roads(path, None, RoadForm(**form), path.name)  # type: ignore[arg-type]


def walks(lines: RoadLines) -> dict[tuple[int, int], int]:
    """Return the walks between the spots, each pair once."""
    return {pair: s for pair, s in seconds(network(lines), SPOTS).items() if pair[0] < pair[1]}


def codes(path: Path, nodes: Path | None = None, **form: object) -> list[tuple[str, str]]:
    """Read roads that must be refused, and return code and place of every problem."""
    with pytest.raises(InputError) as caught:
        read_roads(path, nodes, RoadForm(**form), path.name, nodes.name if nodes else "")  # type: ignore[arg-type]
    return [(problem.code, str(problem.where)) for problem in caught.value.problems]


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_gives_the_same_walks(tmp_path: Path, form: str) -> None:
    """OSM as XML and PBF, GBK Shapefile without .cpg, GeoPackage, GeoJSON in degrees and in a 3-degree zone: the walks found by hand."""
    expected = WALKS if form in ("geojson", "projected geojson", "osm", "pbf") else {**WALKS, **GATELESS}
    assert walks(read(WRITERS[form](tmp_path), layer=LAYER.get(form, ""))) == expected


GATELESS = {(0, 4): 910, (1, 4): 310, (3, 4): 80, (4, 5): 786}
"""A layer of lines holds no gate, so there the lane is walked to its end."""


def test_tables_give_the_same_walks(tmp_path: Path) -> None:
    """Node and edge tables with Chinese headings in GB18030 give them too; they take the scenario's system."""
    edges, nodes = tables(tmp_path)
    lines = read_roads(edges, nodes, RoadForm(default_crs=CRS), "roads.csv", "nodes.csv")
    assert walks(lines) == WALKS


def test_shifted_data_are_declared_and_undone(tmp_path: Path) -> None:
    """GeoJSON from a web map says degrees; declared as GCJ-02 or BD-09 it gives the same walks."""
    for crs in ("gcj02", "bd09"):
        assert walks(read(geojson(tmp_path, f"{crs}.geojson", shift=crs), crs=crs)) == WALKS


def test_names_in_gbk_are_read(tmp_path: Path) -> None:
    """A Shapefile without .cpg is read as GB18030 where it is no UTF-8, and as UTF-8 where it is."""
    path = shapefile(tmp_path)
    assert "桥下小路" in read_vector(path, "roads.shp")[0].columns["name"]
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("北滨路".encode("gb18030"), b"ABCDEF"))
    assert "桥下小路" in read_vector(path, "roads.shp")[0].columns["name"]
    assert {part.suffix for part in parts_of(path)} == {".shp", ".dbf", ".shx", ".prj"}


def test_the_crs_of_a_file_and_a_declaration_must_agree(tmp_path: Path) -> None:
    """A zone declared for degrees is refused, and so is a file that says nothing without a declaration."""
    assert codes(geojson(tmp_path), crs=CRS) == [("roads_crs_differs", "roads.geojson")]
    path = shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    assert codes(path) == [("roads_crs_missing", "roads.shp")]
    assert walks(read(path, crs="cgcs2000"))[0, 1] == WALKS[0, 1]
    edges, nodes = tables(tmp_path)
    assert codes(edges, nodes) == [("roads_crs_missing", "roads.csv")]


def test_a_layer_must_be_named(tmp_path: Path) -> None:
    """Of two layers none is guessed; a wrong name lists the layers there are."""
    path = geopackage(tmp_path)
    assert codes(path) == codes(path, layer="streets") == [("gis_layer", "roads.gpkg")]


def test_without_the_extra_the_message_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GeoPackage needs the extra geo and says so; GeoJSON does not."""
    path = geopackage(tmp_path)
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    monkeypatch.setitem(sys.modules, "pyogrio.raw", None)
    assert codes(path, layer="roads") == [("gis_extra", "roads.gpkg")]
    with pytest.raises(InputError, match=r"siteplanner\[geo\]"):
        read(path, layer="roads")
    assert walks(read(geojson(tmp_path))) == WALKS


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "gis_bad_json"),
        ("[" * 100_000, "gis_bad_json"),
        ("[1]", "gis_not_features"),
        ('{"type": "FeatureCollection", "features": 1}', "gis_not_features"),
        ('{"type": "FeatureCollection", "features": [{"geometry": {"type": "LineString", "coordinates": [[1]]}}]}', "gis_bad_shape"),
        ('{"type": "FeatureCollection", "features": [{"geometry": {"type": "Line"}}]}', "gis_bad_shape"),
        ('{"type": "FeatureCollection", "features": [{"geometry": null}, 3]}', "roads_no_lines"),
    ],
)
def test_broken_geojson_is_one_problem(tmp_path: Path, content: str, code: str) -> None:
    """Whatever is wrong with a GeoJSON file is a message, never a traceback."""
    path = tmp_path / "roads.geojson"
    path.write_text(content, encoding="utf-8")
    assert codes(path) == [(code, "roads.geojson")]


def test_other_broken_files(tmp_path: Path) -> None:
    """An unknown form, a file that is no database, and bytes in no encoding are located problems."""
    (tmp_path / "roads.dwg").write_bytes(b"AC1032")
    (tmp_path / "roads.gpkg").write_bytes(b"SQLite format 3\x00 cut off")
    (tmp_path / "roads.json").write_bytes(b"\xff\xff\xff")
    assert codes(tmp_path / "roads.dwg") == [("gis_form", "roads.dwg")]
    assert codes(tmp_path / "roads.gpkg") == [("gis_unreadable", "roads.gpkg")]
    assert codes(tmp_path / "roads.json") == [("bad_encoding", "roads.json")]


def test_a_marked_file_is_utf8_or_nothing(tmp_path: Path) -> None:
    """A file that bears the mark of UTF-8 but was cut in a character is not taken for GB18030, whose text would be another's."""
    whole = '{"type": "FeatureCollection", "features": [], "name": "北滨路"}'.encode("utf-8-sig")
    (tmp_path / "roads.geojson").write_bytes(whole.replace("路".encode(), "路".encode()[:2]))
    assert codes(tmp_path / "roads.geojson") == [("bad_encoding", "roads.geojson")]
    (tmp_path / "roads.csv").write_text(EDGES, encoding="utf-8")
    (tmp_path / "nodes.csv").write_bytes(NODES.encode("utf-8-sig") + "路".encode()[:2] + b",1,2\n")
    assert codes(tmp_path / "roads.csv", tmp_path / "nodes.csv", crs=CRS) == [("bad_encoding", "nodes.csv")]


NODES = "node,x,y\nA,500000,3300000\nB,500100,3300000\n"
EDGES = "from,to,length_m\nA,B,120\n"


@pytest.mark.parametrize(
    ("nodes", "edges", "found"),
    [
        (NODES + "A,1,2\n,3,4\n", EDGES, [("roads_no_node", "n.csv:5:1 (node)"), ("roads_node_twice", "n.csv:4:1 (node)")]),
        (NODES + "C,east,nan\n", EDGES, [("roads_bad_number", "n.csv:4:2 (x)"), ("roads_bad_number", "n.csv:4:3 (y)")]),
        (NODES, EDGES + "A,Z,\nA,B,-1\n", [("roads_bad_number", "e.csv:4:3 (length_m)"), ("roads_unknown_node", "e.csv:3:2 (to)")]),
        (NODES, "from,to,长度_m,grade\nA,B,about 9,steep\n", [("roads_bad_number", f"e.csv:2:{n}") for n in ("3 (长度_m)", "4 (grade)")]),
        (
            NODES.replace("x,y", "x,y,wait_s").replace("A,500000,3300000", "A,500000,3300000,long"),
            EDGES,
            [("roads_bad_number", "n.csv:2:4 (wait_s)")],
        ),
        ("x,y\n1,2\n", EDGES, [("roads_column_missing", "n.csv")]),
        (NODES, "from,to\n", [("roads_no_lines", "e.csv")]),
        ("", EDGES, [("empty_file", "n.csv")]),
        (NODES, 'from,to\nA,"B', [("bad_csv", "e.csv")]),
    ],
)
def test_faults_of_tables_are_located(tmp_path: Path, nodes: str, edges: str, found: list[tuple[str, str]]) -> None:
    """Every fault of both tables is told at once, by line and column."""
    (tmp_path / "n.csv").write_text(nodes, encoding="utf-8")
    (tmp_path / "e.csv").write_text(edges, encoding="utf-8")
    assert sorted(codes(tmp_path / "e.csv", tmp_path / "n.csv", crs=CRS)) == sorted(found)


def test_tables_go_together(tmp_path: Path) -> None:
    """Edges need nodes, and map data take none."""
    edges, nodes = tables(tmp_path)
    assert codes(edges) == [("roads_nodes_missing", "roads.csv")]
    assert codes(geojson(tmp_path), nodes) == [("roads_nodes_unused", "roads.geojson")]


def test_a_stated_length_counts(tmp_path: Path) -> None:
    """An edge of 120 m between nodes 100 m apart takes 120 s at 1 m/s; its middle is 60 s from either end."""
    (tmp_path / "n.csv").write_text(NODES, encoding="utf-8")
    (tmp_path / "e.csv").write_text(EDGES, encoding="utf-8")
    made = network(read_roads(tmp_path / "e.csv", tmp_path / "n.csv", RoadForm(crs=CRS), "e.csv"))
    assert seconds(made, [(0, 0), (100, 0), (50, 0)])[0, 1] == 120
    assert seconds(made, [(0, 0), (100, 0), (50, 0)])[0, 2] == 60


def tags(**columns: object) -> Tags:
    """Return the tags of one feature."""
    return Tags.of({name: [value] for name, value in columns.items()}, 1)


@pytest.mark.parametrize(
    ("facts", "walkable"),
    [
        ({"highway": "residential"}, True),
        ({"fclass": "motorway_link"}, False),
        ({"道路等级": "高速公路"}, False),
        ({"highway": "motorway", "foot": "designated"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"可步行": "否"}, False),
        ({"highway": "path", "other_tags": '"foot"=>"no","surface"=>"dirt"'}, False),
        ({}, True),
    ],
)
def test_who_may_walk(facts: dict[str, str], walkable: bool) -> None:
    """A word on walkers decides, then access, then the kind of road."""
    assert is_walkable(tags(**facts), 0) == walkable


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"layer": 2}, 2), ({"layer": "-1", "tunnel": "yes"}, -1), ({"bridge": "viaduct"}, 1), ({"tunnel": "T"}, -1), ({"bridge": "no"}, 0),
        ({"layer": 0, "bridge": "F"}, 0), ({"other_tags": '"layer"=>"1"'}, 1), ({"桥梁": "是"}, 1), ({"layer": "up"}, 0),
    ],
)  # fmt: skip
def test_levels(facts: dict[str, object], level: int) -> None:
    """A stated level counts, else a bridge is above the ground and a tunnel below."""
    assert level_of(tags(**facts), 0) == level


@pytest.mark.parametrize(
    ("facts", "wait"),
    [
        ({"barrier": "wall"}, math.inf), ({"barrier": "gate"}, None), ({"barrier": "gate", "access": "no"}, math.inf),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, None), ({"barrier": "bollard", "foot": "no"}, math.inf),
        ({"highway": "crossing"}, 20), ({"highway": "traffic_signals", "wait_s": 45}, 45), ({"highway": "bus_stop"}, None),
        ({"障碍": "否"}, None), ({"等候_s": "-3"}, 0),
    ],
)  # fmt: skip
def test_barriers_and_waits(facts: dict[str, object], wait: float | None) -> None:
    """Walls and locked gates stop walkers, bollards do not; crossings take the stated wait or the usual one."""
    assert wait_at(tags(**facts), 0, 20.0) == wait


def test_lines_are_equal_by_content(tmp_path: Path) -> None:
    """Two readings of one file are equal; another level, or another way of meeting, is another network."""
    path = geojson(tmp_path)
    one, other = read(path), read(path)
    assert one == other and hash(one) == hash(other)
    assert one != replace(one, level=one.level + 1)
    assert one != replace(one, joined=True)
    assert one != "roads"
    assert len(one) == 7


def test_features_without_a_road_are_no_streets(tmp_path: Path) -> None:
    """Of an OpenStreetMap extract, lines that are no highway are left out."""
    path = WRITERS["osm"](tmp_path)
    text = path.read_text(encoding="utf-8")
    fence = text.replace("</osm>", '<way id="99" version="1"><nd ref="1"/><nd ref="5"/><tag k="barrier" v="fence"/></way></osm>')
    path.write_text(fence, encoding="utf-8")
    assert walks(read(path)) == WALKS


def test_heights_come_along(tmp_path: Path) -> None:
    """Elevations of GeoJSON vertices are kept; shapes without any have none."""
    line = [[*point, 12.5] for point in degrees(((0, 0), (100, 0)))]
    tree = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}, "properties": {}}
    (tmp_path / "high.geojson").write_text(json.dumps(tree), encoding="utf-8")
    assert read(tmp_path / "high.geojson").z_m.tolist() == [12.5, 12.5]
    assert np.isnan(read(geojson(tmp_path)).z_m).all()


def test_layer_is_plain_data() -> None:
    """A layer holds what stands in the file."""
    assert Layer("f", "n", "wgs84", {"a": [1]}, [None]).columns == {"a": [1]}


def test_a_climb_is_laid_on_the_ground_in_metres(tmp_path: Path) -> None:
    """10 m up over 100 m is a grade of 0.1, whether the run is stated or drawn, and drawn in metres or in degrees."""
    (lon, lat), (east, north) = (tuple(float(axis) for axis in to_wgs84(x, 3_300_000.0, CRS)) for x in (500_000.0, 500_100.0))
    places = {CRS: NODES, "wgs84": f"node,x,y\nA,{lon!r},{lat!r}\nB,{east!r},{north!r}\n"}
    for crs, nodes in places.items():
        for length in ("", "100"):
            (tmp_path / "n.csv").write_text(nodes, encoding="utf-8")
            (tmp_path / "e.csv").write_text(f"from,to,length_m,climb_m\nA,B,{length},10\n", encoding="utf-8")
            lines = read_roads(tmp_path / "e.csv", tmp_path / "n.csv", RoadForm(crs=crs), "e.csv")
            assert lines.grade.tolist() == pytest.approx([0.1], abs=1e-4)
