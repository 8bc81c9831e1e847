"""The ``check`` command: any plan against every clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from siteplanner.audit import audit, broken
from siteplanner.commands import Shown
from siteplanner.commands.records import changed_files, read_recorded, record_file
from siteplanner.handmade import plan_by_hand
from siteplanner.plan import Finding, Plan
from siteplanner.report.findings import finding_text
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say
from siteplanner.units import fen_to_yuan

BREAKS = 3


def run_check(path: Path, plan_file: Path, variant: str, sets: Sequence[str], lang: Lang) -> Shown:
    """Check a plan of ours or one written by hand. Exit codes: 0 obeys every clause, 3 breaks one."""
    scenario, found, walks = read_both(path, plan_file, variant, sets)
    findings = audit(scenario, found, walks)
    faults = broken(findings)
    changed = changed_files(scenario, found)
    data: dict[str, object] = {
        "passes": not faults,
        "changed_inputs": changed,
        "cost_fen": _cost(found),
        "broken": [{"clause": f.clause, "subject": f.subject, "text": finding_text(f, scenario.pack, lang)} for f in faults],
        "findings": [finding.model_dump() for finding in findings],
    }
    lines = [say("cli.check.changed", lang, files=", ".join(changed))] if changed else []
    lines += _carried(scenario, lang)
    lines += [*_verdict(findings, faults, scenario, lang), _cost_line(found, lang)]
    return Shown("\n".join(lines), data, BREAKS if faults else 0)


def read_both(path: Path, plan_file: Path, variant: str, sets: Sequence[str]) -> tuple[Scenario, Plan, Mapping[tuple[str, str], int]]:
    """Read a plan, of ours or written by hand, with its scenario as it was planned and the walks of its record."""
    plan_file = record_file(plan_file)
    if plan_file.suffix.lower() == ".json":
        recorded = read_recorded(path, plan_file, variant, sets)
        return recorded.scenario, recorded.plan, recorded.walks
    scenario = load_scenario(path, variant=variant, sets=sets)
    return scenario, *plan_by_hand(scenario, plan_file)


def _carried(scenario: Scenario, lang: Lang) -> list[str]:
    """Return what the plan takes from a close-out ledger: the check cannot know that it was so."""
    earlier = scenario.earlier
    fixed = sum(row.fixed for row in earlier.rows) if earlier else 0
    if earlier is None or not fixed:
        return []
    return [say("cli.check.carried", lang, count=str(fixed), file=earlier.file, sha256=earlier.sha256)]


def _verdict(findings: Sequence[Finding], faults: Sequence[Finding], scenario: Scenario, lang: Lang) -> list[str]:
    """Return what was found, and which clauses nobody tested: passing speaks of the enforced ones only."""
    if faults:
        lines = [say("cli.check.breaks", lang, count=str(len(faults)))]
        names = {site.id: site.name for site in scenario.sites} | {room.id: room.name for room in scenario.premises}
        names |= {estate.id: estate.name for estate in scenario.estates}
        told = [
            (fault.clause, f"{fault.subject} {names.get(fault.subject, '')}".strip(), finding_text(fault, scenario.pack, lang))
            for fault in faults
        ]
        return lines + [f"- {clause} {subject}".rstrip() + f": {text}" for clause, subject, text in told]
    by_state = {state: sorted({f.clause for f in findings if f.state == state}) for state in ("enforced", "reported", "not_modelled")}
    lines = [say("cli.check.passes", lang, count=str(len(by_state["enforced"])))]
    for state in ("reported", "not_modelled"):
        if by_state[state]:
            lines.append(say(f"cli.check.{state}", lang, clauses=", ".join(by_state[state])))
    return lines


def _cost(found: Plan) -> int:
    """Return the present net cost to the plan's perspective, fen."""
    return sum(term.amount for term in found.terms if term.objective == "least_cost")


def _cost_line(found: Plan, lang: Lang) -> str:
    yuan = f"{fen_to_yuan(_cost(found)):,.2f}"
    return say("cli.check.cost", lang, yuan=yuan, count=str(len(found.chosen)))
