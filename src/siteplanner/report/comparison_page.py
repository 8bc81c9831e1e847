"""The comparison as a page: linked maps, what differs, every table; one file, no network, the same scripts as the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from pydantic import JsonValue

from siteplanner.report.comparison import Words
from siteplanner.report.html import render, script_words
from siteplanner.report.names import Names, PlanNames
from siteplanner.report.packing import tables_data
from siteplanner.report.page import WORDS, Legend, Section, Tile, legend
from siteplanner.report.page_map import MapData, map_data, record_map
from siteplanner.report.stamps import proof_sentence
from siteplanner.report.table import Table, clean, show_with_unit
from siteplanner.report.workbook import Heading

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "overview": ("plans", "settings"),
    "map": (),
    "sites": ("sites", "choices"),
    "money": ("cost", "public_cost"),
    "funders": ("subsidies", "subsidies_present", "pays", "gets", "net", "net_present"),
    "towns": ("town_cost", "town_capital", "town_recurring", "town_subsidy", "town_required", "town_area", "town_added"),
    "service": ("households", "walk_mean", "walk_worst", "walk_total", "per_hundred", "estates", "dwellings", "standings"),
    "budgets": ("budget_limits", "budget_used", "prices", "forecasts"),
}
_DIFFERS = Markup('<circle class="m-differs" cx="9" cy="7" r="6"/>')


@dataclass(frozen=True, slots=True)
class _Shown:
    """A plan at the top of the page: its heading, what was proven, cost and its difference from the base."""

    heading: str
    proof: str
    grave: bool
    tiles: tuple[Tile, ...]


def comparison_page_bytes(words: Words, tables: Mapping[str, Table], heading: Heading) -> bytes:
    """Return the page as UTF-8; the same plans give the same bytes."""
    lang, found = words.lang, words.found
    sections = [
        Section(key, words.say(f"page.section.{key}"), tuple(one for one in keys if one in tables)) for key, keys in SECTIONS.items()
    ]
    maps = [_map(names) for names in words.plans]
    differ = {use.site for use in found.sites}
    trees: list[JsonValue] = [
        {**drawn.tree, "differs": _numbers(names, drawn, differ)} for names, drawn in zip(words.plans, maps, strict=True)
    ]
    styles: Counter[str] = Counter()
    for drawn in maps:
        styles |= Counter({style: 1 for style, count in drawn.styles.items() if count})
    outer = any(one.plan.walks.method != "straight_line" for one in found.plans)
    entries = [Legend(one.style, one.word, 0, one.shape) for one in legend(lang, styles, outer=outer)]
    if differ:
        entries.append(Legend("differs", words.say("page.legend_differs"), 0, _DIFFERS))
    data: dict[str, JsonValue] = {
        "tables": tables_data([tables[key] for section in sections for key in section.tables], lang),
        "maps": trees,
        "words": {**script_words(WORDS, lang)},
    }
    bare = not all(isinstance(names, Names) for names in words.plans)
    facts = {
        "title": clean(heading.title),
        "subtitle": clean(words.say("page.subtitle", base=words.heading(0))),
        "stamps": heading.stamps,
        "proven": "",
        "sections": sections,
        "plans": [_shown(words, n) for n in range(len(found.plans))],
        "legend": entries,
        "maps_note": " · ".join([words.say("page.maps_note"), *([words.say("page.no_estates")] if bare else [])]),
        "made_by": words.plans[0].say("page.made_by"),
    }
    return render("compare.html.j2", "compare.js", data, facts, lang)


def _map(names: PlanNames) -> MapData:
    return map_data(names) if isinstance(names, Names) else record_map(names)


def _numbers(names: PlanNames, drawn: MapData, sites: Iterable[str]) -> JsonValue:
    """Return the numbers of a plan's places that hold a site which not every plan uses."""
    wanted = set(sites)
    held = {pick.place for pick in names.plan.chosen if pick.site in wanted}
    return [n for n, mark in enumerate(drawn.ids) if mark in held]


def _shown(words: Words, n: int) -> _Shown:
    plan = words.found.plans[n].plan
    name = " · ".join(dict.fromkeys([words.heading(n), plan.title]))
    return _Shown(clean(name), proof_sentence(plan, words.lang), plan.status.status != "optimal", tuple(_tiles(words, n)))


def _tiles(words: Words, n: int) -> Iterable[Tile]:
    """Yield the sums a reader looks for first, each with its difference from the base."""
    kinds = {"cost": ("net_present", "money"), "subsidies": ("subsidy", "money"), "households": ("dwellings", "count")}
    for key, (heading, kind) in kinds.items():
        total = words.found.part(key).total.amounts
        amount, base = (total[n], total[0]) if total else (0, 0)
        less = f"{words.less(n)} {_signed(amount - base, kind, words)}" if n else ""
        label = words.say("table.households") if key == "households" else words.plans[n].say(f"column.{heading}")
        yield Tile(label, _shown_amount(amount, kind, words), less, "")
    projects = len(words.found.plans[n].plan.chosen)
    less = f"{words.less(n)} {projects - len(words.found.plans[0].plan.chosen):+d}" if n else ""
    yield Tile(words.plans[n].say("column.projects"), str(projects), less, "")


def _signed(amount: int, kind: str, words: Words) -> str:
    text = _shown_amount(amount, kind, words)
    return f"+{text}" if amount > 0 else text


def _shown_amount(amount: int, kind: str, words: Words) -> str:
    return show_with_unit("money" if kind == "money" else "count", amount, words.lang)
