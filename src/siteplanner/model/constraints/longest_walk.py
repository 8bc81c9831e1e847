"""Family 12, longest walk.

longer[k] ≤ longer[k − 1];  credit[i,p,t] ≤ required_i·longer[k] where the walk from i to p is the k-th step;
where no m² are credited:  Σ_{p nearer than the k-th step} qualifies[p,s,t] + longer[k] ≥ served[i,t].

In words: whoever is served on foot from a place walks there, and the longest of these walks is counted in steps.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulp import lpSum

from siteplanner.case.case import Need
from siteplanner.model.constraints.choice import Row
from siteplanner.model.constraints.requirement import served
from siteplanner.model.supply import Supply
from siteplanner.model.variables import active_at, on_foot, shares_capacity, walk_steps
from siteplanner.units import dm2_to_solver_m2


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family; none unless the least worst walk is asked for."""
    case, longer = supply.case, supply.variables.longer
    step = {walk: k for k, walk in enumerate(walk_steps(case))}
    for k in longer:
        if k > 1:
            yield f"longest_walk.order.{k}", longer[k] - longer[k - 1] <= 0
    if not longer:
        return
    needs = {need.id: need for need in case.needs}
    for (estate, place, t), credit in supply.variables.credit.items():
        k = step.get(case.reach[estate][place] or 0, 0)
        if k and on_foot(needs[estate]):
            required = dm2_to_solver_m2(needs[estate].required_dm2)
            yield f"longest_walk.credit.{estate}.{place}.{t}", credit - required * longer[k] <= 0
    for t in range(len(case.checkpoints)):
        for need in case.needs:
            if active_at(case, need, t) and need.coverage and on_foot(need) and not shares_capacity(need):
                yield from _covered(supply, need, t, step)


def _covered(supply: Supply, need: Need, t: int, step: dict[int, int]) -> Iterator[Row]:
    near = supply.case.reach[need.id]
    bare = supply.variables.bare.get((need.id, t), 0)
    for k in sorted({step.get(walk or 0, 0) for walk in near.values()} - {0}):
        closer = lpSum(supply.qualifies(place, need, t) for place, walk in near.items() if step.get(walk or 0, 0) < k)
        row = closer + bare + supply.variables.longer[k] - served(supply, need, t) >= 0
        yield f"longest_walk.covered.{need.id}.{k}.{t}", row
