"""What somebody new to the program reads where something is missing, changed or cut short."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from siteplanner.commands import doctor
from siteplanner.errors import InterruptedWithoutPlan, StoppedWithoutPlan
from siteplanner.solve.journal import RESULTS
from support.line import TOY, command

EXTRAS = ("pyogrio", "python-docx")


def test_the_doctor_names_extras_that_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extras are told with their version, or with what goes without them and how to get them; neither is a fault."""
    assert "pyogrio" in command("doctor", "--lang", "zh").out

    def only_core(name: str) -> str:
        if name in EXTRAS:
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor, "version", only_core)
    ran = command("doctor", "--lang", "zh")
    assert ran.code == 0
    assert "Word 报告: 未安装，方案不附 Word 报告。需要时请安装附加组件：siteplanner[docx]" in ran.out
    assert "GeoPackage、Shapefile: 未安装" in ran.out


@pytest.mark.parametrize(("error", "code"), [(InterruptedWithoutPlan, 130), (StoppedWithoutPlan, 5)])
@pytest.mark.parametrize("kept", [False, True])
def test_a_run_cut_short_says_how_to_go_on(
    error: type[StoppedWithoutPlan], code: int, *, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where solved parts are kept, the message says so; where none are, it does not promise any."""

    def stop(*_: object) -> None:
        if kept:
            (tmp_path / "unfinished").mkdir()
            (tmp_path / "unfinished" / f"part{RESULTS[1:]}").write_bytes(b"1")
        raise error

    monkeypatch.setattr("siteplanner.commands.plan.plan", stop)
    ran = command("plan", TOY, "--out", tmp_path, "--lang", "zh")
    assert ran.code == code
    assert ("原样再次运行本命令，即可接着算" in ran.err) is kept


def test_a_what_if_is_refused_in_plain_words(tmp_path: Path) -> None:
    """The check says in the user's language what a what-if loosens, and by how much."""
    assert command("plan", TOY, "--variant", "sixteen_minute_circle", "--out", tmp_path).code == 0
    ran = command("check", TOY, tmp_path, "--lang", "zh")
    assert ran.code == 3
    assert "- TL9: 推演方案放宽了本条（放宽至：16 分钟），不能通过核查。" in ran.out


def test_a_comparison_says_what_a_changed_file_is(tmp_path: Path) -> None:
    """A file that is not the same stands with the word for it beside its fingerprint."""
    table = (TOY / "budgets.csv").read_text(encoding="utf-8-sig")
    for name, text in (("a", table), ("b", table + "\n")):
        county = tmp_path / name
        county.mkdir()
        for path in TOY.iterdir():
            (county / path.name).write_bytes(path.read_bytes())
        (county / "budgets.csv").write_text(text, encoding="utf-8")
    ran = command("compare", tmp_path / "a", tmp_path / "b", "--lang", "zh")
    assert ran.code == 0
    assert "文件内容有改动，所列为内容指纹" in ran.out
