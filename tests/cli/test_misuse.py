"""Whatever a user does ends in a message that helps, never in a traceback or an internal error."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from siteplanner.errors import system_reason
from support.line import TONGLU, TOY, command

LINES: dict[str, tuple[list[object], str]] = {
    "no scenario given": (["plan"], "SCENARIO"),
    "no such scenario": (["plan", "没有这个文件夹"], "没有这个文件夹"),
    "a file that is no scenario": (["plan", TOY / "estates.csv"], "estates.csv"),
    "no such variant": (["plan", TOY, "--variant", "tight"], "budget_exact"),
    "no such option of the command": (["plan", TOY, "--vairant", "x"], "--variant"),
    "an option without its value": (["plan", TOY, "--out"], "--out"),
    "a word too many": (["plan", TOY, "乡镇 一"], "乡镇 一"),
    "no such command": (["paln", TOY], "paln"),
    "no such language": (["plan", TOY, "--lang", "fr"], "--lang"),
    "a flag with a value": (["plan", TOY, "--json=yes"], "--json"),
    "a gap that is no number": (["plan", TOY, "--gap", "small"], "--gap"),
    "a gap above one": (["plan", TOY, "--gap", "2"], "--gap"),
    "a time limit of nothing": (["plan", TOY, "--time-limit", "0"], "--time-limit"),
    "no such solver": (["plan", TOY, "--solver", "gurobi"], "highs"),
    "a change that is none": (["plan", TOY, "--set", "finance.rate"], "finance.rate"),
    "a change of an unknown key": (["plan", TOY, "--set", "finance.rat=0.05"], "rate, timing"),
    "a change to nonsense": (["plan", TOY, "--set", "finance.rate={"], "finance.rate"),
    "a laxer circle without saying what if": (["plan", TOY, "--set", "standards.reach_minutes=20"], "what_if"),
    "no such policy to show": (["policies", "show", "tonglu"], "tonglu-2021"),
    "no such policy to compare": (["policies", "compare", "tonglu-2021", "x"], "weihai-2019"),
    "no such policy for a new scenario": (["new", "x", "--policy", "tonglu"], "tonglu-2021"),
    "no such form of a new scenario": (["new", "x", "--form", "ods"], "--form"),
    "a plan that is not there": (["check", TOY, "plan.json"], "plan.json"),
    "a hand-written plan that is not there": (["check", TOY, "plan.csv"], "plan.csv"),
    "rules to keep where a plan is explained": (["explain", TOY, TOY, "--keep", "budget"], "--keep"),
    "no plan given": (["check", TOY], "PLAN"),
}


@pytest.mark.parametrize("name", LINES)
def test_misuse_ends_with_a_message(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, in both languages, naming what helps; with --json the same as an object; nothing is written."""
    monkeypatch.chdir(tmp_path)
    line, named = LINES[name]
    said = []
    for lang in ("zh", "en") if "--lang" not in line else ("",):
        ran = command(*line, *(["--lang", lang] if lang and line[-1] != "--out" else []))
        assert ran.code == 2, ran.said
        assert named in ran.err
        assert ran.out == ""
        assert "Traceback" not in ran.err
        said.append(ran.err)
    assert len(said) == len(set(said)) or line[-1] == "--out"
    if line[-1] != "--out":
        ran = command(*line, "--json")
        assert ran.data["error"]
        assert ran.err == ""
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", "没有命令“plann”（相近的命令：plan, explain）"), ("en", "there is no command plann (near: plan, explain)")],
)
def test_a_command_nearly_right_names_what_is_near(lang: str, said: str) -> None:
    """A misspelt command is answered in the user's language alone, with the commands that come near."""
    ran = command("plann", TOY, "--lang", lang)
    assert ran.code == 2
    assert said in ran.err
    assert "Did you mean" not in ran.err


def test_unwritable_folders_are_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be: exit 2 at once, for every command that writes."""
    taken = tmp_path / "taken"
    taken.write_text("")

    def too_late(*_: object) -> None:
        raise AssertionError("planned before the folder was tried")

    monkeypatch.setattr("siteplanner.commands.plan.plan", too_late)
    for line in (
        ["plan", TOY, "--out", taken],
        ["plan", TOY, "--out", taken / "in"],
        ["survey", TOY, "--out", taken],
        ["new", taken / "in"],
    ):
        ran = command(*line, "--lang", "zh")
        assert ran.code == 2, ran.said
        assert "taken" in ran.err


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    """A second `new` into the same folder names the files that are there."""
    assert command("new", tmp_path).code == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    ran = command("new", tmp_path)
    assert ran.code == 2
    assert "scenario.yaml" in ran.err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


USUAL = ("ENOENT", "EACCES", "EISDIR", "ENOTDIR", "ENOSPC", "EROFS", "ENAMETOOLONG", "EEXIST", "EMFILE")


@pytest.mark.parametrize("name", USUAL)
def test_the_usual_refusals_of_the_system_are_said_in_both_languages(name: str) -> None:
    """The system's own text is English: each of the usual ones has a text of ours, none with a letter in Chinese."""
    number = getattr(errno, name)
    said = system_reason(OSError(number, os.strerror(number)), "reason")
    assert said["reason_en"] != said["reason_zh"]
    assert not re.search("[A-Za-z]", said["reason_zh"])


def test_other_refusals_go_by_their_number() -> None:
    """A number that no text is kept for is shown as it is; a name that holds NUL is no name."""
    assert system_reason(OSError(9999, "Whatever"), "detail") == {"detail_zh": "系统错误 9999", "detail_en": "system error 9999"}
    assert system_reason(ValueError("embedded null byte"), "detail") == system_reason(OSError(errno.EINVAL, "Invalid argument"), "detail")


def test_chinese_messages_hold_no_text_of_the_system(toy_out: Path, tmp_path: Path) -> None:
    """A file where a folder should be, a folder where a file should be, nothing at all: reading and writing say why, in Chinese alone."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    below = tmp_path / "file" / "sub"
    lines = [
        ("plan", TOY, "--out", below),
        ("new", below),
        ("survey", TOY, "--out", below),
        ("check", TOY, below),
        ("check", TOY, toy_out / "none"),
        ("plan", TOY, "--set", "tables.funds=."),
        ("plan", TOY, "--from", toy_out / "plan.json", "--status", tmp_path / "none.csv", "--out", tmp_path),
    ]
    texts = {os.strerror(getattr(errno, name)) for name in USUAL}
    for line in lines:
        ran = command(*line, "--lang", "zh")
        assert ran.code == 2, line
        assert re.search("（(路径中有一段是文件，不是文件夹|这是文件夹，不是文件|没有这个文件或文件夹)）", ran.err), ran.err
        assert not any(text in ran.err for text in texts)


def _other_policy(record: dict[str, object]) -> str:
    return json.dumps({**record, "policy": "weihai-2019"})


def _unknown_key(record: dict[str, object]) -> str:
    return json.dumps({**record, "remark": "x"})


def _missing_key(record: dict[str, object]) -> str:
    return json.dumps({key: part for key, part in record.items() if key != "chosen"})


def _cut_short(record: dict[str, object]) -> str:
    return json.dumps(record)[:1000]


def _later_version(record: dict[str, object]) -> str:
    return json.dumps({**record, "schema_version": 99})


@pytest.mark.parametrize(
    ("spoil", "named"),
    [(_other_policy, "weihai-2019"), (_unknown_key, "remark"), (_missing_key, "chosen"), (_cut_short, "plan.json"), (_later_version, "99")],
)
def test_records_that_are_none_are_refused(spoil: Callable[[dict[str, object]], str], named: str, toy_out: Path, tmp_path: Path) -> None:
    """A record of another policy, with a key too many or too few, cut short, or of a later version."""
    (tmp_path / "walks.csv").write_bytes((toy_out / "walks.csv").read_bytes())
    (tmp_path / "plan.json").write_text(spoil(json.loads((toy_out / "plan.json").read_text(encoding="utf-8"))), encoding="utf-8")
    ran = command("check", TOY, tmp_path / "plan.json", "--lang", "zh")
    assert ran.code == 2, ran.said
    assert named in ran.err


def test_a_record_goes_with_its_walks_and_its_scenario(toy_out: Path, tmp_path: Path) -> None:
    """Without walks.csv, with another one, or beside another county's scenario, a record is refused."""
    (tmp_path / "plan.json").write_bytes((toy_out / "plan.json").read_bytes())
    alone = command("check", TOY, tmp_path / "plan.json")
    assert (alone.code, "walks.csv" in alone.err) == (2, True)
    (tmp_path / "walks.csv").write_bytes((toy_out / "walks.csv").read_bytes() + b"E01,S09,1\n")
    swapped = command("check", TOY, tmp_path / "plan.json")
    assert (swapped.code, "walks.csv" in swapped.err) == (2, True)
    elsewhere = command("check", TONGLU, toy_out, "--lang", "zh")
    assert (elsewhere.code, "手算小例" in elsewhere.err) == (2, True)


def test_a_folder_stands_for_the_record_in_it(toy_out: Path) -> None:
    """The output folder of a plan may be named instead of its plan.json; passing speaks of the enforced clauses only."""
    ran = command("check", TOY, toy_out, "--lang", "zh")
    assert ran.code == 0
    assert "TL16" in ran.out
    assert "224,280.07" in ran.out


def test_a_record_is_checked_against_what_the_files_say_now(toy_out: Path, tmp_path: Path) -> None:
    """After a cell was edited the check names the file, and what the plan now breaks."""
    for path in TOY.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    estates = (tmp_path / "estates.csv").read_text(encoding="utf-8-sig")
    assert ",1001," in estates
    (tmp_path / "estates.csv").write_text(estates.replace(",1001,", ",9001,", 1), encoding="utf-8")
    ran = command("check", tmp_path, toy_out, "--lang", "zh")
    assert ran.code == 3
    assert "estates.csv" in ran.out
    assert "TL" in ran.out
