"""The report page: one HTML file that needs no network, runs under a strict content policy and shows every table."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from pydantic import JsonValue

from siteplanner.report.chart import year_chart
from siteplanner.report.coordinates import frame_of
from siteplanner.report.names import Names
from siteplanner.report.page_data import map_data, tables_data
from siteplanner.report.stamps import proof_sentence, stamps, walking_label
from siteplanner.report.table import Table, clean, plain, show_cell
from siteplanner.report.tables import pay_years
from siteplanner.texts import catalogue

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "overview": ("townships", "levels"),
    "map": (),
    "estates": ("gaps", "services", "allocation"),
    "projects": ("changes_from", "projects", "premises", "break_evens", "lifecycles"),
    "money": ("perspectives", "funding", "composition", "terms", "budgets", "shares", "cash", "commitments", "forecasts"),
    "subsidy": ("subsidy_totals", "subsidy"),
    "law": ("compliance", "notices", "not_modelled", "switches", "stated_inputs", "figures", "proofs"),
    "care": ("duties", "exceptions", "rejected"),
    "record": ("settings", "ledger"),
}
_TILES = ("served", "short", "dwellings", "projects", "area", "present_cost", "capital", "recurring", "subsidy")
_SHAPES = {
    "estate_served": '<circle class="m-served" cx="9" cy="7" r="5"/>',
    "estate_short": '<path class="m-short" d="M4 3l2-2 3 4 3-4 2 2-4 4 4 4-2 2-3-4-3 4-2-2 4-4z"/>',
    "estate_exempt": '<circle class="m-exempt" cx="9" cy="7" r="5"/>',
    "fresh": '<path class="m-fresh" d="M9 1l7 12H2z"/>',
    "kept": '<rect class="m-kept" x="4" y="2" width="10" height="10"/>',
    "spare": '<circle class="m-spare" cx="9" cy="7" r="4"/>',
    "line": '<line class="m-line" x1="1" y1="7" x2="17" y2="7"/>',
}


@dataclass(frozen=True, slots=True)
class _Section:
    key: str
    title: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tile:
    label: str
    value: str
    note: str
    exact: str


@dataclass(frozen=True, slots=True)
class _Legend:
    style: str
    word: str
    count: int
    shape: Markup


def page_bytes(names: Names, tables: Mapping[str, Table]) -> bytes:
    """Return the page as UTF-8; the same plan gives the same bytes."""
    plan, lang = names.plan, names.lang
    drawn = map_data(names)
    sections = [
        _Section(key, names.say(f"page.section.{key}"), tuple(one for one in keys if one in tables)) for key, keys in SECTIONS.items()
    ]
    data: dict[str, JsonValue] = {
        "tables": tables_data([tables[key] for section in sections for key in section.tables], lang),
        "map": drawn.tree,
        "words": _words(names),
    }
    styles = [_leaflet("leaflet.css"), _own("static/report.css")]
    scripts = [_leaflet("leaflet.js"), _own("static/report.js")]
    facts = {
        "lang": lang,
        "policy": content_policy(styles, scripts),
        "title": clean(plan.title),
        "subtitle": clean(_subtitle(names)),
        "stamps": stamps(plan, lang),
        "proven": proof_sentence(plan, lang) if plan.status.status == "optimal" else "",
        "sections": sections,
        "tiles": list(_tiles(names, tables["summary"])),
        "walking": walking_label(plan, lang),
        "map_note": " · ".join(_map_notes(names, drawn.missing)),
        "legend": _legend(names, drawn.styles),
        "chart": year_chart(names, pay_years(names)),
        "made_by": names.say("page.made_by"),
        "word": {key: names.say(f"page.{key}") for key in _keys(names, "page")},
        "data": Markup(script_json(data)),
        "styles": [Markup(style) for style in styles],
        "scripts": [Markup(script) for script in scripts],
    }
    return _environment().get_template("report.html.j2").render(facts).encode("utf-8")


def content_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return a content policy that admits exactly these inline styles and scripts, data images, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            f"style-src {' '.join(_hash(style) for style in styles)}",
            f"script-src {' '.join(_hash(script) for script in scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def script_json(tree: JsonValue) -> str:
    """Return JSON that cannot end or change the script element it stands in."""
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@cache
def _environment() -> Environment:
    def template(name: str) -> str:
        return _own(f"templates/{name}")

    return Environment(loader=FunctionLoader(template), autoescape=True, undefined=StrictUndefined)


@cache
def _own(path: str) -> str:
    """Return a file of this package with lines ended by LF, as a browser hashes it."""
    return (resources.files("siteplanner.report") / path).read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _leaflet(name: str) -> str:
    """Return a file of Leaflet from its installed package, without references to other files."""
    path = metadata.distribution("XStatic-Leaflet").locate_file(f"xstatic/pkg/leaflet/data/{name}")
    with open(str(path), encoding="utf-8", newline=None) as file:
        text = file.read()
    if name.endswith(".css"):
        return re.sub(r"url\([^)]*\)", "none", text)
    return re.sub(r"\n//# sourceMappingURL=.*", "", text)


def _subtitle(names: Names) -> str:
    plan, document = names.plan, names.scenario.pack.document
    variant = plan.variant or names.say("base_variant")
    parts = [plan.county, f"{document.number} {names.text(document.title)}", variant, *plan.changes, plan.base_date.isoformat()]
    return " · ".join(parts)


def _tiles(names: Names, summary: Table) -> Iterable[_Tile]:
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
        yield _Tile(label, show_cell(row[1], summary.columns[1], names.lang), str(plain(row[2]) or ""), exact)


def _map_notes(names: Names, missing: int) -> Iterable[str]:
    crs = names.scenario.settings.crs or ""
    if missing:
        yield names.say("page.missing", count=str(missing))
    if frame_of(names.scenario) == "converted":
        yield names.say("geojson.crs_converted", crs=crs)


def _legend(names: Names, styles: Counter[str]) -> list[_Legend]:
    return [
        _Legend(style, names.say(f"page.legend_{style}"), styles[style], Markup(shape)) for style, shape in _SHAPES.items() if styles[style]
    ]


def _keys(names: Names, area: str) -> list[str]:
    """Return the plain words of a part of the report catalogue."""
    prefix = f"report.{area}."
    keys = [key.removeprefix(prefix) for key in catalogue(names.lang) if key.startswith(prefix)]
    return [key for key in keys if "." not in key and "{" not in catalogue(names.lang)[prefix + key]]


def _words(names: Names) -> JsonValue:
    """Return the words the script needs; patterns keep their placeholders."""
    keys = ["filter", "filter_hint", "rows_shown", "show_all", "empty", "sort", "on_map", "no_map"]
    keys += ["serves", "served_from", "zoom_in", "zoom_out"]
    return {key: catalogue(names.lang)[f"report.page.{key}"] for key in keys}
