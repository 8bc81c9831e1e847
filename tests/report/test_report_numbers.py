"""Every paper read back: the numbers of workbook, page, Word report and figures are those of the plan.json beside them.

What is expected is computed here from the record's JSON alone, without the modules that make the papers.
"""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from report.example import Example
from report.test_report_page import data_of
from siteplanner.report import write_all
from siteplanner.texts import Lang
from support.packed import texts_of

CAPITAL = ("price", "tax_fee", "deposit", "fit_out", "permit")
FEN = {"zh": 1_000_000, "en": 100}
"""Fen in the unit of money of each language: 万元, yuan."""
SHEETS = {
    "projects": ("项目清单", "Projects"),
    "ledger": ("资金台账", "Ledger lines"),
    "services": ("小区达标表", "Estates under the plan"),
    "gaps": ("问题清单", "Gap list"),
    "allocation": ("配置计划", "Allocation plan"),
    "subsidy": ("补助明细", "Subsidy breakdown"),
    "budgets": ("预算使用情况", "Budgets"),
}
HEADINGS = {
    "capital": ("投资", "Capital"), "subsidy": ("补助", "Subsidy"), "area": ("建筑面积", "Gross area"), "fen": ("金额", "Amount"),
    "pv": ("现值", "Present value"), "required": ("应有面积", "Required area"), "held": ("落实面积", "Area held"),
    "held_today": ("现有面积", "Area held today"), "credited": ("计入面积", "Area credited"), "dwellings": ("住房套数", "Dwellings"),
    "amount": ("金额", "Amount"), "used": ("使用", "Used"), "limit": ("限额", "Limit"),
}  # fmt: skip


@pytest.fixture(scope="module", params=["zh", "en"])
def papers(request: pytest.FixtureRequest, made: Example, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lang, dict[str, Any]]:
    """Return a folder with all papers, their language, and the record in it as plain JSON."""
    out = tmp_path_factory.mktemp("papers")
    write_all(made.scenario, made.plan, made.walks, out, request.param)
    return out, request.param, json.loads((out / "plan.json").read_text(encoding="utf-8"))


def expected(plan: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, list[int]]]:
    """Return by table and column the kind of number and what the record says, in its own units."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"capital": 0, "subsidy": 0})
    for line in plan["ledger"]:
        if line["kind"] in CAPITAL:
            sums[line["option"]]["capital"] += line["fen"]
        if line["kind"] == "grant":
            sums[line["option"]]["subsidy"] += line["fen"]
    options = [row["option"] for row in plan["chosen"]]
    grants = [line["fen"] for line in plan["ledger"] if line["kind"] == "grant"]
    return {
        ("projects", "capital"): ("money", [sums[option]["capital"] for option in options]),
        ("projects", "subsidy"): ("money", [sums[option]["subsidy"] for option in options]),
        ("projects", "area"): ("area", [row["area_dm2"] for row in plan["chosen"]]),
        ("ledger", "fen"): ("yuan", [line["fen"] for line in plan["ledger"]]),
        ("ledger", "pv"): ("yuan", [line["pv_fen"] for line in plan["ledger"]]),
        ("services", "required"): ("area", [row["required_dm2"] for row in plan["services"]]),
        ("services", "held"): ("area", [row["held_dm2"] for row in plan["services"]]),
        ("services", "dwellings"): ("count", [row["dwellings"] for row in plan["services"]]),
        ("gaps", "held_today"): ("area", [row["held_dm2"] for row in plan["today"]]),
        ("allocation", "credited"): ("area", [row["area_dm2"] for row in plan["credits"]]),
        ("subsidy", "amount"): ("money", grants),
        ("budgets", "used"): ("money", [row["used_fen"] for row in plan["budgets"]]),
        ("budgets", "limit"): ("money", [row["limit_fen"] for row in plan["budgets"]]),
    }


def scale(kind: str, lang: Lang) -> int:
    """Return how many of the record's units make one of the paper's."""
    return {"money": FEN[lang], "yuan": 100, "area": 100, "count": 1}[kind]


def test_the_workbook_holds_the_record(papers: tuple[Path, Lang, dict[str, Any]]) -> None:
    """Each column of numbers holds exactly the record's, to far below a fen or dm²."""
    out, lang, plan = papers
    book = CalamineWorkbook.from_filelike(io.BytesIO((out / "plan.xlsx").read_bytes()))
    for (table, column), (kind, wanted) in expected(plan).items():
        rows = book.get_sheet_by_name(SHEETS[table][lang == "en"]).to_python()
        heading = HEADINGS[column][lang == "en"]
        top, at = next((n, row.index(cell)) for n, row in enumerate(rows) for cell in row if str(cell).split("\n")[0] == heading)
        found = [float(str(row[at])) for row in rows[top + 1 : top + 1 + len(wanted)]]
        assert sorted(found) == pytest.approx(sorted(n / scale(kind, lang) for n in wanted), abs=1e-9), (table, column)


def test_the_page_holds_the_record(papers: tuple[Path, Lang, dict[str, Any]]) -> None:
    """Each column of numbers shows the record's, rounded to the last digit shown."""
    out, lang, plan = papers
    tables = data_of((out / "report.html").read_text(encoding="utf-8"))["tables"]
    for (table, column), (kind, wanted) in expected(plan).items():
        heading = HEADINGS[column][lang == "en"]
        packed = next(one for one in tables[table]["columns"] if re.split("[（(]", one["h"])[0].strip() == heading)
        found = [float(text.replace(",", "")) for text in texts_of(packed)]
        assert sorted(found) == pytest.approx(sorted(n / scale(kind, lang) for n in wanted), abs=0.0050001), (table, column)


def test_the_figures_at_the_top_are_the_records(papers: tuple[Path, Lang, dict[str, Any]]) -> None:
    """The tiles of the page say capital, subsidy and area of all projects, and how many estates are served."""
    out, lang, plan = papers
    text = (out / "report.html").read_text(encoding="utf-8")
    tiles = {key.strip(): value for key, value in re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)<", text)}
    capital = sum(line["fen"] for line in plan["ledger"] if line["kind"] in CAPITAL)
    served = sum(row["status"] == "served" for row in plan["services"])
    label = {"zh": ("投资合计", "达标小区"), "en": ("Capital", "Estates served")}[lang]
    assert float(tiles[label[0]].split(maxsplit=1)[0].replace(",", "")) == pytest.approx(capital / FEN[lang], abs=0.0050001)
    assert int(tiles[label[1]]) == served


def test_the_word_report_holds_the_record(papers: tuple[Path, Lang, dict[str, Any]]) -> None:
    """Area, capital and subsidy of every project and their sums stand in the annex."""
    out, lang, plan = papers
    read = Document(io.BytesIO((out / "plan.docx").read_bytes()))
    rows = [[cell.text for cell in row.cells] for row in read.tables[-1].rows]
    for column in ("area", "capital", "subsidy"):
        kind, wanted = expected(plan)["projects", column]
        heading = HEADINGS[column][lang == "en"]
        at = next(n for n, text in enumerate(rows[0]) if re.split("[（(]", text)[0].strip() == heading)
        found = [float(row[at].replace(",", "")) for row in rows[1:]]
        assert sorted(found[:-1]) == pytest.approx(sorted(n / scale(kind, lang) for n in wanted), abs=0.0050001), column
        assert found[-1] == pytest.approx(sum(wanted) / scale(kind, lang), abs=0.0050001), column


def test_the_cost_figure_holds_the_record(papers: tuple[Path, Lang, dict[str, Any]]) -> None:
    """Above each year's bar stands what public funders pay less what they receive in that year, in 万元 with two decimals."""
    out, _, plan = papers
    public = ("township", "county")
    years: dict[int, int] = defaultdict(int)
    for line in plan["ledger"]:
        if line["cash"] and line["kind"] not in ("residual", "asset_given_up"):
            years[line["year"]] += line["fen"] * ((line["payer"] in public) - (line["receiver"] in public))
    text = (out / "cost.svg").read_text(encoding="utf-8")
    shown = re.findall(r">(-?[\d,]+\.\d\d)</text>", text)
    assert [float(number.replace(",", "")) for number in shown] == pytest.approx(
        [years[y] / 1_000_000 for y in sorted(years)], abs=0.0050001
    )


def test_the_map_figure_has_a_mark_for_each_estate(papers: tuple[Path, Lang, dict[str, Any]]) -> None:
    """The map draws at least as many marks as the plan has estates and places (a panel also shows neighbours that lie in its box)."""
    out, _, plan = papers
    marks = (out / "map.svg").read_text(encoding="utf-8").count("<use ")
    assert marks >= len(plan["services"]) + len(plan["places"])
