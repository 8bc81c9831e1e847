"""Checks of sites: areas that fit together, administrative areas, and rooms apart that count as one place."""

from __future__ import annotations

from collections import defaultdict

from siteplanner.policy.rules import limit_dm2, net_area_dm2
from siteplanner.policy.schema import ClusterRule, PolicyPack
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Estate, Premises, Site
from siteplanner.scenario.sink import Sink
from siteplanner.units import dm2_to_m2


def net_clause(pack: PolicyPack) -> str:
    """Return the clause that measures rooms by net internal area; empty when none does."""
    return next((s.clause for s in pack.standards if "net" in (s.area_basis, s.place.basis)), "")


def areas_agree(draft: Draft, sink: Sink) -> None:
    """Check that net area is at most gross area; where the law measures net area, sites with options state both."""
    clause = net_clause(draft.pack) if draft.pack else ""
    offered = draft.raw["options"]
    with_options = {row.cells.get("site") for row in offered.rows}
    for parsed in draft.sites:
        site = parsed.row
        if not parsed.sound("gross_area_m2", "net_area_m2"):
            continue
        if site.net_area_dm2 is not None and site.gross_area_dm2 is not None and site.net_area_dm2 > site.gross_area_dm2:
            facts = {"seen": f"{dm2_to_m2(site.net_area_dm2)}", "limit": f"{dm2_to_m2(site.gross_area_dm2)}"}
            sink.add("net_above_gross", parsed.at("net_area_m2"), **facts)
        for key, area in (("gross_area_m2", site.gross_area_dm2), ("net_area_m2", site.net_area_dm2)):
            if draft.pack and clause and site.id in with_options and not area:
                sink.add("net_area_missing", parsed.at(key), clause=draft.cite(clause))


def admin_areas_given(draft: Draft, sink: Sink) -> None:
    """Check that communities are given where reach goes by community; districts are given everywhere or nowhere."""
    reaches = [s.reach for s in draft.pack.standards if s.reach.mode == "community"] if draft.pack else []
    rows: list[Parsed[Estate] | Parsed[Site] | Parsed[Premises]] = [*draft.estates, *draft.sites, *draft.premises]
    by_district = any(parsed.row.district for parsed in rows)
    for parsed in rows:
        if reaches and not parsed.row.community:
            sink.add("community_missing", parsed.at("community"), clause=draft.cite(reaches[0].clause))
        if by_district and not parsed.row.district:
            sink.add("district_missing", parsed.at("district"))


def clusters_are_sound(draft: Draft, sink: Sink) -> None:
    """Check that a cluster has one main room with the approval, points for its distances, and no room that could stand alone."""
    rule = draft.pack.cluster if draft.pack else None
    clusters: dict[str, list[Parsed[Site]]] = defaultdict(list)
    for parsed in draft.sites:
        if parsed.row.cluster:
            clusters[parsed.row.cluster].append(parsed)
            if draft.pack is not None and rule is None:
                sink.add("cluster_not_in_law", parsed.at("cluster"), seen=parsed.row.cluster)
        elif parsed.sound("cluster") and (parsed.row.cluster_main or parsed.row.cluster_approval):
            sink.add("cluster_missing", parsed.at("cluster"))
    if rule is not None:
        for name, rooms in sorted(clusters.items()):
            _check_cluster(draft, rule, name, rooms, sink)


def _check_cluster(draft: Draft, rule: ClusterRule, name: str, rooms: list[Parsed[Site]], sink: Sink) -> None:
    clause = draft.cite(rule.clause)
    if not all(room.sound("cluster_main") for room in rooms):
        return
    mains = [room for room in rooms if room.row.cluster_main]
    if len(mains) != 1:
        facts = {"seen": name, "count": str(len(mains)), "rooms": ", ".join(room.row.id for room in rooms)}
        sink.add("cluster_main_count", (mains or rooms)[-1].at("cluster_main"), clause=clause, **facts)
    for room in mains:
        if not room.row.cluster_approval:
            sink.add("cluster_approval_missing", room.at("cluster_approval"), clause=clause, seen=name)
    if len({room.row.township for room in rooms}) > 1:
        facts = {"seen": name, "townships": ", ".join(sorted({room.row.township for room in rooms}))}
        sink.add("cluster_townships", rooms[-1].at("township"), clause=clause, **facts)
    for room in rooms:
        if (room.row.x is None or room.row.y is None) and room.sound("x", "y"):
            facts = {"seen": name, "limit": str(rule.within.value)}
            sink.add("cluster_point_missing", room.at("x"), clause=clause, **facts)
        if len(mains) == 1 and room not in mains:
            _check_room_size(draft, rule, room, sink)


def _check_room_size(draft: Draft, rule: ClusterRule, room: Parsed[Site], sink: Sink) -> None:
    """Check that a room apart does not reach the least standard minimum: it could be a place of its own."""
    standards = [s for s in draft.pack.standards if s.cohort in rule.cohorts] if draft.pack and draft.firm else []
    limits = [(limit, s.place.basis) for s in standards if (limit := limit_dm2(s.place.min)) is not None]
    offers = [o.row for o in draft.options if o.row.site == room.row.id and o.sound("area_m2", "area_max_m2")]
    greatest = max((offer.area_max_dm2 or offer.area_dm2 or 0 for offer in offers), default=0)
    net = net_area_dm2(greatest, room.row.gross_area_dm2, room.row.net_area_dm2)
    for limit, basis in limits:
        if (net if basis == "net" else greatest) >= limit:
            facts = {"seen": str(dm2_to_m2(greatest)), "limit": str(dm2_to_m2(limit)), "cluster": room.row.cluster or ""}
            sink.add("cluster_room_large", room.at("cluster"), clause=draft.cite(rule.clause), **facts)
            return
