"""A part of a town from both sides: searches of the whole side by side, steps that run on, and rows worth no more than a tolerance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_array, vstack
from tests.support.sitings import SmallSiting, town_part, woven_part

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense import improve as both_sides
from siteplanner.solve.dense.crew import Crew
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.relaxation import Relaxation
from siteplanner.solve.dense.search import Search, Step, Sweep, sweeps
from siteplanner.solve.dense.sites import without_links
from siteplanner.solve.dense.standing import Standing
from siteplanner.solve.dense.web import Web
from siteplanner.solve.dense.windows import loose_window
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Answer, Limits, Watch

PROOF = Limits(0.0, None, 1, 0)
SEEDS = range(4)
ESTATES = 22


def by_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have windows close the gap of small parts too, the whole coming last."""
    monkeypatch.setattr(both_sides, "_SMALL", 0)
    monkeypatch.setattr(both_sides, "CELL", 7)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_whole_is_proven_by_any_number_of_workers(seed: int, workers: int) -> None:
    """Searches side by side, each heard by the others, prove what the solver alone proves."""
    compiled, costs = town_part(seed, ESTATES)
    alone = Highs(compiled).minimise(costs, PROOF, None, None)
    answer = improve(compiled, costs, PROOF, workers=workers)
    assert (alone.verdict, answer.verdict) == ("proven", "proven")
    assert answer.value == pytest.approx(alone.value, abs=1e-4)
    assert answer.bound <= alone.value + 1e-4


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_windows_prove_no_more_than_holds(seed: int, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With small windows, and steps of the search beside them, value and bound meet where the solver alone sees them."""
    by_windows(monkeypatch)
    compiled, costs = town_part(seed, ESTATES)
    alone = Highs(compiled).minimise(costs, PROOF, None, None)
    answer = improve(compiled, costs, PROOF, workers=workers)
    assert answer.verdict == "proven"
    assert answer.value == pytest.approx(alone.value, abs=1e-4)
    assert answer.bound <= alone.value + 1e-4


def test_a_solver_that_failed_says_nothing() -> None:
    """Asked for other threads than HiGHS runs with by now, it refuses: no plan, and no bound either."""
    compiled, costs = town_part(1, ESTATES)

    def asked(threads: int) -> Answer:
        return Highs(compiled).minimise(costs, replace(PROOF, threads=threads), None, None)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asked, 1).result().verdict == "proven"
        refused = pool.submit(asked, 4).result()
    assert (refused.verdict, refused.point, refused.bound) == ("limit", None, -float("inf"))


def test_a_part_without_a_plan_is_called_infeasible_after_windows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no plan is found in windows their cells grow all the same, until the whole is known to have none."""
    by_windows(monkeypatch)
    siting = SmallSiting((10, 10, 10), ((0, 1), (1, 2), (0, 2)), (((100, 5),), ((100, 5),), ((100, 5),)))
    compiled, costs = siting.compiled()
    limit = csr_array(np.where(compiled.integer, 1.0, 0.0)[None, :])
    limited = replace(
        compiled,
        matrix=csr_array(vstack([compiled.matrix, limit])),
        row_lower=np.append(compiled.row_lower, -np.inf),
        row_upper=np.append(compiled.row_upper, 1.5),
        row_names=(*compiled.row_names, "limit."),
    )
    assert improve(limited, costs, replace(PROOF, seconds=20.0)).verdict == "infeasible"


def test_costs_that_are_but_a_tolerance_give_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all that windows are charged is some 1e-4 万元, none is solved and no row is added."""
    by_windows(monkeypatch)
    real = both_sides.charged
    monkeypatch.setattr(both_sides, "charged", lambda *given: real(*given) * 1e-6)

    def refuse(*_: object) -> None:
        raise AssertionError("a row was added")

    monkeypatch.setattr(Relaxation, "add", refuse)
    for seed in SEEDS:
        compiled, costs = town_part(seed, ESTATES)
        answer = improve(compiled, costs, PROOF)
        assert answer.verdict == "proven"
        assert answer.value == pytest.approx(Highs(compiled).minimise(costs, PROOF, None, None).value, abs=1e-4)


def searched(seed: int, free: int, estates: int = 22) -> tuple[Search, Web]:
    """Return a search that stands at any plan of a part, with windows of some choices, sweep after sweep."""
    web, costs = woven_part(seed, estates)
    relaxation = Relaxation(web.compiled, costs)
    order = [Sweep(free, overlap=3, nodes=150, gap=1e-4, dear=dear) for dear in (0.1, 0.2, 0.3)]
    search = Search(
        web,
        without_links(web),
        costs,
        relaxation.reduced,
        lambda gap, nodes: replace(PROOF, gap=gap, nodes=nodes),
        seed,
        lambda _: iter(order),
    )
    start = Highs(web.compiled).minimise(costs, replace(PROOF, gap=0.2), None, None)
    assert start.point is not None and search.offer(start.point)
    return search, web


def test_choices_that_known_plans_differ_in_are_freed_first() -> None:
    """A search that knows several plans is promising while its windows free what these differ in, and then goes on to other choices."""
    tried = 0
    for seed in SEEDS:
        web, costs = woven_part(seed, 22)
        relaxation = Relaxation(web.compiled, costs)
        search = Search(web, without_links(web), costs, relaxation.reduced, lambda gap, nodes: replace(PROOF, gap=gap, nodes=nodes), seed)
        assert not search.promising
        plans = []
        for rough in (0.05, 0.2, 0.4):
            dear = costs * np.random.default_rng([seed, round(100 * rough)]).uniform(0.5, 1.5, len(costs))
            point = Highs(web.compiled).minimise(dear, replace(PROOF, gap=rough), None, None).point
            assert point is not None
            plans.append(point)
        search.take(plans)
        whole = web.compiled.integer
        differ = whole & (np.ptp(np.rint(plans), axis=0) > 0)
        if not differ.any():
            continue
        tried += 1
        assert search.promising
        assert np.array_equal(search.between, differ)
        before = search.value
        assert before == pytest.approx(min(float(costs @ plan) for plan in plans))
        while (step := search.step([])) is not None and search.promising:
            assert differ[step.free].all()
            step.run(lambda _value, _bound: False)
            search.finish([step])
        assert search.value <= before
        assert step is not None
        assert not search.promising
    assert tried


def test_sweeps_begin_where_most_is_known_and_grow() -> None:
    """With several plans their differences come first; with one or none, one wide window; then ever wider ones over dearer choices."""
    for plans in (0, 1, 2, 8):
        order = list(sweeps(plans))
        first = [sweep for sweep in order if sweep.dear is None]
        assert bool(first) == (plans > 1)
        assert order[: len(first)] == first
        later = order[len(first) + (plans <= 1) :]
        widths, dear = [sweep.width for sweep in later], [sweep.dear or 0.0 for sweep in later]
        assert widths == sorted(set(widths))
        assert dear == sorted(dear)
        assert order[len(first)].windows(1000) == (1 if plans <= 1 else 38)


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_that_run_at_once_share_nothing_and_all_are_taken(seed: int) -> None:
    """Steps begun while others run have windows of other columns; taken in any order they leave a plan that keeps every row."""
    search, web = searched(seed, 10)
    before = search.value
    for turn in range(4):
        running: list[Step] = []
        while len(running) < 3 and (step := search.step(running)) is not None:
            assert all(not np.intersect1d(step.window.columns, other.window.columns).size for other in running)
            running.append(step)
        assert running or turn
        for step in reversed(running):
            step.run(lambda _value, _bound: False)
            search.finish([step])
        assert search.point is not None
        activity = web.compiled.matrix @ search.point
        assert (activity >= web.compiled.row_lower - 1e-4).all()
        assert (activity <= web.compiled.row_upper + 1e-4).all()
    assert search.value <= before


def test_credits_around_a_running_step_stay_as_they_are() -> None:
    """While a step runs, credits are shifted only where none of its rows feels it."""
    search, _ = searched(2, 2, 160)
    first = search.step([])
    assert first is not None and search.point is not None
    around = search.inner.columns_of(first.window.rows)
    before = search.point.copy()
    for _ in range(5):
        search.step([first])
    assert search.point is not None
    assert np.array_equal(search.point[around], before[around])
    assert not np.array_equal(search.point, before)


def test_a_loose_window_leaves_frozen_columns_out() -> None:
    """Frozen columns are not in the window, and count as what they are."""
    search, web = searched(3, 10)
    assert search.point is not None
    frozen = np.zeros(web.compiled.columns, dtype=np.bool_)
    frozen[~web.compiled.integer] = np.arange(int((~web.compiled.integer).sum())) % 2 == 0
    window = loose_window(search.inner, search.point, frozen)
    assert not frozen[window.columns].any()
    assert not web.compiled.integer[window.columns].any()
    answer = Highs(window.compiled).minimise(np.ones(len(window.columns)), PROOF, None, None)
    assert answer.point is not None
    point = np.where(frozen | web.compiled.integer, search.point, 0.0)
    point[window.columns] = answer.point
    assert (search.inner.compiled.matrix @ point <= search.inner.compiled.row_upper + 1e-4).all()


def test_better_plans_are_told_as_they_are_found() -> None:
    """What is told on the way keeps every row, each cheaper than the one before; the last is the answer. Nodes are counted."""
    compiled, costs = town_part(3, 40)
    told: list[Floats] = []
    solver = Highs(compiled)
    solver.tell(told.append)
    answer = solver.minimise(costs, PROOF, None, lambda _value, _bound: False)
    assert answer.verdict == "proven"
    values = [float(costs @ point) for point in told]
    assert len(values) > 1
    assert all(later < earlier for earlier, later in pairwise(values))
    assert values[-1] == pytest.approx(answer.value, abs=1e-6)
    assert all((compiled.matrix @ point >= compiled.row_lower - 1e-5).all() for point in told)
    assert solver.nodes > 0


def keeps(compiled: Compiled, point: Floats) -> bool:
    """Return whether a point keeps every row."""
    activity = compiled.matrix @ point
    return bool((activity >= compiled.row_lower - 1e-6).all() and (activity <= compiled.row_upper + 1e-6).all())


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_a_plan_that_others_found_is_taken_in_mid_search(gap: float) -> None:
    """Given the best plan as news, a search from a poor one tells of none in between, though presolve has settled half of the choices."""
    compiled, costs = town_part(3, 40)
    best = Highs(compiled).minimise(costs, PROOF, None, None)
    assert best.point is not None
    chosen = np.flatnonzero(compiled.integer & (best.point > 0.5))
    lower = compiled.lower.copy()
    lower[chosen[: len(chosen) // 2]] = 1.0
    compiled = replace(compiled, lower=lower)
    poor = best.point.copy()
    poor[next(n for n in np.flatnonzero(compiled.integer & (best.point < 0.5)) if keeps(compiled, poor + np.eye(len(poor))[n]))] = 1.0
    assert best.value < costs @ poor < best.value + costs @ lower
    news, told = [best.point], list[Floats]()
    solver = Highs(compiled)
    solver.hear(lambda: news.pop() if news else None)
    solver.tell(told.append)
    answer = solver.minimise(costs, replace(PROOF, gap=gap), poor, lambda _value, _bound: False)
    assert answer.verdict == "proven"
    assert not news
    assert all(float(costs @ point) == pytest.approx(float(costs @ poor), abs=1e-6) for point in told)
    assert answer.value == pytest.approx(best.value, abs=1e-6)
    assert best.value * (1 - gap) - 1e-6 <= answer.bound <= best.value + 1e-6


def test_a_job_never_waits_for_a_step_unless_asked_to_make_room() -> None:
    """One worker: jobs follow one another; asked to make room, each job lets a step of the search begin before the next one."""
    order: list[str] = []

    class Job:
        def run(self, _watch: Watch) -> None:
            order.append("job")

    class Steps(Crew):
        def step(self) -> bool:
            self.steps[self.pool.submit(order.append, "step")] = object()  # type: ignore[assignment]
            return True

        def gather(self) -> None:
            for future in [future for future in self.steps if future.done()]:
                self.steps.pop(future)

    search, web = searched(0, 10)
    standing = Standing(web, search.costs, PROOF, None, search, 0.0, 0.0, (web.compiled.lower, web.compiled.upper))
    with ThreadPoolExecutor(1) as pool:
        crew = Steps(standing, 1, pool)
        crew.work([Job(), Job(), Job()])
        assert order == ["job", "job", "job"]
        crew.turns = 0
        crew.work([Job(), Job(), Job()], make_room=True)
    assert order[3:] == ["job", "step", "job", "step", "job"]


def test_small_windows_may_take_more_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of so many columns and more get the stated nodes, smaller ones more, the smallest most."""
    searches: list[tuple[int, int]] = []

    class Counted(Highs):
        def minimise(self, costs: Floats, limits: Limits, start: Floats | None, watch: Watch | None) -> Answer:
            if limits.good_start and limits.nodes is not None:
                searches.append((len(costs), limits.nodes))
            return super().minimise(costs, limits, start, watch)

    by_windows(monkeypatch)
    for name in ("_NODES", "_FIRST_NODES"):
        monkeypatch.setattr(both_sides, name, 100)
    monkeypatch.setattr(both_sides, "_WIDE", 150)
    monkeypatch.setattr(both_sides, "Highs", Counted)
    improve(*town_part(3, 40), PROOF, workers=1)
    assert {nodes for columns, nodes in searches if columns >= 150} == {100}
    fewer = sorted(found for found in searches if found[0] < 150)
    assert fewer[0][1] > 100
    assert all(later[1] <= earlier[1] for earlier, later in pairwise(fewer))
