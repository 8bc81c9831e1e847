"""Family 5, coverage.

Σ_{p in reach of i} qualifies[p,s,t] + bare[i,t] ≥ k·served[i,t];  where the most served are asked for, Σ qualifies ≥ k·met_i.

In words: an estate that counts as served has a qualifying place within reach (k of them where backup is asked).
"""

from __future__ import annotations

from collections.abc import Iterator

from pulp import lpSum

from siteplanner.model.constraints.choice import Row
from siteplanner.model.constraints.requirement import served
from siteplanner.model.supply import Supply
from siteplanner.model.variables import active_at, met_at


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    case = supply.case
    for t in range(len(case.checkpoints)):
        for need in case.needs:
            if active_at(case, need, t) and need.coverage:
                places = lpSum(supply.qualifies(place, need, t) for place in case.reach[need.id])
                bare = supply.variables.bare.get((need.id, t), 0)
                yield f"coverage.{need.id}.{t}", places + bare - need.coverage * served(supply, need, t) >= 0
                if need.id in supply.variables.met and met_at(case, need, t):
                    yield f"coverage.met.{need.id}.{t}", places - need.coverage * supply.variables.met[need.id] >= 0
