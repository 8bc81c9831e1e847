"""The same scenario as CSV and as a workbook, in English and in Chinese, is the same scenario."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from siteplanner.scenario.columns import TABLES, heading_form, headings, word, words
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.scenario.tables import cell_text, column_letter

if TYPE_CHECKING:
    from scenario.conftest import InMemory, Tiny


def meaning(scenario: Scenario) -> dict[str, object]:
    """Return a scenario without the names and hashes of its files."""
    return scenario.model_dump(exclude={"files"})


def lines_of(folder: Path, table: str) -> list[list[str]]:
    """Return a CSV table as lines."""
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def typed(table: str, key: str, cell: str) -> object:
    """Return a cell as a spreadsheet holds it: numbers as floats, dates as dates, yes and no as booleans."""
    column = TABLES[table].columns[key]
    if not cell:
        return None
    if column.holds == "number" or (key == "years" and cell.isdigit()):
        return float(cell)
    if column.holds == "date":
        return date.fromisoformat(cell)
    return cell == "是" if column.holds == "yes_no" else cell


def to_workbook(folder: Path, *, chinese: bool) -> None:
    """Move the tables of a CSV scenario into a workbook."""
    book = xlsxwriter.Workbook(folder / "tables.xlsx", {"default_date_format": "yyyy-mm-dd"})
    for name, spec in TABLES.items():
        first, *rest = lines_of(folder, name)
        sheet = book.add_worksheet(spec.title if chinese else name)
        sheet.write_row(0, 0, [spec.columns[key].title if chinese else key for key in first])
        for number, cells in enumerate(rest, 2):  # one empty line below the headings
            sheet.write_row(number, 0, [typed(name, key, cell) for key, cell in zip(first, cells, strict=True)])
        (folder / f"{name}.csv").unlink()
    book.close()
    path = folder / "scenario.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "workbook: tables.xlsx\n", encoding="utf-8")


@pytest.mark.parametrize("chinese", [False, True])
def test_workbook_means_the_same_as_csv(tiny: Tiny, chinese: bool) -> None:
    """Floats, dates and booleans of a workbook mean what the CSV's texts mean, with sheets and headings in either language."""
    as_csv = tiny.load()
    to_workbook(tiny.folder, chinese=chinese)
    assert meaning(tiny.load()) == meaning(as_csv)


def test_chinese_headings_and_choices_mean_the_same(tiny: Tiny) -> None:
    """Chinese headings with varied units and spaces, and Chinese choices and names of the policy, mean the same."""
    english = tiny.load()
    for name, spec in TABLES.items():
        first, *rest = lines_of(tiny.folder, name)
        titles = [f" {spec.columns[key].title.replace('_m2', '（㎡）').replace('_元', '（元）')} " for key in first]
        table = [titles]
        for cells in rest:
            columns = [spec.columns[key] for key in first]
            table.append([word(name, c.key, cell, "zh") if c.choices and cell else cell for c, cell in zip(columns, cells, strict=True)])
        tiny.write_rows(name, table)
    tiny.cell("premises", "P01", " 用房类型 ", "社区级居家养老服务照料中心")
    tiny.cell("budgets", "B03", " 出资主体 ", "县财政")
    tiny.cell("funds", "F01", " 用途 ", "购置、租赁")
    assert meaning(tiny.load()) == meaning(english)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-8 crlf"])
def test_encodings_and_line_ends_mean_the_same(tiny: Tiny, encoding: str) -> None:
    """UTF-8 with or without a mark, GB18030, and Windows line ends are read alike."""
    plain = tiny.load()
    for path in tiny.folder.iterdir():
        text = path.read_text(encoding="utf-8")
        coding, _, crlf = encoding.partition(" ")
        path.write_bytes((text.replace("\n", "\r\n") if crlf else text).encode(coding))
    assert meaning(tiny.load()) == meaning(plain)


def test_row_order_means_nothing(tiny: Tiny) -> None:
    """Rows are kept by id, so their order in the file does not matter."""
    ordered = tiny.load()
    for name in TABLES:
        first, *rest = lines_of(tiny.folder, name)
        tiny.write_rows(name, [first, *reversed(rest)])
    assert meaning(tiny.load()) == meaning(ordered)
    assert [estate.id for estate in ordered.estates] == ["E01", "E02", "E03", "E04", "E05"]


def test_python_rows_mean_the_same_as_files(tiny: Tiny, memory: InMemory) -> None:
    """The in-memory way gives the scenario that the files give."""
    assert meaning(memory.build()) == meaning(tiny.load())


def test_scenario_file_itself_may_be_named(tiny: Tiny) -> None:
    """A path to the YAML file loads like its folder; files are recorded relative to the folder with their hashes."""
    found = load_scenario(tiny.folder / "scenario.yaml")
    assert meaning(found) == meaning(tiny.load())
    assert [file.name for file in found.files] == sorted(path.name for path in tiny.folder.iterdir())
    assert all(len(file.sha256) == 64 for file in found.files)


def test_tables_may_have_other_names(tiny: Tiny) -> None:
    """The key tables names files, its keys may be Chinese, and what it leaves out is found by name."""
    plain = tiny.load()
    (tiny.folder / "walks.csv").rename(tiny.folder / "on foot.csv")
    assert meaning(tiny.load("", "tables.步行=on foot.csv")) == {**meaning(plain), "changes": ("tables.步行=on foot.csv",)}


def test_values_are_kept_in_fen_dm2_and_seconds(tiny: Tiny) -> None:
    """Yuan become fen, m² dm², minutes seconds, exactly."""
    tiny.cell("options", "O01", "price_yuan", "１，000,000.29")
    tiny.cell("options", "O01", "area_m2", "199.99")
    tiny.cell("estates", "E02", "circle_exception_minutes", "15.05")
    found = tiny.load()
    option, estate = found.options[0], found.estates[1]
    assert (option.price_fen, option.area_dm2, estate.circle_exception_s) == (100_000_029, 19_999, 903)


@pytest.mark.parametrize("written", ["1998-3-1", "1998/03/01", "1998.3.1", "1998年3月1日", "19980301", "1998-03-01 00:00:00"])
def test_dates_are_read_year_first(tiny: Tiny, written: str) -> None:
    """Dates with the year first are read in the usual spellings."""
    tiny.cell("estates", "E01", "started", written)
    assert tiny.load().estates[0].started == date(1998, 3, 1)


SPANS = [("2022", "2022"), ("2022年", "2022"), ("2022 - 2024", "2022-2024"), ("2022年至2024年", "2022-2024")]


@pytest.mark.parametrize(("written", "read"), SPANS)
def test_years_take_one_form(tiny: Tiny, written: str, read: str) -> None:
    """Spans of years are kept in one form."""
    tiny.cell("budgets", "B02", "years", written)
    assert tiny.load().budgets[1].years == read


def test_unquoted_words_and_numbers_stay_what_they_are(tiny: Tiny) -> None:
    """YAML's guesses do not apply: no, on, 012 and 1e3 are texts where texts are wanted and numbers where numbers are."""
    tiny.yaml("title: 小例（合成数据）", "title: no")
    tiny.yaml("county: 桐庐县", "county: 012")
    tiny.yaml("horizon_years: 5", "horizon_years: 005")
    tiny.yaml("synthetic: true", "synthetic: 是")
    settings = tiny.load("", "solver.time_limit_s=1e3", "walking.source=on", "finance.rate=3.5%").settings
    assert (settings.title, settings.county, settings.walking.source) == ("no", "012", "on")
    assert (settings.finance.horizon_years, settings.solver.time_limit_s, settings.synthetic) == (5, 1000, True)
    assert str(settings.finance.rate) == "0.035"


@pytest.mark.parametrize(("crs", "kept"), [("WGS84", "wgs84"), ("EPSG: 4549", "epsg:4549"), ("epsg:4490", "cgcs2000")])
def test_names_of_coordinate_systems_take_one_form(memory: InMemory, crs: str, kept: str) -> None:
    """Coordinate systems are named in one form."""
    for row in [*memory.tables["estates"], *memory.tables["sites"], *memory.tables["premises"]]:
        row.update(x="119.7", y="29.8") if kept != "epsg:4549" else None
    memory.settings["crs"] = crs
    assert memory.build().settings.crs == kept


def test_cells_of_a_spreadsheet_read_as_they_show() -> None:
    """A float shows 15 digits, so that a computed 0.30000000000000004 is 0.3 and ids stay whole."""
    assert [cell_text(value) for value in (0.1 + 0.2, 12.0, 1e16, -0.5, True, None, date(2022, 1, 2))] == [
        "0.3", "12", "10000000000000000", "-0.5", "true", "", "2022-01-02",
    ]  # fmt: skip


def test_columns_are_lettered_like_a_spreadsheet() -> None:
    """Columns run A to Z, then AA."""
    assert [column_letter(number) for number in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def test_headings_and_words_are_unambiguous() -> None:
    """No two columns of a table share a heading, no two choices of a column a word."""
    for name, spec in TABLES.items():
        assert len({heading_form(c.key) for c in spec.columns.values()} | {heading_form(c.title) for c in spec.columns.values()}) == len(
            headings(name)
        )
        assert len({c.title for c in spec.columns.values()}) == len(spec.columns)
        for column in spec.columns.values():
            if column.choices:
                assert len(words(name, column.key)) == 2 * len(column.choices)
