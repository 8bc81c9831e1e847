"""Solve part by part, side by side, and join only the parts whose shared rows turn out to bind.

Start without the rows that join parts. Where the parts' plans together break such a row, the parts it touches become one
part with that row, and it is solved anew; a large one with every row inside it, and with prices on them to begin with.
Every round is a relaxation of the whole, so the first point that obeys all rows is the lexicographic optimum of the whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.decompose import Part, broken_rows, extract_part, join, joining_rows, split, with_inner_rows
from siteplanner.solve.fair import fair_constants
from siteplanner.solve.joined import PRICED_FROM, JoinedRun, join_up
from siteplanner.solve.large import KEPT_FOR_NEXT, run_of
from siteplanner.solve.levels import Clock, Goal, Run
from siteplanner.solve.shares import Shares, in_turn

_POLL_S = _TELL_S = 0.1
_WORTH_S = 1.0
"""Less time than that is not worth setting out again."""
_FAIR_SHARE = 0.1
"""What of the time may go into sharing out a constant."""


class Rounds:
    """The parts of a problem and their runs; one part, or parts that no row can join, have all the time there is (`limit`)."""

    def __init__(
        self,
        compiled: Compiled,
        goals: Sequence[Goal],
        settings: Settings,
        clock: Clock,
        crew: Crew = ALONE,
        limit: float | None = None,
    ) -> None:
        self.compiled, self.goals, self.settings, self.clock, self.crew = compiled, tuple(goals), settings, clock, crew
        self.parts = split(compiled)
        self.atoms = tuple(self.parts)
        self._known: dict[Part, Floats] = {}
        self.runs: dict[Part, Run] = {}
        self._shown: dict[Part, tuple[int, float, float]] = {}
        self._told, self._first = -np.inf, True
        self._limit = clock.limit if limit is None else limit
        self._workers = crew.threads(settings, os.cpu_count() or 1)
        left = clock.left()
        self._constants = [
            fair_constants(compiled, goal, None if left is None else left * _FAIR_SHARE) if settings.gap else np.zeros(compiled.columns)
            for goal in goals
        ]
        self._joins = bool(joining_rows(compiled).any())
        self._shares: Shares[Part] = Shares({}, self._workers)

    def settle(self) -> None:
        """Solve until no joining row is broken, first on the first level alone, then on all; or until time is over.

        Where parts stop short though their plans fit together, they go on in the time that was kept for the whole. Once they are within
        the asked gap together, no matter how far each of them is, the first level is done.
        """
        self._settle()
        if self.clock.stop or not any(run.verdict == "limit" for run in self.runs.values()) or not self.fits():
            return
        if not self._near():
            self._go_on()
        if self._near():
            for run in self.runs.values():
                if run.verdict == "limit" and len(run.answers) == 1:
                    run.take(run.answers, run.point, "proven")
        self._settle()

    def _near(self) -> bool:
        """Return whether the parts' plans and bounds of the first level together are within the asked gap."""
        answers = [run.answers[:1] for run in self.runs.values()]
        return all(answers) and self._within(*(sum(side) for side in zip(*(first for (first,) in answers), strict=True)))

    def _within(self, value: float, bound: float) -> bool:
        """Return whether the first level is near enough; a little of the gap is left for levels that follow."""
        gap = float(self.settings.gap) * (1.0 if len(self.goals) == 1 else KEPT_FOR_NEXT)
        return gap > 0 and bool(np.isfinite(value)) and value - bound <= gap * abs(value + self.goals[0].constant)

    def _settle(self) -> None:
        for levels in (1, len(self.goals)):
            while True:
                if len(self.parts) == 1 or not self._joins:
                    self.clock.limit = self._limit
                if all(run.verdict == "proven" for run in self.runs.values()):
                    self._advance(levels)
                if any(run.verdict != "proven" for run in self.runs.values()):
                    return
                broken = broken_rows(self.compiled, self.point())
                if not len(broken):
                    break
                self._known |= {part: run.point for part, run in self.runs.items() if run.point is not None}
                self.parts = [self._whole(part) for part in join(self.compiled, self.parts, broken)]
                self.runs = {part: run for part, run in self.runs.items() if part in set(self.parts)}

    def _go_on(self) -> None:
        """Let parts that stopped short on the first level set out again from their plan and bound.

        What they come to counts as a bound; as a plan only where it still fits with the others.
        """
        self.clock.limit = self._limit
        before, left, self._first = dict(self.runs), self.clock.left(), True
        if left is not None and left < _WORTH_S:
            return
        short = [
            part for part, run in before.items() if run.verdict == "limit" and len(run.answers) == 1 and not isinstance(run, JoinedRun)
        ]
        found: dict[Part, Run] = {}

        def go_on(part: Part) -> None:
            run = before[part]
            again = run_of(run.compiled, run.goals, run.settings, run.point, bound=run.answers[0][1])
            self._work(part, again, 1)
            found[part] = again

        self._side_by_side(short, go_on)
        for part in short:
            old, again = before[part], found[part]
            self.runs[part] = again
            if not again.answers or again.value > old.value or not self.fits():
                known = max(bound for _, bound in (*old.answers, *again.answers))
                old.take([(old.value, min(old.value, known))], old.point, "limit")
                self.runs[part] = old

    def fits(self) -> bool:
        """Return whether every part has a plan and together they keep every row."""
        known = all(part in self.runs and self.runs[part].point is not None for part in self.parts)
        return known and not len(broken_rows(self.compiled, self.point()))

    def point(self) -> Floats:
        """Return the parts' points as one."""
        whole = np.zeros(self.compiled.columns)
        for part, run in self.runs.items():
            if run.point is not None:
                whole[list(part.columns)] = run.point
        return whole

    def answers(self) -> list[tuple[float, float]]:
        """Return (value, bound) of each level that every part has finished, summed over parts."""
        finished = min((len(run.answers) for run in self.runs.values()), default=0)
        sums = [np.sum([run.answers[n] for run in self.runs.values()], axis=0) for n in range(finished)]
        return [(float(value), float(bound)) for value, bound in sums]

    def _advance(self, levels: int) -> None:
        """Advance every part that is not there yet; parts run side by side, and none depends on another."""
        self.clock.done, self.clock.parts, self._first = 0, len(self.parts), levels == 1
        self._side_by_side(self.parts, lambda part: self._advance_part(part, levels))

    def _side_by_side(self, parts: Sequence[Part], work: Callable[[Part], None]) -> None:
        """Do something with each of some parts, on all workers, and share out the time that is left."""
        sizes = {part: int(self.compiled.integer[list(part.columns)].sum()) for part in parts}
        self._shares, self.clock.enough = Shares(sizes, self._workers), False
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            waiting = {pool.submit(work, part) for part in in_turn(sizes, self._workers)}
            while waiting:
                try:
                    done, waiting = wait(waiting, timeout=_POLL_S)
                    for future in done:
                        future.result()
                except KeyboardInterrupt:
                    self.clock.stop = True
                    self.crew.interrupt()

    def _advance_part(self, part: Part, levels: int) -> None:
        if part not in self.runs:
            holds = len(self.parts)
            columns = list(part.columns)
            goals = [
                replace(g, costs=g.costs[columns], constant=float(fair[columns].sum()), level=replace(g.level, hold=g.level.hold / holds))
                for g, fair in zip(self.goals, self._constants, strict=True)
            ]
            self.runs[part] = (
                self._joined(part, goals) if self._priced(part) else run_of(extract_part(self.compiled, part), goals, self.settings)
            )
        run = self.runs[part]
        self._work(part, run, levels)
        self.clock.done += 1
        if run.answers:
            self._show(part, self.goals[len(run.answers) - 1], *run.answers[-1], last=True)

    def _work(self, part: Part, run: Run, levels: int) -> None:
        """Advance a run of a part in the part's share of the time."""

        def shown(goal: Goal, value: float, bound: float) -> None:
            self._show(part, goal, value, bound)

        seconds = self._shares.begin(part, self.clock.left())
        if isinstance(run, JoinedRun):
            run.advance(levels, self.clock, shown)
        else:
            self.crew.advance(run, levels, self.clock, shown, seconds)
        self._shares.end(part)
        if run.verdict == "interrupted" and not self.clock.stop:
            run.verdict = "limit"

    def _priced(self, part: Part) -> bool:
        """Return whether a part is several parts joined, and large enough for prices to pay."""
        return part not in self.atoms and int(self.compiled.integer[list(part.columns)].sum()) >= PRICED_FROM

    def _whole(self, part: Part) -> Part:
        return with_inner_rows(self.compiled, part) if self._priced(part) else part

    def _joined(self, part: Part, goals: Sequence[Goal]) -> JoinedRun:
        inside = set(part.columns)
        inner = sorted((atom for atom in self.atoms if atom.columns and atom.columns[0] in inside), key=lambda atom: -len(atom.columns))
        known = [self._known.get(atom) for atom in inner]
        return join_up(self.compiled, part, inner, known, goals, self.settings, self.crew, self._workers)

    def _show(self, part: Part, goal: Goal, value: float, bound: float, *, last: bool = False) -> None:
        """Show the bound once every part has one, and the plan where the parts' plans are one: a joining row may keep them apart.

        The first level is done as soon as all parts together are near enough. Only the last word of a part is never left out.
        """
        level = next(n for n, mine in enumerate(self.goals) if mine.level.name == goal.level.name)
        self._shown[part] = (level, value, bound)
        if not last and self.clock.spent() - self._told < _TELL_S:
            return
        self._told = self.clock.spent()
        values, bounds = (sum(side) for side in zip(*(self._known_of(each, level) for each in self.parts), strict=True))
        constant, fits = self.goals[level].constant, len(self.parts) == 1 or not self._joins
        if self._first and fits and self._within(values, bounds):
            self.clock.enough = True
        if self.clock.progress is not None:
            best, factor = values + constant if fits else np.inf, goal.level.factor
            self.clock.progress(goal.level.name, best * factor, (bounds + constant) * factor, self.clock.sight())

    def _known_of(self, part: Part, level: int) -> tuple[float, float]:
        """Return (value, bound) of a part at a level, as far as it was told."""
        run, shown = self.runs.get(part), self._shown.get(part)
        if run is not None and len(run.answers) > level:
            return run.answers[level]
        return shown[1:] if shown is not None and shown[0] == level else (np.inf, -np.inf)
