"""The state of estates as a table: for the gap list of a survey, with or without a plan, and for estates under a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from siteplanner.plan import Service
from siteplanner.report.names import label
from siteplanner.report.stamps import walking_heading, walking_sentence
from siteplanner.report.table import Cell, CellKind, Column, Table, table
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say
from siteplanner.walked import WalkRecord

_STATUS_ORDER = ("short", "served", "exempt", "out_of_scope")
_TOTALS = ("dwellings", "required", "held", "held_today", "shortfall")
_KINDS: dict[str, CellKind] = {
    "seq": "count", "dwellings": "count", "required": "area", "held": "area", "held_today": "area", "shortfall": "area", "walk": "seconds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GapWords:
    """How a table of estates speaks: names of cohorts and places, how walking was measured, what stands below the title."""

    lang: Lang
    cohort: Callable[[str], str] = str
    place: Callable[[str], str] = str
    method: str = "table"
    note: str = ""


def words_of(scenario: Scenario, lang: Lang) -> GapWords:
    """Return the words a scenario gives without a plan."""
    walking = scenario.settings.walking
    cohorts = {cohort.id: cohort.name.zh if lang == "zh" else cohort.name.en for cohort in scenario.pack.cohorts}
    places = {site.id: site.name for site in scenario.sites} | {room.id: room.name for room in scenario.premises}
    note = walking_sentence(WalkRecord.as_asked(walking), lang)
    return GapWords(lang, lambda key: cohorts.get(key, key), lambda key: places.get(key, key), walking.method, note)


def gap_table(words: GapWords, services: Iterable[Service]) -> Table:
    """Return the gap list over the present state of the estates."""
    return service_table("gaps", words, "held_today", services)


def service_table(key: str, words: GapWords, held: str, services: Iterable[Service]) -> Table:
    """Return one row an estate, those that are short first; `held` names the column of the area it has."""
    title, total = say(f"report.table.{key}", words.lang), say("report.total", words.lang)
    return table(key, title, _columns(words, held), _rows(words, services), note=words.note, total_label=total)


def _columns(words: GapWords, held: str) -> list[Column]:
    keys = (
        "seq", "estate", "estate_name", "township", "cohort", "dwellings", "required", held, "shortfall", "status", "nearest", "walk",
        "clause", "remark",
    )  # fmt: skip
    return [
        Column(
            key,
            _KINDS.get(key, "text"),
            walking_heading(words.method, words.lang) if key == "walk" else say(f"report.column.{key}", words.lang),
            key in _TOTALS,
            "estate" if key == "estate" else "",
        )
        for key in keys
    ]


def _rows(words: GapWords, services: Iterable[Service]) -> Iterator[list[Cell]]:
    ordered = sorted(services, key=lambda s: (_STATUS_ORDER.index(s.status), s.township, s.estate))
    for number, row in enumerate(ordered, start=1):
        reason = "no_place" if row.status == "short" and row.held_dm2 >= row.required_dm2 else row.reason
        yield [
            number,
            row.estate,
            row.name,
            row.township,
            words.cohort(row.cohort),
            row.dwellings,
            row.required_dm2,
            row.held_dm2,
            max(0, row.required_dm2 - row.held_dm2),
            label("status", row.status, words.lang),
            words.place(row.nearest),
            row.nearest_walk_s,
            row.clause,
            label("remark", reason, words.lang) if reason else "",
        ]
