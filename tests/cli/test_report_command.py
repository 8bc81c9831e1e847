"""``report``: the papers of a record written again, without solving."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.line import TOY, command


def test_the_papers_come_out_as_plan_wrote_them(toy_out: Path, tmp_path: Path) -> None:
    """From the record alone every paper is written again byte for byte."""
    ran = command("report", TOY, toy_out, "--out", tmp_path, "--lang", "zh", "--json")
    assert ran.code == 0 and ran.data["changed_inputs"] == []
    for path in sorted(toy_out.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_no_word_report_if_none_is_wanted(toy_out: Path, tmp_path: Path) -> None:
    """``--no-word`` leaves the Word report out."""
    ran = command("report", TOY, toy_out, "--out", tmp_path, "--no-word", "--json")
    assert ran.code == 0 and not (tmp_path / "plan.docx").exists()
    written = {Path(file).name for file in ran.data["files"]}
    assert written == {path.name for path in toy_out.iterdir()} - {"plan.docx"}


def test_changed_inputs_are_named(toy_out: Path, tmp_path: Path) -> None:
    """If a table was edited since, the papers are written and the file is named."""
    scenario = tmp_path / "toy"
    shutil.copytree(TOY, scenario)
    sites = scenario / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8-sig") + "\n", encoding="utf-8")
    ran = command("report", scenario, toy_out, "--out", tmp_path / "out", "--json")
    assert ran.code == 0 and ran.data["changed_inputs"] == ["sites.csv"]


def test_another_scenario_is_refused(toy_out: Path, tmp_path: Path) -> None:
    """A record of another policy is bad input, told with both names."""
    ran = command("report", TOY.parent / "wenzhou", toy_out, "--out", tmp_path / "out", "--json")
    assert ran.code == 2 and "tonglu-2021" in str(ran.data["error"])
    assert not (tmp_path / "out").exists()
