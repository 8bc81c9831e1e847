"""The ``plan`` command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner.commands import Shown
from siteplanner.commands.progress import end_line, progress_line
from siteplanner.errors import InputError, Location, Problem
from siteplanner.planner import Run, plan
from siteplanner.scenario.load import load_scenario
from siteplanner.texts import Lang

STOPPED, INTERRUPTED = 4, 130


def run_plan(path: Path, out: Path, variant: str, sets: Sequence[str], lang: Lang, *, quiet: bool) -> Shown:
    """Load, plan, write, and sum up. Exit codes: 0 proven, 4 stopped by a limit, 130 interrupted, 3 what-if that breaks the law.

    A what-if plan is proven under its own rules and exits 0, stamped as not compliant wherever it is shown.
    """
    from siteplanner.report import write_all

    scenario = load_scenario(path, variant=variant, sets=sets)
    _writable(out)
    try:
        run = plan(scenario, progress_line(lang, quiet=quiet))
    finally:
        end_line()
    files = write_all(scenario, run.plan, run.case.walks, out, lang)
    if not quiet:
        from rich.console import Console

        from siteplanner.report.console import print_summary

        print_summary(run.plan, lang, Console(), files)
    return Shown("", summary(run, files), exit_code(run))


def exit_code(run: Run) -> int:
    """Return the exit code of a finished run."""
    if run.interrupted:
        return INTERRUPTED
    return 0 if run.plan.status.status == "optimal" else STOPPED


def summary(run: Run, files: Sequence[Path]) -> dict[str, object]:
    """Return the run for ``--json``."""
    found = run.plan
    return {
        "status": found.status.model_dump(mode="json"),
        "perspective": found.perspective,
        "terms": [term.model_dump() for term in found.terms],
        "chosen": [pick.model_dump(mode="json") for pick in found.chosen],
        "what_if": list(found.what_if),
        "broken": [f.model_dump() for f in found.compliance if f.result == "broken"],
        "files": [str(path) for path in files],
    }


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".siteplanner"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError([Problem("out_not_writable", Location(str(out)), {"reason": error.strerror or str(error)})]) from error
