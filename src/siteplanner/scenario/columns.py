"""The tables a scenario may hold and the headings under which their columns are known."""

from __future__ import annotations

import types
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Literal, Union, get_args, get_origin

from siteplanner.scenario.schema import Budget, Estate, Fund, Option, Premises, Row, Site, Walk
from siteplanner.texts import Lang, say

Holds = Literal["text", "ids", "number", "date", "yes_no", "choice"]
_UNITS = (("平方米", "m2"), ("㎡", "m2"), ("m²", "m2"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: English key, Chinese title, what its cells hold, and the words a choice may be written with."""

    key: str
    title: str
    about: str
    required: bool
    holds: Holds
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: English name (also the key in the scenario file), Chinese title, the column that identifies a row."""

    name: str
    title: str
    model: type[Row]
    id_key: str
    columns: Mapping[str, Column]


def _unwrap(annotation: object) -> object:
    """Return the type behind ``Annotated`` and ``| None``."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        else:
            return annotation


def _holds(kind: object) -> Holds:
    if get_origin(kind) is Literal:
        return "choice"
    if get_origin(kind) is tuple:
        return "ids"
    if kind is bool:
        return "yes_no"
    if kind is date:
        return "date"
    return "text" if kind is str else "number"


def _columns(model: type[Row]) -> dict[str, Column]:
    found = {}
    for name, field in model.model_fields.items():
        kind = _unwrap(field.annotation)
        holds = _holds(kind)
        choices = tuple(str(choice) for choice in get_args(kind) if choice) if holds == "choice" else ()
        key = field.alias or name
        found[key] = Column(key, field.title or "", field.description or "", field.is_required(), holds, choices)
    return found


def _spec(name: str, title: str, model: type[Row], id_key: str) -> TableSpec:
    return TableSpec(name, title, model, id_key, _columns(model))


TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        _spec("estates", "小区", Estate, "estate"),
        _spec("sites", "点位", Site, "site"),
        _spec("options", "方案", Option, "option"),
        _spec("premises", "已有用房", Premises, "premises"),
        _spec("walks", "步行", Walk, ""),
        _spec("budgets", "预算", Budget, "budget"),
        _spec("funds", "资金", Fund, "fund"),
    )
}

LISTED_CHOICES = {("funds", "uses"): "kind", ("funds", "works"): "works"}
"""Columns that hold several choices of a column of ``options``."""


def table_named(name: str) -> str:
    """Return the table a name stands for, English or Chinese, or an empty text."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return next((spec.name for spec in TABLES.values() if plain in (spec.name, spec.title)), "")


def heading_form(text: str) -> str:
    """Return a heading without what people vary: case, spaces, underscores, brackets, and how a unit is spelt."""
    for spelt, unit in _UNITS:
        text = text.replace(spelt, unit)
    plain = unicodedata.normalize("NFKC", text).lower().replace("/", "每")
    return "".join(char for char in plain if char.isalnum())


@cache
def headings(table: str) -> Mapping[str, str]:
    """Return column keys by heading form: the English key and the Chinese title of every column."""
    forms = {}
    for column in TABLES[table].columns.values():
        forms[heading_form(column.key)] = column.key
        forms[heading_form(column.title)] = column.key
    return forms


def word_form(text: str) -> str:
    """Return a choice without what people vary: case, spaces and hyphens."""
    return unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "_").replace("-", "_")


def word(table: str, key: str, choice: str, lang: Lang) -> str:
    """Return how a choice is written in a language: the id in English, the administrative word in Chinese."""
    return choice if lang == "en" else say(f"input.word.{table}.{key}.{choice}", lang)


def in_words(name: str, table: str, key: str, *choices: str) -> dict[str, str]:
    """Return a message fact that lists choices as each language writes them."""
    return {
        f"{name}_zh": "、".join(word(table, key, choice, "zh") for choice in choices),
        f"{name}_en": ", ".join(word(table, key, choice, "en") for choice in choices),
    }


def titled(name: str, table: str, *keys: str) -> dict[str, str]:
    """Return a message fact that lists columns as each language heads them."""
    columns = TABLES[table].columns
    return {f"{name}_zh": "、".join(columns[key].title for key in keys), f"{name}_en": ", ".join(keys)}


@cache
def words(table: str, key: str) -> Mapping[str, str]:
    """Return the choices of a column by every word they may be written with, in both languages."""
    column = TABLES[table].columns[key]
    found = {word_form(choice): choice for choice in column.choices}
    for choice in column.choices:
        found[word_form(word(table, key, choice, "zh"))] = choice
    return found
