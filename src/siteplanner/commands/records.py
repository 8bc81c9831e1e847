"""A plan's record read together with the scenario it was made from and the walks it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from siteplanner.carry.standings import with_earlier
from siteplanner.errors import InputError, Location, Problem
from siteplanner.plan import Plan
from siteplanner.report.record import read_plan, read_walks
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario

RECORD = "plan.json"
WALKS = "walks.csv"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record, its scenario, and the pairs table (seconds by estate and place)."""

    scenario: Scenario
    plan: Plan
    walks: Mapping[tuple[str, str], int]

    @property
    def changed_files(self) -> list[str]:
        """Return the input files that are not what the plan was made from."""
        return changed_files(self.scenario, self.plan)


def record_file(path: Path) -> Path:
    """Return the record of a plan that is given by its file or folder."""
    return path / RECORD if path.is_dir() else path


def read_recorded(scenario: Path, plan_file: Path, variant: str = "", sets: Sequence[str] = ()) -> Recorded:
    """Read a record with its scenario under the record's own variant and changes, unless others are given.

    Raises
    ------
    InputError
        If a file is missing or ill-formed, the walks are not those of the record, or plan and scenario do not belong together.
    """
    file = record_file(plan_file)
    found = read_plan(file)
    loaded = load_scenario(scenario, variant=variant or found.variant, sets=sets or found.changes)
    same_origin(loaded, found, file)
    if found.carried_from is not None:
        loaded = with_earlier(loaded, found.carried_from)
    return Recorded(loaded, found, read_walks(file.with_name(WALKS), found.walks.sha256))


def same_origin(scenario: Scenario, found: Plan, plan_file: Path) -> None:
    """Refuse a plan of another policy, and one that has not a single option in common with the scenario: a mix-up of files."""
    where = Location(str(plan_file))
    if scenario.pack.id != found.policy:
        raise InputError([Problem("other_policy", where, {"seen": found.policy, "scenario": scenario.pack.id})])
    known = {option.id for option in scenario.options}
    if found.chosen and not any(pick.option in known for pick in found.chosen):
        raise InputError([Problem("other_scenario", where, {"seen": found.title, "scenario": scenario.settings.title})])


def changed_files(scenario: Scenario, found: Plan) -> list[str]:
    """Return the input files that are not what a plan was made from."""
    then = {file.name: file.sha256 for file in found.files}
    now = {file.name: file.sha256 for file in scenario.files}
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)) if then else []
