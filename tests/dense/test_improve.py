"""A dense part from both sides: against every choice tried, on instances small enough to try them all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array, vstack
from tests.support.sitings import SmallSiting, random_siting

from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.relaxation import Relaxation, exact_needs
from siteplanner.solve.dense.siting import improve_siting
from siteplanner.solve.dense.web import cells, weave
from siteplanner.solve.dense.windows import charged, frozen_window, priced_window
from siteplanner.solve.highs import Highs
from siteplanner.solve.siting import faults_of, make_siting
from siteplanner.solve.solver import Limits
from siteplanner.units import FEN_PER_WAN

PROOF = Limits(0.0, None, 1, 0)
SEEDS = range(12)


def solvable(seed: int) -> SmallSiting:
    """Return the seed's problem, with needs halved until every estate can be served."""
    siting = random_siting(seed)
    largest = tuple(max(area for area, _ in ways) for ways in siting.options)
    while not siting.serves(largest):
        siting = replace(siting, needs=tuple((need + 1) // 2 for need in siting.needs))
    return siting


@pytest.mark.parametrize("seed", SEEDS)
def test_proof_is_the_optimum_of_every_choice_tried(seed: int) -> None:
    """The plan costs what the cheapest of all choices costs, and the bound says so."""
    siting = solvable(seed)
    compiled, costs = siting.compiled()
    answer = improve(compiled, costs, PROOF)
    assert answer.verdict == "proven"
    assert answer.value == pytest.approx(siting.optimum(), abs=1e-4)
    assert answer.bound == pytest.approx(answer.value, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_serves_everybody_in_whole_numbers(seed: int) -> None:
    """What is chosen serves every group of estates, one option a site, counted without a solver."""
    siting = solvable(seed)
    compiled, costs = siting.compiled()
    answer = improve(compiled, costs, PROOF)
    assert answer.point is not None
    chosen = [siting.flat()[n] for n in range(len(siting.flat())) if answer.point[n] > 0.5]
    assert len({site for site, _, _ in chosen}) == len(chosen)
    areas = [0] * len(siting.options)
    for site, area, _ in chosen:
        areas[site] = area
    assert siting.serves(tuple(areas))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_row_of_a_window_cuts_off_an_optimum(seed: int) -> None:
    """At any prices, the row of any window is kept by the optimum of the whole."""
    siting = solvable(seed)
    compiled, costs = siting.compiled()
    best = Highs(compiled).minimise(costs, PROOF, None, None)
    assert best.point is not None
    web = weave(exact_needs(compiled, costs, weave(compiled).needs))
    trimmed = Highs(web.compiled).minimise(costs, PROOF, None, None)
    assert trimmed.point is not None
    assert trimmed.value == pytest.approx(best.value, abs=1e-5)
    rng = np.random.default_rng(seed)
    for size in (1, 2, 4):
        for cell in cells(web, size, seed):
            window = priced_window(web, cell)
            duals = rng.uniform(0, 4, len(compiled.row_names)) * (
                1 - 2 * (np.isposinf(web.compiled.row_lower) | np.isneginf(web.compiled.row_lower))
            )
            prices = charged(web, window, costs, duals)
            least = Highs(window.compiled).minimise(prices, PROOF, None, None)
            assert prices @ trimmed.point[window.columns] >= least.bound - 1e-5


@pytest.mark.parametrize("seed", SEEDS)
def test_at_the_duals_a_window_never_says_less_than_the_relaxation(seed: int) -> None:
    """With the rows outside charged at their duals, a window's minimum is at least what the relaxation's point costs inside."""
    compiled, costs = solvable(seed).compiled()
    web = weave(exact_needs(compiled, costs, weave(compiled).needs))
    relaxation = Relaxation(web.compiled, costs)
    for cell in cells(web, 3, seed):
        window = priced_window(web, cell)
        prices = charged(web, window, relaxation.costs_beside(window.columns), relaxation.duals)
        least = Highs(window.compiled).minimise(prices, PROOF, None, None)
        assert least.bound >= prices @ relaxation.point[window.columns] - 1e-5


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_frozen_window_finds_completes_to_a_plan(seed: int) -> None:
    """A window's answer put into the plan it was frozen at keeps every row of the whole."""
    compiled, costs = solvable(seed).compiled()
    web = weave(compiled)
    dear = Highs(compiled).minimise(-costs, PROOF, None, None)
    assert dear.point is not None
    free = np.flatnonzero(compiled.integer)[::2].astype(np.int64)
    window = frozen_window(web, free, dear.point)
    found = Highs(window.compiled).minimise(costs[window.columns], PROOF, dear.point[window.columns], None)
    assert found.point is not None
    point = dear.point.copy()
    point[window.columns] = found.point
    activity = compiled.matrix @ point
    assert (activity >= compiled.row_lower - 1e-6).all()
    assert (activity <= compiled.row_upper + 1e-6).all()
    assert costs @ point <= costs @ dear.point + 1e-6


def test_needs_that_nobody_can_meet_are_called_infeasible() -> None:
    """A part whose estates need more than all sites hold has no plan, and no plan is made up."""
    siting = replace(solvable(0), needs=(1000,) * 7)
    compiled, costs = siting.compiled()
    answer = improve(compiled, costs, PROOF)
    assert answer.verdict == "infeasible"
    assert answer.point is None


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_no_plan_in_whole_numbers_is_infeasible(gap: float) -> None:
    """Three estates, each between two of three sites, need two sites; a limit of one and a half allows half of each, and no plan."""
    siting = SmallSiting((10, 10, 10), ((0, 1), (1, 2), (0, 2)), (((100, 5),), ((100, 5),), ((100, 5),)))
    compiled, costs = siting.compiled()
    limit = np.zeros((1, compiled.columns))
    limit[0, :3] = 1.0
    limited = replace(
        compiled,
        matrix=csr_array(vstack([compiled.matrix, csr_array(limit)])),
        row_lower=np.append(compiled.row_lower, -np.inf),
        row_upper=np.append(compiled.row_upper, 1.5),
        row_names=(*compiled.row_names, "limit."),
    )
    assert improve(compiled, costs, replace(PROOF, gap=gap)).value == pytest.approx(10.0)
    answer = improve(limited, costs, replace(PROOF, gap=gap))
    assert answer.verdict == "infeasible"
    assert answer.point is None


def test_watch_stops_the_search_and_keeps_the_plan() -> None:
    """A watch that says stop as soon as there is a plan gets that plan, with a bound below it."""
    siting = solvable(1)
    compiled, costs = siting.compiled()
    answer = improve(compiled, costs, PROOF, lambda value, bound: bool(np.isfinite(value)))
    assert answer.point is not None
    assert answer.bound <= siting.optimum() <= answer.value + 1e-6


def test_answer_does_not_depend_on_the_workers() -> None:
    """One worker or three: the same plan."""
    compiled, costs = solvable(3).compiled()
    one, three = (improve(compiled, costs, PROOF, workers=workers) for workers in (1, 3))
    assert one.point is not None
    assert three.point is not None
    assert one.value == three.value
    assert (np.rint(one.point[compiled.integer]) == np.rint(three.point[compiled.integer])).all()


def test_cells_hold_every_requirement_once() -> None:
    """Cells of any size share out all requirements, the same way for the same seed."""
    compiled, _ = solvable(2).compiled()
    web = weave(compiled)
    for size in (1, 2, 5, 100):
        found = cells(web, size, 7)
        assert sorted(n for cell in found for n in cell.tolist()) == list(range(len(web.needs)))
        assert [cell.tolist() for cell in found] == [cell.tolist() for cell in cells(web, size, 7)]


@pytest.mark.parametrize("seed", SEEDS)
def test_siting_problem_in_whole_numbers(seed: int) -> None:
    """As a siting problem, shrunk and assembled, the same optimum comes out, and the plan holds in whole dm²."""
    siting = solvable(seed)
    options = [(site, area, cost * FEN_PER_WAN) for site, area, cost in siting.flat()]
    problem = make_siting(siting.needs, siting.near, len(siting.options), options)
    answer = improve_siting(problem, problem.option_fen / FEN_PER_WAN, PROOF)
    assert answer.chosen is not None
    assert answer.value == pytest.approx(siting.optimum())
    assert answer.bound == pytest.approx(answer.value, abs=1e-3)
    assert not faults_of(problem, answer.chosen)
