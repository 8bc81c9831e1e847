"""The ``explain`` command: why a scenario has no plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner.commands import NO_PLAN, Shown, causes
from siteplanner.commands.progress import end_line, progress_line
from siteplanner.commands.working import HERE, Workers, crew
from siteplanner.explain.nouns import NoPlan
from siteplanner.planner import plan
from siteplanner.scenario.load import load_scenario
from siteplanner.texts import Lang, say


def run_explain(path: Path, variant: str, sets: Sequence[str], lang: Lang, workers: Workers = HERE) -> Shown:
    """Plan without writing; where there is no plan, say why (exit 3), else say that there is one (exit 0)."""
    scenario = load_scenario(path, variant=variant, sets=sets)
    try:
        with crew(workers, None) as hands:
            plan(scenario, progress_line(lang), crew=hands)
    except NoPlan as error:
        return Shown(error.text(lang), {"plan": False, **causes(error, lang)}, NO_PLAN)
    finally:
        end_line()
    return Shown(say("cli.explain.has_plan", lang), {"plan": True})
