"""Workers that do jobs, and while they have none go on looking for better plans."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from siteplanner.solve.dense.search import Step
from siteplanner.solve.dense.standing import Standing
from siteplanner.solve.solver import Watch

POLL_S = 0.2


class Job(Protocol):
    """What a worker does; it keeps its result."""

    def run(self, watch: Watch) -> None:
        """Do it, until the watch says stop."""


@dataclass(slots=True)
class Crew:
    """Workers of one run.

    Attributes
    ----------
    searching : bool
        Whether there is a plan to make better.
    turns : int
        Steps of the search that jobs have yet to make room for.
    """

    standing: Standing
    workers: int
    pool: ThreadPoolExecutor
    searching: bool = False
    turns: int = 0
    steps: dict[Future[None], Step] = field(default_factory=dict)

    def work(self, jobs: Sequence[Job], *, make_room: bool = False) -> None:
        """Do jobs on all workers and wait for them; workers with nothing else to do look for better plans.

        Asked to make room, every job lets such a step begin before the next one, and all that are promising; else none waits for a step.
        """
        queue, running = deque(jobs), set[Future[None]]()
        while queue or running:
            while len(running) + len(self.steps) < self.workers:
                if (not queue or (make_room and (self.turns or self.standing.search.promising))) and self.step():
                    self.turns = max(0, self.turns - 1)
                elif queue:
                    running.add(self.pool.submit(queue.popleft().run, self._told))
                    self.turns = min(self.workers, self.turns + 1)
                else:
                    break
            done, _ = wait([*running, *self.steps], timeout=POLL_S, return_when=FIRST_COMPLETED)
            for future in done & running:
                future.result()
            running -= done
            self.gather()
            self.standing.look()

    def seek(self, enough: Callable[[], bool]) -> None:
        """Look for better plans, with all workers, until that is enough or nothing is left to look at."""
        while not (self.standing.done() or enough()):
            while len(self.steps) < self.workers and self.step():
                pass
            if not self.steps:
                return
            wait(self.steps, timeout=POLL_S, return_when=FIRST_COMPLETED)
            self.gather()

    def step(self) -> bool:
        """Begin a step of the search, if there is one that no other step is in the way of."""
        found = self.standing.search.step(list(self.steps.values())) if self.searching else None
        if found is not None:
            self.steps[self.pool.submit(found.run, self._told)] = found
        return found is not None

    def _told(self, _value: float, _bound: float) -> bool:
        """Return whether what runs is to stop."""
        return self.standing.stop or self.standing.over

    def gather(self) -> None:
        """Take what steps have found that are through."""
        for future in [future for future in self.steps if future.done()]:
            future.result()
            self.standing.search.finish([self.steps.pop(future)])
