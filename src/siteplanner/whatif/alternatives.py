"""Plans that cost little more than the cheapest and are made of other sites as far as can be.

Each next plan uses the sites of the plans before it as little as possible within the cost allowed, and is the cheapest of those;
it does without at least one site of every plan before it. What only adds to an earlier plan is no alternative: nothing is counted
that a plan has more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.plan import Chosen
from siteplanner.solve.compile import Floats
from siteplanner.solve.levels import Goal
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.variation import Extra, Variation

_FEN = 0.5


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan: point, started options, cost in fen, and how many of the sites of each plan before it it uses as well."""

    point: Floats
    chosen: tuple[Chosen, ...]
    fen: int
    shared: tuple[int, ...]
    proven: bool

    @property
    def sites(self) -> frozenset[str]:
        """Return the sites of the plan."""
        return frozenset(pick.site for pick in self.chosen)


@dataclass(frozen=True, slots=True)
class Near:
    """The cheapest plan and others near it; ``complete`` is false where fewer than asked were found and more may exist."""

    plans: tuple[Alternative, ...]
    complete: bool


def alternatives(lab: Lab, count: int, within: float, told: Callable[[int, int], None] | None = None) -> Near:
    """Return the cheapest plan and up to `count` − 1 others within a relative cost of it; fewer where there are no more, or in time.

    Parameters
    ----------
    within : float
        How much dearer than the cheapest a plan may be, as a share of its cost.
    """
    if lab.base.point is None or lab.base.fen is None:
        return Near((), lab.base.verdict == "infeasible")
    columns = _columns(lab)
    found = [_alternative(lab, lab.base.point, lab.base.fen, [], proven=lab.base.verdict == "proven")]
    limit = lab.base.fen + math.floor(abs(lab.base.fen) * within)
    while len(found) < count:
        if told is not None:
            told(len(found), count)
        rules = Variation(extra=(*_held(lab, limit), *(_not_again(columns, known.sites) for known in found)))
        answer = lab.solve(rules, goals=[_use_of(lab, columns, found), lab.goals[-1]], share=1 / (count - len(found)))
        if answer.point is None or answer.fen is None or answer.fen > limit:
            return Near(tuple(found), answer.verdict == "infeasible" or answer.point is not None)
        found.append(_alternative(lab, answer.point, answer.fen, found, proven=answer.verdict == "proven"))
    return Near(tuple(found), complete=True)


def frequencies(found: Sequence[Alternative]) -> dict[str, int]:
    """Return how many of the plans use each site that any of them uses."""
    return dict(sorted(Counter(site for one in found for site in one.sites).items()))


def _alternative(lab: Lab, point: Floats, fen: int, before: Sequence[Alternative], *, proven: bool) -> Alternative:
    chosen = lab.chosen(point)
    sites = {pick.site for pick in chosen}
    return Alternative(point, chosen, fen, tuple(len(sites & other.sites) for other in before), proven)


def _columns(lab: Lab) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for offer in lab.case.offers:
        found.setdefault(offer.site, []).append(lab.choose(offer))
    return {site: tuple(columns) for site, columns in found.items()}


def _held(lab: Lab, limit: int) -> list[Extra]:
    """Return the rows that keep what stands above cost at what the cheapest plan reached, and cost within the limit."""
    reached = [value + level.hold * level.factor for level, (value, _) in zip(lab.levels, lab.base.levels, strict=True)]
    above = [lab.at_most(n, value) for n, value in enumerate(reached[:-1])]
    return [*above, lab.at_most(len(lab.levels) - 1, limit + _FEN)]


def _not_again(columns: dict[str, tuple[int, ...]], sites: frozenset[str]) -> Extra:
    """Return the row by which at least one of some sites is not used."""
    used = tuple(column for site in sorted(sites) for column in columns[site])
    return Extra(used, (1.0,) * len(used), -np.inf, len(sites) - 1.0)


def _use_of(lab: Lab, columns: dict[str, tuple[int, ...]], found: Sequence[Alternative]) -> Goal:
    """Return the goal of using the sites of earlier plans as little as possible."""
    costs = np.zeros(lab.compiled.columns)
    for site, times in frequencies(found).items():
        costs[list(columns[site])] = times
    return Goal(Level("sites_again", "count", {"sites": Expr()}, 1.0, 1e-3), costs, 0.0)
