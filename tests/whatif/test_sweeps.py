"""Sweeps by other hands: the same bytes from any number of workers, and what is finished is never asked again."""

from __future__ import annotations

import functools
import json
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from pathlib import Path

import pytest

from siteplanner import speeds
from siteplanner.commands import working
from siteplanner.commands.working import UNFINISHED
from siteplanner.roads.cache import FOLDER_VARIABLE
from siteplanner.solve import crew as crews
from siteplanner.solve.executor import make_executor
from siteplanner.solve.levels import Clock
from siteplanner.whatif import frontier, tornado
from siteplanner.whatif.clocks import seconds_each
from siteplanner.whatif.lab import Lab
from support.line import ROOT, TOY, command

REPORT = ROOT / "reports" / "toy"
SWEEPS = {
    "circle": ("frontier", TOY, "--against", "circle"),
    "phases": ("frontier", TOY, "--against", "served", "--nested"),
    "tornado": ("tornado", TOY),
    "scout": ("scout", TOY, "--area", "300", "--price", "100000"),
    "alternatives": ("alternatives", TOY, "-n", "3", "--within", "40%"),
    "explain": ("explain", TOY, REPORT),
}


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[int, Executor]]:
    """Give one thread and two worker processes, by the number of workers."""
    with make_executor(1) as one, make_executor(2) as two:
        yield {1: one, 2: two}


@pytest.fixture
def shared(pools: dict[int, Executor], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands use the workers of the module instead of starting their own."""
    monkeypatch.setattr(working, "make_executor", lambda count, _: nullcontext(pools[count]))


@pytest.mark.parametrize("name", SWEEPS)
def test_workers_change_no_byte(name: str, shared: None) -> None:
    """Threads, one worker and two worker processes print the same JSON."""
    here, *there = (command(*SWEEPS[name], "--workers", count, "--json") for count in (0, 1, 2))
    assert here.code == 0
    assert [ran.out for ran in there] == [here.out, here.out]


def test_workers_change_nothing_of_why_there_is_no_plan(shared: None) -> None:
    """The clash and the repairs with what each costs are the same whoever solved the plans behind them."""
    words = ("explain", TOY, "--variant", "budget_one_fen_short", "--json")
    here, *there = (command(*words, "--workers", count) for count in (0, 1, 2))
    assert here.code == 3
    assert [ran.out for ran in there] == [here.out, here.out]
    assert len(here.data["repairs"]) == 9


class Losing(Executor):
    """Loses the worker of every task once."""

    def __init__(self) -> None:
        self.lost: list[object] = []

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        if any(args[0] is task for task in self.lost):
            future.set_result(fn(*args, **kwargs))
        else:
            self.lost.append(args[0])
            future.set_exception(BrokenProcessPool("gone"))
        return future


@pytest.mark.parametrize("name", ["circle", "phases", "scout"])
def test_lost_workers_lose_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every task loses its worker once, whole plans and parts alike, the JSON is that of an undisturbed run."""
    losing = Losing()
    monkeypatch.setattr(working, "make_executor", lambda *_: nullcontext(losing))
    assert command(*SWEEPS[name], "--workers", "1", "--json").out == command(*SWEEPS[name], "--json").out
    assert len(losing.lost) > 2


def test_speeds_by_workers_are_the_same_record(shared: None, tmp_path: Path) -> None:
    """``plan --speeds`` writes the same record whoever solves it."""
    records = []
    for count in (0, 1, 2):
        assert command("plan", TOY, "--speeds", "80,120", "--workers", count, "--out", tmp_path / str(count), "--json").code == 0
        records.append((tmp_path / str(count) / "plan.json").read_bytes())
    assert len(set(records)) == 1
    assert [row["percent"] for row in json.loads(records[0])["speeds"]] == [80, 100, 120]


def watched(monkeypatch: pytest.MonkeyPatch, most: float = float("inf")) -> list[str]:
    """Note the questions that are solved; one more than so many, and the user presses Ctrl-C."""
    solved: list[str] = []
    inner = Lab._search

    def search(lab: Lab, variation, sought, gap, *rest):
        if len(solved) >= most:
            raise KeyboardInterrupt
        found = inner(lab, variation, sought, gap, *rest)
        solved.append(lab._kept.key(variation, sought, gap))
        return found

    monkeypatch.setattr(Lab, "_search", search)
    return solved


@pytest.mark.parametrize("name", SWEEPS)
def test_an_interrupted_sweep_goes_on(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after two answers a sweep keeps both and says so; given again it asks neither, says the same, and clears the folder.

    What is finished about a plan is kept in the user's own folder.
    """
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    words = SWEEPS[name] if name == "explain" else (*SWEEPS[name], "--out", tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        before = watched(patch, 2)
        ran = command(*words, "--json")
    assert ran.code == 130
    folder = Path(ran.data["folder"])
    assert folder.parent == tmp_path / UNFINISHED
    assert folder.name.startswith(str(SWEEPS[name][0]))
    assert ran.data["kept"] == len(list(folder.iterdir())) >= len(before) >= 2
    with pytest.MonkeyPatch.context() as patch:
        after = watched(patch)
        ran = command(*words, "--json")
    assert ran.code == 0
    assert after and not set(before) & set(after)
    whole = command(*SWEEPS[name], "--json").data
    assert {**ran.data, "files": []} == {**whole, "files": []}
    assert not (tmp_path / UNFINISHED).exists()


@pytest.mark.parametrize("cache", ["off", "no folder"])
def test_a_plan_is_explained_where_nothing_can_be_kept(cache: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cache folder, or with one that cannot be made, the answer is the same and an interrupted run says that nothing is kept."""
    (tmp_path / "file").touch()
    monkeypatch.setenv(FOLDER_VARIABLE, cache if cache == "off" else str(tmp_path / "file" / "sub"))
    assert command(*SWEEPS["explain"], "--json").code == 0
    watched(monkeypatch, 1)
    ran = command(*SWEEPS["explain"], "--json")
    assert (ran.code, ran.data["kept"], ran.data["folder"]) == (130, 0, None)


def counted(patch: pytest.MonkeyPatch, module: object, name: str, most: float) -> list[object]:
    """Note the tasks that a function finishes; one more than so many, and the user presses Ctrl-C."""
    done: list[object] = []
    inner: Callable[..., object] = getattr(module, name)

    @functools.wraps(inner)
    def work(task, *rest):
        if len(done) >= most:
            raise KeyboardInterrupt
        found = inner(task, *rest)
        done.append(task)
        return found

    patch.setattr(module, name, work)
    return done


@pytest.mark.parametrize(("name", "module", "work"), [("circle", frontier, "point_of"), ("tornado", tornado, "end_of")])
def test_a_finished_task_is_not_handed_out_again(name: str, module: object, work: str, tmp_path: Path) -> None:
    """Of whole plans that are tasks of a worker, those finished before the user left are not handed out again."""
    words = (*SWEEPS[name], "--out", tmp_path, "--workers", "1", "--json")
    counts = []
    for most in (float("inf"), 2, float("inf")):
        with pytest.MonkeyPatch.context() as patch:
            done = counted(patch, module, work, most)
            assert command(*words).code == (130 if most == 2 else 0)
        counts.append(len(done))
    assert counts[1:] == [2, counts[0] - 2]


def test_speeds_go_on_too(tmp_path: Path) -> None:
    """Stopped at the second speed the plan is written with that speed open; given again only what was open is solved."""
    words = ("plan", TOY, "--speeds", "80,90,120", "--out", tmp_path, "--json")
    with pytest.MonkeyPatch.context() as patch:
        counted(patch, speeds, "solved", 1)
        ran = command(*words)
    assert ran.code == 130
    assert [row["status"] for row in ran.data["speeds"]] == ["optimal", "stopped", "optimal", "stopped"]
    with pytest.MonkeyPatch.context() as patch:
        done = counted(patch, speeds, "solved", float("inf"))
        ran = command(*words)
    assert ran.code == 0
    assert [task.percent for task in done] == [90, 120]
    assert not (tmp_path / UNFINISHED).exists()


def test_a_sweep_cut_short_by_its_limit_goes_on(tmp_path: Path) -> None:
    """Out of time after the two ends, a frontier keeps them and says how to go on; with time it asks for the values between alone."""
    words = ("frontier", TOY, "--against", "circle", "--from", "10", "--to", "20", "--out", tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontier, "out_of_time", lambda _: True)
        assert str(tmp_path / UNFINISHED / "frontier") in command(*words, "--lang", "en").out
    with pytest.MonkeyPatch.context() as patch:
        done = counted(patch, frontier, "point_of", float("inf"))
        assert command(*words).code == 0
    assert done and not {task.value for task in done} & {10, 20}
    assert not (tmp_path / UNFINISHED).exists()


@pytest.mark.parametrize(("lang", "said"), [("zh", "请用 --out 指定"), ("en", "name one with --out")])
def test_without_a_folder_nothing_is_kept(lang: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped without a folder for results, a sweep says that nothing is kept and how it would be."""
    watched(monkeypatch, 1)
    ran = command(*SWEEPS["phases"], "--lang", lang)
    assert ran.code == 130
    assert said in ran.err


def test_ctrl_c_in_the_midst_of_a_part_keeps_what_was_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal comes to the main thread while another solves a part: the part comes back, and the answers before it are kept."""
    inner, parts = crews._advance, 0

    def advance(*rest):
        nonlocal parts
        parts += 1
        if parts == 4:
            interrupt_main()
        return inner(*rest)

    monkeypatch.setattr(crews, "_advance", advance)
    ran = command(*SWEEPS["phases"], "--out", tmp_path, "--lang", "en")
    assert ran.code == 130
    assert "finished result(s) are kept" in ran.err


def test_what_a_plan_keeps_is_not_thrown_away_by_a_sweep(tmp_path: Path) -> None:
    """A sweep that ends clears its own folder alone: a part that a plan left beside it stays."""
    left = tmp_path / UNFINISHED / "part.result"
    left.parent.mkdir()
    left.touch()
    assert command(*SWEEPS["circle"], "--out", tmp_path, "--json").code == 0
    assert [file.name for file in (tmp_path / UNFINISHED).iterdir()] == ["part.result"]


@pytest.mark.parametrize(("waiting", "at_once", "seconds"), [(5, 1, 2.0), (5, 2, 4.0), (2, 2, 10.0), (1, 2, 10.0)])
def test_tasks_share_the_time_that_is_left(waiting: int, at_once: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds for five tasks: two each one after the other, four each where two are worked on at once, never more than there are."""
    monkeypatch.setattr(Clock, "spent", lambda _: 0.0)
    assert seconds_each(Clock(10.0), waiting, at_once) == seconds
    assert seconds_each(Clock(None), waiting, at_once) is None
