"""The siting problem as arrays: the rows of the readable model, reductions that lose nothing, bounds that hold, plans that obey."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siteplanner.case.prepare import prepare
from siteplanner.model.build import build
from siteplanner.solve.cells import cells_of, partition, relaxed
from siteplanner.solve.compile import Compiled, compile_problem
from siteplanner.solve.highs import Highs
from siteplanner.solve.recognise import Recognised, recognise
from siteplanner.solve.shrink import shrink, with_groups
from siteplanner.solve.siting import Siting, assemble, faults_of, make_siting, short_dm2, split_siting
from siteplanner.solve.sitingpart import PartTask, _least_of, solve_part
from siteplanner.solve.solver import Limits
from siteplanner.solve.windows import Windows, serve_all
from siteplanner.units import FEN_PER_WAN
from support.random_siting import best_by_enumeration, random_siting, scenario_of_siting, without_budgets

LIMITS = Limits(0.0, 60.0, 1, 0)


def least(siting: Siting, *, budgets: bool = True, groups: bool = False) -> float:
    """Return the least cost by the solver, fen; infinite where there is no plan."""
    compiled, costs = assemble(siting, budgets=budgets)
    return Highs(with_groups(compiled, siting) if groups else compiled).minimise(costs, LIMITS, None, None).value * FEN_PER_WAN


def named(found: Recognised) -> tuple[list[str], list[str]]:
    """Return the names that the readable model gives the rows and columns of the arrays."""
    siting = found.siting
    pairs = [f"{found.estates[i]}.{found.places[j]}.0" for i, j in zip(*siting.pairs(), strict=True)]
    per_site = np.bincount(siting.option_site, minlength=siting.sites)
    touched = np.unique(siting.reach.indices)
    parts = sum(1 for _ in split_siting(siting))
    rows = [f"choice.site.{found.places[j]}" for j in np.flatnonzero(per_site > 1)]
    rows += [f"credit.cohort.{found.places[j]}.{found.cohort}.0" for j in touched]
    rows += [f"credit.link.{pair}" for pair in pairs]
    rows += [f"credit.surrogate.{n}.0" for n in range(parts)]
    rows += [f"requirement.{estate}.0" for estate in found.estates]
    rows += [f"coverage.{estate}.0" for estate in found.estates if found.coverage]
    rows += [f"budget.{budget}" for budget in found.budgets]
    return rows, [f"choose.{offer}" for offer in found.offers] + [f"credit.{pair}" for pair in pairs]


def table(compiled: Compiled, rows: list[str], columns: list[str]) -> dict[str, tuple[float, float, dict[str, float]]]:
    """Return each row by name: its bounds and its coefficients by column."""
    found = {}
    for n, name in enumerate(rows):
        span = slice(compiled.matrix.indptr[n], compiled.matrix.indptr[n + 1])
        terms = {
            columns[c]: round(float(v), 9) for c, v in zip(compiled.matrix.indices[span], compiled.matrix.data[span], strict=True) if v
        }
        found[name] = (round(float(compiled.row_lower[n]), 9), round(float(compiled.row_upper[n]), 9), terms)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_arrays_have_the_rows_of_the_readable_model(seed: int) -> None:
    """Row by row, coefficient by coefficient, bound by bound: what is assembled is what PuLP's model compiles to."""
    case = prepare(scenario_of_siting(random_siting(seed, budgets=seed % 2)))
    found = recognise(case)
    assert found is not None
    model = build(case)
    truth = compile_problem(model.problem, model.variables.every())
    compiled, costs = assemble(found.siting, coverage=found.coverage)
    rows, columns = named(found)
    assert table(compiled, rows, columns) == table(truth, list(truth.row_names), list(truth.column))
    assert [name.startswith(family) for name, family in zip(rows, compiled.row_names, strict=True)] == [True] * len(rows)
    for name, n in truth.column.items():
        here = columns.index(name)
        assert (truth.lower[n], truth.upper[n], truth.integer[n]) == (compiled.lower[here], compiled.upper[here], compiled.integer[here])
    goal, constant = truth.vector(next(level for level in model.levels if level.name == "least_cost").expression)
    assert constant == 0
    assert [costs[columns.index(name)] for name in truth.column] == pytest.approx(goal.tolist())


def test_a_case_with_more_in_it_is_not_taken_for_a_siting_problem() -> None:
    """A locked option and an area that is a decision are beyond the arrays."""
    scenario = scenario_of_siting(random_siting(1))
    first, *others = scenario.options
    locked = scenario.model_copy(update={"options": (first.model_copy(update={"lock": "in"}), *others)})
    assert recognise(prepare(scenario)) is not None
    assert recognise(prepare(locked)) is None
    fewest = scenario.settings.model_copy(update={"objective": ("fewest_sites",)})
    assert recognise(prepare(scenario.model_copy(update={"settings": fewest}))) is None


def test_a_case_with_an_option_that_pays_is_not_taken_for_a_siting_problem() -> None:
    """An option whose present cost is negative would be worth taking unneeded, which no reduction of the arrays knows."""
    case = prepare(scenario_of_siting(random_siting(1)))
    first, *others = case.offers
    paying = replace(first, lo_lines=tuple(replace(line, pv_fen=-line.pv_fen) for line in first.lo_lines))
    assert recognise(replace(case, offers=(paying, *others))) is None


def test_what_a_cell_costs_without_a_search_may_be_less_than_nothing() -> None:
    """A copy that costs −3 and one that costs 2: without needs the relaxation says −3, without a relaxation the columns do."""
    siting = make_siting([0], [[0, 1]], 2, [(0, 100, 0), (1, 100, 0)])
    compiled, _ = assemble(siting, budgets=False)
    costs = np.array([-3.0, 2.0, 0.0, 0.0])
    assert _least_of(compiled, costs) == pytest.approx(-3, abs=1e-5)
    impossible = replace(compiled, row_lower=np.where(np.array(compiled.row_names) == "requirement.", 9.0, compiled.row_lower))
    assert _least_of(impossible, costs) == -3


@pytest.mark.parametrize("seed", range(25))
def test_reductions_and_group_rows_lose_no_best_plan(seed: int) -> None:
    """Shrunk, and with group rows, a problem has the least cost of enumeration; its plan serves every estate of the whole."""
    siting = without_budgets(random_siting(seed))
    small = shrink(siting, siting.option_fen / FEN_PER_WAN)
    compiled, costs = assemble(small.siting, small.costs, budgets=False)
    answer = Highs(with_groups(compiled, small.siting)).minimise(costs, LIMITS, None, None)
    assert answer.point is not None
    chosen = small.option[np.flatnonzero(answer.point[: small.siting.options] > 0.5)]
    assert not short_dm2(siting, chosen).any()
    assert int(siting.option_fen[chosen].sum()) == best_by_enumeration(siting)


def test_estates_of_equal_reach_are_merged_and_dear_or_idle_options_dropped() -> None:
    """Two estates of one reach become one; an option of no more area at no less cost, and area that nobody needs, go."""
    siting = make_siting([1000, 2000, 500], [[0], [0], [1]], 2, [(0, 5000, 70), (0, 4000, 60), (0, 3000, 60), (1, 900, 10), (1, 600, 10)])
    small = shrink(siting, siting.option_fen / FEN_PER_WAN)
    assert small.siting.required_dm2.tolist() == [3000, 500]
    assert small.option.tolist() == [1, 3] and small.siting.option_dm2.tolist() == [3000, 500]
    assert small.same(siting, np.array([0, 4])).tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(10))
def test_cells_bound_every_plan_from_below(seed: int) -> None:
    """However a part is cut, the bound of its cells lies between the relaxation and the least cost."""
    siting = without_budgets(random_siting(seed, estates=14, sites=12, near=0.2))
    costs = siting.option_fen / FEN_PER_WAN
    at = relaxed(siting, costs)
    for size in (3, 6):
        members = partition(siting, size, seed)
        assert sorted(np.concatenate(members).tolist()) == list(range(siting.estates)) and max(map(len, members)) <= size
        total = 0.0
        for cell in cells_of(siting, costs, members, at):
            compiled, vector = assemble(cell.siting, cell.costs, budgets=False)
            vector[cell.siting.options :] = cell.charge
            total += Highs(with_groups(compiled, cell.siting)).minimise(vector, LIMITS, None, None).value
        assert at.value - 1e-6 <= total <= least(siting) / FEN_PER_WAN + 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_windows_only_make_a_plan_better(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a plan that takes every site, windows of four estates come to a cheaper plan that serves everybody."""
    monkeypatch.setattr("siteplanner.solve.windows.WINDOW_ESTATES", 4)
    siting = without_budgets(random_siting(seed, estates=14, sites=12, near=0.2))
    costs = siting.option_fen / FEN_PER_WAN
    every = serve_all(siting, costs, np.arange(siting.options))
    windows = Windows(siting, costs, every)
    windows.improve(lambda: 60.0, 0.0, 0.0, 0)
    assert not short_dm2(siting, np.flatnonzero(windows.taken)).any()
    assert least(siting) - 1 <= windows.value * FEN_PER_WAN <= float(siting.option_fen[every].sum()) + 1


@pytest.mark.parametrize("seed", range(10))
def test_a_part_is_solved_whole_or_by_cells_within_its_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny, a middling and a large part: the plan serves everybody and the least cost lies between bound and plan."""
    siting = without_budgets(random_siting(seed, estates=14, sites=12, near=0.2))
    best = least(siting) / FEN_PER_WAN
    task = PartTask(siting, siting.option_fen / FEN_PER_WAN, 0.0, 20.0)
    for tiny, whole in ((60, 500), (1, 500), (1, 2)):
        monkeypatch.setattr("siteplanner.solve.sitingpart.TINY", tiny)
        monkeypatch.setattr("siteplanner.solve.sitingpart.WHOLE", whole)
        monkeypatch.setattr("siteplanner.solve.cells.CELL_ESTATES", 4)
        found = solve_part(task)
        assert not faults_of(siting, found.chosen)
        assert found.bound - 1e-6 <= best <= found.value + 1e-6
        if whole > 2:
            assert found.value == pytest.approx(best)
        fitted = solve_part(replace(task, plan=found.chosen))
        assert not faults_of(siting, fitted.chosen) and fitted.value <= found.value + 1e-6


def test_needs_beyond_all_sites_are_refused() -> None:
    """An estate that no choice can serve ends in an error, not in a plan that leaves it short."""
    siting = make_siting([2000, 100], [[0], [0]], 1, [(0, 1500, 10)])
    with pytest.raises(ValueError, match="not every estate"):
        solve_part(PartTask(siting, siting.option_fen / FEN_PER_WAN, 0.0, 5.0))


def test_faults_are_named() -> None:
    """Two options of a site, a budget exceeded by a fen, an estate short by a dm²: each is told; one less of each is not."""
    from scipy.sparse import csr_array

    spend = csr_array(np.array([[5], [6]]))
    siting = make_siting([1000], [[0]], 1, [(0, 1000, 1), (0, 999, 1)], spend, [5])
    assert faults_of(siting, np.array([0])) == []
    assert faults_of(siting, np.array([1])) == ["budget 0 is exceeded", "estates lack 1 dm²"]
    assert faults_of(siting, np.array([0, 1]))[0] == "two options of one site are chosen"


def test_arrays_that_do_not_fit_are_refused() -> None:
    """A negative need, a site out of range, a budget table of the wrong shape."""
    for bad in (([-1], [[0]], 1, [(0, 1, 1)]), ([1], [[1]], 1, [(0, 1, 1)]), ([1], [[0]], 1, [(1, 1, 1)]), ([1, 1], [[0]], 1, [])):
        with pytest.raises(ValueError, match="not negative"):
            make_siting(*bad)
