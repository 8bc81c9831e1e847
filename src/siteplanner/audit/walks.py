"""The pairs table of the record: every pair in it must be what the scenario gives."""

from __future__ import annotations

from siteplanner.audit.reach import reach_clause
from siteplanner.audit.reading import Reading


def check(reading: Reading) -> None:
    """Compare how the walks were had; work out every pair again, or along roads hold it against the straight line."""
    docket, pairs, walking = reading.docket, reading.pairs, reading.scenario.settings.walking
    clauses = {s.estate.id: reach_clause(standard) for s, standard in reading.bound}
    first = reach_clause(reading.pack.standards[0])
    record = reading.plan.walks
    docket.fault(first, record.method == walking.method, "walks_method", "", stated=record.method, asked=walking.method)
    docket.fault(first, record.pairs == len(pairs.table), "walks_count", "", stated=str(record.pairs), found=str(len(pairs.table)))
    stated_network = record.streets.network if record.streets else ""
    given = reading.scenario.roads.sha256 if reading.scenario.roads else ""
    docket.fault(first, stated_network == given, "walks_network", "", stated=stated_network, found=given)
    for (estate, target), stated in sorted(pairs.table.items()):
        clause = clauses.get(estate, first)
        again = pairs.again(estate, target)
        if again is None:
            docket.fault(clause, False, "walk_not_in_scenario", estate, place=target, walk=str(stated))
        else:
            ok = again[0] <= stated <= again[1]
            docket.fault(clause, ok, "walk_differs", estate, place=target, walk=str(stated), again=str(again[0]))
            docket.fault(clause, not pairs.too_quick(estate, target), "walk_too_quick", estate, place=target, walk=str(stated))
