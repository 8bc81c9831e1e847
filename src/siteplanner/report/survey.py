"""The gap list 问题清单 of a survey: the state of the estates today, without a plan."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from siteplanner.plan import Service
from siteplanner.report.table import Table, display_width, neutral, show, show_cell, show_with_unit
from siteplanner.report.tables_gaps import GapWords, gap_table, words_of
from siteplanner.report.write import write_files
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say

_SHOWN = ("estate", "estate_name", "township", "dwellings", "required", "held_today", "shortfall", "status")
_MOST_ROWS = 20
_UNDATED = date(2000, 1, 1)
"""Dates a workbook whose scenario is not at hand, so that the same gaps give the same bytes."""


def survey_table(services: Sequence[Service], lang: Lang, scenario: Scenario | None = None) -> Table:
    """Return the gap list; with the scenario at hand, cohorts and places go by name and walking times say how they were had."""
    return gap_table(words_of(scenario, lang) if scenario else GapWords(lang), services)


def write_survey(services: Sequence[Service], out: Path, lang: Lang, scenario: Scenario | None = None) -> tuple[Path, ...]:
    """Write the gap list as ``survey.csv`` (UTF-8 with a mark, for Excel) and ``survey.xlsx``.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    from siteplanner.report.stamps import Stamp
    from siteplanner.report.workbook import Heading, workbook_bytes

    gaps = survey_table(services, lang, scenario)
    title = say("report.survey.title", lang)
    settings = scenario.settings if scenario else None
    stamps = (Stamp("synthetic", say("report.stamp.synthetic", lang)),) if settings and settings.synthetic else ()
    heading = Heading(f"{settings.county} {title}" if settings else title, stamps, settings.base_date if settings else _UNDATED)
    contents = {
        "survey.csv": csv_bytes(gaps, lang),
        "survey.xlsx": workbook_bytes({"gaps": gaps}, heading, lang, {"gaps": ("gaps",)}),
    }
    return write_files(contents, out)


def csv_bytes(table: Table, lang: Lang) -> bytes:
    """Return a table as CSV for office programs: plain numbers, and a quote before text that they would take for a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([column.titled(lang) for column in table.columns])
    for row in table.rows:
        texts = [show_cell(cell, column, lang) for cell, column in zip(row, table.columns, strict=True)]
        writer.writerow([_safe(text, column.kind == "text") for text, column in zip(texts, table.columns, strict=True)])
    return file.getvalue().encode("utf-8-sig")


def _safe(text: str, is_text: bool) -> str:
    if not is_text:
        return text.replace(",", "")
    return neutral(text)


def survey_text(services: Sequence[Service], lang: Lang, files: Sequence[Path] = (), scenario: Scenario | None = None) -> str:
    """Return the survey for a terminal: totals, the estates that are short, the files written."""
    gaps = survey_table(services, lang, scenario)
    short = [row for row in services if row.status == "short"]
    total = show_with_unit("area", gaps.total("shortfall"), lang)
    head = say("report.console.gaps", lang, estates=show("count", len(services), lang), short=show("count", len(short), lang), gap=total)
    columns = [gaps.columns[gaps.index[key]] for key in _SHOWN]
    rows = [[column.titled(lang) for column in columns]]
    rows += [[show_cell(row[gaps.index[c.key]], c, lang) for c in columns] for row in gaps.rows[: min(len(short), _MOST_ROWS)]]
    widths = [max(display_width(row[n]) for row in rows) for n in range(len(columns))]
    lines = [head, *([gaps.note] if gaps.note else [])]
    for row in rows if short else []:
        cells = [_padded(text, widths[n], columns[n].kind == "text") for n, text in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    if len(short) > _MOST_ROWS:
        file = str(files[0]) if files else "--out"
        lines.append(say("report.console.more", lang, count=str(len(short) - _MOST_ROWS), file=file))
    if files:
        lines.append(say("report.console.files", lang, files=", ".join(str(file) for file in files)))
    return "\n".join(lines)


def _padded(text: str, width: int, left: bool) -> str:
    space = " " * (width - display_width(text))
    return text + space if left else space + text
