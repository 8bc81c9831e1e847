"""Who solves the parts: threads of this process, worker processes, or a cluster; and where finished parts are kept.

A part travels as arrays and comes back as its answers and point, so that it makes no difference where it was solved.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from siteplanner.model.objective import Level
from siteplanner.scenario.schema import Solver as Settings
from siteplanner.solve.backends import Verdict
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.executor import run_all, width
from siteplanner.solve.journal import Journal, content_key
from siteplanner.solve.levels import Clock, Goal, Run

KEPT_FROM_S = 1.0
"""Seconds that a part must take to be kept: what is done sooner is sooner solved again than looked up."""
Shown = Callable[[Goal, float, float], None]


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


def task_key(task: Task) -> str:
    """Return the content of a task that its result depends on: all but the time it was given."""
    goals = [(goal.level.name, goal.level.hold, goal.costs, goal.constant) for goal in task.goals]
    settings = (task.settings.name, str(task.settings.gap), task.settings.threads, task.settings.seed)
    return content_key(task.compiled, goals, settings, task.start, task.good_start, task.reached, task.levels)


def advance(task: Task) -> Reached:
    """Advance a run afresh: the answer depends on the task alone."""
    return _advance(task, Clock(task.seconds), None)


def _advance(task: Task, clock: Clock, shown: Shown | None) -> Reached:
    run = Run(task.compiled, task.goals, task.settings, task.start, task.good_start)
    run.take(task.reached.answers, task.reached.point, task.reached.verdict)

    def look(goal: Goal, value: float, bound: float) -> None:
        clock.stop = clock.stop or bool(task.stop and Path(task.stop).exists())
        if shown is not None:
            shown(goal, value, bound)

    run.advance(task.levels, clock, look)
    return Reached(tuple(run.answers), run.point, run.verdict)


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers and a journal, either of which may be missing: then threads of this process work, and nothing is kept."""

    executor: Executor | None = None
    journal: Journal | None = None
    stop: str = ""

    def threads(self, settings: Settings, cores: int) -> int:
        """Return how many parts to hand out at once."""
        return max(1, cores // settings.threads) if self.executor is None else width(self.executor)

    def interrupt(self) -> None:
        """Tell workers on this machine to come back with what they have."""
        if self.stop:
            with suppress(OSError):
                Path(self.stop).touch()

    def advance(self, run: Run, levels: int, clock: Clock, shown: Shown | None) -> None:
        """Advance a run to a number of levels. What took its time to prove is kept; another run may have more time."""
        if len(run.answers) >= min(levels, len(run.goals)) or run.verdict != "proven":
            return
        goals = tuple(replace(goal, level=_plain(goal.level)) for goal in run.goals)
        reached = Reached(tuple(run.answers), run.point, run.verdict)
        task = Task(run.compiled, goals, run.settings, run.start, reached, levels, clock.left(), self.stop, run.good_start)
        journal, started = self.journal, time.monotonic()
        key = journal.key(advance, task) if journal is not None else ""
        if journal is not None and key in journal:
            found: Reached = journal.read(key)
        elif clock.stop:
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


@contextmanager
def stop_file() -> Iterator[str]:
    """Give the path of a file that does not exist yet, in a folder that goes with the block."""
    with tempfile.TemporaryDirectory(prefix="siteplanner-") as folder:
        yield str(Path(folder) / "stop")


def _plain(level: Level) -> Level:
    """Return a level without its expressions, which mean nothing to a worker."""
    return replace(level, terms={})
