"""Preferences of a policy in lexicographic order: above cost, below it, hard, or off, in the order in which the pack gives them.

Five estates far apart need one place each (no area). Prices in thousand yuan; one year, no discount, so a year's rent is a price.

====== ============================== ==============================
estate first candidate                second candidate
====== ============================== ==============================
E1     L1 lease, public, 10           P1 purchase, market, 30
E2     P2 purchase, market, 20        G2 purchase, public, 50
E3     R3 purchase, public, 40        S3 purchase, public, 45
E4     X4 lease, public, 12           Y4 purchase, market, 12
E5     T5 purchase, market, 25        U5 purchase, public, 25
====== ============================== ==============================

Two wishes: *few leases* and *public first*. They clash in E1 and E4, where what is public is a lease.

- Both above, few leases first: P1 and Y4 (no lease), then G2 and U5 (market rooms P1 and Y4 only), then R3 by cost:
  30 + 50 + 40 + 12 + 25 = 157. Public first: L1 and X4 (two leases) leave no market room at all: 10 + 50 + 40 + 12 + 25 = 137.
- Both below: cost alone takes L1, P2, R3 (70) and leaves E4 and E5 open (12, 25): 107. Few leases first: Y4, then U5; public
  first: X4 and U5.
- Leases above, public below: P1 by the wish, P2 and R3 by cost, Y4 by the wish, U5 by the last: 127.
- Leases hard, public above: L1 and X4 are no candidates: as few leases first, 157. Public hard: P1, P2, Y4, T5 are none: 137.
  Both hard: nothing is left for E1.
- Off: only counted. Leases above, public off: 127 with T5 or U5.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from siteplanner.explain.nouns import NoPlan
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.scenario.load import build_scenario

PACK = """
id: wishes-2024
document:
  number: 例
  title: {zh: 例, en: example}
  issuer: {zh: 例, en: example}
  place: {zh: 例, en: example}
  dated: 2024-01-01
  in_force_from: 2024-01-01
funders: [{id: bureau, name: {zh: 局, en: Bureau}}]
perspective: bureau
payer: bureau
running_payer: bureau
clauses: [{id: W1, where: 一, state: enforced, governs: [register, households, funding], text: {zh: 例, en: example}}]
ways:
  - {term: 买, kind: purchase, works: [none], clause: W1}
  - {term: 租, kind: lease, works: [none], clause: W1}
terms:
  source:
    - {id: public, clause: W1, name: {zh: 公有, en: public}}
    - {id: market, clause: W1, name: {zh: 市场, en: market}}
cohorts: [{id: all, family: old, name: {zh: 全部, en: all}, clause: W1, when: {}}]
standards: [{cohort: all, clause: W1, reach: {mode: own_estate, clause: W1}}]
premises_kinds: []
"""
LEASES = {"id": "few_leases", "clause": "W1", "name": {"zh": "少租", "en": "few leases"}, "kinds": ["lease"], "avoid": True}
PUBLIC = {"id": "public_first", "clause": "W1", "name": {"zh": "先公有", "en": "public first"}, "sources": ["public"], "avoid": False}
WISHES = {"leases": LEASES, "public": PUBLIC}
OFFERS = """
L1 E1 lease public 10
P1 E1 purchase market 30
P2 E2 purchase market 20
G2 E2 purchase public 50
R3 E3 purchase public 40
S3 E3 purchase public 45
X4 E4 lease public 12
Y4 E4 purchase market 12
T5 E5 purchase market 25
U5 E5 purchase public 25
"""
WHERE = {"township": "镇", "community": "社区"}

Order = tuple[tuple[str, str], ...]
CASES: dict[Order, tuple[str, int, dict[str, int]]] = {
    (("leases", "above"), ("public", "above")): ("P1 G2 R3 Y4 U5", 157, {"few_leases": 0, "public_first": 2}),
    (("public", "above"), ("leases", "above")): ("L1 G2 R3 X4 U5", 137, {"public_first": 0, "few_leases": 2}),
    (("leases", "below"), ("public", "below")): ("L1 P2 R3 Y4 U5", 107, {"few_leases": 1, "public_first": 2}),
    (("public", "below"), ("leases", "below")): ("L1 P2 R3 X4 U5", 107, {"public_first": 1, "few_leases": 2}),
    (("leases", "above"), ("public", "below")): ("P1 P2 R3 Y4 U5", 127, {"few_leases": 0, "public_first": 3}),
    (("leases", "below"), ("public", "above")): ("L1 G2 R3 X4 U5", 137, {"public_first": 0, "few_leases": 2}),
    (("leases", "hard"), ("public", "above")): ("P1 G2 R3 Y4 U5", 157, {"public_first": 2}),
    (("leases", "above"), ("public", "hard")): ("L1 G2 R3 X4 U5", 137, {"few_leases": 2}),
    (("leases", "off"), ("public", "above")): ("L1 G2 R3 X4 U5", 137, {"public_first": 0}),
    (("leases", "off"), ("public", "below")): ("L1 P2 R3 X4 U5", 107, {"public_first": 1}),
}


def planned(order: Order) -> Plan:
    """Return the plan under wishes in an order and with positions."""
    tree: dict[str, Any] = yaml.safe_load(PACK)
    tree["preferences"] = [{**WISHES[name], "position": position} for name, position in order]
    rows = [line.split() for line in OFFERS.strip().splitlines()]
    estates = [{"estate": f"E{n}", "name": f"E{n}", "dwellings": "10", **WHERE} for n in range(1, 6)]
    sites = [{"site": f"S{o}", "name": o, "gross_area_m2": "100", "estate": e, **WHERE} for o, e, *_ in rows]
    options = [
        {"option": o, "site": f"S{o}", "kind": kind, "source": source, "area_m2": "100",
         ("rent_yuan_per_year" if kind == "lease" else "price_yuan"): f"{price}000"}
        for o, _, kind, source, price in rows
    ]  # fmt: skip
    settings: dict[str, object] = {
        "title": "例", "policy": "wishes-2024", "county": "例", "base_date": "2024-01-01", "synthetic": "true",
        "walking": {"method": "table", "source": "虚构"}, "finance": {"base_year": "2024", "horizon_years": "1", "rate": "0"},
    }  # fmt: skip
    return plan(build_scenario(settings, {"estates": estates, "sites": sites, "options": options}, pack_tree=tree)).plan


@pytest.mark.parametrize("order", CASES, ids=lambda order: ", ".join(" ".join(wish) for wish in order))
def test_each_level_decides_what_the_one_before_leaves_open(order: Order) -> None:
    """Options, cost and what each wish reached are those of the derivation, all proven, and cost stands where it should."""
    options, thousand, reached = CASES[order]
    made = planned(order)
    assert made.status.status == "optimal"
    assert {row.option for row in made.chosen} == set(options.split())
    assert sum(term.amount for term in made.terms) == thousand * 1000_00
    found = {level.objective: round(level.value) for level in made.status.levels if level.objective.startswith("preference.")}
    assert found == {f"preference.{name}": value for name, value in reached.items()}
    above = [f"preference.{WISHES[name]['id']}" for name, position in order if position == "above"]
    below = [f"preference.{WISHES[name]['id']}" for name, position in order if position == "below"]
    assert [level.objective for level in made.status.levels] == [*above, "least_cost", *below, "tie_order"]


def test_a_hard_wish_names_what_it_rules_out() -> None:
    """Under a hard wish the unwanted options are rejected with its clause, and both wishes hard leave nothing for E1."""
    made = planned((("leases", "hard"), ("public", "above")))
    assert {(row.option, row.clause) for row in made.rejected} == {("L1", "W1"), ("X4", "W1")}
    with pytest.raises(NoPlan):
        planned((("leases", "hard"), ("public", "hard")))


def test_a_wish_that_is_off_is_counted_and_decides_nothing() -> None:
    """With leases above and the other wish off, E2 and E3 go by cost; the report still counts what goes against the wish."""
    made = planned((("leases", "above"), ("public", "off")))
    assert {row.option for row in made.chosen} - {"T5", "U5"} == {"P1", "P2", "R3", "Y4"}
    assert sum(term.amount for term in made.terms) == 127_000_00
    against = 3 + ("T5" in {row.option for row in made.chosen})
    counted = {notice.facts["unwanted"] for notice in made.notices if notice.facts.get("name_en") == "public first"}
    assert counted == {str(against)}
