"""The gap list of a survey: totals, cells that are safe in a spreadsheet, the same bytes twice."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from python_calamine import CalamineWorkbook

from report.example import Example
from siteplanner.report.survey import survey_text, write_survey


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a survey file."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_the_gap_list_is_written_as_csv_and_workbook(made: Example, tmp_path: Path) -> None:
    """Both files hold every estate; those that are short come first, and the gaps add up."""
    files = write_survey(made.plan.today, tmp_path, "zh", made.scenario)
    assert [path.name for path in files] == ["survey.csv", "survey.xlsx"]
    found = rows(files[0])
    short = [row for row in made.plan.today if row.status == "short"]
    assert len(found) == len(made.plan.today)
    assert [row["结论"] for row in found][: len(short)] == ["未达标"] * len(short)
    gap = sum(max(0, row.required_dm2 - row.held_dm2) for row in made.plan.today)
    assert sum(round(float(row["缺口面积（平方米）"]) * 100) for row in found) == gap
    cells = CalamineWorkbook.from_path(files[1]).get_sheet_by_name("问题清单").to_python()
    assert next(row for row in cells if row[0] == "合计")[8] == gap / 100


def test_files_are_the_same_bytes_twice(made: Example, tmp_path: Path) -> None:
    """With or without the scenario, nothing depends on the clock."""
    for scenario in (None, made.scenario):
        first = [path.read_bytes() for path in write_survey(made.plan.today, tmp_path, "en", scenario)]
        assert first == [path.read_bytes() for path in write_survey(made.plan.today, tmp_path, "en", scenario)]


def test_names_are_no_formulas(hostile: Example, tmp_path: Path) -> None:
    """A name that begins with = + - or @ is quoted in CSV, so that no office program computes it; numbers are not."""
    path, _ = write_survey(hostile.plan.today, tmp_path, "zh", hostile.scenario)
    cells = [cell for row in rows(path) for cell in row.values()]
    assert "'=1+1" in cells and "'-2+3" in cells and "'+cmd|' /C calc'!A0" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


def test_the_terminal_shows_totals_and_the_first_gaps(made: Example) -> None:
    """Total shortfall, how walking was measured, a screenful of rows, and where the rest is."""
    text = survey_text(made.plan.today, "zh", [Path("out/survey.csv")], made.scenario)
    assert "缺口合计" in text and "直线" in text and "另有" in text and "survey.csv" in text
    text.encode("gbk")
    assert len(text.splitlines()) < 30


def test_no_gap_needs_no_list(made: Example) -> None:
    """Where nobody is short only the totals are printed."""
    served = [row for row in made.plan.today if row.status != "short"]
    assert len(survey_text(served, "en").splitlines()) == 1


def test_an_estate_with_area_but_no_place_says_so(made: Example, tmp_path: Path) -> None:
    """Short without a shortfall of area: the remark says that a place is missing; a dm² less, and the shortfall speaks for itself."""
    one = made.plan.today[0].model_copy(update={"status": "short", "required_dm2": 8000, "held_dm2": 8000, "reason": ""})
    for held, remark in ((8000, "面积已够，但够得着的合格用房不足（每处须达到面积下限）"), (7999, "")):
        path, _ = write_survey([one.model_copy(update={"held_dm2": held})], tmp_path, "zh", made.scenario)
        assert rows(path)[0]["说明"] == remark
