"""A sixth policy that differs in every parameter, written only as YAML: it loads, plans, checks, and is shown like the others.

The optimum of ``sixth/scenario.yaml``, by hand. Factors at 25 %: 1, 0.8, 0.64, 0.512; grants come 200 days after readiness.
The perspective is the ward purse (``district``); rent and running costs are the village board's, so they cost the ward nothing.

Needs (net m²): E1 max(0.4 % × 52,000 = 208, 17 × ceil(601 / 100) = 119) = 208; E2 max(80, 17 × 10) = 170; E8 max(100, 17 × 6) = 102;
E9 max(4, 17) = 17; E4 43 × 2.5 = 107.50. E3 is demolished on the last day of five years: exempt. E5 paid in lieu: nothing more.
E6 needs two places in its township; E10 is left out with a reason; E7 is out of scope.

- Ward hub: a ``hub`` of 245 m² or more. B2 (250 m², own, fit-out 205,000) is the only one; it earns 31,000 (100 to 260 m²) and
  50,000 of the fit-out is charity money: 124,000. It holds 200 m² net for E2 (1,320 s; E1 stands a second too far).
  B3, not a hub, would be 69,000.
- E1: no lease (A2, free to the ward) while another plan is had; then few rooms that are not public: G1 (provided, but priced at
  800,000; 320 m² earn 71,000: 729,000), not A1 (market: 900,000 - 6/10 × 900,000 × 0.512 - 71,000 = 552,520). G2 is cheaper
  (700,000 - 0.8 × 71,000 = 643,200) but ready on 6 November: without E1, 460 of 1,100 dwellings are served in October, and
  45 % are 495. H1 has 900.00 m² net, where less than 900 is asked.
- E8: I1 has 120.00 m² net, where more than 120 is asked. J1 and V1 (120.01 m² net) cost 5,000 each and earn nothing (ready
  before June); J1 is next to a clinic. J2 is a lease, so the first wish rules it out although the second would take it.
- E9: the rooms K11 and K21 (70 + 60 m² net, 80 m apart, the farther 1,320 s away) earn 12,000 each: 46,000. L1 costs
  81,000 - 31,000 = 50,000 (its step grant excludes the smaller upgrade grant). K31 instead of K21: 110 m² net, too little.
- E4: M1, 130.00 m² (no permit), ready before the first keys: 325,000 - 0.8 × 31,000 = 300,200. M2, 130.01 m², waits 45 days more
  for its permit: too late. N1 is on the sixth floor, one too high.
- E6: the hall P1 (80 m²) is one place; the pavilion counts for nothing, the wing has 74.99 of 75 m². Q1 in 2031: 0.8 × (400,000 -
  31,000) = 295,200, paid with the payment in lieu since the ward has no capital in 2031. S1 (new build) may not be paid that
  way, so it would start in 2030: 360,000.
- The payment in lieu: -0.8 × 500,000 = -400,000. Land: 260 + 200 + 40 = 500 m² for 10,000 residents at 0.05.

Together 124,000 + 729,000 + 5,000 + 46,000 + 300,200 + 295,200 - 400,000 = 1,099,400. To all public money: 31,000 × 3 in 2030
and so on cancel; 205,000 - 50,000 + 800,000 + 5,000 + 70,000 + 325,000 + 320,000 - 400,000 + running 10,000 × 2.952 = 1,304,520.
Unwanted under the second wish: J1 and Q1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from siteplanner.explain.nouns import NoPlan
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.policy.load import PackError, pack_ids, raw_pack, resolve
from siteplanner.policy.schema import PolicyPack
from siteplanner.policy.tables import clause_table, input_table, switch_table
from siteplanner.scenario.load import load_scenario
from siteplanner.texts import Lang
from support.line import command

SIXTH = Path(__file__).parent / "sixth"
CHOSEN = ("B2", "G1", "J1", "K11", "K21", "M1", "Q1")
COST_FEN, ALL_PUBLIC_FEN = 109_940_000, 130_452_000


@pytest.fixture(scope="module")
def found() -> Plan:
    """Return the plan of the sixth county."""
    return plan(load_scenario(SIXTH)).plan


def levels(made: Plan) -> dict[str, int]:
    """Return what each level reached."""
    return {level.objective: round(level.value) for level in made.status.levels}


def test_the_optimum_is_the_one_derived_by_hand(found: Plan) -> None:
    """Options, start days and every level but the tie order are those of the derivation, proven."""
    assert found.status.status == "optimal"
    assert tuple(row.option for row in found.chosen) == CHOSEN
    assert {row.option for row in found.chosen if row.start.year == 2031} == {"Q1"}
    reached = levels(found)
    reached.pop("tie_order")
    assert reached == {
        "preference.no_lease": 0,
        "preference.public_rooms": 2,
        "least_cost": COST_FEN,
        "all_public_cost": ALL_PUBLIC_FEN,
        "preference.clinic_next_door": 6,
    }
    assert sum(term.amount for term in found.terms) == COST_FEN


def test_needs_and_states_are_the_ones_derived_by_hand(found: Plan) -> None:
    """Each estate needs what the law of the sixth county asks, and stands as derived."""
    assert {row.estate: (row.status, row.required_dm2) for row in found.services} == {
        "E1": ("served", 20800),
        "E2": ("served", 17000),
        "E3": ("exempt", 0),
        "E4": ("served", 10750),
        "E5": ("served", 0),
        "E6": ("served", 0),
        "E7": ("out_of_scope", 0),
        "E8": ("served", 10200),
        "E9": ("served", 1700),
        "E10": ("exempt", 0),
    }
    assert [(duty.estate, duty.duty_en) for duty in found.duties] == [("E3", "regular calls")]
    assert {(row.subject, row.reason) for row in found.exceptions} == {("E10", "整村外出"), ("G1", "老城无院落"), ("K", "同意")}


def test_subsidies_by_funder_and_clause_are_the_ones_derived_by_hand(found: Plan) -> None:
    """The prefecture pays 71,000 + 3 × 31,000 + 2 × 12,000, charity 50,000, and 400,000 come out of the payment in lieu."""
    cash = Counter[tuple[str, str, str]]()
    for line in found.ledger:
        if line.kind in ("grant", "fund", "in_lieu"):
            cash[line.payer, line.kind, line.clause] += line.fen
    assert cash == {
        ("prefecture", "grant", "X6"): 188_000_00,
        ("charity", "fund", "X6"): 50_000_00,
        ("district", "fund", "X6"): 400_000_00,
        ("developer", "in_lieu", "X6"): 500_000_00,
    }


def test_forecasts_are_the_ones_derived_by_hand(found: Plan) -> None:
    """Place G is of the gold grade: 1,300 × 11 months in each of four years, 35 to 65."""
    shares = {(row.subject, row.year, row.funder): row.fen for row in found.forecasts}
    paid = {"prefecture": 5_005_00, "district": 9_295_00}
    assert shares == {("G", year, funder): fen for year in range(2030, 2034) for funder, fen in paid.items()}


def test_rooms_that_fail_a_rule_are_named_with_its_clause(found: Plan) -> None:
    """The sixth floor and the room that comes after the first keys are no candidates."""
    assert {(row.option, row.clause) for row in found.rejected} == {("N1", "X5"), ("M2", "X2")}


def ends_inside(pack: PolicyPack) -> PolicyPack:
    """Return the law with both ends of the area inside, and no target for land."""
    aged = pack.standards[0]
    place = aged.place.model_copy(update={"ends": "included"})
    return pack.model_copy(update={"standards": (aged.model_copy(update={"place": place}), *pack.standards[1:]), "land": None})


def one_grant(pack: PolicyPack) -> PolicyPack:
    """Return the law with one grant for rooms apart."""
    assert pack.cluster is not None
    return pack.model_copy(update={"cluster": pack.cluster.model_copy(update={"grants": "one_per_cluster"})})


CHANGES: dict[str, tuple[Callable[[PolicyPack], PolicyPack], tuple[str, ...], int]] = {
    "no milestone": (lambda law: law.model_copy(update={"milestones": ()}), ("B2", "G2", *CHOSEN[2:]), COST_FEN - 85_800_00),
    "no hub": (lambda law: law.model_copy(update={"tiers": ()}), ("B3", *CHOSEN[1:]), COST_FEN - 55_000_00),
    "one grant for rooms apart": (one_grant, ("B2", "G1", "J1", "L1", "M1", "Q1"), COST_FEN + 4_000_00),
    "ends included": (ends_inside, ("B2", "H1", "I1", *CHOSEN[3:]), COST_FEN - 729_000_00 + 170_000_00 - 4_000_00),
    "provided free": (lambda law: law.model_copy(update={"provided_free": True}), CHOSEN, COST_FEN - 800_000_00),
}
"""What another law would buy: no milestone takes G2; H1 (170,000, ready too soon for a grant) serves E1, I1 costs 1,000."""


@pytest.mark.parametrize("name", CHANGES)
def test_each_rule_of_the_sixth_policy_decides(name: str) -> None:
    """With one rule changed the optimum moves as derived by hand."""
    change, options, fen = CHANGES[name]
    scenario = load_scenario(SIXTH)
    made = plan(scenario.model_copy(update={"pack": change(scenario.pack)})).plan
    assert (tuple(row.option for row in made.chosen), sum(term.amount for term in made.terms)) == (options, fen)


def test_one_resident_more_leaves_no_plan() -> None:
    """The sites with land have exactly what 10,000 residents need; one more needs 0.05 m² that nobody offers."""
    with pytest.raises(NoPlan):
        plan(load_scenario(SIXTH, sets=["inputs.residents=滨河片=10001"]))


def test_switches_of_the_sixth_policy_turn(found: Plan) -> None:
    """The order of sources swapped takes the lease J2; pro rata E2 needs 17 × 901 / 100 = 153.17 m² and nothing else changes."""
    swapped = plan(load_scenario(SIXTH, variant="public_first")).plan
    assert tuple(row.option for row in swapped.chosen) == ("B2", "G1", "J2", "K11", "K21", "M1", "Q1")
    assert [level.objective for level in swapped.status.levels][:2] == ["preference.public_rooms", "preference.no_lease"]
    assert (levels(swapped)["preference.public_rooms"], levels(swapped)["least_cost"]) == (1, COST_FEN - 5_000_00)
    turned = plan(load_scenario(SIXTH, variant="in_proportion")).plan
    assert turned.chosen == found.chosen
    assert {row.estate: row.required_dm2 for row in turned.services}["E2"] == 15317


def test_the_command_line_plans_and_checks_it(tmp_path: Path) -> None:
    """The plan of a policy given as a file passes the check from its record."""
    assert command("plan", SIXTH, "--out", tmp_path, "--json").code == 0
    checked = command("check", SIXTH, tmp_path / "plan.json", "--json")
    assert checked.code == 0
    assert (checked.data["passes"], checked.data["changed_inputs"], checked.data["cost_fen"]) == (True, [], COST_FEN)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sixth_policy_is_shown_like_the_others(lang: Lang) -> None:
    """Clauses with values and dates, switches and inputs come out of the file alone."""
    clauses = {row["id"]: row for row in clause_table("pack.yaml", lang, folder=SIXTH).records()}
    assert list(clauses) == [f"X{n}" for n in range(1, 11)]
    assert "0.4%" in clauses["X1"]["values"]
    assert "2011-09-09" in clauses["X1"]["dates"]
    assert "order_of_sources = lease_first" in clauses["X7"]["readings"]
    assert [row["name"] for row in switch_table("pack.yaml", lang, folder=SIXTH).records()] == ["aged_rounding", "order_of_sources"]
    assert [row["name"] for row in input_table("pack.yaml", lang, folder=SIXTH).records()] == ["residents", "permit_yuan", "visits_note"]


def figures(node: object) -> Iterator[tuple[str, Decimal]]:
    """Yield unit and number of every value of a raw pack."""
    if isinstance(node, dict):
        if {"unit", "value"} <= set(node) and not isinstance(node["value"], dict):
            yield node["unit"], Decimal(str(node["value"]))
        for child in node.values():
            yield from figures(child)
    elif isinstance(node, list):
        for child in node:
            yield from figures(child)


def test_no_figure_or_name_is_one_of_the_bundled_policies() -> None:
    """No number of any unit, grant, class, kind of premises or purse but the perspective's stands in a bundled pack."""
    sixth = raw_pack("pack.yaml", SIXTH)
    others = [raw_pack(policy) for policy in pack_ids()]
    bundled = {figure for other in others for figure in figures(other)}
    assert not set(figures(sixth)) & bundled
    for key in ("cohorts", "grants", "premises_kinds", "tiers", "milestones", "preferences", "recurring", "earmarks", "counters"):
        known = {row.get("id") for other in others for row in other.get(key, ())}
        assert not {row.get("id") for row in sixth[key] if "id" in row} & (known - {None}), key
    funders = {row["name"]["zh"] for other in others for row in other["funders"]}
    assert not {row["name"]["zh"] for row in sixth["funders"]} & funders


def test_area_tests_on_two_bases_are_a_fault_of_the_pack() -> None:
    """All area tests of a pack share one area basis, since a place's m² are shared out on one."""
    tree: dict[str, Any] = yaml.safe_load((SIXTH / "pack.yaml").read_text(encoding="utf-8"))
    tree["standards"][1]["area_basis"] = "gross"
    with pytest.raises(PackError) as caught:
        resolve(tree, {}, {"residents": "滨河片=1", "permit_yuan": "1"})
    assert [(fault.code, fault.name, fault.seen) for fault in caught.value.faults] == [
        ("unknown_reference", "standards.1.area_basis", "gross")
    ]
