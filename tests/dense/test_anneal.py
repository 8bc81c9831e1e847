"""Annealed plans: credits that follow options are flows of greatest total, moves are taken back whole, plans serve everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.dense.test_improve import solvable
from tests.support.sitings import town, town_part

from siteplanner.solve.dense import improve as both_sides
from siteplanner.solve.dense.anneal import Course, anneal
from siteplanner.solve.dense.flow import LOGGED, SHORT, Net, give, serve, serve_everybody, shift, start
from siteplanner.solve.dense.jit import QUICK
from siteplanner.solve.dense.relaxation import Relaxation, exact_needs, plain_bound
from siteplanner.solve.dense.sites import Annealed, Sites, courses, courses_between, lean, net_of, sites_of, without_links
from siteplanner.solve.dense.web import IMPLIED, Web, cells, weave
from siteplanner.solve.dense.windows import charged, priced_window
from siteplanner.solve.highs import Highs
from siteplanner.solve.siting import assemble
from siteplanner.solve.solver import Limits

PROOF = Limits(0.0, None, 1, 0)
SEEDS = range(12)


def woven(seed: int) -> tuple[Web, np.ndarray, Relaxation, Sites]:
    """Return a solvable problem as a web, its costs, its relaxation, and its sites."""
    compiled, costs = solvable(seed).compiled()
    web = weave(exact_needs(compiled, costs, weave(compiled).needs))
    sites = sites_of(web, costs)
    assert sites is not None
    return web, costs, Relaxation(web.compiled, costs), sites


def whole_net(seed: int) -> tuple[Net, np.ndarray]:
    """Return a net with every option in it, and no option chosen."""
    _, costs, relaxation, sites = woven(seed)
    net, option, choice = net_of(sites, relaxation.point, np.ones(len(sites.need)), np.zeros(len(costs)), costs)
    assert len(option) == len(sites.option)
    return net, np.full_like(choice, -1)


def test_machine_code_is_tested_where_tests_run() -> None:
    """The tests' own installation has the compiler, or nothing of all this would be seen at its speed."""
    assert QUICK


@pytest.mark.parametrize("seed", SEEDS)
def test_sites_read_back_are_those_written(seed: int) -> None:
    """Needs, areas and who reaches what come back from the rows as they went in."""
    siting = solvable(seed)
    _, _, _, sites = woven(seed)
    assert sites.need.tolist() == [100 * need for need in siting.needs]
    assert sorted(zip(sites.option_site.tolist(), sites.area.tolist(), strict=True)) == sorted(
        (site, 100 * area) for site, area, _ in siting.flat()
    )
    assert list(zip(sites.pair_estate.tolist(), sites.pair_site.tolist(), strict=True)) == [
        (i, j) for i, near in enumerate(siting.near) for j in near
    ]


def test_a_part_whose_credits_cost_something_is_not_annealed() -> None:
    """Where credits cost (walking), annealing would look past it: such a part is left to the other ways."""
    compiled, costs = solvable(0).compiled()
    web = weave(compiled)
    assert sites_of(web, costs) is not None
    assert sites_of(web, costs + np.where(compiled.integer, 0.0, 1.0)) is None
    has_area_anyway = np.array([name.startswith("credit.cohort.") for name in compiled.row_names])
    fixed_area = replace(compiled, row_upper=np.where(has_area_anyway, 5.0, compiled.row_upper))
    assert sites_of(weave(fixed_area), costs) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_credits_of_any_choice_are_a_flow_of_greatest_total(seed: int) -> None:
    """What estates lack under random choices is what the largest lack of any group of them says (Hall's condition, by trying all)."""
    siting = solvable(seed)
    net, none = whole_net(seed)
    rng = np.random.default_rng(seed)
    for _ in range(10):
        choice = none.copy()
        for site in range(len(none)):
            ways = np.arange(net.option_first[site], net.option_first[site + 1])
            choice[site] = rng.choice([-1, *ways])
        state = start(net, choice)
        serve_everybody(net, state)
        lack = int((net.need - state.got).sum())
        groups = ([i for i in range(len(net.need)) if mask >> i & 1] for mask in range(1 << len(net.need)))
        most = max(
            sum(int(net.need[i]) for i in group) - sum(int(state.room[j]) for j in {j for i in group for j in siting.near[i]})
            for group in groups
        )
        assert lack == most
        assert (state.used <= state.room).all()
        assert (state.flow >= 0).all()
        assert np.array_equal(np.bincount(net.pair_site, weights=state.flow, minlength=len(none)), state.used)
        assert np.array_equal(np.bincount(net.pair_estate, weights=state.flow, minlength=len(net.need)), state.got)
        assert state.tally[SHORT] == int((state.got < net.need).sum())
        assert state.owed[0] == pytest.approx(float(net.price @ (net.need - state.got)), abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_logged_can_be_taken_back(seed: int) -> None:
    """After sites lose their options and estates are served anew, the log backwards restores every credit."""
    net, choice = whole_net(seed)
    choice[:] = net.option_first[:-1]
    state = start(net, choice)
    serve_everybody(net, state)
    before = state.flow.copy()
    state.tally[LOGGED] = 0
    for site in range(0, len(choice), 2):
        give(net, state, site, -1)
    for k in range(int(state.tally[LOGGED])):
        serve(net, state, net.pair_estate[state.log_pair[k]], len(net.need))
    assert not np.array_equal(state.flow, before)
    for k in reversed(range(int(state.tally[LOGGED]))):
        shift(net, state, state.log_pair[k], -state.log_amount[k])
    assert np.array_equal(state.flow, before)


def test_annealed_plans_serve_everybody_and_most_are_optima() -> None:
    """Small problems annealed come to plans that keep every row; none is cheaper than the optimum, three quarters reach it."""
    reached = 0
    for seed in SEEDS:
        web, costs, relaxation, sites = woven(seed)
        runs = courses(sites, relaxation.point, relaxation.duals[web.needs], np.zeros(len(costs)), costs, 3, seed)
        for run in runs:
            run.run(lambda _value, _bound: False)
        points = [run.point for run in runs if run.point is not None]
        for point in points:
            activity = web.compiled.matrix @ point
            assert (activity >= web.compiled.row_lower - 1e-6).all()
            assert (activity <= web.compiled.row_upper + 1e-6).all()
        least, optimum = min(float(costs @ point) for point in points), solvable(seed).optimum()
        assert least >= optimum - 1e-6
        reached += least <= optimum + 1e-6
    assert reached >= 0.75 * len(SEEDS)


def test_plans_between_plans_choose_what_one_of_them_does_and_often_cost_less() -> None:
    """What all choose alike stays, nothing is chosen that none chooses; all keep every row; some cost less than all before."""
    better = 0
    for seed in range(8):
        compiled, costs = assemble(town(60, 120, seed), budgets=False)
        web = weave(exact_needs(compiled, costs, weave(compiled).needs))
        sites, relaxation = sites_of(web, costs), Relaxation(web.compiled, costs)
        assert sites is not None
        duals = relaxation.duals[web.needs]
        known = done(courses(sites, relaxation.point, duals, relaxation.reduced, costs, 8, seed, 20))
        between = done(courses_between(sites, known, duals, relaxation.reduced, costs, 2, seed))
        chosen = np.array([point[sites.option] > 0.5 for point in known])
        for point in between:
            own = point[sites.option] > 0.5
            assert not own[~chosen.any(axis=0)].any()
            assert own[chosen.all(axis=0)].all()
            activity = web.compiled.matrix @ point
            assert (activity >= web.compiled.row_lower - 1e-6).all()
            assert (activity <= web.compiled.row_upper + 1e-6).all()
        least = min(float(costs @ point) for point in known)
        better += any(float(costs @ point) < least - 1e-6 for point in between)
        assert not courses_between(sites, known[:1], duals, relaxation.reduced, costs, 2, seed)
    assert better >= 3


def done(runs: Sequence[Annealed]) -> list[np.ndarray]:
    """Return the plans that runs come to."""
    for run in runs:
        run.run(lambda _value, _bound: False)
    return [run.point for run in runs if run.point is not None]


def test_the_same_seed_gives_the_same_plan_and_none_is_changed() -> None:
    """A run depends on its seed alone, and leaves what it set out from as it was."""
    net, choice = whole_net(3)
    course = Course(5000, 3.0, 1.0, 3.0, 20.0, 10.0, 50, 7)
    given = choice.copy()
    first, second = anneal(net, course, choice), anneal(net, course, choice)
    assert first[0] == second[0]
    assert np.array_equal(first[1], second[1])
    assert np.array_equal(choice, given)


def test_a_part_that_nobody_can_serve_gives_no_plan() -> None:
    """Where needs exceed all area, runs end without a plan."""
    net, choice = whole_net(0)
    value, _ = anneal(net._replace(need=net.need * 100), Course(2000, 3.0, 1.0, 3.0, 20.0, 10.0, 50, 0), choice)
    assert value == float("inf")


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_compiler_the_optimum_is_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the extra finds and proves the same cost."""
    monkeypatch.setattr(both_sides, "QUICK", False)
    compiled, costs = solvable(seed).compiled()
    answer = both_sides.improve(compiled, costs, PROOF)
    assert answer.verdict == "proven"
    assert answer.value == pytest.approx(solvable(seed).optimum(), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_choice_costs_at_least_holds_for_every_choice(seed: int) -> None:
    """With rows of windows added, no plan that makes a choice, or does without it, costs less than is said of it."""
    web, costs, relaxation, _ = woven(seed)
    for cell in cells(web, 3, seed):
        window = priced_window(web, cell)
        prices = charged(web, window, relaxation.costs_beside(window.columns), relaxation.duals)
        plain, reduced = plain_bound(window.compiled, prices)
        least = Highs(window.compiled).minimise(prices, PROOF, None, None).bound
        assert plain <= least + 1e-6
        relaxation.add(window.columns, prices, least, plain, reduced)
        relaxation.solve()
        relaxation.tidy()
    one, none = relaxation.least_if()
    told = 0
    for column in np.flatnonzero(web.compiled.integer).tolist():
        for value, said in ((1.0, one[column]), (0.0, none[column])):
            lower, upper = web.compiled.lower.copy(), web.compiled.upper.copy()
            lower[column] = upper[column] = value
            best = Highs(replace(web.compiled, lower=lower, upper=upper)).minimise(costs, PROOF, None, None)
            assert best.verdict == "infeasible" or best.value >= said - 1e-5
            told += said > relaxation.value + 1e-6
    assert told


def test_what_is_settled_in_windows_never_costs_where_it_is() -> None:
    """In windows without the choices that an optimum does without, none of these is told to cost more than it at 0, where it is."""
    settled = 0
    for seed in SEEDS:
        web, costs, relaxation, _ = woven(seed)
        best = Highs(web.compiled).minimise(costs, PROOF, None, None)
        assert best.point is not None
        unused = web.compiled.integer & (best.point < 0.5)
        upper = np.where(unused, 0.0, web.compiled.upper)
        for cell in cells(web, 3, seed):
            window = priced_window(web, cell)
            prices = charged(web, window, relaxation.costs_beside(window.columns), relaxation.duals)
            fewer = replace(window.compiled, upper=upper[window.columns])
            plain, reduced = plain_bound(fewer, prices)
            relaxation.add(window.columns, prices, Highs(fewer).minimise(prices, PROOF, None, None).bound, plain, reduced)
            relaxation.solve()
        _, none = relaxation.least_if()
        settled += int(unused.sum())
        assert (none[unused] <= best.value + 1e-5).all(), seed
    assert settled > len(SEEDS)


def test_link_rows_follow_for_whole_options() -> None:
    """Without link rows a part has the same optimum."""
    for seed in SEEDS:
        web, costs, _, _ = woven(seed)
        fewer = without_links(web)
        assert len(fewer.compiled.row_names) < len(web.compiled.row_names)
        with_all, without = (Highs(w.compiled).minimise(costs, PROOF, None, None).value for w in (web, fewer))
        assert without == pytest.approx(with_all, abs=1e-5)


def test_rows_that_follow_change_no_window() -> None:
    """Without links and groups the window of a cell has the same least cost, at the prices of the relaxation."""
    fewer, grouped, positive = 0, 0, 0
    for seed in range(4):
        compiled, costs = town_part(seed, 22, groups=True)
        web = weave(exact_needs(compiled, costs, weave(compiled).needs))
        relaxation = Relaxation(web.compiled, costs)
        for cell in cells(web, 6, seed):
            window = priced_window(web, cell)
            prices = charged(web, window, relaxation.costs_beside(window.columns), relaxation.duals)
            few = lean(window.compiled)
            fewer += len(few.row_names) < len(window.compiled.row_names)
            grouped += any(name.startswith(IMPLIED) for name in window.compiled.row_names)
            with_all, without = (Highs(rows).minimise(prices, PROOF, None, None).value for rows in (window.compiled, few))
            positive += with_all > 1e-3
            assert without == pytest.approx(with_all, abs=1e-5)
    assert fewer > 0
    assert grouped > 0
    assert positive > 0
