"""The ``survey`` command: the gaps today (问题清单), before anything is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner import planner
from siteplanner.commands import Shown
from siteplanner.plan import Service
from siteplanner.report.survey import survey_text, write_survey
from siteplanner.scenario.load import load_scenario
from siteplanner.texts import Lang


def run_survey(path: Path, out: Path | None, variant: str, sets: Sequence[str], lang: Lang) -> Shown:
    """List what each estate holds and lacks with the premises of today, and write the list where asked."""
    scenario = load_scenario(path, variant=variant, sets=sets)
    services = planner.survey(scenario)
    files: Sequence[Path] = ()
    if out is not None:
        files = write_survey(services, out, lang, scenario)
    return Shown(survey_text(services, lang, files, scenario), _data(services, files))


def _data(services: Sequence[Service], files: Sequence[Path]) -> dict[str, object]:
    short = [s for s in services if s.status == "short"]
    return {
        "estates": len(services),
        "short": len(short),
        "shortfall_dm2": sum(max(0, s.required_dm2 - s.held_dm2) for s in short),
        "services": [service.model_dump() for service in services],
        "files": [str(file) for file in files],
    }
