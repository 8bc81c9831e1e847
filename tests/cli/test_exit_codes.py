"""The exit codes of the README: what each means, and what is left in the folder."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
from pathlib import Path

import pytest

from siteplanner.errors import InterruptedWithoutPlan
from support.hard_county import write_hard_county
from support.line import PROGRAM, TONGLU, TOY, command, environment

LONGEST_S = 240.0


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county with a plan at once and a proof never."""
    return write_hard_county(tmp_path_factory.mktemp("hard") / "county")


def test_no_plan_exits_3_and_says_what_to_change(tmp_path: Path) -> None:
    """One fen short: the budget line, its limit and the least that would do are named, and the reasons are kept."""
    ran = command("plan", TOY, "--variant", "budget_one_fen_short", "--out", tmp_path, "--lang", "zh")
    assert ran.code == 3
    assert all(part in ran.err for part in ("B-TOWN", "269,999.99", "270,000.00", "投资总额", "乡镇（街道）"))
    kept = (tmp_path / "no_plan.txt").read_text(encoding="utf-8-sig")
    assert "270,000.00" in kept
    assert not (tmp_path / "plan.json").exists()
    assert command("explain", TOY, "--variant", "budget_one_fen_short", "--json").data["clash"][0]["rule"] == "budget:B-TOWN"


def test_cbc_proves_that_there_is_no_plan(tmp_path: Path) -> None:
    """The second solver's "integer infeasible" is a proof, not a limit reached."""
    ran = command("plan", TOY, "--variant", "budget_one_fen_short", "--solver", "cbc", "--out", tmp_path, "--json")
    assert ran.code == 3
    assert ran.data["confirmed"]


def test_no_plan_warns_of_papers_of_an_earlier_run(toy_out: Path, tmp_path: Path) -> None:
    """A run without a plan says that the papers in its folder are not its own; the next plan clears the reasons away."""
    for name in ("plan.json", "walks.csv"):
        (tmp_path / name).write_bytes((toy_out / name).read_bytes())
    ran = command("plan", TOY, "--variant", "budget_one_fen_short", "--out", tmp_path, "--lang", "zh")
    assert "以前测算" in ran.err
    assert command("plan", TOY, "--out", tmp_path).code == 0
    assert not (tmp_path / "no_plan.txt").exists()


def test_a_limit_with_a_plan_exits_4_and_states_the_gap(hard: Path, tmp_path: Path) -> None:
    """Stopped by time with a plan in hand: the gap stands in the record and in the summary, and nothing is called optimal."""
    ran = command("plan", hard, "--out", tmp_path, "--time-limit", "2", "--lang", "zh")
    assert ran.code == 4, ran.said
    level = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["status"]["levels"][0]
    assert not level["proven"]
    assert level["bound"] < level["value"]
    assert "未证明最优" in ran.out
    assert "已证明最优" not in ran.out.replace("未证明最优", "")
    assert command("check", hard, tmp_path / "plan.json").code == 0


def test_a_gap_that_is_asked_for_counts_as_proven(hard: Path, tmp_path: Path) -> None:
    """Within the asked gap the run ends by itself with exit 0, and the asked gap is recorded."""
    ran = command("plan", hard, "--out", tmp_path, "--gap", "95%", "--json")
    assert ran.data["status"]["asked_gap"] == 0.95
    assert ran.code == 0


def test_a_limit_without_a_plan_exits_5(tmp_path: Path) -> None:
    """Stopped before any plan: the message says what to ask for, and nothing is written."""
    ran = command("plan", TONGLU, "--out", tmp_path, "--time-limit", "0.001")
    assert ran.code == 5
    assert "--time-limit" in ran.err
    assert not any(tmp_path.iterdir())


def test_interrupted_before_any_plan_exits_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped by the user with nothing found, or while reading: a sentence, no papers, exit 130."""

    def nothing_yet(*_: object) -> None:
        raise InterruptedWithoutPlan

    def ctrl_c(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("siteplanner.commands.plan.plan", nothing_yet)
    found = command("plan", TOY, "--out", tmp_path, "--lang", "zh")
    assert (found.code, "已中断" in found.err) == (130, True)
    monkeypatch.setattr("siteplanner.commands.plan.load_scenario", ctrl_c)
    while_reading = command("plan", TOY, "--out", tmp_path, "--json")
    assert while_reading.data["error"]
    assert while_reading.code == 130
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(("lang", "said"), [("zh", "此时还没有完整的方案"), ("en", "before there was a whole plan")])
@pytest.mark.parametrize("step", ["load_scenario", "plan"])
def test_ctrl_c_before_any_plan_says_that_there_is_none(
    step: str, lang: str, said: str, toy_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while reading or while the case is made ready: no plan yet, exit 130; papers of an earlier run are told from this one's."""

    def ctrl_c(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"siteplanner.commands.plan.{step}", ctrl_c)
    found = command("plan", TOY, "--out", tmp_path, "--lang", lang)
    assert (found.code, said in found.err, found.out) == (130, True, "")
    assert not any(tmp_path.iterdir())
    (tmp_path / "plan.json").write_bytes((toy_out / "plan.json").read_bytes())
    beside_old = command("plan", TOY, "--out", tmp_path, "--lang", lang, "--json")
    assert beside_old.code == 130
    assert len(beside_old.data["notes"]) == 1


@pytest.mark.parametrize(("lang", "said"), [("zh", "文件不完整"), ("en", "incomplete")])
def test_ctrl_c_while_writing_says_that_papers_are_incomplete(
    lang: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan was there, its papers are not: nobody takes half of them for the whole."""

    def ctrl_c(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("siteplanner.report.write_all", ctrl_c)
    found = command("plan", TOY, "--out", tmp_path, "--lang", lang)
    assert (found.code, said in found.err) == (130, True)


def test_ctrl_c_before_a_command_begins_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a command is still being loaded Ctrl-C gives a word and exit 130, as JSON too; a command that was stopped says it once."""

    def ctrl_c(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("siteplanner.commands.plan.CarryOn", ctrl_c)
    loading = command("plan", TOY)
    assert (loading.code, loading.err.strip()) in ((130, "已中断。"), (130, "Interrupted."))
    assert command("plan", TOY, "--json").data["error"]
    monkeypatch.undo()
    monkeypatch.setattr("siteplanner.commands.plan.plan", ctrl_c)
    assert len(command("plan", TOY).err.strip().splitlines()) == 1


def test_a_defect_exits_1_without_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is the program's own fault is called so."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("the program's own fault")

    monkeypatch.setattr("siteplanner.commands.plan.plan", broken)
    ran = command("plan", TOY, "--out", tmp_path, "--lang", "zh")
    assert ran.code == 1
    assert "并非您操作所致" in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_saves_the_best_plan_so_far(hard: Path, tmp_path: Path) -> None:
    """Ctrl-C while the solver works: the live line stops, the best plan is written with its gap, exit 130."""
    terminal, stderr = pty.openpty()
    words = [*PROGRAM, "plan", str(hard), "--out", str(tmp_path), "--lang", "zh"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=stderr, env=environment(), start_new_session=True) as running:
        os.close(stderr)
        seen = _read_until(terminal, "%")
        os.killpg(running.pid, signal.SIGINT)
        seen += _read_until(terminal, "\0 never")
        code = running.wait(timeout=LONGEST_S)
    os.close(terminal)
    assert code == 130, seen
    assert "当前最优" in seen
    assert "Traceback" not in seen
    status = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["status"]
    assert status["status"] == "feasible"
    assert command("check", hard, tmp_path / "plan.json").code == 0


def _read_until(terminal: int, mark: str) -> str:
    """Return what a terminal shows up to a mark, or to its end."""
    seen = b""
    while mark not in seen.decode("utf-8", errors="ignore") and select.select([terminal], [], [], LONGEST_S)[0]:
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            break
    return seen.decode("utf-8", errors="ignore")
