"""Plans that several tests look at, made once a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.line import TOY, Ran, command


@pytest.fixture(scope="session")
def toy_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """Return the folder of the toy plan and what the run said in Chinese."""
    out = tmp_path_factory.mktemp("toy") / "成果 1"
    return out, command("plan", TOY, "--out", out, "--lang", "zh")


@pytest.fixture(scope="session")
def toy_out(toy_run: tuple[Path, Ran]) -> Path:
    """Return the folder of the toy plan."""
    assert toy_run[1].code == 0, toy_run[1].said
    return toy_run[0]
