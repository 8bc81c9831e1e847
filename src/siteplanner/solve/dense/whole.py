"""The whole of a part searched over the choices that are left open, with the best plan to set out from.

Where choices are all there is to decide, and functions become machine code, by a tree over these alone (`siteplanner.solve.dense.tree`);
else by the solver.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.bare import Bare, bare_of
from siteplanner.solve.dense.crew import POLL_S, Crew
from siteplanner.solve.dense.jit import QUICK
from siteplanner.solve.dense.sites import Sites
from siteplanner.solve.dense.standing import MARGIN, Standing
from siteplanner.solve.dense.tree import Tree
from siteplanner.solve.highs import Highs
from siteplanner.solve.solver import Answer, Limits, Watch

_NEARER = 0.99
"""Share of what counts as proven that the tree leaves open, for rounding errors."""
_ALONE = 0.2
"""Share of its time that a lone worker looks for a better plan at a time."""
_NODES = 6000
"""Nodes of the tree after which better plans are looked for again."""
_GAP, _STALE = 1e-4, 400
"""Relative gap at which a search among the likeliest choices ends, and nodes without a better plan after which it does."""


@dataclass(slots=True)
class Whole:
    """Searches of the whole, side by side.

    They work on the rows without links, which follow for whole choices: proof comes sooner in these.

    Attributes
    ----------
    fix : callable
        Settles what the best plan allows to settle.
    told : deque
        Better plans that searches have passed on.
    """

    standing: Standing
    crew: Crew
    sites: Sites | None
    fix: Callable[[], None]
    impossible: bool = False
    told: deque[Floats] = field(default_factory=deque)

    def run(self) -> None:
        """Search the whole from the best plan."""
        standing = self.standing
        bare = bare_of(standing.web, self.sites, standing.costs, *standing.open) if QUICK and self.sites is not None else None
        if bare is None or standing.search.point is None or not self.climb(bare):
            self.solve()

    def climb(self, bare: Bare) -> bool:
        """Search by a tree over choices alone; say whether that came off.

        With the best plan known the tree is soon through, but it finds few plans itself. So the solver looks for better ones beside it,
        among the likeliest choices at first, and whenever the tree has grown much again, by turns among all and these. A lone worker
        does one after the other.
        """
        standing, crew = self.standing, self.crew

        def gap(value: float) -> float:
            # A little less than what counts as near, for rounding.
            return _NEARER * max(MARGIN, standing.limits.gap * abs(value))

        def over() -> bool:
            left = standing.left()
            return standing.over or (left is not None and left <= 0)

        tree = Tree(bare, lambda: standing.search.value, gap, over, self.told.append)
        seeking: Future[Answer] | None = self._seek(likely=True)
        planted, climbers = crew.pool.submit(tree.plant), dict[int, Future[None]]()
        likely, due = False, _NODES
        while not (tree.broken or (planted.done() and tree.done()) or over()):
            if seeking is not None and seeking.done():
                self._take(seeking.result(), proves=False)
                seeking = None
            elif seeking is None and tree.nodes >= due:
                # Where the relaxation cannot be solved anew, no more is settled.
                with suppress(ArithmeticError):
                    self.fix()
                seeking, likely, due = self._seek(likely=likely), not likely, 2 * tree.nodes
            tree.places = crew.workers - (seeking is not None)
            for n in range(tree.places if planted.done() else 0):
                if n not in climbers or climbers[n].done():
                    climbers[n] = crew.pool.submit(tree.search, n)
            going: list[Future[Any]] = [job for job in (planted, *climbers.values(), seeking) if job is not None and not job.done()]
            wait(going, timeout=POLL_S, return_when=FIRST_COMPLETED)
            crew.gather()
            self._hear()
            standing.prove(tree.bound())
        ended, standing.over = standing.over, True
        for job in (planted, *climbers.values()):
            job.result()
        if seeking is not None and not seeking.cancel():
            self._take(seeking.result(), proves=False)
        self._hear()
        standing.prove(tree.bound())
        if tree.broken:
            standing.over = ended
        return not tree.broken

    def solve(self) -> None:
        """Give the whole to the solver, and besides the likeliest choices alone.

        What these few choices give ends the search of the whole sooner. Where it is better than what that search set out from, a second
        one sets out from there, with fewer choices left open: whichever is through first ends the other.
        """
        standing, crew = self.standing, self.crew
        proofs = [self._proof(good_start=False)]
        likely = self._seek(likely=True) if crew.workers > 1 else None
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

    def _minimise(self, solver: Highs, limits: Limits, start: Floats | None, look: Watch, share: float = 1.0) -> Answer:
        """Search, in a share of what time is left when a worker comes to it."""
        left = self.standing.left()
        if left is not None and left <= 0:
            return Answer("limit", None, float("inf"), -float("inf"))
        return solver.minimise(self.standing.costs, replace(limits, seconds=None if left is None else share * left, threads=1), start, look)

    def _seek(self, *, likely: bool) -> Future[Answer] | None:
        """Begin a search for a better plan, among the likeliest choices alone or all that are open; None without a plan to set out from.

        It ends when it finds no more. A lone worker gives it but a share of the time.
        """
        standing, search = self.standing, self.standing.search
        if search.point is None:
            return None
        shut = standing.web.compiled.integer & ~search.likely() if likely else np.zeros(len(standing.costs), dtype=np.bool_)
        upper = np.where(shut, standing.open[0], standing.open[1])
        solver = Highs(replace(search.inner.compiled, lower=standing.open[0].copy(), upper=upper))
        solver.tell(self.told.append)
        last, best = 0, search.value

        def look(value: float, _bound: float) -> bool:
            nonlocal last, best
            if value < best:
                last, best = solver.nodes, value
            return standing.over or solver.nodes > last + _STALE

        limits = replace(standing.limits, gap=max(_GAP, standing.limits.gap))
        share = 1.0 if self.crew.workers > 1 else _ALONE
        return self.crew.pool.submit(self._minimise, solver, limits, search.point, look, share)

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
