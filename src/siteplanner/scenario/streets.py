"""The road network a scenario names: read and checked with everything else that is written, nothing computed."""

from __future__ import annotations

from pathlib import Path

from siteplanner.errors import InputError
from siteplanner.gis.read import parts_of
from siteplanner.roads.read import RoadForm, read_roads
from siteplanner.scenario.files import Folder
from siteplanner.scenario.inputs import Roads
from siteplanner.scenario.nodes import Branch, locate
from siteplanner.scenario.schema import Settings


def load_roads(tree: Branch, settings: Settings, folder: Folder) -> Roads | None:
    """Return the network that ``walking.roads`` names where walking goes by roads.

    None also where it cannot be read: the reasons go to the sink.
    """
    source = settings.walking.roads
    if settings.walking.method != "roads" or source is None:
        return None
    before = len(folder.files)
    path = _found(source.file, "file", tree, folder)
    nodes = _found(source.nodes, "nodes", tree, folder) if source.nodes else None
    if path is None or (source.nodes and nodes is None):
        return None
    form = RoadForm(source.layer, source.crs or "", settings.crs or "", float(source.crossing_wait_s))
    try:
        lines = read_roads(path, nodes, form, folder.named(source.file), folder.named(source.nodes) if source.nodes else "")
    except InputError as error:
        folder.sink.extend(error.problems)
        return None
    if not lines.walkable.any():
        folder.sink.add("roads_nothing_walkable", locate(tree, ("walking", "roads")), seen=source.file)
        return None
    return Roads(lines, tuple(sorted(folder.files[before:], key=lambda file: file.name)))


def _found(name: str, key: str, tree: Branch, folder: Folder) -> Path | None:
    """Return a file with all that belongs to it noted by its hash, or None if it is not there."""
    if folder.read(name, locate(tree, ("walking", "roads", key))) is None:
        return None
    path = folder.path / name
    for part in parts_of(path)[1:]:
        folder.read(part.relative_to(folder.path).as_posix())
    return path
