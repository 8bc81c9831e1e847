"""The ``plan`` command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from siteplanner.commands import NO_PLAN, Shown, refusal
from siteplanner.commands.progress import end_line, progress_line
from siteplanner.commands.streams import standard_output
from siteplanner.errors import InputError, Location, Problem, SiteplannerError
from siteplanner.planner import Run, plan
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say

STOPPED, INTERRUPTED = 4, 130
KEYS = {"--gap": "solver.gap", "--time-limit": "solver.time_limit_s", "--solver": "solver.name"}
"""Options that are short for ``--set``, and the keys they set."""
WHY_FILE = "no_plan.txt"
_WIDTH = 120
"""Columns of the summary where it is no terminal."""


def run_plan(path: Path, out: Path, variant: str, sets: Sequence[str], lang: Lang, *, options: Mapping[str, str], quiet: bool) -> Shown:
    """Load, plan, write, and sum up.

    Exit codes: 0 proven, 4 stopped by a limit, 130 interrupted with a plan. A what-if plan is proven under its own rules and
    exits 0, stamped as not compliant wherever it is shown.

    Parameters
    ----------
    options : mapping of str to str
        What was given for each of `KEYS`; empty for nothing.
    quiet : bool
        Print no summary.
    """
    from siteplanner.report import write_all

    scenario = _load(path, variant, sets, {name: value for name, value in options.items() if value})
    _writable(out)
    try:
        run = plan(scenario, progress_line(lang))
    except SiteplannerError as error:
        end_line()
        return _without_plan(scenario, error, out, lang)
    finally:
        end_line()
    files = write_all(scenario, run.plan, run.case.walks, out, lang)
    with suppress(OSError):
        (out / WHY_FILE).unlink(missing_ok=True)
    if not quiet:
        _print(run, files, lang)
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


def _load(path: Path, variant: str, sets: Sequence[str], options: Mapping[str, str]) -> Scenario:
    """Load with the options laid on as changes; a problem with one is told by the option's own name."""
    try:
        return load_scenario(path, variant=variant, sets=[*sets, *(f"{KEYS[name]}={value}" for name, value in options.items())])
    except InputError as error:
        named = {KEYS[name]: name for name in options}
        raise InputError(
            replace(problem, where=Location(named[problem.where.heading]))
            if problem.where.file == "--set" and problem.where.heading in named
            else problem
            for problem in error.problems
        ) from error


def _print(run: Run, files: Sequence[Path], lang: Lang) -> None:
    from rich.console import Console

    from siteplanner.report.console import print_summary

    with standard_output():
        console = Console()
        print_summary(run.plan, lang, console if console.is_terminal else Console(width=_WIDTH), files, run.case.scenario.pack)


def _without_plan(scenario: Scenario, error: SiteplannerError, out: Path, lang: Lang) -> Shown:
    """Say why there is no plan, keep the reasons in the folder, and warn of papers that an earlier run left there."""
    shown = refusal(error, lang)
    notes = []
    if error.exit_code == NO_PLAN:
        head = " · ".join(part for part in (scenario.settings.title, scenario.variant, *scenario.changes) if part)
        with suppress(OSError):
            (out / WHY_FILE).write_text(f"{head}\n\n{shown.text}\n", encoding="utf-8-sig")
            notes.append(say("cli.plan.why_written", lang, file=str(out / WHY_FILE)))
    if (out / "plan.json").exists():
        notes.append(say("cli.plan.old_papers", lang, out=str(out)))
    return replace(shown, text="\n".join([shown.text, *notes]), data={**shown.data, "notes": notes})


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".siteplanner"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError([Problem("out_not_writable", Location(str(out)), {"reason": error.strerror or str(error)})]) from error
