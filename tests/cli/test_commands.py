"""Every command, in both languages and as JSON, on the toy county."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from siteplanner.cli import app
from support.line import TOY, Ran, command

HAN = re.compile(r"[\u4e00-\u9fff]")
OPTIMUM_FEN = 22_428_007
"""Derived by hand in scenarios/toy/README.md."""
PAPERS = {
    "plan.json", "walks.csv", "plan.xlsx", "report.html", "plan.geojson", "map.png", "map.svg", "cost.png", "cost.svg", "plan.gpkg",
    "plan.docx",
}  # fmt: skip
COMMANDS = {
    "plan": ("plan", "TOY", "--out", "NEW"),
    "report": ("report", "TOY", "PLAN", "--out", "NEW"),
    "check": ("check", "TOY", "PLAN"),
    "compare": ("compare", "PLAN", "PLAN"),
    "survey": ("survey", "TOY", "--out", "NEW"),
    "explain": ("explain", "TOY"),
    "explain why": ("explain", "TOY", "PLAN"),
    "frontier": ("frontier", "TOY", "--against", "walking", "--step", "20", "--out", "NEW"),
    "tornado": ("tornado", "TOY", "--swing", "50", "--out", "NEW"),
    "scout": ("scout", "TOY", "--area", "250", "--out", "NEW"),
    "alternatives": ("alternatives", "TOY", "-n", "2", "--within", "40%", "--out", "NEW"),
    "walk": ("walk", "TOY", "--out", "NEW"),
    "policies": ("policies",),
    "policies show": ("policies", "show", "tonglu-2021"),
    "policies compare": ("policies", "compare", "tonglu-2021", "weihai-2019"),
    "new": ("new", "NEW", "--form", "xlsx"),
    "doctor": ("doctor",),
}


def words(name: str, tmp_path: Path, toy_out: Path) -> list[str]:
    """Return the words of a command with its paths filled in."""
    paths = {"TOY": TOY, "NEW": tmp_path / "新 文件夹", "PLAN": toy_out / "plan.json"}
    return [str(paths.get(word, word)) for word in COMMANDS[name]]


def test_no_command_is_left_out() -> None:
    """The commands tested here are those of the program."""
    assert {name.split()[0] for name in COMMANDS} == set(get_command(app).commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_speaks_both_languages(name: str, tmp_path: Path, toy_out: Path) -> None:
    """A command ends well and says something, in Chinese under zh, and in other words under en."""
    line = words(name, tmp_path, toy_out)
    zh = command(*line, "--lang", "zh")
    if name == "new":
        line[1] += "2"
    en = command(*line, "--lang", "en")
    assert (zh.code, en.code) == (0, 0), zh.said + en.said
    assert HAN.search(zh.out)
    assert en.out.strip()
    assert en.out != zh.out
    assert zh.err == en.err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_gives_json(name: str, tmp_path: Path, toy_out: Path) -> None:
    """With --json standard output is one JSON object that repeats the exit code, and standard error stays empty."""
    ran = command(*words(name, tmp_path, toy_out), "--json")
    assert ran.data["exit_code"] == 0
    assert len(ran.data) > 1
    assert ran.err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name: str) -> None:
    """Every command explains itself in both languages."""
    group = [word for word in COMMANDS[name] if word in name.split()]
    ran = command(*group, "--help")
    assert ran.code == 0
    assert "--json" in ran.out
    assert HAN.search(ran.out)


def test_the_bare_command_lists_the_commands() -> None:
    """Without a command the help is shown, with the exit code of a line that lacks something."""
    ran = command()
    assert ran.code == 2
    assert all(name.split()[0] in ran.said for name in COMMANDS)


def test_plan_writes_every_paper_and_the_derived_optimum(toy_run: tuple[Path, Ran], tmp_path: Path) -> None:
    """The papers of a plan are all there, and the JSON summary states the optimum derived by hand."""
    assert {path.name for path in toy_run[0].iterdir()} == PAPERS
    assert "已证明最优" in toy_run[1].out
    data = command("plan", TOY, "--out", tmp_path, "--json").data
    assert sum(term["amount"] for term in data["terms"]) == OPTIMUM_FEN
    assert data["status"]["status"] == "optimal"
    assert {Path(path).name for path in data["files"]} == PAPERS


def test_survey_adds_up_what_is_missing() -> None:
    """The toy county lacks 750 m² today: 199.80 + 200.20 + 330.00 + 20.00."""
    data = command("survey", TOY, "--json").data
    assert (data["short"], data["shortfall_dm2"]) == (4, 75_000)


def test_new_scenarios_name_what_is_still_open(tmp_path: Path) -> None:
    """A fresh scenario is refused only for the figure that the law leaves open, and plans once it is stated."""
    folder = tmp_path / "我的县"
    assert command("new", folder, "--policy", "tonglu-2021").code == 0
    refused = command("plan", folder, "--out", tmp_path / "out", "--json")
    assert refused.code == 2
    assert [problem["code"] for problem in refused.data["problems"]] == ["missing_input"]
    planned = command("plan", folder, "--set", "inputs.cohort_date=2018-06-01", "--out", tmp_path / "out")
    assert planned.code == 0, planned.said
