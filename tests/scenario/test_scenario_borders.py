"""Boundaries for the maps: read from a file of map data, and refused with a reason where they cannot be drawn."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from siteplanner.errors import InputError
from siteplanner.scenario.load import load_scenario
from support.line import TOY

SQUARE = [[119.0, 29.0], [119.1, 29.0], [119.1, 29.1], [119.0, 29.0]]


def toy_with(folder: Path, tree: object, name: str = "towns.geojson") -> Path:
    """Return a copy of the toy county that names a boundary file of this content."""
    made = folder / "toy"
    shutil.copytree(TOY, made)
    file = made / "scenario.yaml"
    file.write_text(f"boundaries: towns.geojson\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    (made / name).write_text(json.dumps(tree), encoding="utf-8")
    return made


def collection(geometry: object, **more: object) -> dict[str, object]:
    """Return a GeoJSON collection of one feature."""
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geometry}], **more}


def test_outlines_of_areas_are_kept(tmp_path: Path) -> None:
    """The outline of a township is one line in degrees, and the file is among the hashed inputs."""
    scenario = load_scenario(toy_with(tmp_path, collection({"type": "Polygon", "coordinates": [SQUARE]})))
    assert [set(line) for line in scenario.borders] == [{(119.0, 29.0), (119.1, 29.0), (119.1, 29.1)}]
    assert "towns.geojson" in [file.name for file in scenario.files]


def test_without_the_key_nothing_is_drawn() -> None:
    """A scenario that names no boundary file has none."""
    assert load_scenario(TOY).borders == ()


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        (collection({"type": "Point", "coordinates": [119.0, 29.0]}), "boundaries_empty"),
        (collection({"type": "LineString", "coordinates": SQUARE}, crs={"type": "name", "properties": {"name": "x"}}), "boundaries_crs"),
        ([], "gis_not_features"),
    ],
)
def test_what_cannot_be_drawn_is_told(tree: object, code: str, tmp_path: Path) -> None:
    """Points alone, an unknown system, and what is no GeoJSON are bad input, each with its own reason."""
    with pytest.raises(InputError) as caught:
        load_scenario(toy_with(tmp_path, tree))
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A boundary file that is missing is bad input."""
    with pytest.raises(InputError) as caught:
        load_scenario(toy_with(tmp_path, {}, name="other.geojson"))
    assert len(caught.value.problems) == 1
