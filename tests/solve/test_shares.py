"""Parts under one time limit: who comes when, and how long."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve import decompose, shares
from siteplanner.solve.compile import Compiled
from siteplanner.solve.levels import Clock, Goal
from siteplanner.solve.parts import Rounds
from siteplanner.solve.shares import Shares, in_turn


class Hand:
    """A clock set by hand."""

    now = 0.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Give a clock set by hand in the place of the machine's."""
    clock = Hand()
    monkeypatch.setattr(shares, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("workers", "order"),
    [(1, "bdeac"), (2, "cbdea"), (3, "cabde"), (9, "caebd")],
)
def test_the_largest_first_then_from_the_smallest_on(workers: int, order: str) -> None:
    """Of sizes 5, 1, 9, 1, 3 one fewer than workers come first, the largest leading; b and d are equal and keep their order."""
    assert "".join(in_turn({"a": 5, "b": 1, "c": 9, "d": 1, "e": 3}, workers)) == order


def test_shares_grow_faster_than_the_size(hand: Hand) -> None:
    """Sizes 15 and 3 (and one added: 16 and 4, shares as 64 to 8), one worker, nine seconds: eight and one; never quite nothing."""
    clock = Shares({"large": 15, "small": 3, "tiny": 0}, 1)
    assert clock.begin("tiny", 9.0) == pytest.approx(0.5)
    clock.end("tiny")
    assert clock.begin("large", 9.0) == pytest.approx(8.0)
    hand.now = 8.0
    clock.end("large")
    assert clock.begin("small", 1.0) == pytest.approx(1.0)


def test_what_one_does_not_use_falls_to_the_next(hand: Hand) -> None:
    """The first of two equal parts is done after one of its five seconds: nine are left for the second."""
    clock = Shares({"a": 1, "b": 1}, 1)
    assert clock.begin("a", 10.0) == pytest.approx(5.0)
    hand.now = 1.0
    clock.end("a")
    assert clock.begin("b", 9.0) == pytest.approx(9.0)


def test_nobody_gets_more_than_is_left_and_what_is_given_is_gone(hand: Hand) -> None:
    """Two workers, ten seconds, sizes 9, 1, 1: the large one gets all ten, the small ones half of the other worker's."""
    clock = Shares({"large": 9, "b": 1, "c": 1}, 2)
    assert clock.begin("large", 10.0) == pytest.approx(10.0)
    assert clock.begin("b", 10.0) == pytest.approx(5.0)


def test_without_a_limit_there_is_nothing_to_share() -> None:
    """No limit, no shares."""
    assert Shares({"a": 1}, 1).begin("a", None) is None


def two_parts(joined: bool) -> tuple[Compiled, Goal]:
    """Return two choices that must both be made, at one 万元 each, and a slack budget over both where they may be joined."""
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])[: 3 if joined else 2]
    names = ("requirement.a", "requirement.b", "budget.B")[: len(rows)]
    least, most = np.array([1.0, 1.0, -np.inf])[: len(rows)], np.array([np.inf, np.inf, 5.0])[: len(rows)]
    compiled = Compiled({"x": 0, "y": 1}, np.zeros(2), np.ones(2), np.ones(2, dtype=bool), csr_array(rows), least, most, names)
    return compiled, Goal(Level("least_cost", "fen", {"cost": Expr()}, 1e6, 0.0), np.ones(2), 0.0)


@pytest.mark.parametrize(("joined", "limit"), [(False, 100.0), (True, 60.0)])
def test_parts_that_no_row_can_join_have_all_the_time(joined: bool, limit: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parts of a choice each: without a row over both there is nothing to keep time for; with one, even slack, there is."""
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 0)
    compiled, goal = two_parts(joined)
    rounds = Rounds(compiled, [goal], Settings(), Clock(60.0), limit=100.0)
    rounds.settle()
    assert len(rounds.parts) == 2
    assert rounds.clock.limit == limit
    assert rounds.answers() == [(2.0, 2.0)]


@pytest.mark.parametrize(("joined", "best"), [(False, 2e6), (True, np.inf)])
def test_progress_tells_of_all_parts_together(joined: bool, best: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parts at one 万元 each: the last line says two of both sides; where a row may join the parts, only of the bound."""
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 0)
    compiled, goal = two_parts(joined)
    lines: list[tuple[float, float]] = []
    rounds = Rounds(compiled, [goal], Settings(), Clock(None, lambda _level, value, bound, _sight: lines.append((value, bound))))
    rounds.settle()
    assert lines[-1] == (best, 2e6)
    assert all(bound <= 2e6 for _, bound in lines)
