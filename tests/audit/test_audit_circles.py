"""Circles in every mode of reach, weights of milestones, and places that show no walk: what only a second case tells apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.others import TEXT, amount, county, estate, law, line, made, option, site, wrong

DAY = date(2022, 9, 30)


def together(mode: str, second: dict[str, Any], area: int) -> list[str]:
    """Return who is short when two estates of 100 dwellings share a circle of some mode with one place of some dm²."""
    pack = law({"reach": {"mode": mode, "clause": "C3"}, "sharing": "circle_total"})
    rows = [estate("E", 100, kind="village"), estate("F", 100, kind="village", **second)]
    case = county(pack, rows, [site("S", estate="E")], [option("O", "S", f"{area / 100:.2f}")])
    plan = made(case, {"O": area}, [], {"E": 2000, "F": 2000}, held={"E": area, "F": area})
    return sorted(subject for _, code, subject in wrong(case, plan) if code == "requirement_short")


@pytest.mark.parametrize(
    ("mode", "near", "far"),
    [
        ("community", {}, {"community": "K2"}),
        ("township", {"community": "K2"}, {"township": "U"}),
        ("village", {"adjacent": "E"}, {}),
    ],
)
def test_a_circle_takes_in_the_estates_of_its_own_reach(mode: str, near: dict[str, Any], far: dict[str, Any]) -> None:
    """20 m² are enough for one estate, 40 m² for two in one circle; an estate outside it needs a room of its own."""
    assert together(mode, near, 4000) == []
    assert together(mode, near, 3999) == ["E", "F"]
    assert together(mode, far, 2000) == ["F"]
    assert together(mode, far, 1999) == ["E", "F"]


def test_an_estate_alone_in_its_own_circle() -> None:
    """Where only rooms in the estate count, no other estate shares its circle."""
    assert together("own_estate", {}, 2000) == ["F"]


@pytest.mark.parametrize(("share", "unit", "ok"), [("0.9", "dwellings", True), ("0.91", "dwellings", False), ("0.5", "estates", True)])
def test_dwellings_weigh_by_their_number_estates_alike(share: str, unit: str, ok: bool) -> None:
    """One estate of 900 dwellings served beside one of 100 left out is 90 % of the dwellings and half of the estates."""
    rule = {
        "id": "m",
        "clause": "C7",
        "unit": unit,
        "cohorts": ["old"],
        "per": "county",
        "share": amount(share, "share", "C7"),
        "date": DAY,
    }
    pack = law({"deadline": None}, milestones=[rule], require_all_by_end=False)
    case = county(pack, [estate("E", 900), estate("F", 100)], [site("S")], [option("O", "S", 180)])
    plan = made(case, {"O": 18000}, [("E", "S", 18000)], {"E": 18000, "F": 2000}, checkpoints=[DAY])
    assert wrong(case, plan) == ([] if ok else [("C7", "milestone_short", "X")])


def test_a_milestone_over_nobody_asks_nothing() -> None:
    """Where no estate is of the cohorts a milestone names, its day need not be shown and nothing is short."""
    rule = {
        "id": "m",
        "clause": "C7",
        "unit": "estates",
        "cohorts": ["new"],
        "per": "county",
        "share": amount(1, "share", "C7"),
        "date": DAY,
    }
    case = county(law(milestones=[rule]), [estate("E", 100)], [site("S")], [option("O", "S", 20)])
    assert wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000})) == []


def test_stations_are_counted_without_a_list_of_credits() -> None:
    """A community done by its station needs no credits on the milestone's day; one done by all its estates does."""
    for done_when, codes in (("station", set()), ("all_estates", {"checkpoint_missing", "milestone_short"})):
        rule = {
            "id": "m", "clause": "C7", "unit": "communities", "cohorts": ["old"], "per": "county", "share": amount(1, "share", "C7"),
            "date": DAY, "done_when": done_when,
        }  # fmt: skip
        case = county(law(milestones=[rule]), [estate("E", 100)], [site("S")], [option("O", "S", 20)])
        found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}))
        assert {code for _, code, _ in found} == codes


def test_a_cluster_with_a_door_out_of_the_table_is_out_of_reach() -> None:
    """Measured to every room, a room whose walk nobody stated takes the whole cluster out of reach."""
    rule = {"clause": "C7", "within": amount(50, "metres", "C7"), "cohorts": ["old"], "circle_to": "every_room"}
    pack = law({"reach": {"mode": "walk", "limit": amount(15, "minutes", "C3"), "clause": "C2"}}, cluster=rule)
    sites = [site("S", cluster="K", cluster_main=True, cluster_approval="ok", x=0, y=0), site("R", cluster="K", x=0, y=9)]
    rows = [option("O", "S", 10), option("Q", "R", 10)]
    for walks, ok in (({("E", "S"): 100, ("E", "R"): 200}, True), ({("E", "S"): 100}, False)):
        case = county(pack, [estate("E", 100)], sites, rows, walks=walks, crs="epsg:4549")
        plan = made(case, {"O": 1000, "Q": 1000}, [("E", "K", 2000)], {"E": 2000})
        credits = tuple(row.model_copy(update={"walk_s": 200 if ok else None}) for row in plan.credits)
        codes = {code for _, code, _ in wrong(case, plan.model_copy(update={"credits": credits}))} - {"exception_missing"}
        assert ("beyond_reach" not in codes) is ok


def test_a_grant_unknown_to_the_law_is_not_due() -> None:
    """A grant line that names no grant of the policy is found under the policy's grants, or under who pays where it has none."""
    paid = line("O", "S", 2022, "grant", 5, 5, "C1", payer="city", receiver="town", item="other")
    grants = [
        {"id": name, "clause": clause, "name": TEXT, "payer": "city", "receiver": "town", "by_works": []}
        for name, clause in (("g", "C6"), ("h", "C7"))
    ]
    for known, item, clause in (((), "other", "C1"), (grants, "other", "C6"), (grants, "h", "C7")):
        case = county(law(grants=list(known)), [estate("E", 100)], [site("S")], [option("O", "S", 20)])
        found = wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, ledger=[paid.model_copy(update={"item": item})]))
        assert found == [(clause, "grant_undue", "O")]
