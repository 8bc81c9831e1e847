"""Faults under other laws, in workbooks and in paths: what is changed, and the one problem it must cause."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from scenario.conftest import InMemory

LawChange = Callable[["InMemory"], None]


def law(**parts: Any) -> LawChange:
    """Return a change of the policy's top-level parts."""
    return lambda memory: memory.pack.update(parts)


def standard(number: int, **parts: Any) -> LawChange:
    """Return a change of one standard of the policy."""
    return lambda memory: memory.pack["standards"][number].update(parts)


def put(table: str, row: str, **cells: str) -> LawChange:
    """Return a change of some cells of a row."""
    return lambda memory: memory.row(table, row).update(cells)


def every(*changes: LawChange) -> LawChange:
    """Return several changes as one."""

    def apply(memory: InMemory) -> None:
        for change in changes:
            change(memory)

    return apply


def only_point(x: str, y: str, crs: str) -> LawChange:
    """Return a change that leaves one point, in a stated system."""

    def apply(memory: InMemory) -> None:
        memory.settings["crs"] = crs
        for row in [*memory.tables["estates"], *memory.tables["sites"], *memory.tables["premises"]]:
            row.update(x="", y="", cluster="", cluster_main="", cluster_approval="")
        for name in ("estates", "premises"):
            memory.tables[name] = [{k: v for k, v in row.items() if not k.startswith("cluster")} for row in memory.tables[name]]
        memory.row("sites", "S01").update(x=x, y=y)

    return apply


def cohorts_by_column(memory: InMemory) -> None:
    """Let the policy tell classes by the column instead of a date; all estates but the second state theirs."""
    memory.pack["cohorts"][0]["when"] = {"cohort": "existing"}
    memory.pack["cohorts"][1]["when"] = {"cohort": "new"}
    for row in memory.tables["estates"]:
        row["cohort"] = "existing" if row["estate"] != "E02" else ""


def drop(table: str) -> LawChange:
    """Return a change that leaves a table out."""
    return lambda memory: memory.tables.update({table: []})


FLOOR_TEST = {"test": "floor_area_share", "value": {"value": 0.002, "unit": "share", "clause": "TL3"}}
HOUSEHOLD_TEST = {"test": "per_hundred", "per": "household", "value": {"value": 20, "unit": "m2_per_100", "clause": "TL3"}}
IN_LIEU = {"clause": "TL1", "receiver": "county", "uses": ["purchase"], "works": ["none"], "need": "remains"}
LAND = {"clause": "TL2", "value": {"value": 0.12, "unit": "m2_per_person", "clause": "TL2"}, "population": "东区=1000", "state": "enforced"}
SOURCES = {"source": [{"id": "idle", "clause": "TL8", "name": {"zh": "闲置公房", "en": "idle room"}}]}
COMMUNITY = {"mode": "community", "clause": "TL9"}

UNDER_ANOTHER_LAW = [
    ("floor_area_missing", "estates:2 (E02, floor_area_m2)", "TL3", standard(0, tests=[FLOOR_TEST])),
    ("households_missing", "estates:1 (E01, households)", "TL3",
     every(standard(0, tests=[HOUSEHOLD_TEST]), put("estates", "E02", households="500"))),
    ("net_area_missing", "sites:2 (S02, net_area_m2)", "TL3", every(
        standard(0, area_basis="net"), standard(1, area_basis="net"), *(put("sites", f"S0{n}", net_area_m2="100") for n in (3, 4, 5, 6)),
        put("premises", "P02", net_area_m2="50"), put("premises", "P03", net_area_m2="50"))),
    ("net_area_missing", "premises:3 (P03, net_area_m2)", "TL3", every(
        standard(0, area_basis="net"), standard(1, area_basis="net"), *(put("sites", f"S0{n}", net_area_m2="100") for n in (2, 3, 4, 5, 6)),
        put("premises", "P02", net_area_m2="50"))),
    ("community_missing", "sites:1 (S01, community)", "TL9", every(standard(0, reach=COMMUNITY), put("sites", "S01", community=""))),
    ("district_missing", "premises:3 (P03, district)", "", every(
        *(put("estates", f"E0{n}", district="东区") for n in range(1, 6)), *(put("sites", f"S0{n}", district="东区") for n in range(1, 7)),
        put("premises", "P01", district="东区"), put("premises", "P02", district="东区"))),
    ("district_without_people", "settings (inputs)", "TL2", every(law(land=LAND), *(
        put(table, f"{letter}0{n}", district="西区")
        for table, letter, most in (("estates", "E", 5), ("sites", "S", 6), ("premises", "P", 3)) for n in range(1, most + 1)))),
    ("cluster_not_in_law", "sites:4 (S04, cluster)", "", every(law(cluster=None), put("sites", "S05", cluster=""))),
    ("cohort_missing", "estates:2 (E02, cohort)", "TL5", cohorts_by_column),
    ("cohort_none", "estates:3 (E03)", "TL5", lambda memory: [c["when"].update(kinds=["urban"]) for c in memory.pack["cohorts"]]),
    ("in_lieu_incomplete", "estates:1 (E01, in_lieu_year)", "", every(law(in_lieu=IN_LIEU), put("estates", "E01", in_lieu_yuan="1000"))),
    ("unknown_term", "options:1 (O01, source)", "TL8", every(law(terms=SOURCES), put("options", "O01", source="found"))),
    ("point_swapped", "sites:1 (S01, x)", "", only_point("29.8", "119.7", "wgs84")),
    ("point_not_degrees", "sites:1 (S01, x)", "", only_point("470000", "3298000", "gcj02")),
    ("table_missing", "options:4 (O04, gives_up)", "", every(
        drop("premises"), drop("walks"), lambda memory: memory.settings.update(walking={
            "method": "straight_line", "speed_m_per_s": "1", "speed_source": "实测", "detour": 1.3}),
        *(put("options", name, extends="", works="none", area_m2="100") for name in ("O07", "O09")))),
    ("unknown_table", "parks", "", lambda memory: memory.tables.update(parks=[])),
    ("unknown_key", "settings (workbook)", "", lambda memory: memory.settings.update(workbook="a.xlsx")),
    ("unknown_column", "walks:1 (secs)", "", put("walks", "E01", secs="1")),
    ("bad_policy", "settings (policy)", "", law(perspective="nobody")),
    ("odd_character", "estates:1 (E01, note)", "", put("estates", "E01", note="\ud800旧")),
]  # fmt: skip


def book(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    """Write a workbook."""
    workbook = xlsxwriter.Workbook(path)
    for name, lines in sheets.items():
        sheet = workbook.add_worksheet(name)
        for number, cells in enumerate(lines):
            sheet.write_row(number, 0, cells)
            for column, cell in enumerate(cells):
                if cell == "=1/0":
                    sheet.write_formula(number, column, cell, None, "#DIV/0!")
    workbook.close()


ESTATES: list[list[object]] = [["estate", "name", "township", "dwellings", "started"], ["E1", "甲", "桐君街道", 100, "2001-01-01"]]
BOOKS: list[tuple[str, str, dict[str, list[list[object]]]]] = [
    ("unknown_sheet", "tables.xlsx [estatess]", {"estates": ESTATES, "estatess": []}),
    ("table_twice", "tables.xlsx [小区]", {"estates": ESTATES, "小区": ESTATES}),
    ("empty_file", "tables.xlsx [sites]", {"estates": ESTATES, "sites": []}),
    (
        "unknown_column",
        "tables.xlsx [sites!E1] (dwellings)",
        {"estates": ESTATES, "sites": [["site", "name", "township", "x", "dwellings"]]},
    ),
    ("missing_column", "tables.xlsx [sites!1]", {"estates": ESTATES, "sites": [["site", "name"]]}),
    ("bad_date", "tables.xlsx [estates!E2] (E1, started)", {"estates": [ESTATES[0], ["E1", "甲", "桐君街道", 100, 37000]]}),
    ("bad_integer", "tables.xlsx [estates!D2] (E1, dwellings)", {"estates": [ESTATES[0], ["E1", "甲", "桐君街道", 99.5, "2001-01-01"]]}),
    ("stray_cell", "tables.xlsx [estates!G2]", {"estates": [ESTATES[0], [*ESTATES[1], None, "备注"]]}),
    ("error_cell", "tables.xlsx [estates!F2]", {"estates": [[*ESTATES[0], "note"], [*ESTATES[1], "=1/0"]]}),
    ("missing_cell", "tables.xlsx [estates!B4] (E2, name)", {"estates": [*ESTATES, [], ["E2", "", "桐君街道", 1, "2001-01-01"]]}),
]

PATHS = [
    ("no_scenario", "nowhere"),
    ("no_scenario_file", "empty"),
    ("not_a_scenario", "empty/notes.txt"),
    ("missing_file", "empty/other.yaml"),
]
