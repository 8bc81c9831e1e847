"""Family 4, requirement.

Σ_p credit[i,p,t] + short[i,t] ≥ required_i·served[i,t];  under the circle readings:
Σ_{p in reach of i} area[p,s,t] + short[i,t] ≥ (required_i, or Σ required of the estates in the same reach)·served[i,t];
where the most served are asked for, the same without short for met_i in the place of served[i,t].

In words: an estate that counts as served is credited at least its required area, or has it in its circle.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulp import lpSum

from siteplanner.case.case import Need
from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr, active_at, met_at, must_at, shares_capacity
from siteplanner.units import dm2_to_solver_m2


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    case = supply.case
    required = {need.id: need.required_dm2 for need in case.needs}
    for t in range(len(case.checkpoints)):
        for need in case.needs:
            if not active_at(case, need, t) or not need.required_dm2:
                continue
            if shares_capacity(need):
                held = lpSum(supply.variables.credit[need.id, place, t] for place in case.reach[need.id])
                wanted = need.required_dm2
            else:
                held = lpSum(_in_circle(supply, place, need.cohort, t) for place in case.reach[need.id])
                wanted = sum(required[other] for other in case.circle.get(need.id, (need.id,)))
            short = supply.variables.short.get((need.id, t), 0)
            yield f"requirement.{need.id}.{t}", held + short - dm2_to_solver_m2(wanted) * served(supply, need, t) >= 0
            if need.id in supply.variables.met and met_at(case, need, t):
                yield f"requirement.met.{need.id}.{t}", held - dm2_to_solver_m2(wanted) * supply.variables.met[need.id] >= 0


def _in_circle(supply: Supply, place: str, cohort: str, t: int) -> Expr:
    """Return the area a place adds to a circle: a cluster's only where it serves."""
    if supply.case.places[place].kind != "cluster":
        return supply.area(place, cohort, t)
    pooled = supply.variables.pooled.get((place, cohort, t))
    return Expr() if pooled is None else Expr([(pooled, 1.0)])


def served(supply: Supply, need: Need, t: int) -> Expr:
    """Return 1 where the estate must be served, else its ``served`` variable."""
    if must_at(supply.case, need, t):
        return Expr(constant=1.0)
    return Expr([(supply.variables.served[need.id, t], 1.0)])
