"""The ``new`` command: a starting scenario to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from siteplanner.commands import Shown
from siteplanner.policy.load import default_pack
from siteplanner.scenario.new import write_new
from siteplanner.texts import Lang, say


def run_new(folder: Path, form: Literal["csv", "xlsx"], policy: str, lang: Lang) -> Shown:
    """Write the files and say what to fill in next."""
    files = write_new(folder, form=form, lang=lang, policy=policy or default_pack())
    listed = "\n".join(f"  {file}" for file in files)
    return Shown(say("cli.new.written", lang, files=listed, folder=str(folder)), {"files": [str(file) for file in files]})
