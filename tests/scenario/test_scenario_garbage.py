"""Whatever stands in a scenario, the loader gives a scenario or an InputError, never anything else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siteplanner.errors import InputError
from siteplanner.scenario.columns import TABLES
from siteplanner.scenario.load import build_scenario, load_scenario
from siteplanner.scenario.schema import Scenario

TINY = Path(__file__).parent / "tiny"
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "nan", "-inf", "1e999", "1e99", "９９", "-1", "0", "是", "否", "2022-02-30", "2022-2021", "E01;;E02", "#N/A"]),
    st.floats().map(str),
    st.integers().map(str),
    st.dates().map(str),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
GOOD = {
    "title": "t", "policy": "tonglu-2021", "county": "c", "base_date": "2021-12-13", "inputs": {"cohort_date": "2018-02-01"},
    "walking": {"method": "table"}, "finance": {"base_year": 2021, "horizon_years": 5, "rate": 0.04},
}  # fmt: skip
KEYS = st.one_of(st.sampled_from([*GOOD, "solver", "standards", "periods", "edits", "crs"]), st.text(max_size=8))
COLUMNS = [(name, key) for name, spec in TABLES.items() for key in spec.columns]


def outcome(load: object) -> Scenario | InputError:
    """Return what loading gives; both languages of a refusal must be sayable."""
    assert callable(load)
    try:
        found = load()
    except InputError as error:
        assert error.problems
        assert error.text("zh")
        assert error.text("en")
        return error
    assert isinstance(found, Scenario)
    return found


@QUICK
@given(st.dictionaries(st.sampled_from(COLUMNS), st.lists(CELLS, min_size=1, max_size=4), max_size=25))
def test_garbage_cells_give_only_input_errors(cells: dict[tuple[str, str], list[str]]) -> None:
    """Random cells in random columns of every table are refused or read."""
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES}
    for (name, key), column in cells.items():
        tables[name] += [{} for _ in range(len(column) - len(tables[name]))]
        for row, cell in zip(tables[name], column, strict=False):
            row[key] = cell
    assert isinstance(outcome(lambda: build_scenario(GOOD, tables)), (InputError, Scenario))


@QUICK
@given(st.sampled_from(["estates", "sites", "options", "premises", "walks", "budgets", "funds"]), st.data())
def test_garbage_in_a_good_scenario_gives_only_input_errors(table: str, data: st.DataObject) -> None:
    """A good scenario with a few bad cells of one table is refused or read."""
    import csv

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tiny"
        shutil.copytree(TINY, folder)
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        for _ in range(data.draw(st.integers(1, 3))):
            row = data.draw(st.integers(0, len(lines) - 1))
            lines[row][data.draw(st.integers(0, len(lines[row]) - 1))] = data.draw(CELLS)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            csv.writer(file).writerows(lines)
        assert isinstance(outcome(lambda: load_scenario(folder)), (InputError, Scenario))


@QUICK
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_garbage_settings_give_only_input_errors(changes: dict[str, object]) -> None:
    """Random values of any shape under random keys are refused or read."""
    assert isinstance(outcome(lambda: build_scenario({**GOOD, **changes}, {})), InputError)


@QUICK
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_garbage_files_give_only_input_errors(content: bytes) -> None:
    """Random bytes as scenario file, table or workbook are refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tiny"
        shutil.copytree(TINY, folder)
        (folder / "noise").write_bytes(content)
        for sets in (("tables.estates=noise",), ("workbook=noise",)):
            assert isinstance(outcome(lambda sets=sets: load_scenario(folder, sets=sets)), InputError)  # type: ignore[misc]
        (folder / "scenario.yaml").write_bytes(content)
        assert isinstance(outcome(lambda: load_scenario(folder)), InputError)


@pytest.mark.parametrize("text", ["a.b.c.d.e=1", ".=1", "title={a: b}", "edits=1", "edits.options=[1]", "inputs=3", "x" * 5000])
def test_garbage_sets_give_only_input_errors(text: str) -> None:
    """Settings of the command line of any shape are refused."""
    assert isinstance(outcome(lambda: load_scenario(TINY, sets=[text])), InputError)


HOSTILE = ["[" * 5000, "a: " * 2000, "{a: " * 3000, "&a [*a]", "? ? ? ?", "%YAML 9.9\n---\n", "\t- a", "a: |\n  b\n c"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_yaml_gives_only_input_errors(tmp_path: Path, text: str) -> None:
    """Bottomless nesting, cycles and broken blocks are refused."""
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    assert isinstance(outcome(lambda: load_scenario(tmp_path)), InputError)
