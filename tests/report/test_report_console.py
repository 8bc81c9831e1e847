"""The summary on a terminal: what must be said is said, on any Chinese console, and names are never markup."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from report.conftest import HOSTILE
from report.example import Example
from siteplanner.plan import Plan
from siteplanner.report.console import print_summary
from siteplanner.texts import Lang


def printed(plan: Plan, lang: Lang = "zh", width: int = 120) -> str:
    """Return what a terminal shows of a plan."""
    file = io.StringIO()
    print_summary(plan, lang, Console(file=file, width=width, force_terminal=True, color_system=None), [Path("out/plan.json")])
    return file.getvalue()


def test_the_summary_says_what_matters(made: Example) -> None:
    """Proof, service, who pays, townships, ways, exceptions, duties, readings, clauses not modelled and files."""
    text = printed(made.plan)
    for word in (
        "已证明最优",
        "小区 30 个",
        "县财政",
        "桐君街道",
        "租赁",
        "例外",
        "上门服务",
        "各项口径均为默认",
        "TL16",
        "plan.json",
        "合成数据",
    ):
        assert word in text


def test_a_gap_is_shown_instead_of_a_proof(made: Example) -> None:
    """A plan stopped by a limit never reads as optimal."""
    level = made.plan.status.levels[0].model_copy(update={"gap": 0.0123, "proven": False})
    status = made.plan.status.model_copy(update={"status": "feasible", "levels": (level,)})
    text = printed(made.plan.model_copy(update={"status": status}), "en")
    assert "Not proven optimal" in text and "1.23%" in text
    assert "Proven optimal" not in text


def test_readings_that_differ_are_listed(made: Example) -> None:
    """A switch that is not at its default is named with both choices."""
    switches = {**made.plan.switches, "bare_date": "includes_day"}
    text = printed(made.plan.model_copy(update={"switches": switches}))
    assert "bare_date" in text and "含当日（includes_day）" in text
    assert "sharing" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_any_chinese_console_can_show_it(made: Example, lang: Lang, width: int) -> None:
    """Every character exists in GBK, and no number is cut at 80 columns."""
    text = printed(made.plan, lang, width)
    text.encode("gbk")
    if width >= 80:
        assert "…" not in text.replace("…", "", 0)


def test_hostile_names_print_as_text(hostile: Example) -> None:
    """Brackets are no markup, and no escape sequence of a name reaches the terminal."""
    plan = hostile.plan.model_copy(update={"title": HOSTILE["E009"], "county": HOSTILE["E010"]})
    text = printed(plan, width=400)
    assert "[bold red]x[/]" in text
    assert "\x1b[31m" not in text and "\x07" not in text


def test_a_policy_that_is_not_at_hand_still_prints(made: Example) -> None:
    """Without its policy the plan is shown with ids in place of names."""
    text = printed(made.plan.model_copy(update={"policy": "somewhere-else"}))
    assert "township" in text and "county" in text
