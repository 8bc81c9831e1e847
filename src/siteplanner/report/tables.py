"""A plan as plain tables, made once: workbook, page and console all show these, so a number is made in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from siteplanner.report import tables_carry, tables_estates, tables_law, tables_lifecycle, tables_money, tables_projects, tables_reported
from siteplanner.report.names import GROUPS, Names, PlanNames, is_cash
from siteplanner.report.stamps import joined, level_amount, objective_name, proof_sentence, walking_label
from siteplanner.report.table import Cell, CellKind, Table, Typed, table
from siteplanner.report.tables_common import column, sums_of

_MAKERS = (
    tables_estates.gaps,
    tables_estates.allocation,
    tables_projects.projects,
    tables_money.funding,
    tables_money.composition,
    tables_money.subsidy,
    tables_money.subsidy_totals,
    tables_law.compliance,
    tables_projects.close_out,
    tables_estates.townships,
    tables_law.settings,
    tables_law.switches,
    tables_law.stated_inputs,
    tables_estates.services,
    tables_projects.premises,
    tables_money.perspectives,
    tables_money.shares,
    tables_money.budgets,
    tables_law.duties,
    tables_law.exceptions,
    tables_law.rejected,
    tables_law.not_modelled,
    tables_money.ledger,
)
_WHERE_GIVEN = (
    tables_carry.changes_from,
    tables_lifecycle.cash,
    tables_lifecycle.lifecycles,
    tables_lifecycle.break_evens,
    tables_lifecycle.commitments,
    tables_reported.forecasts,
    tables_reported.figures,
    tables_reported.grant_steps,
    tables_reported.notices,
    tables_reported.proofs,
    tables_reported.speeds,
)
"""Tables that only some policies and scenarios fill; an empty one is left out."""


def plan_tables(names: Names) -> dict[str, Table]:
    """Return every table of a plan by key, in the order in which a reader wants them."""
    made = [summary(names), levels(names), terms(names), *(maker(names) for maker in _MAKERS)]
    made += [found for maker in _WHERE_GIVEN if (found := maker(names)).rows]
    return {one.key: one for one in made}


def summary(names: Names) -> Table:
    """Return the plan on one page: what is proven, who is served, what it costs, who pays."""
    rows: list[list[Cell]] = [[names.say(f"summary.{key}"), value, note] for key, value, note in _summary(names)]
    columns = [column(names, key) for key in ("setting", "value", "remark")]
    return table("summary", names.say("table.summary"), columns, rows)


def _summary(names: Names) -> Iterator[tuple[str, Typed, str]]:
    plan = names.plan
    status = Counter(row.status for row in plan.services)
    capital, recurring, subsidy, present = sums_of(names, plan.ledger)
    yield "status", Typed("text", proof_sentence(plan, names.lang)), ""
    yield "policy", Typed("text", names.scenario.pack.document.number), names.text(names.scenario.pack.document.title)
    yield "variant", Typed("text", plan.variant or names.say("base_variant")), joined(plan.changes, names.lang)
    yield "base_date", Typed("date", plan.base_date), ""
    yield "estates", Typed("count", len(plan.services), ("townships", "estates")), ""
    yield "served", Typed("count", status["served"], ("townships", "served")), ""
    yield "short", Typed("count", status["short"], ("townships", "short")), ""
    yield "exempt", Typed("count", status["exempt"], ("townships", "exempt")), names.say("summary.exempt_note")
    dwellings = sum(row.dwellings for row in plan.services)
    yield "dwellings", Typed("count", dwellings, ("townships", "dwellings")), ""
    required = sum(row.required_dm2 for row in plan.services)
    yield "required", Typed("area", required, ("services", "required")), ""
    yield "projects", Typed("count", len(plan.chosen), ("townships", "projects")), _kinds(names)
    yield "area", Typed("area", sum(c.area_dm2 for c in plan.chosen), ("projects", "area")), ""
    yield "premises", Typed("count", sum(p.fate != "given_up" for p in plan.premises)), ""
    who = names.funder(plan.perspective)
    yield "present_cost", Typed("money", present, ("ledger", "net_pv")), names.say("summary.present_cost_note", who=who)
    yield "capital", Typed("money", capital, ("townships", "capital")), names.say("summary.capital_note")
    yield "recurring", Typed("money", recurring, ("townships", "recurring")), names.say("summary.recurring_note", years=_years(names))
    yield "subsidy", Typed("money", subsidy, ("townships", "subsidy")), names.say("summary.subsidy_note")
    yield "walking", Typed("text", walking_label(plan, names.lang)), ""


def _kinds(names: PlanNames) -> str:
    counts = Counter(chosen.kind for chosen in names.plan.chosen)
    return joined([names.say("count_of", what=names.label("kind", kind), count=str(n)) for kind, n in sorted(counts.items())], names.lang)


def _years(names: Names) -> str:
    first = names.scenario.settings.finance.base_year
    return f"{first}-{first + names.scenario.settings.finance.horizon_years - 1}"


def levels(names: PlanNames) -> Table:
    """Return what was proven of each objective, in order: value, bound, gap."""
    rows: list[list[Cell]] = [
        [
            objective_name(level.objective, names.lang),
            level_amount(level, level.value, names.lang),
            level_amount(level, level.bound, names.lang),
            level.gap,
            names.say("yes" if level.proven else "no"),
        ]
        for level in names.plan.status.levels
    ]
    columns = [
        *(column(names, key) for key in ("objective", "level_value", "level_bound")),
        column(names, "gap", "share"),
        column(names, "proven"),
    ]
    return table("levels", names.say("table.levels"), columns, rows)


def terms(names: PlanNames) -> Table:
    """Return the named terms of each objective; they add up to its value."""
    money = {level.objective for level in names.plan.status.levels if level.unit == "fen"}
    kinds: dict[str, CellKind] = {objective: "money" for objective in money}
    rows: list[list[Cell]] = [
        [objective_name(term.objective, names.lang), _term(names, term.name), Typed(kinds.get(term.objective, "count"), term.amount)]
        for term in names.plan.terms
    ]
    return table("terms", names.say("table.terms"), [column(names, key) for key in ("objective", "term", "amount")], rows)


def _term(names: PlanNames, name: str) -> str:
    """Return a term's word: its own, or that of the kind of ledger line it sums."""
    word = names.label("term", name)
    return names.label("line", name) if word == name and name in GROUPS else word


def pay_years(names: PlanNames) -> dict[int, dict[str, int]]:
    """Return the net cash each public funder pays in each year, fen: what the cost figure draws."""
    found: dict[int, dict[str, int]] = {}
    for line in names.plan.ledger:
        if is_cash(line):
            year = found.setdefault(line.year, dict.fromkeys(names.public, 0))
            for funder in names.public:
                year[funder] += line.fen * ((line.payer == funder) - (line.receiver == funder))
    return dict(sorted(found.items()))
