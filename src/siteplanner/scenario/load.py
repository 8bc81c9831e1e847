"""Files in, a Scenario out, or every problem of every file at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NoReturn

from siteplanner.errors import InputError, Location, Problem
from siteplanner.scenario.borders import load_borders
from siteplanner.scenario.checks import CHECKS
from siteplanner.scenario.checks.walks import timed
from siteplanner.scenario.columns import TABLES, table_named
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.edits import apply_edits, find_edits
from siteplanner.scenario.files import Folder, known_tables, read_tables
from siteplanner.scenario.nodes import Branch, branches, from_mapping, read_yaml
from siteplanner.scenario.policy import FoundPack, PackTree, find_pack, policy_words
from siteplanner.scenario.rows import Parsed, R, parse_rows
from siteplanner.scenario.schema import Budget, Estate, Fund, Option, Premises, Scenario, Settings, Site, Walk
from siteplanner.scenario.settings import apply_sets, apply_variant, parse_settings
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.streets import load_roads
from siteplanner.scenario.tables import RawTable, from_rows
from siteplanner.scenario.waive import with_waivers

SCENARIO_FILE = "scenario.yaml"


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
    found = find_pack(settings, unsure, tree, files, pack_tree)
    draft = _draft(tree, settings, unsure, found, tables, sink)
    roads = load_roads(tree, settings, files) if "walking" not in unsure else None
    borders = load_borders(tree, settings, files)
    for check in CHECKS:
        check(draft, sink)
    sink.raise_if_any()
    assert found.pack is not None
    scenario = Scenario(
        settings=settings,
        pack=found.pack,
        estates=_by_id(draft.estates),
        sites=_by_id(draft.sites),
        options=_by_id(draft.options),
        premises=_by_id(draft.premises),
        walks=tuple(sorted((timed(parsed.row, settings.walking) for parsed in draft.walks), key=attrgetter("estate", "place"))),
        budgets=_by_id(draft.budgets),
        funds=_by_id(draft.funds),
        roads=roads,
        borders=borders,
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


def _by_id(rows: list[Parsed[R]]) -> tuple[R, ...]:
    return tuple(sorted((parsed.row for parsed in rows), key=lambda row: str(getattr(row, "id", ""))))
