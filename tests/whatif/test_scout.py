"""Where one more candidate saves most, against trying everything with it in each place."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from money.county import tonglu, weihai
from siteplanner.case.prepare import prepare
from siteplanner.commands import scout as commands
from siteplanner.scenario.load import load_scenario
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.scout import Cell, Scouting, Tried, Wanted, _cells, _saved, _with_cells, scout
from siteplanner.whatif.variation import Found
from support.brute_force import least_cost
from support.line import TONGLU, TOY, command
from support.whole_county import whole_county

some = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
WEIHAI = TONGLU.parent / "weihai"
TINY = Path(__file__).parents[1] / "scenario" / "tiny"
ROOM = Wanted("purchase", 30_000, 5_000_000)


@some
@given(st.integers(0, 10**6))
def test_savings_are_those_of_trying_everything(seed: int) -> None:
    """A cell that is solved saves what the least cost of all sets falls by with the candidate there; a bound is never below that."""
    scenario = whole_county(seed, estates=3, sites=3)
    found = scout(scenario, ROOM, cell_m=300, best=50)
    if found.base_fen is None:
        return
    case = prepare(scenario)
    for tried in found.tried:
        made = _with_cells(case, ROOM, [tried.cell])
        assert made is not None
        least = least_cost(made, frozenset({"township"}))
        assert least is not None
        saving = found.base_fen - least
        assert tried.saving_fen == saving if tried.solved else tried.saving_fen >= saving


def test_few_are_asked_for_and_the_best_is_among_them() -> None:
    """Asked for one cell, the search solves fewer and finds the same best saving as when all are solved."""
    scenario = load_scenario(TOY)
    every, one = (scout(scenario, Wanted("own", 40_000), cell_m=200, best=best) for best in (1000, 1))
    assert every.tried[0].saving_fen == max(t.saving_fen for t in one.tried if t.solved) > 0


def test_a_candidate_that_is_absent_changes_nothing() -> None:
    """With cells on the bench but none present, the county costs what it costs without them."""
    scenario = load_scenario(TOY)
    assert scout(scenario, ROOM, cell_m=300, best=5).base_fen == Lab(prepare(scenario)).base.fen


def test_the_grid_covers_the_county_and_is_written_as_a_map(tmp_path: Path) -> None:
    """On a county with coordinates cells are points in WGS 84, each with what it saves; no time limit is stated, so all is proven."""
    ran = command("scout", TONGLU, "--area", "400", "--price", "100000", "--cell", "3000", "--top", "3", "--out", tmp_path, "--json")
    assert ran.code == 0
    features = json.loads((tmp_path / "scout.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == len(ran.data["cells"]) > 3
    assert all(119 < feature["geometry"]["coordinates"][0] < 120 for feature in features)
    assert features[0]["properties"]["saving_fen"] == max(cell["saving_fen"] for cell in ran.data["cells"])


@pytest.mark.parametrize("kind", ["theft", ""])
def test_a_kind_that_is_none_is_refused(kind: str) -> None:
    """An unknown way of getting rooms is a located problem that lists the choices."""
    ran = command("scout", TOY, "--area", "300", "--kind", kind, "--json")
    assert ran.code == 2
    assert [problem["code"] for problem in ran.data["problems"]] == ["unknown_kind"]


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (("--area", "300.005"), [("--area", "too_fine")]),
        (("--price", "0.125", "--rent", "1.001"), [("--price", "too_fine"), ("--rent", "too_fine")]),
        (("--fit-out", "inf", "--kind", "theft"), [("--fit-out", "bad_number"), ("--kind", "unknown_kind")]),
    ],
)
def test_amounts_finer_than_the_tables_hold_are_refused(words: tuple[str, ...], problems: list[tuple[str, str]]) -> None:
    """Half a fen is neither rounded up nor down: it is refused as in a table, everything wrong at once."""
    ran = command("scout", TOY, "--area", "300", *words, "--json")
    assert ran.code == 2
    assert [(problem["where"], problem["code"]) for problem in ran.data["problems"]] == problems


def test_amounts_are_taken_to_the_fen_and_dm2(monkeypatch: pytest.MonkeyPatch) -> None:
    """No float is exactly 2.67 or 300.29: 2.67 yuan and 300.29 m2 arrive as 267 fen and 30,029 dm2."""
    asked: list[Wanted] = []
    monkeypatch.setattr(commands, "scout", lambda _, wanted, **__: asked.append(wanted) or Scouting(None, (), "nobody"))
    command("scout", TOY, "--area", "300.29", "--price", "2.67", "--rent", "0.01", "--json")
    assert asked == [Wanted("purchase", 30_029, 267, 0, 1)]


def test_a_candidate_pays_its_own_price_at_its_start() -> None:
    """The lawful candidate that is copied pays in instalments, half of them after the horizon; the new one pays 50,000 yuan at once."""
    dear = {"option": "O1", "kind": "purchase", "price_yuan": "900000", "payment_schedule": "0:50;3650:50"}
    found = scout(tonglu(dear), ROOM, cell_m=300, best=5)
    assert found.base_fen == 45_000_000
    assert [tried.saving_fen for tried in found.tried] == [45_000_000 - 5_000_000]


@pytest.mark.parametrize(("solved", "said"), [(True, "cannot be among the best"), (False, "they may be among the best")])
def test_cells_left_unsolved_by_a_limit_are_not_said_to_be_worse(solved: bool, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cells, one solved at 100 fen: another that could save 200 is ruled out only if it was solved too."""
    cells = [Cell(name, None, None, name, frozenset({"E01"})) for name in ("CELL1", "CELL2")]
    tried = (Tried(cells[0], 200, solved=solved, late=not solved), Tried(cells[1], 100, solved=True))
    monkeypatch.setattr(commands, "scout", lambda *_, **__: Scouting(1000, tried))
    asked = commands.Asked("own", 400, 0, 0, 0, 300, 2, 1.0)
    assert said in commands.run_scout(TOY, "", [], "en", asked, None).text


@pytest.mark.parametrize(
    ("option", "base", "saving"),
    [
        ({"kind": "own"}, -5_000_000, 5_000_000),
        ({"kind": "lease", "rent_yuan_per_year": "20000"}, 4_091_901, 9_091_901),
    ],
)
def test_a_cell_without_a_bound_may_save_what_it_receives_too(option: dict[str, str], base: int, saving: int) -> None:
    """A station for nothing brings the district an award of 50,000 yuan: that is saved besides all of the cost, which may be below nothing.

    A cell that time left without a bound saves at most that; with a bound of its own, or of a wider cell, no more than it.
    """
    wanted, scenario = Wanted("own", 30_000), weihai({"option": "O2", "works": "none", **option})
    tried = scout(scenario, wanted, cell_m=300, best=5).tried[0]
    assert (tried.saving_fen, tried.solved) == (saving, True)
    case = prepare(scenario)
    made = _with_cells(case, wanted, _cells(case, 300))
    assert made is not None
    lab = Lab(prepare(made), absent=lambda offer: offer.site == tried.cell.id)
    assert lab.base.fen == base
    known = [Found("limit", (), None), Found("limit", ((0.0, -math.inf),), None), Found("limit", ((0.0, base - 70.0),), None)]
    assert [_saved(lab, tried.cell, found, None).saving_fen for found in known] == [saving, saving, 70]
    assert _saved(lab, tried.cell, known[0], 500) == Tried(tried.cell, 500, solved=False, late=True)


def test_the_lowest_cost_is_finite_where_draws_have_no_limit_of_their_own() -> None:
    """A draw on earmarked money is limited by the bill that it pays, in a row: the lowest cost is some money received, not all there is."""
    lab = Lab(prepare(load_scenario(TINY)))
    goal = lab.goals[-1]
    assert np.isinf(lab.compiled.upper[goal.costs < 0]).any()
    assert -math.inf < lab.lowest(goal) < 0


@some
@given(st.integers(0, 10**6))
def test_no_plan_costs_less_than_the_lowest_cost(seed: int) -> None:
    """No lawful set of rooms costs less than every column at its better end."""
    scenario = whole_county(seed, estates=3, sites=3)
    least = least_cost(scenario, frozenset({"township"}))
    lab = Lab(prepare(scenario))
    assert least is None or lab.lowest(lab.goals[-1]) <= least + 1e-6


def test_where_a_community_is_the_reach_each_community_is_a_cell() -> None:
    """Weihai counts rooms of the community however far: each community with an estate that is due is one cell, all its estates in reach."""
    case = prepare(load_scenario(WEIHAI))
    due = {(need.estate.township, need.estate.community) for need in case.needs if need.status == "due"}
    cells = _cells(case, 300)
    assert len(cells) == len(due)
    for cell in cells:
        homes = {(e.township, e.community) for e in case.scenario.estates if e.id in cell.estates}
        assert len(homes) == 1


def test_what_keeps_every_candidate_out_is_said() -> None:
    """A room of one square metre fits nobody, and the message says that it is the kind or area."""
    ran = command("scout", TOY, "--area", "1", "--json")
    assert ran.data["hindrance"] == "unfit"
