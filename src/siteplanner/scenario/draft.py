"""What has been read so far, for the checks: typed rows, settings and policy, each with what is unsure about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from siteplanner.errors import Location
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.nodes import Branch, locate
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Budget, Estate, Fund, Option, Premises, Settings, Site, Walk
from siteplanner.scenario.sink import Sink, cite
from siteplanner.scenario.tables import RawTable


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario before its last checks.

    ``unsure`` names settings that were refused and hold stand-ins; `firm` says whether the pack's cohorts and amounts
    may be relied on (false when a switch or input is missing). `pack` is None when there is no such policy.
    """

    tree: Branch
    settings: Settings
    unsure: frozenset[str]
    pack: PolicyPack | None
    firm: bool
    raw: Mapping[str, RawTable]
    estates: list[Parsed[Estate]]
    sites: list[Parsed[Site]]
    options: list[Parsed[Option]]
    premises: list[Parsed[Premises]]
    walks: list[Parsed[Walk]]
    budgets: list[Parsed[Budget]]
    funds: list[Parsed[Fund]]

    def sure(self, *keys: str) -> bool:
        """Whether none of these settings was refused."""
        return not self.unsure.intersection(keys)

    def key(self, *path: str) -> Location:
        """Return where a setting stands, or belongs."""
        return locate(self.tree, path)

    def cite(self, clause: str) -> str:
        """Return a clause of the policy as messages cite it."""
        return cite(self.pack, clause) if self.pack else clause

    def last_year(self) -> int:
        """Return the last year of the horizon."""
        return self.settings.finance.base_year + self.settings.finance.horizon_years - 1


Check = Callable[[Draft, Sink], None]
