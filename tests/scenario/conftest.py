"""A tiny good scenario that tests change in one place at a time."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from siteplanner.errors import InputError, Problem
from siteplanner.policy.load import raw_pack
from siteplanner.scenario.load import build_scenario, load_scenario
from siteplanner.scenario.schema import Scenario

HERE = Path(__file__).parent
TABLES = ("estates", "sites", "options", "premises", "walks", "budgets", "funds")


def rows_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the CSV tables of a folder as Python rows."""
    found = {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found[name] = list(csv.DictReader(file))
    return found


@dataclass
class Tiny:
    """A copy of the tiny scenario on disk."""

    folder: Path

    def cell(self, table: str, row: str, column: str, value: str) -> None:
        """Replace one cell; the row is found by its first cell, of walks by the first two."""
        path = self.folder / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
        found = [line for line in lines[1:] if line and row in (line[0], "/".join(line[:2]))]
        assert len(found) == 1, f"{row} is not one row of {table}"
        found[0][lines[0].index(column)] = value
        self.write_rows(table, lines)

    def write_rows(self, table: str, lines: Sequence[Sequence[str]]) -> None:
        """Write a table anew."""
        with (self.folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)

    def text(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a file that stands there once."""
        path = self.folder / name
        whole = path.read_text(encoding="utf-8")
        assert whole.count(old) == 1, f"{old!r} stands {whole.count(old)} times in {name}"
        path.write_text(whole.replace(old, new), encoding="utf-8")

    def yaml(self, old: str, new: str) -> None:
        """Replace a piece of the scenario file."""
        self.text("scenario.yaml", old, new)

    def append(self, table: str, line: str) -> None:
        """Add a line to a table."""
        path = self.folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    def load(self, variant: str = "", *sets: str) -> Scenario:
        """Load the scenario."""
        return load_scenario(self.folder, variant=variant, sets=sets)

    def problems(self, variant: str = "", *sets: str) -> tuple[Problem, ...]:
        """Load the scenario, which must be refused, and return why."""
        with pytest.raises(InputError) as caught:
            self.load(variant, *sets)
        return caught.value.problems

    def found(self, variant: str = "", *sets: str) -> list[tuple[str, str]]:
        """Return code and place of every problem, places relative to the folder."""
        prefix = f"{self.folder.as_posix()}/"
        return [(p.code, str(p.where).removeprefix(prefix)) for p in self.problems(variant, *sets)]


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """Return a fresh copy of the tiny scenario."""
    folder = tmp_path / "tiny"
    shutil.copytree(HERE / "tiny", folder)
    return Tiny(folder)


@dataclass
class InMemory:
    """The tiny scenario as Python values, with its policy as a tree that tests may change."""

    settings: dict[str, Any]
    tables: dict[str, list[dict[str, str]]]
    pack: dict[str, Any]

    def build(self) -> Scenario:
        """Build the scenario."""
        return build_scenario(self.settings, self.tables, pack_tree=self.pack)

    def row(self, table: str, row_id: str) -> dict[str, str]:
        """Return a row by its id."""
        return next(row for row in self.tables[table] if next(iter(row.values())) == row_id)

    def found(self) -> list[tuple[str, str, str]]:
        """Build the scenario, which must be refused, and return code, place and clause of every problem."""
        with pytest.raises(InputError) as caught:
            self.build()
        return [(p.code, str(p.where), p.clause.rpartition("; ")[2]) for p in caught.value.problems]


@pytest.fixture
def memory() -> InMemory:
    """Return the tiny scenario in memory."""
    settings: Mapping[str, Any] = yaml.safe_load((HERE / "tiny" / "scenario.yaml").read_text(encoding="utf-8"))
    pack = yaml.safe_load(yaml.safe_dump(raw_pack("tonglu-2021"), allow_unicode=True))
    return InMemory({key: value for key, value in settings.items() if key != "variants"}, rows_of(HERE / "tiny"), pack)
