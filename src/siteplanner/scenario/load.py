"""Files in, a Scenario out, or every problem of every file at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NoReturn, TypeVar

from siteplanner.coordinates import convert, is_degrees
from siteplanner.errors import InputError, Location, Problem
from siteplanner.scenario.borders import drawn_lines, load_borders
from siteplanner.scenario.checks import CHECKS
from siteplanner.scenario.checks.walks import timed
from siteplanner.scenario.columns import TABLES, table_named
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.edits import apply_edits, find_edits
from siteplanner.scenario.files import Folder, known_tables, read_tables
from siteplanner.scenario.maptables import crs_of_table
from siteplanner.scenario.nodes import Branch, branches, from_mapping, read_yaml
from siteplanner.scenario.outlines import fill_townships, load_areas, with_neighbours
from siteplanner.scenario.policy import FoundPack, PackTree, find_pack, policy_words
from siteplanner.scenario.rows import Parsed, R, parse_rows
from siteplanner.scenario.schema import Budget, Estate, Fund, Option, Premises, Scenario, Settings, Site, Walk
from siteplanner.scenario.settings import apply_sets, apply_variant, parse_settings
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.streets import load_roads
from siteplanner.scenario.tables import RawTable, from_rows
from siteplanner.scenario.waive import with_waivers

SCENARIO_FILE = "scenario.yaml"
_DEGREE_DIGITS, _METRE_DIGITS = 8, 3
S = TypeVar("S", Estate, Site, Premises)


def load_scenario(path: Path, *, variant: str = "", sets: Sequence[str] = ()) -> Scenario:
    """Read a scenario folder (or its YAML file) with a variant and ``key=value`` changes laid upon it.

    Raises
    ------
    InputError
        With every problem of every file, located.
    """
    sink = Sink()
    folder, name = _find_file(path)
    files = Folder(folder, sink)
    text = files.text(name)
    tree = read_yaml(text, files.named(name), sink) if text is not None else None
    if not isinstance(tree, Branch):
        if not sink:
            sink.add("empty_file" if tree is None else "need_mapping", Location(files.named(name)), seen=name)
        sink.raise_if_any()
    assert isinstance(tree, Branch)
    chosen = apply_sets(apply_variant(tree, variant, sink), sets, sink)
    tables = known_tables(read_tables(chosen, files), files.named(name))
    for _, node in branches(tree.entries.get("variants")):
        find_edits(dict(branches(node)).get("edits"), tables, sink)
    return _assemble(chosen, tables, files, None, variant, sets)


def build_scenario(
    settings: Mapping[str, object],
    tables: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    folder: Path | None = None,
    pack_tree: PackTree | None = None,
) -> Scenario:
    """Return a scenario from Python values, with the checks of `load_scenario`.

    Parameters
    ----------
    settings
        What the scenario file would hold (``variants``, ``tables`` and ``workbook`` apart).
    tables
        Rows by table name; headings and cells as in a file, in yuan, m² and minutes.
    folder
        Where a policy given as a file name is looked for.
    pack_tree
        The policy itself, unresolved, in place of the one that `settings` name.

    Raises
    ------
    InputError
        With every problem; locations name the table and the row, counted from 1.
    """
    sink = Sink()
    tree = from_mapping(settings, "settings", sink)
    assert isinstance(tree, Branch)
    for key in ("variants", "tables", "workbook"):
        if key in tree.entries:
            sink.add_unknown("unknown_key", tree.keys[key], key, Settings.model_fields)
    read: dict[str, RawTable] = {}
    for title, rows in tables.items():
        name = table_named(title)
        if name:
            read[name] = from_rows(TABLES[name], Location(name), rows, sink)
        else:
            sink.add_unknown("unknown_table", Location(title), title, TABLES)
    return _assemble(tree, known_tables(read, "settings"), Folder(folder or Path(), sink), pack_tree, "", ())


def _find_file(path: Path) -> tuple[Path, str]:
    """Return the folder and file name of a scenario given as either."""
    if path.suffix in (".yaml", ".yml") and not path.is_dir():
        return path.parent, path.name
    if not path.exists():
        _refuse("no_scenario", path)
    if not path.is_dir():
        _refuse("not_a_scenario", path)
    if not (path / SCENARIO_FILE).exists():
        _refuse("no_scenario_file", path)
    return path, SCENARIO_FILE


def _refuse(code: str, path: Path) -> NoReturn:
    raise InputError([Problem(code, Location(path.as_posix()), {"seen": path.as_posix()})])


def _assemble(
    tree: Branch, tables: dict[str, RawTable], files: Folder, pack_tree: PackTree | None, variant: str, sets: Sequence[str]
) -> Scenario:
    sink = files.sink
    settings, unsure = parse_settings(tree, sink)
    apply_edits(tree.entries.get("edits"), tables, sink)
    townships = load_areas("townships", settings.outlines.townships, tree, files)
    villages = load_areas("villages", settings.outlines.villages, tree, files)
    flags = fill_townships(townships, tables, settings)
    found = find_pack(settings, unsure, tree, files, pack_tree)
    draft = _draft(tree, settings, unsure, found, tables, sink)
    roads = load_roads(tree, settings, files) if "walking" not in unsure else None
    borders = load_borders(tree, settings, files) or (drawn_lines(townships.shapes) if townships else ())
    for check in CHECKS:
        check(draft, sink)
    sink.raise_if_any()
    assert found.pack is not None
    scenario = Scenario(
        settings=settings,
        pack=found.pack,
        estates=with_neighbours(_placed(draft.estates, settings), villages, settings.crs or ""),
        sites=_placed(draft.sites, settings),
        options=_by_id(draft.options),
        premises=_placed(draft.premises, settings),
        walks=tuple(sorted((timed(parsed.row, settings.walking) for parsed in draft.walks), key=attrgetter("estate", "place"))),
        budgets=_by_id(draft.budgets),
        funds=_by_id(draft.funds),
        roads=roads,
        borders=borders,
        flags=flags,
        variant=variant,
        changes=tuple(text.strip() for text in sets),
        files=tuple(sorted(files.files, key=lambda file: file.name)),
    )
    return with_waivers(scenario)


def _draft(tree: Branch, settings: Settings, unsure: frozenset[str], found: FoundPack, tables: Mapping[str, RawTable], sink: Sink) -> Draft:
    words = policy_words(found.pack) if found.pack else {}

    def rows(name: str, model: type[R]) -> list[Parsed[R]]:
        return parse_rows(tables[name], model, words.get(name, {}), sink)

    return Draft(
        tree=tree,
        settings=settings,
        unsure=unsure,
        pack=found.pack,
        firm=found.firm,
        raw=tables,
        estates=rows("estates", Estate),
        sites=rows("sites", Site),
        options=rows("options", Option),
        premises=rows("premises", Premises),
        walks=rows("walks", Walk),
        budgets=rows("budgets", Budget),
        funds=rows("funds", Fund),
    )


def _placed(rows: list[Parsed[S]], settings: Settings) -> tuple[S, ...]:
    """Return rows by id with their points in the scenario's system: whole millimetres, or 1e-8 degrees."""
    found = _by_id(rows)
    if not rows:
        return found
    name, target = rows[0].table.spec.name, settings.crs or ""
    source = crs_of_table(rows[0].table, settings.table_crs.of(name), target)
    known = [(row.id, row.x, row.y) for row in found if row.x is not None and row.y is not None]
    if source == target or not known:
        return found
    x, y = convert([spot[1] for spot in known], [spot[2] for spot in known], source, target)
    digits = _DEGREE_DIGITS if is_degrees(target) else _METRE_DIGITS
    moved = {spot[0]: {"x": round(float(a), digits), "y": round(float(b), digits)} for spot, a, b in zip(known, x, y, strict=True)}
    return tuple(row.model_copy(update=moved[row.id]) if row.id in moved else row for row in found)


def _by_id(rows: list[Parsed[R]]) -> tuple[R, ...]:
    return tuple(sorted((parsed.row for parsed in rows), key=lambda row: str(getattr(row, "id", ""))))
