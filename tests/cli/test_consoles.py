"""The program on real consoles: other code pages, closed or cut-off output, odd paths, a bare environment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from siteplanner.commands.streams import open_streams
from support.line import PROGRAM, TOY, command, environment, program


@pytest.fixture
def odd_toy(tmp_path: Path) -> Path:
    """Return a copy of the toy county in a folder with a space and Chinese characters, title beyond the GBK code page."""
    folder = tmp_path / "桐庐 县" / "场景（1）"
    folder.mkdir(parents=True)
    for path in TOY.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (folder / "scenario.yaml").write_text(text.replace("title: 手算小例", "title: 手算𠮷例 10 m²", 1), encoding="utf-8")
    return folder


def test_a_gbk_console_and_odd_paths(odd_toy: Path) -> None:
    """A Chinese Windows console lacks some characters: they become question marks, and nothing fails."""
    out = odd_toy.parent / "成果 一"
    ran = program("plan", odd_toy, "--out", out, "--lang", "zh", env={"PYTHONIOENCODING": "gbk"})
    assert ran.code == 0, ran.said
    assert "手算?例" in ran.out
    assert "已证明最优" in ran.out
    assert json.loads((out / "plan.json").read_text(encoding="utf-8"))["title"].startswith("手算𠮷例")
    as_json = program("check", odd_toy, out, "--json", env={"PYTHONIOENCODING": "gbk"})
    assert as_json.data["passes"]


def test_cbc_with_a_space_in_the_temporary_folder(tmp_path: Path) -> None:
    """CBC cannot read a path with a space; the plan is found all the same, and it is the same plan."""
    temporary = tmp_path / "temporary files"
    temporary.mkdir()
    ran = program("plan", TOY, "--out", tmp_path / "out", "--solver", "cbc", "--json", env={"TMPDIR": str(temporary)})
    assert ran.code == 0, ran.said
    assert ran.data["status"]["solver"] == "CBC"
    assert sum(term["amount"] for term in ran.data["terms"]) == 22_428_007


@pytest.mark.parametrize("line", [["policies", "compare"], ["plan", str(TOY)], ["survey", str(TOY), "--json"]], ids=lambda line: line[0])
def test_a_reader_that_goes_away_is_no_fault(line: list[str], tmp_path: Path) -> None:
    """Output into a pipe that is closed at once: the command finishes with its own exit code and says nothing of it."""
    reader, writer = os.pipe()
    os.close(reader)
    words = [*PROGRAM, *line, *(["--out", str(tmp_path)] if line[0] == "plan" else [])]
    with subprocess.Popen(words, stdout=writer, stderr=subprocess.PIPE, env=environment()) as running:
        os.close(writer)
        _, said = running.communicate(timeout=300)
    assert running.returncode == 0, said
    assert said == b""
    assert (tmp_path / "plan.json").exists() == (line[0] == "plan")


def test_closed_streams_are_no_fault(tmp_path: Path) -> None:
    """With standard output and error closed from the start the plan is still written."""
    line = " ".join(f"'{word}'" for word in (*PROGRAM, "plan", str(TOY), "--out", str(tmp_path)))
    found = subprocess.run(["/bin/sh", "-c", f"{line} >&- 2>&-"], env=environment(), check=False, timeout=300)
    assert found.returncode == 0
    assert (tmp_path / "plan.json").exists()


def test_streams_are_opened_once_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing stream becomes one that swallows."""
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    open_streams()
    print("nobody reads this")
    assert command("policies", "show", "nope").code == 2


@pytest.mark.parametrize(("locale", "word"), [("zh_CN.UTF-8", "政策"), ("en_US.UTF-8", "Polic"), ("C", "Polic")])
def test_the_language_follows_the_locale(locale: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese under a Chinese locale, English elsewhere, unless --lang says otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, locale)
    assert word in command("policies").out
    assert "政策" in command("policies", "--lang", "zh").out
