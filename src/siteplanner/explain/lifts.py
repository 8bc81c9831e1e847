"""Rules that keep candidates out before any row is written: each can be lifted from the scenario, alone or with others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from siteplanner.case.case import Case
from siteplanner.explain.rules import Facts, words
from siteplanner.policy.schema import DeliveryRule, RoomRule
from siteplanner.scenario.schema import Scenario, Settings, Stricter, Waivers
from siteplanner.scenario.waive import with_waivers
from siteplanner.texts import LANGS, say

WIDEST_MIN = 60
"""Minutes: the widest circle that is tried."""
_LATEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Lift:
    """A rule on inputs: catalogue key ``reason.input.<code>``, the name it is kept by, the clause, and how to lift it."""

    code: str
    name: str
    clauses: tuple[str, ...]
    apply: Callable[[Scenario], Scenario]
    edits: str
    facts: Facts = field(default_factory=dict)


def lifts_of(case: Case) -> list[Lift]:
    """Return what could be lifted from a case: the office's own choices first, then the law."""
    return [*_office(case), *_law(case)]


def with_settings(scenario: Scenario, **update: object) -> Scenario:
    """Return the scenario with some settings changed."""
    return scenario.model_copy(update={"settings": scenario.settings.model_copy(update=update)})


def waive(scenario: Scenario, **update: object) -> Scenario:
    """Return the scenario as a what-if run that waives more; what was waived before stays waived."""
    more = Waivers().model_copy(update=update)
    asked = with_waivers(with_settings(scenario, what_if=True, waive=more))
    before = scenario.settings.waive
    both = before.model_copy(
        update={
            "rules": (*before.rules, *more.rules),
            "estates": (*before.estates, *more.estates),
            "place_minimum": before.place_minimum or more.place_minimum,
            "deadline_days": before.deadline_days + more.deadline_days,
        }
    )
    return with_settings(asked, waive=both)


def wider(scenario: Scenario, minutes: int) -> Scenario:
    """Return the scenario with another circle, as a what-if run."""
    own = scenario.settings.standards
    return with_settings(scenario, what_if=True, standards=own.model_copy(update={"reach_minutes": minutes}))


def _office(case: Case) -> Iterator[Lift]:
    settings = case.scenario.settings
    codes = {row.code for row in case.rejected}
    if "kind_left_out" in codes:
        kinds = settings.only_kinds or ()
        listed = {lang: [say(f"input.word.options.kind.{kind}", lang) for kind in kinds] for lang in LANGS}
        named = {"kinds_zh": "、".join(listed["zh"]), "kinds_en": ", ".join(listed["en"])}
        yield Lift("kinds", "kinds", (), lambda s: with_settings(s, only_kinds=None), "only_kinds:", named)
    if "locked_out" in codes:
        locked = sorted(row.option for row in case.rejected if row.code == "locked_out")
        edits = "\n".join(["edits:", "  options:", *(f"    {option}: {{lock: ''}}" for option in locked)])
        yield Lift("locked_out", "locks", (), _unlocked, edits, {"count": str(len(locked))})
    if "site_unavailable" in codes:
        shut = sorted({site.id for site in case.scenario.sites if not site.available})
        edits = "\n".join(["edits:", "  sites:", *(f"    {site}: {{available: 'yes'}}" for site in shut)])
        yield Lift("unavailable", "unavailable", (), _available, edits, {"count": str(len(shut))})
    if "starts_after_periods" in codes:
        yield Lift("periods", "periods", (), _any_start, "", {"count": str(sum(r.code == "starts_after_periods" for r in case.rejected))})
    yield from _own_standards(case, settings)


def _own_standards(case: Case, settings: Settings) -> Iterator[Lift]:
    own = settings.standards
    if own != Stricter() and not case.what_if:
        asked = {"minutes": str(own.reach_minutes or "-"), "percent": str(own.area_percent or "-")}
        yield Lift("own_standards", "own_standards", (), lambda s: with_settings(s, standards=Stricter()), "standards:", asked)


def _law(case: Case) -> Iterator[Lift]:
    pack = case.scenario.pack
    circles = tuple(sorted({s.reach.clause for s in pack.standards if s.reach.mode == "walk"}))
    if circles:
        yield Lift("circle", "circle", circles, lambda s: wider(s, WIDEST_MIN), "")
    minima = tuple(sorted({s.place.min.clause for s in pack.standards if s.place.min is not None}))
    if minima:
        edits = "what_if: true\nwaive: {place_minimum: true}"
        yield Lift("place_minimum", "place_minimum", minima, lambda s: waive(s, place_minimum=True), edits)
    dated = tuple(sorted({s.deadline.clause for s in pack.standards if s.deadline is not None}))
    if dated and any(row.code == "too_late" for row in case.rejected):
        yield Lift("deadline", "deadline", dated, lambda s: waive(s, deadline_days=_LATEST_DAYS), "")
    failed = {row.clause for row in case.rejected if row.code == "room_rule"}
    rules: list[RoomRule | DeliveryRule] = [*pack.room_rules, *pack.delivery_rules]
    for rule in rules:
        if rule.state == "enforced" and rule.clause in failed:
            facts = {"rule": rule.id, **words("text", rule.text)}
            yield Lift("room_rule", f"rule:{rule.id}", (rule.clause,), _without(rule.id), waiver_edits(rule.id), facts)


def _without(rule: str) -> Callable[[Scenario], Scenario]:
    return lambda scenario: waive(scenario, rules=(rule,))


def waiver_edits(rule: str) -> str:
    """Return how a scenario file waives a rule."""
    return f"what_if: true\nwaive: {{rules: [{rule}]}}"


def _unlocked(scenario: Scenario) -> Scenario:
    options = [o.model_copy(update={"lock": ""}) if o.lock == "out" else o for o in scenario.options]
    return scenario.model_copy(update={"options": tuple(options)})


def _available(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"sites": tuple(site.model_copy(update={"available": True}) for site in scenario.sites)})


def _any_start(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"options": tuple(o.model_copy(update={"first_start": None}) for o in scenario.options)})
