"""Many parts under shared budgets: never over a budget, never below the least cost, and the bound never above it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from siteplanner.solve import nation, shared
from siteplanner.solve.choice import Choice
from siteplanner.solve.executor import make_executor
from siteplanner.solve.journal import Journal
from siteplanner.solve.nation import outright, plan_siting
from siteplanner.solve.siting import Siting, faults_of, make_siting, split_siting
from siteplanner.solve.sitingpart import PartAnswer, part_key
from siteplanner.units import FEN_PER_WAN
from support.random_siting import best_by_enumeration, random_siting, without_budgets


def many_parts(seed: int, towns: int = 5) -> Siting:
    """Return towns of three estates and five sites each, side by side, under two budgets that bind."""
    required: list[int] = []
    near: list[list[int]] = []
    options: list[tuple[int, int, int]] = []
    for town in range(towns):
        own = random_siting(100 * seed + town, estates=3, sites=5, near=0.7)
        near += [[5 * town + j for j in own.reach[[i]].indices.tolist()] for i in range(3)]
        required += own.required_dm2.tolist()
        options += [
            (5 * town + int(j), int(a), int(fen)) for j, a, fen in zip(own.option_site, own.option_dm2, own.option_fen, strict=True)
        ]
    draw = np.random.default_rng(seed)
    spend = csr_array(draw.integers(0, 2, (len(options), 2)) * np.array([[fen] for _, _, fen in options], dtype=np.int64))
    free = make_siting(required, near, 5 * towns, options, spend, [10**15, 10**15])
    spent = nation.spent_fen(free, np.asarray(outright(free, 0.0, 60.0).option))
    return replace(free, limit_fen=spent * 9 // 10)


@pytest.mark.parametrize("seed", range(12))
def test_small_problems_are_solved_outright(seed: int) -> None:
    """With budgets, the plan costs what enumeration finds, to the fen; where none exists the program says so."""
    siting = random_siting(seed, estates=5, sites=5, budgets=2)
    best = best_by_enumeration(siting)
    if best is None:
        with pytest.raises(ValueError, match="no plan"):
            plan_siting(siting)
        return
    found = plan_siting(siting)
    assert (found.fen, found.gap) == (best, 0.0)
    assert found.option is not None and not faults_of(siting, found.option)


@pytest.mark.parametrize("seed", range(8))
def test_part_by_part_stays_within_budgets_and_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coordinated by prices: the least cost lies between the bound and the plan, and the plan obeys every budget to the fen."""
    monkeypatch.setattr(nation, "OUTRIGHT_OPTIONS", 0)
    siting = many_parts(seed)
    assert len(list(split_siting(siting))) >= 5
    try:
        best = outright(siting, 0.0, 60.0)
    except ValueError:
        best = None
    found = plan_siting(siting, seconds=20.0)
    if best is None:
        assert found.option is None
        return
    assert found.bound_fen <= best.fen + 1
    if found.option is not None:
        assert not faults_of(siting, found.option)
        assert found.fen >= best.fen and found.fen == int(siting.option_fen[found.option].sum())
        assert (found.spend_fen <= siting.limit_fen).all()


def test_most_small_nations_get_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of small nations that have a plan, prices find one within a tenth of the least cost for most."""
    monkeypatch.setattr(nation, "OUTRIGHT_OPTIONS", 0)
    near = total = 0
    for seed in range(10):
        siting = many_parts(seed, towns=8)
        try:
            best = outright(siting, 0.0, 60.0)
        except ValueError:
            continue
        total += 1
        found = plan_siting(siting, seconds=20.0)
        near += found.option is not None and found.fen <= best.fen * 1.1
    assert total >= 5 and near >= total * 0.6


def test_more_plans_are_asked_for_half_way_to_what_swaps_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round by round the prices go half of the way from the last ones to those of the choice."""
    monkeypatch.setattr(nation, "OUTRIGHT_OPTIONS", 0)
    told: list[np.ndarray] = []
    asked: list[np.ndarray] = []
    choose, more_plans = nation.choose, nation._Nation._more_plans

    def choosing(*given: Any) -> Choice:
        choice = choose(*given)
        told.append(choice.prices)
        if not asked:
            asked.append(given[3])
        return choice

    def asking(self: nation._Nation, prices: np.ndarray) -> None:
        asked.append(prices)
        more_plans(self, prices)

    monkeypatch.setattr(nation, "choose", choosing)
    monkeypatch.setattr(nation._Nation, "_more_plans", asking)
    plan_siting(many_parts(0, towns=8), seconds=20.0)
    assert len(asked) > 2
    for before, prices, now in zip(asked, told, asked[1:], strict=False):
        assert now == pytest.approx((before + prices) / 2)


def test_without_budgets_parts_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without budgets every part's optimum is the optimum."""
    monkeypatch.setattr(nation, "OUTRIGHT_OPTIONS", 0)
    siting = without_budgets(many_parts(3))
    found = plan_siting(siting, seconds=20.0)
    assert found.fen == outright(siting, 0.0, 60.0).fen
    assert found.gap <= 1e-6


def test_workers_and_journal_change_nothing(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, one thread, and a second run from the journal give one plan; the second run asks no part."""
    monkeypatch.setattr(nation, "OUTRIGHT_OPTIONS", 0)
    siting = many_parts(1)
    journal = Journal(tmp_path, part_key)
    first = plan_siting(siting, seconds=20.0, journal=journal)
    kept = len(list(tmp_path.iterdir()))
    assert kept == len(list(split_siting(siting)))
    with make_executor(2) as executor:
        shared = plan_siting(siting, seconds=20.0, executor=executor, workers=2)
    again = plan_siting(siting, seconds=20.0, journal=journal)
    assert len(list(tmp_path.iterdir())) == kept
    for other in (shared, again):
        assert (other.fen, other.bound_fen, np.asarray(other.option).tolist()) == (
            first.fen,
            first.bound_fen,
            np.asarray(first.option).tolist(),
        )


def test_light_parts_come_first_and_one_that_is_much_of_all_last() -> None:
    """Light parts first, the largest leading; then heavy ones; more than two fifths of all last; what takes a worker all the time first."""
    assert nation.in_order(np.array([5.0, 90.0, 4.0, 60.0, 6.0, 300.0]), 2).tolist() == [4, 0, 2, 1, 3, 5]
    assert nation.in_order(np.array([31.0, *[1.0] * 69]), 8)[0] == 0


@pytest.mark.parametrize(
    ("weights", "workers", "threads"),
    [
        # Light parts alone, and heavy ones of which every worker gets one.
        ([1.0] * 9, 2, [1] * 9),
        ([*[1.0] * 60, 20.0, 20.0], 2, [1] * 62),
        # A third heavy part has nobody beside it, and one that is much of all neither.
        ([*[1.0] * 40, 20.0, 20.0, 20.0], 2, [*[1] * 42, 2]),
        ([*[1.0] * 70, 30.0], 2, [*[1] * 70, 2]),
        ([*[1.0] * 40, 60.0], 4, [*[1] * 40, 4]),
        # Of eight workers two heavy parts take four each.
        ([*[1.0] * 80, 10.0, 10.0], 8, [*[1] * 80, 4, 4]),
        ([1.0, 99.0], 1, [1, 1]),
        # What keeps one of many workers busy for all the time comes first, by itself.
        ([31.0, *[1.0] * 69], 8, [1] * 70),
    ],
)
def test_workers_with_nothing_else_to_do_share_a_part(weights: list[float], workers: int, threads: list[int]) -> None:
    """Parts come in the order in which they are solved."""
    assert nation.in_order(np.array(weights), workers).tolist() == list(range(len(weights)))
    assert nation.threads_of(np.array(weights), workers).tolist() == threads


def test_a_sample_gives_prices_that_are_worth_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices climbed on a third of the towns lift the bound of the whole by nearly as much as those climbed on all."""
    siting = many_parts(5, towns=60)
    siting = replace(siting, limit_fen=siting.limit_fen * 6 // 10)
    lifted = []
    for most in (60, 10**6):
        monkeypatch.setattr(shared, "SAMPLE", most)
        with ThreadPoolExecutor(1) as executor:
            run = nation._Nation(siting, 0.0, nation._Clock(60.0), executor, 1, None, None)
            every = np.arange(len(run.parts))
            free = run._relaxed(every, run.prices)[0].sum()
            run._find_prices()
            lifted.append(run._relaxed(every, run.prices)[0].sum() - float(run.prices @ siting.limit_fen) / FEN_PER_WAN - free)
    assert 0 < 0.7 * lifted[1] < lifted[0]


def test_time_that_a_part_leaves_goes_to_those_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, 100 s: of four equal parts each gets half the time; what parts do not need falls to those after them."""
    now = [0.0]
    monkeypatch.setattr(nation.time, "monotonic", lambda: now[0])
    shares = nation._Shares([1.0] * 4, 100.0, 2)
    assert [shares.next(0, 1.0), shares.next(1, 1.0)] == [50.0, 50.0]
    now[0] = 50.0
    shares.done(0)
    assert [shares.next(2, 1.0), shares.next(3, 1.0)] == [50.0, 50.0]
    now[0] = 0.0
    shares = nation._Shares([1.0] * 4, 100.0, 2)
    shares.next(0, 1.0)
    now[0] = 1.0
    # The other worker is promised to the first part for 49 s more: 149 s for three parts.
    assert shares.next(1, 1.0) == pytest.approx(149 / 3)
    shares.done(0)
    shares.done(1)
    assert shares.next(2, 1.0) == pytest.approx(99.0)
    now[0] = 99.9
    assert shares.next(3, 1.0) == pytest.approx(0.1)


def test_what_light_parts_leave_of_the_gap_heavy_ones_need_not_close() -> None:
    """Half of all is done at 1 %, of 2 % asked: the other half may leave 2.8 %, a fifth being kept for what it turns out to cost."""
    allowed = nation._Allowed(0.02, 100.0)
    assert allowed.share() == 1.0
    allowed.add(50.0, PartAnswer(np.array([0]), 1000.0, 990.0))
    assert allowed.share() == pytest.approx(1.4)
    allowed.add(30.0, PartAnswer(np.array([0]), 600.0, 500.0))
    assert allowed.share() == 1.0
    done = nation._Allowed(0.02, 100.0)
    done.add(99.0, PartAnswer(np.array([0]), 1000.0, 1000.0))
    assert done.share() == nation.COARSER
    proof = nation._Allowed(0.0, 10.0)
    proof.add(5.0, PartAnswer(np.array([0]), 10.0, 10.0))
    assert proof.share() == 1.0
