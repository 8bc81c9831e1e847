"""The written pages: generated ones are current, links lead somewhere, commands and exit codes are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from siteplanner.cli import app
from siteplanner.model.document import model_page

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "reports").glob("*.md"),
                *(ROOT / "benchmarks").glob("*.md"), *(ROOT / "scenarios").rglob("*.md")])  # fmt: skip
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_model_page_is_current() -> None:
    """The page in docs/ is what the docstrings of the model say today."""
    assert (ROOT / "docs" / "model.md").read_text(encoding="utf-8") == model_page(), "python -m siteplanner.model.document > docs/model.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link of a page to a file of the project exists."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_index_names_every_page() -> None:
    """docs/README.md lists every other file of docs/."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs").iterdir() if path.name != "README.md" and f"({path.name})" not in index] == []


def test_the_readme_names_every_command() -> None:
    """Each command of the program stands in the README's table, and in its English part."""
    commands = sorted(getattr(get_command(app), "commands"))  # noqa: B009
    assert "plan" in commands
    assert [name for name in commands if f"| `siteplanner {name}" not in README] == []
    english = README[README.index("## In English") :]
    assert [name for name in commands if f"`{name}`" not in english] == []


def test_options_in_the_readme_exist() -> None:
    """Every option the README mentions with siteplanner is one of the program's."""
    known = {option for command in _all_commands() for parameter in command.params for option in parameter.opts}
    lines = [line for line in README.splitlines() if "siteplanner " in line or "--variant" in line]
    used = {option for line in lines for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", line)}
    foreign = {"--require-hashes", "--no-deps", "--no-build-isolation", "--seconds"}
    assert used - foreign <= known


def _all_commands() -> list[object]:
    group = get_command(app)
    found = []
    for command in group.commands.values():
        found += [command, *getattr(command, "commands", {}).values()]
    return found
