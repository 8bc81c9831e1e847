"""What the check found, as sentences: ids of kinds, funders, classes and measures under the names people know."""

from __future__ import annotations

import re
from collections.abc import Mapping

from siteplanner.plan import MARKET, Finding
from siteplanner.policy.schema import PolicyPack, Text
from siteplanner.report.names import coded
from siteplanner.texts import Lang, catalogue

_WORD = re.compile(r"(?<![\w/.-])[a-z][a-z_]*(?![\w/.-])")
_WORKS = "works"
_SPOKEN = ("kind", "cohort", "payer", "receiver", "stated", "found", "right", "status", "item")
"""Facts that may hold ids; all others are figures, days, places or what somebody wrote."""


def finding_text(finding: Finding, pack: PolicyPack | None, lang: Lang) -> str:
    """Return a finding as a sentence in the asked language."""
    words, works = _words(pack, lang), _labels("report.works", lang)
    facts = dict(finding.facts)
    for name in facts.keys() & {*_SPOKEN, _WORKS}:
        facts[name] = _in_words(facts[name], works if name == _WORKS else words)
    return coded("finding", finding.code, facts, lang)


def _in_words(fact: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words.get(found[0], found[0]), fact)


def _words(pack: PolicyPack | None, lang: Lang) -> Mapping[str, str]:
    """Return the names of ids; where two share an id, the law's own names come first."""
    named: list[tuple[str, Text]] = []
    if pack is not None:
        named += [(funder.id, funder.name) for funder in pack.funders]
        named += [(cohort.id, cohort.name) for cohort in pack.cohorts] + [(grant.id, grant.name) for grant in pack.grants]
    own = {key: text.zh if lang == "zh" else text.en for key, text in named}
    areas = ("report.kind", "report.line", "report.status", "reason.measure")
    shared = {key: word for area in areas for key, word in _labels(area, lang).items()}
    return {**shared, "min": _labels("report.unit", lang)["minutes"], MARKET: _labels("report.funder", lang)[MARKET], **own}


def _labels(area: str, lang: Lang) -> dict[str, str]:
    start = f"{area}."
    return {key.removeprefix(start): word for key, word in catalogue(lang).items() if key.startswith(start)}
