"""No row of the law is lost: each stands in its pack, in the page and in the tables, in a state that is enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from policy.samples import POLICIES, resolved
from siteplanner.policy.load import pack_ids
from siteplanner.policy.tables import clause_table

REGISTER: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "register.yaml").read_text(encoding="utf-8"))
ORDER = ("not_modelled", "reported", "enforced")


def test_the_five_policies_come_with_the_program() -> None:
    """The bundled packs are those of the register, and the samples cover them."""
    assert pack_ids() == tuple(sorted(REGISTER)) == POLICIES


@pytest.mark.parametrize("policy", POLICIES)
def test_every_row_is_in_its_pack(policy: str) -> None:
    """A pack holds exactly the rows of the register, in order."""
    assert [clause.id for clause in resolved(policy).clauses] == list(REGISTER[policy])


@pytest.mark.parametrize("policy", POLICIES)
def test_no_row_stands_below_its_least_state(policy: str) -> None:
    """Enforced, reported, not modelled: a row stands at or above the state the register asks."""
    low = [c.id for c in resolved(policy).clauses if ORDER.index(c.state) < ORDER.index(REGISTER[policy][c.id])]
    assert low == []


@pytest.mark.parametrize("policy", POLICIES)
def test_every_row_says_what_it_says_in_both_languages(policy: str) -> None:
    """Each row has its place in the document and a paraphrase in Chinese and in English."""
    for clause in resolved(policy).clauses:
        assert clause.where
        assert re.search("[一-鿿]", clause.text.zh)
        assert re.search("[a-z]{3}", clause.text.en)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_enforced_row_is_cited_by_a_rule(policy: str) -> None:
    """An enforced row is more than words: a rule, a way, a date or a governed matter of the pack cites it."""
    pack = resolved(policy, everything=True)
    rules = pack.model_dump_json(exclude={"clauses", "switches", "inputs"})
    switched = {pack.switches[name].clause for name in pack.switches} | {need.clause for need in pack.inputs.values()}
    loose = [c.id for c in pack.clauses if c.state == "enforced" and not c.governs and f'"{c.id}"' not in rules and c.id not in switched]
    assert loose == []


@pytest.mark.parametrize("policy", POLICIES)
def test_every_row_is_on_the_page_and_in_the_tables(policy: str) -> None:
    """docs/policies.md and both language tables list every row."""
    page = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
    assert [row for row in REGISTER[policy] if f"| {row} |" not in page] == []
    assert [line[0] for line in clause_table(policy, "en").rows] == list(REGISTER[policy])
