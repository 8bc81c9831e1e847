"""What an officer reads: everything at once, in order, gentle and complete, in both languages."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from siteplanner.errors import InputError, Location, Problem
from siteplanner.scenario.sink import Sink, closest

if TYPE_CHECKING:
    from scenario.conftest import Tiny


def test_faults_of_every_file_are_reported_at_once(tiny: Tiny) -> None:
    """A broken scenario file, a broken table and a broken reference do not hide each other."""
    tiny.yaml("rate: 0.04", "rate: four")
    tiny.yaml("cohort_date: 2018-02-01", "cohort_date:")
    tiny.append("funds", 'F02,county,2022,1,"open')
    tiny.cell("sites", "S01", "gross_area_m2", "big")
    tiny.cell("options", "O01", "site", "S99")
    tiny.cell("options", "O01", "price_yuan", "x")
    tiny.cell("premises", "P01", "kind", "cinema")
    tiny.cell("estates", "E01", "started", "")
    codes = [code for code, _ in tiny.found()]
    assert sorted(codes) == sorted(
        ["bad_number", "missing_input", "bad_csv", "bad_number", "unknown_id", "bad_number", "unknown_premises_kind", "cohort_date_missing"]
    )


def test_one_bad_cell_causes_one_message(tiny: Tiny) -> None:
    """A cell that cannot be read is not held against its row a second time."""
    tiny.cell("options", "O02", "rent_yuan_per_year", "a lot")
    tiny.cell("sites", "S04", "cluster_main", "perhaps")
    tiny.cell("estates", "E03", "demolition_date", "soon")
    assert [code for code, _ in tiny.found()] == ["bad_date", "bad_number", "bad_yes_no"]


def test_broken_table_does_not_make_its_ids_unknown(tiny: Tiny) -> None:
    """Rows that could not be read are not reported as missing by those who refer to them."""
    (tiny.folder / "sites.csv").write_bytes(b"\xff\xff")
    assert tiny.found() == [("bad_encoding", "sites.csv")]


def test_row_with_a_fault_still_lends_its_id(tiny: Tiny) -> None:
    """An estate whose dwellings are missing is still an estate to sites and walks."""
    tiny.cell("estates", "E01", "dwellings", "")
    assert tiny.found() == [("missing_cell", "estates.csv:2:6 (E01, dwellings)")]


def test_message_is_located_cited_and_says_what_to_try(tiny: Tiny) -> None:
    """The message names file, line, column, row and heading, the clause in full, and the closest choice."""
    tiny.cell("options", "O01", "works", "new")
    tiny.cell("options", "O02", "kind", "leese")
    first, second = tiny.problems()
    where = f"{tiny.folder.as_posix()}/options.csv"
    assert first.text("en") == (
        f'{where}:2:4 (O01, works): "purchase" does not go with works "new". For "purchase" the policy lists: conversion, none, upgrade. '
        "[桐政办〔2021〕29号, 二(二)、三; TL1] Check kind and works."
    )
    assert first.text("zh") == (
        f"{where}:2:4 (O01, works): 取得方式“购置”不能配“新建”。该政策对“购置”列出的工程为：改建、无工程、提升。"
        " [桐政办〔2021〕29号, 二(二)、三; TL1]请核对取得方式和工程类型。"
    )
    assert 'Did you mean "lease"?' in second.text("en")
    assert "是否应为“lease”？" in second.text("zh")
    assert second.parts("zh")["code"] == "bad_choice"


def test_chinese_slip_is_answered_in_chinese(tiny: Tiny) -> None:
    """A slip in a Chinese word is met with Chinese words."""
    tiny.cell("options", "O01", "kind", "购买")
    text = tiny.problems()[0].text("zh")
    assert "购置" in text
    assert "purchase" not in text


def test_missing_figure_of_the_law_is_asked_for_in_both_languages(tiny: Tiny) -> None:
    """The error that asks for a figure the law leaves open names it, its clause and its form."""
    tiny.yaml("cohort_date: 2018-02-01", "cohort_date:")
    problem = tiny.problems()[0]
    assert "the day 杭政办〔2018〕3号 was issued" in problem.text("en")
    assert "杭政办〔2018〕3号的出台日期" in problem.text("zh")
    assert "YYYY-MM-DD" in problem.text("zh")
    assert problem.clause == "桐政办〔2021〕29号, 附件2 一(一); TL5"


def test_long_and_strange_values_are_shown_on_one_line(tiny: Tiny) -> None:
    """What was seen is cut and its control characters spelt out."""
    tiny.cell("options", "O01", "price_yuan", "9\n" * 500)
    text = tiny.problems()[0].text("en")
    assert "\n" not in text
    assert len(text) < 400


def test_quoted_line_breaks_do_not_shift_lines(tiny: Tiny) -> None:
    """E03 stands below a cell with a line break: its line is that of an editor."""
    tiny.cell("estates", "E03", "township", "")
    assert tiny.found() == [("missing_cell", "estates.csv:5:4 (E03, township)")]


def test_closest_needs_some_likeness() -> None:
    """A name that is like nothing gets no "did you mean"."""
    assert closest("leese", ["lease", "swap"]) == "lease"
    assert closest("LEASE", ["lease", "swap"]) == "lease"
    assert closest("zzz", ["lease", "swap"]) == ""


def test_same_problem_is_noted_once() -> None:
    """Base and variants share keys: their faults are not repeated."""
    sink = Sink()
    for _ in range(3):
        sink.add("bad_date", Location("a.yaml", 3), seen="x")
    try:
        sink.raise_if_any()
    except InputError as error:
        found = error.problems
    assert found == (Problem("bad_date", Location("a.yaml", 3), {"seen": "x"}),)


def test_order_of_messages_is_that_of_the_files(tiny: Tiny) -> None:
    """Messages come by file and line."""
    dice = random.Random(7)
    for estate in dice.sample(["E01", "E02", "E03", "E04"], 4):
        tiny.cell("estates", estate, "dwellings", "many")
    places = [where for _, where in tiny.found()]
    assert places == sorted(places, key=lambda where: int(where.split(":")[1]))
