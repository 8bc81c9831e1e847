"""The reference of the scenario files, generated from the schema so that it cannot fall behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from siteplanner.scenario.columns import TABLES, Column, TableSpec
from siteplanner.scenario.schema import Settings
from siteplanner.texts import Lang, catalogue, say

COMMAND = "python -m siteplanner.scenario.document > docs/scenario-files.md"
_FILE_KEYS = {"tables": "mapping", "workbook": "text", "edits": "mapping", "variants": "mapping"}


def reference() -> str:
    """Return the whole page: Chinese, then English."""
    return f"{column_reference('zh')}\n{column_reference('en')}"


def column_reference(lang: Lang) -> str:
    """Return every setting, table and column a scenario may hold, as Markdown in one language."""
    parts = [f"# {say('document.title', lang)}", say("document.generated", lang), say("document.forms", lang)]
    parts.append(f"## {say('document.settings_title', lang)}")
    head = [say("document.setting_heads", lang), "| --- | --- | --- | --- |"]
    parts.append("\n".join([*head, *_setting_rows(Settings, "", lang), *_file_rows(lang)]))
    parts.append(f"## {say('document.tables_title', lang)}")
    for spec in TABLES.values():
        parts += _table(spec, lang)
    parts.append(f"{say('document.regenerate', lang)} `{COMMAND}`")
    return "\n\n".join(parts) + "\n"


def _table(spec: TableSpec, lang: Lang) -> list[str]:
    rows = [_column_row(spec, column, lang) for column in spec.columns.values()]
    head = [say("document.table_heads", lang), "| --- | --- | --- | --- | --- |"]
    return [f"### {spec.name} {spec.title}", say(f"document.about.{spec.name}", lang), "\n".join([*head, *rows])]


def _column_row(spec: TableSpec, column: Column, lang: Lang) -> str:
    fields = {field.alias or name: field for name, field in spec.model.model_fields.items()}
    note = catalogue(lang).get(f"document.note.{spec.name}.{column.key}", "")
    about = "; ".join(part for part in (column.about, note) if part) if lang == "en" else note
    choices = [_choice(spec.name, column.key, choice, lang) for choice in column.choices]
    holds = say(f"document.holds.{column.holds}", lang, choices=say("document.or_words", lang).join(choices))
    return f"| `{column.key}` | {column.title} | {holds} | {_default(fields[column.key], lang)} | {about} |"


def _choice(table: str, key: str, choice: str, lang: Lang) -> str:
    word = catalogue("zh").get(f"input.word.{table}.{key}.{choice}", "")
    return f"`{choice}` {word}".rstrip() if lang == "zh" else f"`{choice}`"


def _default(field: FieldInfo, lang: Lang) -> str:
    if field.is_required():
        return say("document.required", lang)
    value = field.get_default(call_default_factory=False)
    if value is None or value is PydanticUndefined or value in ("", ()) or isinstance(value, dict | BaseModel):
        return say("document.blank", lang)
    if isinstance(value, bool):
        return say("document.true" if value else "document.false", lang)
    return ";".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _setting_rows(model: type[BaseModel], prefix: str, lang: Lang) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        kind = _plain_type(field.annotation)
        group = isinstance(kind, type) and issubclass(kind, BaseModel)
        about = say(f"document.setting.{path}{'.about' if group else ''}", lang)
        holds = say("document.holds.group", lang) if group else _holds(kind, lang)
        yield f"| `{path}` | {holds} | {_default(field, lang)} | {about} |"
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _setting_rows(kind, f"{path}.", lang)


def _file_rows(lang: Lang) -> Iterator[str]:
    for name, kind in _FILE_KEYS.items():
        holds, about = say(f"document.holds.{kind}", lang), say(f"document.setting.{name}", lang)
        yield f"| `{name}` | {holds} | {say('document.blank', lang)} | {about} |"


def _holds(kind: object, lang: Lang) -> str:
    if get_origin(kind) is Literal:
        choices = say("document.or_words", lang).join(f"`{choice}`" for choice in get_args(kind))
        return say("document.holds.choice", lang, choices=choices)
    if get_origin(kind) is tuple:
        inner = _plain_type(get_args(kind)[0])
        return say("document.holds.list_of", lang, what=_holds(inner, lang))
    if get_origin(kind) is not None:
        return say("document.holds.mapping", lang)
    names: dict[object, str] = {bool: "yes_no", date: "date", int: "number", Decimal: "number"}
    return say(f"document.holds.{names.get(kind, 'text')}", lang)


def _plain_type(annotation: object) -> object:
    """Return the type behind ``Annotated`` and ``| None``."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain_type(get_args(annotation)[0])
    if origin is Union or (origin is not None and type(None) in get_args(annotation)):
        return _plain_type(next(arg for arg in get_args(annotation) if arg is not type(None)))
    return annotation


if __name__ == "__main__":
    print(reference(), end="")
