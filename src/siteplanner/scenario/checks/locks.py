"""Checks of options locked in: together they must be possible."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from siteplanner.scenario.columns import in_words
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Option, Site
from siteplanner.scenario.sink import Sink


def _locked_in(draft: Draft) -> list[tuple[Parsed[Option], Parsed[Site] | None]]:
    sites = {site.row.id: site for site in draft.sites}
    return [(parsed, sites.get(parsed.row.site)) for parsed in draft.options if parsed.row.lock == "in"]


def locked_sites_agree(draft: Draft, sink: Sink) -> None:
    """Check that at most one locked option stands on a site and on a building group, and its site may be taken."""
    first: dict[Hashable, Parsed[Option]] = {}
    for parsed, site in _locked_in(draft):
        if site is not None and not site.row.available:
            sink.add("lock_unavailable", parsed.at("lock"), site=site.row.id, other=str(site.at("available")))
        for kind, name in _spots(parsed, site):
            other = first.setdefault((kind, name), parsed)
            if other is not parsed and not (kind == "group" and other.row.site == parsed.row.site):
                sink.add("lock_twice", parsed.at("lock"), seen=name, other=str(other.at("lock")))


def _spots(parsed: Parsed[Option], site: Parsed[Site] | None) -> Iterator[tuple[str, str]]:
    yield "site", parsed.row.site
    if site is not None and site.row.building_group:
        yield "group", site.row.building_group


def locked_kinds_allowed(draft: Draft, sink: Sink) -> None:
    """Check that a locked option is of a kind the scenario allows."""
    only = draft.settings.only_kinds
    for parsed, _ in _locked_in(draft):
        if only is not None and parsed.row.kind not in only:
            facts = in_words("seen", "options", "kind", parsed.row.kind) | in_words("allowed", "options", "kind", *only)
            sink.add("lock_kind", parsed.at("lock"), **facts)


def locked_premises_agree(draft: Draft, sink: Sink) -> None:
    """Check that premises are given up by one locked option at most, and not extended by another."""
    gone: dict[str, Parsed[Option]] = {}
    for parsed, _ in _locked_in(draft):
        for room in parsed.row.gives_up:
            other = gone.setdefault(room, parsed)
            if other is not parsed:
                sink.add("lock_premises", parsed.at("gives_up"), seen=room, other=str(other.at("gives_up")))
    for parsed, _ in _locked_in(draft):
        room_extended = parsed.row.extends
        if room_extended is not None and room_extended in gone and gone[room_extended] is not parsed:
            sink.add("lock_premises", parsed.at("extends"), seen=room_extended, other=str(gone[room_extended].at("gives_up")))
