"""The scenario file: base, variant and ``--set`` laid upon each other, then checked against the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from siteplanner.errors import Location
from siteplanner.scenario.columns import table_named
from siteplanner.scenario.explain import choices_of, code_of, facts_of
from siteplanner.scenario.nodes import Branch, Leaf, Node, find, locate, overlay, plain_mapping, read_yaml, without
from siteplanner.scenario.schema import Settings
from siteplanner.scenario.sink import Sink

FILE_KEYS = ("tables", "workbook", "edits", "variants")
"""Keys of the scenario file beside those of `Settings`."""
BASE = "base"
SET = "--set"
_STAND_INS: Mapping[str, object] = {
    "title": "-",
    "policy": "-",
    "county": "-",
    "base_date": "2000-01-01",
    "walking": {"method": "table"},
    "finance": {"base_year": "2000", "horizon_years": "1", "rate": "0"},
}


def apply_variant(tree: Branch, variant: str, sink: Sink) -> Branch:
    """Return the tree with a variant laid upon it; the other variants are checked for their keys and values too."""
    base = without(tree, "variants")
    variants = tree.entries.get("variants", Leaf("", tree.where))
    if not isinstance(variants, Branch):
        if not (isinstance(variants, Leaf) and variants.text == ""):
            sink.add("need_mapping", variants.where, seen="variants")
        variants = Branch({}, {}, variants.where)
    chosen = base
    for name, node in variants.entries.items():
        if isinstance(node, Branch):
            merged = overlay(base, node)
            parse_settings(merged, sink)
            chosen = merged if name == variant else chosen
        elif not (isinstance(node, Leaf) and node.text == ""):
            sink.add("need_mapping", node.where, seen=name)
    if variant not in ("", BASE, *variants.entries):
        where = tree.keys.get("variants", Location(tree.where.file, heading="variants"))
        sink.add_unknown("unknown_variant", where, variant, variants.entries)
    return chosen


def apply_sets(tree: Branch, sets: Sequence[str], sink: Sink) -> Branch:
    """Return the tree with ``key=value`` settings of the command line laid upon it, in order."""
    for text in sets:
        key, equals, value = text.partition("=")
        path = _set_path(key.strip())
        if not equals or not all(path):
            sink.add("bad_set", Location(SET, heading=text), seen=text)
            continue
        heading = ".".join(path)
        where = Location(SET, heading=heading)
        if path[0] == "variants":
            sink.add_unknown("unknown_key", where, "variants", Settings.model_fields)
            continue
        node = read_yaml(value, SET, sink, heading, lines=False) if value.strip() else Leaf("", where)
        if node is not None:
            tree = overlay(tree, _nested(path, node, where))
    return tree


def _nested(path: tuple[str, ...], node: Node, where: Location) -> Branch:
    for key in reversed(path[1:]):
        node = Branch({key: node}, {key: where}, where)
    return Branch({path[0]: node}, {path[0]: where}, where)


def _set_path(key: str) -> tuple[str, ...]:
    """Split a dotted key; in ``edits.<table>.<id>.<column>`` the id may hold dots itself."""
    parts = tuple(part.strip() for part in key.split("."))
    if parts[0] == "edits" and len(parts) > 4 and table_named(parts[1]):
        return (*parts[:2], ".".join(parts[2:-1]), parts[-1])
    return parts


def parse_settings(tree: Branch, sink: Sink) -> tuple[Settings, frozenset[str]]:
    """Return the settings and the keys that were refused or missing: those hold stand-ins nothing should be read from."""
    plain = plain_mapping(without(tree, *FILE_KEYS))
    try:
        return Settings.model_validate(plain), frozenset()
    except ValidationError as error:
        faults = error.errors(include_url=False)
    unsure = frozenset(str(fault["loc"][0]) for fault in faults)
    for fault in faults:
        _explain(tree, fault, sink)
    kept = {key: value for key, value in plain.items() if key not in unsure}
    return Settings.model_validate({**kept, **{key: _STAND_INS[key] for key in unsure if key in _STAND_INS}}), unsure


def _explain(tree: Branch, fault: ErrorDetails, sink: Sink) -> None:
    path = fault["loc"]
    where = locate(tree, path)
    name = str(path[-1])
    if fault["type"] == "missing":
        sink.add("missing_key", where, name=".".join(str(step) for step in path))
    elif fault["type"] == "extra_forbidden":
        parent = find(tree, path[:-1])
        spot = parent.keys.get(name, where) if isinstance(parent, Branch) else where
        sink.add_unknown("unknown_key", spot, name, _keys_at(path[:-1]))
    elif code_of(fault) == "bad_choice":
        sink.add_unknown("bad_choice", where, str(fault["input"]), choices_of(fault), name=name)
    elif isinstance(fault["input"], str) and code_of(fault) not in ("need_mapping", "need_list"):
        sink.add(code_of(fault), where, **facts_of(fault, name, name))
    else:
        sink.add(code_of(fault), where, seen=next(str(step) for step in reversed(path) if isinstance(step, str)))


def _keys_at(path: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed in the mapping at a path of the settings."""
    model: type[BaseModel] = Settings
    for step in path:
        field = model.model_fields.get(str(step))
        args = (field.annotation, *getattr(field.annotation, "__args__", ())) if field else ()
        model = next((arg for arg in args if isinstance(arg, type) and issubclass(arg, BaseModel)), model)
    return [*model.model_fields, *(FILE_KEYS if model is Settings else ())]
