"""What of a level's constant each part takes into its relative gap, so that the parts' gaps together are the gap of the whole."""

from __future__ import annotations

import numpy as np

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.decompose import Part, extract_part, joining_rows
from siteplanner.solve.highs import relax
from siteplanner.solve.levels import Goal


def fair_constants(compiled: Compiled, goal: Goal, seconds: float | None) -> Floats:
    """Return the share of the constant that each column takes to its part (shape: columns); they add up to the constant.

    A part p that stops at the relative gap g leaves g·|v_p + C_p| open, where v_p is what it costs and C_p its share. With bounds
    l_p ≤ v_p, L = Σ l_p, weights w_p that add up to 1 and C_p = (L + C)·w_p − l_p that is g·(v_p − l_p + (L + C)·w_p) wherever
    L + C ≥ 0, and over all parts g·(V + C): what the whole may leave open, whatever the signs. Where each column at its cheaper end
    is not bound enough, the relaxation without joining rows is; without one in time the constant is spread evenly.
    """
    costs, constant = goal.costs, goal.constant
    if not len(costs):
        return costs.copy()
    even: Floats = np.full(len(costs), 1 / len(costs))
    used = costs != 0
    least: Floats = np.zeros(len(costs))
    least[used] = costs[used] * np.where(costs > 0, compiled.lower, compiled.upper)[used]
    weights = even
    if float(least.sum()) + constant < 0:
        inner = Part(tuple(range(compiled.columns)), tuple(np.flatnonzero(~joining_rows(compiled)).tolist()))
        found = relax(extract_part(compiled, inner), costs, seconds)
        if found is None:
            return np.full(len(costs), constant / len(costs))
        least = costs * found.point
        spread = float(np.abs(least).sum())
        weights = np.abs(least) / spread if spread else even
    shares: Floats = (float(least.sum()) + constant) * weights - least
    return shares
