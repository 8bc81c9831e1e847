"""Runs that depart from the law, and runs that the office's own wishes leave without a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from support.line import TONGLU, TOY, command

STAMP = {"zh": "不符合 TL9", "en": "TL9"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wider_circle_is_stamped_wherever_the_plan_is_shown(lang: str, tmp_path: Path) -> None:
    """Console, every sheet of the workbook, page and map data say which clause a what-if run departs from; no check passes it."""
    ran = command("plan", TOY, "--variant", "sixteen_minute_circle", "--out", tmp_path, "--lang", lang)
    assert ran.code == 0, ran.said
    stamp = next(line for line in ran.out.splitlines()[1:] if STAMP[lang] in line)
    book = CalamineWorkbook.from_path(str(tmp_path / "plan.xlsx"))
    heads = {name: [str(cell) for row in book.get_sheet_by_name(name).to_python()[:6] for cell in row] for name in book.sheet_names}
    assert [name for name, cells in heads.items() if stamp not in cells] == []
    assert stamp in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "TL9" in json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["what_if"]
    checked = command("check", TOY, tmp_path, "--json")
    assert checked.code == 3
    assert [row["clause"] for row in checked.data["broken"]] == ["TL9"]


def test_too_narrow_a_wish_is_named_before_the_estates() -> None:
    """With provided stock alone there is no plan: the wish comes first, then estates with what their circle offers."""
    ran = command("explain", TONGLU, "--variant", "provided_stock_only", "--json")
    assert ran.code == 3
    causes = ran.data["causes"]
    assert causes[0]["code"] == "office_kind_left_out"
    assert int(causes[0]["facts"]["count"]) > 500
    short = [cause for cause in causes if cause["code"] in ("estate_short", "estate_bare")]
    assert len(short) == 20
    assert {cause["clause"] for cause in short} <= {"TL3", "TL4"}


def test_locked_out_options_are_counted(tmp_path: Path) -> None:
    """Lock every option out: the estates that stay short are named, and how many options the office took off the table."""
    for path in TOY.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = (tmp_path / "options.csv").read_text(encoding="utf-8-sig").splitlines()
    column = rows[0].split(",").index("lock") if "lock" in rows[0].split(",") else -1
    locked = [_with(row, column, "lock" if n == 0 else "out") for n, row in enumerate(rows)]
    (tmp_path / "options.csv").write_text("\n".join(locked), encoding="utf-8")
    ran = command("explain", tmp_path, "--lang", "zh")
    assert ran.code == 3
    assert f"有{len(rows) - 1}个候选方案被锁定为不选" in ran.out


def _with(row: str, column: int, cell: str) -> str:
    cells = row.split(",")
    if column < 0:
        return ",".join([*cells, cell])
    cells[column] = cell
    return ",".join(cells)
