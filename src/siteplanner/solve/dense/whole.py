"""The whole of a part given to the solver, over the choices that are left open, with the best plan to set out from."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.crew import POLL_S, Crew
from siteplanner.solve.dense.standing import Standing
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Answer, Limits, Watch

_GAP, _STALE = 1e-4, 400
"""Relative gap at which a search among the likeliest choices ends, and nodes without a better plan after which it does."""


@dataclass(slots=True)
class Whole:
    """Searches of the whole, side by side.

    They work on the rows without those that follow for whole choices: proof comes sooner in these.

    Attributes
    ----------
    fix : callable
        Settles what the best plan allows to settle.
    told : deque
        Better plans that searches have passed on.
    """

    standing: Standing
    crew: Crew
    fix: Callable[[], None]
    impossible: bool = False
    told: deque[Floats] = field(default_factory=deque)

    def run(self) -> None:
        """Search the whole from the best plan, and besides among the likeliest choices alone.

        What these few choices give ends the search of the whole sooner. Where it is better than what that search set out from, a second
        one sets out from there, with fewer choices left open: whichever is through first ends the other.
        """
        standing, crew = self.standing, self.crew
        proofs = [self._proof(good_start=False)]
        likely = self._likely() if crew.workers > 1 else None
        while not self._through(proofs):
            while len(proofs) + len(crew.steps) + (likely is not None) < crew.workers and crew.step():
                pass
            going = [search for search in (*proofs, likely) if search is not None and not search.done()]
            wait(going, timeout=POLL_S, return_when=FIRST_COMPLETED)
            crew.gather()
            self._hear()
            if likely is not None and likely.done():
                self._take(likely.result(), proves=False)
                likely, before = None, standing.left_open()
                # Where the relaxation cannot be solved anew, the first search goes on alone.
                with suppress(ArithmeticError):
                    self.fix()
                    if standing.left_open() < before:
                        proofs.append(self._proof(good_start=True))
        standing.over = True
        self._hear()
        for proof in proofs:
            if not proof.cancel():
                self._take(proof.result(), proves=True)

    def _through(self, proofs: Sequence[Future[Answer]]) -> bool:
        """Return whether one search has ended in proof, or all have ended: one that broke off says nothing of the others."""
        answers = [proof.result() for proof in proofs if proof.done()]
        none = self.standing.search.point is None
        proven = any(answer.verdict == "proven" or (none and answer.verdict == "infeasible") for answer in answers)
        return proven or len(answers) == len(proofs)

    def _minimise(self, solver: Highs, limits: Limits, start: Floats | None, look: Watch) -> Answer:
        """Search, in what time is left when a worker comes to it."""
        left = self.standing.left()
        if left is not None and left <= 0:
            return Answer("limit", None, float("inf"), -float("inf"))
        return solver.minimise(self.standing.costs, replace(limits, seconds=left, threads=1), start, look)

    def _likely(self) -> Future[Answer] | None:
        """Begin a search among the likeliest choices alone, if there is a plan to set out from."""
        standing, search = self.standing, self.standing.search
        if search.point is None:
            return None
        upper = np.where(standing.web.compiled.integer & ~search.likely(), standing.open[0], standing.open[1])
        solver = Highs(replace(search.inner.compiled, lower=standing.open[0], upper=upper))
        solver.tell(self.told.append)
        last, best = 0, search.value

        def look(value: float, _bound: float) -> bool:
            nonlocal last, best
            if value < best:
                last, best = solver.nodes, value
            return standing.over or solver.nodes > last + _STALE

        limits = replace(standing.limits, gap=max(_GAP, standing.limits.gap))
        return self.crew.pool.submit(self._minimise, solver, limits, search.point, look)

    def _proof(self, *, good_start: bool) -> Future[Answer]:
        """Begin a search of the whole that passes on what it finds, and hears what others find."""
        standing, search = self.standing, self.standing.search
        given = search.value

        def look(_value: float, bound: float) -> bool:
            standing.prove(bound)
            return standing.over

        def news() -> Floats | None:
            nonlocal given
            if search.value >= given:
                return None
            given = search.value
            return search.point

        solver = Highs(replace(search.inner.compiled, lower=standing.open[0].copy(), upper=standing.open[1].copy()))
        solver.hear(news)
        solver.tell(self.told.append)
        return self.crew.pool.submit(self._minimise, solver, replace(standing.limits, good_start=good_start), search.point, look)

    def _hear(self) -> None:
        """Take over what searches have passed on, and see whether they may end."""
        while self.told:
            self.standing.search.offer(self.told.popleft())
        self.standing.over = self.standing.over or self.standing.done()

    def _take(self, answer: Answer, *, proves: bool) -> None:
        """Take over what a search has found, and proven of the whole."""
        if answer.point is not None:
            self.standing.search.offer(answer.point)
        if proves:
            self.impossible = answer.verdict == "infeasible" and self.standing.search.point is None
            # The best plan is among the open choices, so that "infeasible" beside it is a solver's error and proves nothing.
            if answer.verdict != "infeasible":
                self.standing.prove(answer.bound)
