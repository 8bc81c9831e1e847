"""Open readings: each switch resolves in each of its cases, changes the pack, and is listed at its clause."""

from __future__ import annotations

import pytest

from policy.samples import OPTIONAL, POLICIES, REQUIRED, resolved
from siteplanner.policy.load import raw_pack
from siteplanner.policy.schema import PolicyPack

CASES = [
    (policy, name, choice) for policy in POLICIES for name, switch in raw_pack(policy)["switches"].items() for choice in switch["choices"]
]


def rules(pack: PolicyPack) -> dict[str, object]:
    """Return what a pack says, without the list of switches in force."""
    return pack.model_dump(exclude={"switches_in_force"})


@pytest.mark.parametrize(("policy", "name", "choice"), CASES)
def test_a_switch_resolves_and_only_another_choice_changes_the_pack(policy: str, name: str, choice: str) -> None:
    """The default choice leaves the pack as it is; every other choice changes it."""
    turned = resolved(policy, everything=True, **{name: choice})
    assert turned.switches_in_force[name] == choice
    assert (rules(turned) == rules(resolved(policy, everything=True))) == (choice == turned.switches[name].default)


@pytest.mark.parametrize("policy", POLICIES)
def test_switches_are_listed_at_their_clause(policy: str) -> None:
    """A clause lists exactly the switches that cite it."""
    pack = resolved(policy)
    listed = {(clause.id, name) for clause in pack.clauses for name in clause.switches}
    assert listed == {(switch.clause, name) for name, switch in pack.switches.items()}


@pytest.mark.parametrize("policy", [policy for policy in POLICIES if policy != "tonglu-2021"])
def test_what_a_household_is_stays_open(policy: str) -> None:
    """Where the text does not say that a household is a dwelling, a switch does, and the default is the dwelling."""
    assert {t.per for s in resolved(policy).standards for t in s.tests if t.test == "per_hundred"} == {"dwelling"}
    turned = resolved(policy, household_unit="household")
    assert {t.per for s in turned.standards for t in s.tests if t.test == "per_hundred"} == {"household"}


@pytest.mark.parametrize("policy", POLICIES)
def test_bare_days_are_excluded_by_default(policy: str) -> None:
    """Every pack has the switch, and its default reads a bare “before” or “after” without the day."""
    assert resolved(policy).switches["bare_date"].default == "excludes_day"


@pytest.mark.parametrize("policy", POLICIES)
def test_samples_state_every_figure(policy: str) -> None:
    """The samples of this test folder state every figure a pack may ask for, and no other."""
    asked = raw_pack(policy).get("inputs", {})
    assert set(REQUIRED[policy]) == {name for name, need in asked.items() if not need.get("optional")}
    assert set(REQUIRED[policy]) | set(OPTIONAL[policy]) == set(asked)
