"""Checks of the scenario file itself against the policy and the horizon."""

from __future__ import annotations

from datetime import timedelta

from siteplanner.scenario.draft import Draft
from siteplanner.scenario.schema import BEST_EFFORT, KEPT, Waivers
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.waive import waivable

ALL_PUBLIC = "all_public"
_FULL = 100


def perspective_is_a_funder(draft: Draft, sink: Sink) -> None:
    """Check that the perspective is a public funder of the policy, or all public money."""
    stated = draft.settings.perspective
    if draft.pack is None or stated is None:
        return
    allowed = [*(funder.id for funder in draft.pack.funders if funder.public), ALL_PUBLIC]
    if stated not in allowed:
        sink.add_unknown("unknown_perspective", draft.key("perspective"), stated, allowed)


def standards_not_laxer(draft: Draft, sink: Sink) -> None:
    """Check that a wider circle or a smaller area than the law's is allowed only in a what-if run."""
    own = draft.settings.standards
    if own.reach_minutes is not None and own.reach_minutes * 60 % 1:
        sink.add("too_fine", draft.key("standards", "reach_minutes"), seen=str(own.reach_minutes))
    if draft.pack is None or draft.settings.what_if or not draft.sure("standards", "what_if"):
        return
    reaches = [standard.reach for standard in draft.pack.standards if standard.reach.mode == "walk"]
    for reach in reaches:
        if own.reach_minutes is not None and reach.limit is not None and own.reach_minutes > reach.limit.value:
            facts = {"seen": str(own.reach_minutes), "limit": str(reach.limit.value)}
            sink.add("wider_circle", draft.key("standards", "reach_minutes"), clause=draft.cite(reach.limit.clause), **facts)
            break
    tests = [test for standard in draft.pack.standards for test in standard.tests]
    if own.area_percent is not None and own.area_percent < _FULL and tests:
        clause = draft.cite(tests[0].value.clause)
        sink.add("lower_standard", draft.key("standards", "area_percent"), clause=clause, seen=str(own.area_percent))


def waivers_are_known(draft: Draft, sink: Sink) -> None:
    """Check that rules are waived in what-if runs only, and that there are such rules and estates."""
    waive = draft.settings.waive
    if draft.pack is None or not draft.sure("waive", "what_if"):
        return
    if waive != Waivers() and not draft.settings.what_if:
        sink.add("waiver_not_what_if", draft.key("waive"), seen="waive")
    allowed = {"rules": waivable(draft.pack), "estates": tuple(sorted(parsed.row.id for parsed in draft.estates))}
    for key, stated in (("rules", waive.rules), ("estates", waive.estates)):
        for name in stated:
            if name not in allowed[key]:
                sink.add_unknown("unknown_waiver", draft.key("waive", key), name, allowed[key])


def kept_rules_are_known(draft: Draft, sink: Sink) -> None:
    """Check that what repairs must never touch is named by a kind of rule, alone or before a colon."""
    for name in draft.settings.never_touch:
        if name.partition(":")[0] not in KEPT:
            sink.add_unknown("unknown_keep", draft.key("never_touch"), name, KEPT)


def dates_in_horizon(draft: Draft, sink: Sink) -> None:
    """Check that the base date and the periods lie within the horizon, the periods in order and after the base date."""
    if not draft.sure("finance", "base_date"):
        return
    settings = draft.settings
    span = {"first": str(settings.finance.base_year), "last": str(draft.last_year())}
    if not settings.finance.base_year <= settings.base_date.year <= draft.last_year():
        sink.add("base_date_outside", draft.key("base_date"), seen=settings.base_date.isoformat(), **span)
    # The first period may be the base date itself.
    before = settings.base_date - timedelta(days=1)
    for period in settings.periods:
        if period <= before or period.year > draft.last_year():
            sink.add("bad_period", draft.key("periods"), seen=period.isoformat(), after=before.isoformat(), **span)
        before = max(before, period)


def walking_is_complete(draft: Draft, sink: Sink) -> None:
    """Check that walking by straight line or by roads states its speed, where that speed comes from, and its detour factor or roads."""
    walking = draft.settings.walking
    if not draft.sure("walking") or walking.method == "table":
        return
    stated: dict[str, object] = {"speed_m_per_s": walking.speed_m_per_s, "speed_source": walking.speed_source}
    straight = walking.method == "straight_line"
    stated |= {"detour": walking.detour} if straight else {"roads": walking.roads}
    clause = walk_clause(draft)
    for key, value in stated.items():
        if not value:
            code = "walking_incomplete" if straight else "roads_incomplete"
            sink.add(code, draft.key("walking", key), clause=clause, name=f"walking.{key}")


def walk_clause(draft: Draft) -> str:
    """Return the clause under which places are reached on foot, cited; empty when there is none."""
    reaches = [standard.reach for standard in draft.pack.standards] if draft.pack else []
    return next((draft.cite(reach.clause) for reach in reaches if reach.mode == "walk"), "")


def best_effort_comes_first(draft: Draft, sink: Sink) -> None:
    """Check that no other objective stands before one of best effort: without any duty the least cost is to do nothing."""
    names = draft.settings.objective
    late = [name for n, name in enumerate(names) if name in BEST_EFFORT and any(other not in BEST_EFFORT for other in names[:n])]
    for name in late:
        sink.add("best_effort_late", draft.key("objective"), seen=name)


def objectives_once(draft: Draft, sink: Sink) -> None:
    """Check that no objective, kind or preference is listed twice."""
    prefer = draft.settings.prefer
    lists: dict[tuple[str, ...], tuple[str, ...]] = {
        ("objective",): draft.settings.objective,
        ("only_kinds",): draft.settings.only_kinds or (),
        ("prefer", "kinds"): prefer.kinds if prefer else (),
    }
    for path, names in lists.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            sink.add("listed_twice", draft.key(*path), seen=name)
