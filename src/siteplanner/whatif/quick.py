"""Cheap answers where rows join the parts: a bound by prices on those rows, and a plan by choosing anew in one part alone.

With prices λ ≥ 0 on the joining rows a·x ≤ b,  Σ_k min (c + λA)·x_k − λ·b  bounds every plan. A variation changes few parts, so only
their terms are found anew. Where the part is chosen anew with all else as in the base, within what the others leave of each joining
row, the two together are a plan of the variation. Levels above cost are joining rows too, held at what the base reached: both answers
then stand only where a plan that keeps them is found and the variation could not have bettered them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.decompose import Part, broken_rows, extract_part, split
from siteplanner.solve.levels import Clock, Run
from siteplanner.solve.pricing import Joins, PricedPart, Prices, relaxed_prices
from siteplanner.units import FEN_PER_YUAN
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.variation import Extra, Found, Variation, obeys, vary, with_rows

_ROUNDS = 8
_PART_S = 2.0
"""Seconds for a part: what is not proven by then is a bound all the same."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """The parts at the best prices: charged costs, each part's bound there, and  λ·b."""

    charged: Floats
    bounds: tuple[float, ...]
    paid: float


class Quick:
    """Cheap answers about the variations of a lab whose parts are joined and whose base has a plan."""

    def __init__(self, lab: Lab) -> None:
        assert lab.base.point is not None
        self._lab, self._point = lab, lab.base.point
        self._goal, self._above = lab.goals[-1], len(lab.goals) > 1
        holds = [
            lab.at_most(n, value + level.hold * level.factor)
            for n, (level, (value, _)) in enumerate(zip(lab.levels, lab.base.levels, strict=False))
        ][:-1]
        self._held = with_rows(lab.compiled, holds) if holds else lab.compiled
        self._atoms = split(lab.compiled)
        self._of = np.zeros(lab.compiled.columns, dtype=np.int64)
        for n, atom in enumerate(self._atoms):
            self._of[list(atom.columns)] = n
        self._joins = Joins.of(self._held)
        self._joining = frozenset(range(len(lab.compiled.row_names))) - {row for atom in self._atoms for row in atom.rows}
        self._priced = self._climb()

    def _climb(self) -> _Priced | None:
        found = relaxed_prices(self._held, self._joins, self._goal.costs)
        if found is None:
            return None
        parts = [PricedPart(np.array(a.columns, dtype=np.int64), extract_part(self._lab.compiled, a)) for a in self._atoms]
        prices = Prices(parts, self._joins, self._goal.costs, *found)
        best: _Priced | None = None

        def solve(charged: Floats) -> None:
            for part in parts:
                run = self._run(part.compiled, charged[part.columns])
                part.bound = run.answers[0][1] if run.answers else -np.inf
                if run.point is not None:
                    part.points.append(run.point)

        for _ in range(_ROUNDS):
            if self._lab.late:
                break
            before = prices.bound
            charged = self._goal.costs + self._joins.use.T @ prices.prices
            paid = float(prices.prices @ self._joins.limit)
            prices.evaluate(solve)
            if prices.bound > before:
                best = _Priced(charged, tuple(part.bound for part in parts), paid)
            prices.climb()
        return best

    def _run(self, compiled: Compiled, costs: Floats, start: Floats | None = None) -> Run:
        left = self._lab.clock.left()
        run = Run(compiled, (replace(self._goal, costs=costs),), self._lab.case.scenario.settings.solver, start)
        run.advance(1, Clock(_PART_S if left is None else min(left, _PART_S)))
        return run

    def answer(self, variation: Variation) -> Found:
        """Return what is cheaply known of a variation: a plan or none, and a bound, which may be −inf; proven where they meet."""
        nothing = Found("limit", (), None)
        moved = {row for row, _ in variation.limits} | variation.freed
        if self._lab.late or variation.present or self._joining & moved or (self._above and moved):
            return nothing
        touched = self._touched(variation)
        if touched is None:
            return nothing
        varied = vary(self._lab.compiled, replace(variation, extra=()))
        point = self._chosen_anew(varied, touched, variation)
        if self._above and point is None:
            return nothing
        bound = (self._bound(varied, touched, variation) + self._goal.constant) * self._goal.level.factor
        if not moved:
            # What only takes away costs no less than the base; levels above cost, it cannot better, and its plan keeps them.
            bound = max(bound, self._lab.base_low)
        found = self._lab.known(point, bound)
        settled = found.fen is not None and found.fen - found.bound_fen <= FEN_PER_YUAN
        return replace(found, verdict="proven") if settled else found

    def _touched(self, variation: Variation) -> list[int] | None:
        """Return the parts that a variation changes; None where a row more joins some."""
        found = {int(self._of[column]) for column in variation.shut}
        found |= {n for n, atom in enumerate(self._atoms) if variation.freed.intersection(atom.rows)}
        for extra in variation.extra:
            parts = {int(self._of[column]) for column in extra.columns}
            if len(parts) != 1:
                return None
            found |= parts
        return sorted(found)

    def _part(self, varied: Compiled, part: Part, variation: Variation) -> Compiled:
        place = {column: n for n, column in enumerate(part.columns)}
        inside = [e for e in variation.extra if e.columns[0] in place]
        rows = [replace(e, columns=tuple(place[column] for column in e.columns)) for e in inside]
        own = extract_part(varied, part)
        return with_rows(own, rows) if rows else own

    def _bound(self, varied: Compiled, touched: list[int], variation: Variation) -> float:
        if self._priced is None:
            return -np.inf
        total = sum(self._priced.bounds) - self._priced.paid
        for n in touched:
            part = self._atoms[n]
            run = self._run(self._part(varied, part, variation), self._priced.charged[list(part.columns)])
            if not run.answers:
                return -np.inf
            total += run.answers[0][1] - self._priced.bounds[n]
        return float(total)

    def _chosen_anew(self, varied: Compiled, touched: list[int], variation: Variation) -> Floats | None:
        """Return the base's plan with the parts that a variation touches chosen anew one by one; None where that is no plan."""
        point = self._point.copy()
        for n in touched:
            part = self._atoms[n]
            columns = list(part.columns)
            rest = point.copy()
            rest[columns] = 0.0
            room = self._joins.limit - self._joins.use @ rest
            use = self._joins.use[:, columns]
            rows = [
                Extra(tuple(np.flatnonzero(row).tolist()), tuple(row[row != 0].tolist()), -np.inf, float(most))
                for row, most in zip(use, room, strict=True)
                if row.any()
            ]
            own = self._part(varied, part, variation)
            own = with_rows(own, rows) if rows else own
            here = self._point[columns]
            run = self._run(own, self._goal.costs[columns], here if obeys(own, here) else None)
            if run.point is None:
                return None
            point[columns] = run.point
        return None if len(broken_rows(self._held, point)) else point
