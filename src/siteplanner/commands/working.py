"""Who works on a command: threads of this process, worker processes, or a cluster; and where an unfinished one is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from siteplanner.commands.progress import end_line
from siteplanner.errors import InputError, InterruptedSweep, Location, Problem, system_reason
from siteplanner.roads.cache import cache_folder
from siteplanner.solve.crew import Crew, stop_file, task_key
from siteplanner.solve.executor import make_executor
from siteplanner.solve.journal import RESULTS, Journal
from siteplanner.texts import Lang, say

UNFINISHED = "unfinished"
"""Folder below that for results where what an unfinished run has finished is kept; a sweep has a folder of its own in it."""


@dataclass(frozen=True, slots=True)
class Workers:
    """What was asked for: worker processes (0: threads of this process) or the address of a cluster (empty: this machine)."""

    count: int = 0
    cluster: str = ""


HERE = Workers()
"""Threads of this process."""


@contextmanager
def crew(workers: Workers, folder: Path | None) -> Iterator[Crew]:
    """Give the crew, with a journal in a folder if there is one.

    Raises
    ------
    InputError
        If the cluster does not answer or its extra is missing.
    """
    asked = workers.cluster or workers.count
    with stop_file() as stop, make_executor(workers.count, workers.cluster) if asked else nullcontext() as executor:
        yield Crew(executor, None if folder is None else Journal(folder, task_key), stop)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A command that asks many questions: who works on it, and the folder where finished answers are kept, if any."""

    crew: Crew
    folder: Path | None

    def close(self, exact: bool, lang: Lang) -> list[str]:
        """Throw away what was kept where every answer is exact; else return the sentence that says where it goes on from."""
        if self.folder is None:
            return []
        if exact:
            forget(self.folder)
        return [say("sweep.goes_on", lang, folder=str(self.folder))] if kept(self.folder) else []


@contextmanager
def sweep(workers: Workers, folder: Path | None) -> Iterator[Sweep]:
    """Give who works on a sweep, with a journal in a folder if there is one.

    Raises
    ------
    InputError
        As `crew` does.
    InterruptedSweep
        If the user stops the block: what is finished is kept.
    """
    try:
        with crew(workers, folder) as hands:
            yield Sweep(hands, folder)
            if hands.stopped:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        raise InterruptedSweep(kept(folder), folder) from None
    finally:
        end_line()


def below(out: Path | None, name: str) -> Path | None:
    """Return the folder below the results of a sweep where what is finished is kept; None where no folder is asked for.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    if out is None:
        return None
    writable(out)
    return out / UNFINISHED / name


def of_plan(plan_file: Path) -> Path | None:
    """Return the folder where what is finished about a plan is kept; None where there is none.

    It lies in the user's own cache folder: a plan may be somebody else's, and so might be answers that lie beside it.
    """
    cache = cache_folder()
    try:
        if cache is None:
            return None
        writable(cache)
    except InputError:
        return None
    return cache / UNFINISHED / f"explain-{sha256(str(plan_file.resolve()).encode()).hexdigest()[:16]}"


def kept(folder: Path | None) -> int:
    """Return how many results a folder holds."""
    return 0 if folder is None else sum(1 for _ in folder.glob(RESULTS))


def forget(folder: Path) -> None:
    """Throw away what was kept: the run came to its end. What other commands keep below or beside it stays."""
    with suppress(OSError):
        for file in folder.iterdir():
            if file.is_file():
                file.unlink()
    for empty in (folder, folder.parent):
        with suppress(OSError):
            if UNFINISHED in (empty.name, empty.parent.name):
                empty.rmdir()


def writable(out: Path) -> None:
    """Make the folder for results.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".siteplanner"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError([Problem("out_not_writable", Location(str(out)), system_reason(error, "reason"))]) from error
