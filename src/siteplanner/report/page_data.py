"""What the page's script reads: tables packed by column, and the marks of the map with what is said about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from siteplanner.report.maps import Mark, marks
from siteplanner.report.names import Names, coded
from siteplanner.report.stamps import joined, walking_heading
from siteplanner.report.table import Cell, Column, Table, clean, display_width, plain, show, show_cell, show_with_unit
from siteplanner.report.tables_common import final_credits
from siteplanner.texts import Lang, say

_TEXT_KINDS = ("text", "choice", "blank")
_SHORT, _LONG = 14, 28
"""Half-width characters."""
_STYLES = {"new_place": "fresh", "kept_place": "kept", "given_up": "spare", "candidate": "spare"}
_ESTATE_FACTS = ("township", "cohort", "dwellings", "required", "held", "status", "walk", "clause", "remark")
_PLACE_FACTS = ("township", "source", "area", "ready", "present_cost")
_SPARE_FACTS = ("township", "measure", "reason")


@dataclass(frozen=True, slots=True)
class MapData:
    """The map's tree, how many marks of each style it has, and how many have no coordinates."""

    tree: JsonValue
    styles: Counter[str]
    missing: int


def tables_data(tables: Iterable[Table], lang: Lang) -> JsonValue:
    """Return tables packed by column: distinct texts in sorting order, and the number of each row's text."""
    return {table.key: _packed(table, lang) for table in tables}


def _packed(table: Table, lang: Lang) -> JsonValue:
    columns: list[JsonValue] = []
    for number, column in enumerate(table.columns):
        cells = [(_rank(row[number]), show_cell(row[number], column, lang)) for row in table.rows]
        order = {pair: n for n, pair in enumerate(sorted(set(cells)))}
        index: list[JsonValue] = [order[pair] for pair in cells]
        texts = [text for _, text in order]
        columns.append({"h": column.titled(lang), "c": _css(column, texts), "l": column.link, "d": [*texts], "i": index})
    foot: list[JsonValue] = []
    if table.has_totals:
        foot = [show(c.kind, table.total(c.key), lang) if c.total else "" for c in table.columns]
        foot[0] = table.total_label
    grave = {say("report.result.broken", lang), say("report.status.short", lang)}
    bad: list[JsonValue] = [n for n, row in enumerate(table.rows) if any(isinstance(cell, str) and cell in grave for cell in row)]
    return {"title": table.title, "note": table.note, "columns": columns, "rows": len(table.rows), "foot": foot, "bad": bad}


def _rank(cell: Cell) -> tuple[int, float, str]:
    """Return a key that sorts empty cells last, numbers and days by size, text by its characters."""
    value = plain(cell)
    if value is None or value == "":
        return 2, 0.0, ""
    if isinstance(value, date):
        return 0, float(value.toordinal()), ""
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value), "")


def _css(column: Column, texts: Iterable[str]) -> str:
    """Return the style of a column: numbers stand right, short words and days stay on one line, long text gets room."""
    if column.kind not in _TEXT_KINDS:
        return "day" if column.kind == "date" else "num"
    longest = max((display_width(text) for text in texts), default=0)
    return "day" if longest <= _SHORT else "long" if longest > _LONG else "mid"


def map_data(names: Names) -> MapData:
    """Return the marks and credits of the map."""
    shown = marks(names)
    number = {mark.id: n for n, mark in enumerate(shown)}
    reasons = _reasons(names)
    tree_marks: list[JsonValue] = []
    for mark in shown:
        x, y = mark.point if mark.point else (None, None)
        facts: list[JsonValue] = [clean(fact) for fact in _facts(names, mark, reasons)]
        tree_marks.append([mark.id, _style(mark), clean(mark.name), x, y, facts])
    credits: list[JsonValue] = []
    for credit in final_credits(names):
        if credit.estate in number and credit.place in number:
            area = show_with_unit("area", credit.area_dm2, names.lang) if credit.area_dm2 else ""
            walk = show_with_unit("seconds", credit.walk_s, names.lang)
            credits.append([number[credit.estate], number[credit.place], joined([part for part in (area, walk) if part], names.lang)])
    styles = Counter(_style(mark) for mark in shown if mark.point)
    styles["line"] = len(credits)
    labels: dict[str, JsonValue] = {
        style: _labels(names, style) for style in ("estate_served", "estate_short", "estate_exempt", "kept", "fresh", "spare")
    }
    tree: JsonValue = {"marks": tree_marks, "credits": credits, "labels": labels}
    return MapData(tree, styles, sum(mark.point is None for mark in shown))


def _style(mark: Mark) -> str:
    if mark.kind != "estate":
        return _STYLES[mark.kind]
    return f"estate_{mark.state}" if mark.state in ("served", "short") else "estate_exempt"


def _labels(names: Names, style: str) -> JsonValue:
    keys = _ESTATE_FACTS if style.startswith("estate_") else _SPARE_FACTS if style == "spare" else _PLACE_FACTS
    own = {
        "present_cost": names.say("column.net_present"),
        "walk": walking_heading(names.plan.walks.method, names.lang),
        "measure": names.say("page.options"),
    }
    return [own.get(key) or names.say(f"column.{key}") for key in keys]


def _facts(names: Names, mark: Mark, reasons: dict[str, list[str]]) -> list[str]:
    if mark.kind == "estate":
        return _estate_facts(names, mark)
    if mark.kind in ("candidate", "given_up"):
        ways = sorted({names.label("kind", option.kind) for option in names.options_at.get(mark.id, ())})
        why = reasons.get(mark.id) or [names.say("page.given_up" if mark.kind == "given_up" else "page.considered")]
        return [mark.township, joined(ways, names.lang), joined(why, names.lang)]
    place, room, options = names.places.get(mark.id), names.kept.get(mark.id), names.chosen_at.get(mark.id, ())
    sources = [names.say("existing")] if room else []
    sources += [names.measure(chosen) for chosen in options]
    area = place.gross_dm2 if place else room.area_dm2 if room else None
    cost = sum(line.pv_fen * names.signed(line) for chosen in options for line in names.lines_of.get(chosen.option, ()))
    ready = show("date", place.ready, names.lang) if place else ""
    money = show_with_unit("money", cost, names.lang) if options else ""
    return [mark.township, joined(sources, names.lang), show_with_unit("area", area, names.lang), ready, money]


def _estate_facts(names: Names, mark: Mark) -> list[str]:
    row = names.services.get(mark.id)
    if row is None:
        return [mark.township]
    return [
        row.township,
        names.cohort(row.cohort),
        show("count", row.dwellings, names.lang),
        show_with_unit("area", row.required_dm2, names.lang),
        show_with_unit("area", row.held_dm2, names.lang),
        names.label("status", row.status),
        show_with_unit("seconds", row.nearest_walk_s, names.lang),
        row.clause,
        names.label("remark", row.reason) if row.reason else "",
    ]


def _reasons(names: Names) -> dict[str, list[str]]:
    """Return why options of a site were not eligible, by site."""
    found: dict[str, list[str]] = {}
    for row in names.plan.rejected:
        if row.option in names.options:
            text = coded("rejected", row.code, row.facts, names.lang)
            cited = f"{text} [{row.clause}]" if row.clause else text
            found.setdefault(names.options[row.option].site, []).append(cited)
    return found
