"""Parts that stopped short go on in the time that was kept for the whole, as long as their plans fit together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

import numpy as np
import pytest
from scipy.sparse import csr_array

from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve import decompose, parts
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.crew import Crew
from siteplanner.solve.large import LargeRun
from siteplanner.solve.levels import Clock, Goal, Run
from siteplanner.solve.parts import Rounds


@dataclass
class Hands:
    """Who works: of the part of x it comes to 4 with bound 3 at first, and to what is given here when it sets out again; of y to 1."""

    again: tuple[float, float]
    asked: list[tuple[float, float, float | None]] = field(default_factory=list)

    def threads(self, *_: object) -> int:
        """Return one."""
        return 1

    def advance(self, run: Run, levels: int, clock: Clock, shown: object, seconds: float | None = None) -> None:
        """Set a run to where it is said to come to."""
        if run.verdict != "proven" or len(run.answers) >= levels:
            return
        if "y" in run.compiled.column:
            run.take([(1.0, 1.0)], np.ones(1), "proven")
        elif run.start is None:
            run.take([(4.0, 3.0)], 4 * np.ones(1), "limit")
        else:
            self.asked.append((float(run.start[0]), run.bound, clock.limit))
            value, bound = self.again
            run.take([self.again], value * np.ones(1), "proven" if value == bound else "limit")


def settled(hands: Hands, left: float = 40.0, gap: str = "0", joined: bool = True, levels: int = 1) -> Rounds:
    """Return the rounds of two parts, x and y, at a cost of one each and with x + y ≤ 5 over both, when all is done."""
    rows, one = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.ones(2)
    names = ("requirement.x", "requirement.y", "budget.B")
    least, most = np.array([1.0, 1.0, -np.inf]), np.array([np.inf, np.inf, 5.0])
    compiled = Compiled({"x": 0, "y": 1}, 0 * one, 9 * one, one.astype(bool), csr_array(rows), least, most, names)
    goals = [Goal(Level(f"level{n}", "fen", {"cost": Expr()}, 1e6, 0.0), one, 0.0) for n in range(levels)]
    if not joined:
        compiled = replace(compiled, matrix=csr_array(rows[:2]), row_names=names[:2], row_lower=least[:2], row_upper=most[:2])
    rounds = Rounds(compiled, goals, Settings(gap=Decimal(gap)), Clock(60.0), cast("Crew", hands), 60.0 + left)
    rounds.settle()
    return rounds


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep parts of a single choice apart."""
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 0)


def test_a_part_sets_out_again_from_its_plan_and_bound_with_all_the_time() -> None:
    """The part of x goes on from 4 above 3, under the limit of the whole, and is proven at 3."""
    hands = Hands((3.0, 3.0))
    rounds = settled(hands)
    assert hands.asked == [(4.0, 3.0, 100.0)]
    assert rounds.answers() == [(4.0, 4.0)]
    assert {run.verdict for run in rounds.runs.values()} == {"proven"}
    assert rounds.point().tolist() == [3.0, 1.0]


@pytest.mark.parametrize("again", [(4.5, 3.5), (2.0, 2.0)], ids=["dearer", "cheaper"])
def test_what_fits_no_more_or_is_dearer_counts_as_a_bound_alone(again: tuple[float, float], monkeypatch: pytest.MonkeyPatch) -> None:
    """A dearer plan of x, or one that breaks the row over both, is not taken: 4 stays, under the better of both bounds."""
    hands = Hands(again)
    if again == (2.0, 2.0):
        monkeypatch.setattr(Rounds, "point", _over_the_row(Rounds.point))
    rounds = settled(hands)
    assert len(hands.asked) == 1
    assert rounds.answers() == [(5.0, max(3.0, again[1]) + 1.0)]
    assert [run.verdict for run in rounds.runs.values()] == ["limit", "proven"]


def _over_the_row(point: object) -> object:
    """Return `point` changed so that x at 2 counts as 9, which breaks the row."""

    def changed(rounds: Rounds) -> Floats:
        found: Floats = point(rounds)  # type: ignore[operator]
        return np.where(found == 2.0, 9.0, found)

    return changed


def test_without_time_worth_it_nothing_sets_out_again() -> None:
    """Where nothing was kept for the whole and the parts' time is over, what they have stands."""
    hands = Hands((3.0, 3.0))
    rounds = settled(hands, left=-59.5)
    assert not hands.asked
    assert rounds.answers() == [(5.0, 4.0)]


@pytest.mark.parametrize(("kind", "bound", "answer"), [(LargeRun, 2.0, 2.0), (LargeRun, 0.5, 1.0), (Run, 0.5, 1.0)])
def test_a_run_sets_out_from_what_is_known(kind: type[Run], bound: float, answer: float) -> None:
    """From a plan at 2 a large run searches no more where 2 is the bound too; from a lower one any run comes to the least, 1."""
    one = np.ones(1)
    compiled = Compiled({"x": 0}, 0 * one, 9 * one, one.astype(bool), csr_array([[1.0]]), one, np.inf * one, ("requirement.x",))
    goal = Goal(Level("least_cost", "fen", {"cost": Expr()}, 1e6, 0.0), one, 0.0)
    run = kind(compiled, (goal,), Settings(), 2 * one, bound=bound)
    run.advance(1, Clock(None))
    assert (run.verdict, run.answers) == ("proven", [(answer, answer)])


@pytest.mark.parametrize(("gap", "verdict", "asked"), [("0.2", "proven", 0), ("0.199", "limit", 1)])
def test_parts_within_the_gap_together_are_done(gap: str, verdict: str, asked: int) -> None:
    """At 4 above 3 the part of x leaves a quarter open, and with y, proven at 1, a fifth of the whole: all is proven if that was asked."""
    hands = Hands((4.0, 3.0))
    rounds = settled(hands, gap=gap)
    assert {run.verdict for run in rounds.runs.values()} == {"proven", verdict}
    assert len(hands.asked) == asked
    assert rounds.answers() == [(5.0, 4.0)]


def test_a_part_stops_once_all_together_are_near_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """While x is searched, at 4 above 2.9 and then above 3, y is known: at the second word a fifth is open, and the search is to stop.

    Of a gap of 0.211 a level that another follows may use 95 %, just over a fifth. The next level is searched as ever.
    """
    heard: list[bool] = []

    class Told(Hands):
        def advance(self, run: Run, levels: int, clock: Clock, shown: object, seconds: float | None = None) -> None:
            if levels == 2:
                heard.append(clock.enough)
            elif "x" in run.compiled.column and not run.answers:
                for bound in (2.9, 3.0):
                    shown(run.goals[0], 4.0, bound)  # type: ignore[operator]
                    heard.append(clock.enough)
            super().advance(run, levels, clock, shown, seconds)

    monkeypatch.setattr(parts, "_TELL_S", 0.0)
    monkeypatch.setattr(parts, "in_turn", lambda sizes, _: sorted(sizes, key=lambda part: -part.columns[0]))
    settled(Told((4.0, 3.0)), gap="0.211", joined=False, levels=2)
    assert heard == [False, True, False, False]
