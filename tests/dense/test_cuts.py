"""Ways to cut a part into cells: the best is kept with its rows, and cells are joined as they are."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tests.support.sitings import town_part, woven_part

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense import improve as both_sides
from siteplanner.solve.dense.crew import Crew
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.relaxation import Relaxation, plain_bound
from siteplanner.solve.dense.search import Search, Sweep, sweeps
from siteplanner.solve.dense.standing import Standing
from siteplanner.solve.dense.web import Indices, Web, cells, joined
from siteplanner.solve.dense.windows import charged, priced_window
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Limits

PROOF = Limits(0.0, None, 1, 0)
SEEDS = range(4)
ESTATES = 40


@pytest.mark.parametrize("seed", SEEDS)
def test_joined_cells_are_whole_cells_side_by_side(seed: int) -> None:
    """Every cell is joined with one that has choices in common, or stays the same object, until nothing is left to join."""
    web, _ = woven_part(seed, ESTATES)
    parts = cells(web, 5, seed)
    assert len(parts) > 2
    for _ in range(20):
        found = joined(web, parts)
        assert sorted(n for cell in found for n in cell.tolist()) == list(range(len(web.needs)))
        for cell in found:
            inside = [old for old in parts if np.isin(old, cell).any()]
            assert sum(map(len, inside)) == len(cell)
            if len(inside) == 1:
                assert inside[0] is cell
            else:
                one, other = (set(web.choices[old].indices.tolist()) for old in inside)
                assert one & other
        if len(found) == len(parts):
            break
        parts = found
    assert len(parts) == 1, "one connected part ends as one cell"


def rows_of(web: Web, costs: Floats, relaxation: Relaxation, parts: Sequence[Indices]) -> None:
    """Add the row of every cell's window."""
    for cell in parts:
        window = priced_window(web, cell)
        prices = charged(web, window, relaxation.costs_beside(window.columns), relaxation.duals)
        plain, reduced = plain_bound(window.compiled, prices)
        relaxation.add(window.columns, prices, Highs(window.compiled).minimise(prices, PROOF, None, None).bound - 1e-7, plain, reduced)
        relaxation.solve()


def test_rows_put_back_say_what_they_said() -> None:
    """Without its rows a relaxation is worth what it was before; with them again, what it was with them."""
    lifted = 0
    for seed in SEEDS:
        web, costs = woven_part(seed, ESTATES)
        relaxation = Relaxation(web.compiled, costs)
        bare = relaxation.value
        rows_of(web, costs, relaxation, cells(web, 8, seed))
        kept, value = relaxation.rows, relaxation.value
        relaxation.exchange([])
        assert relaxation.value == pytest.approx(bare, rel=1e-6)
        rows_of(web, costs, relaxation, cells(web, 5, seed + 1))
        relaxation.exchange(kept)
        assert len(relaxation.rows) == len(kept)
        assert relaxation.value == pytest.approx(value, rel=1e-6)
        lifted += value > bare + 1e-3
    assert lifted


def test_the_cut_of_the_greatest_bound_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """After all cuts the relaxation stands where the best of them left it."""
    values: list[float] = []
    ends: list[float] = []
    solve_round, cut = both_sides._Improve.round, both_sides._Improve.cut

    def told_round(work: both_sides._Improve, waiting: Sequence[Indices]) -> None:
        solve_round(work, waiting)
        if not ends:
            values.append(work.relaxation.value)

    def told_cut(work: both_sides._Improve) -> list[Indices]:
        found = cut(work)
        ends.append(work.relaxation.value)
        return found

    monkeypatch.setattr(both_sides, "_SMALL", 0)
    monkeypatch.setattr(both_sides, "CELL", 3)
    monkeypatch.setattr(both_sides._Improve, "fix", lambda _work: None)
    monkeypatch.setattr(both_sides._Improve, "cut", told_cut)
    monkeypatch.setattr(both_sides._Improve, "round", told_round)
    differ = 0
    for seed in (0, 1):
        values.clear()
        ends.clear()
        improve(*town_part(seed, ESTATES), PROOF, lambda _value, _bound: bool(ends), workers=1)
        assert len(values) in (1, both_sides._CUTS), "cut once only where that one cut closed the gap"
        assert ends[0] == pytest.approx(max(values), rel=1e-6)
        differ += max(values) > min(values) + 1e-3 and values[-1] < max(values)
    assert differ, "cuts that all say the same show nothing"


def test_better_plans_are_sought_only_until_it_is_enough() -> None:
    """The crew takes step after step and stops when told to."""
    web, costs = woven_part(0, ESTATES)

    def limits(gap: float, nodes: int) -> Limits:
        return Limits(gap, None, 1, 0, nodes)

    search = Search(web, web, costs, Relaxation(web.compiled, costs).reduced, limits, 0)
    search.offer(np.asarray(Highs(web.compiled).minimise(-costs, PROOF, None, None).point))
    standing = Standing(web, costs, PROOF, None, search, 0.0, 0.0, (web.compiled.lower, web.compiled.upper))
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    before = search.value
    with ThreadPoolExecutor(1) as pool:
        crew = Crew(standing, 1, pool)
        crew.seek(lambda: False)
        assert search.value == before, "who does not search yet has no step to take"
        crew.searching = True
        crew.seek(enough)
        assert asked == 4
        crew.seek(lambda: search.settled)
    assert search.value < before


def test_a_search_is_settled_once_the_first_width_has_been_searched() -> None:
    """Sweeps between plans, the wide window and the first width come before; later sweeps, their end and no plan after."""
    web, costs = woven_part(1, ESTATES)

    def limits(gap: float, nodes: int) -> Limits:
        return Limits(gap, None, 1, 0, nodes)

    for plans in (0, 1, 2):
        search = Search(web, web, costs, Relaxation(web.compiled, costs).reduced, limits, 0)
        assert search.settled, "nothing to make better"
        search.point = np.zeros(len(costs))
        told: list[tuple[Sweep | None, bool]] = []
        for sweep in (*sweeps(plans), None):
            search._sweep = sweep
            told.append((sweep, search.settled))
        first = [settled for _, settled in told].index(True)
        assert all(settled for _, settled in told[first:])
        last = told[first - 1][0]
        assert last is not None
        assert last.dear is not None, "the sweeps between plans are over"
