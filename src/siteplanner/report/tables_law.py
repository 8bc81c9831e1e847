"""Tables about the law: compliance by clause, readings in force, duties, exceptions, what was not eligible."""

from __future__ import annotations

from siteplanner.plan import Rejected
from siteplanner.report.findings import finding_text
from siteplanner.report.names import Names, PlanNames, coded
from siteplanner.report.stamps import joined, walking_label
from siteplanner.report.table import Cell, Table, Typed, table
from siteplanner.report.tables_common import column


def compliance(names: Names) -> Table:
    """Return the compliance table 达标核查表: every clause of the pack with what was found, broken rows first in each."""
    findings = {clause: [row for row in names.plan.compliance if row.clause == clause] for clause in names.clauses}
    other = [row for row in names.plan.compliance if row.clause not in names.clauses]
    rows: list[list[Cell]] = []
    for clause in names.clauses.values():
        reading = ("；" if names.lang == "zh" else "; ").join(
            _reading(names, name) for name in clause.switches if name in names.plan.switches
        )
        head: list[Cell] = [clause.id, clause.where, names.text(clause.text), names.say(f"state.{clause.state}"), reading]
        found = sorted(findings[clause.id], key=lambda row: (row.result != "broken", row.subject, row.code))
        for row in found:
            text = finding_text(row, names.pack, names.lang)
            rows.append([*head, names.say(f"result.{row.result}"), names.subject(row.subject), text])
        if not found:
            missing = "not_modelled" if clause.state == "not_modelled" else "no_finding"
            rows.append([*head, names.say(f"result.{missing}"), "", ""])
    for row in other:
        text = finding_text(row, names.pack, names.lang)
        rows.append(
            [row.clause, "", "", names.say(f"state.{row.state}"), "", names.say(f"result.{row.result}"), names.subject(row.subject), text]
        )
    keys = ("clause", "where", "clause_text", "state", "reading", "result", "subject", "finding")
    return table("compliance", names.say("table.compliance"), [column(names, key) for key in keys], rows, note=names.say("note.compliance"))


def _reading(names: Names, switch: str) -> str:
    """Return the question of a switch with the reading in force."""
    choice = names.plan.switches[switch]
    question = names.text(names.scenario.pack.switches[switch].text) if switch in names.scenario.pack.switches else switch
    return names.say("reading", question=question, choice=names.choice(switch, choice))


def not_modelled(names: Names) -> Table:
    """Return the clauses of the policy that the plan does not model."""
    rows: list[list[Cell]] = [
        [clause, names.clauses[clause].where, names.text(names.clauses[clause].text)] if clause in names.clauses else [clause, "", ""]
        for clause in names.plan.not_modelled
    ]
    return table("not_modelled", names.say("table.not_modelled"), [column(names, key) for key in ("clause", "where", "clause_text")], rows)


def switches(names: PlanNames) -> Table:
    """Return every open reading with the choice in force and whether it differs from the default."""
    rows: list[list[Cell]] = []
    for name, switch in (names.pack.switches if names.pack else {}).items():
        choice = names.plan.switches.get(name, switch.default)
        rows.append(
            [
                name,
                names.text(switch.text),
                switch.clause,
                _choice(names, name, choice),
                _choice(names, name, switch.default),
                names.say("no" if choice == switch.default else "yes"),
            ]
        )
    keys = ("switch", "question", "clause", "choice", "default", "differs")
    return table("switches", names.say("table.switches"), [column(names, key) for key in keys], rows)


def _choice(names: PlanNames, switch: str, choice: str) -> str:
    word = names.choice(switch, choice)
    return choice if word == choice else names.say("choice_word", word=word, choice=choice)


def stated_inputs(names: Names) -> Table:
    """Return the figures the law leaves open and the scenario states."""
    rows: list[list[Cell]] = [
        [name, names.text(need.text), need.clause, names.plan.inputs.get(name, names.say("not_stated"))]
        for name, need in names.scenario.pack.inputs.items()
    ]
    keys = ("input", "question", "clause", "stated")
    return table("stated_inputs", names.say("table.stated_inputs"), [column(names, key) for key in keys], rows)


def duties(names: Names) -> Table:
    """Return the duties towards exempt estates (home visits)."""
    rows: list[list[Cell]] = [
        [duty.township, duty.estate, duty.name, duty.clause, duty.duty_zh if names.lang == "zh" else duty.duty_en, duty.evidence]
        for duty in sorted(names.plan.duties, key=lambda d: (d.township, d.estate))
    ]
    columns = [
        column(names, "township"),
        column(names, "estate", link="estate"),
        *(column(names, key) for key in ("estate_name", "clause", "duty", "evidence")),
    ]
    return table("duties", names.say("table.duties"), columns, rows)


def exceptions(names: PlanNames) -> Table:
    """Return the departures the law allows with a reason."""
    rows: list[list[Cell]] = [
        [names.subject(row.subject), row.clause, names.departure(row.code), row.reason] for row in names.plan.exceptions
    ]
    keys = ("subject", "clause", "departure", "reason")
    return table("exceptions", names.say("table.exceptions"), [column(names, key) for key in keys], rows)


def rejected(names: Names) -> Table:
    """Return the options that were not eligible, with clause and reason."""
    rows: list[list[Cell]] = [
        [row.option, _site_of(names, row), row.clause, coded("rejected", row.code, _facts(names, row), names.lang)]
        for row in sorted(names.plan.rejected, key=lambda r: (r.option, r.clause, r.code))
    ]
    keys = ("option", "site_name", "clause", "reason")
    return table("rejected", names.say("table.rejected"), [column(names, key) for key in keys], rows, note=names.say("note.rejected"))


def _site_of(names: Names, row: Rejected) -> str:
    return names.site(names.options[row.option].site) if row.option in names.options else ""


def _facts(names: Names, row: Rejected) -> dict[str, str]:
    kind = row.facts.get("kind")
    return {**row.facts, **({"kind": names.label("kind", kind)} if kind else {})}


def settings(names: Names) -> Table:
    """Return the settings the plan was made under: policy, dates, money, walking, solver, files."""
    plan, finance, document = names.plan, names.scenario.settings.finance, names.scenario.pack.document
    entries: list[tuple[str, Typed]] = [
        ("policy", Typed("text", f"{document.number} {names.text(document.title)} ({plan.policy})")),
        ("in_force", Typed("text", _span(names))),
        ("county", Typed("text", plan.county)),
        ("variant", Typed("text", plan.variant or names.say("base_variant"))),
        ("changes", Typed("text", joined(plan.changes, names.lang) or names.say("none"))),
        ("base_date", Typed("date", plan.base_date)),
        ("checkpoints", Typed("text", joined([day.isoformat() for day in plan.checkpoints], names.lang))),
        ("perspective", Typed("text", names.funder(plan.perspective))),
        ("objective", Typed("text", joined([names.label("objective", name) for name in plan.objective], names.lang))),
        ("base_year", Typed("year", finance.base_year)),
        ("horizon", Typed("count", finance.horizon_years)),
        ("rate", Typed("share", float(finance.rate))),
        ("timing", Typed("text", names.say(f"timing.{finance.timing}"))),
        ("grant_delay", Typed("count", finance.grant_delay_days)),
        ("walking", Typed("text", walking_label(plan, names.lang))),
        ("walk_pairs", Typed("count", plan.walks.pairs)),
        ("walk_hash", Typed("text", plan.walks.sha256)),
        ("solver", Typed("text", f"{plan.status.solver} {plan.status.solver_version}")),
        ("threads", Typed("text", names.say("threads_seed", threads=str(plan.status.threads), seed=str(plan.status.seed)))),
        *((f"file {file.name}", Typed("text", f"SHA-256 {file.sha256}")) for file in plan.files),
    ]
    rows: list[list[Cell]] = [
        [key.removeprefix("file ") if key.startswith("file ") else names.say(f"setting.{key}"), value] for key, value in entries
    ]
    return table("settings", names.say("table.settings"), [column(names, "setting"), column(names, "value")], rows)


def _span(names: Names) -> str:
    document = names.scenario.pack.document
    end = document.in_force_to.isoformat() if document.in_force_to else names.say("open_end")
    return names.say("span", start=document.in_force_from.isoformat(), end=end)
