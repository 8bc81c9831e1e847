"""Carrying an earlier plan on: what is fixed stays, what is dropped stays away, and the rest changes as little as can be."""

from __future__ import annotations

import random
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.audit import audit, broken
from siteplanner.carry.standings import carry_on
from siteplanner.carry.table import Ledger, LedgerRow
from siteplanner.case.matters import mattering
from siteplanner.case.prepare import prepare
from siteplanner.errors import InputError
from siteplanner.explain.nouns import NoPlan
from siteplanner.plan import Plan
from siteplanner.planner import Run, plan
from siteplanner.report.record import plan_bytes
from siteplanner.scenario.schema import Budget, Scenario
from siteplanner.scenario.sink import Sink
from support import brute_force
from support.random_county import random_county, scenario_of
from support.small import County, estate, room

some = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
YUAN = 100


def ledger(**states: str) -> Ledger:
    """Return a ledger that states ``state`` or ``state/start/area`` of options."""
    rows = []
    for line, (option, text) in enumerate(states.items(), 2):
        cells = {key: cell for key, cell in zip(("state", "start", "area", "done_on"), text.split("/"), strict=False) if cell}
        rows.append(LedgerRow(option, cells, "台账.csv", "", line, {key: (n, key) for n, key in enumerate(("option", *cells), 1)}))
    return Ledger("台账.csv", "0" * 64, tuple(rows))


def carried(scenario: Scenario, earlier: Plan, **states: str) -> Scenario:
    """Return the scenario with a plan and its ledger laid on it."""
    return carry_on(scenario, earlier, sha256(plan_bytes(earlier)).hexdigest(), ledger(**states), Sink())


def run_on(scenario: Scenario, earlier: Plan, **states: str) -> Run:
    """Carry a plan on."""
    return plan(carried(scenario, earlier, **states), None, earlier)


def reasons(found: Plan) -> dict[str, list[str]]:
    """Return what became of each option: ``what code``."""
    told: dict[str, list[str]] = {}
    for change in found.changes_from:
        told.setdefault(change.option, []).append(f"{change.what} {change.code}")
    return told


COUNTY = County(
    "tonglu-2021",
    [estate("E1", 1000), estate("E2", 1000)],
    [room("A", 200, 100_000), room("B", 200, 110_000), room("C", 200, 150_000), room("D", 400, 300_000), room("E", 200, 130_000)],
    walks={("E1", "B"): None, ("E2", "A"): None, ("E1", "C"): None, ("E2", "E"): None},
)
"""E1 may use A, D and E, E2 may use B, C and D: the plan from scratch takes A and B."""


def test_nothing_happened_so_nothing_changes() -> None:
    """A plan carried on without a word in the ledger is the same plan, with no change counted."""
    scenario = COUNTY.scenario()
    first = plan(scenario).plan
    again = run_on(scenario, first).plan
    assert [c.option for c in first.chosen] == ["A", "B"]
    assert again.chosen == first.chosen
    assert again.status.levels[0].objective == "least_change"
    assert again.status.levels[0].value == 0
    assert reasons(again) == {"A": ["kept planned"], "B": ["kept planned"]}
    assert again.carried_from is not None
    assert again.carried_from.plan_sha256 == sha256(plan_bytes(first)).hexdigest()


def test_a_dropped_option_is_replaced_at_least_change_and_then_least_cost() -> None:
    """Without A, E (130,000) joins B: two changes fewer than D alone would be, and the reason names the estate."""
    scenario = COUNTY.scenario()
    found = run_on(scenario, plan(scenario).plan, A="已取消").plan
    assert [c.option for c in found.chosen] == ["B", "E"]
    assert reasons(found) == {"A": ["dropped dropped"], "E": ["added replaces"], "B": ["kept planned"]}
    assert next(c.facts["estates"] for c in found.changes_from if c.option == "E") == "E1 (E1)"


def test_least_change_stands_above_cost() -> None:
    """A dearer plan that keeps what was planned is preferred: C was planned, and stays although B is cheaper now."""
    before = County(COUNTY.policy, COUNTY.estates, [r for r in COUNTY.rooms if r["site"] != "B"], walks=COUNTY.walks).scenario()
    first = plan(before).plan
    assert [c.option for c in first.chosen] == ["A", "C"]
    assert [c.option for c in run_on(COUNTY.scenario(), first).plan.chosen] == ["A", "C"]


def test_what_is_done_stays_with_its_days_before_the_first_period() -> None:
    """A room begun before every start day keeps its start and the day it was finished; the check accepts both."""
    settings = {"base_date": "2022-02-01", "periods": ["2022-02-01"]}
    first = plan(COUNTY.scenario()).plan
    later = County(COUNTY.policy, COUNTY.estates, COUNTY.rooms, walks=COUNTY.walks, settings=settings).scenario()
    run = run_on(later, first, A="已完工/2021-12-20//2022-03-31", C="已签约/2022-01-10")
    assert {c.option: (c.start, c.ready) for c in run.plan.chosen} == {
        "A": (date(2021, 12, 20), date(2022, 3, 31)),
        "B": (date(2022, 2, 1), date(2022, 2, 1)),
        "C": (date(2022, 1, 10), date(2022, 1, 10)),
    }
    told = reasons(run.plan)
    assert told == {"A": ["start start_stated", "kept done"], "B": ["start start_passed", "kept planned"], "C": ["added committed"]}
    assert sum(line.fen for line in run.plan.ledger if line.option == "A") == 0, "what was paid before the horizon is spent"
    assert not broken(audit(run.case.scenario, run.plan, run.case.walks))


def test_the_check_catches_a_fixed_option_that_is_moved_or_missing() -> None:
    """Taking a done option out of the plan, or giving it another day, breaks the plan."""
    scenario = COUNTY.scenario()
    run = run_on(scenario, plan(scenario).plan, A="已完成")
    start = run.plan.chosen[0].model_copy(update={"start": date(2022, 1, 1), "ready": date(2022, 1, 1)})
    for chosen, code in ((run.plan.chosen[1:], "locked_in_missing"), ((start, *run.plan.chosen[1:]), "start_not_a_period")):
        codes = {f.code for f in broken(audit(run.case.scenario, run.plan.model_copy(update={"chosen": chosen}), run.case.walks))}
        assert code in codes
    other = run.plan.model_copy(update={"carried_from": None})
    assert "record_wrong" in {f.code for f in broken(audit(run.case.scenario, other, run.case.walks))}


def test_a_fixed_site_displaces_what_was_planned_on_it() -> None:
    """Where the office bought the site that was to be rented, the rent is displaced and nothing else moves."""
    settings, tables = random_county(7)
    tables["options"] = [
        {"option": f"{site}{kind[0].upper()}", "site": site, "kind": kind, "works": "none", "area_m2": "400", **money}
        for site in ("S1", "S2")
        for kind, money in (("lease", {"rent_yuan_per_year": "1000"}), ("purchase", {"price_yuan": "900000"}))
    ]
    tables["sites"] = [{"site": s, "name": s, "township": "甲", "detached": "yes"} for s in ("S1", "S2")]
    tables["estates"] = [{"estate": "E1", "name": "E1", "township": "甲", "dwellings": "1000", "started": "2000-01-01"}]
    tables["walks"] = [{"estate": "E1", "place": s, "seconds": "60"} for s in ("S1", "S2")]
    tables |= {"premises": [], "budgets": []}
    scenario = scenario_of(settings, tables)
    first = plan(scenario).plan
    planned = first.chosen[0].option
    bought = planned[:2] + "P"
    found = run_on(scenario, first, **{bought: "已签约/2021-12-20"}).plan
    assert [c.option for c in found.chosen] == [bought]
    assert reasons(found) == {planned: ["dropped displaced"], bought: ["added committed"]}


def test_an_ineligible_option_falls_out_with_its_clause() -> None:
    """A planned room that fails a rule now is dropped under the clause of that rule."""
    first = plan(COUNTY.scenario()).plan
    rooms = [{**r, "detached": "no"} if r["site"] == "A" else r for r in COUNTY.rooms]
    found = run_on(County(COUNTY.policy, COUNTY.estates, rooms, walks=COUNTY.walks).scenario(), first).plan
    change = next(c for c in found.changes_from if c.option == "A")
    assert (change.what, change.code, change.because, change.clause) == ("dropped", "ineligible", "room_rule", "TL11")


def test_a_done_room_that_breaks_a_rule_is_refused_with_the_clause() -> None:
    """No lawful plan holds it, so the row is told with the rule, and how to put it right."""
    first = plan(COUNTY.scenario()).plan
    rooms = [{**r, "detached": "no"} if r["site"] == "A" else r for r in COUNTY.rooms]
    with pytest.raises(InputError) as caught:
        run_on(County(COUNTY.policy, COUNTY.estates, rooms, walks=COUNTY.walks).scenario(), first, A="已完成")
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.row_id) == ("carry_unlawful", "A")
    assert "TL11" in problem.clause


def test_a_planned_room_that_nobody_needs_any_more_is_let_go() -> None:
    """With its only estate out of scope, keeping a room is no aim: cost drops it, and the reason says so."""
    first = plan(COUNTY.scenario()).plan
    estates = [{**e, "kind": "other"} if e["estate"] == "E1" else e for e in COUNTY.estates]
    found = run_on(County(COUNTY.policy, estates, COUNTY.rooms, walks=COUNTY.walks).scenario(), first).plan
    assert reasons(found) == {"A": ["dropped not_needed"], "B": ["kept planned"]}


def test_an_option_that_a_budget_rules_out_is_told_so() -> None:
    """With 160,000 yuan left for the township, A and B cannot both stay, and no plan that keeps A obeys every clause."""
    county = County(
        "tonglu-2021",
        [estate("E1", 1000), estate("E2", 1000)],
        [room("A", 200, 100_000), room("B", 200, 110_000), room("F", 200, 10_000, kind="own")],
        walks={("E1", "B"): None, ("E2", "A"): None, ("E2", "F"): None},
    )
    rooms = [r for r in county.rooms if r["site"] != "F"]
    first = plan(County(county.policy, county.estates, rooms, walks=county.walks).scenario()).plan
    scenario = county.scenario()
    limited = scenario.model_copy(update={"budgets": (_budget(160_000),)})
    found = run_on(limited, first).plan
    assert reasons(found) == {"A": ["dropped impossible"], "B": ["kept planned"], "F": ["added replaces"]}


def _budget(yuan: int) -> Budget:
    line = {"budget": "B1", "payer": "township", "years": "2021-2025", "measure": "gross_capital", "limit_yuan": str(yuan)}
    return Budget.model_validate(line)


def test_a_carried_plan_is_carried_on_again() -> None:
    """What one ledger fixed or dropped stays so in the next run, even if its ledger does not name it again."""
    scenario = COUNTY.scenario()
    first = plan(scenario).plan
    second = run_on(scenario, first, A="已取消", E="已签约/2021-12-20").plan
    third = run_on(scenario, second, B="已完成").plan
    assert {c.option: c.start for c in third.chosen} == {c.option: c.start for c in second.chosen}
    states = {row.option: row.standing for row in third.carried_from.rows} if third.carried_from else {}
    assert states == {"A": "dropped", "B": "done", "E": "committed"}


@some
@given(st.integers(0, 10**6))
def test_fewest_changes_then_least_cost_as_trying_everything_finds(seed: int) -> None:
    """On random counties with random standings the plan has the fewest changes, and of those the least cost."""
    scenario = scenario_of(*_county(seed))
    try:
        first = plan(scenario).plan
    except NoPlan:
        return
    rng = random.Random(seed)
    states = {c.option: rng.choice(("已取消", "已签约", "未启动", "未启动")) for c in first.chosen}
    again = carried(scenario, first, **states)
    best = _best(again)
    try:
        found = plan(again, None, first).plan
    except NoPlan:
        assert best is None
        return
    assert best == (round(found.status.levels[0].value), sum(term.amount for term in found.terms))


def _county(seed: int) -> tuple[dict[str, object], dict[str, list[dict[str, str]]]]:
    tree, tables = random_county(seed, estates=3, sites=4)
    for row in tables["options"]:
        if row.get("area_min_m2"):
            row["area_m2"] = row.pop("area_max_m2")
            row.pop("area_min_m2")
    for row in tables["estates"]:
        row["dwellings"] = str(5 * (int(row["dwellings"]) // 5))
    return tree, tables


def _best(scenario: Scenario) -> tuple[int, int] | None:
    """Return the fewest changes and the least cost among them over every lawful set of options."""
    case, rows = prepare(scenario), scenario.carried()
    before = {key for key, row in rows.items() if row.in_plan and row.standing == "planned"}
    fixed = {key for key, row in rows.items() if row.fixed}
    offered = {offer.option for offer in case.offers}
    wanted = {key for key in before if key in mattering(case) or key not in offered}
    lawful = brute_force.lawful_plans(scenario, case.funders)
    return min(((len(wanted - ids) + len(ids - before - fixed), cost) for ids, cost in lawful), default=None)
