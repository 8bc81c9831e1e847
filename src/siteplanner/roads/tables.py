"""A road network as two CSV tables, nodes and edges: what any spreadsheet can hold, no map software needed."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siteplanner.errors import InputError, Location, Problem
from siteplanner.gis.layer import refuse
from siteplanner.plaintext import decoded
from siteplanner.roads.attributes import Tags, headings_of, is_walkable, level_of, wait_at
from siteplanner.roads.lines import Gathered

_NODE = {"node": ("node", "节点编号", "节点"), "x": ("x", "横坐标"), "y": ("y", "纵坐标"), "z": ("z_m", "高程_m")}
_EDGE = {"start": ("from", "start", "起点"), "end": ("to", "end", "终点")}


@dataclass(slots=True)
class _Table:
    """A CSV table with its lines, and the problems found in it."""

    file: str
    names: Mapping[str, str]
    lines: list[int]
    columns: dict[str, list[object]]
    problems: list[Problem] = field(default_factory=list)

    def cell(self, meaning: str, n: int) -> str:
        name = self.names.get(meaning)
        return "" if name is None else str(self.columns[name][n])

    def fault(self, code: str, n: int, meaning: str, **facts: str) -> None:
        heading = self.names.get(meaning, meaning)
        number = list(self.columns).index(heading) + 1 if heading in self.columns else 0
        self.problems.append(Problem(code, Location(self.file, self.lines[n], number, heading=heading), facts))

    def number(self, meaning: str, n: int, *, needed: bool) -> float:
        text = self.cell(meaning, n).replace(",", "").strip()
        if not text and not needed:
            return math.nan
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault("roads_bad_number", n, meaning, seen=text)
        return value


@dataclass(frozen=True, slots=True)
class _Node:
    x: float
    y: float
    z: float


def read_tables(path: Path, nodes: Path | None, crossing_wait_s: float, file: str, nodes_file: str) -> Gathered:
    """Return the lines of a table of edges between the nodes of a second table.

    Columns of nodes: ``node, x, y``, and where known ``z_m, barrier, wait_s``. Columns of edges: ``from, to``, and where known
    ``length_m, kind, walkable, level, bridge, tunnel, grade, climb_m``. Chinese headings count alike.

    Raises
    ------
    InputError
        With every problem of both tables.
    """
    if nodes is None:
        refuse("roads_nodes_missing", file)
    node_table = _read(nodes, nodes_file, _NODE, ("node", "x", "y"))
    edge_table = _read(path, file, _EDGE, ("start", "end"))
    gathered = Gathered()
    known = _nodes(node_table, crossing_wait_s, gathered)
    _edges(edge_table, known, nodes_file, gathered)
    if problems := [*node_table.problems, *edge_table.problems]:
        raise InputError(problems)
    if not gathered.points:
        refuse("roads_no_lines", file)
    return gathered


def _nodes(table: _Table, crossing_wait_s: float, gathered: Gathered) -> dict[str, _Node]:
    tags = Tags.of(table.columns, len(table.lines))
    found: dict[str, _Node] = {}
    for n in range(len(table.lines)):
        name = table.cell("node", n)
        if not name or name in found:
            table.fault("roads_node_twice" if name else "roads_no_node", n, "node", seen=name)
            continue
        found[name] = _Node(*(table.number(axis, n, needed=axis != "z") for axis in ("x", "y", "z")))
        _legible(table, tags, n, ("wait",))
        wait = wait_at(tags, n, crossing_wait_s)
        if wait is not None:
            gathered.marks.append((found[name].x, found[name].y, wait))
    return found


def _edges(table: _Table, nodes: Mapping[str, _Node], nodes_file: str, gathered: Gathered) -> None:
    tags = Tags.of(table.columns, len(table.lines))
    for n in range(len(table.lines)):
        ends = [nodes.get(table.cell(end, n)) for end in ("start", "end")]
        for end, node in zip(("start", "end"), ends, strict=True):
            if node is None:
                table.fault("roads_unknown_node", n, end, seen=table.cell(end, n), other=nodes_file)
        _legible(table, tags, n, ("length", "grade", "climb"))
        length = tags.number("length", n)
        if length < 0:
            table.fault("roads_bad_number", n, "length_m", seen=str(length))
        if any(node is None for node in ends):
            continue
        points = [(node.x, node.y, node.z) for node in ends if node is not None]
        facts = {"grade": tags.number("grade", n), "climb_m": tags.number("climb", n), "run_m": length}
        gathered.add(points, level=level_of(tags, n), walkable=is_walkable(tags, n), length_m=length, **facts)


def _legible(table: _Table, tags: Tags, n: int, meanings: Iterable[str]) -> None:
    """Note every cell of these meanings that holds something, but no number."""
    for meaning in meanings:
        text = tags.text(meaning, n)
        if text and math.isnan(tags.number(meaning, n)):
            table.fault("roads_bad_number", n, next(name for name in headings_of(meaning) if name in table.columns), seen=text)


def _read(path: Path, file: str, meanings: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> _Table:
    rows = list(_rows(path, file))
    if not rows:
        refuse("empty_file", file)
    headings = [cell.strip().lower() for cell in rows[0][1]]
    names = {meaning: name for meaning, words in meanings.items() for name in words if name in headings}
    if missing := [meanings[meaning][0] for meaning in needed if meaning not in names]:
        refuse("roads_column_missing", file, seen=", ".join(missing))
    width = len(headings)
    kept = [(line, [*cells, *[""] * (width - len(cells))]) for line, cells in rows[1:] if any(cells)]
    columns: dict[str, list[object]] = {heading: [cells[n].strip() for _, cells in kept] for n, heading in enumerate(headings) if heading}
    return _Table(file, names, [line for line, _ in kept], columns)


def _rows(path: Path, file: str) -> Iterator[tuple[int, list[str]]]:
    text = decoded(path.read_bytes())
    if text is None:
        refuse("bad_encoding", file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        refuse("bad_csv", file, detail=str(error))
