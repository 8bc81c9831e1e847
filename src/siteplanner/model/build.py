"""Case to Model: the table of contents. Each family of rows stands in a file of its own under ``constraints/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pulp import LpMinimize, LpProblem

from siteplanner.case.case import Case
from siteplanner.model.constraints import (
    area,
    budget,
    choice,
    coverage,
    credit,
    fund,
    grant,
    land,
    longest_walk,
    milestone,
    requirement,
    tier,
)
from siteplanner.model.objective import Level, best_effort_levels, levels
from siteplanner.model.supply import Supply, make_supply
from siteplanner.model.variables import Variables, add_variables, plain

FAMILIES = {
    "choice": choice.rows,
    "area": area.rows,
    "credit": credit.rows,
    "requirement": requirement.rows,
    "coverage": coverage.rows,
    "tier": tier.rows,
    "grant": grant.rows,
    "milestone": milestone.rows,
    "fund": fund.rows,
    "land": land.rows,
    "longest_walk": longest_walk.rows,
}
"""Families without parameters, in the order of the design; ``budget`` takes its tightening."""


@dataclass(frozen=True, slots=True)
class Model:
    """A PuLP problem with its variables by key and its objective levels."""

    problem: LpProblem
    variables: Variables
    supply: Supply
    levels: tuple[Level, ...]


def build(
    case: Case,
    *,
    best_effort: bool = False,
    tighter_fen: Mapping[str, int] | None = None,
    cuts: Sequence[budget.Cut] = (),
    without: frozenset[str] = frozenset(),
) -> Model:
    """Build the model of a case.

    Parameters
    ----------
    best_effort : bool
        Let requirement and coverage fall short and minimise the shortfall, whatever the scenario's objectives.
    tighter_fen : mapping of str to int, optional
        Fen taken off budget lines, by id.
    cuts : sequence of Cut
        Combinations that were found to be over a budget line by fen.
    without : frozenset of str
        Families to leave out: used to find which rules clash, never for a plan.
    """
    problem = LpProblem("siteplanner", LpMinimize)
    variables = add_variables(problem, case, best_effort=best_effort or case.scenario.best_effort)
    supply = make_supply(case, variables)
    for family, rows in FAMILIES.items():
        if family not in without:
            for name, row in rows(supply):
                problem.addConstraint(row, plain(name))
    if "budget" not in without:
        for name, row in chain(budget.rows(supply, tighter_fen or {}), budget.cut_rows(supply, cuts)):
            problem.addConstraint(row, plain(name))
    return Model(problem, variables, supply, tuple(best_effort_levels(supply) if best_effort else levels(supply)))
