"""Who works on a command: threads of this process, worker processes, or a cluster, as the user asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from siteplanner.solve.crew import Crew, stop_file, task_key
from siteplanner.solve.executor import make_executor
from siteplanner.solve.journal import Journal

UNFINISHED = "unfinished"
"""Folder beside the papers where finished parts of an unfinished run are kept."""


@dataclass(frozen=True, slots=True)
class Workers:
    """What was asked for: worker processes (0: threads of this process) or the address of a cluster (empty: this machine)."""

    count: int = 0
    cluster: str = ""


HERE = Workers()
"""Threads of this process."""


@contextmanager
def crew(workers: Workers, out: Path) -> Iterator[Crew]:
    """Give the crew, with a journal beside the papers.

    Raises
    ------
    InputError
        If the cluster does not answer or its extra is missing.
    """
    asked = workers.cluster or workers.count
    with stop_file() as stop, make_executor(workers.count, workers.cluster) if asked else nullcontext() as executor:
        yield Crew(executor, Journal(out / UNFINISHED, task_key), stop)


def forget(out: Path) -> None:
    """Throw away what was kept: the run came to its end."""
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
