"""Every enforced row of every policy has a plan that breaks it, and the check finds it under that row's id."""

from __future__ import annotations

from functools import cache

import pytest

from audit.seeds import FAULTS
from policy.mutants import ALL, Lawful, Mutant
from policy.samples import POLICIES, resolved
from siteplanner.audit import audit, broken
from siteplanner.plan import Finding
from siteplanner.planner import Run, plan
from siteplanner.policy.load import raw_pack
from siteplanner.texts import Lang, say

COUNTIES = [(f"{policy}-{n}", county) for policy, counties in ALL.items() for n, county in enumerate(counties)]
MUTANTS = [(name, county, mutant) for name, county in COUNTIES for mutant in county.mutants]
BY_HAND = "tonglu-2021"
"""The policy whose lawful plan and faults are written by hand, in the tests of the check itself."""


@cache
def planned(name: str) -> Run:
    """Return the product's plan of a county, once."""
    return plan(dict(COUNTIES)[name].scenario())


@pytest.mark.parametrize("name", [name for name, _ in COUNTIES])
def test_the_plan_of_each_county_is_lawful_as_it_is(name: str) -> None:
    """Proven, and without a fault: whatever is found below comes of the change."""
    run = planned(name)
    assert run.plan.status.status == "optimal"
    assert broken(run.plan.compliance) == ()


@pytest.mark.parametrize(
    ("name", "county", "mutant"), MUTANTS, ids=[f"{mutant.clause}-{mutant.code}-{n}" for n, (_, _, mutant) in enumerate(MUTANTS)]
)
def test_a_plan_that_breaks_a_row_is_found_under_it(name: str, county: Lawful, mutant: Mutant) -> None:
    """The change is found with its code under the row it breaks, and every finding reads well in both languages."""
    run = planned(name)
    scenario, changed, walks = mutant.change(county.scenario(), run.plan, dict(run.case.walks))
    found = broken(audit(scenario, changed, walks))
    assert (mutant.clause, mutant.code) in [(f.clause, f.code) for f in found], [(f.clause, f.code, f.subject) for f in found]
    assert all(_sentence(f, "zh") and _sentence(f, "en") for f in found)


def _sentence(finding: Finding, lang: Lang) -> str:
    return say(f"finding.{finding.code}", lang, **finding.facts)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_enforced_row_is_without_a_plan_that_breaks_it(policy: str) -> None:
    """A row enforced under any reading of the pack has a change above, or a seeded fault where the plan is made by hand."""
    enforced = {clause.id for clause in resolved(policy, everything=True).clauses if clause.state == "enforced"}
    for name, switch in raw_pack(policy)["switches"].items():
        for choice in switch["choices"]:
            pack = resolved(policy, everything=True, **{name: choice})
            enforced |= {clause.id for clause in pack.clauses if clause.state == "enforced"}
    shown = {clause for _, _, clause, _, _ in FAULTS} if policy == BY_HAND else set()
    shown |= {mutant.clause for county in ALL.get(policy, ()) for mutant in county.mutants}
    assert shown == enforced


@pytest.mark.parametrize("name", [name for name, _ in COUNTIES])
def test_each_change_is_against_a_row_that_is_enforced_there(name: str) -> None:
    """Under the county's own readings every row it breaks is enforced, not only reported."""
    county = dict(COUNTIES)[name]
    states = {clause.id: clause.state for clause in county.scenario().pack.clauses}
    assert {states[mutant.clause] for mutant in county.mutants} == {"enforced"}
