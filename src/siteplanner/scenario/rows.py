"""From raw cells to typed rows. A bad cell is noted and blanked, so that the rest of its row is still checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from siteplanner.errors import Location
from siteplanner.scenario.cells import split_ids
from siteplanner.scenario.columns import LISTED_CHOICES, TABLES, Column, titled, word_form, words
from siteplanner.scenario.explain import choices_of, code_of, facts_of
from siteplanner.scenario.schema import Row
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawRow, RawTable

R = TypeVar("R", bound=Row)
Words = Mapping[str, Mapping[str, str]]
"""Words of the policy by column: what may be written → the id it stands for."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[R]):
    """A typed row, the raw row behind it, and the columns whose cells were refused (read as not given)."""

    row: R
    raw: RawRow
    table: RawTable
    bad: frozenset[str]

    def at(self, key: str = "") -> Location:
        """Return where a cell of this row stands."""
        return self.table.locate(self.raw, key)

    def sound(self, *keys: str) -> bool:
        """Whether none of these cells was refused."""
        return not self.bad.intersection(keys)

    def given(self, key: str) -> bool:
        """Whether the cell was filled in."""
        return key in self.raw.cells


def parse_rows(table: RawTable, model: type[R], policy_words: Words, sink: Sink) -> list[Parsed[R]]:
    """Return the rows of a table as models; rows that lack a required cell are left out, every fault is noted."""
    adapter = _adapter(model)
    plain = [_plain(table, row, policy_words) for row in table.rows]
    try:
        models = adapter.validate_python(plain)
    except ValidationError as error:
        return _parse_around(table, model, plain, error.errors(include_url=False), sink)
    return [Parsed(row, raw, table, frozenset()) for row, raw in zip(models, table.rows, strict=True)]


@cache
def _adapter(model: type[R]) -> TypeAdapter[list[R]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def _plain(table: RawTable, row: RawRow, policy_words: Words) -> dict[str, str]:
    """Return a row's cells with the words of choices replaced by the ids they stand for."""
    cells = row.cells
    replaced = {key: known.get(word_form(cells[key]), cells[key]) for key, known in policy_words.items() if key in cells}
    for key, known, many in _choices(table.spec.name):
        if key in cells:
            parts = split_ids(cells[key]) if many else (cells[key],)
            replaced[key] = ";".join(known.get(word_form(part), part) for part in parts)
    return {**cells, **replaced} if replaced else cells


@cache
def _choices(table: str) -> tuple[tuple[str, Mapping[str, str], bool], ...]:
    """Return the columns of a table that hold choices: key, words, whether a cell may hold several."""
    single = [(column.key, words(table, column.key), False) for column in TABLES[table].columns.values() if column.choices]
    return (*single, *((key, words("options", like), True) for (where, key), like in LISTED_CHOICES.items() if where == table))


def _parse_around(table: RawTable, model: type[R], plain: list[dict[str, str]], faults: list[ErrorDetails], sink: Sink) -> list[Parsed[R]]:
    bad: dict[int, set[str]] = defaultdict(set)
    for fault in faults:
        index, key = int(fault["loc"][0]), str(fault["loc"][1])
        bad[index].add(key)
        _explain(table, table.rows[index], table.spec.columns[key], fault, sink)
    parsed = []
    for index, (cells, raw) in enumerate(zip(plain, table.rows, strict=True)):
        refused = frozenset(bad[index]) if index in bad else frozenset()
        try:
            row = model.model_validate({key: cell for key, cell in cells.items() if key not in refused})
        except ValidationError:
            continue
        parsed.append(Parsed(row, raw, table, refused))
    return parsed


def _explain(table: RawTable, row: RawRow, column: Column, fault: ErrorDetails, sink: Sink) -> None:
    where = table.locate(row, column.key)
    if fault["type"] == "missing":
        if column.key in table.position or not table.position:
            sink.add("missing_cell", where, **titled("name", table.spec.name, column.key))
        return
    field = next(name for name, info in table.spec.model.model_fields.items() if (info.alias or name) == column.key)
    in_list = len(fault["loc"]) > len(("row", "column"))
    seen = str(fault["input"]) if in_list else row.cells.get(column.key, "")
    if code_of(fault) == "bad_choice":
        allowed = choices_of(fault)
        known = next((known for key, known, _ in _choices(table.spec.name) if key == column.key), {})
        chinese = [spelt for spelt in known if spelt not in allowed]
        sink.add_unknown("bad_choice", where, seen, allowed if seen.isascii() else chinese, name=column.key)
        return
    sink.add(code_of(fault), where, **{**facts_of(fault, field, column.key), "seen": seen})
