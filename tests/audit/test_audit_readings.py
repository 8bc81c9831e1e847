"""Where the law draws a line: a second, a centimetre and a day on either side, and what-if runs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from audit.lawful import CONSENT, DUE, WALKS, changed, faults, of, pack, plan, scenario
from audit.seeds import LAWFUL, one_day_too_late, ready_on_the_day, walk_901
from siteplanner.audit import audit
from siteplanner.plan import Credit


def test_a_walk_of_901_s_is_out_of_reach() -> None:
    """900 s is inside fifteen minutes, 901 s is not."""
    assert ("TL9", "beyond_reach", "E1") in faults(*walk_901())
    assert faults(scenario(), LAWFUL) == []


def test_the_named_day_counts_when_the_switch_says_so() -> None:
    """With the day included, a room that is ready on 2022-10-01 is in time; a day later it is not."""
    case, made = ready_on_the_day()
    law = pack(bare_date="includes_day")
    day = date(2022, 10, 1)
    credits = tuple(row.model_copy(update={"checkpoint": day}) for row in made.credits)
    made = made.model_copy(update={"switches": law.switches_in_force, "checkpoints": (day,), "credits": credits})
    assert faults(case.model_copy(update={"pack": law}), made) == []
    late = changed(case.options, {"id": "O1"}, lead_days=case.options[0].lead_days + 1)
    found = faults(case.model_copy(update={"pack": law, "options": late}), made)
    assert ("TL12", "not_ready", "E1") in found


def test_a_short_estate_is_told_which_rooms_do_not_count() -> None:
    """A plan that opens rooms too small or too late, and credits nothing from them, is told so under those clauses."""
    case, made = ready_on_the_day()
    credits = tuple(row for row in made.credits if row.place != "S1")
    found = faults(case, made.model_copy(update={"credits": credits}))
    assert {("TL12", "not_ready", "S1"), ("TL3", "requirement_short", "E1"), ("TL3", "requirement_short", "E2")} <= set(found)
    small = changed(case.options, {"id": "O6"}, area_dm2=19999)
    rooms = changed(LAWFUL.chosen, {"option": "O6"}, area_dm2=19999, net_area_dm2=19999)
    bare = plan(chosen=rooms, credits=tuple(row for row in LAWFUL.credits if row.place != "S6"))
    assert ("TL3", "place_below_min", "S6") in faults(scenario(options=small), bare)


def test_a_cluster_may_not_serve_a_new_estate() -> None:
    """Rooms apart are for old estates: crediting a new one breaks the cluster rule even within its circle."""
    law = pack(new_cohort_reach="circle")
    credits = (*LAWFUL.credits, Credit(checkpoint=DUE, estate="E3", place="C1", area_dm2=0, walk_s=200))
    made = plan(switches=law.switches_in_force, credits=credits)
    assert faults(scenario(pack=law), made) == [("TL11", "cluster_cohort", "E3")]


def test_consent_stands_on_the_main_rooms_row() -> None:
    """A consent written on the second room's row alone does not cover the cluster."""
    rows = changed(scenario().sites, {"id": "S4"}, cluster_approval="")
    found = faults(scenario(sites=changed(rows, {"id": "S5"}, cluster_approval=CONSENT)), LAWFUL)
    assert ("TL11", "cluster_not_approved", "C1") in found


def test_detour_lengthens_the_walk_between_rooms() -> None:
    """Where a detour factor is stated, rooms 50 m apart in a straight line are more than 50 m apart on foot."""
    walking = scenario().settings.walking.model_copy(update={"detour": Decimal(1)})
    even = scenario(settings=scenario().settings.model_copy(update={"walking": walking}))
    assert faults(even, LAWFUL) == []
    longer = walking.model_copy(update={"detour": Decimal("1.3")})
    found = faults(scenario(settings=scenario().settings.model_copy(update={"walking": longer})), LAWFUL)
    assert found == [("TL11", "cluster_too_far", "C1")]


def test_a_lax_run_never_passes_though_it_keeps_its_own_circle() -> None:
    """A twenty-minute circle makes 901 s fit, but the plan breaks the clause it departs from and no other."""
    case, made, walks = walk_901()
    standards = case.settings.standards.model_copy(update={"reach_minutes": Decimal(20)})
    loose = case.model_copy(update={"settings": case.settings.model_copy(update={"standards": standards, "what_if": True})})
    assert faults(loose, made, walks) == [("TL9", "what_if", "")]
    strict = case.model_copy(update={"settings": case.settings.model_copy(update={"standards": standards})})
    assert {("TL9", "what_if", ""), ("TL9", "beyond_reach", "E1")} <= set(faults(strict, made, walks))


def test_a_stricter_circle_of_the_scenario_binds() -> None:
    """A ten-minute circle puts places at 601 s and more out of reach."""
    standards = scenario().settings.standards.model_copy(update={"reach_minutes": Decimal(10)})
    case = scenario(settings=scenario().settings.model_copy(update={"standards": standards}))
    beyond = {subject for _, code, subject in faults(case, LAWFUL) if code == "beyond_reach"}
    assert beyond == {"E1", "E2", "E6"}


def test_a_wider_need_of_the_scenario_binds() -> None:
    """Asked for 101 % of the area, every estate that had just enough is short; asked for 99 %, the plan is a what-if."""
    base = scenario().settings
    more = base.model_copy(update={"standards": base.standards.model_copy(update={"area_percent": Decimal(101)})})
    short = {subject for _, code, subject in faults(scenario(settings=more), LAWFUL) if code == "requirement_short"}
    assert short == {"E1", "E2", "E3", "E6", "E7", "E8", "E9"}
    less = base.model_copy(update={"standards": base.standards.model_copy(update={"area_percent": Decimal(99)}), "what_if": True})
    found = faults(scenario(settings=less), LAWFUL)
    assert {("TL3", "what_if", ""), ("TL4", "what_if", "")} <= set(found)
    assert not [code for _, code, _ in found if code == "requirement_short"]


def test_findings_come_in_the_order_of_the_register() -> None:
    """The rows follow the clause register, and the same plan gives the same rows twice."""
    case, made = one_day_too_late()
    findings = audit(case, made, WALKS)
    order = [clause.id for clause in case.pack.clauses]
    assert [order.index(f.clause) for f in findings] == sorted(order.index(f.clause) for f in findings)
    assert findings == audit(case, made, WALKS)
    assert of(findings, "TL7")[0].state == "enforced"
    assert made.base_date + timedelta(days=731) == date(2024, 1, 14)
