"""The search of the whole where it is left to the solver: searches side by side, and what becomes of those that break off."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import replace
from itertools import count

import pytest
from tests.support.sitings import town_part

from siteplanner.solve.dense import improve as both_sides
from siteplanner.solve.dense import whole as whole_search
from siteplanner.solve.dense.crew import Crew
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.sites import Sites
from siteplanner.solve.dense.standing import Standing
from siteplanner.solve.dense.whole import Whole
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Answer, Limits, Verdict

PROOF = Limits(0.0, None, 1, 0)
SEEDS = range(4)
ESTATES = 22


def by_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the whole to the solver, as where no compiler is installed."""
    monkeypatch.setattr(whole_search, "QUICK", False)


def test_a_second_search_of_the_whole_sets_out_from_what_the_likeliest_choices_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first search finds nothing; what the likeliest choices give begins another one with fewer choices left, which proves it."""
    by_solver(monkeypatch)
    begun: list[tuple[int, bool]] = []
    real = Whole._proof

    def endless(whole: Whole) -> Answer:
        began = time.monotonic()
        while not whole.standing.over and time.monotonic() - began < 20:
            time.sleep(0.01)
        return Answer("interrupted", None, float("inf"), -float("inf"))

    def noted(whole: Whole, *, good_start: bool) -> Future[Answer]:
        begun.append((whole.standing.left_open(), good_start))
        return real(whole, good_start=True) if good_start else whole.crew.pool.submit(endless, whole)

    monkeypatch.setattr(Whole, "_proof", noted)
    compiled, costs = town_part(0, ESTATES)
    dear = Highs(compiled).minimise(-costs, replace(PROOF, gap=0.9), None, None)
    assert dear.point is not None
    known = Answer("limit", dear.point, float(costs @ dear.point), -float("inf"))
    # A start this dear would be passed over for annealed plans.
    monkeypatch.setattr(both_sides, "_ROUGH", 1.0)
    answer = improve(compiled, costs, PROOF, known=known)
    assert answer.verdict == "proven"
    (first, cold), (second, warm) = begun
    assert (cold, warm) == (False, True)
    assert second < first


@pytest.mark.parametrize("broken", ["limit", "infeasible"])
def test_a_search_that_breaks_off_does_not_end_the_others(broken: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search of the whole that ends at once, with nothing or by an error, leaves the proof to the other one."""
    by_solver(monkeypatch)
    real = Whole._proof

    def twice(whole: Whole, *, good_start: bool) -> Future[Answer]:
        return whole.crew.pool.submit(Answer, broken, None, float("inf"), -float("inf")) if good_start else real(whole, good_start=False)

    def again(whole: Whole, *, likely: bool) -> Future[Answer]:
        assert likely
        return whole.crew.pool.submit(Answer, "limit", None, float("inf"), -float("inf"))

    monkeypatch.setattr(Whole, "_proof", twice)
    monkeypatch.setattr(Whole, "_seek", again)
    fewer = count(9, -1)
    monkeypatch.setattr(Standing, "left_open", lambda _: next(fewer))
    for seed in SEEDS:
        compiled, costs = town_part(seed, ESTATES)
        answer = improve(compiled, costs, PROOF)
        assert answer.verdict == "proven"
        assert answer.value == pytest.approx(Highs(compiled).minimise(costs, PROOF, None, None).value, abs=1e-4)


def test_a_relaxation_that_cannot_be_solved_anew_leaves_the_search_of_the_whole_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be settled beside the search of the whole, it still ends in proof."""

    def never(_whole: Whole) -> None:
        raise ArithmeticError

    by_solver(monkeypatch)
    compiled, costs = town_part(0, ESTATES)
    real = Whole.__init__

    def begin(whole: Whole, standing: Standing, crew: Crew, sites: Sites | None, _: object) -> None:
        real(whole, standing, crew, sites, lambda: never(whole))

    monkeypatch.setattr(Whole, "__init__", begin)
    assert improve(compiled, costs, PROOF).verdict == "proven"
