"""Policies as plain tables: the list of packs, one pack's clauses, switches and inputs, and packs side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from siteplanner.policy.load import pack_ids, preview, raw_pack
from siteplanner.policy.wording import Cited, Node, amount, area_test, cited, cohort_names, deadline
from siteplanner.texts import Lang, say


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts: ``keys`` name the columns for programs, ``headings`` for people."""

    keys: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def records(self) -> list[dict[str, str]]:
        """Return one mapping a row, for ``--json``."""
        return [dict(zip(self.keys, row, strict=True)) for row in self.rows]


def _table(keys: Sequence[str], rows: Sequence[Sequence[str]], lang: Lang) -> Table:
    return Table(tuple(keys), tuple(say(f"policy.columns.{key}", lang) for key in keys), tuple(tuple(row) for row in rows))


def policy_table(lang: Lang) -> Table:
    """Return one row a bundled policy: id, place, number, title, in force, clauses by state."""
    rows = []
    for policy in pack_ids():
        tree = preview(raw_pack(policy), {}, {})
        document = tree["document"]
        rows.append(
            (policy, document["place"][lang], document["number"], document["title"][lang], in_force(tree, lang), states(tree, lang))
        )
    return _table(("policy", "place", "number", "title", "in_force", "states"), rows, lang)


def clause_table(
    policy: str, lang: Lang, switches: Mapping[str, str] | None = None, inputs: Mapping[str, str] | None = None, folder: Path | None = None
) -> Table:
    """Return one row a clause: where, state, text, values, dates, readings in force, figures the scenario states.

    The dates of a clause that names none are those of the document.

    Raises
    ------
    FileNotFoundError
        If there is no such pack.
    PackError
        If a switch or input does not fit it.
    """
    raw = raw_pack(policy, folder)
    tree = preview(raw, switches or {}, inputs or {})
    facts = cited(tree, lang)
    stop = say("policy.semicolon", lang)

    def lines(clause: str, sort: str) -> str:
        return stop.join(dict.fromkeys(fact.line(lang) for fact in facts if fact.clause == clause and fact.sort == sort))

    rows = [
        (
            clause["id"],
            str(clause["where"]),
            say(f"policy.state.{clause['state']}", lang),
            clause["text"][lang],
            lines(clause["id"], "value"),
            lines(clause["id"], "date") or in_force(tree, lang),
            stop.join(f"{name} = {tree['switches_in_force'][name]}" for name in clause.get("switches", ())),
            stop.join(name for name, need in raw.get("inputs", {}).items() if need["clause"] == clause["id"]),
        )
        for clause in tree["clauses"]
    ]
    return _table(("id", "where", "state", "text", "values", "dates", "readings", "inputs"), rows, lang)


def switch_table(policy: str, lang: Lang, switches: Mapping[str, str] | None = None, folder: Path | None = None) -> Table:
    """Return one row a switch: name, clause, meaning, choices, default, what is in force."""
    tree = preview(raw_pack(policy, folder), switches or {}, {})
    rows = [
        (name, s["clause"], s["text"][lang], " / ".join(s["choices"]), s["default"], tree["switches_in_force"][name])
        for name, s in tree.get("switches", {}).items()
    ]
    return _table(("name", "clause", "about", "choices", "default", "in_use"), rows, lang)


def input_table(policy: str, lang: Lang, folder: Path | None = None) -> Table:
    """Return one row a figure that the text does not give: name, clause, meaning, whether it is always needed."""
    rows = [
        (name, need["clause"], need["text"][lang], say(f"policy.need.{'optional' if need.get('optional') else 'required'}", lang))
        for name, need in raw_pack(policy, folder).get("inputs", {}).items()
    ]
    return _table(("name", "clause", "about", "needed"), rows, lang)


def compare_table(policies: Sequence[str], lang: Lang) -> Table:
    """Return packs side by side: one row a feature, one column a policy, under the default readings."""
    trees = [preview(raw_pack(policy), {}, {}) for policy in policies]
    rows = [(say(f"policy.feature.{name}", lang), *(tell(tree, lang) for tree in trees)) for name, tell in FEATURES.items()]
    return Table(("feature", *policies), (say("policy.columns.feature", lang), *(t["document"]["place"][lang] for t in trees)), tuple(rows))


def in_force(tree: Node, lang: Lang) -> str:
    """Return the dates a document is in force."""
    document = tree["document"]
    if document.get("in_force_to"):
        return say("policy.document.in_force_until", lang, day=str(document["in_force_from"]), end=str(document["in_force_to"]))
    return say("policy.document.in_force", lang, day=str(document["in_force_from"]))


def states(tree: Node, lang: Lang) -> str:
    """Return how many clauses a pack enforces, reports and leaves out of the model."""
    count = Counter(clause["state"] for clause in tree["clauses"])
    return say("policy.document.counts", lang, **{state: str(count[state]) for state in ("enforced", "reported", "not_modelled")})


def _joined(parts: Sequence[str], lang: Lang) -> str:
    kept = list(dict.fromkeys(part for part in parts if part))
    return say("policy.semicolon", lang).join(kept) or say("policy.nothing", lang)


def _by_standard(tell: Callable[[Node, Lang], str]) -> Callable[[Node, Lang], str]:
    """Return a feature that says the same of every class of estates."""

    def feature(tree: Node, lang: Lang) -> str:
        names = cohort_names(tree, lang)
        told = {names[standard["cohort"]]: tell(standard, lang) for standard in tree["standards"]}
        return _joined([Cited("", "value", name, text).line(lang) for name, text in told.items() if text], lang)

    return feature


def _area(standard: Node, lang: Lang) -> str:
    tests = [area_test(test, lang) for test in standard.get("tests", ())]
    return say("policy.comma", lang).join(tests) or say("policy.coverage_only", lang)


def _place(standard: Node, lang: Lang) -> str:
    rule = standard.get("place", {})
    ends = [say(f"policy.role.{end}", lang, amount=amount(rule[end], lang)) for end in ("min", "max") if rule.get(end)]
    if not ends:
        return say("policy.place.any", lang)
    return say("policy.comma", lang).join(ends) + say(f"policy.place.{rule.get('basis', 'gross')}", lang)


def _reach(standard: Node, lang: Lang) -> str:
    reach = standard["reach"]
    return say(f"policy.reach.{reach['mode']}", lang, **({"amount": amount(reach["limit"], lang)} if "limit" in reach else {}))


def _deadline(standard: Node, lang: Lang) -> str:
    return deadline(standard["deadline"], lang) if standard.get("deadline") else ""


def _milestones(tree: Node, lang: Lang) -> str:
    told = []
    for milestone in tree.get("milestones", ()):
        who = say(f"policy.milestone_unit.{milestone['unit']}", lang) + say(f"policy.per.{milestone['per']}", lang)
        towns = say("policy.comma", lang).join(milestone.get("townships", ()))
        where = say("policy.only_in", lang, towns=towns) if towns else ""
        told.append(
            say("policy.milestone", lang, day=str(milestone["date"]), who=who, where=where, share=amount(milestone["share"], lang))
            + (say("policy.operator", lang) if milestone.get("operator_required") else "")
        )
    return _joined(told, lang)


def _tiers(tree: Node, lang: Lang) -> str:
    told = [say("policy.tier", lang, name=tier["name"][lang], per=say(f"policy.per.{tier['per']}", lang)) for tier in tree.get("tiers", ())]
    return _joined(told, lang)


def _grants(tree: Node, lang: Lang) -> str:
    ids = {grant["name"][lang] for grant in tree.get("grants", ())}
    return _joined([fact.line(lang) for fact in cited(tree, lang) if fact.subject in ids and fact.sort == "value"], lang)


def _named(key: str) -> Callable[[Node, Lang], str]:
    return lambda tree, lang: _joined([row["name"][lang] for row in tree.get(key, ())], lang)


def _payer(tree: Node, lang: Lang) -> str:
    return _joined([funder["name"][lang] for funder in tree["funders"]], lang)


def _perspective(tree: Node, lang: Lang) -> str:
    return next((f["name"][lang] for f in tree["funders"] if f["id"] == tree["perspective"]), str(tree["perspective"]))


def _inputs(tree: Node, lang: Lang) -> str:
    needs = tree.get("inputs", {}).items()
    return _joined([say("policy.optional", lang, name=name) if need.get("optional") else name for name, need in needs], lang)


FEATURES: Mapping[str, Callable[[Node, Lang], str]] = {
    "title": lambda tree, lang: str(tree["document"]["title"][lang]),
    "number": lambda tree, lang: str(tree["document"]["number"]),
    "in_force": in_force,
    "states": states,
    "cohorts": lambda tree, lang: _joined(list(cohort_names(tree, lang).values()), lang),
    "area": _by_standard(_area),
    "place": _by_standard(_place),
    "reach": _by_standard(_reach),
    "deadline": _by_standard(_deadline),
    "milestones": _milestones,
    "tiers": _tiers,
    "ways": lambda tree, lang: _joined([way["term"] for way in tree["ways"]], lang),
    "grants": _grants,
    "recurring": _named("recurring"),
    "preferences": _named("preferences"),
    "perspective": _perspective,
    "payer": _payer,
    "inputs": _inputs,
    "switches": lambda tree, lang: _joined([f"{name} = {s['default']}" for name, s in tree.get("switches", {}).items()], lang),
}
