"""What must be said wherever a plan is shown: proof and gap, what-if, made-up data, how walking was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from siteplanner.plan import Level, Plan
from siteplanner.report.names import label
from siteplanner.report.table import CellKind, show, show_with_unit
from siteplanner.texts import Lang, say
from siteplanner.units import half_up
from siteplanner.walked import WalkRecord

StampKind = Literal["what_if", "best_effort", "broken", "gap", "synthetic", "walking"]
GRAVE: tuple[StampKind, ...] = ("what_if", "best_effort", "broken", "gap")
_KINDS: dict[str, CellKind] = {"fen": "money", "count": "count", "seconds": "count", "walk_s": "count", "dm2": "area", "rank": "count"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A sentence that travels with the plan."""

    kind: StampKind
    text: str

    @property
    def grave(self) -> bool:
        """Return whether the plan must not be handed in as it is."""
        return self.kind in GRAVE


def stamps(plan: Plan, lang: Lang) -> tuple[Stamp, ...]:
    """Return the stamps of a plan, gravest first; none for a proven, lawful plan on real data and measured walks."""
    found: list[Stamp] = []
    if plan.what_if:
        found.append(Stamp("what_if", say("report.stamp.what_if", lang, clauses=joined(plan.what_if, lang))))
    if plan.best_effort:
        short = sum(1 for row in plan.services if row.status == "short")
        found.append(Stamp("best_effort", say("report.stamp.best_effort", lang, clauses=joined(plan.best_effort, lang), short=str(short))))
    broken = sorted({row.clause for row in plan.compliance if row.result == "broken"})
    if broken:
        found.append(Stamp("broken", say("report.stamp.broken", lang, clauses=joined(broken, lang))))
    if plan.status.status != "optimal":
        found.append(Stamp("gap", gap_sentence(plan, lang)))
    if plan.synthetic:
        found.append(Stamp("synthetic", say("report.stamp.synthetic", lang)))
    if plan.walks.method == "straight_line":
        found.append(Stamp("walking", walking_label(plan, lang)))
    return tuple(found)


def joined(words: tuple[str, ...] | list[str], lang: Lang) -> str:
    """Return words as a list in a sentence."""
    return ("、" if lang == "zh" else ", ").join(words)


def gap_sentence(plan: Plan, lang: Lang) -> str:
    """Return how far the plan may be from the best, level by level that is not proven."""
    parts = [
        say(
            "report.stamp.gap_level",
            lang,
            objective=objective_name(level.objective, lang),
            gap=show("share", level.gap, lang),
            value=level_amount(level, level.value, lang),
            bound=level_amount(level, level.bound, lang),
        )
        for level in plan.status.levels
        if not level.proven
    ]
    return say("report.stamp.gap", lang, levels=("；" if lang == "zh" else "; ").join(parts))


def objective_name(objective: str, lang: Lang) -> str:
    """Return the word for an objective; a preference of the law is named by its id."""
    kind, _, detail = objective.partition(".")
    return f"{label('objective', kind, lang)} {detail}".rstrip()


def level_amount(level: Level, amount: float, lang: Lang) -> str:
    """Return an objective value or bound with its unit; a dash where there is no bound."""
    if not math.isfinite(amount):
        return "—"
    text = show_with_unit(_KINDS[level.unit], half_up(Decimal(str(amount))), lang)
    words = {"seconds": "report.unit.dwelling_seconds", "walk_s": "report.unit.walk_seconds"}
    return say(words[level.unit], lang, number=text) if level.unit in words else text


def proof_sentence(plan: Plan, lang: Lang) -> str:
    """Return what the solver proved, in one sentence."""
    if plan.status.status != "optimal":
        return gap_sentence(plan, lang)
    return say("report.proof.optimal", lang, gap=show("share", plan.status.asked_gap, lang))


def walking_label(plan: Plan, lang: Lang) -> str:
    """Return how walking times were had, in one sentence."""
    return walking_sentence(plan.walks, lang)


def walking_sentence(walks: WalkRecord, lang: Lang) -> str:
    """Return the sentence: a table with its rounding, a road network with its slopes, or a straight line, each with its source."""
    unknown = say("report.walking.no_source", lang)
    speed, speed_source = walks.speed_m_per_s, walks.speed_source or unknown
    if walks.method == "table":
        return say("report.walking.table", lang, source=(walks.source or unknown) + _rounding(walks, lang))
    if walks.method == "roads":
        slope = "" if walks.slope in ("", "none") else say(f"report.walking.slope_{walks.slope}", lang)
        return say("report.walking.roads", lang, source=walks.source or unknown, speed=speed, speed_source=speed_source, slope=slope)
    return say("report.walking.straight_line", lang, detour=walks.detour or "1", speed=speed, source=speed_source)


def _rounding(walks: WalkRecord, lang: Lang) -> str:
    """Return how a table was rounded and how its boundary is read; empty for exact times."""
    if walks.rounded in ("", "exact"):
        return ""
    said = say(f"report.walking.rounded_{walks.rounded}", lang, step=str(walks.rounded_to_s))
    return said + (say(f"report.walking.boundary_{walks.boundary}", lang) if walks.boundary else "")


def walking_heading(method: str, lang: Lang) -> str:
    """Return the heading of a column of walking times had by a method."""
    return say(f"report.walking.heading_{method}", lang)
