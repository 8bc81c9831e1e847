"""The tree over whole choices: rows of groups, cuts by rounding, and proofs held against every choice tried."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from itertools import product
from threading import Thread

import numpy as np
import pytest
from tests.dense.test_improve import solvable
from tests.support.sitings import woven_part

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense import whole as whole_search
from siteplanner.solve.dense.bare import Bare, BareRelaxation, bare_of, root
from siteplanner.solve.dense.groups import Groups, Rows, credit
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.dense.relaxation import exact_needs
from siteplanner.solve.dense.rounding import cuts
from siteplanner.solve.dense.sites import Sites, only_credits, sites_of
from siteplanner.solve.dense.tree import Node, Tree, _Worker
from siteplanner.solve.dense.web import Web, weave
from siteplanner.solve.dense.whole import Whole
from siteplanner.solve.highs import Highs, relax
from siteplanner.solve.solver import Answer, Limits

PROOF = Limits(0.0, None, 1, 0)
SEEDS = range(12)
GAP = 1e-5


def read(seed: int) -> tuple[Web, Floats, Sites]:
    """Return a solvable problem as a web, its costs and its sites."""
    compiled, costs = solvable(seed).compiled()
    return told(*exact(weave(compiled), costs))


def exact(web: Web, costs: Floats) -> tuple[Web, Floats]:
    """Return the web with requirements as equations."""
    return weave(exact_needs(web.compiled, costs, web.needs)), costs


def told(web: Web, costs: Floats) -> tuple[Web, Floats, Sites]:
    """Return a web with its sites."""
    sites = sites_of(web, costs)
    assert sites is not None
    return web, costs, sites


def bare(web: Web, costs: Floats, sites: Sites) -> Bare:
    """Return the part over choices alone, with all of them open."""
    found = bare_of(web, sites, costs, web.compiled.lower, web.compiled.upper)
    assert found is not None
    return found


def grown(part: Bare, value: float = float("inf"), workers: int = 1, over: Callable[[], bool] = lambda: False) -> tuple[Tree, list[Floats]]:
    """Return a tree that workers have searched from a known value, and the plans that they found."""
    plans: list[Floats] = []
    tree = Tree(part, lambda: value, lambda _: GAP, over, plans.append, places=workers)
    tree.plant()
    threads = [Thread(target=tree.search, args=(n,)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tree, plans


def more_than(tree: Tree, nodes: int) -> bool:
    """Return whether a tree has come to more than some nodes."""
    return tree.nodes > nodes


def lacks(part: Bare, point: Floats) -> list[tuple[np.ndarray, float]]:
    """Return every group and what it lacks at a point, dm²: what it requires less what reaches it."""
    need, area, reach = part.demand.need, part.demand.area, part.reach.toarray()
    found = []
    for marks in product([False, True], repeat=len(need)):
        group = np.array(marks)
        found.append((group, float(need @ group - np.minimum(area, (need * group) @ reach) @ point)))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_short_is_what_the_worst_group_lacks(seed: int) -> None:
    """Credits add up to all but the largest lack of any group (by trying all); groups told are short, none is told where all are served."""
    part = bare(*read(seed))
    rng = np.random.default_rng(seed)
    for whole in (True, False) * 5:
        point = rng.uniform(0, 1, len(part.costs))
        point = np.rint(point) if whole else point
        marks = np.zeros((len(part.demand.need), len(part.demand.need)), dtype=np.bool_)
        short, given = credit(part.demand, point, marks)
        every = lacks(part, point)
        worst = max(lack for _, lack in every)
        assert part.demand.need.sum() - given.sum() == pytest.approx(worst, abs=1e-3)
        assert (short == 0) == (worst <= 1e-3)
        lack_of = {group.tobytes(): lack for group, lack in every}
        assert all(lack_of[group.tobytes()] > 0 for group in marks[:short])
        broken = Groups(part.demand, part.reach).broken(point)
        assert len(broken) == len({group.tobytes() for group in marks[:short]})
        assert (given <= np.minimum(part.demand.area[part.demand.pair_option], part.demand.need[part.demand.pair_estate]) + 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_groups_row_is_kept_by_whatever_serves_everybody(seed: int) -> None:
    """Over all choices tried: everybody is served exactly where no row of a group is broken."""
    part = bare(*read(seed))
    groups = Groups(part.demand, part.reach)
    every = np.array([marks for marks in product([False, True], repeat=len(part.demand.need)) if any(marks)])
    rows = groups.rows_of(every)
    matrix = rows.matrix(len(part.costs))
    rng = np.random.default_rng(seed)
    seen = set()
    for _ in range(60):
        point = rng.integers(0, 2, len(part.costs)).astype(np.float64)
        short, _ = credit(part.demand, point, np.zeros((0, len(part.demand.need)), dtype=np.bool_))
        assert (short == 0) == bool((matrix @ point >= rows.ask - 1e-6).all())
        seen.add(short == 0)
    assert False in seen


def test_groups_are_kept_once_and_forgotten_when_slack_for_long() -> None:
    """What is left after forgetting are the rows of the groups that are left; a copy does not change with its origin."""
    part = bare(*read(3))
    groups = Groups(part.demand, part.reach)
    single = np.eye(len(part.demand.need), dtype=np.bool_)
    groups.keep(single)
    groups.keep(single[:3])
    copy = groups.copy()
    assert len(groups.marks) == len(single)
    slack = np.arange(len(single)) % 2 == 0
    for _ in range(21):
        groups.forget(slack[: len(groups.rows.ask)] if len(groups.rows.ask) == len(single) else np.zeros(len(groups.rows.ask), dtype=bool))
    left = groups.rows_of(single[~slack])
    assert all(np.array_equal(one, other) for one, other in zip(groups.rows, left, strict=True))
    groups.keep(single)
    assert len(groups.marks) == len(single)
    assert len(copy.marks) == len(copy.rows.ask) == len(single)


@pytest.mark.parametrize("seed", range(30))
def test_cuts_are_kept_by_every_whole_point_of_their_row(seed: int) -> None:
    """All whole points of a random row keep its cuts; the point that they were made for lies beyond each by what is asked."""
    rng = np.random.default_rng(seed)
    number = 9
    a = rng.integers(3, 60, (4, number)).astype(np.float64) * (rng.uniform(0, 1, (4, number)) < 0.8)
    ask = np.floor(a.sum(axis=1) * rng.uniform(0.3, 0.7, 4))
    at = [np.flatnonzero(row) for row in a]
    first = np.concatenate([[0], np.cumsum([len(k) for k in at])])
    rows = Rows(first, np.concatenate(at), np.concatenate([row[k] for row, k in zip(a, at, strict=True)]), ask)
    every = np.array(list(product([0.0, 1.0], repeat=number)))
    found = 0
    for _ in range(20):
        point = np.clip(rng.uniform(-0.5, 1.5, number), 0, 1)
        matrix, asks, _ = cuts(rows, point, 10, 1e-3)
        for cut, least in zip(matrix.toarray(), asks, strict=True):
            found += 1
            assert (least - cut @ point) / np.linalg.norm(cut) >= 1e-3
            obeys = [(every @ row >= b).nonzero()[0] for row, b in zip(a, ask, strict=True)]
            assert any((every[points] @ cut >= least - 1e-9).all() for points in obeys)
    assert found


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_tree_proves_the_optimum_of_every_choice_tried(seed: int, workers: int) -> None:
    """From no plan at all and from the optimum, the bound is the least cost of all choices; plans obey all rows and cost what is said."""
    web, costs, sites = read(seed)
    best = solvable(seed).optimum()
    tree, plans = grown(bare(web, costs, sites), workers=workers)
    assert tree.done()
    assert tree.bound() == pytest.approx(best - GAP, abs=1e-6)
    assert min(float(costs @ plan) for plan in plans) == pytest.approx(best)
    for plan in plans:
        activity = web.by_row @ plan
        assert (activity >= web.compiled.row_lower - 1e-6).all()
        assert (activity <= web.compiled.row_upper + 1e-6).all()
    known, better = grown(bare(web, costs, sites), value=float(best), workers=workers)
    assert known.bound() == pytest.approx(best - GAP, abs=1e-9)
    assert not better


@pytest.mark.parametrize("seed", range(6))
def test_the_root_is_the_relaxation_with_credits_and_cuts_lift_it(seed: int) -> None:
    """Rows of groups alone give the value that credits give; with cuts it is higher, and no higher than the optimum."""
    web, costs, sites = told(*woven_part(seed, 40))
    part = bare(web, costs, sites)
    full = relax(web.compiled, costs)
    assert full is not None
    relaxed = BareRelaxation(part, Groups(part.demand, part.reach))
    at = relaxed.serve(relaxed.solve(part.lower, part.upper, float("inf")), lack=1e-6)
    assert at is not None
    assert at.value == pytest.approx(full.value, rel=1e-6)
    optimum = Highs(web.compiled).minimise(costs, PROOF, None, None)
    _, lifted = root(part, optimum.value + GAP, lambda: False)
    assert lifted is not None
    assert full.value - 1e-6 <= lifted.value <= optimum.value + 1e-6
    assert lifted.value > full.value + 0.02 * (optimum.value - full.value)


@pytest.mark.parametrize("seed", range(6))
def test_what_a_tree_has_proven_when_it_stops_holds(seed: int) -> None:
    """Stopped after some nodes, or on from there to the end with two workers: never more than HiGHS's optimum, in the end just that."""
    web, costs, sites = told(*woven_part(seed, 40))
    optimum = Highs(web.compiled).minimise(costs, PROOF, None, None).value
    last = -np.inf
    for nodes in (2, 10, 40, 160):
        tree = Tree(bare(web, costs, sites), lambda: optimum, lambda _: GAP, lambda: False, lambda _: None)
        tree.over = partial(more_than, tree, nodes)
        tree.plant()
        tree.search(0)
        assert last - 1e-6 <= tree.bound() <= optimum
        last = tree.bound()
    done, _ = grown(bare(web, costs, sites), value=optimum, workers=2)
    assert done.bound() == pytest.approx(optimum - GAP, abs=1e-9)


def test_credits_that_do_more_are_left_to_the_solver() -> None:
    """A credit in another row, one that may be less than is needed, an area between whole dm²: no tree."""
    web, costs, sites = read(0)
    compiled = web.compiled
    assert only_credits(web, sites)
    other = weave(replace(compiled, row_names=tuple(name.replace("credit.link.", "walk.") for name in compiled.row_names)))
    assert not only_credits(other, sites)
    less = weave(replace(compiled, upper=np.where(compiled.integer, compiled.upper, 0.5)))
    assert not only_credits(less, sites)
    need = weave(replace(compiled, row_lower=np.where(np.isin(np.arange(len(compiled.row_lower)), web.needs), 5.001, compiled.row_lower)))
    assert not only_credits(need, sites)
    twice = weave(replace(compiled, upper=np.where(compiled.integer, 2.0, compiled.upper)))
    assert bare_of(twice, sites, costs, compiled.lower, compiled.upper) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_where_the_tree_breaks_the_solver_takes_over(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    """With a relaxation that fails at the root, or later, the whole is proven all the same."""
    compiled, costs = solvable(5).compiled()
    best = solvable(5).optimum()
    solve, calls = BareRelaxation._solve, 0

    def breaks(after: int) -> Callable[[BareRelaxation], object]:
        def broken(self: BareRelaxation) -> object:
            nonlocal calls
            calls += 1
            if calls > after:
                raise ArithmeticError("broken")
            return solve(self)

        return broken

    for after in (0, 3):
        calls = 0
        monkeypatch.setattr(BareRelaxation, "_solve", breaks(after))
        answer: Answer = improve(compiled, costs, PROOF, workers=workers)
        assert calls > after
        assert answer.verdict == "proven"
        assert answer.value == pytest.approx(best)
        assert answer.bound == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("workers", [1, 2])
def test_small_parts_are_proven_without_the_solver_searching_the_whole(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    """A part of few choices is proven by the tree, to the optimum of HiGHS; with more to be left open it ends sooner, within that."""

    def never(_: object, *, good_start: bool) -> None:
        raise AssertionError(f"the solver was asked for the whole, {good_start}")

    monkeypatch.setattr(Whole, "_proof", never)
    for seed in range(4):
        web, costs, _ = told(*woven_part(seed, 40))
        optimum = Highs(web.compiled).minimise(costs, PROOF, None, None).value
        answer = improve(web.compiled, costs, PROOF, workers=workers)
        assert answer.verdict == "proven"
        assert answer.value == pytest.approx(optimum, abs=1e-4)
        near = improve(web.compiled, costs, replace(PROOF, gap=0.01), workers=workers)
        assert near.verdict == "proven"
        assert near.value - near.bound <= 0.01 * near.value
        assert near.bound <= optimum + 1e-6


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_leave_the_tree_to_look_for_plans_and_come_back(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    """However often better plans are looked for beside the tree, by turns among all and the likeliest choices, it proves the optimum."""
    monkeypatch.setattr(whole_search, "_NODES", 1)
    monkeypatch.setattr(whole_search, "_STALE", 0)
    monkeypatch.setattr(whole_search, "POLL_S", 0.001)
    begun: list[bool] = []
    real = Whole._seek

    def noted(whole: Whole, *, likely: bool) -> Future[Answer] | None:
        begun.append(likely)
        return real(whole, likely=likely)

    search = _Worker.below

    def slowly(worker: _Worker, node: Node) -> list[Node]:
        time.sleep(0.004)
        return search(worker, node)

    monkeypatch.setattr(Whole, "_seek", noted)
    monkeypatch.setattr(_Worker, "below", slowly)
    for seed in range(3):
        web, costs, _ = told(*woven_part(seed, 40))
        optimum = Highs(web.compiled).minimise(costs, PROOF, None, None).value
        answer = improve(web.compiled, costs, replace(PROOF, seconds=60.0), workers=workers)
        assert answer.verdict == "proven"
        assert answer.value == pytest.approx(optimum, abs=1e-4)
        assert answer.bound == pytest.approx(optimum, abs=1e-4)
    assert {True, False} == set(begun)
    assert len(begun) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_settled_stays_so_while_rows_are_added(seed: int) -> None:
    """A whole point is sought within what is settled, whatever the relaxation was solved for before."""
    part = bare(*read(seed))
    tree, _ = grown(part, over=lambda: True)
    assert tree.relaxed is not None
    worker = _Worker(tree, tree.relaxed)
    for choice in range(len(part.costs)):
        upper = part.upper.copy()
        upper[choice] = 0.0
        worker.relaxed.solve(part.lower, part.upper, float("inf"))
        found = worker.whole(part.lower, upper, float("inf"))
        assert found is None or found.point[choice] == 0.0
        within = worker.relaxed.solve(part.lower, upper, float("inf"))
        assert found is None or (within is not None and found.value == pytest.approx(within.value, abs=1e-6))
