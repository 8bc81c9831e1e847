"""The plan as a GeoPackage: the layers desktop map software opens, with their numbers and styles."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest

from report.example import Example
from report.example import example as made_example
from siteplanner.gis.vector import read_vector
from siteplanner.gis.write import OutLayer, geopackage_bytes
from siteplanner.report.geopackage import plan_geopackage
from siteplanner.report.maps import features
from siteplanner.report.names import Names

LAYERS = ("credits", "sites", "estates", "chosen")
ONE = OutLayer("one", "Point", [None], {"n": [1]}, "")


@pytest.fixture(scope="module")
def made() -> Example:
    """Return the example plan of the report's tests."""
    return made_example()


@pytest.fixture(scope="module")
def path(made: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example plan as a GeoPackage on disk."""
    file = tmp_path_factory.mktemp("gpkg") / "plan.gpkg"
    file.write_bytes(plan_geopackage(Names(made.scenario, made.plan, "zh")))
    return file


def test_layers_hold_what_the_geojson_holds(path: Path, made: Example) -> None:
    """Every estate, place and credit stands in its layer with the GeoJSON's numbers; candidates stand in sites."""
    names = Names(made.scenario, made.plan, "zh")
    for layer, kind in (("estates", "estate"), ("chosen", "place"), ("credits", "credit")):
        wanted = [feature for feature in features(names) if feature.properties["layer"] == kind]
        found = read_vector(path, "plan.gpkg", layer)[0]
        assert found.crs == "wgs84"
        assert len(found.shapes) == len(wanted) > 0
        for n, feature in enumerate(wanted):
            for key, value in feature.properties.items():
                if key != "layer":
                    expected = ";".join(map(str, value)) if isinstance(value, list) else value
                    assert found.columns[key][n] == expected, (layer, key)
            shape = found.shapes[n]
            assert (shape is None) == (feature.geometry is None)
            if shape is not None and feature.geometry is not None:
                assert shape.geom_type == feature.geometry["type"]  # type: ignore[attr-defined]
                coordinates = feature.geometry["coordinates"]
                assert list(map(list, shape.coords)) == (coordinates if layer == "credits" else [coordinates])  # type: ignore[attr-defined]
    chosen = {pick.site for pick in made.plan.chosen}
    sites = set(read_vector(path, "plan.gpkg", "sites")[0].columns["id"])
    assert sites.isdisjoint(chosen) and sites <= {site.id for site in made.scenario.sites}


def test_qgis_finds_a_default_style_for_each_layer(path: Path) -> None:
    """The table layer_styles names every layer once, as default, with a style that is well-formed and fits the layer."""
    with sqlite3.connect(path) as base:
        rows = base.execute("SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles ORDER BY id").fetchall()
        kinds = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
        columns = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall())
        status = {row[0] for row in base.execute("SELECT DISTINCT status FROM estates")}
    assert [row[0] for row in rows] == list(LAYERS)
    assert kinds == dict.fromkeys(LAYERS, "features") | {"layer_styles": "attributes"}
    for name, geometry, default, style in rows:
        assert (columns[name], default) == (geometry, 1)
        renderer = ElementTree.fromstring(style).find("renderer-v2")
        assert renderer is not None
        symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
        assert {category.get("symbol") for category in renderer.iter("category")} <= symbols
        if name == "estates":
            assert renderer.get("attr") == "status"
            assert status <= {category.get("value") for category in renderer.iter("category")}
        assert {symbol.get("type") for symbol in renderer.iter("symbol")} == {"line" if name == "credits" else "marker"}


def test_the_same_plan_gives_the_same_bytes(path: Path, made: Example) -> None:
    """Nothing of the day or the machine gets into the file."""
    assert plan_geopackage(Names(made.scenario, made.plan, "zh")) == path.read_bytes()


def test_styles_speak_the_language(made: Example) -> None:
    """The legend of the styles is in the language of the papers."""
    zh, en = (plan_geopackage(Names(made.scenario, made.plan, lang)) for lang in ("zh", "en"))
    assert b'label="served"' in en and b'label="served"' not in zh


def test_rows_without_a_place_and_empty_cells_are_kept(tmp_path: Path) -> None:
    """A row without coordinates stays a row; cells without a value stay empty in columns of numbers and of text."""
    layer = OutLayer("one", "Point", [None, None], {"whole": [1, None], "part": [None, 2.5], "text": ["=1", None]}, "")
    (tmp_path / "one.gpkg").write_bytes(geopackage_bytes([layer]))
    found = read_vector(tmp_path / "one.gpkg", "one.gpkg")[0]
    assert found.shapes == [None, None]
    assert {key: list(values) for key, values in found.columns.items()} == {"whole": [1, None], "part": [None, 2.5], "text": ["=1", None]}
