"""Where candidates are too few whatever is chosen: Hall's condition, found as a minimum cut and checkable by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from siteplanner.case.case import Case, Need, Offer
from siteplanner.explain.nouns import Shortage
from siteplanner.model.constraints.credit import connected_parts
from siteplanner.model.variables import must_at, shares_capacity

_MOST = int(np.iinfo(np.int32).max)
"""The greatest capacity that the library holds."""


def find_shortages(case: Case) -> tuple[Shortage, ...]:
    """Return sets of estates that need more than every place in their reach can hold together, the greatest lack first.

    Each comes from the first checkpoint at which it shows. None is found where the need is met only by money, kinds of sharing
    or whole options: those are other rules.
    """
    found: dict[frozenset[str], Shortage] = {}
    for t, day in enumerate(case.checkpoints):
        needs = [need for need in case.needs if must_at(case, need, t) and shares_capacity(need)]
        for shortage in _at(case, needs, t, str(day)):
            found.setdefault(frozenset(shortage.needs), shortage)
    return tuple(sorted(found.values(), key=lambda s: (-s.lacking_dm2, min(s.needs))))


def _at(case: Case, needs: Sequence[Need], t: int, day: str) -> list[Shortage]:
    at: dict[str, list[Offer]] = {}
    for offer in case.offers:
        if offer.stands(case.checkpoints[t]):
            at.setdefault(offer.place, []).append(offer)
    most = {place: _most(case, place, at.get(place, ()), needs, t) for place in sorted({p for need in needs for p in case.reach[need.id]})}
    places = [place for place, dm2 in most.items() if dm2]
    number = {place: n for n, place in enumerate(places)}
    links = [
        (i, number[p])
        for i, need in enumerate(needs)
        for p in case.reach[need.id]
        if p in number and _serves(case, p, at.get(p, ()), need, t)
    ]
    short = _cut([need.required_dm2 for need in needs], [most[place] for place in places], links)
    reach = {needs[i].id: [places[j] for n, j in links if n == i] for i in short}
    parts = connected_parts(reach)
    required = {need.id: need.required_dm2 for need in needs}
    found = []
    for part in parts:
        near = sorted({place for estate in part for place in reach[estate]})
        found.append(Shortage(day, {e: required[e] for e in sorted(part)}, {p: most[p] for p in near}))
    return [shortage for shortage in found if shortage.lacking_dm2 > 0]


def _cut(needs: Sequence[int], most: Sequence[int], links: Sequence[tuple[int, int]]) -> list[int]:
    """Return the estates on the source's side of a minimum cut of source → estates → places → sink; none if all flows."""
    if not needs:
        return []
    count, source, sink = len(needs) + len(most) + 2, len(needs) + len(most), len(needs) + len(most) + 1
    total = int(sum(needs))
    rows = [*(source for _ in needs), *(i for i, _ in links), *(len(needs) + j for j in range(len(most)))]
    columns = [*range(len(needs)), *(len(needs) + j for _, j in links), *(sink for _ in most)]
    caps = np.array([*needs, *(total + 1 for _ in links), *(min(dm2, total) for dm2 in most)], dtype=np.int64)
    left = csr_array((caps, (rows, columns)), shape=(count, count))
    left, moved = _push(left, source, sink, total, len(needs))
    while moved:
        total -= moved
        if not total:
            return []
        left, moved = _push(left, source, sink, total, len(needs))
    left.data = (left.data > 0).astype(np.int8)
    left.eliminate_zeros()
    reached = breadth_first_order(left, source, return_predecessors=False)
    return sorted(int(n) for n in reached if n < len(needs))


def _push(left: csr_array, source: int, sink: int, total: int, estates: int) -> tuple[csr_array, int]:
    """Return what is left of capacities after as much has flowed as the library's numbers of 32 bits hold at once, and how much has.

    Where nothing flows any more the flow is greatest. What leaves the source is cut so that even its sum fits.
    """
    cut = left.copy()
    cut.data = np.minimum(cut.data, _MOST)
    if total > _MOST:
        span = slice(cut.indptr[source], cut.indptr[source + 1])
        cut.data[span] = np.minimum(cut.data[span], _MOST // estates)
    flow = maximum_flow(csr_array((cut.data.astype(np.int32), cut.indices, cut.indptr), shape=cut.shape), source, sink)
    return csr_array(left - flow.flow.astype(np.int64)), int(flow.flow_value)


def _most(case: Case, place: str, offers: Sequence[Offer], needs: Sequence[Need], t: int) -> int:
    """Return the most dm² that a place can hold for any of the estates at a checkpoint: of each site its largest option."""
    day, held = case.checkpoints[t], case.held.get(place)
    cohorts = {need.cohort for need in needs}
    best: dict[str, int] = {}
    for offer in offers:
        counts = offer.counts_for if case.places[place].kind != "cluster" else offer.serves
        if counts & cohorts and (held is None or held.ready <= day):
            best[offer.site] = max(best.get(offer.site, 0), offer.hi_dm2)
    alone = held is not None and held.ready <= day and bool(best or held.counts_for & cohorts)
    return sum(best.values()) + (held.area_dm2 if alone and held is not None else 0)


def _serves(case: Case, place: str, offers: Sequence[Offer], need: Need, t: int) -> bool:
    """Return whether anything at a place can be credited to an estate at a checkpoint."""
    day, held = case.checkpoints[t], case.held.get(place)
    if held is not None and held.ready > day:
        return False
    if held is not None and need.cohort in held.counts_for:
        return True
    cluster = case.places[place].kind == "cluster"
    return any(need.cohort in (offer.serves if cluster else offer.counts_for) and offer.may_serve(need) for offer in offers)
