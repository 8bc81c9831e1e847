"""How much the least cost, and the plan, depend on prices, rents, works, running costs, walking speed and the discount rate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from siteplanner.case.prepare import prepare
from siteplanner.scenario.schema import Option, Scenario
from siteplanner.solve.crew import ALONE, SINGLE, Crew
from siteplanner.solve.journal import content_key, scenario_key
from siteplanner.solve.levels import Clock
from siteplanner.units import half_up
from siteplanner.whatif.clocks import out_of_time, part_of, seconds_each
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.variation import Known, Variation

Factor = Literal["price", "rent", "works", "running", "rate", "speed"]
FIELDS: dict[Factor, tuple[str, ...]] = {
    "price": ("price_fen", "price_per_m2_fen", "tax_fee_fen"),
    "rent": ("rent_fen", "rent_per_m2_fen"),
    "works": ("fit_out_fen", "fit_out_per_m2_fen"),
    "running": ("running_fen",),
}
"""The columns of options that each factor scales."""


@dataclass(frozen=True, slots=True)
class Swing:
    """One factor moved one way: the cheapest plan found then, today's choice kept (each with its bound), sites."""

    factor: Factor
    percent: int
    least: Known
    kept: Known
    enters: tuple[str, ...]
    leaves: tuple[str, ...]

    @property
    def fen(self) -> int | None:
        """Return the cost of the cheapest plan found, None without one."""
        return self.least.fen

    @property
    def kept_fen(self) -> int | None:
        """Return what today's choice costs then; None where it is no plan any more, or was not found to be one in time."""
        return self.kept.fen


@dataclass(frozen=True, slots=True)
class Moved:
    """A scenario with one factor moved, today's options, and the seconds it may take: everything a worker needs."""

    scenario: Scenario
    options: tuple[str, ...]
    seconds: float | None


@dataclass(frozen=True, slots=True)
class End:
    """What a moved factor comes to: the least cost and the sites of that plan, and the cost of today's choice."""

    least: Known
    kept: Known
    sites: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Return whether both costs are proven."""
        return self.least.settled and self.kept.settled


def tornado(
    scenario: Scenario,
    percent: int,
    seconds: float | None = None,
    told: Callable[[int, int], None] | None = None,
    crew: Crew = ALONE,
) -> list[Swing] | None:
    """Return what each factor does when it is so many percent lower and higher, the widest swing first; none without a plan.

    `seconds` is for all of it together; None where it did not do for any plan. The ends are tasks of the crew.
    """
    clock = Clock(seconds)
    base = Lab(prepare(scenario), clock=part_of(clock, 0.3), base_share=1.0, crew=crew)
    if base.base.point is None or base.base.fen is None:
        return [] if base.base.verdict == "infeasible" else None
    chosen = base.chosen(base.base.point)
    options, sites = tuple(sorted(pick.option for pick in chosen)), {pick.site for pick in chosen}
    asked = list(_moves(scenario, percent))
    tasks = (Moved(moved, options, seconds_each(clock, len(asked) - number, crew.tasks)) for number, (_, _, moved) in enumerate(asked))
    found = []
    for (factor, sign, _), end in zip(asked, crew.each(end_of, tasks, key_of=_content, keep=lambda end: end.settled), strict=True):
        after = set(end.sites)
        enters, leaves = (tuple(sorted(after - sites)), tuple(sorted(sites - after))) if after else ((), ())
        found.append(Swing(factor, sign * percent, end.least, end.kept, enters, leaves))
        if told is not None:
            told(len(found), len(asked))
    width = {factor: _width(found, factor, base.base.fen) for factor in {swing.factor for swing in found}}
    return sorted(found, key=lambda s: (-width[s.factor], s.factor, s.percent))


def _width(found: list[Swing], factor: Factor, base: int) -> int:
    return max((abs(s.fen - base) for s in found if s.factor == factor and s.fen is not None), default=0)


def _content(task: Moved) -> str:
    return content_key(scenario_key(task.scenario), task.options)


def end_of(task: Moved, crew: Crew = SINGLE) -> End:
    """Return the least cost of a moved scenario, and what the cheapest plan with today's options and no others costs.

    Where no time is left nothing is prepared, and nothing is known of either.
    """
    if out_of_time(Clock(task.seconds)):
        return End(Known(None, -float("inf")), Known(None, -float("inf")), ())
    lab = Lab(prepare(task.scenario), clock=Clock(task.seconds), base_share=0.8, crew=crew)
    sites = sorted({pick.site for pick in lab.chosen(lab.base.point)}) if lab.base.point is not None else []
    kept = lab.solve(Variation(shut=lab.columns_of(offer for offer in lab.case.offers if offer.option not in task.options)))
    return End(Known(lab.base.fen, lab.base.bound_fen), Known(kept.fen, kept.bound_fen), tuple(sites))


def _moves(scenario: Scenario, percent: int) -> Iterator[tuple[Factor, int, Scenario]]:
    for sign in (-1, 1):
        by = 1 + Decimal(sign * percent) / 100
        for factor, fields in FIELDS.items():
            if any(getattr(option, name) for option in scenario.options for name in fields):
                options = tuple(_scaled(option, fields, by) for option in scenario.options)
                yield factor, sign, scenario.model_copy(update={"options": options})
        settings = scenario.settings
        rate = settings.finance.model_copy(update={"rate": settings.finance.rate * by})
        yield "rate", sign, scenario.model_copy(update={"settings": settings.model_copy(update={"finance": rate})})
        if settings.walking.method != "table" and settings.walking.speed_m_per_s is not None:
            pace = settings.walking.model_copy(update={"speed_m_per_s": settings.walking.speed_m_per_s * by})
            yield "speed", sign, scenario.model_copy(update={"settings": settings.model_copy(update={"walking": pace})})


def _scaled(option: Option, fields: tuple[str, ...], by: Decimal) -> Option:
    return option.model_copy(update={name: half_up(getattr(option, name) * by) for name in fields})
