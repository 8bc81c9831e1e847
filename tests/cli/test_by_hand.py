"""Plans written by hand: a CSV of options, as an auditor gets it from an office."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.line import TOY, command


@pytest.fixture
def optimal_options(toy_out: Path) -> list[str]:
    """Return the options of the toy's optimum."""
    return [pick["option"] for pick in json.loads((toy_out / "plan.json").read_text(encoding="utf-8"))["chosen"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("heading", ["option", "方案编号"])
def test_the_optimum_written_by_hand_passes(heading: str, encoding: str, optimal_options: list[str], tmp_path: Path) -> None:
    """The optimum as a list of option ids passes, at the optimum's cost, whatever the encoding of the office program."""
    (tmp_path / "手编.csv").write_text("\n".join([heading, *optimal_options]), encoding=encoding)
    ran = command("check", TOY, tmp_path / "手编.csv", "--json")
    assert ran.code == 0, ran.said
    assert ran.data["passes"]
    assert ran.data["cost_fen"] == 22_428_007


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"option\n\xff\xff\n", "option\nO01路".encode("utf-8-sig")[:-1]])
def test_what_is_no_text_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    """A workbook, bytes in no encoding, and a marked file cut in a character: none is read with characters made up."""
    (tmp_path / "plan.csv").write_bytes(content)
    ran = command("check", TOY, tmp_path / "plan.csv", "--json")
    assert ran.code == 2
    assert [problem["code"] for problem in ran.data["problems"]] == ["hand_no_text"]


def test_dates_and_areas_are_read_as_offices_write_them(optimal_options: list[str], tmp_path: Path) -> None:
    """Slashes in dates, a column of sites and spare commas are all understood."""
    lines = ["方案编号,点位编号,面积_m2,开始日期", *(f"{option},,,2021/12/13" for option in optimal_options), ",,,"]
    (tmp_path / "plan.csv").write_text("\r\n".join(lines), encoding="utf-8")
    assert command("check", TOY, tmp_path / "plan.csv").code == 0


def test_leaving_a_room_out_breaks_a_named_clause(optimal_options: list[str], tmp_path: Path) -> None:
    """Without one room of the optimum the check exits 3 and names clause and estate."""
    (tmp_path / "plan.csv").write_text("\n".join(["option", *optimal_options[1:]]), encoding="utf-8")
    ran = command("check", TOY, tmp_path / "plan.csv", "--json")
    assert ran.code == 3
    assert {row["clause"] for row in ran.data["broken"]} <= {"TL3", "TL4"}
    assert all(row["text"] for row in ran.data["broken"])


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    """Unknown option, missing id, area and day that are none, an option twice, another option's site: six problems, six lines."""
    rows = ["option,site,area_m2,start", "O99,,,", ",,200,", "O01,,1e999999,", "O04,,,soon", "O05,S99,,", "O05,,,"]
    (tmp_path / "plan.csv").write_text("\n".join(rows), encoding="utf-8")
    ran = command("check", TOY, tmp_path / "plan.csv", "--json")
    assert ran.code == 2
    found = [(problem["code"], problem["where"]) for problem in ran.data["problems"]]
    assert found == [
        ("hand_option", "plan.csv:2"),
        ("hand_option", "plan.csv:3"),
        ("hand_area", "plan.csv:4"),
        ("hand_start", "plan.csv:5"),
        ("hand_site", "plan.csv:6"),
        ("hand_twice", "plan.csv:7"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "hand_headings"),
        ("方案,面积\nO01,200\n".encode(), "hand_headings"),
        (b"PK\x03\x04\x00\x00a workbook", "hand_no_text"),
        (b'option\n"' + b"O" * 200_000, "hand_unreadable"),
    ],
    ids=["empty", "other headings", "workbook", "endless cell"],
)
def test_files_that_are_no_plan_are_refused(content: bytes, code: str, tmp_path: Path) -> None:
    """An empty file, other headings, a workbook, a cell without end."""
    (tmp_path / "plan.csv").write_bytes(content)
    ran = command("check", TOY, tmp_path / "plan.csv", "--json")
    assert ran.code == 2
    assert [problem["code"] for problem in ran.data["problems"]] == [code]
