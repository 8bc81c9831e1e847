"""The workbook: live totals, text that stays text, a layout fit for printing, the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from report.example import Example
from siteplanner.report.layout import SHEETS, column_widths, place
from siteplanner.report.names import Names
from siteplanner.report.stamps import stamps
from siteplanner.report.table import LedgerSum, RowSum, display_width, show_cell
from siteplanner.report.tables import plan_tables
from siteplanner.report.workbook import Heading, workbook_bytes
from siteplanner.texts import Lang


def book(made: Example, lang: Lang = "zh") -> bytes:
    """Return the workbook of an example."""
    heading = Heading(made.plan.title, stamps(made.plan, lang), made.plan.base_date)
    return workbook_bytes(plan_tables(Names(made.scenario, made.plan, lang)), heading, lang)


def parts(content: bytes) -> dict[str, str]:
    """Return the XML files of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    """Return the cells of a workbook by sheet."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: read.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in read.sheet_names}


def test_the_same_plan_gives_the_same_bytes(made: Example) -> None:
    """Nothing in the file depends on the clock."""
    assert book(made) == book(made)


def test_sheets_bear_the_officers_names(made: Example) -> None:
    """The sheets an officer hands in are there under their Chinese names."""
    names = list(sheets(book(made)))
    wanted = [
        "摘要",
        "问题清单",
        "配置计划",
        "项目清单",
        "资金测算表",
        "补助明细",
        "达标核查表",
        "销号台账",
        "分乡镇汇总",
        "输入与口径",
        "资金台账",
    ]
    assert [name for name in names if name in wanted] == wanted


def test_totals_are_formulas_with_their_values(made: Example) -> None:
    """The foot of the project list is a live sum whose cached value is the sum of the plan, in 万元 exact to the fen."""
    cells = sheets(book(made))["项目清单"]
    heading = next(row for row in cells if "投资\n（万元）" in row)
    foot = next(row for row in cells if row[0] == "合计")
    capital = sum(line.fen for line in made.plan.ledger if line.kind in ("price", "tax_fee", "deposit", "fit_out", "permit"))
    assert foot[heading.index("投资\n（万元）")] == pytest.approx(capital / 1_000_000, abs=1e-9)
    xml = parts(book(made))["xl/worksheets/sheet4.xml"]
    assert len(re.findall(r"<f>SUM\(", xml)) == sum(c.total for c in plan_tables(Names(made.scenario, made.plan, "zh"))["projects"].columns)


def test_sums_over_the_ledger_are_live(made: Example) -> None:
    """Funding by year and totals by township are formulas over the ledger sheet, not typed numbers."""
    found = plan_tables(Names(made.scenario, made.plan, "zh"))
    xml = parts(book(made))
    live = sum(isinstance(cell, LedgerSum) for row in found["funding"].rows for cell in row)
    sums = sum(isinstance(cell, RowSum) for row in found["funding"].rows for cell in row)
    assert live and sums
    assert xml["xl/worksheets/sheet5.xml"].count("SUMPRODUCT(") >= live
    assert xml["xl/worksheets/sheet10.xml"].count("SUMPRODUCT(") == 4 * len(found["townships"].rows)


def test_money_in_english_is_yuan(made: Example) -> None:
    """English sheets show yuan; the same total reads 10,000 times the Chinese one."""
    zh, en = sheets(book(made))["项目清单"], sheets(book(made, "en"))["Projects"]
    column = next(row for row in zh if "投资\n（万元）" in row).index("投资\n（万元）")
    wan = next(row for row in zh if row[0] == "合计")[column]
    yuan = next(row for row in en if row[0] == "Total")[column]
    assert isinstance(wan, float) and yuan == pytest.approx(wan * 10_000, abs=0.001)


def test_hostile_names_are_text(hostile: Example) -> None:
    """Names that look like formulas, links or markup are string cells, and no formula of the file holds one."""
    content = book(hostile)
    texts = {cell for rows in sheets(content).values() for row in rows for cell in row if isinstance(cell, str)}
    for name in ("=1+1", "<script>alert(1)</script>", '"><img src=x>', "\u202eabc\u202c\u200f", "长" * 200, "-2+3", "http://example.org/x"):
        assert name in texts
    xml = parts(content)
    formulas = [formula for name, text in xml.items() if "worksheets" in name for formula in re.findall(r"<f>(.*?)</f>", text)]
    assert formulas
    assert not [formula for formula in formulas if "1+1" in formula or "HYPERLINK" in formula or "cmd" in formula or "img" in formula]
    assert not [name for name in xml if "hyperlink" in xml[name].lower() and name.endswith(".rels")]


def test_sheets_print_on_a4_with_frozen_filtered_headings(made: Example) -> None:
    """Every sheet is A4 landscape, one page wide; lists have frozen headings, repeated on each page, and a filter."""
    xml = parts(book(made))
    pages = [text for name, text in xml.items() if name.startswith("xl/worksheets/sheet")]
    assert len(pages) == len(sheets(book(made))) >= 15
    assert all('paperSize="9"' in page and 'orientation="landscape"' in page and 'fitToHeight="0"' in page for page in pages)
    projects = xml["xl/worksheets/sheet4.xml"]
    assert "<autoFilter" in projects and 'state="frozen"' in projects
    assert "Print_Titles" in xml["xl/workbook.xml"]


def test_the_close_out_ledger_offers_its_answers(made: Example) -> None:
    """The status column of the close-out ledger is a drop-down of the seven states."""
    xml = parts(book(made))["xl/worksheets/sheet9.xml"]
    assert 'type="list"' in xml and "未启动,已签约,实施中,已完工,已验收,已销号,已取消" in xml


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_number_is_wider_than_its_column(made: Example, lang: Lang) -> None:
    """Every number, date and total fits its column, so none shows as a row of #."""
    blocks = place(plan_tables(Names(made.scenario, made.plan, lang)), lang, SHEETS, 5)
    for block in blocks.values():
        widths = column_widths([block], lang)
        for number, column in enumerate(block.table.columns):
            if column.kind in ("text", "choice", "blank"):
                continue
            texts = [show_cell(row[number], column, lang) for row in block.table.rows]
            texts += [show_cell(block.table.total(column.key), column, lang)] if column.total else []
            assert all(display_width(text) + 1 <= widths[number] for text in texts), (block.table.key, column.key)


def test_what_if_is_on_every_sheet_and_every_printed_page(made: Example) -> None:
    """A what-if plan says so above each table and in the header of each printed page."""
    content = book(Example(made.scenario, made.plan.model_copy(update={"what_if": ("TL9",)}), made.walks))
    cells = sheets(content)
    assert all(any("不符合 TL9" in str(cell) for row in rows[:8] for cell in row) for rows in cells.values())
    pages = [text for name, text in parts(content).items() if name.startswith("xl/worksheets/sheet")]
    assert all("不符合 TL9" in re.findall(r"<oddHeader>(.*?)</oddHeader>", page)[0] for page in pages)


def test_a_plan_that_does_nothing_still_makes_a_workbook(made: Example) -> None:
    """Empty tables keep their headings and say that there is nothing; no formula refers to a missing ledger."""
    nothing: dict[str, tuple[object, ...]] = {
        key: () for key in ("chosen", "ledger", "credits", "places", "terms", "budgets", "exceptions", "duties", "today")
    }
    content = book(Example(made.scenario, made.plan.model_copy(update=nothing), made.walks))
    assert any("无" in row for row in sheets(content)["项目清单"])
    assert "SUMPRODUCT" not in "".join(parts(content).values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_lead_to_tables_and_totals(made: Example, lang: Lang) -> None:
    """Each table and each figure of the summary has a defined name, the same in both languages."""
    xml = parts(book(made, lang))["xl/workbook.xml"]
    named = dict(re.findall(r'<definedName name="((?:plan|table)_\w+)">(.*?)</definedName>', xml))
    assert {"table_projects", "table_ledger", "table_funding", "plan_capital", "plan_subsidy", "plan_present_cost", "plan_served"} <= set(
        named
    )
    summary = sheets(book(made, lang))["摘要" if lang == "zh" else "Summary"]
    row = int(named["plan_capital"].rpartition("$")[2])
    capital = sum(line.fen for line in made.plan.ledger if line.kind in ("price", "tax_fee", "deposit", "fit_out", "permit"))
    assert summary[row - 1][1] == pytest.approx(capital / (1_000_000 if lang == "zh" else 100), abs=1e-9)


def test_readings_are_said_in_words(made: Example) -> None:
    """The compliance table states the reading in force as question and answer, not as codes."""
    rows = sheets(book(made))["达标核查表"]
    said = [str(cell) for row in rows for cell in row]
    assert any("同一服务圈内多个小区如何合用面积：按分配合用，每平方米只计一次" in text for text in said)
    assert not [text for text in said if "shared_capacity" in text]
