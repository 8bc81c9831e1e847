"""The ``walk`` command: walking times, how points meet the streets, and who has no place in the circle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner.access import access_of
from siteplanner.case.prepare import prepare
from siteplanner.commands import Shown
from siteplanner.planner import walk_record
from siteplanner.report.walking import access_table, snap_table, walk_text, write_walks
from siteplanner.scenario.load import load_scenario
from siteplanner.streets import street_notices
from siteplanner.texts import Lang


def run_walk(path: Path, out: Path | None, variant: str, sets: Sequence[str], lang: Lang) -> Shown:
    """Measure the walks a scenario asks for and write them where asked; no plan is made."""
    scenario = load_scenario(path, variant=variant, sets=sets)
    case = prepare(scenario)
    record, access = walk_record(case), access_of(case)
    notices = list(street_notices(scenario, record))
    files: Sequence[Path] = ()
    if out is not None:
        tables = [access_table(access, scenario, lang)]
        if case.streets is not None and record.streets is not None:
            far = {snap.id for snap in record.streets.far}
            snaps = [(key, metres, key in far) for key, metres in sorted(case.streets.snap_m.items())]
            tables.append(snap_table(snaps, scenario, lang))
        files = write_walks(dict(case.walks), tables, out, lang)
    data: dict[str, object] = {
        "walks": record.model_dump(mode="json"),
        "remembered": case.streets is not None and case.streets.remembered,
        "access": [row.model_dump() for row in access],
        "bare": [row.estate for row in access if not row.places],
        "notices": [notice.model_dump() for notice in notices],
        "files": [str(file) for file in files],
    }
    return Shown(walk_text(record, access, notices, files, lang), data)
