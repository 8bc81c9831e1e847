"""Many tasks side by side: processes on this machine, or a Dask cluster; the same answers whatever the number and order of workers.

A task is a function of a module and a picklable argument, and its result depends on that argument alone. Results come in the
order of the tasks. A task that is lost with its worker is done again, and what a journal holds is not done twice.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from typing import Generic, ParamSpec, TypeVar

from siteplanner.errors import InputError, Location, Problem
from siteplanner.solve.journal import Journal

__all__ = ["AHEAD", "RETRIES", "Journal", "WorkersLost", "always", "make_executor", "run_all", "width"]
RETRIES = 3
"""How often a task is done again after its worker was lost; after that the task itself is taken to be the cause."""
AHEAD = 32
"""How many tasks are handed out beyond the next result: enough to keep workers busy, few enough to keep memory small."""
_CONNECT_S = 10
_POLL_S = 0.5
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


class WorkersLost(RuntimeError):
    """A task lost its worker again and again: too little memory, or a crash that the task itself causes."""


class Processes(Executor):
    """Worker processes on this machine, started afresh where one has died.

    Processes are spawned, never forked: that works on every system, and solvers with threads do not survive a fork.
    """

    def __init__(self, workers: int) -> None:
        self.workers, self._lock, self._pool, self._ended = workers, threading.Lock(), self._new(workers), False

    @staticmethod
    def _new(workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_settle_in)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand out a task, to new processes if the old ones broke; `RuntimeError` once they were ended."""
        with self._lock:
            if self._ended:
                raise RuntimeError("no task can be handed out after the end")
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = self._new(self.workers)
                return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; with `cancel_futures` at once, whatever they are at."""
        with self._lock:
            self._ended = True
        running = list((getattr(self._pool, "_processes", None) or {}).values()) if cancel_futures else []
        self._pool.shutdown(wait=wait and not cancel_futures, cancel_futures=cancel_futures)
        for process in running:
            process.terminate()


def _settle_in() -> None:
    """Leave Ctrl-C to the process that hands out the work, which keeps what is done; end when that process is gone, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    """Wait for the end of the process that started this one, and end too: a worker waits for tasks for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def make_executor(workers: int | None = None, cluster: str | None = None) -> Iterator[Executor]:
    """Give an executor, and end it with the block.

    Parameters
    ----------
    workers : int, optional
        Processes on this machine; default: one a core. One worker is a thread of this process, which starts at once.
    cluster : str, optional
        Address of a Dask scheduler, as ``tcp://10.0.0.1:8786``; its workers need this package and the same versions.

    Raises
    ------
    InputError
        If the extra ``cluster`` is not installed or nothing answers at the address.
    """
    if cluster:
        with _cluster(cluster) as executor:
            yield executor
        return
    count = workers or os.cpu_count() or 1
    executor = ThreadPoolExecutor(1) if count == 1 else Processes(count)
    try:
        yield executor
    finally:
        # What is still running was asked by somebody who is gone: an error or Ctrl-C ended the block.
        executor.shutdown(wait=False, cancel_futures=sys.exc_info()[0] is not None or count > 1)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    where = Location("--cluster")
    try:
        from distributed import Client
    except ImportError:
        raise InputError([Problem("extra_missing", where, {"seen": "distributed", "extra": "cluster"})]) from None
    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise InputError([Problem("cluster_silent", where, {"seen": address, "reason": str(error) or type(error).__name__})]) from None
    try:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]
    finally:
        client.close(timeout=_CONNECT_S)  # type: ignore[no-untyped-call]


def width(executor: Executor) -> int:
    """Return how many tasks an executor works on at once, as far as it tells; a cluster may grow, so at least two there."""
    if isinstance(executor, Processes):
        return executor.workers
    if isinstance(executor, ThreadPoolExecutor):
        return executor._max_workers
    client = getattr(executor, "_client", None)
    return max(2, sum(client.nthreads().values())) if client is not None else AHEAD


def always(_: object) -> bool:
    """Keep every result."""
    return True


def run_all(
    executor: Executor,
    function: Callable[[T], R],
    tasks: Iterable[T],
    *,
    journal: Journal | None = None,
    keep: Callable[[R], bool] = always,
    ahead: int = AHEAD,
    at_once: int | None = None,
) -> Iterator[R]:
    """Yield function(task) for each task, in the order of the tasks.

    Parameters
    ----------
    function : callable
        Defined in a module, so that workers can find it.
    tasks : iterable
        Read as workers become free, so that a long stream of large tasks never stands in memory.
    journal : Journal, optional
        Results by the content of function and task: those it has are not computed, new ones are added, also those that are
        finished but not yet yielded when the block ends.
    keep : callable, optional
        Whether a result is worth keeping: one that a time limit cut short is not.
    ahead : int
        Most tasks that are handed out and not yet yielded.
    at_once : int, optional
        Most tasks that are handed out and not yet finished: a task that is given what time is left then waits for nobody.

    Raises
    ------
    WorkersLost
        If one task lost its worker more than `RETRIES` times. What a task raises itself passes through.
    """
    waiting: deque[_Asked[T, R]] = deque()
    stream, most = iter(tasks), ahead if at_once is None else at_once
    try:
        while True:
            open_ones = sum(not asked.done for asked in waiting)
            while len(waiting) < ahead and open_ones < most and (task := next(stream, _END)) is not _END:
                waiting.append(_Asked(executor, function, task, journal, keep))  # type: ignore[arg-type]
                open_ones += not waiting[-1].done
            if not waiting:
                return
            if waiting[0].done:
                yield waiting[0].result()
                waiting.popleft()
            else:
                # With a timeout, or Ctrl-C would not be heard on Windows.
                wait([asked.future for asked in waiting if not asked.done], timeout=_POLL_S, return_when=FIRST_COMPLETED)
    finally:
        for asked in waiting:
            asked.give_up()


_END = object()


class _Asked(Generic[T, R]):
    """A task that was handed out, or whose result the journal had."""

    def __init__(self, executor: Executor, function: Callable[[T], R], task: T, journal: Journal | None, keep: Callable[[R], bool]) -> None:
        self._executor, self._function, self._task, self._journal, self._keep = executor, function, task, journal, keep
        self._key = journal.key(function, task) if journal is not None else ""
        self._known = journal is not None and self._key in journal
        self._future: Future[R] | None = None if self._known else executor.submit(function, task)

    @property
    def future(self) -> Future[R]:
        """Return the future of a task that was handed out."""
        assert self._future is not None
        return self._future

    @property
    def done(self) -> bool:
        """Return whether the task needs no worker any more, as far as is known: its worker may have been lost."""
        return self._future is None or self._future.done()

    def result(self) -> R:
        """Return the result, asking again as often as it takes."""
        if self._future is None:
            assert self._journal is not None
            return self._journal.read(self._key)  # type: ignore[no-any-return]
        for attempt in range(RETRIES + 1):
            try:
                found = self._future.result()
            except (BrokenExecutor, CancelledError) as error:
                lost: BaseException = error
            except Exception as error:
                # Dask's own word for "this task's worker died too often"; the package may not be installed.
                if type(error).__name__ != "KilledWorker":
                    raise
                lost = error
            else:
                self._note(found)
                return found
            if attempt < RETRIES:
                self._future = self._executor.submit(self._function, self._task)
        raise WorkersLost(f"a task lost its worker {RETRIES + 1} times") from lost

    def give_up(self) -> None:
        """Give the task up; what it has come to already is kept."""
        with suppress(Exception):
            if self._future is not None and not self._future.cancel() and self._future.done():
                self._note(self._future.result())

    def _note(self, found: R) -> None:
        if self._journal is not None and self._keep(found):
            self._journal.write(self._key, found)
