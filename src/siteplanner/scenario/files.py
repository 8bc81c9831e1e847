"""Reading the files of a scenario: bytes to text to tables. Whatever goes wrong becomes a located problem."""

from __future__ import annotations

import hashlib
from pathlib import Path

from siteplanner.errors import Location, system_reason
from siteplanner.gis.read import parts_of
from siteplanner.plaintext import decoded
from siteplanner.scenario.columns import TABLES, TableSpec, table_named
from siteplanner.scenario.inputs import InputFile
from siteplanner.scenario.maptables import is_map_table, layer_of, read_map_table
from siteplanner.scenario.nodes import Branch, Items, Leaf, Node, branches
from siteplanner.scenario.sink import Sink, closest
from siteplanner.scenario.tables import RawTable, read_csv
from siteplanner.scenario.workbook import read_workbook


class Folder:
    """The scenario folder: reads files by name and remembers each with its SHA-256."""

    def __init__(self, path: Path, sink: Sink) -> None:
        self.path = path
        self.sink = sink
        self.files: list[InputFile] = []

    def named(self, name: str) -> str:
        """Return a file as it is shown to the user."""
        return (self.path / name).as_posix()

    def read(self, name: str, asked_at: Location | None = None) -> bytes | None:
        """Return a file's bytes, or None when it cannot be read; `asked_at` is where its name was written."""
        path = self.path / name
        shown = Location(self.named(name))
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            self.sink.add("missing_file", asked_at or shown, seen=name, path=path.as_posix(), near=closest(path.name, _beside(path)))
            return None
        except (OSError, ValueError) as error:
            self.sink.add("unreadable_file", asked_at or shown, seen=name, **system_reason(error, "detail"))
            return None
        found = InputFile(name=name, sha256=hashlib.sha256(raw).hexdigest())
        if found not in self.files:
            self.files.append(found)
        return raw

    def text(self, name: str, asked_at: Location | None = None) -> str | None:
        """Return a file as text: UTF-8 with or without a mark, else GB18030."""
        raw = self.read(name, asked_at)
        if raw is None:
            return None
        text = decoded(raw)
        if text is None:
            self.sink.add("bad_encoding", Location(self.named(name)))
        return text


def _beside(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return []


def read_tables(settings: Branch, folder: Folder) -> dict[str, RawTable]:
    """Return every table: named under ``tables``, a sheet of ``workbook``, or ``<table>.csv`` beside the scenario file.

    With a workbook, CSV files count only where ``tables`` names them.
    """
    sink = folder.sink
    tables: dict[str, RawTable] = {}
    named = _named_files(settings.entries.get("tables"), sink)
    workbook = settings.entries.get("workbook")
    if isinstance(workbook, Leaf) and workbook.text:
        where = Location(folder.named(workbook.text))
        raw = folder.read(workbook.text, workbook.where)
        tables = read_workbook(raw, where, sink) if raw is not None else _unread(where)
    elif workbook is not None and not isinstance(workbook, Leaf):
        sink.add("bad_value", workbook.where, seen="workbook")
        tables = _unread(workbook.where)
    for name, leaf in named.items():
        if name in tables and tables[name].readable:
            sink.add("table_twice", leaf.where, seen=name, other=str(tables[name].where))
        tables[name] = _read_table(TABLES[name], leaf.text, folder, leaf.where)
    for name, spec in TABLES.items():
        if name not in tables and workbook is None and (folder.path / f"{name}.csv").exists():
            tables[name] = _read_table(spec, f"{name}.csv", folder, None)
    return tables


def _unread(where: Location) -> dict[str, RawTable]:
    return {name: RawTable(spec, where, readable=False) for name, spec in TABLES.items()}


def _named_files(node: Node | None, sink: Sink) -> dict[str, Leaf]:
    named: dict[str, Leaf] = {}
    if isinstance(node, Items) or (isinstance(node, Leaf) and node.text):
        sink.add("need_mapping", node.where, seen="tables")
    for key, leaf in branches(node):
        table = table_named(key)
        if not table:
            sink.add_unknown("unknown_table", leaf.where, key, TABLES)
        elif not isinstance(leaf, Leaf):
            sink.add("bad_value", leaf.where, seen=key)
        elif leaf.text:
            named[table] = leaf
    return named


def _read_table(spec: TableSpec, name: str, folder: Folder, asked_at: Location | None) -> RawTable:
    if is_map_table(spec.name, name):
        return _read_map(spec, name, folder, asked_at)
    where = Location(folder.named(name))
    text = folder.text(name, asked_at)
    if text is None:
        return RawTable(spec, where, readable=False)
    return read_csv(spec, where, text, folder.sink)


def _read_map(spec: TableSpec, name: str, folder: Folder, asked_at: Location | None) -> RawTable:
    """Return a table given as map data, ``file`` or ``file#layer``; every file that belongs to it is noted by its hash."""
    file, layer = layer_of(name)
    if folder.read(file, asked_at) is None:
        return RawTable(spec, Location(folder.named(file)), readable=False)
    path = folder.path / file
    for part in parts_of(path)[1:]:
        folder.read(part.relative_to(folder.path).as_posix())
    return read_map_table(spec, path, folder.named(file), layer, folder.sink)


def known_tables(tables: dict[str, RawTable], file: str) -> dict[str, RawTable]:
    """Return all tables, an empty one for each that was not given."""
    return {name: tables.get(name) or RawTable(spec, Location(file), given=False) for name, spec in TABLES.items()}
