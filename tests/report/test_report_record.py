"""The record on disk: the same bytes every time, and every way of spoiling it is named and located."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from report.example import Example
from siteplanner.errors import InputError
from siteplanner.plan import Plan
from siteplanner.report import plan_bytes, read_plan, read_walks, walks_bytes, walks_sha256, write_walks
from siteplanner.report.record import plan_schema, schema_bytes

DOCS = Path(__file__).resolve().parents[2] / "docs"


def spoiled(tmp_path: Path, plan: Plan, **changes: Any) -> Path:
    """Write a record with some top-level fields changed."""
    tree = json.loads(plan_bytes(plan)) | changes
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return path


def faults(path: Path) -> list[tuple[str, str]]:
    """Return code and place of every problem in a record, each said in both languages."""
    with pytest.raises(InputError) as caught:
        read_plan(path)
    assert all(problem.text("zh") and problem.text("en") for problem in caught.value.problems)
    return [(problem.code, str(problem.where)) for problem in caught.value.problems]


def test_a_record_reads_back_as_it_was_written(made: Example, tmp_path: Path) -> None:
    """Writing, reading and writing again gives the same plan and the same bytes, ended by one newline."""
    path = tmp_path / "plan.json"
    path.write_bytes(plan_bytes(made.plan))
    again = read_plan(path)
    assert again == made.plan
    assert plan_bytes(again) == path.read_bytes()
    assert path.read_bytes().endswith(b"}\n")


def test_keys_are_sorted_and_chinese_is_readable(made: Example) -> None:
    """The JSON is canonical: keys in order at every depth, characters not escaped."""
    text = plan_bytes(made.plan).decode("utf-8")
    tree = json.loads(text)
    assert list(tree) == sorted(tree)
    assert list(tree["status"]) == sorted(tree["status"])
    assert "桐庐县" in text


def test_a_level_without_a_bound_survives(made: Example, tmp_path: Path) -> None:
    """A plan stopped before any bound was known is written as valid JSON and read back."""
    level = made.plan.status.levels[0].model_copy(update={"bound": -math.inf, "gap": math.inf, "proven": False})
    plan = made.plan.model_copy(update={"status": made.plan.status.model_copy(update={"levels": (level,), "status": "feasible"})})
    path = tmp_path / "plan.json"
    path.write_bytes(plan_bytes(plan))
    assert b'"-Infinity"' in path.read_bytes()
    assert read_plan(path) == plan
    jsonschema.validate(json.loads(path.read_bytes()), plan_schema())


def test_another_schema_version_is_refused(made: Example, tmp_path: Path) -> None:
    """A record of a later program is refused by its version, before its fields are looked at."""
    assert faults(spoiled(tmp_path, made.plan, schema_version=2, unknown=1)) == [("record_version", "plan.json")]


def test_unknown_and_wrong_fields_are_all_named(made: Example, tmp_path: Path) -> None:
    """Every fault is reported at once, each by its path in the tree."""
    path = spoiled(tmp_path, made.plan, colour="red", base_date="yesterday", checkpoints=["2022-09-31"])
    assert faults(path) == [
        ("record_field", "plan.json (base_date)"),
        ("record_field", "plan.json (checkpoints.0)"),
        ("record_unknown_key", "plan.json (colour)"),
    ]


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (b'{"schema_version": 1,\n "title": }', "record_not_json", "plan.json:2:11"),
        (b"[]", "record_not_json", "plan.json"),
        (b'{"schema_version": NaN}', "record_not_json", "plan.json"),
        (b"[" * 100_000, "record_not_json", "plan.json"),
        (b'{"title": "a", "title": "b"}', "record_repeated_key", "plan.json"),
        ("{}".encode("utf-16"), "record_not_utf8", "plan.json"),
        (b"{}", "record_version", "plan.json"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path: Path, content: bytes, code: str, where: str) -> None:
    """A file cut short, doubled keys or another encoding are bad input, never a traceback."""
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert faults(path) == [(code, where)]


def test_a_missing_record_is_bad_input(tmp_path: Path) -> None:
    """A path that does not exist is reported like any other fault."""
    assert faults(tmp_path / "none.json") == [("record_unreadable", "none.json")]


def test_the_pairs_table_reads_back_under_its_hash(made: Example, tmp_path: Path) -> None:
    """The table is sorted, its hash is the one the plan states, and it reads back equal."""
    path = tmp_path / "walks.csv"
    assert write_walks(made.walks, path) == made.plan.walks.sha256 == walks_sha256(made.walks)
    assert path.read_bytes() == walks_bytes(dict(reversed(made.walks.items())))
    assert read_walks(path, made.plan.walks.sha256) == made.walks


def test_a_changed_pairs_table_is_refused(made: Example, tmp_path: Path) -> None:
    """One second more or less, and the table is no longer the one the plan walked on."""
    path = tmp_path / "walks.csv"
    pair = next(iter(made.walks))
    write_walks({**made.walks, pair: made.walks[pair] + 1}, path)
    with pytest.raises(InputError) as caught:
        read_walks(path, made.plan.walks.sha256)
    assert [problem.code for problem in caught.value.problems] == ["record_walks_hash"]
    assert made.plan.walks.sha256 in caught.value.text("zh")


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ("estate,site,seconds\n", "record_walks_headings", "walks.csv:1"),
        ("", "record_walks_headings", "walks.csv:1"),
        ("estate,place,seconds\nE1,S1,-5\n", "record_walks_row", "walks.csv:2"),
        ("estate,place,seconds\nE1,S1,5\nE1,S2\n", "record_walks_row", "walks.csv:3"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, content: str, code: str, where: str) -> None:
    """Even under the right hash, rows must be estate, place and whole seconds."""
    import hashlib

    path = tmp_path / "walks.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_walks(path, hashlib.sha256(content.encode()).hexdigest())
    assert [(problem.code, str(problem.where)) for problem in caught.value.problems] == [(code, where)]


def test_the_published_schema_is_current() -> None:
    """docs/plan.schema.json is what the models say today."""
    assert (DOCS / "plan.schema.json").read_bytes() == schema_bytes()


def test_the_example_fits_the_schema(made: Example) -> None:
    """A written record validates, and one with a key too many does not."""
    tree = json.loads(plan_bytes(made.plan))
    jsonschema.validate(tree, plan_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree | {"colour": "red"}, plan_schema())


def test_every_part_of_the_record_is_documented() -> None:
    """docs/plan-record.md names each field of the plan and of its parts."""
    text = (DOCS / "plan-record.md").read_text(encoding="utf-8")
    schema = plan_schema()
    parts: dict[str, Any] = schema["$defs"]  # type: ignore[assignment]
    fields = {*schema["properties"], *(name for part in parts.values() for name in part.get("properties", {}))}  # type: ignore[misc]
    assert sorted(name for name in fields if f"`{name}`" not in text) == []
