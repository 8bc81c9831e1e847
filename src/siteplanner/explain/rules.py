"""The rules of a case by name: each is a set of rows, the clause or input it rests on, and facts for its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from siteplanner.case.case import BudgetRow, Case, Need
from siteplanner.model.constraints.milestone import groups
from siteplanner.model.constraints.tier import territories
from siteplanner.model.variables import plain
from siteplanner.policy.values import Text
from siteplanner.texts import LANGS, Lang, say
from siteplanner.units import fen_to_yuan
from siteplanner.whatif.bench import Bench

Facts = dict[str, str]
RuleKind = Literal[
    "budget", "pool", "requirement", "coverage", "tier", "milestone", "land", "locked_in", "group", "premises", "main_room",
    "cluster", "unshared",
]  # fmt: skip
OFFICE: tuple[RuleKind, ...] = ("budget", "locked_in")
"""Rules that the office sets itself; all others are the law's, or of the places themselves."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: kind, subject (an id), clause (empty for the office's own), facts for ``reason.rule.<kind>``, rows of the case.

    A fact that differs by language is given as ``<name>_zh`` and ``<name>_en`` and used as ``<name>``.
    """

    kind: RuleKind
    subject: str
    clause: str
    rows: frozenset[int]
    facts: Facts = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name by which a rule is kept or waived: ``kind:subject``."""
        return f"{self.kind}:{self.subject}"

    def text(self, lang: Lang) -> str:
        """Return what the rule asks, in a sentence without a full stop."""
        cited = f" [{self.clause}]" if self.clause else ""
        return phrase(f"reason.rule.{self.kind}", lang, {"subject": self.subject, **self.facts}) + cited


def phrase(key: str, lang: Lang, facts: Facts) -> str:
    """Return a sentence with the facts of a language."""
    own = {name.removesuffix(f"_{lang}"): fact for name, fact in facts.items() if name.endswith(f"_{lang}")}
    return say(key, lang, **{**facts, **own})


def in_both(name: str, key: str) -> Facts:
    """Return a fact that differs by language, from the catalogue."""
    return {f"{name}_{lang}": say(key, lang) for lang in LANGS}


def words(name: str, text: Text) -> Facts:
    """Return a fact that differs by language, from the policy."""
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}


def rules_of(bench: Bench) -> list[Rule]:
    """Return the rules of a case that have rows, by kind and subject."""
    found = [rule for family in (_budgets, _needs, _goals, _choices, _places) for rule in family(bench)]
    return [rule for rule in found if rule.rows]


def _budgets(bench: Bench) -> Iterator[Rule]:
    case = bench.case
    for row in case.budgets:
        yield Rule("budget", row.budget.id, "", bench.rows_named(f"budget.{row.budget.id}"), budget_facts(case, row))
    for number, pool in enumerate(case.pools):
        rows = {n for name, n in bench.row.items() if name.startswith(f"fund.pool.{number}.")}
        yield Rule("pool", pool.id, pool.clause, frozenset(rows))


def budget_facts(case: Case, row: BudgetRow) -> Facts:
    """Return what there is to say of a budget line."""
    budget = row.budget
    name = next(funder.name for funder in case.scenario.pack.funders if funder.id == budget.payer)
    return {
        "budget": budget.id,
        **words("payer", name),
        "years": budget.years,
        "township": budget.township,
        **({} if budget.township else in_both("township", "reason.whole_county")),
        **in_both("measure", f"reason.measure.{budget.measure}"),
        "limit": f"{fen_to_yuan(budget.limit_fen):,.2f}",
    }


def need_facts(case: Case, need: Need) -> Facts:
    """Return what there is to say of an estate that must be served."""
    return {
        "estate": need.id,
        "name": need.estate.name,
        "need": f"{need.required_dm2 / 100:.2f}",
        "coverage": str(need.coverage),
        **in_both("within", f"reason.within.{need.standard.reach.mode}"),
        "day": str(need.due) if need.due is not None else "-",
    }


def _needs(bench: Bench) -> Iterator[Rule]:
    case, times = bench.case, range(len(bench.case.checkpoints))
    for need in case.needs:
        facts = need_facts(case, need)
        yield Rule("requirement", need.id, need.clause, bench.rows_named(*(f"requirement.{need.id}.{t}" for t in times)), facts)
        yield Rule("coverage", need.id, need.clause, bench.rows_named(*(f"coverage.{need.id}.{t}" for t in times)), facts)


def _goals(bench: Bench) -> Iterator[Rule]:
    case, pack = bench.case, bench.case.scenario.pack
    for tier in pack.tiers:
        for number, territory in enumerate(territories(case, tier)):
            facts = {"territory": territory or case.scenario.settings.county, "count": str(tier.count), **words("tier", tier.name)}
            yield Rule("tier", f"{tier.id}/{territory}", tier.clause, bench.rows_named(f"tier.{tier.id}.{number}"), facts)
    for milestone in pack.milestones:
        for number, group in enumerate(groups(case, milestone)):
            facts = {
                "group": group or case.scenario.settings.county,
                "share": f"{milestone.share.value * 100:g} %",
                "day": str(milestone.date),
            }
            rows = bench.rows_named(f"milestone.{milestone.id}.{number}")
            yield Rule("milestone", f"{milestone.id}/{group}", milestone.clause, rows, facts)
    if pack.land is not None and pack.land.state == "enforced":
        districts = sorted({need.estate.district for need in case.needs if need.status != "out_of_scope"})
        for number, district in enumerate(districts):
            yield Rule("land", district, pack.land.clause, bench.rows_named(f"land.{number}"), {"district": district})


def _choices(bench: Bench) -> Iterator[Rule]:
    case = bench.case
    for option in sorted(o.id for o in case.scenario.options if o.lock == "in"):
        yield Rule("locked_in", option, "", bench.rows_named(f"choice.locked_in.{option}"))
    for number, group in enumerate(case.groups):
        yield Rule("group", "+".join(group), "", bench.rows_named(f"choice.group.{number}"), {"sites": ", ".join(group)})
    for held in sorted(case.held):
        yield Rule("premises", held, "", bench.rows_named(f"choice.premises.{held}"))


def _places(bench: Bench) -> Iterator[Rule]:
    case, cluster = bench.case, bench.case.scenario.pack.cluster
    for place in case.places.values():
        if place.kind == "cluster" and cluster is not None:
            served = [f"{key}.{cohort}.{t}" for key, cohort, t in bench.model.variables.serve if key == place.id]
            rows = bench.rows_named(*(f"area.cluster_{word}.{name}" for name in served for word in ("main", "least", "greatest")))
            yield Rule("cluster", place.id, cluster.clause, rows)
            rooms = bench.rows_named(*(f"choice.main_room.{room}" for room in place.members))
            yield Rule("main_room", place.id, cluster.clause, rooms)
    for need in case.needs:
        if not need.standard.shared_place:
            heads = tuple(plain(f"credit.{word}.{need.id}.") for word in ("alone", "beside"))
            rows = frozenset(n for name, n in bench.row.items() if name.startswith(heads))
            yield Rule("unshared", need.id, need.clause, rows, need_facts(case, need))
