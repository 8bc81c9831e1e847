"""Who solves the parts: threads of this process, worker processes, or a cluster; and where finished parts are kept.

A part travels as arrays and comes back as its answers and point, so that it makes no difference where it was solved.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from siteplanner.model.objective import Level
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.backends import load
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.executor import run_all, width
from siteplanner.solve.journal import Journal, content_key
from siteplanner.solve.large import run_of
from siteplanner.solve.levels import Clock, Goal, Progress, Run
from siteplanner.solve.solver import Limits, Verdict

KEPT_FROM_S = 1.0
"""Seconds that a part must take to be kept: what is done sooner is sooner solved again than looked up."""
_POLL_S = 0.1
Shown = Callable[[Goal, float, float], None]
A = TypeVar("A")
B = TypeVar("B")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a run came: (value, bound) of each finished level, its point, the verdict of the last level."""

    answers: tuple[tuple[float, float], ...]
    point: Floats | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Task:
    """A run to be advanced to a number of levels: everything a worker needs.

    ``stop`` is a file that appears when the user stops the run; a worker on another machine does not see it and ends by its limit.
    """

    compiled: Compiled
    goals: tuple[Goal, ...]
    settings: Settings
    start: Floats | None
    reached: Reached
    levels: int
    seconds: float | None
    stop: str
    good_start: bool = False
    bound: float = -np.inf


def task_key(task: Task) -> str:
    """Return the content of a task that its result depends on: all but the time it was given."""
    goals = [(goal.level.name, goal.level.hold, goal.costs, goal.constant) for goal in task.goals]
    settings = (task.settings.name, str(task.settings.gap), task.settings.threads, task.settings.seed)
    return content_key(task.compiled, goals, settings, task.start, task.good_start, task.bound, task.reached, task.levels)


def advance(task: Task) -> Reached:
    """Advance a run afresh: the answer depends on the task alone."""
    return _advance(task, Clock(None), None)


def _advance(task: Task, whole: Clock, shown: Shown | None) -> Reached:
    """Advance a run afresh within its own seconds, and stop where the clock of the whole says so."""
    clock = Clock(task.seconds, stop=whole.stop)
    run = run_of(task.compiled, task.goals, task.settings, task.start, task.good_start, task.bound)
    run.take(task.reached.answers, task.reached.point, task.reached.verdict)

    def look(goal: Goal, value: float, bound: float) -> None:
        clock.stop = clock.stop or whole.stop or whole.enough or bool(task.stop and Path(task.stop).exists())
        if shown is not None:
            shown(goal, value, bound)

    run.advance(task.levels, clock, look)
    return Reached(tuple(run.answers), run.point, run.verdict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A problem that is said to have no point: everything a worker needs to ask again."""

    compiled: Compiled
    settings: Settings
    seconds: float | None
    stop: str


def without_point(doubt: Doubt) -> bool:
    """Return whether a problem has no point with presolve off either, which has been known to call feasible problems infeasible."""
    limits = Limits(0.0, doubt.seconds, doubt.settings.threads, doubt.settings.seed)
    solver = load("highs", doubt.compiled, presolve=False)
    answer = solver.minimise(np.zeros(doubt.compiled.columns), limits, None, lambda *_: bool(doubt.stop) and Path(doubt.stop).exists())
    return answer.verdict == "infeasible"


class Work(Protocol[T_contra, R_co]):
    """What is done about a task: a function of a module, so that workers find it; its result depends on the task alone."""

    def __call__(self, task: T_contra, crew: Crew = ...) -> R_co:
        """Return the result; the crew is a single thread where a worker works on the task."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers and a journal, either of which may be missing: then threads of this process work, and nothing is kept.

    ``cores`` is how many cores those threads may use, all where it is not stated; ``progress`` hears of whole tasks that this process
    works on itself.
    """

    executor: Executor | None = None
    journal: Journal | None = None
    stop: str = ""
    cores: int | None = None
    progress: Progress | None = None

    def threads(self, settings: Settings, cores: int) -> int:
        """Return how many parts to hand out at once."""
        return max(1, (self.cores or cores) // settings.threads) if self.executor is None else width(self.executor)

    @property
    def tasks(self) -> int:
        """Return how many whole tasks are worked on at once."""
        return 1 if self.executor is None else width(self.executor)

    @property
    def stopped(self) -> bool:
        """Return whether the user asked to stop."""
        return bool(self.stop) and Path(self.stop).exists()

    def interrupt(self) -> None:
        """Tell workers on this machine to come back with what they have."""
        if self.stop:
            with suppress(OSError):
                Path(self.stop).touch()

    def each(self, work: Work[A, B], tasks: Iterable[A], *, key_of: Callable[[A], str], keep: Callable[[B], bool]) -> Iterator[B]:
        """Yield the result of each task in order: of workers side by side, or here one after the other.

        Parameters
        ----------
        tasks : iterable
            Read as workers become free: a task may be given what time is left then.
        key_of : callable
            The content of a task that its result depends on.
        keep : callable
            Whether a result goes into the journal, if there is one: not what a limit cut short.
        """
        journal = None if self.journal is None else self.journal.keyed_by(key_of)
        if self.executor is not None:
            yield from run_all(self.executor, work, tasks, journal=journal, keep=keep, at_once=width(self.executor))
            return
        for task in tasks:
            key = "" if journal is None else journal.key(work, task)
            if journal is not None and key in journal:
                yield journal.read(key)
                continue
            found = work(task, self)
            if journal is not None and keep(found):
                journal.write(key, found)
            yield found

    def side_by_side(self, function: Callable[[A], B], items: Sequence[A], settings: Settings) -> list[B]:
        """Return function(item) for each item, in so many threads as parts can be worked on at once.

        Ctrl-C brings workers on this machine back with what they have, and passes on; those of an executor are not waited for.
        """
        pool = ThreadPoolExecutor(self.threads(settings, os.cpu_count() or 1))
        patient = True
        try:
            asked = [pool.submit(function, item) for item in items]
            waiting = set(asked)
            while waiting:
                done, waiting = wait(waiting, timeout=_POLL_S)
                for future in done:
                    future.result()
            return [future.result() for future in asked]
        except KeyboardInterrupt:
            self.interrupt()
            patient = self.executor is None
            raise
        finally:
            pool.shutdown(wait=patient, cancel_futures=True)

    def confirmed(self, compiled: Compiled, settings: Settings, seconds: float | None) -> bool:
        """Ask again, with presolve off, whether a problem has no point."""
        doubt = Doubt(compiled, settings, seconds, self.stop)
        return without_point(doubt) if self.executor is None else next(run_all(self.executor, without_point, [doubt]))

    def advance(self, run: Run, levels: int, clock: Clock, shown: Shown | None, seconds: float | None = None) -> None:
        """Advance a run to a number of levels, within `seconds` where they are fewer than the clock has left.

        What took its time to prove is kept; another run may have more time.
        """
        if len(run.answers) >= min(levels, len(run.goals)) or run.verdict != "proven":
            return
        goals = tuple(replace(goal, level=_plain(goal.level)) for goal in run.goals)
        reached = Reached(tuple(run.answers), run.point, run.verdict)
        limit = min((s for s in (clock.left(), seconds) if s is not None), default=None)
        task = Task(run.compiled, goals, run.settings, run.start, reached, levels, limit, self.stop, run.good_start, run.bound)
        journal, started = self.journal, time.monotonic()
        key = journal.key(advance, task) if journal is not None else ""
        if journal is not None and key in journal:
            found: Reached = journal.read(key)
        elif clock.stop or self.stopped:
            found = replace(reached, verdict="interrupted")
        elif self.executor is None:
            found = _advance(task, clock, shown)
        else:
            found = next(run_all(self.executor, advance, [task]))
        if journal is not None and found.verdict == "proven" and time.monotonic() - started >= KEPT_FROM_S:
            journal.write(key, found)
        run.take(found.answers, found.point, found.verdict)


ALONE = Crew()
"""Threads of this process, nothing kept."""
SINGLE = Crew(cores=1)
"""One thread of a worker, which works on a whole task."""


@contextmanager
def stop_file() -> Iterator[str]:
    """Give the path of a file that does not exist yet, in a folder that goes with the block."""
    with tempfile.TemporaryDirectory(prefix="siteplanner-") as folder:
        yield str(Path(folder) / "stop")


def _plain(level: Level) -> Level:
    """Return a level without its expressions, which mean nothing to a worker."""
    return replace(level, terms={})
