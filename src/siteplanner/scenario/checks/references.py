"""Checks of ids: each once, each reference to a row that is there, each word one the policy knows."""

from __future__ import annotations

from siteplanner.scenario.cells import split_ids
from siteplanner.scenario.columns import word_form
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.policy import policy_words
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawRow, RawTable

_REFERENCES = (
    ("estates", "adjacent", ("estates",)),
    ("sites", "estate", ("estates",)),
    ("premises", "estate", ("estates",)),
    ("options", "site", ("sites",)),
    ("options", "gives_up", ("premises",)),
    ("options", "extends", ("premises",)),
    ("walks", "estate", ("estates",)),
    ("walks", "place", ("sites", "premises", "estates")),
)
_WORDS = (
    ("estates", "cohort", "unknown_cohort"),
    ("premises", "kind", "unknown_premises_kind"),
    ("premises", "station_type", "unknown_term"),
    ("premises", "rating", "unknown_term"),
    ("options", "payer", "unknown_funder"),
    ("options", "source", "unknown_term"),
    ("options", "provenance", "unknown_term"),
    ("options", "station_type", "unknown_term"),
    ("options", "rating", "unknown_term"),
    ("budgets", "payer", "unknown_funder"),
    ("funds", "funder", "unknown_funder"),
)


def estates_are_given(draft: Draft, sink: Sink) -> None:
    """Check that there is at least one estate."""
    table = draft.raw["estates"]
    if table.readable and not table.rows:
        sink.add("no_estates", table.where)


def ids_are_unique(draft: Draft, sink: Sink) -> None:
    """Check that no id stands twice in a table."""
    for table in draft.raw.values():
        first: dict[str, RawRow] = {}
        for row in table.rows if table.spec.id_key else []:
            name = table.row_id(row)
            if name and name in first:
                sink.add("duplicate_id", table.locate(row, table.spec.id_key), seen=name, other=str(table.locate(first[name])))
            first.setdefault(name, row)


def places_share_ids(draft: Draft, sink: Sink) -> None:
    """Check that estates, sites, clusters and premises draw their ids from one pool, since walks may lead to any of them."""
    taken: dict[str, tuple[str, str]] = {}
    for name, key in (("estates", "estate"), ("sites", "site"), ("premises", "premises"), ("sites", "cluster")):
        table = draft.raw[name]
        for row in table.rows:
            place = row.cells.get(key)
            if place is None:
                continue
            pool, other = taken.setdefault(place, (f"{name}.{key}", str(table.locate(row, key))))
            if pool != f"{name}.{key}":
                sink.add("id_taken", table.locate(row, key), seen=place, other=other)


def references_exist(draft: Draft, sink: Sink) -> None:
    """Check that each id that a row names is the id of a row; a list of ids names none twice."""
    for name, key, targets in _REFERENCES:
        tables = [draft.raw[target] for target in targets]
        known = set().union(*(table.ids() for table in tables))
        if not all(table.readable for table in tables):
            continue
        if not known:
            _note_missing(draft, name, key, targets, sink)
            continue
        named = " / ".join(table.where.sheet or table.where.file if table.given else table.spec.name for table in tables)
        table = draft.raw[name]
        many = table.spec.columns[key].holds == "ids"
        for row in table.rows:
            cell = row.cells.get(key)
            if cell is None or cell in known:
                continue
            parts = split_ids(cell) if many else (cell,)
            for part in sorted(set(parts)):
                if part not in known:
                    sink.add_unknown("unknown_id", table.locate(row, key), part, known, table=named)
                elif parts.count(part) > 1:
                    sink.add("listed_twice", table.locate(row, key), seen=part)


def _note_missing(draft: Draft, name: str, key: str, targets: tuple[str, ...], sink: Sink) -> None:
    """Say once that a table is missing to which rows refer; missing estates are noted anyway."""
    if "estates" in targets:
        return
    table, target = draft.raw[name], draft.raw[targets[0]]
    first = next((row for row in table.rows if key in row.cells), None)
    if first is not None:
        facts = {"table_zh": target.spec.title, "table_en": target.spec.name}
        sink.add("table_missing", table.locate(first, key), seen=first.cells[key], **facts)


def policy_words_exist(draft: Draft, sink: Sink) -> None:
    """Check that funders, kinds of premises, cohorts and the law's other terms are among those of the policy."""
    if draft.pack is None:
        return
    words = policy_words(draft.pack)
    for name, key, code in _WORDS:
        known = words[name].get(key)
        table = draft.raw[name]
        for row in table.rows if known is not None else []:
            cell = row.cells.get(key)
            if cell is not None and known is not None and word_form(cell) not in known:
                clause = _clause_of_words(draft, key)
                allowed = sorted(set(known.values())) if cell.isascii() else [word for word in known if not word.isascii()]
                sink.add_unknown(code, table.locate(row, key), cell, allowed, clause=clause, name=_heading(table, key))


def _heading(table: RawTable, key: str) -> str:
    return table.position[key][1] if key in table.position else key


def _clause_of_words(draft: Draft, key: str) -> str:
    """Return the clause that lists the words of a column, cited; empty where no clause does."""
    pack = draft.pack
    if pack is None:
        return ""
    if key == "cohort":
        return draft.cite(pack.cohorts[0].clause)
    if key == "kind":
        return draft.cite(pack.premises_kinds[0].clause) if pack.premises_kinds else ""
    return draft.cite(pack.terms[key][0].clause) if pack.terms.get(key) else ""
