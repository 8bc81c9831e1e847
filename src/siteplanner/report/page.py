"""The report page: one HTML file that needs no network, runs under a strict content policy and shows every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from pydantic import JsonValue

from siteplanner.report.chart import year_chart
from siteplanner.report.chart_area import area_chart
from siteplanner.report.coordinates import frame_of
from siteplanner.report.flow import subsidy_flow
from siteplanner.report.html import render, script_words
from siteplanner.report.names import Names
from siteplanner.report.packing import tables_data
from siteplanner.report.page_map import map_data
from siteplanner.report.stamps import proof_sentence, stamps, walking_label
from siteplanner.report.table import Table, clean, plain, show_cell
from siteplanner.report.tables import pay_years
from siteplanner.texts import Lang, say

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "overview": ("townships", "levels", "speeds"),
    "map": (),
    "estates": ("gaps", "services", "allocation"),
    "projects": ("changes_from", "projects", "premises", "break_evens", "lifecycles"),
    "money": ("perspectives", "funding", "composition", "terms", "budgets", "shares", "cash", "commitments", "forecasts"),
    "subsidy": ("subsidy_totals", "grant_steps", "subsidy"),
    "law": ("compliance", "notices", "not_modelled", "switches", "stated_inputs", "figures", "proofs"),
    "care": ("duties", "exceptions", "rejected"),
    "record": ("settings", "ledger"),
}
WORDS = (
    "filter", "filter_hint", "rows_shown", "show_all", "empty", "sort", "on_map", "no_map", "serves", "served_from", "zoom_in", "zoom_out",
    "why", "find", "fit", "look_at", "print_cut",
)  # fmt: skip
"""What the shared scripts say."""
_TILES = ("served", "short", "dwellings", "projects", "area", "present_cost", "capital", "recurring", "subsidy")
_SHAPES = {
    "estate_served": '<circle class="m-served" cx="9" cy="7" r="5"/>',
    "estate_short": '<path class="m-short" d="M4 3l2-2 3 4 3-4 2 2-4 4 4 4-2 2-3-4-3 4-2-2 4-4z"/>',
    "estate_exempt": '<circle class="m-exempt" cx="9" cy="7" r="5"/>',
    "fresh": '<path class="m-fresh" d="M9 1l7 12H2z"/>',
    "kept": '<rect class="m-kept" x="4" y="2" width="10" height="10"/>',
    "spare": '<circle class="m-spare" cx="9" cy="7" r="4"/>',
    "line": '<line class="m-line" x1="1" y1="7" x2="17" y2="7"/>',
    "circle": '<circle class="m-circle" cx="9" cy="7" r="6"/>',
    "borders": '<path class="m-border" d="M1 7h16"/>',
    "roads": '<path class="m-road" d="M1 10C6 2 11 13 17 4"/>',
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its key, title and tables."""

    key: str
    title: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the top of a page; `note` stands below it, `exact` is said when pointed at."""

    label: str
    value: str
    note: str
    exact: str


@dataclass(frozen=True, slots=True)
class Legend:
    """An entry of a map's legend."""

    style: str
    word: str
    count: int
    shape: Markup


def page_bytes(names: Names, tables: Mapping[str, Table]) -> bytes:
    """Return the page as UTF-8; the same plan gives the same bytes."""
    plan, lang = names.plan, names.lang
    drawn = map_data(names)
    sections = [
        Section(key, names.say(f"page.section.{key}"), tuple(one for one in keys if one in tables)) for key, keys in SECTIONS.items()
    ]
    data: dict[str, JsonValue] = {
        "tables": tables_data([tables[key] for section in sections for key in section.tables], lang),
        "map": drawn.tree,
        "words": {**script_words(WORDS, lang)},
    }
    facts = {
        "title": clean(plan.title),
        "subtitle": clean(_subtitle(names)),
        "stamps": stamps(plan, lang),
        "proven": proof_sentence(plan, lang) if plan.status.status == "optimal" else "",
        "sections": sections,
        "tiles": list(_tiles(names, tables["summary"])),
        "walking": walking_label(plan, lang),
        "map_note": " · ".join(_map_notes(names, drawn.missing)),
        "legend": legend(names.lang, drawn.styles, outer=plan.walks.method != "straight_line"),
        "ground": names.say("page.ground_roads" if drawn.styles["roads"] or drawn.styles["borders"] else "page.scale_note"),
        "chart": year_chart(names, pay_years(names)),
        "areas": area_chart(names),
        "flow": subsidy_flow(names),
        "made_by": names.say("page.made_by"),
    }
    return render("report.html.j2", "report.js", data, facts, lang)


def _subtitle(names: Names) -> str:
    plan, document = names.plan, names.scenario.pack.document
    variant = plan.variant or names.say("base_variant")
    parts = [plan.county, f"{document.number} {names.text(document.title)}", variant, *plan.changes, plan.base_date.isoformat()]
    return " · ".join(parts)


def _tiles(names: Names, summary: Table) -> Iterable[Tile]:
    """Yield the figures at the top, taken from the summary table."""
    for key in _TILES:
        label = names.say(f"summary.{key}")
        row = next(row for row in summary.rows if row[0] == label)
        value = plain(row[1])
        exact = ""
        if isinstance(value, int) and key in ("present_cost", "capital", "recurring", "subsidy"):
            exact = names.say(
                "page.exact", yuan=f"{value // 100:,}.{value % 100:02d}" if value >= 0 else f"-{-value // 100:,}.{-value % 100:02d}"
            )
        yield Tile(label, show_cell(row[1], summary.columns[1], names.lang), str(plain(row[2]) or ""), exact)


def _map_notes(names: Names, missing: int) -> Iterable[str]:
    crs = names.scenario.settings.crs or ""
    if missing:
        yield names.say("page.missing", count=str(missing))
    if frame_of(names.scenario) == "converted":
        yield names.say("geojson.crs_converted", crs=crs)


def legend(lang: Lang, styles: Counter[str], *, outer: bool) -> list[Legend]:
    """Return the legend of a map: what it shows at all, with how many there are.

    `outer`: walks are not straight lines, so that circles only bound them.
    """
    words = {style: say(f"report.page.legend_{style}", lang) for style in _SHAPES}
    if outer:
        words["circle"] = say("report.page.legend_circle_outer", lang)
    return [Legend(style, words[style], styles[style], Markup(shape)) for style, shape in _SHAPES.items() if styles[style]]
