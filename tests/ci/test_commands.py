"""The README's commands are what the proof runs, word for word, and nothing in the pins names an address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    block for block in re.findall(r"```bash\n(.*?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S) if "venv" in block
]


def test_the_proof_runs_the_readme() -> None:
    """Both commands of the README stand in .ci/run as they are, each on one line."""
    proof = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert len(COMMANDS) == 2
    assert [command for command in COMMANDS if command not in proof] == []


def test_commands_install_from_pins_with_hashes() -> None:
    """Each command refuses a package whose hash is not in the pins."""
    assert all("--require-hashes -r requirements/" in command for command in COMMANDS)


def test_pins_hold_hashes_and_no_address() -> None:
    """Every pinned package has a hash; no line names a host or an index."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "index" not in text
        pins = re.findall(r"^\S+==\S+.*\\$", text, re.M)
        assert pins
        assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.M))


def test_smaller_sets_of_pins_are_cut_from_the_largest() -> None:
    """What runs, what tests and what develops use the same versions."""
    pinned = {
        path.stem: set(re.findall(r"^\S+==.*(?= \\$)", path.read_text("utf-8"), re.M)) for path in (ROOT / "requirements").glob("*.txt")
    }
    assert pinned["run"] < pinned["test"] < pinned["dev"]


def test_every_dependency_is_pinned() -> None:
    """Each package that pyproject.toml asks for at run time is in the pins."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    pins = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").lower()
    names = [re.split(r"[<>=!]", need)[0].lower() for need in asked]
    assert [name for name in names if f"\n{name}==" not in f"\n{pins}"] == []
