"""Real scenarios on a Dask cluster of two worker processes: a plan of which one worker is killed while it works, and sweeps."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from siteplanner.commands.plan import run_plan
from siteplanner.commands.working import Workers
from support.line import TOY, command

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "tonglu"
PATIENCE_S = 60


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Dask command on loopback, and end it with the block."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen([sys.executable, "-m", *words], env=environment, text=True, stderr=subprocess.PIPE)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Give the address of a scheduler with two workers of one thread each, and the workers' processes."""
    scheduler = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    with process(*scheduler) as head:
        assert head.stderr is not None
        address = next(found.group(0) for line in head.stderr if (found := re.search(r"tcp://127\.0\.0\.1:\d+", line)))
        threading.Thread(target=head.stderr.read, daemon=True).start()
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
        local = ("--local-directory", str(tmp_path))
        with process(*worker, *local, "--name", "one") as one, process(*worker, *local, "--name", "two") as two:
            for each in (one, two):
                assert each.stderr is not None
                threading.Thread(target=each.stderr.read, daemon=True).start()
            yield address, [one, two]


def wait_for_both(address: str) -> None:
    """Return when both workers have joined."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE_S)


def kill_when_busy(address: str, victim: subprocess.Popen[str], done: list[str]) -> None:
    """Kill the first worker as soon as it holds a task; say which."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        names = {at: info["name"] for at, info in client.scheduler_info()["workers"].items()}
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not done:
            for at, tasks in client.processing().items():
                if tasks and names.get(at) == "one":
                    victim.kill()
                    done.append(at)
                    break
            time.sleep(0.01)


@pytest.fixture(scope="module")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a scheduler that two workers have joined."""
    with cluster(tmp_path_factory.mktemp("workers")) as (address, _):
        wait_for_both(address)
        yield address


@pytest.mark.component
def test_two_workers_one_killed_give_the_same_bytes(tmp_path: Path) -> None:
    """Tonglu on two workers over TCP, one killed while it holds a part, gives the record of one process byte for byte."""
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    assert run_plan(SCENARIO, alone, "", [], "en", options={}, quiet=True).exit_code == 0
    with cluster(tmp_path) as (address, workers):
        wait_for_both(address)
        killed: list[str] = []
        killer = threading.Thread(target=kill_when_busy, args=(address, workers[0], killed))
        killer.start()
        shown = run_plan(SCENARIO, shared, "", [], "en", options={}, quiet=True, workers=Workers(cluster=address))
        killer.join()
    assert shown.exit_code == 0
    assert killed and workers[0].poll() is not None
    assert (alone / "plan.json").read_bytes() == (shared / "plan.json").read_bytes()


@pytest.mark.component
@pytest.mark.parametrize(
    "words",
    [
        ("frontier", TOY, "--against", "circle"),
        ("frontier", TOY, "--against", "served", "--nested"),
        ("scout", TOY, "--area", "300", "--price", "100000"),
    ],
    ids=["values", "phases", "cells"],
)
def test_a_sweep_on_a_cluster_gives_the_same_bytes(words: tuple[object, ...], shared_cluster: str) -> None:
    """Whole plans as tasks, points that follow from one another, and candidates: two workers over TCP print what this process does."""
    here, there = command(*words, "--json"), command(*words, "--cluster", shared_cluster, "--json")
    assert here.code == 0
    assert there.out == here.out
