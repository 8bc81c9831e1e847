"""What an explanation of "no plan" is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from siteplanner.errors import SiteplannerError
from siteplanner.explain.rules import Facts, Rule, phrase
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say
from siteplanner.units import fen_to_yuan

MOST_PARTS, MOST_SHORTAGES = 12, 10
"""Parts of a repair that its sentence lists, and shortages that the text shows; ``--json`` has all."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One sentence of an explanation: catalogue key ``<area>.<code>``, the clause it rests on, facts.

    A fact that differs by language is given as ``<name>_zh`` and ``<name>_en`` and used as ``<name>``.
    """

    code: str
    clause: str
    facts: Facts = field(default_factory=dict)
    area: str = "explain"

    def text(self, lang: Lang) -> str:
        """Return the sentence in a language."""
        cited = f" [{self.clause}]" if self.clause else ""
        return phrase(f"{self.area}.{self.code}", lang, self.facts) + cited


@dataclass(frozen=True, slots=True)
class Clash:
    """Rules and inputs that cannot all hold. ``minimal``: without any one of them the others can (each was tried)."""

    rules: tuple[Rule, ...]
    inputs: tuple[Cause, ...]
    minimal: bool


@dataclass(frozen=True, slots=True)
class Shortage:
    """Estates that need more than all places in their reach can hold: a sum anybody can check.

    ``needs`` maps estate to dm² and ``places`` maps every place within reach of any of them to the most dm² it can hold.
    """

    day: str
    needs: Mapping[str, int]
    places: Mapping[str, int]

    @property
    def needed_dm2(self) -> int:
        """Return what the estates need together."""
        return sum(self.needs.values())

    @property
    def held_dm2(self) -> int:
        """Return what the places hold together at most."""
        return sum(self.places.values())

    @property
    def lacking_dm2(self) -> int:
        """Return what is lacking whatever is chosen."""
        return self.needed_dm2 - self.held_dm2


@dataclass(frozen=True, slots=True)
class Repair:
    """One change after which there is a plan. ``apply`` makes it; the plan that follows costs ``cost_fen``.

    ``parts`` are what the sentence lists, ``raised`` the budget lines that must grow as well. ``touches`` are the names by which the
    office may forbid it, ``clauses`` those of the law it departs from (then it is a what-if), ``extra_fen`` what it adds to
    budgets, ``edits`` how to write it into a scenario file.
    """

    code: str
    facts: Facts
    touches: tuple[str, ...]
    apply: Callable[[Scenario], Scenario]
    edits: str
    clauses: tuple[str, ...] = ()
    extra_fen: int = 0
    cost_fen: int | None = None
    parts: tuple[Facts, ...] = ()
    raised: tuple[Facts, ...] = ()

    def text(self, lang: Lang) -> str:
        """Return what to change, in a sentence."""
        parts = _listed(f"reason.repair.{self.code}_part", self.parts, lang)
        money = _listed("reason.repair.money_part", self.raised, lang)
        also = say("reason.repair.and_money", lang, parts=money) if money else ""
        stamp = say("reason.repair.what_if", lang, clauses=", ".join(self.clauses)) if self.clauses else ""
        return phrase(f"reason.repair.{self.code}", lang, {**self.facts, "parts": parts}) + also + stamp


def _listed(key: str, facts: tuple[Facts, ...], lang: Lang) -> str:
    shown = [phrase(key, lang, row) for row in facts[:MOST_PARTS]]
    return ("；" if lang == "zh" else "; ").join([*shown, *(["…"] if len(facts) > MOST_PARTS else [])])


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why no plan can obey the rules; ``confirmed`` when infeasibility was found a second way.

    ``complete`` is false where time ran out before every repair was tried.
    """

    causes: tuple[Cause, ...]
    confirmed: bool
    clash: Clash | None = None
    shortages: tuple[Shortage, ...] = ()
    repairs: tuple[Repair, ...] = ()
    complete: bool = True


class NoPlan(SiteplannerError):
    """No plan can obey the rules."""

    exit_code = 3

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Return the explanation: causes, what clashes, what is short, what would mend it."""
        found = self.explanation
        lines = [say("explain.no_plan_confirmed" if found.confirmed else "explain.no_plan", lang)]
        lines += [f"- {cause.text(lang)}" for cause in found.causes]
        if found.clash is not None:
            lines.append(say("reason.clash.minimal" if found.clash.minimal else "reason.clash.not_minimal", lang))
            lines += [f"- {rule.text(lang)}" for rule in found.clash.rules]
            lines += [f"- {cause.text(lang)}" for cause in found.clash.inputs]
        for shortage in found.shortages[:MOST_SHORTAGES]:
            lines += shortage_lines(shortage, lang)
        if len(found.shortages) > MOST_SHORTAGES:
            lines.append(say("reason.shortage.more", lang, count=str(len(found.shortages) - MOST_SHORTAGES)))
        lines.append(say("reason.repair.head" if found.repairs else "reason.repair.none", lang))
        for number, repair in enumerate(found.repairs, 1):
            cost = "" if repair.cost_fen is None else f"{fen_to_yuan(repair.cost_fen):,.0f}"
            lines.append(f"{number}. {repair.text(lang)}" + (say("reason.repair.cost", lang, cost=cost) if cost else ""))
        if not found.complete:
            lines.append(say("reason.repair.not_all", lang))
        return "\n".join(lines)


def shortage_lines(shortage: Shortage, lang: Lang) -> list[str]:
    """Return a certificate of shortage: the sum, then its terms."""
    facts = {
        "day": shortage.day,
        "estates": str(len(shortage.needs)),
        "places": str(len(shortage.places)),
        "needed": square_metres(shortage.needed_dm2),
        "held": square_metres(shortage.held_dm2),
        "lacking": square_metres(shortage.lacking_dm2),
    }
    needs = " + ".join(f"{estate} {square_metres(dm2)}" for estate, dm2 in shortage.needs.items())
    places = " + ".join(f"{place} {square_metres(dm2)}" for place, dm2 in shortage.places.items()) or "0"
    return [
        say("reason.shortage.sum", lang, **facts),
        say("reason.shortage.needs", lang, terms=needs, total=facts["needed"]),
        say("reason.shortage.places", lang, terms=places, total=facts["held"]),
    ]


def square_metres(dm2: int) -> str:
    """Return dm² as m² with two decimals."""
    return f"{dm2 // 100:,}.{dm2 % 100:02d}"
