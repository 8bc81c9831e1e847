"""The reference of the scenario files says what the schema says."""

from __future__ import annotations

from pathlib import Path

import pytest

from siteplanner.scenario.columns import TABLES
from siteplanner.scenario.document import column_reference, reference
from siteplanner.scenario.schema import Settings
from siteplanner.texts import Lang, catalogue

DOC = Path(__file__).parents[2] / "docs" / "scenario-files.md"


def test_page_is_current() -> None:
    """The page in docs/ is what the program writes today."""
    assert DOC.read_text(encoding="utf-8") == reference(), "run: python -m siteplanner.scenario.document > docs/scenario-files.md"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_and_setting_is_there(lang: Lang) -> None:
    """Each column of each table, with its Chinese heading, and each setting has a row in both languages."""
    page = column_reference(lang)
    columns = [(spec.name, column) for spec in TABLES.values() for column in spec.columns.values()]
    missing = [f"{table}.{c.key}" for table, c in columns if f"| `{c.key}` | {c.title} |" not in page]
    missing += [name for name in (*Settings.model_fields, "tables", "workbook", "edits", "variants") if f"| `{name}` |" not in page]
    assert missing == []


def test_notes_name_columns_that_exist() -> None:
    """A note to a column that is gone would never be shown."""
    notes = [key.split(".")[2:] for key in catalogue("zh") if key.startswith("document.note.")]
    assert [f"{table}.{key}" for table, key in notes if key not in TABLES[table].columns] == []


def test_both_languages_hold_the_same_keys() -> None:
    """No text of the page is missing in one language."""
    keys = [{key for key in catalogue(lang) if key.startswith("document.")} for lang in ("zh", "en")]
    assert keys[0] == keys[1]
