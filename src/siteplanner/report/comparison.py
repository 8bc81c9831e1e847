"""Plans side by side as tables, for a terminal, as ``compare.csv`` and as ``compare.xlsx`` with live differences and totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from siteplanner.compare import Caution, Comparison, Part, Row, gap
from siteplanner.plan import Chosen, Service
from siteplanner.report.names import Names, PlanNames
from siteplanner.report.stamps import Stamp, StampKind, joined, objective_name, proof_sentence
from siteplanner.report.table import Cell, CellKind, Column, RowSum, Table, Typed, neutral, show, show_with_unit, table
from siteplanner.report.write import write_files
from siteplanner.texts import Lang, say

SHEETS: Mapping[str, tuple[str, ...]] = {
    "compare_plans": ("plans", "settings"),
    "compare_subsidies": ("subsidies", "subsidies_present"),
    "compare_cost": ("cost", "public_cost"),
    "compare_funders": ("pays", "gets", "net", "net_present"),
    "compare_towns": ("town_cost", "town_capital", "town_recurring", "town_subsidy", "town_required", "town_area", "town_added"),
    "compare_estates": ("households", "walk_mean", "walk_worst", "walk_total", "per_hundred", "estates", "dwellings", "standings"),
    "compare_choices": ("sites", "choices"),
    "compare_budgets": ("budget_limits", "budget_used", "prices", "forecasts"),
}
KINDS: Mapping[str, CellKind] = {"fen": "money", "dm2": "area", "count": "count", "seconds": "count"}
"""How amounts are shown. Seconds stay seconds: no office program shows a negative time of day."""
_CSV_KINDS: Mapping[str, CellKind] = {**KINDS, "fen": "yuan"}
_STAMPS: Mapping[str, StampKind] = {"what_if": "what_if", "broken": "broken", "synthetic": "synthetic", "no_pack": "walking"}
_NOTED = (
    "households", "walk_mean", "walk_worst", "walk_total", "per_hundred", "prices", "subsidies", "subsidies_present", "cost",
    "public_cost", "pays", "net", "net_present", "town_cost", "town_area", "estates", "dwellings", "budget_limits", "forecasts",
)  # fmt: skip
"""Tables with a note. The first table of a sheet has no title there, so its note says what it is."""


class Words:
    """Names for the ids of several plans: the first plan that knows an id names it."""

    def __init__(self, found: Comparison, lang: Lang) -> None:
        self.found = found
        self.lang = lang
        self.plans: list[PlanNames] = [
            Names(one.scenario, one.plan, lang) if one.scenario else PlanNames(one.pack, one.plan, lang) for one in found.plans
        ]

    def say(self, key: str, **facts: str) -> str:
        """Return a sentence of the catalogue ``compare``."""
        return say(f"compare.{key}", self.lang, **facts)

    def name(self, sort: str, key: str) -> str:
        """Return what an id of a column is called; an id that nobody knows stays as it is."""
        tell: Mapping[str, Callable[[PlanNames], str]] = {
            "funder": lambda names: names.funder(key),
            "payer": lambda names: names.funder(key),
            "receiver": lambda names: names.funder(key),
            "term": lambda names: names.label("line", key),
            "status": lambda names: names.label("status", key),
            "township": lambda names: key or names.say("whole_county"),
            "budget_measure": lambda names: names.label("budget_measure", key),
            "item": lambda names: names.item_name(key),
            "estate": lambda names: names.estate(key),
            "site": lambda names: names.site(key),
        }
        if sort not in tell:
            return key
        return next((name for names in self.plans if (name := tell[sort](names)) != key), key)

    def heading(self, n: int) -> str:
        """Return the heading of a plan's column: its label and variant."""
        one = self.found.plans[n]
        return self.say("heading", label=one.label, name=one.plan.variant or self.plans[n].say("base_variant"))

    def less(self, n: int) -> str:
        """Return the heading of a column of differences from the first plan."""
        return self.say("less", other=self.found.plans[n].label, base=self.found.plans[0].label)

    def column(self, key: str, kind: CellKind = "text") -> Column:
        """Return a column of the report's or of this catalogue's own."""
        own = {"status": "compare.column.estate_status"}.get(key, f"report.column.{key}")
        return Column(key, kind, say(own, self.lang))


def comparison_tables(found: Comparison, lang: Lang) -> dict[str, Table]:
    """Return every table of a comparison by key, in reading order; empty tables of amounts are left out."""
    words = Words(found, lang)
    made = [_plans(words), _settings(words), *(_amounts(words, part) for part in found.parts if part.rows)]
    made += [_sites(words), _choices(words), _standings(words)]
    return {one.key: one for one in made}


def _amounts(words: Words, part: Part) -> Table:
    """Return a part as a table whose differences are formulas over the plans' columns."""
    kind, count = KINDS[part.unit], len(words.found.plans)
    columns = [words.column(key) for key in part.columns]
    columns += [Column(f"plan.{n}", kind, words.heading(n), total=part.adds_up) for n in range(count)]
    columns += [Column(f"less.{n}", kind, words.less(n), total=part.adds_up) for n in range(1, count)]
    rows: list[list[Cell]] = []
    for row in part.rows:
        cells: list[Cell] = [words.name(sort, key) for sort, key in zip(part.columns, row.key, strict=True)]
        cells += row.amounts
        cells += [RowSum(value, (f"plan.{n}",), ("plan.0",)) for n, value in enumerate(row.differences, start=1)]
        rows.append(cells)
    note = words.say(f"note.{part.key}") if part.key in _NOTED else ""
    return table(part.key, words.say(f"table.{part.key}"), columns, rows, note=note, total_label=words.say("total"))


def _plan_columns(words: Words) -> list[Column]:
    return [Column(f"plan.{n}", "text", words.heading(n)) for n in range(len(words.found.plans))]


def _plans(words: Words) -> Table:
    """Return what each plan is, proves and departs from."""
    aspects = [dict(_aspects(words, n)) for n in range(len(words.found.plans))]
    rows = [[words.say(f"plans.{key}"), *(found[key] for found in aspects)] for key in aspects[0]]
    heading = Column("aspect", "text", words.say("column.aspect"))
    return table("plans", words.say("table.plans"), [heading, *_plan_columns(words)], rows)


def _aspects(words: Words, n: int) -> Iterator[tuple[str, Cell]]:
    names, one, lang = words.plans[n], words.found.plans[n], words.lang
    plan = one.plan
    broken = sorted({row.clause for row in plan.compliance if row.result == "broken"})
    yield "title", plan.title
    yield "source", one.source
    yield "county", plan.county
    yield "policy", plan.policy
    yield "variant", plan.variant or names.say("base_variant")
    yield "changes", joined(plan.changes, lang)
    yield "perspective", names.funder(plan.perspective)
    yield "objective", joined([objective_name(name, lang) for name in plan.objective], lang)
    yield "status", proof_sentence(plan, lang)
    yield "gap", Typed("share", gap(plan))
    yield "compliance", joined(broken, lang) or words.say("none")
    yield "what_if", joined(plan.what_if, lang) or words.say("none")
    for status in ("served", "short", "exempt"):
        yield status, Typed("count", _count(words, "estates", status, n))
    yield "projects", Typed("count", len(plan.chosen))
    yield "cost", Typed("money", _sum(words, "cost", n))


def _count(words: Words, part: str, key: str, n: int) -> int:
    return next((row.amounts[n] for row in words.found.part(part).rows if row.key == (key,)), 0)


def _sum(words: Words, part: str, n: int) -> int:
    total = words.found.part(part).total.amounts
    return total[n] if total else 0


def _settings(words: Words) -> Table:
    rows = [[row.key, _about(words, row.key), *row.values] for row in words.found.settings]
    columns = [words.column("setting"), Column("about", "text", words.say("column.about")), *_plan_columns(words)]
    return table("settings", words.say("table.settings"), columns, rows, note=words.say("note.settings"))


def _about(words: Words, key: str) -> str:
    """Return what a switch or stated figure is about, in the policy's own words, and that a file is told by its fingerprint."""
    area, _, name = key.partition(".")
    if area == "files" or key == "walks.csv":
        return words.say("about_file")
    for names in words.plans:
        if names.pack is None:
            continue
        if area == "switches" and name in names.pack.switches:
            return names.text(names.pack.switches[name].text)
        if area == "inputs" and name in names.pack.inputs:
            return names.text(names.pack.inputs[name].text)
    return ""


def _choices(words: Words) -> Table:
    """Return the options that not every plan starts alike."""
    rows: list[list[Cell]] = []
    for choice in words.found.choices:
        one = next(pick for pick in choice.chosen if pick is not None)
        started = [_started(words, pick) for pick in choice.chosen]
        rows.append([choice.option, one.site, words.name("site", one.site), one.township, words.plans[0].measure(one), *started])
    columns = [*(words.column(key) for key in ("option", "site", "site_name", "township", "measure")), *_plan_columns(words)]
    return table("choices", words.say("table.choices"), columns, rows, note=words.say("note.choices"))


def _sites(words: Words) -> Table:
    """Return the sites that not every plan uses, with the options each starts there."""
    rows: list[list[Cell]] = [
        [
            row.site,
            words.name("site", row.site),
            row.township,
            *(joined(options, words.lang) if options else words.say("not_chosen") for options in row.used),
        ]
        for row in words.found.sites
    ]
    columns = [Column("site", "text", words.column("site").heading, link="place")]
    columns += [*(words.column(key) for key in ("site_name", "township")), *_plan_columns(words)]
    return table("sites", words.say("table.sites"), columns, rows, note=words.say("note.sites"))


def _started(words: Words, pick: Chosen | None) -> str:
    if pick is None:
        return words.say("not_chosen")
    return words.say("chosen", area=show_with_unit("area", pick.area_dm2, words.lang), start=str(pick.start))


def _standings(words: Words) -> Table:
    """Return the estates that do not stand alike in every plan."""
    rows = [
        [row.estate, words.name("estate", row.estate), *(_stands(words, service) for service in row.services)]
        for row in words.found.standings
    ]
    columns = [words.column("estate"), words.column("estate_name"), *_plan_columns(words)]
    return table("standings", words.say("table.standings"), columns, rows, note=words.say("note.standings"))


def _stands(words: Words, service: Service | None) -> str:
    if service is None:
        return words.say("not_listed")
    required, held = (show_with_unit("area", area, words.lang) for area in (service.required_dm2, service.held_dm2))
    return words.say("standing", status=words.name("status", service.status), required=required, held=held)


def caution_text(caution: Caution, found: Comparison, lang: Lang) -> str:
    """Return a caution as a sentence."""
    words = Words(found, lang)
    facts = caution.facts
    if caution.code == "other_perspective":
        facts = tuple(words.name("funder", fact) for fact in facts)
    return say(f"compare.caution.{caution.code}", lang, labels=joined(caution.labels, lang), facts=joined(facts, lang))


def write_comparison(found: Comparison, out: Path, lang: Lang) -> tuple[Path, ...]:
    """Write ``compare.csv`` (UTF-8 with a mark, for office programs), ``compare.xlsx`` and the page ``compare.html``.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    from siteplanner.report.comparison_page import comparison_page_bytes
    from siteplanner.report.workbook import Heading, workbook_bytes

    stamps = tuple(Stamp(_STAMPS.get(c.code, "gap"), caution_text(c, found, lang)) for c in found.cautions)
    title = " · ".join([*dict.fromkeys(one.plan.county for one in found.plans), say("compare.title", lang)])
    heading = Heading(title, stamps, found.plans[0].plan.base_date)
    tables = comparison_tables(found, lang)
    contents = {
        "compare.csv": csv_bytes(found, lang),
        "compare.xlsx": workbook_bytes(tables, heading, lang, SHEETS),
        "compare.html": comparison_page_bytes(Words(found, lang), tables, heading),
    }
    return write_files(contents, out)


def csv_bytes(found: Comparison, lang: Lang) -> bytes:
    """Return every table one below the other as rows of one shape: table, row, unit, a column a plan, a column a difference."""
    words = Words(found, lang)
    count = len(found.plans)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    heads = [words.say(f"column.{key}") for key in ("table", "row", "unit")]
    heads += [words.heading(n) for n in range(count)] + [words.less(n) for n in range(1, count)]
    writer.writerow([neutral(text) for text in heads])
    for one in comparison_tables(found, lang).values():
        part = next((part for part in found.parts if part.key == one.key), None)
        lines = _text_lines(one, count, lang) if part is None else _amount_lines(words, part, one)
        writer.writerows([neutral(one.title), *line] for line in lines)
    return file.getvalue().encode("utf-8-sig")


def _amount_lines(words: Words, part: Part, made: Table) -> Iterator[list[str]]:
    """Yield rows of plain numbers, the total last."""
    kind, unit = _CSV_KINDS[part.unit], words.say(f"unit.{part.unit}")

    def line(name: str, row: Row) -> list[str]:
        return [neutral(name), unit, *(show(kind, n, words.lang).replace(",", "") for n in (*row.amounts, *row.differences))]

    for row, cells in zip(part.rows, made.rows, strict=True):
        yield line(" / ".join(str(cell) for cell in cells[: len(part.columns)]), row)
    if part.adds_up:
        yield line(words.say("total"), part.total)


def _text_lines(made: Table, count: int, lang: Lang) -> Iterator[list[str]]:
    """Yield rows of words; the plans' columns are the last ones."""
    for row in made.rows:
        texts = [show_with_unit(cell.kind, cell.value, lang) if isinstance(cell, Typed) else str(cell or "") for cell in row]
        names = " / ".join(text for text in texts[:-count] if text)
        yield [neutral(names), "", *(neutral(text) for text in texts[-count:]), *[""] * (count - 1)]
