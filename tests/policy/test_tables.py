"""The tables that the commands print and the generated page."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.samples import POLICIES, REQUIRED
from siteplanner.policy.document import policies_page
from siteplanner.policy.tables import Table, clause_table, compare_table, input_table, policy_table, switch_table
from siteplanner.texts import Lang


def cell(table: Table, row: str, key: str) -> str:
    """Return a cell by the first column of its row and the key of its column."""
    return next(record[key] for record in table.records() if record[table.keys[0]] == row)


def test_the_page_is_current() -> None:
    """docs/policies.md is what the packs say now; run `python -m siteplanner.policy.document > docs/policies.md` after a change."""
    page = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
    assert page == policies_page()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_names_every_policy(lang: Lang) -> None:
    """One row a policy, with its document number and what it does with its clauses."""
    table = policy_table(lang)
    assert tuple(row[0] for row in table.rows) == POLICIES
    assert cell(table, "tonglu-2021", "number") == "桐政办〔2021〕29号"


def test_values_stand_at_their_clause_with_units() -> None:
    """A clause shows its numbers with units, its dates, the readings in force and what the scenario must state."""
    table = clause_table("tonglu-2021", "en")
    assert "at least 20 m² per 100 households (pro rata)" in cell(table, "TL3", "values")
    assert "each place at least 200 m²" in cell(table, "TL3", "values")
    assert "before 2022-10-01 (that day excluded)" in cell(table, "TL12", "dates")
    assert cell(table, "TL3", "readings") == "sharing = shared_capacity"
    assert cell(table, "TL5", "inputs") == "cohort_date"
    assert cell(table, "TL16", "state") == "not modelled"


def test_grant_steps_are_shown_with_their_ends() -> None:
    """The steps of a grant say which ends are inside, in 万元 in Chinese."""
    values = cell(clause_table("weihai-2019", "zh"), "WH5", "values")
    assert "不超过500平方米，5万元" in values
    assert "超过500平方米、不足1,000平方米，10万元" in values
    assert "1,000平方米及以上，20万元" in values


def test_a_stated_figure_replaces_the_gap() -> None:
    """A figure that the text leaves open is named until the scenario states it."""
    assert "reach_minutes" in cell(clause_table("liaoyuan-2021", "en"), "LY3", "values")
    stated = clause_table("liaoyuan-2021", "en", inputs=REQUIRED["liaoyuan-2021"])
    assert "within 15 minutes on foot" in cell(stated, "LY3", "values")


def test_a_turned_switch_shows_at_its_clause() -> None:
    """Turning a switch changes the reading, and what follows from it, where the clause is shown."""
    table = clause_table("liaoyuan-2021", "en", switches={"land_target": "enforced"})
    assert cell(table, "LY1", "readings") == "land_target = enforced"
    assert cell(table, "LY1", "state") == "enforced"
    assert cell(switch_table("liaoyuan-2021", "en", {"land_target": "enforced"}), "land_target", "in_use") == "enforced"


def test_figures_to_state_are_listed_with_when_they_are_needed() -> None:
    """Inputs say whether they are always needed."""
    table = input_table("yangcheng-2022", "en")
    assert cell(table, "permit_days", "needed") == "always"
    assert cell(table, "construction_subsidy_yuan", "needed") == "where used"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_packs_stand_side_by_side(lang: Lang) -> None:
    """Comparing puts one policy in each column, in the order asked."""
    table = compare_table(["wenzhou-2023", "tonglu-2021"], lang)
    assert table.keys == ("feature", "wenzhou-2023", "tonglu-2021")
    assert {len(row) for row in table.rows} == {3}
    places = "\n".join(row[1] for row in table.rows)
    assert ("套内面积" if lang == "zh" else "net internal") in places
