"""One reading of a plan: scenario, plan and walks side by side, by id, with what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from siteplanner.audit.calendar import horizon_end, last_in_time
from siteplanner.audit.docket import Docket
from siteplanner.audit.estates import Standing, standings
from siteplanner.audit.places import Place, Taken, places, taken
from siteplanner.audit.walking import Pairs
from siteplanner.plan import Credit, Plan
from siteplanner.policy.schema import PolicyPack, Standard
from siteplanner.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Reading:
    """What every test reads.

    ``bound`` holds the estates that must have something, each with its standard, by id; ``beside`` the adjacent villages of
    each estate, whichever of the two lists the other; ``checkpoints`` the plan's and the law's, in order; ``needed`` the
    law's for single estates alone. ``counted`` are the bound estates and those left as done: the denominators. ``end`` is the last
    day on which the law looks. ``circles`` remembers what each circle must hold in dm², which takes a walk between every two estates, and
    ``reached`` the places within reach of each estate under a cohort's standard.
    """

    scenario: Scenario
    plan: Plan
    docket: Docket
    pairs: Pairs
    standings: Mapping[str, Standing]
    taken: tuple[Taken, ...]
    places: Mapping[str, Place]
    checkpoints: tuple[date, ...]
    needed: tuple[date, ...]
    credits: Mapping[tuple[date, str], tuple[Credit, ...]]
    bound: tuple[tuple[Standing, Standard], ...]
    counted: tuple[tuple[Standing, Standard], ...]
    end: date
    beside: Mapping[str, frozenset[str]]
    circles: dict[str, int] = field(default_factory=dict)
    reached: dict[tuple[str, str], tuple[Place, ...]] = field(default_factory=dict)

    @property
    def pack(self) -> PolicyPack:
        """The policy with its switches resolved."""
        return self.scenario.pack

    @property
    def final(self) -> date:
        """The last checkpoint: the end of the plan."""
        return self.checkpoints[-1] if self.checkpoints else self.scenario.settings.base_date

    def way(self, item: Taken) -> str:
        """Return the clause that allows this way of getting a room; the first of the pack where none does."""
        option = item.option
        ways = [way for way in self.pack.ways if way.kind == option.kind]
        exact = [way for way in ways if option.works in way.works]
        return (exact or ways or list(self.pack.ways))[0].clause


def read(scenario: Scenario, plan: Plan, walks: Mapping[tuple[str, str], int]) -> Reading:
    """Put scenario, plan and walks side by side."""
    stand = standings(scenario)
    chosen = taken(scenario, plan)
    needed = sorted({s.due for s in stand.values() if s.status == "bound" and s.must})
    held: dict[tuple[date, str], list[Credit]] = {}
    for credit in plan.credits:
        held.setdefault((credit.checkpoint, credit.estate), []).append(credit)
    return Reading(
        scenario=scenario,
        plan=plan,
        docket=Docket(scenario.pack),
        pairs=Pairs(scenario, walks),
        standings=stand,
        taken=chosen,
        places=places(scenario, chosen),
        checkpoints=tuple(sorted({*needed, *plan.checkpoints})),
        needed=tuple(needed),
        credits={key: tuple(rows) for key, rows in held.items()},
        bound=tuple((s, s.standard) for _, s in sorted(stand.items()) if s.status == "bound" and s.standard),
        counted=tuple((s, s.standard) for _, s in sorted(stand.items()) if s.status in ("bound", "left") and s.standard),
        end=_end(scenario, stand),
        beside=_beside(scenario),
    )


def _end(scenario: Scenario, stand: Mapping[str, Standing]) -> date:
    """Return the last day on which the law looks: of deadlines, milestones and tiers, else the end of the horizon."""
    pack = scenario.pack
    days = {s.due for s in stand.values() if s.status in ("bound", "left") and s.must}
    days |= {last_in_time(milestone.date, milestone.day) for milestone in pack.milestones}
    days |= {last_in_time(tier.by.date, tier.by.day) for tier in pack.tiers if tier.by}
    return max(days, default=horizon_end(scenario.settings.finance))


def _beside(scenario: Scenario) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {estate.id: set(estate.adjacent) for estate in scenario.estates}
    for estate in scenario.estates:
        for other in estate.adjacent:
            found.setdefault(other, set()).add(estate.id)
    return {estate: frozenset(others) for estate, others in found.items()}
