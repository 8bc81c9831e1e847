"""Cost against another measure: the least cost for every limit on it within a range, to a stated resolution.

From the cheapest plan on, the measure's limit is put one resolution below what the last plan reached, and the cheapest plan within
it is sought again, of the cheapest the one that measures least. So the least cost of any limit between two points is known: it
is that of the point before, or it lies between both where the limits are less than a resolution apart. Circle and area are
settings of the law: their range is halved wherever the cost at both ends differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.model.constraints.budget import line_money, lines_of
from siteplanner.model.objective import HALF_A_FEN, Level, named_levels
from siteplanner.scenario.schema import ObjectiveName, Scenario
from siteplanner.solve.compile import Floats
from siteplanner.solve.crew import ALONE, SINGLE, Crew
from siteplanner.solve.journal import content_key, scenario_key
from siteplanner.solve.levels import Clock, Goal
from siteplanner.whatif.clocks import out_of_time, part_of
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.variation import Extra, Found, Variation, is_settled

Axis = Literal["served", "walking", "longest_walk", "sites", "budget"]
Setting = Literal["circle", "area"]
Cut = Literal["", "points", "time"]
Told = Callable[[int, int], None]
OBJECTIVES: dict[Axis, ObjectiveName] = {
    "served": "most_served",
    "walking": "least_walking",
    "longest_walk": "least_worst_walk",
    "sites": "fewest_sites",
}
"""The objective that measures each axis; a budget line is measured by its own money."""
POINT_SHARE = 0.3
"""What of the time left one point may take."""
PARTS = 10
"""Steps into which a range is cut where no resolution is stated."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the frontier: the limit asked, what the plan reaches, its cost and a bound on it, fen, and what it is made of.

    ``fen`` is None where no plan keeps the limit (then ``bound_fen`` is infinite), or none was found in time.
    """

    limit: float
    reached: float
    fen: int | None
    bound_fen: float
    sites: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        """Return whether the cost is proven the least within a yuan, or it is proven that there is none."""
        return is_settled(self.fen, self.bound_fen)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points along an axis, and what ended the search before the range was looked through: nothing, the number of points or the time."""

    points: list[Point]
    cut: Cut = ""


@dataclass(frozen=True, slots=True)
class Range:
    """The part of an axis to look at, in the unit of the axis, and the resolution; None is as far as there are plans."""

    least: float | None = None
    most: float | None = None
    step: float | None = None


def measured(scenario: Scenario, axis: Axis, line: str = "", clock: Clock | None = None, crew: Crew = ALONE) -> tuple[Lab, Goal]:
    """Return the case on the bench with the measure of an axis: its own unit, least first."""
    if axis == "budget":
        lab = Lab(prepare(scenario), clock=clock, levels=lambda bench: [_money(bench, line), bench.cost()], crew=crew)
        return lab, lab.goals[0]
    asked = (OBJECTIVES[axis], "least_cost")
    lab = Lab(
        prepare(scenario.model_copy(update={"settings": scenario.settings.model_copy(update={"objective": asked})})),
        clock=clock,
        levels=lambda bench: [named_levels(bench.model.supply, OBJECTIVES[axis])[0], bench.cost()],
        crew=crew,
    )
    return lab, lab.goals[0]


def _money(lab: Lab, line: str) -> Level:
    return Level("budget", "fen", {"money": line_money(lab.model.supply, lines_of(lab.case)[line])}, 1e6, HALF_A_FEN)


def frontier(lab: Lab, measure: Goal, within: Range, *, line: str = "", most_points: int = 50, told: Told | None = None) -> Curve:
    """Return the least cost along an axis, the loosest limit first; no point where there is no plan.

    Parameters
    ----------
    measure : Goal
        The measure, as `measured` gives it.
    line : str
        The budget line whose limit is the axis: it does not bind otherwise.
    """
    if lab.base.point is None:
        return Curve([] if lab.base.verdict == "infeasible" else [Point(np.inf, np.nan, None, lab.base.bound_fen)])
    free = Variation(freed=lab.rows_named(f"budget.{line}")) if line else Variation()
    tightest = lab.base.levels[0][0]
    points = [_point(lab, measure, free, within.most if within.most is not None else np.inf)]
    if points[0].fen is None:
        return Curve([])
    floor = max(tightest, within.least if within.least is not None else tightest)
    step = within.step or max(1.0, (points[0].reached - floor) / PARTS)
    while points[-1].reached > floor + 1e-6:
        if len(points) >= most_points:
            return Curve(points, "points")
        if told is not None:
            told(len(points), len(points) + 1)
        point = _point(lab, measure, free, max(floor, points[-1].reached - step))
        if point.fen is None:
            return Curve(points, "" if np.isposinf(point.bound_fen) else "time")
        points.append(point)
    return Curve(points)


def _point(lab: Lab, measure: Goal, free: Variation, limit: float, kept: Sequence[Extra] = ()) -> Point:
    bound = () if np.isinf(limit) else (_at_most(measure, limit),)
    found = lab.solve(free | Variation(extra=(*bound, *kept)), goals=[lab.goals[-1], measure], share=POINT_SHARE)
    return _read(lab, measure, limit, found)


def _read(lab: Lab, measure: Goal, limit: float, found: Found) -> Point:
    if found.point is None or found.fen is None:
        return Point(limit, np.nan, None, found.bound_fen)
    reached = (float(measure.costs @ found.point) + measure.constant) * measure.level.factor
    return Point(limit, min(round(reached, 3), limit), found.fen, found.bound_fen, _sites(lab, found.point))


def _sites(lab: Lab, point: Floats) -> frozenset[str]:
    return frozenset(pick.site for pick in lab.chosen(point))


def _at_most(measure: Goal, limit: float) -> Extra:
    used = np.flatnonzero(measure.costs)
    top = limit / measure.level.factor - measure.constant + measure.level.hold
    return Extra(tuple(used.tolist()), tuple(measure.costs[used].tolist()), -np.inf, top)


def nested(lab: Lab, measure: Goal, points: Sequence[Point], *, line: str = "") -> list[Point]:
    """Return the same limits again where every site of a smaller step stays in the next: for phases that build on each other.

    Steps begin with the smallest budget, else with the cheapest plan. Costs are never below those of the frontier.
    """
    free = Variation(freed=lab.rows_named(f"budget.{line}")) if line else Variation()
    order = sorted(points, key=lambda p: p.reached if line else p.fen or 0)
    at_site: dict[str, list[int]] = {}
    for offer in lab.case.offers:
        at_site.setdefault(offer.site, []).append(lab.choose(offer))
    kept: set[str] = set()
    found: list[Point] = []
    for step in order:
        stay = [Extra(tuple(at_site[site]), (1.0,) * len(at_site[site]), 1.0, np.inf) for site in sorted(kept)]
        limit = step.reached if line else step.limit
        point = _point(lab, measure, free, limit, stay)
        if not found or (point.reached, point.fen) != (found[-1].reached, found[-1].fen):
            found.append(point)
        if point.fen is None:
            break
        kept = set(point.sites)
    return found


@dataclass(frozen=True, slots=True)
class Stated:
    """A scenario with a setting of the law at a value, and the seconds it may take: everything a worker needs."""

    scenario: Scenario
    value: Decimal
    seconds: float | None


def along_setting(
    scenario: Scenario,
    setting: Setting,
    values: Sequence[Decimal],
    clock: Clock | None = None,
    told: Told | None = None,
    most_points: int = 50,
    crew: Crew = ALONE,
) -> Curve:
    """Return the least cost at values of the circle (minutes) or the area standard (percent), each end of a change in cost among them.

    Values between two of equal cost are left out: they cost the same, since every plan of the stricter one is one of the laxer. Where
    a circle must hold the needs of everybody in it that is not so, and every value is tried. The widest stretches are halved first, as
    many as there are of about one width at once: which values are tried does not depend on the crew.
    """
    whole = setting == "circle" and any(standard.sharing == "circle_total" for standard in scenario.pack.standards)
    known: dict[int, Point] = {}

    def ask(numbers: Sequence[int]) -> bool:
        ends = not known
        stated = (_stated(scenario, setting, values[number], clock) for number in numbers if ends or not out_of_time(clock))
        for number, point in zip(numbers, crew.each(point_of, stated, key_of=_content, keep=lambda point: point.settled), strict=False):
            known[number] = point
            if told is not None:
                told(len(known), len(values))
        return known.keys() >= set(numbers)

    cut: Cut = ""
    last = len(values) - 1
    ask(sorted({0, last}))
    stretches = [(0, last)]
    while not cut:
        stretches = [(low, high) for low, high in stretches if high - low > 1 and (whole or known[low].fen != known[high].fen)]
        if not stretches:
            break
        widest = sorted(stretches, key=lambda ends: (ends[0] - ends[1], ends[0]))[: max(0, most_points - len(known))]
        cut = "points" if len(widest) < len(stretches) else ""
        middles = [(low + high) // 2 for low, high in widest]
        cut = cut if ask(middles) else "time"
        stretches = [ends for (low, high), middle in zip(widest, middles, strict=True) for ends in ((low, middle), (middle, high))]
    return Curve([known[number] for number in sorted(known)], cut)


def _stated(scenario: Scenario, setting: Setting, value: Decimal, clock: Clock | None) -> Stated:
    field = {"circle": "reach_minutes", "area": "area_percent"}[setting]
    standards = scenario.settings.standards.model_copy(update={field: value})
    settings = scenario.settings.model_copy(update={"standards": standards, "what_if": True})
    return Stated(scenario.model_copy(update={"settings": settings}), value, part_of(clock, POINT_SHARE).limit)


def _content(task: Stated) -> str:
    return content_key(scenario_key(task.scenario), str(task.value))


def point_of(task: Stated, crew: Crew = SINGLE) -> Point:
    """Return the least cost of a scenario with a setting at a value."""
    value = float(task.value)
    lab = Lab(prepare(task.scenario), clock=Clock(task.seconds), base_share=1.0, crew=crew)
    if lab.base.point is None:
        return Point(value, value, None, lab.base.bound_fen)
    return Point(value, value, lab.base.fen, lab.base.bound_fen, _sites(lab, lab.base.point))


def law_of(case: Case, setting: Setting) -> Decimal:
    """Return the law's own value of a setting: the longest circle in minutes, or 100 percent."""
    if setting == "area":
        return Decimal(100)
    limits = [s.reach.limit.value for s in case.scenario.pack.standards if s.reach.mode == "walk" and s.reach.limit is not None]
    return max(limits, default=Decimal(0))
