"""Weihai's lottery grant with the area as a decision, seen from the district: the plan against every area of a fine grid.

Up to 500 m² a place earns 50,000 yuan, between 500 and 1,000 m² 100,000, from 1,000 m² on 200,000: between the steps cost is linear in
the area, so the least stands at an end of a band or where the need is just met. The grid has every tenth m², every dm² within 5 dm²
of a step, and, beside whatever the other rooms take, the area that just meets the need.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.explain.nouns import NoPlan
from siteplanner.planner import plan
from siteplanner.report.names import Names
from siteplanner.report.tables import plan_tables
from support.small import Cells, County, estate, held, room

HELD = (held("C0", "county_centre", 100, community="九社区", district="环翠区", station_type="county_centre"),)
seeds = st.integers(0, 10**6)
many = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
Cell = tuple[int, int, int, int, bool]
"""A room: least and greatest area in dm², yuan a dm² × 100, yuan whatever the area, whether it may earn the grant."""


def drawn(seed: int) -> tuple[list[int], list[Cell]]:
    """Return the needs of one or two estates of one community, dm², and one or two rooms."""
    dice = Random(seed)
    needs = [3_000 * dice.randint(5, 25) for _ in range(dice.choice((1, 2)))]
    rooms = []
    for _ in range(dice.choice((1, 2, 2))):
        least = dice.choice((100, 300, 480, 499, 501, 700)) * 100
        most = least + dice.choice((10, 30, 200, 499, 700, 900)) * 100
        rooms.append(
            (least, most, dice.choice((40, 90, 99, 110, 190, 210, 1_000, 5_000)), 1_000 * dice.randint(0, 150), dice.random() < 0.85)
        )
    return needs, rooms


def county(needs: list[int], rooms: list[Cell]) -> County:
    """Return the county of these needs and rooms: 15 m² per 100 dwellings, so 200 dwellings need 30 m²."""
    return County(
        "weihai-2019",
        [estate(f"E{n}", need // 15) for n, need in enumerate(needs)],
        [_room(f"R{n}", cell) for n, cell in enumerate(rooms)],
        HELD,
        inputs={"provincial_award_yuan": ""},
        settings={"perspective": "district"},
    )


def _room(key: str, cell: Cell) -> Cells:
    least, most, per_m2, fixed, earns = cell
    spot = room(key, "", area_min_m2=least / 100, area_max_m2=most / 100, price_yuan_per_m2=per_m2, tax_fee_yuan=fixed)
    del spot["area_m2"], spot["price_yuan"]
    return spot | ({} if earns else {"pilot_money": "yes"})


def grant(area: int) -> int:
    """Return the grant of a place, yuan."""
    return 50_000 if area <= 50_000 else 100_000 if area < 100_000 else 200_000


def grid(cell: Cell, wanted: int) -> Iterator[int]:
    """Yield the areas that are tried: every 10 m², every dm² about the steps, both ends, and the area that is wanted."""
    least, most, *_ = cell
    fine = [step + n for step in (50_000, 100_000) for n in range(-5, 6)]
    yield from sorted({least, most, wanted, *fine, *range(least, most + 1, 1_000)} & set(range(least, most + 1)))


def least_on_the_grid(needs: list[int], rooms: list[Cell]) -> int | None:
    """Return the least net cost to the district, fen, over the grid of every set of rooms; None where none meets the need."""
    best: int | None = None
    for taken in itertools.product((False, True), repeat=len(rooms)):
        cells = [cell for cell, start in zip(rooms, taken, strict=True) if start]
        for areas in _areas(cells, sum(needs)):
            if areas and sum(areas) >= sum(needs):
                cost = sum(_cost(cell, area) for cell, area in zip(cells, areas, strict=True))
                best = cost if best is None else min(best, cost)
    return best


def _areas(cells: list[Cell], wanted: int) -> Iterator[tuple[int, ...]]:
    """Yield areas of the rooms: one of them the one that just meets the need beside the others, the others on the grid."""
    if not cells:
        return
    for last in range(len(cells)):
        others = [cell for n, cell in enumerate(cells) if n != last]
        for areas in itertools.product(*(tuple(grid(cell, wanted)) for cell in others)):
            for area in grid(cells[last], wanted - sum(areas)):
                yield (*areas[:last], area, *areas[last:])


def _cost(cell: Cell, area: int) -> int:
    _, _, per_m2, fixed, earns = cell
    return 100 * fixed + per_m2 * area - (100 * grant(area) if earns else 0)


@many
@given(seeds)
def test_the_plan_costs_what_the_best_area_of_the_grid_costs(seed: int) -> None:
    """The proven optimum is no dearer than any area of the grid, and no cheaper than the best of them."""
    needs, rooms = drawn(seed)
    try:
        found = plan(county(needs, rooms).scenario(town_centres="not_required")).plan
    except NoPlan as error:
        assert error.explanation.confirmed
        assert least_on_the_grid(needs, rooms) is None
        return
    assert found.perspective == "district"
    assert found.status.status == "optimal"
    assert sum(term.amount for term in found.terms) == least_on_the_grid(needs, rooms)


def test_area_bought_to_earn_grant_is_told_with_what_it_cost() -> None:
    """A need of 150 m² met by 1,000 m² at 10 yuan each: 850 m² more earn 150,000 yuan and cost 8,500 yuan."""
    scenario = county([15_000], [(10_000, 120_000, 10, 0, True)]).scenario(town_centres="not_required")
    found = plan(scenario).plan
    told = [row for row in found.notices if row.code == "area_for_grant"]
    assert [(row.subject, *(row.facts[name] for name in ("area", "needed", "beyond", "gained", "cost"))) for row in told] == [
        ("R0", "1,000.00", "150.00", "850.00", "150,000.00", "8,500.00")
    ]
    table = plan_tables(Names(scenario, found, "en"))["grant_steps"]
    keys = ("area", "grant_step", "earned_here", "earned_beside", "step_earned", "area_beyond", "cost_beyond")
    assert [table.values(key) for key in keys] == [[n] for n in (100_000, 100_000, 20_000_000, 10_000_000, 10_000_000, 85_000, 850_000)]


def test_every_place_on_a_step_is_named_with_what_the_step_earned() -> None:
    """In a hundred counties each room on either side of a step that pays it is in the report; each step is met five times or more."""
    beside = {50_000: -50_000, 50_001: 50_000, 99_999: -100_000, 100_000: 100_000}
    met = dict.fromkeys(beside, 0)
    for seed in range(100):
        needs, rooms = drawn(seed)
        try:
            found = plan(county(needs, rooms).scenario(town_centres="not_required")).plan
        except NoPlan:
            continue
        earning = {f"R{n}" for n, cell in enumerate(rooms) if cell[4]}
        on_step = {pick.place: pick.area_dm2 for pick in found.chosen if pick.area_dm2 in beside and pick.option in earning}
        told = {row.subject: int(row.facts["difference_fen"]) // 100 for row in found.notices if row.code == "grant_step"}
        assert {place: told.get(place) for place in on_step} == {place: beside[area] for place, area in on_step.items()}
        for area in on_step.values():
            met[area] += 1
    assert met[50_001] >= 5
    assert met[100_000] >= 5
