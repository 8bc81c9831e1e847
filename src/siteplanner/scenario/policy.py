"""Find the scenario's policy pack and say, located, why it cannot be resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siteplanner.errors import Location
from siteplanner.policy.load import PackError, PackFault, pack_ids, raw_pack, resolve
from siteplanner.policy.schema import Cohort, Funder, PolicyPack, PremisesKind, Term
from siteplanner.scenario.cells import Day, Number, Share
from siteplanner.scenario.columns import word_form
from siteplanner.scenario.files import Folder
from siteplanner.scenario.nodes import Branch, locate
from siteplanner.scenario.rows import Words
from siteplanner.scenario.schema import Settings
from siteplanner.scenario.sink import Sink, cite
from siteplanner.texts import Lang

PackTree = Mapping[str, Any]
_STAND_INS = {"date": "2000-01-01", "share": "0", "by_name": "-=1"}
_SCENARIO_FAULTS = ("unknown_switch", "bad_choice", "unknown_input", "missing_input", "bad_input")
_FORMS = {
    **dict.fromkeys(("minutes", "yuan", "number", "days"), "120"),
    "date": "YYYY-MM-DD",
    "share": "0 … 1",
    "by_name": "A=1000; B=2000",
}


@dataclass(frozen=True, slots=True)
class FoundPack:
    """The resolved pack; not `firm` when switches or inputs were at fault and stand-ins took their place.

    A pack that is not firm serves only to check names and ways; the scenario is refused anyway.
    """

    pack: PolicyPack | None
    firm: bool


def policy_names(pack: PolicyPack, lang: Lang) -> dict[str, dict[str, dict[str, str]]]:
    """Return, by table and column, the ids a policy knows and what each is called in a language."""

    def named(rows: Iterable[Funder | Cohort | PremisesKind | Term]) -> dict[str, str]:
        return {row.id: row.name.zh if lang == "zh" else row.id for row in rows}

    tested = {cohort.when.cohort for cohort in pack.cohorts if cohort.when.cohort}
    classes = [cohort for cohort in pack.cohorts if not tested or cohort.id in tested]
    terms = {key: named(words) for key, words in pack.terms.items()}
    return {
        "estates": {"cohort": {**{name: name for name in sorted(tested)}, **named(classes)}},
        "premises": {"kind": named(pack.premises_kinds), **{key: terms[key] for key in ("station_type", "rating") if key in terms}},
        "options": {"payer": named(pack.funders), **terms},
        "budgets": {"payer": named(pack.funders)},
        "funds": {"funder": named(pack.funders)},
    }


def policy_words(pack: PolicyPack) -> dict[str, Words]:
    """Return, by table and column, every word a policy knows (id, or name in Chinese) → the id."""
    ids, names = policy_names(pack, "en"), policy_names(pack, "zh")
    return {
        table: {
            key: {word_form(spelt): name for known in (names[table][key], column) for name, spelt in known.items()}
            for key, column in columns.items()
        }
        for table, columns in ids.items()
    }


def provisional_pack(raw: PackTree, inputs: Mapping[str, str]) -> PolicyPack:
    """Return a pack for its words and rules only: inputs that are missing or at fault are replaced by stand-ins."""
    return _resolve_leniently(raw, {}, inputs)[0]


def find_pack(settings: Settings, unsure: frozenset[str], tree: Branch, folder: Folder, given: PackTree | None) -> FoundPack:
    """Return the policy of a scenario: `given`, a bundled one by id, or a ``.yaml`` file of the folder."""
    sink = folder.sink
    where = locate(tree, ("policy",))
    if given is None and "policy" in unsure:
        return FoundPack(None, False)
    try:
        raw = given if given is not None else _read(settings.policy, where, folder)
        if raw is not None:
            return _resolve(raw, settings, unsure, tree, sink)
    except PackError as error:
        for fault in error.faults:
            detail = ": ".join(part for part in (fault.name, fault.seen) if part)
            sink.add("bad_policy", where, seen=settings.policy, detail=detail)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        # An office's own pack may have any shape; what does not even look like a pack ends here.
        sink.add("bad_policy", where, seen=settings.policy, detail=f"{type(error).__name__}: {error}")
    return FoundPack(None, False)


def _read(policy: str, where: Location, folder: Folder) -> PackTree | None:
    if policy.endswith(".yaml"):
        # Read afresh: the file may have been corrected since it was last read in this process.
        return None if folder.read(policy, where) is None else raw_pack.__wrapped__(policy, folder.path)
    if policy not in pack_ids():
        folder.sink.add_unknown("unknown_policy", where, policy, pack_ids())
        return None
    return raw_pack(policy)


def _resolve(raw: PackTree, settings: Settings, unsure: frozenset[str], tree: Branch, sink: Sink) -> FoundPack:
    inputs, bad = _tidy_inputs(raw, settings.inputs)
    pack, faults = _resolve_leniently(raw, settings.switches, inputs)
    for fault in faults:
        if fault.code != "missing_input" or not (fault.name in bad or "inputs" in unsure):
            _explain(fault, pack, tree, sink)
    for name in bad:
        need = pack.inputs[name]
        where = locate(tree, ("inputs", name))
        sink.add("bad_input", where, clause=cite(pack, need.clause), name=name, seen=settings.inputs[name], form=_FORMS[need.type])
    return FoundPack(pack, not faults and not bad)


def _tidy_inputs(raw: PackTree, given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the readable inputs in canonical form (ISO dates, plain numbers) and the names of the others."""
    tidy, bad = dict(given), []
    for name, need in (raw.get("inputs") or {}).items():
        if name in given:
            try:
                tidy[name] = _canonical(str(need["type"]), given[name])
            except ValidationError:
                bad.append(name)
                del tidy[name]
    return tidy, tuple(bad)


def _canonical(kind: str, text: str) -> str:
    if kind == "date":
        return TypeAdapter[date](Day).validate_python(text).isoformat()
    if kind == "by_name":
        return text
    return format(TypeAdapter[Decimal](Share if kind == "share" else Number).validate_python(text), "f")


def _resolve_leniently(raw: PackTree, switches: Mapping[str, str], inputs: Mapping[str, str]) -> tuple[PolicyPack, tuple[PackFault, ...]]:
    """Resolve a pack; what is at fault is replaced by a default or a stand-in and handed back."""
    faults: tuple[PackFault, ...] = ()
    while True:
        try:
            return resolve(raw, switches, inputs), faults
        except PackError as error:
            new = tuple(fault for fault in error.faults if fault not in faults)
            if not new or any(fault.code not in _SCENARIO_FAULTS for fault in new):
                raise
        faults += new
        at_fault = {fault.name for fault in new}
        stand_ins = {f.name: _STAND_INS.get(f.allowed[0], "1") for f in new if f.code in ("missing_input", "bad_input")}
        switches = {name: choice for name, choice in switches.items() if name not in at_fault}
        inputs = {**{name: text for name, text in inputs.items() if name not in at_fault}, **stand_ins}


def _explain(fault: PackFault, pack: PolicyPack, tree: Branch, sink: Sink) -> None:
    about_input = fault.code.endswith("_input")
    where = locate(tree, ("inputs" if about_input else "switches", fault.name))
    clause = cite(pack, fault.clause) if fault.clause else ""
    if fault.code in ("unknown_switch", "unknown_input"):
        sink.add_unknown(fault.code, where, fault.name, fault.allowed)
    elif fault.code == "bad_choice":
        sink.add_unknown("bad_switch", where, fault.seen, fault.allowed, clause=clause, name=fault.name)
    else:
        text = pack.inputs[fault.name].text
        facts = {"name": fault.name, "seen": fault.seen, "form": _FORMS[fault.allowed[0]], "about_zh": text.zh, "about_en": text.en}
        sink.add(fault.code, where, clause=clause, **facts)
