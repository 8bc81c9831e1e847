"""Tasks side by side: order, lost workers, journals, and what a user is told where there is no cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from siteplanner.errors import InputError
from siteplanner.solve import journal as room
from siteplanner.solve.executor import RETRIES, Journal, WorkersLost, make_executor, run_all
from siteplanner.solve.journal import content_key
from siteplanner.solve.sitingpart import PartAnswer


def square(number: int) -> int:
    """A task whose result depends on nothing else."""
    return number * number


def refuse(number: int) -> int:
    """A task that fails by itself."""
    raise ValueError(f"{number} will not do")


def die_once(marker: str) -> str:
    """A task whose first worker is killed while it works."""
    path = Path(marker)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGTERM)
    return path.name


class Late(Executor):
    """Finishes tasks in the reverse of the order they were handed out in."""

    def __init__(self) -> None:
        self.left: list[tuple[Future[object], object]] = []

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        self.left.append((future, (fn, args)))
        if len(self.left) == 4:
            for waiting, (function, given) in reversed(self.left):
                waiting.set_result(function(*given))
            self.left = []
        return future


class Losing(Executor):
    """Loses the worker of each task a number of times."""

    def __init__(self, times: int) -> None:
        self.times, self.lost = times, {}

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        count = self.lost[args] = self.lost.get(args, 0) + 1
        if count <= self.times:
            future.set_exception(BrokenProcessPool("gone"))
        else:
            future.set_result(fn(*args))
        return future


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_task_order_from_any_number_of_workers(workers: int) -> None:
    """One thread or two processes give the same list."""
    with make_executor(workers) as executor:
        assert list(run_all(executor, square, range(6), ahead=3)) == [0, 1, 4, 9, 16, 25]


def test_order_of_completion_does_not_matter() -> None:
    """Tasks that finish last to first are still yielded first to last."""
    assert list(run_all(Late(), square, range(8), ahead=4)) == [n * n for n in range(8)]


def test_no_more_tasks_are_read_than_are_handed_out() -> None:
    """A long stream of tasks is read as results are taken, so it never stands in memory."""
    read = []

    def stream():
        for number in range(100):
            read.append(number)
            yield number

    with ThreadPoolExecutor(1) as executor:
        results = run_all(executor, square, stream(), ahead=4)
        assert [next(results) for _ in range(3)] == [0, 1, 4]
        assert len(read) <= 3 + 4
        results.close()


def test_a_lost_worker_loses_nothing() -> None:
    """A task is done again as often as allowed, and no more."""
    assert list(run_all(Losing(RETRIES), square, [2, 3])) == [4, 9]
    with pytest.raises(WorkersLost):
        list(run_all(Losing(RETRIES + 1), square, [2, 3]))


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    """Two processes, each killed by its first task: every task is done in the end."""
    names = [str(tmp_path / name) for name in "abcd"]
    with make_executor(2) as executor:
        assert list(run_all(executor, die_once, names)) == ["a", "b", "c", "d"]


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    """A run that is killed outright leaves no worker behind."""
    program = tmp_path / "run.py"
    program.write_text(
        "import os, signal\n"
        "from siteplanner.solve.executor import make_executor, run_all\n"
        "if __name__ == '__main__':\n"
        "    with make_executor(2) as executor:\n"
        "        list(run_all(executor, abs, range(8)))\n"
        "        print(*executor._pool._processes, flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n",
        encoding="utf-8",
    )
    told = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False).stdout
    workers = [int(word) for word in told.split()]
    assert workers
    until = time.monotonic() + 30
    while any(_alive(worker) for worker in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_alive(worker) for worker in workers)


def _alive(process: int) -> bool:
    """Return whether a process runs: one that has ended and that nobody asked about does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_what_a_task_raises_passes_through() -> None:
    """An error of the task itself is no lost worker: it is not tried again."""
    with make_executor(1) as executor, pytest.raises(ValueError, match="7 will not do"):
        list(run_all(executor, refuse, [7]))


def test_an_interrupted_run_goes_on_from_its_journal(tmp_path: Path) -> None:
    """What the journal holds is not computed again; a damaged file is."""
    journal = Journal(tmp_path)
    with make_executor(1) as executor:
        assert list(run_all(executor, square, [1, 2], journal=journal)) == [1, 4]
    assert list(run_all(Losing(0), square, [1, 2, 3], journal=journal)) == [1, 4, 9]
    counted = Losing(0)
    key = journal.key(square, 2)
    (tmp_path / f"{key}.result").write_bytes(b"x" * 40)
    assert list(run_all(counted, square, [1, 2, 3], journal=Journal(tmp_path))) == [1, 4, 9]
    assert list(counted.lost) == [(2,)]


def test_a_journal_runs_nothing_that_was_put_into_it(tmp_path: Path) -> None:
    """A file that would call another program when read counts as damaged."""

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "made"),)

    journal = Journal(tmp_path)
    journal.write("0", Evil())
    assert "0" not in journal
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("name", ["ThreadPoolExecutor", "threading.Thread", "make_executor", "Processes"])
def test_a_journal_reads_only_what_this_package_defines_as_results(tmp_path: Path, name: str) -> None:
    """What a module merely imports, reaches through an import, or does not hold as plain data is no result."""
    words = [b"\x8c" + bytes([len(word)]) + word.encode() for word in ("siteplanner.solve.executor", name)]
    body = b"\x80\x04" + b"".join(words) + b"\x93."
    body = zlib.compress(body)
    (tmp_path / "0.result").write_bytes(sha256(body).digest() + body)
    assert "0" not in Journal(tmp_path)


def test_a_journal_gives_answers_of_parts_back(tmp_path: Path) -> None:
    """An answer of a part comes back as it was written."""
    journal = Journal(tmp_path)
    journal.write("0", PartAnswer(np.arange(2), 3.5, 3.25))
    found = journal.read("0")
    assert (found.chosen.tolist(), found.value, found.bound) == ([0, 1], 3.5, 3.25)


def test_every_file_of_the_package_counts_for_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a file in any folder of the package gives another key: what the old one found is not taken up."""
    monkeypatch.setattr(room, "__file__", str(tmp_path / "solve" / "journal.py"))
    monkeypatch.setattr(room, "_program", room._program.__wrapped__)
    files = [tmp_path / "solve" / "dense" / "search.py", tmp_path / "money.py"]
    keys = set()
    for version in range(3):
        for file in files[:version]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x = 1")
        keys.add(Journal(tmp_path).key(square, 3))
    assert len(keys) == 3


def test_only_what_is_worth_keeping_is_kept(tmp_path: Path) -> None:
    """A result that may still get better is asked again; the other is not."""
    for _ in range(2):
        counted = Losing(0)
        journal = Journal(tmp_path)
        assert list(run_all(counted, square, [2, 3], journal=journal, keep=lambda found: found == 4)) == [4, 9]
    assert list(counted.lost) == [(3,)]


def wait_for_the_last(number: int) -> bool:
    """A first task that ends only once the third has begun."""
    if number == 2:
        THIRD.set()
    return THIRD.wait(10) if number == 0 else True


THIRD = threading.Event()


def test_a_worker_that_is_free_takes_the_next_task() -> None:
    """Two at once, of which the first takes long: the other worker goes on to the third, though nothing is yielded yet."""
    with ThreadPoolExecutor(2) as executor:
        assert list(run_all(executor, wait_for_the_last, range(3), at_once=2)) == [True, True, True]


def test_no_more_tasks_are_handed_out_than_are_worked_on() -> None:
    """With one at once a task is read from the stream only when the one before is finished."""
    read: list[int] = []

    def stream():
        for number in range(4):
            read.append(number)
            yield number

    with ThreadPoolExecutor(1) as executor:
        for number, found in enumerate(run_all(executor, read_so_far(read), stream(), at_once=1)):
            assert found == [*range(number + 1)]


def read_so_far(read: list[int]):
    """Return a task that tells what was read from the stream when it was worked on."""
    return lambda _: list(read)


def test_what_is_finished_when_the_run_breaks_off_is_kept(tmp_path: Path) -> None:
    """Three tasks are done, one of them is yielded, then the user leaves: none of the three is computed again."""
    results = run_all(Losing(0), square, [2, 3, 4], journal=Journal(tmp_path))
    assert next(results) == 4
    results.close()
    counted = Losing(0)
    assert list(run_all(counted, square, [2, 3, 4], journal=Journal(tmp_path))) == [4, 9, 16]
    assert not counted.lost


def test_ended_processes_take_no_more_tasks() -> None:
    """A task whose worker was ended on purpose is not handed to new processes."""
    with make_executor(2) as executor:
        assert executor.submit(square, 3).result() == 9
    with pytest.raises(RuntimeError):
        executor.submit(square, 3)


def test_a_journal_gives_arrays_back(tmp_path: Path) -> None:
    """Arrays and numbers of numpy are results like others."""
    journal = Journal(tmp_path)
    journal.write("0", (np.arange(3), np.float64(2.5), {"a": {1, 2}}))
    whole, half, words = journal.read("0")
    assert (whole.tolist(), float(half), words) == ([0, 1, 2], 2.5, {"a": {1, 2}})


def test_keys_tell_content_apart() -> None:
    """Equal content has one key; another value, kind, shape or nesting has another."""
    assert content_key([1, 2.5, "a", None], np.arange(4)) == content_key([1, 2.5, "a", None], np.arange(4))
    different = [1, 1.0, True, "1", (1,), ((1,),), {1: 1}, np.arange(4), np.arange(4).reshape(2, 2), np.arange(4, dtype=np.int32),
                 csr_array(np.eye(2)), csr_array(np.eye(3)), None, ("ab", "c"), ("a", "bc")]  # fmt: skip
    assert len({content_key(value) for value in different}) == len(different)
    with pytest.raises(TypeError):
        content_key(object())


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package for clusters the message says which extra to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as refused, make_executor(cluster="tcp://127.0.0.1:1"):
        pass
    assert refused.value.problems[0].code == "extra_missing"
    assert "siteplanner[cluster]" in refused.value.text("en")


@pytest.mark.parametrize("address", ["no address at all", "nothing://127.0.0.1:1"])
def test_a_bad_address_is_refused(address: str) -> None:
    """What is no address of a scheduler is told as such."""
    with pytest.raises(InputError) as refused, make_executor(cluster=address):
        pass
    assert refused.value.problems[0].code == "cluster_silent"
