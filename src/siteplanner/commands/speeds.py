"""``plan --speeds``: the plan at other walking speeds, kept in its record."""

from __future__ import annotations

from dataclasses import replace

from siteplanner.commands.progress import end_line, progress_line
from siteplanner.errors import InputError, Location, Problem
from siteplanner.planner import Run
from siteplanner.report.table import show_with_unit
from siteplanner.solve.crew import Crew
from siteplanner.speeds import at_speeds
from siteplanner.texts import Lang, say

_SLOWEST, _FASTEST = 30, 300


def speeds_of(text: str) -> tuple[int, ...]:
    """Return the walking speeds asked for, in percent of the stated one, slowest first.

    Raises
    ------
    InputError
        If the text is not a list of whole percentages from 30 to 300.
    """
    if not text.strip():
        return ()
    parts = [part.strip().removesuffix("%") for part in text.replace("，", ",").split(",")]
    if not all(part.isascii() and part.isdigit() and _SLOWEST <= int(part) <= _FASTEST for part in parts):
        raise InputError([Problem("bad_speeds", Location("--speeds"), {"seen": text})])
    return tuple(sorted({int(part) for part in parts}))


def with_speeds(run: Run, percents: tuple[int, ...], lang: Lang, crew: Crew) -> Run:
    """Return the run with a row for each speed in its plan's record; interrupted where the user stopped it at one of them."""
    try:
        rows = at_speeds(run.case, run.plan, percents, progress_line(lang), crew)
    finally:
        end_line()
    return replace(run, plan=run.plan.model_copy(update={"speeds": rows}), interrupted=run.interrupted or crew.stopped)


def speeds_text(run: Run, lang: Lang) -> list[str]:
    """Return the lines of the rows for a terminal; none where none were asked for."""
    lines = [say("cli.plan.speeds", lang)] if run.plan.speeds else []
    for row in run.plan.speeds:
        cost = "" if row.cost_fen is None else say("cli.plan.speed_cost", lang, amount=show_with_unit("money", row.cost_fen, lang))
        bare = say("cli.plan.speed_bare", lang, count=str(len(row.bare))) if row.bare else ""
        status = say(f"report.speed.{row.status}", lang)
        lines.append(say("cli.plan.speed_row", lang, percent=str(row.percent), status=status, cost=cost, bare=bare))
    return lines
