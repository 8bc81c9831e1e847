"""Variations of one case: prepared and built once, and each solved again only in the parts that it touches.

The case is solved once, part by part. A variation shuts columns, frees rows, moves limits or adds rows; the parts it leaves alone
keep their answers, the others are solved anew, and where the pieces then break a row that joins them, they become one part as
in `solve/parts`. Every round is a relaxation of the varied whole, so its bounds hold and the first point that obeys every row
is the optimum. A crew solves the parts, and what was settled about a variation is kept in its journal by the content of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from siteplanner.case.case import Case, Offer
from siteplanner.ledger import budget_uses, ledger_lines, net_present_cost
from siteplanner.model.constraints.budget import Cut, cut_of, lines_of
from siteplanner.model.objective import Level, cost_level
from siteplanner.plan import Line
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.decompose import Part, broken_rows, extract_part, join, split
from siteplanner.solve.extract import place_records
from siteplanner.solve.fair import fair_constants
from siteplanner.solve.levels import Clock, Goal, Run
from siteplanner.solve.solver import Verdict, loose
from siteplanner.units import FEN_PER_YUAN, fen_to_wan
from siteplanner.whatif.bench import Bench
from siteplanner.whatif.clocks import out_of_time, part_of
from siteplanner.whatif.kept import Answer, Kept, Settled
from siteplanner.whatif.variation import Extra, Found, Variation, obeys, touches, vary, with_rows, without

COST = "least_cost"
_NO_COST = ("all_public_cost", "tie_order")
_MOST_CUTS = 60
SAME = Variation()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is sought of a variation: levels, gap, the time it has, and a point to set out from where it obeys the variation.

    ``floored`` says that no part can better what the base reached of the first level; ``constants`` are what each column takes of each
    level's constant into the gap of its part, where one is asked.
    """

    goals: tuple[Goal, ...]
    gap: float
    clock: Clock
    start: Floats | None
    floored: bool
    constants: tuple[Floats, ...] = ()


class Lab(Bench):
    """One case on the bench; ``base`` is what it comes to unvaried.

    Parameters
    ----------
    case : Case
        The case. What its scenario seeks above cost is sought first in every variation too.
    seconds : float, optional
        Limit for one part of one variation; where it is reached, a bound is kept.
    clock : Clock, optional
        What is left for everything asked of the lab; the case itself may take `base_share` of it. Without time a variation is not tried.
    levels : callable, optional
        Lab → the levels to seek instead, the last of which is reported as the cost.
    priced : bool
        Whether the case's prices are those of its scenario, so that the ledger can tell every fen.
    absent : callable, optional
        Offers that are not there unless a variation has them present: many candidates of which one is tried at a time.
    crew : Crew
        Who solves the parts; no answer depends on it. With a journal, what is settled is not solved again.
    """

    def __init__(
        self,
        case: Case,
        *,
        seconds: float | None = None,
        clock: Clock | None = None,
        base_share: float = 0.5,
        levels: Callable[[Lab], Sequence[Level]] | None = None,
        priced: bool = True,
        gap: float = 0.0,
        absent: Callable[[Offer], bool] | None = None,
        crew: Crew = ALONE,
    ) -> None:
        super().__init__(case)
        self.crew = crew
        self._absent = frozenset[int]() if absent is None else self.belonging(offer for offer in case.offers if absent(offer))
        self._loose = frozenset(n for name, n in self.row.items() if name.startswith("credit.surrogate.")) if absent else frozenset[int]()
        self.seconds, self.clock, self._priced = seconds, clock or Clock(None), priced
        self.levels = tuple(levels(self)) if levels is not None else self._to_cost()
        self.goals = tuple(Goal(level, *self.compiled.vector(level.expression)) for level in self.levels)
        self._atoms: tuple[Part, ...] = tuple(split(self._with(SAME)))
        self._parts: list[Part] = list(self._atoms)
        self._known: dict[Part, Answer] = {}
        self._base_point: Floats | None = None
        self._floors: dict[tuple[int, ...], float] = {}
        self._kept = Kept(crew.journal, case, self.compiled, sorted(self._absent), priced, gap)
        self.base = self.solve(SAME, gap=gap, keep=True, share=base_share)
        self._base_point = self.base.point

    @property
    def base_low(self) -> float:
        """Return what no plan of the case costs less than, fen."""
        return float(self.base.fen) if self.base.verdict == "proven" and self.base.fen is not None else self.base.bound_fen

    @property
    def joined(self) -> bool:
        """Return whether rows that join parts bind: every question is then one about the whole."""
        return len(self._parts) < len(self._atoms)

    @property
    def late(self) -> bool:
        """Return whether the time for everything asked is gone."""
        return out_of_time(self.clock)

    def cost(self) -> Level:
        """Return the cost to the perspective as a level."""
        return cost_level(self.model.supply, self.case.funders, COST)

    def without_requirements(self, rows: frozenset[int]) -> frozenset[int]:
        """Return rows with the surrogate rows of their parts, which follow from requirements and must not outlive them."""
        near = [row for part in self._atoms if rows.intersection(part.rows) for row in part.rows]
        return rows | {row for row in near if self.compiled.row_names[row].startswith("credit.surrogate.")}

    def at_most(self, level: int, limit: float) -> Extra:
        """Return the row by which a level stays within a limit in its own unit."""
        goal = self.goals[level]
        used = np.flatnonzero(goal.costs)
        return Extra(tuple(used.tolist()), tuple(goal.costs[used].tolist()), -np.inf, limit / goal.level.factor - goal.constant)

    def raised(self, budget: str, by_fen: float) -> Variation:
        """Return the variation in which a budget line, and every line it may be carried over to, has that much more."""
        lines, rows, key = lines_of(self.case), [], budget
        while key:
            rows += [*self.rows_named(f"budget.{key}")]
            key = lines[key].feeds or ""
        if np.isinf(by_fen):
            return Variation(freed=frozenset(rows))
        return Variation(limits=tuple((row, float(self.compiled.row_upper[row]) + by_fen / 1e6) for row in rows))

    def solve(
        self,
        variation: Variation = SAME,
        *,
        gap: float = 0.0,
        keep: bool = False,
        goals: Sequence[Goal] | None = None,
        share: float = 1.0,
        start: Floats | None = None,
        beside: bool = True,
    ) -> Found:
        """Return what a variation comes to, each part solved to the relative gap; with `keep` others set out from its parts.

        With `goals` these are sought instead of the lab's own. It may use a share of the time that is left, and sets out from a
        `start` or the plan of the base where that obeys the variation too. Parts are solved side by side unless `beside` is false.
        Where a solver's tolerance lets a budget line pass by fen, just that combination is cut off, as in the planner.
        """
        sought = self.goals if goals is None else tuple(goals)
        key = self._kept.key(variation, sought, gap)
        known = self._kept.read(key)
        if known is not None:
            self._keep(dict(known.parts))
            return known.found
        if self.late:
            return Found("limit", (), None)
        found, parts = self._search(variation, sought, gap, share, start, beside)
        parts = parts if keep else {}
        self._keep(parts)
        self._kept.write(key, Settled(found, tuple(parts.items())))
        return found

    def _search(
        self, variation: Variation, sought: tuple[Goal, ...], gap: float, share: float, start: Floats | None, beside: bool
    ) -> tuple[Found, dict[Part, Answer]]:
        """Return what a variation comes to, and the parts it is put together from; none where a line had to be tightened."""
        loosest: Found | None = None
        # Where other levels follow, the first is a count that a variation which only takes away cannot better; below a cost such a row
        # slows the solver down.
        floored = sought is self.goals and len(sought) > 1 and not (variation.freed or variation.limits or variation.present)
        clock = part_of(self.clock, share)
        asked = _Asked(sought, gap, clock, self._base_point if start is None else start, floored)
        for _ in range(_MOST_CUTS):
            found, parts = self._rounds(variation, asked, beside)
            ledger = self._ledger(found.point) if found.point is not None and self._priced else ()
            tighter = self._over(found, ledger, variation)
            if tighter is None:
                found = self._to_the_fen(found, ledger, sought)
                found = found if loosest is None or found.point is None else _under(found, loosest)
                return found, {} if variation.limits else parts
            loosest = loosest or (found if tighter.limits else None)
            variation = variation | tighter
        raise ArithmeticError("a budget line stays over its limit by fen whatever is cut off")

    def many(
        self,
        variations: Sequence[Variation],
        *,
        gap: float = 0.0,
        told: Callable[[int, int], None] | None = None,
        starts: Sequence[Floats | None] | None = None,
    ) -> list[Found]:
        """Return what each variation comes to, solved side by side in order; `told` hears how many of how many are done."""
        done = 0

        def one(number: int) -> Found:
            nonlocal done
            found = self.solve(variations[number], gap=gap, start=None if starts is None else starts[number], beside=False)
            done += 1
            if told is not None:
                told(done, len(variations))
            return found

        return self.crew.side_by_side(one, range(len(variations)), self.case.scenario.settings.solver)

    def known(self, point: Floats | None, bound_fen: float) -> Found:
        """Return a plan found elsewhere, if it keeps every budget line to the fen, with a bound on the cost."""
        nothing = ((float("inf"), bound_fen),) if len(self.goals) == 1 else ()
        if point is None:
            return Found("limit", nothing, None)
        ledger = self._ledger(point) if self._priced else ()
        found = self._to_the_fen(Found("limit", tuple(self._levels_at(point, bound_fen)), point), ledger, self.goals)
        return Found("limit", nothing, None) if self._over(found, ledger, SAME) is not None else found

    def _levels_at(self, point: Floats, bound: float) -> list[tuple[float, float]]:
        values = [(float(goal.costs @ point) + goal.constant) * goal.level.factor for goal in self.goals]
        return [*((value, value) for value in values[:-1]), (values[-1], min(values[-1], bound))]

    def _to_cost(self) -> tuple[Level, ...]:
        """Return the scenario's levels up to cost; where it does not seek cost, all of them and then cost."""
        names = [level.name for level in self.model.levels]
        if COST in names:
            return self.model.levels[: names.index(COST) + 1]
        return (*(level for level in self.model.levels if level.name not in _NO_COST), self.cost())

    def _keep(self, answers: dict[Part, Answer]) -> None:
        """Let others set out from parts, unless some hold a cut, which is no row of the case and is found again where it matters."""
        count = len(self.compiled.row_names)
        if answers and all(row < count for part in answers for row in part.rows):
            self._parts, self._known = list(answers), dict(answers)
            self._floors = {part.columns: answer.levels[0][1] for part, answer in answers.items() if answer.levels}

    def _rounds(self, variation: Variation, asked: _Asked, beside: bool) -> tuple[Found, dict[Part, Answer]]:
        compiled = vary(self._with(variation), variation)
        if asked.gap:
            asked = replace(asked, constants=tuple(fair_constants(compiled, goal, self._seconds(asked)) for goal in asked.goals))
        parts, answers = self._parts_with(compiled, variation), dict[Part, Answer]()
        while True:
            answers |= self._unchanged([part for part in parts if part not in answers], variation, asked)
            missing = [part for part in parts if part not in answers]
            answers |= self._solve_parts(compiled, missing, asked, len(parts), beside)
            answers = {part: answers[part] for part in parts if part in answers}
            without_plan = [answer.verdict for answer in answers.values() if answer.point is None]
            if without_plan:
                return Found("infeasible" if "infeasible" in without_plan else without_plan[0], (), None), answers
            point = np.zeros(compiled.columns)
            for part, answer in answers.items():
                point[list(part.columns)] = answer.point
            broken = broken_rows(compiled, point)
            if not len(broken):
                return self._sum(answers, point, asked.goals), answers
            parts = join(compiled, parts, broken)

    def _unchanged(self, parts: Sequence[Part], variation: Variation, asked: _Asked) -> dict[Part, Answer]:
        """Return the answers of the base for those parts that a variation leaves alone."""
        if asked.goals is not self.goals:
            return {}
        changed, count = variation.shut | variation.present, len(self.compiled.row_names)
        return {part: self._known[part] for part in parts if part in self._known and not touches(variation, part, changed, count)}

    def _solve_parts(self, compiled: Compiled, parts: Sequence[Part], asked: _Asked, count: int, beside: bool) -> dict[Part, Answer]:
        """Solve parts, of `count` in all; one after the other, up to the first without a plan, where others work beside this one."""

        def one(part: Part) -> Answer:
            return self._solve_part(compiled, part, asked, count)

        if beside:
            return dict(zip(parts, self.crew.side_by_side(one, parts, self.case.scenario.settings.solver), strict=True))
        found: dict[Part, Answer] = {}
        for part in parts:
            found[part] = one(part)
            if found[part].point is None:
                break
        return found

    def _with(self, variation: Variation) -> Compiled:
        """Return the problem with no more candidates than a variation has."""
        gone = self._absent - variation.present
        return without(self.compiled, gone, self._loose) if gone or self._loose else self.compiled

    def _parts_with(self, compiled: Compiled, variation: Variation) -> list[Part]:
        """Return the parts of the base, those that a candidate reaches made one with it."""
        if not variation.present:
            return list(self._parts)
        columns = compiled.matrix.tocsc()[:, sorted(variation.present)]
        return join(compiled, self._parts, np.unique(columns.indices))

    def belonging(self, offers: Iterable[Offer]) -> frozenset[int]:
        """Return every column that speaks of offers: their own, and the credits of places that have no others."""
        gone = {offer.id: offer.place for offer in offers}
        others = {offer.place for offer in self.case.offers if offer.id not in gone} | set(self.case.held)
        places, variables, column = set(gone.values()) - others, self.model.variables, self.compiled.column
        families = (variables.choose, variables.area, variables.whole_gross, variables.whole_net)
        own = [family[key] for family in families for key in gone if key in family]
        claims = [variable for (key, _), variable in variables.claim.items() if key in gone]
        draws = [variable for (_, key, _, _), variable in variables.draw.items() if key in gone]
        credits = [v for family in (variables.credit, variables.alone) for (_, place, _), v in family.items() if place in places]
        return frozenset(column[variable.name] for variable in (*own, *claims, *draws, *credits))

    def _sum(self, answers: dict[Part, Answer], point: Floats, goals: Sequence[Goal]) -> Found:
        finished = min((len(answer.levels) for answer in answers.values()), default=0)
        verdict: Verdict = "proven" if all(answer.verdict == "proven" for answer in answers.values()) else "limit"
        levels = []
        for n in range(finished):
            goal = goals[n]
            value, bound = np.sum([answer.levels[n] for answer in answers.values()], axis=0)
            levels.append(((float(value) + goal.constant) * goal.level.factor, (float(bound) + goal.constant) * goal.level.factor))
        for goal in goals[finished:]:
            # A level that some part did not reach in time is known by its value alone.
            levels.append(((float(goal.costs @ point) + goal.constant) * goal.level.factor, -float("inf")))
        return Found(verdict, tuple(levels), point)

    def _solve_part(self, compiled: Compiled, part: Part, asked: _Asked, parts: int) -> Answer:
        columns = list(part.columns)
        fair = [float(shares[columns].sum()) for shares in asked.constants] or [0.0] * len(asked.goals)
        goals = [
            replace(g, costs=g.costs[columns], constant=constant, level=replace(g.level, hold=g.level.hold / parts))
            for g, constant in zip(asked.goals, fair, strict=True)
        ]
        settings = self.case.scenario.settings.solver
        own = extract_part(compiled, part)
        start = None if asked.start is None else asked.start[columns]
        if asked.floored and part.columns in self._floors:
            used = np.flatnonzero(goals[0].costs)
            floor = Extra(tuple(used.tolist()), tuple(goals[0].costs[used].tolist()), loose(self._floors[part.columns]), np.inf)
            own = with_rows(own, [floor]) if len(used) else own
        run = Run(own, goals, settings.model_copy(update={"gap": asked.gap}), start if start is not None and obeys(own, start) else None)
        if out_of_time(asked.clock):
            return Answer("limit", None, ())
        self.crew.advance(run, len(goals), Clock(self._seconds(asked)), None)
        # "No plan" is asked again: presolve has been known to call feasible problems infeasible.
        wrong = run.verdict == "infeasible" and not self.crew.confirmed(run.compiled, settings, self._seconds(asked))
        return Answer("limit" if wrong else run.verdict, run.point, tuple(run.answers))

    def _seconds(self, asked: _Asked) -> float | None:
        return min((s for s in (asked.clock.left(), self.seconds) if s is not None), default=None)

    def _ledger(self, point: Floats) -> tuple[Line, ...]:
        chosen = self.chosen(point)
        return ledger_lines(self.case.scenario, chosen, {place.place: place for place in place_records(self.case, chosen)})

    def _to_the_fen(self, found: Found, ledger: Sequence[Line], goals: Sequence[Goal]) -> Found:
        """Return a point with its cost as the ledger has it: decided areas are whole dm² there."""
        names = [goal.level.name for goal in goals]
        at = names.index(COST) if COST in names else -1
        if found.point is None or not self._priced or at < 0:
            return replace(found, cost=at)
        fen = net_present_cost(ledger, self.case.funders)
        levels = list(found.levels)
        levels[at] = (float(fen), min(levels[at][1], fen))
        return replace(found, levels=tuple(levels), cost=at)

    def _over(self, found: Found, ledger: Sequence[Line], variation: Variation) -> Variation | None:
        """Return what cuts off a point that is over a budget line by fen, None where it is over none."""
        if found.point is None or not self._priced:
            return None
        lines = lines_of(self.case)
        moved = dict(variation.limits)
        cuts: list[Extra] = []
        limits: list[tuple[int, float]] = []
        for use in budget_uses(self.case.scenario, ledger):
            row = next(iter(self.rows_named(f"budget.{use.budget}")), None)
            if row is None or row in variation.freed:
                continue
            limit = moved.get(row, float(self.compiled.row_upper[row]))
            allowed = round((limit - float(self.compiled.row_upper[row])) * 1e6)
            if use.used_fen <= use.limit_fen + use.carried_fen + max(0, allowed):
                continue
            cut = cut_of(self.model.supply, lines[use.budget], self.outcome(found.point).values)
            if cut is None:
                limits.append((row, limit - fen_to_wan(FEN_PER_YUAN)))
            else:
                cuts.append(self._row_of(cut))
        return Variation(limits=tuple(limits), extra=tuple(cuts)) if cuts or limits else None

    def _row_of(self, cut: Cut) -> Extra:
        on, off = ([self.compiled.column[name] for name in names] for names in (cut.on, cut.off))
        return Extra((*on, *off), (*(-1.0 for _ in on), *(1.0 for _ in off)), 1.0 - len(on), np.inf)


def _under(found: Found, loosest: Found) -> Found:
    """Return a point found under tightened lines with the bound of the exact ones."""
    value, bound = found.levels[found.cost][0], loosest.levels[found.cost][1]
    levels = list(found.levels)
    levels[found.cost] = (value, bound)
    return replace(found, verdict=found.verdict if value - bound <= FEN_PER_YUAN else "limit", levels=tuple(levels))
