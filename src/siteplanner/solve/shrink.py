"""Less to decide and more to prune by, without losing a best plan: each reduction with the reason why none is lost.

*Idle area.* Area beyond what all estates in a site's reach require together can be credited to nobody, so an option's area is
cut to that. *Dominated options.* Of two options of one site, the one with no more area at no less cost is never needed: the
other can stand in for it in every plan. *Equal reach.* Estates with the same sites in reach become one with the sum of
their needs: what it is credited can be shared out among them in proportion, which keeps every row, links included.
*Group rows.* What a group of estates requires together comes from sites in reach of one of them, and from each at most what its
own estates in the group require: Σ_j min(a_k, R(group ∩ reach of j))·x_k ≥ R(group). Every plan obeys this; it follows from the
other rows only as long as x may be a fraction, and gives the solver rows to draw cover cuts from.

Plans are undone exactly: options keep their number, and credits are computed anew from the options of a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.sparse import csr_array, vstack
from scipy.spatial.distance import squareform

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.siting import DM2_PER_M2, Longs, Siting, restrict

GROUP_OF = 8
"""Estates in the largest group that gets a row: larger groups make long rows from which no cut is found."""
GROUPS_TO = 1500
"""Estates of the largest problem that gets group rows: their distances are a square table."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A smaller problem with the same best plans: costs of its options (万元), and their numbers in the one it came from."""

    siting: Siting
    costs: Floats
    option: Longs

    def same(self, whole: Siting, chosen: Longs) -> Longs:
        """Return options here that stand in for options of the problem this one came from: as much area as can be used, at least cost."""
        found = []
        for option in chosen.tolist():
            site = np.flatnonzero(whole.option_site[self.option] == whole.option_site[option])
            if len(site):
                area = self.siting.option_dm2[site]
                enough = site[area >= min(int(whole.option_dm2[option]), int(area.max()))]
                found.append(int(enough[np.argmin(self.costs[enough])]))
        return np.array(sorted(found), dtype=np.int64)


def shrink(siting: Siting, costs: Floats) -> Shrunk:
    """Return the problem without budgets, reduced at given costs of its options."""
    needy = np.flatnonzero(siting.required_dm2)
    reach = csr_array(siting.reach[needy])
    estate_of = _merged(reach)
    firsts = np.unique(estate_of, return_index=True)[1]
    required = np.bincount(estate_of, weights=siting.required_dm2[needy]).astype(np.int64)
    merged = csr_array(reach[firsts])
    wanted = np.asarray(csr_array(merged.T.astype(np.int64)) @ required, dtype=np.int64)
    area = np.minimum(siting.option_dm2, wanted[siting.option_site])
    kept = _undominated(siting.option_site, area, costs)
    sites = np.unique(siting.option_site[kept])
    smaller = Siting(required, merged, siting.option_site, area, siting.option_fen, siting.spend_fen, siting.limit_fen)
    return Shrunk(restrict(smaller, np.arange(len(required)), sites, kept), costs[kept], kept)


def _merged(reach: csr_array) -> Longs:
    """Return for each estate the number of its group of equal reach, in the order of first members."""
    known: dict[bytes, int] = {}
    spans = zip(reach.indptr[:-1], reach.indptr[1:], strict=True)
    return np.array([known.setdefault(reach.indices[a:b].tobytes(), len(known)) for a, b in spans], dtype=np.int64)


def _undominated(site: Longs, area: Longs, costs: Floats) -> Longs:
    """Return the options that no other option of their site replaces: by site, then dearer only for more area."""
    order = np.lexsort((np.arange(len(site)), -area, costs, site))
    best, here, kept = -1, -1, []
    for option in order.tolist():
        if site[option] != here:
            here, best = int(site[option]), 0
        if area[option] > best:
            best = int(area[option])
            kept.append(option)
    return np.array(sorted(kept), dtype=np.int64)


def with_groups(compiled: Compiled, siting: Siting) -> Compiled:
    """Return the assembled rows of a problem with one more row for each group of near estates."""
    if not 2 <= siting.estates <= GROUPS_TO:
        return compiled
    group, estate = _groups(siting)
    number = int(group.max()) + 1 if len(group) else 0
    if not number:
        return compiled
    needs = csr_array((siting.required_dm2[estate], (group, estate)), shape=(number, siting.estates))
    ask = np.asarray(needs.sum(axis=1), dtype=np.int64).ravel()
    # What the group's estates in a site's reach require: no option of the site gives the group more.
    usable = csr_array(csr_array(needs @ siting.reach.astype(np.int64))[:, siting.option_site])
    usable.data = np.minimum(usable.data, siting.option_dm2[usable.indices])
    rows = csr_array((usable.data / DM2_PER_M2, usable.indices, usable.indptr), shape=(number, compiled.columns))
    matrix = csr_array(vstack([compiled.matrix, rows]))
    matrix.indptr, matrix.indices = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    return replace(
        compiled,
        matrix=matrix,
        row_lower=np.concatenate([compiled.row_lower, ask / DM2_PER_M2]),
        row_upper=np.concatenate([compiled.row_upper, np.full(number, np.inf)]),
        row_names=(*compiled.row_names, *("group.",) * number),
    )


def _groups(siting: Siting) -> tuple[Longs, Longs]:
    """Return (group, estate) of the branches of a tree that joins estates with the most sites in common first."""
    shared = (siting.reach.astype(np.int32) @ siting.reach.T.astype(np.int32)).toarray()
    own = np.diag(shared)
    apart = 1.0 - shared / np.maximum(1, own[:, None] + own[None, :] - shared)
    np.fill_diagonal(apart, 0.0)
    members: list[list[int]] = [[n] for n in range(siting.estates)]
    groups = list(members)
    for left, right, far, _ in linkage(squareform(apart, checks=False), "average").tolist():
        both = members[int(left)] + members[int(right)]
        members.append(both if len(both) <= GROUP_OF and far < 1.0 else [0] * (GROUP_OF + 1))
        if len(members[-1]) <= GROUP_OF:
            groups.append(both)
    return (
        np.concatenate([np.full(len(group), n, dtype=np.int64) for n, group in enumerate(groups)]),
        np.concatenate([np.array(group, dtype=np.int64) for group in groups]),
    )
