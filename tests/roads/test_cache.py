"""Results kept by content: the same question is answered from the cache, any other is worked out."""

from __future__ import annotations

import ast
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from siteplanner.coordinates import to_wgs84
from siteplanner.roads import cache
from siteplanner.roads.cache import FOLDER_VARIABLE, cache_folder, key_of
from siteplanner.roads.lines import RoadLines
from siteplanner.roads.measure import Measured, Points, measure
from siteplanner.roads.network import WalkRules
from support.streets import CRS, RIVER, roads, there

SRC = Path(__file__).resolve().parents[2] / "src"
SPOTS = {"E": (0, 80), "S": (0, 20), "T": (390, 120), "far": (0, 5000)}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep results in a folder of the test's own."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def asked(lines: RoadLines | None = None, speed: float = 1.0, limit: float = 950, **spots: tuple[float, float]) -> Measured:
    """Return the walks from E to S and T."""
    places = {**SPOTS, **spots}
    x, y = np.array([there(*spot) for spot in places.values()]).T
    points = Points(tuple(places), *to_wgs84(x, y, CRS), CRS)
    return measure(lines or roads(RIVER), WalkRules(speed), points, ["E"], ["S", "T"], limit)


def test_the_second_time_it_is_remembered(folder: Path) -> None:
    """The same question gives the same answer from the cache."""
    first, second = asked(), asked()
    assert (first.remembered, second.remembered) == (False, True)
    assert first.walks == second.walks == {("E", "S"): 940, ("E", "T"): 430}
    assert (first.snap_m, first.isolated, first.unreachable, first.shift) == (second.snap_m, (), (), None)
    assert len(list(folder.iterdir())) == 1


def test_whatever_changes_is_worked_out() -> None:
    """Another road, speed, limit or point is another question."""
    asked()
    assert not asked(lines=roads(RIVER[:2])).remembered
    assert not asked(speed=0.8).remembered
    assert not asked(limit=900).remembered
    assert not asked(S=(1, 20)).remembered
    assert asked().remembered


def test_a_broken_file_is_made_anew(folder: Path) -> None:
    """Half a file, or one with other contents, costs time only."""
    asked()
    path = next(folder.iterdir())
    for content in (path.read_bytes()[:100], b"", b"something else"):
        path.write_bytes(content)
        assert asked().walks[("E", "S")] == 940
        assert asked().remembered


def test_nothing_is_kept_where_none_is_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache can be turned off, and a folder that cannot be made is no hindrance."""
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    assert not asked().remembered and not asked().remembered
    assert not folder.exists()
    (folder.parent / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder.parent / "file" / "sub"))
    assert not asked().remembered and not asked().remembered


def test_where_results_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a name the folder follows the system's custom; parts of a key do not run into each other."""
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "siteplanner"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() is None
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "siteplanner"
    assert key_of([b"ab", b"c"]) != key_of([b"a", b"bc"])


def modules_of(name: str) -> set[str]:
    """Return a module of this package and all of the package that it imports, directly or not."""
    found, waiting = set[str](), [name]
    while waiting:
        module = waiting.pop()
        path = SRC / f"{module.replace('.', '/')}.py"
        if module in found or not path.exists():
            continue
        found.add(module)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def test_all_code_that_makes_a_walk_is_in_its_key() -> None:
    """Whatever module measuring imports of this package is hashed: the room's own and the transformations of coordinates."""
    hashed = {str(entry) for entry in cache.sources()}
    made_by = modules_of("siteplanner.roads.measure")
    assert "siteplanner.coordinates" in made_by
    assert {str(SRC / f"{module.replace('.', '/')}.py") for module in made_by} <= hashed


def test_another_transformation_or_library_is_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another coordinates.py, or another PROJ, nothing kept from before is taken."""
    today, listed = key_of([b"q"]), cache.sources()
    (tmp_path / "coordinates.py").write_text("# another", encoding="utf-8")
    changed = [tmp_path / "coordinates.py" if entry.name == "coordinates.py" else entry for entry in listed]
    try:
        monkeypatch.setattr(cache, "sources", lambda: changed)
        cache._code.cache_clear()
        other = key_of([b"q"])
        monkeypatch.setattr(cache, "sources", lambda: listed)
        monkeypatch.setattr(cache, "version", lambda name: "0.0" if name == "pyproj" else metadata.version(name))
        cache._code.cache_clear()
        newer = key_of([b"q"])
    finally:
        monkeypatch.undo()
        cache._code.cache_clear()
    assert len({today, other, newer}) == 3
    assert key_of([b"q"]) == today


def test_who_reaches_nothing() -> None:
    """Without the bridge S is beyond every walk; with a short limit an estate is isolated; behind both it is unreachable."""
    assert asked(limit=300).isolated == ("E",)
    cut = asked(lines=roads([RIVER[1]]), E=(0, 20), T=(10, 20))
    assert cut.unreachable == () and ("E", "S") in cut.walks
    alone = asked(lines=roads([*RIVER[:2], [(5000, 0), (5100, 0)]]), E=(5000, 10))
    assert (alone.unreachable, alone.isolated) == (("E",), ())


def test_nobody_asks() -> None:
    """Without a point there is nothing to walk and nothing to keep."""
    none = np.empty(0)
    found = measure(roads(RIVER), WalkRules(1.0), Points((), none, none, CRS), [], [], 900)
    assert (found.walks, found.snap_m, found.remembered) == ({}, {}, False)


def test_places_are_needed_to_get_anywhere() -> None:
    """An estate without any place in the county is unreachable, not an error."""
    lon, lat = to_wgs84(*np.array([there(0, 80)]).T, CRS)
    found = measure(roads(RIVER), WalkRules(1.0), Points(("E",), lon, lat, CRS), ["E"], [], 900)
    assert (found.walks, found.unreachable) == ({}, ("E",))
