"""The papers of the ``walk`` command: who can walk where, how points meet the streets, and both for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner.plan import Notice
from siteplanner.report.names import coded
from siteplanner.report.record import walks_bytes
from siteplanner.report.stamps import walking_sentence
from siteplanner.report.survey import csv_bytes
from siteplanner.report.table import Cell, CellKind, Column, Table, table
from siteplanner.report.write import write_files
from siteplanner.scenario.schema import Estate, Premises, Scenario, Site
from siteplanner.texts import Lang, say
from siteplanner.walked import AccessRecord, WalkRecord

_MOST = 20


def access_table(rows: Sequence[AccessRecord], scenario: Scenario, lang: Lang) -> Table:
    """Return one row an estate: its circle, the usable places in it, the nearest one, the minutes to it."""
    names = _names(scenario)
    cells: list[list[Cell]] = [
        [
            row.estate,
            *names[row.estate],
            row.limit_s,
            row.places,
            row.place,
            names.get(row.place, (row.place, ""))[0],
            row.walk_s,
            row.minutes,
        ]
        for row in rows
    ]
    kinds: dict[str, CellKind] = {
        "estate": "text", "estate_name": "text", "township": "text", "circle": "seconds", "places_near": "count", "nearest": "text",
        "nearest_name": "text", "walk": "seconds", "least_minutes": "count",
    }  # fmt: skip
    return table("access", say("walk.access", lang), _columns(kinds, lang), cells)


def snap_table(snaps: Sequence[tuple[str, float, bool]], scenario: Scenario, lang: Lang) -> Table:
    """Return one row a point: how far it is from the street, and whether that is far."""
    names, words = _names(scenario), {far: say("report.yes" if far else "report.no", lang) for far in (True, False)}
    rows: list[list[Cell]] = [[key, *names[key], f"{metres:.2f}", words[far]] for key, metres, far in snaps]
    kinds: dict[str, CellKind] = {"point": "text", "point_name": "text", "township": "text", "metres": "text", "far": "text"}
    return table("snaps", say("walk.snaps", lang), _columns(kinds, lang), rows)


def _names(scenario: Scenario) -> dict[str, tuple[str, str]]:
    rows: list[Estate | Site | Premises] = [*scenario.estates, *scenario.sites, *scenario.premises]
    return {row.id: (row.name, row.township) for row in rows}


def _columns(kinds: dict[str, CellKind], lang: Lang) -> list[Column]:
    return [Column(key, kind, say(f"walk.column.{key}", lang)) for key, kind in kinds.items()]


def write_walks(walks: dict[tuple[str, str], int], tables: Sequence[Table], out: Path, lang: Lang) -> tuple[Path, ...]:
    """Write the pairs as ``walks.csv``, which a scenario can name as its table of walks, and each table as CSV for office programs."""
    contents = {"walks.csv": walks_bytes(walks)} | {f"{one.key}.csv": csv_bytes(one, lang) for one in tables}
    return write_files(contents, out)


def walk_text(record: WalkRecord, access: Sequence[AccessRecord], notices: Sequence[Notice], files: Sequence[Path], lang: Lang) -> str:
    """Return what a terminal shows: how walks were had, how points meet the streets, who has no place in the circle."""
    lines = [walking_sentence(record, lang), say("walk.pairs", lang, pairs=f"{record.pairs:,}", estates=f"{len(access):,}")]
    if record.streets is not None:
        streets = record.streets
        facts = {"points": f"{streets.points:,}", "median": f"{streets.median_m:.0f}", "greatest": f"{streets.greatest_m:.0f}"}
        lines.append(say("walk.snapped", lang, **facts))
    told = [f"{notice.subject} {coded('notice', notice.code, notice.facts, lang)}".strip() for notice in notices]
    lines += told[:_MOST]
    if len(told) > _MOST:
        lines.append(say("walk.more", lang, count=str(len(told) - _MOST)))
    bare = [row for row in access if not row.places]
    lines.append(say("walk.all_near" if not bare else "walk.bare", lang, count=str(len(bare))))
    for row in bare[:_MOST]:
        facts = {"estate": row.estate, "place": row.place, "minutes": str(row.minutes), "limit": f"{row.limit_s / 60:g}"}
        lines.append(say("walk.bare_row" if row.place else "walk.nowhere", lang, **facts))
    if len(bare) > _MOST:
        lines.append(say("walk.more", lang, count=str(len(bare) - _MOST)))
    if files:
        lines.append(say("report.console.files", lang, files=", ".join(str(file) for file in files)))
    return "\n".join(lines)
