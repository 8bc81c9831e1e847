"""Which rooms a law takes: room rules, rooms apart, permits and ruled-out sources."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.lawful import SITES, WALKS, changed, faults, pack, scenario
from audit.others import TEXT, amount, county, estate, law, line, made, option, site, wrong
from audit.seeds import LAWFUL, part

RULES = [
    {"id": "ground", "clause": "C6", "table": "site", "field": "floor", "equals": 1, "text": TEXT},
    {"id": "access", "clause": "C6", "table": "site", "field": "barrier_free", "equals": True, "exception": "rule_exception", "text": TEXT},
    {"id": "beds", "clause": "C7", "table": "option", "field": "beds", "at_least": amount(10, "count", "C7"), "kinds": ["lease"],
     "text": TEXT},
    {"id": "size", "clause": "C7", "table": "option", "field": "area_m2", "at_least": amount(20, "m2", "C7"), "text": TEXT,
     "station_types": ["residential"]},
    {"id": "inside", "clause": "C8", "table": "site", "field": "estate", "present": True, "kinds": ["new_build"], "text": TEXT},
]  # fmt: skip


def room(kind: str = "provided", area: int = 2000, site_cells: dict[str, Any] | None = None, **cells: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong with a plan of one room under the rules above."""
    cells_of_site = {"floor": 1, "barrier_free": True, **(site_cells or {})}
    case = county(
        law(room_rules=RULES), [estate("E", 50)], [site("S", **cells_of_site)], [option("O", "S", f"{area / 100:.2f}", kind, **cells)]
    )
    found = wrong(case, made(case, {"O": area}, [("E", "S", 1000)], {"E": 1000}))
    return [row for row in found if row[1] in ("room_rule", "exception_missing")]


def test_room_rules_bite_where_they_speak() -> None:
    """Floor, access, beds, area and standing in an estate, each with the kinds and types it is about."""
    assert room() == []
    assert room(site_cells={"floor": 2}) == [("C6", "room_rule", "O")]
    assert room(site_cells={"floor": None}) == [("C6", "room_rule", "O")]
    assert room(site_cells={"barrier_free": False}) == [("C6", "room_rule", "O")]
    assert room(site_cells={"barrier_free": False, "rule_exception": "坡道在建"}) == [("C6", "exception_missing", "S")]
    assert room("lease", beds=9) == [("C7", "room_rule", "O")]
    assert room("lease", beds=10) == []
    assert room(area=1999, station_type="residential") == [("C7", "room_rule", "O")]
    assert room(area=1999, station_type="service") == []
    assert room("new_build") == [("C8", "room_rule", "O")]
    assert room("new_build", site_cells={"estate": "E"}) == []


@pytest.mark.parametrize(("area", "more"), [(100000, False), (100001, True)])
def test_permits_cost_days_and_money_above_their_area(area: int, more: bool) -> None:
    """1,000.00 m² need no extra papers; 1,000.01 m² cost 8,000 yuan and 30 days more."""
    permits = [{"id": "eia", "clause": "C9", "works": ["conversion"], "above": amount(1000, "m2", "C9"), "cost_yuan": 8000, "days": 30}]
    rows = [option("O", "S", f"{area / 100:.2f}", works="conversion", lead_days=10)]
    case = county(law(permits=permits), [estate("E", 100)], [site("S")], rows)
    ready = date(2022, 2, 10) if more else date(2022, 1, 11)
    ledger = [line("O", "S", 2022, "permit", 8000, 8000, "C9")] if more else []
    made_so = made(case, {"O": area}, [("E", "S", 2000)], {"E": 2000}, ready={"O": ready}, ledger=ledger)
    assert wrong(case, made_so) == []
    wrong_day = made(case, {"O": area}, [("E", "S", 2000)], {"E": 2000}, ready={"O": date(2022, 1, 12)}, ledger=ledger)
    assert ("C4", "ready_wrong", "O") in wrong(case, wrong_day)
    free = made(case, {"O": area}, [("E", "S", 2000)], {"E": 2000}, ready={"O": ready})
    assert (wrong(case, free) == [("C9", "line_missing", "O")]) is more


def test_a_source_ruled_out_is_found() -> None:
    """Under a hard preference a source to be avoided may not be chosen; below cost it may."""
    for position, codes in (("hard", ["source_ruled_out"]), ("below", [])):
        preference = {"id": "p", "clause": "C9", "name": TEXT, "position": position, "kinds": ["lease"]}
        case = county(law(preferences=[preference]), [estate("E", 100)], [site("S")], [option("O", "S", 20, "lease")])
        assert [code for _, code, _ in wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}))] == codes


def test_each_room_of_a_cluster_may_have_to_be_large_enough() -> None:
    """Tested on each room, 150 m² and 60 m² are no place of 200 m², though their sum is."""
    law_ = pack(cluster_minimum="each_room")
    made_so = LAWFUL.model_copy(update={"switches": law_.switches_in_force})
    assert ("TL3", "place_below_min", "E7") in faults(scenario(pack=law_), made_so)


def test_distances_may_be_asked_to_the_main_room_only() -> None:
    """A third room 50 m from the main one on its other side is 100 m from the second: lawful to the main room, not pairwise."""
    third = SITES[4].model_copy(update={"id": "S9", "x": 970.0, "y": 960.0})
    rows = (*scenario().options, option("O9", "S9", 10))
    row = {"option": "O9", "site": "S9", "place": "C1", "kind": "provided", "works": "none", "area_dm2": 1000, "net_area_dm2": 1000}
    more = LAWFUL.chosen[0].model_copy(update={**row, "ready": LAWFUL.base_date})
    places = changed(LAWFUL.places, {"place": "C1"}, gross_dm2=22000, net_dm2=22000, members=("S4", "S5", "S9"))
    for distance, codes in (("pairwise", {"cluster_too_far"}), ("to_main", set())):
        law_ = pack(cluster_distance=distance)
        plan_ = LAWFUL.model_copy(update={"switches": law_.switches_in_force, "chosen": (*LAWFUL.chosen, more), "places": places})
        found = faults(scenario(pack=law_, sites=(*SITES, third), options=rows), plan_)
        assert {code for _, code, _ in found} == codes


def test_the_circle_may_be_measured_to_every_room() -> None:
    """Measured to every room the longest walk counts, so a second room at 901 s takes the cluster out of reach."""
    law_ = pack(cluster_circle="every_room")
    for far, ok in ((800, True), (901, False)):
        walks = {**WALKS, ("E6", "S5"): far, ("E7", "S5"): 100}
        case = scenario(pack=law_)
        more = [walk.model_copy(update={"estate": e, "place": p, "seconds": s}) for (e, p), s in walks.items() for walk in case.walks[:1]]
        record = LAWFUL.walks.model_copy(update={"pairs": len(walks)})
        credits = changed(LAWFUL.credits, {"estate": "E6", "place": "C1"}, walk_s=far)
        plan_ = LAWFUL.model_copy(update={"switches": law_.switches_in_force, "walks": record, "credits": credits})
        found = faults(case.model_copy(update={"walks": tuple(more)}), plan_, walks)
        assert (found == []) is ok
        assert ok or ("TL9", "beyond_reach", "E6") in found


def test_a_grant_for_each_room_is_due_where_the_switch_says_so() -> None:
    """With one grant a room, the cluster's second room earns its own 50,000 yuan."""
    law_ = pack(cluster_grants="one_per_room")
    plan_ = LAWFUL.model_copy(update={"switches": law_.switches_in_force})
    assert faults(scenario(pack=law_), plan_) == [("TL13", "grant_missing", "O5")]


def test_a_developers_room_answers_to_the_clause_that_obliges_him() -> None:
    """An area that the developer's option does not offer breaks the clause of that way of getting a room."""
    case, plan_ = part("chosen", {"option": "O3"}, area_dm2=33001)
    assert ("TL4", "area_out_of_bounds", "O3") in faults(case, plan_)
