"""The ``report`` command: the papers of a plan written again from its record, without solving."""

from __future__ import annotations

from pathlib import Path

from siteplanner.commands import Shown
from siteplanner.commands.records import read_recorded
from siteplanner.texts import Lang, say


def run_report(scenario: Path, plan_file: Path, out: Path | None, word: bool | None, lang: Lang) -> Shown:
    """Read a record with its scenario and write its papers, by default beside it.

    The record itself is written as it was read. Input files that have changed since are named: names and candidates that the
    papers take from the scenario may then be others than the plan was made on.
    """
    from siteplanner.report import write_all
    from siteplanner.report.write import word_at_hand

    recorded = read_recorded(scenario, plan_file)
    folder = out if out is not None else plan_file if plan_file.is_dir() else plan_file.parent
    files = write_all(recorded.scenario, recorded.plan, recorded.walks, folder, lang, word=word)
    changed = recorded.changed_files
    lines = [say("cli.check.changed", lang, files=", ".join(changed))] if changed else []
    if word is None and not word_at_hand():
        lines.append(say("papers.word.missing", lang))
    lines.append(say("report.console.files", lang, files=", ".join(str(file) for file in files)))
    return Shown("\n".join(lines), {"changed_inputs": changed, "files": [str(file) for file in files]})
