"""The ``check`` command: any plan against every clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from siteplanner.audit import audit, broken
from siteplanner.carry.standings import with_earlier
from siteplanner.commands import Shown
from siteplanner.errors import InputError, Location, Problem
from siteplanner.handmade import plan_by_hand
from siteplanner.plan import Finding, Plan
from siteplanner.report.record import read_plan, read_walks
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say
from siteplanner.units import fen_to_yuan

BREAKS = 3


def run_check(path: Path, plan_file: Path, variant: str, sets: Sequence[str], lang: Lang) -> Shown:
    """Check a plan of ours or one written by hand. Exit codes: 0 obeys every clause, 3 breaks one."""
    walks: Mapping[tuple[str, str], int]
    if plan_file.is_dir() and (plan_file / "plan.json").exists():
        plan_file = plan_file / "plan.json"
    if plan_file.suffix.lower() == ".json":
        found = read_plan(plan_file)
        variant = variant or found.variant
        scenario = load_scenario(path, variant=variant, sets=sets or found.changes)
        same_origin(scenario, found, plan_file)
        if found.carried_from is not None:
            scenario = with_earlier(scenario, found.carried_from)
        walks = read_walks(plan_file.with_name("walks.csv"), found.walks.sha256)
    else:
        scenario = load_scenario(path, variant=variant, sets=sets)
        found, walks = plan_by_hand(scenario, plan_file)
    findings = audit(scenario, found, walks)
    faults = broken(findings)
    changed = _changed_files(scenario, found)
    data: dict[str, object] = {
        "passes": not faults,
        "changed_inputs": changed,
        "cost_fen": _cost(found),
        "broken": [{"clause": f.clause, "subject": f.subject, "text": finding_text(f, lang)} for f in faults],
        "findings": [finding.model_dump() for finding in findings],
    }
    lines = [say("cli.check.changed", lang, files=", ".join(changed))] if changed else []
    lines += _carried(scenario, lang)
    lines += [*_verdict(findings, faults, lang), _cost_line(found, lang)]
    return Shown("\n".join(lines), data, BREAKS if faults else 0)


def same_origin(scenario: Scenario, found: Plan, plan_file: Path) -> None:
    """Refuse a plan of another policy, and one that has not a single option in common with the scenario: a mix-up of files."""
    where = Location(str(plan_file))
    if scenario.pack.id != found.policy:
        raise InputError([Problem("other_policy", where, {"seen": found.policy, "scenario": scenario.pack.id})])
    known = {option.id for option in scenario.options}
    if found.chosen and not any(pick.option in known for pick in found.chosen):
        raise InputError([Problem("other_scenario", where, {"seen": found.title, "scenario": scenario.settings.title})])


def _carried(scenario: Scenario, lang: Lang) -> list[str]:
    """Return what the plan takes from a close-out ledger: the check cannot know that it was so."""
    earlier = scenario.earlier
    fixed = sum(row.fixed for row in earlier.rows) if earlier else 0
    if earlier is None or not fixed:
        return []
    return [say("cli.check.carried", lang, count=str(fixed), file=earlier.file, sha256=earlier.sha256)]


def _changed_files(scenario: Scenario, found: Plan) -> list[str]:
    """Return the input files that are not what the plan was made from."""
    then = {file.name: file.sha256 for file in found.files}
    now = {file.name: file.sha256 for file in scenario.files}
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)) if then else []


def _verdict(findings: Sequence[Finding], faults: Sequence[Finding], lang: Lang) -> list[str]:
    """Return what was found, and which clauses nobody tested: passing speaks of the enforced ones only."""
    if faults:
        lines = [say("cli.check.breaks", lang, count=str(len(faults)))]
        return lines + [f"- {fault.clause} {fault.subject}: {finding_text(fault, lang)}" for fault in faults]
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


def finding_text(finding: Finding, lang: Lang) -> str:
    """Return a finding as a sentence."""
    return say(f"finding.{finding.code}", lang, **finding.facts)
