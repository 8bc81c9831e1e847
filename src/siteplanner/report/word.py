"""The Word report: the plan as an official document, in words and short tables; every figure is one of the plan's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from siteplanner.report.names import Names, coded
from siteplanner.report.stamps import gap_sentence, joined, proof_sentence, stamps, walking_label
from siteplanner.report.table import Table, plain, show, show_cell, show_with_unit
from siteplanner.report.word_parts import Sheet
from siteplanner.texts import say

_DIGITS = "零一二三四五六七八九十"
_MOST_ROWS = 400
_TOWN = ("township", "estates", "served", "short", "projects", "area", "capital", "recurring", "subsidy", "present_cost")
_GAPS = ("township", "estates", "dwellings", "required", "held", "exempt")
_PROJECTS = (
    "seq",
    "responsible",
    "site_name",
    "option",
    "measure",
    "area",
    "start",
    "ready",
    "payers",
    "capital",
    "subsidy",
    "estates_names",
)
_LAW = ("clause", "where", "clause_text", "state", "result", "finding")
_READINGS = ("question", "clause", "choice")


def word_bytes(names: Names, tables: Mapping[str, Table], figures: Mapping[str, bytes]) -> bytes:
    """Return a .docx file; the same plan gives the same bytes."""
    return _Writer(names, tables, figures).write()


class _Writer:
    """Writes the chapters one after another."""

    def __init__(self, names: Names, tables: Mapping[str, Table], figures: Mapping[str, bytes]) -> None:
        self.names, self.tables, self.figures = names, tables, figures
        self.lang = names.lang
        self.sheet = Sheet(names.plan.title, names.plan.base_date, names.lang)
        self.chapters = 0

    def write(self) -> bytes:
        """Write everything and return the file."""
        plan, sheet = self.names.plan, self.sheet
        sheet.title(plan.title)
        sheet.note(self._say("subtitle", county=plan.county, variant=plan.variant or self.names.say("base_variant")))
        for stamp in stamps(plan, self.lang):
            sheet.note(stamp.text, grave=stamp.grave)
        self._basis()
        self._today()
        self._projects()
        self._money()
        self._subsidies()
        self._law()
        self._matters()
        sheet.right(self._say("made_by"))
        sheet.right(self._say("dated", day=long_date(plan.base_date, self.names)))
        self._annex()
        return sheet.content()

    def _say(self, key: str, **facts: str) -> str:
        return say(f"papers.word.{key}", self.lang, **facts)

    def _chapter(self, key: str) -> None:
        self.chapters += 1
        number = f"{_DIGITS[self.chapters]}、" if self.lang == "zh" else f"{self.chapters}. "
        self.sheet.first(f"{number}{self._say(f'chapter.{key}')}")

    def _section(self, number: int, key: str) -> None:
        mark = f"（{_DIGITS[number]}）" if self.lang == "zh" else f"{self.chapters}.{number} "
        self.sheet.second(f"{mark}{self._say(f'section.{key}')}")

    def _items(self, texts: Sequence[str]) -> None:
        """Write a numbered list: 1. 2. 3."""
        for number, text in enumerate(texts, start=1):
            self.sheet.body(f"{number}. {text}")

    def _fact(self, key: str) -> str:
        """Return a figure of the summary, as the summary shows it."""
        label = self.names.say(f"summary.{key}")
        summary = self.tables["summary"]
        return next(show_cell(row[1], summary.columns[1], self.lang) for row in summary.rows if row[0] == label)

    def _table(self, key: str, columns: Sequence[str], caption: str = "") -> None:
        """Write some columns of a table of the plan with its sums; a very long one is cut and says where the rest is."""
        table = self.tables[key]
        if not table.rows:
            self.sheet.body(self.names.say("none"))
            return
        picked = [table.index[column] for column in columns]
        heads = [table.columns[n].titled(self.lang) for n in picked]
        rows = [[show_cell(row[n], table.columns[n], self.lang) for n in picked] for row in table.rows[:_MOST_ROWS]]
        if table.has_totals:
            sums = [show(c.kind, table.total(c.key), self.lang) if c.total else "" for c in (table.columns[n] for n in picked)]
            rows.append([table.total_label, *sums[1:]])
        right = [table.columns[n].kind not in ("text", "choice", "date", "blank") for n in picked]
        self.sheet.caption(caption or table.title)
        self.sheet.table(heads, rows, right, foot=table.has_totals)
        if len(table.rows) > _MOST_ROWS:
            self.sheet.body(self._say("cut", shown=str(_MOST_ROWS), all=str(len(table.rows))))

    def _basis(self) -> None:
        document = self.names.scenario.pack.document
        self._chapter("basis")
        self._section(1, "document")
        facts = {"title": self.names.text(document.title), "number": document.number, "county": self.names.plan.county}
        self.sheet.body(self._say("document", day=long_date(self.names.plan.base_date, self.names), **facts))
        self.sheet.body(f"{walking_label(self.names.plan, self.lang)}{self._say('stop')}")
        self._section(2, "readings")
        self.sheet.body(self._say("readings"))
        self._readings()
        inputs = self.tables["stated_inputs"]
        if inputs.rows:
            self._table("stated_inputs", ("question", "clause", "stated"))

    def _readings(self) -> None:
        """Write the readings in force in words alone: codes have no place in a document."""
        switches = self.names.scenario.pack.switches
        chosen = {name: self.names.plan.switches.get(name, switch.default) for name, switch in switches.items()}
        rows = [[self.names.text(one.text), one.clause, self.names.choice(name, chosen[name])] for name, one in switches.items()]
        if rows:
            self.sheet.caption(self.tables["switches"].title)
            self.sheet.table([self.names.say(f"column.{key}") for key in _READINGS], rows, [False] * len(_READINGS))

    def _today(self) -> None:
        self._chapter("today")
        gaps = self.tables["gaps"]
        today = self.names.plan.today
        short = sum(row.status == "short" for row in today)
        if today:
            area = show_with_unit("area", gaps.total("shortfall"), self.lang)
            self.sheet.body(self._say("today", estates=str(len(today)), short=str(short), area=area))
        else:
            self.sheet.body(f"{gaps.note}{self._say('stop')}")
        self._table("townships", _GAPS, self._say("caption.needs"))

    def _projects(self) -> None:
        self._chapter("projects")
        facts = {key: self._fact(key) for key in ("projects", "area", "served", "short", "exempt", "premises")}
        self.sheet.body(self._say("projects", **facts))
        self.sheet.body(self._say("ways", ways=self._remark("projects") or self.names.say("none")))
        self._table("townships", _TOWN)
        if "map.png" in self.figures:
            self.sheet.figure(self.figures["map.png"], self.names.say("figure.map_title"))

    def _remark(self, key: str) -> str:
        label = self.names.say(f"summary.{key}")
        return next(str(plain(row[2]) or "") for row in self.tables["summary"].rows if row[0] == label)

    def _money(self) -> None:
        self._chapter("money")
        who = self.names.funder(self.names.plan.perspective)
        facts = {key: self._fact(key) for key in ("present_cost", "capital", "recurring", "subsidy")}
        self._section(1, "total")
        self.sheet.body(self._say("money", who=who, **facts))
        self.sheet.body(f"{self._proof()}{self._say('stop')}")
        self._section(2, "funders")
        table = self.tables["perspectives"]
        self._table("perspectives", [column.key for column in table.columns])
        self._section(3, "years")
        funding = self.tables["funding"]
        net = [column.key for column in funding.columns if column.key.startswith("net.")]
        self._table("funding", ["year", *net, "public_net"])
        if "cost.png" in self.figures:
            self.sheet.figure(self.figures["cost.png"], self.names.say("figure.cost_title"))

    def _proof(self) -> str:
        plan = self.names.plan
        return proof_sentence(plan, self.lang) if plan.status.status == "optimal" else gap_sentence(plan, self.lang)

    def _subsidies(self) -> None:
        self._chapter("subsidies")
        self.sheet.body(self._say("subsidies", amount=self._fact("subsidy")))
        self._table("subsidy_totals", ("township", "funder", "clause", "lines", "amount"))

    def _law(self) -> None:
        self._chapter("law")
        findings = self.names.plan.compliance
        broken = sorted({row.clause for row in findings if row.result == "broken"})
        enforced = len({row.clause for row in findings if row.state == "enforced"})
        key = "broken" if broken else "lawful"
        self.sheet.body(self._say(key, count=str(enforced), clauses=joined(broken, self.lang)))
        self._table("compliance", _LAW)

    def _matters(self) -> None:
        plan = self.names.plan
        self._chapter("matters")
        texts = [*self._notices()]
        if plan.exceptions:
            texts.append(self._say("exceptions", count=str(len(plan.exceptions))))
        if plan.duties:
            names = joined([duty.name for duty in plan.duties[:20]], self.lang)
            texts.append(self._say("duties", count=str(len(plan.duties)), names=names))
        if plan.commitments:
            amount = show_with_unit("money", sum(row.fen for row in plan.commitments), self.lang)
            texts.append(self._say("commitments", amount=amount, year=str(max(row.year for row in plan.commitments))))
        if plan.not_modelled:
            texts.append(self._say("not_modelled", clauses=joined(plan.not_modelled, self.lang)))
        self._items(texts or [self.names.say("none")])
        if plan.exceptions:
            self._table("exceptions", ("subject", "clause", "departure", "reason"))

    def _notices(self) -> Iterator[str]:
        for row in self.names.plan.notices[:20]:
            subject = f"{self.names.subject(row.subject)}：" if row.subject else ""
            yield f"{row.clause} {subject}{coded('notice', row.code, row.facts, self.lang)}"

    def _annex(self) -> None:
        self.sheet.turn()
        self._table("projects", _PROJECTS, self._say("annex", title=self.tables["projects"].title))


def long_date(day: date, names: Names) -> str:
    """Return a day as documents write it: 2021年12月13日, 13 December 2021."""
    month = say(f"papers.month.m{day.month}", names.lang)
    return say("papers.long_date", names.lang, year=str(day.year), month=month, day=str(day.day))
