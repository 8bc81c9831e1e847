"""``plan --from --status``: the ledger in every form it comes in, what is wrong with it, and what the papers show."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from siteplanner.texts import Lang
from support.line import TOY, command

HEADINGS: dict[Lang, tuple[str, str, str, str]] = {
    "zh": ("方案编号", "状态", "面积_m2", "开始日期"),
    "en": ("option", "status", "area_m2", "start"),
}
STATES: dict[Lang, tuple[str, str, str]] = {"zh": ("已完成", "已取消", "计划中"), "en": ("done", "dropped", "planned")}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the toy's plan from scratch: O01, O04, O05."""
    out = tmp_path_factory.mktemp("first")
    assert command("plan", TOY, "--out", out, "--lang", "zh").code == 0
    return out


def grid(lang: Lang) -> list[list[str]]:
    """Return a ledger that has O01 done, O04 dropped and O05 still planned."""
    done, dropped, planned = STATES[lang]
    return [list(HEADINGS[lang]), ["O01", done, "400", "2021-12-13"], ["O04", dropped, "", ""], ["O05", planned, "", ""]]


def csv_file(path: Path, rows: list[list[str]], encoding: str = "utf-8-sig") -> Path:
    """Write rows as CSV."""
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding=encoding)
    return path


def book(path: Path, rows: list[list[str]], head_rows: int = 3) -> Path:
    """Write rows into the second sheet of a workbook, below a heading, with a row of sums."""
    with Workbook(str(path)) as file:
        file.add_worksheet("摘要").write(0, 0, "方案")
        sheet = file.add_worksheet("销号台账")
        sheet.write(0, 0, "销号台账")
        for n, row in enumerate([*rows, ["", "", "400"]], head_rows):
            for m, cell in enumerate(row):
                sheet.write(n, m, cell)
    return path


@pytest.mark.parametrize("form", ["csv zh", "csv en", "csv gb18030", "workbook"])
def test_every_form_of_a_ledger_says_the_same(form: str, first: Path, tmp_path: Path) -> None:
    """A CSV in either language and encoding and a workbook sheet give the same plan: O04 gives way to O07."""
    table = {
        "csv zh": lambda: csv_file(tmp_path / "t.csv", grid("zh")),
        "csv en": lambda: csv_file(tmp_path / "t.csv", grid("en"), "utf-8"),
        "csv gb18030": lambda: csv_file(tmp_path / "t.csv", grid("zh"), "gb18030"),
        "workbook": lambda: book(tmp_path / "t.xlsx", grid("zh")),
    }[form]()
    ran = command("plan", TOY, "--from", first, "--status", table, "--out", tmp_path / "out", "--json")
    assert ran.code == 0, ran.said
    assert [pick["option"] for pick in ran.data["chosen"]] == ["O01", "O05", "O07"]
    assert {(c["option"], c["what"], c["code"]) for c in ran.data["changes_from"]} == {
        ("O01", "kept", "done"), ("O04", "dropped", "dropped"), ("O05", "kept", "planned"), ("O07", "added", "replaces"),
    }  # fmt: skip


def test_the_workbook_a_plan_wrote_is_a_ledger_as_it_is(first: Path, tmp_path: Path) -> None:
    """Its close-out sheet, untouched, says that nothing has begun: the plan stays the same."""
    ran = command("plan", TOY, "--from", first / "plan.json", "--status", first / "plan.xlsx", "--out", tmp_path, "--json")
    assert ran.code == 0, ran.said
    assert {(c["what"], c["code"]) for c in ran.data["changes_from"]} == {("kept", "planned")}


def test_the_papers_show_what_changed(first: Path, tmp_path: Path) -> None:
    """Record, console, workbook and page name the earlier plan and every change; the new close-out sheet keeps the states."""
    table = csv_file(tmp_path / "t.csv", grid("zh"))
    ran = command("plan", TOY, "--from", first, "--status", table, "--out", tmp_path / "out", "--lang", "zh")
    assert ran.code == 0, ran.said
    assert "保留2项，退出1项，新增1项" in ran.out
    assert "台账载明已取消" in ran.out
    record = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert record["carried_from"]["plan_sha256"] == sha256((first / "plan.json").read_bytes()).hexdigest()
    assert record["carried_from"]["sha256"] == sha256(table.read_bytes()).hexdigest()
    file = CalamineWorkbook.from_path(str(tmp_path / "out" / "plan.xlsx"))
    shown = file.get_sheet_by_name("与原方案的不同").to_python()
    assert [row[3] for row in shown if row[1] in ("O04", "O07")] == ["退出", "新增"]
    closing = file.get_sheet_by_name("销号台账").to_python()
    head = next(row for row in closing if "方案编号" in row)
    states = {row[head.index("方案编号")]: row[head.index("状态")] for row in closing if row[head.index("状态")] in ("已完工", "未启动")}
    assert states == {"O01": "已完工", "O05": "未启动", "O07": "未启动"}
    assert "与原方案的不同" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_check_passes_a_carried_plan_and_says_what_it_takes_on_trust(first: Path, tmp_path: Path) -> None:
    """A start that is no period passes because the record quotes the ledger, which the check says."""
    rows = grid("en")
    rows[1][3] = "2021-12-20"
    ran = command("plan", TOY, "--from", first, "--status", csv_file(tmp_path / "t.csv", rows), "--out", tmp_path / "out", "--lang", "en")
    assert ran.code == 0, ran.said
    checked = command("check", TOY, tmp_path / "out" / "plan.json", "--lang", "en")
    assert checked.code == 0, checked.said
    assert "1 option(s) count as done or committed by the close-out ledger t.csv" in checked.out


FAULTS = {
    "carry_option": ["O99", "done", "", ""],
    "carry_state": ["O05", "half", "", ""],
    "carry_twice": ["O01", "done", "", ""],
    "carry_area": ["O05", "done", "12.345", ""],
    "carry_day": ["O05", "done", "", "2021-13-01"],
    "carry_start_missing": ["O08", "done", "", ""],
    "carry_same_site": ["O07", "done", "", "2021-12-20"],
    "carry_option_missing": ["", "done", "", ""],
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_of_a_ledger_is_told_where_it_stands(code: str, first: Path, tmp_path: Path) -> None:
    """The row, its line and what to try are told in both languages, and nothing is written."""
    rows = [list(HEADINGS["en"]), ["O01", "done", "", ""], ["O06", "done", "", "2021-12-20"], FAULTS[code]]
    if code != "carry_same_site":
        del rows[2]
    table = csv_file(tmp_path / "t.csv", rows)
    line = ("plan", TOY, "--from", first, "--status", table, "--out", tmp_path / "out")
    ran = command(*line, "--json")
    assert ran.code == 2
    (problem,) = ran.data["problems"]
    assert problem["code"] == code
    assert f"t.csv:{len(rows)}" in problem["where"]
    assert command(*line, "--lang", "zh").err != command(*line, "--lang", "en").err
    assert not (tmp_path / "out" / "plan.json").exists()


def test_a_table_that_is_no_ledger_is_refused(first: Path, tmp_path: Path) -> None:
    """No headings, an unknown heading, no file, no text, no plan to carry on: each has its message."""
    cases = {
        "carry_no_table": csv_file(tmp_path / "a.csv", [["小区", "套数"], ["E1", "3"]]),
        "carry_heading": csv_file(tmp_path / "b.csv", [["option", "status", "aera_m2"], ["O01", "done", "400"]]),
        "carry_unreadable": tmp_path / "none.csv",
        "carry_no_text": tmp_path / "c.csv",
    }
    (tmp_path / "c.csv").write_bytes(b"\0\0\0\1")
    for code, table in cases.items():
        ran = command("plan", TOY, "--from", first, "--status", table, "--out", tmp_path / "out", "--json")
        assert (ran.code, [problem["code"] for problem in ran.data["problems"]]) == (2, [code])
    alone = command("plan", TOY, "--status", cases["carry_no_table"], "--out", tmp_path / "out", "--json")
    assert [problem["code"] for problem in alone.data["problems"]] == ["carry_without_plan"]
