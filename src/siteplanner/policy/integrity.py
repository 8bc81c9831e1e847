"""Does a pack hold together: whatever it names (clauses, funders, cohorts, station types, switches) must exist in it.

And what it may say in one way only, it must say in one way: ids, and the area basis of its area tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from siteplanner.policy.schema import PolicyPack


@dataclass(frozen=True, slots=True)
class Dangling:
    """A value in a pack that stands for nothing, or that clashes with another: where, what, and what may stand there."""

    path: str
    seen: str
    known: tuple[str, ...]


def dangling(pack: PolicyPack) -> tuple[Dangling, ...]:
    """Return every dangling, doubled or clashing value of a pack, in the pack's order."""
    return (*_clauses(pack), *_funders(pack), *_cohorts(pack), *_station_types(pack), *_switches(pack), *_doubled(pack), *_bases(pack))


def _walk(node: object, path: str) -> Iterator[tuple[str, str, object]]:
    """Yield (path, field name, value) of every field of a model tree."""
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            value = getattr(node, name)
            yield f"{path}.{name}".lstrip("."), name, value
            yield from _walk(value, f"{path}.{name}".lstrip("."))
    elif isinstance(node, tuple | list):
        for number, child in enumerate(node):
            yield from _walk(child, f"{path}.{number}")
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _walk(child, f"{path}.{key}")


def _names(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(v) for v in value) if isinstance(value, Iterable) else ()


def _missing(pack: PolicyPack, fields: set[str], known: Iterable[str]) -> Iterator[Dangling]:
    allowed = tuple(known)
    for path, name, value in _walk(pack, ""):
        if name in fields:
            yield from (Dangling(path, seen, allowed) for seen in _names(value) if seen and seen not in allowed)


def _clauses(pack: PolicyPack) -> Iterator[Dangling]:
    yield from _missing(pack, {"clause", "provided_clause", "in_force_clause", "kinds_clause"}, [clause.id for clause in pack.clauses])


def _funders(pack: PolicyPack) -> Iterator[Dangling]:
    known = [funder.id for funder in pack.funders]
    yield from _missing(pack, {"payer", "running_payer", "receiver", "funder"}, known)
    if pack.perspective not in [*known, "all_public"]:
        yield Dangling("perspective", pack.perspective, (*known, "all_public"))
    if any(way.kind == "developer" for way in pack.ways) and "developer" not in known:
        yield Dangling("funders", "developer", tuple(known))


def _cohorts(pack: PolicyPack) -> Iterator[Dangling]:
    known = [cohort.id for cohort in pack.cohorts]
    rules = ("standards", "named_exemptions", "delivery_rules", "cluster", "milestones", "in_lieu", "counters")
    for rule in rules:
        for path, name, value in _walk(getattr(pack, rule), rule):
            if name in ("cohort", "cohorts"):
                yield from (Dangling(path, seen, tuple(known)) for seen in _names(value) if seen not in known)
    with_standard = {standard.cohort for standard in pack.standards}
    yield from (Dangling("standards", cohort, tuple(sorted(with_standard))) for cohort in known if cohort not in with_standard)


def _station_types(pack: PolicyPack) -> Iterator[Dangling]:
    if "station_type" in pack.terms:
        yield from _missing(pack, {"station_type", "station_types"}, [term.id for term in pack.terms["station_type"]])


def _switches(pack: PolicyPack) -> Iterator[Dangling]:
    known = tuple(pack.switches)
    for clause in pack.clauses:
        yield from (Dangling(f"clauses.{clause.id}.switches", name, known) for name in clause.switches if name not in known)
    for name, switch in pack.switches.items():
        if switch.default not in switch.choices:
            yield Dangling(f"switches.{name}.default", switch.default, switch.choices)


def _doubled(pack: PolicyPack) -> Iterator[Dangling]:
    """Ids that are given twice within one list, and ways that say the same kind and works twice."""
    lists = {name: getattr(pack, name) for name in type(pack).model_fields if isinstance(getattr(pack, name), tuple)}
    for name, rows in lists.items():
        ids = Counter(row.id for row in rows if hasattr(row, "id"))
        yield from (Dangling(f"{name}.{key}", key, ()) for key, count in ids.items() if count > 1)
    standards = Counter(standard.cohort for standard in pack.standards)
    yield from (Dangling(f"standards.{key}", key, ()) for key, count in standards.items() if count > 1)


def _bases(pack: PolicyPack) -> Iterator[Dangling]:
    """Area bases of area tests that differ: a place's m² are shared out on one basis, gross or net, throughout a pack."""
    tested = [(number, standard.area_basis) for number, standard in enumerate(pack.standards) if standard.tests]
    for number, basis in tested[1:]:
        if basis != tested[0][1]:
            yield Dangling(f"standards.{number}.area_basis", basis, (tested[0][1],))
