"""The record on disk: ``plan.json`` and the pairs table ``walks.csv`` it walked on, byte for byte reproducible."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue, ValidationError

from siteplanner.errors import InputError, Location, Problem, system_reason
from siteplanner.plan import SCHEMA_VERSION, Plan

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WALK_HEADINGS = ["estate", "place", "seconds"]
_UNBOUNDED = {math.inf: "Infinity", -math.inf: "-Infinity"}
_MAY_BE_UNBOUNDED = ("value", "bound", "gap")
"""Fields of a level without a bound yet: JSON has no word for infinity, so it is written as a string."""


def plan_bytes(plan: Plan) -> bytes:
    """Return the record as canonical JSON: sorted keys, one-space indent, UTF-8, a newline at the end."""
    tree = _finite(plan.model_dump(mode="json"))
    return (json.dumps(tree, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _finite(node: JsonValue) -> JsonValue:
    if isinstance(node, dict):
        return {key: _finite(child) for key, child in node.items()}
    if isinstance(node, list):
        return [_finite(child) for child in node]
    if isinstance(node, float):
        return _UNBOUNDED.get(node, node)
    return node


def read_plan(path: Path) -> Plan:
    """Read a record.

    Raises
    ------
    InputError
        If the file is missing, is not JSON, repeats a key, has another schema version, or has unknown, missing or
        ill-typed fields: every such field is one problem, located by its path in the tree.
    """
    where = Location(path.name)
    tree = _json_object(_text(_content(path), where), where)
    version = tree.get("schema_version")
    if version != SCHEMA_VERSION:
        raise InputError([_problem("version", where, seen=json.dumps(version), supported=str(SCHEMA_VERSION))])
    try:
        return Plan.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise InputError(
            _problem(
                "unknown_key" if fault["type"] == "extra_forbidden" else "field",
                Location(path.name, heading=".".join(str(step) for step in fault["loc"])),
                seen=_shorten(fault["input"]),
                must=fault["msg"],
            )
            for fault in error.errors(include_url=False)
        ) from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError([_problem("unreadable", Location(path.name), **system_reason(error, "reason"))]) from error


def _text(content: bytes, where: Location) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([_problem("not_utf8", where, byte=str(error.start))]) from error


def _json_object(text: str, where: Location) -> dict[str, JsonValue]:
    def unique(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        tree = dict(pairs)
        if len(tree) < len(pairs):
            keys = [key for key, _ in pairs]
            again = sorted({key for key in keys if keys.count(key) > 1})
            raise InputError([_problem("repeated_key", where, keys=", ".join(again))])
        return tree

    def refuse(constant: str) -> float:
        raise ValueError(constant)

    try:
        tree = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError([_problem("not_json", Location(where.file, error.lineno, error.colno), reason=error.msg)]) from error
    except (ValueError, RecursionError) as error:
        raise InputError([_problem("not_json", where, reason=_shorten(str(error)))]) from error
    if not isinstance(tree, dict):
        raise InputError([_problem("not_json", where, reason=type(tree).__name__)])
    return tree


def _shorten(seen: object) -> str:
    text = json.dumps(seen, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def _problem(code: str, where: Location, **facts: str) -> Problem:
    return Problem(f"record_{code}", where, facts)


def walks_bytes(walks: Mapping[tuple[str, str], int]) -> bytes:
    """Return the pairs table (estate, place, walking seconds) as CSV, sorted by estate and place, lines ended by LF."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_WALK_HEADINGS)
    writer.writerows((estate, place, walks[estate, place]) for estate, place in sorted(walks))
    return file.getvalue().encode("utf-8")


def walks_sha256(walks: Mapping[tuple[str, str], int]) -> str:
    """Return the SHA-256 of the pairs table as written, in lower-case hexadecimal."""
    return hashlib.sha256(walks_bytes(walks)).hexdigest()


def write_walks(walks: Mapping[tuple[str, str], int], path: Path) -> str:
    """Write the pairs table and return its SHA-256."""
    content = walks_bytes(walks)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def read_walks(path: Path, sha256: str) -> dict[tuple[str, str], int]:
    """Read the pairs table that belongs to a record.

    Parameters
    ----------
    sha256 : str
        The hash the record states (``plan.walks.sha256``).

    Raises
    ------
    InputError
        If the file is missing, is not the hashed table, or a row is not estate, place, seconds.
    """
    content = _content(path)
    seen = hashlib.sha256(content).hexdigest()
    if seen != sha256:
        raise InputError([_problem("walks_hash", Location(path.name), seen=seen, expected=sha256)])
    rows = list(csv.reader(io.StringIO(_text(content, Location(path.name)), newline="")))
    if not rows or rows[0] != _WALK_HEADINGS:
        raise InputError([_problem("walks_headings", Location(path.name, 1), seen=",".join(rows[0] if rows else []))])
    bad = [
        _problem("walks_row", Location(path.name, number), seen=",".join(row))
        for number, row in enumerate(rows[1:], start=2)
        if len(row) != len(_WALK_HEADINGS) or not (row[2].isascii() and row[2].isdigit())
    ]
    if bad:
        raise InputError(bad)
    return {(estate, place): int(seconds) for estate, place, seconds in rows[1:]}


def plan_schema() -> dict[str, JsonValue]:
    """Return the JSON Schema of the record."""
    schema = Plan.model_json_schema(mode="serialization")
    level = schema["$defs"]["Level"]["properties"]
    for name in _MAY_BE_UNBOUNDED:
        level[name] = {"title": level[name]["title"], "anyOf": [{"type": "number"}, {"enum": sorted(_UNBOUNDED.values())}]}
    schema["properties"]["schema_version"]["const"] = SCHEMA_VERSION
    return {"$schema": SCHEMA_DIALECT, **schema}


def schema_bytes() -> bytes:
    """Return the content of ``docs/plan.schema.json``."""
    return (json.dumps(plan_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
