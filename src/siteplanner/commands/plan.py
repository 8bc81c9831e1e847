"""The ``plan`` command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from siteplanner.carry.standings import carry_on
from siteplanner.carry.table import read_ledger
from siteplanner.commands import NO_PLAN, Shown, refusal
from siteplanner.commands.progress import end_line, progress_line
from siteplanner.commands.records import RECORD, record_file, same_origin
from siteplanner.commands.speeds import speeds_of, speeds_text, with_speeds
from siteplanner.commands.streams import standard_output
from siteplanner.commands.working import HERE, UNFINISHED, Workers, crew, forget, kept, writable
from siteplanner.errors import InputError, InterruptedWithoutPlan, Location, Problem, SiteplannerError, StoppedWithoutPlan
from siteplanner.plan import Plan
from siteplanner.planner import Run, plan
from siteplanner.report.record import read_plan
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.scenario.sink import Sink
from siteplanner.texts import Lang, say

STOPPED, INTERRUPTED = 4, 130
KEYS = {"--gap": "solver.gap", "--time-limit": "solver.time_limit_s", "--solver": "solver.name"}
"""Options that are short for ``--set``, and the keys they set."""
WHY_FILE = "no_plan.txt"
_WIDTH = 120
"""Columns of the summary where it is no terminal."""


@dataclass(frozen=True, slots=True)
class CarryOn:
    """The earlier plan to carry on and its close-out ledger, as given on the command line."""

    plan: Path | None = None
    ledger: Path | None = None


def run_plan(
    path: Path,
    out: Path,
    variant: str,
    sets: Sequence[str],
    lang: Lang,
    *,
    options: Mapping[str, str],
    quiet: bool,
    carry: CarryOn = CarryOn(),
    workers: Workers = HERE,
    speeds: str = "",
) -> Shown:
    """Load, plan, write, and sum up.

    Exit codes: 0 proven, 4 stopped by a limit, 130 interrupted. A what-if plan is proven under its own rules and
    exits 0, stamped as not compliant wherever it is shown. A best-effort plan that leaves estates short proves that no plan obeys the
    rules: it is written, stamped, and exits 3.

    Parameters
    ----------
    options : mapping of str to str
        What was given for each of `KEYS`; empty for nothing.
    quiet : bool
        Print no summary.
    carry : CarryOn
        The plan to carry on; none of it for a plan from scratch.
    workers : Workers
        Who solves the parts. A run that was stopped goes on where it was when the same command is given again.
    speeds : str
        Other walking speeds to solve for once the plan is found, in percent of the stated one; empty for none.
    """
    percents = speeds_of(speeds)
    try:
        return _planned(path, out, variant, sets, lang, options, quiet, carry, workers, percents)
    except KeyboardInterrupt:
        end_line()
        return _without_plan(None, InterruptedWithoutPlan(), out, lang)


def _planned(
    path: Path, out: Path, variant: str, sets: Sequence[str], lang: Lang, options: Mapping[str, str], quiet: bool, carry: CarryOn,
    workers: Workers, percents: tuple[int, ...],
) -> Shown:  # fmt: skip
    from siteplanner.report import write_all

    scenario = _load(path, variant, sets, {name: value for name, value in options.items() if value})
    scenario, earlier = _carried(scenario, carry)
    writable(out)
    try:
        with crew(workers, out / UNFINISHED) as hands:
            run = plan(scenario, progress_line(lang), earlier, hands)
            run = with_speeds(run, percents, lang, hands) if percents else run
    except SiteplannerError as error:
        end_line()
        if error.exit_code == NO_PLAN:
            forget(out / UNFINISHED)
        return _without_plan(scenario, error, out, lang)
    finally:
        end_line()
    try:
        files = write_all(scenario, run.plan, run.case.walks, out, lang)
    except KeyboardInterrupt:
        text = say("cli.plan.papers_cut", lang, out=str(out))
        return Shown(text, {"error": text, "problems": []}, INTERRUPTED, to_error=True)
    with suppress(OSError):
        (out / WHY_FILE).unlink(missing_ok=True)
    if exit_code(run) == 0:
        forget(out / UNFINISHED)
    if not quiet:
        _print(run, files, lang)
    notes = [say("cli.plan.goes_on", lang, folder=str(out / UNFINISHED))] if kept(out / UNFINISHED) else []
    return Shown("" if quiet else "\n".join([*speeds_text(run, lang), *notes]), summary(run, files), exit_code(run))


def exit_code(run: Run) -> int:
    """Return the exit code of a finished run."""
    if run.interrupted:
        return INTERRUPTED
    if run.plan.status.status != "optimal":
        return STOPPED
    return NO_PLAN if run.plan.best_effort else 0


def summary(run: Run, files: Sequence[Path]) -> dict[str, object]:
    """Return the run for ``--json``."""
    found = run.plan
    return {
        "status": found.status.model_dump(mode="json"),
        "perspective": found.perspective,
        "terms": [term.model_dump() for term in found.terms],
        "chosen": [pick.model_dump(mode="json") for pick in found.chosen],
        "speeds": [row.model_dump() for row in found.speeds],
        "changes_from": [change.model_dump(mode="json") for change in found.changes_from],
        "what_if": list(found.what_if),
        "best_effort": list(found.best_effort),
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


def _carried(scenario: Scenario, carry: CarryOn) -> tuple[Scenario, Plan | None]:
    """Lay the earlier plan and its ledger on the scenario, if there is one."""
    if carry.plan is None:
        if carry.ledger is not None:
            raise InputError([Problem("carry_without_plan", Location("--status"))])
        return scenario, None
    file = record_file(carry.plan)
    found = read_plan(file)
    same_origin(scenario, found, file)
    sink = Sink()
    ledger = read_ledger(carry.ledger, sink) if carry.ledger is not None else None
    return carry_on(scenario, found, sha256(file.read_bytes()).hexdigest(), ledger, sink), found


def _print(run: Run, files: Sequence[Path], lang: Lang) -> None:
    from rich.console import Console

    from siteplanner.report.console import print_summary

    with standard_output():
        console = Console()
        print_summary(run.plan, lang, console if console.is_terminal else Console(width=_WIDTH), files, run.case.scenario.pack)


def _without_plan(scenario: Scenario | None, error: SiteplannerError, out: Path, lang: Lang) -> Shown:
    """Say why there is no plan, keep the reasons in the folder, and warn of papers that an earlier run left there.

    A run that is interrupted while it reads has no scenario yet.
    """
    shown = refusal(error, lang)
    notes = []
    if error.exit_code == NO_PLAN and scenario is not None:
        head = " · ".join(part for part in (scenario.settings.title, scenario.variant, *scenario.changes) if part)
        with suppress(OSError):
            (out / WHY_FILE).write_text(f"{head}\n\n{shown.text}\n", encoding="utf-8-sig")
            notes.append(say("cli.plan.why_written", lang, file=str(out / WHY_FILE)))
    if isinstance(error, StoppedWithoutPlan) and kept(out / UNFINISHED):
        notes.append(say("cli.plan.goes_on", lang, folder=str(out / UNFINISHED)))
    if (out / RECORD).exists():
        notes.append(say("cli.plan.old_papers", lang, out=str(out)))
    return replace(shown, text="\n".join([shown.text, *notes]), data={**shown.data, "notes": notes})
