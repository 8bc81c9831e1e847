"""Why there is no plan: one county for each family of rules that alone forbids it, and repairs that plan when they are applied."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.audit import broken
from siteplanner.case.prepare import prepare
from siteplanner.explain import clash
from siteplanner.explain.nouns import Explanation, NoPlan
from siteplanner.explain.shortage import _cut, find_shortages
from siteplanner.planner import plan
from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.solver import Answer
from support.brute_force import lawful_plans
from support.families import base, cluster, groups, liaoyuan, weihai
from support.whole_county import whole_county

Made = tuple[dict[str, object], dict[str, list[dict[str, str]]]]
some = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def budget_county() -> Made:
    """O2 must be leased for E2, which is paid from 2022; the line has a yuan less than a year's rent."""
    tree, tables = base()
    tables["budgets"] = [{"budget": "B1", "payer": "township", "years": "2021", "measure": "recurring", "limit_yuan": "99999"}]
    del tables["options"][0]
    return tree, tables


def area_county() -> Made:
    """Both estates together need 300 m²; the one site that both can reach has 240."""
    tree, tables = base()
    tables["options"] = [tables["options"][0] | {"area_m2": "240"}]
    return tree, tables


def coverage_county() -> Made:
    """A room of 150 m² in use is credited to E2, which needs 100, but no place in its circle has the least area."""
    tree, tables = base()
    tables["estates"] = tables["estates"][1:]
    tables["options"], tables["sites"] = [], []
    where = {"township": "桐君街道", "community": "一社区"}
    tables["premises"] = [{"premises": "P1", "name": "旧", "kind": "care_centre", **where, "area_m2": "150", "x": "0", "y": "0"}]
    tables["walks"] = [{"estate": "E2", "place": "P1", "seconds": "60"}]
    return tree, tables


def goals_county() -> Made:
    """Weihai's two communities with a station each (O2, O4), a town centre (O1) and a county centre (O3): everything Weihai asks for."""
    tree, tables = weihai()
    first, second = tables["sites"]
    tables["sites"] += [second | {"site": "S3"}, first | {"site": "S4"}]
    tables["options"][2]["site"] = "S3"
    tables["options"].append(tables["options"][1] | {"option": "O4", "site": "S4"})
    return tree, tables


def tier_county() -> Made:
    """The county centre is gone."""
    tree, tables = goals_county()
    del tables["options"][2]
    return tree, tables


def milestone_county() -> Made:
    """No place of one community is run by professionals, so one community of two is done and not 70 %."""
    tree, tables = goals_county()
    for number in (0, 3):
        tables["options"][number]["operator"] = "no"
    return tree, tables


def land_county() -> Made:
    """Liaoyuan's land target for 100,000 people is far beyond the land of both sites."""
    tree, tables = liaoyuan()
    tree["inputs"] = {"reach_minutes": "15", "population": "龙山区=100000"}
    return tree, tables


def group_county() -> Made:
    """O3 is locked in, and its building group lets nobody take S1, which E2 needs."""
    return groups()


def cluster_county() -> Made:
    """Two rooms of a cluster hold 110 and 80 m² together: below the 200 m² of one place."""
    tree, tables = cluster()
    tables["estates"] = tables["estates"][1:]
    tables["walks"] = [row | {"seconds": "60"} for row in tables["walks"][2:]]
    for row, area in zip(tables["options"], ("110", "80"), strict=True):
        row["area_m2"] = area
    for row, area in zip(tables["sites"], ("110", "80"), strict=True):
        row["gross_area_m2"] = area
    return tree, tables


def kinds_county() -> Made:
    """Only leases may be used, and E1's rooms can only be bought or are the office's own."""
    tree, tables = base()
    tree["only_kinds"] = ["swap"]
    return tree, tables


def locked_county() -> Made:
    """Both ways of getting S1 are locked out."""
    tree, tables = base()
    for row in tables["options"][:2]:
        row["lock"] = "out"
    return tree, tables


def shut_county() -> Made:
    """S1 is not available."""
    tree, tables = base()
    tables["sites"][0]["available"] = "no"
    return tree, tables


def circle_county() -> Made:
    """E2 would have to walk 901 seconds."""
    tree, tables = base()
    del tables["options"][:2]
    tables["options"][0]["area_m2"] = "320"
    tables["sites"][1]["gross_area_m2"] = "320"
    return tree, tables


def small_county() -> Made:
    """The only room has 190 m², ten below the least area of one place."""
    tree, tables = base()
    tables["estates"] = tables["estates"][1:]
    tables["walks"] = tables["walks"][2:]
    tables["options"] = [tables["options"][0] | {"area_m2": "190"}]
    return tree, tables


def late_county() -> Made:
    """Works on S1 end three days after the deadline."""
    tree, tables = base()
    tables["options"] = [tables["options"][0] | {"works": "upgrade", "lead_days": "294"}]
    return tree, tables


def detached_county() -> Made:
    """S1 is not in a stand-alone building, and no reason is given."""
    tree, tables = base()
    tables["sites"][0]["detached"] = "no"
    return tree, tables


CASES: dict[str, tuple[Callable[[], Made], set[str], set[str]]] = {
    "budget": (budget_county, {"budget"}, set()),
    "requirement": (area_county, {"requirement"}, set()),
    "coverage": (coverage_county, {"coverage"}, {"input.place_minimum"}),
    "tier": (tier_county, {"tier"}, set()),
    "milestone": (milestone_county, {"milestone"}, set()),
    "land": (land_county, {"land"}, set()),
    "group": (group_county, {"group", "locked_in"}, set()),
    "cluster": (cluster_county, {"cluster"}, {"input.place_minimum"}),
    "kinds": (kinds_county, set(), {"input.kinds"}),
    "locked_out": (locked_county, set(), {"input.locked_out"}),
    "unavailable": (shut_county, set(), {"input.unavailable"}),
    "circle": (circle_county, set(), {"input.circle"}),
    "place_minimum": (small_county, set(), {"input.place_minimum"}),
    "deadline": (late_county, set(), {"input.deadline"}),
    "room_rule": (detached_county, set(), {"input.room_rule"}),
}


def explained(scenario: Scenario) -> Explanation:
    """Return why a scenario has no plan; it must have none, found twice."""
    with pytest.raises(NoPlan) as caught:
        plan(scenario)
    assert caught.value.explanation.confirmed
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value.explanation


def expect_repairs_plan(scenario: Scenario, found: Explanation) -> None:
    """Fail unless every repair, applied, plans and passes the check in all but the clauses it says it departs from."""
    for repair in found.repairs:
        run = plan(repair.apply(scenario))
        faults = broken(run.plan.compliance)
        assert {fault.code for fault in faults} <= {"what_if"}, repair.code
        assert set(run.plan.what_if) == set(repair.clauses), repair.code
        assert {fault.clause for fault in faults} == set(repair.clauses), repair.code


@pytest.mark.parametrize("family", sorted(CASES))
def test_the_family_that_forbids_is_named(family: str) -> None:
    """The clash is minimal, names the family (or the input) that forbids a plan, and each of the repairs, applied, plans."""
    make, kinds, inputs = CASES[family]
    scenario = build_scenario(*make())
    found = explained(scenario)
    assert found.clash is not None
    assert found.clash.minimal
    assert kinds <= {rule.kind for rule in found.clash.rules}
    assert inputs <= {cause.code for cause in found.clash.inputs}
    assert found.repairs
    expect_repairs_plan(scenario, found)


def odd_cycle() -> Made:
    """Three estates, three sites, each estate near two of them, each site enough for two: it takes two sites, with money for 1.5."""
    tree, tables = base()
    site, option, estate = tables["sites"][0], tables["options"][0], tables["estates"][1]
    tables["sites"] = [site | {"site": f"S{n}", "name": str(n)} for n in (1, 2, 3)]
    tables["options"] = [option | {"option": f"O{n}", "site": f"S{n}"} for n in (1, 2, 3)]
    tables["estates"] = [estate | {"estate": f"E{n}", "name": str(n)} for n in (1, 2, 3)]
    near = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 1)]
    tables["walks"] = [{"estate": f"E{e}", "place": f"S{s}", "seconds": "60"} for e, s in near]
    tables["budgets"] = [{"budget": "B1", "payer": "township", "years": "2021", "measure": "gross_capital", "limit_yuan": "1500000"}]
    return tree, tables


def test_a_clash_of_whole_numbers_alone_is_found() -> None:
    """Half of each of three sites would do and cost 1.5 million; two whole ones cost 2 million, half a million more than the line."""
    scenario = build_scenario(*odd_cycle())
    found = explained(scenario)
    assert found.clash is not None
    assert {rule.name for rule in found.clash.rules if rule.kind == "budget"} == {"budget:B1"}
    assert {rule.subject for rule in found.clash.rules if rule.kind != "budget"} == {"E1", "E2", "E3"}
    money = next(repair for repair in found.repairs if repair.code == "money")
    assert money.extra_fen == 50_000_000
    expect_repairs_plan(scenario, found)


def test_several_goals_are_waived_together_where_one_is_not_enough() -> None:
    """Without any station run by professionals all three milestones fail, and only without all of them is there a plan."""
    tree, tables = goals_county()
    for row in tables["options"]:
        row["operator"] = "no"
    scenario = build_scenario(tree, tables)
    found = explained(scenario)
    assert [repair.code for repair in found.repairs if repair.clauses] == ["goals"]
    expect_repairs_plan(scenario, found)


def test_goals_that_can_be_had_are_had() -> None:
    """The county from which the others are cut has a plan."""
    assert plan(build_scenario(*goals_county())).plan.status.status == "optimal"


def test_the_money_that_is_lacking_is_the_least() -> None:
    """The line lacks one yuan of a year's rent; with the yuan there is a plan, without it none."""
    scenario = build_scenario(*budget_county())
    money = next(repair for repair in explained(scenario).repairs if repair.code == "money")
    assert money.extra_fen == 100
    assert "limit_yuan: 100000.00" in money.edits


@pytest.mark.parametrize("dm2", [1, 2**31 - 1, 2**31, 10**11])
def test_a_shortage_of_any_size_is_found_and_no_other(dm2: int) -> None:
    """Two estates share a place of both their needs less 1 dm², a third has all it needs: the two are short, by one dm² whatever the size.

    With that dm² nobody is. Beside a place larger than all needs a wide one changes nothing.
    """
    links = [(0, 0), (1, 0), (2, 1)]
    assert _cut([dm2, dm2, dm2], [2 * dm2 - 1, dm2], links) == [0, 1]
    assert _cut([dm2, dm2, dm2], [2 * dm2, dm2], links) == []
    assert _cut([dm2, dm2, dm2], [2 * dm2 - 1, 10 * dm2], [*links, (1, 1)]) == []


@some
@given(st.integers(0, 10**6))
def test_shortages_do_not_hang_on_the_unit(seed: int) -> None:
    """The same needs and places a milliard times as large are short in the same estates."""
    draw = Random(seed)
    needs, most = [draw.randint(1, 9) for _ in range(6)], [draw.randint(0, 12) for _ in range(4)]
    links = [(i, j) for i in range(6) for j in range(4) if draw.random() < 0.4]
    assert _cut([n * 10**9 for n in needs], [m * 10**9 for m in most], links) == _cut(needs, most, links)


def test_the_shortage_can_be_added_up_by_hand() -> None:
    """200 + 100 m² are needed, 240 m² are there at most: 60 m² are lacking, and 200 m² is the least new place that fits."""
    found = explained(build_scenario(*area_county()))
    (shortage,) = found.shortages
    assert dict(shortage.needs) == {"E1": 20_000, "E2": 10_000}
    assert dict(shortage.places) == {"S1": 24_000}
    assert shortage.lacking_dm2 == 6_000
    assert next(repair for repair in found.repairs if repair.code == "rooms").facts["area"] == "200.00"


def test_minutes_and_days_are_the_fewest() -> None:
    """901 seconds take a sixteenth minute; works that end on 3 October come in time when the deadline is three days later."""
    circle = next(repair for repair in explained(build_scenario(*circle_county())).repairs if repair.code == "minutes")
    assert circle.facts == {"minutes": "16", "more": "1"}
    late = next(repair for repair in explained(build_scenario(*late_county())).repairs if repair.code == "days")
    assert late.facts == {"days": "3"}


def test_what_is_never_to_be_touched_is_not_offered() -> None:
    """With budgets kept, no repair raises one; with the law kept, none departs from it."""
    tree, tables = budget_county()
    kept = explained(build_scenario({**tree, "never_touch": ["budget"]}, tables))
    assert not [repair for repair in kept.repairs if repair.extra_fen]
    tree, tables = circle_county()
    lawful = explained(build_scenario({**tree, "never_touch": ["law"]}, tables))
    assert lawful.repairs
    assert not [repair for repair in lawful.repairs if repair.clauses]


@some
@given(st.integers(0, 10**6))
def test_shortages_and_repairs_hold_on_random_counties(seed: int) -> None:
    """Where a shortage is certified, trying everything finds no plan either; where there is no plan, every repair gives one."""
    scenario = whole_county(seed)
    shortages = find_shortages(prepare(scenario))
    lawful = lawful_plans(scenario, frozenset({"township"}))
    assert not (shortages and lawful)
    if not lawful:
        expect_repairs_plan(scenario, explained(scenario))


def test_no_clash_is_told_on_the_word_of_presolve_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county that has a plan, and a presolve that calls everything impossible: asked again without it, nothing clashes."""
    case = prepare(build_scenario(*base()))

    class Presolved:
        def minimise(self, *_: object) -> Answer:
            return Answer("infeasible", None, float("inf"), float("inf"))

    real = clash.load
    monkeypatch.setattr(
        clash, "load", lambda name, compiled, presolve=True: Presolved() if presolve else real(name, compiled, presolve=False)
    )
    assert clash.find_clash(case, clash.Clock.of(60.0)) is None
