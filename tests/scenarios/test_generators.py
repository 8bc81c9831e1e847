"""The generators that are kept write the scenario tables that are kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[2] / "scenarios"
GENERATED = ("liaoyuan", "tonglu", "wenzhou", "weihai", "yangcheng")


@pytest.mark.parametrize("name", GENERATED)
def test_generator_writes_the_same_bytes(name: str, tmp_path: Path) -> None:
    """Running the generator again gives byte for byte the tables in the scenario folder, all of them."""
    subprocess.run([sys.executable, str(SCENARIOS / "generators" / f"{name}.py"), str(tmp_path)], check=True)
    kept = {path.name: path.read_bytes() for path in (SCENARIOS / name).iterdir() if path.suffix in (".csv", ".geojson")}
    assert kept
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


@pytest.mark.parametrize("name", GENERATED)
def test_generated_scenarios_say_that_they_are_synthetic(name: str) -> None:
    """The settings, the header comment and the README all say that the data is invented."""
    settings = (SCENARIOS / name / "scenario.yaml").read_text(encoding="utf-8")
    assert settings.startswith("# 合成数据（synthetic）")
    assert "\nsynthetic: true\n" in settings
    assert "合成数据" in (SCENARIOS / name / "README.md").read_text(encoding="utf-8").splitlines()[0]
