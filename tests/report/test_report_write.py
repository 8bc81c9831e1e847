"""Writing all files of a plan: complete, repeatable, and refused with a reason when the folder will not have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.example import Example
from siteplanner.errors import InputError
from siteplanner.plan import Figure, Forecast, Notice, Proof
from siteplanner.report import read_plan, read_walks, write_all
from siteplanner.report.names import Names
from siteplanner.report.tables import plan_tables

FILES = [
    "plan.json", "walks.csv", "plan.xlsx", "report.html", "plan.geojson", "map.png", "map.svg", "cost.png", "cost.svg", "plan.gpkg",
    "plan.docx",
]  # fmt: skip


def test_all_files_are_written_twice_alike(made: Example, tmp_path: Path) -> None:
    """Every file is there, the record first, and a second run gives the same bytes."""
    first = write_all(made.scenario, made.plan, made.walks, tmp_path / "a" / "b", "zh")
    again = write_all(made.scenario, made.plan, made.walks, tmp_path / "c", "zh")
    assert [path.name for path in first] == FILES
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    plan = read_plan(first[0])
    assert plan == made.plan
    assert read_walks(first[1], plan.walks.sha256) == made.walks


def test_both_languages_write_the_same_record(made: Example, tmp_path: Path) -> None:
    """The language changes what people read, never the record or the pairs table."""
    zh = write_all(made.scenario, made.plan, made.walks, tmp_path / "zh", "zh")
    en = write_all(made.scenario, made.plan, made.walks, tmp_path / "en", "en")
    assert [path.read_bytes() for path in zh[:2]] == [path.read_bytes() for path in en[:2]]
    assert zh[3].read_bytes() != en[3].read_bytes()


def test_a_file_that_cannot_be_written_is_named(made: Example, tmp_path: Path) -> None:
    """A file held by another program is bad input with advice, not a traceback; the others are written."""
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(InputError) as caught:
        write_all(made.scenario, made.plan, made.walks, tmp_path, "zh")
    assert [(p.code, p.where.file) for p in caught.value.problems] == [("output_unwritable", str(tmp_path / "plan.xlsx"))]
    assert "关闭" in caught.value.text("zh")
    assert (tmp_path / "plan.json").is_file()


def test_other_walks_than_the_plans_are_a_defect(made: Example, tmp_path: Path) -> None:
    """The pairs table written beside a plan is always the one it was made on."""
    with pytest.raises(ValueError, match="hash"):
        write_all(made.scenario, made.plan, {}, tmp_path, "zh")
    assert list(tmp_path.iterdir()) == []


def test_hostile_names_break_no_file(hostile: Example, tmp_path: Path) -> None:
    """Every file is written whatever estates and sites are called."""
    assert len(write_all(hostile.scenario, hostile.plan, hostile.walks, tmp_path, "en")) == len(FILES)


def test_reported_matters_get_their_tables(made: Example, tmp_path: Path) -> None:
    """Forecasts, figures, notices and proofs are shown where a policy has them, and take no room where it has none."""
    assert not {"forecasts", "figures", "notices", "proofs"} & set(plan_tables(Names(made.scenario, made.plan, "zh")))
    plan = made.plan.model_copy(
        update={
            "forecasts": (
                Forecast(item="visits", clause="X1", subject="S1", township="T", year=2022, funder="county", fen=100_00, bound="at_least"),
                Forecast(item="visits", clause="X1", subject="S2", township="T", year=2022, funder="county", fen=50_00, bound="at_least"),
            ),
            "figures": (Figure(item="use", clause="X2", measure="use_share", unit="share", value="0.705", target="0.7"),),
            "notices": (Notice(clause="X3", code="odd", facts={"day": "2027-09-30"}),),
            "proofs": (Proof(preference="lease_last", clause="X4", option="O003", extra_fen=None, proven=True),),
        }
    )
    found = plan_tables(Names(made.scenario, plan, "en"))
    assert found["forecasts"].total("amount") == 150_00
    assert found["proofs"].rows[0][0] == "lease_last"
    page = next(p for p in write_all(made.scenario, plan, made.walks, tmp_path, "en") if p.name == "report.html").read_text(
        encoding="utf-8"
    )
    assert all(word in page for word in ("70.50%", "2027-09-30", "no plan without it", "at least"))
