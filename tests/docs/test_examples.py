"""The examples of docs/explaining.md are what the program says today, word for word."""

from __future__ import annotations

import re

import pytest

from support.line import ROOT, command

PAGE = (ROOT / "docs" / "explaining.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```console\n\$ siteplanner ([^\n]*)\n(.*?)```", PAGE, flags=re.DOTALL))


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_what_the_program_prints(line: str) -> None:
    """Run as it stands on the page, the command prints what the page shows."""
    words = [str(ROOT / word) if word.startswith(("scenarios/", "reports/")) else word for word in line.split()]
    assert command(*words).out.rstrip() == EXAMPLES[line].rstrip()


def test_every_command_of_the_page_has_an_example() -> None:
    """Each of the commands that explain is shown at work."""
    shown = {line.split()[0] for line in EXAMPLES}
    assert shown == {"explain", "alternatives", "frontier", "tornado", "scout"}
