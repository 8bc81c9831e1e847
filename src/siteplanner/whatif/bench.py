"""One case built and turned into arrays, with its columns and rows by what they stand for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from siteplanner.case.case import Case, Offer
from siteplanner.model.build import build
from siteplanner.model.variables import plain
from siteplanner.plan import Chosen
from siteplanner.solve.compile import Floats, compile_problem
from siteplanner.solve.extract import chosen_offers
from siteplanner.solve.levels import Goal
from siteplanner.solve.lexicographic import Outcome
from siteplanner.whatif.variation import Extra


class Bench:
    """A case on the bench: its model, its arrays, and the number of each row by name."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.model = build(case)
        self.compiled = compile_problem(self.model.problem, self.model.variables.every())
        self.row = {name: n for n, name in enumerate(self.compiled.row_names)}

    def choose(self, offer: Offer) -> int:
        """Return the column that starts an offer."""
        return self.compiled.column[self.model.variables.choose[offer.id].name]

    def columns_of(self, offers: Iterable[Offer]) -> frozenset[int]:
        """Return the columns that start any of the offers."""
        return frozenset(self.choose(offer) for offer in offers)

    def rows_named(self, *names: str) -> frozenset[int]:
        """Return the rows of these names, as far as the case has them."""
        return frozenset(self.row[plain(name)] for name in names if plain(name) in self.row)

    def at_least_one(self, offers: Iterable[Offer]) -> Extra:
        """Return the row by which some of the offers is started."""
        columns = tuple(sorted(self.columns_of(offers)))
        return Extra(columns, (1.0,) * len(columns), 1.0, np.inf)

    def chosen(self, point: Floats) -> tuple[Chosen, ...]:
        """Return the started options of a point."""
        return chosen_offers(self.case, self.model, self.outcome(point))

    def outcome(self, point: Floats) -> Outcome:
        """Return a point as an outcome, for a plan to be read off."""
        return Outcome("proven", dict(zip(self.compiled.column, point.tolist(), strict=True)), (), "", "")

    def lowest(self, goal: Goal) -> float:
        """Return a value that no choice at all goes below, in the unit of the level: every column by itself at its better end.

        A column without a limit of its own is held by the rows that limit it where everything else helps most.
        """
        c = self.compiled
        most = c.upper.copy()
        entries = c.matrix.tocoo()
        ends = np.where(entries.data > 0, c.lower[entries.col], c.upper[entries.col])
        least = np.bincount(entries.row, entries.data * ends, minlength=len(c.row_upper))
        with np.errstate(invalid="ignore"):
            room = (c.row_upper - least)[entries.row] / entries.data + c.lower[entries.col]
        held = (entries.data > 0) & np.isfinite(room)
        np.minimum.at(most, entries.col[held], room[held])
        used = np.flatnonzero(goal.costs)
        costs = goal.costs[used]
        best = np.where(costs > 0, c.lower[used], most[used])
        return float(costs @ best + goal.constant) * goal.level.factor
