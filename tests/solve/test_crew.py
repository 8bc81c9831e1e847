"""Parts solved by others than this process, and runs that go on from what was kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from siteplanner.case.prepare import prepare
from siteplanner.commands.plan import run_plan
from siteplanner.commands.working import UNFINISHED
from siteplanner.model.build import Model, build
from siteplanner.solve import crew as room
from siteplanner.solve import decompose
from siteplanner.solve.crew import Crew, Task, advance, task_key
from siteplanner.solve.executor import make_executor
from siteplanner.solve.journal import Journal
from siteplanner.solve.lexicographic import solve
from support.random_county import random_county, scenario_of

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "toy"


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[Model]:
    """Six random counties, cut into as many parts as there are."""
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 2)
    return [build(prepare(scenario_of(*random_county(seed, estates=6, sites=9, near=0.4)))) for seed in range(6)]


def test_the_answer_does_not_depend_on_who_worked(models: list[Model]) -> None:
    """Threads, one worker and two worker processes give the same values, levels and verdicts."""
    settings = [model.supply.case.scenario.settings.solver for model in models]
    alone = [solve(model, each) for model, each in zip(models, settings, strict=True)]
    for workers in (1, 2):
        with make_executor(workers) as executor:
            assert [solve(model, each, crew=Crew(executor)) for model, each in zip(models, settings, strict=True)] == alone


def test_what_was_proven_is_not_solved_again(models: list[Model], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run takes every proven part from the journal and comes to the same outcome."""
    asked: list[Task] = []
    inner = room._advance
    monkeypatch.setattr(room, "KEPT_FROM_S", 0.0)
    monkeypatch.setattr(room, "_advance", lambda task, *rest: asked.append(task) or inner(task, *rest))
    crew = Crew(journal=Journal(tmp_path, task_key))
    settings = [model.supply.case.scenario.settings.solver for model in models]
    first = [solve(model, each, crew=crew) for model, each in zip(models, settings, strict=True)]
    proven = {outcome.verdict for outcome in first}
    assert "proven" in proven and len(asked) > len(models)
    asked.clear()
    assert [solve(model, each, crew=crew) for model, each in zip(models, settings, strict=True)] == first
    assert all(advance(task).verdict != "proven" for task in list(asked))


def test_a_run_that_broke_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that broke off after its first part keeps it, goes on from it, and then clears the folder."""
    inner, asked = room._advance, []

    def break_off(task: Task, *rest):
        if asked:
            raise RuntimeError("broke off")
        asked.append(task_key(task))
        return inner(task, *rest)

    monkeypatch.setattr(room, "KEPT_FROM_S", 0.0)
    monkeypatch.setattr(decompose, "BATCH_BINARIES", 1)
    monkeypatch.setattr(room, "_advance", break_off)
    with pytest.raises(RuntimeError, match="broke off"):
        run_plan(SCENARIO, tmp_path, "", [], "en", options={}, quiet=True)
    assert len(list((tmp_path / UNFINISHED).iterdir())) == 1
    again: list[str] = []
    monkeypatch.setattr(room, "_advance", lambda task, *rest: again.append(task_key(task)) or inner(task, *rest))
    assert run_plan(SCENARIO, tmp_path, "", [], "en", options={}, quiet=True).exit_code == 0
    assert again and asked[0] not in again
    assert not (tmp_path / UNFINISHED).exists()


def test_a_task_is_known_by_what_its_answer_depends_on(models: list[Model], monkeypatch: pytest.MonkeyPatch) -> None:
    """The time given to a task and its stop file do not change its key; levels and settings do."""
    asked: list[Task] = []
    inner = room._advance
    monkeypatch.setattr(room, "_advance", lambda task, *rest: asked.append(task) or inner(task, *rest))
    solve(models[0], models[0].supply.case.scenario.settings.solver)
    task = asked[0]
    assert task_key(replace(task, seconds=7.0, stop="/nowhere")) == task_key(task)
    others = [
        replace(task, levels=99),
        replace(task, settings=task.settings.model_copy(update={"seed": 5})),
        replace(task, goals=task.goals[:1]),
    ]
    assert len({task_key(task), *map(task_key, others)}) == 4
