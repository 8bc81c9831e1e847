"""A minimal set of rules that cannot all hold, by trying: a rule whose loss mends nothing is left out (deletion filter).

It asks the integer problem itself, so conflicts that no relaxation shows are found too. Rules are dropped many at a time where that
mends nothing, and one at a time at the end. A question that takes too long keeps its rule.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.explain.lifts import Lift, lifts_of
from siteplanner.explain.nouns import Cause, Clash
from siteplanner.explain.rules import Rule, rules_of
from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.decompose import Part, extract_part, split
from siteplanner.solve.levels import Progress, Sight
from siteplanner.solve.solver import Limits
from siteplanner.whatif.bench import Bench

QUESTION_S = 5.0
"""Seconds after which a question counts as not answered."""
_NEEDS = ("requirement", "coverage", "cluster", "main_room", "group", "premises", "unshared", "locked_in")
"""Rules that speak of places and estates alone: where only these clash, the other estates can be left out of the question."""


@dataclass(slots=True)
class Clock:
    """When to stop asking, and who solves the parts of plans that are tried."""

    until: float
    progress: Progress | None = None
    crew: Crew = ALONE
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, seconds: float, progress: Progress | None = None, crew: Crew = ALONE) -> Clock:
        """Return a clock that runs out in so many seconds."""
        return cls(time.monotonic() + seconds, progress, crew)

    def tell(self, what: str) -> None:
        """Show what is being asked."""
        if self.progress is not None:
            self.progress(what, float("inf"), -float("inf"), Sight(time.monotonic() - self.started, self.left))

    @property
    def left(self) -> float:
        """Return the seconds left."""
        return max(0.0, self.until - time.monotonic())

    @property
    def out(self) -> bool:
        """Return whether the time is over."""
        return self.left <= 0


def find_clash(case: Case, clock: Clock) -> Clash | None:
    """Return rules and inputs of a case without a plan that cannot all hold; None where none were found in time."""
    bench = Bench(case)
    named = rules_of(bench)
    compiled = _without_surrogates(bench.compiled)
    part = _impossible_part(compiled, clock)
    if part is None:
        return None
    inside = frozenset(part.rows)
    rules = [replace(rule, rows=rule.rows & inside) for rule in named if rule.rows & inside]

    def impossible(kept: Sequence[Rule]) -> bool | None:
        return _impossible(compiled, part, rules, kept, clock)

    kept, sure = _fewest(rules, impossible, clock)
    if _impossible(compiled, part, rules, kept, clock, presolve=False) is False:
        # Presolve has been known to call feasible problems impossible: no clash is told on its word alone.
        return None
    inputs, tried = _inputs(case, kept, clock)
    return Clash(tuple(sorted(kept, key=lambda r: r.name)), inputs, sure and tried)


def _without_surrogates(compiled: Compiled) -> Compiled:
    """Return the problem without the rows that follow from requirements."""
    rows = [n for n, name in enumerate(compiled.row_names) if name.startswith("credit.surrogate.")]
    lower, upper = compiled.row_lower.copy(), compiled.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(compiled, row_lower=lower, row_upper=upper)


def _impossible_part(compiled: Compiled, clock: Clock) -> Part | None:
    """Return the smallest part without a point; the whole where every part has one; None where the question took too long."""
    for part in sorted(split(compiled), key=lambda p: len(p.columns)):
        answer = _point(extract_part(compiled, part), clock)
        if answer is False:
            return part
    whole = Part(tuple(range(compiled.columns)), tuple(range(len(compiled.row_names))))
    return whole if _point(compiled, clock, 4 * QUESTION_S) is False else None


def _point(compiled: Compiled, clock: Clock, seconds: float = QUESTION_S, *, presolve: bool = True) -> bool | None:
    """Return whether a problem has a point; None where that took too long."""
    if clock.out:
        return None
    clock.tell("feasibility")
    limits = Limits(0.0, min(seconds, clock.left), 1, 0)
    answer = load("highs", compiled, presolve=presolve).minimise(np.zeros(compiled.columns), limits, None, None)
    if answer.verdict == "infeasible":
        return False
    return True if answer.point is not None else None


def _impossible(
    compiled: Compiled, part: Part, rules: Sequence[Rule], kept: Sequence[Rule], clock: Clock, *, presolve: bool = True
) -> bool | None:
    """Return whether the rules kept, with everything that is no rule, have no point; the others do not hold."""
    freed = frozenset(row for rule in rules for row in rule.rows) - frozenset(row for rule in kept for row in rule.rows)
    rest = Part(part.columns, tuple(row for row in part.rows if row not in freed))
    answer = _point(extract_part(compiled, rest), clock, presolve=presolve)
    return None if answer is None else not answer


def _fewest(rules: Sequence[Rule], impossible: Callable[[Sequence[Rule]], bool | None], clock: Clock) -> tuple[list[Rule], bool]:
    """Return a minimal set that is still impossible, and whether every member was tried alone.

    Chunks are dropped first, halving as they fail. Needs of estates are tried before budgets and goals, which are asked about last.
    """
    kept = sorted(rules, key=lambda rule: (rule.kind in ("budget", "milestone", "pool", "tier", "land"), rule.kind, rule.name))
    size, sure = max(1, len(kept) // 2), True
    while True:
        start = 0
        while start < len(kept):
            rest = [*kept[:start], *kept[start + size :]]
            answer = impossible(rest)
            if answer:
                kept = rest
            else:
                sure = sure and (answer is False or size > 1)
                start += size
        if size == 1:
            return kept, sure and not clock.out
        size = max(1, size // 2)


def _inputs(case: Case, kept: Sequence[Rule], clock: Clock) -> tuple[tuple[Cause, ...], bool]:
    """Return what keeps candidates out and takes part in the clash: lifted, the rules that are left could hold."""
    scenario = case.scenario
    if kept and all(rule.kind in _NEEDS for rule in kept):
        named = {rule.subject for rule in kept}
        scenario = scenario.model_copy(update={"estates": tuple(e for e in scenario.estates if e.id in named) or scenario.estates})
    names = {rule.name for rule in kept}
    found: list[Cause] = []
    sure = True
    for lift in lifts_of(case):
        lifted = lift.apply(scenario)
        answer = _still_impossible(prepare(lifted), names, clock)
        if answer is True:
            scenario = lifted
        else:
            sure = sure and answer is False
            if answer is False:
                found.append(cause_of(lift))
    return tuple(found), sure


def _still_impossible(case: Case, names: set[str], clock: Clock) -> bool | None:
    bench = Bench(case)
    rules = rules_of(bench)
    compiled = _without_surrogates(bench.compiled)
    freed = {row for rule in rules if rule.name not in names for row in rule.rows}
    rest = tuple(row for row in range(len(compiled.row_names)) if row not in freed)
    answer = _point(extract_part(compiled, Part(tuple(range(compiled.columns)), rest)), clock)
    return None if answer is None else not answer


def cause_of(lift: Lift) -> Cause:
    """Return an input of a clash as a sentence."""
    return Cause(f"input.{lift.code}", ", ".join(lift.clauses), lift.facts, area="reason")
