"""Findings of the check are sentences without ids that only the program knows."""

from __future__ import annotations

import pytest

from siteplanner.plan import Finding
from siteplanner.report.findings import finding_text
from siteplanner.scenario.load import load_scenario
from siteplanner.texts import Lang
from support.line import TOY

FINDINGS: dict[str, tuple[str, dict[str, str], Lang, str]] = {
    "a class": (
        "place_below_min",
        {"place": "S02", "day": "2022-09-30", "area": "199.99", "cohort": "existing", "least": "200.00"},
        "zh",
        "用房S02在2022-09-30为199.99平方米，低于“已建成小区”类小区每处不少于200.00平方米的规定。",
    ),
    "kind of line": (
        "line_amount",
        {"year": "2021", "kind": "fit_out", "yuan": "150000.01", "right": "150000.00"},
        "zh",
        "台账2021年装修改造费写为150000.01元，应为150000.00元。",
    ),
    "parties": (
        "line_parties",
        {"year": "2021", "kind": "rent", "payer": "county", "receiver": "market", "right": "township → market"},
        "zh",
        "台账2021年租金写为县财政付市场主体（供方），应为乡镇（街道） → 市场主体（供方）。",
    ),
    "ids of rows stay": (
        "budget_misstated",
        {"stated": "township, 2021, gross_capital 1.00 / 2.00 (0.00)", "found": "B-net rent.csv"},
        "zh",
        "方案写该项及其使用/限额（结转）为乡镇（街道）, 2021, 投资总额 1.00 / 2.00 (0.00)，按填报数据和台账应为B-net rent.csv。",
    ),
    "works": ("way_not_in_law", {"kind": "lease", "works": "new"}, "zh", "文件没有这种取得方式：租赁，工程类型新建。"),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_are_in_words(name: str) -> None:
    """Classes, kinds, works, funders and measures have names; ids of rows and file names stay as they are."""
    code, facts, lang, text = FINDINGS[name]
    finding = Finding(clause="TL1", state="enforced", result="broken", code=code, subject="S02", facts=facts)
    assert finding_text(finding, load_scenario(TOY).pack, lang) == text
