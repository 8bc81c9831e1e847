"""The same scenario gives the same bytes, every time and in every process."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.line import ROOT, TOY, program


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_processes_write_the_same_bytes(lang: str, tmp_path: Path) -> None:
    """Every paper of a proven plan is the same byte for byte, also with another hash seed, folder, time zone and locale."""
    first, second = tmp_path / "a", tmp_path / "b c"
    for out, env in (
        (first, {"PYTHONHASHSEED": "1", "TZ": "UTC"}),
        (second, {"PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8"}),
    ):
        ran = program("plan", TOY, "--out", out, "--lang", lang, env=env)
        assert ran.code == 0, ran.said
    assert {path.name for path in first.iterdir()} == {path.name for path in second.iterdir()}
    assert [path.name for path in first.iterdir() if path.read_bytes() != (second / path.name).read_bytes()] == []


def test_the_example_is_what_the_program_writes(toy_out: Path) -> None:
    """The record of the example in reports/ is the one of today's program; reports/README.md has the command."""
    same = (ROOT / "reports" / "toy" / "plan.json").read_bytes() == (toy_out / "plan.json").read_bytes()
    assert same, "run the command of reports/README.md again"
