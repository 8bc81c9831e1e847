"""Put the values of a previewed pack into words: every number, date and step, by the clause it comes from.

Works on the plain tree of `load.preview`, where a figure the scenario has not stated stays ``{"input": NAME}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from siteplanner.texts import Lang, say

Node = Mapping[str, Any]
_WAN = 10_000
_BOUND = {"exact": "amount", "at_least": "at_least", "at_most": "at_most"}


@dataclass(frozen=True, slots=True)
class Cited:
    """One value or date of a pack in words, with its clause and what it belongs to (an estate class, a grant, …)."""

    clause: str
    sort: Literal["value", "date"]
    subject: str
    text: str

    def line(self, lang: Lang) -> str:
        """Return subject and text in one phrase."""
        return say("policy.of", lang, subject=self.subject, text=self.text) if self.subject else self.text


def cited(tree: Node, lang: Lang) -> tuple[Cited, ...]:
    """Return every value and date of a pack in words, in the pack's order, without repeats."""
    names = cohort_names(tree, lang)
    found: dict[Cited, None] = {}
    for key, child in tree.items():
        if key not in ("document", "clauses", "switches", "inputs"):
            found.update(dict.fromkeys(_walk(child, "", key, "", names, lang)))
    return tuple(found)


def cohort_names(tree: Node, lang: Lang) -> dict[str, str]:
    """Return the names of a pack's classes of estates by id."""
    return {cohort["id"]: cohort["name"][lang] for cohort in tree.get("cohorts", ())}


def _walk(node: object, subject: str, role: str, clause: str, names: Mapping[str, str], lang: Lang) -> Iterator[Cited]:
    if isinstance(node, list):
        for child in node:
            yield from _walk(child, subject, role, clause, names, lang)
        return
    if not isinstance(node, Mapping):
        return
    subject, clause = _subject(node, names, lang) or subject, str(node.get("clause") or clause)
    if "value" in node and "unit" in node:
        yield Cited(clause, "value", subject, say(f"policy.role.{role}", lang, amount=amount(node, lang)))
        return
    yield from _own_words(node, subject, clause, lang)
    spoken = {"amount", "above", "from", "to", "below"} if "amount" in node else {"value"} if "test" in node else set()
    for key, child in node.items():
        if key == "amounts":
            for figure in child.values():
                yield from _walk(figure, subject, _BOUND[node.get("bound", "exact")], clause, names, lang)
        elif key not in spoken:
            yield from _walk(child, subject, key, clause, names, lang)


def _subject(node: Node, names: Mapping[str, str], lang: Lang) -> str:
    if "tests" in node or "reach" in node:
        return names.get(str(node.get("cohort")), "")
    label = node.get("name") or (node.get("text") if "table" in node else None)
    return str(label[lang]) if isinstance(label, Mapping) else ""


def _own_words(node: Node, subject: str, clause: str, lang: Lang) -> Iterator[Cited]:
    """Yield what a node says as a whole: an area test, a grant step, a date, a class's dated test, a permit's price."""
    if "test" in node:
        yield Cited(str(node["value"]["clause"]), "value", subject, area_test(node, lang))
    if "amount" in node:
        yield Cited(str(node["amount"]["clause"]), "value", subject, step(node, lang))
    if "date" in node:
        yield Cited(clause, "date", subject, deadline(node, lang))
    for end in ("before", "from", "after"):
        day = node.get(end)
        if day is not None and ("event" in node or node.get("field") == "ready"):
            what = say(f"policy.event.{node.get('event', 'ready')}", lang)
            yield Cited(clause, "date", subject, say(f"policy.day.{end}", lang, what=what, day=plain(day, lang)))
    for key in ("since", "by"):
        if node.get(key) is not None and not isinstance(node[key], Mapping):
            yield Cited(clause, "date", subject, say(f"policy.day.{key}", lang, day=str(node[key])))
    for key in ("cost_yuan", "days"):
        if key in node:
            yield Cited(clause, "value", subject, say(f"policy.role.{key}", lang, amount=plain(node[key], lang)))


def plain(raw: object, lang: Lang) -> str:
    """Return a number or date as text, or say that the scenario states it."""
    if isinstance(raw, Mapping) and "input" in raw:
        return say("policy.by_input", lang, name=str(raw["input"]))
    return str(raw)


def amount(value: Node, lang: Lang) -> str:
    """Return a value with its unit: shares in percent, large sums in 万元 in Chinese."""
    raw, unit = value["value"], str(value["unit"])
    if isinstance(raw, Mapping):
        return plain(raw, lang)
    number = Decimal(str(raw))
    if unit == "share":
        return f"{number * 100:f}".rstrip("0").rstrip(".") + "%" if "." in f"{number * 100:f}" else f"{number * 100:f}%"
    if unit == "yuan" and lang == "zh" and number >= _WAN and number % 1000 == 0:
        return say("policy.unit.wan", lang, number=f"{number / _WAN:f}".rstrip("0").rstrip(".") if number % _WAN else f"{number / _WAN:f}")
    return say(f"policy.unit.{unit}", lang, number=f"{number:,f}")


def area_test(test: Node, lang: Lang) -> str:
    """Return one area test in words, with its rounding and what a household is."""
    text = say(f"policy.test.{test['test']}", lang, amount=amount(test["value"], lang))
    if test["test"] == "per_hundred":
        text += say(f"policy.rounding.{test.get('rounding', 'pro_rata')}", lang)
        text += say("policy.per_household", lang) if test.get("per") == "household" else ""
    return text


def step(node: Node, lang: Lang) -> str:
    """Return one step of a grant in words: for which works, or for which band of area, how much."""
    if "works" in node:
        ways = say("policy.comma", lang).join(say(f"report.works.{works}", lang) for works in node["works"])
        return say("policy.step", lang, what=ways, amount=amount(node["amount"], lang))
    given = [end for end in ("above", "from", "to", "below") if end in node and node[end]["value"] != 0]
    ends = [say(f"policy.end.{end}", lang, amount=amount(node[end], lang)) for end in given]
    return say("policy.step", lang, what=say("policy.comma", lang).join(ends), amount=amount(node["amount"], lang))


def deadline(node: Node, lang: Lang) -> str:
    """Return a deadline or milestone date in words, with whether the day itself is in time."""
    return say(f"policy.deadline.{node.get('day', 'included')}", lang, day=plain(node["date"], lang))
