"""Broken scenarios, each with one fault: the message names the right place, and nothing else is said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scenario.faults import FAULTS, Fault, cut_variants
from scenario.other_faults import BOOKS, ESTATES, PATHS, UNDER_ANOTHER_LAW, LawChange, book
from siteplanner.errors import InputError
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.new import write_new
from siteplanner.texts import catalogue

if TYPE_CHECKING:
    from scenario.conftest import InMemory, Tiny


def name(value: object) -> str:
    """Name a test by the words of its row."""
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.code}@{fault.where}")
def test_one_fault_gives_one_located_problem(tiny: Tiny, fault: Fault) -> None:
    """A scenario with one fault is refused for that fault alone, at its place, under its clause, in both languages."""
    fault.change(tiny)
    problems = tiny.problems(fault.variant, *fault.sets)
    prefix = f"{tiny.folder.as_posix()}/"
    assert [(p.code, str(p.where).removeprefix(prefix)) for p in problems] == [(fault.code, fault.where)]
    assert problems[0].clause.rpartition("; ")[2] == fault.clause
    error = InputError(problems)
    for lang in ("zh", "en"):
        assert str(problems[0].where) in error.text(lang)


@pytest.mark.parametrize(("code", "where", "clause", "change"), UNDER_ANOTHER_LAW, ids=name)
def test_fault_under_another_law(memory: InMemory, code: str, where: str, clause: str, change: LawChange) -> None:
    """Checks follow what the policy asks, not what one policy asks; Python rows are checked like files."""
    change(memory)
    assert memory.found() == [(code, where, clause)]


def to_book(tiny: Tiny) -> None:
    """Let the tiny scenario take its tables from a workbook, without variants."""
    cut_variants(tiny, "workbook: tables.xlsx\n")
    for name in ("sites", "options", "premises", "walks", "budgets", "funds", "estates"):
        (tiny.folder / f"{name}.csv").unlink()


@pytest.mark.parametrize(("code", "where", "sheets"), BOOKS, ids=name)
def test_fault_in_a_workbook(tiny: Tiny, code: str, where: str, sheets: dict[str, list[list[object]]]) -> None:
    """Faults in a workbook are placed by sheet and cell."""
    to_book(tiny)
    walks: list[list[object]] = [["estate", "place", "seconds"], ["E1", "E1", 0]]
    book(tiny.folder / "tables.xlsx", {**sheets, "walks": walks, "_own notes": [["anything"]]})
    assert tiny.found() == [(code, where)]


def test_unreadable_workbook_is_one_problem(tiny: Tiny) -> None:
    """A workbook that is none is named; rows that could not be read cause no further messages."""
    to_book(tiny)
    (tiny.folder / "tables.xlsx").write_bytes(b"PK\x03\x04 cut off")
    assert tiny.found() == [("bad_workbook", "tables.xlsx")]


def test_table_cannot_come_from_workbook_and_file(tiny: Tiny) -> None:
    """A table named under tables that is also a sheet has two sources."""
    to_book(tiny)
    book(tiny.folder / "tables.xlsx", {"estates": ESTATES, "walks": [["estate", "place", "seconds"], ["E1", "E1", 0]]})
    (tiny.folder / "e.csv").write_text("estate,name,township,dwellings,started\nE1,甲,桐君街道,100,2001-01-01\n", encoding="utf-8")
    assert tiny.found("", "tables.estates=e.csv") == [("table_twice", "--set (tables.estates)")]


@pytest.mark.parametrize(("code", "path"), PATHS)
def test_path_that_is_no_scenario(tmp_path: Path, code: str, path: str) -> None:
    """A path that leads to no scenario is refused by name, never with a traceback."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / path)
    assert [(p.code, str(p.where)) for p in caught.value.problems] == [(code, f"{tmp_path.as_posix()}/{path}")]


def test_new_scenario_overwrites_nothing(tmp_path: Path) -> None:
    """Every file that is there already is named, and none is touched."""
    write_new(tmp_path, form="csv", lang="en", policy="tonglu-2021")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError) as caught:
        write_new(tmp_path, form="csv", lang="zh", policy="tonglu-2021")
    assert {problem.code for problem in caught.value.problems} == {"file_exists"}
    assert len(caught.value.problems) == len(before)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_new_scenario_needs_a_folder_it_can_write(tmp_path: Path) -> None:
    """A folder that cannot be made is a located problem."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_new(tmp_path / "file" / "folder", form="xlsx", lang="zh", policy="tonglu-2021")
    assert [problem.code for problem in caught.value.problems] == ["not_writable"]


CAUSED_ELSEWHERE = {
    "file_exists",
    "not_writable",
    "bad_workbook",
    "extra_missing",
    "cluster_silent",
    "bad_share",
    "unknown_axis",
    "bad_circle",
    "bad_area",
    "bad_range",
    "unknown_kind",
    "option_idle",
}
"""Codes that a test causes outside the tables: those above, of the executor in tests/solve, of commands in tests/whatif and tests/cli."""


def test_every_problem_code_is_caused_by_a_test() -> None:
    """No message of the loader stands untested: the tables above cause each one, and each has a text."""
    own = catalogue_codes()
    caused = {fault.code for fault in FAULTS} | {code for code, *_ in [*UNDER_ANOTHER_LAW, *BOOKS, *PATHS]}
    assert caused | CAUSED_ELSEWHERE == own


def catalogue_codes() -> set[str]:
    """Return the codes of the loader's own catalogue."""
    text = (Path(__file__).parents[2] / "src" / "siteplanner" / "texts" / "problem.zh.yaml").read_text(encoding="utf-8")
    return {line.strip(" :") for line in text.splitlines() if line.startswith("  ") and not line.startswith(("   ", "  #"))}


def test_every_problem_code_speaks_both_languages() -> None:
    """Each code has what was seen, what must hold and what to try, in Chinese and in English."""
    for lang in ("zh", "en"):
        texts = catalogue(lang)
        keys = [f"problem.{code}.{part}" for code in catalogue_codes() for part in ("seen", "must", "try")]
        assert [key for key in keys if not texts.get(key, "").strip()] == []
