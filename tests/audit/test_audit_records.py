"""The lists a plan carries: places that nobody opened, places listed twice, walks to nowhere, causes that are named."""

from __future__ import annotations

from audit.lawful import changed, faults, pack, plan, scenario
from audit.others import amount, county, estate, law, made, option, site, wrong
from audit.seeds import LAWFUL, part, service, sites


def test_a_place_that_nobody_opened_is_not_listed() -> None:
    """The list of places holds what is opened and what is held, each once."""
    ghost = LAWFUL.places[0].model_copy(update={"place": "S9", "name": "S9"})
    assert faults(scenario(), plan(places=(*LAWFUL.places, ghost))) == [("TL2", "place_listed", "S9")]
    held = next(row for row in LAWFUL.places if row.place == "P1")
    assert faults(scenario(), plan(places=(*LAWFUL.places, held))) == [("TL2", "place_listed", "P1")]
    assert faults(scenario(), plan(places=tuple(row for row in LAWFUL.places if row.place != "P1"))) == []


def test_a_place_stands_where_its_room_stands() -> None:
    """A place on the map has its main room's coordinates, both of them."""
    assert faults(*part("places", {"place": "C1"}, x=1000.0, y=1000.0)) == []
    assert faults(*part("places", {"place": "C1"}, x=1000.0, y=1001.0)) == [("TL2", "record_wrong", "C1")]
    assert faults(*part("places", {"place": "C1"}, x=1000.0)) == [("TL2", "record_wrong", "C1")]


def test_the_nearest_place_is_one_of_the_plan() -> None:
    """A nearest place must be known, and a walk without a place is a walk to nowhere."""
    assert faults(*service("E7", nearest="C1", nearest_walk_s=500)) == []
    assert faults(*service("E7", nearest="S9")) == [("TL3", "service_nearest", "E7")]
    assert faults(*service("E7", nearest_walk_s=500)) == [("TL3", "service_nearest", "E7")]


def test_to_the_main_room_is_no_farther_either() -> None:
    """Measured to the main room only, a second room 50.01 m from it is still too far."""
    law_ = pack(cluster_distance="to_main")
    case, made_so = sites("S5", x=1000.0, y=1050.01)
    found = faults(case.model_copy(update={"pack": law_}), made_so.model_copy(update={"switches": law_.switches_in_force}))
    assert found == [("TL11", "cluster_too_far", "C1")]


def test_an_estate_with_area_but_no_place_is_told_why() -> None:
    """Where m² suffice and only a second qualifying place is wanting, the place that is too small is named."""
    pack_ = law({"tests": [], "place": {"min": amount(200, clause="C8")}, "coverage": 2})
    case = county(pack_, [estate("E", 1)], [site("S"), site("R")], [option("O", "S", 200), option("Q", "R", 199)])
    found = wrong(case, made(case, {"O": 20000, "Q": 19900}, [], {"E": 0}))
    assert {("C2", "coverage_short", "E"), ("C8", "place_below_min", "R")} <= set(found)
    assert ("C8", "place_below_min", "S") not in found


def test_days_are_listed_once() -> None:
    """A checkpoint listed twice is a fault of the record."""
    assert faults(scenario(), plan(checkpoints=LAWFUL.checkpoints * 2)) == [("TL2", "record_wrong", "plan")]
    rows = changed(LAWFUL.places, {"place": "S3"}, members=())
    assert faults(scenario(), plan(places=rows)) == [("TL2", "record_wrong", "S3")]
