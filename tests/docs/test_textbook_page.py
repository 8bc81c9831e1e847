"""The code of docs/textbook.md runs and prints what the page says."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "textbook.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_page_prints_what_it_says(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each print of a block gives the text in the comment behind it."""
    monkeypatch.chdir(ROOT)
    said = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(block, "docs/textbook.md", "exec"), {})
    assert said and out.getvalue().splitlines() == said
