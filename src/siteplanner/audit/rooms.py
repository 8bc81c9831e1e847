"""Eligibility of rooms, and rooms apart: the tests a site or option must pass, with the exceptions the law allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from siteplanner.audit.places import Place, Taken
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import ClusterRule, RoomRule
from siteplanner.scenario.schema import Option, Site


@dataclass(frozen=True, slots=True)
class Leave:
    """A departure the law allows with a reason, as the plan must name it: any of ``subjects``, any of ``clauses``."""

    subjects: tuple[str, ...]
    clauses: tuple[str, ...]
    reasons: tuple[str, ...]


def check(reading: Reading) -> None:
    """Test every chosen option against the room rules, and every cluster against the cluster rule."""
    for item in reading.taken:
        for rule in reading.pack.room_rules:
            if bites(rule, item):
                ok = passes(rule, item) or bool(excuse(rule, item))
                reading.docket.check(rule.clause, ok, "room_rule", item.option.id, rule=rule.id, seen=_seen(rule, item))
    if reading.pack.cluster:
        for place in reading.places.values():
            if place.kind == "cluster":
                _cluster(reading, reading.pack.cluster, place)


def bites(rule: RoomRule, item: Taken) -> bool:
    """Return whether a rule speaks about this option."""
    option = item.option
    typed = rule.station_types is None or option.station_type in rule.station_types
    return option.kind in rule.kinds and option.works in rule.works and typed


def passes(rule: RoomRule, item: Taken) -> bool:
    """Return whether an option passes a rule as it stands; a cell that is not filled in passes only ``present: false``."""
    seen = value(rule.table, rule.field, item)
    if rule.present is not None:
        return (seen is not None and seen != "") == rule.present
    if rule.at_least is not None:
        least = rule.at_least.value
        if (rule.at_least.unit, _name(rule.table, rule.field).rsplit("_", 1)[-1]) in (("m2", "dm2"), ("yuan", "fen")):
            least *= 100
        return isinstance(seen, int) and seen >= least
    return seen == rule.equals


def excuse(rule: RoomRule, item: Taken) -> str:
    """Return the reason given for not passing a rule, "" where none is given or the law takes none."""
    if rule.exception is None:
        return ""
    return str(value(rule.table, rule.exception, item) or value("site", rule.exception, item) or "")


def value(table: str, field: str, item: Taken) -> object:
    """Return a cell of the option's or site's row; an option's area is the area chosen."""
    row: Option | Site = item.site if table == "site" else item.option
    name = _name(table, field)
    return item.row.area_dm2 if (table, name) == ("option", "area_dm2") else getattr(row, name, None)


def _name(table: str, column: str) -> str:
    """Return the field behind a column, which a rule may name by its heading (``area_m2``) or by itself (``area_dm2``)."""
    fields = (Site if table == "site" else Option).model_fields
    return next((name for name, info in fields.items() if info.alias == column), column)


def _seen(rule: RoomRule, item: Taken) -> str:
    seen = value(rule.table, rule.field, item)
    return "-" if seen is None or seen == "" else str(seen)


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


def leaves(reading: Reading) -> Iterator[Leave]:
    """Yield the departures with a reason that the chosen rooms rest on."""
    for item in reading.taken:
        for rule in reading.pack.room_rules:
            reason = excuse(rule, item)
            if reason and bites(rule, item) and not passes(rule, item):
                yield Leave((item.site.id, item.option.id, item.place), (rule.clause,), (reason,))
    rule_of_clusters = reading.pack.cluster
    for place in reading.places.values():
        if rule_of_clusters and place.kind == "cluster" and place.approval and len(place.parts) > 1:
            yield Leave((place.id, *(part.spot for part in place.parts)), (rule_of_clusters.clause,), (place.approval,))
