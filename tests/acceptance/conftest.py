"""The five county scenarios, each planned, written and checked once a session through the command line in its default run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from siteplanner.plan import Plan
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from support.line import ROOT, Ran, command


@dataclass(frozen=True)
class Five:
    """One of the five scenarios with the folder its plan was written to and what the commands said."""

    name: str
    scenario: Scenario
    folder: Path
    ran: Ran
    plan: Plan


Run = Callable[[str], Five]


@pytest.fixture(scope="session")
def five(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that gives the run of a scenario and plans it when first asked."""
    known: dict[str, Five] = {}

    def run(name: str) -> Five:
        if name not in known:
            folder, source = tmp_path_factory.mktemp(name), ROOT / "scenarios" / name
            ran = command("plan", source, "--out", folder, "--lang", "zh")
            assert ran.code == 0, ran.said
            plan = Plan.model_validate_json((folder / "plan.json").read_text(encoding="utf-8"))
            known[name] = Five(name, load_scenario(source), folder, ran, plan)
        return known[name]

    return run
