"""A siting problem without budgets, worked on from both sides: shrunk, assembled, improved, and its plan read in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.improve import improve
from siteplanner.solve.shrink import shrink, with_groups
from siteplanner.solve.siting import Longs, Siting, assemble, faults_of
from siteplanner.solve.solver import Limits, Verdict, Watch

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class SitingAnswer:
    """Chosen options (None without a plan), what they cost as charged, and a bound on every plan (万元)."""

    verdict: Verdict
    chosen: Longs | None
    value: float
    bound: float


def improve_siting(siting: Siting, costs: Floats, limits: Limits, watch: Watch | None = None, workers: int = 2) -> SitingAnswer:
    """Choose options of one connected part at least cost; budgets are not looked at.

    Raises
    ------
    ArithmeticError
        If the solver's plan does not serve everybody when counted in whole dm².
    """
    small = shrink(siting, costs)
    compiled, vector = assemble(small.siting, small.costs, budgets=False)
    answer = improve(with_groups(compiled, small.siting), vector, limits, watch, workers)
    if answer.point is None:
        return SitingAnswer(answer.verdict, None, answer.value, answer.bound)
    chosen = small.option[np.flatnonzero(answer.point[: small.siting.options] > _HALF)]
    wrong: Sequence[str] = faults_of(without_budgets(siting), chosen)
    if wrong:
        raise ArithmeticError(f"a plan of windows does not hold in whole numbers: {wrong}")
    return SitingAnswer(answer.verdict, chosen, float(costs[chosen].sum()), answer.bound)


def without_budgets(siting: Siting) -> Siting:
    """Return the problem with no budget."""
    none = np.zeros(0, dtype=np.int64)
    return Siting(
        siting.required_dm2, siting.reach, siting.option_site, siting.option_dm2, siting.option_fen, siting.spend_fen[:, none], none
    )
