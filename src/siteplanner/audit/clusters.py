"""Rooms apart that count as one place: one main room, consent, and no room too far."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from siteplanner.audit.places import Place
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import ClusterRule


def check(reading: Reading) -> None:
    """Test every cluster with a chosen room against the cluster rule."""
    if reading.pack.cluster:
        for place in reading.places.values():
            if place.kind == "cluster":
                _cluster(reading, reading.pack.cluster, place)


def _cluster(reading: Reading, rule: ClusterRule, place: Place) -> None:
    docket, clause = reading.docket, rule.clause
    items = [item for item in reading.taken if item.place == place.id]
    mains = [site.id for site in reading.scenario.sites if site.cluster == place.id and site.cluster_main]
    one_main = len(mains) == 1 and any(item.site.id == mains[0] for item in items)
    docket.check(clause, one_main, "cluster_without_main", place.id, main=", ".join(mains) or "-")
    spots = sorted({item.site.id for item in items})
    if len(spots) > 1:
        docket.check(clause, bool(place.approval), "cluster_not_approved", place.id)
    limit = rule.within.value
    for one, other in _distances(rule, spots, mains):
        metres = reading.pairs.apart_m(one, other)
        if docket.check(clause, metres is not None, "cluster_distance_unknown", place.id, one=one, other=other) and metres is not None:
            # A tenth of a millimetre is what floating point may add to a distance; 50.01 m is beyond 50 m.
            apart = metres <= float(limit) + 1e-4
            docket.check(clause, apart, "cluster_too_far", place.id, one=one, other=other, metres=f"{metres:.2f}", limit=str(limit))


def _distances(rule: ClusterRule, spots: list[str], mains: list[str]) -> Iterator[tuple[str, str]]:
    if rule.distance == "pairwise":
        yield from combinations(spots, 2)
    else:
        yield from ((main, spot) for main in mains[:1] for spot in spots if spot != main)
