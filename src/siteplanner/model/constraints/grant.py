"""Family 7, grant.

In a cluster with one grant for all rooms, offers are ranked by amount, then id: claim[o] ≤ choose[o];
claim[o] + choose[o'] ≤ 1 and claim[o] ≥ choose[o] − Σ choose[o'] over all o' ranked before o.

In words: of the rooms of one cluster the one with the greatest grant earns it, and it alone. The grant of every other
place is fixed by the offer (its works and area band) and needs no row.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulp import lpSum

from siteplanner.case.case import Offer
from siteplanner.model.constraints.choice import Row
from siteplanner.model.supply import Supply


def claimants(offers: tuple[Offer, ...], item: str) -> list[tuple[Offer, int]]:
    """Return the offers of a cluster that could earn a grant, the first in rank first, with their line number."""
    found = [(o, n) for o in offers for n, line in enumerate(o.grant_lines) if line.item == item]
    return sorted(found, key=lambda pair: (-pair[0].grant_lines[pair[1]].fen, pair[0].option, pair[0].id))


def rows(supply: Supply) -> Iterator[Row]:
    """Yield the rows of the family."""
    choose, claim = supply.variables.choose, supply.variables.claim
    for place in supply.case.places.values():
        offers = supply.offers_at.get(place.id, ())
        for item in sorted({line.item for o in offers for line in o.grant_lines}):
            ranked = claimants(offers, item)
            for rank, (offer, n) in enumerate(ranked):
                before = [o for o, _ in ranked[:rank]]
                mine = claim[offer.id, n]
                yield f"grant.only_chosen.{offer.id}.{n}", mine <= choose[offer.id]
                yield f"grant.must_claim.{offer.id}.{n}", mine >= choose[offer.id] - lpSum(choose[o.id] for o in before)
                for rival in before:
                    if rival.site != offer.site:
                        yield f"grant.outranked.{offer.id}.{n}.{rival.id}", mine + choose[rival.id] <= 1
