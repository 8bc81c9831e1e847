"""Why there is no plan: what stays short at best, what clashes, where candidates are too few, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from siteplanner.case.case import Case
from siteplanner.explain.candidates import Lack, find_lack
from siteplanner.explain.clash import Clock, find_clash
from siteplanner.explain.nouns import Cause, Explanation
from siteplanner.explain.repairs import find_repairs
from siteplanner.explain.rules import need_facts
from siteplanner.explain.shortage import find_shortages
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.levels import Progress
from siteplanner.texts import LANGS, say

SECONDS = 240.0
"""Seconds after which nothing new is asked: what is known by then is shown."""
_LACK_S = 60.0
_SHOWN = 20


def explain(case: Case, *, confirmed: bool, progress: Progress | None = None, crew: Crew = ALONE) -> Explanation:
    """Explain why a case has no plan, in clauses, m², yuan, minutes and days, showing progress on the way.

    The crew solves the parts of the plans that repairs are tried by.
    """
    clock = Clock.of(SECONDS, progress, crew)
    lack = find_lack(case, _LACK_S)
    clash = find_clash(case, clock)
    shortages = find_shortages(case)
    repairs, complete = find_repairs(case, clash, lack, clock)
    office = ("locked_out", "site_unavailable", "starts_after_periods")
    causes = (*_left_out(case, ("kind_left_out",)), *_short(case, lack), *_left_out(case, office))
    return Explanation(causes, confirmed, clash, shortages, repairs, complete)


def _left_out(case: Case, codes: Iterable[str]) -> Iterator[Cause]:
    """Yield what the office itself took off the table: kinds not asked for, options locked out, sites not available."""
    kinds = case.scenario.settings.only_kinds or ()
    listed = {lang: [say(f"input.word.options.kind.{kind}", lang) for kind in kinds] for lang in LANGS}
    facts = {"kinds_zh": "、".join(listed["zh"]), "kinds_en": ", ".join(listed["en"])}
    for code in codes:
        count = sum(1 for rejected in case.rejected if rejected.code == code)
        if count:
            yield Cause(f"office_{code}", "", {"count": str(count), **facts})


def _short(case: Case, lack: Lack) -> Iterator[Cause]:
    """Yield the estates that stay short even if every candidate is used and no budget binds."""
    needs = {need.id: need for need in case.needs}
    if len(lack.short) > _SHOWN:
        yield Cause("many_short", "", {"count": str(len(lack.short)), "shown": str(_SHOWN)})
    for estate, (area, _) in [*lack.short.items()][:_SHOWN]:
        need, reach = needs[estate], case.reach[estate]
        facts = {
            **need_facts(case, need),
            "short": f"{area / 100:.2f}",
            "candidates": str(sum(1 for offer in case.offers if offer.place in reach)),
            "premises": str(sum(1 for place in reach if place in case.held)),
        }
        yield Cause("estate_short" if area else "estate_bare", need.clause, facts)
