"""How households are served in each plan, and sites that only some plans use: by hand on a few rows."""

from __future__ import annotations

from datetime import date

from siteplanner.compare import Compared, compare
from siteplanner.compare.parts import amounts_of
from siteplanner.plan import Chosen, PlaceRecord, Plan, Service
from siteplanner.planner import plan
from siteplanner.scenario.load import load_scenario
from support.line import TOY


def service(estate: str, town: str, dwellings: int, walk_s: int | None, status: str = "served") -> Service:
    """Return an estate under a plan."""
    return Service.model_validate(
        {
            "estate": estate, "name": estate, "township": town, "cohort": "existing", "dwellings": dwellings, "status": status,
            "required_dm2": 0, "held_dm2": 0, "nearest_walk_s": walk_s,
        }
    )  # fmt: skip


def place(town: str, gross_dm2: int) -> PlaceRecord:
    """Return a place of some area."""
    day = date(2022, 1, 1)
    return PlaceRecord(place=f"P{gross_dm2}", name="", kind="site", members=(), township=town, gross_dm2=gross_dm2, net_dm2=0, ready=day)


def with_rows(made: Plan) -> Compared:
    """Return a plan of two towns: 100 dwellings at 100 s and 300 at 200 s in X, 100 at 901 s in Y, and one estate left out."""
    rows = (
        service("E1", "X", 100, 100), service("E2", "X", 300, 200), service("E3", "Y", 100, 901), service("E4", "Y", 50, None, "exempt"),
        service("E5", "Y", 100, None, "short"),
    )  # fmt: skip
    places = (place("X", 60_000), place("X", 20_001), place("Y", 30_000))
    return Compared("A", made.model_copy(update={"services": rows, "places": places}))


def amounts(one: Compared, key: str) -> dict[str, int]:
    """Return the rows of a part by township, the empty name standing for all."""
    return {row.key[0]: row.amounts[0] for row in amounts_of(key, [one]).rows}


def test_walks_are_weighted_by_households() -> None:
    """X walks (100 × 100 + 300 × 200) / 400 = 175 s on average, Y 901 s, all 320.2 s; the longest is 901 s."""
    one = with_rows(plan(load_scenario(TOY)).plan)
    assert amounts(one, "households") == {"X": 400, "Y": 100}
    assert amounts(one, "walk_total") == {"X": 70_000, "Y": 90_100}
    assert amounts(one, "walk_mean") == {"X": 175, "Y": 901, "": 320}
    assert amounts(one, "walk_worst") == {"X": 200, "Y": 901, "": 901}


def test_area_stands_for_a_hundred_dwellings_that_count() -> None:
    """X has 800.01 m² for 400 dwellings: 200.00 a hundred; in Y the exempt estate is outside, so 300 m² stand for 200 dwellings."""
    one = with_rows(plan(load_scenario(TOY)).plan)
    assert amounts(one, "per_hundred") == {"X": 20_000, "Y": 15_000, "": 18_334}


def test_means_have_no_total() -> None:
    """Means and longest walks do not add up, so no paper shows a sum of them."""
    one = with_rows(plan(load_scenario(TOY)).plan)
    assert [key for key in ("households", "walk_total", "walk_mean", "walk_worst", "per_hundred") if amounts_of(key, [one]).adds_up] == [
        "households",
        "walk_total",
    ]


def test_sites_used_in_one_plan_and_not_the_other_are_listed() -> None:
    """A site is listed if some plan leaves it unused, with the options started there; a site used by all is not."""
    base = plan(load_scenario(TOY)).plan
    first = base.chosen[0]
    other = Chosen.model_validate({**first.model_dump(), "option": "O99", "site": "S99", "place": "S99"})
    found = compare([Compared("A", base), Compared("B", base.model_copy(update={"chosen": (*base.chosen[1:], other)}))])
    assert {row.site: row.used for row in found.sites} == {first.site: ((first.option,), ()), "S99": ((), ("O99",))}
