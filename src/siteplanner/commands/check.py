"""The ``check`` command: any plan against every clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from siteplanner.audit import audit, broken
from siteplanner.commands import Shown
from siteplanner.errors import InputError, Location, Problem
from siteplanner.handmade import plan_by_hand
from siteplanner.plan import Finding, Plan
from siteplanner.report.record import read_plan, read_walks
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say

BREAKS = 3


def run_check(path: Path, plan_file: Path, variant: str, sets: Sequence[str], lang: Lang, *, quiet: bool) -> Shown:
    """Check a plan of ours or one written by hand. Exit codes: 0 obeys every clause, 3 breaks one."""
    walks: Mapping[tuple[str, str], int]
    if plan_file.suffix.lower() == ".json":
        found = read_plan(plan_file)
        variant = variant or found.variant
        scenario = load_scenario(path, variant=variant, sets=sets or found.changes)
        _same_policy(scenario, found, plan_file)
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
        "findings": [finding.model_dump() for finding in findings],
    }
    return Shown(_text(findings, faults, changed, lang), data, BREAKS if faults else 0)


def _same_policy(scenario: Scenario, found: Plan, plan_file: Path) -> None:
    if scenario.pack.id != found.policy:
        raise InputError([Problem("other_policy", Location(str(plan_file)), {"seen": found.policy, "scenario": scenario.pack.id})])


def _changed_files(scenario: Scenario, found: Plan) -> list[str]:
    """Return the input files that are not what the plan was made from."""
    then = {file.name: file.sha256 for file in found.files}
    now = {file.name: file.sha256 for file in scenario.files}
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)) if then else []


def _text(findings: Sequence[Finding], faults: Sequence[Finding], changed: Sequence[str], lang: Lang) -> str:
    lines = [say("cli.check.changed", lang, files=", ".join(changed))] if changed else []
    if faults:
        lines.append(say("cli.check.breaks", lang, count=str(len(faults))))
        lines += [f"- {fault.clause} {fault.subject}: {finding_text(fault, lang)}" for fault in faults]
    else:
        lines.append(say("cli.check.passes", lang, count=str(len({f.clause for f in findings}))))
    return "\n".join(lines)


def finding_text(finding: Finding, lang: Lang) -> str:
    """Return a finding as a sentence."""
    return say(f"finding.{finding.code}", lang, **finding.facts)
